# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tells people and places is masked, wherever it is, and always alike; what only looks like it stays readable."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api._model import structure
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.plugin_utils._drift._hosts import is_host_name
from ansible_collections.comet.backup.plugins.plugin_utils._drift._masking import HOST_MEMBERS, Masks
from ansible_collections.comet.backup.plugins.plugin_utils._drift._spots import Difference, at

EMAIL, HOST = re.compile(r"\w?…@\w…~[0-9a-f]{4}"), re.compile(r"\w?…~[0-9a-f]{4}")
MASKS = Masks()

STAY = [
    "v1.2",
    "25.9.8",
    "Comet Server 25.9.8 or newer",
    "500.5 GiB",
    "file.txt",
    "backup.tar",
    "backup.tar.gz",
    "install.sh",
    "main.py",
    "README.md",
    "libc.so",
    "archive.zip",
    "disk.vhdx",
    "C:\\Users\\Alice\\Documents\\report.docx",
    "/srv/data/app.py",
    "/var/log/syslog.1",
    "192.168.1.300",
    "1.2.3",
    "02:30:15",
    "12:34",
    "aa:bb:cc:dd:ee:ff",
    "std::abs",
    "2026-12-24T18:00:00Z",
    "engine1/file",
    "e.g. this, i.e. that.",
    "It failed.So it did.No more",
    "settings.default_retention.mode",
    "settings.prevent_delete_storage_vault",
    "email.mode",
    "branding.company_name",
    "users[3].storage_vaults[0].name",
    "policy Gold: the user is not there.",
    "resource://4d9f0f0e6b0e",
    "file:///srv/backup",
    "@everyone",
    "{{ 7*7 }}",
    "<hidden>",
    "3 of 5",
    "Dr. No",
    "john.smith",
    "a_b.c_d",
    "Münster",
    "",
]
GO = [
    "alice@example.com",
    "Alice.O'Neil+x@mail.example.co.uk",
    "root@localhost",
    "-.first-.@mail.example",
    "%@mail.example",
    "admin@[10.0.0.1]",
    "käse@bücher.example",
    "backup.example.com",
    "Backup.Example.COM",
    "example.com.",
    "bücher.de",
    "xn--bcher-kva.xn--p1ai",
    "s3.eu-central-1.amazonaws.com",
    "srv-01.corp.local",
    "nas.lan",
    "www.example.sh",
    "https://backup.example.com",
    "https://backup:8060/",
    "http://10.0.0.1:8060/x?token=abc#y",
    "ftps://user:pass@files/x",
    "HTTPS://BACKUP/",
    "smb://nas",
    "\\\\fileserver\\share",
    "10.0.0.1",
    "2001:db8::1",
    "::ffff:10.0.0.1",
    "::1",
    "fe80::1",
    "dc=example,dc=com",
    "DC=corp, DC=example",
]


def masked(text: str) -> str:
    return MASKS.text(text)


def shown(kind: str, path: str, value: Any, show: tuple[str, ...] = ()) -> Any:
    return Masks(show).difference(Difference(at(kind, path.split("/")), None, value)).after


@pytest.mark.parametrize("text", STAY)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert masked(text) == text
    assert masked(f"({text})") == f"({text})"


@pytest.mark.parametrize("text", GO)
def test_whatever_tells_people_or_places_goes(text: str) -> None:
    result = masked(text)
    assert HOST.search(result)
    words = [
        word for word in re.findall(r"[^\W\d_]{4,}", text.lower()) if word not in ("https", "http", "ftps", "share")
    ]
    assert not [word for word in words if word in result.lower()]


@pytest.mark.parametrize("text", [*GO, *STAY])
def test_it_makes_no_difference_what_is_around(text: str) -> None:
    for around in ("{}", "see {}, please", "'{}'", "[{}]", "a={}, b", "user {}: it failed", "<{}>", "({})"):
        assert masked(around.format(text)) == around.format(masked(text))


@pytest.mark.parametrize("text", [*GO, *STAY])
def test_nothing_is_masked_twice(text: str) -> None:
    assert masked(masked(text)) == masked(text)


def test_masks_have_a_form_and_tell_apart() -> None:
    assert EMAIL.fullmatch(masked("alice@example.com"))
    assert masked("alice@example.com") != masked("anna@example.com") != masked("alice@example.org")
    assert masked("backup.example.com") != masked("bastion.example.com")


def test_the_same_looks_the_same_everywhere() -> None:
    host = masked("backup.example.com")
    assert masked("https://Backup.Example.com:8060/") == f"https://{host}:8060/"
    assert shown("storage_vault", "s3_server", "backup.example.com") == host
    assert masked("BACKUP.example.com.") == f"{host}."
    assert masked("ALICE@example.com") == masked("alice@example.com")


def test_what_follows_a_host_in_an_address_tells_nothing_and_is_told_apart() -> None:
    first, second = masked("https://a.example/hook?token=one"), masked("https://a.example/hook?token=two")
    assert first != second
    assert "hook" not in first
    assert first.startswith("https://a…~")
    assert masked("https://user:word@a.example/") != masked("https://a.example/")


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("storage_vault", "s3_server", "minio"),
        ("storage_vault", "comet_server", "https://backup:8060/"),
        ("storage_vault", "smb/smb_server", "NAS"),
        ("email_options", "smtp_host", "mail:25"),
        ("tenant", "hosts", ["acme", "acme.example"]),
        ("psa", "psa_url", "acme"),
        ("admin_user", "ip_whitelist", "office, 10.0.0.0/8"),
        ("server_config", "listen_addresses", [{"listen_address": "backup:8060"}]),
        ("server_config", "ip_rate_limit/rules", [{"match_regex": "^10[.]"}]),
        ("protected_item", "device", "Alice's PC"),
        ("storage_vault", "associated_devices", ["DESKTOP", "Laptop"]),
        ("protected_item", "engine_props/VCENTER_HOST", "esx"),
        ("protected_item", "engine_props", {"ServerAddress": "esx"}),
        ("user", "NewServer", "esx"),
        ("webhook", "url", "https://hooks/T0/B0"),
    ],
)
def test_members_that_hold_hosts_are_masked_whatever_they_look_like(kind: str, path: str, value: Any) -> None:
    words = ["minio", "backup", "NAS", "mail", "acme", "office", "^10", "Alice", "DESKTOP", "Laptop", "esx", "T0"]
    result = str(shown(kind, path, value))
    assert not [word for word in words if word in result]
    assert HOST.search(result)
    assert shown(kind, path, shown(kind, path, value)) == shown(kind, path, value)
    assert shown(kind, path, value, show=("hosts", "emails")) == value


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("storage_vault", "storage_vault", "<hidden>"),
        ("server_config", "listen_addresses/x/listen_address", ":8060"),
        ("storage_template", "remote_address", "$self$"),
        ("storage_vault", "s3_server", ""),
        ("storage_vault", "s3_subdir", "backup/alice"),
        ("user", "account_name", "Alice"),
        ("protected_item", "engine_props/USE_SERVER", "1"),
        ("protected_item", "engine_props/INCLUDE0", "C:\\Data"),
        ("protected_item", "device", ""),
        ("user", "maximum_devices", 5),
        ("user", "suspended", True),
    ],
)
def test_values_that_tell_no_host_stay(kind: str, path: str, value: Any) -> None:
    assert shown(kind, path, value) == value


def test_port_and_path_of_a_host_without_a_scheme() -> None:
    host = shown("email_options", "smtp_host", "mail")
    assert shown("email_options", "smtp_host", "mail:25") == f"{host}:25"
    assert shown("email_options", "smtp_host", "mail/") == f"{host}/"
    assert re.fullmatch(re.escape(host) + "/…~[0-9a-f]{4}", shown("email_options", "smtp_host", "mail/x"))


def test_names_of_entries_are_masked_by_what_they_are() -> None:
    def label(kind: str, *path: str) -> str:
        return Masks().difference(Difference(at(kind, path), None, 1)).spot.label

    assert re.fullmatch(
        r"override_email_settings\[a…@e…~\w{4}\]\.reports",
        label("user", "override_email_settings", "a@e.example", "reports"),
    )
    assert re.fullmatch(r"listen_addresses\[b…~\w{4}:80\]", label("server_config", "listen_addresses", "backup:80"))
    assert re.fullmatch(r"psa_configs\[a…~\w{4}\]", label("tenant", "psa_configs", "acme"))
    assert label("tenant", "psa_configs", "gradient") == "psa_configs[gradient]"
    assert label("tenant", "webhook_options", "ops") == "webhook_options[ops]"
    assert label("server_config", "listen_addresses", "#1") == "listen_addresses[#1]"


def test_names_of_objects() -> None:
    assert HOST.fullmatch(MASKS.name("device", "DESKTOP-1 of Alice"))
    assert EMAIL.fullmatch(MASKS.name("user", "alice@example.com"))
    assert MASKS.name("user", "alice") == "alice"
    assert MASKS.name("device", "") == ""
    assert Masks(["hosts"]).name("device", "DESKTOP-1") == "DESKTOP-1"


def test_messages_know_the_hosts_that_occur_elsewhere() -> None:
    masks = Masks()
    device = masks.name("device", "alice-pc")
    masks.learn_address("https://emu1:8060/")
    masks.learn_address("not an address")
    masks.name("device", "Cloud")
    message = masks.message("emu1: device alice-pc has no alice-pc2, said a@b.example to Cloud.")
    emulator, person = masks.text("https://emu1").removeprefix("https://"), masks.text("a@b.example")
    assert message == f"{emulator}: device {device} has no alice-pc2, said {person} to Cloud."
    assert masks.message(message) == message
    assert MASKS.message("nothing learnt: emu1") == "nothing learnt: emu1"


def test_a_switch_shows_one_or_the_other() -> None:
    text = "alice@example.com at https://u@backup.example.com/a@b.example, 10.0.0.1"
    assert Masks(["emails", "hosts"]).text(text) == text
    hosts = Masks(["hosts"]).text(text)
    assert "alice" not in hosts
    assert "a@b.example" not in hosts
    assert "10.0.0.1" in hosts
    assert "https://" in hosts
    emails = Masks(["emails"]).text(text)
    assert emails.startswith("alice@example.com at https://b…~")
    assert emails.endswith("ip…~" + emails[-4:])
    assert "backup" not in emails


def test_masked_texts_can_be_written() -> None:
    for masks in (Masks(), Masks(["emails", "hosts"])):
        assert masks.text("a\ud800b") == "a\\ud800b"
        assert masks.text("a\nb\x1b") == "a\nb\x1b"


def test_the_members_that_hold_hosts_are_texts_that_can_be_set() -> None:
    settable = {
        (field.member.structure, field.member.name): field.member
        for resource in KINDS
        for field in _fields.settable(resource.structure, resource.unmanaged)
    }
    for name, members in HOST_MEMBERS.items():
        for member in members:
            kind = structure(name).member(member).type
            assert (name, member) in settable
            assert "string" in (kind.name, kind.item.name if kind.item else "")


def test_members_that_sound_like_hosts_are_decided_about() -> None:
    """Whoever adds such a member to the facts is asked here."""
    sounding = re.compile(r"(?:Host|Hostname|Server|Address|URL|Domain|Endpoint|Realm)s?$")
    known = {(name, member) for name, members in HOST_MEMBERS.items() for member in members}
    no_hosts = {
        ("SwiftDestinationLocation", "Domain"),
        ("SwiftDestinationLocation", "TenantDomain"),
        ("MacOSCodeSignProperties", "SSHServer"),
    }
    found = {
        (field.member.structure, field.member.name)
        for resource in KINDS
        for field in _fields.settable(resource.structure, resource.unmanaged)
        if sounding.search(field.member.name) and field.kind in (_fields.VALUE, _fields.LIST)
    }
    assert found - known - no_hosts == set()


LABELS = st.from_regex(r"[a-z][a-z0-9]{0,8}(?:-[a-z0-9]{1,4})?", fullmatch=True)
DOMAINS = st.sampled_from(["com", "net", "org", "de", "fr", "local", "lan", "example", "internal", "cloud", "uk"])
HOST_NAMES = st.builds(
    lambda labels, last: ".".join((*labels, last)), st.lists(LABELS, min_size=1, max_size=4), DOMAINS
)


@given(HOST_NAMES, st.text(alphabet="ab ,;:()[]\"'\n", max_size=10), st.text(alphabet="ab ,;()\"'\n", max_size=10))
def test_no_host_name_is_left_in_any_text(host: str, before: str, after: str) -> None:
    text = f"{before} {host} {after}"
    if is_host_name(host):
        assert re.search(rf"(?<![\w.-]){re.escape(host)}(?![\w.-])", masked(text)) is None


@given(st.from_regex(r"[A-Za-z0-9._%+-]{1,20}[a-z0-9]@[a-z0-9]{1,10}(\.[a-z]{2,5}){0,2}", fullmatch=True))
def test_no_e_mail_address_is_left_in_any_text(email: str) -> None:
    assert email not in masked(f"to {email}, please")
    assert "@" not in re.sub(EMAIL, "", masked(f"to {email}, please"))


@given(st.ip_addresses())
def test_no_address_is_left_in_any_text(address: Any) -> None:
    if str(address) != "::":
        assert str(address) not in masked(f"from {address} on")


@given(st.text())
def test_any_text_can_be_masked_and_no_mask_is_masked_again(text: str) -> None:
    result = masked(text)
    result.encode()
    assert masked(result) == result


def test_long_texts_take_no_time() -> None:
    for letter in "a.@:-/":
        assert len(masked(letter * 20000)) <= 20000
    assert len(masked("a." * 20000)) <= 40000


# Two names of a directory with a comma between are one.
APART = [text for text in (*GO, *STAY) if "dc=" not in text.lower()]


@given(st.lists(st.sampled_from(APART), min_size=2, max_size=6), st.sampled_from([" ", ", ", "\n", " | ", "; "]))
def test_texts_beside_each_other_are_masked_as_each_is(texts: list[str], between: str) -> None:
    assert masked(between.join(texts)) == between.join(map(masked, texts))
    assert masked(masked(between.join(texts))) == masked(between.join(texts))
