# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promises about documents, held on a server that holds odd ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._spec import identity_spec, renamed
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _plan
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.tests.soak import honesty, judges, oddities
from ansible_collections.comet.backup.tests.soak.asked import Options, asked
from ansible_collections.comet.backup.tests.soak.campaign import SoakedServer, hold
from ansible_collections.comet.backup.tests.soak.laws import MANY, NOTHING, Promise, promise_of
from ansible_collections.comet.backup.tests.soak.oddities import Document
from ansible_collections.comet.backup.tests.unit.promises.case import Case

PLANTED = "planted"
SWITCHES = st.fixed_dictionaries(
    {"empty_collections": st.sampled_from(("empty", "null")), "omit_when_zero": st.booleans()}
)
"""How a server may write what is empty."""


ANEW = {"update_campaign": "Active"}
"""Kinds of which an object that does not run, as the member says, is begun anew: what a task leaves out is off then."""
READ_WITHIN = {"update_campaign": "UpdateCampaignStatus"}
"""Kinds that are read as part of a structure of which the other members tell what has become of them since."""


class Planter:
    """One kind of object on a server, with whatever documents."""

    def __init__(self, server: SoakedServer, case: Case) -> None:
        self.server, self.case = server, case
        task = TASKS[case.module]
        assert isinstance(task, ResourceTask)
        self.task, self.structure, self.spec = task, case.resource.structure, task.options()

    def prepare(self) -> None:
        """The object as a task makes it, to which every example comes back."""
        self.server.reset()
        self.server.switch(check_enumerations=False)
        self.case.before(self.server)
        result = self.server.task(self.case.module, **self.case.present())
        hold(not result.get("failed"), "an object can be made", self.case.title, result["msg"])
        self.server.snapshot(PLANTED)

    def example(self, data: st.DataObject) -> Counter[str]:
        """One document and one wish."""
        self.server.restore(PLANTED)
        self.server.switch(empty_collections="empty", omit_when_zero=True)
        if not self._plant(data.draw(oddities.documents(self.structure, data.draw(st.booleans())))):
            return Counter({"not taken": 1})
        self.server.switch(**data.draw(SWITCHES))
        document = self._read()
        options = self._options(data.draw(asked(self.structure, document)))
        if "exclusive" in self.spec and data.draw(st.booleans()):
            options["exclusive"] = True
        return self._held(document, options)

    def _plant(self, odd: Document) -> bool:
        """Put members into the stored object; False where no server would take them."""
        case, fields = self.case, _fields.fields(self.structure)
        if case.write is None:
            return True
        apart = self._apart(case.resource)
        stored = case.read(self.server) or {}
        members = {key: one for key, one in odd.items() if key not in fields or key not in apart}
        try:
            case.write(self.server, {**stored, **members})
        except (CometError, AssertionError):
            return False
        return case.read(self.server) is not None

    def _read(self) -> Document:
        """The stored object as somebody else reads it; empty for none."""
        document = self.case.read(self.server) or {}
        around = READ_WITHIN.get(self.case.resource.kind, self.structure)
        added = set(_model.structure(around).members) - set(_model.structure(self.structure).members)
        return {key: one for key, one in document.items() if key not in added}

    @staticmethod
    def _apart(resource: Resource) -> set[str]:
        """Members that say which object it is, or that belong to others."""
        fields = _fields.fields(resource.structure)
        told = {resource.name, resource.tenant, resource.named_on, *resource.told_by, *resource.unmanaged}
        keys = {one for home in resource.homes for key in home.keys for one in key.split("+")}
        kept = {key for key, one in fields.items() if one.member.computed or one.member.reference or one.member.fixed}
        return told | keys | kept

    def _options(self, options: Options) -> Options:
        """What of these is an option of the module, and speaks of no other object."""
        known, apart = _fields.by_spelling(self.structure), self._apart(self.case.resource)
        own = {one: value for one, value in options.items() if one in known and known[one].member.name not in apart}
        own = renamed(own, self.task.names)
        address = identity_spec(self.case.resource)
        spelled = {*self.spec, *(alias for one in self.spec.values() for alias in one.get("aliases", ()))}
        wanted = {one: value for one, value in own.items() if one in spelled & self.task.members - set(address)}
        required = [one for one, spec in self.spec.items() if spec.get("required")]
        needed = {one: self.case.create[one] for one in required if one in self.case.create}
        wanted = {**wanted, **needed}
        extra = options.get("extra")
        beside = {name: one for name, one in {"extra": extra, "max_deletions": MANY}.items() if one is not None}
        return {**wanted, **{one: beside[one] for one in beside if one in self.spec}, **self.case.address}

    def _held(self, before: Document, options: Options) -> Counter[str]:
        must = promise_of(self.case.title, before, options)
        try:
            said, done = self._said(options, must), self._task(options)
        except (CometError, AssertionError) as error:
            must(False, f"a task ends with a result ({type(error).__name__}: {error})")
            raise
        if done.get("failed"):
            return Counter({"calls": 2, "on server": 1, "refused": 1})
        must(not said.get("failed"), "what check mode refuses, the real run refuses", said)
        self._alike(said, done, must)
        after = self._read()
        self._survived(before, after, options, must)
        self._twice(options, must)
        return Counter({"calls": 3, "on server": 1, "changed" if done["changed"] else "unchanged": 1})

    def _task(self, options: Options, check: bool = False) -> Any:
        result = self.server.task(self.case.module, check=check, **json.loads(json.dumps(options)))
        honesty.check(result)
        hold(not judges.canaries(result), "a result shows no secret", self.case.title, options, result)
        return result

    def _said(self, options: Options, must: Promise) -> Any:
        """What check mode says; it touches nothing."""
        digest = self.server.digest
        self.server.forget_calls()
        said = self._task(options, check=True)
        must(self.server.calls(writes=True) == [], "check mode writes nothing")
        must(self.server.digest == digest, "check mode changes nothing")
        return said

    def _alike(self, said: Any, done: Any, must: Promise) -> None:
        must(said["changed"] is done["changed"], "check mode tells whether something changes", said, done)
        must(said["diff"] == done["diff"], "check mode tells the same diff", said["diff"], done["diff"])
        must((done["diff"] == NOTHING) != done["changed"], "the diff is empty exactly when nothing differs", done)
        kind = self.case.resource.kind
        foretold, made = self._settable(said[kind]), self._settable(done[kind])
        must(foretold == made, "check mode tells the document that results", foretold, made)

    def _settable(self, shown: Mapping[str, Any]) -> Any:
        """A shown document without what the server keeps, at any depth, and without zeros, which are as absence."""
        return _plan.without_zeros(_kept_by_us(self.structure, dict(shown)))

    def _survived(self, before: Document, after: Document, options: Options, must: Promise) -> None:
        """What nobody knows and what no option names is there as before."""
        lost = judges.lost_stranger(self.structure, before, after, options.get("extra") or {})
        must(not lost, "unknown members survive", lost, after)
        known, members = _fields.by_spelling(self.structure), _model.structure(self.structure).members
        theirs = {own: option for option, own in self.task.names.items()}
        spelled = {theirs.get(option, option) for option in options}
        named = {known[one].member.name for one in spelled if one in known}
        formats = {members[one].format for one in named}
        runs = ANEW.get(self.case.resource.kind)
        if runs and not before.get(runs):
            return
        for key, member in members.items():
            if key in named | formats or member.computed:
                continue
            same = _plan.without_zeros({key: before.get(key)}) == _plan.without_zeros({key: after.get(key)})
            must(same, "what is not managed is not touched", key, after)

    def _twice(self, options: Options, must: Promise) -> None:
        digest = self.server.digest
        self.server.forget_calls()
        again = self._task(options)
        must(not again.get("failed") and not again["changed"], "applied twice, nothing changes", again)
        must(again["diff"] == NOTHING, "applied twice, nothing differs", again["diff"])
        must(self.server.calls(writes=True) == [], "applied twice, nothing is written", self.server.calls(writes=True))
        must(self.server.digest == digest, "applied twice, nothing is touched")


def _kept_by_us(name: str, shown: Any) -> Any:
    """A shown structure without computed members."""
    known = {field.option: field for field in _fields.fields(name).values()}
    left = {
        option: value for option, value in shown.items() if option not in known or not known[option].member.computed
    }
    return {option: _inside(known.get(option), value) for option, value in left.items()}


def _inside(field: Field | None, value: Any) -> Any:
    if field is None or not field.inner:
        return value
    if isinstance(value, list):
        return [_kept_by_us(field.inner, item) for item in value]
    return _kept_by_us(field.inner, value) if isinstance(value, dict) else value
