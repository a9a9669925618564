"""``POST /_control/job``: jobs that begin on a device by themselves, and jobs that end as a test wants it."""

from __future__ import annotations

from typing import Any

from ..devices.live import Connection
from ..emulator import Emulator
from .running import OUTCOMES, Order
from .workload import BACKUP

Document = dict[str, Any]

CLASSIFICATIONS = {
    "backup": BACKUP,
    "restore": 4002,
    "retention": 4003,
    "unlock": 4004,
    "delete": 4005,
    "remeasure": 4006,
    "update": 4007,
    "reindex": 4009,
    "deepverify": 4010,
    "uninstall": 4011,
}
FROM_ITEM = ("backup", "restore")


def _outcome(request: Document) -> int | None:
    name = request.get("outcome")
    if name is not None and name not in OUTCOMES:
        raise ValueError(f"outcome {name!r} is none of {', '.join(OUTCOMES)}")
    return None if name is None else OUTCOMES[name]


def _seconds(request: Document) -> float | None:
    seconds = request.get("seconds")
    if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or seconds < 0):
        raise ValueError("seconds must be a number from 0 on")
    return seconds


def _choose(wanted: Any, candidates: list[str], noun: str) -> str:
    """One of the candidates: the wanted one, or the first."""
    if wanted is None and candidates:
        return candidates[0]
    if wanted not in candidates:
        raise ValueError(f"the user has no {noun} {wanted!r}" if wanted else f"the user has no {noun}")
    return str(wanted)


def _connection(emulator: Emulator, username: str, device: str) -> Connection:
    """The device's live connection, or what it would be: a job may also begin and its device go offline."""
    row = emulator.store.row("user", username)
    assert row is not None
    return emulator.live.of_device(username, device) or emulator.live.new_connection(username, device, row)


def _start(emulator: Emulator, request: Document) -> str:
    profile = emulator.store.peek("user", str(request.get("user")))
    kind = str(request.get("kind", "backup"))
    if profile is None or kind not in CLASSIFICATIONS:
        raise ValueError(f"send an existing user, and a kind out of {', '.join(CLASSIFICATIONS)}")
    device = _choose(request.get("device"), list(profile["Devices"]), "device")
    items = [key for key, source in profile["Sources"].items() if source["OwnerDevice"] in ("", device)]
    order = Order(CLASSIFICATIONS[kind], seconds=_seconds(request), outcome=_outcome(request))
    if kind in FROM_ITEM:
        order.source = _choose(request.get("source"), items, "Protected Item")
    if kind not in ("update", "uninstall"):
        order.destination = _choose(request.get("destination"), list(profile["Destinations"]), "Storage Vault")
    order.details = {"snapshots": request.get("snapshots", []), "forget": False}
    return emulator.jobs.start(_connection(emulator, profile["Username"], device), order)


def control_job(emulator: Emulator, request: Document) -> Document:
    """Begin a job on a user's device, or with ``job`` decide how a running one ends; answers the job's id.

    ``{"user", "device", "kind", "source", "destination", "outcome", "seconds"}``: all but the user may be left out.

    Raises:
        ValueError: the request makes no sense.
    """
    with emulator.changing(str(request.get("user", ""))):
        job = request.get("job")
        if job is None:
            return {"job": _start(emulator, request)}
        try:
            emulator.jobs.alter(str(job), outcome=_outcome(request), seconds=_seconds(request))
        except KeyError:
            raise ValueError(f"no device works on a job {job!r}") from None
        return {"job": job}
