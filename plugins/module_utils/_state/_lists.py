# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was read of one server: lists and larger documents, read once. Private; may change at any time."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import replace
from functools import cache
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._errors import BadAnswer, LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _home
from ansible_collections.comet.backup.plugins.module_utils._state._errors import NotFound, nearest
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Resource

PENDING = "(pending)"
"""Starts the ID of an object that only a real run will make."""

Within = tuple[str, str]
"""A larger document that holds objects: the name of the home, and the ID of its owner."""
NOWHERE: Within = ("", "")


def arguments(call: Call, carried: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a call; what is not carried is left out."""
    values = {parameter: carried.get(what) for parameter, what in call.sends.items()}
    return {**call.fixed, **{parameter: value for parameter, value in values.items() if value is not None}}


def _around_key(home: Home, wish: Wish) -> Within:
    """Homes of several kinds may be in one document: an owner's, or what one call reads."""
    if home.owner:
        return home.owner.kind, wish.owner
    return (home.reading.method if home.reading else "", "")


@cache
def _links(structure: str) -> tuple[str, ...]:
    """Members of the first level that refer to another object each."""
    known = _fields.fields(structure)
    return tuple(name for name, field in known.items() if field.member.reference and field.kind == _fields.VALUE)


class Lists(ABC):
    """What one task, or all items of a loop, have read of a server. It follows what is written here.

    ``together``: the objects of all tenants are listed at once, because those of several will be asked for. ``tell``
    takes a line for a person who waits, at a ``terminal`` or reading a log; None where nobody does.
    """

    def __init__(self, client: Client, check_mode: bool) -> None:
        self.client = client
        self.check_mode = check_mode
        self.drafting = False
        self.warnings: list[str] = []
        self.together = False
        self.tell: Callable[[str], None] | None = None
        self.terminal = False
        self._lists: dict[tuple[str, str], MutableMapping[str, Any]] = {}
        self._around: MutableMapping[Within, Found] = {}
        self._outdated: MutableMapping[Within, bool] = {}
        self._just_told: set[Within] = set()
        self._off: set[str] = set()
        self._pending: dict[str, str] = {}
        self._columns: dict[str, dict[str, dict[str, str]]] = {}
        self._expected: dict[tuple[str, str, str], Mapping[str, Any]] = {}
        self._asked: dict[str, Any] = {}
        self._reading = threading.RLock()

    @property
    def writes(self) -> bool:
        """Whether what is to be written is sent, rather than only foretold as in check mode."""
        return not (self.check_mode or self.drafting)

    def begin(self) -> None:
        """A task begins, maybe long after the one before it: what that was told is read again before it is written."""
        self.warnings = []
        for key in self._just_told & self._around.keys():
            self._around[key] = replace(self._around[key], fresh=False)
        self._just_told.clear()

    @abstractmethod
    def find(self, resource: Resource, wish: Wish, fresh: bool = False) -> Found:
        """The object that a wish speaks of, which only those can tell who know names."""

    def listing(self, resource: Resource, tenant: str | None = None, within: Within = NOWHERE) -> Mapping[str, Any]:
        """All objects of a kind by ID, as the API lists them; those of one tenant where the API can tell.

        Of objects that are parts of larger documents: those in one of these, which ``within`` names, or the tenant.
        """
        if resource.homes:
            inside = within != NOWHERE and any(home.name == within[0] for home in resource.homes)
            name, owner = within if inside else self.holder(resource, tenant)
            wish = Wish(False, home=name, owner=owner)
            home = _home.home_of(resource, wish)
            if home.listing is not None:
                return _home.objects(replace(home, path=()), self.client.call(home.listing.method))
            around = self.around(resource, wish)
            return _home.objects(self.home(resource, wish), around.document)
        call = resource.listing
        if call is None or (tenant or "").startswith(PENDING):
            return {}
        carried = arguments(call, {"tenant": tenant or None})
        key = (call.method, str(carried.get("TargetOrganization", "")))
        found = self._lists.get(key)
        if found is not None:
            return found
        if self.together and resource.tenant and set(carried) != set(call.fixed):
            return self._of(resource, tenant, self.listing(resource))
        with self._reading:
            if key not in self._lists:
                answer = self._list(call, carried)
                self._lists[key] = answer if isinstance(answer, MutableMapping) else dict(answer)
            return self._lists[key]

    @staticmethod
    def _of(resource: Resource, tenant: str | None, objects: Mapping[str, Any]) -> dict[str, Any]:
        """Those of a tenant among the objects of all."""
        return {key: one for key, one in list(objects.items()) if one.get(resource.tenant) == tenant}

    def has_read(self, resource: Resource) -> bool:
        """Whether the objects of a kind, of all tenants, have been listed already."""
        return resource.listing is not None and (resource.listing.method, "") in self._lists

    def _list(self, call: Call, carried: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer of a listing call. An administrator of a tenant may not name it, and sees nothing else anyway."""
        try:
            answer = self.client.call(call.method, **carried)
        except LoginFailed:
            raise
        except Refused:
            if set(carried) == set(call.fixed):
                raise
            answer = self.client.call(call.method, **call.fixed)
        return (answer.get(call.reply) or {}) if call.reply else answer

    def forget(self, resource: Resource | None = None) -> None:
        """Read the lists of this kind, or all lists, again when next asked."""
        with self._reading:
            for key in list(self._lists):
                if resource is None or key[0] == resource.list_method:
                    del self._lists[key]
                    self._columns.pop(key[0], None)
        if resource is None:
            self._around.clear()

    def note(self, resource: Resource, key: str, document: Mapping[str, Any] | None) -> None:
        """Bring the lists that were read up to date with an object that was just written; None: it is gone."""
        self._outdated[resource.kind, key] = True
        # Somebody else may be reading the list just now, and not see the object in it yet.
        with self._reading:
            self._enter(resource, key, document)

    def _enter(self, resource: Resource, key: str, document: Mapping[str, Any] | None) -> None:
        method = resource.list_method
        for member, column in self._columns.get(method, {}).items():
            if document is None:
                column.pop(key, None)
            else:
                column[key] = document.get(member) or ""
        owner = str((document or {}).get(resource.tenant) or "")
        for (listed, tenant), objects in list(self._lists.items()):
            if listed != method:
                continue
            if document is None or (tenant and tenant != owner):
                objects.pop(key, None)
            else:
                objects[key] = document

    def walk(self, resource: Resource) -> Iterator[tuple[str, Any]]:
        """All objects of a kind by ID, one after the other; a first walk to the end keeps their columns in mind."""
        method = resource.list_method
        objects = self.listing(resource)
        if method in self._columns:
            yield from objects.items()
            return
        columns: dict[str, dict[str, str]] = {member: {} for member in _links(resource.structure)}
        for key, document in objects.items():
            for member, column in columns.items():
                column[key] = document.get(member) or ""
            yield key, document
        self._columns[method] = columns

    def column(self, resource: Resource, member: str) -> Mapping[str, str]:
        """ID of the other object that each object of a kind refers to by a member, empty for none; by ID."""
        method = resource.list_method
        with self._reading:
            if method not in self._columns:
                for _unused in self.walk(resource):
                    pass
            return dict(self._columns[method][member])

    def expect(self, resource: Resource, tenant: str | None, name: str, document: Mapping[str, Any]) -> None:
        """Remember, in check mode, what a real run would have written by now; nothing for what it has deleted."""
        self._expected[resource.kind, "" if resource.named else tenant or "", name] = document

    def expects(self, kind: str, tenant: str | None, name: str) -> bool:
        """Whether a real run would have written an object of that name in that tenant by now."""
        return bool(self._expected.get((kind, tenant or "", name)))

    def expected(self, kind: str) -> Mapping[str, Mapping[str, Any]]:
        """What a real run would have written by now of a kind whose names count on the whole server, by name."""
        return {name: document for (one, _tenant, name), document in self._expected.items() if one == kind}

    def ask(self, method: str) -> Any:
        """What a call without parameters tells of the whole server, asked once like a list."""
        if method not in self._asked:
            self._asked[method] = self.client.call(method)
        return self._asked[method]

    def own_tenant(self) -> str:
        """ID of the tenant that the login belongs to; empty for the top level."""
        return self.client.own_tenant()

    def holder(self, resource: Resource, tenant: str | None) -> Within:
        """The tenant whose document holds objects of a kind; nothing where calls without an owner reach them."""
        if tenant is None or "tenant" not in resource.owners:
            return NOWHERE
        return NOWHERE if tenant in ("", self.own_tenant()) else ("tenant", tenant)

    def around(self, resource: Resource, wish: Wish, fresh: bool = False) -> Found:
        """The larger document that the object of a wish is part of, or will be.

        It is read once, unless ``fresh``, and follows what is written here; in check mode what would be. One whose
        owner an earlier task will make holds nothing yet, nor does one that is gone for those who want nothing in it.
        Raises NotFound for others.
        """
        home = self.home(resource, wish)
        try:
            return self._around_in(home, wish, fresh)
        except LoginFailed:
            raise
        except (BadAnswer, Refused):
            if home.while_off is None or not self._switched_off(home.while_off, wish):
                raise
        self._off.add(resource.kind)
        return self._around_in(home.while_off, wish)

    def home(self, resource: Resource, wish: Wish) -> Home:
        """Where the object of a wish lives: elsewhere once this server has refused the calls of a role that is off."""
        home = _home.home_of(resource, wish)
        return home.while_off if home.while_off and resource.kind in self._off else home

    def _switched_off(self, home: Home, wish: Wish) -> bool:
        """Whether the object in a home is a role that is off; not for a login that may not look there."""
        try:
            around = self._around_in(home, wish, fresh=True)
        except LoginFailed:
            raise
        except (BadAnswer, Refused):
            return False
        return not any(item.get("RoleEnabled") for item in _home.objects(home, around.document).values())

    def _around_in(self, home: Home, wish: Wish, fresh: bool = False) -> Found:
        key = _around_key(home, wish)
        outdated = self._outdated.get(key, False)
        if key in self._around and not fresh and not outdated:
            return self._around[key]
        found = self._read_around(home, wish, fresh or outdated)
        if found.document is None and home.owner and wish.present and not wish.owner.startswith(PENDING):
            self._missing_owner(home.owner, wish.owner)
        self._know(key, found)
        return found

    def _read_around(self, home: Home, wish: Wish, fresh: bool) -> Found:
        if home.owner is not None:
            return self.find(home.owner, Wish(True, id=wish.owner), fresh)
        if home.reading is None:
            raise NotFound(f"{home.name or 'the larger document'} has no call that reads it")
        answer = self.client.call(home.reading.method)
        return Found("", answer.get(home.reading.reply) if home.reading.reply else answer)

    def _missing_owner(self, owner: Resource, key: str) -> None:
        """Raises NotFound; in check mode an earlier task may be the one that makes the owner."""
        if not self.check_mode:
            known = self.client.call(owner.roll.method) if owner.roll else self.listing(owner)
            raise NotFound(f"there is no {owner.noun} {key}{nearest(key, list(known))}")
        warning = f"there is no {owner.noun} {key} yet; assuming that an earlier task makes it"
        if warning not in self.warnings:
            self.warnings.append(warning)

    def foretell(self, owner: Resource, found: Found) -> None:
        """What an object is known to be, for those who look for parts of it."""
        self._know((owner.kind, found.id), found)

    def foretold(self, owner: Resource, key: str) -> Found:
        """What was last foretold of an object."""
        return self._around[owner.kind, key]

    def latest(self, owner: Resource, key: str) -> Any:
        """The document of an object with the parts in it as tasks have left them; None where nobody looked for any."""
        found = self._around.get((owner.kind, key))
        return found.document if found else None

    def note_around(self, resource: Resource, wish: Wish, found: Found) -> None:
        """Bring what was read of a larger document up to date: it was just written, or would have been."""
        home = self.home(resource, wish)
        if home.owner and self.writes:
            self.note(home.owner, wish.owner, found.document)
        self._know(_around_key(home, wish), found)

    def outdate(self, resource: Resource, wish: Wish) -> None:
        """Read the larger document again when next asked: a call for a single object has changed it."""
        self._outdated[_around_key(self.home(resource, wish), wish)] = True

    def _know(self, key: Within, found: Found) -> None:
        self._around[key] = found
        self._outdated[key] = False
        if found.fresh:
            self._just_told.add(key)

    def _read_lists(self, resource: Resource, within: Within) -> Iterator[Mapping[str, Any]]:
        """The lists of a kind that were read already."""
        method = resource.list_method
        yield from (objects for (listed, _tenant), objects in list(self._lists.items()) if listed == method)
        for home in resource.homes:
            if home.name == within[0] and within in self._around:
                yield _home.objects(home, self._around[within].document)
