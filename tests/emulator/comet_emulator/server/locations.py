"""Places where data is stored: what a ``DestinationLocation`` needs by its type before anything could connect to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ..core.errors import ApiError
from ..emulator import Emulator

Location = dict[str, Any]

S3, SFTP, LOCAL, COMET, FTP, AZURE, SPANNED, SWIFT, B2, STORJ, WEBDAV, SMB = range(1000, 1012)

LOOPBACK = ("127.0.0.1", "::1", "localhost")

NEEDED: dict[int, tuple[str, ...]] = {
    S3: ("S3Server", "S3AccessKey", "S3SecretKey", "S3BucketName"),
    SFTP: ("SFTPServer", "SFTPUsername"),
    LOCAL: ("LocalcopyPath",),
    COMET: ("CometServer", "CometBucket", "CometBucketKey"),
    FTP: ("FTPServer", "FTPUsername"),
    AZURE: ("AZBAccountName", "AZBAccountKey", "AZBContainer"),
    SPANNED: ("SpanTargets",),
    SWIFT: ("Swift.Username", "Swift.APIKey", "Swift.AuthURL"),
    B2: ("B2.AccountID", "B2.Key", "B2.Bucket"),
    STORJ: ("Storj.SatelliteAddress", "Storj.StorjBucket"),
    WEBDAV: ("WebDav.DavServer",),
    SMB: ("SMB.SMBServer", "SMB.SMBShare"),
}
"""Members that must not be empty, by type; ``A.B`` is a member of a member."""


def member(document: dict[str, Any], path: str) -> Any:
    """A member of a document, ``A.B`` for a member of a member; None where there is none."""
    value: Any = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def is_url(text: str) -> bool:
    """Whether a text is an address that HTTP can be spoken with."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def own_hosts(emulator: Emulator, asked: str = "") -> set[str]:
    """Host names under which this server can be reached; ``asked`` is an address that a client just used for it."""
    hosts = set(LOOPBACK) | {urlsplit(asked).hostname or ""}
    for listener in emulator.config["ListenAddresses"]:
        hosts.update(name.strip().lower() for name in listener.get("AutoSSLDomains", "").split(","))
    for key in emulator.store.rows("organization"):
        hosts.update(host.lower() for host in (emulator.store.peek("organization", key) or {})["Hosts"] or ())
    return hosts - {""}


def bucket_opens(emulator: Emulator, location: Location) -> bool:
    """Whether a bucket of this server opens with the key of a location."""
    bucket = emulator.store.peek("bucket", location["CometBucket"])
    return bucket is not None and emulator.verifier.verify(
        location["CometBucketKey"], bucket["ReadWriteKeyFormat"], bucket["ReadWriteKey"]
    )


def check_location(location: Location) -> None:
    """Refuse a location that nothing could connect to.

    Raises:
        ApiError: 400, it has no type, or lacks what the type needs.
    """
    kind = location["DestinationType"]
    if kind not in NEEDED:
        raise ApiError(400, "The location has no type" if not kind else f"The location has the unknown type {kind}")
    for path in NEEDED[kind]:
        if not member(location, path):
            raise ApiError(400, f"The location lacks {path}")
    if kind == COMET and not is_url(location["CometServer"]):
        raise ApiError(400, "CometServer is not an address")
    for target in location["SpanTargets"] if kind == SPANNED else ():
        check_location(target)


def check_reachable(emulator: Emulator, location: Location, asked: str) -> None:
    """Refuse a location that cannot be connected to. Other hosts than this server always answer.

    Raises:
        ApiError: 400, as :func:`check_location`, or a bucket of this server is unknown or has another key.
    """
    check_location(location)
    here = (urlsplit(location["CometServer"]).hostname or "").lower() in own_hosts(emulator, asked)
    if location["DestinationType"] == COMET and here and not bucket_opens(emulator, location):
        raise ApiError(400, "The bucket does not exist or its key is wrong")
    for target in location["SpanTargets"] if location["DestinationType"] == SPANNED else ():
        check_reachable(emulator, target, asked)
