"""From a method of the facts to the function that answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from ..devices.live import Connection
from ..emulator import Emulator, Stored
from .errors import ApiError, denied, unauthorised
from .facts import Method
from .store import Row

FULL = "full"
"""Answered as the real server would, as far as that is known."""

PLAUSIBLE = "plausible"
"""Answered in the right shape with made-up content, or without the effect the real call has."""


@dataclass(slots=True)
class Request:
    """One HTTP request, read completely. Header names are lower case."""

    path: str
    http_method: str
    headers: dict[str, str]
    client: str
    scheme: str = "http"
    form: dict[str, str] = field(default_factory=dict)
    upload: bytes | None = None

    @property
    def language(self) -> str:
        """The ``Accept-Language`` header."""
        return self.headers.get("accept-language", "")

    @property
    def self_address(self) -> str:
        """The server's address as this client sees it, with a trailing slash."""
        return f"{self.scheme}://{self.headers.get('host', '127.0.0.1')}/"


@dataclass(slots=True)
class Caller:
    """Who calls. ``kind`` is admin, user or none; ``account`` is the stored id of the account.

    ``permissions`` are the flags of an ``AdminUserPermissions``, or of the ``UserPolicy`` of an end user.
    """

    kind: str = "none"
    username: str = ""
    account: str = ""
    organization: str = ""
    permissions: dict[str, Any] = field(default_factory=dict)
    session_key: str = ""
    by_password: bool = False

    @property
    def top_level(self) -> bool:
        """Whether the caller is an administrator of the whole server."""
        return self.kind == "admin" and not self.organization

    def may(self, permission: str) -> bool:
        """Whether a permission flag is set; absent flags are not."""
        return bool(self.permissions.get(permission))


@dataclass(slots=True)
class File:
    """A file to download, as the result of a handler. ``delay`` is how many seconds its making takes."""

    body: memoryview
    name: str
    delay: float = 0.0


@dataclass(slots=True)
class Call:
    """One API call, past login and with parameters checked: what a handler works with."""

    emulator: Emulator
    method: Method
    parameters: dict[str, Any]
    caller: Caller
    request: Request
    after_reply: Callable[[], None] | None = None

    def __getitem__(self, name: str) -> Any:
        return self.parameters[name]

    def get(self, name: str, default: Any = "") -> Any:
        """An optional parameter, or the default when it was left out."""
        return self.parameters.get(name, default)

    def switch(self, name: str) -> Any:
        """The present setting of a switch."""
        return self.emulator.switches[name]

    def ok(self, message: str = "OK", **members: Any) -> Stored:
        """A successful envelope; members that this version's result type does not have are left out."""
        version, since = self.emulator.version, self.method.response_fields_since
        extra = {}
        for member in self.emulator.facts.structures[self.method.returns_at(version)]:
            value = members.get(member.name)
            exists = max(member.since, since.get(member.name, member.since)) <= version
            if member.name in members and exists and (value or not member.omit_when_zero):
                extra[member.name] = value
        return Stored({"Status": 200, "Message": message, **extra})

    # Tenants

    def sees(self, organization: str) -> bool:
        """Whether documents of this tenant are visible to the caller."""
        return self.caller.top_level or organization == self.caller.organization

    def target_organization(self, name: str = "TargetOrganization") -> str:
        """The tenant to work in: the parameter for top-level administrators, always their own for others.

        Raises:
            ApiError: another tenant's administrator asks, or the tenant does not exist.
        """
        wanted: str = self.get(name)
        if not self.caller.top_level:
            if wanted and wanted != self.caller.organization:
                raise denied()
            return self.caller.organization
        if wanted and self.emulator.store.row("organization", wanted) is None:
            raise self.unknown("tenant")
        return wanted

    def visible(self, kind: str) -> dict[str, Row]:
        """Documents of a kind that the caller sees, narrowed to ``TargetOrganization`` where the method takes one."""
        rows = self.emulator.store.rows(kind)
        if self.caller.top_level and not self.get("TargetOrganization"):
            return rows
        wanted = self.target_organization()
        return {key: row for key, row in rows.items() if row.organization == wanted}

    def find(self, kind: str, key: str, noun: str) -> Row:
        """One visible document.

        Raises:
            ApiError: it does not exist, or belongs to another tenant (which must not show).
        """
        row = self.emulator.store.row(kind, key)
        if row is None or not self.sees(row.organization):
            raise self.unknown(noun)
        return row

    def target(self) -> Connection:
        """The live connection that ``TargetID`` names.

        Raises:
            ApiError: 403, there is none, or it is not the caller's to command; or its user lets no administrator see
                files, which this method would show (switch ``browse_refused_status``).
        """
        connection = self.emulator.live.get(self["TargetID"])
        if connection is None or not self.sees(connection.organization):
            raise unauthorised()
        if self.caller.kind == "user" and connection.username != self.caller.username:
            raise unauthorised()
        if self.method.needs_device_consent and not connection.allows_filenames:
            raise ApiError(self.switch("browse_refused_status"), "The device does not allow filenames to be viewed")
        return connection

    def unknown(self, noun: str) -> ApiError:
        """The refusal for an object that is not there."""
        return ApiError(self.switch("unknown_object_status"), f"The {noun} does not exist")

    def taken(self, message: str) -> ApiError:
        """The refusal for something that exists already."""
        return ApiError(self.switch("create_existing_status"), message)

    def delete(self, kind: str, key: str, noun: str) -> Row | None:
        """Delete one visible document and give it back; None when a switch says that unknown ones count as deleted."""
        row = self.emulator.store.row(kind, key)
        if row is None or not self.sees(row.organization):
            self.refuse_deletion(noun)
            return None
        self.emulator.store.delete(kind, key)
        return row

    def refuse_deletion(self, noun: str) -> None:
        """Refuse to delete what is not there, unless a switch says that it counts as deleted.

        Raises:
            ApiError: the status of the switch ``delete_unknown_status``.
        """
        status = self.switch("delete_unknown_status")
        if status != 200:
            raise ApiError(status, f"The {noun} does not exist")


Handler = Callable[[Call], Any]

HANDLERS: dict[str, Handler] = {}
COVERAGE: dict[str, str] = {}
REASONS: dict[str, str] = {}
"""Why a method is not answered fully, for COVERAGE.md."""


def handles(*names: str, coverage: str = FULL, reason: str = "") -> Callable[[Handler], Handler]:
    """Register a function as the answer to methods of the facts.

    A handler returns the result as a plain value (shaped afterwards by the facts), as :class:`Stored` when it holds
    stored documents, or as ``bytes`` for a raw body. ``reason`` says what is missing where coverage is not ``FULL``.
    """
    if bool(reason) == (coverage == FULL):
        raise ValueError(f"{names}: a reason belongs to what is not answered fully, and only to that")

    def register(handler: Handler) -> Handler:
        for name in names:
            if name in HANDLERS:
                raise ValueError(f"{name} has two handlers")
            HANDLERS[name] = handler
            COVERAGE[name] = coverage
            REASONS[name] = reason
        return handler

    return register


def fragment(row: Row) -> orjson.Fragment:
    """A stored document as a part of an answer, without parsing it."""
    return orjson.Fragment(row.body)


def fragments(rows: dict[str, Row]) -> dict[str, orjson.Fragment]:
    """Stored documents by id as a part of an answer."""
    return {key: orjson.Fragment(row.body) for key, row in rows.items()}
