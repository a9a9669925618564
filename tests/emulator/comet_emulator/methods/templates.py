"""Storage templates: what vaults can be requested from."""

from __future__ import annotations

from typing import Any

import orjson

from ..core.errors import ApiError
from ..core.passwords import guid
from ..core.routing import PLAUSIBLE, Call, handles
from ..emulator import Emulator, Stored
from ..server.provisioning import Template, check_template
from .policies import refresh_users

IDS_SINCE = (24, 12, 2)
"""The first version whose templates have an ``ID``."""


def templates_of(emulator: Emulator, organization: str) -> list[Template]:
    """The storage templates of a tenant, or of the server; for reading only."""
    if organization:
        return (emulator.store.peek("organization", organization) or {}).get("RemoteStorage") or []
    templates: list[Template] = emulator.config["AuthenticationRole"]["RemoteStorage"]
    return templates


def providers_of(emulator: Emulator, organization: str) -> dict[str, Template]:
    """Templates of a tenant by the name that requests for a vault use: the id, on older servers what a switch says."""
    templates = templates_of(emulator, organization)
    if emulator.version >= IDS_SINCE:
        return {template["ID"]: template for template in templates}
    if emulator.switches["old_template_ids"] == "description":
        return {template["Description"]: template for template in templates}
    return {str(index): template for index, template in enumerate(templates)}


def give_ids(emulator: Emulator, templates: list[Template]) -> None:
    """Give templates without an id one, if the switch ``missing_template_id`` says so.

    Raises:
        ApiError: 400, two have the same id.
    """
    if emulator.switches["missing_template_id"] == "filled" or emulator.version < IDS_SINCE:
        for template in templates:
            template["ID"] = template["ID"] or guid()
    ids = [template["ID"] for template in templates if template["ID"]]
    if len(set(ids)) < len(ids):
        raise ApiError(400, "Two storage templates have the same id")


@handles("AdminRequestStorageVaultProviders")
def providers(call: Call) -> dict[str, str]:
    """Template id to description."""
    found = providers_of(call.emulator, call.target_organization())
    return {key: template["Description"] for key, template in found.items()}


@handles(
    "AdminMetaRemoteStorageVaultTest",
    coverage=PLAUSIBLE,
    reason="nothing is connected to; only the options are checked",
)
def test_template(call: Call) -> Stored:
    """Whether a vault could be requested from a template."""
    check_template(call["TemplateOptions"])
    return call.ok()


# Automatic vaults


def replace_automatic(call: Call, removed: set[str], replacement: str) -> None:
    """Give users and policies whose vaults are made automatically from removed templates another one.

    Raises:
        ApiError: 400, there are such users or policies, no replacement is named, and a switch refuses that.
    """
    choice = call.switch("auto_template_removed")
    if not removed or (not replacement and choice == "left"):
        return
    users, policies = _automatic_users(call, removed), _automatic_policies(call, removed)
    if not replacement and choice == "refused" and (users or policies):
        raise ApiError(400, "A removed storage template is used by automatic vaults; name its replacement")
    store = call.emulator.store
    for key, policy in policies.items():
        policy["Policy"]["DefaultNewStorageVault"] = replacement
        store.put("policy", key, policy, organization=policy["OrganizationID"])
        refresh_users(call.emulator, key, [])
    for key in users:
        row, profile = store.row("user", key), store.document("user", key)
        assert row is not None
        assert profile is not None
        profile["AutoStorageTemplateGUID"] = replacement
        store.put("user", key, profile, organization=row.organization, parent=row.parent, group=row.group)


def _automatic_users(call: Call, removed: set[str]) -> list[str]:
    """Users of the caller's tenant who name a removed template; whole profiles are only parsed when its id occurs."""
    rows = call.emulator.store.rows("user").items()
    mentioned = (item for item in rows if any(gone.encode() in item[1].body for gone in removed))
    return [
        key
        for key, row in mentioned
        if row.organization == call.caller.organization and orjson.loads(row.body)["AutoStorageTemplateGUID"] in removed
    ]


def _automatic_policies(call: Call, removed: set[str]) -> dict[str, dict[str, Any]]:
    """Policies of the caller's tenant that name a removed template as the one for new vaults."""
    found = {}
    for key, row in call.emulator.store.rows("policy").items():
        if row.organization == call.caller.organization:
            policy = orjson.loads(row.body)
            if policy["Policy"]["DefaultNewStorageVault"] in removed:
                found[key] = policy
    return found
