"""Replication to other servers: a queue for each of them, which gets shorter as time passes."""

from __future__ import annotations

from typing import Any

import orjson

from ..core.routing import PLAUSIBLE, Call, handles
from ..core.store import Row
from ..emulator import Emulator
from ..server.routine import every_hour

WORKERS = 10

LIST_WORKER, LIST_RUNNING, LIST_FINISHED, WORKERS_STARTED = 1, 2, 4, 8
"""Bits of ``REPLICATOR_STATE``."""

USERS, STORAGE = 101, 100
"""``REPLICATOR_DISPLAYCLASS``."""

ROLES = (("AuthenticationRole", USERS, ("user", "policy")), ("StorageRole", STORAGE, ("bucket",)))
"""Role, how it is shown, and kinds of documents that it replicates."""


class Replicator:
    """What was replicated to one server of one role, and what waits."""

    def __init__(self, emulator: Emulator, kinds: tuple[str, ...], display: int) -> None:
        self._emulator = emulator
        self._kinds = kinds
        self._display = display
        self._done: dict[tuple[str, str], Row] = {}
        self._waiting = self._changed()
        self._looked = emulator.start_time
        self._rest = 0.0
        self._items = self._bytes = self._submitted = 0
        self._finished = False

    def _changed(self) -> dict[tuple[str, str], Row]:
        """Documents that differ from what was replicated, oldest first."""
        store = self._emulator.store
        rows = ((kind, key, row) for kind in self._kinds for key, row in store.rows(kind).items())
        return {(kind, key): row for kind, key, row in rows if self._done.get((kind, key)) is not row}

    def _size(self, row: Row) -> int:
        return int(orjson.loads(row.body)["Size"]["Size"]) if self._display == STORAGE else len(row.body)

    def work(self) -> None:
        """Replicate as much of the queue as time since the last look allows, then see what else has changed."""
        now = self._emulator.clock.now()
        able = self._rest + (now - self._looked) * self._emulator.switches["replication_items_per_second"]
        self._looked, self._rest = now, able % 1
        for place in list(self._waiting)[: int(able)]:
            row = self._waiting.pop(place)
            self._done[place] = row
            self._items += 1
            self._bytes += self._size(row)
            self._submitted = now
        self._finished = self._finished or not self._waiting
        self._waiting = self._changed()

    def state(self, server: dict[str, Any]) -> dict[str, Any]:
        """A ``ReplicatorStateAPIResponse``."""
        self.work()
        listing = LIST_FINISHED if self._finished else LIST_RUNNING
        return {
            "Description": server["Description"],
            "RemoteServerID": server.get("RemoteAddress", ""),
            "DisplayClass": self._display,
            "ActiveWorkers": min(WORKERS, len(self._waiting)),
            "TotalWorkers": WORKERS,
            "State": LIST_WORKER | listing | WORKERS_STARTED,
            "ItemsQueued": len(self._waiting),
            "BytesQueued": sum(map(self._size, self._waiting.values())),
            "LastWorkerSubmitTime": self._submitted,
            "CurrentTime": self._emulator.clock.now(),
            "ItemsReplicated": self._items,
            "BytesReplicated": self._bytes,
        }


class Replication:
    """The replicators of this run of the server."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._replicators: dict[tuple[str, int], Replicator] = {}

    def states(self) -> list[dict[str, Any]]:
        """One entry for each server that something is replicated to."""
        return [replicator.state(server) for server, replicator in self._running()]

    def work(self) -> None:
        """Let every replicator go on."""
        for _unused, replicator in self._running():
            replicator.work()

    def _running(self) -> list[tuple[dict[str, Any], Replicator]]:
        found = []
        for role, display, kinds in ROLES:
            options = self._emulator.config[role]
            for index, server in enumerate(options["ReplicateTo"] if options["RoleEnabled"] else ()):
                if (role, index) not in self._replicators:
                    self._replicators[role, index] = Replicator(self._emulator, kinds, display)
                found.append((server, self._replicators[role, index]))
        return found


@every_hour
def replicate(emulator: Emulator) -> None:
    """See what has changed, also when nobody asks."""
    emulator.part(Replication).work()


@handles("AdminReplicationState", coverage=PLAUSIBLE, reason="nothing is sent; the queues only behave as if it were")
def replication_state(call: Call) -> list[dict[str, Any]]:
    """Queues of every server that is replicated to."""
    return call.emulator.part(Replication).states()
