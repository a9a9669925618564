"""The job history, end users with a login of their own, and login addresses; on the demo seed."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module")
def demo(start_for_module: Any) -> Any:
    return start_for_module("--seed", "demo", "--set", "bcrypt_rounds=4")


def rule(field: str, operator: str, value: str) -> dict[str, str]:
    return {"RuleField": f"BackupJobDetail.{field}", "RuleOperator": operator, "RuleValue": value}


SUCCESS = rule("Status", "int_eq", "5000")
FAILED = rule("Status", "int_gte", "7000")
DIRECT = {"Username": "direct-01", "AuthType": "Password", "Password": "demo-password"}


def test_jobs_by_user_and_tenant(demo: Any) -> None:
    everything = demo.ok("get-jobs-all")
    assert len(everything) == 150
    assert len(demo.ok("get-jobs-for-user", TargetUser="acme-01")) == 5
    acme = {"Username": "acme", "AuthType": "Password", "Password": "acme-admin"}
    assert {job["Username"].split("-")[0] for job in demo.ok("get-jobs-all", login=acme)} == {"acme"}
    one = demo.ok("get-job-properties", JobID=everything[0]["GUID"])
    assert one == everything[0]


def test_jobs_in_a_range_of_dates(demo: Any) -> None:
    jobs = demo.ok("get-jobs-all")
    low, high = 1_734_400_000, 1_734_500_000
    wanted = [job for job in jobs if low <= job["StartTime"] <= high or low <= job["EndTime"] <= high]
    assert 0 < len(wanted) < len(jobs)
    assert demo.ok("get-jobs-for-date-range", Start=low, End=high) == wanted
    assert demo.ok("get-jobs-for-date-range", Start=high, End=low) == wanted
    unfinished = demo.ok("get-jobs-for-date-range", Start=0, End=0)
    assert {job["Status"] for job in unfinished} == {6001}


@pytest.mark.parametrize(
    ("clause", "fits"),
    [
        (rule("Username", "str_startswith_ci", "ACME"), lambda job: job["Username"].startswith("acme")),
        (rule("Username", "str_neq", "acme-01"), lambda job: job["Username"] != "acme-01"),
        (rule("Username", "str_regexmatch", "-0[12]$"), lambda job: job["Username"][-2:] in ("01", "02")),
        (rule("Status", "int_gte", "7000"), lambda job: job["Status"] >= 7000),
        (
            {
                "ClauseType": "and",
                "ClauseChildren": [SUCCESS, rule("Username", "str_contains", "x")],
            },
            lambda job: job["Status"] == 5000 and "x" in job["Username"],
        ),
        (
            {"ClauseType": "not_or", "ClauseChildren": [FAILED]},
            lambda job: job["Status"] < 7000,
        ),
    ],
)
def test_search(demo: Any, clause: Any, fits: Any) -> None:
    wanted = [job for job in demo.ok("get-jobs-all") if fits(job)]
    assert 0 < len(wanted) < 150
    assert demo.ok("get-jobs-for-custom-search", Query=clause) == wanted
    assert demo.ok("count-jobs-for-custom-search", Query=clause) == {"Count": len(wanted)}


def test_search_that_makes_no_sense(demo: Any) -> None:
    demo.refused("get-jobs-for-custom-search", 400, Query=rule("Status", "int_gt", "many"))
    demo.refused("get-jobs-for-custom-search", 400, Query=rule("Status", "int_like", "5"))


def test_job_log(demo: Any) -> None:
    job = next(job for job in demo.ok("get-jobs-all") if job["Status"] == 7002)
    text = demo.raw("get-job-log", JobID=job["GUID"])
    assert text.headers["Content-Type"].startswith("text/plain")
    assert "Job failed" in text.text
    (entry,) = demo.ok("get-job-log-entries", JobID=job["GUID"], MinSeverity="W")
    assert entry["Severity"] == "E"
    assert demo.raw("get-job-log", JobID="nope").json()["Status"] == 400


def test_abandon(demo: Any) -> None:
    job = next(job for job in demo.ok("get-jobs-all") if job["Status"] == 6001)
    given = {"TargetUser": job["Username"], "JobID": job["GUID"]}
    demo.ok("job/abandon", **given)
    assert demo.ok("get-job-properties", JobID=job["GUID"])["Status"] == 7007
    demo.refused("job/abandon", 400, **given)


def test_own_jobs_and_vaults(demo: Any) -> None:
    assert len(demo.ok("user/web/get-jobs", login=DIRECT)) == 5
    template = next(iter(demo.ok("user/web/request-storage-vault-providers", login=DIRECT)))
    made = demo.ok("user/web/request-storage-vault", login=DIRECT, StorageProvider=template)
    assert made["DestinationID"] in made["Profile"]["Destinations"]


def test_policy_can_close_the_web_interface_to_users(demo: Any) -> None:
    profile = demo.ok("get-user-profile", TargetUser="direct-09")
    closed = {**profile, "PolicyID": "", "Policy": {**profile["Policy"], "PreventOpenWebUI": True}}
    demo.ok("set-user-profile", TargetUser="direct-09", ProfileData=closed)
    login = {**DIRECT, "Username": "direct-09"}
    demo.refused("user/web/get-jobs", 403, login=login)


def test_login_address_of_a_tenant(demo: Any) -> None:
    for key, tenant in demo.ok("organization/list").items():
        answer = demo.ok("dispatcher/get-default-login-url", OrganizationID=key)
        assert answer == {"LoginURL": f"https://{tenant['Hosts'][0]}/"}
