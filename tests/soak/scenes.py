# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks with the server they run on, what they come to without trouble, and whether they did all the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.tests.soak import honesty, wishes
from ansible_collections.comet.backup.tests.soak.campaign import SoakedServer, difference, hold
from ansible_collections.comet.backup.tests.unit.promises.case import Options, Step
from ansible_collections.comet.backup.tests.unit.promises.cases import STEPS
from ansible_collections.comet.backup.tests.unit.promises.versions import VERSIONS, knows

UNGUARDED = ("comet_tenant", "comet_news")
"""Modules whose objects a server makes as often as it is asked to, by a call without a lock or an ID.

A proxy that sends their request twice makes two of them, and no client can keep it from that.
"""
MAKES = (
    *("AdminOrganizationSet", "AdminNewsSubmit", "AdminRequestStorageVault", "AdminAddUser", "AdminAdminUserNew"),
    *("AdminStorageRegisterBucket", "AdminPoliciesSet", "AdminUserGroupsSet", "AdminSetUserProfileHash"),
)
"""Methods that make what a tree describes."""
MANY = 0.2
"""The share of runs that write a whole tree."""
SIZES = ((1, 1), (1, 2), (2, 1), (2, 3))
"""How many tenants a tree has, and how many users each of them. The smallest has something of each kind, too."""


@dataclass(frozen=True)
class Scene:
    """A task, and the server before it. Scenes of equal titles are equal, so that what is right is found out once.

    ``guarded``: the server refuses what arrives twice. ``writes`` are methods that the task may call, ``count`` is the
    number of its objects.
    """

    title: str
    module: str
    options: Options
    prepare: Callable[[SoakedServer], None]
    version: str
    guarded: bool
    writes: tuple[str, ...]
    count: int = 1

    @property
    def restarts(self) -> bool:
        """Whether the server may restart meanwhile, as it does when its configuration is stored."""
        return self.module == "comet_apply" or any(_model.method(method).restarts for method in self.writes)


def of_step(step: Step, version: str) -> Scene:
    """One task of the promises, about an object in which there is a member that nobody knows."""

    def prepare(server: SoakedServer) -> None:
        step.prepare(server)
        if step.name != "create" and step.case.write is not None:
            step.case.plant(server, wishes.UNKNOWN)

    title = f"{step.case.title}-{step.name} on {version}"
    requested = step.case.requested and version != VERSIONS[0]
    guarded = step.case.module not in UNGUARDED and not requested
    resource, home = step.case.resource, step.case.home
    calls = (
        resource.creating,
        resource.updating,
        resource.deleting,
        resource.requesting,
        home.writing if home else None,
    )
    writes = tuple(call.method for call in calls if call)
    return Scene(title, step.case.module, step.options, prepare, version, guarded, writes)


def of_tree(tenants: int, users: int, unguarded: bool = True) -> Scene:
    """A whole server at once."""
    title = f"tree of {tenants} tenants with {users} users each{'' if unguarded else ', all guarded'}"
    options: Options = {"objects": wishes.tree(tenants, users, unguarded)}
    return Scene(title, "comet_apply", options, wishes.prepare, VERSIONS[0], False, MAKES, 15 + tenants * (11 + users))


def of_token() -> Scene:
    """An install token."""
    options = {"user": "T0-0", "user_password": "correct horse"}
    writes = ("AdminCreateInstallToken",)
    return Scene("token", "comet_install_token", options, wishes.prepare, VERSIONS[0], True, writes)


def choose(dice: random.Random) -> Scene:
    """The scene of one run."""
    if dice.random() < MANY:
        return of_tree(*dice.choices(SIZES, weights=(8, 4, 2, 1))[0])
    version = dice.choice(VERSIONS)
    return of_step(dice.choice([step for step in STEPS if knows(version, step)]), version)


class Stage:
    """A server on which scenes are played. How one begins, and what it comes to without trouble, is found out once."""

    def __init__(self, server: SoakedServer) -> None:
        self.server = server
        self._start: dict[str, dict[str, Any]] = {}
        self._right: dict[str, dict[str, Any]] = {}

    def begin(self, scene: Scene) -> dict[str, Any]:
        """Bring the server to where the scene begins; gives its state."""
        self.server.version = scene.version
        if scene.title not in self._right:
            self._find_out(scene)
        self.server.reset(scene.title)
        return self._start[scene.title]

    def _find_out(self, scene: Scene) -> None:
        self.server.reset()
        scene.prepare(self.server)
        self.server.snapshot(scene.title)
        self._start[scene.title] = self.server.held()
        result, _unused = self.task(scene)
        hold(not result.get("failed"), "a run without trouble succeeds", scene.title, result["msg"])
        self._right[scene.title] = self.server.held()

    def task(
        self, scene: Scene, watched: Callable[[Client], honesty.Witness] = honesty.Witness, **more: Any
    ) -> tuple[dict[str, Any], honesty.Witness]:
        """Run the scene's task once; its result, and who knows better, whom ``watched`` puts before the client."""
        witnesses: list[honesty.Witness] = []

        def watch(client: Client) -> honesty.Witness:
            witnesses.append(watched(client))
            return witnesses[-1]

        result = self.server.task(scene.module, wrap=watch, **scene.options, **more)
        return result, witnesses[-1]

    def finish(self, scene: Scene, said: str) -> None:
        """Hold that one more run succeeds. ``said``: what the one before said."""
        again, _unused = self.task(scene)
        hold(not again.get("failed"), "one more run succeeds", scene.title, said, again["msg"])

    def settled(self, scene: Scene, said: str) -> None:
        """Hold that the state is the right one: no object twice, none missing, and nothing left to do."""
        wrong = difference(self.server.held(), self._right[scene.title])
        hold(not wrong, "the state is as without trouble", scene.title, said, wrong)
        last, _unused = self.task(scene)
        hold(not last.get("failed") and not last["changed"], "nothing is left to do", scene.title, last["msg"])
