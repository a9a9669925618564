# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins that stop working in the middle of a run: the account is deleted, or its session ends."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._access import DOUBTFUL
from ansible_collections.comet.backup.plugins.module_utils._api._client import (
    Client,
    ConnectionSettings,
    PasswordLogin,
)
from ansible_collections.comet.backup.tests.soak import honesty
from ansible_collections.comet.backup.tests.soak.campaign import (
    Campaign,
    Figures,
    SoakedServer,
    hold,
    on_one_server,
)
from ansible_collections.comet.backup.tests.soak.scenes import Scene, Stage, choose
from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD

NAME = "runner"
MANY = (1, 2, 8)
"""How many objects of a tree are worked on at a time."""


class Ending(honesty.Witness):
    """A client whose login ends just before the writing call with that number (from 1)."""

    def __init__(self, client: Client, number: int, end: Callable[[], None]) -> None:
        super().__init__(client)
        self._left, self._end = number, end
        self.sent_before: int | None = None

    def call(self, method_name: str, **parameters: Any) -> Any:
        """As the client does it."""
        if _model.method(method_name).writes:
            self._left -= 1
            if self._left == 0:
                self._end()
                self.sent_before = self.sent
        return super().call(method_name, **parameters)


class Logins:
    """Runs on one server."""

    def __init__(self, server: SoakedServer) -> None:
        self.server, self.stage = server, Stage(server)

    def run(self, seed: int) -> Figures:
        """One scene whose login ends; then somebody else finishes the work."""
        dice = random.Random(seed)
        scene = choose(dice)
        self.stage.begin(scene)
        self.server.client.call("AdminAdminUserNew", TargetUser=NAME, TargetPassword=PASSWORD)
        by_session = dice.random() < 0.5
        many = dice.choice(MANY) if scene.module == "comet_apply" else 1
        result, ending = self._lose(scene, dice.randint(1, 1 + scene.count), by_session, many)
        honesty.check(result)
        figures = Counter({"objects": scene.count})
        if ending.sent_before is not None:
            hold(bool(result.get("failed")), "a run whose login ends fails", scene.title, result["msg"])
            after = ending.sent - ending.sent_before
            # Each of those under way may find out by itself, with one more call that every administrator may make.
            hold(after <= 2 * (DOUBTFUL + many), "a login that does not work is not tried on", scene.title, after)
            figures["sessions" if by_session else "accounts"] += 1
        self._fire()
        self.stage.finish(scene, result["msg"])
        self.stage.settled(scene, result["msg"])
        return figures

    def _lose(self, scene: Scene, number: int, by_session: bool, many: int) -> tuple[dict[str, Any], Ending]:
        """Run the scene with a login that ends at that writing call."""
        login = {"username": NAME}
        if by_session:
            client = Client(ConnectionSettings(self.server.url), PasswordLogin(NAME, PASSWORD))
            login["session_key"] = client.call("AdminAccountSessionStart")["SessionKey"]
            client.close()
        endings: list[Ending] = []

        def watch(client: Client) -> Ending:
            endings.append(Ending(client, number, self._fire))
            return endings[0]

        options = {**scene.options, **login, **({"concurrency": many} if scene.module == "comet_apply" else {})}
        return self.server.task(scene.module, wrap=watch, **options), endings[0]

    def _fire(self) -> None:
        """Delete the account, and with it all its sessions."""
        if NAME in {one["Username"] for one in self.server.client.call("AdminAdminUserList")}:
            self.server.client.call("AdminAdminUserDelete", TargetUser=NAME)


CAMPAIGN = Campaign(
    name="logins",
    title="Lost logins",
    text="""
In the middle of a run its administrator is deleted, and with the account the session. The run fails and says why. After
a few calls that find it out, none is sent any more, so that no account is locked, however many objects are left.
Somebody else then finishes the work.
""",
    rows={
        "objects": "Objects in the runs",
        "accounts": "Logins lost that used a password",
        "sessions": "Logins lost that used a session key",
    },
    opened=on_one_server(lambda server: Logins(server).run),
    seconds=180,
    quick=(1, 2),
)
