"""Parts of the configuration with calls of their own; each belongs to the caller's tenant, or to the server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..core.obscured import obscure, reveal
from ..core.routing import PLAUSIBLE, Call, handles
from ..emulator import Stored
from .setup import store_config
from .templates import give_ids, replace_automatic
from .tenants import check_webhook_keys

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fragment:
    """One part: where it lives in ``ServerConfigOptions`` and ``Organization``, and under which parameter it is set.

    ``wrapped``: get answers ``{member: document}``, while set takes the document itself.
    """

    name: str
    server_path: tuple[str, ...]
    parameter: str
    type: str
    wrapped: bool = False

    @property
    def member(self) -> str:
        """The member of ``Organization``, and the last step in ``ServerConfigOptions``."""
        return self.server_path[-1]


TEMPLATES = Fragment(
    "RemoteStorageVault", ("AuthenticationRole", "RemoteStorage"), "RemoteStorageOptions", "list<RemoteStorageOption>"
)
PSA = Fragment("PsaConfigList", ("PSAConfigs",), "PSAConfigList", "list<PSAConfig>")

FRAGMENTS = (
    Fragment("BrandingConfig", ("Branding",), "BrandingConfig", "BrandingOptions", wrapped=True),
    Fragment(
        "BuildConfig", ("SoftwareBuildRole",), "SoftwareBuildRoleConfig", "SoftwareBuildRoleOptions", wrapped=True
    ),
    Fragment("EmailOptions", ("Email",), "EmailOptions", "EmailOptions"),
    Fragment("WebhookOptions", ("WebhookOptions",), "WebhookOptions", "map<string,WebhookOption>"),
    TEMPLATES,
    PSA,
    Fragment("ConstellationConfig", ("ConstellationRole",), "ConstellationRoleOptions", "ConstellationRoleOptions"),
)


def read_fragment(call: Call, part: Fragment) -> Any:
    """The part as stored, for the caller's tenant or the server; for reading only."""
    if call.caller.organization:
        return (call.emulator.store.peek("organization", call.caller.organization) or {})[part.member]
    value: Any = call.emulator.config
    for step in part.server_path:
        value = value[step]
    return value


def write_fragment(call: Call, part: Fragment, value: Any) -> None:
    """Replace the part, for the caller's tenant or the server."""
    store, organization = call.emulator.store, call.caller.organization
    if organization:
        document = store.document("organization", organization) or {}
        document[part.member] = value
        store.put("organization", organization, document, organization=organization)
        return
    config = store.document("server", "config") or {}
    target = config
    for step in part.server_path[:-1]:
        target = target[step]
    target[part.member] = value
    store_config(call.emulator, config)


def _register(part: Fragment) -> None:
    @handles(f"AdminMeta{part.name}Get")
    def get_fragment(call: Call) -> Any:
        value = obscure(call.emulator, part.type, read_fragment(call, part))
        return {part.member: value} if part.wrapped else value

    @handles(f"AdminMeta{part.name}Set")
    def set_fragment(call: Call) -> Stored:
        emulator = call.emulator
        value = reveal(emulator, part.type, call[part.parameter])
        if part.name in CHECKS:
            CHECKS[part.name](call, value)
        write_fragment(call, part, value)
        if call.switch("fragment_set_restarts"):
            call.after_reply = lambda: emulator.end_run(True, call.caller.username)
        return call.ok()


def _check_webhooks(call: Call, value: Document) -> None:
    check_webhook_keys(value)
    call.emulator.webhooks.forget(call.caller.organization)


def _check_templates(call: Call, value: list[Document]) -> None:
    give_ids(call.emulator, value)
    ids = {template["ID"] for template in value}
    replacement = call.get("ReplacementAutoVaultID")
    if replacement and replacement not in ids:
        raise call.unknown("replacement storage template")
    removed = {template["ID"] for template in read_fragment(call, TEMPLATES)} - ids - {""}
    replace_automatic(call, removed, replacement)


CHECKS: dict[str, Callable[[Call, Any], None]] = {
    "WebhookOptions": _check_webhooks,
    "RemoteStorageVault": _check_templates,
}

for _part in FRAGMENTS:
    _register(_part)


@handles("AdminMetaPsaConfigListSyncNow", coverage=PLAUSIBLE, reason="nothing is sent to the PSA, only logged")
def sync_psa(call: Call) -> Stored:
    """Bring every PSA of the caller's tenant in step now."""
    for config in read_fragment(call, PSA):
        call.emulator.log.info(f"PSA of type {config['Type']} brought in step")
    return call.ok()
