"""The server's log: what is in it, what is not, and how it is read."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from typing import Any

DAY = 24 * 3600


def today(server: Any) -> str:
    day = server.ok("meta/list-available-log-days")[0]
    text: str = server.raw("meta/read-logs", Log=day).text
    return text


def test_log_tells_of_logins_changes_and_refusals(server: Any) -> None:
    server.user("alice", "very-secret-password")
    server.ok("account/session-start")
    server.refused("list-users", 403, login={"Username": "mallory", "AuthType": "Password", "Password": "guess-work"})
    server.refused("get-user-profile", 400, TargetUser="nobody")
    text = today(server)
    assert "admin 'admin': AdminAddUser TargetUser=alice" in text
    assert "/api/v1/admin/account/session-start" in text
    assert "[WARN] Login failed for 'mallory' from 127.0.0.1" in text
    assert "AdminGetUserProfile refused with 400: User not found" in text
    assert "very-secret-password" not in text
    assert "guess-work" not in text


def test_names_cannot_forge_lines(server: Any) -> None:
    server.refused("list-users", 403, login={"Username": "x\n2020-01-01 [INFO] fine", "AuthType": "Password"})
    assert not any(line.startswith("2020") for line in today(server).splitlines())


def test_days(start: Any) -> None:
    server = start()
    assert server.ok("meta/list-available-log-days") == [int(time.time()) // DAY * DAY]
    server.user()
    server.control("clock", {"advance": DAY})
    server.user("berta")
    days = server.ok("meta/list-available-log-days")
    assert [days[0] - day for day in days] == [0, DAY]
    assert "berta" in server.raw("meta/read-logs", Log=days[0]).text
    assert "berta" not in server.raw("meta/read-logs", Log=days[1]).text
    assert server.raw("meta/read-logs", Log=days[1]).headers["Content-Type"].startswith("text/plain")
    server.refused("meta/read-logs", 400, Log=days[1] - DAY)

    both = server.raw("meta/read-select-logs", Logs=days).text
    assert "alice" in both
    assert "berta" in both
    server.refused("meta/read-select-logs", 400, Logs=[])
    server.refused("meta/read-select-logs", 400, Logs=[5])
    everything = server.raw("meta/read-all-logs")
    assert everything.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(everything.content)) as archive:
        assert len(archive.namelist()) == len(days)
        assert b"berta" in archive.read(archive.namelist()[0])
    server.switch(select_logs="zip")
    with zipfile.ZipFile(io.BytesIO(server.raw("meta/read-select-logs", Logs=days[:1]).content)) as archive:
        assert len(archive.namelist()) == 1


def test_seeds_have_a_past(start: Any) -> None:
    server = start("--seed", "demo")
    days = server.ok("meta/list-available-log-days")
    assert len(days) > 7
    assert all(server.raw("meta/read-logs", Log=day).text for day in days)


def test_log_outlives_the_process(start: Any, tmp_path: Path) -> None:
    first = start("--data", str(tmp_path))
    first.user()
    first.stop()
    assert "TargetUser=alice" in today(start("--data", str(tmp_path)))


def test_reading_the_log_is_for_the_top_level(server: Any) -> None:
    server.tenant()
    for path in ("meta/list-available-log-days", "meta/read-all-logs"):
        server.refused(path, 403, login=server.as_tenant())
