# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read, plan, write, and settle what went wrong in between. Private; may change at any time."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    AnswerLost,
    CometError,
    LoginFailed,
    Refused,
)
from ansible_collections.comet.backup.plugins.module_utils._state import _fragments, _home, _plan
from ansible_collections.comet.backup.plugins.module_utils._state._errors import (
    Conflict,
    InvalidOption,
    NeedsConfirmation,
)
from ansible_collections.comet.backup.plugins.module_utils._state._plan import CREATE, DELETE, NONE, Found, Plan, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import PENDING, Server, arguments

ATTEMPTS = 5
"""How often an object is written before a server that keeps changing it wins."""
PAUSE = 0.2
"""Seconds before the first repetition; grows with each."""


@dataclass
class Outcome:
    """What happened to one object. ``plan`` is the whole way from what was there to what is wished."""

    resource: Resource
    plan: Plan
    changed: bool = False
    document: Mapping[str, Any] | None = None
    id: str = ""
    restarted: bool = False


def plan(resource: Resource, found: Found, wish: Wish, making: bool = False) -> Plan:
    """What has to be done so that ``found`` fulfils ``wish``; asks the server nothing."""
    wish = resource.hooks.prepare(wish, found)
    acts = resource.hooks.acts(wish, found, making) if wish.present else ()
    return _plan.make_plan(resource.structure, found, wish, int(time.time()), making, acts)


def reconcile(server: Server, resource: Resource, wish: Wish, found: Found) -> Outcome:
    """Make the server fulfil the wish, or in check mode say what that would take.

    ``found`` is what was read before, so that nothing is read twice when nothing has to be written. Raises
    CometError. Whatever was written before stays valid, and running again goes on from there.
    """
    return _Run(server, resource, wish).run(found)


class _Run:
    """One object's way to its wish: read, plan one step, write, until nothing is left to do."""

    def __init__(self, server: Server, resource: Resource, wish: Wish) -> None:
        self.server, self.resource, self.wish = server, resource, wish
        self.making = False
        self.wrote = False
        self.restarted = False
        self.id = ""

    def run(self, found: Found) -> Outcome:
        """From what was read to the outcome."""
        first = plan(self.resource, found, self.wish)
        if first.action == NONE:
            return self._outcome(first, first)
        self._guard(first)
        if self.server.check_mode:
            restarts = _fragments.would_restart(self.resource, first, self.wish, self.server.client)
            return replace(self._outcome(first, first), changed=True, restarted=restarts)
        return self._write(first)

    def _guard(self, step: Plan) -> None:
        """Refuse what must not be done: losing data without a word, or what the server is too old for."""
        if step.action == CREATE:
            self._at_home()
            self._demand(self._nameless() or self.resource.hooks.lacking(self.wish))
        if step.action == DELETE and not self.wish.confirmed:
            loss = self.resource.hooks.loss(self.server, step.found)
            if loss:
                raise NeedsConfirmation(f"deleting it {loss}; set {self.resource.confirm} to true if that is meant")
        if step.action == DELETE:
            self.resource.hooks.deletion(self.server, self.wish, step.found)
        else:
            self.resource.hooks.guard(self.server, self.wish, step.found)
        if step.needs:
            member = max(step.needs, key=lambda name: _model.parse_version(step.needs[name]))
            self.server.client.require(step.needs[member], f"the member {member}")

    def _at_home(self) -> None:
        """Refuse to make for another tenant what the API makes in the login's own alone."""
        if not self.resource.homebound or self.wish.tenant is None:
            return
        own = self.server.own_tenant()
        if self.wish.tenant != own:
            raise InvalidOption(
                f"tenant: the API has no call that makes {self.resource.noun} for another tenant, and this login "
                f"belongs to {'tenant ' + own if own else 'the top level'}; log in as an administrator of the tenant "
                "that is meant, and leave tenant out"
            )

    def _nameless(self) -> str:
        """Why an ID alone does not make an object: it may be mistyped, and nobody would know the object by it."""
        resource, wish = self.resource, self.wish
        if not wish.id or resource.named or (wish.name and resource.chosen):
            return ""
        unknown = f"id: there is no {resource.noun} with the ID {wish.id}"
        return f"{unknown}, and a new one needs a {resource.naming}" if resource.chosen else unknown

    def _demand(self, lacking: str) -> None:
        """Refuse to make an object without what it needs; in check mode an earlier task may be the one to make it."""
        if lacking and not self.server.check_mode:
            raise InvalidOption(lacking)
        if lacking:
            self.server.warnings.append(f"{lacking}; assuming that an earlier task makes the {self.resource.noun}")

    def _write(self, first: Plan) -> Outcome:
        step = first
        if not step.found.fresh:
            first = step = self._again()
        failures = 0
        while step.action != NONE:
            try:
                finished = self._step(step)
            except LoginFailed:
                raise
            except (AnswerLost, Refused) as error:
                failures += 1
                self.wrote = self.wrote or isinstance(error, AnswerLost)
                step = self._settle(step, error, failures)
                continue
            self.wrote = True
            if finished:
                break
            step = self._next(step)
        return self._outcome(first, step)

    def _again(self) -> Plan:
        """Read the object itself, now, and plan on what it is."""
        found = self.server.find(self.resource, self.wish, fresh=True)
        return plan(self.resource, found, self.wish, self.making)

    def _next(self, done: Plan) -> Plan:
        """What is left to do after a step; each has to get on."""
        step = self._again()
        if step.action == CREATE:
            raise Conflict("the server made it, yet it cannot be found there")
        if step.action == DELETE and step.found.id == done.found.id:
            raise Conflict("the server deleted it, yet it is still there")
        return step

    def _step(self, step: Plan) -> bool:
        """Do what the plan says; whether the wish is fulfilled by that."""
        self.making = self.making or step.action == CREATE
        if step.action == DELETE:
            further = self.resource.hooks.deletion(self.server, self.wish, step.found)
            if self.resource.homes and not _home.single(self.resource, self.wish, step.found):
                self._put(step, None, further)
            else:
                self._call(self.resource.deleting, step, further)
            return not self.resource.alike
        if step.action == CREATE and self.resource.creating is None and self.resource.homes:
            self._put(step, step.after, self.resource.hooks.creation(self.wish))
            return True
        if step.action == CREATE:
            answer = self._call(self.resource.creating, step, self.resource.hooks.creation(self.wish))
            if self.resource.creating and self.resource.creating.made:
                self.id = str(answer.get(self.resource.creating.made) or "")
            left = {name: value for name, value in self.wish.patch.items() if name not in self.resource.carried}
            self.wish = replace(self.wish, patch=left)
            return self.resource.whole and not self.resource.hooks.acts(self.wish, step.found, True)
        if step.after is not step.found.document:
            self._update(step)
        if self.resource.hooks.acts(self.wish, step.found, self.making):
            self.resource.hooks.act(self.server, self.wish, step.found)
        return True

    def _update(self, step: Plan) -> None:
        parts = _fragments.touched(self.resource, step, self.server.client)
        if parts:
            self.restarted |= _fragments.write(self.server.client, self.resource, parts, self.wish)
        elif self.resource.homes:
            self._put(step, step.after, {})
        else:
            self._call(self.resource.updating, step, {})

    def _put(self, step: Plan, document: Mapping[str, Any] | None, further: Mapping[str, Any]) -> None:
        """Write the larger document that the object is part of, with the object replaced, added or (None) left out."""
        home, around = _home.home_of(self.resource, self.wish), step.found.around
        if around is None:
            raise CometError(f"what the {self.resource.noun} is part of was not read")
        whole = _home.replaced(home, around.document, step.found.id, document)
        self._send(home.writing, {"id": around.id or None, "document": whole, "lock": around.lock}, further)

    def _call(self, call: Call | None, step: Plan, further: Mapping[str, Any]) -> Any:
        carried = {
            "id": step.found.id or None,
            "name": self.wish.name or None,
            "document": step.after,
            "lock": step.found.lock,
            "tenant": self.wish.tenant or None,
        }
        return self._send(call, carried, further)

    def _send(self, call: Call | None, carried: Mapping[str, Any], further: Mapping[str, Any]) -> Any:
        """Make a writing call, and wait for the server to come back where the call restarts it."""
        if call is None:
            raise CometError("the API has no call for that")
        given = {**arguments(call, carried), **further}
        if not _model.method(call.method).restarts:
            return self.server.client.call(call.method, **given)
        self.restarted = True
        with _fragments.Restart(self.server.client, self.wish.restart_timeout):
            return self.server.client.call(call.method, **given)

    def _settle(self, step: Plan, error: CometError, failures: int) -> Plan:
        """After a refusal or a lost answer: what is to be done now. Raises the error when nothing moved meanwhile.

        A writing call is never just repeated, since it may have happened: the object is read again and planned anew.
        """
        if failures >= ATTEMPTS:
            raise Conflict(f"gave up after {ATTEMPTS} attempts; the last one: {error.message}")
        self.server.forget(self.resource)
        time.sleep(PAUSE * failures * (1 + random.random()))
        again = self._again()
        before, after = ((one.id, one.document is None, one.lock) for one in (step.found, again.found))
        if isinstance(error, Refused) and before == after:
            raise error
        return again

    def _outcome(self, first: Plan, last: Plan) -> Outcome:
        deleted = first.action == DELETE
        document = None if deleted else (last.after if last.action != NONE else last.found.document)
        key = self.id or last.found.id or first.found.id or f"{PENDING} {self.wish.name}"
        if self.wrote:
            self.server.note(self.resource, key, document)
        return Outcome(self.resource, first, self.wrote, document, key, self.restarted)
