"""Mail that the server would send: none leaves, all of it can be read by ``GET /_control/outbox``."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from ..core.errors import ApiError
from ..emulator import Emulator

Options = dict[str, Any]

ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>.]+(\.[^@\s<>.]+)+")
UNDELIVERABLE = ".invalid"
"""The domain that is reserved for addresses that do not exist: mail to it fails."""

REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Message:
    """One mail. ``purpose`` is test, report, bulletin or job."""

    purpose: str
    sender: str
    recipients: list[str]
    subject: str
    text: str
    html: str = ""


def options_of(emulator: Emulator, organization: str) -> Options:
    """The ``EmailOptions`` that a tenant's mails are sent with: a mode of "" inherits how the server sends."""
    server: Options = emulator.config["Email"]
    own: Options = emulator.settings_of(organization)["Email"]
    if own["Mode"]:
        return own
    return {**server, **{name: own[name] for name in ("FromEmail", "FromName") if own[name]}}


def sender_of(options: Options) -> str:
    """The sender of mails with these options, as a mail shows it."""
    return f"{options['FromName']} <{options['FromEmail']}>" if options["FromName"] else options["FromEmail"]


def check_addresses(addresses: list[str]) -> None:
    """Refuse what is no e-mail address.

    Raises:
        ApiError: 400.
    """
    for address in addresses:
        if not ADDRESS.fullmatch(address):
            raise ApiError(400, f"Invalid email address {address!r}")


def check_delivery(options: Options) -> None:
    """Refuse options that cannot send anything.

    Raises:
        ApiError: 400.
    """
    if options["Mode"] == "disabled":
        raise ApiError(400, "Email delivery is disabled")
    if options["Mode"] in ("smtp", "smtp-ssl") and not options.get("SMTPHost"):
        raise ApiError(400, "The mail server has no host name")


class Outbox:
    """Mails sent since the process started, the newest last."""

    LASTING = True

    def __init__(self, _unused: Emulator) -> None:
        self._messages: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)

    def add(self, message: Message, moment: int, problem: str) -> None:
        """Keep a mail with the second it left, or with why it could not."""
        self._messages.append({"time": moment, **asdict(message), "error": problem})

    def report(self) -> list[dict[str, Any]]:
        """Mails that left, and those that failed (``error`` is not empty), oldest first."""
        return list(self._messages)


class Mail:
    """What happens to mails in this run of the server: how many wait, were sent, failed."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.sent = self.failed = self.waiting = 0

    def send(self, options: Options, message: Message) -> None:
        """Put a mail into the queue; it leaves after the switch ``mail_seconds``."""
        self.waiting += 1
        wait: float = self._emulator.switches["mail_seconds"]
        if wait:
            self._emulator.timers.after(wait, lambda: self._deliver(options, message))
        else:
            self._deliver(options, message)

    def _deliver(self, options: Options, message: Message) -> None:
        self.waiting -= 1
        problem = _problem(options, message)
        if problem:
            self.failed += 1
            self._emulator.log.warn(f"Mail {message.subject!r} could not be sent: {problem}")
        else:
            self.sent += 1
        self._emulator.part(Outbox).add(message, self._emulator.clock.now(), problem)


def _problem(options: Options, message: Message) -> str:
    """Why a mail cannot be delivered, or ``""``."""
    try:
        check_delivery(options)
        check_addresses(message.recipients)
    except ApiError as problem:
        return problem.message
    lost = [address for address in message.recipients if address.endswith(UNDELIVERABLE)]
    return f"no mail server for {', '.join(lost)}" if lost else ""
