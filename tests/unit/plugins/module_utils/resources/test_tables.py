# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every name in the table of a kind is one of the facts, and the facts say enough about what the tables reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS
from ansible_collections.comet.backup.plugins.module_utils._resources._lookups import STORAGE_TEMPLATE
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.plugins.module_utils._state._lists import NOWHERE
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Hooks, Resource

LOOKUPS = (STORAGE_TEMPLATE,)
ALL = (*KINDS, *LOOKUPS)
NAMES = [*(one.kind for one in KINDS), *(f"{one.kind}, looked up" for one in LOOKUPS)]
CARRIED = {"id", "name", "document", "lock", "tenant", "owner"}
each = pytest.mark.parametrize("resource", ALL, ids=NAMES)


def calls(resource: Resource) -> Iterator[tuple[str, Call]]:
    for role in ("listing", "roll", "reading", "creating", "updating", "deleting"):
        call = getattr(resource, role)
        if call is not None:
            yield role, call
    for part in resource.parts:
        yield "reading", part.get
        yield "updating", part.set
    for call in resource.reports.values():
        yield "reading", call
    for home in resource.homes:
        yield from ((role, call) for role, call in (("reading", home.reading), ("updating", home.updating)) if call)


def closure(name: str, seen: set[str] | None = None) -> set[str]:
    """The structure and all that it holds, what only the server sets apart."""
    seen = set() if seen is None else seen
    if name not in seen:
        seen.add(name)
        for field in _fields.fields(name).values():
            if field.inner and not field.member.computed:
                closure(field.inner, seen)
    return seen


REACHED = sorted(set().union(*(closure(resource.structure) for resource in ALL)))
SETTABLE = [
    pytest.param(field, id=f"{name}.{field.member.name}")
    for name in REACHED
    for field in _fields.fields(name).values()
    if not field.member.computed
]


@each
def test_methods_and_their_parameters_exist(resource: Resource) -> None:
    for role, call in calls(resource):
        method = _model.method(call.method)
        assert method.writes == (role in ("creating", "updating", "deleting"))
        assert set(call.sends) | set(call.fixed) <= set(method.parameters)
        assert set(call.sends.values()) <= CARRIED
        returned = method.returns
        for member in filter(None, (call.reply, call.lock, call.made, *call.beside)):
            assert member in _model.structure(returned.name).members


@each
def test_required_parameters_are_sent(resource: Resource) -> None:
    """By the table, or by the hook that completes the call."""
    by_hook = {"AdminAddUser": {"TargetPassword"}, "AdminAdminUserNew": {"TargetPassword"}}
    for _unused, call in calls(resource):
        required = {name for name, parameter in _model.method(call.method).parameters.items() if parameter.required}
        assert required <= set(call.sends) | set(call.fixed) | by_hook.get(call.method, set())


@each
def test_members_exist(resource: Resource) -> None:
    members = _model.structure(resource.structure).members
    for member in filter(None, (resource.name, resource.tenant, *resource.told_by, *resource.unmanaged)):
        assert member in members
    for part in resource.parts:
        structure = resource.structure
        for step in part.path:
            field = _fields.fields(structure)[step]
            structure = field.inner
        assert not field.member.computed


@each
def test_a_fragment_is_of_the_type_that_its_calls_speak(resource: Resource) -> None:
    for part in resource.parts:
        structure, kind = resource.structure, None
        for step in part.path:
            kind = _model.structure(structure).member(step).type
            structure = kind.name
        (parameter,) = [name for name, what in part.set.sends.items() if what == "document"]
        assert _model.method(part.set.method).parameters[parameter].type == kind
        returned = _model.method(part.get.method).returns
        if part.get.reply:
            returned = _model.structure(returned.name).member(part.get.reply).type
        assert returned == kind


@each
def test_homes_hold_objects_of_the_kind(resource: Resource) -> None:
    """By their type, and an object is written with a call that takes the larger document."""
    for home in resource.homes:
        writing = home.writing
        assert writing is not None
        (parameter,) = [name for name, what in writing.sends.items() if what == "document"]
        kind = _model.method(writing.method).parameters[parameter].type
        for step in home.path:
            kind = _model.structure(kind.name).member(step).type
        item = kind if home.sole else kind.item
        assert kind.kind == ("structure" if home.sole else "list" if home.keys or home.told else "map")
        assert item is not None
        assert set(_model.structure(item.name).members) <= set(_model.structure(resource.structure).members)
        members = {member for key in home.keys for member in key.split("+")}
        assert members <= set(_model.structure(resource.structure).members)
        assert bool(home.owner) != bool(home.reading and home.updating)


@each
def test_an_object_is_reached_in_one_way(resource: Resource) -> None:
    """Read by calls of its own, or through what holds it; made, changed and deleted through both."""
    assert not (resource.homes and any((resource.listing, resource.reading)))


@each
def test_locks_of_the_api_are_used(resource: Resource) -> None:
    for call in filter(None, (resource.creating, resource.updating)):
        lock = _model.method(call.method).lock
        assert {name for name, what in call.sends.items() if what == "lock"} == ({lock} if lock else set())


@each
def test_references_are_kinds_that_the_resource_knows(resource: Resource) -> None:
    known = set(resource.related)
    hidden = set(resource.unmanaged)
    wanted: set[str] = {"tenant"} if resource.tenant and resource.creating else set(resource.owners)
    for name, field in _fields.fields(resource.structure).items():
        if name in hidden or field.member.computed or (resource.creating is None and resource.updating is None):
            continue
        wanted |= {field.member.reference} - {""}
        for inner in closure(field.inner) if field.inner else ():
            wanted |= {one.member.reference for one in _fields.fields(inner).values() if not one.member.computed} - {""}
    # Names of these count inside a user only; in policies, which know no user, they are taken as they are.
    assert wanted - {"device", "protected_item", "storage_vault"} <= known


@pytest.mark.parametrize(
    "field", [param for param in SETTABLE if param.values[0].kind in (_fields.RECORDS, _fields.LIST)]
)
def test_every_list_is_classified(field: Field) -> None:
    """A set, ordered, or told apart by a key: api/overlay.json says which."""
    member = field.member
    assert member.set or member.ordered or member.key or member.bitset


@pytest.mark.parametrize("field", [param for param in SETTABLE if param.values[0].kind == _fields.ENTRIES])
def test_every_map_of_objects_says_how_its_key_is_called(field: Field) -> None:
    assert field.member.key
    inner = _fields.fields(field.inner)
    assert field.key_option not in {one.option for one in inner.values()}
    assert "state" not in {one.option for one in inner.values()}


@pytest.mark.parametrize("field", SETTABLE)
def test_keys_and_formats_are_members(field: Field) -> None:
    member = field.member
    if field.kind == _fields.RECORDS:
        names = {name for key in member.key for name in key.split("+")}
        assert names <= set(_model.structure(field.inner).members)
    if member.format:
        assert member.format in _model.structure(member.structure).members
    if member.enum:
        assert _model.constants(member.enum).choices


@each
def test_ids_are_the_same_on_every_machine(resource: Resource) -> None:
    assert resource.new_id("", "Gold") == resource.new_id("", "Gold")
    different = {resource.new_id(tenant, name) for tenant in ("", "a") for name in ("Gold", "aGold", "a\nGold")}
    assert len(different) == 6


def test_the_id_of_a_policy_never_changes() -> None:
    """Servers hold objects under IDs that earlier releases chose."""
    policy = next(resource for resource in KINDS if resource.kind == "policy")
    assert policy.new_id("", "Gold") == "5372aee1-f1b6-5a35-93d8-049be17f3864"


def test_the_id_of_a_user_group_never_changes() -> None:
    group = next(resource for resource in KINDS if resource.kind == "user_group")
    assert group.new_id("", "Staff") == "0c207c36-a45b-5f3f-8b38-b590994faf15"


def test_hooks_do_nothing_by_themselves() -> None:
    hooks: Any = Hooks()
    wish, found = object(), object()
    assert hooks.prepare(wish, found) is wish
    assert hooks.reads(wish) is False
    assert hooks.guard(None, wish, found) is None
    assert hooks.ahead(None, wish, found) is None
    assert hooks.shown(wish, found) == hooks.listed(None, ["1"], NOWHERE) == {}
    assert hooks.acts(wish, found, False) == ()
    assert hooks.act(None, wish, found) is None
    assert hooks.lacking(wish) == ""
    assert hooks.creation(wish) == hooks.deletion(None, wish, found) == {}
    assert hooks.loss(None, found) == ""
