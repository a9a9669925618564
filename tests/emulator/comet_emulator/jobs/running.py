"""Jobs that run: from the order to a device until the last word about it, while simulated time passes.

A running job is a document of kind "job", which clients of the API see, and one of kind "work", which says what the
device still has to do. Work is only done while the device is online; it outlives restarts of server and process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..core.passwords import guid
from ..devices.live import Connection
from .job_log import RUNNING, WARNING, first_lines, last_line, line, progress_line, write_log
from .workload import BACKUP, over_quota, vault_size, workload

if TYPE_CHECKING:
    from ..emulator import Emulator

Document = dict[str, Any]

ACTIVE, REVIVED = 6001, 6002
SUCCESS, TIMEOUT, WARNED, QUOTA, CANCELLED, ABANDONED = 5000, 7000, 7001, 7003, 7005, 7007

OUTCOMES = {
    "success": SUCCESS,
    "timeout": TIMEOUT,
    "warning": WARNED,
    "error": 7002,
    "quota": QUOTA,
    "cancelled": CANCELLED,
}
"""How a job that runs can end, by the names that switches and control calls use."""

KINDS = ("job", "job_log", "work", "snapshot")
"""Kinds of documents that go with their user or tenant."""

REPORTS = 8
"""How often a job tells of its progress, all in all."""

LONGEST_SILENCE = 5.0
"""Seconds between two reports of a long job."""

LOOK_AGAIN = 0.5
"""Seconds after which is looked again whether an offline device is back."""

Effect = Callable[["Emulator", Document, Document], None]

EFFECTS: dict[int, list[Effect]] = {}


def when_ended(*classifications: int) -> Callable[[Effect], Effect]:
    """Register what follows the end of jobs of certain kinds, whatever their ``Status`` is then.

    The function gets the job's document and its order's ``details``; it runs inside the transaction that ends the job.
    """

    def register(effect: Effect) -> Effect:
        for classification in classifications:
            EFFECTS.setdefault(classification, []).append(effect)
        return effect

    return register


@dataclass(slots=True)
class Order:
    """What a device is told to do. ``seconds`` and ``outcome`` (a ``Status``) are the switches' unless given.

    ``retry`` counts the tries before; ``started`` is a time of the server's clock in the past, or None for now;
    ``stop_after`` are seconds, 0 for never; ``totals`` overrides counted members of the job; ``details`` are for what
    follows the job.
    """

    classification: int
    source: str = ""
    destination: str = ""
    rule: str = ""
    snapshot: str = ""
    tags: str = ""
    retry: int = 0
    seconds: float | None = None
    outcome: int | None = None
    started: float | None = None
    stop_after: float = 0.0
    totals: Document = field(default_factory=dict)
    details: Document = field(default_factory=dict)


class Jobs:
    """The running jobs of one server."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._seen: dict[str, float] = {}
        """When work on a job was last looked after, by the monotonic clock."""

    # Beginning

    def start(self, connection: Connection, order: Order) -> str:
        """Let a device begin a job, inside a transaction; gives the job's id."""
        emulator = self._emulator
        profile = emulator.store.peek("user", connection.username) or {}
        work = self._work(profile, order)
        began = emulator.clock.time() if order.started is None else order.started
        vault = profile["Destinations"].get(order.destination)
        job: Document = {
            **self._document(connection, order, int(began)),
            "Status": ACTIVE,
            "SnapshotID": order.snapshot,
            "CancellationID": guid(),
            "Progress": self._progress(work, int(began), 1),
        }
        if vault is not None:
            job["DestinationSizeStart"] = self._measured(vault_size(vault), int(began))
        self.store(job, connection.organization)
        write_log(emulator, job, *first_lines(job))
        self._save_work(job, work, connection.organization)
        self._seen[job["GUID"]] = emulator.clock.monotonic() - (emulator.clock.time() - began)
        self._look_later(job["GUID"], work)
        return str(job["GUID"])

    def _work(self, profile: Document, order: Order) -> Document:
        emulator = self._emulator
        totals = {**workload(profile, order.classification, order.source), **order.totals}
        outcome = OUTCOMES[emulator.switches["job_outcome"]] if order.outcome is None else order.outcome
        seconds = emulator.switches["job_seconds"] if order.seconds is None else order.seconds
        backs_up = order.classification == BACKUP and outcome == SUCCESS
        if backs_up and over_quota(emulator, profile, order.source, order.destination, totals):
            outcome = QUOTA
        if 0 < order.stop_after < seconds:
            outcome, seconds = TIMEOUT, order.stop_after
        return {"outcome": outcome, "seconds": seconds, "done": 0.0, "totals": totals, "details": order.details}

    def record(self, connection: Connection, order: Order, status: int, **members: Any) -> str:
        """Write down a job that never ran, ended as it began: missed or skipped. Gives its id."""
        began = int(self._emulator.clock.time() if order.started is None else order.started)
        job = {**self._document(connection, order, began), "Status": status, "EndTime": began, **members}
        self.store(job, connection.organization)
        write_log(self._emulator, job, last_line(job))
        return str(job["GUID"])

    @staticmethod
    def _document(connection: Connection, order: Order, began: int) -> Document:
        """What a job's document says about the order it comes from."""
        return {
            "GUID": guid(),
            "Username": connection.username,
            "Classification": order.classification,
            "StartTime": began,
            "RetryCount": order.retry,
            "SourceGUID": order.source,
            "DestinationGUID": order.destination,
            "DeviceID": connection.device,
            "BackupRuleGUID": order.rule,
            "ClientVersion": connection.version,
            "Tags": order.tags,
        }

    def resume(self) -> None:
        """Go on with all stored work that is not looked after yet: after a new start, or a restored state."""
        for job_id in self._emulator.store.rows("work"):
            work = self._emulator.store.peek("work", job_id)
            if job_id not in self._seen and work is not None:
                self._seen[job_id] = self._emulator.clock.monotonic()
                self._look_later(job_id, work)

    # Asking

    def of_user(self, username: str) -> list[Document]:
        """Unfinished jobs that devices of a user work on, for reading."""
        store = self._emulator.store
        found = [store.peek("job", key) for key, row in store.rows("work").items() if row.parent == username]
        return [job for job in found if job and job["Status"] in RUNNING]

    def of_device(self, username: str, device: str) -> list[Document]:
        """Unfinished jobs that one device works on, for reading."""
        return [job for job in self.of_user(username) if job["DeviceID"] == device]

    def same_work(self, connection: Connection, order: Order) -> Document | None:
        """The unfinished job of a device that does what an order wants, at the time when that would begin."""
        wanted = (order.classification, order.source, order.destination)
        began = self._emulator.clock.time() if order.started is None else order.started
        for job in self.of_device(connection.username, connection.device):
            does = (job["Classification"], job["SourceGUID"], job["DestinationGUID"])
            if does == wanted and self.ends_at(job["GUID"]) > began:
                return job
        return None

    def ends_at(self, job_id: str) -> float:
        """When the work on a job will be done if nothing comes between, by the server's clock."""
        emulator = self._emulator
        work = emulator.store.peek("work", job_id) or {"seconds": 0.0, "done": 0.0}
        since = emulator.clock.monotonic() - self._seen.get(job_id, emulator.clock.monotonic())
        left: float = work["seconds"] - work["done"] - since
        return emulator.clock.time() + left

    # Changing

    def store(self, job: Document, organization: str) -> Document:
        """Store a job in its final shape and give that back."""
        shaped: Document = self._emulator.take("BackupJobDetail", job, "job")
        self._emulator.store.put("job", job["GUID"], shaped, organization=organization, parent=job["Username"])
        return shaped

    def alter(self, job_id: str, *, outcome: int | None = None, seconds: float | None = None) -> None:
        """Let a running job end otherwise than planned, inside a transaction.

        Raises:
            KeyError: no work is being done for such a job.
        """
        row, work = self._emulator.store.row("work", job_id), self._emulator.store.document("work", job_id)
        if row is None or work is None:
            raise KeyError(job_id)
        work.update({} if outcome is None else {"outcome": outcome})
        work.update({} if seconds is None else {"seconds": seconds})
        self._emulator.store.put("work", job_id, work, organization=row.organization, parent=row.parent)

    def end(self, job_id: str, status: int, ended: float | None = None) -> None:
        """End a job with a status, inside a transaction; its device stops working on it.

        ``ended`` is a time of the server's clock, now when None. An abandoned job keeps its work: its device may be
        alive and will say so.
        """
        emulator = self._emulator
        row, job = emulator.store.row("job", job_id), emulator.store.document("job", job_id)
        if row is None or job is None:
            raise KeyError(job_id)
        work = emulator.store.document("work", job_id)
        moment = int(emulator.clock.time() if ended is None else ended)
        job.update(Status=status, EndTime=max(moment, job["StartTime"]), CancellationID="")
        job.pop("Progress", None)
        if work is not None:
            self._count(job, work)
        job = self.store(job, row.organization)
        write_log(emulator, job, last_line(job))
        if status == ABANDONED:
            return
        if work is not None:
            emulator.store.delete("work", job_id)
            for effect in EFFECTS.get(job["Classification"], ()):
                effect(emulator, job, work["details"])

    def _count(self, job: Document, work: Document) -> None:
        """Write into a job that ends how much of its work was done."""
        share = min(1.0, work["done"] / work["seconds"]) if work["seconds"] else 1.0
        if job["Status"] in (SUCCESS, WARNED):
            share = 1.0
            if job["Classification"] == BACKUP:
                job["SnapshotID"] = guid()
        job.update({name: int(total * share) for name, total in work["totals"].items()})
        if "DestinationSizeStart" in job:
            size = job["DestinationSizeStart"]["Size"] + job["UploadSize"]
            job["DestinationSizeEnd"] = self._measured(size, job["EndTime"])

    def move(self, username: str, organization: str) -> None:
        """A user's jobs go with the user to another tenant, inside a transaction."""
        store = self._emulator.store
        for kind in KINDS:
            for key, row in list(store.rows(kind).items()):
                if row.parent == username:
                    store.put(kind, key, row.body, organization=organization, parent=username)

    # As time passes

    def _look_later(self, job_id: str, work: Document) -> None:
        left = max(0.0, work["seconds"] - work["done"])
        passed = self._emulator.clock.monotonic() - self._seen[job_id]
        wait = min(LONGEST_SILENCE, work["seconds"] / REPORTS, left) - passed
        self._emulator.timers.after(max(0.0, wait), lambda: self._look(job_id))

    def _look(self, job_id: str) -> None:
        """Account for the time since the last look, when the device was online."""
        emulator = self._emulator
        job, work = emulator.store.document("job", job_id), emulator.store.document("work", job_id)
        if job is None or work is None or (job["Status"] not in RUNNING and job["Status"] != ABANDONED):
            self._forget(job_id)
            return
        now = emulator.clock.monotonic()
        passed = now - self._seen.get(job_id, now)
        self._seen[job_id] = now
        if emulator.live.of_device(job["Username"], job["DeviceID"]) is None:
            self._wait_for_device(job)
            return
        work["done"] += passed
        with emulator.changing():
            self._report(job, work)

    def _report(self, job: Document, work: Document) -> None:
        """A report of the device: progress, or the end."""
        emulator, late = self._emulator, work["done"] - work["seconds"]
        row = emulator.store.row("job", job["GUID"])
        assert row is not None
        now = emulator.clock.time()
        if job["Status"] == ABANDONED:
            job.update(Status=REVIVED, EndTime=0, CancellationID=guid())
            write_log(emulator, job, line(int(now), WARNING, "The device still works on this job"))
        self._save_work(job, work, row.organization)
        if late >= 0:
            self._seen.pop(job["GUID"], None)
            self.end(job["GUID"], work["outcome"], now - late)
            return
        last = job.get("Progress") or self._progress(work, int(now), 0)
        job["Progress"] = self._progress(work, int(now), last["Counter"] + 1)
        self.store(job, row.organization)
        if self._parts_done(job["Progress"]) > self._parts_done(last):
            write_log(emulator, job, progress_line(int(now), job["Progress"]))
        self._look_later(job["GUID"], work)

    def _wait_for_device(self, job: Document) -> None:
        """The device is offline: nothing happens, until the switch says that this has taken too long."""
        emulator = self._emulator
        limit = emulator.switches["job_timeout_seconds"]
        heard = (job.get("Progress") or {}).get("RecievedTime", emulator.clock.now())
        if limit and job["Status"] in RUNNING and emulator.clock.now() - heard >= limit:
            with emulator.changing():
                self.end(job["GUID"], TIMEOUT)
            self._seen.pop(job["GUID"], None)
            return
        emulator.timers.after(LOOK_AGAIN, lambda: self._look(job["GUID"]))

    def _forget(self, job_id: str) -> None:
        self._seen.pop(job_id, None)
        with self._emulator.changing():
            self._emulator.store.delete("work", job_id)

    def _save_work(self, job: Document, work: Document, organization: str) -> None:
        self._emulator.store.put("work", job["GUID"], work, organization=organization, parent=job["Username"])

    @staticmethod
    def _parts_done(progress: Document) -> int:
        """How many of the parts that the log tells of are done."""
        return int(progress["ItemsDone"] * REPORTS // max(1, progress["ItemsTotal"]))

    @staticmethod
    def _progress(work: Document, now: int, counter: int) -> Document:
        share = min(1.0, work["done"] / work["seconds"]) if work["seconds"] else 0.0
        files, size = work["totals"]["TotalFiles"], work["totals"]["TotalSize"]
        return {
            "Counter": counter,
            "SentTime": now,
            "RecievedTime": now,
            "BytesDone": int(size * share),
            "ItemsDone": int(files * share),
            "ItemsTotal": files,
        }

    @staticmethod
    def _measured(size: int, moment: int) -> Document:
        return {"Size": size, "MeasureStarted": moment, "MeasureCompleted": moment}
