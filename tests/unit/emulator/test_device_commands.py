"""Commands to live devices that show nothing of them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulator.device_calls import active, device, let_pass, profile_of


def test_dropped_connection_comes_back(alice: Any) -> None:
    made = device(alice, "register")
    alice.switch(device_reconnect_seconds=30)
    alice.ok("dispatcher/drop-connection", TargetID=made["target"])
    assert active(alice) == {}
    let_pass(alice, 31)
    assert list(active(alice).values()) == [made["device"]]


@pytest.mark.parametrize("command", ["kill-process", "force-login"])
def test_stopped_device_stays_away(alice: Any, command: str) -> None:
    made = device(alice, "register")
    alice.ok(f"dispatcher/{command}", TargetID=made["target"])
    let_pass(alice, 60)
    assert active(alice) == {}


@pytest.mark.parametrize(("choice", "forced"), [("unreachable", False), ("unreachable", True), ("reachable", False)])
def test_login_url(alice: Any, choice: str, forced: bool) -> None:
    alice.switch(foreign_login_url=choice)
    made = device(alice, "register")
    alice.refused("dispatcher/update-login-url", 400, TargetID=made["target"], NewURL="nonsense")
    alice.ok("dispatcher/update-login-url", TargetID=made["target"], NewURL=alice.url)
    let_pass(alice)
    (target,) = active(alice)
    given = {"TargetID": target, "NewURL": "https://elsewhere.example.com/"}
    if choice == "unreachable" and not forced:
        alice.refused("dispatcher/update-login-url", 400, **given)
        assert list(active(alice)) == [target]
        return
    alice.ok("dispatcher/update-login-url", **given, Force=str(forced).lower())
    let_pass(alice, 60)
    assert active(alice) == {}


@pytest.mark.parametrize("status", [400, 500])
def test_login_password(alice: Any, status: int) -> None:
    alice.switch(device_failure_status=status)
    target = device(alice, "register")["target"]
    alice.refused("dispatcher/update-login-password", status, TargetID=target, NewPassword="password-2")
    alice.ok("dispatcher/update-login-password", TargetID=target, NewPassword="password-1")


def test_device_may_change_the_password_of_its_account(alice: Any) -> None:
    alice.switch(update_login_password="account")
    target = device(alice, "register")["target"]
    alice.refused("dispatcher/update-login-password", 400, TargetID=target, NewPassword="short")
    alice.ok("dispatcher/update-login-password", TargetID=target, NewPassword="password-2")
    login = {"Username": "alice", "AuthType": "Password", "Password": "password-2"}
    assert set(alice.ok("user/web/dispatcher/list-active", login=login)) == {target}


def finish_job(server: Any, classification: int) -> None:
    """Let the one job of a kind that runs come to its end."""
    (job,) = [job for job in server.ok("get-jobs-all") if job["Classification"] == classification]
    let_pass(server, 60)
    assert server.ok("get-job-properties", JobID=job["GUID"])["Status"] == 5000


def test_software_is_updated(alice: Any) -> None:
    made = device(alice, "register", version="25.6.8")
    (before,) = alice.ok("dispatcher/list-active").values()
    assert before["ReportedVersion"] == "25.6.8"
    alice.ok("dispatcher/update-software", TargetID=made["target"])
    finish_job(alice, 4007)
    let_pass(alice)
    ((target, after),) = alice.ok("dispatcher/list-active").items()
    assert target != made["target"]
    assert after["ReportedVersion"] == "25.9.8"
    assert profile_of(alice)["Devices"][made["device"]]["ClientVersion"] == "25.9.8"


@pytest.mark.parametrize("forget", [True, False])
def test_software_is_uninstalled(alice: Any, forget: bool) -> None:
    made = device(alice, "register")
    alice.ok("dispatcher/uninstall-software", TargetID=made["target"], RemoveConfigFile=str(forget).lower())
    finish_job(alice, 4011)
    assert active(alice) == {}
    assert made["device"] in profile_of(alice)["Devices"]
    body = {"do": "connect", "user": "alice"}
    again = alice.http.post(f"{alice.url}_control/device", json=body, timeout=20)
    assert again.status_code == (400 if forget else 200)
    assert device(alice, "register", device=made["device"])["target"] in active(alice)


def test_import_makes_a_protected_item(alice: Any) -> None:
    made = device(alice, "register")
    sources = alice.ok("dispatcher/request-import-sources", TargetID=made["target"])["ImportSources"]
    alice.refused("dispatcher/import-apply", 400, TargetID=made["target"], ImportSourceID="nothing")
    chosen = next(iter(sources))
    alice.ok("dispatcher/import-apply", TargetID=made["target"], ImportSourceID=chosen)
    finish_job(alice, 4008)
    (item,) = profile_of(alice)["Sources"].values()
    assert item["OwnerDevice"] == made["device"]
    assert sources[chosen] in item["Description"]


def test_storage_is_tried(alice: Any) -> None:
    target = device(alice, "register")["target"]
    bucket = alice.ok("storage/register-bucket")
    good = {
        "DestinationType": 1003,
        "CometServer": alice.url,
        "CometBucket": bucket["NewBucketID"],
        "CometBucketKey": bucket["NewBucketKey"],
    }
    alice.ok("dispatcher/ping-destination", TargetID=target, ExtraData=good)
    alice.ok("dispatcher/ping-destination", TargetID=target, ExtraData={"DestinationType": 1006, "SpanTargets": [good]})
    local = {"DestinationType": 1002, "LocalcopyPath": "D:\\"}
    alice.ok("dispatcher/ping-destination", TargetID=target, ExtraData=local)
    wrong = {**good, "CometBucketKey": "wrong"}
    for bad in (wrong, {"DestinationType": 1006, "SpanTargets": [local, wrong]}, {"DestinationType": 1000}, {}):
        alice.refused("dispatcher/ping-destination", 400, TargetID=target, ExtraData=bad)


def test_share_login_is_tried(alice: Any) -> None:
    good = {"SharePath": "\\\\server\\share", "Username": "ada", "Password": "secret"}
    target = device(alice, "register")["target"]
    alice.ok("dispatcher/test-smb-auth", TargetID=target, Wsa=good)
    for bad in ({**good, "SharePath": "/mnt"}, {**good, "Username": ""}):
        alice.refused("dispatcher/test-smb-auth", 400, TargetID=target, Wsa=bad)
    unix = device(alice, "register", name="unix", platform="linux")["target"]
    alice.refused("dispatcher/test-smb-auth", 400, TargetID=unix, Wsa=good)
