"""The server about itself: version, branding, statistics, news of updates."""

from __future__ import annotations

import hashlib
from typing import Any

from ..core.facts import parse_version
from ..core.routing import PLAUSIBLE, Call, handles
from ..emulator import Emulator
from ..server.branding import branding_of, logo_tag
from ..server.counters import Counters, History
from ..server.mail import Mail
from ..server.server_log import midnight
from .external_logins import displayed_sources
from .reports import Scheduled
from .self_backup import SelfBackup

LICENCE_SECONDS = 365 * 24 * 3600
LICENSED_DEVICES = 100_000
LICENSED_BOOSTERS = {"engine1/mssql": 1_000, "engine1/hyperv": 1_000}

WAITING = 3
"""``EMAIL_WORKER_STATE_WAITING``."""


def version_info(emulator: Emulator) -> dict[str, Any]:
    """``ServerMetaVersionInfo``, every member."""
    config, mail, thread = emulator.config, emulator.part(Mail), emulator.part(Scheduled)
    now = emulator.clock.now()
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
        "ServerLicenseHash": hashlib.sha256(config["License"]["SerialNumber"].encode()).hexdigest(),
        "ServerLicenseFeaturesAll": True,
        "ServerLicenseFeatureSet": 2147483647,
        "ServerLicenseLimit": {"deviceCount": LICENSED_DEVICES, "boosterCount": LICENSED_BOOSTERS},
        "ConfiguredDevices": emulator.part(Counters).total()["Devices"],
        "BoosterLimit": LICENSED_BOOSTERS,
        "LicenseValidUntil": midnight(now) + LICENCE_SECONDS,
        "EmailsSentSuccessfully": mail.sent,
        "EmailsSentErrors": mail.failed,
        "EmailsWaitingInQueue": mail.waiting,
        "ScheduledEmailThreadCurrentState": WAITING if config["AuthenticationRole"]["GenerateScheduledEmails"] else 0,
        "ScheduledEmailThreadLastCalculateDurationNanos": thread.nanoseconds,
        "ScheduledEmailThreadLastWakeTime": thread.woke,
        "ScheduledEmailThreadWaitingUntil": thread.waits_until,
        "ScheduledEmailThreadLastWakeSentEmails": thread.sent,
        "SelfBackup": emulator.part(SelfBackup).statistics(),
    }


@handles("AdminMetaVersion")
def version(call: Call) -> dict[str, Any]:
    """What the server says about itself."""
    return version_info(call.emulator)


@handles("BrandingProps")
def branding(call: Call) -> dict[str, Any]:
    """What a login page needs to know; of the tenant whose host name was asked."""
    emulator, config = call.emulator, call.emulator.config
    organization = emulator.organization_of_host(call.request.headers.get("host", ""))
    properties = branding_of(emulator, organization)
    downloads = config["SoftwareBuildRole"]
    shared = {name: properties[name] for name in emulator.taker.members_of(call.method.returns) if name in properties}
    return {
        **shared,
        "HasImage": bool(properties["LogoImage"]),
        "ImageEtag": logo_tag(properties),
        "AllowUnauthenticatedDownloads": downloads["RoleEnabled"] and downloads["AllowUnauthenticatedDownloads"],
        "AllowAuthenticatedDownloads": downloads["RoleEnabled"],
        "PruneLogsAfterDays": config["AuthenticationRole"]["PruneLogsAfterDays"],
        "ExpiredInSeconds": config["SessionSettings"]["ExpiredInSeconds"],
        "ExternalAuthenticationSources": displayed_sources(emulator, organization, call.request.self_address),
        "ServerIsEmpty": not emulator.store.rows("admin"),
    }


@handles("AdminMetaStats")
def stats(call: Call) -> dict[str, Any]:
    """Counters of past hours and of now, by time; the simple form drops entries that say nothing new."""
    series = call.emulator.part(History).series(call.caller.organization, simple=call["Simple"])
    return {str(moment): counts for moment, counts in series.items()}


@handles(
    "AdminMetaSoftwareUpdateNews", coverage=PLAUSIBLE, reason="there is no vendor to ask; a switch names the version"
)
def update_news(call: Call) -> dict[str, Any]:
    """The newest version, by the switch ``latest_version``, and what it brings when it is newer than this server."""
    emulator = call.emulator
    newest = emulator.switches["latest_version"] or emulator.version_text
    newer = parse_version(newest) > emulator.version
    return {
        "latest_stable": newest,
        "latest_prerelease": newest,
        "downloads_url": "https://account.cometbackup.com/downloads",
        "updates_info": [f"Version {newest} is available"] if newer else [],
    }
