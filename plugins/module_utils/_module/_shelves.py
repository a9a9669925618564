# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that the options of a larger one describe among its other members. Private; may change at any time.

A tenant's webhooks are objects with a module of their own, and entries of a map in the tenant's document as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask, as_written
from ansible_collections.comet.backup.plugins.module_utils._state import _compare, _document, _fields, _home
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Home, Resource

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Shelf:
    """Where documents of the kind ``outer`` hold objects of the kind ``resource``; ``fields`` lead there."""

    outer: Resource
    resource: Resource
    home: Home
    fields: tuple[Field, ...]

    @property
    def option(self) -> str:
        """The option that describes the objects; of a nested one the last step."""
        return self.fields[-1].option

    def objects(self, document: Document) -> dict[str, Document]:
        """The objects in a document, by ID."""
        return _home.objects(self.home, document)

    def given(self, params: Mapping[str, Any]) -> Any:
        """What options that are known to be right say about the objects, as a patch; None where they say nothing."""
        first = self.fields[0]
        words = [word for word in (first.option, *first.aliases) if params.get(word) is not None]
        if not words:
            return None
        options = {word: params[word] for word in words}
        return self.within(_document.patch_from(self.outer.structure, options, as_written))

    def within(self, patch: Mapping[str, Any]) -> Any:
        """What a patch of the document says about the objects; None where it says nothing."""
        found: Any = patch
        for field in self.fields:
            found = found.get(field.member.name) if found is not None else None
        return found

    def unnamed(self, held: Mapping[str, Document], wanted: Any, exclusive: bool) -> Sequence[str]:
        """IDs of the objects that stay although what is ``wanted`` does not name them."""
        field = self.fields[-1]
        if field.kind == _fields.RECORDS:
            path = tuple(one.option for one in self.fields)
            pairs, _places = _compare.pair(field, list(held.values()), wanted, path) if field.member.keep else ({}, ())
            named = set(pairs.values())
            return [key for spot, key in enumerate(held) if spot not in named] if field.member.keep else []
        stays = bool(wanted) and (field.member.keep or not exclusive)
        return [key for key in held if key not in wanted] if stays else []


def shelves(outer: Resource, tasks: Iterable[ResourceTask]) -> tuple[Shelf, ...]:
    """All shelves in the documents of a kind, for objects of the kinds of ``tasks``."""
    found = []
    for resource in (task.resource for task in tasks):
        for home in resource.homes:
            path = None if home.sole else _path(outer, home)
            fields = _leading(outer, path) if path else ()
            if fields and fields[-1].kind in (_fields.ENTRIES, _fields.RECORDS):
                found.append(Shelf(outer, resource, replace(home, path=path or ()), fields))
    return tuple(found)


def _path(outer: Resource, home: Home) -> tuple[str, ...] | None:
    """Where the objects of a home are in the documents of a kind; None where they are elsewhere."""
    if home.owner is not None:
        return home.path if home.owner.kind == outer.kind else None
    reading = home.reading.method if home.reading else ""
    if outer.reading is not None and outer.reading.method == reading:
        return home.path
    return next((part.path + home.path for part in outer.parts if part.get.method == reading), None)


def _leading(outer: Resource, path: Sequence[str]) -> tuple[Field, ...]:
    """The fields along a path; none where it leads through what the kind's own options do not reach."""
    if path[0] in outer.unmanaged:
        return ()
    name, found = outer.structure, []
    for step in path:
        field = _fields.fields(name)[step]
        name = field.inner
        found.append(field)
    return tuple(found)
