# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Large servers with files that describe them as they are, changes behind their back, and what a report must tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from emulated import ADMIN, Emulated

from ansible_collections.comet.backup.tests.bench.wishes import ask, policy_as_it_is, user_as_it_is

Document = dict[str, Any]
Line = tuple[str, str, str, str, str, str, str]
"""Type, kind, owner, name, label, and as JSON what the server has and what is written."""
GIB = 2**30
STEP = 401
"""Changes happen to one of so many users, so that they are spread over the whole list."""


@dataclass(frozen=True)
class Described:
    """A server with many users; ``policies`` and ``users`` are as they were when its file was written.

    Of the users only those are kept to whom something may happen. ``objects`` are those in the file, without what is
    inside users.
    """

    server: Emulated
    policies: Document
    users: Document
    objects: int

    @classmethod
    def write(cls, server: Emulated, path: Path) -> Described:
        """Write the file that describes a server as it is: ten options of each user, and all storage vaults."""
        policies, users = ask(server, "policies/list-full"), ask(server, "list-users-full")
        described = [
            {**user_as_it_is(profile, policies), "storage_vaults": [*map(_vault, profile["Destinations"].values())]}
            for profile in users.values()
        ]
        rules = [policy_as_it_is(policy) for policy in policies.values()]
        path.write_text(json.dumps({"server": {"policies": rules, "users": described}}))
        return cls(server, policies, {name: users[name] for name in sorted(users)[::STEP]}, len(users) + len(rules))

    def call(self, path: str, **parameters: Any) -> Any:
        """The answer of a call of the API."""
        given = {key: value if isinstance(value, str) else json.dumps(value) for key, value in parameters.items()}
        login = {"Username": ADMIN, "AuthType": "Password", "Password": self.server.password}
        with urlopen(f"{self.server.url}api/v1/admin/{path}", urlencode({**login, **given}).encode(), 60) as answer:
            told = json.loads(answer.read())
        assert told.get("Status", 200) < 300, told
        return told

    def change(self, user: str, **members: Any) -> None:
        """Change a profile, past all rules of the API."""
        self.server.control("profile", {"user": user, "members": members})

    def disturb(self) -> list[Line]:
        """Change twenty things; gives the line of each, as a report has to tell it."""
        chosen = iter(self.users)
        lines = [
            line for work, times in _WORKS.items() for _time in range(times) for line in [work(self, next(chosen))]
        ]
        return [*lines, self._policy(), self._stranger()]

    def _policy(self) -> Line:
        key, policy = next(iter(self.policies.items()))
        before = policy["Policy"]["PreventDeleteStorageVault"]
        settings = {**policy["Policy"], "PreventDeleteStorageVault": not before}
        self.call("policies/set", PolicyID=key, Policy={**policy, "Policy": settings})
        return _drifted(
            ("policy", "", policy["Description"]), "settings.prevent_delete_storage_vault", not before, before
        )

    def _stranger(self) -> Line:
        self.call("add-user", TargetUser="stranger", TargetPassword="correct horse")
        return ("unmanaged", "user", "", "stranger", "", "", "")


def _vault(vault: Document) -> Document:
    """What a person would write about a storage vault of the seed."""
    limits = {"storage_limit_enabled": vault["StorageLimitEnabled"], "storage_limit_bytes": vault["StorageLimitBytes"]}
    return {"name": vault["Description"], **limits}


def _drifted(about: tuple[str, str, str], label: str, before: Any, after: Any) -> Line:
    return ("drifted", *about, label, json.dumps(before), json.dumps(after))


def _devices(one: Described, user: str) -> Line:
    held = one.users[user]["MaximumDevices"]
    one.change(user, MaximumDevices=held + 7)
    return _drifted(("user", "", user), "maximum_devices", held + 7, held)


def _suspended(one: Described, user: str) -> Line:
    held = one.users[user]["IsSuspended"]
    one.change(user, IsSuspended=not held)
    return _drifted(("user", "", user), "suspended", not held, held)


def _quota(one: Described, user: str) -> Line:
    held = one.users[user]["AllProtectedItemsQuotaBytes"]
    one.change(user, AllProtectedItemsQuotaBytes=held + 3 * GIB)
    return _drifted(("user", "", user), "all_protected_items_quota_bytes", held + 3 * GIB, held)


def _called(one: Described, user: str) -> Line:
    one.change(user, AccountName="Somebody else")
    return _drifted(("user", "", user), "account_name", "Somebody else", one.users[user]["AccountName"])


def _assigned(one: Described, user: str) -> Line:
    held = one.users[user]["PolicyID"]
    other = next(key for key in one.policies if key != held)
    one.change(user, PolicyID=other)
    names = {"": "", **{key: policy["Description"] for key, policy in one.policies.items()}}
    return _drifted(("user", "", user), "policy", names[other], names[held])


def _limit(one: Described, user: str) -> Line:
    key, vault = next(iter(one.users[user]["Destinations"].items()))
    one.change(user, Destinations={key: {"StorageLimitBytes": 5 * GIB}})
    about = ("storage_vault", user, vault["Description"])
    return _drifted(about, "storage_limit_bytes", 5 * GIB, vault["StorageLimitBytes"])


def _lost(one: Described, user: str) -> Line:
    key, vault = next(iter(one.users[user]["Destinations"].items()))
    one.change(user, Destinations={key: None})
    return ("missing", "storage_vault", user, vault["Description"], "", "", "")


def _found(one: Described, user: str) -> Line:
    one.change(user, Destinations={"extra": {"Description": "Extra", "DestinationType": 1002}})
    return ("unmanaged", "storage_vault", user, "Extra", "", "", "")


def _deleted(one: Described, user: str) -> Line:
    one.call("delete-user", TargetUser=user)
    return ("missing", "user", "", user, "", "", "")


_WORKS: Mapping[Callable[[Described, str], Line], int] = {
    _devices: 4, _suspended: 3, _quota: 3, _called: 2, _assigned: 2, _limit: 1, _lost: 1, _found: 1, _deleted: 1,
}  # fmt: skip


def lines(server: Mapping[str, Any]) -> Iterator[Line]:
    """The lines that a report in JSON tells about one of its servers."""
    for found in server["findings"]:
        assert found["tenant"] == ""
        about = (found["type"], found["kind"], (found["owner"] or {}).get("name", ""), found["name"])
        if found["type"] != "drifted":
            yield (*about, "", "", "")
        for member in found["members"] if found["type"] == "drifted" else ():
            yield (*about, member["label"], json.dumps(member["before"]), json.dumps(member["after"]))
