# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which server versions know what a case is about: computed from the dates that the facts give methods and members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _fields
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call
from ansible_collections.comet.backup.tests.unit.promises.case import Case, Options, Step, steps_of
from comet_emulator.core.facts import NEWEST

OLDEST = _model.oldest_server()
VERSIONS = (NEWEST, OLDEST)


def newest_of(dates: Iterator[str]) -> str:
    """The latest of some dates; empty when all of it has always been there."""
    return max(dates, key=_model.parse_version, default="")


ROLES = {"create": ("creating", "updating"), "change": ("updating",), "delete": ("deleting",)}


def calls_of(case: Case, name: str) -> Iterator[Call]:
    """What a step of a case cannot do without; fragments of a document are only a shorter way, and so is a call for a
    single object where a larger document holds it.
    """
    yield case.reading
    holding = case.home.writing if case.home else None
    for role in ROLES[name]:
        ways = [call for call in (getattr(case.resource, role), holding) if call]
        yield from sorted(ways, key=lambda call: _model.parse_version(_model.method(call.method).since))[:1]


def alone(case: Case, role: str, version: str) -> Call | None:
    """The call for a single object, where there is none for a larger document or the server has this one too."""
    call: Call | None = getattr(case.resource, role)
    if call and case.home and case.home.writing and not reaches(version, _model.method(call.method).since):
        return None
    return call


def members_of(structure: str, patch: Mapping[str, Any]) -> Iterator[_model.Member]:
    """Every member that a patch names, at any depth."""
    for name, value in patch.items():
        field = _fields.fields(structure)[name]
        yield field.member
        inside: list[Any] = value if isinstance(value, list) else [value]
        if field.kind == _fields.ENTRIES and isinstance(value, Mapping):
            inside = list(value.values())
        for item in inside:
            if field.inner and isinstance(item, Mapping):
                yield from members_of(field.inner, item)


def since_of_options(module: str, options: Options) -> str:
    """The first version that knows every member that some options of a module stand for."""
    task = TASKS[module]
    assert isinstance(task, ResourceTask)
    structure = task.resource.structure
    given = {name: value for name, value in options.items() if name in task.members}
    own = {renamed: option for option, renamed in task.names.items()}
    patch = _document.patch_from(
        structure, {own.get(name, name): value for name, value in given.items()}, lambda kind, value, where: value
    )
    return newest_of(member.since for member in members_of(structure, patch))


def since_of_home(case: Case) -> str:
    """The first version in which the larger document that holds the object has room for it."""
    home = case.home
    if home is None or home.owner is None:
        return ""
    dates, structure = [], home.owner.structure
    for name in home.path:
        field = _fields.fields(structure)[name]
        dates.append(field.member.since)
        structure = field.inner or structure
    return newest_of(iter(dates))


def since_of_step(step: Step) -> str:
    """The first version that can do what a step is about."""
    case = step.case
    dates = [since_of_home(case), *(_model.method(call.method).since for call in calls_of(case, step.name))]
    if step.name != "delete":
        dates.append(since_of_options(case.module, step.options))
        dates.append(_model.method(case.act).since if case.act else "")
    return newest_of(iter(dates))


def since_of_case(case: Case) -> str:
    """The first version that can do all of a case."""
    return newest_of(since_of_step(step) for step in steps_of(case))


def reaches(version: str, since: str) -> bool:
    """Whether a version has what is there since another one."""
    return not since or _model.parse_version(version) >= _model.parse_version(since)


DONE, TOO_NEW, NOT_HELD = "done", "too new", "not held"
"""What becomes of a step: it is done, refused with one sentence, or there is nothing to do."""


def fate_of(step: Step, version: str) -> str:
    """What becomes of a step on a server of a version. What a server cannot hold is deleted without a call."""
    if step.name == "delete" and not reaches(version, since_of_home(step.case)):
        return NOT_HELD
    return DONE if reaches(version, since_of_step(step)) else TOO_NEW


def knows(version: str, about: Case | Step) -> bool:
    """Whether a server of a version can do a case, or a step and what has to be made before it."""
    if isinstance(about, Case):
        return reaches(version, since_of_case(about))
    making = [step for step in steps_of(about.case) if step.name == "create"]
    return all(reaches(version, since_of_step(step)) for step in (about, *making))
