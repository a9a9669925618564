# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage vaults of users: from a storage template by request, or at a location of one's own. Private."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._resources._checks import CHECKS
from ansible_collections.comet.backup.plugins.module_utils._resources._device import DEVICE
from ansible_collections.comet.backup.plugins.module_utils._resources._lookups import STORAGE_TEMPLATE
from ansible_collections.comet.backup.plugins.module_utils._resources._shared_quota import SHARED_QUOTA
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state._errors import Conflict, InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Hooks, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

_REQUEST = "AdminRequestStorageVault"
_LOCATION = frozenset(_model.structure("DestinationLocation").members)
_ONLY_BY_REQUEST = ("self_address", "device")

Document = Mapping[str, Any]


class StorageVaultHooks(Hooks):
    """Requests are not repeatable: each makes another vault. So a vault that is there is never requested again."""

    def requested(self, wish: Wish) -> bool:
        """Where the task names a template."""
        return bool(wish.arguments.get("storage_template"))

    def prepare(self, wish: Wish, found: Found) -> Wish:
        """Refuses options that contradict each other."""
        template = wish.arguments.get("storage_template")
        alone = [option for option in _ONLY_BY_REQUEST if wish.arguments.get(option)]
        if alone and not template:
            raise InvalidOption(f"{alone[0]}: only together with storage_template")
        location = sorted(_LOCATION & set(wish.patch)) if template and found.document is None else []
        if location:
            raise InvalidOption(
                f"storage_template: says where a new vault is, and so does {location[0]}; leave one of them out"
            )
        return wish

    def lacking(self, wish: Wish) -> str:
        """A vault is made from a template, or at a location of one's own."""
        given = self.requested(wish) or "DestinationType" in wish.patch
        return "" if given else "storage_template or type: needed to make a storage vault"

    def guard(self, server: Server, wish: Wish, found: Found) -> None:
        """Refuses a template or a device that the user does not have."""
        if found.document is None and self.requested(wish):
            _request(server, wish, found)

    def supply(self, server: Server, wish: Wish, found: Found) -> Wish:
        """The parameters of the request, with IDs for names."""
        if found.document is not None or not self.requested(wish):
            return wish
        return replace(wish, arguments={**wish.arguments, "request": _request(server, wish, found)})

    def creation(self, wish: Wish) -> dict[str, Any]:
        """What the request says beside the user and the profile's hash."""
        return dict(wish.arguments.get("request") or {})

    def unnamed(self, server: Server, wish: Wish, around: Document, before: Document | None = None) -> str:
        """The vault that a request has made, still named like its template and not in use yet."""
        if not self.requested(wish):
            return ""
        held = around.get("Destinations") or {}
        if before is not None:
            new = [key for key in held if key not in (before.get("Destinations") or {})]
            if len(new) > 1:
                raise Conflict(
                    "the answer to the request was lost, and meanwhile several storage vaults appeared: "
                    f"{', '.join(sorted(new))}; give the ID of the one that is meant"
                )
            return new[0] if new else ""
        template = _template(server, wish, around)
        used = {rule.get("Destination") for rule in (around.get("BackupRules") or {}).values()}
        waiting = [
            key
            for key, vault in held.items()
            if vault.get("Description") == template and not vault.get("RepoInitTimestamp") and key not in used
        ]
        return waiting[0] if len(waiting) == 1 else ""

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
        around = (found.around.document if found.around else None) or {}
        rules = [rule for rule in (around.get("BackupRules") or {}).values() if rule.get("Destination") == found.id]
        schedules = f" and removes {len(rules)} schedules that back up into it" if rules else ""
        return (
            f"loses its encryption key, so that the backups in it ({size} bytes when last measured) can never be read "
            f"again{schedules}"
        )


def _without_retention(item: Document, key: str) -> Document:
    overrides = item.get("OverrideDestinationRetention") or {}
    if key not in overrides:
        return item
    return {**item, "OverrideDestinationRetention": {one: rule for one, rule in overrides.items() if one != key}}


def _tenant(around: Document) -> str:
    return str(around.get("OrganizationID") or "")


def _template(server: Server, wish: Wish, around: Document) -> str:
    """Name of the template of a wish in the user's tenant; it may have been given by its ID."""
    name = str(wish.arguments["storage_template"])
    templates = server.listing(STORAGE_TEMPLATE, _tenant(around))
    return STORAGE_TEMPLATE.called(templates[name]) if name in templates else name


def _request(server: Server, wish: Wish, found: Found) -> dict[str, Any]:
    """Parameters of AdminRequestStorageVault. Raises NotFound, and TooOld for a device on an old server."""
    around = (found.around.document if found.around else None) or {}
    name, address, device = (wish.arguments.get(one) for one in ("storage_template", *_ONLY_BY_REQUEST))
    template = server.resolve(STORAGE_TEMPLATE, str(name), _tenant(around), "storage_template")
    given = {"StorageProvider": template, **({"SelfAddress": address} if address else {})}
    if device:
        server.client.require(_model.method(_REQUEST).parameters["DeviceID"].since, "device")
        given["DeviceID"] = server.resolve(DEVICE, device, None, "device", (wish.home, wish.owner))
    return given


STORAGE_VAULT = Resource(
    kind="storage_vault",
    plural="storage_vaults",
    structure="DestinationConfig",
    name="Description",
    chosen=True,
    homes=(Home(path=("Destinations",), owner=USER),),
    requesting=Call(_REQUEST, {"TargetUser": "owner", "ProfileHash": "lock"}, made="DestinationID"),
    arguments={
        "storage_template": {"type": "str"},
        "self_address": {"type": "str"},
        "device": {"type": "str"},
    },
    references=(SHARED_QUOTA, DEVICE),
    checks=CHECKS,
    hooks=StorageVaultHooks(),
)
