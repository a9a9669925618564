# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promises about documents, held for one document and one wish, without a server."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._model import Type, structure
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _plan, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Plan, Wish
from ansible_collections.comet.backup.tests.soak import judges
from ansible_collections.comet.backup.tests.soak.asked import Options
from ansible_collections.comet.backup.tests.soak.campaign import Lost, hold
from ansible_collections.comet.backup.tests.soak.judges import Rules
from ansible_collections.comet.backup.tests.soak.oddities import READABLE, Document
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.strategies import settable

NOTHING: dict[str, Any] = {"before": {}, "after": {}}
MANY = 10_000
"""More deletions than any wish asks for."""

Promise = Callable[..., None]
Held = Mapping[str, Any]


def promise_of(name: str, *seen: Any) -> Promise:
    """What holds a promise about a structure; whoever breaks it is shown what was ``seen``."""

    def held(kept: bool, promise: str, *more: Any) -> None:
        if not kept:
            told = [json.dumps(one, ensure_ascii=False, default=str) for one in (*seen, *more)]
            hold(False, promise, name, "\n      ".join(["", *told]))

    return held


def whatever(name: str, seen: tuple[Any, ...], law: Callable[[], Counter[str]]) -> Counter[str]:
    """What a law counts; that it breaks down is as much of a loss as a broken promise."""
    try:
        return law()
    except (Lost, InvalidOption):
        raise
    except Exception as error:
        promise_of(name, *seen)(False, f"no document breaks anything down ({type(error).__name__}: {error})")
        raise


def resolved(kind: str, value: str, where: str) -> str:
    """A reference, as an ID that it is already."""
    return value


def patch_of(name: str, options: Options) -> Document:
    """What options ask for. Raises InvalidOption."""
    own = {option: value for option, value in options.items() if option != "extra"}
    extra = _document.extra_patch(name, options.get("extra") or {})
    return _document.combined(_document.patch_from(name, own, resolved), extra)


def planned(name: str, document: Held | None, wish: Wish) -> Plan:
    """What is to be done about a document."""
    return _plan.make_plan(name, Found("id" if document is not None else "", document), wish, 1_700_000_000)


def of_wish(name: str, document: Document | None, options: Options, rules: Rules) -> Counter[str]:
    """All promises about a wish for a document, which may not exist yet."""
    return whatever(name, (document, options), partial(_of_wish, name, document, options, rules))


def _of_wish(name: str, document: Document | None, options: Options, rules: Rules) -> Counter[str]:
    must = promise_of(name, document, options, vars(rules))
    given = json.dumps([document, options])
    wish = Wish(True, secrets="always" if rules.always else "on_create", exclusive=rules.exclusive, max_deletions=MANY)
    try:
        wish = Wish(**{**vars(wish), "patch": patch_of(name, options)})
        plan = planned(name, document, wish)
    except InvalidOption as refused:
        must(not judges.canaries(refused.message), "a refusal shows no secret", refused.message)
        must(json.dumps([document, options]) == given, "nothing that is refused is changed")
        return Counter({"wishes": 1, "refused": 1})
    rules = replace(rules, initial=_counts_initially(name, document, wish))
    diff = _plan.difference(name, plan, {})
    must(json.dumps([document, options]) == given, "what is given and what is fetched stay as they are")
    must(not judges.canaries(diff), "a diff shows no secret", diff)
    _of_result(name, document or {}, wish, plan, diff, rules, must)
    if not rules.always:
        again = planned(name, plan.after, wish)
        must(again.action == _plan.NONE, "applied twice, nothing changes", plan.after, again.changes)
        must(again.after is plan.after, "applied twice, nothing is written", plan.after)
    return Counter({"wishes": 1, "changed" if plan.changes else "unchanged": 1})


def _counts_initially(name: str, document: Document | None, wish: Wish) -> bool:
    """Whether members count that do so only for an object that is new, or that gets its own secret anew."""
    members = structure(name).members
    return document is None or (
        wish.secrets == "always" and any(members[key].secret for key in wish.patch if key in members)
    )


def _of_result(name: str, before: Held, wish: Wish, plan: Plan, diff: Any, rules: Rules, must: Promise) -> None:
    """What a plan has to be, given what it starts from."""
    after = plan.after or {}
    must((diff == NOTHING) == (not plan.changes), "the diff is empty exactly when nothing differs", diff, plan.changes)
    must(diff["before"] != diff["after"] or not plan.changes, "a diff shows what differs", diff)
    must(plan.changes != () or after == before, "what is unchanged stays as it is", after)
    lost = judges.lost_stranger(name, before, after, wish.patch)
    must(not lost, "unknown members survive", lost, after)
    _unknown_stay(name, before, after, must)
    spot = judges.Touched(rules).first(name, before, after, wish.patch)
    must(not spot, "what is not managed is not touched", spot, after)
    try:
        must(judges.fulfils(name, after, wish.patch, judges.finished(rules)), "the result is as wished", after)
        fulfilled = plan.found.document is not None and judges.fulfils(name, before, wish.patch, rules)
    except judges.Undecided:
        return
    if plan.found.document is not None:
        must(fulfilled == (not plan.changes), "changes are told exactly when something is not as wished", plan.changes)


def _unknown_stay(name: str, before: Held, after: Held, must: Promise) -> None:
    """In a list that does not become shorter, items take each other's places, with what nobody knows in them."""
    lists = {where: (count, found) for where, count, found in judges.in_lists(name, after)}
    for where, count, found in judges.in_lists(name, before):
        now, kept = lists.get(where, (0, Counter()))
        must(now < count or found <= kept, "unknown members of items survive", where, after)


def of_document(name: str, document: Document) -> Counter[str]:
    """The promises about showing a document: no secret, all else as it is."""
    return whatever(name, (document,), partial(_of_document, name, document))


def _of_document(name: str, document: Document) -> Counter[str]:
    must, kind = promise_of(name, document), Type("structure", name)
    given = json.dumps(document)
    masked, shown = _redact.mask(kind, document), _document.options_from(name, document)
    must(masked == judges.without_canaries(document), "every secret is hidden, and nothing else", masked)
    must(not judges.canaries(shown), "no secret is shown", shown)
    readable = set(judges.texts(document)) & set(READABLE)
    must(readable <= set(judges.texts(shown)), "what merely looks secret stays readable", shown)
    secrets = _redact.secrets_in(kind, document)
    must(judges.canaries(document) <= judges.canaries(sorted(secrets)), "every secret is known", sorted(secrets))
    gone = _plan.difference(name, planned(name, document, Wish(False, confirmed=True)), {})
    must(not judges.canaries(gone), "the diff of a deletion shows no secret", gone)
    must(json.dumps(document) == given, "what is shown stays as it is")
    return Counter({"documents": 1, "secrets": len(judges.canaries(document))})


def of_round_trip(name: str, document: Document) -> Counter[str]:
    """What is shown of a document that holds nothing undocumented can be asked for, and is what is there."""
    return whatever(name, (document,), partial(_of_round_trip, name, document))


def _of_round_trip(name: str, document: Document) -> Counter[str]:
    must = promise_of(name, document)
    options = settable(name, _document.options_from(name, document, _document.View(kept=False)))
    try:
        plan = planned(name, document, Wish(True, patch=patch_of(name, options), max_deletions=MANY))
    except InvalidOption as refused:
        must(False, "what is shown can be asked for", options, refused.message)
        raise
    must(not plan.changes, "what is shown is what is there", options, plan.changes)
    return Counter({"round trips": 1})
