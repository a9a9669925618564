# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specs: the connection's, and those computed from the facts. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ansible.module_utils.basic import env_fallback

from ansible_collections.comet.backup.plugins.module_utils._api._model import Type
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _fields
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource

_TYPES = {"string": "str", "bytes": "str", "int": "int", "bool": "bool", "float": "float", "any": "raw"}


def connection_spec() -> dict[str, Any]:
    """The options that every module has; the environment fills in what a task leaves out."""

    def option(kind: str, variable: str, **more: Any) -> dict[str, Any]:
        return {"type": kind, "fallback": (env_fallback, [variable]), "no_log": False, **more}

    return {
        "url": option("str", "COMET_URL", required=True),
        "username": option("str", "COMET_USERNAME"),
        "password": option("str", "COMET_PASSWORD", no_log=True),
        "totp_code": option("str", "COMET_TOTP_CODE", no_log=True),
        "totp_secret": option("str", "COMET_TOTP_SECRET", no_log=True),
        "session_key": option("str", "COMET_SESSION_KEY", no_log=True),
        "validate_certs": option("bool", "COMET_VALIDATE_CERTS", default=True),
        "ca_path": option("path", "COMET_CA_PATH"),
        "client_cert": option("path", "COMET_CLIENT_CERT"),
        "client_key": option("path", "COMET_CLIENT_KEY"),
        "timeout": option("int", "COMET_TIMEOUT", default=30),
        "retries": option("int", "COMET_RETRIES", default=3),
        "allow_http": option("bool", "COMET_ALLOW_HTTP", default=False),
    }


def structure_spec(
    name: str, hidden: tuple[str, ...] = (), above: tuple[str, ...] = (), deep: bool = True
) -> dict[str, Any]:
    """Options of all settable members of a structure; if ``deep``, nested as far as the facts go.

    ``above`` are the structures around it: one that contains itself is typed once and taken as it is below that.
    """
    return {
        entry.option: field_spec(entry, (*above, name), deep)
        for entry in _fields.fields(name).values()
        if not entry.member.computed and entry.member.name not in hidden
    }


def field_spec(entry: Field, above: tuple[str, ...], deep: bool = True) -> dict[str, Any]:
    """The spec of one option; if ``deep``, with those inside it."""
    spec: dict[str, Any] = {"no_log": entry.member.secret and not entry.member.secret_keys}
    if entry.aliases:
        spec["aliases"] = list(entry.aliases)
    if entry.kind in (_fields.STRUCT, _fields.MAP):
        spec["type"] = "dict"
    elif entry.kind == _fields.VALUE:
        spec["type"] = scalar_type(entry, entry.member.type)
    else:
        spec["type"] = "list"
        item = entry.member.type.item
        spec["elements"] = "dict" if entry.inner or item is None else scalar_type(entry, item)
    if deep and entry.inner and entry.inner not in above:
        keyed = entry_spec(entry) if entry.kind == _fields.ENTRIES else {}
        spec["options"] = {**keyed, **_inner_spec(entry.inner, above)}
    return spec


@cache
def _inner_spec(name: str, above: tuple[str, ...]) -> Mapping[str, Any]:
    """The options of a structure inside others; many places may share what is in there."""
    return structure_spec(name, (), above)


def entry_spec(entry: Field) -> dict[str, Any]:
    """What an item of a map has beside its members: its key, and whether it is to exist."""
    return {
        entry.key_option: {"type": "str", "required": True, "no_log": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    }


def scalar_type(entry: Field, kind: Type) -> str:
    """Ansible's type; text where a person may also write a name, a size or a time."""
    if kind.name == "int" and (entry.member.enum or entry.member.unit in ("bytes", "seconds", "time_of_day")):
        return "str"
    return _TYPES[kind.name]


def identity_spec(resource: Resource) -> dict[str, Any]:
    """How a task names the object."""
    place = place_spec(resource)
    if resource.singleton:
        return place
    if resource.told_by and not resource.name:
        return place
    if not resource.name:
        return {resource.id_option: {"type": "str", "required": not any(home.sole for home in resource.homes)}, **place}
    name = name_spec(resource)
    if resource.named or resource.alike or resource.told_by:
        return {resource.naming: {**name, "required": True}, **place}
    return {resource.naming: name, "id": {"type": "str"}, **place}


def place_spec(resource: Resource) -> dict[str, Any]:
    """How a task says where the object is: in which tenant, with which owner, in which larger document."""
    spec: dict[str, Any] = {kind: {"type": "str", "required": len(resource.homes) == 1} for kind in holders(resource)}
    if resource.place:
        names = [home.name for home in resource.homes if home.owner is None]
        spec[resource.place] = {"type": "str", "required": True, "choices": names}
    if in_tenant(resource):
        spec["tenant"] = {"type": "str", "aliases": ["organization", "OrganizationID"]}
    return spec


@cache
def holders(resource: Resource) -> tuple[str, ...]:
    """The kinds of owners that a task names by an option of their own."""
    return tuple(kind for kind in resource.owners if kind != "tenant")


def shown_place(resource: Resource, home: str, owner: str) -> dict[str, str]:
    """Where an object is, as results show it: by the options that say so."""
    if home in holders(resource):
        return {home: owner}
    return {resource.place: home} if resource.place else {}


def shown_id(resource: Resource, home: str, key: str) -> dict[str, str]:
    """The ID of an object in a home, as results show it, where it has one."""
    alone = resource.singleton or any(one.sole for one in resource.homes if one.name == home)
    return {} if alone or resource.told_by else {resource.id_option: key}


def place_rules(resource: Resource) -> dict[str, Any]:
    """Which of the options that say where an object is go together."""
    named = list(holders(resource))
    if len(resource.homes) < 2 or not named:
        return {}
    rules: dict[str, Any] = {"mutually_exclusive": [named]}
    if all(home.owner for home in resource.homes):
        rules["required_one_of"] = [named]
    alone = [home.name for home in resource.homes if home.sole]
    if not resource.singleton:
        rules["required_by"] = {kind: [resource.id_option] for kind in named if kind not in alone}
        rules["mutually_exclusive"] += [[kind, resource.id_option] for kind in alone]
        unique = [kind for kind in named if resource.owners[kind].named]
        rules["mutually_exclusive"] += [[kind, "tenant"] for kind in unique if in_tenant(resource)]
    return rules


@cache
def in_tenant(resource: Resource) -> bool:
    """Whether objects of the kind belong to a tenant or to the top level."""
    named = any(owner.tenant and not owner.named for owner in resource.owners.values())
    return bool(resource.tenant) or "tenant" in resource.owners or named


def name_spec(resource: Resource) -> dict[str, Any]:
    """The option that names an object; the API's word for it is an alias unless it is the connection's."""
    taken = resource.name.lower() in connection_spec()
    return {"type": "str"} if taken else {"type": "str", "aliases": [resource.name]}


@cache
def own_names(resource: Resource) -> Mapping[str, str]:
    """Options whose names the connection has taken, and what they are called in the module that manages the kind."""
    taken = connection_spec()
    options = [entry.option for entry in _fields.fields(resource.structure).values()]
    return {option: f"{resource.kind}_{option}" for option in options if option in taken}


@cache
def telling(resource: Resource) -> Mapping[str, str]:
    """The options that tell objects without IDs apart, the tenant aside, and the members' own names for them."""
    if not resource.told_by:
        return {}
    names, entries = own_names(resource), _fields.fields(resource.structure)
    members = [member for member in (resource.name, *resource.told_by) if member not in ("", resource.tenant)]
    options = [entries[member].option for member in members]
    return {names.get(option, option): option for option in options}


def telling_spec(resource: Resource) -> dict[str, Any]:
    """How a task that only reads says which object without ID it means."""
    entries = {entry.option: entry for entry in _fields.fields(resource.structure).values()}
    kinds = {own: entries[option].kind for own, option in telling(resource).items()}
    return {own: {"type": "dict" if kind == _fields.STRUCT else "str"} for own, kind in kinds.items()}


def told_members(resource: Resource, params: Mapping[str, Any]) -> dict[str, Any]:
    """What a task tells of an object without ID, by member in the API's spelling. Raises InvalidOption."""
    given = {option: params.get(own) for own, option in telling(resource).items()}
    return _document.patch_from(resource.structure, given, lambda kind, value, where: value)


def renamed(members: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """An object's members by the names that they have as options of its module, as ``own_names`` tells them."""
    return {names.get(option, option): value for option, value in members.items()}


def members_spec(resource: Resource, deep: bool = True) -> dict[str, Any]:
    """Options of the object's own members; one with a name of its own has no alias, which might be the connection's."""
    names = own_names(resource)
    spec = renamed(structure_spec(resource.structure, resource.unmanaged, deep=deep), names)
    for option in names.values():
        if option in spec:
            spec[option].pop("aliases", None)
    return spec


Contents = Mapping[str, tuple[Resource, ...]]
"""Kinds whose objects a task may describe along with the object that they are in, by its kind."""
_SHARED = ("update_secrets", "exclusive", "max_deletions", "restart_timeout")


def resource_spec(resource: Resource, contents: Contents | None = None) -> dict[str, Any]:
    """All options of the module that manages a kind, the connection apart."""
    spec = outline_spec(resource, contents, deep=True)
    for inner in (contents or {}).get(resource.kind, ()):
        spec[inner.plural]["options"] = inner_spec(resource, inner, contents)
    return spec


def outline_spec(resource: Resource, contents: Contents | None = None, deep: bool = False) -> dict[str, Any]:
    """The same without the options of objects that are described inside this one; if ``deep``, with all others."""
    spec = _own_spec(resource, deep)
    inside = (contents or {}).get(resource.kind, ())
    if inside:
        spec.setdefault("exclusive", {"type": "bool", "default": False})
        spec.setdefault("max_deletions", {"type": "int", "default": 10})
        if any(inner.has_loss for inner in inside):
            spec.setdefault(resource.confirm, {"type": "bool", "default": False})
    for inner in inside:
        spec[inner.plural] = {"type": "list", "elements": "dict"}
    return spec


def inner_spec(outer: Resource, inner: Resource, contents: Contents | None) -> dict[str, Any]:
    """The options of an object that is described inside another."""
    return unanswered(outer, inner, resource_spec(inner, contents))


def unanswered(outer: Resource, inner: Resource, spec: dict[str, Any]) -> dict[str, Any]:
    """Of the options of an object that is described inside another those that the outer one does not answer."""
    answered = {*told_by(outer, inner), *inherited(outer, inner), inner.confirm}
    return {name: option for name, option in spec.items() if name not in answered}


@cache
def told_by(outer: Resource, inner: Resource) -> tuple[str, ...]:
    """Options of the inner kind by which it would say whose an object is."""
    known = _fields.fields(inner.structure).values()
    linked = [entry.option for entry in known if entry.member.reference == outer.kind]
    return tuple(dict.fromkeys([*(kind for kind in holders(inner) if kind in (outer.kind, *outer.owners)), *linked]))


@cache
def inherited(outer: Resource, inner: Resource) -> tuple[str, ...]:
    """Options by which the outer task speaks for the inner objects as well."""
    own = _managing_spec(inner)
    return tuple(name for name in _SHARED if name in own)


def _own_spec(resource: Resource, deep: bool) -> dict[str, Any]:
    spec = members_spec(resource, deep)
    spec.update(identity_spec(resource))
    if not resource.name:
        for option in telling(resource):
            spec[option]["required"] = True
    spec.update(resource.arguments)
    spec.update(_managing_spec(resource))
    return spec


def _managing_spec(resource: Resource) -> dict[str, Any]:
    """What a task may say about how the object is managed."""
    spec: dict[str, Any] = {}
    if resource.deletable:
        spec["state"] = {"type": "str", "choices": ["present", "absent"], "default": "present"}
        if resource.has_loss:
            spec[resource.confirm] = {"type": "bool", "default": False}
    if resource.restarts:
        spec["restart_timeout"] = {"type": "int", "default": 120}
    if resource.updatable:
        spec["extra"] = {"type": "dict"}
        spec.update(_rules_spec(resource))
    return spec


def _rules_spec(resource: Resource) -> dict[str, Any]:
    """How secrets are written and what may be removed, where the document can hold such a thing."""

    def held() -> Iterator[Field]:
        """Walked through as far as needed: what is deep inside is seldom looked at otherwise."""
        return _fields.settable(resource.structure, resource.unmanaged)

    spec: dict[str, Any] = {}
    if any(field.member.secret or field.member.secret_keys for field in held()):
        choices = ["on_create", "always"]
        spec[resource.secrets] = {"type": "str", "choices": choices, "default": "on_create", "no_log": False}
    if any(field.kind == _fields.ENTRIES and not field.member.keep for field in held()):
        spec["exclusive"] = {"type": "bool", "default": False}
    if any(field.kind == _fields.ENTRIES or (field.kind == _fields.RECORDS and field.member.key) for field in held()):
        spec["max_deletions"] = {"type": "int", "default": 10}
    return spec
