"""What API calls leave in the server's log: who logged in, what was changed, what was refused; no secret values."""

from __future__ import annotations

from ..core.calls import LOGIN_METHODS, writes
from ..core.errors import ApiError
from ..core.facts import Method
from ..core.routing import Caller, Request
from ..emulator import Emulator

NAMED = (
    "TargetUser",
    "TargetDevice",
    "TargetOrganization",
    "OrganizationID",
    "PolicyID",
    "GroupID",
    "SharedStorageQuotaID",
    "BucketID",
    "StorageProvider",
    "DestinationId",
    "SourceID",
    "JobID",
    "NewsItem",
    "TargetID",
)
"""Parameters that say what a call was about and hold no secret."""


def note_login_failure(emulator: Emulator, request: Request, problem: ApiError) -> None:
    """Log that nobody could be found behind a request."""
    name = request.form.get("Username") or request.headers.get("x-comet-admin-username", "")
    emulator.log.warn(f"Login failed for {name!r} from {request.client}: {problem.message} ({request.path})")


def note_call(emulator: Emulator, method: Method, caller: Caller, request: Request) -> None:
    """Log a call that changed something or started a session."""
    if method.name in LOGIN_METHODS:
        emulator.log.info(f"{caller.kind} {caller.username!r} from {request.client}: {method.path}")
    elif writes(method):
        about = ", ".join(f"{name}={request.form[name]}" for name in NAMED if request.form.get(name))
        emulator.log.info(f"{caller.kind} {caller.username!r}: {method.name} {about}".rstrip())


def note_refusal(emulator: Emulator, method: Method, caller: Caller, problem: ApiError) -> None:
    """Log a call of somebody known that was refused."""
    emulator.log.warn(
        f"{caller.kind} {caller.username!r}: {method.name} refused with {problem.status}: {problem.message}"
    )
