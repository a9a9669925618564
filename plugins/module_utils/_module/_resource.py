# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that manages a kind of object. Private; may change at any time."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._contents import Contents, errors_about
from ansible_collections.comet.backup.plugins.module_utils._module._done import Done, difference
from ansible_collections.comet.backup.plugins.module_utils._module._spec import (
    connection_spec,
    holders,
    identity_spec,
    in_tenant,
    outline_spec,
    own_names,
    place_rules,
    resource_spec,
    told_members,
)
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _engine, _fields, _plan, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._lists import NOWHERE, Within
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

LONGEST = 80
"""So many characters of a name are repeated in messages."""

_DONE = {_plan.CREATE: "created", _plan.UPDATE: "changed", _plan.DELETE: "deleted", _plan.NONE: "is as it should be"}


def as_written(kind: str, value: str, where: str) -> str:
    """A reference as the task gives it, whether that is a name or an ID."""
    return value


class ResourceTask(Task):
    """Present or absent, exactly as the options say."""

    def __init__(self, resource: Resource, contents: Sequence[ResourceTask] = ()) -> None:
        self.resource = resource
        self.contents = contents

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Options whose names the connection has taken, and what they are called here."""
        return own_names(self.resource)

    @cached_property
    def members(self) -> frozenset[str]:
        """The options, in any spelling, that are members of the document, without the object's address."""
        resource = self.resource
        fields = _fields.fields(resource.structure)
        apart = {
            "tenant",
            resource.id_option,
            *resource.arguments,
            *(fields[name].option for name in resource.unmanaged),
        }
        # An alias may be the connection's word, too, as "username" is; there it never means the member.
        spellings = frozenset(_fields.by_spelling(resource.structure)) - set(connection_spec())
        return (spellings | set(self.names.values())) - apart

    def options(self) -> dict[str, Any]:
        return resource_spec(self.resource, self._inside())

    def outline(self) -> dict[str, Any]:
        """The options without those inside them, for who asks about many kinds."""
        return outline_spec(self.resource, self._inside())

    def _inside(self) -> dict[str, tuple[Resource, ...]]:
        """The kinds that a task may describe along with the object, and with those inside it."""
        inside = {self.resource.kind: tuple(inner.resource for inner in self.contents)}
        for inner in self.contents:
            inside.update(inner._inside())
        return inside

    def rules(self) -> dict[str, Any]:
        rules = place_rules(self.resource)
        either = [self.resource.naming, "id"]
        if set(either) <= set(identity_spec(self.resource)):
            rules.setdefault("required_one_of", []).append(either)
        return rules

    def secrets(self, params: Mapping[str, Any]) -> set[str]:
        patch = _document.patch_from(self.resource.structure, self._members(params), as_written)
        extra = params.get("extra") or {}
        found = _redact.keyed_secrets(self.resource.structure, _document.combined(patch, extra))
        for inner in self.contents:
            for item in params.get(inner.resource.plural) or ():
                with errors_about(inner, item):
                    found |= inner.secrets(item)
        return found

    def about(self, params: Mapping[str, Any]) -> str:
        home = next((kind for kind in holders(self.resource) if params.get(kind)), "")
        title = self._title(params.get(self.resource.naming) or params.get(self.resource.id_option))
        return title + self._of(home, params.get(home))

    def _of(self, home: str, owner: str | None) -> str:
        """Whose object it is, for messages, where a task names that."""
        return f" of {home.replace('_', ' ')} {owner}" if home in holders(self.resource) else ""

    def _title(self, name: str | None) -> str:
        """How messages call the object; a name that is a whole text is given by its beginning."""
        line = " ".join((name or "").split())
        return f"{self.resource.noun} {line if len(line) <= LONGEST else line[: LONGEST - 3] + '...'}".rstrip()

    def consider(self, params: Mapping[str, Any], found: Found, resolve: _document.Resolve = as_written) -> None:
        """Refuse what contradicts itself in the object as it would result, whatever other objects there are."""
        self._addressed(params)
        patch = _document.patch_from(self.resource.structure, self._members(params), resolve)
        wish = Wish(True, patch=patch, max_deletions=sys.maxsize)
        _plan.make_plan(self.resource.structure, found, wish, int(time.time()), checks=self.resource.checks)

    def run(self, server: Server, params: Mapping[str, Any]) -> dict[str, Any]:
        return self.reconcile(server, params).result()

    def reconcile(
        self,
        server: Server,
        params: Mapping[str, Any],
        spared: frozenset[tuple[str, str]] = frozenset(),
        beyond: Contents | None = None,
    ) -> Done:
        """Make the server hold the object as the options say, with what they describe inside it. Raises CometError.

        ``spared`` are objects inside (kind and ID) that are described elsewhere, and stay; ``beyond`` are those that
        come after this one in the same task.
        """
        wish = self.address(server, params)
        found = server.find(self.resource, wish)
        if wish.present:
            wish = self._fill(server, params, wish, found)
        contents = Contents(server, self, params, wish, spared, beyond)
        contents.check(found)
        outcome = _engine.reconcile(server, self.resource, wish, found, contents.along())
        done = self._done(server, wish, outcome)
        done.described = tuple(inner.resource for inner, _items in contents.described)
        for name, inner in contents.reconcile(outcome):
            done.include(name, inner)
        if done.changed and not outcome.changed:
            done.msg = f"{self.about(params)} {_DONE[_plan.UPDATE]}"
        return done

    def address(self, server: Server, params: Mapping[str, Any]) -> Wish:
        """Which object is meant, and how it is to be treated."""
        resource = self.resource
        name = self._addressed(params)
        tenant = params.get("tenant") if in_tenant(resource) else None
        if tenant is not None:
            tenant = self._resolve(server, None, NOWHERE)("tenant", tenant, "tenant")
        home, owner = self._place(server, params, tenant)
        return Wish(
            present=params.get("state", "present") == "present",
            id=(name if resource.named else params.get("id")) or "",
            name=(name or "") if resource.naming else "",
            tenant=tenant,
            home=home,
            owner=owner,
            told={**told_members(resource, params), **self._named_on(server, params, tenant, (home, owner))},
            arguments={name: params[name] for name in resource.arguments if params.get(name) is not None},
            secrets=params.get(resource.secrets) or "on_create",
            exclusive=bool(params.get("exclusive")),
            max_deletions=params.get("max_deletions", 10),
            confirmed=bool(params.get(resource.confirm)),
            restart_timeout=params.get("restart_timeout") or Wish.restart_timeout,
        )

    def _addressed(self, params: Mapping[str, Any]) -> str | None:
        """The object's name, or its ID where it has none. Raises InvalidOption where a task gives neither."""
        resource = self.resource
        naming = resource.naming or resource.id_option
        name: str | None = params.get(naming)
        if name is not None and not name.strip():
            raise InvalidOption(f"{naming}: must not be empty")
        if resource.naming and name is None and not params.get("id"):
            raise InvalidOption(f"one of the following is required: {naming}, id")
        return name

    def _place(self, server: Server, params: Mapping[str, Any], tenant: str | None) -> Within:
        """The larger document that the object is in: the name of the home, and the ID of its owner."""
        resource = self.resource
        for kind, owner in resource.owners.items():
            named = params.get(kind) if kind in holders(resource) else None
            if named is not None and not named.strip():
                raise InvalidOption(f"{kind}: must not be empty")
            if named is not None:
                return kind, named if owner.named else server.resolve(owner, named, tenant, kind)
        return (params[resource.place], "") if resource.place else server.holder(resource, tenant)

    def _named_on(
        self, server: Server, params: Mapping[str, Any], tenant: str | None, within: Within
    ) -> dict[str, str]:
        """The other object on which the name counts, if the task names it; what does not exist has nothing on it."""
        member = self.resource.named_on
        field = _fields.fields(self.resource.structure)[member] if member else None
        name = params.get(field.option) if field else None
        if field is None or not name:
            return {}
        present = params.get("state", "present") == "present"
        server.around(self.resource, Wish(present, home=within[0], owner=within[1], tenant=tenant))
        kind = field.member.reference
        if present:
            return {member: self._resolve(server, tenant, within)(kind, name, field.option)}
        return {member: server.lookup(self.resource.related[kind], name, tenant, within) or name}

    def _members(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Those options that are members of the document, without the object's address."""
        options = {own: option for option, own in self.names.items()}
        return {options.get(name, name): value for name, value in params.items() if name in self.members}

    def _fill(self, server: Server, params: Mapping[str, Any], wish: Wish, found: Found) -> Wish:
        """The wish with its patch. Other objects are looked up in the tenant that this one is, or will be, in."""
        resource = self.resource
        tenant = wish.tenant
        if tenant is None and found.document is not None and resource.tenant:
            tenant = str(found.document.get(resource.tenant) or "")
        owner = resource.owners.get(wish.home)
        if tenant is None and found.around is not None and owner is not None and owner.tenant:
            tenant = str((found.around.document or {}).get(owner.tenant) or "")
        resolve = self._resolve(server, tenant, (wish.home, wish.owner))
        patch = _document.patch_from(resource.structure, self._members(params), resolve)
        if resource.name and resource.named:
            patch.pop(resource.name, None)
        if resource.tenant and wish.tenant is not None:
            patch[resource.tenant] = wish.tenant
        extra = _document.extra_patch(resource.structure, params.get("extra") or {}, self.names, resource.unmanaged)
        return replace(wish, patch=_document.combined(patch, extra))

    def _resolve(self, server: Server, tenant: str | None, within: Within) -> _document.Resolve:
        kinds = self.resource.related

        def resolve(kind: str, value: str, where: str) -> str:
            if kind not in kinds:
                return value
            return server.resolve(kinds[kind], value, None if kind == "tenant" else tenant, where, within)

        return resolve

    def _done(self, server: Server, wish: Wish, outcome: _engine.Outcome) -> Done:
        """What became of the object itself."""
        owner = self._owner(server, wish)
        held = outcome.document or outcome.plan.found.document or {}
        called = wish.name or self.resource.called(held) or wish.id or ("" if self.resource.singleton else outcome.id)
        done = _DONE[outcome.plan.action if outcome.changed else _plan.NONE]
        return Done(
            self.resource,
            self.names,
            wish,
            outcome,
            owner,
            msg=f"{self._title(called)}{self._of(wish.home, owner)} {done}",
            diff=difference(server, self.resource, self.names, wish, outcome, owner),
            changed=outcome.changed,
        )

    def _owner(self, server: Server, wish: Wish) -> str:
        """What people call the object whose document holds this one."""
        return server.label(self.resource.owners.get(wish.home), wish.owner)
