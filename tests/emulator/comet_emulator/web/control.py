"""Control calls under ``/_control/``: what tests need and no real server has. Loopback only, JSON in and out."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

import orjson

from ..core.errors import ApiError
from ..core.routing import COVERAGE
from ..core.store import Row
from ..core.switches import UnknownSwitch
from ..devices.device_control import control_device
from ..emulator import Emulator
from ..jobs.history import control_history
from ..jobs.job_control import control_job
from ..methods.profiles import merge_patch, store_profile
from ..server.mail import Outbox

Document = dict[str, Any]


class BadControl(ValueError):
    """A control call that cannot be done; the text says why."""


def answer_control(emulator: Emulator, client: str, http_method: str, path: str, body: bytes) -> tuple[int, Document]:
    """HTTP status and JSON answer of a control call."""
    if not _is_loopback(client):
        return 403, {"error": "control calls are for this machine only"}
    action = ACTIONS.get((http_method, path.removeprefix("/_control/")))
    if action is None:
        names = sorted(f"{method} /_control/{name}" for method, name in ACTIONS)
        return 404, {"error": "unknown control call", "calls": names}
    try:
        request = orjson.loads(body) if body else {}
        if not isinstance(request, dict):
            raise BadControl("the body must be a JSON object")
        return 200, action(emulator, request)
    except (BadControl, UnknownSwitch, ApiError, ValueError) as problem:
        return 400, {"error": str(problem)}


def _is_loopback(client: str) -> bool:
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _switch(emulator: Emulator, request: Document) -> Document:
    for name, value in request.items():
        if name == "version":
            emulator.set_version(str(value))
        else:
            emulator.switches.set(name, value)
    emulator.refresh_shapes()
    return _switches(emulator, {})


def _switches(emulator: Emulator, _unused: Document) -> Document:
    return {"version": emulator.version_text, **emulator.switches.as_dict()}


def _reset_switches(emulator: Emulator, _unused: Document) -> Document:
    emulator.switches.reset()
    emulator.set_version(emulator.initial_version)
    return _switches(emulator, {})


def _calls(emulator: Emulator, _unused: Document) -> Document:
    return emulator.calls.report()


def _reset_calls(emulator: Emulator, _unused: Document) -> Document:
    emulator.calls.reset()
    return {}


def _read_only(emulator: Emulator, request: Document) -> Document:
    if not isinstance(request.get("on"), bool):
        raise BadControl('send {"on": true} or {"on": false}')
    emulator.read_only = request["on"]
    return {"on": emulator.read_only}


def _state(emulator: Emulator, _unused: Document) -> Document:
    """The digest and counts of what is stored, and what is only open at the moment, which the digest leaves out."""
    open_now = {
        "sessions": emulator.sessions.open,
        "connections": len(emulator.live.everyone()),
        "streams": emulator.streams.open,
    }
    stored = {"digest": emulator.store.digest(), "counts": emulator.store.counts()}
    return {**stored, "open": open_now, "restarting": emulator.restarting}


def _events(emulator: Emulator, _unused: Document) -> Document:
    return {"events": emulator.events.recent()}


def _forget_events(emulator: Emulator, _unused: Document) -> Document:
    emulator.events.forget()
    return {}


def _webhooks(emulator: Emulator, _unused: Document) -> Document:
    return {"webhooks": emulator.webhooks.report()}


def _fault(emulator: Emulator, request: Document) -> Document:
    emulator.faults.plan(request)
    return emulator.faults.report()


def _faults(emulator: Emulator, _unused: Document) -> Document:
    return emulator.faults.report()


def _run_clients(emulator: Emulator, request: Document) -> Document:
    emulator.clients.run(request)
    return emulator.clients.report()


def _clients(emulator: Emulator, _unused: Document) -> Document:
    return emulator.clients.report()


def _plan_race(emulator: Emulator, request: Document) -> Document:
    emulator.races.plan(request)
    return emulator.races.report()


def _races(emulator: Emulator, _unused: Document) -> Document:
    return emulator.races.report()


def _profile(emulator: Emulator, request: Document) -> Document:
    """Change a profile as the user's own device would: a JSON merge patch, past every rule of the API."""
    username, members = str(request.get("user", "")), request.get("members")
    profile = emulator.store.document("user", username)
    if profile is None or not isinstance(members, dict):
        raise BadControl("send an existing user and members to change")
    changed = emulator.take("UserProfileConfig", merge_patch(profile, members), "members")
    with emulator.changing(username):
        return {"hash": store_profile(emulator, username, changed).hash}


def _document(emulator: Emulator, request: Document) -> Document:
    """Put members into a stored document exactly as they are: null stays null, whatever the facts say."""
    kind, key, members = str(request.get("kind", "")), str(request.get("id", "")), request.get("members")
    row = emulator.store.row(kind, key)
    if row is None or not isinstance(members, dict):
        raise BadControl("send the kind and the id of a stored document, and members to put into it")
    emulator.store.put(kind, key, {**orjson.loads(row.body), **members}, **_place_of(row))
    return {"members": sorted(members)}


def _place_of(row: Row) -> dict[str, str]:
    return {"organization": row.organization, "parent": row.parent, "group": row.group}


def _snapshot(emulator: Emulator, request: Document) -> Document:
    name = str(request.get("name", ""))
    emulator.snapshots[name] = emulator.store.snapshot()
    emulator.live.keep(name)
    return {"name": name}


def _restore(emulator: Emulator, request: Document) -> Document:
    name = str(request.get("name", ""))
    if name not in emulator.snapshots:
        raise BadControl(f"there is no snapshot {name!r}")
    emulator.store.restore(emulator.snapshots[name])
    emulator.clock.show_real_time()
    emulator.live.put_back(name)
    emulator.jobs.resume()
    emulator.forget_parts(lasting=True)
    emulator.webhooks.begin_anew()
    emulator.used_codes.clear()
    emulator.failed_logins.clear()
    emulator.directories.clear()
    return {"name": name}


def _clock(emulator: Emulator, request: Document) -> Document:
    """Let time pass at once, and do everything that was planned for it."""
    seconds = request.get("advance", 0)
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise BadControl('send {"advance": seconds}')
    emulator.clock.advance(seconds)
    emulator.timers.run_due()
    return {"now": emulator.clock.now()}


def _outbox(emulator: Emulator, _unused: Document) -> Document:
    """Mails that would have left, and how they fared."""
    return {"messages": emulator.part(Outbox).report()}


def _directory(emulator: Emulator, request: Document) -> Document:
    """Say who is in the directory behind an external authentication source."""
    source, users = str(request.get("source", "")), request.get("users")
    if emulator.store.row("login_source", source) is None:
        raise BadControl(f"there is no authentication source {source!r}")
    if not isinstance(users, dict) or not all(isinstance(password, str) for password in users.values()):
        raise BadControl('send {"source": id, "users": {name: password}}')
    emulator.directories.fill(source, users)
    return {"source": source, "users": sorted(users)}


def _coverage(emulator: Emulator, _unused: Document) -> Document:
    return {name: COVERAGE[name] for name in sorted(emulator.facts.methods)}


ACTIONS: dict[tuple[str, str], Callable[[Emulator, Document], Document]] = {
    ("GET", "calls"): _calls,
    ("GET", "clients"): _clients,
    ("GET", "coverage"): _coverage,
    ("GET", "events"): _events,
    ("GET", "fault"): _faults,
    ("GET", "race"): _races,
    ("GET", "outbox"): _outbox,
    ("GET", "state"): _state,
    ("GET", "switch"): _switches,
    ("GET", "webhooks"): _webhooks,
    ("POST", "calls/reset"): _reset_calls,
    ("POST", "clients"): _run_clients,
    ("POST", "clock"): _clock,
    ("POST", "events/reset"): _forget_events,
    ("POST", "directory"): _directory,
    ("POST", "device"): control_device,
    ("POST", "document"): _document,
    ("POST", "fault"): _fault,
    ("POST", "history"): control_history,
    ("POST", "job"): control_job,
    ("POST", "profile"): _profile,
    ("POST", "race"): _plan_race,
    ("POST", "read-only"): _read_only,
    ("POST", "restore"): _restore,
    ("POST", "snapshot"): _snapshot,
    ("POST", "switch"): _switch,
    ("POST", "switch/reset"): _reset_switches,
}
