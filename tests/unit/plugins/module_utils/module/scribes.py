# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options as people write them: in other words, with mistakes, or about something else."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._model import constants
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field

Options = dict[str, Any]
WRONG: tuple[Any, ...] = (
    None,
    "",
    0,
    False,
    True,
    1,
    1.0,
    -1,
    2,
    2**63,
    "1",
    "yes",
    "-1",
    "x",
    "Gold",
    "latest",
    "a,b",
    "all",
    [],
    {},
)
WRONG_LISTS: tuple[Any, ...] = (
    [None],
    [1],
    ["a", "a"],
    [True],
    [""],
    ["a", ["b"]],
    [{}],
    [{"id": "one"}],
    [{"state": "absent"}],
)
WRONG_MAPS: tuple[Any, ...] = (
    {"a": 1},
    {"one": None},
    {1: "a"},
    {"from_the_future": "text"},
    {"a": ["b"]},
    {"state": "present"},
)
STATES = ("present", "absent", None, "", "gone")


class Scribe:
    """Rewrites options, each with the same small chance; the same ones with the same random numbers."""

    def __init__(self, random: Random, share: float) -> None:
        self.random = random
        self.share = share

    @property
    def chance(self) -> bool:
        return self.random.random() < self.share

    @property
    def rarely(self) -> bool:
        return self.random.random() < self.share / 4

    def options(self, name: str, options: Mapping[str, Any], own: Mapping[str, str] | None = None) -> Options:
        """The options of a structure; ``own`` are those that the module calls otherwise."""
        known, plain = _fields.by_spelling(name), {written: option for option, written in (own or {}).items()}
        result: Options = {}
        for option, value in options.items():
            field = known.get(plain.get(option, option))
            if self.rarely:
                continue
            if field is None:
                result[option] = value
                continue
            spellings = [option, *([] if option in plain else field.aliases)]
            spelling = self.random.choice(spellings) if self.chance else option
            if self.rarely:
                result[self.random.choice(spellings)] = self.scalar(field, value)
            result[spelling] = self.value(field, value)
        if self.rarely:
            result[self.random.choice(["nonsense", *known])] = self.wrong()
        return result

    def wrong(self) -> Any:
        return self.random.choice((*WRONG, *WRONG_LISTS, *WRONG_MAPS))

    def value(self, field: Field, value: Any) -> Any:
        if self.rarely:
            return self.wrong()
        if isinstance(value, dict):
            return self.mapping(field, value)
        if isinstance(value, list):
            return self.sequence(field, value)
        return self.scalar(field, value) if self.chance else value

    def mapping(self, field: Field, value: Options) -> Any:
        if field.kind == _fields.STRUCT:
            return self.options(field.inner, value)
        result = {key: self.entry(one) for key, one in value.items() if not self.chance}
        return {
            **result,
            **({self.random.choice(("INCLUDE", "USE_WIN_VSS", "a")): self.entry("b")} if self.chance else {}),
        }

    def entry(self, value: Any) -> Any:
        return (
            self.random.choice((value, str(value), True, "1", False, ["b"], [value], None, 1)) if self.chance else value
        )

    def sequence(self, field: Field, value: list[Any]) -> Any:
        items = [self.item(field, one) for one in value]
        if self.chance:
            self.random.shuffle(items)
        if items and self.chance:
            items = [*items, self.random.choice(items)] if self.chance else items[1:]
        if field.kind == _fields.ENTRIES and self.chance:
            return {str(item.pop(field.key_option, "x")): item for item in items if isinstance(item, dict)}
        return items

    def item(self, field: Field, value: Any) -> Any:
        if not isinstance(value, dict):
            return self.scalar(field, value) if self.chance else value
        result = self.options(field.inner, value)
        if field.kind == _fields.ENTRIES:
            result[field.key_option] = value[field.key_option]
            if self.chance:
                result[field.key_option] = self.scalar(field, value[field.key_option])
            if self.chance:
                result["state"] = self.random.choice(STATES)
        return result

    def scalar(self, field: Field, value: Any) -> Any:
        """The same in other words, or something else."""
        return self.random.choice([*self.words(field, value), *self.words(field, value), value, self.wrong()])

    def words(self, field: Field, value: Any) -> list[Any]:
        member = field.member
        if member.enum:
            group = constants(member.enum)
            meant = group.spellings.get(value, group.choices.get(value, value)) if isinstance(value, str) else value
            found = [word for word, known in group.spellings.items() if known == meant]
            return [*found, *(word.upper() for word in found), meant, str(meant), f" {meant} "]
        if isinstance(value, bool):
            return [str(value), str(value).lower(), "on" if value else "off", int(value), float(value)]
        if isinstance(value, int):
            units = {"bytes": ["B", " B", "MB"], "seconds": ["s", "m"], "time_of_day": ["s", "h"]}.get(member.unit, [])
            return [str(value), float(value), bool(value), *(f"{value}{unit}" for unit in units)]
        if member.reference:
            return ["Gold", "käse", "twin", "Here", "There", "a", "all", "latest"]
        return [f"{value} ", value.upper(), value.encode()] if isinstance(value, str) else [value]

    def beside(self, spec: Mapping[str, Any], options: Options) -> Options:
        """Options that are no members: some of them, with values of any kind."""
        result = dict(options)
        for name, option in spec.items():
            if name in options or not self.chance:
                continue
            right = {
                "bool": (True, False),
                "int": (0, 1, 10),
                "str": option.get("choices", ("a", "long enough", "http://x")),
            }
            result[name] = self.random.choice(
                (*right.get(option["type"], ({},)), *right.get(option["type"], ()), self.wrong())
            )
        return result
