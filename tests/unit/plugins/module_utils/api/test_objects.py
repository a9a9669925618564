# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A large map of objects that is decoded one by one behaves as the dictionary it stands for."""

from __future__ import annotations

import gc
import json
import threading
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api import _answers, _encoding, _objects
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._errors import BadAnswer, Refused
from ansible_collections.comet.backup.plugins.module_utils._api._objects import Objects
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import (
    Reply,
    ScriptedServer,
    message,
)

USERS = {f"user-{number}": {"Username": f"user-{number}", "Emails": [f"{number}@x.test"]} for number in range(50)}

names = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('{}[]",:\\'), max_size=6)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
documents = st.dictionaries(names, values, max_size=3)
usual = st.builds(lambda name, more: {"Username": name, **more}, names, documents)
maps = st.tuples(documents, st.dictionaries(names, usual | usual | documents | st.none(), max_size=8)).map(
    lambda both: {"first": both[0], **both[1]}
)
layouts = st.sampled_from([{"separators": (",", ":")}, {}, {"indent": 1}, {"ensure_ascii": False}])


def broken() -> BadAnswer:
    return BadAnswer("no map")


def written(users: Any, **layout: Any) -> bytes:
    return json.dumps(users, **(layout or {"separators": (",", ":")})).encode()


def objects_of(users: Any) -> Objects:
    return Objects(written(users), broken)


@pytest.fixture(params=["orjson", "json"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "json":
        monkeypatch.setattr(_encoding, "orjson", None)
    return request.param


@pytest.fixture(params=[1 << 20, 20])
def _far(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How long an object may be before its braces are counted."""
    monkeypatch.setattr(_objects, "FAR", request.param)


lenient = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)


@pytest.mark.usefixtures("library", "_far")
class TestAsTheDictionary:
    @lenient
    @given(users=maps, layout=layouts, blank=st.sampled_from(["", "\n", " \r\n\t"]))
    def test_it_is_the_same(self, users: dict[str, Any], layout: dict[str, Any], blank: str) -> None:
        text = blank.encode() + written(users, **layout) + blank.encode()
        objects = Objects(text, broken)
        assert list(objects.items()) == list(users.items())  # the first walk
        assert list(objects.items()) == list(users.items())
        assert list(objects.values()) == list(users.values())
        assert (list(objects), len(objects)) == (list(users), len(users))
        assert all(objects[name] == document and name in objects for name, document in users.items())
        assert dict(Objects(text, broken)) == Objects(text, broken) == users

    @lenient
    @given(users=maps, layout=layouts, data=st.data())
    def test_it_is_never_less(self, users: dict[str, Any], layout: dict[str, Any], data: st.DataObject) -> None:
        """Cut short anywhere, it is no map."""
        text = written(users, **layout)
        cut = text[: data.draw(st.integers(0, len(text) - 1))]
        with pytest.raises(BadAnswer):
            list(Objects(cut, broken).items())

    @lenient
    @given(users=maps, data=st.data())
    def test_any_other_text_is_what_json_says_or_no_map(self, users: dict[str, Any], data: st.DataObject) -> None:
        text = bytearray(written(users, ensure_ascii=False))
        for _unused in range(data.draw(st.integers(1, 3))):
            at = data.draw(st.integers(0, len(text) - 1))
            text[at : at + data.draw(st.integers(0, 2))] = data.draw(
                st.binary(max_size=2) | st.sampled_from([b'"', b"}"])
            )
        try:
            objects = dict(Objects(bytes(text), broken).items())
        except BadAnswer:
            return
        assert objects == json.loads(text)


@pytest.mark.usefixtures("library")
class TestOddTexts:
    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b"{}",
            b"[]",
            b"null",
            b'{"a":{}',
            b'{"a":{}}}',
            b'{"a":{}} {}',
            b'{"a":{},}',
            b'{"a":{};"b":{}}',
            b'{"a":{},"b":}',
            b'{"a":{},"b":5}',
            b'{"a":{},"b":"text"}',
            b'{"a":{},"b":[]}',
            b'{"a":{},"b":nul}',
            b'{"a":{},b:{}}',
            b'{"a":{},"\x01":{}}',
            b'{"a":{},"b":{"c":NaN}}',
            b'{"a":{},"b":{"c":"\xff"}}',
            b'{"a":{},"\xff":{}}',
            b'{"a":{},"b":' + b'{"c":' * 100000 + b"{}" + b"}" * 100001,
            b'{"a":{"x":{"y":1},"b":{}}',
            b'{"a":{"x":"}},"b":{}}',
        ],
    )
    def test_no_map(self, text: bytes) -> None:
        with pytest.raises(BadAnswer, match=r"no map"):
            list(Objects(text, broken).items())

    def test_a_broken_one_stays_broken(self) -> None:
        objects = Objects(b'{"a":{"n":1},"b":{"n":2},"c":{"n":}}', broken)
        for _unused in range(2):
            walked = []
            with pytest.raises(BadAnswer):
                walked.extend(name for name, _document in objects.items())
            with pytest.raises(BadAnswer):
                len(objects)
            with pytest.raises(BadAnswer):
                list(objects)
            with pytest.raises(BadAnswer):
                objects.get("z")
        assert objects["a"] == {"n": 1}  # this much is certain
        assert "a" in objects

    def test_objects_are_given_until_one_is_followed_by_nonsense(self) -> None:
        walk = iter(Objects(b'{"a":{"n":1},"b":{"n":2}}}', broken).items())
        assert next(walk) == ("a", {"n": 1})
        with pytest.raises(BadAnswer, match=r"no map"):
            next(walk)

    def test_of_the_same_name_the_last_counts(self) -> None:
        objects = Objects(b'{"a":{"n":1},"b":{"n":2},"a":{"n":3}}', broken)
        assert [(name, document["n"]) for name, document in objects.items()] == [("a", 1), ("b", 2), ("a", 3)]
        assert [(name, document["n"]) for name, document in objects.items()] == [("a", 3), ("b", 2)]
        assert dict(objects) == json.loads(b'{"a":{"n":3},"b":{"n":2}}')

    def test_objects_that_start_otherwise_or_hold_others(self) -> None:
        inner = {"x": {"Username": "inner"}, "y": {"Username": "inner"}}
        users = {**USERS, "odd": {"z": {}, "Username": "odd"}, "holder": {"Username": "holder", "in": inner}, **inner}
        assert dict(objects_of(users).items()) == users


class TestChanges:
    def test_objects_that_are_set_or_deleted(self) -> None:
        objects = objects_of(USERS)
        mine = {"Username": "mine"}
        objects["new"] = objects["user-3"] = mine
        del objects["user-4"]
        assert objects.pop("user-5") == USERS["user-5"]
        assert objects.pop("user-5", None) is None
        with pytest.raises(KeyError, match="user-5"):
            del objects["user-5"]
        with pytest.raises(KeyError):
            _unused = objects["user-5"]
        expected = {**USERS, "user-3": mine, "new": mine}
        del expected["user-4"], expected["user-5"]
        assert dict(objects.items()) == dict(objects) == expected
        assert len(objects) == len(expected) == len(list(objects.values()))
        assert objects["new"] is mine
        assert "user-4" not in objects
        del objects["new"], objects["user-3"]
        assert "new" not in objects
        assert "user-3" not in objects
        assert "user-1" in objects
        objects["newer"] = mine
        assert "newer" in objects
        assert objects.get("nobody") is None

    def test_none_is_left(self) -> None:
        objects = Objects(b'{"a":{},"b":{"n":}}', broken)
        assert objects  # however the text goes on
        objects = objects_of({"a": {}, "b": {}})
        assert "b" in objects
        for name in ("a", "b"):
            assert objects
            del objects[name]
        assert not objects

    def test_a_walk_sees_what_was_set_before_it_comes_by(self) -> None:
        objects = objects_of(USERS)
        seen = {}
        for name, document in objects.items():
            seen[name] = document
            if name == "user-10":
                objects["user-9"] = objects["user-11"] = objects["new"] = {}
                del objects["user-12"]
        assert seen["user-9"] == USERS["user-9"]
        assert seen["user-11"] == seen["new"] == {}
        assert "user-12" not in seen
        assert len(seen) == len(USERS)

    def test_a_walk_sees_what_was_set_before_it_was_found(self) -> None:
        objects = objects_of(USERS)
        objects["user-0"] = {}
        walk = iter(objects.items())
        assert next(walk) == ("user-0", {})
        objects["user-2"] = {}
        assert dict(walk) == {name: {} if name == "user-2" else USERS[name] for name in list(USERS)[1:]}

    def test_a_walk_begins_where_another_has_stopped_halfway(self) -> None:
        objects = objects_of(USERS)
        first = iter(objects.items())
        begun = [next(first) for _unused in range(3)]
        second = iter(objects.items())
        both = [next(second) for _unused in range(2)]
        assert list(objects.items()) == list(USERS.items())
        assert begun + list(first) == both + list(second) == list(USERS.items())

    def test_what_is_done_to_a_decoded_object_stays_outside(self) -> None:
        objects = objects_of(USERS)
        for document in objects.values():
            document["Emails"].clear()
        objects["user-1"]["Username"] = "other"
        assert objects == USERS

    def test_several_threads(self) -> None:
        users = {f"user-{number}": {"Username": str(number)} for number in range(2000)}
        objects = objects_of(users)
        together = threading.Barrier(6, timeout=10)
        wrong: list[Any] = []

        def walk() -> None:
            together.wait()
            seen = [name for name, _document in objects.items() if name in users]
            wrong.extend([] if seen == list(users) else [len(seen)])

        def ask() -> None:
            together.wait()
            wrong.extend(name for name in reversed(users) if objects[name]["Username"] not in (name[5:], "set"))

        def write() -> None:
            together.wait()
            for number, name in enumerate(users):
                objects[name] = {"Username": "set"}
                objects[f"new-{number}"] = {}
                len(objects)

        threads = [threading.Thread(target=work) for work in (walk, walk, ask, ask, write, write)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert not wrong
        assert len(objects) == 2 * len(users)
        assert {document.get("Username", "set") for document in objects.values()} == {"set"}


def test_the_first_walk_decodes_each_object_once(monkeypatch: pytest.MonkeyPatch) -> None:
    objects = objects_of(USERS)
    decoded: list[Any] = []

    def load(text: bytes) -> Any:
        decoded.append(_encoding.load_json(text))
        return decoded[-1]

    monkeypatch.setattr(_objects, "load_json", load)
    assert dict(objects.items()) == USERS
    assert [found for found in decoded if isinstance(found, dict)] == list(USERS.values())


def test_a_walk_needs_little_more_memory_than_the_text() -> None:
    text = written({f"user-{number}": {"Username": str(number), "More": ["ü", {}] * 300} for number in range(1000)})
    tracemalloc.start()
    try:
        assert sum(1 for _unused in Objects(text, broken).items()) == 1000
        assert tracemalloc.get_traced_memory()[1] < len(text) / 4
    finally:
        tracemalloc.stop()


class TestOfAClient:
    @pytest.fixture(autouse=True)
    def _everything_is_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_answers, "LARGE", 1)

    def test_a_large_answer(self, server: ScriptedServer, client: Client) -> None:
        server.script(Reply(USERS))
        answer = client.call("AdminListUsersFull")
        assert isinstance(answer, Objects)
        assert repr(answer) == f"Objects({len(written(USERS, indent=None))} bytes)"
        assert len(answer.values()) == len(answer.items()) == len(USERS)
        assert answer == USERS

    def test_a_small_one_is_a_dictionary(
        self, server: ScriptedServer, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(_answers, "LARGE", 1 << 20)
        server.script(Reply(USERS))
        assert isinstance(client.call("AdminListUsersFull"), dict)

    @pytest.mark.parametrize(
        ("method", "body", "answer"),
        [
            ("AdminListUsersFull", None, {}),
            ("AdminListUsersFull", {}, {}),
            ("AdminListUsers", ["alice"], ["alice"]),
            ("AdminPoliciesList", {"id": "Gold"}, {"id": "Gold"}),
            ("AdminListUsersFull", {"Status": {"a": 1}, "Message": {}}, {"Status": {"a": 1}, "Message": {}}),
        ],
    )
    def test_others_as_ever(self, server: ScriptedServer, client: Client, method: str, body: Any, answer: Any) -> None:
        server.script(Reply(body))
        assert client.call(method) == answer

    def test_a_refusal(self, server: ScriptedServer, client: Client) -> None:
        server.script(message(500, "Broken"), Reply(USERS, status=500))
        with pytest.raises(Refused, match=r"Broken"):
            client.call("AdminListUsersFull")
        with pytest.raises(BadAnswer, match=r"HTTP status 500"):
            client.call("AdminListUsersFull")

    @pytest.mark.parametrize("text", [written(USERS)[:-1], written(USERS)[:-9] + b"}}", written(USERS)[:1000] + b"}"])
    def test_a_broken_answer(self, server: ScriptedServer, client: Client, text: bytes) -> None:
        server.script(Reply(text))
        words = "answered AdminListUsersFull with something that is not JSON. Check that url"
        with pytest.raises(BadAnswer, match=words) as caught:
            list(client.call("AdminListUsersFull").items())
        assert caught.value.details()["method"] == "AdminListUsersFull"


def test_the_garbage_collection_goes_on_after_long_texts() -> None:
    running: list[bool] = []
    text = written(["x" * _encoding.LARGE_JSON])
    together = threading.Barrier(8, timeout=10)

    def load() -> None:
        together.wait()
        for _unused in range(50):
            _encoding.load_json(text)
        with pytest.raises(ValueError, match=r"."):
            _encoding.load_json(text[:-1])
        running.append(gc.isenabled())

    threads = [threading.Thread(target=load) for _unused in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert gc.isenabled()
    assert len(running) == 8
    gc.disable()
    try:
        _encoding.load_json(text)
        assert not gc.isenabled()
    finally:
        gc.enable()
