"""Places where data is stored: what a ``DestinationLocation`` needs by its type before anything could connect to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .errors import ApiError

Location = dict[str, Any]

S3, SFTP, LOCAL, COMET, FTP, AZURE, SPANNED, SWIFT, B2, STORJ, WEBDAV, SMB = range(1000, 1012)

NEEDED: dict[int, tuple[str, ...]] = {
    S3: ("S3Server", "S3AccessKey", "S3SecretKey", "S3BucketName"),
    SFTP: ("SFTPServer", "SFTPUsername"),
    LOCAL: ("LocalcopyPath",),
    COMET: ("CometServer", "CometBucket", "CometBucketKey"),
    FTP: ("FTPServer", "FTPUsername"),
    AZURE: ("AZBAccountName", "AZBAccountKey", "AZBContainer"),
    SPANNED: ("SpanTargets",),
    SWIFT: ("Swift.AuthURL", "Swift.Username", "Swift.Container"),
    B2: ("B2.AccountID", "B2.Key", "B2.Bucket"),
    STORJ: ("Storj.SatelliteAddress", "Storj.APIKey", "Storj.Passphrase", "Storj.StorjBucket"),
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
