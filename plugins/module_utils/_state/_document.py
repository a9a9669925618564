# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options to a patch in the API's spelling, and from a document back to options. Private; may change at any time.

A patch holds only what the task names: values, nested patches, lists of patches, and for a map
``{key: patch or None}`` where None removes the entry. An empty map clears all entries.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Callable

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, structure
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _keyed, _redact, _values
from ansible_collections.comet.backup.plugins.module_utils._state._errors import (
    InvalidOption,
    NotFound,
    nearest,
    type_name,
)
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field

Resolve = Callable[[str, str, str], str]
"""(kind, name or ID, where) -> ID of another object."""
Name = Callable[[str, str], str]
"""(kind, ID) -> what to show for it."""


def patch_from(name: str, options: Mapping[str, Any], resolve: Resolve, where: str = "") -> dict[str, Any]:
    """The patch of structure ``name`` that ``options`` ask for; null means not managed.

    Raises InvalidOption for an unknown option or a wrong value, and whatever ``resolve`` raises.
    """
    known = _fields.by_spelling(name)
    patch: dict[str, Any] = {}
    for option, value in options.items():
        path = f"{where}.{option}" if where else option
        if value is None:
            continue
        if option not in known:
            names = [field.option for field in known.values()]
            raise InvalidOption(f"{path} is not an option here{nearest(option, names)}")
        field = known[option]
        if field.kind == _fields.MAP:
            patch.update(_map(field, value, engine_of(known, options), path))
        else:
            patch[field.member.name] = _node(field, value, resolve, path)
    return patch


def _node(field: Field, value: Any, resolve: Resolve, where: str) -> Any:
    if field.kind == _fields.STRUCT:
        return patch_from(field.inner, _expect(dict, value, where), resolve, where)
    if field.kind == _fields.ENTRIES:
        return _entries(field, value, resolve, where)
    if field.kind == _fields.RECORDS:
        return [
            patch_from(field.inner, _expect(dict, item, f"{where}[{index}]"), resolve, f"{where}[{index}]")
            for index, item in enumerate(_expect(list, value, where))
        ]
    if field.kind == _fields.LIST:
        return [
            _scalar(field, item, resolve, f"{where}[{index}]") for index, item in enumerate(_expect(list, value, where))
        ]
    return _scalar(field, value, resolve, where)


def _scalar(field: Field, value: Any, resolve: Resolve, where: str) -> Any:
    member = field.member
    kind = member.type.item or member.type
    plain = _values.from_option(member, kind, value, where)
    if member.reference and plain:
        plain = resolve(member.reference, plain, where)
    return member.words.get(plain, plain) if member.words else plain


def _map(field: Field, value: Any, engine: str | None, where: str) -> dict[str, Any]:
    """The patch of a map. One that is secret as a whole is not managed when none of its entries has a value."""
    member = field.member
    written = _keyed.written(member, _expect(dict, value, where), engine, where)
    if not member.secret or member.secret_keys:
        return {member.name: written}
    given = {key: text for key, text in written.items() if text is not None}
    return {member.name: given} if given or not written else {}


def engine_of(known: Mapping[str, Field], options: Mapping[str, Any]) -> str | None:
    """The engine that the options name beside a map whose keys depend on it; None where they do not."""
    for option, value in options.items():
        if value and option in known and known[option].member.name == "Engine":
            return str(_values.from_option(known[option].member, known[option].member.type, value, option))
    return None


def _entries(field: Field, value: Any, resolve: Resolve, where: str) -> dict[str, Any]:
    """A map of objects, written as a list of items that carry their key, or as the API's own map."""
    items = (
        [{**(entry or {}), field.key_option: key} for key, entry in value.items()] if isinstance(value, dict) else value
    )
    result: dict[str, Any] = {}
    for index, item in enumerate(_expect(list, items, where)):
        entry = dict(_expect(dict, item, f"{where}[{index}]"))
        key, state = entry.pop(field.key_option, None), entry.pop("state", None) or "present"
        if key in (None, ""):
            raise InvalidOption(f"{where}[{index}] needs {field.key_option}")
        if field.member.reference:
            key = _key(field, str(key), state, resolve, f"{where}[{index}].{field.key_option}")
        if str(key) in result:
            raise InvalidOption(f"{where} names {key} twice")
        if state not in ("present", "absent"):
            raise InvalidOption(f"{where}[{key}].state is {state}, not present or absent")
        path = f"{where}[{key}]"
        result[str(key)] = None if state == "absent" else patch_from(field.inner, entry, resolve, path)
    return result


def _key(field: Field, key: str, state: str, resolve: Resolve, where: str) -> str:
    """The ID of the object that an entry is about; an entry that is to go may be about one that is gone already."""
    try:
        return resolve(field.member.reference, key, where)
    except NotFound:
        if state != "absent":
            raise
        return key


def _expect(kind: type, value: Any, where: str) -> Any:
    if not isinstance(value, kind):
        raise InvalidOption(f"{where} must be a {'dictionary' if kind is dict else 'list'}, not {type_name(value)}")
    return value


def extra_patch(
    name: str,
    extra: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
    unmanaged: Collection[str] = (),
    where: str = "extra",
) -> dict[str, Any]:
    """Members that the facts do not know, in the API's spelling, as a patch.

    Known structures may be walked through; a known member is refused with the option to use instead. ``names`` are
    options that the module calls otherwise, ``unmanaged`` members that it has no options for.
    """
    result: dict[str, Any] = {}
    for key, value in extra.items():
        if not isinstance(key, str):
            raise InvalidOption(f"{where}: {key!r} is no text, as the name of a member is")
        field = _fields.fields(name).get(key)
        if field is None:
            _values.refuse_unsayable(value, f"{where}.{key}")
            result[key] = value
        elif key in unmanaged:
            raise InvalidOption(f"{where}.{key} is not managed by this module")
        elif field.kind == _fields.STRUCT and isinstance(value, Mapping):
            result[key] = extra_patch(field.inner, value, where=f"{where}.{key}")
        elif field.member.computed:
            raise InvalidOption(f"{where}.{key} is kept by the server and cannot be set")
        else:
            option = (names or {}).get(field.option, field.option)
            raise InvalidOption(f"{where}.{key} is known: use the option {option}")
    return result


def combined(patch: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Two patches as one; where both hold a dictionary these are combined as well, else ``more`` wins."""
    result = dict(patch)
    for key, value in more.items():
        both = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
        result[key] = combined(result[key], value) if both else value
    return result


@dataclass(frozen=True)
class View:
    """How a document is shown. ``label`` turns IDs of other objects into what to show for them; ``kept`` says whether
    members that the server or the engine keeps are shown, such as times and counters; ``overruled`` whether members are
    shown that another one overrules, such as a user's copy of the policy that it follows."""

    label: Name | None = None
    kept: bool = True
    overruled: bool = True


PLAIN = View()


def options_from(name: str, document: Mapping[str, Any] | None, view: View = PLAIN) -> dict[str, Any]:
    """The document of structure ``name`` in the spelling of the options, secrets hidden.

    Members that the facts do not know come under ``extra`` in the API's spelling.
    """
    known = _fields.fields(name)
    result: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for key, value in (document or {}).items():
        field = known.get(key)
        if field is None:
            extra[key] = _redact.mask_unknown(key, value)
        elif _visible(field.member, document or {}, view):
            result[field.option] = shown(field, value, document or {}, view)
    if extra:
        result["extra"] = extra
    return result


def _visible(member: Member, siblings: Mapping[str, Any], view: View) -> bool:
    overruled = bool(member.unless and siblings.get(member.unless))
    return (view.kept or not member.computed) and (view.overruled or not overruled)


def completed(name: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with every member of its first level, also those that a server leaves out because they are empty."""
    members = structure(name).members
    return {**{member.name: member.type.zero for member in members.values()}, **document}


def shown(field: Field, value: Any, siblings: Mapping[str, Any], view: View = PLAIN) -> Any:
    """The value of one member as a person reads it; ``siblings`` is the structure that holds it."""
    member = field.member
    if value is None and field.kind != _fields.ENTRIES:
        return _values.to_option(member, member.type.zero)
    if member.secret and not member.secret_keys and not isinstance(value, dict):
        return _redact.hidden(value)
    if field.kind == _fields.STRUCT:
        return options_from(field.inner, value, view)
    if field.kind == _fields.ENTRIES:
        keys = {key: _label(member, key, view) if member.reference else key for key in value or ()}
        return [{field.key_option: keys[key], **options_from(field.inner, value[key], view)} for key in keys]
    if field.kind == _fields.RECORDS:
        return [options_from(field.inner, item, view) for item in value]
    if field.kind == _fields.MAP:
        return _keyed.shown(member, _redact.mask_map(member, value, siblings), siblings.get("Engine") or "")
    if field.kind == _fields.LIST:
        return [_label(member, item, view) for item in value]
    return _label(member, value, view)


def _label(member: Member, value: Any, view: View) -> Any:
    named = view.label(member.reference, value) if member.reference and view.label and value else value
    return _redact.without_login(_values.to_option(member, named))
