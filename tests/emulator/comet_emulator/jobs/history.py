"""Jobs of the past, for tests that search a known history."""

from __future__ import annotations

from typing import Any

from ..emulator import Emulator

Document = dict[str, Any]


def control_history(emulator: Emulator, request: Document) -> Document:
    """Write jobs into the history as their devices once reported them; answers how many.

    ``{"jobs": [BackupJobDetail, …]}``: each with a ``GUID`` and a ``Username``, which need not exist any more.

    Raises:
        ValueError: the request makes no sense.
        ApiError: a job is no ``BackupJobDetail``.
    """
    jobs = request.get("jobs")
    if not isinstance(jobs, list):
        raise ValueError('send {"jobs": [...]}')
    shaped = [emulator.take("BackupJobDetail", job, "jobs") for job in jobs]
    if not all(job["GUID"] and job["Username"] for job in shaped):
        raise ValueError("every job needs a GUID and a Username")
    for job in shaped:
        owner = emulator.store.peek("user", job["Username"]) or {}
        organization = owner.get("OrganizationID", "")
        emulator.store.put("job", job["GUID"], job, organization=organization, parent=job["Username"])
    return {"jobs": len(shaped)}
