"""Uploaded files, which configuration refers to as ``resource://<hash>``."""

from __future__ import annotations

import hashlib
import secrets

from ..core.routing import Call, handles
from ..emulator import Emulator, Stored
from ..server.branding import SCHEME


@handles("AdminMetaResourceNew")
def new_resource(call: Call) -> Stored:
    """Keep a file and name its hash."""
    content: bytes = call["upload"]
    by_content = call.switch("resource_hash") == "content"
    name = hashlib.sha256(content).hexdigest() if by_content else secrets.token_hex(32)
    call.emulator.store.put("resource", name, content, organization=call.caller.organization)
    return call.ok(ResourceHash=name)


@handles("AdminMetaResourceGet")
def get_resource(call: Call) -> bytes:
    """The bytes of a file."""
    row = call.emulator.store.row("resource", call["Hash"].removeprefix(SCHEME))
    if row is None:
        raise call.unknown("resource")
    return row.body


def drop_unused(emulator: Emulator) -> None:
    """Forget files that neither the configuration nor a tenant refers to, unless a switch keeps them."""
    if emulator.switches["unused_resources"] == "kept":
        return
    store = emulator.store
    bodies = [row.body for kind in ("server", "organization") for row in store.rows(kind).values()]
    for key in list(store.rows("resource")):
        if not any((SCHEME + key).encode() in body for body in bodies):
            store.delete("resource", key)
