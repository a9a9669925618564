# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two doors: options that do not fit, errors, warnings and secrets."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible.module_utils import basic

from ansible_collections.comet.backup.plugins.module_utils._module import _door
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS as MODULES
from ansible_collections.comet.backup.plugins.module_utils._module._connection import connect, connection_key
from ansible_collections.comet.backup.plugins.module_utils._state import _plan, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer

Outcome = dict[str, Any]
RunDoor = Callable[..., Outcome]


@pytest.fixture
def comet(emulator: EmulatedServer) -> EmulatedServer:
    emulator.reset()
    return emulator


@pytest.fixture
def through_process(
    comet: EmulatedServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> RunDoor:
    """A module's main function with the options that ansible would hand it; what it prints."""

    def run(module: str, check: bool = False, **options: Any) -> Outcome:
        arguments = {**comet.login, **options, "_ansible_check_mode": check, "_ansible_diff": True}
        text = json.dumps({"ANSIBLE_MODULE_ARGS": arguments})
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", text.encode())
        # Where a warning goes from here depends on whether ansible believes to be on the controller.
        warned: list[str] = []
        monkeypatch.setattr(_door.CometModule, "warn", lambda self, text: warned.append(text))
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy")
        with pytest.raises(SystemExit) as left:
            _door.run_module(MODULES[module])
        result: Outcome = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert left.value.code == (1 if result.get("failed") else 0)
        return {**result, "warnings": warned} if warned else result

    return run


USER: Outcome = {"name": "alice", "user_password": "canary-5fb1-password", "account_name": "Alice"}
TASKS: dict[str, tuple[str, Outcome]] = {
    "create": ("comet_user", USER),
    "check": ("comet_user", {**USER, "check": True}),
    "reference in check mode": ("comet_user", {**USER, "policy": "Gold", "check": True}),
    "reference": ("comet_user", {**USER, "policy": "Gold"}),
    "absent": ("comet_user", {"name": "bob", "state": "absent"}),
    "unknown option": ("comet_user", {**USER, "acount_name": "A"}),
    "unknown nested option": ("comet_policy", {"name": "G", "settings": {"prevent_open_web_u": True}}),
    "two unknown options": ("comet_user", {**USER, "acount_name": "A", "user_pasword": "canary-5fb1-typo"}),
    "number": ("comet_user", {**USER, "maximum_devices": "many"}),
    "choice": ("comet_user", {**USER, "state": "gone"}),
    "missing": ("comet_user", {"account_name": "A"}),
    "neither": ("comet_policy", {}),
    "no dictionary": ("comet_policy", {"name": "G", "settings": 3}),
    "text for a dictionary": ("comet_policy", {"name": "G", "settings": "x"}),
    "text in a list of dictionaries": ("comet_tenant", {"name": "A", "webhook_options": ["x"]}),
    "enumeration": ("comet_policy", {"name": "G", "settings": {"default_storage_vault_retention": {"mode": "x"}}}),
    "keyed secret": (
        "comet_user",
        {
            **USER,
            "custom_policy": {
                "default_sources": [{"id": "d", "engine": "mysql", "engine_props": {"P": "canary-5fb1-p"}}]
            },
        },
    ),
    "both name and id": ("comet_policy_info", {"name": "a", "id": "b"}),
    "info": ("comet_server_info", {"gather": ["server_config"]}),
    "method": ("comet_api", {"method": "AdminListUsers"}),
    "unknown method": ("comet_api", {"method": "AdminListUser"}),
    "secret parameter": (
        "comet_api",
        {"method": "AdminAddUser", "params": {"TargetUser": "alice", "TargetPassword": "canary-5fb1-api"}},
    ),
    "a number as a name": ("comet_user", {**USER, "name": 42}),
    "refused": ("comet_user", {**USER, "url": "http://backup.example.com"}),
    "credentials in the url": ("comet_user", {**USER, "url": "http://a:canary-5fb1-url@127.0.0.1:1"}),
}


CHANCE = {"creation_guid", "create_time", "modify_time"}


def timeless(value: Any) -> Any:
    """Without what differs by chance from one making to the next, at any depth."""
    if isinstance(value, list):
        return [timeless(item) for item in value]
    if isinstance(value, dict):
        return {name: timeless(item) for name, item in value.items() if name not in CHANCE}
    return value


def plain(result: Outcome) -> Outcome:
    """Without what chance adds, and without what ansible adds to a process."""
    shown = {name: value for name, value in result.items() if name not in ("invocation", "failed", "exception")}
    return {name: timeless(value) if name in ("user", "diff") else value for name, value in shown.items()}


@pytest.mark.parametrize("task", TASKS)
def test_both_doors_say_the_same(comet: EmulatedServer, through_process: RunDoor, task: str) -> None:
    module, options = TASKS[task]
    comet.snapshot("before")
    here = comet.task(module, **options)
    comet.restore("before")
    there = through_process(module, **options)
    assert plain(json.loads(json.dumps(here))) == plain(there)
    assert bool(here.get("failed")) == bool(there.get("failed"))
    for result in (here, there):
        assert "canary-5fb1" not in json.dumps(result, default=str)
        assert "Traceback" not in json.dumps(result, default=str)


@pytest.mark.parametrize("task", ["create", "unknown option", "refused"])
def test_the_invocation_holds_the_options(comet: EmulatedServer, through_process: RunDoor, task: str) -> None:
    module, options = TASKS[task]
    for result in (comet.task(module, **options), through_process(module, **options)):
        assert result["invocation"]["module_args"].keys() >= options.keys()


def test_a_missing_library_is_named(comet: EmulatedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_door, "MISSING_REQUESTS", "ImportError: requests")
    result = comet.task("comet_user", **USER)
    assert result["failed"]
    assert "requests" in result["msg"]


def test_sessions_end_with_the_task(comet: EmulatedServer, through_process: RunDoor) -> None:
    comet.forget_calls()
    through_process("comet_user", **USER)
    log = [call["method"] for call in comet.control("GET", "calls")["calls"]]
    assert log.count("AdminAccountSessionStart") == log.count("AdminAccountSessionRevoke")


def test_which_tasks_share_a_client(comet: EmulatedServer) -> None:
    def key(check: bool = False, **more: Any) -> Any:
        params = dict.fromkeys(
            ("validate_certs", "ca_path", "client_cert", "client_key", "timeout", "retries", "allow_http")
        )
        return connection_key({**params, "timeout": 1, "retries": 1, **comet.login, **more}, check)

    assert key() == key()
    assert (
        len(
            {
                key(),
                key(True),
                key(password="b"),
                key(username="b"),
                key(url="http://localhost:1"),
                key(session_key="k"),
            }
        )
        == 6
    )
    assert len({key(totp_code="1"), key(totp_secret="JBSWY3DP")}) == 2


LEAK, EXTRA, SHARE = "canary-in-the-arguments", "another-one-in-extra", "one-inside-a-list"


@pytest.mark.parametrize("mode", ["delete_except", "no_such_mode"])
def test_arguments_hide_single_secret_entries_even_when_another_option_is_wrong(mode: str) -> None:
    """Nothing is listening there, so both runs fail: one on the option, one on the connection."""
    share = {"SharePath": "\\\\nas\\files", "Username": "backup", "Password": SHARE}
    sources = [
        {"id": "one", "engine": "mssql", "engine_props": {"USERNAME": "backup", "PASSWORD": LEAK}},
        {"id": "two", "engine": "file", "engine_props": {"INCLUDE": ["\\\\nas\\files"], "SMBAUTH": [share]}},
    ]
    settings = {"default_storage_vault_retention": {"mode": mode}, "default_sources": sources}
    extra = {"Policy": {"FutureThing": {"ApiKey": EXTRA}}}
    options = {"name": "Gold", "settings": settings, "extra": extra, "retries": 0}
    connection = {"url": "http://127.0.0.1:9", "username": "admin", "password": "not-used-at-all"}
    policy = MODULES["comet_policy"]
    result = _door.run_here(policy, {**connection, **options}, lambda params: Server(connect(params, False)))
    assert result["failed"] is True
    shown = json.dumps(result)
    assert LEAK not in shown
    assert EXTRA not in shown
    assert SHARE not in shown


POLICY: Outcome = {
    "name": "Gold",
    "settings": {"default_sources": [{"id": "one", "engine": "mysql", "engine_props": {"PASSWORD": LEAK}}]},
}


@pytest.mark.parametrize("function", ["make_plan", "keyed_secrets"])
def test_a_fault_of_the_program_is_told_without_values(
    comet: EmulatedServer, through_process: RunDoor, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    """Whether it comes before or after it is known which values are secret."""

    def fail(*given: Any, **named: Any) -> None:
        raise KeyError(f"{given} {named}")

    for where in (_plan, _redact):
        monkeypatch.setattr(where, function, fail, raising=False)
    for result in (comet.task("comet_policy", **POLICY), through_process("comet_policy", **POLICY)):
        assert result["failed"] is True
        assert result["msg"].startswith("policy Gold: unexpected KeyError in test_door.py, line ")
        assert f"in {'answer' if function == 'keyed_secrets' else 'reconcile'}" in result["error"]["traceback"]
        assert LEAK not in json.dumps(result)


def test_the_log_of_the_machine_gets_no_values(
    comet: EmulatedServer, through_process: RunDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither those of entries that are secret for their engine nor those of secrets that look otherwise there."""
    logged: list[Any] = []
    monkeypatch.setattr(basic.AnsibleModule, "log", lambda self, *said: logged.append(said))
    assert not through_process("comet_policy", **POLICY).get("failed")
    assert logged == [("Invoked with name, password, settings, url, username",)]


def test_a_server_that_repeats_secrets_is_not_repeated(comet: EmulatedServer) -> None:
    """Neither new ones nor those that it told before, as it was sent them or as JSON."""
    comet.task("comet_user", name="alice", user_password="correct horse")
    comet.change_profile("alice", TOTPKey="held & before")
    for way in (0, 1, 2):
        comet.control("POST", "fault", {"kind": "echo", "path": "set-user-profile-hash", "count": 1, "value": way})
        source = {"id": "one", "engine": "mysql", "engine_props": {"PASSWORD": 'two "words"'}}
        result = comet.task(
            "comet_user", name="alice", custom_policy={"default_sources": [source]}, account_name="Anna"
        )
        assert "Cannot do this with" in result["msg"]
        assert "RequireHash" in result["msg"]
        for part in ("held", "before", "two", "words", comet.login["password"]):
            assert part not in json.dumps(result)
