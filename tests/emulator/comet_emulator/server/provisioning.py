"""What each kind of storage template gives a new vault: a bucket or a directory, with credentials for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..core.errors import ApiError
from ..core.passwords import HASHED, guid, random_key
from ..emulator import Emulator
from ..methods.buckets import create_bucket
from .locations import B2, COMET, S3, SPANNED, STORJ, is_url, member

Template = dict[str, Any]
Location = dict[str, Any]

SELF = "$self$"
"""``RemoteAddress`` of the template for the server's own storage."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request for storage. ``organization`` is the user's tenant, ``address`` the server's own address."""

    emulator: Emulator
    template: Template
    organization: str
    address: str


def _account() -> str:
    return guid().replace("-", "")[:20].upper()


def _comet(request: Request) -> Location:
    """A bucket on this server, or on another one, which nobody asks here."""
    bucket, key, address = guid(), random_key(), request.template.get("RemoteAddress", "")
    if address == SELF:
        emulator, address = request.emulator, request.address
        if not emulator.config["StorageRole"]["RoleEnabled"]:
            raise ApiError(400, "This server stores no data: its Storage Role is off")
        create_bucket(emulator, bucket, HASHED, emulator.hash(key), request.organization)
    return {
        "DestinationType": COMET,
        "CometServer": address.rstrip("/") + "/",
        "CometBucket": bucket,
        "CometBucketKey": key,
    }


def _b2(request: Request) -> Location:
    settings = request.template.get("B2", {})
    return {
        "DestinationType": B2,
        "B2": {
            "AccountID": _account(),
            "Key": random_key(),
            "Bucket": settings.get("MasterBucket", ""),
            "Prefix": guid(),
            "HideDeletedFiles": settings.get("HideDeletedFiles", False),
        },
    }


def _storj(request: Request) -> Location:
    settings = request.template.get("Storj", {})
    return {
        "DestinationType": STORJ,
        "Storj": {
            "SatelliteAddress": settings.get("SatelliteAddress", ""),
            "APIKey": random_key(),
            "Passphrase": random_key(),
            "StorjBucket": settings.get("Bucket", ""),
            "StorjBucketPrefix": guid(),
        },
    }


def _s3(server: str, settings: dict[str, Any], *, bucket: str, directory: str) -> Location:
    return {
        "DestinationType": S3,
        "S3Server": server,
        "S3UsesTLS": True,
        "S3AccessKey": _account(),
        "S3SecretKey": random_key(),
        "S3BucketName": bucket,
        "S3Subdir": directory,
        "S3CustomRegion": settings.get("Region", ""),
        "S3RemoveDeleted": settings.get("RemoveDeleted", False),
        "S3ObjectLockMode": settings.get("ObjectLockMode", 0),
        "S3ObjectLockDays": settings.get("ObjectLockDays", 0),
    }


def _directory_on(block: str, host: str = "") -> Callable[[Request], Location]:
    """A directory of the master bucket at a provider that speaks S3 and IAM."""

    def provision(request: Request) -> Location:
        settings = request.template.get(block, {})
        prefix = settings.get("Prefix", "").strip("/")
        directory = f"{prefix}/{guid()}" if prefix else guid()
        server = host or _host_of(settings.get("S3Endpoint", ""))
        return _s3(server, settings, bucket=settings.get("MasterBucket", ""), directory=directory)

    return provision


def _bucket_on(block: str) -> Callable[[Request], Location]:
    """A bucket of its own at Impossible Cloud."""

    def provision(request: Request) -> Location:
        settings = request.template.get(block, {})
        region = settings.get("Region") or "eu-central-2"
        return _s3(f"{region}.storage.impossibleapi.net", settings, bucket=f"comet-{guid()}", directory="")

    return provision


def _custom(request: Request) -> Location:
    """What the service behind the address of a custom template would answer; nobody is asked here."""
    host = _host_of(request.template.get("Custom", {}).get("URL", ""))
    return _s3(host, {}, bucket=f"comet-{guid()}", directory="")


def _host_of(address: str) -> str:
    """The host, with the port, of an address that may lack its scheme."""
    return urlsplit(address).netloc if "//" in address else address.strip("/")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of template: members it needs (``A.B`` is a member of a member), and how it gives storage."""

    needed: tuple[str, ...]
    provision: Callable[[Request], Location]


IAM = ("MasterBucket", "AccessKey", "SecretKey")


def _needed(block: str, *members: str) -> tuple[str, ...]:
    return tuple(f"{block}.{name}" for name in members)


KINDS = {
    "comet": Kind(("RemoteAddress",), _comet),
    "b2": Kind(_needed("B2", "MasterBucket", "KeyID", "AppKey"), _b2),
    "storj": Kind(_needed("Storj", "SatelliteAddress", "APIKey", "Passphrase", "Bucket"), _storj),
    "aws": Kind(_needed("AWS", *IAM), _directory_on("AWS", "s3.amazonaws.com")),
    "wasabi": Kind(_needed("Wasabi", *IAM), _directory_on("Wasabi", "s3.wasabisys.com")),
    "cometstorage": Kind(_needed("Wasabi", *IAM), _directory_on("Wasabi", "s3.wasabisys.com")),
    "s3": Kind(_needed("S3", "S3Endpoint", "IAMEndpoint", *IAM), _directory_on("S3")),
    "idrivee2": Kind(_needed("S3", "S3Endpoint", *IAM), _directory_on("S3")),
    "impossiblecloud-iam": Kind(_needed("ImpUser", "AccessKey", "SecretKey", "Region"), _bucket_on("ImpUser")),
    "impossiblecloud-partner": Kind(_needed("ImpPartner", "AccessKey", "Region"), _bucket_on("ImpPartner")),
    "custom": Kind(_needed("Custom", "URL"), _custom),
}
"""Kinds of templates by ``REMOTESERVER_`` constant; those left out are no storage."""

ADDRESSES = ("S3.S3Endpoint", "S3.IAMEndpoint")
"""Members of templates that are host names or addresses."""


def check_template(template: Template) -> None:
    """Refuse a template that no vault could be requested from.

    Raises:
        ApiError: 400, it is of no kind of storage, or lacks what its kind needs.
    """
    kind = KINDS.get(template["Type"])
    if kind is None:
        raise ApiError(400, f"A storage template cannot have the type {template['Type']!r}")
    for path in kind.needed:
        if not member(template, path):
            raise ApiError(400, f"The storage template lacks {path}")
    if template["Type"] == "comet" and template["RemoteAddress"] != SELF:
        if not is_url(template["RemoteAddress"]):
            raise ApiError(400, "RemoteAddress is not an address")
        if not template.get("Username") or not template.get("Password"):
            raise ApiError(400, "The other server needs a login")
    if template["Type"] == "custom" and not is_url(template["Custom"]["URL"]):
        raise ApiError(400, "Custom.URL is not an address")
    if any(" " in str(member(template, path) or "") for path in ADDRESSES if path in kind.needed):
        raise ApiError(400, "The endpoint is not an address")


def new_location(emulator: Emulator, template: Template, organization: str, address: str) -> Location:
    """Where a new vault of a template stores its data, with new credentials.

    Raises:
        ApiError: 400, the template is of no kind of storage.
    """
    kind = KINDS.get(template["Type"])
    if kind is None:
        raise ApiError(400, f"A storage template cannot have the type {template['Type']!r}")
    return kind.provision(Request(emulator, template, organization, address))


# From a bucket on this server to the storage behind it

DIRECTORIES = {
    1000: "S3Subdir",
    1001: "SFTPRemotePath",
    1002: "LocalcopyPath",
    1004: "FTPCustomBaseDirectory",
    1005: "AZBPrefix",
    1007: "Swift.Prefix",
    1008: "B2.Prefix",
    1009: "Storj.StorjBucketPrefix",
    1010: "WebDav.Path",
    1011: "SMB.SMBDirectory",
}
"""Type of location to the member that says which directory of it is used."""


def direct_location(storage: Location, bucket: str) -> Location:
    """The place of a bucket inside a storage: the same location, one directory further; of each target if spanned.

    Raises:
        ApiError: 400, a location of that type has no directories.
    """
    location = {**storage}
    if storage["DestinationType"] == SPANNED:
        location["SpanTargets"] = [direct_location(target, bucket) for target in storage["SpanTargets"]]
        return location
    path = DIRECTORIES.get(storage["DestinationType"])
    if path is None:
        raise ApiError(400, "The storage of this server cannot be reached directly")
    outer, separator, name = path.rpartition(".")
    holder = {**(storage.get(outer) or {})} if separator else location
    present = (holder.get(name) or "").rstrip("/")
    holder[name] = f"{present}/{bucket}" if present else bucket
    if separator:
        location[outer] = holder
    return location
