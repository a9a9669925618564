# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage vaults of users: from a storage template by request, or at a location of one's own. Private."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._resources import _storage_template
from ansible_collections.comet.backup.plugins.module_utils._resources._addresses import is_address, refuse_address
from ansible_collections.comet.backup.plugins.module_utils._resources._checks import CHECKS
from ansible_collections.comet.backup.plugins.module_utils._resources._device import DEVICE
from ansible_collections.comet.backup.plugins.module_utils._resources._lookups import STORAGE_TEMPLATE
from ansible_collections.comet.backup.plugins.module_utils._resources._shared_quota import SHARED_QUOTA
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Change
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Hooks, Named, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

_REQUEST = "AdminRequestStorageVault"
_LOCATION = frozenset(_model.structure("DestinationLocation").members)
_ONLY_BY_REQUEST = ("self_address", "device")
_OWN_STORAGE = "$self$"
"""The address of templates that stand for the storage of the server itself."""
_MAKERS = {"server_controlled": "policy", "user_controlled": "user"}
"""Who gives new devices their vaults, by what a policy says (NEW_STORAGE_VAULT_MODE)."""
PATIENCE = 5.0
"""Seconds in which a run that has requested a vault has given it its name, if nothing interrupts it."""

Document = Mapping[str, Any]


class StorageVaultHooks(Hooks):
    """Requests are not repeatable: each makes another vault. So a vault that is there is never requested again."""

    def requested(self, wish: Wish) -> bool:
        """Where the task names a template."""
        return bool(wish.arguments.get("storage_template"))

    def repeatable(self, server: Server, wish: Wish) -> bool:
        """A request makes another vault each time it arrives, on servers that do not look at the profile's hash."""
        since = _model.method(_REQUEST).parameters["ProfileHash"].since
        return not self.requested(wish) or server.client.version() >= _model.parse_version(since)

    def prepare(self, wish: Wish, found: Found) -> Wish:
        """Refuses options that contradict each other, whether the vault exists or not."""
        if not wish.present:
            return wish
        alone = [option for option in _ONLY_BY_REQUEST if wish.arguments.get(option)]
        if alone and not self.requested(wish):
            raise InvalidOption(f"{alone[0]}: only together with storage_template")
        location = sorted(_LOCATION & set(wish.patch)) if self.requested(wish) else []
        if location:
            option = _fields.fields(STORAGE_VAULT.structure)[location[0]].option
            raise InvalidOption(f"storage_template: says where the vault is, and so does {option}; leave one out")
        refuse_address(wish, "self_address")
        return wish

    def idle(self, arguments: Mapping[str, Any], named: Named, document: Document) -> bool:
        """What a vault is made from asks nothing of one that is there, but must not contradict its location."""
        if not arguments.get("storage_template"):
            return not arguments
        right = "self_address" not in arguments or is_address(arguments["self_address"])
        return right and _LOCATION.isdisjoint(named())

    def maker(self, document: Document, around: Document) -> str:
        """Where the policy of the profile says so, a new device gets a vault that is its own."""
        mode = (around.get("Policy") or {}).get("DefaultNewStorageVault")
        return _MAKERS.get(str(mode), "") if document.get("AssociatedDevices") else ""

    def acts(self, wish: Wish, found: Found, making: bool) -> tuple[Change, ...]:
        """What a new vault is made from belongs to the difference, although no member says it."""
        if found.document is not None or not self.requested(wish):
            return ()
        given = ("storage_template", *_ONLY_BY_REQUEST)
        return tuple(Change((name,), None, None, wish.arguments[name]) for name in given if wish.arguments.get(name))

    def lacking(self, wish: Wish) -> str:
        """A vault is made from a template, or at a location of one's own."""
        given = self.requested(wish) or wish.patch.get("DestinationType")
        return "" if given else "storage_template or type: needed to create a storage vault"

    def guard(self, server: Server, wish: Wish, found: Found) -> None:
        """Refuses a template or a device that the user does not have, and an ID that the server will not choose."""
        if found.document is not None or not self.requested(wish):
            return
        if wish.id:
            raise InvalidOption(
                f"id: there is no storage vault with the ID {wish.id}, and the server chooses that of a vault which it "
                "makes from a storage_template; leave id out"
            )
        around = _around(found)
        _warn_of_loopback(server, wish, around, _request(server, wish, around)["StorageProvider"])

    def supply(self, server: Server, wish: Wish, found: Found) -> Wish:
        """The parameters of the request, with IDs for names.

        A vault without a name of its own may be one that another run has requested just now and is about to name. That
        run gets the time to do so: then the profile changes, and the write that was to give the vault our name is
        refused.
        """
        if not self.requested(wish):
            return wish
        if found.document is not None:
            if not wish.id and not STORAGE_VAULT.bears(found.document, wish.name):
                time.sleep(PATIENCE)
            return wish
        request = _request(server, wish, _around(found))
        given = wish.arguments.get("request") == request
        return wish if given else replace(wish, arguments={**wish.arguments, "request": request})

    def creation(self, wish: Wish) -> dict[str, Any]:
        """What the request says beside the user and the profile's hash."""
        return dict(wish.arguments.get("request") or {})

    def unfinished(self, wish: Wish, found: Found) -> bool:
        """A vault that is to bear the name of its template is written once all the same, so that it is told apart."""
        return self.requested(wish) and _is_untouched(found.document or {})

    def unnamed(self, server: Server, wish: Wish, around: Document) -> str:
        """The vault that a request has made for the wish: named like its template, and nobody has touched it since.

        Those that interrupted runs have left are as good as each other.
        """
        if not self.requested(wish):
            return ""
        template, devices = _template(server, wish, around), _devices(server, wish)
        used = {rule.get("Destination") for rule in (around.get("BackupRules") or {}).values()}
        unused = {key: vault for key, vault in (around.get("Destinations") or {}).items() if key not in used}
        named = [key for key, vault in unused.items() if STORAGE_VAULT.bears(vault, template) and _is_untouched(vault)]
        waiting = [key for key in named if (unused[key].get("AssociatedDevices") or []) == devices]
        return min(waiting, default="")

    def without(self, around: Document, key: str) -> Document:
        """Without the schedules that back up into the vault, and the protected items' retention in it."""
        rules = around.get("BackupRules") or {}
        items = around.get("Sources") or {}
        kept = {one: rule for one, rule in rules.items() if rule.get("Destination") != key}
        lighter = {one: _without_retention(item, key) for one, item in items.items()}
        return {
            **around,
            **({"BackupRules": kept} if len(kept) < len(rules) else {}),
            **({"Sources": lighter} if any(lighter[one] is not items[one] for one in items) else {}),
        }

    def loss(self, server: Server, found: Found) -> str:
        """The key of a vault that a device has set up lies in the profile and nowhere else."""
        vault = found.document or {}
        if not vault.get("RepoInitTimestamp") and not vault.get("EncryptionKeyEncryptionMethod"):
            return ""
        size = ((vault.get("Statistics") or {}).get("ClientProvidedSize") or {}).get("Size") or 0
        rules = (_around(found).get("BackupRules") or {}).values()
        count = sum(rule.get("Destination") == found.id for rule in rules)
        schedules = f" and removes the schedules that back up into it ({count})" if count else ""
        return (
            f"loses its encryption key, so that the backups in it ({size} bytes when last measured) can never be read "
            f"again{schedules}"
        )


def _without_retention(item: Document, key: str) -> Document:
    overrides = item.get("OverrideDestinationRetention") or {}
    if key not in overrides:
        return item
    return {**item, "OverrideDestinationRetention": {one: rule for one, rule in overrides.items() if one != key}}


def _around(found: Found) -> Document:
    """The user's profile; empty for a user that an earlier task will make."""
    return (found.around.document if found.around else None) or {}


def _is_untouched(vault: Document) -> bool:
    """Whether a vault is as it was made: no device has set it up, and nobody has changed it since."""
    changed = (vault.get("ModifyTime") or 0) > (vault.get("CreateTime") or 0)
    return not changed and not vault.get("RepoInitTimestamp")


def _tenant(around: Document) -> str:
    return str(around.get("OrganizationID") or "")


def _template(server: Server, wish: Wish, around: Document) -> str:
    """Name of the template of a wish in the user's tenant; it may have been given by its ID."""
    name = str(wish.arguments["storage_template"])
    templates = server.listing(STORAGE_TEMPLATE, _tenant(around))
    return STORAGE_TEMPLATE.called(templates[name]) if name in templates else name


def _devices(server: Server, wish: Wish) -> list[str]:
    """ID of the device that the requested vault is tied to, if there is such a device."""
    name = wish.arguments.get("device")
    return [server.lookup(DEVICE, name, None, (wish.home, wish.owner))] if name else []


def _request(server: Server, wish: Wish, around: Document) -> dict[str, Any]:
    """Parameters of AdminRequestStorageVault. Raises NotFound, and TooOld for a device on an old server."""
    name, address, device = (wish.arguments.get(one) for one in ("storage_template", *_ONLY_BY_REQUEST))
    template = server.resolve(STORAGE_TEMPLATE, str(name), _tenant(around), "storage_template")
    given = {"StorageProvider": template, **({"SelfAddress": address} if address else {})}
    if device:
        server.client.require(_model.method(_REQUEST).parameters["DeviceID"].since, "device")
        given["DeviceID"] = server.resolve(DEVICE, device, None, "device", (wish.home, wish.owner))
    return given


def _warn_of_loopback(server: Server, wish: Wish, around: Document, template: str) -> None:
    """Warn of a vault on this server's own storage under an address that means the device itself to each device."""
    address = wish.arguments.get("self_address") or server.client.settings.base
    if not replace(server.client.settings, url=address, allow_http=True).is_loopback:
        return
    try:
        told = server.listing(_storage_template.STORAGE_TEMPLATE, _tenant(around)).get(template)
    except LoginFailed:
        raise
    except Refused:  # an administrator who may make users need not be allowed to read what templates say
        return
    if told and told.get("RemoteAddress") == _OWN_STORAGE:
        server.warnings.append(
            f"self_address: the storage vault would be at {address}, where no device finds this server; give the "
            "address that devices use"
        )


STORAGE_VAULT = Resource(
    kind="storage_vault",
    plural="storage_vaults",
    structure="DestinationConfig",
    name="Description",
    chosen=True,
    homes=(Home(path=("Destinations",), owner=USER),),
    requesting=Call(
        _REQUEST,
        {"TargetUser": "owner", "ProfileHash": "lock"},
        reply="Profile",
        lock="ProfileHash",
        made="DestinationID",
    ),
    arguments={
        "storage_template": {"type": "str"},
        "self_address": {"type": "str"},
        "device": {"type": "str"},
    },
    references=(USER, SHARED_QUOTA, DEVICE),
    checks=CHECKS,
    hooks=StorageVaultHooks(),
)
