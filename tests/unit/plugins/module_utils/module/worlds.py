# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers in memory that hold one object, and the options that describe it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._client import PasswordLogin
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._spec import holders, renamed
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _fields, _home
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Home, Resource
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.strategies import (
    DEPTH,
    WORDS,
    Maker,
    settable,
)

Options = dict[str, Any]
Document = dict[str, Any]

USER = "alice"
OTHERS = {"a": "Gold", "b": "käse", "2": "twin", "Gold": "2"}
"""Names of other objects of each kind by ID; one name is another's ID."""
ODD = (-1, -(2**63), 2**63, 20000)
NAMES = ("Here", "There")
IDS = {"Destinations": "storage_vaults", "Sources": "protected_items", "BackupRules": "schedules"}
"""What is inside users, and the options that describe it."""


class Reader(ScriptedClient):
    """A client with a login."""

    login = PasswordLogin("root", "secret")


@dataclass
class World:
    """An object with the ID ``key``, what it is described by, and a client of the server that holds it."""

    task: ResourceTask
    key: str
    document: Document
    address: Options
    options: Options
    replies: dict[str, Any]

    @property
    def client(self) -> Any:
        """A client that only reads."""
        return Reader(self.replies, check_mode=True)


def world(task: ResourceTask, random: Random) -> World:
    """A server with an object of the task's kind."""
    resource, maker = task.resource, Maker(random, WORDS)
    document = odd(random, maker.document(resource.structure, DEPTH))
    if resource.kind == "user":
        document.update(inside(maker))
    if resource.name:
        is_text = _fields.fields(resource.structure)[resource.name].member.type.name == "string"
        document[resource.name] = random.choice(NAMES) if is_text else 0
    if resource.tenant:
        document[resource.tenant] = random.choice(("", "", *OTHERS))
    home = random.choice(resource.homes) if resource.homes else None
    around = around_of(home, maker) if home else None
    key = USER if resource.kind in ("user", "news") else "the-one"
    if home:
        around = _home.replaced(home, around, key, document)
        *_unused, (key, held) = _home.objects(home, around).items()
        document = dict(held)
    replies = replies_of(resource, key, document, home, around)
    address, options = address_of(task, random, key, document, home), described(task, document, random)
    if resource.told_by and resource.name:
        address[resource.naming] = options[resource.naming]
    return World(task, key, document, address, options, replies)


def odd(random: Random, value: Any) -> Any:
    """A document with numbers in it, here and there, that options cannot say."""
    if isinstance(value, dict):
        return {key: odd(random, one) for key, one in value.items()}
    if isinstance(value, list):
        return [odd(random, one) for one in value]
    whole = isinstance(value, int) and not isinstance(value, bool)
    return random.choice(ODD) if whole and random.random() < 0.05 else value


def around_of(home: Home, maker: Maker) -> Any:
    """The larger document before the object is put into it."""
    if home.owner is None:
        return {} if home.path or not home.keys else []
    return inside(maker) if home.owner.kind == "user" else {}


def inside(maker: Maker) -> Document:
    """The objects inside a user, which refer to each other."""
    random = maker.random
    devices = {key: {"FriendlyName": named(random, number)} for number, key in enumerate(("pc", "nas"))}
    result: Document = {"Devices": devices, "OrganizationID": ""}
    for member in IDS:
        structure = _fields.fields("UserProfileConfig")[member].inner
        result[member] = {
            f"{member}-{number}": {**maker.document(structure, DEPTH), "Description": named(random, number)}
            for number in range(random.randrange(3))
        }
    for item in result["Sources"].values():
        item["OwnerDevice"] = one_of(random, devices)
        item["OverrideDestinationRetention"] = {
            key: maker.document("RetentionPolicy", 2) for key in result["Destinations"] if random.random() < 0.3
        }
    for rule in result["BackupRules"].values():
        rule["Source"] = one_of(random, result["Sources"])
        rule["Destination"] = one_of(random, result["Destinations"])
    return result


def named(random: Random, number: int) -> str:
    """A name, which now and then another object has as well."""
    return random.choice(NAMES) if random.random() < 0.1 else f"Name {number}"


def one_of(random: Random, objects: Document) -> str:
    """ID of one of the objects, now and then of one that does not exist."""
    return "gone" if not objects or random.random() < 0.1 else random.choice(list(objects))


def replies_of(resource: Resource, key: str, document: Document, home: Home | None, around: Any) -> dict[str, Any]:
    """What the server answers to all that a task may read."""
    tenant = str(document.get(resource.tenant) or "") if resource.tenant else ""
    replies: dict[str, Any] = {"AdminAccountProperties": {}}
    owner = home.owner if home else None
    held: dict[str, dict[str, Any]] = {}
    for kind, other in {**resource.related, **resource.owners}.items():
        held[kind] = {one: {other.name: name, other.tenant or "Tenant": tenant} for one, name in OTHERS.items()}
        if other.listing:
            replies[other.listing.method] = wrapped(other.listing.reply, held[kind])
    if owner:
        around[owner.name] = USER
        held[owner.kind][USER] = around
        call = owner.reading
        if call:
            replies[call.method] = {call.reply: around, call.lock: "hash"}
    elif home and home.reading:
        replies[home.reading.method] = wrapped(home.reading.reply, around)
    elif resource.listing:
        held[resource.kind][key] = document
        replies[resource.listing.method] = wrapped(resource.listing.reply, held[resource.kind])
    if resource.reading:
        replies[resource.reading.method] = wrapped(resource.reading.reply, document)
    return replies


def wrapped(reply: str, answer: Any) -> Any:
    """The answer of a call, which holds a list or a document, maybe inside another one."""
    return {reply: answer} if reply else lambda **parameters: answer


def address_of(task: ResourceTask, random: Random, key: str, document: Document, home: Home | None) -> Options:
    """How a task names the object: by its name, by its ID, or by both."""
    resource = task.resource
    owner = home.owner.kind if home and home.owner else ""
    place: Options = {owner: USER} if owner in holders(resource) or owner == "tenant" else {}
    if resource.place and home:
        place[resource.place] = home.name
    if resource.tenant and not place and random.random() < 0.3:
        place["tenant"] = str(document.get(resource.tenant) or "")
    if resource.singleton or (home and home.sole):
        return place
    if resource.told_by:
        return place
    if resource.named:
        return {**place, resource.naming or resource.id_option: key}
    if not resource.name:
        return {**place, resource.id_option: key}
    both = {resource.naming: document[resource.name], **({} if resource.alike else {"id": key})}
    return {**place, **{option: both[option] for option in random.choice(([*both], [*both][:1], [*both][-1:]))}}


def described(task: ResourceTask, document: Document, random: Random) -> Options:
    """The options that describe the object as it is."""
    resource = task.resource
    visible = {name: value for name, value in document.items() if name not in resource.unmanaged}
    shown = settable(resource.structure, _document.options_from(resource.structure, visible))
    apart = {"tenant", resource.id_option, *([resource.naming] if resource.named else [])}
    options = renamed({name: value for name, value in shown.items() if name not in apart}, task.names)
    for inner in task.contents:
        member = next((home.path[0] for home in inner.resource.homes if home.owner is resource), "")
        if member and random.random() < 0.6:
            objects = document.get(member) or {}
            options[inner.resource.plural] = [part(inner, key, one, document, random) for key, one in objects.items()]
    return options


def part(task: ResourceTask, key: str, document: Document, around: Document, random: Random) -> Options:
    """The options that describe an object inside another one."""
    options = described(task, document, random)
    options.update({"id": key} if random.random() < 0.6 else {})
    for inner in task.contents:
        rules = {one: rule for one, rule in around["BackupRules"].items() if rule["Source"] == key}
        if random.random() < 0.5:
            shown = [part(inner, one, rule, around, random) for one, rule in rules.items()]
            options[inner.resource.plural] = [{**one, "protected_item": None} for one in shown]
            for one in options[inner.resource.plural]:
                del one["protected_item"]
    links = {"protected_item": "Sources", "storage_vault": "Destinations", "device": "Devices"}
    for option, member in links.items():
        other = around.get(member, {}).get(options.get(option))
        if other is not None and random.random() < 0.5:
            options[option] = other.get("Description") or other.get("FriendlyName")
    return options
