"""Organizations (tenants): made, replaced and deleted by top-level administrators only."""

from __future__ import annotations

import re
from typing import Any

import orjson

from ..core.errors import ApiError
from ..core.obscured import obscure, reveal
from ..core.passwords import guid
from ..core.routing import Call, handles
from ..emulator import Stored
from ..jobs.running import KINDS
from .templates import give_ids
from .users import forget_user

TYPE = "Organization"
HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)

OWNED = ("policy", "group", "quota", "news", "login_source", *KINDS)
"""Kinds of documents that go with their tenant; users and administrators go too, buckets stay."""


def check_hosts(call: Call, tenants: dict[str, dict[str, Any]], listeners: list[dict[str, Any]]) -> None:
    """Refuse host names of tenants that are invalid, or in use by two tenants or by the server itself.

    Raises:
        ApiError: 400, or what the switch says for names that are taken.
    """
    taken = {name.strip().lower() for entry in listeners for name in entry.get("AutoSSLDomains", "").split(",")}
    for tenant in tenants.values():
        for host in tenant["Hosts"]:
            if not HOST.fullmatch(host):
                raise ApiError(400, f"Invalid host name {host!r}")
            if host.lower() in taken:
                raise call.taken(f"The host name {host} is in use already")
            taken.add(host.lower())


def check_webhook_keys(options: dict[str, Any]) -> None:
    """Refuse webhooks without a key.

    Raises:
        ApiError: 400.
    """
    if "" in options:
        raise ApiError(400, "A webhook needs a key that is not empty")


def store_organization(call: Call, organization_id: str, organization: dict[str, Any]) -> None:
    """Check and store one tenant.

    Raises:
        ApiError: a host name is invalid or taken, or two storage templates have the same id.
    """
    store = call.emulator.store
    tenants = {key: store.peek("organization", key) or {} for key in store.rows("organization")}
    check_hosts(call, {**tenants, organization_id: organization}, call.emulator.config["ListenAddresses"])
    check_webhook_keys(organization["WebhookOptions"])
    give_ids(call.emulator, organization["RemoteStorage"])
    store.put("organization", organization_id, organization, organization=organization_id)


@handles("AdminOrganizationList")
def list_organizations(call: Call) -> dict[str, Any]:
    """Tenant id to tenant, secrets obscured."""
    rows = call.emulator.store.rows("organization")
    return {key: obscure(call.emulator, TYPE, orjson.loads(row.body)) for key, row in rows.items()}


@handles("AdminOrganizationSet")
def set_organization(call: Call) -> Stored:
    """Replace a tenant, or make one under an id of the server's choice."""
    emulator, organization_id = call.emulator, call.get("OrganizationID")
    unknown = bool(organization_id) and emulator.store.row("organization", organization_id) is None
    if unknown and call.switch("organization_set_unknown_id") == "refused":
        raise call.unknown("tenant")
    organization_id = organization_id or guid()
    organization = reveal(emulator, TYPE, call.get("Organization", None) or emulator.taker.shape(TYPE, None))
    store_organization(call, organization_id, organization)
    return call.ok(ID=organization_id, Organization=obscure(emulator, TYPE, organization))


@handles("AdminOrganizationDelete")
def delete_organization(call: Call) -> Stored:
    """Delete a tenant with its users, jobs, administrators, policies and groups."""
    organization_id, store = call.get("OrganizationID"), call.emulator.store
    if not organization_id:
        raise ApiError(400, "The tenant id must not be empty")
    if call.delete("organization", organization_id, "tenant") is None:
        return call.ok()
    for username in [key for key, row in store.rows("user").items() if row.organization == organization_id]:
        forget_user(call, username)
    for kind in (*OWNED, "admin"):
        for key in [key for key, row in store.rows(kind).items() if row.organization == organization_id]:
            store.delete(kind, key)
            if kind == "admin":
                call.emulator.sessions.revoke_account("admin", key)
    return call.ok()


@handles("AdminDispatcherGetDefaultLoginUrl")
def default_login_url(call: Call) -> dict[str, str]:
    """The address that devices of a tenant log in to: its first host name, else the server's own."""
    organization = call["OrganizationID"]
    if not organization:
        return {"LoginURL": call.request.self_address}
    call.find("organization", organization, "tenant")
    hosts = (call.emulator.store.peek("organization", organization) or {})["Hosts"]
    return {"LoginURL": f"https://{hosts[0]}/" if hosts else call.request.self_address}
