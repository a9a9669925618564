# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that are parts of larger documents: taken out of them and put back."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._webhook import WEBHOOK
from ansible_collections.comet.backup.plugins.module_utils._state import _home
from ansible_collections.comet.backup.plugins.module_utils._state._plan import UPDATE, Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Hooks, Resource
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

MAP = Home()
DEEP = Home(path=("Role", "Hooks"))
LIST = Home(path=("Items",), keys=("ID", "Name"))
JOINT = Home(path=("Items",), keys=("Kind+Name",))
SOLE = Home(path=("Only",), sole=True)
COUNTED = Home(path=("Only",), sole=True, counts="On")
A, B, NEW = {"Text": "a"}, {"Text": "b"}, {"Text": "new"}
ITEM, NAMED = {"ID": "1", "Name": "one"}, {"Name": "two"}
A_SECOND, A_THIRD = ({"Name": "two", "Text": text} for text in "bc")


def test_the_home_is_the_owners_or_the_servers() -> None:
    assert _home.home_of(WEBHOOK, Wish(True, id="ops")).owner is None
    assert _home.home_of(WEBHOOK, Wish(True, id="ops", home="tenant", owner="1")).owner is TENANT


@pytest.mark.parametrize(
    ("home", "around", "held"),
    [
        (MAP, {"a": A}, {"a": A}),
        (MAP, {}, {}),
        (MAP, None, {}),
        (DEEP, {"Role": {"Hooks": {"a": A}}, "Other": 1}, {"a": A}),
        (DEEP, {"Role": {"Hooks": None}}, {}),
        (DEEP, {"Role": None}, {}),
        (DEEP, {}, {}),
        (DEEP, None, {}),
        (LIST, {"Items": [ITEM, NAMED]}, {"1": ITEM, "two": NAMED}),
        (LIST, {"Items": [{"ID": 7}, {"ID": "", "Name": "x"}]}, {"7": {"ID": 7}, "x": {"ID": "", "Name": "x"}}),
        (LIST, {"Items": [NAMED, A_SECOND, ITEM]}, {"two": NAMED, "two (2)": A_SECOND, "1": ITEM}),
        (LIST, {"Items": None}, {}),
        (LIST, None, {}),
        (LIST, {"Items": [{"Text": "a"}]}, {"": {"Text": "a"}}),
        (SOLE, {"Only": A}, {"": A}),
        (SOLE, {}, {"": {}}),
        (SOLE, {"Only": {**A, "On": False}}, {"": {**A, "On": False}}),
        (COUNTED, {"Only": {**A, "On": True}}, {"": A}),
        (COUNTED, {"Only": {**A, "On": False}}, {}),
        (COUNTED, {"Only": None}, {}),
        (
            JOINT,
            {"Items": [{"Kind": 0}, {"Kind": 0, "Name": "x"}]},
            {"0 ": {"Kind": 0}, "0 x": {"Kind": 0, "Name": "x"}},
        ),
        (
            JOINT,
            {"Items": [{"Kind": 1, "Name": "x"}] * 2},
            {key: {"Kind": 1, "Name": "x"} for key in ("1 x", "1 x (2)")},
        ),
    ],
)
def test_the_objects_by_id(home: Home, around: Any, held: dict[str, Any]) -> None:
    assert _home.objects(home, around) == held


@pytest.mark.parametrize(
    ("home", "around", "key", "document", "whole"),
    [
        (MAP, {"a": A, "b": B}, "a", NEW, {"a": NEW, "b": B}),
        (MAP, {"a": A}, "b", NEW, {"a": A, "b": NEW}),
        (MAP, {"a": A, "b": B}, "a", None, {"b": B}),
        (MAP, {"a": A}, "a", None, {}),
        (MAP, None, "a", NEW, {"a": NEW}),
        (LIST, {"Items": [NAMED, A_SECOND]}, "two (2)", A_THIRD, {"Items": [NAMED, A_THIRD]}),
        (
            DEEP,
            {"Role": {"Hooks": {"a": A}, "x": 1}, "y": 2},
            "b",
            NEW,
            {"Role": {"Hooks": {"a": A, "b": NEW}, "x": 1}, "y": 2},
        ),
        (DEEP, {"Role": None, "y": 2}, "a", NEW, {"Role": {"Hooks": {"a": NEW}}, "y": 2}),
        (DEEP, {"Role": {"Hooks": {"a": A}}}, "a", None, {"Role": {"Hooks": {}}}),
        (LIST, {"Items": [ITEM, NAMED]}, "1", {**ITEM, **NEW}, {"Items": [{**ITEM, **NEW}, NAMED]}),
        (LIST, {"Items": [ITEM, NAMED]}, "two", {**NAMED, **NEW}, {"Items": [ITEM, {**NAMED, **NEW}]}),
        (LIST, {"Items": [ITEM]}, "9", NEW, {"Items": [ITEM, {"ID": "9", **NEW}]}),
        (LIST, {"Items": None, "y": 2}, "9", NEW, {"Items": [{"ID": "9", **NEW}], "y": 2}),
        (LIST, {"Items": [ITEM, NAMED]}, "1", None, {"Items": [NAMED]}),
        (
            JOINT,
            {"Items": [{"Kind": 0}]},
            "0 x",
            {"Kind": 0, "Name": "x"},
            {"Items": [{"Kind": 0}, {"Kind": 0, "Name": "x"}]},
        ),
        (JOINT, {"Items": [{"Kind": 0}, {"Kind": 1}]}, "0 ", None, {"Items": [{"Kind": 1}]}),
        (LIST, {"Items": [ITEM]}, "9", None, {"Items": [ITEM]}),
        (COUNTED, {"Only": {**A, "On": False}, "y": 1}, "", NEW, {"Only": {**NEW, "On": True}, "y": 1}),
        (COUNTED, {"Only": {**A, "On": True}}, "", None, {"Only": {"On": False}}),
    ],
)
def test_one_replaced_added_or_left_out(home: Home, around: Any, key: str, document: Any, whole: Any) -> None:
    before = copy.deepcopy(around)
    after = _home.replaced(home, around, key, document)
    assert after == whole
    assert around == before
    held = _home.objects(home, after)
    assert held.get(key) == (None if document is None else held[key])
    assert (key in held) == (document is not None)


def test_the_order_of_the_others_stays() -> None:
    around = {"c": A, "a": A, "b": A}
    assert list(_home.replaced(MAP, around, "a", NEW)) == ["c", "a", "b"]
    assert list(_home.replaced(MAP, around, "a", None)) == ["c", "b"]


@pytest.mark.parametrize(
    ("home", "inside"), [(DEEP, {"Role": {"Hooks": {"a": A, "b": B}}}), (LIST, {"Items": [{"ID": "a"}, {"ID": "b"}]})]
)
def test_nothing_else_is_copied(home: Home, inside: dict[str, Any]) -> None:
    around = {**inside, "Other": {"Deep": []}}
    after = _home.replaced(home, around, "a", NEW)
    assert after["Other"] is around["Other"]
    assert _home.objects(home, after)["b"] is _home.objects(home, around)["b"]


def test_items_may_be_told_by_what_they_say() -> None:
    """The ID is what the table makes of an item; nothing is added to a new one, and no item hides another."""
    home = Home(path=("Items",), told=lambda item: item["Place"]["Path"])
    one, other = {"Place": {"Path": "/a"}}, {"Place": {"Path": "/b"}, "Text": "kept"}
    around = {"Items": [one, other, one]}
    assert _home.objects(home, around) == {"/a": one, "/b": other, "/a (2)": one}
    assert _home.replaced(home, around, "/b", None) == {"Items": [one, one]}
    assert _home.replaced(home, {"Items": [other]}, "/a", one) == {"Items": [other, one]}
    assert _home.fitting(WEBHOOK, home, _home.objects(home, around), {"Place": {"Path": "/a"}}) == ["/a", "/a (2)"]
    assert _home.fitting(WEBHOOK, home, _home.objects(home, around), {}) == ["/a", "/b", "/a (2)"]


def test_what_a_server_has_to_know_for_a_place() -> None:
    """The versions of the members on the way, where they have one."""
    way = ("ConstellationRole", "RoleEnabled")
    assert _home.needs(Home(path=way, owner=TENANT)) == {"ConstellationRole": "22.9.0"}
    assert _home.needs(Home(path=("Name",), owner=TENANT)) == {}
    assert _home.needs(Home(path=("Anything",))) == {}


REQUEST = Resource(kind="request", plural="requests", structure="SourceConfig", name="Description", homes=(MAP,))
BY_ID = Call("AdminDeleteUser", {"TargetUser": "id"})
BY_NAME = Call("AdminDeleteUser", {"TargetUser": "name"})


class Leaving(Hooks):
    """Something of an object stays where it was."""

    def without(self, around: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        return around


@pytest.mark.parametrize(("version", "own"), [("22.12.1", False), ("22.12.2", True), ("23.1.0", True)])
def test_a_call_of_its_own_is_there_from_a_version_on(version: str, own: bool) -> None:
    resource = replace(REQUEST, updating=Call("AdminMetaEmailOptionsSet"))
    client: Any = ScriptedClient({}, version)
    assert _home.own_call(resource, UPDATE, Wish(True), Found("1", {}), client) == (resource.updating if own else None)


class TestOneAlone:
    """Whether a call that deletes can be meant for one object alone."""

    def single(self, resource: Resource, found: Found, name: str = "one") -> bool:
        return _home.single(resource, Wish(False, name=name), found)

    def around(self, *names: str) -> Found:
        """An object of a larger document with objects of these names, whose IDs are the names' numbers."""
        held = {str(spot): {"Description": name} for spot, name in enumerate(names)}
        return Found("0", held.get("0"), around=Found("", held))

    def test_without_a_call(self) -> None:
        assert not self.single(REQUEST, self.around("one"))

    def test_outside_larger_documents(self) -> None:
        assert self.single(replace(REQUEST, deleting=BY_NAME), Found("0", {}))

    def test_by_its_id(self) -> None:
        assert self.single(replace(REQUEST, deleting=BY_ID), self.around("one", "one"))

    @pytest.mark.parametrize(("names", "alone"), [(("one",), True), (("one", "one"), False), (("one", "two"), True)])
    def test_by_its_name(self, names: tuple[str, ...], alone: bool) -> None:
        assert self.single(replace(REQUEST, deleting=BY_NAME), self.around(*names)) is alone

    @pytest.mark.parametrize("leaves", [True, False])
    def test_what_is_left_of_one_that_is_gone(self, leaves: bool) -> None:
        resource = replace(REQUEST, hooks=Leaving() if leaves else Hooks(), deleting=BY_ID)
        gone = Found("9", {}, around=Found("", {"0": {}}))
        assert _home.remains(resource, Wish(False), gone) is leaves
        assert self.single(resource, gone) is not leaves
        assert not _home.remains(resource, Wish(False), self.around("one"))
        assert not _home.remains(resource, Wish(False), Found("9", {}))
