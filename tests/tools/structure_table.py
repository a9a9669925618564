# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a user of the collection meets each structure of the API: computed from tables, specs and facts.

:func:`ways` knows it for every structure that is met anywhere, :func:`page` writes it down for the documentation. The
most direct way counts: an option of a module, a module's result, what an option carries as text, a call that a module
makes, and at last the module that calls any method.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import answer_shapes

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._info import ReportsTask
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._sole import SoleInfoTask
from ansible_collections.comet.backup.plugins.module_utils._module._spec import connection_spec
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Resource
from ansible_collections.comet.backup.plugins.plugin_utils._descriptions import DESCRIPTIONS

OVERLAY = Path(__file__).resolve().parents[2] / "api" / "overlay.json"
ANYTHING = "comet_api"
HEAD = """.. _ansible_collections.comet.backup.docsite.structures:

.. Written by `make derived`; do not edit.

Structures of the API
=====================

The API's documentation describes structures. For each of them, this is the most direct way to it: a module or an option
of one, what a module shows, or a method that :ansplugin:`comet.backup.comet_api#module` calls.

.. list-table::
   :header-rows: 1
   :widths: 30 40 30

   * - Structure
     - What it is
     - Where you meet it
"""


@dataclass(frozen=True)
class Way:
    """How to get to a structure: in which module, by which method or option, and along which members.

    ``path`` are options, names of a result, or members of what a method takes or gives; ``shown`` says that a module
    only shows it. ``parameter`` is the method's that holds it. ``embedded`` counts how often, on the way, a structure
    was just a part of the one before it. With a ``remark``, the rest of the way is a text that ``inside`` leads into.
    """

    module: str
    path: tuple[str, ...] = ()
    shown: bool = False
    method: str = ""
    parameter: str = ""
    embedded: int = 0
    remark: str = ""
    inside: tuple[str, ...] = ()

    def key(self) -> tuple[Any, ...]:
        """Sorts better ways first: options before results, administrators' methods before those of users, the short."""
        foreign = bool(self.method) and _model.method(self.method).auth == "user"
        length = len(self.path) + len(self.inside)
        return (self.shown, foreign, length, self.embedded, self.module, self.method, self.path, self.remark)

    def below(self, field: Field) -> Way:
        """The way to what a member holds, by the member's name in the API or, in a module, by its option."""
        if self.remark:
            return replace(self, inside=(*self.inside, field.member.name))
        if self.method:
            return replace(self, path=(*self.path, field.member.name))
        task = TASKS[self.module]
        names = task.names if isinstance(task, ResourceTask) and not self.path else {}
        return replace(self, path=(*self.path, names.get(field.option, field.option)))

    def text(self) -> str:
        """The way in the markup of the documentation."""
        module, path = f":ansplugin:`comet.backup.{self.module}#module`", ".".join(self.path)
        if self.method:
            said = f"{module}{' with' if self.module == ANYTHING else ', which calls'} ``{self.method}``"
            said += f", parameter ``{self.parameter}``" if self.parameter else ""
            said += f", ``{path}``" if path else ""
        elif self.shown:
            said = f"{module}, result ``{path}``"
        else:
            said = f":ansopt:`comet.backup.{self.module}#module:{path}`" if path else module
        said += f": {self.remark}" if self.remark else ""
        return f"{said}, there ``{'.'.join(self.inside)}``" if self.inside else said


Ways = dict[str, Way]


def structures_in(kind: _model.Type) -> Iterator[str]:
    """The structure that a type holds, if any."""
    if kind.kind == "structure":
        yield kind.name
    elif kind.item is not None:
        yield from structures_in(kind.item)


def walk(name: str, way: Way, hidden: Collection[str] = ()) -> Ways:
    """Every structure in ``name`` and the best way to it; ``hidden`` are members of its own that do not count."""
    found: Ways = {}
    waiting = [(way, name)]
    while waiting:
        here, one = waiting.pop(waiting.index(min(waiting, key=lambda entry: entry[0].key())))
        if one in found:
            continue
        found[one] = here
        apart = set(hidden if one == name else ())
        for parent in answer_shapes.facts("structures")[one]["extends"]:
            if not apart & set(_fields.fields(parent)):
                waiting.append((replace(here, embedded=here.embedded + 1), parent))
        optional = not (here.shown or here.method or here.remark)
        for field in _fields.fields(one).values():
            if field.inner and field.member.name not in apart and not (optional and field.member.computed):
                waiting.append((here.below(field), field.inner))
    return found


def best(many: Iterable[Ways]) -> Ways:
    """The best of all ways to each structure."""
    found: Ways = {}
    for some in many:
        for name, way in some.items():
            if name not in found or way.key() < found[name].key():
                found[name] = way
    return found


def by_module(module: str, task: Task) -> Iterator[Ways]:
    """What is an option of a module, or in its result."""
    resource = getattr(task, "resource", None)
    if isinstance(task, ResourceTask):
        yield walk(task.resource.structure, Way(module), task.resource.unmanaged)
    elif isinstance(task, ReportsTask):
        for result, call in task.resource.reports.items():
            for name in structures_in(_model.method(call.method).returns):
                yield walk(name, Way(module, path=(result,), shown=True))
    elif isinstance(task, SoleInfoTask) and task.resource.reading:
        for name in structures_in(_model.method(task.resource.reading.method).returns):
            yield walk(name, Way(module, path=(task.resource.kind,), shown=True))
    elif isinstance(resource, Resource):
        result = resource.kind if resource.singleton else resource.plural
        yield walk(resource.structure, Way(module, path=(result,), shown=True))


def calls_in(value: Any) -> Iterator[Call]:
    """Every call in a table, or whatever a task is made with, without those of other kinds that it refers to."""
    if isinstance(value, Call):
        yield value
        return
    held: Iterable[Any] = ()
    if isinstance(value, Mapping):
        held = value.values()
    elif isinstance(value, (tuple, list)):
        held = value
    elif is_dataclass(value):
        held = [getattr(value, field.name) for field in fields(value)]
    for item in held:
        if not isinstance(item, Resource):
            yield from calls_in(item)


def by_call(module: str, method: str) -> Iterator[Ways]:
    """What a method takes or gives."""
    facts = _model.method(method)
    for name in structures_in(facts.returns):
        yield walk(name, Way(module, method=method))
    for parameter in facts.parameters.values():
        for name in structures_in(parameter.type):
            yield walk(name, Way(module, method=method, parameter=parameter.name))


def carried() -> Iterator[tuple[str, str, str]]:
    """Structures that travel where no type says so: their name, who carries them, and how."""
    for carrier, meaning in answer_shapes.facts("fields_semantics").items():
        for row in meaning.get("secret_keys", []):
            for name in re.findall(r"\w+", row.get("holds", "")):
                if name in answer_shapes.facts("structures"):
                    yield name, carrier, f"as JSON, in an entry of ``{row['engine']}``"
    for name, entry in json.loads(OVERLAY.read_text(encoding="utf-8"))["carried"].items():
        yield name, entry["by"], entry["why"]


def by_members(known: Ways) -> Iterator[Ways]:
    """What members of structures carry all the same though they are no structures."""
    for name, carrier, how in carried():
        structure, _unused, member = carrier.partition(".")
        if structure in known and member:
            yield walk(name, replace(known[structure].below(_fields.fields(structure)[member]), remark=how))


def by_others() -> Iterator[Ways]:
    """What methods, and the options of the connection, have to do with besides what they take and give."""
    for name, carrier, how in carried():
        if carrier in connection_spec():
            yield walk(name, Way(ANYTHING, path=(carrier,), remark=how))
        elif carrier in _model.method_names():
            yield walk(name, Way(ANYTHING, method=carrier, remark=how))


def ways() -> Ways:
    """The most direct way to every structure that a user of the collection meets, by name."""
    tables = {module: getattr(task, "resource", list(vars(task).values())) for module, task in TASKS.items()}
    made = [(module, call.method) for module, table in tables.items() for call in calls_in(table)]
    found = best(some for module, task in TASKS.items() for some in by_module(module, task))
    found = {**best(by_members(found)), **found}
    found = {**best(some for module, method in made for some in by_call(module, method)), **found}
    found = {**best(some for method in _model.method_names() for some in by_call(ANYTHING, method)), **found}
    found = {**best(by_others()), **found}
    return {**best(by_members(found)), **found}


def seed() -> list[str]:
    """The structures that the vendor's page describes."""
    return sorted(name for name, entry in answer_shapes.facts("structures").items() if entry["in_seed"])


def page() -> str:
    """The text of the page. Raises KeyError with the name of a structure that nothing leads to."""
    known = ways()
    rows = [f"   * - {name}\n     -{about(name)}\n     - {known[name].text()}\n" for name in seed()]
    return HEAD + "".join(rows)


def about(name: str) -> str:
    """What a structure is, after a space, or nothing where there are no words for it."""
    text = DESCRIPTIONS.get(name, {}).get("", "")
    return " " + re.sub(r"V\((.*?)\)", r"``\1``", text) if text else ""
