# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Protected items of users, with what goes along: schedules and policies. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._resources._checks import CHECKS
from ansible_collections.comet.backup.plugins.module_utils._resources._device import DEVICE
from ansible_collections.comet.backup.plugins.module_utils._resources._storage_vault import STORAGE_VAULT
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Hooks, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

Document = Mapping[str, Any]

POLICY = "policy"
"""What makes objects in profiles without being asked."""


class ProtectedItemHooks(Hooks):
    """An item takes its schedules along; what a policy keeps is the policy's."""

    def maker(self, document: Document, around: Document) -> str:
        """A policy gives its items to new devices, whether it keeps them in step afterwards or not."""
        return POLICY if document.get("PolicySourceID") else ""

    def foreign(self, document: Document, around: Document) -> bool:
        """Whether a policy keeps the item in step with its own (SourceConfig.ExistingUserUpdate)."""
        return _kept_by_policy(document)

    def guard(self, server: Server, wish: Wish, found: Found) -> None:
        """Refuses to change what the policy would change back, unless the task takes the item over."""
        taken_over = wish.patch.get("ExistingUserUpdate") is False
        if _kept_by_policy(found.document or {}) and not taken_over:
            raise InvalidOption(
                "a policy keeps this protected item; change it in the policy, or take it over with "
                "existing_user_update set to false"
            )

    def deletion(self, server: Server, wish: Wish, found: Found) -> dict[str, Any]:
        """Refuses to delete what a policy keeps."""
        if _kept_by_policy(found.document or {}):
            raise InvalidOption(
                "a policy keeps this protected item; take it out of the policy, or take it over with "
                "existing_user_update set to false before it is deleted"
            )
        return {}

    def lacking(self, wish: Wish) -> str:
        """What an item without a kind and a device would be nobody can tell."""
        members = {"Engine": "engine", "OwnerDevice": "device"}
        missing = [option for name, option in members.items() if not wish.patch.get(name)]
        return f"{missing[0]}: needed to create a protected item" if missing else ""

    def creation(self, wish: Wish) -> dict[str, Any]:
        """A new item has no schedules yet."""
        return {"BackupRules": {}}

    def change(self, wish: Wish, found: Found) -> dict[str, Any]:
        """All schedules of the item as they are: nobody says what happens to those that are not sent."""
        rules = ((found.around.document if found.around else None) or {}).get("BackupRules") or {}
        return {"BackupRules": {key: rule for key, rule in rules.items() if rule.get("Source") == found.id}}

    def without(self, around: Document, key: str) -> Document:
        """The profile without the schedules of an item that goes."""
        rules = around.get("BackupRules") or {}
        return {**around, "BackupRules": {rule: one for rule, one in rules.items() if one.get("Source") != key}}


def _kept_by_policy(item: Document) -> bool:
    return bool(item.get("PolicySourceID") and item.get("ExistingUserUpdate"))


_SET = Call(
    "AdminSetProtectedItemWithBackupRules",
    {"TargetUser": "owner", "SourceID": "id", "Source": "document", "RequireHash": "lock"},
)

PROTECTED_ITEM = Resource(
    kind="protected_item",
    plural="protected_items",
    structure="SourceConfig",
    name="Description",
    named_on="OwnerDevice",
    chosen=True,
    whole=True,
    homes=(Home(path=("Sources",), owner=USER),),
    creating=_SET,
    updating=_SET,
    references=(USER, DEVICE, STORAGE_VAULT),
    checks=CHECKS,
    hooks=ProtectedItemHooks(),
)
