# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules of users, which the API calls backup rules. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._resources._checks import CHECKS
from ansible_collections.comet.backup.plugins.module_utils._resources._protected_item import POLICY, PROTECTED_ITEM
from ansible_collections.comet.backup.plugins.module_utils._resources._storage_vault import STORAGE_VAULT
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Home, Hooks, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

Document = Mapping[str, Any]
_NEEDED = {"Source": "protected_item", "Destination": "storage_vault"}


class ScheduleHooks(Hooks):
    """The schedules of a protected item that a policy keeps are the policy's as well."""

    def maker(self, document: Document, around: Document) -> str:
        """A policy gives schedules to the items that it keeps or gives, and others to each new item.

        Nothing in a schedule says so. One that is not kept bears the name of one in the policy of the profile.
        """
        if self.foreign(document, around):
            return POLICY
        item: Document = (around.get("Sources") or {}).get(document.get("Source") or "") or {}
        policy: Document = around.get("Policy") or {}
        own = (policy.get("DefaultSourcesBackupRules") or {}).values()
        given = [rule for rule in own if rule.get("Source") and rule["Source"] == item.get("PolicySourceID")]
        given += (policy.get("DefaultBackupRules") or {}).values()
        name = SCHEDULE.called(document)
        return POLICY if name and any(SCHEDULE.bears(rule, name) for rule in given) else ""

    def foreign(self, document: Document, around: Document) -> bool:
        """Whether a policy keeps the protected item that the schedule backs up."""
        item: Document = (around.get("Sources") or {}).get(document.get("Source") or "") or {}
        return PROTECTED_ITEM.hooks.foreign(item, around)

    def guard(self, server: Server, wish: Wish, found: Found) -> None:
        """Refuses what the policy would change back: the schedule as it is as well as where it is to go."""
        self._leave_alone(found, found.document or {})
        self._leave_alone(found, wish.patch)

    def deletion(self, server: Server, wish: Wish, found: Found) -> dict[str, Any]:
        """Refuses to delete what the policy would make again."""
        self._leave_alone(found, found.document or {})
        return {}

    def _leave_alone(self, found: Found, document: Document) -> None:
        around = (found.around.document if found.around else None) or {}
        if self.foreign(document, around):
            item = around["Sources"][document["Source"]]
            raise InvalidOption(
                f"protected_item: a policy keeps the protected item {item.get('Description') or document['Source']}, "
                "so its schedules are left alone; change them in the policy"
            )

    def lacking(self, wish: Wish) -> str:
        """Without both ends a device would not know what to do."""
        lacking = [option for member, option in _NEEDED.items() if not wish.patch.get(member)]
        return f"{lacking[0]}: needed to create a schedule" if lacking else ""


SCHEDULE = Resource(
    kind="schedule",
    plural="schedules",
    structure="BackupRuleConfig",
    name="Description",
    chosen=True,
    homes=(Home(path=("BackupRules",), owner=USER),),
    references=(USER, PROTECTED_ITEM, STORAGE_VAULT),
    checks=CHECKS,
    hooks=ScheduleHooks(),
)
