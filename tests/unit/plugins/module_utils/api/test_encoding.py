# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import datetime
import json
import math
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api import _encoding
from ansible_collections.comet.backup.plugins.module_utils._api._encoding import (
    dump_json,
    encode,
    encode_form,
    load_json,
)
from ansible_collections.comet.backup.plugins.module_utils._api._errors import BadParameter
from ansible_collections.comet.backup.plugins.module_utils._api._model import Method, Parameter, method, parse_type
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.conftest import import_without

METHOD = Method(
    name="Test",
    path="/test",
    returns=parse_type("CometAPIResponseMessage"),
    auth="admin",
    parameters={
        name: Parameter(name, parse_type(kind))
        for name, kind in {
            "Text": "string",
            "Number": "int",
            "Flag": "bool",
            "Fraction": "float",
            "List": "list<string>",
            "Map": "map<string,WebhookOption>",
            "Document": "UserProfileConfig",
            "File": "file",
        }.items()
    },
)


TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("%+ &=2B"), max_size=30)


class MarkedNumber(float):
    """A number as Ansible hands it over."""


class Marked(str):
    """Text that carries a mark, as Ansible's values do."""


@pytest.fixture(params=["orjson", "json"])
def json_library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "json":
        monkeypatch.setattr(_encoding, "orjson", None)
    else:
        assert _encoding.orjson is not None


@pytest.mark.usefixtures("json_library")
@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("Text", "Grüße 私", "Grüße 私"),
        ("Text", "", ""),
        ("Text", Marked("a"), "a"),
        ("Number", 0, "0"),
        ("Number", -(2**63), "-9223372036854775808"),
        ("Flag", True, "1"),
        ("Flag", False, "0"),
        ("Fraction", 0.5, "0.5"),
        ("List", [], "[]"),
        ("List", ["ü", "b"], '["ü","b"]'),
        ("List", ("a",), '["a"]'),
        ("Map", {}, "{}"),
        ("Map", {Marked("k"): {"URL": "x"}}, '{"k":{"URL":"x"}}'),
        ("Document", {"New": {"deep": [1, None, True]}}, '{"New":{"deep":[1,null,true]}}'),
    ],
)
def test_values_as_form_fields(name: str, value: Any, text: str) -> None:
    form, files = encode(METHOD, {name: value})
    assert form == {name: text}
    assert isinstance(form[name], str)
    assert not files


def test_none_is_left_out_and_files_go_apart() -> None:
    assert encode(METHOD, {"Text": None, "File": bytearray(b"\x00\xff")}) == ({}, {"File": b"\x00\xff"})


@pytest.mark.usefixtures("json_library")
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("Text", 1, "must be text, not int"),
        ("Text", b"a", "must be text, not bytes"),
        ("Number", "1", "must be a whole number, not str"),
        ("Number", True, "must be a whole number, not bool"),
        ("Number", 1.0, "must be a whole number, not float"),
        ("Flag", 1, "must be true or false, not int"),
        ("List", {}, "must be a list, not dict"),
        ("List", "a", "must be a list, not str"),
        ("Map", [], "must be a dictionary, not list"),
        ("Document", [], r"must be a dictionary \(UserProfileConfig\), not list"),
        ("Document", "canary", r"must be a dictionary \(UserProfileConfig\), not str"),
        ("File", "canary", "must be bytes, not str"),
        ("Text", "canary\udc80", "cannot be written as JSON in UTF-8"),
        ("Document", {"a": "canary\udc80"}, "cannot be written as JSON in UTF-8"),
        ("Document", {"a": datetime.date(2026, 1, 1)}, "cannot be written"),
        ("Document", {"a": b"canary"}, "cannot be written"),
    ],
)
def test_values_that_do_not_fit(name: str, value: Any, words: str) -> None:
    with pytest.raises(BadParameter, match=rf"parameter {name} of Test .*{words}") as caught:
        encode(METHOD, {name: value})
    assert caught.value.details() == {"method": "Test", "parameter": name}
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_endless_documents_are_refused() -> None:
    document: dict[str, Any] = {}
    document["self"] = document
    with pytest.raises(BadParameter):
        encode(METHOD, {"Document": document})


def test_names_are_checked() -> None:
    facts = method("AdminGetUserProfileAndHash")
    with pytest.raises(BadParameter, match=r"no parameter TargetUsr; did you mean TargetUser?") as caught:
        encode(facts, {"TargetUsr": "alice"})
    assert caught.value.nearest == "TargetUser"
    assert caught.value.details() == {"method": facts.name, "parameter": "TargetUsr", "nearest": "TargetUser"}
    with pytest.raises(BadParameter, match=r"did you mean TargetUser?"):
        encode(facts, {"targetuser": "alice"})
    with pytest.raises(BadParameter, match=r"no parameter Zzz; it takes TargetUser."):
        encode(facts, {"TargetUser": "alice", "Zzz": 1})
    with pytest.raises(BadParameter, match=r"no parameter Zzz; it takes none."):
        encode(method("AdminMetaVersion"), {"Zzz": 1})
    for nothing in ({}, {"TargetUser": None}):
        with pytest.raises(BadParameter, match=r"needs the parameter TargetUser") as caught:
            encode(facts, nothing)
        assert caught.value.details() == {"method": facts.name, "parameter": "TargetUser"}
    several = method("AdminResetUserPassword")
    with pytest.raises(BadParameter, match=f"it takes {', '.join(sorted(several.parameters))}\\."):
        encode(several, {"Zzz": 1})


@pytest.mark.usefixtures("json_library")
def test_json_there_and_back() -> None:
    document = {"ü": [1, 2.5, None, True, {}, []]}
    assert load_json(dump_json(document)) == document == json.loads(dump_json(document))
    assert b" " not in dump_json(document)
    with pytest.raises(ValueError, match=r"line 1|EOF|unexpected"):
        load_json(b'{"a": 1')


def test_without_the_faster_library(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = import_without("orjson", _encoding, monkeypatch)
    assert alone.orjson is None
    assert alone.load_json(alone.dump_json({"ü": 1})) == {"ü": 1}
    with pytest.raises(ValueError, match="not JSON compliant"):
        alone.dump_json([float("nan")])


@pytest.mark.usefixtures("json_library")
@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("kind", [float, MarkedNumber])
def test_numbers_that_json_cannot_say(number: str, kind: type[float]) -> None:
    facts = method("AdminSetUserProfile")
    wrong = kind(number)
    for document in (wrong, {"a": [1.5, {"b": wrong}]}, ({"a": None}, wrong)):
        with pytest.raises(ValueError, match=r"not JSON compliant|not finite"):
            dump_json(document)
        with pytest.raises(BadParameter, match=r"ProfileData .* cannot be written as JSON in UTF-8, such as NaN"):
            encode(facts, {"TargetUser": "alice", "ProfileData": {"New": document}})


@pytest.mark.usefixtures("json_library")
def test_marked_numbers_are_written_as_plain_ones() -> None:
    assert dump_json({"a": MarkedNumber(1.5)}) == b'{"a":1.5}'


@given(st.dictionaries(TEXT, TEXT, max_size=3))
@example({"%2B+ ": "+ %25%20 +", "": "%", "ü": "\x00\x7f\x80~"})
def test_forms_as_the_standard_library_writes_them(form: dict[str, str]) -> None:
    assert encode_form(form) == urlencode(form).encode()


def outcomes(text: bytes) -> list[Any]:
    """What each of the libraries makes of a text, written down so that 1 and 1.0 differ."""
    found = []
    for library in (_encoding.orjson, None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_encoding, "orjson", library)
            try:
                found.append(load_json(text))
            except (ValueError, RecursionError):
                found.append(ValueError)
    return found


NUMBERS = st.from_regex(rb"-?(0|[1-9][0-9]{0,22})(\.[0-9]{1,20})?([eE][-+]?[0-9]{1,3})?", fullmatch=True)
TOKENS = [
    *b"[]{},: \t\r\n".decode(),
    "null",
    "true",
    "false",
    "NaN",
    "-Infinity",
    '"a"',
    '"\\n"',
    '"\\ud83d\\ude00"',
    "1",
    ".",
]
TEXTS = st.lists(st.sampled_from(TOKENS), max_size=8).map("".join).map(str.encode) | st.builds(
    lambda inside: b'["' + inside + b'"]', st.binary(max_size=8)
)


@given(TEXTS | NUMBERS)
@example(b"[NaN]")
@example(b'"\xed\xa0\x80"')
@example(b'"\xff"')
@example(b"\xef\xbb\xbf{}")
@example('{"ü": 1}'.encode("utf-16"))
@example(b'{"a":1,"a":2}')
@example(b"9223372036854775807")
@example(b"-9223372036854775808")
@example(b"18446744073709551615")
@example(b'"\\u0000\x7f"')
@example(b'"\x00"')
def test_both_libraries_understand_the_same(text: bytes) -> None:
    first, second = outcomes(text)
    if isinstance(second, (int, float)) and not isinstance(second, bool) and abs(second) >= 2**63:
        assert first == (ValueError if second in (math.inf, -math.inf) else pytest.approx(second))
    else:
        assert (type(first), first) == (type(second), second)


def test_what_no_server_sends_may_be_refused_by_the_faster_library() -> None:
    assert outcomes(b"1e400") == [ValueError, math.inf]
    assert outcomes(b'"\\ud800"') == [ValueError, "\ud800"]


def test_what_has_no_place_in_json_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TypeError) as caught:
        dump_json({"a": object()})
    assert str(caught.value.__cause__) == "object has no place in JSON"
    monkeypatch.setattr(_encoding, "orjson", None)
    with pytest.raises(ValueError, match=r"^-Infinity has no place in JSON$"):
        load_json(b"[-Infinity]")
