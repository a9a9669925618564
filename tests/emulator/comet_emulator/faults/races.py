"""One change of a user at the worst moment: after somebody has read the profile, before they write it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..core.facts import Method
from ..emulator import Emulator
from ..methods.profiles import merge_patch, store_profile

Document = dict[str, Any]

READS_ALL = frozenset({"AdminListUsersFull"})
"""Methods that read every profile without naming a user."""


@dataclass(slots=True)
class _Race:
    """One change of a user, which waits for a read and happens before the write that follows."""

    members: Document
    was_read: bool = False


class Races:
    """Changes that happen exactly once, between the next read and the next write of a user."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._waiting: dict[str, _Race] = {}
        self.done = 0

    def clear(self) -> None:
        """Forget what is waiting."""
        self._waiting.clear()
        self.done = 0

    def plan(self, request: Document) -> None:
        """Wait for the user that the control call names; ``members`` is the merge patch that the profile gets.

        Raises:
            ValueError: no such user, or members are no object.
            ApiError: the profile would not be one afterwards.
        """
        name, members = request.get("user"), request.get("members")
        if name is None and members is None:
            self.clear()
            return
        profile = self._emulator.store.document("user", str(name))
        if profile is None:
            raise ValueError(f"there is no user {name!r}")
        if members is None:
            members = {"AccountName": f"Changed behind your back {self.done + 1}"}
        if not isinstance(members, dict):
            raise ValueError("members must be an object, a merge patch of the profile")
        self._emulator.take("UserProfileConfig", merge_patch(profile, members), "members")
        self._waiting[str(name)] = _Race(members)

    def report(self) -> Document:
        """Whose changes are waiting, and how many have happened."""
        return {"waiting": sorted(self._waiting), "done": self.done}

    def before(self, method: Method, names: Iterable[str]) -> None:
        """A call begins that concerns these users: notice a read, or get in before a write."""
        if not self._waiting:
            return
        concerned = self._waiting.keys() if method.name in READS_ALL else set(names)
        for name in [name for name in self._waiting if name in concerned]:
            race = self._waiting[name]
            if not method.mutates:
                race.was_read = True
            elif race.was_read:
                del self._waiting[name]
                self._change(name, race.members)

    def _change(self, name: str, members: Document) -> None:
        emulator = self._emulator
        profile = emulator.store.document("user", name)
        if profile is not None:
            changed = emulator.take("UserProfileConfig", merge_patch(profile, members), "members")
            with emulator.changing(name):
                store_profile(emulator, name, changed)
            self.done += 1
