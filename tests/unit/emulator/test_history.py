"""Jobs of the past that a test writes into the history."""

from __future__ import annotations

from typing import Any

import pytest

JOB = {"GUID": "g1", "Username": "alice", "Status": 7002, "StartTime": 5, "EndTime": 9}


def test_history_is_written(server: Any) -> None:
    acme = server.tenant()
    server.user("alice", TargetOrganization=acme)
    assert server.control("history", {"jobs": [JOB, {**JOB, "GUID": "g2", "Username": "gone"}]}) == {"jobs": 2}
    assert JOB.items() <= server.ok("get-job-properties", JobID="g1").items()
    assert [job["GUID"] for job in server.ok("get-jobs-all", login=server.as_tenant())] == ["g1"]
    assert len(server.ok("get-jobs-all")) == 2


@pytest.mark.parametrize(
    "body", [{}, {"jobs": {}}, {"jobs": [{}]}, {"jobs": [{**JOB, "Username": ""}]}, {"jobs": [{**JOB, "Status": "x"}]}]
)
def test_history_that_is_none(server: Any, body: dict[str, Any]) -> None:
    before = server.digest()
    answer = server.http.post(f"{server.url}_control/history", json=body, timeout=20)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert server.digest() == before
