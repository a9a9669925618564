"""Search clauses: a tree of rules over members of documents, used for jobs, update campaigns and e-mail reports."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import re2

from ..core.errors import ApiError
from ..core.shapes import OTHER_INTEGERS, split_type
from ..emulator import Emulator
from ..web.parameters import FALSE, TRUE

Document = dict[str, Any]
Documents = Mapping[str, Document]
"""Documents by the name that fields of a clause begin with."""

Test = Callable[[Documents], bool]
Getter = Callable[[Documents], Any]

INTEGER = re.compile(r"[+-]?[0-9]+")
SCALARS = {"string": str, "bytes": str, "int": int, **dict.fromkeys(OTHER_INTEGERS, int), "float": float, "bool": bool}

TEXT: dict[str, Callable[[str, str], bool]] = {
    "eq": operator.eq,
    "contains": operator.contains,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
NUMBERS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


class Field(NamedTuple):
    """A field of a clause: its Python type and how its value is found. Absent members are zero."""

    kind: type
    get: Getter


def compile_clause(
    emulator: Emulator, clause: Document, roots: Mapping[str, str], computed: Mapping[str, Field] | None = None
) -> Test:
    """A ``SearchClause`` as a function of documents.

    ``roots`` maps what a field may begin with to the structure it stands for; a field without any of them belongs to
    the first. ``computed`` are fields that are no members. All of the clause is checked here, before any document.

    Raises:
        ApiError: 400, an operator, value or regular expression makes no sense, or a field is unknown and the switch
            ``search_unknown_field`` refuses that.
    """
    return _Compiler(emulator, roots, computed or {}).clause(clause)


def job_test(emulator: Emulator, clause: Document) -> Callable[[Document], bool]:
    """A ``SearchClause`` over jobs as a function of one job, as of this moment.

    Raises:
        ApiError: as :func:`compile_clause`.
    """
    now = emulator.clock.now()

    def since_start(documents: Documents) -> int:
        return now - int(documents["BackupJobDetail"]["StartTime"])

    computed = {"BackupJobDetail.TimeSinceStarted": Field(int, since_start)}
    test = compile_clause(emulator, clause, {"BackupJobDetail": "BackupJobDetail"}, computed)
    return lambda job: test({"BackupJobDetail": job})


def _malformed(problem: str) -> ApiError:
    return ApiError(400, f"Malformed request: search clause: {problem}")


class _Compiler:
    def __init__(self, emulator: Emulator, roots: Mapping[str, str], computed: Mapping[str, Field]) -> None:
        self.emulator = emulator
        self.roots = roots
        self.computed = computed

    def clause(self, clause: Document) -> Test:
        kind = clause["ClauseType"]
        if kind == "":
            return self._rule(clause)
        if kind not in ("and", "or", "not_and", "not_or"):
            raise _malformed(f"unknown type {kind!r}")
        children = [self.clause(child) for child in clause.get("ClauseChildren") or ()]
        combine = any if kind.endswith("or") else all
        negated = kind.startswith("not_")
        return lambda documents: combine(child(documents) for child in children) != negated

    def _rule(self, clause: Document) -> Test:
        name, wanted = clause["RuleOperator"], clause["RuleValue"]
        if not name and not clause["RuleField"]:
            return lambda documents: True
        family, _unused, rest = name.partition("_")
        kinds: tuple[type, ...]
        if family == "str":
            compare, kinds = _text_test(rest, wanted), (str, int, float, bool)
        elif family == "int":
            compare, kinds = _number_test(rest, wanted), (int, float)
        elif family == "bool":
            compare, kinds = _truth_test(rest, wanted), (bool,)
        else:
            raise _malformed(f"unknown operator {name!r}")
        get = self._getter(clause["RuleField"], kinds)
        return lambda documents: compare(get(documents))

    def _getter(self, name: str, kinds: tuple[type, ...]) -> Getter:
        """How the value of a field is found; of one that is unknown or of another kind, it is zero or refused."""
        field = self.computed.get(name) or self.computed.get(f"{next(iter(self.roots))}.{name}") or self._member(name)
        if field is not None and field.kind in kinds:
            return field.get
        if self.emulator.switches["search_unknown_field"] == "refused":
            raise _malformed(f"no field {name!r} for this operator")
        return lambda documents: kinds[0]()

    def _member(self, name: str) -> Field | None:
        root, _unused, rest = name.partition(".")
        if root not in self.roots:
            root, rest = next(iter(self.roots)), name
        path, type_name = rest.split("."), self.roots[root]
        for part in path:
            type_name = self._type_inside(type_name, part)
        if type_name not in SCALARS:
            return None
        kind = SCALARS[type_name]
        return Field(kind, lambda documents: _value(documents[root], path, kind))

    def _type_inside(self, type_name: str, part: str) -> str:
        """The type of a member or map entry; ``""`` when there is none."""
        shape, inner = split_type(type_name)
        if shape == "map":
            return inner
        for member in self.emulator.facts.structures.get(type_name, ()):
            if member.name == part and member.since <= self.emulator.version:
                return member.type
        return ""


def _value(document: Document, path: list[str], kind: type) -> Any:
    value: Any = document
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return kind() if value is None else value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text_test(name: str, wanted: str) -> Callable[[Any], bool]:
    if name in ("regexmatch", "nregexmatch"):
        options = re2.Options()
        options.log_errors = False
        try:
            pattern = re2.compile(wanted, options)
        except re2.error:
            raise _malformed(f"{wanted!r} is no regular expression") from None
        return lambda value: (pattern.search(_text(value)) is not None) == (name == "regexmatch")
    ignore_case = name.endswith("_ci")
    plain = name.removesuffix("_ci")
    negated = plain not in TEXT
    compare = TEXT.get(plain.removeprefix("n"))
    if compare is None:
        raise _malformed(f"unknown operator 'str_{name}'")
    if ignore_case:
        wanted = wanted.lower()
        return lambda value: compare(_text(value).lower(), wanted) != negated
    return lambda value: compare(_text(value), wanted) != negated


def _number_test(name: str, wanted: str) -> Callable[[Any], bool]:
    if name not in NUMBERS:
        raise _malformed(f"unknown operator 'int_{name}'")
    if not INTEGER.fullmatch(wanted):
        raise _malformed(f"{wanted!r} is no integer")
    compare, number = NUMBERS[name], int(wanted)
    return lambda value: compare(value, number)


def _truth_test(name: str, wanted: str) -> Callable[[Any], bool]:
    if name not in ("is", "nis"):
        raise _malformed(f"unknown operator 'bool_{name}'")
    if wanted not in TRUE | FALSE:
        raise _malformed(f"{wanted!r} is neither true nor false")
    expected = (wanted in TRUE) == (name == "is")
    return lambda value: bool(value) == expected
