# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a network and a restarting server can do to a call, by chance, while objects of every kind are made."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.tests.soak import honesty
from ansible_collections.comet.backup.tests.soak.campaign import (
    Campaign,
    Figures,
    SoakedServer,
    hold,
    on_one_server,
)
from ansible_collections.comet.backup.tests.soak.scenes import Scene, Stage, choose

VALUES: dict[str, Any] = {
    "latency_ms": [1, 60],
    "drop_request": [0, 400],
    "truncate": [0, 2000],
    "slow_answer": [50_000, 500_000],
    "slow_request": [50_000, 500_000],
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
    "html": "Web pages in place of an answer",
    "redirect": "Redirects in place of an answer",
    "wrong_type": "Answers that called themselves web pages",
    "latency_ms": "Calls that waited",
    "slow_request": "Requests that were read slowly",
    "slow_answer": "Answers that dripped",
}
"""Kinds of faults, and what readers are told of them."""
LOSSES = ("drop_after", "truncate", "restart", "wrong_type")
"""Faults of a call that was made all the same."""
AIMED = 0.5
"""The share of runs in which the answer to a certain call is lost."""
WORST = 0.5
"""The largest share of calls that suffer."""


def plan(dice: random.Random, seed: int, guarded: bool) -> dict[str, Any]:
    """A control call that plans a few kinds of faults, all together for at most ``WORST`` of the calls."""
    possible = [kind for kind in SUFFERED if guarded or kind != "duplicate"]
    kinds = dice.sample(possible, dice.randint(1, 4))
    share = dice.uniform(0.05, WORST) / len(kinds)
    values = {kind: VALUES[kind] for kind in kinds if kind in VALUES}
    return {"kind": "random", "seed": seed, "weights": dict.fromkeys(kinds, share), "values": values}


def aim(dice: random.Random, scene: Scene) -> dict[str, Any]:
    """A control call that plans the loss of the answers to some writing calls, which happen all the same."""
    path = _model.method(dice.choice(scene.writes)).path
    return {"kind": dice.choice(LOSSES), "path": path, "count": dice.randint(1, 2)}


class Faults:
    """Runs on one server."""

    def __init__(self, server: SoakedServer) -> None:
        self.stage = Stage(server)

    def run(self, seed: int) -> Figures:
        """One scene under faults, and once more without if that failed."""
        dice, stage = random.Random(seed), self.stage
        scene = choose(dice)
        start = stage.begin(scene)
        stage.server.control("POST", "fault", plan(dice, seed, scene.guarded))
        if scene.writes and dice.random() < AIMED:
            stage.server.control("POST", "fault", aim(dice, scene))
        options = {"concurrency": dice.choice([1, 2, 8])} if scene.module == "comet_apply" else {}
        result, witness = stage.task(scene, **options)
        figures = Counter({"objects": scene.count}) + stage.server.suffered()
        honesty.check(result, witness)
        if result.get("failed"):
            figures["failed"] += 1
            stage.finish(scene, result["msg"])
        else:
            moved = stage.server.held() != start
            hold(result["changed"] or not moved, "changed says so", scene.title, result["msg"])
        stage.settled(scene, result["msg"])
        return figures


CAMPAIGN = Campaign(
    name="faults",
    title="Faults",
    text="""
Objects of every kind are made, changed and deleted, one at a time or as a whole tree, on the newest and on the oldest
server. Meanwhile up to half of all calls suffer: connections drop before and after a call was made, proxies answer
in the server's place, answers are cut or drip, requests arrive twice, the server restarts. After the run, or after one
more where it failed, the server holds exactly what it holds after a run without faults: no object twice, none missing,
no member of any document lost. A run that says it went well did.
""",
    rows={
        "objects": "Objects written",
        "failed": "Runs that failed, and said so",
        **{f"faults.{kind}": words for kind, words in SUFFERED.items()},
    },
    opened=on_one_server(lambda server: Faults(server).run),
    seconds=900,
    quick=(1, 2, 3, 4, 5),
)
