# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices of users: they register by themselves, get a name, and are revoked. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state import _document
from ansible_collections.comet.backup.plugins.module_utils._state._lists import Within
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Hooks, Named, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

Document = Mapping[str, Any]

_CONNECTION = "LiveUserConnection"
_KNOWN = ("Username", "DeviceID")
"""Members of a connection that say whose it is."""


class DeviceHooks(Hooks):
    """A device takes its protected items along, with their schedules, whether the server sees to that or not."""

    def lacking(self, wish: Wish) -> str:
        """Nothing in the API makes a device."""
        return (
            f"user {wish.owner} has no such device; a device appears when the backup software on it logs in as the "
            "user (comet_install_token helps with that)"
        )

    def inspect(self, server: Server, wish: Wish, found: Found) -> Found:
        """A device that is gone is there as long as something of it is left, so that this goes as well."""
        left = found.document is None and not wish.present and _items(_profile(found), found.id)
        return replace(found, document={}) if left else found

    def idle(self, arguments: Mapping[str, Any], named: Named, document: Document) -> bool:
        """What may be left of a device concerns only those that are to go."""
        return True

    def without(self, around: Document, key: str) -> Document:
        """The profile without the protected items of the device, and without their schedules."""
        items, rules = _items(around, key), around.get("BackupRules") or {}
        if not items:
            return around
        return {
            **around,
            "Sources": {one: item for one, item in around["Sources"].items() if one not in items},
            "BackupRules": {one: rule for one, rule in rules.items() if rule.get("Source") not in items},
        }

    def loss(self, server: Server, found: Found) -> str:
        """What is set up for the device: protected items, what they keep where, and when they are backed up."""
        around = _profile(found)
        items = _items(around, found.id)
        rules = [one for one in (around.get("BackupRules") or {}).values() if one.get("Source") in items]
        kept = sum(len(item.get("OverrideDestinationRetention") or {}) for item in items.values())
        if not items:
            return ""
        return (
            f"takes its protected items along ({len(items)}), their schedules ({len(rules)}) and their own retention "
            f"rules ({kept}), so that backups of it fall under the retention of the storage vaults"
        )

    def listed(self, server: Server, keys: Collection[str], within: Within) -> Mapping[str, Mapping[str, Any]]:
        """Whether each device is online, and its newest connection (AdminDispatcherListActive)."""
        newest: dict[str, Document] = {}
        connections = server.ask("AdminDispatcherListActive") if keys else {}
        for target, one in sorted(connections.items(), key=_since):
            if one.get("Username") == within[1]:
                newest[str(one.get("DeviceID"))] = {"target_id": target, **_shown(one)}
        return {key: {"online": key in newest, "connection": newest.get(key, {})} for key in keys}


def _since(connection: tuple[str, Document]) -> int:
    return int(connection[1].get("ConnectionTime") or 0)


def _shown(connection: Document) -> dict[str, Any]:
    members = {name: value for name, value in connection.items() if name not in _KNOWN}
    return _document.options_from(_CONNECTION, members)


def _profile(found: Found) -> Document:
    return (found.around.document if found.around else None) or {}


def _items(around: Document, device: str) -> dict[str, Document]:
    """The protected items of a device by ID; those that belong to no device are nobody's."""
    items = around.get("Sources") or {}
    return {key: item for key, item in items.items() if device and item.get("OwnerDevice") == device}


DEVICE = Resource(
    kind="device",
    plural="devices",
    structure="DeviceConfig",
    name="FriendlyName",
    homes=(Home(path=("Devices",), owner=USER),),
    deleting=Call("AdminRevokeDevice", {"TargetUser": "owner", "TargetDevice": "id"}),
    references=(USER,),
    hooks=DeviceHooks(),
)
