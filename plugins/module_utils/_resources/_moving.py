# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What moving a user to another tenant takes. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._user_group import USER_GROUP
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

_TELL = "AdminDispatcherUpdateLoginUrl"


def moves(wish: Wish, found: Found) -> bool:
    """Whether the wish takes a user that exists to another tenant, or to the top level."""
    here = (found.document or {}).get("OrganizationID") or ""
    return wish.present and bool(found.document) and wish.patch.get("OrganizationID", here) != here


def left_behind(have: Mapping[str, Any]) -> dict[str, Any]:
    """What belongs to the old tenant and cannot come along, as a patch.

    Without the link to its policy, the user keeps the settings as its own. All vaults are named where one is, because a
    task that is exclusive would remove those that are not.
    """
    vaults = have.get("Destinations") or {}
    shared = {key: {"StorageLimitID": ""} if vault.get("StorageLimitID") else {} for key, vault in vaults.items()}
    nothing = {"PolicyID": "", "GroupID": "", "AutoStorageTemplateGUID": ""}
    return {**nothing, **({"Destinations": shared} if any(shared.values()) else {})}


def refuse_foreign(server: Server, wish: Wish) -> None:
    """Refuse a policy or user group that is named by ID and is not the new tenant's. Raises InvalidOption."""
    for member, kind in (("PolicyID", POLICY), ("GroupID", USER_GROUP)):
        key = wish.patch.get(member)
        named = server.listing(kind, wish.tenant).get(key) if key else None
        if named and (named.get("OrganizationID") or "") != wish.patch["OrganizationID"]:
            raise InvalidOption(f"{kind.kind}: {key} does not belong to the tenant that the user moves to")


def announce(server: Server, wish: Wish, found: Found) -> None:
    """Warn of devices that will not learn a new address. Raises TooOld where the server cannot force one on them."""
    if wish.arguments.get("force_new_login_url"):
        server.client.require(_model.method(_TELL).parameters["Force"].since, "force_new_login_url")
    names = _device_names(found)
    if not names:
        return
    if not wish.arguments.get("new_login_url"):
        server.warnings.append(
            f"tenant: {_listed(names.values())} still log in at the address they know; if the new tenant has an "
            "address of its own, change it on each device (new_login_url would have told those that are connected)"
        )
        return
    connected = set(_connections(server, found.id).values())
    away = [name for device, name in names.items() if device not in connected]
    if away:
        server.warnings.append(
            f"new_login_url: {_listed(away)} cannot be told because they are not connected; change the address on each "
            "device"
        )


def tell_devices(server: Server, wish: Wish, found: Found) -> None:
    """Give the connected devices their new address (AdminDispatcherUpdateLoginUrl); repeating it is harmless.

    Raises InvalidOption when one of them declines, as it does unless forced where it cannot log in.
    """
    url, names = wish.arguments.get("new_login_url"), _device_names(found)
    if not url or not names:
        return
    force = {"Force": True} if wish.arguments.get("force_new_login_url") else {}
    declined = []
    for target, device in _connections(server, found.id).items():
        try:
            server.client.call(_TELL, TargetID=target, NewURL=url, **force)
        except LoginFailed:
            raise
        except Refused as error:
            name = names.get(device, device)
            if target in _connections(server, found.id):
                declined.append(f"{name} ({error.server_message or f'status {error.status}'})")
            else:
                server.warnings.append(f"new_login_url: {name} went away before it was told; change the address on it")
    if declined:
        raise InvalidOption(
            f"new_login_url: {url} is declined by {_listed(declined)}, so the user was not moved; check the address, "
            "or set force_new_login_url to true so that devices take it without trying to log in"
        )


def _device_names(found: Found) -> dict[str, str]:
    """What people call the user's devices, by ID."""
    devices = (found.document or {}).get("Devices") or {}
    return {key: str(device.get("FriendlyName") or key) for key, device in devices.items()}


def _connections(server: Server, user: str) -> dict[str, str]:
    """The user's devices by their live connections (AdminDispatcherListActive), which end whenever a device does."""
    active = server.client.call("AdminDispatcherListActive", UserNameFilter=user)
    return {target: str(one.get("DeviceID")) for target, one in active.items() if one.get("Username") == user}


def _listed(names: Any) -> str:
    return ", ".join(sorted(names))
