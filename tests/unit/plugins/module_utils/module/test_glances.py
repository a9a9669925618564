# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The law of glances: what they vouch for, a task finds as it should be. And they do vouch for what is so."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._glances import glance_of
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._spec import identity_spec
from ansible_collections.comet.backup.plugins.module_utils._module._validation import Validator
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.scribes import Scribe
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.worlds import World, world

RESOURCE_TASKS = {name: task for name, task in TASKS.items() if isinstance(task, ResourceTask)}
ALWAYS_CLOSER = {"self_backup", "update_campaign"}
SHARES = (0.0, 0.005, 0.02, 0.1, 0.3)
quick = settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
)
each_task = pytest.mark.parametrize("name", RESOURCE_TASKS)


def glanced(there: World, options: dict[str, Any]) -> bool | None:
    """Whether a glance vouches for the object of a world; None where its address means another one, or none."""
    task, server = there.task, Server(there.client)
    plain = Validator(task.options(), task.rules()).validate({**copy.deepcopy(there.options), **there.address})
    try:
        wish = task.address(server, plain.validated_parameters)
        if server.find(task.resource, wish).document != there.document:
            return None
    except CometError:
        return None
    tenant = wish.tenant
    if tenant is None and task.resource.tenant:
        tenant = str(there.document.get(task.resource.tenant) or "")

    def resolve(kind: str, value: str) -> str | None:
        if kind not in task.resource.related:
            return None
        try:
            other = task.resource.related[kind]
            return server.lookup(other, value, None if kind == "tenant" else tenant, (wish.home, wish.owner)) or None
        except CometError:
            return None

    return glance_of(task).same(copy.deepcopy(options), there.document, wish.tenant, resolve)


def worked(there: World, options: dict[str, Any]) -> str:
    """What the whole task comes to with these options: empty when nothing is to be done."""
    task = there.task
    validation = Validator(task.options(), task.rules()).validate(copy.deepcopy(options))
    if validation.errors.errors:
        return str(validation.errors.msg)
    server = Server(there.client, check_mode=True)
    try:
        result = task.run(server, validation.validated_parameters)
    except CometError as error:
        return error.message
    return str(result["diff"]) if result["changed"] else "".join(server.warnings)


@each_task
@quick
@given(seed=st.integers(0, 2**32))
def test_what_is_vouched_for_is_as_it_should_be(name: str, seed: int) -> None:
    random = Random(seed)
    there = world(RESOURCE_TASKS[name], random)
    options = rewritten(there, Scribe(random, random.choice(SHARES)))
    if glanced(there, options):
        assert worked(there, options) == ""


@each_task
@quick
@given(seed=st.integers(0, 2**32))
def test_what_is_as_it_should_be_is_vouched_for(name: str, seed: int) -> None:
    there = world(RESOURCE_TASKS[name], Random(seed))
    options = {**there.options, **there.address}
    if there.task.resource.kind not in ALWAYS_CLOSER and glanced(there, options) is False:
        assert worked(there, options) != ""


def written(task: ResourceTask, options: Mapping[str, Any], spec: Mapping[str, Any], scribe: Scribe) -> dict[str, Any]:
    """The options of a task, rewritten, with those of what is inside."""
    inside = {inner.resource.plural: inner for inner in task.contents}
    own = {option: value for option, value in options.items() if option not in inside}
    result = scribe.beside(spec, scribe.options(task.resource.structure, own, task.names))
    for plural, inner in inside.items():
        items = options.get(plural, []) if plural in options or scribe.chance else None
        if items is not None and not scribe.rarely:
            deeper = spec[plural]["options"]
            result[plural] = [written(inner, item, deeper, scribe) for item in items]
    return result


def rewritten(there: World, scribe: Scribe) -> dict[str, Any]:
    """The options of a world in other words, or with mistakes; they mean its object all the same."""
    address = identity_spec(there.task.resource)
    spec = {name: option for name, option in there.task.options().items() if name not in address}
    exclusive = {"exclusive": True} if "exclusive" in spec and scribe.random.random() < 0.2 else {}
    return {**written(there.task, there.options, spec, scribe), **exclusive, **there.address}
