"""Made-up file trees that can be descended: each directory has an id that leads to its content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .live import number_of
from .worlds import STORED, UNIX_FILES, WINDOWS_FILES

Document = dict[str, Any]

FILES, MAIL = "engine1/file", "engine1/winmsofficemail"
OLDEST = 1_690_000_000
"""When the oldest made-up file was changed, in Unix seconds."""

YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Node:
    """A file or directory; ``content`` is a file's size or a directory's content. The root has no name."""

    name: str
    path: str
    content: int | dict[str, Any]
    mail: bool = False

    @property
    def children(self) -> list[Node]:
        """What is in a directory, nothing for a file."""
        if isinstance(self.content, int):
            return []
        return [Node(name, _join(self.path, name), content, self.mail) for name, content in self.content.items()]

    def walk(self) -> Iterator[Node]:
        """Everything below, parents first."""
        for child in self.children:
            yield child
            yield from child.walk()

    def find(self, path: str) -> Node | None:
        """What lies under a path written with either kind of slash; None when nothing does."""
        wanted = _normal(path)
        return self if not wanted else next((node for node in self.walk() if _normal(node.path) == wanted), None)

    @property
    def kind(self) -> str:
        """The node's ``STOREDOBJECTTYPE_``."""
        if isinstance(self.content, dict):
            return "mailfolder" if self.mail else "dir"
        return "emailmessage" if self.mail else "file"

    @property
    def changed(self) -> int:
        """When it was last changed, in Unix seconds."""
        return OLDEST + number_of(f"changed {self.path}", YEAR)

    @property
    def size(self) -> int:
        """A file's own size, or that of all files below."""
        return self.content if isinstance(self.content, int) else sum(child.size for child in self.children)

    def tree_id(self, snapshot: str) -> str:
        """The id that leads to a directory's content in one snapshot."""
        return hashlib.sha256(f"{snapshot}/{self.path}".encode()).hexdigest()

    def stored(self, snapshot: str) -> Document:
        """The node as a ``StoredObject``; ``snapshot`` may be empty for the device's own files."""
        document: Document = {"name": self.name, "mtime": self.changed, "type": self.kind, "size": self.size}
        if isinstance(self.content, dict):
            below = list(self.walk())
            folders = [node for node in below if isinstance(node.content, dict)]
            counts = {"r": True, "f": len(below) - len(folders), "b": self.size, "d": len(folders)}
            document.update(counts, size=0, subtree=self.tree_id(snapshot) if snapshot else "")
        elif self.mail:
            sender = {"from": "Ada Abbott <ada@example.com>", "to": "Ben Brandt <ben@example.com>"}
            document.update(sender, dname=self.name, itemClass="IPM.Note", rtime=self.changed)
        return document


def _join(path: str, name: str) -> str:
    separator = "\\" if ":\\" in path or ":\\" in name else "/"
    return name if not path else path.rstrip("\\/") + separator + name


def _normal(path: str) -> str:
    return path.replace("\\", "/").strip("/").lower()


def device_files(on_windows: bool) -> Node:
    """The files of a device; its root holds the drives, or just ``/``."""
    return Node("", "", WINDOWS_FILES if on_windows else UNIX_FILES)


def snapshot_files(engine: str, on_windows: bool) -> Node:
    """What a snapshot of a Protected Item of that engine holds."""
    if engine not in STORED:
        return device_files(on_windows)
    return Node("", "", STORED[engine], engine == MAIL)
