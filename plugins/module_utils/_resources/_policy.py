# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies, which the API calls group policies. Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._resources._accounts import accounts
from ansible_collections.comet.backup.plugins.module_utils._resources._checks import CHECKS
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Hooks, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server


class PolicyHooks(Hooks):
    """Nobody knows what a server does with the users of a policy that is deleted, so that needs a second word."""

    def loss(self, server: Server, found: Found) -> str:
        """Counts the users that follow the policy (AdminListUsersFull)."""
        users = [name for name, user in accounts(server) if user.get("PolicyID") == found.id]
        return f"leaves {len(users)} users without it ({', '.join(sorted(users)[:5])})" if users else ""


_WRITE = Call("AdminPoliciesSet", {"PolicyID": "id", "Policy": "document", "CheckPolicyHash": "lock"})

POLICY = Resource(
    kind="policy",
    plural="policies",
    structure="GroupPolicy",
    name="Description",
    tenant="OrganizationID",
    chosen=True,
    whole=True,
    listing=Call("AdminPoliciesListFull", {"TargetOrganization": "tenant"}),
    reading=Call("AdminPoliciesGet", {"PolicyID": "id"}, reply="Policy", lock="PolicyHash"),
    creating=_WRITE,
    updating=_WRITE,
    deleting=Call("AdminPoliciesDelete", {"PolicyID": "id"}),
    references=(TENANT,),
    confirm="force",
    checks=CHECKS,
    hooks=PolicyHooks(),
)
