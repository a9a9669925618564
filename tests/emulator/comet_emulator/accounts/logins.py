"""Logins as others hear of them: the events about who came in and who did not."""

from __future__ import annotations

from ..core.errors import ApiError
from ..core.events import Event
from ..core.facts import Method
from ..core.routing import Caller, Request
from ..emulator import Emulator
from .auth import admins_named, authenticate, credentials_of

SESSION = "SessionKey"
REFUSED = (403, 429)


def log_in(emulator: Emulator, method: Method, request: Request) -> Caller:
    """The caller of a method; a login by anything but a session is an event, a failed one if the account exists.

    Raises:
        ApiError: the credentials are wrong, or not enough.
    """
    try:
        caller = authenticate(emulator, method, request)
    except ApiError as problem:
        if problem.status in REFUSED:
            _tell_failure(emulator, method, request)
        raise
    if caller.kind != "none" and not caller.session_key:
        name = "ACCOUNT_ADMIN_LOGIN" if caller.kind == "admin" else "ACCOUNT_LOGIN"
        emulator.events.send(Event(name, caller.username, caller.organization, request.path))
    return caller


def _tell_failure(emulator: Emulator, method: Method, request: Request) -> None:
    given = credentials_of(request)
    username = given["Username"]
    if given["AuthType"] == SESSION or not username:
        return
    admins = admins_named(emulator, request, username) if method.auth != "user" else []
    if admins:
        owner = admins[0].partition("/")[0]
        emulator.events.send(Event("ACCOUNT_ADMIN_LOGIN_FAILED", username, owner, request.path))
        return
    user = emulator.store.row("user", username)
    if user is not None and method.auth in ("user", "admin_or_user"):
        emulator.events.send(Event("ACCOUNT_LOGIN_FAILED", username, user.organization, request.path))
