"""Looking into a live device and into the snapshots it has made. What is seen there is made up, see ``worlds``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..core.routing import PLAUSIBLE, Call, handles
from ..devices import worlds
from ..devices.live import Connection
from ..server.locations import member
from .commands import failed

Document = dict[str, Any]
Needs = Callable[[Document], tuple[str, ...]]

MADE_UP = "made-up content; parameters are checked as far as they can be without the real thing"
SSH_BY_KEY = 2
OFFICE_SECONDS = 5
"""How long the made-up owner of an Office 365 account takes to agree."""


# Which credentials a device cannot do without


def ssh_needs(given: Document) -> tuple[str, ...]:
    """Members of an ``SSHConnection`` that must not be empty."""
    secret = "SSHPrivateKey" if given["SSHAuthMode"] == SSH_BY_KEY else "SSHPassword"
    return "SSHServer", "SSHUsername", secret


def proxmox_needs(given: Document) -> tuple[str, ...]:
    """The same for a ``ProxmoxConnection``."""
    return tuple(f"SSH.{name}" for name in ssh_needs(given["SSH"]))


def vmware_needs(given: Document) -> tuple[str, ...]:
    """The same for a ``VMwareConnection``."""
    if given["ConnectionType"] == "ssh":
        return tuple(f"SSH.{name}" for name in ssh_needs(given["SSH"]))
    return "VSphere.Hostname", "VSphere.Username", "VSphere.Password"


def mssql_needs(given: Document) -> tuple[str, ...]:
    """The same for an ``MSSQLConnection``, which may use the login of Windows."""
    return ("Username", "Password") if given["Type"] == "native" else ()


def mysql_needs(given: Document) -> tuple[str, ...]:
    """The same for a ``MySQLConnection``."""
    return "Host", "Username", "Password"


def mongodb_needs(given: Document) -> tuple[str, ...]:
    """The same for a ``MongoDBConnection``."""
    return "Server", "Username", "Password"


def office_needs(given: Document) -> tuple[str, ...]:
    """The same for an ``Office365Credential``, which proves itself by secret or certificate."""
    return "AppID", "TenantID", "AppCert" if given["AppCert"] else "Secret"


@dataclass(frozen=True, slots=True)
class View:
    """What one call shows: the member of the answer, its content, and what the device needs for it."""

    member: str
    content: Any
    needs: Needs | None = None
    windows_only: bool = False


VIEWS = {
    "Office365ListVirtualAccounts": View("Objects", worlds.OFFICE_VIRTUAL, office_needs),
    "RequestBrowseDiskDrives": View("Disks", worlds.DISKS, windows_only=True),
    "RequestBrowseExchangeEdb": View("Databases", worlds.EXCHANGE, windows_only=True),
    "RequestBrowseHyperv": View("VirtualMachines", worlds.HYPERV, windows_only=True),
    "RequestBrowseMongodb": View("Objects", worlds.MONGODB, mongodb_needs),
    "RequestBrowseMssql": View("Objects", worlds.SQL_SERVER, mssql_needs, windows_only=True),
    "RequestBrowseMysql": View("Objects", worlds.MYSQL, mysql_needs),
    "RequestBrowseProxmox": View("VMs", worlds.PROXMOX, proxmox_needs),
    "RequestBrowseProxmoxNodes": View("Nodes", worlds.PROXMOX_NODES, ssh_needs),
    "RequestBrowseProxmoxStorage": View("Storage", worlds.PROXMOX_STORAGE, ssh_needs),
    "RequestBrowseVmware": View("VirtualMachines", worlds.VMWARE, vmware_needs),
    "RequestBrowseVmwareDatacenters": View("Datacenters", worlds.VMWARE_DATACENTERS, vmware_needs),
    "RequestBrowseVmwareDatastores": View("Datastores", worlds.VMWARE_DATASTORES, vmware_needs),
    "RequestBrowseVmwareHosts": View("Hosts", worlds.VMWARE_HOSTS, vmware_needs),
    "RequestBrowseVmwareNetworks": View("Networks", worlds.VMWARE_NETWORKS, vmware_needs),
    "RequestBrowseVssAaw": View("VSSWriters", worlds.VSS_WRITERS, windows_only=True),
    "RequestOffice365Accounts": View("Objects", worlds.OFFICE_ACCOUNTS, office_needs),
    "RequestOffice365Sites": View("Objects", worlds.OFFICE_SITES, office_needs),
}
"""By the last part of the method's name, which administrators and users share."""

SIDES = ("AdminDispatcher", "UserWebDispatcher")


@handles(*(f"{side}{name}" for side in SIDES for name in VIEWS), coverage=PLAUSIBLE, reason=MADE_UP)
def browse(call: Call) -> Document:
    """Show one view of a device, once its credentials are complete."""
    connection, name = call.target(), call.method.name
    view = VIEWS[name.removeprefix(SIDES[0]).removeprefix(SIDES[1])]
    if view.windows_only and not connection.on_windows:
        raise failed(call, "The device's operating system does not support this")
    if view.needs is not None:
        check_credentials(call, call["Credentials"], view.needs)
    return answer(**{view.member: _narrowed(call, view.content)})


def check_credentials(call: Call, given: Document, needs: Needs) -> None:
    """Refuse credentials with which the device cannot even try.

    Raises:
        ApiError: the status of the switch ``device_failure_status``.
    """
    if not all(member(given, path) for path in needs(given)):
        raise failed(call, "The device could not log in with these credentials")


def _narrowed(call: Call, content: Any) -> Any:
    """Content that fits the call's ``Filter``; storage only of a ``Node`` that exists."""
    wanted = call.get("Filter").lower()
    if call.get("Node") not in ("", *worlds.PROXMOX_NODES):
        raise failed(call, "There is no such node")
    return [entry for entry in content if wanted in entry["Name"].lower()] if wanted else content


def answer(**members: Any) -> Document:
    """A successful envelope with members that are yet to be shaped."""
    return {"Status": 200, "Message": "OK", **members}


# Registering an application with Office 365


@handles(
    *(f"{side}RegisterOfficeApplicationBegin" for side in SIDES),
    coverage=PLAUSIBLE,
    reason="nobody is asked: the made-up owner agrees after a moment",
)
def begin_office(call: Call) -> Document:
    """Begin; the answer says where somebody would have to agree."""
    connection = call.target()
    if "@" not in call["EmailAddress"]:
        raise failed(call, "The e-mail address is not valid")
    due = call.emulator.clock.now() + OFFICE_SECONDS
    return {
        "Continuation": _continuation(connection, due),
        "VerificationURL": "https://login.example.com/device",
        "UserCode": _digest(connection, 0)[:9].upper(),
    }


@handles(
    *(f"{side}RegisterOfficeApplicationCheck" for side in SIDES),
    coverage=PLAUSIBLE,
    reason="nobody is asked: the made-up owner agrees after a moment",
)
def check_office(call: Call) -> Document:
    """Whether somebody has agreed by now, and then the application's credentials."""
    connection, given = call.target(), call["Continuation"]
    due = int(given.partition("-")[0]) if given.partition("-")[0].isdigit() else 0
    if given != _continuation(connection, due):
        return {"Error": "The registration is unknown or has expired"}
    if call.emulator.clock.now() < due:
        return {"Continuation": given}
    names = {"AppID": "app", "TenantID": "tenant", "Secret": "secret"}
    result = {name: _digest(connection, due, text) for name, text in names.items()}
    return {"Continuation": given, "Completed": True, "Result": {**result, "Region": "GlobalPublicCloud"}}


def _continuation(connection: Connection, due: int) -> str:
    """A token that says when the registration is done, and cannot be made up."""
    return f"{due}-{_digest(connection, due)}"


def _digest(connection: Connection, due: int, what: str = "") -> str:
    return hashlib.sha256(f"{connection.target} {due} {what}".encode()).hexdigest()[:40]
