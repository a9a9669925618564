# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage quotas that vaults share. Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._resources._accounts import accounts
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Hooks, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server


class SharedQuotaHooks(Hooks):
    """A quota without vaults costs nothing to lose; with its quota gone, a vault has its own limit or none."""

    def lacking(self, wish: Wish) -> str:
        """What a quota of nothing means to a server is not documented, so nobody gets one by leaving the limit out."""
        return "" if "LimitBytes" in wish.patch else "limit_bytes: needed to create a shared quota"

    def loss(self, server: Server, found: Found) -> str:
        """Counts the storage vaults under the quota, and their users (AdminListUsersFull)."""
        vaults = {
            name: sum(vault.get("StorageLimitID") == found.id for vault in (user.get("Destinations") or {}).values())
            for name, user in accounts(server)
        }
        users = sorted(name for name, count in vaults.items() if count)
        if not users:
            return ""
        named = ", ".join(users[:5])
        return f"leaves {sum(vaults.values())} storage vaults of {len(users)} users without it ({named})"


_WRITE = Call(
    "AdminSquotaSetWithHash",
    {"SharedStorageQuotaID": "id", "SharedStorageQuota": "document", "CheckHash": "lock"},
)

SHARED_QUOTA = Resource(
    kind="shared_quota",
    plural="shared_quotas",
    structure="SharedStorageQuota",
    name="Description",
    tenant="OrganizationID",
    chosen=True,
    whole=True,
    listing=Call("AdminSquotaListAll", reply="Entries"),
    reading=Call(
        "AdminSquotaGetWithHash",
        {"SharedStorageQuotaID": "id"},
        reply="SharedStorageQuota",
        lock="SharedStorageQuotaHash",
        beside=("CurrentUsage",),
    ),
    creating=_WRITE,
    updating=_WRITE,
    deleting=Call("AdminSquotaDelete", {"SharedStorageQuotaID": "id"}),
    references=(TENANT,),
    confirm="force",
    hooks=SharedQuotaHooks(),
)
