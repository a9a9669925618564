# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The update campaign, of which a server has one. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Change, cleared
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Hooks, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

_OPTIONS, _STATUS = "UpdateCampaignOptions", "UpdateCampaignStatus"
_START, _READ = "AdminUpdateCampaignStart", "AdminUpdateCampaignStatus"


class UpdateCampaignHooks(Hooks):
    """A campaign runs or does not. The starting call replaces whatever runs, so it is made only where that differs."""

    def inspect(self, server: Server, wish: Wish, found: Found) -> Found:
        """The options alone; what the server adds about the course of the campaign is never sent back."""
        options, course = _parted(found.document or {})
        return replace(found, document=options, beside=course)

    def prepare(self, wish: Wish, found: Found) -> Wish:
        """A new campaign is exactly what the task says; of one that runs, the rest stays. One to stop is only stopped.

        Nobody has documented what a server remembers of a campaign that does not run.
        """
        have = found.document or {}
        if not wish.arguments["active"]:
            return replace(wish, patch={"Active": False})
        patch = {**wish.patch, "Active": True}
        if not have.get("Active"):
            patch = cleared(_OPTIONS, have, patch)
        elif "DeviceFilter" in patch:
            patch["DeviceFilter"] = cleared("SearchClause", have.get("DeviceFilter") or {}, patch["DeviceFilter"])
        _refuse_half_a_filter(wish.patch, {**have, **patch})
        return replace(wish, patch=patch)

    def guard(self, server: Server, wish: Wish, found: Found) -> None:
        """Refuses a version that the server cannot bring devices to."""
        wanted = _target(wish)
        version = server.client.version_info().get("Version") if wanted else ""
        if wanted != _plain(version):
            raise InvalidOption(
                f"target_version: a campaign brings devices to the version of its server, and that is {version}"
            )

    def acts(self, wish: Wish, found: Found, making: bool) -> tuple[Change, ...]:
        """A campaign for another version is started anew, whatever its options."""
        wanted, before = _target(wish), found.beside.get("TargetVersion") or None
        return (Change(("target_version",), None, before, wanted),) if wanted and wanted != _plain(before) else ()

    def act(self, server: Server, wish: Wish, found: Found) -> None:
        """Starts the campaign, unless a difference in its options has just done so."""
        options, course = _parted(server.client.call(_READ))
        if _plain(course.get("TargetVersion")) != _target(wish):
            server.client.call(_START, Options=options)


def _parted(status: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """An UpdateCampaignStatus as the options that a campaign was started with, and what has become of it since."""
    added = set(_model.structure(_STATUS).members) - set(_model.structure(_OPTIONS).members)
    options = {name: value for name, value in status.items() if name not in added}
    return options, {name: value for name, value in status.items() if name in added}


def _target(wish: Wish) -> str:
    """The version that the task asks for; empty when it asks for none, or stops the campaign."""
    return _plain(wish.arguments.get("target_version")) if wish.arguments["active"] else ""


def _plain(version: str | None) -> str:
    """The numbers of a version, without what may follow them."""
    return (version or "").partition("-")[0].strip()


def _refuse_half_a_filter(named: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    """A filter that does not count, or that holds no condition, would let the campaign reach every device."""
    clause = options.get("DeviceFilter") or {}
    filled = bool(clause.get("RuleField") or clause.get("ClauseChildren"))
    applied = bool(options.get("ApplyDeviceFilter"))
    if named.get("DeviceFilter") and any(clause.values()) and not applied:
        raise InvalidOption("device_filter: counts only with apply_device_filter set to true")
    if applied and not filled and named.keys() & {"ApplyDeviceFilter", "DeviceFilter"}:
        raise InvalidOption(
            "apply_device_filter: needs a device_filter with a rule_field or clause_children, for it would let every "
            "device through"
        )


UPDATE_CAMPAIGN = Resource(
    kind="update_campaign",
    plural="update_campaigns",
    structure=_OPTIONS,
    reading=Call(_READ),
    updating=Call(_START, {"Options": "document"}),
    arguments={
        "active": {"type": "bool", "required": True, "aliases": ["Active"]},
        "target_version": {"type": "str"},
    },
    hooks=UpdateCampaignHooks(),
)
