# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a tree from files, without templating. Private; may change at any time."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._encoding import load_json, undisturbed
from ansible_collections.comet.backup.plugins.module_utils._module._tree import SERVER, TENANTS
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption

SUFFIXES = (".yml", ".yaml", ".json")
BESIDE = ("secrets",)
"""Files in a directory that are none of the tree, whatever follows in their names."""
UNSAFE_TAG, UNSAFE_KEY = "!unsafe", "__ansible_unsafe"
"""How YAML and JSON say to Ansible that a text is no template; here it names no secret then."""
_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
_ENCRYPTED = b"$ANSIBLE_VAULT"


class Given(str):
    """A secret that was put in the place of its name; it is blanked out wherever it stands."""


def given_secrets(value: Any) -> set[str]:
    """The secrets that were put into a value."""
    if isinstance(value, Mapping):
        return {text for item in value.values() for text in given_secrets(item)}
    if isinstance(value, list):
        return {text for item in value for text in given_secrets(item)}
    return {str(value)} if isinstance(value, Given) else set()


def read_tree(path: str, secrets: Mapping[str, Any]) -> Any:
    """The tree in a file or directory, with ``secrets`` in the places that name them. Raises InvalidOption."""
    source = Path(path).expanduser()
    if source.is_dir():
        return _directory(source, secrets)
    return _document(source, secrets)


def _directory(source: Path, secrets: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for file in _files(source):
        if file.name.partition(".")[0] in BESIDE:
            continue
        if file.stem != SERVER or SERVER in tree:
            raise InvalidOption(
                f"src: {file} is not read; a directory holds one {SERVER}.yml (or .yaml, .json) and a directory "
                f"{TENANTS} with a file for each tenant"
            )
        tree[SERVER] = _document(file, secrets)
    tenants = source / TENANTS
    if tenants.is_dir():
        tree[TENANTS] = [_document(file, secrets) for file in _files(tenants)]
    if not tree:
        raise InvalidOption(f"src: there is neither {SERVER}.yml nor {TENANTS} in {source}")
    return tree


def _files(directory: Path) -> list[Path]:
    """Those that hold a part of a tree, by name; what a person's editor leaves behind is hidden or called otherwise."""
    found = [file for file in directory.iterdir() if file.suffix in SUFFIXES and not file.name.startswith(".")]
    return sorted(found, key=lambda file: file.name)


def _document(file: Path, secrets: Mapping[str, Any]) -> Any:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InvalidOption(f"src: {file} cannot be read: {error.strerror}") from None
    if content.startswith(_ENCRYPTED):
        raise InvalidOption(f"src: {file} is encrypted, which only Ansible can read; encrypt the secrets option alone")
    found = _parsed(file, content)
    return _filled(found, secrets) if b"{{" in content else found


def _parsed(file: Path, content: bytes) -> Any:
    if file.suffix == ".json":
        try:
            # Looked for first, since a hook would be called for each of ten thousand users and all that is in them.
            marked = UNSAFE_KEY.encode() in content
            return json.loads(content, object_hook=_unwrapped) if marked else load_json(content)
        except (ValueError, RecursionError) as error:
            raise InvalidOption(f"src: {file} is not valid JSON: {error}") from None
    if file.suffix not in SUFFIXES:
        raise InvalidOption(f"src: {file} is neither YAML nor JSON, going by its name ({', '.join(SUFFIXES)})")
    try:
        # ansible-core brings it along; a module process on another machine may lack it.
        yaml = importlib.import_module("yaml")
    except ImportError:
        raise InvalidOption(
            f"src: the Python package PyYAML is needed to read {file}; JSON can be read without it"
        ) from None
    try:
        with undisturbed():
            return yaml.load(content, Loader=_loader(yaml))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidOption(f"src: {file} is not valid YAML: {_place(error)}") from None


class _Literal(str):
    """A text that means itself although it looks like the name of a secret."""

    __slots__ = ()


def _literal(text: str) -> str:
    return _Literal(text) if _PLACEHOLDER.fullmatch(text) else text


def _unwrapped(item: dict[str, Any]) -> Any:
    return _literal(str(item[UNSAFE_KEY])) if item.keys() == {UNSAFE_KEY} else item


def _loader(yaml: Any) -> Any:
    """The loader of plain data that knows how Ansible marks a text that is no template."""

    known: dict[Any, str] = {}

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # known only at run time
        """Reads plain data alone."""

        def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
            """The type of a value, found out once for each text: most of them are the same few words."""
            key = (kind, value, implicit)
            if key not in known:
                known[key] = super().resolve(kind, value, implicit)
            return known[key]

    def unsafe(loader: Any, node: Any) -> str:
        return _literal(str(loader.construct_scalar(node)))

    Loader.add_constructor(UNSAFE_TAG, unsafe)
    return Loader


def _place(error: Exception) -> str:
    """What is wrong and where, without the line itself, which may hold a secret."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or type(error).__name__
    return f"{problem} (line {mark.line + 1}, column {mark.column + 1})" if mark else str(problem)


def _filled(value: Any, secrets: Mapping[str, Any]) -> Any:
    """The value with secrets in place of the texts that name them; one that is not given, or empty, is left out."""
    if isinstance(value, dict):
        return {key: _filled(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, secrets) for item in value]
    if isinstance(value, _Literal):
        return str(value)
    named = _PLACEHOLDER.fullmatch(value) if isinstance(value, str) else None
    return _given(secrets.get(named[1])) or None if named else value


def _given(secret: Any) -> Any:
    """A secret that knows that it is one."""
    if isinstance(secret, Mapping):
        return {key: _given(item) for key, item in secret.items()}
    if isinstance(secret, list):
        return [_given(item) for item in secret]
    return Given(secret) if isinstance(secret, str) else secret
