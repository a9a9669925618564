"""How much there is of what a licence counts, now and in the past."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..core.store import Row
from ..emulator import Emulator
from .routine import HOUR, every_hour
from .server_log import midnight

NAMES = ("Buckets", "Users", "Devices", "Boosters", "NetworkDevices")

FREE_ENGINES = (b'"Engine":"engine1/file"', b'"Engine":"engine1/systemstate"', b'"Engine":"engine1/windisk"')
"""Engines that need no booster; each Protected Item of another one is counted as a booster."""

KEPT = 24 * 400
"""Samples that are kept: more than a year of one for each hour."""

Counts = dict[str, int]


def devices_of(row: Row) -> int:
    """How many devices a stored user has, without parsing the profile."""
    return row.body.count(b'"FriendlyName":')


def _boosters_of(row: Row) -> int:
    body = row.body
    return body.count(b'"OwnerDevice":"') - sum(body.count(engine) for engine in FREE_ENGINES)


class Counters:
    """Counts by tenant; counted again only after something was written."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._revision = -1
        self._by_tenant: dict[str, Counter[str]] = {}
        self._known: dict[str, tuple[Row, int, int]] = {}
        """Users with their devices and boosters, so that only changed profiles are looked at again."""

    def by_tenant(self) -> dict[str, Counter[str]]:
        """Counts of each tenant that has any, ``""`` for what belongs to none."""
        store = self._emulator.store
        if self._revision != store.revision:
            self._revision, self._by_tenant = store.revision, self._count()
        return self._by_tenant

    def _count(self) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        known = {}
        for key, row in self._emulator.store.rows("user").items():
            seen = self._known.get(key)
            if seen is None or seen[0] is not row:
                seen = (row, devices_of(row), max(0, _boosters_of(row)))
            known[key] = seen
            counts = found.setdefault(row.organization, Counter())
            counts["Users"] += 1
            counts["Devices"] += seen[1]
            counts["Boosters"] += seen[2]
        self._known = known
        for row in self._emulator.store.rows("bucket").values():
            found.setdefault(row.organization, Counter())["Buckets"] += 1
        return found

    def total(self) -> Counts:
        """Counts of the whole server, as a ``StatResult``."""
        return _sum(self.by_tenant())


def _sum(by_tenant: dict[str, Counter[str]]) -> Counts:
    total: Counter[str] = sum(by_tenant.values(), Counter())
    return {name: total[name] for name in NAMES}


class History:
    """Counts of past hours. A new server knows its first day from the midnight before it started."""

    LASTING = True

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._samples: dict[int, dict[str, Counter[str]]] = {}
        self._sample(midnight(emulator.start_time))

    def _sample(self, moment: int) -> None:
        self._samples[moment] = dict(self._emulator.part(Counters).by_tenant())
        while len(self._samples) > KEPT:
            del self._samples[next(iter(self._samples))]

    def remember(self) -> None:
        """Keep the counts of this moment for every hour since the last sample; time may have passed at once."""
        now, last = self._emulator.clock.now(), max(self._samples)
        for moment in range(max(last, now - KEPT * HOUR) + HOUR, now + 1, HOUR):
            self._sample(moment)

    def series(self, organization: str, *, simple: bool) -> dict[int, Counts]:
        """Second to ``StatResult`` of a tenant, or of the whole server, up to now; ``simple`` drops repetitions."""
        counters = self._emulator.part(Counters)
        found: dict[int, Counts] = {}
        last: Any = None
        for moment, sample in {**self._samples, self._emulator.clock.now(): counters.by_tenant()}.items():
            counts = _sum({organization: sample.get(organization, Counter())} if organization else sample)
            if not simple or counts != last:
                found[moment] = last = counts
        return found


@every_hour
def remember_counts(emulator: Emulator) -> None:
    """Add a sample to the history."""
    emulator.part(History).remember()
