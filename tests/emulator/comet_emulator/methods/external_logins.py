"""External authentication sources, each tenant's own."""

from __future__ import annotations

from typing import Any

import orjson

from ..core.obscured import obscure, reveal
from ..core.passwords import guid
from ..core.routing import Call, handles
from ..emulator import Emulator, Stored

TYPE = "ExternalAuthenticationSource"


def _own(call: Call) -> dict[str, Any]:
    rows = call.emulator.store.rows("login_source").items()
    return {key: orjson.loads(row.body) for key, row in rows if row.organization == call.caller.organization}


def _store(call: Call, key: str, source: dict[str, Any]) -> dict[str, Any]:
    source = reveal(call.emulator, TYPE, source)
    call.emulator.store.put("login_source", key, source, organization=call.caller.organization)
    return source


def displayed_sources(emulator: Emulator, organization: str, address: str) -> list[dict[str, str]]:
    """What a login page offers besides a password: ``ExternalAuthenticationSourceDisplay`` of each OpenID source.

    ``address`` is the server's own, with a trailing slash. The page behind ``LoginStartURL`` does not exist here.
    """
    rows = emulator.store.rows("login_source").items()
    own = {key: emulator.store.peek("login_source", key) or {} for key, row in rows if row.organization == organization}
    return [
        {"DisplayName": source["OIDC"]["DisplayName"], "LoginStartURL": f"{address}external-login/{key}"}
        for key, source in own.items()
        if source["Type"] == "oidc" and source.get("OIDC")
    ]


@handles("AdminExternalAuthSourcesGet")
def get_sources(call: Call) -> dict[str, Any]:
    """Source id to source, secrets obscured."""
    return {key: obscure(call.emulator, TYPE, source) for key, source in _own(call).items()}


@handles("AdminExternalAuthSourcesNew")
def new_source(call: Call) -> Stored:
    """Add a source, under the caller's id if one is given."""
    key = call.get("SourceID") or guid()
    if call.emulator.store.row("login_source", key) is not None:
        raise call.taken("The external authentication source exists already")
    source = _store(call, key, call["Source"])
    return call.ok(ID=key, Source=obscure(call.emulator, TYPE, source))


@handles("AdminExternalAuthSourcesSet")
def set_sources(call: Call) -> Stored:
    """Replace all sources of the tenant."""
    own, stored = _own(call), call.emulator.store.rows("login_source")
    if any(key in stored and key not in own for key in call["Sources"]):
        raise call.taken("The external authentication source exists already")
    for key in own.keys() - call["Sources"].keys():
        call.emulator.store.delete("login_source", key)
    for key, source in call["Sources"].items():
        _store(call, key, source)
    return call.ok()


@handles("AdminExternalAuthSourcesDelete")
def delete_source(call: Call) -> Stored:
    """Delete one source."""
    row = call.emulator.store.row("login_source", call["SourceID"])
    if row is not None and row.organization != call.caller.organization:
        call.refuse_deletion("external authentication source")
    else:
        call.delete("login_source", call["SourceID"], "external authentication source")
    return call.ok()
