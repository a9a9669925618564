"""The control call ``device``: what happens at the other end of the line, where no API reaches."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from ..emulator import Emulator
from . import fleet
from .live import Connection
from .registering import NewDevice, check_password, register, use_token, waiting_device
from .worlds import PLATFORMS

Document = dict[str, Any]

LINGER_SECONDS = 60
"""How long an old connection stays beside a new one."""

ADDRESS = "http://127.0.0.1:8060/"
"""Where a device believes the server is, unless told."""


def control_device(emulator: Emulator, request: Document) -> Document:
    """Let a device do something; answers its ``device`` id and, when it is online, the ``target`` of its connection.

    Raises:
        ValueError: the request makes no sense.
        ApiError: the server refuses the device.
    """
    action = ACTIONS.get(str(request.get("do")))
    if action is None:
        raise ValueError(f'"do" is one of {", ".join(ACTIONS)}')
    return action(emulator, request)


def _answer(device: str, connection: Connection | None) -> Document:
    return {"device": device, "target": connection.target if connection else None}


# Registering


def _register(emulator: Emulator, request: Document) -> Document:
    """An installer registers a device with ``token``, with ``password``, or without proof; the device connects."""
    username, new = str(request.get("user", "")), _describe(emulator, request)
    address = str(request.get("address") or ADDRESS)
    with emulator.changing(username):
        if "token" in request:
            token = use_token(emulator, str(request["token"]))
            username, address = token["Username"], token["Server"]
        elif "password" in request:
            check_password(emulator, username, str(request["password"]))
        register(emulator, username, new, address)
    return _answer(new.device, fleet.connect(emulator, username, new.device))


def _describe(emulator: Emulator, request: Document) -> NewDevice:
    platform = str(request.get("platform", "windows"))
    if platform not in PLATFORMS:
        raise ValueError(f'"platform" is one of {", ".join(PLATFORMS)}')
    return NewDevice(
        device=str(request.get("device") or secrets.token_hex(32)),
        name=str(request.get("name", "PC")),
        version=str(request.get("version") or emulator.version_text),
        platform=dict(PLATFORMS[platform]),
        time_zone=str(request.get("time_zone", "UTC")),
    )


# Coming and going


def _find(emulator: Emulator, request: Document) -> tuple[str, str]:
    """User and id of a registered device, named by id or friendly name; a user's only device needs no name."""
    username, wanted = str(request.get("user", "")), request.get("device")
    devices = (emulator.store.peek("user", username) or {"Devices": {}})["Devices"]
    found = [key for key, config in devices.items() if wanted in (None, key, config["FriendlyName"])]
    if len(found) != 1:
        raise ValueError(f"user {username!r} has {len(found)} such devices; name one of {', '.join(devices)}")
    return username, found[0]


def _connections(emulator: Emulator, username: str, device: str) -> list[Connection]:
    return [found for found in emulator.live.of_users((username,)) if found.device == device]


def _connect(emulator: Emulator, request: Document) -> Document:
    """A device comes online; told whether it ``allows_filenames`` it connects anew."""
    username, device = _find(emulator, request)
    if "allows_filenames" in request:
        discreet = emulator.live.discreet
        (discreet.discard if request["allows_filenames"] else discreet.add)((username, device))
        return _reconnect(emulator, request)
    connection = emulator.live.of_device(username, device) or fleet.connect(emulator, username, device)
    if connection is None:
        raise ValueError("the device cannot log in")
    return _answer(device, connection)


def _disconnect(emulator: Emulator, request: Document) -> Document:
    username, device = _find(emulator, request)
    fleet.go_away(emulator, username, device)
    return _answer(device, None)


def _reconnect(emulator: Emulator, request: Document) -> Document:
    username, device = _find(emulator, request)
    for connection in _connections(emulator, username, device):
        fleet.disconnect(emulator, connection)
    return _answer(device, fleet.connect(emulator, username, device))


def _duplicate(emulator: Emulator, request: Document) -> Document:
    """A device connects again, and its old connection ends after some seconds only."""
    username, device = _find(emulator, request)
    old = _connections(emulator, username, device)

    def end() -> None:
        for connection in old:
            fleet.disconnect(emulator, connection)

    emulator.timers.after(float(request.get("seconds", LINGER_SECONDS)), end)
    return _answer(device, fleet.connect(emulator, username, device))


# The lobby


def _lobby(emulator: Emulator, request: Document) -> Document:
    """A device waits in the lobby of the tenant that ``host`` belongs to."""
    host = str(request.get("host", "127.0.0.1:8060"))
    new, organization = _describe(emulator, request), emulator.organization_of_host(host)
    fleet.enter_lobby(emulator, waiting_device(new, organization, host, emulator.clock.now()))
    return _answer(new.device, None)


def _leave(emulator: Emulator, request: Document) -> Document:
    device = str(request.get("device", ""))
    if device not in emulator.live.waiting:
        raise ValueError("no such device waits in the lobby")
    fleet.leave_lobby(emulator, device)
    return _answer(device, None)


ACTIONS: dict[str, Callable[[Emulator, Document], Document]] = {
    "register": _register,
    "connect": _connect,
    "disconnect": _disconnect,
    "reconnect": _reconnect,
    "duplicate": _duplicate,
    "lobby": _lobby,
    "leave": _leave,
}
