"""Live connections: devices that are online at this moment. They end with the process and with every restart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .passwords import guid


@dataclass(slots=True)
class Connection:
    """One connection of one device. ``target`` is what the API calls ``TargetID``: new at every connect."""

    username: str
    device: str
    organization: str
    connected: int
    version: str
    allows_filenames: bool = True
    target: str = field(default_factory=guid)
    details: dict[str, Any] = field(default_factory=dict)


class Live:
    """All live connections, by target. A device may have two for a while; the newest counts."""

    def __init__(self) -> None:
        self.connections: dict[str, Connection] = {}

    def of_device(self, username: str, device: str) -> Connection | None:
        """The newest connection of one user's device, or None when it is offline."""
        found = [c for c in self.connections.values() if (c.username, c.device) == (username, device)]
        return max(found, key=lambda connection: connection.connected, default=None)

    def add(self, connection: Connection) -> Connection:
        """A device has connected."""
        self.connections[connection.target] = connection
        return connection

    def remove(self, target: str) -> Connection | None:
        """A connection has ended; None when there was none."""
        return self.connections.pop(target, None)
