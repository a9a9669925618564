# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The update campaign, of which a server has one. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._state._compare import cleared
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Hooks, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

_STATUS = "UpdateCampaignStatus"


class UpdateCampaignHooks(Hooks):
    """A campaign runs or does not. The starting call replaces whatever runs, so it is made only where that differs."""

    def prepare(self, wish: Wish, found: Found) -> Wish:
        """A new campaign is exactly what the task says; of one that runs, the rest stays. One to stop is only stopped.

        Nobody has documented what a server remembers of a campaign that does not run.
        """
        have = found.document or {}
        if not wish.arguments["active"]:
            return replace(wish, patch={"Active": False})
        patch = {**wish.patch, "Active": True}
        if not have.get("Active"):
            patch = cleared(_STATUS, have, patch)
        elif "DeviceFilter" in patch:
            patch["DeviceFilter"] = cleared("SearchClause", have.get("DeviceFilter") or {}, patch["DeviceFilter"])
        _refuse_half_a_filter(wish.patch, {**have, **patch})
        target = wish.arguments.get("target_version")
        if target and _plain(target) != _plain(have.get("TargetVersion")):
            patch["TargetVersion"] = target
        return replace(wish, patch=patch)

    def guard(self, server: Server, wish: Wish, found: Found) -> None:
        """Refuses a version that the server cannot bring devices to."""
        wanted = wish.arguments.get("target_version")
        if not wanted or not wish.arguments["active"]:
            return
        version = server.client.version_info().get("Version")
        if _plain(wanted) != _plain(version):
            raise InvalidOption(
                f"target_version: a campaign brings devices to the version of its server, and that is {version}"
            )


def _plain(version: str | None) -> str:
    """The numbers of a version, without what may follow them."""
    return (version or "").partition("-")[0].strip()


def _refuse_half_a_filter(named: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    """A filter that does not count would let the campaign reach every device."""
    clause = options.get("DeviceFilter") or {}
    filled = any(clause.values())
    if named.get("DeviceFilter") and filled and not options.get("ApplyDeviceFilter"):
        raise InvalidOption("device_filter: counts only with apply_device_filter set to true")
    if named.get("ApplyDeviceFilter") and not filled:
        raise InvalidOption("apply_device_filter: needs a device_filter, for it would let every device through")


UPDATE_CAMPAIGN = Resource(
    kind="update_campaign",
    plural="update_campaigns",
    structure=_STATUS,
    reading=Call("AdminUpdateCampaignStatus"),
    updating=Call("AdminUpdateCampaignStart", {"Options": "document"}),
    # What the server says about the course of a campaign is read by the info module: a start begins it anew.
    hidden=("StartTime", "TargetVersion", "Devices"),
    arguments={
        "active": {"type": "bool", "required": True, "aliases": ["Active"]},
        "target_version": {"type": "str"},
    },
    hooks=UpdateCampaignHooks(),
)
