# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A glance vouches for what a task has just done, and for no task that has something to do."""

from __future__ import annotations

import copy

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._door import validator
from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._glances import glance_of
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Hooks
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import Case, Options, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES

ALWAYS_CLOSER = {
    "self_backup": "whether a location says a place depends on several of its members",
    "update_campaign": "what its options mean depends on whether it runs",
}
"""Kinds that no glance vouches for, and why; a server has few of them."""
ASKING = ("users", "users_absent", "files", "replacement")
"""Options that are about more than the document."""


def glanced(comet: EmulatedServer, case: Case, options: Options) -> bool:
    """Whether a glance vouches for the object as the server holds it."""
    task = TASKS[case.module]
    assert isinstance(task, ResourceTask)
    server = Server(comet.client)
    params = validator(task).validate({**comet.login, **copy.deepcopy(options)}).validated_parameters
    wish = task.address(server, params)
    found = server.find(task.resource, wish)
    assert found.document is not None
    holder = found.around if found.around and wish.owner else found
    tenant = wish.tenant or str((holder.document or {}).get("OrganizationID") or "")

    def resolve(kind: str, value: str) -> str | None:
        known, inside = task.resource.related[kind], (wish.home, wish.owner)
        try:
            return server.lookup(known, value, None if kind == "tenant" else tenant, inside) or None
        except CometError:
            return None

    return glance_of(task).same(options, found.document, wish.tenant, resolve)


each_case = pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])


@each_case
def test_what_a_task_has_done_is_vouched_for(comet: EmulatedServer, case: Case) -> None:
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    looked_into = case.resource.kind in ALWAYS_CLOSER or bool(set(ASKING) & set(case.present()))
    assert glanced(comet, case, case.present()) != looked_into


@each_case
def test_what_is_still_to_be_done_is_not(comet: EmulatedServer, case: Case) -> None:
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    if case.change:
        assert not glanced(comet, case, case.changed())
    if case.resource.deletable:
        assert not glanced(comet, case, case.absent())


def test_only_these_are_always_looked_into() -> None:
    """A kind that has something to say about objects as they are says also when it has not."""
    tasks = [task for task in TASKS.values() if isinstance(task, ResourceTask)]
    judges = ("inspect", "prepare", "reads", "acts")
    silent = {
        task.resource.kind
        for task in tasks
        if type(task.resource.hooks).idle is Hooks.idle
        and any(getattr(type(task.resource.hooks), name) is not getattr(Hooks, name) for name in judges)
    }
    assert silent == set(ALWAYS_CLOSER)
