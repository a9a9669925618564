"""The whole server configuration: one document on the wire, several in the store."""

from __future__ import annotations

from typing import Any

from ..emulator import Emulator, Stored
from ..errors import ApiError
from ..obscured import obscure, reveal
from ..passwords import guid
from ..routing import PLAUSIBLE, Call, handles
from .setup import store_config
from .tenants import store_organization

TYPE = "ServerConfigOptions"


def fill_template_ids(templates: list[dict[str, Any]]) -> None:
    """Give storage templates without an id one."""
    for template in templates:
        template["ID"] = template["ID"] or guid()


def _replace(emulator: Emulator, kind: str, wanted: set[str], organization: str | None = None) -> None:
    """Delete the documents of a kind that are no longer wanted."""
    for key, row in list(emulator.store.rows(kind).items()):
        if key not in wanted and organization in (None, row.organization):
            emulator.store.delete(kind, key)


def _check_admins(admins: list[dict[str, Any]]) -> None:
    names = [(admin["OrganizationID"], admin["Username"]) for admin in admins]
    if any(not username for _unused, username in names):
        raise ApiError(400, "An administrator without a name")
    if len(set(names)) < len(names):
        raise ApiError(400, "Two administrators of one tenant have the same name")


@handles("AdminMetaServerConfigGet")
def get_config(call: Call) -> dict[str, Any]:
    """The whole configuration, secrets obscured."""
    document: dict[str, Any] = obscure(call.emulator, TYPE, call.emulator.whole_config())
    return document


@handles("AdminMetaServerConfigSet")
def set_config(call: Call) -> Stored:
    """Replace the whole configuration, answer, and restart even if nothing changed."""
    emulator = call.emulator
    document = reveal(emulator, TYPE, call["Config"])
    _check_admins(document["AdminUsers"])
    fill_template_ids(document["AuthenticationRole"]["RemoteStorage"])
    store_config(emulator, document)
    for admin in document["AdminUsers"]:
        emulator.put_admin(admin)
    _replace(emulator, "admin", {f"{admin['OrganizationID']}/{admin['Username']}" for admin in document["AdminUsers"]})
    for key, organization in document["Organizations"].items():
        store_organization(call, key, organization)
    _replace(emulator, "organization", set(document["Organizations"]))
    for key, source in document["ExternalAdminUserSources"].items():
        emulator.store.put("login_source", key, source)
    _replace(emulator, "login_source", set(document["ExternalAdminUserSources"]), "")
    call.after_reply = lambda: emulator.end_run(True, call.caller.username)
    return call.ok()


@handles(
    "AdminMetaServerConfigNetworkInterfaces",
    coverage=PLAUSIBLE,
    reason="fixed addresses, so that answers do not depend on the machine",
)
def network_interfaces(call: Call) -> list[str]:
    """Addresses the server could listen on."""
    return ["127.0.0.1", "192.0.2.10", "::1", "2001:db8::10"]
