# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties of protected items: numbered lists are sets of values, flags count by being there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._model import Type, structure
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _keyed, _plan, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Merge
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish

FILE = "engine1/file"
MEMBER = structure("SourceConfig").member("EngineProps")


def login(share: str, user: str, password: str) -> str:
    return json.dumps({"SharePath": share, "Username": user, "Password": password})


def patch_of(props: dict[str, Any], engine: str = "file") -> dict[str, Any]:
    options = {"engine_props": props, **({"engine": engine} if engine else {})}
    return _document.patch_from("SourceConfig", options, lambda kind, value, where: value)


def laid(have: dict[str, str], props: dict[str, Any], **rules: Any) -> tuple[dict[str, str], Merge]:
    """What the properties of files become, and what was noticed."""
    current = {"Engine": FILE, "EngineProps": have}
    merge = Merge(**rules)
    after = merge.document("SourceConfig", current, patch_of(props))
    if not merge.changes:
        assert after is current
    return after["EngineProps"], merge


def said(merge: Merge) -> dict[str, tuple[Any, Any]]:
    return {change.path[-1]: (change.before, change.after) for change in merge.changes}


class TestWriting:
    @pytest.mark.parametrize(
        ("props", "entries"),
        [
            ({"INCLUDE": ["/a", "/b"]}, {"INCLUDE0": "/a", "INCLUDE1": "/b"}),
            ({"INCLUDE": ["/a"], "INCLUDE0": "/b"}, {"INCLUDE1": "/a", "INCLUDE0": "/b"}),
            ({"INCLUDE": "/a", "EXCLUDE-x": "*.tmp"}, {"INCLUDE": "/a", "EXCLUDE-x": "*.tmp"}),
            ({"REXCLUDE": [1], "EXCLUDE": []}, {"REXCLUDE0": "1"}),
            (
                {"INCLUDE": ["/a", "/b"], "INCLUDE0": "/c", "INCLUDE1": "/d"},
                {"INCLUDE2": "/a", "INCLUDE3": "/b", "INCLUDE0": "/c", "INCLUDE1": "/d"},
            ),
            ({"USE_WIN_VSS": True, "CONFIRM_EFS": False}, {"USE_WIN_VSS": "1"}),
            (
                {"USE_WIN_VSS": "yes", "CONFIRM_EFS": "False", "RESCAN_UNCHANGED": 1},
                dict.fromkeys(("USE_WIN_VSS", "RESCAN_UNCHANGED"), "1"),
            ),
            (
                {"PINCLUDE": [{"TopDirectory": "C:\\", "Value": "*.txt"}]},
                {"PINCLUDE0": '{"TopDirectory": "C:\\\\", "Value": "*.txt"}'},
            ),
            ({"SMBAUTH1": {"SharePath": "s"}}, {"SMBAUTH1": '{"SharePath": "s"}'}),
        ],
    )
    def test_lists_flags_and_structures(self, props: dict[str, Any], entries: dict[str, str]) -> None:
        assert patch_of(props)["EngineProps"] == entries
        assert patch_of(props, engine="")["EngineProps"] == entries

    @pytest.mark.parametrize(
        ("engine", "props", "words"),
        [
            (
                "file",
                {"include": ["/a"]},
                "engine_props.include: only INCLUDE, .*SMBAUTH take a list; did you mean INCLUDE?",
            ),
            ("file", {"USE_WIN_VSS": ["x"]}, "engine_props.USE_WIN_VSS: only INCLUDE"),
            ("file", {"INCLUDE": ["/a", None]}, "engine_props.INCLUDE: there is no value; leave the key out"),
            ("file", {"INCLUDE": [["/a"]]}, "engine_props.INCLUDE: the value is not a text"),
            ("file", {"INCLUDE": {"path": "/a"}}, "engine_props.INCLUDE: the value is not a text"),
            ("file", {"USE_WIN_VSS": "perhaps"}, "engine_props.USE_WIN_VSS: 'perhaps' is not true or false"),
            ("file", {"USE_WIN_VSS": None}, "engine_props.USE_WIN_VSS: None is not true or false"),
            ("mysql", {"INCLUDE": ["/a"]}, "engine_props.INCLUDE: the value must be a text, not a list"),
            ("mssql", {"DATABASE-": ["a"]}, "engine_props.DATABASE-: the value must be a text, not a list"),
            ("", {"A": ["a"]}, "engine_props.A: only INCLUDE"),
            ("flie", {"INCLUDE": ["/a"]}, "engine: 'flie' is not a known value; did you mean file?"),
            ("tape", {}, "engine: 'tape' is not a known value; valid are: exchangeedb, file, hyperv, .*windowssystem$"),
        ],
    )
    def test_what_does_not_fit(self, engine: str, props: dict[str, Any], words: str) -> None:
        with pytest.raises(InvalidOption, match=words):
            patch_of(props, engine)

    def test_flags_are_those_of_the_engine(self) -> None:
        assert patch_of({"LOGTRUNC": False}, "mssql")["EngineProps"] == {}
        assert patch_of({"LOGTRUNC": False}, "file")["EngineProps"] == {"LOGTRUNC": "False"}


class TestComparing:
    @pytest.mark.parametrize(
        ("have", "props"),
        [
            ({"INCLUDE7": "/a", "INCLUDE-x": "/b"}, {"INCLUDE": ["/b", "/a"]}),
            ({"INCLUDE0": "/a", "INCLUDE1": "/b"}, {"INCLUDE0": "/b", "INCLUDE1": "/a"}),
            ({"INCLUDE0": "/a", "INCLUDE1": "/a"}, {"INCLUDE": ["/a"]}),
            ({"INCLUDE0": "/a"}, {"INCLUDE": ["/a", "/a"]}),
            ({"USE_WIN_VSS": "", "CONFIRM_EFS": "false"}, {"USE_WIN_VSS": True, "CONFIRM_EFS": True}),
            ({"RINCLUDE": '{"Value":"x","TopDirectory":""}'}, {"RINCLUDE": [{"TopDirectory": "", "Value": "x"}]}),
            ({"PINCLUDE3": "no json"}, {"PINCLUDE": ["no json"]}),
            (
                {"SMBAUTH9": login("s", "u", "encrypted")},
                {"SMBAUTH": [{"SharePath": "s", "Username": "u", "Password": "p"}]},
            ),
            ({"SMBAUTH-1": "opaque"}, {"SMBAUTH-1": login("s", "u", "p")}),
            ({"SMBAUTH-1": "opaque"}, {"SMBAUTH": [login("s", "u", "p")]}),
            (
                {"SMBAUTH-1": '{"Username": "u", "SharePath": "s"}'},
                {"SMBAUTH": ['{"SharePath": "s", "Username": "u"}']},
            ),
            ({"SMBAUTH-1": "opaque", "SMBAUTH-2": "blind"}, {"SMBAUTH": ["one", "other"]}),
        ],
    )
    def test_the_same_set_is_left_as_it_is(self, have: dict[str, str], props: dict[str, Any]) -> None:
        after, merge = laid(have, props)
        assert after is have
        assert merge.changes == []

    @pytest.mark.parametrize(
        ("have", "props", "want", "changes"),
        [
            (
                {"INCLUDE0": "/a", "INCLUDE1": "/b"},
                {"INCLUDE": ["/b", "/c"]},
                {"INCLUDE1": "/b", "INCLUDE0": "/c"},
                {"INCLUDE0": ("/a", "/c")},
            ),
            (
                {"INCLUDE-1": "/a"},
                {"INCLUDE": ["/a", "/b"]},
                {"INCLUDE-1": "/a", "INCLUDE1": "/b"},
                {"INCLUDE1": (None, "/b")},
            ),
            ({"INCLUDE0": "/a", "INCLUDE1": "/b"}, {"INCLUDE": "/b"}, {"INCLUDE1": "/b"}, {"INCLUDE0": ("/a", None)}),
            ({"INCLUDE0": "/a"}, {"INCLUDE0": "/A"}, {"INCLUDE0": "/A"}, {"INCLUDE0": ("/a", "/A")}),
            (
                {"PINCLUDE0": "no json"},
                {"PINCLUDE": ["other"]},
                {"PINCLUDE0": "other"},
                {"PINCLUDE0": ("no json", "other")},
            ),
            (
                {"INCLUDE0": "x", "EXCLUDE0": "y"},
                {"EXCLUDE": ["x"], "REXCLUDE": ["y"]},
                {"EXCLUDE0": "x", "REXCLUDE0": "y"},
                {"INCLUDE0": ("x", None), "EXCLUDE0": ("y", "x"), "REXCLUDE0": (None, "y")},
            ),
            (
                {"USE_WIN_VSS": "x"},
                {"EXTRA_ATTRIBUTES": True, "USE_WIN_VSS": False},
                {"EXTRA_ATTRIBUTES": "1"},
                {"EXTRA_ATTRIBUTES": (None, True), "USE_WIN_VSS": (True, None)},
            ),
        ],
    )
    def test_values_that_come_and_go(
        self, have: dict[str, str], props: dict[str, Any], want: dict[str, str], changes: dict[str, Any]
    ) -> None:
        after, merge = laid(have, props)
        assert after == want
        assert said(merge) == changes
        again, second = laid(after, props)
        assert (again, second.changes) == (after, [])

    def test_a_login_for_another_share_never_takes_the_key_of_one_that_goes(self) -> None:
        """A secret is written only where the server holds none, so under the old key the old one would stay."""
        have = {"SMBAUTH0": login("a", "u", "old")}
        after, merge = laid(have, {"SMBAUTH": [{"SharePath": "b", "Username": "u", "Password": "new"}]})
        assert after == {"SMBAUTH1": login("b", "u", "new")}
        assert {change.path[-1]: change.secret for change in merge.changes} == {"SMBAUTH0": True, "SMBAUTH1": True}

    @pytest.mark.parametrize("value", ["opaque", '{"Password": "p"}', login("s", "u", "p")])
    def test_logins_that_tell_nothing_are_told_by_their_keys(self, value: str) -> None:
        after, merge = laid({"SMBAUTH0": "blind", "SMBAUTH1": '{"Password": "old"}'}, {"SMBAUTH1": value})
        assert after == {"SMBAUTH1": '{"Password": "old"}'}
        assert [change.path[-1] for change in merge.changes] == ["SMBAUTH0"]

    def test_a_login_is_written_anew_when_that_is_asked_for(self) -> None:
        have = {"SMBAUTH5": login("a", "u", "old"), "INCLUDE": "/"}
        after, merge = laid(have, {"INCLUDE": "/", "SMBAUTH": [login("a", "u", "new")]}, secrets="always")
        assert after == {"SMBAUTH5": login("a", "u", "new"), "INCLUDE": "/"}
        assert [change.path[-1] for change in merge.changes] == ["SMBAUTH5"]

    def test_the_engine_that_is_wished_decides(self) -> None:
        current = {"Engine": "engine1/mssql", "EngineProps": {"INCLUDE0": "/a", "LOGTRUNC": "x"}}
        merge = Merge()
        after = merge.document("SourceConfig", current, {"EngineProps": {"INCLUDE1": "/a", "LOGTRUNC": "1"}})
        assert after["EngineProps"] == {"INCLUDE1": "/a", "LOGTRUNC": "x"}


class TestShowing:
    def test_flags_are_true_and_logins_hidden(self) -> None:
        document = {
            "Engine": FILE,
            "EngineProps": {"USE_WIN_VSS": "", "INCLUDE0": "/a", "SMBAUTH": login("s", "u", "p")},
        }
        assert _document.options_from("SourceConfig", document)["engine_props"] == {
            "USE_WIN_VSS": True,
            "INCLUDE0": "/a",
            "SMBAUTH": _redact.MARKER,
        }

    def test_a_diff_holds_what_comes_and_goes(self) -> None:
        found = Found("id", {"Engine": FILE, "EngineProps": {"INCLUDE0": "/a", "INCLUDE1": "/b", "CONFIRM_EFS": "x"}})
        wish = Wish(True, patch=patch_of({"INCLUDE": ["/b"], "USE_WIN_VSS": True, "SMBAUTH": [login("s", "u", "p")]}))
        assert _plan.difference("SourceConfig", _plan.make_plan("SourceConfig", found, wish, 0), {}) == {
            "before": {"engine_props": {"INCLUDE0": "/a", "CONFIRM_EFS": True, "SMBAUTH0": ""}},
            "after": {"engine_props": {"USE_WIN_VSS": True, "SMBAUTH0": _redact.MARKER}},
        }

    def test_a_password_is_blanked_out_of_its_dictionary_too(self) -> None:
        patch = patch_of({"SMBAUTH": [{"SharePath": "\\\\nas\\a", "Password": "canary"}], "INCLUDE": ["\\\\nas\\a"]})
        assert _redact.secrets_in(Type("structure", "SourceConfig"), patch) == {
            patch["EngineProps"]["SMBAUTH0"],
            "canary",
        }


def test_keys_of_other_engines_are_plain() -> None:
    before = {"INCLUDE": "/a"}
    assert _keyed.aligned(MEMBER, before, {"INCLUDE0": "/a"}, "engine1/mysql") == {"INCLUDE0": "/a"}
    assert _keyed.shown(MEMBER, {"USE_WIN_VSS": "1"}, "") == {"USE_WIN_VSS": "1"}
    assert _keyed.aligned(MEMBER, {"USE_WIN_VSS": "x"}, {"USE_WIN_VSS": "1"}, "engine1/mysql") == {"USE_WIN_VSS": "1"}


def test_a_flag_of_another_engine_is_a_value() -> None:
    current = {"Engine": "engine1/mssql", "EngineProps": {"USE_WIN_VSS": "x"}}
    merge = Merge()
    merge.document("SourceConfig", current, {"EngineProps": {"CONFIRM_EFS": "y"}})
    assert said(merge) == {"CONFIRM_EFS": (None, "y"), "USE_WIN_VSS": ("x", None)}


def test_null_is_for_secrets_whatever_the_engine() -> None:
    assert _keyed.written(MEMBER, {"SMBAUTH": None}, None, "props") == {"SMBAUTH": None}
    with pytest.raises(InvalidOption, match=r"props\.INCLUDE: there is no value"):
        _keyed.written(MEMBER, {"INCLUDE": None}, None, "props")
