"""Storage templates: what vaults can be requested from."""

from __future__ import annotations

from typing import Any

from ..emulator import Emulator, Stored
from ..errors import ApiError
from ..routing import PLAUSIBLE, Call, handles

Template = dict[str, Any]


def templates_of(emulator: Emulator, organization: str) -> list[Template]:
    """The storage templates of a tenant, or of the server; for reading only."""
    if organization:
        return (emulator.store.peek("organization", organization) or {}).get("RemoteStorage") or []
    templates: list[Template] = emulator.config["AuthenticationRole"]["RemoteStorage"]
    return templates


@handles("AdminRequestStorageVaultProviders")
def providers(call: Call) -> dict[str, str]:
    """Template id to description."""
    organization = call.target_organization()
    return {template["ID"]: template["Description"] for template in templates_of(call.emulator, organization)}


@handles(
    "AdminMetaRemoteStorageVaultTest",
    coverage=PLAUSIBLE,
    reason="nothing is connected to; only the options are checked",
)
def test_template(call: Call) -> Stored:
    """A template works when it has a type and, for a remote server, an address."""
    template = call["TemplateOptions"]
    if not template["Type"]:
        raise ApiError(400, "The storage template has no type")
    if template["Type"] == "comet" and not template.get("RemoteAddress"):
        raise ApiError(400, "The storage template has no address")
    return call.ok()
