"""What a new server starts with."""

from __future__ import annotations

from ..emulator import Emulator
from ..server.server_log import DAY, midnight
from .seed_demo import seed_demo
from .seed_users import seed_users

PAST_DAYS = 14
NIGHT = 2 * 3600
"""Days with a log before today, and the second of each at which the server logged something."""

SEEDS = "empty, demo, or users=N"


class SeedError(ValueError):
    """No such seed."""


def seed(emulator: Emulator, name: str) -> None:
    """Fill a new server; the same name always gives the same documents, apart from times and keys.

    Raises:
        SeedError: the name is none of ``SEEDS``.
    """
    kind, _unused, number = name.partition("=")
    if name == "demo":
        seed_demo(emulator)
    elif kind == "users" and number.isdigit():
        seed_users(emulator, int(number))
    elif name not in ("", "empty"):
        raise SeedError(f"unknown seed {name!r}; there are {SEEDS}")
    if emulator.store.rows("user"):
        _log_past(emulator)


def _log_past(emulator: Emulator) -> None:
    """Give a server that has documents of old days a log of the last of them."""
    today = midnight(emulator.clock.now())
    for day in range(today - PAST_DAYS * DAY, today, DAY):
        users = len(emulator.store.rows("user"))
        emulator.log.write("INFO", f"Nightly maintenance: {users} users looked after", day + NIGHT)
