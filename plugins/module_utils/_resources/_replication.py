# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that receive copies of what this one holds. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _home
from ansible_collections.comet.backup.plugins.module_utils._state._lists import Within
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Hooks, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

ROLES = {"authentication": "AuthenticationRole", "storage": "StorageRole"}
"""Roles whose data is replicated, and the member of the configuration that holds each."""
_QUEUES = {"authentication": "user", "storage": "storage"}
_STATE = "ReplicatorStateAPIResponse"


class ReplicationHooks(Hooks):
    """A role that is off replicates nothing; how far one that is on has got is told by a call of its own."""

    def lacking(self, wish: Wish) -> str:
        """A new target needs a type, and a Comet Server an address."""
        if not wish.patch.get("Type"):
            return "type: a new replication needs one, such as comet"
        if wish.patch["Type"] == "comet" and not wish.patch.get("RemoteAddress"):
            return "remote_address: a new replication to a Comet Server needs one"
        return ""

    def guard(self, server: Server, wish: Wish, found: Found) -> None:
        """Warns where the role is off."""
        config = (found.around.document if found.around else None) or {}
        if not (config.get(ROLES[wish.home]) or {}).get("RoleEnabled"):
            server.warnings.append(
                f"role: the {wish.home} role of this server is off, so that nothing is replicated; comet_server_config "
                f"switches it on ({wish.home}_role.role_enabled)"
            )

    def listed(self, server: Server, keys: Collection[str], within: Within) -> Mapping[str, Mapping[str, Any]]:
        """The queue of each target (AdminReplicationState); empty for those that the server does not speak of."""
        queue = _model.constants("REPLICATOR_DISPLAYCLASS").choices[_QUEUES[within[0]]]
        states = server.ask("AdminReplicationState") if keys else ()
        states = [one for one in states or () if one["DisplayClass"] == queue]
        told = _home.objects(Home(keys=("Description", "RemoteServerID")), states)
        return {key: {"status": _document.options_from(_STATE, told.get(key))} for key in keys}


def _home_of(role: str) -> Home:
    return Home(
        path=(ROLES[role], "ReplicateTo"),
        called=role,
        reading=Call("AdminMetaServerConfigGet"),
        updating=Call("AdminMetaServerConfigSet", {"Config": "document"}),
        keys=("Description", "RemoteAddress"),
    )


REPLICATION = Resource(
    kind="replication",
    plural="replications",
    structure="ReplicaServer",
    name="Description",
    named=True,
    id_option="name",
    homes=tuple(_home_of(role) for role in ROLES),
    place="role",
    references=(TENANT,),
    hooks=ReplicationHooks(),
)
