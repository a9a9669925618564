"""Documents in the shape that the facts give them: checked, complete, in wire order.

A ``Shaper`` turns parsed JSON into the document a typed server would hold: members of the right type or a refusal,
absent members as their zero value, members newer than the server dropped, ``omit_when_zero`` members left out.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Any

from .facts import Facts, Version

Shape = Callable[[Any], Any]

INTEGERS = range(-(2**63), 2**63)
"""What fits into an integer of the server."""

OTHER_INTEGERS = {
    "int32": range(-(2**31), 2**31),
    "uint8": range(2**8),
    "uint32": range(2**32),
    "uint": range(2**64),
    "uint64": range(2**64),
}
"""What fits into members that hold other integers; typed clients cannot read a document with any other."""


class Malformed(Exception):
    """A value of the wrong type; ``path`` names the members from the inside out."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.path: list[str] = []

    def describe(self, parameter: str) -> str:
        """One sentence that names the parameter, the member and what was expected."""
        return f"Malformed request: {'.'.join([parameter, *reversed(self.path)])}: expected {self.wanted}"


def split_type(type_name: str) -> tuple[str, str]:
    """``"list<int>"`` as ``("list", "int")``, ``"map<string,X>"`` as ``("map", "X")``, others with the kind ``""``."""
    if type_name.startswith("list<"):
        return "list", type_name[5:-1]
    if type_name.startswith("map<"):
        return "map", type_name[4:-1].split(",", 1)[1].strip()
    return "", type_name


def _text(value: Any) -> Any:
    if value.__class__ is str:
        return value
    if value is None:
        return ""
    raise Malformed("text")


def _integer(allowed: range, wanted: str) -> Shape:
    def shape_integer(value: Any) -> Any:
        if value.__class__ is int and value in allowed:
            return value
        if value is None:
            return 0
        raise Malformed(wanted)

    return shape_integer


def _bytes(value: Any) -> Any:
    text = _text(value)
    try:
        b64decode(text, validate=True)
    except ValueError:
        raise Malformed("base64") from None
    return text


def _boolean(value: Any) -> Any:
    if value.__class__ is bool:
        return value
    if value is None:
        return False
    raise Malformed("true or false")


def _number(value: Any) -> Any:
    if value.__class__ is float or value.__class__ is int:
        return value
    if value is None:
        return 0
    raise Malformed("a number")


def _anything(value: Any) -> Any:
    return value


SCALARS: dict[str, Shape] = {
    "string": _text,
    "bytes": _bytes,
    "int": _integer(INTEGERS, "an integer"),
    **{name: _integer(allowed, f"an integer that fits {name}") for name, allowed in OTHER_INTEGERS.items()},
    "bool": _boolean,
    "float": _number,
    "any": _anything,
}


class Shaper:
    """Shapes documents for one version of the server and one setting of the switches.

    ``omit`` leaves ``omit_when_zero`` members out when zero; ``empty`` is what an empty list or map becomes (``None``
    keeps it as it is written, ``"null"`` makes it null); ``keep_unknown`` keeps members that the facts do not know;
    ``closed`` refuses values outside a closed enumeration; ``storing`` gives members newer than the server their zero
    value instead of leaving them out, so that stored documents always have every member.
    """

    def __init__(
        self,
        facts: Facts,
        version: Version,
        *,
        omit: bool = True,
        null_for_empty: bool = False,
        keep_unknown: bool = True,
        closed: bool = False,
        storing: bool = False,
    ) -> None:
        self.facts = facts
        self.version = version
        self.omit = omit
        self.null_for_empty = null_for_empty
        self.keep_unknown = keep_unknown
        self.closed = closed
        self.storing = storing
        self._shapes: dict[str, Shape] = dict(SCALARS)

    def shape(self, type_name: str, value: Any) -> Any:
        """The value as a document of that type.

        Raises:
            Malformed: a member has the wrong type.
        """
        return self.shape_for(type_name)(value)

    def shape_for(self, type_name: str) -> Shape:
        """The function that shapes values of a type; made once."""
        found = self._shapes.get(type_name)
        if found is None:
            kind, inner = split_type(type_name)
            if kind == "list":
                found = self._list(inner)
            elif kind == "map":
                found = self._map(inner)
            else:
                found = _Structure(self, type_name)
            self._shapes[type_name] = found
        return found

    def members_of(self, structure: str) -> list[str]:
        """Names of the members that exist at this version, in wire order."""
        return [member.name for member in self.facts.structures[structure] if member.since <= self.version]

    def _list(self, inner: str) -> Shape:
        each = self.shape_for(inner)
        empty_is_null = self.null_for_empty

        def shape_list(value: Any) -> Any:
            if value is None:
                value = []
            if value.__class__ is not list:
                raise Malformed("a list")
            if empty_is_null and not value:
                return None
            try:
                return [each(item) for item in value]
            except Malformed as problem:
                problem.path.append("[]")
                raise

        return shape_list

    def _map(self, inner: str) -> Shape:
        each = self.shape_for(inner)
        empty_is_null = self.null_for_empty

        def shape_map(value: Any) -> Any:
            if value is None:
                value = {}
            if value.__class__ is not dict:
                raise Malformed("an object")
            if empty_is_null and not value:
                return None
            shaped = {}
            for key, item in value.items():
                try:
                    shaped[key] = each(item)
                except Malformed as problem:
                    problem.path.append(key)
                    raise
            return shaped

        return shape_map

    def member_shape(self, type_name: str, enumeration: str) -> Shape:
        """The function that shapes a member, which refuses values outside its enumeration when that is closed."""
        shape = self.shape_for(type_name)
        allowed = self.facts.enumerations.get(enumeration)
        if not self.closed or not allowed:
            return shape

        def shape_enumerated(value: Any) -> Any:
            shaped = shape(value)
            for item in shaped if shaped.__class__ is list else (shaped,):
                if item and item not in allowed:
                    raise Malformed(f"a value of {enumeration}")
            return shaped

        return shape_enumerated


class _Structure:
    """Shapes values of one structure. Its members are looked up at first use, since structures may contain lists of
    themselves.
    """

    __slots__ = ("_known", "_plan", "_shaper", "_structure")

    def __init__(self, shaper: Shaper, structure: str) -> None:
        self._shaper = shaper
        self._structure = structure
        self._known: set[str] = set()
        self._plan: list[tuple[str, Shape, bool, bool, Any]] = []

    def _prepare(self) -> None:
        shaper = self._shaper
        for member in shaper.facts.structures[self._structure]:
            self._known.add(member.name)
            newer = member.since > shaper.version
            if shaper.storing or not newer:
                shape = shaper.member_shape(member.type, member.enumeration)
                omitted = shaper.omit and member.omit_when_zero
                self._plan.append((member.name, shape, newer, omitted, shape(None)))

    def __call__(self, value: Any) -> Any:
        if value is None:
            value = {}
        if value.__class__ is not dict:
            raise Malformed("an object")
        if not self._known:
            self._prepare()
        shaped = {}
        seen = 0
        for name, shape, newer, omitted, zero in self._plan:
            if name in value:
                seen += 1
                try:
                    item = shape(None if newer else value[name])
                except Malformed as problem:
                    problem.path.append(name)
                    raise
            else:
                item = shape(None) if zero.__class__ in (dict, list) else zero
            if not (omitted and (item is None or item == zero)):
                shaped[name] = item
        if self._shaper.keep_unknown and seen < len(value):
            shaped.update({key: item for key, item in value.items() if key not in self._known})
        return shaped
