# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every golden conversation, replayed against a real emulator process and compared exactly."""

from __future__ import annotations

import dataclasses
import json
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from emulated import Emulated

from ansible_collections.comet.backup.tests.unit.golden.library import Conversation, Pair, Pause, conversations
from ansible_collections.comet.backup.tests.unit.golden.values import Memory, fill, recall
from ansible_collections.comet.backup.tests.unit.golden.wire import misfits, send

RESTART_SECONDS = 10.0
FIRST_DAY = "first day"
DEVICE = {"register": "register", "leave": "disconnect", "return": "connect"}
"""What a device does, in the words of the emulator's control call."""


@pytest.fixture(scope="module")
def shared() -> Iterator[Emulated]:
    with Emulated("--set", "restart_seconds=0.1", password="admin") as emulated:
        emulated.control("snapshot", {"name": FIRST_DAY})
        yield emulated


@pytest.fixture
def emulated(shared: Emulated, conversation: Conversation) -> Iterator[Emulated]:
    """An emulator as on its first day: the shared one, or one of its own for a conversation that needs that."""
    if conversation.admin != "admin:admin" or any(isinstance(step, Pause) for step in conversation.steps):
        options = ["--version", conversation.version, "--set", "restart_seconds=0.1", "--admin", conversation.admin]
        with Emulated(*options) as own:
            yield own
        return
    shared.control("switch/reset", {})
    shared.control("restore", {"name": FIRST_DAY})
    empty = "null" if conversation.null_for_empty else "empty"
    shared.control("switch", {"version": conversation.version, "empty_collections": empty})
    yield shared


@pytest.mark.parametrize("conversation", [pytest.param(c, id=c.id) for c in conversations()])
def test_conversation(emulated: Emulated, conversation: Conversation) -> None:
    memory: Memory = {"SERVER": emulated.url, "NOW": int(time.time())}
    if conversation.jobs:
        emulated.control("history", {"jobs": fill(list(conversation.jobs), memory)})
    for step in conversation.steps:
        if isinstance(step, Pair):
            hold(emulated, step, memory)
        elif isinstance(step, Pause):
            pause(emulated, step, memory)
        else:
            emulated.control("device", {"do": DEVICE[step.does], "user": step.user, "device": step.device})


@pytest.mark.parametrize("change", [{"status": 204}, {"headers": {"Content-Type": "text/html"}}, {"body": ["alice"]}])
def test_other_answer_is_noticed(shared: Emulated, change: dict[str, Any]) -> None:
    shared.control("switch/reset", {})
    shared.control("restore", {"name": FIRST_DAY})
    pair = next(entry for entry in conversations() if entry.file == "logins").pairs[0]
    hold(shared, pair, {})
    with pytest.raises(pytest.fail.Exception, match="does not fit"):
        hold(shared, dataclasses.replace(pair, answer=dataclasses.replace(pair.answer, **change)), {})


def hold(emulated: Emulated, pair: Pair, memory: Memory) -> None:
    """One pair: the request as it stands, and the answer as it must be."""
    received = send(emulated.url, pair.request, memory)
    found = misfits(pair.answer, received, memory)
    if found:
        shown = received.body[:2000].decode("utf-8", "replace")
        lines = [f"the pair '{pair.name}' ({pair.source}) does not fit:", *found, f"the whole answer: {shown}"]
        pytest.fail("\n  ".join(lines), pytrace=False)


def pause(emulated: Emulated, step: Pause, memory: Memory) -> None:
    """Let time pass at once, or wait until a restart is over."""
    if not step.start_hash:
        emulated.control("clock", {"advance": step.seconds})
        return
    before = recall(step.start_hash, memory)
    ends = time.monotonic() + RESTART_SECONDS
    while time.monotonic() < ends:
        now = start_hash(emulated)
        if now not in (None, before):
            return
        time.sleep(0.02)
    pytest.fail("the server did not come back", pytrace=False)


def start_hash(emulated: Emulated) -> Any:
    """ServerStartHash, or None while there is no answer."""
    data = b"Username=admin&AuthType=Password&Password=admin"
    try:
        with urllib.request.urlopen(f"{emulated.url}api/v1/admin/meta/version", data=data, timeout=5) as answer:
            return json.load(answer).get("ServerStartHash")
    except OSError:
        return None
