"""What the switches about live events change, for ``test_switches``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from websockets.exceptions import ConnectionClosed

from ansible_collections.comet.backup.tests.unit.emulator.listening import Receiver, knock, listen, wait_for

SOON = 0.6
"""Seconds that are long for a value of the switch and short for its default."""

VALUES = {
    "stream_queue": 1,
    "stream_login_seconds": 0.05,
    "webhook_retries": 0,
    "webhook_retry_seconds": 0.02,
    "webhook_timeout_seconds": 0.05,
    "webhook_queue": 1,
}


@contextmanager
def hooked(server: Any, statuses: tuple[int, ...] = (), *, silent: bool = False, **members: Any) -> Iterator[Receiver]:
    """A receiver of new users (and of HELLO), while it is the server's webhook."""
    receiver = Receiver()
    receiver.statuses = list(statuses)
    if silent:
        receiver.speaks.clear()
    try:
        option = {**receiver.option(WhiteListedEventTypes=[4100]), **members}
        option["URL"] = option["URL"].format(port=receiver.port)
        server.ok("meta/webhook-options/set", WebhookOptions={"a": option})
        yield receiver
    finally:
        server.ok("meta/webhook-options/set", WebhookOptions={})
        receiver.close()


def fates(server: Any) -> dict[str, int]:
    (counts,) = server.control("webhooks")["webhooks"]
    return {fate: counts[fate] for fate in ("queued", "delivered", "dropped", "failed")}


def soon(condition: Callable[[], bool]) -> bool:
    """Whether a condition becomes true soon."""
    until = time.monotonic() + SOON
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    return condition()


def event_data(server: Any) -> Any:
    server.control("events/reset", {})
    server.ok("storage/register-bucket")
    return "Data" in server.control("events")["events"][-1]


def stream_queue(server: Any) -> Any:
    server.ok("policies/set", PolicyID="p", Policy={})
    for name in ("ann", "bea", "cid"):
        profile = server.user(name)
        server.ok("set-user-profile", TargetUser=name, ProfileData={**profile, "PolicyID": "p"})
    with listen(server):
        server.ok("policies/set", PolicyID="p", Policy={"Policy": {"PreventNewProtectedItem": True}})
        return server.control("state")["open"]["streams"]


def stream_login_seconds(server: Any) -> Any:
    with knock(server) as socket:
        try:
            socket.recv(SOON)
        except TimeoutError:
            return "still waiting"
        except ConnectionClosed:
            return "closed"
    raise AssertionError("nothing was to be said")


def webhook_retries(server: Any) -> Any:
    def over() -> bool:
        server.control("clock", {"advance": 11})
        return fates(server)["queued"] == 0

    with hooked(server, (500,)) as receiver:
        wait_for(over, "the end of all tries")
        return len(receiver.requests)


def webhook_retry_seconds(server: Any) -> Any:
    with hooked(server, (500,)) as receiver:
        return soon(lambda: len(receiver.requests) == 2)


def webhook_timeout_seconds(server: Any) -> Any:
    server.switch(webhook_retries=0)
    with hooked(server, silent=True):
        return soon(lambda: fates(server)["failed"] == 1)


def webhook_queue(server: Any) -> Any:
    with hooked(server, silent=True):
        server.user()
        return fates(server)


def webhook_hello(server: Any) -> Any:
    with hooked(server) as receiver:
        server.user()
        wait_for(lambda: fates(server)["queued"] == 0, "an empty queue")
        return sorted(receiver.names)


def webhook_targets(server: Any) -> Any:
    server.switch(webhook_retries=0)
    # Not a loopback address, but on the machine itself all the same.
    with hooked(server, URL="http://0.0.0.0:{port}/"):
        wait_for(lambda: fates(server)["queued"] == 0, "an empty queue")
        return fates(server)


PROBES: dict[str, Callable[[Any], Any]] = {
    probe.__name__: probe
    for probe in (
        event_data,
        stream_queue,
        stream_login_seconds,
        webhook_retries,
        webhook_retry_seconds,
        webhook_timeout_seconds,
        webhook_queue,
        webhook_hello,
        webhook_targets,
    )
}
