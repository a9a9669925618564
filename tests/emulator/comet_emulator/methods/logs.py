"""The server's log, day by day."""

from __future__ import annotations

import io
import time
import zipfile

from ..core.errors import ApiError
from ..core.routing import Call, handles
from ..server.server_log import ServerLog


def _name(day: int) -> str:
    return time.strftime("cometd-%Y-%m-%d.log", time.gmtime(day))


def _text(call: Call, day: int) -> str:
    """The log of a day.

    Raises:
        ApiError: there is none of that day.
    """
    log = call.emulator.log
    if day not in log.days():
        raise call.unknown("log")
    return log.text(day)


def _zip(log: ServerLog, days: list[int]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for day in days:
            entry = zipfile.ZipInfo(_name(day), time.gmtime(day)[:6])
            archive.writestr(entry, log.text(day), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


@handles("AdminMetaListAvailableLogDays")
def list_days(call: Call) -> list[int]:
    """Days with a log, as the second each began, the newest first."""
    return call.emulator.log.days()


@handles("AdminMetaReadLogs")
def read_day(call: Call) -> bytes:
    """The log of one day."""
    return _text(call, call["Log"]).encode()


@handles("AdminMetaReadSelectLogs")
def read_days(call: Call) -> bytes:
    """Logs of the days asked for: as text one after the other, or a ZIP, as the switch ``select_logs`` says."""
    days = call["Logs"]
    if not days:
        raise ApiError(400, "No log is selected")
    texts = [_text(call, day) for day in days]
    return _zip(call.emulator.log, days) if call.switch("select_logs") == "zip" else "".join(texts).encode()


@handles("AdminMetaReadAllLogs")
def read_all(call: Call) -> bytes:
    """A ZIP of every log."""
    log = call.emulator.log
    return _zip(log, log.days())
