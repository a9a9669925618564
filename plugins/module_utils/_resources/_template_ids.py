# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""IDs for storage templates that are made as part of a larger document. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._resources._lookups import STORAGE_TEMPLATE
from ansible_collections.comet.backup.plugins.module_utils._state import _document
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

Path = tuple[str, ...]
_GIVEN = "storage_templates"


def inspected(server: Server, wish: Wish, found: Found, path: Path, owner: str) -> Found:
    """What was found, with the wished templates at a path of the document, of which each that is new has an ID.

    Whether a server gives it one that was sent without is not documented, and from a template without an ID nobody can
    request a storage vault. ``owner`` is what the document is called; servers that know no IDs are sent none.
    """
    wanted, held = _at(wish.patch, path) or [], _at(found.document or {}, path) or []
    names = {template.get("Description") for template in held}
    given = [_given(template, names, owner) for template in wanted]
    since = _model.structure(STORAGE_TEMPLATE.structure).member("ID").since
    if given == wanted or server.client.version() < _model.parse_version(since):
        return found
    return replace(found, beside={**found.beside, _GIVEN: given})


def identified(wish: Wish, found: Found, path: Path) -> Wish:
    """The wish with the templates of what was inspected."""
    patch = found.beside.get(_GIVEN)
    if patch is None:
        return wish
    for name in reversed(path):
        patch = {name: patch}
    return replace(wish, patch=_document.combined(wish.patch, patch))


def _given(template: Mapping[str, Any], held: set[Any], owner: str) -> Mapping[str, Any]:
    """The template with an ID of its own, unless it has one, or is there already."""
    name = template.get("Description")
    if not name or name in held or template.get("ID"):
        return template
    return {**template, "ID": STORAGE_TEMPLATE.new_id(owner, str(name))}


def _at(document: Mapping[str, Any], path: Path) -> Any:
    """What a document holds at a path."""
    value: Any = document
    for name in path:
        value = (value or {}).get(name)
    return value
