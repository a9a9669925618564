# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read, plan, write, and settle what went wrong in between. Private; may change at any time."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Callable

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    AnswerLost,
    CometError,
    LoginFailed,
    Refused,
)
from ansible_collections.comet.backup.plugins.module_utils._state import _fragments, _guards, _home, _late, _plan
from ansible_collections.comet.backup.plugins.module_utils._state._errors import Conflict, InDoubt
from ansible_collections.comet.backup.plugins.module_utils._state._lists import PENDING, arguments
from ansible_collections.comet.backup.plugins.module_utils._state._plan import CREATE, DELETE, NONE, Found, Plan, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._second_look import SecondLook
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

ATTEMPTS = 5
"""How often an object is written before a server that keeps changing it wins."""
PAUSE = 0.2
"""Seconds before the first repetition; grows with each."""
IN_DOUBT = (
    "Before that, a change was sent and its answer was lost, so that it may have been carried out. Run this again: it "
    "finds out, and goes on from there."
)
BEGUN = "What was done before that stays. Run this again to go on from there."

Along = Callable[[Server, str], AbstractContextManager[None]]
"""What is written along with an object, given a draft of the server and the object's ID: it is laid on the draft on
entry, and known to be written if the context ends without an error."""


@dataclass
class Outcome:
    """What happened to one object. ``plan`` is the whole way from what was there to what is wished.

    ``held`` is the object as the server holds it by now, or would, with all that was written along.
    """

    resource: Resource
    plan: Plan
    held: Found
    changed: bool = False
    document: Mapping[str, Any] | None = None
    id: str = ""
    restarted: bool = False


def plan(resource: Resource, found: Found, wish: Wish, making: bool = False) -> Plan:
    """What has to be done so that ``found`` fulfils ``wish``; asks the server nothing."""
    wish = resource.hooks.prepare(wish, found)
    acts = resource.hooks.acts(wish, found, making) if wish.present else ()
    step = _plan.make_plan(resource.structure, found, wish, int(time.time()), making, acts, resource.checks)
    if step.action == NONE and making and resource.hooks.unfinished(wish, found):
        return _plan.finishing(resource.structure, step, int(time.time()))
    return step


def reconcile(server: Server, resource: Resource, wish: Wish, found: Found, along: Along | None = None) -> Outcome:
    """Make the server fulfil the wish, or in check mode say what that would take.

    ``found`` is what was read before, so that nothing is read twice when nothing has to be written. ``along`` is
    written with it if the document that holds both has to be written. Raises CometError. Whatever was written before
    stays valid, and running again goes on from there.
    """
    return _Run(server, resource, wish, along).run(found)


class _Run:
    """One object's way to its wish: read, plan one step, write, until nothing is left to do."""

    def __init__(self, server: Server, resource: Resource, wish: Wish, along: Along | None) -> None:
        self.server, self.resource, self.wish, self.along = server, resource, wish, along
        self.second_look = SecondLook(server, resource)
        self.accompanied = False
        self.making = False
        self.wrote = False
        self.in_doubt = False
        self.restarted = False
        self.id = ""
        self.held: Found | None = None

    def run(self, found: Found) -> Outcome:
        """From what was read to the outcome."""
        first = self._plan(found)
        if first.action == NONE:
            return self._outcome(first, first)
        _guards.guard(self.server, self.resource, self.wish, first)
        if not self.server.writes:
            return self._foresee(first)
        try:
            return self._write(first)
        except CometError as error:
            raise self._honest(error) from None

    def _plan(self, found: Found) -> Plan:
        return plan(self.resource, self.resource.hooks.inspect(self.server, self.wish, found), self.wish, self.making)

    def _foresee(self, step: Plan) -> Outcome:
        """What a real run would do; what is said later of the same larger document takes it for done."""
        if self.server.drafting and self._apart(step):
            raise CometError(f"the {self.resource.noun} takes a call of its own")
        restarts = _fragments.would_restart(self.server, self.resource, step, self.wish)
        outcome = replace(self._outcome(step, step), changed=True, restarted=restarts)
        if step.found.around is not None:
            whole = self._whole(step.found.around, outcome.id, outcome.document)
            self.server.note_around(self.resource, self.wish, Found(self.wish.owner, whole))
        return outcome

    def _apart(self, step: Plan) -> bool:
        """Whether a step does what writing the larger document would not do."""
        return self._requested() or (step.action == DELETE and self._own_call(step) is not None)

    def _requested(self) -> bool:
        return self.resource.hooks.requested(self.wish)

    def _write(self, first: Plan) -> Outcome:
        step = first
        call = self._own_call(step)
        if not step.found.fresh and not (step.action == CREATE and call and call.strict):
            first = step = self._again()
        failures = 0
        while step.action != NONE:
            step = self._supplied(step)
            try:
                finished = self._step(step)
            except LoginFailed:
                raise
            except (AnswerLost, Refused) as error:
                failures += 1
                self.in_doubt = isinstance(error, AnswerLost)
                self.wrote = self.wrote or self.in_doubt
                step = self._settle(step, error, failures)
                self.in_doubt = False
                # A network that delivers a call twice has the second one refused: by now it is as wished all the same.
                self.wrote = self.wrote or step.action == NONE
                continue
            self.wrote = True
            if finished and not self.second_look.undone(self.wish, step):
                break
            step = self._again() if finished else self._next(step)
        return self._outcome(first, step)

    def _honest(self, error: CometError) -> CometError:
        """The error that ended the work, which also says what had been done by then, or perhaps had."""
        if isinstance(error, InDoubt):
            return error
        if self.in_doubt:
            return error.adding(IN_DOUBT)
        said_no = isinstance(error, Refused) and not isinstance(error, LoginFailed)
        return error.adding(BEGUN) if self.wrote and not said_no else error

    def _supplied(self, step: Plan) -> Plan:
        """The step once everything is there that it takes."""
        supplied = self.resource.hooks.supply(self.server, self.wish, step.found) if self.wish.present else self.wish
        if supplied is self.wish:
            return step
        self.wish = supplied
        # That may have taken a while, and what has no lock might be overwritten.
        return self._plan(step.found) if step.found.lock else self._again()

    def _again(self) -> Plan:
        """Read the object itself, now, and plan on what it is."""
        return self._plan(self.server.find(self.resource, self.wish, fresh=True))

    def _next(self, done: Plan) -> Plan:
        """What is left to do after a step; each has to get on."""
        step = self._plan(self.server.find(self.resource, self.wish, fresh=not self.resource.homes))
        if not step.found.fresh:
            step = self._again()
        if step.action == CREATE:
            raise Conflict("the server made it, yet it cannot be found there")
        if step.action == DELETE and step.found.id == done.found.id and self._left(step) == self._left(done):
            raise Conflict("the server deleted it, yet it is still there")
        return step

    def _left(self, step: Plan) -> bool:
        """Whether a plan is about what is left of an object that is gone."""
        return _home.remains(self.resource, self.wish, step.found)

    def _step(self, step: Plan) -> bool:
        """Do what the plan says; whether the wish is fulfilled by that."""
        self.making = self.making or step.action == CREATE
        if step.action == DELETE:
            self._delete(step)
            return not (self.resource.alike or self.resource.leaves)
        if step.action == CREATE:
            return self._create(step)
        if step.after is not step.found.document:
            self.resource.hooks.ahead(self.server, self.wish, step.found)
            self._update(step)
        if self.resource.hooks.acts(self.wish, step.found, self.making):
            self.resource.hooks.act(self.server, self.wish, step.found)
        return True

    def _delete(self, step: Plan) -> None:
        further = self.resource.hooks.deletion(self.server, self.wish, step.found)
        if self.resource.leaves:
            # What a call leaves of the object is found by the object's ID alone.
            self.wish = replace(self.wish, id=step.found.id)
        call = self._own_call(step)
        if call or not self.resource.homes:
            self._call(call, step, further)
        else:
            self._put(step, None, further)

    def _create(self, step: Plan) -> bool:
        hooks = self.resource.hooks
        call = self._own_call(step)
        if call is None and self.resource.homes:
            self._put(step, step.after, hooks.creation(self.wish))
            return True
        answer = self._call(call, step, hooks.creation(self.wish))
        if call and call.made:
            self._made(str(answer.get(call.made) or ""))
        left = {name: value for name, value in self.wish.patch.items() if name not in self.resource.carried}
        self.wish = replace(self.wish, patch=left)
        return self.resource.whole and not hooks.acts(self.wish, step.found, True)

    def _own_call(self, step: Plan) -> Call | None:
        requested = step.action == CREATE and self._requested()
        if self.along and self.resource.homes and step.action != DELETE and not requested:
            return None  # others can only go along in the document that holds them all
        return _home.own_call(self.resource, step.action, self.wish, step.found, self.server.client)

    def _made(self, key: str) -> None:
        """Go on with the object that the server has made and given an ID; its name may follow."""
        self.id = key
        if not self.resource.whole:
            self.wish = replace(self.wish, id=key)

    def _update(self, step: Plan) -> None:
        parts = _fragments.touched(self.resource, step, self.server.client)
        call = self._own_call(step)
        if parts:
            self.restarted |= _fragments.write(self.server.client, self.resource, parts, self.wish)
        elif not self.resource.homes:
            self._rewrite(call, step)
        elif call:
            self._call(call, step, self.resource.hooks.change(self.wish, step.found))
        else:
            self._put(step, step.after, {})

    def _rewrite(self, call: Call | None, step: Plan) -> None:
        """Write the object's own document, with what goes along."""
        with self._with_others(step, self.resource, step.found.id, step.after) as written:
            further = self.resource.hooks.change(self.wish, step.found)
            answer = self._call(call, replace(step, after=written), further)
        self.held = _told(call, answer, step.found.id, written)

    @contextmanager
    def _with_others(self, step: Plan, owner: Resource | None, key: str, document: Any) -> Iterator[Any]:
        """The document of an object, or of the owner around it, with all laid over it that is written along."""
        self.accompanied = False
        filled = self.resource.hooks.fills(step.found.document or {}, step.after or {})
        if self.along is None or owner is None or filled:
            yield document
            return
        draft = self.server.draft(owner, key, document)
        with self.along(draft, step.found.id):
            whole = draft.foretold(owner, key).document
            self.accompanied = whole is not document
            yield whole

    def _put(self, step: Plan, document: Mapping[str, Any] | None, further: Mapping[str, Any]) -> None:
        """Write the larger document that the object is part of, with the object replaced, added or (None) left out."""
        home, around = self.server.home(self.resource, self.wish), step.found.around
        if around is None:
            raise CometError(f"what the {self.resource.noun} is part of was not read")
        known = _model.method(home.writing.method).parameters if home.writing else {}
        more = {name: value for name, value in further.items() if name in known}
        whole = self._whole(around, step.found.id, document)
        with self._with_others(step, home.owner, around.id, whole) as written:
            carried = {"id": around.id or None, "document": written, "lock": around.lock}
            answer = self._send(home.writing, carried, more)
        if home.owner is None and not self.restarted:
            # It is a part of the configuration, and nothing tells whether a server restarts for that.
            self.restarted = _fragments.back_again(self.server.client, None, self.wish.restart_timeout)
        self.server.note_around(self.resource, self.wish, _told(home.writing, answer, around.id, written))

    def _whole(self, around: Found, key: str, document: Mapping[str, Any] | None) -> Any:
        """The larger document with the object replaced, added or (None) left out."""
        whole = _home.replaced(self.server.home(self.resource, self.wish), around.document, key, document)
        return self.resource.hooks.without(whole, key) if document is None else whole

    def _call(self, call: Call | None, step: Plan, further: Mapping[str, Any]) -> Any:
        carried = {
            "id": step.found.id or None,
            "name": self.wish.name or None,
            "document": step.after,
            "lock": step.found.lock,
            "tenant": self.wish.tenant or None,
            "owner": self.wish.owner or None,
        }
        if not self.resource.homes:
            return self._send(call, carried, further)
        self.server.outdate(self.resource, self.wish)
        answer = self._send(call, carried, further)
        around = step.found.around
        told = _told(call, answer, around.id, around.document) if around else None
        if told is not None and told.fresh:
            self.server.note_around(self.resource, self.wish, told)
        return answer

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
            self.in_doubt = False  # the last one tells it
            raise Conflict(f"gave up after {ATTEMPTS} attempts; the last one: {error.message}")
        self.server.forget(self.resource)
        time.sleep(PAUSE * failures * (1 + random.random()))
        again = self._later(step, error) if isinstance(error, AnswerLost) and error.late else self._again()
        before, after = ((one.id, one.document is None, one.lock) for one in (step.found, again.found))
        if isinstance(error, Refused) and before == after:
            if self.accompanied:
                # One by one, so that the server says which of them it is about.
                self.along, self.accompanied = None, False
                return again
            if self.making and self.wrote:
                error.message = (
                    f"the {self.resource.noun} was made, but the rest of what the task says was refused, so that it "
                    f"is as the server makes one: {error.message}"
                )
            raise error
        return again

    def _later(self, step: Plan, error: AnswerLost) -> Plan:
        """After a time-out, with the server perhaps still at work. Raises InDoubt for what must not be made twice."""
        repeatable = step.action != CREATE or self.resource.hooks.repeatable(self.server, self.wish)
        call = self._own_call(step)
        if repeatable and (step.found.lock or (call and call.strict)):
            return self._again()
        seconds = self.server.client.settings.timeout * _late.PATIENCE
        again = _late.awaited(step, self._again, seconds, PAUSE)
        if again.action == CREATE and not repeatable:
            raise _late.not_sent_again(error, self.resource.noun, seconds)
        return again

    def _outcome(self, first: Plan, last: Plan) -> Outcome:
        unborn = f"{PENDING} {self.wish.name}" if first.action == CREATE and self.wish.name else ""
        key = self.id or last.found.id or first.found.id or unborn
        held = self.held or (last.found if last.action == NONE else Found(key, last.after))
        if self.wrote and not self.resource.homes:
            self.server.note(self.resource, key, held.document)
        return Outcome(self.resource, first, held, self.wrote, last.after, key, self.restarted)


def _told(call: Call | None, answer: Any, key: str, written: Any) -> Found:
    """The document with its lock as the server tells it after a write, so that the next one goes on from there.

    Just what was written, where the server says nothing, or less than that.
    """
    if call and call.reply and isinstance(answer, Mapping):
        document, lock = answer.get(call.reply), answer.get(call.lock)
        if document and lock and all(document.get(name) for name, value in written.items() if value):
            return Found(key, document, lock, fresh=True)
    return Found(key, written)
