"""Uploaded files, which configuration refers to as ``resource://<hash>``."""

from __future__ import annotations

import hashlib
import secrets

from ..emulator import Stored
from ..routing import Call, handles


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
    row = call.emulator.store.row("resource", call["Hash"].removeprefix("resource://"))
    if row is None:
        raise call.unknown("resource")
    return row.body
