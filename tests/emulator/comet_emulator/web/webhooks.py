"""Webhooks: events that the server posts to URLs of its configuration and of its tenants'.

Each hook has a queue of its own. A message that is not answered with HTTP 200 is tried again a few times; messages
travel side by side, so their order is not kept.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

import h11
import orjson

from ..core.events import Event
from ..core.passwords import guid
from ..core.store import Change
from ..emulator import Emulator
from .posting import REQUIRED, parse_target, post
from .streaming import hello

TRACING = "x-Comet-Tracing-Id"
OK = 200
AT_ONCE = 4
"""How many messages of one hook are on their way at the same time."""

LAST_SECONDS = 0.5
"""How long a server that ends still waits for messages on their way."""

Document = dict[str, Any]


@dataclass(slots=True)
class Message:
    """One event for one hook; the tracing id stays the same when it is sent again."""

    body: bytes
    tracing: str = field(default_factory=guid)
    tries: int = 0


@dataclass(slots=True)
class Hook:
    """One ``WebhookOption`` at work. ``counts`` outlives it: the next hook of the same key goes on counting."""

    organization: str
    key: str
    option: Document
    counts: Counter[str]
    waiting: deque[Message] = field(default_factory=deque)
    sending: int = 0
    resting: int = 0
    flushed: bool = False

    @property
    def queued(self) -> int:
        """Messages that are neither delivered nor given up."""
        return len(self.waiting) + self.sending + self.resting

    def wants(self, event: Event, number: int) -> bool:
        """Whether an event is this tenant's, and of a type that the hook is for."""
        types = self.option["WhiteListedEventTypes"]
        return (not self.organization or event.organization == self.organization) and (not types or number in types)

    def headers(self, message: Message) -> dict[str, str]:
        """The tracing header and the hook's own; those that clash with what a request needs are ignored."""
        taken = REQUIRED | {TRACING.lower()}
        own = {name: text for name, text in self.option["CustomHeaders"].items() if name.lower() not in taken}
        return {TRACING: message.tracing, **own}

    def flush(self) -> None:
        """Drop what waits; what is on its way may arrive, but is not tried again."""
        self.counts["dropped"] += len(self.waiting) + self.resting
        self.waiting.clear()
        self.resting = 0
        self.flushed = True


class Webhooks:
    """All webhooks of one server. Nothing is sent before the first :meth:`begin`, when an event loop runs."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._running = False
        self._known: dict[str, Document] = {}
        self._hooks: list[Hook] = []
        self._counts: dict[tuple[str, str], Counter[str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        emulator.events.observers.append(self.observe)

    # Configuration

    def begin(self) -> None:
        """A run of the server begins: old messages are gone, every hook gets a HELLO."""
        self._running = True
        self._known.clear()
        self.refresh()

    def begin_anew(self) -> None:
        """Other state was put in place of a running server's: as :meth:`begin`, and counting starts again."""
        self._counts.clear()
        if self._running:
            self.begin()

    def observe(self, changes: list[Change]) -> None:
        """Look whether changed documents are about webhooks."""
        if any(change.kind in ("server", "organization") for change in changes):
            self.refresh()

    def forget(self, organization: str) -> None:
        """Make the next :meth:`refresh` set up a tenant's hooks anew, though they may look the same."""
        self._known.pop(organization, None)

    def refresh(self) -> None:
        """Follow the stored configuration: hooks of a changed map are dropped with their messages and set up anew."""
        if not self._running:
            return
        store = self._emulator.store
        wanted: dict[str, Document] = {"": self._emulator.config.get("WebhookOptions") or {}}
        for key in store.rows("organization"):
            wanted[key] = (store.peek("organization", key) or {}).get("WebhookOptions") or {}
        for organization in {hook.organization for hook in self._hooks} | wanted.keys():
            options = wanted.get(organization, {})
            if self._known.get(organization) != options:
                self._replace(organization, options)
        self._known = wanted
        self._listen()

    def _replace(self, organization: str, options: Document) -> None:
        for hook in self._hooks:
            if hook.organization == organization:
                hook.flush()
        self._hooks = [hook for hook in self._hooks if hook.organization != organization]
        for key, option in options.items():
            counts = self._counts.setdefault((organization, key), Counter())
            hook = Hook(organization, key, option, counts)
            self._hooks.append(hook)
            self._greet(hook)

    def _listen(self) -> None:
        listeners = self._emulator.events.listeners
        if self._hooks and self.hear not in listeners:
            listeners.append(self.hear)
        elif not self._hooks and self.hear in listeners:
            listeners.remove(self.hear)

    # Messages

    def _greet(self, hook: Hook) -> None:
        document = hello(self._emulator, hook.organization)
        listed = hook.option["WhiteListedEventTypes"]
        if not (self._emulator.switches["webhook_hello"] == "listed" and listed and document["Type"] not in listed):
            self._enqueue(hook, document)

    def hear(self, event: Event, document: Document) -> None:
        """Queue an event for every hook that wants it."""
        for hook in self._hooks:
            if hook.wants(event, document["Type"]):
                self._enqueue(hook, document)

    def _enqueue(self, hook: Hook, document: Document) -> None:
        if hook.queued >= self._emulator.switches["webhook_queue"]:
            hook.counts["dropped"] += 1
            return
        if hook.option["Level"] == "none":
            document = {name: value for name, value in document.items() if name != "Data"}
        hook.waiting.append(Message(orjson.dumps(document)))
        self._pump(hook)

    def _pump(self, hook: Hook) -> None:
        while hook.waiting and hook.sending < AT_ONCE:
            hook.sending += 1
            task = asyncio.create_task(self._deliver(hook, hook.waiting.popleft()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, hook: Hook, message: Message) -> None:
        emulator, problem = self._emulator, ""
        message.tries += 1
        try:
            target = parse_target(hook.option["URL"], anywhere=emulator.switches["webhook_targets"] == "any")
            seconds = emulator.switches["webhook_timeout_seconds"]
            status = await post(target, hook.headers(message), message.body, seconds)
            problem = "" if status == OK else f"HTTP status {status}"
        except (ValueError, h11.LocalProtocolError) as refusal:
            # Trying again would not help: it is the configuration that is wrong.
            problem, message.tries = str(refusal), emulator.switches["webhook_retries"] + 1
        except (OSError, h11.RemoteProtocolError) as failure:
            problem = str(failure) or type(failure).__name__
        hook.sending -= 1
        self._settle(hook, message, problem)
        self._pump(hook)

    def _settle(self, hook: Hook, message: Message, problem: str) -> None:
        """Count what became of a message, or plan its next try."""
        if not problem:
            hook.counts["delivered"] += 1
            return
        switches = self._emulator.switches
        self._emulator.log.warn(f"Webhook {hook.key!r}, tracing id {message.tracing}: {problem}")
        if hook.flushed:
            hook.counts["dropped"] += 1
        elif message.tries > switches["webhook_retries"]:
            hook.counts["failed"] += 1
        else:
            hook.resting += 1
            self._emulator.timers.after(switches["webhook_retry_seconds"], lambda: self._try_again(hook, message))

    def _try_again(self, hook: Hook, message: Message) -> None:
        if not hook.flushed:
            hook.resting -= 1
            hook.waiting.append(message)
            self._pump(hook)

    # Control and end

    def report(self) -> list[Document]:
        """For each hook there is or was: its tenant, its key, and how many messages had which fate.

        ``queued`` are those without a fate yet; ``resting`` are those of them that wait for another try.
        """
        queued = {(hook.organization, hook.key): (hook.queued, hook.resting) for hook in self._hooks}
        return [
            {
                "organization": organization,
                "key": key,
                **dict(zip(("queued", "resting"), queued.get((organization, key), (0, 0)), strict=True)),
                **{fate: counts[fate] for fate in ("delivered", "dropped", "failed")},
            }
            for (organization, key), counts in self._counts.items()
        ]

    async def close(self) -> None:
        """End: what is on its way or waits has a last moment, the rest is dropped."""
        loop = asyncio.get_running_loop()
        until = loop.time() + LAST_SECONDS
        while self._tasks and loop.time() < until:
            await asyncio.wait(self._tasks, timeout=until - loop.time(), return_when=asyncio.FIRST_COMPLETED)
        self._running = False
        for hook in self._hooks:
            hook.flush()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
