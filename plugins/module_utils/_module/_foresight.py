# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What would be lost by deleting objects once everything else in a run is done. Private; may change at any time.

A policy that nobody follows any more can go, even if users still follow it who are about to go or to follow another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError
from ansible_collections.comet.backup.plugins.module_utils._module._members import canonical
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._scopes import Held
from ansible_collections.comet.backup.plugins.module_utils._module._tree import Entry
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

Document = Mapping[str, Any]


class LooksCutShort(CometError):
    """What the server lists does not go together, so that nothing can be told from what is missing."""


class Foresight:
    """A server as it will be when the run comes to the deletions, as far as that concerns users.

    ``chosen`` are the entries that the run works on, ``leaving`` what is to be deleted beside them.
    """

    def __init__(
        self, server: Server, tasks: Mapping[str, ResourceTask], chosen: Sequence[Entry], leaving: Collection[Held]
    ) -> None:
        self._server, self._task = server, tasks["user"]
        entries = [entry for entry in chosen if entry.kind == self._user.kind]
        self._gone = {one.key for one in leaving if one.resource.kind == self._user.kind}
        self._gone |= {entry.name for entry in entries if not entry.present}
        self._written = {entry.name: canonical(entry.task, entry.params) for entry in entries if entry.present}
        groups = [entry.params.get("users") for entry in chosen if entry.kind == "user_group" and entry.present]
        self._joining = {name for names in groups if isinstance(names, list) for name in names}
        self._later = Server(cast(Client, _Client(server.client, self)), check_mode=True)

    @property
    def _user(self) -> Resource:
        return self._task.resource

    def loss(self, held: Held) -> str:
        """What would be lost by deleting an object, as the rest of a sentence; empty for nothing."""
        resource = held.resource
        if not resource.has_loss:
            return ""
        found = Found(held.key, held.document, beside=self._beside(held))
        return resource.hooks.loss(self._later, found)

    def uses(self, held: Held) -> bool:
        """Whether the object is a bucket that holds a storage vault of a user who stays, as servers make them."""
        return held.resource.kind == "bucket" and held.key in self._buckets

    def refuse_gaps(self) -> None:
        """Raises LooksCutShort where the list of users lacks some (AdminListUsers), whose needs cannot be told."""
        listed = self._server.listing(self._user)
        roll = self._server.client.call(self._user.roll.method) if self._user.roll else listed
        missing = len([name for name in roll if name not in listed])
        if missing:
            raise LooksCutShort(
                f"prune: the server lists {len(listed)} users in full, but {missing} more by name. What these need "
                "cannot be told, so nothing is changed; run it again, and look at the server if that stays so"
            )

    @cached_property
    def accounts(self) -> Mapping[str, Document]:
        """The users who stay, as they will be (AdminListUsersFull)."""
        return _Accounts(self._server.listing(self._user), self._gone, self._after)

    @cached_property
    def _buckets(self) -> set[str]:
        return buckets_of(self.accounts.values())

    def _beside(self, held: Held) -> dict[str, Any]:
        """Who will be in a group, which its document does not tell."""
        if held.resource.kind != "user_group":
            return {}
        groups = self._server.column(self._user, "GroupID").items()
        named = [name for name, group in groups if group == held.key and name not in self._gone | self._joining]
        return {"Users": [name for name in named if self._written.get(name, {}).get("user_group") is None]}

    def _after(self, name: str, document: Document) -> Document:
        """A user's document without what the run gives another value: nothing in the tree names what is pruned."""
        params = self._written.get(name, {})
        patch: dict[str, Any] = _renamed(self._user, params)
        for inner in self._task.contents:
            items, part = params.get(inner.resource.plural), inner.resource.homes[0].path[0]
            if items and document.get(part):
                patch[part] = _inside(inner, items, document[part])
        return {**document, **patch} if patch else document


class _Accounts(Mapping[str, Document]):
    """Users as they will be, each made when it is asked for: all of them at once would be much."""

    def __init__(
        self, users: Mapping[str, Document], gone: Collection[str], after: Callable[[str, Document], Document]
    ) -> None:
        self._users, self._gone, self._after = users, gone, after

    def __getitem__(self, name: str) -> Document:
        if name in self._gone:
            raise KeyError(name)
        return self._after(name, self._users[name])

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._users if name not in self._gone)

    def __len__(self) -> int:
        return sum(1 for _name in self)


class _Client:
    """The client of a run, as it will answer later."""

    def __init__(self, client: Client, foresight: Foresight) -> None:
        self._client, self._foresight = client, foresight

    def call(self, method: str, **parameters: Any) -> Any:
        """The users as they will be; all else as it is."""
        if method == "AdminListUsersFull":
            return self._foresight.accounts
        return self._client.call(method, **parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


def buckets_of(users: Iterable[Document]) -> set[str]:
    """IDs of the buckets that storage vaults of these users are in, as servers make them."""
    vaults = (vault for user in users for vault in (user.get("Destinations") or {}).values())
    return {str(vault.get("CometBucket") or "") for vault in vaults}


def _renamed(resource: Resource, params: Document) -> dict[str, Any]:
    """The members that name other objects and that the options give a value, empty."""
    known = _fields.by_spelling(resource.structure)
    given = [known[option] for option, value in params.items() if option in known and value is not None]
    return {field.member.name: "" for field in given if field.member.reference and field.kind == _fields.VALUE}


def _inside(inner: ResourceTask, items: Any, held: Mapping[str, Document]) -> dict[str, Any]:
    """The objects inside a user, those that the options describe without what these give another value."""
    resource, result = inner.resource, dict(held)
    for item in (canonical(inner, one) for one in items if isinstance(one, Mapping)):
        own, name = item.get(resource.id_option), str(item.get(resource.naming))
        for key in [key for key, document in result.items() if key == own or resource.bears(document, name)]:
            if item.get("state") == "absent":
                del result[key]
            else:
                result[key] = {**result[key], **_renamed(resource, item)}
    return result
