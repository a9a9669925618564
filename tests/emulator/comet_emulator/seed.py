"""What a new server starts with."""

from __future__ import annotations

from .emulator import Emulator
from .seed_demo import seed_demo
from .seed_users import seed_users

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
