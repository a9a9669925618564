# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""External authentication sources of administrators. Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Hooks, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

_OF_A_SOURCE = ("Type", "Description", "LDAP", "OIDC")
"""What a source uses of the settings that remote servers of all kinds share; the others are for storage."""


class ExternalAuthSourceHooks(Hooks):
    """Administrators that a source has made have no password of their own."""

    def loss(self, server: Server, found: Found) -> str:
        """Counts the administrators of the source (AdminAdminUserList), where the login may list them."""
        try:
            admins = server.client.call("AdminAdminUserList")
        except LoginFailed:
            raise
        except Refused as error:
            if error.status != 403:
                raise
            return ""
        names = sorted(one["Username"] for one in admins if one.get("ExternalAuthenticationSource") == found.id)
        return f"leaves {len(names)} administrators unable to log in ({', '.join(names[:5])})" if names else ""


EXTERNAL_AUTH_SOURCE = Resource(
    kind="external_auth_source",
    plural="external_auth_sources",
    structure="ExternalAuthenticationSource",
    name="Description",
    chosen=True,
    whole=True,
    homes=(
        Home(
            reading=Call("AdminExternalAuthSourcesGet"),
            updating=Call("AdminExternalAuthSourcesSet", {"Sources": "document"}),
        ),
    ),
    creating=Call("AdminExternalAuthSourcesNew", {"Source": "document", "SourceID": "id"}, made="ID"),
    deleting=Call("AdminExternalAuthSourcesDelete", {"SourceID": "id"}),
    hidden=tuple(name for name in _model.structure("RemoteServerAddress").members if name not in _OF_A_SOURCE),
    references=(POLICY, TENANT),
    confirm="force",
    hooks=ExternalAuthSourceHooks(),
)
