# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiled code that one module process leaves for the next, as Python's own ``__pycache__`` does for files.

Private; may change at any time. Ansible sends sources, and compiling them takes longer than anything else that a module
process does. The code is kept in a directory that belongs to the user alone, and where anything is odd about that, or
goes wrong, it is compiled.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import stat
import sys
import tempfile
from importlib.util import MAGIC_NUMBER
from types import CodeType
from typing import Any

SWITCH = "COMET_KEEP_COMPILED"
"""Environment variable that switches this off with the value 0."""
_DIGEST_SIZE = hashlib.sha256().digest_size


class Compiled:
    """The code of one program: what a file holds by the digest of its source, and what had to be compiled.

    ``path`` is the file; empty for none. It holds Python's magic number, the digest of the rest, and the rest, which is
    ``{digest of name and source: code}`` as marshal writes it. What a run does not use does not stay in it.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._kept = _read(path) if path else {}
        self._used: dict[bytes, CodeType] = {}

    def code(self, name: str, source: bytes) -> CodeType:
        """The code of a source file. Raises SyntaxError."""
        key = hashlib.sha256(name.encode() + b"\0" + source).digest()
        if key not in self._used:
            self._used[key] = self._kept.get(key) or compile(source, name, "exec", dont_inherit=True)
        return self._used[key]

    def save(self) -> None:
        """Keep the code that was used, if the file lacks some of it. Never raises."""
        if not self._path or self._used.keys() <= self._kept.keys():
            return
        body = marshal.dumps(self._used)
        with contextlib.suppress(OSError):
            number, path = tempfile.mkstemp(prefix=os.path.basename(self._path), dir=os.path.dirname(self._path))
            try:
                with open(number, "wb") as file:
                    file.write(MAGIC_NUMBER + hashlib.sha256(body).digest() + body)
                os.replace(path, self._path)
            except OSError:
                os.unlink(path)


def place(directory: object, program: str) -> str:
    """Path of the file for a program; empty unless the directory is the user's own, and closed to everybody else."""
    tag = sys.implementation.cache_tag
    if not isinstance(directory, str) or not tag or os.environ.get(SWITCH) == "0":
        return ""
    directory = os.path.expanduser(os.path.expandvars(directory))
    try:
        private = os.path.realpath(directory) == directory and _is_private(os.stat(directory))
    except OSError:
        return ""
    return os.path.join(directory, f"{program}.{tag}-{sys.flags.optimize}") if private else ""


def _is_private(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & 0o077


def _read(path: str) -> dict[bytes, CodeType]:
    """What a file holds; nothing if it is not ours, not whole, or of another Python."""
    try:
        with open(path, "rb", opener=_opened) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or not _is_private(status):
                return {}
            magic, digest, body = file.read(len(MAGIC_NUMBER)), file.read(_DIGEST_SIZE), file.read()
        if magic != MAGIC_NUMBER or hashlib.sha256(body).digest() != digest:
            return {}
        held: Any = marshal.loads(body)
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return held if isinstance(held, dict) else {}


def _opened(path: str, flags: int) -> int:
    """Opens a file, but through no link, and without waiting for the other end of a pipe."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
