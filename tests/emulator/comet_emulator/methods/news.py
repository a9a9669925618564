"""News and bulletins."""

from __future__ import annotations

from ..core.passwords import guid
from ..core.routing import Call, fragments, handles
from ..emulator import Stored


@handles("AdminNewsGetAll", "UserWebNewsGetAll")
def get_all(call: Call) -> Stored:
    """News id to entry."""
    return Stored(fragments(call.visible("news")))


@handles("AdminNewsSubmit")
def submit(call: Call) -> Stored:
    """Publish an entry in the caller's tenant; its id is not returned."""
    organization = call.caller.organization
    entry = {"OrganizationID": organization, "DateTime": call.emulator.clock.now(), "TextContent": call["NewsContent"]}
    call.emulator.store.put("news", guid(), entry, organization=organization)
    return call.ok()


@handles("AdminNewsRemove")
def remove(call: Call) -> Stored:
    """Remove an entry."""
    call.delete("news", call["NewsItem"], "news item")
    return call.ok()
