"""The server about itself: version, statistics, branding, downloads, logs."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import orjson

from ..emulator import Emulator, Stored
from ..errors import ApiError
from ..routing import PLAUSIBLE, Call, handles
from ..store import Row
from .profiles import load_user

LICENCE_SECONDS = 365 * 24 * 3600
DAY = 24 * 3600


def _devices(emulator: Emulator) -> int:
    """How many devices all users have; counted again only after something was written."""
    revision, count = emulator.device_count
    if revision != emulator.store.revision:
        count = sum(_devices_of(row) for row in emulator.store.rows("user").values())
        emulator.device_count = (emulator.store.revision, count)
    return count


def _devices_of(row: Row) -> int:
    return row.body.count(b'"FriendlyName":')


@handles("AdminMetaVersion")
def version(call: Call) -> dict[str, Any]:
    """``ServerMetaVersionInfo``, every member."""
    emulator, config = call.emulator, call.emulator.config
    now = call.emulator.clock.now()
    licence = hashlib.sha256(config["License"]["SerialNumber"].encode()).hexdigest()
    return {
        "Version": emulator.version_text,
        "VersionCodename": "Voyager",
        "StorageRole": config["StorageRole"]["RoleEnabled"],
        "AuthenticationRole": config["AuthenticationRole"]["RoleEnabled"],
        "SoftwareBuildRole": config["SoftwareBuildRole"]["RoleEnabled"],
        "OverseerRole": config["ConstellationRole"]["RoleEnabled"],
        "ConstellationRole": config["ConstellationRole"]["RoleEnabled"],
        "ExperimentalOptions": config.get("ExperimentalOptions", []),
        "ServerStartTime": emulator.start_time,
        "ServerStartHash": emulator.start_hash,
        "CurrentTime": now,
        "ServerLicenseHash": licence,
        "ServerLicenseFeaturesAll": True,
        "ServerLicenseFeatureSet": 2147483647,
        "ServerLicenseLimit": {"deviceCount": 100_000},
        "ConfiguredDevices": _devices(emulator),
        "BoosterLimit": {},
        "LicenseValidUntil": now - now % DAY + LICENCE_SECONDS,
        "ScheduledEmailThreadCurrentState": 3,
        "ScheduledEmailThreadLastWakeTime": emulator.start_time,
        "ScheduledEmailThreadWaitingUntil": now - now % DAY + DAY,
        "SelfBackup": [{} for _unused in config["SelfBackup"]["Targets"]],
    }


@handles("BrandingProps")
def branding(call: Call) -> dict[str, Any]:
    """What a login page needs to know; of the tenant whose host name was asked."""
    emulator, config = call.emulator, call.emulator.config
    organization = emulator.organization_of_host(call.request.headers.get("host", ""))
    owner = emulator.store.peek("organization", organization) if organization else None
    properties = (owner or config)["Branding"]
    downloads = config["SoftwareBuildRole"]
    shared = {name: properties[name] for name in emulator.taker.members_of(call.method.returns) if name in properties}
    return {
        **shared,
        "HasImage": bool(properties["LogoImage"]),
        "ImageEtag": hashlib.sha256(properties["LogoImage"].encode()).hexdigest()[:16],
        "AllowUnauthenticatedDownloads": downloads["RoleEnabled"] and downloads["AllowUnauthenticatedDownloads"],
        "AllowAuthenticatedDownloads": downloads["RoleEnabled"],
        "PruneLogsAfterDays": config["AuthenticationRole"]["PruneLogsAfterDays"],
        "ExpiredInSeconds": config["SessionSettings"]["ExpiredInSeconds"],
        "ServerIsEmpty": not emulator.store.rows("admin"),
    }


@handles("AdminMetaStats")
def stats(call: Call) -> dict[str, Any]:
    """Counters now and at the last midnight, by time; the simple form drops the entry that says nothing new."""
    users = call.visible("user").values()
    counters = {
        "Buckets": len(call.visible("bucket")),
        "Users": len(users),
        "Devices": sum(_devices_of(row) for row in users),
    }
    now = call.emulator.clock.now()
    times = [now - now % DAY] if call["Simple"] else [now - now % DAY, now]
    return {str(moment): counters for moment in times}


@handles(
    "AdminMetaSoftwareUpdateNews",
    coverage=PLAUSIBLE,
    reason="there is no vendor to ask: no newer version is ever there",
)
def update_news(call: Call) -> dict[str, Any]:
    """No newer version is ever there."""
    newest = call.emulator.version_text
    return {
        "latest_stable": newest,
        "latest_prerelease": newest,
        "downloads_url": "https://account.cometbackup.com/downloads",
    }


@handles("AdminMetaListAvailableLogDays", coverage=PLAUSIBLE, reason="one log is kept, that of the last start")
def log_days(call: Call) -> list[int]:
    """The day of the last start."""
    return [call.emulator.start_time - call.emulator.start_time % DAY]


@handles(
    "AdminMetaReadLogs",
    "AdminMetaReadSelectLogs",
    "AdminMetaReadAllLogs",
    coverage=PLAUSIBLE,
    reason="one line of log; no ZIP archive of all",
)
def read_logs(call: Call) -> bytes:
    """One line that the server started (the real server packs all logs as ZIP)."""
    days = [call["Log"]] if "Log" in call.parameters else call.get("Logs", log_days(call))
    if any(day not in log_days(call) for day in days):
        raise call.unknown("log")
    started = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(call.emulator.start_time))
    return f"{started} Server started, version {call.emulator.version_text}\n".encode()


@handles("AdminPreviewUserEmailReport", coverage=PLAUSIBLE, reason="the wording of real reports is not known")
def preview_report(call: Call) -> Stored:
    """A short report about the user's jobs."""
    profile = load_user(call, call["TargetUser"])
    address = call.get("EmailAddress")
    if address and "@" not in address:
        raise ApiError(400, "Invalid email address")
    jobs = [orjson.loads(row.body) for row in call.visible("job").values() if row.parent == profile["Username"]]
    text = f"{profile['Username']}: {len(jobs)} jobs"
    return call.ok(
        From=call.emulator.config["Email"]["FromEmail"],
        To=[address] if address else profile["Emails"],
        EmailSubject=f"Backup report for {profile['Username']}",
        EmailBodyHTML=f"<p>{text}</p>",
        EmailBodyPlaintext=text,
    )
