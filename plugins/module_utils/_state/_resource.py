# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table that describes a kind of object. Private; may change at any time."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Change
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Checks, Found, Wish

if TYPE_CHECKING:
    from ansible_collections.comet.backup.plugins.module_utils._state._lists import Within
    from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://galaxy.ansible.com/comet/backup")


Named = Callable[[], Collection[str]]
"""The members that a task names."""


@dataclass(frozen=True)
class Call:
    """How a method of the API serves a kind.

    ``sends`` maps parameters to what they carry: ``id``, ``name``, ``document``, ``lock``, ``tenant`` or ``owner``;
    ``fixed`` ones are the same each time.
    ``reply`` and ``lock`` name the members of the answer that hold the document and its hash (of a call for a part: of
    the larger document; not every server says so much after a write), ``made`` the one that holds the ID of what the
    call has made, ``beside`` those that tell more about the object, such as how much of a quota is used; they are
    shown, and nothing else. ``strict``: it is refused for what exists already, and never replaces it.
    """

    method: str
    sends: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    reply: str = ""
    lock: str = ""
    made: str = ""
    beside: tuple[str, ...] = ()
    strict: bool = False


@dataclass(frozen=True)
class Part:
    """A fragment of a document that has calls of its own. ``path`` leads to it in the whole document.

    ``get`` returns the fragment, wrapped in ``get.reply`` where the API wraps it; ``set`` takes it bare.
    """

    path: tuple[str, ...]
    get: Call
    set: Call


@dataclass(frozen=True)
class Home:
    """A larger document that objects of a kind are part of, as storage templates are of the server's configuration.

    It is the document of an object of the kind ``owner``; without one, ``reading`` and ``updating`` are its calls,
    which concern the server or, for an administrator of a tenant, that tenant. ``path`` leads to a map of the objects
    by ID or, with ``keys``, to a list; an item's ID is the first of these members that it has, or of several (``A+B``)
    all of them together, or with ``told`` what that makes of the item. With ``sole`` the path leads to the object
    itself, of which there is exactly one, or with ``counts`` one at most: that member says whether it counts.
    ``listing`` returns the objects alone, for those who only read. A kind with several homes tells them apart by
    ``name``, which is the kind of the owner unless the table says otherwise.
    ``while_off`` is where the same object is found while the role that it switches is off, since a server may refuse
    the calls of such a role.
    """

    path: tuple[str, ...] = ()
    owner: Resource | None = None
    called: str = ""
    sole: bool = False
    counts: str = ""
    reading: Call | None = None
    updating: Call | None = None
    listing: Call | None = None
    keys: tuple[str, ...] = ()
    told: Callable[[Mapping[str, Any]], str] | None = None
    while_off: Home | None = None

    @property
    def name(self) -> str:
        """What a wish calls it; empty for that of a server, if it is the only one without an owner."""
        return self.called or (self.owner.kind if self.owner else "")

    @property
    def writing(self) -> Call | None:
        """The call that writes the larger document."""
        return self.owner.updating if self.owner else self.updating


class Hooks:
    """What is odd about a kind. Each hook does nothing unless a kind overrides it."""

    def inspect(self, server: Server, wish: Wish, found: Found) -> Found:
        """What was found, with what else has to be read (into ``beside``) before it can be compared."""
        return found

    def prepare(self, wish: Wish, found: Found) -> Wish:
        """The wish completed by what the server holds, before it is compared. Raises InvalidOption."""
        return wish

    def supply(self, server: Server, wish: Wish, found: Found) -> Wish:
        """The wish, once what the document is to name has been made on the server; right before each step.

        The very same wish where nothing is left to make.
        """
        return wish

    def requested(self, wish: Wish) -> bool:
        """Whether the server is asked to make the object by its own means."""
        return False

    def repeatable(self, server: Server, wish: Wish) -> bool:
        """Whether a server makes one object only, even if the call that makes it arrives twice."""
        return True

    def unnamed(self, server: Server, wish: Wish, around: Mapping[str, Any]) -> str:
        """ID of the object in a larger document that was made for the wish and has no name yet; empty for none.

        An interrupted run may have left it, or this one, if the answer to its request was lost.
        """
        return ""

    def unfinished(self, wish: Wish, found: Found) -> bool:
        """Whether an object that this task has made still looks like one that an interrupted run has left.

        Then it is written once more although nothing differs.
        """
        return False

    def maker(self, document: Mapping[str, Any], around: Mapping[str, Any]) -> str:
        """Who has made the object without being asked: policy, device, user, external login or server.

        Empty for somebody, or where nothing tells. ``around`` is the larger document that it is a part of.
        """
        return ""

    def foreign(self, document: Mapping[str, Any], around: Mapping[str, Any]) -> bool:
        """Whether what has made the object also keeps it, so that ``exclusive`` leaves it alone."""
        return False

    def fills(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        """Whether the server puts objects into the document when it is written, so that a task may not do the same."""
        return False

    def reads(self, wish: Wish) -> bool:
        """Whether the wish speaks of what no list tells, so that the object itself is read in any case."""
        return False

    def told(self, server: Server, key: str) -> Mapping[str, Any] | None:
        """What no list of its kind tells of an object, where lists that were read anyway do; else None."""
        return None

    def idle(self, arguments: Mapping[str, Any], named: Named, document: Mapping[str, Any]) -> bool:
        """Whether arguments certainly ask nothing of an object that is there, and nothing has to be looked into first.

        They are those that the task gives, of the right types, without defaults. ``named`` tells the members that it
        names, all of which are as it wants them. In doubt False, as for a kind with any of the hooks below.
        """
        judges = (Hooks.inspect, Hooks.prepare, Hooks.reads, Hooks.acts)
        return not arguments and all(getattr(type(self), hook.__name__) is hook for hook in judges)

    def guard(self, server: Server, wish: Wish, found: Found) -> None:
        """Refuse, before anything is written, what the server would refuse half-way. Raises CometError."""

    def ahead(self, server: Server, wish: Wish, found: Found) -> None:
        """Do what has to be done before a document is changed; repeating it must be harmless. Raises CometError."""

    def acts(self, wish: Wish, found: Found, making: bool) -> tuple[Change, ...]:
        """Changes outside the document, such as a new password. What one takes out of a list counts as removed."""
        return ()

    def act(self, server: Server, wish: Wish, found: Found) -> None:
        """Carry out the acts; repeating it must be harmless."""

    def foretell(self, server: Server, wish: Wish, found: Found, key: str) -> None:
        """In check mode: tell the server what acts on the object with that ID would have done to objects elsewhere."""

    def shown(self, wish: Wish, found: Found) -> Mapping[str, Any]:
        """What the result tells beside the document, as it is once the acts are done."""
        return {}

    def listed(self, server: Server, keys: Collection[str], within: Within) -> Mapping[str, Mapping[str, Any]]:
        """The same by ID for objects that were only listed in one place, where a call tells it for all at once."""
        return {}

    def lacking(self, wish: Wish) -> str:
        """What the task would have to say so that the object can be made; empty when it says enough."""
        return ""

    def creation(self, wish: Wish) -> dict[str, Any]:
        """Further parameters of the creating call."""
        return {}

    def change(self, wish: Wish, found: Found) -> dict[str, Any]:
        """Further parameters of the updating call."""
        return {}

    def deletion(self, server: Server, wish: Wish, found: Found) -> dict[str, Any]:
        """Further parameters of the deleting call. Raises CometError where a task must not delete like that."""
        return {}

    def without(self, around: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """The larger document that an object is taken out of, without what goes with it."""
        return around

    def loss(self, server: Server, found: Found) -> str:
        """What would be lost by deleting the object, as the rest of a sentence; empty for nothing."""
        return ""


@dataclass(frozen=True, eq=False)
class Resource:
    """A kind of object.

    - ``kind`` is its noun and the result's key, ``plural`` the info module's; ``structure`` is that of its document.
    - ``name`` is the member that a person knows it by, ``tenant`` the one that says whose it is.
    - ``named``: the name is the ID. ``chosen``: we choose the ID, from tenant and name.
    - ``outermost``: what other objects belong to; somebody who belongs to one may not list them.
    - ``alike``: objects of one name are copies of each other. One is enough to be present, absent removes all of them,
      and only the name addresses them; white space in it does not count.
    - ``told_by`` are members that tell objects of one name apart where the API has no IDs, each with its option; a task
      may leave them out where there is only one object of that name. Of a kind without names it has to give them.
    - ``named_on`` is the member for another object on which names count, as those of protected items do on a device; a
      task may leave it out where there is only one object of that name.
    - ``listing`` returns all objects by ID, ``roll`` just tells which exist, ``reading`` returns one with its lock.
      A kind without ``listing`` is a singleton.
    - ``id_option`` is the option for the ID.
    - ``homes`` are the larger documents that hold the objects, where they have no calls of their own. ``creating``,
      ``updating`` and ``deleting`` go before, on servers that have such a call for a single object. ``place`` is the
      option that says in which of the homes without an owner an object is.
    - ``requesting`` makes the server make an object by its own means, with an ID and a name of its choice, where the
      wish asks for that.
    - ``whole``: the creating call takes the document, so that nothing but acts is left to do after it. One that does
      not may take some members, which are ``carried``.
    - ``parts`` are fragments of the document with calls of their own.
    - ``hidden`` members are of no use here: no options, and left out of the results. Those ``inside`` hold objects of
      other kinds, which have modules of their own: no options either, and only the info module shows them.
    - ``arguments`` are the specs of options outside the document; ``references`` the kinds that options name. What
      refers to a kind that is not among them is taken as it is.
    - ``confirm`` is the option that allows deleting what would be missed, ``secrets`` the one that says when secrets in
      the document are written.
    - ``reports`` are the readings of the info module of a singleton.
    - ``checks`` say, by structure, what is wrong with one although each of its members is right by itself.
    """

    kind: str
    plural: str
    structure: str
    name: str = ""
    tenant: str = ""
    named: bool = False
    chosen: bool = False
    outermost: bool = False
    alike: bool = False
    told_by: Mapping[str, str] = field(default_factory=dict)
    named_on: str = ""
    id_option: str = "id"
    whole: bool = False
    listing: Call | None = None
    roll: Call | None = None
    reading: Call | None = None
    creating: Call | None = None
    requesting: Call | None = None
    carried: tuple[str, ...] = ()
    updating: Call | None = None
    deleting: Call | None = None
    parts: tuple[Part, ...] = ()
    homes: tuple[Home, ...] = ()
    place: str = ""
    hidden: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    arguments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    references: tuple[Resource, ...] = ()
    confirm: str = "confirm_data_loss"
    secrets: str = "update_secrets"
    reports: Mapping[str, Call] = field(default_factory=dict)
    checks: Checks = field(default_factory=dict)
    hooks: Hooks = field(default_factory=Hooks)

    @cached_property
    def singleton(self) -> bool:
        """Whether a server has exactly one."""
        return self.listing is None and all(home.sole for home in self.homes)

    @cached_property
    def list_method(self) -> str:
        """The method that lists all objects of the kind; empty where none does."""
        return self.listing.method if self.listing else ""

    @cached_property
    def unmanaged(self) -> tuple[str, ...]:
        """Members that the kind's own module leaves alone."""
        return (*self.hidden, *self.inside)

    @cached_property
    def related(self) -> Mapping[str, Resource]:
        """The kinds that options may name, by kind; also this one, which may be named somewhere inside itself."""
        return {resource.kind: resource for resource in (self, *self.references)}

    @cached_property
    def owners(self) -> Mapping[str, Resource]:
        """The kinds whose objects' documents hold objects of this kind, by kind."""
        return {home.owner.kind: home.owner for home in self.homes if home.owner}

    @cached_property
    def updatable(self) -> bool:
        """Whether an object can be changed once it exists."""
        return self.updating is not None or bool(self.homes)

    @cached_property
    def restarts(self) -> bool:
        """Whether some change of an object makes the server start again."""
        homes = (*self.homes, *(home.while_off for home in self.homes if home.while_off))
        calls = (self.creating, self.updating, self.deleting, *(home.writing for home in homes))
        return any(_model.method(call.method).restarts for call in calls if call)

    @cached_property
    def deletable(self) -> bool:
        """Whether an object can be deleted."""
        return self.deleting is not None or any(not home.sole for home in self.homes)

    @cached_property
    def leaves(self) -> bool:
        """Whether the deleting call may leave in the larger document what goes along with an object."""
        return self.deleting is not None and type(self.hooks).without is not Hooks.without

    @cached_property
    def noun(self) -> str:
        """How messages call such an object."""
        return self.kind.replace("_", " ")

    @cached_property
    def naming(self) -> str:
        """The option by which a person names an object; empty for a kind without names."""
        return _fields.fields(self.structure)[self.name].option if self.name else ""

    @cached_property
    def homebound(self) -> bool:
        """Whether the creating call cannot say for which tenant, so that it makes the object in the login's own."""
        told = self.creating.sends.values() if self.creating else ()
        return bool(self.tenant and self.creating) and not {"tenant", "document"} & set(told)

    @cached_property
    def placing(self) -> str:
        """The option for what names count on; empty where they count by themselves."""
        return _fields.fields(self.structure)[self.named_on].option if self.named_on else ""

    def called(self, listed: Any) -> str:
        """The name of an object as it is listed: by its document, or by the name alone."""
        return str(listed.get(self.name) or "") if isinstance(listed, Mapping) else str(listed)

    def bears(self, listed: Any, name: str) -> bool:
        """Whether an object as it is listed is known by that name."""
        known = self.called(listed)
        return known.split() == name.split() if self.alike else known == name

    @staticmethod
    def fits(listed: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
        """Whether an object as it is listed is what a task has told of it; a member that is missing is empty."""
        return all((listed.get(member) or None) == (value or None) for member, value in told.items())

    @cached_property
    def has_loss(self) -> bool:
        """Whether deleting such an object may lose something, so that a task has to confirm it."""
        return type(self.hooks).loss is not Hooks.loss

    @cached_property
    def has_maker(self) -> bool:
        """Whether something else than a task or a person may make such an object."""
        return type(self.hooks).maker is not Hooks.maker

    def new_id(self, tenant: str, name: str) -> str:
        """The ID that we give to an object of that name in that tenant: the same on each run and machine."""
        return str(uuid.uuid5(NAMESPACE, "\n".join((self.kind, tenant, name))))
