"""A server of a version has what the facts date up to it, and nothing newer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from answer_shapes import (
    Rules,
    Version,
    facts,
    members,
    method_exists,
    parse_version,
    paths,
    result_type,
    value_deviations,
)

from ansible_collections.comet.backup.tests.unit.emulator.valid_calls import filled
from comet_emulator.core.facts import NEWEST, OLDEST, load_facts, supported_version
from comet_emulator.core.shapes import Shaper


def as_text(version: Any) -> str:
    return ".".join(str(part) for part in version)


def one_step_older(version: str) -> str:
    """The newest version before this one, whether or not it was ever released."""
    year, month, patch = parse_version(version)
    if patch:
        return as_text((year, month, patch - 1))
    return as_text((year, month - 1, 99)) if month else as_text((year - 1, 99, 99))


def dates(kind: str) -> list[str]:
    """Every version at which the facts date a method, or a member of a structure, that the emulator can go before."""
    if kind == "methods":
        found = {entry["since"] for entry in facts("methods").values()}
    else:
        found = {field["since"] for entry in facts("structures").values() for field in entry["fields"]}
    versions = {parse_version(since) for since in found if since}
    return [as_text(version) for version in sorted(versions) if version > parse_version(OLDEST)]


METHOD_DATES, MEMBER_DATES = dates("methods"), dates("structures")


def test_dates_are_many() -> None:
    assert len(METHOD_DATES) > 45
    assert len(MEMBER_DATES) > 75
    assert max(METHOD_DATES, key=parse_version) == NEWEST


# Methods


def dated(version: str) -> Iterator[str]:
    for name, entry in facts("methods").items():
        if parse_version(entry["since"]) == parse_version(version):
            yield name


def knows(server: Any, name: str) -> bool:
    """Whether the server answers the path at all; it does so without a login too, by refusing that."""
    response: requests.Response = server.http.post(server.url.rstrip("/") + facts("methods")[name]["path"], timeout=20)
    return response.status_code != 404


@pytest.mark.parametrize("version", METHOD_DATES)
def test_methods_appear_with_their_version(server: Any, version: str) -> None:
    names = [name for name in dated(version) if facts("methods")[name]["http_method"] == "POST"]
    server.switch(version=one_step_older(version))
    assert [name for name in names if knows(server, name)] == []
    server.switch(version=version)
    assert [name for name in names if not knows(server, name) and method_exists(name, version)] == []


def test_older_paths_come_and_go_with_their_method(server: Any) -> None:
    root = server.url.rstrip("/")
    older = {path: name for path, name in paths().items() if path != facts("methods")[name]["path"]}
    assert len(older) > 20
    for version in ("25.9.8", "20.3.1"):
        server.switch(version=version)
        answers = {path: server.http.post(root + path, timeout=20).status_code != 404 for path in older}
        assert answers == {path: method_exists(name, version) for path, name in older.items()}


def test_results_are_those_of_their_version() -> None:
    """Independently read facts agree on every method's existence and result, at and around every date."""
    methods = load_facts().methods
    changes = {version for entry in facts("methods").values() for version in _changes(entry)}
    for date in {*METHOD_DATES, *MEMBER_DATES, *changes}:
        for text in (one_step_older(date), date):
            version = supported_version(text)
            for name, method in methods.items():
                assert (method.since <= version) == method_exists(name, text), (name, text)
                if method.since <= version:
                    assert method.returns_at(version) == result_type(name, text), (name, text)


def _changes(entry: Any) -> Iterator[str]:
    for before in entry.get("returned_before", []):
        yield before.get("until") or before["before"]


# Members


@pytest.mark.parametrize("version", MEMBER_DATES)
def test_members_appear_with_their_version(version: str) -> None:
    older = one_step_older(version)
    new = {
        (structure, field["name"]): field
        for structure, entry in facts("structures").items()
        for field in entry["fields"]
        if parse_version(field["since"]) == parse_version(version)
    }
    at, before = (Shaper(load_facts(), supported_version(text)) for text in (version, older))
    taken = Shaper(load_facts(), supported_version(older), storing=True)
    for (structure, name), field in new.items():
        document = filled(structure, NEWEST, {})
        empty = field["type"] in facts("structures") and not members(field["type"], version)
        assert name in at.shape(structure, document) or empty, (structure, name)
        assert name not in before.shape(structure, document), (structure, name)
        assert taken.shape(structure, document).get(name) == taken.shape(structure, {}).get(name), (structure, name)
        assert value_deviations(structure, at.shape(structure, document), Rules(version)) == []
        assert value_deviations(structure, before.shape(structure, document), Rules(older)) == []


OF_THE_SERVER = (".LastSuspended", ".ServerConfig", ".Sources[].Statistics", ".Destinations[].Statistics")
"""Members of a profile that the server decides, whatever is submitted."""


def newer(type_name: str, value: Any, since: Version, path: str) -> Iterator[str]:
    """Paths of all members dated so that have a value other than zero."""
    kind, _unused, inner = type_name.partition("<")
    if kind == "list":
        for item in value or []:
            yield from newer(inner[:-1], item, since, f"{path}[]")
    elif kind == "map":
        for item in (value or {}).values():
            yield from newer(inner[:-1].partition(",")[2].strip(), item, since, f"{path}[]")
    elif type_name in facts("structures"):
        for name, field in members(type_name, NEWEST).items():
            item = (value or {}).get(name)
            if parse_version(field["since"]) == since and is_set(item):
                yield f"{path}.{name}"
            yield from newer(field["type"], item, since, f"{path}.{name}")


def is_set(value: Any) -> bool:
    """Whether anything in a value is other than zero."""
    if isinstance(value, dict):
        return any(is_set(item) for item in value.values())
    return bool(value)


@pytest.mark.parametrize("version", [date for date in MEMBER_DATES if parse_version(date) > (22, 6, 2)])
def test_members_newer_than_the_server_are_ignored_when_written(server: Any, version: str) -> None:
    profile = server.user()
    submitted = {
        **filled("UserProfileConfig", NEWEST),
        **{name: profile[name] for name in ("Username", "PasswordFormat", "PasswordHash", "PolicyID", "GroupID")},
        "AllowPasswordAndTOTPLogin": False,
        "OrganizationID": "",
        "IsSuspended": False,
    }
    wanted = set(newer("UserProfileConfig", submitted, parse_version(version), ""))
    stored = {}
    for text in (one_step_older(version), version):
        server.switch(version=text)
        server.ok("set-user-profile", TargetUser="alice", ProfileData=submitted)
        server.switch(version=NEWEST)
        read = server.ok("get-user-profile", TargetUser="alice")
        stored[text] = set(newer("UserProfileConfig", read, parse_version(version), ""))
    assert stored[one_step_older(version)] == set(newer("UserProfileConfig", profile, parse_version(version), ""))
    lost = wanted - stored[version]
    assert [path for path in lost if not path.startswith(OF_THE_SERVER)] == []


# Version itself


@pytest.mark.parametrize("version", ["", "new", "25", "25.9", "25.9.x", "25.9.8.1", "18.8.0", "25.9.9", "26.3.0"])
def test_versions_that_the_facts_do_not_cover_are_refused(server: Any, version: str) -> None:
    response = server.http.post(f"{server.url}_control/switch", json={"version": version}, timeout=10)
    assert response.status_code == 400
    assert "version" in response.json()["error"]
    assert server.ok("meta/version")["Version"] == NEWEST


@pytest.mark.parametrize("version", [OLDEST, "22.6.2", NEWEST])
def test_versions_that_the_facts_cover(server: Any, version: str) -> None:
    server.switch(version=version)
    assert server.ok("meta/version")["Version"] == version


@pytest.mark.parametrize("version", ["20.2.1", "22.6.2", "25.6.8"])
def test_profile_read_from_an_older_server_can_be_sent_back(server: Any, version: str) -> None:
    new = {
        "LinuxHomedirSandbox": True,
        "Destinations": {"v": {"Tag": "new", "RetentionError": "x"}},
        "Devices": {"d": {"ClientVersion": "25.9.6", "PlatformVersion": {"build": "1", "os": "linux"}}},
    }
    full = {**server.user(), **new}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=full)
    before = server.digest()
    server.switch(version=version)
    read = server.ok("get-user-profile", TargetUser="alice")
    assert "LinuxHomedirSandbox" not in read
    server.ok("set-user-profile", TargetUser="alice", ProfileData=read)
    assert server.digest() == before
    login = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}
    server.ok("user/web/session/start", login=login)
