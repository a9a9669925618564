"""Replication queues."""

from __future__ import annotations

from typing import Any

REPLICA = {"Type": "comet", "Description": "Copy", "RemoteAddress": "https://copy.example.com/", "Username": "r"}


def configure(server: Any) -> None:
    config = server.ok("meta/server-config/get")
    config["AuthenticationRole"]["ReplicateTo"] = [REPLICA]
    config["StorageRole"]["ReplicateTo"] = [{**REPLICA, "Description": "Buckets"}]
    server.ok("meta/server-config/set", Config=config)
    server.wait()


def test_nothing_is_replicated_without_configuration(server: Any) -> None:
    assert server.ok("replication/state") == []


def test_queue_gets_shorter_as_time_passes(server: Any) -> None:
    server.switch(replication_items_per_second=0)
    for name in ("alice", "berta", "carol"):
        server.user(name)
    server.ok("storage/register-bucket")
    configure(server)
    users, buckets = server.ok("replication/state")
    assert (users["Description"], users["DisplayClass"], users["ItemsQueued"]) == ("Copy", 101, 3)
    assert (buckets["Description"], buckets["DisplayClass"], buckets["ItemsQueued"]) == ("Buckets", 100, 1)
    assert users["State"] == 1 | 2 | 8
    assert users["BytesQueued"] > 3000
    assert users["ActiveWorkers"] == 3 < users["TotalWorkers"]
    server.control("clock", {"advance": 60})
    assert server.ok("replication/state")[0]["ItemsQueued"] == 3

    server.switch(replication_items_per_second=0.1)
    server.control("clock", {"advance": 21})
    users = server.ok("replication/state")[0]
    assert (users["ItemsQueued"], users["ItemsReplicated"]) == (1, 2)
    assert users["LastWorkerSubmitTime"] == users["CurrentTime"]
    server.control("clock", {"advance": 60})
    users, buckets = server.ok("replication/state")
    assert (users["ItemsQueued"], users["BytesQueued"], users["State"]) == (0, 0, 1 | 4 | 8)
    assert (users["ItemsReplicated"], buckets["ItemsReplicated"]) == (3, 1)


def test_changes_wait_again(server: Any) -> None:
    configure(server)
    server.switch(replication_items_per_second=1)
    server.user()
    assert [queue["ItemsQueued"] for queue in server.ok("replication/state")] == [1, 0]
    server.control("clock", {"advance": 5})
    profile = {**server.ok("get-user-profile", TargetUser="alice"), "AccountName": "Alice"}
    assert server.ok("replication/state")[0]["ItemsQueued"] == 0
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    assert server.ok("replication/state")[0]["ItemsQueued"] == 1
    server.control("clock", {"advance": 3601})
    assert server.ok("replication/state")[0]["ItemsReplicated"] == 2


def test_old_path_and_access(server: Any) -> None:
    configure(server)
    old = server.http.post(server.url + "api/v1/admin/storage/replication/state", data=server.login, timeout=10)
    assert len(old.json()) == 2
    server.tenant()
    server.refused("replication/state", 403, login=server.as_tenant())
