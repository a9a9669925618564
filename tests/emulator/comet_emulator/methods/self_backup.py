"""The server's backup of itself: its targets, when they run, and what a run leaves behind."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import orjson

from ..core.errors import ApiError
from ..core.passwords import guid
from ..core.routing import PLAUSIBLE, Call, handles
from ..emulator import Emulator, Stored
from ..jobs.schedules import next_run
from ..server.locations import LOCAL, check_location
from ..server.routine import every_minute

Options = dict[str, Any]

JOBS = frozenset({"job", "job_log", "work"})


def _entries(emulator: Emulator, options: Options) -> list[tuple[str, bytes]]:
    """Name and content of everything that a backup with these options holds."""
    tenant = options.get("RestrictToSingleOrgID", "")
    kinds = emulator.store.counts()
    found = [
        (f"{kind}/{key.replace('/', '_') or '_'}.json", row.body)
        for kind in kinds
        if not (options["ExcludeJobsDB"] and kind in JOBS)
        for key, row in emulator.store.rows(kind).items()
        if not tenant or row.organization == tenant
    ]
    if options["IncludeServerLogs"] and not tenant:
        log = emulator.log
        found += [(f"logs/{day}.log", log.text(day).encode()) for day in log.days()]
    return found


def _folder(emulator: Emulator, location: dict[str, Any]) -> Path | None:
    """The directory to write to: only a local path inside the server's own data directory."""
    if location["DestinationType"] != LOCAL or emulator.data is None:
        return None
    root = emulator.data.resolve()
    path = (root / location["LocalcopyPath"]).resolve()
    return path if path.is_relative_to(root) else None


def back_up(emulator: Emulator, options: Options) -> int:
    """Write a backup where that is possible here, and give its size in bytes.

    Raises:
        ApiError: 400, the location makes no sense.
    """
    check_location(options["Location"])
    entries = _entries(emulator, options)
    folder = _folder(emulator, options["Location"])
    if folder is None:
        return sum(len(content) for _unused, content in entries)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"self-backup-{emulator.clock.now()}-{guid()[:8]}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", orjson.dumps({"Version": emulator.version_text, "Entries": len(entries)}))
        for name, content in entries:
            archive.writestr(name, content)
    return path.stat().st_size


class SelfBackup:
    """Runs of the configured targets; ``statistics`` has an entry for each, in their order."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._runs: dict[int, dict[str, Any]] = {}
        self._looked = float(emulator.start_time)

    def _targets(self) -> list[Options]:
        targets: list[Options] = self._emulator.config["SelfBackup"]["Targets"]
        return targets

    def statistics(self) -> list[dict[str, Any]]:
        """A ``SelfBackupStatistics`` for each target; members that are left out are zero."""
        return [self._runs.get(index, {}) for index in range(len(self._targets()))]

    def start_all(self) -> None:
        """Run every target that is not running; each ends after the switch ``self_backup_seconds``."""
        for index in range(len(self._targets())):
            self._start(index)

    def start_due(self) -> None:
        """Run targets whose schedule became due since the last look."""
        since, self._looked = self._looked, float(self._emulator.clock.now())
        for index, target in enumerate(self._targets()):
            moments = (next_run(entry, target["ScheduleTimezone"], since) for entry in target["Schedule"])
            if any(moment is not None and moment <= self._looked for moment in moments):
                self._start(index)

    def _start(self, index: int) -> None:
        run = self._runs.setdefault(index, {})
        if not run.get("CurrentRunStart"):
            run["CurrentRunStart"] = self._emulator.clock.now()
            self._emulator.timers.after(self._emulator.switches["self_backup_seconds"], lambda: self._end(index))

    def _end(self, index: int) -> None:
        emulator, run = self._emulator, self._runs[index]
        try:
            size, problem = back_up(emulator, self._targets()[index]), ""
        except (ApiError, OSError, IndexError) as failure:
            size, problem = 0, str(failure) or "the target is gone"
        began = run["CurrentRunStart"]
        run.update(LastRunStart=began, LastRunEnd=emulator.clock.now(), LastRunSuccess=not problem, LastRunSize=size)
        run["CurrentRunStart"] = 0
        note = emulator.log.warn if problem else emulator.log.info
        note(f"Self-backup to target {index + 1}: {problem or f'{size} bytes'}")


@every_minute
def run_due_targets(emulator: Emulator) -> None:
    """Run what the schedules of the targets ask for."""
    emulator.part(SelfBackup).start_due()


@handles(
    "AdminSelfBackupStart",
    coverage=PLAUSIBLE,
    reason="archives are only written below the data directory, as ZIP files of JSON instead of vaults",
)
def start(call: Call) -> Stored:
    """Run all targets."""
    if not call.emulator.config["SelfBackup"]["Targets"]:
        raise ApiError(400, "There is no target for self-backup")
    call.emulator.part(SelfBackup).start_all()
    return call.ok()


@handles(
    "AdminOrganizationExport",
    coverage=PLAUSIBLE,
    reason="archives are only written below the data directory, as ZIP files of JSON instead of vaults",
)
def export(call: Call) -> Stored:
    """Back up one tenant now, once the options make sense."""
    options = call["Options"]
    call.find("organization", options.get("RestrictToSingleOrgID", ""), "tenant")
    try:
        back_up(call.emulator, options)
    except OSError as problem:
        raise ApiError(500, f"The export failed: {problem.strerror}") from None
    return call.ok()
