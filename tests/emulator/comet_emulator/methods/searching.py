"""Search clauses: a tree of rules over the members of a document."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..errors import ApiError

TEXT: dict[str, Callable[[str, str], bool]] = {
    "eq": lambda value, wanted: value == wanted,
    "contains": lambda value, wanted: wanted in value,
    "startswith": lambda value, wanted: value.startswith(wanted),
    "endswith": lambda value, wanted: value.endswith(wanted),
}
NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "eq": lambda value, wanted: value == wanted,
    "neq": lambda value, wanted: value != wanted,
    "gt": lambda value, wanted: value > wanted,
    "gte": lambda value, wanted: value >= wanted,
    "lt": lambda value, wanted: value < wanted,
    "lte": lambda value, wanted: value <= wanted,
}


def matches(clause: dict[str, Any], document: dict[str, Any], now: int) -> bool:
    """Whether a document fits a ``SearchClause`` at this moment.

    Raises:
        ApiError: 400, an operator or value makes no sense.
    """
    kind = clause["ClauseType"]
    if kind == "":
        return _rule(clause, document, now)
    results = [matches(child, document, now) for child in clause.get("ClauseChildren") or ()]
    found = any(results) if kind.endswith("or") else all(results)
    negated: bool = kind.startswith("not_")
    return found != negated


def _value(field: str, document: dict[str, Any], now: int) -> Any:
    name = field.split(".", 1)[-1]
    if name == "TimeSinceStarted":
        return now - document["StartTime"]
    return document.get(name, "")


def _rule(clause: dict[str, Any], document: dict[str, Any], now: int) -> bool:
    operator, wanted = clause["RuleOperator"], clause["RuleValue"]
    if not operator and not clause["RuleField"]:
        return True
    value = _value(clause["RuleField"], document, now)
    try:
        if operator.startswith("str_"):
            return _text_rule(operator.removeprefix("str_"), str(value), wanted)
        if operator.startswith("int_"):
            return NUMBERS[operator.removeprefix("int_")](int(value or 0), int(wanted))
        if operator in ("bool_is", "bool_nis"):
            return bool(bool(value) == (wanted in ("1", "true"))) == bool(operator == "bool_is")
    except (KeyError, ValueError, re.error):
        pass
    raise ApiError(400, f"Malformed request: search rule {operator!r} with {wanted!r}")


def _text_rule(operator: str, value: str, wanted: str) -> bool:
    if operator.endswith("_ci"):
        operator, value, wanted = operator.removesuffix("_ci"), value.lower(), wanted.lower()
    if operator in ("regexmatch", "nregexmatch"):
        return (re.search(wanted, value) is not None) == (operator == "regexmatch")
    if operator in TEXT:
        return TEXT[operator](value, wanted)
    if operator.startswith("n"):
        return not TEXT[operator.removeprefix("n")](value, wanted)
    raise KeyError(operator)
