# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that validation takes and leaves as they are. Private; may change at any time.

Conversion to the API's spelling takes more than validation: what a task is given has been validated, and what is only
looked at has not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._model import Type
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field

MEASURED = ("bytes", "seconds", "time_of_day")
"""Units of numbers that people also write as a size or a time, so that they are texts to validation."""
STATE, PRESENT = "state", "present"
STATES = (PRESENT, "absent")
"""What an entry of a map says beside its members, and what that may be."""


def is_sound(field: Field, value: Any) -> bool:
    """Whether validation leaves the value of an option as it is, as far as conversion does not see to that."""
    if field.kind == _fields.MAP:
        return isinstance(value, dict)
    if field.kind == _fields.VALUE:
        return is_sound_scalar(field, field.member.type, value)
    if field.kind == _fields.STRUCT:
        return isinstance(value, dict) and _are_sound(field, value)
    if not isinstance(value, list):
        return False
    if field.kind == _fields.LIST:
        item = field.member.type.item or field.member.type
        return all(is_sound_scalar(field, item, one) for one in value)
    return all(isinstance(one, dict) and _are_sound(field, one) for one in value)


def _are_sound(field: Field, options: Mapping[str, Any]) -> bool:
    """The same of the options of a structure, of which each is named once."""
    known = _fields.by_spelling(field.inner)
    named: set[str] = set()
    beside = (field.key_option, STATE) if field.kind == _fields.ENTRIES else ()
    for option, value in options.items():
        if option in beside:
            if not isinstance(value, str) or (option == STATE and value not in STATES):
                return False
            continue
        inner = known.get(option)
        if inner is None or inner.option in (*beside, *named) or not (value is None or is_sound(inner, value)):
            return False
        named.add(inner.option)
    return True


def is_sound_scalar(field: Field, kind: Type, value: Any) -> bool:
    """The same of a single value, or of an item of a list, of the type ``kind``."""
    member, whole = field.member, isinstance(value, int) and not isinstance(value, bool)
    if kind.name == "any":
        return True
    if kind.name == "bool":
        return isinstance(value, bool)
    if kind.name == "float":
        return isinstance(value, float) or (whole and abs(value) < 2**63)
    if kind.name == "int" and not member.enum:
        # A size or a time is a text to validation, in which there is no sign.
        return (whole and value >= 0) or isinstance(value, str) if member.unit in MEASURED else whole
    return whole or isinstance(value, str)
