# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a whole server is to be, as a tree, and the objects in it one by one. Private; may change at any time.

Shape: ``{"server": definition, "tenants": [definition, ...]}``, each definition as the roles server and tenant take it:
options of the object itself, and lists of the objects in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._spec import (
    connection_spec,
    own_names,
    telling,
)
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption, nearest, type_name
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource

SERVER, TENANTS = "server", "tenants"
OUTER = {SERVER: "server_config", TENANTS: "tenant"}
"""Parts of a tree, and the kind that each describes."""
LISTS = {
    "policies": "policy",
    "psas": "psa",
    "shared_quotas": "shared_quota",
    "user_groups": "user_group",
    "users": "user",
    "buckets": "bucket",
}
"""What a tenant and the top level hold, and the kind of each."""
ONLY_TENANTS = {"admin_users": "admin_user"}
ONLY_SERVER = {"news": "news"}
ONLY_ONE = {"update_campaign": "update_campaign"}

_LATE = ("user_group", "policy", "shared_quota", "tenant")
"""Kinds of which an object goes only once those that may need it have had time to leave it."""
_FILLING = "members"
STAGES = (
    *("server_config", "tenant", "policy", "psa", "shared_quota", "user_group", "user", _FILLING, "bucket"),
    *(f"{kind} {state}" for state, kinds in (("absent", _LATE),) for kind in kinds[:-1]),
    *("admin_user", "news", "update_campaign", "tenant absent"),
)
"""What is done in which order; the work of a stage begins when the one before it has ended."""
_MEMBERS = ("users", "users_absent")

Params = Mapping[str, Any]
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Entry:
    """One object of a tree.

    ``params`` are the options of its module, connection aside, under the module's own names and not validated;
    ``tenant`` and ``name`` are what people call the tenant and the object, empty for the top level and for what there
    is only one of; ``where`` is its place in the tree. ``stage`` is the place of its work in STAGES. ``bare``: it only
    has to be there, because another entry about the same object follows.
    """

    task: ResourceTask
    params: Params
    tenant: str
    name: str
    where: str
    stage: int
    bare: bool = False

    @property
    def kind(self) -> str:
        """The kind of the object."""
        return self.task.resource.kind

    @property
    def key(self) -> Key:
        """Kind, tenant and name, which tell objects of a tree apart."""
        return self.kind, self.tenant, self.name

    @property
    def titles(self) -> tuple[str, ...]:
        """Its name and its ID, as far as the tree gives them; other entries may refer to it by either."""
        return tuple(str(one) for one in (self.name, self.params.get("id")) if one)

    @property
    def present(self) -> bool:
        """Whether the object is to be there."""
        return self.params.get("state") != "absent"

    @property
    def references(self) -> Iterator[tuple[str, str]]:
        """Kind and name (or ID) of the objects that this one needs, as far as its own options say so."""
        if self.tenant:
            yield OUTER[TENANTS], self.tenant
        for option, kind in _references(self.task.resource).items():
            if isinstance(self.params.get(option), str) and self.params[option]:
                yield kind, self.params[option]
        if STAGES[self.stage] == _FILLING:
            yield from (("user", str(name)) for name in self.params.get("users") or ())


@cache
def _references(resource: Resource) -> Mapping[str, str]:
    """Options of the first level that name other objects, and the kind of these."""
    known = _fields.by_spelling(resource.structure)
    return {name: field.member.reference for name, field in known.items() if field.member.reference}


@dataclass(frozen=True)
class _Place:
    """Where in the tree objects are: what is added to their options, and how messages name it."""

    where: str
    tenant: str = ""
    address: Params | None = None


class Tree:
    """The entries of a tree, in the order of their work. Raises InvalidOption for what is no tree."""

    def __init__(self, tasks: Mapping[str, ResourceTask], document: Any) -> None:
        self._tasks = tasks
        self.entries: list[Entry] = []
        self.scopes: dict[str, set[str]] = {}
        tree = _mapping(document, "the tree")
        unknown = [part for part in tree if part not in OUTER]
        if unknown:
            raise InvalidOption(f"{unknown[0]} is no part of a tree{nearest(str(unknown[0]), OUTER)}")
        if tree.get(SERVER) is not None:
            self._server(_mapping(tree[SERVER], SERVER))
        if tree.get(TENANTS) is not None:
            self.scopes[OUTER[TENANTS]] = {""}
        for index, tenant in enumerate(_sequence(tree.get(TENANTS), TENANTS)):
            self._tenant(_mapping(tenant, f"{TENANTS}[{index}]"), index)
        said = {one.name: one.params.get("user_group") for one in self.entries if one.kind == "user" and one.present}
        self.entries = [one for entry in self.entries for one in _parted(entry, said)]
        self.entries.sort(key=_stage_of)
        self._refuse_copies()

    def _server(self, definition: Params) -> None:
        place = _Place(SERVER)
        kinds = {**LISTS, **ONLY_SERVER}
        own = {name: value for name, value in definition.items() if name not in {**kinds, **ONLY_ONE}}
        if any(value is not None for value in own.values()):
            self._add(OUTER[SERVER], own, place, SERVER)
        for part, kind in ONLY_ONE.items():
            if definition.get(part) is not None:
                where = f"{SERVER}.{part}"
                self._add(kind, _mapping(definition[part], where), place, where)
        self._lists(definition, kinds, place)

    def _tenant(self, definition: Params, index: int) -> None:
        name, key = str(definition.get("name") or ""), str(definition.get("id") or "")
        if not name and not key:
            raise InvalidOption(f"{TENANTS}[{index}] needs a name")
        where = f"{TENANTS}[{name or key}]"
        kinds = {**LISTS, **ONLY_TENANTS}
        own = {option: value for option, value in definition.items() if option not in kinds}
        self._add(OUTER[TENANTS], own, _Place(TENANTS), where)
        if definition.get("state") != "absent":
            self._lists(definition, kinds, _Place(where, name or key, {"tenant": key or name}))

    def _lists(self, definition: Params, kinds: Mapping[str, str], place: _Place) -> None:
        for part, kind in kinds.items():
            if definition.get(part) is None:
                continue
            self.scopes.setdefault(kind, set()).add(place.tenant)
            for index, item in enumerate(_sequence(definition[part], f"{place.where}.{part}")):
                options = _mapping(item, f"{place.where}.{part}[{index}]")
                self._add(kind, options, place, f"{place.where}.{part}[{_called(self._tasks[kind], options, index)}]")

    def _add(self, kind: str, options: Params, place: _Place, where: str) -> None:
        task = self._tasks[kind]
        if place.address and "tenant" in options:
            raise InvalidOption(f"{where}: tenant is said by the place in the tree; leave it out")
        own = _own_options(task.resource)
        params = {own.get(name, name): value for name, value in options.items() if value is not None}
        params.update(place.address or {})
        gone = params.get("state") == "absent" and kind in _LATE
        stage = STAGES.index(f"{kind} absent" if gone else kind)
        name = _title(task, params)
        self.entries.append(Entry(task, params, place.tenant, name, where, stage))

    def _refuse_copies(self) -> None:
        """Two entries about one object would undo each other at every run."""
        seen: set[tuple[str, ...]] = set()
        for entry in self.entries:
            if entry.bare:
                continue
            key = _identity(entry)
            if key in seen:
                raise InvalidOption(f"{entry.where}: the tree names this {entry.task.resource.noun} twice")
            seen.add(key)


def _identity(entry: Entry) -> tuple[str, ...]:
    """What tells an entry from all others of the tree. Objects of one name may be told apart by their IDs."""
    resource = entry.task.resource
    # The name of a user counts on the whole server; white space in a name counts unless objects are copies.
    exact = [] if resource.alike else [entry.params.get(resource.naming), entry.params.get(resource.id_option)]
    tenant = "" if resource.named else str(entry.params.get("tenant") or "")
    return (entry.kind, tenant, entry.name, *(str(one or "") for one in exact))


def _parted(entry: Entry, said: Mapping[str, Any]) -> Iterator[Entry]:
    """The work on an entry. A group is made before the users that name it, and gets the others when they exist.

    ``said`` is the group that each user names itself. Raises InvalidOption where both name each other differently.
    """
    if entry.kind != "user_group" or not entry.present or not set(_MEMBERS) & set(entry.params):
        yield entry
        return
    named = entry.params.get("users")
    away = next((name for name in named or () if said.get(name) not in (None, *entry.titles)), None)
    if away is not None:
        raise InvalidOption(f"{entry.where}: users names {away}, whose own user_group is {said[away]}")
    left = [name for name in named or () if not said.get(name)]
    bare = {option: value for option, value in entry.params.items() if option not in _MEMBERS}
    if named and not left and "users_absent" not in entry.params and not entry.params.get("exclusive"):
        yield replace(entry, params=bare)
        return
    if entry.params.get("name"):
        yield replace(entry, params=bare, bare=True)
    yield replace(entry, stage=STAGES.index(_FILLING))


def _stage_of(entry: Entry) -> int:
    return entry.stage


@cache
def _own_options(resource: Resource) -> Mapping[str, str]:
    """Options that a tree calls by their plain names, and how the module calls them, whose plain name is taken."""
    apart = {option: f"{resource.kind}_{option}" for option in connection_spec()}
    arguments = {option: name for option, name in apart.items() if name in resource.arguments}
    return {**own_names(resource), **arguments}


def _title(task: ResourceTask, params: Params) -> str:
    """What people call the object that the options of its module are about."""
    resource = task.resource
    told = [params.get(option) for option in telling(resource) or [resource.naming]]
    name = " ".join(str(one) for one in told if one not in (None, ""))
    return " ".join(name.split()) or str(params.get(resource.id_option) or "")


def _called(task: ResourceTask, options: Params, index: int) -> str:
    """How messages tell an item of a list from the others."""
    return str(options.get(task.resource.naming) or options.get(task.resource.id_option) or index)


def _mapping(value: Any, where: str) -> Params:
    if not isinstance(value, Mapping):
        raise InvalidOption(f"{where} must be a dictionary, not {type_name(value)}")
    return value


def _sequence(value: Any, where: str) -> Sequence[Any]:
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise InvalidOption(f"{where} must be a list, not {type_name(value)}")
    return value
