# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a server is and how to reach it. Private; may change at any time."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError


@dataclass(frozen=True)
class ConnectionSettings:
    """One server and the way to it; two equal settings may share connections.

    ``timeout``: seconds without a sign of the server before a call is given up. ``retries``: how often a reading call
    is repeated. ``ca_path``: file or directory of trusted authorities. Raises CometError, naming the setting.
    """

    url: str
    validate_certs: bool = True
    ca_path: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    timeout: float = 30
    retries: int = 3
    allow_http: bool = False
    user_agent: str = "comet.backup"

    def __post_init__(self) -> None:
        parts = _checked_url(self.url)
        if parts.scheme == "http" and not (self.allow_http or self.is_loopback):
            raise CometError(
                f"url {self.url} would send the credentials unencrypted. Use https, or set allow_http to accept this."
            )
        if self.timeout <= 0:
            raise CometError("timeout must be more than 0 seconds.")
        if self.retries < 0:
            raise CometError("retries must not be negative.")
        if self.client_key and not self.client_cert:
            raise CometError("client_key is given without client_cert.")
        for name in ("ca_path", "client_cert", "client_key"):
            path = getattr(self, name)
            if path and not os.path.exists(path):
                raise CometError(f"{name} {path} does not exist.")

    @property
    def base(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        return self.url.rstrip("/")

    @property
    def host(self) -> str:
        """The host name or address alone."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_loopback(self) -> bool:
        """Whether the server is this machine, by name or by address; no name is resolved."""
        if self.host == "localhost":
            return True
        try:
            # The name of an interface may follow a % sign, and could be anything.
            return "%" not in self.host and ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def verify(self) -> bool | str:
        """What requests calls ``verify``."""
        if not self.validate_certs:
            return False
        return self.ca_path or True

    @property
    def cert(self) -> str | tuple[str, str] | None:
        """What requests calls ``cert``."""
        if self.client_cert and self.client_key:
            return (self.client_cert, self.client_key)
        return self.client_cert


def _is_plain(url: str) -> bool:
    """Whether it holds only characters that everybody reads alike."""
    return url.isprintable() and not re.search(r"[\s\\]", url)


def _checked_url(url: str) -> SplitResult:
    """The parts of a usable url. The url is only repeated in an error once it is known to hold no credentials."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise CometError("url is not a valid address; it looks like https://backup.example.com:8060") from None
    if parts.username is not None or parts.password is not None:
        raise CometError("url must not hold credentials; give them as username and password.")
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or not _is_plain(url):
        raise CometError(f"url {url!r} is not a valid address; it looks like https://backup.example.com:8060")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise CometError(f"url {url} must end after the host and port; a Comet Server is not served below a path.")
    return parts
