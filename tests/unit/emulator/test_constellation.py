"""Constellation: which buckets are used, and what is deleted."""

from __future__ import annotations

from typing import Any

from ansible_collections.comet.backup.tests.unit.emulator.test_templates import put, template

HERE = {"Type": "comet", "Description": "This server", "RemoteAddress": "$self$", "Username": "admin", "Password": "x"}
ELSEWHERE = {**HERE, "Description": "Other", "RemoteAddress": "https://other.example.com/"}


def configure(server: Any, *servers: dict[str, Any], delete: bool = False, login: Any = None) -> None:
    options = {"RoleEnabled": True, "DeleteUnusedData": delete, "Servers": list(servers)}
    server.ok("meta/constellation/config/set", ConstellationRoleOptions=options, login=login)


def vault(server: Any, user: str = "alice", **parameters: Any) -> dict[str, Any]:
    provider = next(iter(server.ok("request-storage-vault-providers")))
    made = server.ok("request-storage-vault", TargetUser=user, StorageProvider=provider, **parameters)
    found: dict[str, Any] = made["Profile"]["Destinations"][made["DestinationID"]]
    return found


def test_report_tells_buckets_in_use_from_unused_ones(server: Any) -> None:
    server.user()
    used = vault(server)["CometBucket"]
    unused = server.ok("storage/register-bucket")["NewBucketID"]
    configure(server, HERE)
    assert server.ok("constellation/last-report")["Usage"] == {}
    report = server.ok("constellation/new-report")
    assert report["CheckCompleted"] >= report["CheckStarted"] > 0
    assert report["Usage"] == {
        used: {"AccessKey": "", "ExistsOnServers": [0], "InUseBy": [{"ServerID": 0, "Username": "alice"}]},
        unused: {"AccessKey": "", "ExistsOnServers": [0], "InUseBy": []},
    }
    assert server.ok("constellation/last-report") == report
    assert server.http.post(server.url + "api/v1/admin/overseer/last-report", data=server.login).json() == report


def test_bucket_of_nowhere_and_spanned_vaults(server: Any) -> None:
    places = [
        {"DestinationType": 1003, "CometServer": "https://b.example/", "CometBucket": key} for key in ("b1", "b2")
    ]
    spanned = {"DestinationType": 1006, "SpanTargets": places}
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), "Destinations": {"v": spanned}})
    configure(server, HERE)
    usage = server.ok("constellation/new-report")["Usage"]
    assert {key: (use["ExistsOnServers"], len(use["InUseBy"])) for key, use in usage.items()} == {
        "b1": ([], 1),
        "b2": ([], 1),
    }


def test_provider_as_target(server: Any) -> None:
    server.user()
    put(server, template("wasabi"))
    made = vault(server)
    configure(server, {"Type": "wasabi", "Description": "Wasabi", "Wasabi": {"MasterBucket": "vaults"}})
    usage = server.ok("constellation/new-report")["Usage"]
    assert list(usage) == [made["S3Subdir"]]
    assert usage[made["S3Subdir"]]["AccessKey"] == made["S3AccessKey"]


def test_loopback_vault_is_an_anomaly_in_the_log(server: Any) -> None:
    server.user()
    vault(server, SelfAddress="http://127.0.0.1:8060/")
    configure(server, HERE)
    server.ok("constellation/new-report")
    today = server.ok("meta/list-available-log-days")[0]
    assert "a vault of 'alice' points at http://127.0.0.1:8060/" in server.raw("meta/read-logs", Log=today).text


def test_status(server: Any) -> None:
    configure(server, HERE, delete=True)
    assert server.ok("constellation/status")["Stats"]["TotalChecksStarted"] == 0
    server.ok("storage/register-bucket")
    server.ok("constellation/new-report")
    server.ok("constellation/prune-now")
    status = server.ok("constellation/status")
    assert (status["DeletionEnabled"], status["Targets"], status["TargetNames"]) == (True, ["$self$"], ["This server"])
    assert (status["Stats"]["TotalChecksStarted"], status["Stats"]["TotalBucketsDeleted"]) == (2, 1)
    assert status["Stats"]["LastCheckStart"] > 0


def test_deletion_only_where_it_is_switched_on(server: Any) -> None:
    server.user()
    used = vault(server)["CometBucket"]
    unused = server.ok("storage/register-bucket")["NewBucketID"]
    configure(server, HERE)
    server.ok("constellation/prune-now")
    assert set(server.ok("storage/list-buckets")) == {used, unused}
    configure(server, HERE, delete=True)
    server.ok("constellation/new-report")
    assert set(server.ok("storage/list-buckets")) == {used, unused}
    server.ok("constellation/prune-now")
    assert set(server.ok("storage/list-buckets")) == {used}


def test_every_hour_by_itself(server: Any) -> None:
    unused = server.ok("storage/register-bucket")["NewBucketID"]
    configure(server, HERE)
    before = server.digest()
    server.control("clock", {"advance": 3601})
    assert list(server.ok("constellation/last-report")["Usage"]) == [unused]
    assert server.digest() == before
    configure(server, HERE, delete=True)
    server.control("clock", {"advance": 3601})
    assert server.ok("storage/list-buckets") == {}


def test_other_servers_cannot_be_reached(server: Any) -> None:
    unused = server.ok("storage/register-bucket")["NewBucketID"]
    configure(server, HERE, ELSEWHERE, delete=True)
    server.refused("constellation/new-report", 500)
    server.refused("constellation/prune-now", 500)
    assert unused in server.ok("storage/list-buckets")
    server.switch(constellation_unreachable="skipped")
    assert list(server.ok("constellation/new-report")["Usage"]) == [unused]


def test_tenants_see_their_own(server: Any) -> None:
    acme = server.tenant()
    server.ok("storage/register-bucket")
    own = server.ok("storage/register-bucket", SetOrganizationID=acme)["NewBucketID"]
    configure(server, HERE, login=server.as_tenant())
    assert list(server.ok("constellation/new-report", login=server.as_tenant())["Usage"]) == [own]
    assert server.ok("constellation/new-report")["Usage"] == {}
    assert server.ok("constellation/status")["Targets"] == []
    server.refused("constellation/prune-now", 403, login=server.as_tenant())


def test_role_that_is_off(server: Any) -> None:
    server.ok("meta/constellation/config/set", ConstellationRoleOptions={"RoleEnabled": False})
    assert server.raw("constellation/status").status_code == 404


def test_every_bucket_of_the_demo_is_in_use(start: Any) -> None:
    demo = start("--seed", "demo")
    usage = demo.ok("constellation/new-report")["Usage"]
    assert set(usage) == set(demo.ok("storage/list-buckets")) != set()
    assert all(use["InUseBy"] and use["ExistsOnServers"] for use in usage.values())
