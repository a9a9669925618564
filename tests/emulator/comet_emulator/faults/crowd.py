"""Clients that change things while others work: devices, users and a second administrator, so many times a second."""

from __future__ import annotations

import fnmatch
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..emulator import Emulator
from ..methods.policies import refresh_users
from ..methods.profiles import store_profile

Document = dict[str, Any]
Dice = random.Random

MOST_AT_ONCE = 10_000
"""Changes that a jump of the clock may cause; what would come on top never happens."""

VERSIONS = ("25.9.6", "25.9.7", "25.9.8")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland")
ADMINISTRATOR = "another-administrator"


class BadClients(ValueError):
    """Clients that cannot be had; the text says why."""


# What clients change in a profile


def _measure(emulator: Emulator, profile: Document, dice: Dice) -> None:
    """A device reports how much a storage vault holds."""
    vault = profile["Destinations"][dice.choice(sorted(profile["Destinations"]))]
    now = emulator.clock.now()
    size = {"Size": dice.randrange(1 << 40), "MeasureStarted": now - 60, "MeasureCompleted": now}
    vault["Statistics"] = {**(vault.get("Statistics") or {}), "ClientProvidedSize": size}


def _update_device(emulator: Emulator, profile: Document, dice: Dice) -> None:
    """A device is new, or comes with another version or time zone."""
    devices = profile["Devices"]
    if not devices:
        devices[f"{dice.getrandbits(256):064x}"] = {"FriendlyName": "PC", "RegistrationTime": emulator.clock.now()}
    device = devices[dice.choice(sorted(devices))]
    device["ClientVersion"], device["DeviceTimezone"] = dice.choice(VERSIONS), dice.choice(ZONES)


def _open_vault(emulator: Emulator, profile: Document, dice: Dice) -> None:
    """A device opens a storage vault for the first time, or anew."""
    vault = profile["Destinations"][dice.choice(sorted(profile["Destinations"]))]
    vault["RepoInitTimestamp"] = emulator.clock.now()
    vault["EncryptionKeyEncryptionMethod"] = 1
    vault["EncryptedEncryptionKey"] = f"{dice.getrandbits(256):064x}"


def _edit(_unused: Emulator, profile: Document, dice: Dice) -> None:
    """The user changes name and e-mail addresses."""
    number = dice.randrange(1_000_000)
    profile["AccountName"] = f"Changed {number}"
    profile["Emails"] = [f"changed-{number}@example.com"]


Change = Callable[[Emulator, Document, Dice], None]

IN_PROFILES: dict[str, Change] = {
    "statistics": _measure,
    "device": _update_device,
    "vault": _open_vault,
    "edit": _edit,
}
NEED_A_VAULT = frozenset({"statistics", "vault"})


# What a second administrator changes


def _change_policy(emulator: Emulator, dice: Dice) -> str:
    """Another delay in some policy, with all users that follow it; gives the policy's id."""
    policies = sorted(emulator.store.rows("policy"))
    if not policies:
        return ""
    key = dice.choice(policies)
    row, policy = emulator.store.row("policy", key), emulator.store.document("policy", key) or {}
    policy["Policy"]["RandomDelaySecs"] = dice.randrange(1, 3600)
    policy["ModifiedDate"] = emulator.clock.now()
    emulator.store.put("policy", key, policy, organization=row.organization if row else "")
    refresh_users(emulator, key, [])
    return key


def _change_configuration(emulator: Emulator, dice: Dice) -> str:
    """Another sender of the server's mail."""
    config = emulator.store.document("server", "config") or {}
    config["Email"]["FromName"] = f"Sender {dice.randrange(1_000_000)}"
    emulator.store.put("server", "config", config)
    return "configuration"


BY_ADMINISTRATOR: dict[str, Callable[[Emulator, Dice], str]] = {
    "policy": _change_policy,
    "configuration": _change_configuration,
}


# At a rate


@dataclass(slots=True)
class _Crowd:
    """Who changes what, how often (times a second)."""

    rate: float = 0
    users: str | list[str] = "*"
    seed: int | None = None
    changes: list[str] = field(default_factory=lambda: list(IN_PROFILES))

    def matches(self, name: str) -> bool:
        return fnmatch.fnmatchcase(name, self.users) if isinstance(self.users, str) else name in self.users


class Clients:
    """Everybody who changes the server behind the back of whoever is being tested."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._generation = 0
        self._stop()

    def _stop(self) -> None:
        self._crowd = _Crowd()
        self._dice = Dice()
        self._names: list[str] = []
        self._known = -1
        self._due = 0.0
        self.done: Counter[str] = Counter()
        self.last = ""

    def run(self, request: Document) -> None:
        """Start what the control call describes, in place of what ran before; ``rate`` 0 stops.

        Raises:
            BadClients: a member is of the wrong type, or unknown.
        """
        crowd = _read_crowd(request, self._emulator.faults.seed)
        self._generation += 1
        self._stop()
        self._crowd, self._dice = crowd, Dice(crowd.seed)
        if crowd.rate:
            self._due = self._emulator.clock.monotonic()
            self._plan()

    def report(self) -> Document:
        """What runs, how often what was changed since it was started, and what was changed last."""
        crowd = self._crowd
        return {
            "rate": crowd.rate,
            "users": crowd.users,
            "seed": crowd.seed,
            "changes": crowd.changes,
            "done": dict(self.done),
            "last": self.last,
        }

    def _plan(self) -> None:
        now, step = self._emulator.clock.monotonic(), 1 / self._crowd.rate
        self._due = max(self._due + step, now - MOST_AT_ONCE * step)
        generation = self._generation
        self._emulator.timers.after(max(0.0, self._due - now), lambda: self._turn(generation))

    def _turn(self, generation: int) -> None:
        if generation != self._generation:
            return
        kind = self._dice.choice(self._crowd.changes)
        target = self._by_administrator(kind) if kind in BY_ADMINISTRATOR else self._by_client(kind)
        if target:
            self.done[kind] += 1
            self.last = target
        self._plan()

    def _by_administrator(self, kind: str) -> str:
        with self._emulator.changing(ADMINISTRATOR):
            return BY_ADMINISTRATOR[kind](self._emulator, self._dice)

    def _by_client(self, kind: str) -> str:
        emulator, name = self._emulator, self._pick()
        profile = emulator.store.document("user", name)
        if profile is None or (kind in NEED_A_VAULT and not profile["Destinations"]):
            return ""
        with emulator.changing(name):
            IN_PROFILES[kind](emulator, profile, self._dice)
            store_profile(emulator, name, emulator.take("UserProfileConfig", profile, "profile"))
        return name

    def _pick(self) -> str:
        """Some user that matches, or an empty text. The matching names are found anew when users come or go."""
        rows = self._emulator.store.rows("user")
        name = self._dice.choice(self._names) if self._names else ""
        if len(rows) != self._known or (name and name not in rows):
            self._known = len(rows)
            self._names = sorted(filter(self._crowd.matches, rows))
            name = self._dice.choice(self._names) if self._names else ""
        return name


def _read_crowd(request: Document, seed: int | None) -> _Crowd:
    rate, users, seed = request.get("rate"), request.get("users", "*"), request.get("seed", seed)
    changes = request.get("changes", list(IN_PROFILES))
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 <= rate <= MOST_AT_ONCE:
        raise BadClients(f"rate must be a number of changes per second, 0 to {MOST_AT_ONCE}")
    if not isinstance(users, str) and not _all_text(users):
        raise BadClients("users must be a pattern, or a list of names")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise BadClients("seed must be an integer")
    known = [*IN_PROFILES, *BY_ADMINISTRATOR]
    if not _all_text(changes) or not changes or set(changes) - set(known):
        raise BadClients(f"changes must be a list of {', '.join(known)}")
    return _Crowd(rate, users, seed, changes)


def _all_text(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)
