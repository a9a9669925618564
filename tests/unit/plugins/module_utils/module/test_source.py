# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees in files: read as they are, with secrets in the places that name them, and refused in words."""

from __future__ import annotations

import builtins
import importlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._module._source import Given, given_secrets, read_tree
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="{\0"))
KEYS = st.text(st.characters(codec="ascii"))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def write(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value) if path.suffix == ".json" else yaml.safe_dump(value))
    return path


def read(path: Path, **secrets: Any) -> Any:
    return read_tree(str(path), secrets)


@given(PLAIN)
def test_yaml_and_json_are_read_as_they_are_written(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    folder = tmp_path_factory.mktemp("tree")
    text = json.dumps(value)
    (folder / "tree.json").write_text(text)
    assert read(folder / "tree.json") == value
    (folder / "tree.yml").write_text(yaml.safe_dump(value))
    assert read(folder / "tree.yml") == yaml.safe_load(yaml.safe_dump(value))


@pytest.mark.parametrize("suffix", [".json", ".yml", ".yaml"])
def test_a_directory_holds_the_server_and_a_file_for_each_tenant(tmp_path: Path, suffix: str) -> None:
    write(tmp_path / f"server{suffix}", {"news": []})
    write(tmp_path / "tenants" / f"b{suffix}", {"name": "B"})
    write(tmp_path / "tenants" / f"a{suffix}", {"name": "A"})
    write(tmp_path / "tenants" / f".a{suffix}", {"name": "hidden"})
    (tmp_path / "tenants" / f"a{suffix}~").write_text("an editor's copy")
    write(tmp_path / f"secrets{suffix}", {"alice_password": "not read"})
    write(tmp_path / f"secrets.example{suffix}", {"alice_password": "not read"})
    (tmp_path / "README.md").write_text("for people")
    assert read(tmp_path) == {"server": {"news": []}, "tenants": [{"name": "A"}, {"name": "B"}]}


@pytest.mark.parametrize("name", ["tenant.yml", "users.json", "server.yaml"])
def test_a_file_that_would_not_be_read_is_a_mistake(tmp_path: Path, name: str) -> None:
    write(tmp_path / "server.json", {})
    write(tmp_path / name, {})
    with pytest.raises(InvalidOption, match="is not read; a directory holds one server"):
        read(tmp_path)


def test_an_empty_directory_is_no_tree(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="there is neither server"):
        read(tmp_path)


@pytest.mark.parametrize("suffix", [".json", ".yml"])
def test_a_text_that_names_a_secret_stands_for_it(tmp_path: Path, suffix: str) -> None:
    tree = {
        "users": [
            {"password": "{{ alice }}"},
            {"password": "{{bob}}"},
            {"password": "{{ empty }}", "map": "{{ n }}"},
        ],
        "text": "{{ alice }} and more",
        "sum": "{{ 1 + 1 }}",
        "plain": "alice",
    }
    found = read(write(tmp_path / f"tree{suffix}", tree), alice="Secret-1", empty="", n={"nested": "Secret-2"})
    assert found["users"][0] == {"password": "Secret-1"}
    assert found["users"][1:] == [{"password": None}, {"password": None, "map": {"nested": "Secret-2"}}]
    assert (found["text"], found["sum"], found["plain"]) == ("{{ alice }} and more", "{{ 1 + 1 }}", "alice")
    assert given_secrets(found) == {"Secret-1", "Secret-2"}
    assert isinstance(found["users"][0]["password"], Given)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("tree.yml", "users:\n  - name: [", r"is not valid YAML: .* \(line 3, column \d+\)"),
        ("tree.yml", "password: Secret-1: x", r"is not valid YAML: .* \(line 1, column \d+\)"),
        ("tree.yml", "a: !vault |\n  x", "is not valid YAML"),
        ("tree.yml", "a: \x07", "is not valid YAML"),
        ("tree.json", '{"users": [', "is not valid JSON"),
        ("tree.json", '{"a": NaN}', "is not valid JSON"),
        ("tree.txt", "users: []", "is neither YAML nor JSON"),
        ("tree.yml", "$ANSIBLE_VAULT;1.1;AES256\n3131", "is encrypted"),
    ],
)
def test_what_cannot_be_read_is_said_without_repeating_it(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(InvalidOption, match=message) as caught:
        read(tmp_path / name)
    assert "Secret-1" not in str(caught.value)
    assert str(tmp_path / name) in caught.value.message


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="cannot be read: No such file"):
        read(tmp_path / "tree.yml")


def test_yaml_needs_a_package_and_json_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, package: str | None = None) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(InvalidOption, match="PyYAML is needed"):
        read(write(tmp_path / "tree.yml", {}))
    assert read(write(tmp_path / "tree.json", {"a": 1})) == {"a": 1}
    assert builtins.__import__ is not missing
