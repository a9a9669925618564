"""Live connections: devices that are online at this moment. They end with the process and with every restart.

Which devices of a server with a past are online is decided by their ids and found user by user, once somebody asks:
a server of a hundred thousand users starts at once, and no document is touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

import orjson

from ..core.clock import Clock
from ..core.facts import parse_version
from ..core.passwords import guid
from ..core.store import Row, Store
from ..core.switches import Switches

Document = dict[str, Any]
Key = tuple[str, str]
"""Username and device id: the same machine may be registered for several users."""

LIVELY_USERS = 10_000
"""How many users of a server with a past have devices online; there are seeds with more only for their size."""

OFF_BY_POLICY = b"24"
"""Digits of the settings of ``ModeAdminViewFilenames`` (``SETTING_``) that forbid administrators to see files."""

# Every stored profile has these members in this order; inside of texts the quotation marks would be escaped.
_DEVICES, _AFTER_DEVICES, _FILENAMES = b'"Devices":', b',"IsSuspended":', b'"ModeAdminViewFilenames":'


@dataclass(slots=True)
class Connection:
    """One connection of one device. ``target`` is what the API calls ``TargetID``: new at every connect.

    ``connected`` is in Unix seconds, ``platform`` an ``OSInfo``.
    """

    username: str
    device: str
    organization: str
    connected: int
    version: str
    platform: Document = field(default_factory=dict)
    time_zone: str = ""
    allows_filenames: bool = True
    target: str = field(default_factory=guid)

    @property
    def on_windows(self) -> bool:
        """Whether the device runs Windows; one that does not say is taken for one that does."""
        return bool(self.platform.get("os", "windows") == "windows")

    def document(self) -> Document:
        """The connection as a ``LiveUserConnection`` in its final shape: without what may be left out when empty."""
        document = {
            "Username": self.username,
            "DeviceID": self.device,
            "ReportedVersion": self.version,
            "ReportedPlatform": reported_platform(self.platform),
            "IPAddress": address_of(self.device),
            "ConnectionTime": self.connected,
            "AllowsFilenames": self.allows_filenames,
        }
        if self.platform:
            document["ReportedPlatformVersion"] = self.platform
        if self.time_zone:
            document["DeviceTimeZone"] = self.time_zone
        return document


class Presence(NamedTuple):
    """What a profile says about its devices: ``DeviceConfig`` by id, and whether they may show filenames."""

    devices: dict[str, Document]
    filenames: bool


class LiveState(NamedTuple):
    """Everything that :class:`Live` knows, for a snapshot."""

    connections: dict[str, Connection]
    wished: dict[Key, bool]
    awake: set[str]
    waiting: dict[str, Document]
    forgotten: set[Key]
    discreet: set[Key]


def number_of(text: str, below: int) -> int:
    """A number from 0 that the text decides, the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest()) % below


def online_from_start(device: str, share: float) -> bool:
    """Whether a device is among that share of all that are online when the server starts."""
    return number_of(f"online {device}", 1 << 32) < share * (1 << 32)


def reported_platform(platform: Document) -> str:
    """Operating system and architecture in one, as devices report it."""
    return f"{platform.get('os', 'windows')}/{platform.get('arch', 'amd64')}"


def address_of(device: str) -> str:
    """The made-up public address of a device, in a range reserved for documentation."""
    return f"203.0.113.{1 + number_of(f'address {device}', 254)}"


def presence_in(row: Row) -> Presence:
    """Read a stored profile for who may be online, without parsing the rest: for very many users that takes seconds."""
    body = row.body
    start = body.find(_DEVICES) + len(_DEVICES)
    end = body.find(_AFTER_DEVICES, start)
    mode = body.find(_FILENAMES, end)
    forbidden = mode > 0 and body[mode + len(_FILENAMES)] in OFF_BY_POLICY
    return Presence(orjson.loads(body[start:end]), not forbidden)


def suspended_in(row: Row) -> bool:
    """Whether a stored profile is suspended."""
    return row.body.startswith(b"true", row.body.find(_AFTER_DEVICES) + len(_AFTER_DEVICES))


class Live:
    """All live connections, by target. A device may have two for a while; the newest counts.

    ``waiting`` holds the devices in the lobby: connected, but not logged in (``RegistrationLobbyConnection`` by device
    id). ``forgotten`` are devices that lost their configuration: until they are registered again they cannot log in.
    ``discreet`` ones let no administrator see their files, whatever the policy says.
    """

    def __init__(self, store: Store, switches: Switches, clock: Clock) -> None:
        self._store = store
        self._switches = switches
        self._clock = clock
        self.server_version = ""
        self.connections: dict[str, Connection] = {}
        self.waiting: dict[str, Document] = {}
        self.forgotten: set[Key] = set()
        self.discreet: set[Key] = set()
        self._by_user: dict[str, dict[str, Connection]] = {}
        self._wished: dict[Key, bool] = {}
        self._awake: set[str] = set()
        self._old_users: dict[str, None] = {}
        self._kept: dict[str, LiveState] = {}
        self._started = self._since = 0
        self._back_at = 0.0

    # The process and its restarts

    def start(self) -> None:
        """Begin: the users that are there now have devices online as the switch ``devices_online`` says."""
        self._old_users = dict.fromkeys(islice(self._store.rows("user"), LIVELY_USERS))
        self._started = self._since = self._clock.now()

    def restart(self, seconds: float) -> None:
        """All connections are lost; whoever was online comes back within that many seconds."""
        self.connections.clear()
        self._by_user.clear()
        self._awake.clear()
        self._back_at = self._clock.monotonic() + seconds
        self._since = int(self._clock.time() + seconds)
        self.waiting = {key: {**waiting, "ConnectionTime": self._since} for key, waiting in self.waiting.items()}

    def keep(self, name: str) -> None:
        """Keep everything under the name of a snapshot."""
        self._kept[name] = LiveState(
            connections=dict(self.connections),
            wished=dict(self._wished),
            awake=set(self._awake),
            waiting=dict(self.waiting),
            forgotten=set(self.forgotten),
            discreet=set(self.discreet),
        )

    def put_back(self, name: str) -> None:
        """Be as in a snapshot again."""
        state = self._kept[name]
        self._wished, self._awake = dict(state.wished), set(state.awake)
        self.waiting = dict(state.waiting)
        self.forgotten, self.discreet = set(state.forgotten), set(state.discreet)
        self.connections, self._by_user, self._back_at = {}, {}, 0.0
        for connection in state.connections.values():
            self._place(connection)

    # Who is online

    def everyone(self) -> list[Connection]:
        """The connections of all users."""
        self._wake(self._old_users)
        self._wake([username for username, _unused in self._wished])
        return [connection for target in list(self.connections) if (connection := self.get(target))]

    def of_users(self, usernames: Iterable[str]) -> list[Connection]:
        """The connections of some users."""
        names = list(usernames)
        self._wake(names)
        targets = [target for name in names for target in self._by_user.get(name, ())]
        return [connection for target in targets if (connection := self.get(target))]

    def of_device(self, username: str, device: str) -> Connection | None:
        """The newest connection of one user's device, or None when it is offline."""
        found = [connection for connection in self.of_users((username,)) if connection.device == device]
        return found[-1] if found else None

    def get(self, target: str) -> Connection | None:
        """One connection; that of a user who is gone is none."""
        connection = self.connections.get(target)
        if connection is None:
            return None
        row = self._store.row("user", connection.username)
        if row is None:
            self.remove(target)
            return None
        connection.organization = row.organization
        return connection

    def wants_online(self, username: str, device: str, registered: int) -> bool:
        """Whether a device that was registered at that time (Unix seconds) is online when nothing keeps it away."""
        wished = self._wished.get((username, device))
        if wished is not None:
            return wished
        old = username in self._old_users and 0 < registered <= self._started
        return old and online_from_start(device, self._switches["devices_online"])

    def locked_out(self, row: Row) -> bool:
        """Whether a user's devices cannot log in: the user is suspended, or the tenant."""
        tenant = self._store.peek("organization", row.organization) if row.organization else None
        return suspended_in(row) or bool(tenant and tenant["IsSuspended"])

    def _wake(self, usernames: Iterable[str]) -> None:
        """Let the devices of users connect that are online in this run and were not asked for before."""
        if self._clock.monotonic() < self._back_at:
            return
        for username in usernames:
            if username not in self._awake:
                self._awake.add(username)
                row = self._store.row("user", username)
                if row is not None and not self.locked_out(row):
                    self._wake_user(username, row)

    def _wake_user(self, username: str, row: Row) -> None:
        presence = presence_in(row)
        there = {connection.device for connection in self._by_user.get(username, {}).values()}
        for device, config in presence.devices.items():
            if device not in there and self.wants_online(username, device, config.get("RegistrationTime", 0)):
                connection = self.new_connection(username, device, row, presence)
                connection.connected = self._since
                self._place(connection)

    # Changes

    def new_connection(self, username: str, device: str, row: Row, presence: Presence | None = None) -> Connection:
        """A connection of a registered device as it would be now; it is not online by this.

        Raises:
            KeyError: the device is not in the profile.
        """
        presence = presence or presence_in(row)
        config = presence.devices[device]
        own = config.get("ClientVersion") or self.server_version
        return Connection(
            username=username,
            device=device,
            organization=row.organization,
            connected=self._clock.now(),
            version=min(own, self.server_version, key=parse_version),
            platform=config.get("PlatformVersion", {}),
            time_zone=config.get("DeviceTimezone", ""),
            allows_filenames=presence.filenames and (username, device) not in self.discreet,
        )

    def add(self, connection: Connection) -> Connection:
        """A device has connected, and will do so again after restarts."""
        self._wake((connection.username,))
        self._wished[connection.username, connection.device] = True
        self._place(connection)
        return connection

    def remove(self, target: str) -> Connection | None:
        """A connection has ended; None when there was none."""
        connection = self.connections.pop(target, None)
        if connection is not None:
            self._by_user[connection.username].pop(target)
        return connection

    def forget_user(self, username: str) -> list[Connection]:
        """All connections of a user end; gives them back."""
        connections = list(self._by_user.pop(username, {}).values())
        for connection in connections:
            del self.connections[connection.target]
        return connections

    def stay_away(self, username: str, device: str) -> None:
        """A device will not connect by itself."""
        self._wished[username, device] = False

    def _place(self, connection: Connection) -> None:
        self.connections[connection.target] = connection
        self._by_user.setdefault(connection.username, {})[connection.target] = connection
