# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an object certainly is as its task wishes, with all that is described inside it. Private; may change.

This looks at documents that are there already, and asks a server nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from ansible_collections.comet.backup.plugins.module_utils._module._inside import Inside, belonging, home_in, links
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._spec import unanswered
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _home
from ansible_collections.comet.backup.plugins.module_utils._state._glance import Document, Glance, Resolve, Rule
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource

Params = Mapping[str, Any]
Spec = Mapping[str, Mapping[str, Any]]
Objects = Mapping[str, Document]

_TYPES: Mapping[str, type] = {"bool": bool, "list": list, "dict": dict}


class _There(NamedTuple):
    """What counts for an object and all that is described inside it.

    ``key`` is the ID of the object, ``around`` the document that holds what is inside. ``exclusive``: what the task
    does not name is to go. ``inside`` is told what it names, if somebody wants to know.
    """

    around: Document
    key: str
    exclusive: bool
    resolve: Resolve
    inside: Inside | None


class TaskGlance:
    """A glance at objects of one task, or of those that it describes inside its own (``outer``)."""

    def __init__(self, task: ResourceTask, outer: Resource | None = None) -> None:
        spec = task.outline() if outer is None else unanswered(outer, task.resource, task.outline())
        self.resource = task.resource
        self._task, self._spec = task, spec
        self._arguments = tuple(task.resource.arguments)
        self._required = [name for name, option in spec.items() if option.get("required")]
        self._rules = task.rules() if outer is None else {}
        self._glances: dict[bool, Glance] = {}
        self._members = {written: field.member.name for written, field in self._glance(False).fields.items()}
        self._contents = {inner.resource.plural: inner for inner in task.contents}
        self._inside: dict[str, TaskGlance] = {}
        # Where objects are that options may name, and this one, if they are in the document around it.
        self._home = next((home for home in self.resource.homes if home.owner), None) if outer else None
        around = self._home.owner.kind if self._home and self._home.owner else self.resource.kind
        self._homes = {kind: (one, home_in(one, around)) for kind, one in self.resource.related.items()}
        self._links = links(outer, self.resource) if outer else ()

    def _glance(self, exclusive: bool) -> Glance:
        """The glance at the object itself, made when it is first needed."""
        if exclusive not in self._glances:
            self._glances[exclusive] = self._make_glance(self._spec, exclusive)
        return self._glances[exclusive]

    def _inner(self, plural: str) -> TaskGlance:
        """The glance at objects inside this one, made when some are first described."""
        if plural not in self._inside:
            self._inside[plural] = TaskGlance(self._contents[plural], self.resource)
        return self._inside[plural]

    def _make_glance(self, spec: Spec, exclusive: bool) -> Glance:
        """The options that are members, and rules for all others."""
        resource, plain = self.resource, {own: option for option, own in self._task.names.items()}
        spellings = [word for name, option in spec.items() for word in (name, *option.get("aliases", ()))]
        members = {word: plain.get(word, word) for word in spellings if word in self._task.members}
        if resource.named and resource.name:
            members = {word: option for word, option in members.items() if option != resource.naming}
        more = {name: _beside(option) for name, option in spec.items() if name not in members}
        odd = {"extra": _extra(resource.structure), "tenant": _text}
        more.update({name: rule for name, rule in odd.items() if name in more})
        more.update({inner.resource.plural: _anything for inner in self._task.contents})
        stated = {name for name, option in spec.items() if option.get("required") or option.get("default") is not None}
        return Glance(resource.structure, members, more, frozenset(stated), exclusive)

    def same(
        self,
        params: Params,
        document: Document,
        tenant: str | None,
        resolve: Resolve,
        inside: Inside | None = None,
    ) -> bool:
        """Whether the task with these options, not validated yet, certainly would change nothing, nor be refused.

        ``document`` is the object that it means. ``tenant`` is the ID of the tenant that it names, None where it names
        none. ``resolve`` finds other objects where the task would look for them. ``inside`` is told what the task names
        inside the object; that counts only where nothing would change.
        """
        resource = self.resource
        if tenant is None and params.get("tenant") is not None:
            return False
        if resource.tenant and tenant is not None and tenant != (document.get(resource.tenant) or ""):
            return False
        there = _There(document, str(params.get(resource.naming) or ""), bool(params.get("exclusive")), resolve, inside)
        return _consistent(self._rules, params) and self._same(params, document, there)

    def _same(self, params: Params, document: Document, there: _There) -> bool:
        """The same for an object in or with a larger document."""
        name = params.get(self.resource.naming)
        if name is not None and not (isinstance(name, str) and name.strip()):
            return False
        if any(params.get(option) is None for option in self._required):
            return False

        def known(kind: str, value: str) -> str | None:
            return self._known(kind, value, there)

        if not self._glance(there.exclusive).same(params, document, known):
            return False
        arguments = {name: params[name] for name in self._arguments if params.get(name) is not None}

        def named() -> set[str]:
            return {member for option, member in self._members.items() if params.get(option) is not None}

        if not self.resource.hooks.idle(arguments, named, document):
            return False
        return all(
            self._inner(plural).all_same(params[plural], there)
            for plural in self._contents
            if params.get(plural) is not None
        )

    def _known(self, kind: str, value: str, there: _There) -> str | None:
        """ID of the object that an option names; what is no kind here is taken as it is."""
        if kind not in self._homes:
            return value
        other, home = self._homes[kind]
        if home is None:
            return there.resolve(kind, value)
        objects = _home.objects(home, there.around)
        if value in objects:
            return value
        bearing = [key for key, one in objects.items() if other.bears(one, value)]
        return bearing[0] if len(bearing) == 1 else None

    def all_same(self, items: Any, there: _There) -> bool:
        """Whether all objects that a task describes inside its own one are as it wishes, and none has to go."""
        if not isinstance(items, list) or self._home is None:
            return False
        held: Objects = _home.objects(self._home, there.around)
        seen = set()
        for item in items:
            key = self._find(item, held, there) if isinstance(item, dict) else None
            if key is None or key in seen or not self._belongs(held[key], there):
                return False
            if not self._same(item, held[key], there._replace(key=key)):
                return False
            seen.add(key)
        whole = there.exclusive or not items
        mine = belonging(self._links, held, there.key) if whole or there.inside is not None else ()
        if there.inside is not None:
            there.inside.add(self.resource.kind, seen, mine)
        return not whole or seen.issuperset(mine)

    def _belongs(self, document: Document, there: _There) -> bool:
        """Whether an object belongs to the one that describes it, where both are side by side."""
        return isinstance(document, dict) and all(document.get(member) == there.key for member in self._links)

    def _find(self, item: Params, held: Objects, there: _There) -> str | None:
        """ID of the only object that a task can mean."""
        key, name = item.get("id"), item.get(self.resource.naming)
        if key is not None:
            return key if isinstance(key, str) and key in held else None
        fitting = [one for one in held if self.resource.bears(held[one], name or "")]
        place = item.get(self.resource.placing) if self.resource.placing else None
        if place and isinstance(place, str):
            member = self.resource.named_on
            kind = _fields.fields(self.resource.structure)[member].member.reference
            told = {member: self._known(kind, place, there)}
            fitting = [one for one in fitting if self.resource.fits(held[one], told)]
        return fitting[0] if name and len(fitting) == 1 else None


@cache
def glance_of(task: ResourceTask) -> TaskGlance:
    """The glance at objects of a task, made once."""
    return TaskGlance(task)


def _beside(option: Mapping[str, Any]) -> Rule:
    """The rule of an option that is no member: a value of its type, if need be one of the choices that asks nothing."""
    kind, default, choices = option["type"], option.get("default"), option.get("choices")

    def rule(value: Any, document: Document, resolve: Resolve) -> bool:
        if choices:
            return value == default if default is not None else value in choices
        if kind == "str":
            return isinstance(value, str) and bool(value.strip())
        if kind == "int":
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return kind in _TYPES and isinstance(value, _TYPES[kind])

    return rule


def _text(value: Any, document: Document, resolve: Resolve) -> bool:
    return isinstance(value, str)


def _anything(value: Any, document: Document, resolve: Resolve) -> bool:
    return True


def _extra(structure: str) -> Rule:
    """Members that the facts do not know are compared as they are."""
    known = _fields.fields(structure)

    def rule(value: Any, document: Document, resolve: Resolve) -> bool:
        return isinstance(value, dict) and known.keys().isdisjoint(value) and _holds(document, value)

    return rule


def _holds(document: Any, wanted: Any) -> bool:
    """Whether what nobody knows is there already."""
    if isinstance(wanted, dict) and isinstance(document, dict):
        return all(isinstance(name, str) and _holds(document.get(name), one) for name, one in wanted.items())
    return bool(wanted == document) or not (wanted or document)


def _consistent(rules: Mapping[str, Any], params: Params) -> bool:
    """Whether the options go together."""
    alone = all(sum(name in params for name in names) <= 1 for names in rules.get("mutually_exclusive", ()))
    some = all(any(params.get(name) is not None for name in names) for names in rules.get("required_one_of", ()))
    needed = rules.get("required_by", {}).items()
    return alone and some and all(other in params for name, others in needed if name in params for other in others)
