# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several files that come into a folder together, or not at all. Private; may change at any time."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption


class Folder:
    """The folder of a report, which need not be there yet. ``option`` begins the messages of errors."""

    def __init__(self, path: Path, mode: int, option: str = "dest") -> None:
        self.path = path
        self._mode = mode
        self._option = option

    def check(self, names: Iterable[str]) -> None:
        """Whether files of these names can be written, going by what is there. Raises InvalidOption."""
        there = self.path
        while not os.path.lexists(there) and there != there.parent:
            there = there.parent
        if not there.is_dir():
            raise self._refusal(there, "is not a folder")
        if not os.access(there, os.W_OK | os.X_OK):
            raise self._refusal(there, "cannot be written into: no permission")
        for name in names:
            if (self.path / name).is_dir():
                raise self._refusal(self.path / name, "is a folder; a file of that name is to be written")

    def changed(self, texts: Mapping[str, str]) -> list[str]:
        """The names of those files that are not there, or hold another text."""
        return [name for name, text in texts.items() if self._content(name) != _encoded(text)]

    def write(self, texts: Mapping[str, str]) -> None:
        """Write all files, by name. Raises InvalidOption; then every file is as it was, and nothing is left behind."""
        try:
            with ExitStack() as undo:
                self._make(undo)
                ready = {name: self._beside(name, _encoded(text), undo) for name, text in texts.items()}
                kept = {name: self._kept(name, undo) for name in texts}
                with ExitStack() as restore:
                    for name, temporary in ready.items():
                        os.replace(temporary, self.path / name)
                        restore.callback(_put_back, self.path / name, kept[name])
                    restore.pop_all()
                for name in filter(None, kept.values()):
                    _remove(name)
                undo.pop_all()
        except OSError as error:
            where = error.filename2 or error.filename or self.path
            raise self._refusal(Path(where), f"cannot be written: {error.strerror}") from None

    def _make(self, undo: ExitStack) -> None:
        """Make the folder and those above it; what is made here goes again if the rest fails."""
        missing = [one for one in (self.path, *self.path.parents) if not one.exists()]
        for one in reversed(missing):
            one.mkdir()
            undo.callback(_remove_folder, one)

    def _beside(self, name: str, content: bytes, undo: ExitStack) -> str:
        """A temporary file in the same folder, so that it can take the place of the other in one step."""
        number, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=self.path)
        undo.callback(_remove, temporary)
        with os.fdopen(number, "wb") as file:
            file.write(content)
        os.chmod(temporary, self._mode)
        return temporary

    def _kept(self, name: str, undo: ExitStack) -> str:
        """A copy of the file that is to be replaced; empty where there is none."""
        if not (self.path / name).exists():
            return ""
        kept = self._beside(name, b"", undo)
        shutil.copy2(self.path / name, kept)
        return kept

    def _content(self, name: str) -> bytes | None:
        try:
            return (self.path / name).read_bytes()
        except OSError:
            return None

    def _refusal(self, path: Path, problem: str) -> InvalidOption:
        return InvalidOption(f"{self._option}: {path} {problem}")


def _encoded(text: str) -> bytes:
    """UTF-8; half a surrogate pair, which a server's answer may hold, has none and becomes a question mark."""
    return text.encode("utf-8", "replace")


def _put_back(path: Path, kept: str) -> None:
    """Give a file its old content, or remove it where it is new."""
    with contextlib.suppress(OSError):
        if kept:
            os.replace(kept, path)
        else:
            path.unlink()


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)


def _remove_folder(path: Path) -> None:
    """Remove a folder that nobody else has used meanwhile."""
    with contextlib.suppress(OSError):
        path.rmdir()
