"""Every method of the facts, called with little and with all that it takes, on servers of several versions.

The shape of every answer is checked by the session itself; see ``answer_watch``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from answer_shapes import facts, is_failure, method_exists

from ansible_collections.comet.backup.tests.unit.emulator.preparing import PREPARE, build_world
from ansible_collections.comet.backup.tests.unit.emulator.valid_calls import World, exists, is_json, wrong_values

ONCE = ("AdminAddFirstAdminUser", "AdminMetaShutdownService")
"""Methods that begin and end a server."""

CALLABLE = [name for name in facts("methods") if name not in ONCE]
REFUSED = ("AdminAccountU2fSubmitChallengeResponse", "AdminAccountWebauthnSubmitChallengeResponse")
"""Methods that want the answer of a real security key."""

SERVERS: dict[str, dict[str, Any]] = {
    "25.9.8": {},
    "25.3.0": {"empty_collections": "null", "omit_when_zero": False},
    "24.12.5": {},
    "23.6.0": {"empty_collections": "null"},
    "22.6.2": {},
}
"""Versions, and switches that shape what such a server answers."""

ENDS = ("25.9.8", "22.6.2")


@pytest.fixture(scope="module")
def world(start_for_module: Callable[..., Any]) -> World:
    server = start_for_module("--seed", "demo", "--set", "restart_seconds=0.05")
    made = build_world(World(server.http, server.url))
    made.control("snapshot", {"name": "prepared"})
    return made


@pytest.fixture(scope="module", params=SERVERS)
def version(request: Any, world: World) -> str:
    world.control("switch/reset", {})
    world.control("switch", {"version": request.param, **SERVERS[request.param]})
    return str(request.param)


@pytest.mark.parametrize("method", CALLABLE)
def test_answers(world: World, version: str, method: str) -> None:
    if not method_exists(method, version):
        assert world.send(method, {}).status_code == 404
        return
    for complete in (False, True) if version in ENDS else (True,):
        world.restore(method)
        special, login = PREPARE[method](world) if method in PREPARE else ({}, None)
        parameters = world.parameters(method, version, complete=complete)
        parameters.update({name: special[name] for name in world.known(method, version) & special.keys()})
        with world.send(method, parameters, login, stream=True) as response:
            answer = response.json() if is_json(response) else None
        assert is_failure(answer) == (method in REFUSED), (answer, parameters)
        if facts("methods")[method]["restarts_server"]:
            world.wait()


def test_first_and_last_call(start: Callable[..., Any], version: str) -> None:
    bootstraps = method_exists("AdminAddFirstAdminUser", version)
    server = start("--version", version, "--admin", "none" if bootstraps else "admin:admin")
    only = World(server.http, server.url)
    assert only.control("switch")["version"] == version
    if bootstraps:
        only.ask("AdminAddFirstAdminUser", TargetUser="admin", TargetPassword="admin")
        assert is_failure(only.send("AdminAddFirstAdminUser", {"TargetUser": "b", "TargetPassword": "c"}).json())
    only.ask("AdminMetaShutdownService")
    assert server.process.wait(timeout=10) == 0


def wrong_calls(
    world: World, version: str, method: str
) -> Iterator[tuple[dict[str, Any], dict[str, str] | None, int, str]]:
    """Parameters and login of calls that must be refused, with the status, and a word that the reason has."""
    good = world.parameters(method, version, complete=False)
    for parameter in facts("methods")[method]["params"]:
        name = parameter["name"]
        if exists(parameter, version):
            for value in wrong_values(parameter, version):
                yield {**good, name: value}, None, 400, name
            if parameter["required"]:
                yield {key: value for key, value in good.items() if key != name}, None, 400, name
    if facts("methods")[method]["auth"] != "none":
        yield good, {}, 403, "Unauthorised"
        yield good, {**world.login_for(method), "Password": "wrong password"}, 403, "Unauthorised"


REFUSABLE = [
    (version, method)
    for version in ENDS
    for method, entry in facts("methods").items()
    if method_exists(method, version) and (entry["params"] or entry["auth"] != "none")
]


@pytest.mark.parametrize(("version", "method"), REFUSABLE, indirect=["version"], scope="module")
def test_refusals(world: World, version: str, method: str) -> None:
    for parameters, login, status, word in wrong_calls(world, version, method):
        response = world.send(method, parameters, login)
        assert response.status_code == 200
        answer = response.json()
        assert (answer["Status"], word in answer["Message"]) == (status, True), (parameters, login, answer)
