"""Commands to a live device that show nothing of it: connections, logins, software, tests of settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ..accounts.auth import password_is
from ..core.errors import ApiError
from ..core.passwords import HASHED, guid
from ..core.routing import PLAUSIBLE, Call, handles
from ..devices.fleet import drop, go_away, update
from ..devices.worlds import IMPORTS
from ..emulator import Emulator, Stored
from ..jobs.running import SUCCESS, Order, when_ended
from ..server.locations import check_reachable, own_hosts
from .profiles import check_password, store_profile

Document = dict[str, Any]

UPDATE, IMPORT, UNINSTALL = 4007, 4008, 4011

MADE_UP_IMPORTS = "made-up software is found, and one made-up Protected Item comes of it"


def failed(call: Call, message: str) -> ApiError:
    """The refusal for what the device tried without success."""
    return ApiError(call.switch("device_failure_status"), message)


# The connection


@handles("AdminDispatcherDropConnection", "UserWebDispatcherDropConnection")
def drop_connection(call: Call) -> Stored:
    """End a connection; the device comes back by itself."""
    drop(call.emulator, call.target())
    return call.ok()


@handles("AdminDispatcherKillProcess", "AdminDispatcherForceLogin")
def stop(call: Call) -> Stored:
    """The software ends, or asks its user for a login: either way the device does not come back by itself."""
    connection = call.target()
    go_away(call.emulator, connection.username, connection.device)
    return call.ok()


@handles("AdminDispatcherRefetchProfile")
def refetch_profile(call: Call) -> Stored:
    """The device reads its profile again, which changes nothing that the API shows."""
    call.target()
    return call.ok()


# The login


@handles(
    "AdminDispatcherUpdateLoginUrl", coverage=PLAUSIBLE, reason="no other server is asked: a switch says how that ends"
)
def update_login_url(call: Call) -> Stored:
    """Move a device to another server. It tries its login there first, and stays when that fails, unless forced."""
    connection = call.target()
    address = urlsplit(call["NewURL"])
    if address.scheme not in ("http", "https") or not address.hostname:
        raise failed(call, "The new URL is not valid")
    if address.hostname.lower() in own_hosts(call.emulator, call.request.self_address):
        drop(call.emulator, connection)
        return call.ok()
    if not call.get("Force", False) and call.switch("foreign_login_url") == "unreachable":
        raise failed(call, "The device could not log in to the new server")
    go_away(call.emulator, connection.username, connection.device)
    return call.ok()


@handles("AdminDispatcherUpdateLoginPassword", "UserWebDispatcherUpdateLoginPassword")
def update_login_password(call: Call) -> Stored:
    """Give a device the password to log in with; it is not kept when it is wrong.

    Whether the device tries it, or makes it the account's, is not documented: switch ``update_login_password``.
    """
    connection, password = call.target(), call["NewPassword"]
    profile = call.emulator.store.document("user", connection.username) or {}
    if call.switch("update_login_password") == "account":
        check_password(password, "new password")
        profile.update(PasswordFormat=HASHED, PasswordHash=call.emulator.hash(password))
        store_profile(call.emulator, connection.username, profile)
    elif not password_is(call.emulator, profile, password):
        raise failed(call, "The device could not log in with the new password")
    return call.ok()


# The software


@handles("AdminDispatcherUpdateSoftware")
def update_software(call: Call) -> Stored:
    """Install the server's version of the software: a job, after which the device comes back under a new target."""
    call.emulator.jobs.start(call.target(), Order(UPDATE))
    return call.ok()


@when_ended(UPDATE)
def after_update(emulator: Emulator, job: Document, details: Document) -> None:
    """The device restarts with the new version."""
    connection = emulator.live.of_device(job["Username"], job["DeviceID"])
    if job["Status"] == SUCCESS and connection is not None:
        update(emulator, connection, details.get("version") or emulator.version_text)


@handles("AdminDispatcherUninstallSoftware")
def uninstall_software(call: Call) -> Stored:
    """Remove the software: a job, after which the device is gone for good. It stays in the profile."""
    order = Order(UNINSTALL, details={"forget": call["RemoveConfigFile"]})
    call.emulator.jobs.start(call.target(), order)
    return call.ok()


@when_ended(UNINSTALL)
def after_uninstall(emulator: Emulator, job: Document, details: Document) -> None:
    """The device goes away; without its configuration it cannot even come back when it is installed again."""
    if job["Status"] == SUCCESS:
        go_away(emulator, job["Username"], job["DeviceID"])
        if details["forget"]:
            emulator.live.forgotten.add((job["Username"], job["DeviceID"]))


# Settings of other backup software


@handles("AdminDispatcherRequestImportSources", coverage=PLAUSIBLE, reason=MADE_UP_IMPORTS)
def import_sources(call: Call) -> Stored:
    """Other backup software found on the device, by id."""
    found = IMPORTS if call.target().on_windows else {}
    return call.ok(ImportSources=dict(found))


@handles("AdminDispatcherImportApply", coverage=PLAUSIBLE, reason=MADE_UP_IMPORTS)
def import_apply(call: Call) -> Stored:
    """Take over the settings of other backup software: a job that makes a Protected Item."""
    connection, source = call.target(), call["ImportSourceID"]
    if source not in IMPORTS or not connection.on_windows:
        raise call.unknown("import source")
    call.emulator.jobs.start(connection, Order(IMPORT, details={"import": source}))
    return call.ok()


@when_ended(IMPORT)
def after_import(emulator: Emulator, job: Document, details: Document) -> None:
    """What the other software backed up is a Protected Item now."""
    profile = emulator.store.document("user", job["Username"])
    if job["Status"] != SUCCESS or profile is None:
        return
    item = {
        "Engine": "engine1/file",
        "Description": f"Imported from {IMPORTS[details['import']]}",
        "OwnerDevice": job["DeviceID"],
        "CreateTime": job["EndTime"],
        "ModifyTime": job["EndTime"],
        "EngineProps": {"INCLUDE0": "C:\\Users"},
    }
    profile["Sources"][guid()] = emulator.take("SourceConfig", item, "Source")
    store_profile(emulator, job["Username"], profile)


# Tests of settings


@handles(
    "AdminDispatcherPingDestination",
    "UserWebDispatcherPingDestination",
    coverage=PLAUSIBLE,
    reason="nothing is connected to: settings must be complete, and a bucket on this server must open",
)
def ping_destination(call: Call) -> Stored:
    """Try to reach a storage location: its settings must be complete, and a bucket on this server must exist."""
    call.target()
    try:
        check_reachable(call.emulator, call["ExtraData"], call.request.self_address)
    except ApiError as problem:
        raise failed(call, problem.message) from None
    return call.ok()


@handles(
    "AdminDispatcherTestSmbAuth",
    "UserWebDispatcherTestSmbAuth",
    coverage=PLAUSIBLE,
    reason="nothing is connected to: settings must be complete",
)
def test_smb(call: Call) -> Stored:
    """Try a login to a Windows share."""
    connection, given = call.target(), call["Wsa"]
    if not connection.on_windows or not given["SharePath"].startswith("\\\\"):
        raise failed(call, "The share cannot be reached")
    if not given["Username"] or not given["Password"]:
        raise failed(call, "The share refused the login")
    return call.ok()
