"""What the server refuses in a whole configuration before it stores any of it."""

from __future__ import annotations

import ipaddress
from typing import Any

import re2

from ..accounts.protection import address_allowed, client_address
from ..core.errors import ApiError
from ..core.routing import Call
from .templates import give_ids
from .tenants import check_hosts, check_webhook_keys

Document = dict[str, Any]

PORTS = range(1, 65536)


def check_config(call: Call, config: Document) -> None:
    """Refuse a ``ServerConfigOptions`` that the server could not run with; templates without an id are given one.

    Raises:
        ApiError: 400, or what the switch says for a host name that is taken; nothing is stored then.
    """
    _check_listeners(config["ListenAddresses"])
    _check_admins(call, config["AdminUsers"])
    _check_limits(config)
    for owner in (config, *config["Organizations"].values()):
        check_webhook_keys(owner["WebhookOptions"])
    give_ids(call.emulator, config["AuthenticationRole"]["RemoteStorage"])
    for tenant in config["Organizations"].values():
        give_ids(call.emulator, tenant["RemoteStorage"])
    check_hosts(call, config["Organizations"], config["ListenAddresses"])


def _check_listeners(listeners: list[Document]) -> None:
    addresses = [listener["ListenAddress"] for listener in listeners]
    for address in addresses:
        host, separator, port = address.rpartition(":")
        if not separator or not port.isdigit() or int(port) not in PORTS or not _is_host(host):
            raise ApiError(400, f"Invalid listen address {address!r}")
    if len(set(addresses)) < len(addresses):
        raise ApiError(400, "Two listeners have the same address")
    for listener in listeners:
        if bool(listener.get("SSLCertPath")) != bool(listener.get("SSLCertKey")):
            raise ApiError(400, "A certificate and its key belong together")


def _is_host(host: str) -> bool:
    """Whether a listener may have this in front of its port: nothing, or the address of an interface."""
    if host in ("", "localhost"):
        return True
    try:
        ipaddress.ip_address(host[1:-1] if host.startswith("[") and host.endswith("]") else host)
    except ValueError:
        return False
    return ":" not in host or host.startswith("[")


def _check_admins(call: Call, admins: list[Document]) -> None:
    names = [(admin["OrganizationID"], admin["Username"]) for admin in admins]
    if any(not username for _unused, username in names):
        raise ApiError(400, "An administrator without a name")
    if len(set(names)) < len(names):
        raise ApiError(400, "Two administrators of one tenant have the same name")
    own = (call.caller.organization, call.caller.username)
    if own not in names and call.switch("own_account_removed") == "refused":
        raise ApiError(400, "The configuration lacks the account that sets it")
    for admin, name in zip(admins, names, strict=True):
        pattern = admin.get("IPWhitelist", "")
        _check_pattern(pattern, "allow-list")
        if pattern and name == own and not address_allowed(pattern, client_address(call.emulator, call.request)):
            raise ApiError(400, "The allow-list would exclude your own address")


def _check_pattern(pattern: str, what: str) -> None:
    try:
        re2.compile(pattern)
    except re2.error:
        raise ApiError(400, f"The {what} has an invalid regular expression") from None


def _check_limits(config: Document) -> None:
    protection = config["LoginProtection"]
    if protection["Enabled"] and min(protection["FailureThreshold"], protection["CooldownSeconds"]) < 1:
        raise ApiError(400, "Login protection needs a threshold and a cool-down of at least 1")
    if config["SessionSettings"]["ExpiredInSeconds"] < 0 or config["AuthenticationRole"]["PruneLogsAfterDays"] < 0:
        raise ApiError(400, "A time cannot be negative")
    for rule in config["IPRateLimit"].get("Rules") or ():
        _check_pattern(rule["MatchRegex"], "rate limit")
