# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that are parts of larger documents: taken out and put back. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._plan import CREATE, DELETE, UPDATE, Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Resource

Document = Mapping[str, Any]

_JOINT = "+"
"""Joins members that only together tell an item apart."""


def home_of(resource: Resource, wish: Wish) -> Home:
    """Where the object of a wish lives."""
    return next(home for home in resource.homes if home.name == wish.home)


def objects(home: Home, around: Any) -> dict[str, Document]:
    """The objects in a larger document by ID."""
    for step in home.path:
        around = (around or {}).get(step)
    if home.sole:
        return {"": around or {}} if not home.counts else _counting(home, around or {})
    if not home.keys and home.told is None:
        return dict(around or {})
    return dict(zip(_keys(home, around or ()), around or ()))


def needs(home: Home) -> dict[str, str]:
    """The members on the way to the objects of a home that not every server has, and the version that knows each."""
    name, found = home.owner.structure if home.owner else "", {}
    for step in home.path if name else ():
        entry = _fields.fields(name)[step]
        name = entry.inner
        found.update({step: entry.member.since} if entry.member.since else {})
    return found


def _counting(home: Home, item: Document) -> dict[str, Document]:
    """The object of a home that holds one at most, without the member that says whether it counts."""
    return {"": {name: one for name, one in item.items() if name != home.counts}} if item.get(home.counts) else {}


def key_of(home: Home, item: Document) -> str:
    """The ID of an item of a list; empty for one that has none of the members that could tell it."""
    if home.told:
        return home.told(item)
    return next((text for text in (_text(item, key.split(_JOINT)) for key in home.keys) if text), "")


def _text(item: Document, members: Sequence[str]) -> str:
    if len(members) == 1:
        return str(item.get(members[0]) or "")
    return " ".join(str(item.get(member, "")) for member in members)


def own_call(resource: Resource, action: str, wish: Wish, found: Found, client: Client) -> Call | None:
    """The call that does something with the object alone.

    None where the API has none, or the server is too old for it, so that the larger document has to be written.
    """
    making = resource.requesting if resource.hooks.requested(wish) else resource.creating
    call = {CREATE: making, UPDATE: resource.updating, DELETE: resource.deleting}[action]
    if call is None or not resource.homes:
        return call
    since = _model.method(call.method).since
    known = not since or client.version() >= _model.parse_version(since)
    return call if known and (action != DELETE or single(resource, wish, found)) else None


def single(resource: Resource, wish: Wish, found: Found) -> bool:
    """Whether the kind's deleting call can be meant for one object alone: not one that names it as others are named."""
    if resource.deleting is None or found.around is None:
        return resource.deleting is not None
    if "id" in resource.deleting.sends.values():
        return not remains(resource, wish, found)
    held = objects(home_of(resource, wish), found.around.document)
    return sum(resource.bears(one, wish.name) for one in held.values()) <= 1


def remains(resource: Resource, wish: Wish, found: Found) -> bool:
    """Whether the object is gone, and only what goes along with it may be left in the larger document."""
    if not resource.leaves or found.around is None:
        return False
    return found.id not in objects(home_of(resource, wish), found.around.document)


def fitting(resource: Resource, home: Home, held: Mapping[str, Document], told: Document) -> list[str]:
    """IDs of those objects that are what a task has told of one without ID; of all when it has told nothing."""
    if home.told and told:
        return [key for key, item in held.items() if home.told(item) == home.told(told)]
    return [key for key, item in held.items() if resource.fits(item, told)]


def replaced(home: Home, around: Any, key: str, document: Document | None) -> Any:
    """The larger document with one object replaced, added, or (None) left out; nothing else in it is copied."""
    return _along(home, home.path, around, key, document)


def _along(home: Home, path: tuple[str, ...], around: Any, key: str, document: Document | None) -> Any:
    if path:
        around = around or {}
        return {**around, path[0]: _along(home, path[1:], around.get(path[0]), key, document)}
    if home.sole:
        return document if not home.counts else {**(document or {}), home.counts: document is not None}
    if not home.keys and home.told is None:
        others = {one: item for one, item in (around or {}).items() if one != key or document is not None}
        return others if document is None else {**others, key: document}
    items = list(around or ())
    keys = _keys(home, items)
    if key not in keys:
        own = {} if home.told or _JOINT in home.keys[0] else {home.keys[0]: key}
        return items if document is None else [*items, {**own, **document}]
    if document is None:
        del items[keys.index(key)]
    else:
        items[keys.index(key)] = document
    return items


def _keys(home: Home, items: Sequence[Document]) -> list[str]:
    """The ID of each item; one that is there already gets a number, so that no item hides another."""
    plain = [key_of(home, item) for item in items]
    before = [plain[:spot].count(key) for spot, key in enumerate(plain)]
    return [f"{key} ({count + 1})" if count else key for key, count in zip(plain, before)]
