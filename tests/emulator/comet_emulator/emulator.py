"""The server's state in one place: facts, switches, documents, sessions, and the moment it started."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from .accounts.directories import Directories
from .accounts.sessions import Session, Sessions
from .core.calls import CallLog
from .core.clock import Clock
from .core.errors import ApiError
from .core.events import CONFIGURATION, Event, Events
from .core.facts import DOCUMENTED, NEWEST, Method, Version, load_facts, parse_version, supported_version
from .core.obscured import OBSCURED, obscure
from .core.passwords import HASHED, PLAIN, Verifier, guid, hash_password
from .core.shapes import Malformed, Shaper
from .core.store import Store, Tables
from .core.switches import Switches
from .core.timers import Timers
from .devices import fleet
from .devices.live import Live
from .faults.faults import Faults
from .jobs.running import Jobs
from .server.server_log import ServerLog

if TYPE_CHECKING:
    from .faults.crowd import Clients
    from .faults.races import Races
    from .web.streaming import Streams
    from .web.webhooks import Webhooks

Part = TypeVar("Part")


class Stored:
    """A result that holds stored documents (as ``orjson.Fragment``), which are in their final shape already."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Emulator:
    """Everything one emulated server knows. Handlers of methods get it through their :class:`~.routing.Call`.

    ``clients``, ``races``, ``streams`` and ``webhooks`` work through the methods, so the application gives them.
    """

    clients: Clients
    races: Races
    streams: Streams
    webhooks: Webhooks

    def __init__(self, *, version: str = NEWEST, data: Path | None = None, switches: Switches | None = None) -> None:
        self.facts = load_facts()
        self.switches = switches or Switches()
        self.store = Store(data)
        self.data = data
        self.clock = Clock(self.switches)
        self.log = ServerLog(self.clock, data)
        self._parts: dict[Any, Any] = {}
        self.timers = Timers(self.clock)
        self.events = Events(self.facts, self.clock, self.switches, self.show_event)
        self.sessions = Sessions(self.clock, self.timers, self._tell_session)
        self.directories = Directories()
        self.live = Live(self.store, self.switches, self.clock)
        self.verifier = Verifier()
        self.calls = CallLog()
        self.faults = Faults(self.switches)
        self.read_only = False
        self.failed_logins: dict[str, tuple[int, float]] = {}
        self.used_codes: dict[str, int] = {}
        self.snapshots: dict[str, Tables] = {}
        self.restarting = False
        self.on_restart: Callable[[bool], None] = lambda come_back: None
        self.start_time = self.clock.now() - 1
        self.start_hash = guid()
        self.initial_version = version
        self.switches.keep_as_initial()
        self.set_version(version)
        self._chance = random.Random("order of lists")
        self.jobs = Jobs(self)
        self.jobs.resume()

    # Version and shapes

    def set_version(self, text: str) -> None:
        """Become a server of this version: methods and members newer than it do not exist.

        Raises:
            ValueError: the facts do not cover that version.
        """
        self.version: Version = supported_version(text)
        self.version_text = text
        self.events.version = self.version
        self.live.server_version = text
        self.methods = {name: method for name, method in self.facts.methods.items() if method.since <= self.version}
        self.routes: dict[str, Method] = {}
        for method in self.methods.values():
            for path in (method.path, *method.legacy_paths):
                self.routes[path] = method
        self.refresh_shapes()

    def refresh_shapes(self) -> None:
        """Make the shapers again, after a switch or the version changed."""
        switches = self.switches
        keep = switches["keep_unknown_members"]
        closed = switches["check_enumerations"]
        # What an older server took is doubtful; without it nobody could make an administrator there.
        takes = max(self.version, DOCUMENTED)
        self.taker = Shaper(self.facts, takes, keep_unknown=keep, closed=closed, storing=True)
        self.giver = Shaper(
            self.facts,
            self.version,
            omit=switches["omit_when_zero"],
            null_for_empty=switches["empty_collections"] == "null",
            keep_unknown=keep,
        )
        # Documents are stored in the shape of the newest version; an older server shows less of them.
        self.answers_as_stored = switches.answers_as_stored and self.version >= parse_version(NEWEST)

    def take(self, type_name: str, value: Any, name: str) -> Any:
        """A value from outside as a document of that type; ``name`` stands for it in the error.

        Raises:
            ApiError: 400, the value does not fit the type.
        """
        try:
            return self.taker.shape(type_name, value)
        except Malformed as problem:
            raise ApiError(400, problem.describe(name)) from None
        except RecursionError:
            raise ApiError(400, f"Malformed request: {name}: nested too deeply") from None

    def render(self, method: Method, result: Any) -> bytes:
        """A handler's result as the JSON body of an answer, in the shape that this version gives it."""
        if method.unordered and self.switches["shuffle_lists"]:
            result = self._shuffled(result)
        if isinstance(result, Stored):
            body = orjson.dumps(result.value)
            if self.answers_as_stored:
                return body
            result = orjson.loads(body)
        shaped = self.giver.shape(method.returns_at(self.version), result)
        for name, since in method.response_fields_since.items():
            if since > self.version:
                shaped.pop(name, None)
        return orjson.dumps(shaped)

    def _shuffled(self, result: Any) -> Any:
        """A list in another order; anything else as it is."""
        value = result.value if isinstance(result, Stored) else result
        if isinstance(value, list):
            value = self._chance.sample(value, len(value))
        return Stored(value) if isinstance(result, Stored) else value

    def show_event(self, event: dict[str, Any], type_name: str) -> dict[str, Any]:
        """A ``StreamableEvent`` of this version; data of a type, a stored document, looks as in the API."""
        if type_name:
            event = {**event, "Data": self._show(type_name, event["Data"])}
        shaped: dict[str, Any] = self.giver.shape("StreamableEvent", event)
        return shaped

    def _show(self, type_name: str, document: Any) -> Any:
        if type_name == CONFIGURATION:
            document = {**self.whole_config(), **document}
        if type_name in OBSCURED:
            document = obscure(self, type_name, document)
        if self.answers_as_stored and type_name != CONFIGURATION:
            return document
        return self.giver.shape(type_name, document)

    # Changing

    @contextmanager
    def changing(self, actor: str = "") -> Iterator[None]:
        """Writes inside happen together or not at all; once they are done, events tell of them.

        ``actor`` is the account that did it; the server itself has no name.
        """
        with self.store.transaction() as changes:
            yield
        self.sessions.follow(changes, self.store)
        fleet.follow(self, changes)
        self.events.tell(changes, actor)

    # What the server only knows while it runs

    def part(self, kind: Callable[[Emulator], Part]) -> Part:
        """The one object of a class that belongs to this run of the server; made at first use."""
        if kind not in self._parts:
            self._parts[kind] = kind(self)
        found: Part = self._parts[kind]
        return found

    def forget_parts(self, *, lasting: bool = False) -> None:
        """Forget what is only kept in memory: statistics, reports, queues; with ``lasting`` what outlives a run too."""
        self._parts = {kind: part for kind, part in self._parts.items() if not lasting and hasattr(kind, "LASTING")}

    # Configuration

    @property
    def config(self) -> dict[str, Any]:
        """The server's own configuration, for reading; without administrators, tenants and login sources."""
        return self.store.peek("server", "config") or {}

    def settings_of(self, organization: str) -> dict[str, Any]:
        """The ``Organization`` of a tenant, or the server's own configuration for ``""``; for reading only.

        Both have the same members for what tenants can have of their own.
        """
        tenant = self.store.peek("organization", organization) if organization else None
        return tenant or self.config

    def whole_config(self) -> dict[str, Any]:
        """``ServerConfigOptions`` with administrators, tenants and the server's own login sources; for reading."""
        store = self.store
        sources = [key for key, row in store.rows("login_source").items() if not row.organization]
        return {
            **self.config,
            "AdminUsers": [store.peek("admin", key) for key in store.rows("admin")],
            "Organizations": {key: store.peek("organization", key) for key in store.rows("organization")},
            "ExternalAdminUserSources": {key: store.peek("login_source", key) for key in sources},
        }

    def organization_of_host(self, host: str) -> str:
        """The tenant whose host names include this one, or ``""``."""
        name = host.rsplit(":", 1)[0].lower()
        for key in self.store.rows("organization"):
            organization = self.store.peek("organization", key) or {}
            if name in (entry.lower() for entry in organization["Hosts"] or ()):
                return key
        return ""

    def hash(self, password: str) -> str:
        """A password hashed for storing."""
        return hash_password(password, self.switches["bcrypt_rounds"])

    def start_session(self, kind: str, account: str, username: str, *, pending: bool = False) -> Session:
        """Begin a session as long as the configuration says."""
        seconds: int = self.config["SessionSettings"]["ExpiredInSeconds"]
        row = self.store.row(kind, account)
        owner = "" if row is None else row.organization
        return self.sessions.start(kind, account, username, owner, self.version, seconds, pending=pending)

    def _tell_session(self, what: str, session: Session) -> None:
        """Send the event about a session; the key, which is a secret, is no part of it."""
        data = None
        if what == "START":
            data = {
                "Username": session.username,
                "OrganizationID": session.organization,
                "SessionType": session.kind,
                "ExpireTime": self.clock.now() + session.seconds,
            }
        prefix = "ACCOUNT_ADMIN_SESSION" if session.kind == "admin" else "ACCOUNT_SESSION"
        self.events.send(Event(f"{prefix}_{what}", session.username, session.organization, data=data))

    def put_admin(self, admin: dict[str, Any]) -> None:
        """Store an administrator; a password in plain text is hashed first."""
        if admin["PasswordFormat"] == PLAIN and admin["Password"]:
            admin = {**admin, "PasswordFormat": HASHED, "Password": self.hash(admin["Password"])}
        organization = admin["OrganizationID"]
        self.store.put("admin", admin_key(organization, admin["Username"]), admin, organization=organization)

    # Restart

    def begin_run(self) -> None:
        """A new start: new start time (always later than the last) and new start hash."""
        self.restarting = False
        self.start_time = max(self.clock.now(), self.start_time + 1)
        self.start_hash = guid()
        self.failed_logins.clear()
        fleet.restart(self)
        if not self.switches["statistics_survive_restart"]:
            self.forget_parts()
        if not self.switches["sessions_survive_restart"]:
            self.sessions.clear()

    def end_run(self, come_back: bool, actor: str = "") -> None:
        """Go away; called once the answer is out. ``come_back`` is what a service manager does for the real server.

        ``actor`` is the account that asked for it, empty when that is nobody known to the server.
        """
        if not self.restarting:
            self.events.send(Event("SERVER_RESTARTED" if come_back else "SERVER_SHUTDOWN", actor))
        self.restarting = True
        self.faults.drop_late()
        self.on_restart(come_back)


def admin_key(organization: str, username: str) -> str:
    """Under which an administrator is stored: names may repeat across tenants."""
    return f"{organization}/{username}"
