# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is secret, and what is shown instead."""

from __future__ import annotations

import html
import json
import string
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._model import Type, method, parse_type, structure
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _redact

ENGINE_PROPS = structure("SourceConfig").member("EngineProps")
MARKER = _redact.MARKER


@pytest.mark.parametrize(
    ("value", "shown"), [("x", MARKER), ("", ""), (None, None), ([], []), ({}, {}), ({"a": 1}, MARKER), (0, MARKER)]
)
def test_only_what_holds_something_is_hidden(value: Any, shown: Any) -> None:
    assert _redact.hidden(value) == shown


@pytest.mark.parametrize(
    "name",
    ["Password", "smtp_passwd", "PassPhrase", "ClientSecret", "ApiKey", "private_key", "AccessKeyID", "RefreshToken"],
)
def test_names_that_tell(name: str) -> None:
    assert _redact.looks_secret(name)


@pytest.mark.parametrize("name", ["Description", "KeyFormat", "Compass", "Monkey"])
def test_names_that_do_not(name: str) -> None:
    assert not _redact.looks_secret(name)


@pytest.mark.parametrize(
    ("engine", "key", "secret"),
    [
        ("engine1/file", "SMBAUTH-0", True),
        ("engine1/file", "INCLUDE", False),
        ("engine1/mysql", "PASSWORD", True),
        ("engine1/mysql", "anything", True),
        ("engine1/mssql", "PASSWORD", True),
        ("engine1/mssql", "PASSWORDS", False),
        ("engine1/mssql", "SMBAUTH0", True),
        ("engine1/file", "PASSWORD", True),
        ("engine1/file", "*", False),
        ("engine1/mysql", "*", True),
        ("engine1/unheard-of", "INCLUDE", True),
        (None, "INCLUDE", True),
    ],
)
def test_the_engine_decides_which_entry_is_secret(engine: str | None, key: str, secret: bool) -> None:
    assert _redact.secret_key(ENGINE_PROPS, key, {"Engine": engine}) is secret


def test_a_task_that_names_no_engine() -> None:
    """Blanking out every path and every 1 would leave nothing to read in what such a task says."""
    props = {
        "INCLUDE0": "/home",
        "USE_WIN_VSS": "1",
        "SMBAUTH0": "canary",
        "PASSWORD": "word",
        "ANYTHING": "text",
        "ALL": "1",
    }
    assert _redact.keyed_secrets("SourceConfig", {"EngineProps": props}) == {"canary", "word", "text"}


def test_a_document_is_masked_without_being_touched() -> None:
    document = {
        "Username": "alice",
        "PasswordHash": "canary",
        "Sources": {"s": {"Engine": "engine1/file", "EngineProps": {"INCLUDE": "/", "SMBAUTH-1": "canary"}}},
        "FutureSecret": "canary",
        "Future": [{"ApiKey": "canary", "Plain": "shown"}],
    }
    before = repr(document)
    masked = _redact.mask(Type("structure", "UserProfileConfig"), document)
    assert repr(document) == before
    assert masked == {
        "Username": "alice",
        "PasswordHash": MARKER,
        "Sources": {"s": {"Engine": "engine1/file", "EngineProps": {"INCLUDE": "/", "SMBAUTH-1": MARKER}}},
        "FutureSecret": MARKER,
        "Future": [{"ApiKey": MARKER, "Plain": "shown"}],
    }


@pytest.mark.parametrize(
    ("kind", "answer", "shown"),
    [
        ("map<string,UserProfileConfig>", {"alice": {"PasswordHash": "x"}}, {"alice": {"PasswordHash": MARKER}}),
        ("list<AllowedAdminUser>", [{"Username": "a", "Password": "x"}], [{"Username": "a", "Password": MARKER}]),
        ("list<string>", ["a"], ["a"]),
        ("list<string>", ["https://me:pass-word@host"], [f"https://me:{MARKER}@host"]),
        ("list<string>", {"Password": "x"}, {"Password": MARKER}),
        ("list<LicenseOptions>", [{"SerialNumber": "x"}], [{"SerialNumber": MARKER}]),
        ("map<string,string>", "odd", "odd"),
        ("map<string,string>", 5, 5),
        ("string", "a", "a"),
        ("string", {"Password": "x"}, {"Password": MARKER}),
        ("UserProfileConfig", None, None),
        ("UserProfileConfig", ["odd"], ["odd"]),
    ],
)
def test_answers_of_every_shape(kind: str, answer: Any, shown: Any) -> None:
    assert _redact.mask(parse_type(kind), answer) == shown


@pytest.mark.parametrize(
    ("kind", "answer", "secrets"),
    [
        ("list<LicenseOptions>", [{"SerialNumber": "x"}], {"x"}),
        ("map<string,LicenseOptions>", {"a": {"SerialNumber": "x"}}, {"x"}),
        ("list<string>", "https://me:pass-word@host", {"pass-word"}),
        ("list<string>", {"Password": "x"}, {"x"}),
        ("map<string,string>", [{"Password": "x"}], {"x"}),
        ("map<string,any>", {"one": {"Deep": [{"ApiKey": "x"}, "https://me:pass-word@host"]}}, {"x", "pass-word"}),
        ("string", {"Password": "x"}, {"x"}),
        ("string", ["x"], set()),
        ("string", 5, set()),
    ],
)
def test_secrets_in_answers_of_every_shape(kind: str, answer: Any, secrets: set[str]) -> None:
    assert _redact.secrets_in(parse_type(kind), answer) == secrets


def test_a_secret_map_is_hidden_entry_by_entry() -> None:
    headers = structure("WebhookOption").member("CustomHeaders")
    assert _redact.mask_map(headers, {"A": "x", "B": ""}, {}) == {"A": MARKER, "B": ""}
    plain = structure("UserProfileConfig").member("AccountName")
    assert _redact.mask_map(plain, {"A": "x"}, {}) == {"A": "x"}


def test_an_answer_shows_a_secret_map_entry_by_entry() -> None:
    hook = {"URL": "u", "CustomHeaders": {"A": "x", "B": ""}}
    assert _redact.mask(parse_type("WebhookOption"), hook) == {"URL": "u", "CustomHeaders": {"A": MARKER, "B": ""}}


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("NewPassword", {"Deep": [{"Deeper": "canary"}], "Size": 8}, {"Deep": [{"Deeper": MARKER}], "Size": 8}),
        ("New", {"Deep": "https://me:canary@host"}, {"Deep": f"https://me:{MARKER}@host"}),
        ("New", {"Deep": "the password"}, {"Deep": "the password"}),
    ],
)
def test_secrets_inside_what_nobody_knows(name: str, value: Any, shown: Any) -> None:
    assert _redact.mask_unknown(name, value) == shown
    assert _document.options_from("UserGroup", {name: value}) == {"extra": {name: shown}}
    found = _redact.keyed_secrets("UserGroup", {name: value})
    assert found == ({"canary"} if shown != value else set())


def test_a_password_in_an_address_is_hidden_in_a_map() -> None:
    props = {"INCLUDE0": "smb://me:canary@nas/share", "INCLUDE1": "/home"}
    document = {"Engine": "engine1/file", "EngineProps": props}
    shown = {**props, "INCLUDE0": f"smb://me:{MARKER}@nas/share"}
    assert _redact.mask(parse_type("SourceConfig"), document)["EngineProps"] == shown
    assert _document.options_from("SourceConfig", document)["engine_props"] == shown
    assert _redact.keyed_secrets("SourceConfig", document) == {"canary"}
    assert _redact.mask_map(structure("UserProfileConfig").member("AccountName"), props, {}) == shown


def test_secrets_are_found_wherever_they_are() -> None:
    patch = {
        "PasswordHash": "one",
        "Policy": {"DefaultSources": {"d": {"Engine": "engine1/mysql", "EngineProps": {"PASSWORD": "two"}}}},
        "FutureToken": ["three", {"deep": "four"}],
        "Harmless": ["five", {"ApiKey": "ten"}],
        "AccountName": "six",
    }
    assert _redact.keyed_secrets("UserProfileConfig", patch) == {"one", "two", "three", "four", "ten"}
    hooks = {"WebhookOptions": {"ops": {"URL": "u", "CustomHeaders": {"Authorization": "seven", "Empty": ""}}}}
    assert _redact.keyed_secrets("Organization", hooks) == {"seven"}
    templates = {"RemoteStorage": [{"Password": "eight"}, {"S3": {"S3SecretKey": "nine"}}]}
    assert _redact.keyed_secrets("Organization", templates) >= {"eight"}


@pytest.mark.parametrize(
    ("value", "shown", "secrets"),
    [
        ("https://me:pass-word@host:8060/a?b=c@d", f"https://me:{MARKER}@host:8060/a?b=c@d", {"pass-word"}),
        ("smb://:x1@host", f"smb://:{MARKER}@host", {"x1"}),
        ("https://host/a:b@c", "https://host/a:b@c", set()),
        ("https://me@host", "https://me@host", set()),
        ("mail:me@host", "mail:me@host", set()),
        ("", "", set()),
    ],
)
def test_a_password_in_an_address_is_hidden(value: str, shown: str, secrets: set[str]) -> None:
    document = {"RemoteAddress": value, "Description": "a"}
    assert _redact.mask(parse_type("ReplicaServer"), document) == {**document, "RemoteAddress": shown}
    assert _document.options_from("ReplicaServer", document)["remote_address"] == shown
    assert _redact.keyed_secrets("ReplicaServer", document) == secrets


def test_secrets_of_all_members_are_found() -> None:
    document = {
        "NewPassword": "canary-one",
        "Engine": "engine1/mysql",
        "EngineProps": {"PASSWORD": "canary-two", "USERNAME": "x" * _redact.TOO_SHORT},
        "NewPasswords": ["canary-three", {"Deep": "canary-four"}],
    }
    found = _redact.secrets_in(Type("structure", "SourceConfig"), document)
    assert {"canary-one", "canary-two", "canary-three"} <= found
    assert "x" * _redact.TOO_SHORT not in found
    longer = {**document, "EngineProps": {"PASSWORD": "x" * (_redact.TOO_SHORT + 1)}}
    assert "x" * (_redact.TOO_SHORT + 1) in _redact.secrets_in(Type("structure", "SourceConfig"), longer)


@pytest.mark.parametrize(
    ("secret", "written"),
    [
        ("plain-Text_1.~", "plain-Text_1.~"),
        ('a"b', 'a\\"b'),
        ("a b", "a%20b"),
        ("a b", "a+b"),
        ("a&b", "a&amp;b"),
        ("a<b", "a\\u003cb"),
        ("é", "\\u00e9"),
        ("é", "%C3%A9"),
        ("é\n", "é\\n"),
        ("a\nb", "a%5Cnb"),
        ('a"b', 'a\\\\\\"b'),
        ("it's", "it's"),
    ],
)
def test_how_a_secret_may_be_repeated(secret: str, written: str) -> None:
    found = _redact.spellings([secret, ""])
    assert {secret, written} <= found
    assert "" not in found
    assert len(_redact.spellings(["plain-Text_1.~"])) == 1


def test_what_was_sent_with_a_call_is_not_repeated() -> None:
    document = '{"Username": "alice", "TOTPKey": "held before", "AccountName": "Alice", "FutureToken": "x"}'
    form = {"TargetUser": "alice", "ProfileData": document, "RequireHash": "hash", "SelfAddress": "https://a"}
    texts = _redact.unspoken(method("AdminSetUserProfileHash"), form, ["pass word"])
    assert {"held before", "held%20before", "held+before", "pass word", "pass%20word", document} <= set(texts)
    assert {"alice", "Alice", "hash", "x"}.isdisjoint(texts)
    assert texts == sorted(texts, key=len, reverse=True)
    listed = {"TargetUser": "a", "TargetPassword": "geheim", "NoSuch": "b"}
    assert _redact.unspoken(method("AdminAddUser"), listed, []) == ["geheim"]


ODD = 'aX"\u00fc<&>/ \n'


@pytest.mark.parametrize(
    "spelt",
    [
        ODD,
        r"aX\"\u00fc<&>/ \n",
        r"aX\"\u00fc<&>/ \n".replace(r"\u00fc", "\u00fc"),
        r"aX\"\u00fc\u003c\u0026\u003e/ \n".replace(r"\u00fc", "\u00fc"),
        r'aX"\u00fc<&>/ \n'.replace(r"\u00fc", "\u00fc"),
        "aX%22%C3%BC%3C%26%3E%2F%20%0A",
        "aX%22%C3%BC%3C%26%3E%2F+%0A",
        "aX&quot;\u00fc&lt;&amp;&gt;/ \n",
        r"aX\\\"\\u00fc<&>/ \\n",
        "aX%5C%22%5Cu00fc%3C%26%3E%2F%20%5Cn",
    ],
)
def test_spellings_of_a_secret(spelt: str) -> None:
    assert spelt in _redact.spellings([ODD, ""])


def test_entities_of_html() -> None:
    text = "&<>\"'" + string.printable
    assert html.escape(text) in _redact.spellings([text])


def test_a_secret_that_is_spelt_the_same_everywhere() -> None:
    assert _redact.spellings(["a-B_c.9~", ""]) == {"a-B_c.9~"}


def test_half_a_letter_has_spellings_too() -> None:
    assert {"%3F%20", "%3F+"} <= _redact.spellings(["\udc80 "])


def test_secrets_of_a_call() -> None:
    """What a message about it does not repeat: whole documents that hold secrets, and each of these."""
    set_profile = method("AdminSetUserProfileHash")
    destination = {"S3SecretKey": "geheim", "SFTPPassword": "no", "Description": "plain", "FTPPassword": "abc"}
    profile = json.dumps({"Destinations": {"1": destination}, "AccountName": "Alice"})
    form = {"Unheard": "x", "TargetUser": "alice", "ProfileData": profile, "Odd": "y"}
    assert sorted(_redact.sent_secrets(set_profile, form)) == ["abc", "geheim", profile]
    unspoken = _redact.unspoken(set_profile, form, ["longer-than-both"])
    assert unspoken[-3:] == ["longer-than-both", "geheim", "abc"]
    assert profile in unspoken
