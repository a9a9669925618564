# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a network and a restarting server can do to a call, by chance, while objects of every kind are made."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError
from ansible_collections.comet.backup.tests.soak import honesty
from ansible_collections.comet.backup.tests.soak.campaign import (
    Campaign,
    Figures,
    SoakedServer,
    hold,
    on_one_server,
)
from ansible_collections.comet.backup.tests.soak.scenes import Scene, Stage, choose, of_token

VALUES: dict[str, Any] = {
    "latency_ms": [1, 30],
    "drop_request": [0, 400],
    "truncate": [0, 2000],
    "slow_answer": [100_000, 1_000_000],
    "slow_request": [100_000, 1_000_000],
    "redirect": [301, 303],
}
"""Values of faults, each call draws one between the two; kinds without an entry have none."""
SUFFERED = {
    "drop_request": "Connections dropped while the request arrived",
    "drop_before": "Connections dropped before the call was made",
    "drop_after": "Connections dropped after the call was made",
    "truncate": "Answers cut short",
    "restart": "Restarts of the server in the middle of a call",
    "duplicate": "Requests that arrived twice",
    "http_500": "Answers of a proxy with HTTP 500",
    "http_502": "Answers of a proxy with HTTP 502",
    "http_503": "Answers of a proxy with HTTP 503",
    "http_504": "Answers of a proxy with HTTP 504",
    "late": "Answers of a proxy with HTTP 504 to calls that were made all the same, later",
    "silent": "Calls that were made after the run had given up waiting",
    "html": "Web pages in place of an answer",
    "redirect": "Redirects in place of an answer",
    "wrong_type": "Answers that called themselves web pages",
    "latency_ms": "Calls that waited",
    "slow_request": "Requests that were read slowly",
    "slow_answer": "Answers that dripped",
}
"""Kinds of faults, and what readers are told of them."""
LATE = ("late", "silent")
IMPATIENT = 0.4
"""Seconds after which runs give up waiting whose calls may be late."""
SOON, EVER = (20, 200), (20, 1200)
"""Milliseconds after which a late call is made: while the run still looks for it, or whenever."""
LOSSES = ("drop_after", "truncate", "restart", "wrong_type", *LATE)
"""Faults of a call that was made all the same."""
AIMED = 0.5
"""The share of runs in which the answer to a certain call is lost."""
WORST = 0.5
"""The largest share of calls that suffer."""
TOKENS = 0.03
"""The share of runs that make an install token."""
RENEWED = 0.15
"""The share of the others that work by a session, which ends in the middle."""


class Expiring(honesty.Witness):
    """A client whose session ends just before the call with that number (from 1), and then it has to log in again."""

    def __init__(self, client: Client, number: int) -> None:
        super().__init__(client)
        self._left, self.ended = number, False
        with suppress(CometError):
            client.ensure_session()

    def call(self, method_name: str, **parameters: Any) -> Any:
        """As the client does it."""
        self._left -= 1
        session = self.client._access.session
        if self._left == 0 and session is not None:
            with suppress(CometError), Client(self.client.settings, session) as other:
                other.call("AdminAccountSessionRevoke")
                self.ended = True
        return super().call(method_name, **parameters)


def plan(dice: random.Random, seed: int, scene: Scene) -> dict[str, Any]:
    """A control call that plans a few kinds of faults, all together for at most ``WORST`` of the calls."""
    # Silence costs a whole time-out, so it is kept for calls that write.
    possible = [kind for kind in SUFFERED if kind != "silent" and (scene.guarded or kind != "duplicate")]
    kinds = dice.sample(possible, dice.randint(1, 4))
    share = dice.uniform(0.05, WORST) / len(kinds)
    known = {**VALUES, **dict.fromkeys(LATE, delays(scene))}
    values = {kind: known[kind] for kind in kinds if kind in known}
    return {"kind": "random", "seed": seed, "weights": dict.fromkeys(kinds, share), "values": values}


def aim(dice: random.Random, scene: Scene) -> dict[str, Any]:
    """A control call that plans the loss of the answers to some writing calls, which happen all the same."""
    path, kind = _model.method(dice.choice(scene.writes)).path, dice.choice(LOSSES)
    late = {"value": delays(scene)} if kind in LATE else {}
    return {"kind": kind, "path": path, "count": dice.randint(1, 2), **late}


def delays(scene: Scene) -> list[int]:
    """Milliseconds between which a late call is made.

    Of documents without a lock that a tree writes more than once, one that comes much later would overwrite the rest.
    """
    return list(SOON if scene.module == "comet_apply" else EVER)


def impatient(client: Client) -> Client:
    """The same client, which does not wait long."""
    client.settings = client._transport.settings = replace(client.settings, timeout=IMPATIENT)
    return client


class Faults:
    """Runs on one server."""

    def __init__(self, server: SoakedServer) -> None:
        self.stage = Stage(server)

    def run(self, seed: int) -> Figures:
        """One scene under faults, and once more without if that failed."""
        dice, stage = random.Random(seed), self.stage
        if dice.random() < TOKENS:
            return self._token(dice, seed)
        scene = choose(dice)
        start = stage.begin(scene)
        stage.server.control("POST", "fault", plan(dice, seed, scene))
        if scene.writes and dice.random() < AIMED:
            stage.server.control("POST", "fault", aim(dice, scene))
        options = {"concurrency": dice.choice([1, 2, 8])} if scene.module == "comet_apply" else {}
        number = dice.randint(2, 5) if dice.random() < RENEWED else 0
        result, witness = stage.task(scene, lambda client: self._watched(client, number), **options)
        stage.server.await_late()
        figures = Counter({"objects": scene.count, "sessions": getattr(witness, "ended", 0)}) + stage.server.suffered()
        honesty.check(result, witness)
        if figures["faults.restart"] or scene.restarts:
            stage.server.await_restart()
        if result.get("failed"):
            figures["failed"] += 1
            stage.finish(scene, result["msg"])
        else:
            moved = stage.server.held() != start
            hold(result["changed"] or not moved, "changed says so", scene.title, result["msg"])
        stage.settled(scene, result["msg"])
        return figures

    @staticmethod
    def _watched(client: Client, number: int) -> honesty.Witness:
        """Who watches a client whose calls may be late; with a number, its session ends at that call."""
        impatient(client)
        return Expiring(client, number) if number else honesty.Witness(client)

    def _token(self, dice: random.Random, seed: int) -> Figures:
        """An install token: nothing can be looked up afterwards, so the call is sent once, whatever becomes of it."""
        scene, server = of_token(), self.stage.server
        self.stage.begin(scene)
        server.forget_calls()
        server.control("POST", "fault", plan(dice, seed, scene))
        server.control("POST", "fault", aim(dice, scene))
        result, witness = self.stage.task(scene, lambda client: self._watched(client, 0))
        server.await_late()
        honesty.check(result, witness)
        made = server.calls(writes=True).count(scene.writes[0])
        told = bool(result.get("install_token"))
        hold(made <= 1 and (made == 1 or not told), "a token is made once at most", made, result["msg"])
        hold(told or bool(result.get("failed")), "a token is told, or the run fails", result["msg"])
        figures = Counter({"tokens": made}) + server.suffered()
        server.await_restart()
        self.stage.finish(scene, result["msg"])
        return figures


CAMPAIGN = Campaign(
    name="faults",
    title="Faults",
    text="""
Objects of every kind are made, changed and deleted, one at a time or as a whole tree, on the newest and on the oldest
server. Meanwhile up to half of all calls suffer: connections drop before and after a call was made, proxies answer
in the server's place, answers are cut or drip, requests arrive twice, calls are made long after everybody has given up
waiting, the server restarts, sessions end. After the run, or after one
more where it failed, the server holds exactly what it holds after a run without faults: no object twice, none missing,
no member of any document lost. A run that says it went well did.
""",
    rows={
        "objects": "Objects written",
        "failed": "Runs that failed, and said so",
        "sessions": "Sessions that ended in the middle of a run, which logged in again",
        "tokens": "Install tokens made, never two by one run",
        **{f"faults.{kind}": words for kind, words in SUFFERED.items()},
    },
    opened=on_one_server(lambda server: Faults(server).run),
    seconds=900,
    quick=(1, 2, 3, 4, 5),
)
