"""The whole server configuration: one document on the wire, several in the store."""

from __future__ import annotations

from typing import Any

from ..core.obscured import obscure, reveal
from ..core.routing import PLAUSIBLE, Call, handles
from ..emulator import Emulator, Stored
from .config_checks import check_config
from .resources import drop_unused
from .setup import store_config

TYPE = "ServerConfigOptions"


def _replace(emulator: Emulator, kind: str, wanted: set[str], organization: str | None = None) -> None:
    """Delete the documents of a kind that are no longer wanted."""
    for key, row in list(emulator.store.rows(kind).items()):
        if key not in wanted and organization in (None, row.organization):
            emulator.store.delete(kind, key)


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
    check_config(call, document)
    store_config(emulator, document)
    for admin in document["AdminUsers"]:
        emulator.put_admin(admin)
    _replace(emulator, "admin", {f"{admin['OrganizationID']}/{admin['Username']}" for admin in document["AdminUsers"]})
    for key, organization in document["Organizations"].items():
        emulator.store.put("organization", key, organization, organization=key)
    _replace(emulator, "organization", set(document["Organizations"]))
    for key, source in document["ExternalAdminUserSources"].items():
        emulator.store.put("login_source", key, source)
    _replace(emulator, "login_source", set(document["ExternalAdminUserSources"]), "")
    drop_unused(emulator)
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
