"""Devices in tests: what they do by control calls, and what the API shows of them."""

from __future__ import annotations

from typing import Any

MOMENT = 1
"""Seconds after which a device is back, with the default of ``device_reconnect_seconds``."""


def device(server: Any, do: str, **details: Any) -> Any:
    return server.control("device", {"do": do, "user": "alice", **details})


def active(server: Any, **options: Any) -> dict[str, Any]:
    """Device id of every connection by target."""
    return {key: entry["DeviceID"] for key, entry in server.ok("dispatcher/list-active", **options).items()}


def profile_of(server: Any, name: str = "alice") -> dict[str, Any]:
    profile: dict[str, Any] = server.ok("get-user-profile", TargetUser=name)
    return profile


def let_pass(server: Any, seconds: float = MOMENT) -> None:
    server.control("clock", {"advance": seconds})


def events(server: Any, *names: str) -> list[str]:
    """Types of the events of these names, in order."""
    found = [entry["TypeString"].removeprefix("SEVT_") for entry in server.control("events")["events"]]
    return [name for name in found if name in names]
