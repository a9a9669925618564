# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users with what is in them, as options. Private; may change at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._export_names import is_name, shown_names
from ansible_collections.comet.backup.plugins.module_utils._module._exported import (
    Document,
    Exported,
    Label,
    Place,
    secret,
)
from ansible_collections.comet.backup.plugins.module_utils._resources._protected_item import PROTECTED_ITEM
from ansible_collections.comet.backup.plugins.module_utils._resources._schedule import SCHEDULE
from ansible_collections.comet.backup.plugins.module_utils._resources._storage_vault import STORAGE_VAULT
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource

_USER = frozenset(("OrganizationID", *USER.unmanaged))
_NAME = frozenset(("Description",))
_LINKED = frozenset(("Description", "Source"))

Options = dict[str, Any]


@dataclass
class Users:
    """Turns profiles into options, with those ``kinds`` of objects inside that are wanted; all are counted."""

    exported: Exported
    kinds: Collection[str]
    counts: Counter[str]

    def options(
        self, name: str, profile: Document, place: Place, label: Label, origin: Document | None = None
    ) -> Options:
        """A user, with a place for the password that it needs when it has to be made anew.

        ``origin`` is what a new user comes with.
        """
        inside = _Inside(profile, label)
        own = self.exported.options(USER.structure, profile, place, inside.label, _USER, origin)
        result = {USER.naming: name, "password": secret(place.option("password")), **own}
        for resource, found in (
            (STORAGE_VAULT, self._vaults(inside, place)),
            (PROTECTED_ITEM, self._items(inside, place)),
            (SCHEDULE, self._schedules(inside, "", place)),
        ):
            if found:
                result[resource.plural] = found
        return result

    def _vaults(self, inside: _Inside, place: Place) -> list[Options]:
        found = []
        for key in inside.order(STORAGE_VAULT) if STORAGE_VAULT.kind in self.kinds else ():
            address = _address(inside.vaults[key], key, inside.names[STORAGE_VAULT.kind][key] != key)
            found.append({**address, **self._object(STORAGE_VAULT, inside, key, place, _NAME)})
        return found

    def _items(self, inside: _Inside, place: Place) -> list[Options]:
        """Protected items with their schedules, without those that a policy keeps."""
        found = []
        for key in inside.order(PROTECTED_ITEM) if PROTECTED_ITEM.kind in self.kinds else ():
            item = inside.items[key]
            if PROTECTED_ITEM.hooks.foreign(item, inside.profile):
                continue
            inner = place.item(PROTECTED_ITEM.plural, str(item.get("Description") or key), PROTECTED_ITEM.kind)
            options = self._object(PROTECTED_ITEM, inside, key, place, _NAME)
            schedules = self._schedules(inside, key, inner)
            address = _address(item, key, inside.is_told(item))
            found.append({**address, **options, **({SCHEDULE.plural: schedules} if schedules else {})})
        return found

    def _schedules(self, inside: _Inside, item: str, place: Place) -> list[Options]:
        """The schedules of a protected item; without one, those whose protected item does not exist."""
        found = []
        for key in inside.order(SCHEDULE) if SCHEDULE.kind in self.kinds else ():
            source = str(inside.rules[key].get("Source") or "")
            if (source if source in inside.items else "") != item:
                continue
            address = _address(inside.rules[key], key, inside.names[SCHEDULE.kind][key] != key)
            found.append({**address, **self._object(SCHEDULE, inside, key, place, _LINKED)})
        return found

    def _object(self, resource: Resource, inside: _Inside, key: str, place: Place, skip: frozenset[str]) -> Options:
        self.counts[resource.kind] += 1
        document = inside.held[resource.kind][key]
        name = str(document.get("Description") or key)
        inner = place.item(resource.plural, name, resource.kind)
        return self.exported.options(resource.structure, document, inner, inside.label, skip)


class _Inside:
    """What is in one profile, and what to call it."""

    def __init__(self, profile: Document, label: Label) -> None:
        self.profile = profile
        self.vaults: Mapping[str, Document] = profile.get("Destinations") or {}
        self.items: Mapping[str, Document] = profile.get("Sources") or {}
        self.rules: Mapping[str, Document] = profile.get("BackupRules") or {}
        self.held = {STORAGE_VAULT.kind: self.vaults, PROTECTED_ITEM.kind: self.items, SCHEDULE.kind: self.rules}
        devices = profile.get("Devices") or {}
        self.names = {
            "device": shown_names({key: str(one.get("FriendlyName") or "") for key, one in devices.items()}),
            **{kind: shown_names({key: _called(one) for key, one in held.items()}) for kind, held in self.held.items()},
        }
        self._others = label
        self._told = Counter(pair for item in self.items.values() for pair in (self._place(item), (_called(item),)))

    def label(self, kind: str, key: str) -> str | None:
        """What to write for another object: one of the same user, or one that the user's own options name."""
        return self.names[kind].get(key) if kind in self.names else self._others(kind, key)

    def order(self, resource: Resource) -> list[str]:
        """The IDs of the objects of a kind, by name; of items of one name by their devices."""
        held, devices = self.held[resource.kind], self.names["device"]

        def by_name(key: str) -> tuple[str, ...]:
            name, device = _called(held[key]), str(held[key].get("OwnerDevice") or "")
            return name.casefold(), name, devices.get(device, device), key

        return sorted(held, key=by_name)

    def is_told(self, item: Document) -> bool:
        """Whether a protected item is told from the others by its name, and by its device where that exists."""
        place = self._place(item)
        return is_name(_called(item)) and self._told[place if len(place) > 1 else (_called(item),)] == 1

    def _place(self, item: Document) -> tuple[str, ...]:
        device = str(item.get("OwnerDevice") or "")
        return (_called(item), device) if device in self.names["device"] else (_called(item),)


def _called(document: Document) -> str:
    return str(document.get("Description") or "")


def _address(document: Document, key: str, told: bool) -> Options:
    """How a task addresses an object: by its name, with its ID where that does not tell enough."""
    name = _called(document)
    return {**({"name": name} if is_name(name) else {}), **({} if told else {"id": key})}
