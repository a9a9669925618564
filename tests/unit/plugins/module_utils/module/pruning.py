# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers and trees that pruning is tried on."""

from __future__ import annotations

from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._prune import Prune
from ansible_collections.comet.backup.plugins.module_utils._module._selection import Selection
from ansible_collections.comet.backup.plugins.module_utils._module._tree import Entry, Tree
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.trees import TASKS, server, tree
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

ACME, BETA, TOP = "t-acme", "t-beta", ""


class Login:
    username = "admin"
    auth_type = "Password"


class Client(ScriptedClient):
    """A server that holds what a test says, by calls of the API."""

    login = Login()

    def __init__(self, **answers: Any) -> None:
        users = answers.get("AdminListUsersFull", {})
        told = {
            "AdminAccountProperties": {},
            "AdminOrganizationList": {ACME: {"Name": "ACME"}, BETA: {"Name": "Beta"}},
            "AdminListUsersFull": users,
            "AdminListUsers": list(users),
            "AdminPoliciesListFull": {},
            "AdminUserGroupsListFull": {},
            "AdminSquotaListAll": {"Entries": {}},
            "AdminStorageListBuckets": {},
            "AdminNewsGetAll": {},
            "AdminMetaPsaConfigListGet": [],
            "AdminMetaServerConfigGet": {"AdminUsers": []},
            **answers,
        }
        super().__init__({method: [answer] for method, answer in told.items()}, check_mode=True)


def user(tenant: str = ACME, **members: Any) -> dict[str, Any]:
    return {"OrganizationID": tenant, **members}


def policy(name: str, tenant: str = ACME) -> dict[str, Any]:
    return {"Description": name, "OrganizationID": tenant}


def pruned(client: ScriptedClient, whole: Tree, *kinds: str, **options: Any) -> list[Entry]:
    params = {"prune": kinds, "max_deletions": 10, **options}
    selection = Selection(params, TASKS)
    chosen = selection.chosen(whole.entries)
    return Prune(server(client), TASKS, whole, selection, chosen, params).entries()


def names(entries: list[Entry]) -> list[str]:
    return [f"{one.kind} {one.name}" for one in entries]


def acme(**lists: Any) -> Tree:
    return tree({"name": "ACME", **lists})


USERS = {"alice": user(), "bob": user(), "carol": user(BETA), "dave": user(TOP)}
POLICIES = {"p-1": policy("Old"), "p-2": policy("Old", BETA), "p-3": policy("House", TOP)}
ADMINS = [
    {"Username": "admin", "OrganizationID": ACME},
    {"Username": "ldap", "OrganizationID": ACME, "ExternalAuthenticationSource": "corp"},
    {"Username": "old", "OrganizationID": ACME},
    {"Username": "admin", "OrganizationID": ""},
]
