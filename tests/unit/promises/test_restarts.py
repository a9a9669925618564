# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise 9: the server restarts only where it must, and the task waits until it is back."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pyotp
import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _access, _login
from ansible_collections.comet.backup.tests.unit.emulated import ADMIN, PASSWORD, EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import add_admin
from ansible_collections.comet.backup.tests.unit.promises.case import succeed

FRAGMENT = {"branding": {"product_name": "Vault"}}
FRAGMENTS: dict[str, Any] = {
    **FRAGMENT,
    "email": {"from_name": "Backup team"},
    "webhook_options": [{"name": "ops", "url": "https://hooks.example.com"}],
    "software_build_role": {"max_builders": 4},
    "constellation_role": {"delete_unused_data": True},
    "psa_configs": [{"type": "generic", "url": "https://psa.example.com"}],
    "authentication_role": {"storage_templates": [{"name": "Local", "storage_limit_enabled": True}]},
}
WHOLE = {"trust_x_forwarded_for": True}
SET = "AdminMetaServerConfigSet"


def test_nothing_is_written_when_nothing_differs(comet: EmulatedServer) -> None:
    started = comet.start_hash
    comet.forget_calls()
    result = succeed(comet.task("comet_server_config", branding={"product_name": "Comet Backup"}))
    assert (result["changed"], result["restarted"]) == (False, False)
    assert (comet.calls(writes=False), comet.calls(writes=True)) == (["AdminMetaServerConfigGet"], [])
    assert comet.start_hash == started


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_has_its_own_call_and_restarts_nothing(comet: EmulatedServer, name: str) -> None:
    started = comet.start_hash
    comet.forget_calls()
    result = succeed(comet.task("comet_server_config", **{name: FRAGMENTS[name]}))
    assert (result["changed"], result["restarted"]) == (True, False)
    assert len(comet.calls(writes=True)) == 1
    assert SET not in comet.calls(writes=True)
    assert comet.start_hash == started
    assert succeed(comet.task("comet_server_config", **{name: FRAGMENTS[name]}))["changed"] is False


def test_several_fragments_have_a_call_each(comet: EmulatedServer) -> None:
    started = comet.start_hash
    comet.forget_calls()
    result = succeed(comet.task("comet_server_config", **FRAGMENTS))
    assert result["restarted"] is False
    assert len(comet.calls(writes=True)) == len(FRAGMENTS)
    assert SET not in comet.calls(writes=True)
    assert comet.start_hash == started
    assert succeed(comet.task("comet_server_config", **FRAGMENTS))["changed"] is False


@pytest.mark.parametrize("wish", [WHOLE, {**FRAGMENT, **WHOLE}], ids=["whole", "whole-and-fragment"])
def test_anything_else_restarts_the_server_and_waits(comet: EmulatedServer, wish: dict[str, Any]) -> None:
    started = comet.start_hash
    comet.forget_calls()
    said = succeed(comet.task("comet_server_config", check=True, **wish))
    result = succeed(comet.task("comet_server_config", **wish))
    assert said["restarted"] is result["restarted"] is result["changed"] is True
    assert comet.calls(writes=True) == [SET]
    assert comet.start_hash != started
    again = succeed(comet.task("comet_server_config", **wish))
    assert (again["changed"], again["restarted"]) == (False, False)


def test_a_fragment_that_restarts_all_the_same_is_waited_for(comet: EmulatedServer) -> None:
    comet.switch(fragment_set_restarts=True, restart_seconds=0.8)
    started = comet.start_hash
    result = succeed(comet.task("comet_server_config", retries=0, **FRAGMENT))
    assert (result["changed"], result["restarted"]) == (True, True)
    assert comet.start_hash != started
    assert succeed(comet.task("comet_server_config", **FRAGMENT))["changed"] is False


@pytest.mark.parametrize("seconds", [0.0, 0.8])
@pytest.mark.parametrize(
    ("module", "wish"),
    [
        ("comet_webhook", {"name": "ops", "webhook_url": "https://hooks.example.com/a"}),
        ("comet_branding", {"product_name": "Vault"}),
    ],
    ids=["webhook", "branding"],
)
def test_a_part_of_the_configuration_that_restarts_all_the_same_is_waited_for(
    comet: EmulatedServer, module: str, wish: dict[str, Any], seconds: float
) -> None:
    """A module of its own writes it; whoever comes next finds the server there."""
    comet.switch(fragment_set_restarts=True, restart_seconds=seconds)
    started = comet.start_hash
    assert succeed(comet.task(module, retries=0, **wish))["changed"] is True
    assert succeed(comet.task(module, retries=0, **wish))["changed"] is False
    assert comet.start_hash != started


def test_several_fragments_that_restart_all_the_same(comet: EmulatedServer) -> None:
    comet.switch(fragment_set_restarts=True)
    wish = {name: FRAGMENTS[name] for name in ("branding", "email", "webhook_options")}
    result = succeed(comet.task("comet_server_config", **wish))
    assert (result["changed"], result["restarted"]) == (True, True)
    assert succeed(comet.task("comet_server_config", **wish))["changed"] is False


def test_a_longer_restart_after_a_lost_answer_is_waited_for(comet: EmulatedServer) -> None:
    """The server may have begun to restart when the answer got lost."""
    comet.switch(restart_seconds=0.8)
    comet.fault("drop_after", path="server-config/set")
    result = succeed(comet.task("comet_server_config", retries=0, **WHOLE))
    assert (result["changed"], result["restarted"]) == (True, True)


@pytest.mark.parametrize("survive", [True, False])
def test_a_login_with_a_code_survives_the_restart(
    comet: EmulatedServer, monkeypatch: pytest.MonkeyPatch, survive: bool
) -> None:
    """Sessions may end with the restart; then the next code logs in again. The test does not wait for that code."""
    comet.switch(sessions_survive_restart=survive)
    secret = pyotp.random_base32()
    add_admin(comet, "careful", AllowPasswordLogin=False, AllowPasswordAndTOTPLogin=True, TOTPKey=secret)
    clock = SimpleNamespace(ahead=0.0)

    def skip(now: float) -> float:
        clock.ahead += _login.STEP_SECONDS
        return 0.0

    monkeypatch.setattr(_login, "time", SimpleNamespace(time=lambda: time.time() + clock.ahead))
    monkeypatch.setattr(_access, "seconds_to_next_code", skip)
    login = {"username": "careful", "password": PASSWORD, "totp_secret": secret}
    comet.forget_calls()
    result = succeed(comet.task("comet_server_config", **login, **WHOLE))
    assert result["restarted"] is True
    started = [call for call in comet.control("GET", "calls")["calls"] if call["method"] == "AdminAccountSessionStart"]
    assert (len(started) == 1) is survive


def test_a_session_key_that_ends_with_the_restart_is_explained(comet: EmulatedServer) -> None:
    key = comet.client.call("AdminAccountSessionStart")["SessionKey"]
    login = {"username": ADMIN, "session_key": key}
    refused = comet.task("comet_server_config", **login, **WHOLE)
    assert refused["failed"]
    assert "ended by a restart of the server" in refused["msg"]
    assert key not in str(refused)
    assert succeed(comet.task("comet_server_config", **WHOLE))["changed"] is False


def test_a_session_key_that_survives_goes_on(comet: EmulatedServer) -> None:
    comet.switch(sessions_survive_restart=True)
    key = comet.client.call("AdminAccountSessionStart")["SessionKey"]
    assert succeed(comet.task("comet_server_config", username=ADMIN, session_key=key, **WHOLE))["restarted"] is True


def test_a_server_that_stays_away_is_an_error(comet: EmulatedServer) -> None:
    comet.switch(restart_seconds=1.2)
    started = comet.start_hash
    refused = comet.task("comet_server_config", restart_timeout=1, **WHOLE)
    comet.client.wait_for_restart(started, 20, 0.05)
    assert refused["failed"]
    assert "should have restarted but did not within 1 seconds" in refused["msg"]
    assert succeed(comet.task("comet_server_config", **WHOLE))["changed"] is False
