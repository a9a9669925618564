"""Events: what happened on the server, told to whoever listens (web sockets, webhooks).

Events about stored documents are not sent by handlers: they follow from what a finished transaction changed in the
store. Handlers send only those that leave no document behind, such as logins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from .clock import Clock
from .facts import Facts, Version, parse_version
from .store import Change

RUNNING = range(6000, 7000)
"""``Status`` of a job that has not ended."""


@dataclass(frozen=True, slots=True)
class Event:
    """One ``StreamableEvent`` before it is shaped. ``name`` is that of the constant without ``SEVT_``."""

    name: str
    actor: str = ""
    organization: str = ""
    resource: str = ""
    data: Any = None


@dataclass(frozen=True, slots=True)
class Kind:
    """Names of the events about one kind of document, and whether they carry it; an empty name is no event."""

    new: str
    removed: str
    updated: str = ""
    carries: bool = True


KINDS = {
    "user": Kind("ACCOUNT_NEW", "ACCOUNT_REMOVED", "ACCOUNT_UPDATED"),
    "admin": Kind("ACCOUNT_ADMIN_NEW", "ACCOUNT_ADMIN_REMOVED", "ACCOUNT_ADMIN_UPDATED"),
    "bucket": Kind("BUCKET_NEW", "BUCKET_REMOVED"),
    "organization": Kind("TENANT_NEW", "TENANT_REMOVED", "TENANT_UPDATED"),
    "policy": Kind("POLICY_NEW", "POLICY_REMOVED", "POLICY_UPDATED"),
    "group": Kind("USERGROUP_NEW", "USERGROUP_REMOVED", "USERGROUP_UPDATED"),
    "quota": Kind("SQUOTA_NEW", "SQUOTA_REMOVED", "SQUOTA_UPDATED"),
}

SINCE = {
    "DEVICE_LOBBY_CONNECT": "23.9.2",
    "DEVICE_LOBBY_DISCONNECT": "23.9.2",
    "USERGROUP_NEW": "24.12.0",
    "USERGROUP_REMOVED": "24.12.0",
    "USERGROUP_UPDATED": "24.12.0",
    "SQUOTA_NEW": "25.9.8",
    "SQUOTA_REMOVED": "25.9.8",
    "SQUOTA_UPDATED": "25.9.8",
}
"""First version that knows an event; the others are older than every version emulated."""


def _load(body: bytes | None) -> dict[str, Any]:
    return {} if body is None else orjson.loads(body)


def events_of(change: Change, actor: str) -> list[Event]:
    """The events that one changed document causes."""
    before, after = _load(change.before and change.before.body), _load(change.after and change.after.body)
    row = change.after or change.before
    assert row is not None
    if change.kind == "job":
        return _job_events(change.key, before, after, row.organization)
    kind = KINDS.get(change.kind)
    if kind is None or before == after:
        return []
    name = kind.new if change.before is None else kind.removed if change.after is None else kind.updated
    resource = after.get("Username") or before.get("Username") or change.key
    data = after if kind.carries and after else None
    found = [Event(name, actor, row.organization, resource, data)] if name else []
    return found + (_device_events(before, after, row.organization) if change.kind == "user" else [])


def _job_events(key: str, before: dict[str, Any], after: dict[str, Any], organization: str) -> list[Event]:
    found = []
    if after and not before:
        found.append(Event("JOB_NEW", after["Username"], organization, key, after))
    if after and after["Status"] not in RUNNING and (not before or before["Status"] in RUNNING):
        found.append(Event("JOB_COMPLETED", after["Username"], organization, key, after))
    return found


def _device_events(before: dict[str, Any], after: dict[str, Any], organization: str) -> list[Event]:
    had, has = before.get("Devices") or {}, after.get("Devices") or {}
    username = after.get("Username") or before.get("Username") or ""
    new = [Event("DEVICE_NEW", username, organization, key, has[key]) for key in has if key not in had]
    return new + [Event("DEVICE_REMOVED", username, organization, key) for key in had if key not in has]


class Events:
    """Where events are sent, and who gets them."""

    def __init__(self, facts: Facts, clock: Clock) -> None:
        self._clock = clock
        self._numbers = facts.event_types
        self.listeners: list[Callable[[Event, dict[str, Any]], None]] = []
        self.version: Version = parse_version(None)

    def tell(self, changes: list[Change], actor: str) -> None:
        """Send the events about what a transaction changed."""
        if self.listeners:
            for change in changes:
                for event in events_of(change, actor):
                    self.send(event)

    def send(self, event: Event) -> None:
        """Tell everyone who listens, in the order of sending."""
        if not self.listeners or parse_version(SINCE.get(event.name)) > self.version:
            return
        document = self.document(event)
        for listener in list(self.listeners):
            listener(event, document)

    def document(self, event: Event) -> dict[str, Any]:
        """An event as a ``StreamableEvent``."""
        name = f"SEVT_{event.name}"
        return {
            "Actor": event.actor,
            "OwnerOrganizationID": event.organization,
            "ResourceID": event.resource,
            "Type": self._numbers[event.name],
            "Timestamp": self._clock.now(),
            "TypeString": name,
            "Data": event.data,
        }
