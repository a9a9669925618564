# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that a server holds and a tree does not name, to be deleted. Private; may change at any time.

Nothing goes that something else needs, keeps or protects, nothing from lists that look cut short, and nothing at all
when more would go than the task allows, or when something would be lost and the task does not say that this is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._foresight import Foresight, LooksCutShort
from ansible_collections.comet.backup.plugins.module_utils._module._references import references
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._scopes import Held, Scopes
from ansible_collections.comet.backup.plugins.module_utils._module._selection import Selection, Subject
from ansible_collections.comet.backup.plugins.module_utils._module._tree import STAGES, Entry, Tree
from ansible_collections.comet.backup.plugins.module_utils._state._errors import (
    InvalidOption,
    NeedsConfirmation,
    TooManyDeletions,
)
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

KINDS = ("user", "admin_user", "user_group", "policy", "shared_quota", "psa", "bucket", "news", "tenant")
"""Kinds whose objects may be pruned: those of which a tree holds lists, and tenants."""
LISTED = 50
"""So many objects are named in a message."""
_PEOPLE = ("user", "user_group", "policy", "shared_quota", "bucket", "tenant")
"""Kinds whose objects are users, or something that users may need."""


def prune_spec() -> dict[str, Any]:
    """The specs of the options that are about pruning alone."""
    return {
        "prune": {"type": "list", "elements": "str", "choices": sorted(KINDS)},
        "max_deletions": {"type": "int", "default": 10},
    }


@dataclass(frozen=True)
class _Leaving:
    """An object that is to go, and the entry that deletes it."""

    held: Held
    entry: Entry

    @property
    def title(self) -> str:
        """How messages call it."""
        whose = f" of tenant {self.entry.tenant}" if self.entry.tenant else ""
        return f"{self.held.resource.noun} {self.entry.name}{whose}"


class Prune:
    """What has to go from a server so that it holds nothing but what a tree names.

    ``chosen`` are the entries that the run works on, after ``only``, ``skip`` and ``ignore``.
    """

    def __init__(
        self,
        server: Server,
        tasks: Mapping[str, ResourceTask],
        tree: Tree,
        selection: Selection,
        chosen: Sequence[Entry],
        params: Mapping[str, Any],
    ) -> None:
        self._server, self._tasks, self._selection, self._params = server, tasks, selection, params
        self._tree, self._chosen = tree, chosen
        self._scopes = Scopes(server, tasks, tree)
        self._kinds = [kind for kind in KINDS if kind in (params.get("prune") or ())]

    def entries(self) -> list[Entry]:
        """The deletions, in an order in which nothing goes that something else still needs.

        Nothing is written. Raises LooksCutShort, TooManyDeletions and NeedsConfirmation, and what any reading raises.
        """
        if not self._kinds:
            return []
        needed = self._needed()
        leaving = [one for kind in self._kinds for one in self._leaving(kind, needed)]
        if not leaving:
            return []
        foresight = Foresight(self._server, self._tasks, self._chosen, [one.held for one in leaving])
        if any(one.held.resource.kind in _PEOPLE for one in leaving):
            foresight.refuse_gaps()
        leaving = [one for one in leaving if not foresight.uses(one.held)]
        self._refuse_many(leaving)
        self._refuse_loss(leaving, foresight)
        return sorted((one.entry for one in leaving), key=_stage_of)

    def _needed(self) -> dict[tuple[str, str], set[str]]:
        """Names and IDs that the tree refers to, by kind and ID of the tenant in which they count."""
        found: dict[tuple[str, str], set[str]] = {}
        for entry in self._tree.entries:
            tenant = self._scopes.tenant(entry.tenant) if entry.present else None
            if tenant is not None:
                for kind, name in references(entry.task, entry.params):
                    found.setdefault((kind, tenant), set()).add(name)
        return found

    def _leaving(self, kind: str, needed: Mapping[tuple[str, str], set[str]]) -> Iterator[_Leaving]:
        """Objects of a kind that nothing speaks for. Raises LooksCutShort."""
        held = list(self._scopes.held(kind))
        named = {one for entry in self._tree.entries if entry.kind == kind for one in self._scopes.meant(entry)}
        by_id = {name for (one, _tenant), names in needed.items() if one == kind for name in names}
        left = [one for one in held if one not in named and one.key not in by_id]
        left = [one for one in left if one.name not in needed.get((kind, one.tenant), ())]
        if left and not named:
            self._refuse_strange(kind, left)
        for one in left:
            if self._may_go(one):
                yield _Leaving(one, self._entry(one))

    def _refuse_strange(self, kind: str, left: Sequence[Held]) -> None:
        """Refuse where the server has none of the objects that the tree names, but others instead."""
        wanted = [entry for entry in self._tree.entries if entry.kind == kind and entry.present and not entry.bare]
        wanted = [entry for entry in wanted if self._scopes.tenant(entry.tenant) is not None]
        if wanted:
            raise LooksCutShort(
                f"prune: the server has no {self._tasks[kind].resource.noun} that the tree names, but {len(left)} "
                "that it does not name. That looks like another server, or like a list that is cut short, so nothing "
                "is changed; if it is as it should be, run once without prune"
            )

    def _may_go(self, one: Held) -> bool:
        """Whether nobody keeps the object: the task, somebody else, or the server."""
        subject = Subject(one.resource.kind, (one.name, one.key), one.tenants)
        # Each is asked, so that a selector is not said to fit nothing because another one came first.
        protected, ignored = self._selection.protects(subject), self._selection.ignores(subject)
        if protected or ignored or not self._selection.chooses(subject):
            return False
        if one.resource.hooks.foreign(one.document, one.around):
            return False
        try:
            one.resource.hooks.deletion(self._server, Wish(False, id=one.key), Found(one.key, one.document))
        except InvalidOption:  # such as the very account that the task logs in with
            return False
        return True

    def _entry(self, one: Held) -> Entry:
        """The task that deletes an object."""
        kind, confirm = one.resource.kind, one.resource.confirm
        params = {**one.address, "state": "absent"}
        if one.resource.has_loss and self._params.get(confirm):
            params[confirm] = True
        stage = f"{kind} absent" if f"{kind} absent" in STAGES else kind
        written = self._scopes.written(one.tenant) if one.resource.tenant or one.resource.owners else ""
        return Entry(self._tasks[kind], params, written, one.name, f"prune[{kind}]", STAGES.index(stage))

    def _refuse_many(self, leaving: Sequence[_Leaving]) -> None:
        limit = self._params.get("max_deletions", 10)
        if len(leaving) <= limit:
            return
        named = [one.title for one in leaving[:LISTED]] + ["..."] * (len(leaving) > LISTED)
        raise TooManyDeletions(
            f"prune would delete {len(leaving)} objects ({', '.join(named)}), but max_deletions is {limit}, so nothing "
            "is changed; raise it if that is meant, or protect what is to stay"
        )

    def _refuse_loss(self, leaving: Sequence[_Leaving], foresight: Foresight) -> None:
        """Refuse what would be missed, all at once, unless the task says that it is meant."""
        lost = [(one, foresight.loss(one.held)) for one in leaving if not self._params.get(one.held.resource.confirm)]
        lost = [(one, loss) for one, loss in lost if loss]
        if not lost:
            return
        options = sorted({one.held.resource.confirm for one, _loss in lost})
        said = "; ".join(f"deleting {one.title} {loss}" for one, loss in lost[:LISTED])
        raise NeedsConfirmation(
            f"prune: {said}; nothing is changed; set {' and '.join(options)} to true if that is meant, or protect "
            "what is to stay"
        )


def _stage_of(entry: Entry) -> int:
    return entry.stage
