"""Looking into live devices and into the snapshots they made."""

from __future__ import annotations

import copy
from typing import Any

import pytest

LOGIN = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}

SSH = {"SSHServer": "host", "SSHUsername": "root", "SSHAuthMode": 1, "SSHPassword": "secret"}
VSPHERE = {"Hostname": "vcenter", "Username": "root", "Password": "secret"}
VMWARE = {"ConnectionType": "vsphere", "VSphere": VSPHERE}
OFFICE = {"AppID": "app", "TenantID": "tenant", "Secret": "secret", "Region": "GlobalPublicCloud"}
MSSQL = {"Type": "native", "Username": "sa", "Password": "secret"}
MYSQL = {"Host": "localhost", "Port": "3306", "Username": "root", "Password": "secret"}
MONGODB = {"Server": "localhost", "Port": 27017, "Username": "root", "Password": "secret"}

WITHOUT_CREDENTIALS = {
    "request-browse-disk-drives": "Disks",
    "request-browse-exchange-edb": "Databases",
    "request-browse-hyperv": "VirtualMachines",
    "request-browse-vss-aaw": "VSSWriters",
}
WITH_CREDENTIALS = {
    "office365-list-virtual-accounts": ("Objects", OFFICE, ("Secret",)),
    "request-browse-mongodb": ("Objects", MONGODB, ("Server",)),
    "request-browse-mssql": ("Objects", MSSQL, ("Password",)),
    "request-browse-mysql": ("Objects", MYSQL, ("Username",)),
    "request-browse-proxmox": ("VMs", {"SSH": SSH}, ("SSH", "SSHPassword")),
    "request-browse-proxmox/nodes": ("Nodes", SSH, ("SSHServer",)),
    "request-browse-proxmox/storage": ("Storage", SSH, ("SSHUsername",)),
    "request-browse-vmware": ("VirtualMachines", VMWARE, ("VSphere", "Hostname")),
    "request-browse-vmware/datacenters": ("Datacenters", VMWARE, ("VSphere", "Password")),
    "request-browse-vmware/datastores": ("Datastores", VMWARE, ("VSphere", "Username")),
    "request-browse-vmware/hosts": ("Hosts", VMWARE, ("VSphere", "Hostname")),
    "request-browse-vmware/networks": ("Networks", VMWARE, ("VSphere", "Hostname")),
    "request-office365-accounts": ("Objects", OFFICE, ("TenantID",)),
    "request-office365-sites": ("Objects", OFFICE, ("AppID",)),
}
MORE = {
    "request-browse-proxmox/storage": {"Node": "pve-1"},
    "request-browse-vmware/datastores": {"Filter": ""},
    "request-browse-vmware/hosts": {"Filter": ""},
    "request-browse-vmware/networks": {"Filter": ""},
}


def target_of(server: Any, **details: Any) -> str:
    target: str = server.control("device", {"do": "register", "user": "alice", **details})["target"]
    return target


def both(server: Any, call: str, **given: Any) -> Any:
    """The answer to an administrator, which must be the one to the user."""
    first = server.ok(f"dispatcher/{call}", **given)
    assert server.ok(f"user/web/dispatcher/{call}", login=LOGIN, **given) == first
    return first


# Views


@pytest.mark.parametrize("call", WITHOUT_CREDENTIALS)
def test_views_of_windows(alice: Any, call: str) -> None:
    assert both(alice, call, TargetID=target_of(alice))[WITHOUT_CREDENTIALS[call]]
    unix = target_of(alice, name="unix", platform="macos")
    alice.refused(f"dispatcher/{call}", 400, TargetID=unix)
    assert alice.refused(f"dispatcher/{call}", 403, TargetID="nobody") == "Unauthorised"


@pytest.mark.parametrize("call", WITH_CREDENTIALS)
def test_views_with_credentials(alice: Any, call: str) -> None:
    name, credentials, path = WITH_CREDENTIALS[call]
    given = {"TargetID": target_of(alice), **MORE.get(call, {})}
    assert both(alice, call, Credentials=credentials, **given)[name]
    broken: dict[str, Any] = copy.deepcopy(credentials)
    inner = broken
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = ""
    for status in (400, 500):
        alice.switch(device_failure_status=status)
        alice.refused(f"dispatcher/{call}", status, Credentials=broken, **given)


def test_other_ways_to_log_in(alice: Any) -> None:
    target = target_of(alice)
    key = {**SSH, "SSHAuthMode": 2}
    alice.refused("dispatcher/request-browse-proxmox/nodes", 400, TargetID=target, Credentials=key)
    key["SSHPrivateKey"] = "key"
    alice.ok("dispatcher/request-browse-proxmox/nodes", TargetID=target, Credentials=key)
    alice.ok("dispatcher/request-browse-vmware", TargetID=target, Credentials={"ConnectionType": "ssh", "SSH": key})
    alice.ok("dispatcher/request-browse-mssql", TargetID=target, Credentials={"Type": "windows"})
    certificate = {**OFFICE, "Secret": "", "AppCert": "certificate"}
    alice.ok("dispatcher/request-office365-sites", TargetID=target, Credentials=certificate)


def test_views_are_narrowed(alice: Any) -> None:
    given = {"TargetID": target_of(alice), "Credentials": VMWARE}
    every = alice.ok("dispatcher/request-browse-vmware/hosts", Filter="", **given)["Hosts"]
    some = alice.ok("dispatcher/request-browse-vmware/hosts", Filter="/Main/", **given)["Hosts"]
    assert some == [host for host in every if "/Main/" in host["Name"]]
    assert 0 < len(some) < len(every)
    given["Credentials"] = SSH
    alice.refused("dispatcher/request-browse-proxmox/storage", 400, Node="no such node", **given)


def test_office_application_is_registered_after_a_moment(alice: Any) -> None:
    target = target_of(alice)
    path = "register-office-application"
    alice.refused(f"dispatcher/{path}/begin", 400, TargetID=target, EmailAddress="nobody")
    begun = both(alice, f"{path}/begin", TargetID=target, EmailAddress="ada@example.com")
    assert begun["VerificationURL"].startswith("https://")
    given = {"TargetID": target, "Continuation": begun["Continuation"]}
    assert both(alice, f"{path}/check", **given)["Completed"] is False
    alice.control("clock", {"advance": 10})
    done = both(alice, f"{path}/check", **given)
    assert (done["Completed"], done["Error"]) == (True, "")
    alice.ok("dispatcher/request-office365-sites", TargetID=target, Credentials=done["Result"])
    made_up = alice.ok(f"dispatcher/{path}/check", TargetID=target, Continuation="1-made-up")
    assert (made_up["Completed"], bool(made_up["Error"])) == (False, True)


# Files of the device


def files(server: Any, target: str, path: str = "") -> dict[str, Any]:
    found = server.ok("dispatcher/request-filesystem-objects", TargetID=target, Path=path)["StoredObjects"]
    return {entry["name"]: entry for entry in found}


@pytest.mark.parametrize(("platform", "drive", "path"), [("windows", "D:\\", "d:\\data"), ("linux", "/", "/srv/data/")])
def test_files_of_a_device(alice: Any, platform: str, drive: str, path: str) -> None:
    target = target_of(alice, platform=platform)
    assert files(alice, target)[drive]["type"] == "dir"
    found = files(alice, target, path)["customers.db"]
    assert (found["type"], found["size"] > 0, found["mtime"] > 0) == ("file", True, True)
    own = alice.ok("user/web/request-filesystem-objects", login=LOGIN, TargetID=target, Path=path)
    assert found in own["StoredObjects"]
    for wrong in ("E:\\", f"{path}/customers.db"):
        alice.refused("dispatcher/request-filesystem-objects", 400, TargetID=target, Path=wrong)


@pytest.mark.parametrize("mode", [0, 1, 2, 3, 4])
def test_policy_may_hide_filenames(alice: Any, mode: int) -> None:
    profile = alice.ok("get-user-profile", TargetUser="alice")
    profile["Policy"]["ModeAdminViewFilenames"] = mode
    alice.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    target = target_of(alice)
    allowed = mode not in (2, 4)
    (connection,) = alice.ok("dispatcher/list-active").values()
    assert connection["AllowsFilenames"] is allowed
    if allowed:
        assert files(alice, target)
    for status in () if allowed else (403, 400):
        alice.switch(browse_refused_status=status)
        alice.refused("dispatcher/request-filesystem-objects", status, TargetID=target)


def test_device_may_hide_filenames(alice: Any) -> None:
    target_of(alice)
    hidden = alice.control("device", {"do": "connect", "user": "alice", "allows_filenames": False})["target"]
    alice.refused("dispatcher/request-browse-mysql", 403, TargetID=hidden, Credentials=MYSQL)
    alice.ok("dispatcher/request-browse-disk-drives", TargetID=hidden)


# Snapshots


def back_up(server: Any, target: str, engine: str, description: str = "item") -> tuple[str, str]:
    """Back up a new Protected Item to a new vault; gives vault and snapshot."""
    profile = server.ok("get-user-profile", TargetUser="alice")
    device = server.ok("dispatcher/list-active")[target]["DeviceID"]
    profile["Sources"][description] = {"Engine": engine, "Description": description, "OwnerDevice": device}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    template = next(iter(server.ok("request-storage-vault-providers")))
    vault = server.ok("request-storage-vault", TargetUser="alice", StorageProvider=template)["DestinationID"]
    server.ok("dispatcher/run-backup-custom", TargetID=target, Source=description, Destination=vault)
    server.control("clock", {"advance": 60})
    (snapshot,) = both(server, "request-vault-snapshots", TargetID=target, Destination=vault)["Snapshots"]
    assert (snapshot["Source"], snapshot["EngineType"]) == (description, engine)
    return vault, snapshot["Snapshot"]


def descend(server: Any, tree: str = "", **given: Any) -> list[dict[str, Any]]:
    """Everything in a snapshot, directories first."""
    found: list[dict[str, Any]] = server.ok("dispatcher/request-stored-objects", TreeID=tree, **given)["StoredObjects"]
    below = [descend(server, entry["subtree"], **given) for entry in found if entry["subtree"]]
    return found + [entry for entries in below for entry in entries]


ENGINES = ("file", "mssql", "mysql", "hyperv", "vmware", "proxmox", "windisk", "winmsofficemail", "systemstate")


@pytest.mark.parametrize("engine", ENGINES)
def test_snapshots_can_be_descended(alice: Any, engine: str) -> None:
    target = target_of(alice)
    vault, snapshot = back_up(alice, target, f"engine1/{engine}")
    given = {"TargetID": target, "Destination": vault, "SnapshotID": snapshot}
    everything = descend(alice, **given)
    leaves = [entry for entry in everything if not entry["subtree"]]
    assert sum(entry["size"] for entry in leaves) > 0
    roots = both(alice, "request-stored-objects", **given)["StoredObjects"]
    assert sum(entry.get("b", entry["size"]) for entry in roots) == sum(entry["size"] for entry in leaves)
    assert sum(entry.get("f", 1) for entry in roots) == len(leaves)
    alice.refused("dispatcher/request-stored-objects", 400, **{**given, "TreeID": "nonsense"})
    alice.refused("dispatcher/request-stored-objects", 400, **{**given, "SnapshotID": "nonsense"})
    alice.refused("dispatcher/request-stored-objects", 400, **{**given, "Destination": "nonsense"})


def test_deleted_snapshots_are_gone(alice: Any) -> None:
    target = target_of(alice)
    vault, snapshot = back_up(alice, target, "engine1/file")
    alice.ok("dispatcher/delete-snapshot", TargetID=target, DestinationID=vault, SnapshotID=snapshot)
    alice.control("clock", {"advance": 60})
    assert both(alice, "request-vault-snapshots", TargetID=target, Destination=vault)["Snapshots"] == []


def test_disk_images_can_be_opened(alice: Any) -> None:
    target = target_of(alice)
    vault, snapshot = back_up(alice, target, "engine1/windisk")
    given = {"TargetID": target, "Destination": vault, "SnapshotID": snapshot}
    assert both(alice, "request-windisk-snapshot", **given)["WindiskSnapshot"]

    def inside(**options: Any) -> list[dict[str, Any]]:
        answer = alice.ok("dispatcher/request-stored-objects", Options={"Enabled": True, **options}, **given)
        objects: list[dict[str, Any]] = answer["StoredObjects"]
        return objects

    partition = inside()[-1]["subtree"]
    assert {entry["name"] for entry in inside(PartitionGUID=partition)} == {"ProgramData", "Users", "Windows"}
    (file,) = inside(PartitionGUID=partition, ListPath="/Windows")
    assert (file["name"], file["type"]) == ("win.ini", "vmdkfile")
    for wrong in ({"PartitionGUID": "nonsense"}, {"PartitionGUID": partition, "ListPath": "/nonsense"}):
        options = {"Enabled": True, **wrong}
        alice.refused("dispatcher/request-stored-objects", 400, Options=options, **given)


def test_only_disks_are_disks(alice: Any) -> None:
    target = target_of(alice)
    vault, snapshot = back_up(alice, target, "engine1/file")
    given = {"TargetID": target, "Destination": vault, "SnapshotID": snapshot}
    alice.refused("dispatcher/request-windisk-snapshot", 400, **given)
    alice.refused("dispatcher/request-stored-objects", 400, Options={"Enabled": True}, **given)


@pytest.mark.parametrize(("engine", "count"), [("engine1/hyperv", 2), ("engine1/file", 0)])
def test_machines_in_a_snapshot(alice: Any, engine: str, count: int) -> None:
    target = target_of(alice)
    vault, snapshot = back_up(alice, target, engine)
    found = both(alice, "browse-virtual-machines", TargetID=target, DestinationID=vault, SnapshotID=snapshot)
    assert len(found["VMs"]) == count


def test_search_in_snapshots(alice: Any) -> None:
    target = target_of(alice)
    vault, snapshot = back_up(alice, target, "engine1/file")
    given = {"TargetID": target, "DestinationID": vault}
    rule = {"RuleField": "name", "RuleOperator": "str_endswith", "RuleValue": ".jpg"}
    found = both(alice, "search-snapshots", SnapshotIDs=[snapshot], Filter=rule, **given)["SnapshotFiles"]
    assert {entry["name"] for entry in found[snapshot]} == {"beach.jpg", "garden.jpg"}
    big = {"RuleField": "size", "RuleOperator": "int_gt", "RuleValue": str(1 << 30)}
    (archive,) = both(alice, "search-snapshots", SnapshotIDs=[], Filter=big, **given)["SnapshotFiles"][snapshot]
    assert archive["name"] == "archive.zip"
    nothing = {**rule, "RuleValue": ".none"}
    assert alice.ok("dispatcher/search-snapshots", SnapshotIDs=[], Filter=nothing, **given)["SnapshotFiles"] == {}
    alice.refused("dispatcher/search-snapshots", 400, SnapshotIDs=["nonsense"], Filter=rule, **given)


def test_mail_can_be_read(alice: Any) -> None:
    target = target_of(alice)
    vault, snapshot = back_up(alice, target, "engine1/winmsofficemail")
    given = {"TargetID": target, "Snapshot": snapshot, "Destination": vault}
    path = "ada@example.com/Inbox/Welcome"
    mail = alice.ok("dispatcher/email-preview", Path=path, **given)
    assert mail["EmailSubject"] == "Welcome"
    assert "Welcome" in mail["EmailBodyHTML"]
    assert all("@example.com" in address for address in (mail["From"], *mail["To"]))
    assert alice.ok("user/dispatcher/email-preview", login=LOGIN, Path=path, **given) == mail
    alice.refused("dispatcher/email-preview", 400, Path="ada@example.com/Inbox", **given)
