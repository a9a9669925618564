"""What stands before a password: the caller's address, and a pause for accounts that failed too often."""

from __future__ import annotations

from typing import Any

import re2

from ..core.errors import ApiError
from ..core.facts import parse_version
from ..core.routing import Request
from ..emulator import Emulator

PROTECTION_SINCE = parse_version("24.12.2")
"""First version known to have ``LoginProtection`` in its configuration."""


# Addresses


def client_address(emulator: Emulator, request: Request) -> str:
    """The caller's address: with ``TrustXForwardedFor`` the leftmost one that the proxies before the server name."""
    if emulator.config.get("TrustXForwardedFor"):
        leftmost = request.headers.get("x-forwarded-for", "").split(",")[0].strip()
        return leftmost or request.client
    return request.client


def address_allowed(pattern: str, address: str) -> bool:
    """Whether an allow-list pattern (a regular expression of Go) matches an address; a broken one matches nothing."""
    try:
        return re2.search(pattern, address) is not None
    except re2.error:
        return False


def check_address(emulator: Emulator, request: Request, admin: dict[str, Any]) -> None:
    """Refuse clients whose address is not on the administrator's allow-list.

    Raises:
        ApiError: in-body 403 or HTTP 403, as the switch ``address_refused`` says.
    """
    pattern = admin.get("IPWhitelist", "")
    if pattern and not address_allowed(pattern, client_address(emulator, request)):
        status = 403 if emulator.switches["address_refused"] == "http" else 200
        raise ApiError(403, "Your IP address is not allowed to log in to this account", http_status=status)


# Login protection


def check_login_protection(emulator: Emulator, account: str) -> None:
    """Refuse an account that failed too often, while the server's cool-down lasts.

    Raises:
        ApiError: in-body 403 or HTTP 429, as the switch ``login_protection_reply`` says.
    """
    failures, last = emulator.failed_logins.get(account, (0, 0.0))
    rule = emulator.config.get("LoginProtection") or {}
    if not failures or not rule.get("Enabled") or emulator.version < PROTECTION_SINCE:
        return
    if failures < max(1, rule["FailureThreshold"]):
        return
    if emulator.clock.monotonic() - last > max(1, rule["CooldownSeconds"]):
        forget_failures(emulator, account)
        return
    status = int(emulator.switches["login_protection_reply"])
    raise ApiError(status, "Too many bad requests, please slow down", http_status=429 if status == 429 else 200)


def note_failure(emulator: Emulator, account: str) -> None:
    """Remember one failed login. ``account`` is ``admin/NAME`` or ``user/NAME``, whether there is one or not."""
    failures, _unused = emulator.failed_logins.get(account, (0, 0.0))
    emulator.failed_logins[account] = (failures + 1, emulator.clock.monotonic())


def note_success(emulator: Emulator, account: str) -> None:
    """A good login makes up for the failures before it, unless the switch ``login_failures`` says that they add up."""
    if emulator.failed_logins and emulator.switches["login_failures"] == "in_a_row":
        forget_failures(emulator, account)


def forget_failures(emulator: Emulator, account: str) -> None:
    """Forget the failures of one account."""
    emulator.failed_logins.pop(account, None)
