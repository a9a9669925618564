# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of an export: what is in them, and how they get to the disk. Private; may change at any time."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module import _yaml
from ansible_collections.comet.backup.plugins.module_utils._module._exported import Secret
from ansible_collections.comet.backup.plugins.module_utils._module._source import SUFFIXES, UNSAFE_KEY
from ansible_collections.comet.backup.plugins.module_utils._module._tree import SERVER, TENANTS
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption

YAML, JSON = "yaml", "json"
SUFFIX = {YAML: ".yml", JSON: ".json"}
EXAMPLE = "secrets.example.yml"
"""The file that lists the secrets. It is written anew each time, so people keep theirs elsewhere, as in secrets.yml."""
MARK = "# Written by comet.backup.comet_export"
"""Begins a line of each YAML file of an export."""
CREATED, CHANGED, UNCHANGED, LEFTOVER, REMOVED = "created", "changed", "unchanged", "leftover", "removed"
LONGEST_DIFF = 2**20
"""Texts of more characters are too much to look at, and to carry around."""
_MODE = 0o644


@dataclass(frozen=True)
class File:
    """One file: its path below the directory, its text as it was (None: it was not there) and as it is to be."""

    path: str
    before: str | None
    after: str | None
    state: str


def document(value: Any, style: str, title: Sequence[str] = ()) -> str:
    """The text of a file: a part of the tree, with the names of variables in the place of secrets."""
    if style == JSON:
        return json.dumps(_marked(value), indent=2, ensure_ascii=False) + "\n"
    comment = "".join(f"# {_one_line(line)}\n" for line in title)
    return f"---\n{comment}{MARK}; its documentation says how to apply it.\n{_yaml.dump(value)}"


def _marked(value: Any) -> Any:
    """For JSON: texts that Ansible is not to take for templates are marked as such."""
    if isinstance(value, dict):
        return {key: _marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_marked(item) for item in value]
    if isinstance(value, Secret):
        return str(value)
    return {UNSAFE_KEY: value} if _yaml.is_foreign(value) else value


def example(secrets: Iterable[Secret], title: str) -> str:
    """The list of variables to fill in, each out of force until somebody does."""
    lines = [
        "---",
        f"# Secrets of {_one_line(title)}: the variables that the files beside this one name.",
        f"{MARK}, which writes it anew each time. Copy it to secrets.yml, take away the #",
        "# in front of each name that you give a value, and encrypt the copy with ansible-vault. A secret that is left",
        "# out is not managed: the server keeps what it has. Something new that needs one cannot be made without it.",
    ]
    for secret in secrets:
        lines += ["", f"## {_one_line(secret.where)}", f"# {secret.variable}:"]
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    """A text that cannot end the comment it is in."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


@dataclass
class Directory:
    """A directory that holds an export. ``clean``: files that belong to no tenant go."""

    path: Path
    clean: bool = False

    def compare(self, texts: Mapping[str, str], kept: Iterable[str]) -> list[File]:
        """Each file with what is to become of it; ``kept`` are further paths that are left alone."""
        files = []
        for path, after in texts.items():
            before = self._text(path)
            state = CREATED if before is None else UNCHANGED if before == after else CHANGED
            files.append(File(path, before, after, state))
        for path in self._leftovers({*texts, *kept}):
            files.append(File(path, self._text(path), None, REMOVED if self.clean else LEFTOVER))
        return files

    def _leftovers(self, known: set[str]) -> Iterator[str]:
        """Files that would be applied along with the export, and are no part of it."""
        tenants = self.path / TENANTS
        found = sorted(tenants.iterdir()) if tenants.is_dir() else []
        paths = [f"{TENANTS}/{one.name}" for one in found if one.suffix in SUFFIXES and not one.name.startswith(".")]
        yield from (path for path in paths if path not in known)
        yield from (f"{SERVER}{one}" for one in SUFFIXES if f"{SERVER}{one}" not in known and self._has(SERVER + one))

    def _has(self, path: str) -> bool:
        return (self.path / path).is_file()

    def _text(self, path: str) -> str | None:
        try:
            return (self.path / path).read_bytes().decode("utf-8", "replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InvalidOption(f"dest: {self.path / path} cannot be read: {error.strerror}") from None

    def write(self, files: Iterable[File]) -> None:
        """Bring the directory up to date. Raises InvalidOption where that is not possible."""
        try:
            for file in files:
                if file.state in (CREATED, CHANGED):
                    _replace(self.path / file.path, file.after or "")
                elif file.state == REMOVED:
                    (self.path / file.path).unlink()
        except OSError as error:
            raise InvalidOption(f"dest: {error.filename or self.path} cannot be written: {error.strerror}") from None


def _replace(path: Path, text: str) -> None:
    """Write a file so that whoever looks sees the old text or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(text.encode("utf-8", "surrogatepass"))
        os.chmod(name, _MODE)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def difference(directory: Path, files: Iterable[File]) -> list[dict[str, str]]:
    """The changes as Ansible shows them."""
    shown = []
    for file in files:
        if file.state not in (UNCHANGED, LEFTOVER):
            header = str(directory / file.path)
            before, after = (_short(text or "") for text in (file.before, file.after))
            shown.append({"before_header": header, "after_header": header, "before": before, "after": after})
    return shown


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_DIFF else f"({len(text.splitlines())} lines, {len(text)} characters)\n"
