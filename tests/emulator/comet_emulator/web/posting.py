"""One HTTP request of our own, for webhooks: a POST that is answered with a status."""

from __future__ import annotations

import asyncio
import base64
import ssl
import string
from functools import cache
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, unquote, urlsplit

import h11

REQUIRED = frozenset({"connection", "content-length", "content-type", "host", "transfer-encoding"})
"""Headers that this client sets itself, in lower case."""

PART = 1 << 16


class BadTarget(ValueError):
    """A URL that nothing can be sent to; the text says why."""


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def parse_target(url: str, *, anywhere: bool) -> SplitResult:
    """A URL in its parts. Unless ``anywhere``, only addresses of this machine are good, and no name is looked up.

    Raises:
        BadTarget: no HTTP URL, or a target elsewhere.
    """
    try:
        target = urlsplit(url)
        host, _unused = target.hostname or "", target.port
    except ValueError as problem:
        raise BadTarget(str(problem)) from None
    if target.scheme not in ("http", "https") or not host:
        raise BadTarget("not an HTTP URL")
    if not anywhere and not _is_loopback(host):
        raise BadTarget("not on this machine, which the switch webhook_targets forbids")
    return target


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def post(target: SplitResult, headers: dict[str, str], body: bytes, seconds: float) -> int:
    """The HTTP status that a JSON body is answered with. Redirects are not followed.

    Raises:
        OSError | TimeoutError | h11.ProtocolError: there is no answer within the time, or no valid one.
    """
    secure = target.scheme == "https"
    port = target.port or (443 if secure else 80)
    async with asyncio.timeout(seconds):
        reader, writer = await asyncio.open_connection(target.hostname, port, ssl=_tls() if secure else None)
        try:
            connection = h11.Connection(h11.CLIENT)
            request = h11.Request(method="POST", target=_path(target), headers=_headers(target, headers, body))
            for event in (request, h11.Data(data=body), h11.EndOfMessage()):
                writer.write(connection.send(event) or b"")
            await writer.drain()
            return await _status(connection, reader)
        finally:
            writer.close()


def _path(target: SplitResult) -> str:
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    return quote(path, safe=string.punctuation)


def _headers(target: SplitResult, extra: dict[str, str], body: bytes) -> list[tuple[bytes, bytes]]:
    headers = [
        ("Host", target.netloc.rpartition("@")[2]),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Connection", "close"),
    ]
    if target.username and "authorization" not in (name.lower() for name in extra):
        login = f"{unquote(target.username)}:{unquote(target.password or '')}"
        headers.append(("Authorization", f"Basic {base64.b64encode(login.encode()).decode()}"))
    return [(name.encode(), value.encode()) for name, value in [*headers, *extra.items()]]


async def _status(connection: h11.Connection, reader: asyncio.StreamReader) -> int:
    """The status of the answer, once all of it is here: the receiver is done with us then."""
    status = 0
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(PART))
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, (h11.EndOfMessage, h11.ConnectionClosed)):
            return status
