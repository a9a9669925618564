# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before anything of an object is written. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._state import _home
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption, NeedsConfirmation
from ansible_collections.comet.backup.plugins.module_utils._state._plan import CREATE, DELETE, Found, Plan, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server


def guard(server: Server, resource: Resource, wish: Wish, step: Plan) -> None:
    """Refuse what must not be done: losing data without a word, what the server is too old for. Raises CometError."""
    if step.action == CREATE:
        _at_home(server, resource, wish)
        _demand(server, resource, _nameless(resource, wish) or resource.hooks.lacking(wish))
    if step.action == DELETE:
        refuse_loss(server, resource, wish, step.found)
        resource.hooks.deletion(server, wish, step.found)
    else:
        resource.hooks.guard(server, wish, step.found)
        _require(server, {**_room(resource, wish), **step.needs})


def refuse_loss(server: Server, resource: Resource, wish: Wish, found: Found) -> None:
    """Raises NeedsConfirmation when deleting an object would lose something and the task has not said that it may."""
    loss = "" if wish.confirmed else resource.hooks.loss(server, found)
    if loss:
        raise NeedsConfirmation(f"deleting it {loss}; set {resource.confirm} to true if that is meant")


def _room(resource: Resource, wish: Wish) -> dict[str, str]:
    """What the larger document has to know so that the object has a place in it."""
    return _home.needs(_home.home_of(resource, wish)) if resource.homes else {}


def _require(server: Server, needs: Mapping[str, str]) -> None:
    """Refuse members that a server is too old for. Raises TooOld."""
    if needs:
        member = max(needs, key=lambda name: _model.parse_version(needs[name]))
        server.client.require(needs[member], f"the member {member}")


def _at_home(server: Server, resource: Resource, wish: Wish) -> None:
    """Refuse to make for another tenant what the API makes in the login's own alone."""
    if not resource.homebound or wish.tenant is None:
        return
    own = server.own_tenant()
    if wish.tenant != own:
        raise InvalidOption(
            f"tenant: the API has no call that makes {resource.noun} for another tenant, and this login "
            f"belongs to {'tenant ' + own if own else 'the top level'}; log in as an administrator of the tenant "
            "that is meant, and leave tenant out"
        )


def _nameless(resource: Resource, wish: Wish) -> str:
    """Why an ID alone does not make an object: it may be mistyped, and nobody would know the object by it."""
    if not wish.id or resource.named or (wish.name and resource.chosen):
        return ""
    unknown = f"id: there is no {resource.noun} with the ID {wish.id}"
    return f"{unknown}, and a new one needs a {resource.naming}" if resource.chosen else unknown


def _demand(server: Server, resource: Resource, lacking: str) -> None:
    """Refuse to make an object without what it needs; in check mode an earlier task may be the one to make it."""
    if lacking and not server.check_mode:
        raise InvalidOption(lacking)
    if lacking:
        server.warnings.append(f"{lacking}; assuming that an earlier task makes the {resource.noun}")
