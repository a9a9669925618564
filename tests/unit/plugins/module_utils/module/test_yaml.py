# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML for people: what is written is read back the same, by every reader, and looks like something written by hand."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._module._yaml import LONGEST_KEY, dump

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text("aA0 1\n\t:#-{}[]%!&*'\"\\|>?,.~=_eExX+", max_size=12),
    st.sampled_from(
        ["yes", "No", "on", "null", "~", "=", "<<", "0x1F", "0o7", "1e5", ".inf", "12:30", "2024-01-01", "1_0"]
    ),
    st.sampled_from(["2001-12-14t21:59:43.10-05:00", "2024-01-01 10:00:00 Z", "+1", "0777", "1 TB", "1d", "12", "1.5"]),
)
FLOATS = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([1e16, -1e-7, 1.5e300]))
PLAIN = st.one_of(TEXTS, st.booleans(), st.integers(-(2**63), 2**63), st.none(), FLOATS)
TREES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))


class Unsafe(str):
    """A text that was marked as no template."""

    __slots__ = ()


def reader(base: Any) -> Any:
    """A loader that knows the mark."""
    loader: Any = type("Reader", (base,), {})
    loader.add_constructor("!unsafe", lambda self, node: Unsafe(self.construct_scalar(node)))
    return loader


READERS = [reader(yaml.SafeLoader), reader(yaml.CSafeLoader)]


class Variable:
    """Something that stands for a template."""

    def __str__(self) -> str:
        return "{{ name }}"


@settings(max_examples=400, deadline=None)
@given(TREES)
def test_what_is_written_is_read_back_the_same(tree: Any) -> None:
    text = dump(tree)
    for one in READERS:
        assert yaml.load(text, Loader=one) == tree, text
    assert text.endswith("\n")


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("plain", "plain"),
        ("Jürgen Groß", "Jürgen Groß"),
        ("a@example.com", "a@example.com"),
        ("/var/lib/cometd", "/var/lib/cometd"),
        ("C:\\Users\\*\\Temp", "C:\\Users\\*\\Temp"),
        ("https://host.example/", "https://host.example/"),
        ("08052837-18cd-901f-9eb5-050b8391cd2f", "08052837-18cd-901f-9eb5-050b8391cd2f"),
        ("500 GiB", "500 GiB"),
        ("1h30m", "1h30m"),
        ("$self$", "$self$"),
        ("02:00", '"02:00"'),
        ("yes", '"yes"'),
        ("#191F33", '"#191F33"'),
        ("a: b", '"a: b"'),
        ("", '""'),
        ("tab\there", '"tab\\there"'),
        ("docker ps --format '{{.Names}}'", "!unsafe \"docker ps --format '{{.Names}}'\""),
        (Variable(), '"{{ name }}"'),
        (True, "true"),
        ({}, "{}"),
        ([], "[]"),
    ],
)
def test_only_what_needs_it_is_quoted(value: Any, line: str) -> None:
    assert dump({"key": value}) == f"key: {line}\n"


def test_texts_of_several_lines_are_blocks() -> None:
    assert dump({"text": "one\n\n  two"}) == "text: |-\n  one\n\n    two\n"
    assert dump(["one\ntwo\n"]) == "- |\n  one\n  two\n"
    assert dump({"text": "trailing \nspace"}) == 'text: "trailing \\nspace"\n'


def test_lists_are_indented_below_their_key() -> None:
    tree = {"users": [{"name": "alice", "emails": ["a@b"]}, {"name": "bob", "emails": []}], "deep": [["a"], ["b"]]}
    assert dump(tree) == (
        "users:\n  - name: alice\n    emails:\n      - a@b\n  - name: bob\n    emails: []\ndeep:\n  - - a\n  - - b\n"
    )


@pytest.mark.parametrize("text", ["{{ name }}", "a {{ b }}\nc", "{% raw %}", "{# x #}"])
def test_what_looks_like_a_template_is_marked(text: str) -> None:
    for one in READERS:
        assert isinstance(yaml.load(dump([text]), Loader=one)[0], Unsafe)
    assert not isinstance(yaml.load(dump([Variable()]), Loader=READERS[0])[0], Unsafe)


@pytest.mark.parametrize("base", [yaml.SafeLoader, yaml.CSafeLoader])
@pytest.mark.parametrize("length", [LONGEST_KEY, LONGEST_KEY + 1, 1024, 5000])
@pytest.mark.parametrize("value", ["x", "two\nlines", "{{ x }}", {}, [1, [2]], {"a": {"b" * 2000: None}}])
def test_keys_may_be_long(base: Any, length: int, value: Any) -> None:
    tree = [{"k" * length: value, "after": 1}, {"-" * length: value}]
    assert yaml.load(dump(tree), Loader=reader(base)) == tree
