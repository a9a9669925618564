# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups that a server makes of itself. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._resources._checks import CHECKS
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state import _document
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._lists import Within
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Hooks, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

_WHERE: Mapping[str, tuple[str, ...]] = {
    "azure": ("AZBAccountName", "AZBContainer", "AZBPrefix"),
    "b2": ("B2.Bucket", "B2.Prefix"),
    "comet": ("CometServer", "CometBucket"),
    "ftp": ("FTPServer", "FTPUsername", "FTPCustomBaseDirectory"),
    "local": ("LocalcopyPath",),
    "s3": ("S3Server", "S3BucketName", "S3Subdir"),
    "sftp": ("SFTPServer", "SFTPUsername", "SFTPRemotePath"),
    "smb": ("SMB.SMBServer", "SMB.SMBShare", "SMB.SMBDirectory"),
    "storj": ("Storj.SatelliteAddress", "Storj.StorjBucket", "Storj.StorjBucketPrefix"),
    "swift": ("Swift.AuthURL", "Swift.Container", "Swift.Prefix"),
    "webdav": ("WebDav.DavServer", "WebDav.Path"),
}
"""What says where a storage location is, by its type; where paths may begin at a user's home, also the user."""


def _words(location: Mapping[str, Any]) -> list[str]:
    """The type of a storage location, and what says where it is."""
    number = location.get("DestinationType") or 0
    choices = _model.constants("DESTINATIONTYPE").choices
    kind = next((name for name, value in choices.items() if value == number), str(number))
    words = []
    for path in _WHERE.get(kind, ()):
        value: Any = location
        for step in path.split("."):
            value = (value or {}).get(step)
        words += [str(value)] if value else []
    words += [" ".join(_words(part)) for part in location.get("SpanTargets") or ()]
    return [kind, *words]


def _place(target: Mapping[str, Any]) -> str:
    """Where a self-backup goes, such as ``local /srv/backup``: what people tell it by, since the API gives no ID."""
    return " ".join(_words(target.get("Location") or {}))


class SelfBackupHooks(Hooks):
    """A self-backup goes somewhere; how its runs went is told with the server's version."""

    def prepare(self, wish: Wish, found: Found) -> Wish:
        """Refuses a location that says no place."""
        location = wish.told.get("Location") or {}
        if not location.get("DestinationType"):
            raise InvalidOption("location.type: say what kind of storage it is, such as local or s3")
        kind, *where = _words(location)
        if not where and not kind.isdigit():
            raise InvalidOption(f"location: say where it is; {kind} alone tells no place")
        return wish

    def listed(self, server: Server, keys: Collection[str], within: Within) -> Mapping[str, Mapping[str, Any]]:
        """How the runs of each went (AdminMetaVersion, in the order of the targets)."""
        runs = (server.client.call("AdminMetaVersion").get("SelfBackup") if keys else None) or ()
        told = {key: _document.options_from("SelfBackupStatistics", run) for key, run in zip(_all(server), runs)}
        return {key: {"runs": told.get(key, {})} for key in keys}


def _all(server: Server) -> Mapping[str, Any]:
    """All self-backups by ID, in the order of the server."""
    return server.listing(SELF_BACKUP)


SELF_BACKUP = Resource(
    kind="self_backup",
    plural="self_backups",
    structure="SelfBackupTarget",
    told_by={"Location": "location"},
    homes=(
        Home(
            path=("SelfBackup", "Targets"),
            reading=Call("AdminMetaServerConfigGet"),
            updating=Call("AdminMetaServerConfigSet", {"Config": "document"}),
            told=_place,
        ),
    ),
    references=(TENANT,),
    checks=CHECKS,
    hooks=SelfBackupHooks(),
)
