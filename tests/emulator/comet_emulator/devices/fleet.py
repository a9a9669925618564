"""What devices do: connect, go away, come back, take a new version of the software."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import orjson

from ..core.events import KEPT, Event
from ..core.store import Change
from .live import Connection, presence_in, suspended_in

if TYPE_CHECKING:
    from ..emulator import Emulator


def _tell(emulator: Emulator, name: str, connection: Connection) -> None:
    emulator.events.send(Event(name, connection.username, connection.organization, connection.device))


def _tell_of_end(emulator: Emulator, connection: Connection) -> None:
    if emulator.switches["disconnect_events"]:
        _tell(emulator, "DEVICE_LIVE_DISCONNECT", connection)


def connect(emulator: Emulator, username: str, device: str) -> Connection | None:
    """A device connects, beside a connection it may have; None when it cannot log in."""
    row = emulator.store.row("user", username)
    if row is None or emulator.live.locked_out(row) or (username, device) in emulator.live.forgotten:
        return None
    presence = presence_in(row)
    if device not in presence.devices:
        return None
    connection = emulator.live.add(emulator.live.new_connection(username, device, row, presence))
    _tell(emulator, "DEVICE_LIVE_CONNECT", connection)
    return connection


def disconnect(emulator: Emulator, connection: Connection) -> None:
    """A connection ends, if it has not yet."""
    if emulator.live.remove(connection.target) is not None:
        _tell_of_end(emulator, connection)


def drop(emulator: Emulator, connection: Connection) -> None:
    """A connection ends, and its device comes back after a moment under a new id."""
    disconnect(emulator, connection)
    _come_back_later(emulator, connection.username, connection.device)


def go_away(emulator: Emulator, username: str, device: str) -> None:
    """All connections of a device end, and it stays away, also after a restart of the server."""
    for connection in emulator.live.of_users((username,)):
        if connection.device == device:
            disconnect(emulator, connection)
    emulator.live.stay_away(username, device)


def update(emulator: Emulator, connection: Connection, version: str) -> None:
    """A device installs a version of the software, and comes back with it after a moment."""
    disconnect(emulator, connection)

    def updated() -> None:
        with emulator.changing(connection.username):
            _note_version(emulator, connection.username, connection.device, version)
        _come_back(emulator, connection.username, connection.device)

    emulator.timers.after(emulator.switches["device_reconnect_seconds"], updated)


def _note_version(emulator: Emulator, username: str, device: str, version: str) -> None:
    row, profile = emulator.store.row("user", username), emulator.store.document("user", username)
    if row is not None and profile is not None and device in profile["Devices"]:
        profile["Devices"][device]["ClientVersion"] = version
        emulator.store.put("user", username, profile, organization=row.organization, parent=row.parent, group=row.group)


def _come_back_later(emulator: Emulator, username: str, device: str) -> None:
    seconds = emulator.switches["device_reconnect_seconds"]
    emulator.timers.after(seconds, lambda: _come_back(emulator, username, device))


def _come_back(emulator: Emulator, username: str, device: str) -> None:
    """A device connects by itself, unless it is there or was told to stay away meanwhile."""
    profile = emulator.store.peek("user", username)
    config = (profile or {"Devices": {}})["Devices"].get(device)
    if config is None or emulator.live.of_device(username, device) is not None:
        return
    if emulator.live.wants_online(username, device, config.get("RegistrationTime", 0)):
        connect(emulator, username, device)


# Accounts and the server


def connect_later(emulator: Emulator, username: str, device: str) -> None:
    """A device that was just registered connects after a moment."""
    seconds = emulator.switches["device_reconnect_seconds"]
    emulator.timers.after(seconds, lambda: _connect_first(emulator, username, device))


def _connect_first(emulator: Emulator, username: str, device: str) -> None:
    if emulator.live.of_device(username, device) is None:
        connect(emulator, username, device)


def follow(emulator: Emulator, changes: Iterable[Change]) -> None:
    """Drop the connections of users who were deleted or suspended; devices come back when a suspension ends."""
    for change in changes:
        if change.kind == "user" and change.before is not None:
            ended = change.after is None or suspended_in(change.after)
            _follow_account(emulator, change.key, suspended_in(change.before), ended)
        elif change.kind == "organization" and change.before is not None and change.after is not None:
            was, ended = (orjson.loads(row.body)["IsSuspended"] for row in (change.before, change.after))
            for username, row in emulator.store.rows("user").items() if was != ended else ():
                if row.organization == change.key:
                    _follow_account(emulator, username, was, ended)


def _follow_account(emulator: Emulator, username: str, was_closed: bool, is_closed: bool) -> None:
    if is_closed and not was_closed:
        for connection in emulator.live.forget_user(username):
            _tell_of_end(emulator, connection)
    elif was_closed and not is_closed:
        for device in (emulator.store.peek("user", username) or {"Devices": {}})["Devices"]:
            _come_back_later(emulator, username, device)


def restart(emulator: Emulator) -> None:
    """The server starts again: every device that was online comes back after a moment under a new id."""
    seconds = emulator.switches["device_reconnect_seconds"]
    emulator.live.restart(seconds)
    emulator.timers.after(seconds, lambda: _tell_of_all(emulator))


def _tell_of_all(emulator: Emulator) -> None:
    """Events of all that came back; on a large server with nobody listening nobody needs to look who that is."""
    if emulator.events.listeners or len(emulator.store.rows("user")) <= KEPT:
        for connection in emulator.live.everyone():
            _tell(emulator, "DEVICE_LIVE_CONNECT", connection)


# The lobby


def enter_lobby(emulator: Emulator, waiting: dict[str, Any]) -> None:
    """A device without a login begins to wait; ``waiting`` is a ``RegistrationLobbyConnection``."""
    emulator.live.waiting[waiting["DeviceID"]] = waiting
    _tell_lobby(emulator, "DEVICE_LOBBY_CONNECT", waiting)


def leave_lobby(emulator: Emulator, device: str) -> None:
    """A device waits no longer.

    Raises:
        KeyError: it did not wait.
    """
    _tell_lobby(emulator, "DEVICE_LOBBY_DISCONNECT", emulator.live.waiting.pop(device))


def _tell_lobby(emulator: Emulator, name: str, waiting: dict[str, Any]) -> None:
    emulator.events.send(Event(name, "", waiting["OrganizationID"], waiting["DeviceID"]))
