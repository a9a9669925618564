# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of one server, and names of other objects. Private; may change at any time."""

from __future__ import annotations

import copy
from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._api._model import parse_version, structure
from ansible_collections.comet.backup.plugins.module_utils._state import _home
from ansible_collections.comet.backup.plugins.module_utils._state._errors import (
    Ambiguous,
    InvalidOption,
    NotFound,
    nearest,
)
from ansible_collections.comet.backup.plugins.module_utils._state._lists import (
    NOWHERE,
    PENDING,
    Lists,
    Within,
    arguments,
)
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Resource

FEW = 5
"""So many objects of a kind are read one by one before all of them are read at once."""


class Server(Lists):
    """One server as seen by one task, or by all items of a loop: objects by their IDs and names.

    ``tasks`` counts the items of a loop that have come by: after a few of them one call that lists all objects of a
    kind is cheaper than many that read one.
    """

    def __init__(self, client: Client, check_mode: bool = False) -> None:
        super().__init__(client, check_mode)
        self.tasks = 1

    def draft(self, owner: Resource, key: str, document: Any) -> Server:
        """This server as it would be with that document of an object, for finding out what else would change in it.

        Nothing is written through a draft, and what it foretells is unknown here. It refuses what this server refuses.
        """
        draft = copy.copy(self)
        draft.drafting, draft.warnings = True, []
        draft._around, draft._outdated = ChainMap({}, self._around), ChainMap({}, self._outdated)
        draft.foretell(owner, Found(key, document))
        return draft

    def find(self, resource: Resource, wish: Wish, fresh: bool = False) -> Found:
        """The object that a wish speaks of. Raises Ambiguous when its name fits several.

        ``fresh`` reads the object itself with its lock, as a write needs it.
        """
        if resource.homes:
            return self._part(resource, wish, fresh)
        if resource.named or resource.listing is None:
            if resource.reading is not None and (fresh or resource.listing is None or not self._lists_pay(resource)):
                return self._read(resource, resource.reading, wish.id)
            if fresh:
                self.forget(resource)
            return Found(wish.id, self.listing(resource).get(wish.id), fresh=fresh)
        found = self._listed(resource, wish)
        if fresh and (resource.reading is None or found.document is None):
            self.forget(resource)
            found = self._listed(resource, wish)
        alone = fresh or resource.hooks.reads(wish)
        if not alone or resource.reading is None or found.document is None:
            return Found(found.id, found.document, fresh=fresh)
        beside = None if fresh else resource.hooks.told(self, found.id)
        if beside is not None:
            return Found(found.id, found.document, beside=beside)
        return self._read(resource, resource.reading, found.id)

    def _lists_pay(self, resource: Resource) -> bool:
        """Whether an object is better looked up among all of its kind than read alone."""
        return self.tasks > FEW or self.has_read(resource)

    def aside(self) -> Server:
        """The same server for one of several that work at a time.

        They share what was listed. What was read of larger documents, and warnings, are each one's own.
        """
        other = Server(self.client, self.check_mode)
        other.together, other._lists, other._asked = self.together, self._lists, self._asked
        other._reading = self._reading
        other._columns, other._expected, other._pending = self._columns, self._expected, self._pending
        return other

    def rehearsal(self) -> Server:
        """The same server for a run that changes nothing, whatever this one may do."""
        other = self.aside()
        other.client, other.check_mode = self.client.reading(), True
        other._expected, other._pending = {}, {}
        return other

    def _part(self, resource: Resource, wish: Wish, fresh: bool) -> Found:
        """An object that is part of a larger document."""
        around = self.around(resource, wish, fresh)
        home = self.home(resource, wish)
        held = _home.objects(home, around.document)
        key = wish.id if resource.named or wish.id in held else self._part_key(resource, home, held, wish)
        if key not in held and wish.present and not wish.id and around.document:
            key = resource.hooks.unnamed(self, wish, around.document) or key
        just_read = fresh or (around.fresh and around.lock is not None)
        return Found(key, held.get(key), around.lock, just_read, around=around)

    def _part_key(self, resource: Resource, home: Home, held: Mapping[str, Any], wish: Wish) -> str:
        """ID of the part that a wish names, or the one that it is to have; empty where only a real run can tell.

        Where an older server keeps no IDs, parts are known by their names, whatever ID was once chosen for them.
        """
        if resource.told_by:
            return self._told_key(resource, home, held, wish)
        own = home.keys[0] if home.keys else ""
        if wish.name:
            nameable = [key for key, item in held.items() if own and not item.get(own)]
            fitting = [key for key in (nameable if wish.id else held) if resource.fits(held[key], wish.told)]
            fitting = self._bearing(resource, {key: held[key] for key in fitting}, wish.name)
            key = self._only(resource, fitting, wish.name, f", or its {resource.placing}" if resource.placing else "")
            if key:
                return key
            since = own and structure(resource.structure).member(own).since
            if wish.present and since and self.client.version() < parse_version(since):
                return wish.name
        told = resource.chosen and not resource.hooks.requested(wish)
        around = [wish.owner or self.own_tenant(), *map(str, wish.told.values())]
        if wish.id or not told or any(one.startswith(PENDING) for one in around):
            return wish.id
        return resource.new_id("\n".join(around), wish.name)

    def _told_key(self, resource: Resource, home: Home, held: Mapping[str, Any], wish: Wish) -> str:
        """ID of the only part that is what the wish tells, or the one that a new part has. Raises Ambiguous."""
        fitting = _home.fitting(resource, home, held, wish.told)
        if resource.tenant:
            fitting = self._inside(resource, held, fitting, wish.tenant)
        if len(fitting) > 1:
            untold = resource.told_by.keys() - {*wish.told, resource.tenant}
            more = " and ".join(option for member, option in resource.told_by.items() if member in untold)
            called = wish.name or _home.key_of(home, wish.told)
            advice = f"; give {more} as well" if more else ", and nothing tells them apart"
            raise Ambiguous(f"{len(fitting)} objects of kind {resource.noun} are named {called}{advice}")
        if fitting or not resource.tenant:
            return fitting[0] if fitting else _home.key_of(home, wish.told)
        owner = self.own_tenant() if wish.tenant is None else wish.tenant
        return _home.key_of(home, {**wish.told, resource.tenant: owner})

    def _listed(self, resource: Resource, wish: Wish) -> Found:
        """The object by its ID or its name, from the list of its kind."""
        key = wish.id or self.lookup(resource, wish.name, wish.tenant)
        if not key and resource.chosen and not (wish.tenant or "").startswith(PENDING):
            # An object that bears the ID we would choose is ours, even if somebody renamed it since.
            key = resource.new_id(self.own_tenant() if wish.tenant is None else wish.tenant, wish.name)
        # An ID tells which object is meant whatever its tenant, so that none is made in another tenant's place.
        return Found(key, self.listing(resource, None if wish.id else wish.tenant).get(key))

    def _read(self, resource: Resource, call: Call, key: str) -> Found:
        """One object with its lock. It is absent when the server refuses and the list of its kind agrees."""
        try:
            answer = self.client.call(call.method, **arguments(call, {"id": key}))
        except LoginFailed:
            raise
        except Refused as error:
            if resource.listing is None or error.status not in (400, 403, 404, 500):
                raise
            if not (resource.named and error.status == 400) and key in self._roll(resource):
                raise
            return Found(key, None, fresh=True)
        document = answer.get(call.reply) if call.reply else answer
        beside = {member: answer.get(member) for member in call.beside}
        return Found(key, document, answer.get(call.lock), fresh=True, beside=beside)

    def _roll(self, resource: Resource) -> Any:
        """Something that tells with ``in`` whether an ID exists, read now."""
        self.forget(resource)
        return self.client.call(resource.roll.method) if resource.roll else self.listing(resource)

    def lookup(self, resource: Resource, name: str, tenant: str | None = None, within: Within = NOWHERE) -> str:
        """ID of the object with that name, or with that ID; empty when there is none. Of copies the first by ID.

        A name counts inside ``tenant`` (None: the login's own), or ``within`` a larger document. Raises Ambiguous.
        """
        objects = self.listing(resource, tenant, within)
        if name in objects and not resource.alike:
            return name
        matches = self._bearing(resource, objects, name)
        if resource.tenant:
            matches = self._inside(resource, objects, matches, tenant)
        return self._only(resource, matches, name)

    def _bearing(self, resource: Resource, objects: Mapping[str, Any], name: str) -> list[str]:
        return [key for key, document in objects.items() if resource.bears(document, name)]

    @staticmethod
    def _only(resource: Resource, matches: list[str], name: str, or_else: str = "") -> str:
        """The only one of the IDs that bear a name, of copies the first; empty when there is none. Raises Ambiguous.

        ``or_else`` is what a task may give instead of an ID, as the end of the message.
        """
        if len(matches) > 1 and not resource.alike:
            raise Ambiguous(
                f"{len(matches)} objects of kind {resource.noun} are named {name}: "
                f"{', '.join(sorted(matches))}; give the ID of the one that is meant{or_else}"
            )
        return min(matches, default="")

    def _inside(
        self, resource: Resource, objects: Mapping[str, Any], matches: list[str], tenant: str | None
    ) -> list[str]:
        """The matches inside a tenant. An administrator of a tenant sees nothing else, and need not name it."""
        owner = {key: str(objects[key].get(resource.tenant) or "") for key in matches}
        inside = [key for key in matches if owner[key] == (tenant or "")]
        if inside or not matches or tenant:
            return inside
        return [key for key in matches if owner[key] == self.own_tenant()]

    def resolve(self, resource: Resource, name: str, tenant: str | None, where: str, within: Within = NOWHERE) -> str:
        """ID of another object that ``where`` refers to.

        Raises NotFound; in check mode an object that does not exist yet is assumed to be made by an earlier task, and
        its ID is foretold where we choose it ourselves.
        """
        if resource.outermost and not name:
            return self._top_level(where)
        key = self._refer(resource, name, tenant, where, within)
        if key:
            return key
        noun = resource.noun
        if self.check_mode:
            warning = f"{where}: there is no {noun} {name} yet; assuming that an earlier task makes it"
            said = warning in self.warnings or self.expects(resource.kind, tenant, name)
            self.warnings.extend([] if said else [warning])
            owner = within[1] if within[0] in resource.owners else tenant or ""
            chosen = resource.chosen and not owner.startswith(PENDING)
            key = resource.new_id(owner, name) if chosen else f"{PENDING} {name}"
            self._pending[key] = name
            return key
        objects = self.listing(resource, tenant, within)
        inside = self._inside(resource, objects, list(objects), tenant) if resource.tenant else list(objects)
        known = [resource.called(objects[key]) for key in inside]
        raise NotFound(f"{where}: there is no {noun} named {name}{nearest(name, known)}")

    def _top_level(self, where: str) -> str:
        """The top level's empty ID. Raises InvalidOption for an administrator of a tenant, who does not reach it."""
        own = self.own_tenant()
        if own:
            raise InvalidOption(
                f"{where}: this login belongs to tenant {own} and reaches nothing else; leave {where} out"
            )
        return ""

    def _refer(self, resource: Resource, name: str, tenant: str | None, where: str, within: Within) -> str:
        """Like lookup. An administrator of a tenant may not list tenants, but may say which is its own."""
        try:
            return self.lookup(resource, name, tenant, within)
        except LoginFailed:
            raise
        except Refused:
            own = self.own_tenant() if resource.outermost else ""
            if not own:
                raise
            if name == own:
                return own
            raise InvalidOption(
                f"{where}: this login belongs to {resource.noun} {own} and reaches no other; leave {where} out, or "
                "give that ID"
            ) from None

    def label(self, resource: Resource | None, key: str, within: Within = NOWHERE) -> str:
        """The name of an object if a list that was read anyway has it, else its ID."""
        if key in self._pending:
            return self._pending[key]
        for objects in self._read_lists(resource, within) if resource else ():
            if resource is not None and key in objects:
                return resource.called(objects[key]) or key
        return key
