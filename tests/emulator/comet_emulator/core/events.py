"""Events: what happened on the server, told to whoever listens (web sockets, webhooks).

Events about stored documents are not sent by handlers: they follow from what a finished transaction changed in the
store. Handlers send only those that leave no document behind, such as logins.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from .clock import Clock
from .facts import Facts, Version, parse_version
from .store import Change
from .switches import Switches

RUNNING = range(6000, 7000)
"""``Status`` of a job that has not ended."""

KEPT = 1000
"""How many changes and events are remembered."""


@dataclass(frozen=True, slots=True)
class Event:
    """One ``StreamableEvent`` before it is shaped. ``name`` is that of the constant without ``SEVT_``.

    ``type`` is the structure that ``data`` has; data of no structure is sent as it is. ``told`` is false for data that
    the vendor's description of the event does not mention.
    """

    name: str
    actor: str = ""
    organization: str = ""
    resource: str = ""
    data: Any = None
    type: str = ""
    told: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """Names of the events about one kind of document, its structure, and whether the vendor says that they carry it.

    An empty name is no event.
    """

    type: str
    new: str
    removed: str
    updated: str = ""
    told: bool = True


KINDS = {
    "user": Kind("UserProfileConfig", "ACCOUNT_NEW", "ACCOUNT_REMOVED", "ACCOUNT_UPDATED"),
    "admin": Kind("AllowedAdminUser", "ACCOUNT_ADMIN_NEW", "ACCOUNT_ADMIN_REMOVED", "ACCOUNT_ADMIN_UPDATED"),
    "bucket": Kind("BucketProperties", "BUCKET_NEW", "BUCKET_REMOVED", told=False),
    "organization": Kind("Organization", "TENANT_NEW", "TENANT_REMOVED", "TENANT_UPDATED"),
    "policy": Kind("GroupPolicy", "POLICY_NEW", "POLICY_REMOVED", "POLICY_UPDATED"),
    "group": Kind("UserGroup", "USERGROUP_NEW", "USERGROUP_REMOVED", "USERGROUP_UPDATED", told=False),
    "quota": Kind("SharedStorageQuota", "SQUOTA_NEW", "SQUOTA_REMOVED", "SQUOTA_UPDATED", told=False),
}

Show = Callable[[dict[str, Any], str], dict[str, Any]]

CONFIGURATION = "ServerConfigOptions"


def _load(body: bytes | None) -> dict[str, Any]:
    return {} if body is None else orjson.loads(body)


def events_of(change: Change, actor: str) -> list[Event]:
    """The events that one changed document causes."""
    if change.kind != "job" and change.kind != "server" and change.kind not in KINDS:
        return []
    if change.before and change.after and change.before.body == change.after.body and change.kind != "server":
        return []
    before, after = _load(change.before and change.before.body), _load(change.after and change.after.body)
    row = change.after or change.before
    assert row is not None
    if change.kind == "job":
        return _job_events(change.key, before, after, row.organization)
    if change.kind == "server":
        # Saved is saved: this event comes even when the configuration is the same as before.
        return [Event("SERVER_UPDATED", actor, data=after, type=CONFIGURATION)] if change.key == "config" else []
    if before == after:
        return []
    kind = KINDS[change.kind]
    name = kind.new if change.before is None else kind.removed if change.after is None else kind.updated
    resource = after.get("Username") or before.get("Username") or change.key
    found = [Event(name, actor, row.organization, resource, after or None, kind.type, kind.told)] if name else []
    return found + (_device_events(before, after, row.organization) if change.kind == "user" else [])


def _job_events(key: str, before: dict[str, Any], after: dict[str, Any], organization: str) -> list[Event]:
    names = []
    if after and not before:
        names.append("JOB_NEW")
    if after and after["Status"] not in RUNNING and (not before or before["Status"] in RUNNING):
        names.append("JOB_COMPLETED")
    return [Event(name, after["Username"], organization, key, after, "BackupJobDetail") for name in names]


def _device_events(before: dict[str, Any], after: dict[str, Any], organization: str) -> list[Event]:
    had, has = before.get("Devices") or {}, after.get("Devices") or {}
    username = after.get("Username") or before.get("Username") or ""
    new = [Event("DEVICE_NEW", username, organization, key, has[key], "DeviceConfig") for key in has if key not in had]
    return new + [Event("DEVICE_REMOVED", username, organization, key) for key in had if key not in has]


class Events:
    """Where events are sent, who gets them, and the last of them.

    ``show`` gives an event, whose data has a type or none, as this version shows it. While nobody listens nothing is
    parsed: what happened is remembered as it is, and turned into events by whoever asks.
    """

    def __init__(self, facts: Facts, clock: Clock, switches: Switches, show: Show) -> None:
        self._clock = clock
        self._switches = switches
        self._show = show
        self._numbers = facts.event_types
        self._since = facts.events_since
        self._history: deque[tuple[int, str, Event | Change]] = deque(maxlen=KEPT)
        self.observers: list[Callable[[list[Change]], None]] = []
        self.listeners: list[Callable[[Event, dict[str, Any]], None]] = []
        self.version: Version = parse_version(None)

    def tell(self, changes: list[Change], actor: str) -> None:
        """Send the events about what a transaction changed; observers see the changes themselves, and first."""
        for observer in self.observers:
            observer(changes)
        moment = self._clock.now()
        for change in changes[-KEPT:]:
            # A running job changes all the time, and nearly none of that is an event.
            if change.kind != "job" or events_of(change, actor):
                self._history.append((moment, actor, change))
        if self.listeners:
            for change in changes:
                for event in events_of(change, actor):
                    self._deliver(event, moment)

    def send(self, event: Event) -> None:
        """Tell everyone who listens, in the order of sending."""
        moment = self._clock.now()
        self._history.append((moment, event.actor, event))
        if self.listeners:
            self._deliver(event, moment)

    def _deliver(self, event: Event, moment: int) -> None:
        if self._exists(event):
            document = self.document(event, moment)
            for listener in list(self.listeners):
                listener(event, document)

    def _exists(self, event: Event) -> bool:
        return self._since[event.name] <= self.version

    def recent(self) -> list[dict[str, Any]]:
        """The last events as anyone would have got them, oldest first."""
        found = []
        for moment, actor, what in self._history:
            events = [what] if isinstance(what, Event) else events_of(what, actor)
            found += [self.document(event, moment) for event in events if self._exists(event)]
        return found[-KEPT:]

    def forget(self) -> None:
        """Remember nothing of what happened so far."""
        self._history.clear()

    def document(self, event: Event, moment: int | None = None) -> dict[str, Any]:
        """An event as a ``StreamableEvent``; ``moment`` (Unix seconds) is now unless given."""
        carries = event.data is not None and (event.told or self._switches["event_data"] == "all")
        return self._show(
            {
                "Actor": event.actor,
                "OwnerOrganizationID": event.organization,
                "ResourceID": event.resource,
                "Type": self._numbers[event.name],
                "Timestamp": self._clock.now() if moment is None else moment,
                "TypeString": f"SEVT_{event.name}",
                "Data": event.data if carries else None,
            },
            event.type if carries else "",
        )
