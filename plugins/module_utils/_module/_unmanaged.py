# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server holds beside what a tree names. Private; may change at any time.

Nothing is read that the work on the tree does not read anyway, but for kinds of which the tree says nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ansible.module_utils.common.parameters import remove_values

from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Refused, TooOld
from ansible_collections.comet.backup.plugins.module_utils._module._export_names import shown_names
from ansible_collections.comet.backup.plugins.module_utils._module._prune import KINDS
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._scopes import OUTERMOST, Held, Scopes
from ansible_collections.comet.backup.plugins.module_utils._module._selection import Selection, Subject
from ansible_collections.comet.backup.plugins.module_utils._module._tree import Entry, Tree
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

UNMANAGED = "unmanaged"
NONE, LISTED, ALL = "none", "listed", "all"
SHOWN = 5
"""So many names are told of a kind of which the tree says nothing."""
IN_TROUBLE = 500
"""From this status on a refusal says nothing about what a login may do."""


def unmanaged_spec() -> dict[str, Any]:
    """The spec of the option."""
    return {UNMANAGED: {"type": "str", "choices": [NONE, LISTED, ALL], "default": NONE}}


@dataclass(frozen=True, order=True)
class Found:
    """An object that the tree does not name. ``owner`` is the kind and name of the object that it is in, if any."""

    tenant: str
    kind: str
    owner: tuple[str, str]
    name: str
    made_by: str

    def told(self) -> dict[str, Any]:
        """As the result shows it."""
        owner = {"kind": self.owner[0], "name": self.owner[1]} if any(self.owner) else None
        return {
            "kind": self.kind,
            "tenant": self.tenant,
            "name": self.name,
            "owner": owner,
            "made_by": self.made_by,
        }


class Unmanaged:
    """Finds what a server holds beside what a tree names.

    That is told of kinds and places of which the tree lists objects; with the ``mode`` all, what is in others is
    counted. What ``selection`` leaves out or ignores is neither.
    """

    def __init__(
        self, server: Server, tasks: Mapping[str, ResourceTask], tree: Tree, selection: Selection, mode: str
    ) -> None:
        self._server, self._tasks, self._tree, self._selection = server, tasks, tree, selection
        self._looks, self._counts = mode != NONE, mode == ALL
        self._scopes = Scopes(server, tasks, tree)
        self._found: list[Found] = []
        self._undescribed: dict[tuple[str, str], list[str]] = {}

    def survey(self, leaving: Sequence[Entry]) -> None:
        """Look at the lists of the server; ``leaving`` are the entries of what the run removes from them.

        What the login may not list, or the server does not know, is left out. Raises what any other reading raises.
        """
        entries = (*self._tree.entries, *leaving)
        for kind in KINDS if self._looks else ():
            if self._counts or kind in self._tree.scopes:
                with _as_far_as_allowed():
                    self._survey(kind, entries)

    def _survey(self, kind: str, entries: Sequence[Entry]) -> None:
        going = self._going(entries)
        about = [entry for entry in entries if entry.kind == kind] if kind in self._tree.scopes else []
        named = {one for entry in about for one in self._scopes.meant(entry)}
        for one in self._scopes.seen(kind):
            if one not in named and one.tenant not in going and self._concerns(one):
                self._add(one)

    def _going(self, entries: Sequence[Entry]) -> set[str]:
        """IDs of the tenants that go, with all that is in them."""
        gone = [entry for entry in entries if entry.kind == OUTERMOST and not entry.present]
        return {one.key for entry in gone for one in self._scopes.meant(entry)}

    def _concerns(self, one: Held) -> bool:
        """Whether the task is about such an object. One's own tenant is no object among others."""
        if one.resource.outermost and one.key == self._server.own_tenant():
            return False
        subject = Subject(one.resource.kind, (one.name, one.key), {*one.tenants, self._called(one.tenant)})
        # Both are asked, so that a selector is not said to fit nothing because the other one came first.
        chosen, ignored = self._selection.chooses(subject), self._selection.ignores(subject)
        return chosen and not ignored

    def _add(self, one: Held) -> None:
        kind, tenant = one.resource.kind, "" if one.resource.outermost else self._called(one.tenant)
        if self._scopes.lists(one):
            maker = one.resource.hooks.maker(one.document, one.around) if one.resource.has_maker else ""
            self._found.append(Found(tenant, kind, ("", ""), one.name, maker))
        elif self._counts:
            self._undescribed.setdefault((kind, tenant), []).append(one.name)

    def _called(self, tenant: str) -> str:
        """What the tree calls a tenant, else its name where no other one has it, else its ID."""
        written = self._scopes.written(tenant)
        return self._names.get(tenant, tenant) if written == tenant else written

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """What to call each tenant, as far as the login may list them."""
        with _as_far_as_allowed():
            return shown_names({one.key: one.resource.called(one.document) for one in self._scopes.seen(OUTERMOST)})
        return {}

    def result(self, secrets: Collection[str]) -> dict[str, Any]:
        """What was found, in an order that stays, without the texts that must not be told."""
        if not self._looks:
            return {}
        found: dict[str, Any] = {UNMANAGED: [one.told() for one in sorted(self._found)]}
        if self._counts:
            found["undescribed"] = [
                {"kind": kind, "tenant": tenant, "count": len(names), "names": sorted(names)[:SHOWN]}
                for (kind, tenant), names in sorted(self._undescribed.items(), key=_place)
            ]
        shown: dict[str, Any] = remove_values(found, secrets)
        return shown


@contextmanager
def _as_far_as_allowed() -> Iterator[None]:
    """What the login may not read, or the server does not know yet, is left out; a server in trouble is an error."""
    try:
        yield
    except LoginFailed:
        raise
    except Refused as error:
        if error.status >= IN_TROUBLE:
            raise
    except TooOld:
        pass


def _place(counted: tuple[tuple[str, str], list[str]]) -> tuple[str, str]:
    (kind, tenant), _names = counted
    return tenant, kind
