"""What the calls of ``test_every_method`` find on the server, made by ordinary calls of the API."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pyotp

from ansible_collections.comet.backup.tests.unit.emulator.valid_calls import ADMIN, Document, World

Special = tuple[Document, dict[str, str] | None]

ENGINES = {"disks": "engine1/windisk", "mail": "engine1/winmsofficemail"}
"""Protected items of the prepared user besides files, by id."""

LOCATION = {"DestinationType": 1002, "LocalcopyPath": "exported"}
PVE = {"SSHServer": "pve.example.com", "SSHUsername": "root", "SSHPassword": "password", "SSHAuthMode": 1}
VSPHERE = {"Hostname": "esxi.example.com", "Username": "root", "Password": "password"}
OFFICE = {"AppID": "app", "TenantID": "tenant", "Secret": "secret", "AppCert": ""}
NOBODY_LISTENS = "http://127.0.0.1:1/"


def build_world(world: World) -> World:
    """Fill the rest of a server with the demo seed, and name everything."""
    profiles = world.ask("AdminListUsersFull")
    active = world.ask("AdminDispatcherListActive").values()
    windows = {entry["Username"] for entry in active if entry["ReportedPlatform"].startswith("windows")}
    world.user = next(name for name, profile in profiles.items() if name in windows and _is_plain(profile))
    world.names.update(_of_server(world))
    world.names["TargetID"] = _target(world)
    world.names.update(_of_snapshots(world, profiles[world.user]))
    world.names.update(_of_user(world, world.ask("AdminGetUserProfile", TargetUser=world.user)))
    world.names.update(_of_device(world))
    return world


def _is_plain(profile: Document) -> bool:
    """Whether a user has one device, and neither tenant nor policy."""
    return len(profile["Devices"]) == 1 and not profile["PolicyID"] and not profile.get("OrganizationID")


def _target(world: World) -> str:
    """The connection of the user's device, which comes back after the restart that the configuration has caused."""
    world.control("clock", {"advance": 60})
    active = world.ask("AdminDispatcherListActive")
    target: str = next(key for key, entry in active.items() if entry["Username"] == world.user)
    return target


def _of_snapshots(world: World, profile: Document) -> Document:
    """Back up a protected item of each kind that some calls look into."""
    source = next(iter(profile["Sources"].values()))
    for key, engine in ENGINES.items():
        item = {**source, "Engine": engine, "Description": key}
        world.ask("AdminSetProtectedItemWithBackupRules", TargetUser=world.user, SourceID=key, Source=item)
    vault = next(iter(profile["Destinations"]))
    for key in ENGINES:
        world.control("job", {"user": world.user, "source": key, "destination": vault, "seconds": 1})
    world.control("clock", {"advance": 60})
    here = {"TargetID": world.names["TargetID"], "Destination": vault}
    snapshots = world.ask("AdminDispatcherRequestVaultSnapshots", **here)["Snapshots"]
    found = {entry["EngineType"]: entry["Snapshot"] for entry in snapshots}
    disks, mail = found[ENGINES["disks"]], found[ENGINES["mail"]]
    return {
        "Destination": vault,
        "DestinationID": vault,
        "DestinationId": vault,
        "Path": _message(world, {**here, "SnapshotID": mail}),
        "Snapshot": mail,
        "SnapshotID": disks,
        "SnapshotIDs": [disks],
        "TreeID": "",
        "Options:VMDKSnapshotViewOptions": {"PartitionGUID": "", "ListPath": ""},
    }


def _message(world: World, snapshot: Document) -> str:
    """The path of the first message in a snapshot of mailboxes."""
    names: list[str] = []
    tree = ""
    while not names or tree:
        found = world.ask("AdminDispatcherRequestStoredObjects", **snapshot, TreeID=tree)["StoredObjects"][0]
        names.append(found["name"])
        tree = found["subtree"]
    return "/".join(names)


def _of_user(world: World, profile: Document) -> Document:
    source = next(iter(profile["Sources"]))
    device = profile["Sources"][source]["OwnerDevice"]
    jobs = world.ask("AdminGetJobsForUser", TargetUser=world.user)
    profile_hash = world.ask("AdminGetUserProfileHash", TargetUser=world.user)["ProfileHash"]
    return {
        "BackupRule": next(iter(profile["BackupRules"])),
        "BackupRules": {},
        "DeviceID": device,
        "JobID": next(job["GUID"] for job in jobs if job["EndTime"]),
        "NewPassword": "another-password",
        "OldPassword": world.password,
        "ProfileData": {**profile, "AllowPasswordAndTOTPLogin": False, "IsSuspended": False},
        "ProfileHash": profile_hash,
        "RequireHash": profile_hash,
        "Source": source,
        "Source:SourceConfig": {"Engine": "engine1/file", "Description": "files", "OwnerDevice": device},
        "SourceID": source,
        "TargetDevice": device,
        "TargetPassword": world.password,
        "TargetTOTPCode": "",
        "TargetUser": world.user,
        "Users": [world.user],
    }


def _of_device(world: World) -> Document:
    here = {"TargetID": world.names["TargetID"]}
    drives = world.ask("AdminDispatcherRequestFilesystemObjects", **here)["StoredObjects"]
    imports = world.ask("AdminDispatcherRequestImportSources", **here)["ImportSources"]
    nodes = world.ask("AdminDispatcherRequestBrowseProxmoxNodes", **here, Credentials=PVE)["Nodes"]
    return {
        "AdminDispatcherUpdateLoginPassword.NewPassword": world.password,
        "UserWebDispatcherUpdateLoginPassword.NewPassword": world.password,
        "AdminDispatcherRequestFilesystemObjects.Path": drives[0]["name"],
        "UserWebRequestFilesystemObjects.Path": drives[0]["name"],
        "Credentials:Office365Credential": OFFICE,
        "Credentials:VMwareConnection": {"ConnectionType": "vsphere", "VSphere": VSPHERE},
        "ExtraData": LOCATION,
        "Filter:SearchClause": {"RuleField": "", "RuleOperator": "", "ClauseType": "", "ClauseChildren": []},
        "Filter:string": "",
        "ImportSourceID": next(iter(imports)),
        "Node": nodes[0],
        "Wsa": {"SharePath": "\\\\server\\share", "Username": "user", "Password": "password"},
    }


def _of_server(world: World) -> Document:
    """Something of everything that belongs to the server, and a target for its self-backup."""
    tenant = next(iter(world.ask("AdminOrganizationList")))
    policies = world.ask("AdminPoliciesListFull")
    policy = next(key for key, entry in policies.items() if not entry["OrganizationID"])
    world.ask("AdminNewsSubmit", NewsContent="news")
    world.ask("AdminAdminUserNew", TargetUser="second", TargetPassword="second-password")
    world.ask("AdminSquotaSetWithHash", SharedStorageQuotaID="quota", SharedStorageQuota={"Description": "q"})
    world.ask("AdminMetaServerConfigSet", Config=_with_self_backup(world.ask("AdminMetaServerConfigGet")))
    world.wait()
    return {
        **_of_methods(world),
        "BucketID": world.ask("AdminStorageRegisterBucket")["NewBucketID"],
        "CheckHash": world.ask("AdminSquotaGetWithHash", SharedStorageQuotaID="quota")["SharedStorageQuotaHash"],
        "CheckPolicyHash": world.ask("AdminPoliciesGet", PolicyID=policy)["PolicyHash"],
        "Config": world.ask("AdminMetaServerConfigGet"),
        "EmailAddress": "someone@example.com",
        "EmailReportConfig": {"ReportType": 0, "Filter": {}},
        "EmailReportingOption": {"Recipients": ["someone@example.com"], "EmailReportConfig": {"Filter": {}}},
        "End": 2_000_000_000,
        "Group": {"Name": "another group", "OrganizationID": ""},
        "GroupID": world.ask("AdminUserGroupsNew", Name="group")["UserGroupID"],
        "Hash": world.ask("AdminMetaResourceNew", upload=b"resource")["ResourceHash"],
        "NewURL": world.url,
        "NewsItem": next(iter(world.ask("AdminNewsGetAll"))),
        "Options:SelfBackupExportOptions": {"RestrictToSingleOrgID": tenant, "Location": LOCATION},
        "Organization": {"Name": "another tenant"},
        "OrganizationID": tenant,
        "Platform": int(next(iter(world.ask("AdminBrandingAvailablePlatforms")))),
        "Policy": {"Description": "another policy", "OrganizationID": ""},
        "PolicyID": policy,
        "Query": {"RuleField": "BackupJobDetail.Username", "RuleOperator": "str_eq", "RuleValue": world.user},
        "Recipient": "someone@example.com",
        "ReplacementAutoVaultID": "",
        "Security": {**world.ask("AdminAccountProperties")["Security"], "Password": ""},
        "SelfAddress": world.url,
        "SetBucketValue": "bucket-of-the-caller",
        "SetKeyHashFormat": "0",
        "SetKeyHashValue": "key",
        "SetOrganizationID": "",
        "SharedStorageQuotaID": "quota",
        "TargetOrgID": tenant,
        "TargetOrganization": "",
        "upload": b"resource",
        "WebhookOptions": {"hook": {"URL": NOBODY_LISTENS, "Level": "none"}},
    }


def _with_self_backup(config: Document) -> Document:
    target = {"Location": LOCATION, "EncryptionKey": "key", "EncryptionKeyFormat": 0}
    return {**config, "SelfBackup": {"Targets": [target]}}


def _of_methods(world: World) -> Document:
    """What only single methods want."""
    directory = {"Type": "ldap", "Description": "directory"}
    profile = {"Username": "new.user", "PasswordHash": "long-enough", "PolicyID": "", "GroupID": ""}
    return {
        "AdminAddUser.TargetUser": "new.user",
        "AdminAddUserFromProfile.TargetUser": "new.user",
        "AdminAddUserFromProfile.ProfileData": profile,
        "AdminAdminUserDelete.TargetUser": "second",
        "AdminAdminUserNew.TargetUser": "third",
        "AdminExternalAuthSourcesDelete.SourceID": world.ask("AdminExternalAuthSourcesNew", Source=directory)["ID"],
        "Source:ExternalAuthenticationSource": directory,
    }


# What has to happen just before a call


def _code(world: World, answer: Document) -> str:
    """The one-time code of a secret that the server has just made, by the server's clock."""
    now = world.control("clock", {"advance": 0})["now"]
    return pyotp.TOTP(parse_qs(urlsplit(answer["URL"]).query)["secret"][0]).at(now)


def _own_code(world: World) -> Special:
    return {"TOTPCode": _code(world, world.ask("AdminAccountRegenerateTotp"))}, None


def _user_code(world: World) -> Special:
    made = world.ask("UserWebAccountRegenerateTotp", ProfileHash=world.names["ProfileHash"])
    return {"TOTPCode": _code(world, made), "ProfileHash": made["ProfileHash"]}, None


def _pending_session(world: World) -> Special:
    """The administrator gets a second factor; a session that waits for it is what the call completes."""
    code = _code(world, world.ask("AdminAccountRegenerateTotp"))
    security = world.ask("AdminAccountProperties")["Security"]
    factor = {"AllowPasswordLogin": False, "AllowPasswordAndTOTPLogin": True}
    world.ask("AdminAccountSetProperties", Security={**security, **factor})
    pending = world.send("AdminAccountSessionStart", {})
    assert pending.status_code == 449
    login = {"Username": ADMIN["Username"], "AuthType": "TOTP", "TOTP": code}
    return {"SessionKey": pending.json()["SessionKey"]}, login


def _log_day(world: World) -> Special:
    days = world.ask("AdminMetaListAvailableLogDays")
    return {"Log": days[0], "Logs": days}, None


def _template(world: World) -> Special:
    """Templates are called differently on older servers."""
    return {"StorageProvider": next(iter(world.ask("AdminRequestStorageVaultProviders")))}, None


def _vault_on_the_server(world: World) -> Special:
    given = {"TargetUser": world.user, **_template(world)[0]}
    return {"DestinationId": world.ask("AdminRequestStorageVault", **given)["DestinationID"]}, None


def _tenant(world: World) -> Special:
    return {"OrganizationID": world.names["OrganizationID"]}, None


def _waiting_device(world: World) -> Special:
    return {"DeviceID": world.control("device", {"do": "lobby", "name": "waiting"})["device"]}, None


def _running_job(world: World) -> Special:
    return {"JobID": world.control("job", {"user": world.user, "seconds": 3600})["job"]}, None


PREPARE: dict[str, Callable[[World], Special]] = {
    "AdminAccountSessionUpgrade": _pending_session,
    "AdminAccountValidateTotp": _own_code,
    "AdminConvertStorageRole": _vault_on_the_server,
    "AdminInstallationDispatchDropConnection": _waiting_device,
    "AdminInstallationDispatchRegisterDevice": _waiting_device,
    "AdminJobAbandon": _running_job,
    "AdminJobCancel": _running_job,
    "AdminMetaReadLogs": _log_day,
    "AdminMetaReadSelectLogs": _log_day,
    "AdminOrganizationDelete": _tenant,
    "AdminRequestStorageVault": _template,
    "UserWebAccountValidateTotp": _user_code,
    "UserWebJobCancel": _running_job,
    "UserWebRequestStorageVault": _template,
}
"""Gives parameters, and other credentials."""
