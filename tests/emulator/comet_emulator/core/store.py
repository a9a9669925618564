"""State: documents as serialised JSON in memory, written through to SQLite when there is a data directory.

Every document is a row of a kind ("user", "policy", …) under an id. Rows never change in place, so a snapshot is a
copy of the tables, and an undone transaction is the old rows put back.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import orjson


def serialise(document: Any) -> bytes:
    """A document as JSON to keep: orjson leaves its results in buffers up to twice as large, a copy fits."""
    return bytes(memoryview(orjson.dumps(document)))


class Row(NamedTuple):
    """One stored document: its JSON, the tenant it belongs to, and what it hangs on.

    ``parent`` is the policy a user follows, or the user a job belongs to; ``group`` is a user's group.
    """

    body: bytes
    organization: str = ""
    parent: str = ""
    group: str = ""

    @property
    def hash(self) -> str:
        """Opaque text that changes with the document, but not with the order in which a client sent its members."""
        return hashlib.sha256(orjson.dumps(orjson.loads(self.body), option=orjson.OPT_SORT_KEYS)).hexdigest()


class Change(NamedTuple):
    """What a transaction did to one document; None stands for its absence."""

    kind: str
    key: str
    before: Row | None
    after: Row | None


Tables = dict[str, dict[str, Row]]

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL,
    organization TEXT NOT NULL, parent TEXT NOT NULL, user_group TEXT NOT NULL,
    PRIMARY KEY (kind, id)
)
"""


class Store:
    """Tables of documents. ``directory`` holds ``comet_emulator.sqlite3``; without one all is kept in memory only."""

    def __init__(self, directory: Path | None = None) -> None:
        self._tables: Tables = {}
        self._parsed: dict[tuple[str, str], tuple[bytes, Any]] = {}
        self.revision = 0
        self._undo: list[tuple[str, str, Row | None]] | None = None
        self._database: sqlite3.Connection | None = None
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
            self._open(directory / "comet_emulator.sqlite3")

    def _open(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute(SCHEMA)
        for kind, key, *columns in self._database.execute(
            "SELECT kind, id, body, organization, parent, user_group FROM documents ORDER BY rowid"
        ):
            self._tables.setdefault(kind, {})[key] = Row(*columns)

    def close(self) -> None:
        """Close the database file, if there is one."""
        if self._database is not None:
            self._database.close()

    # Reading

    def row(self, kind: str, key: str) -> Row | None:
        """One document as stored, or None."""
        return self._tables.get(kind, {}).get(key)

    def rows(self, kind: str) -> dict[str, Row]:
        """All documents of a kind by id; not to be changed, and a snapshot only until the next write."""
        return self._tables.get(kind, {})

    def document(self, kind: str, key: str) -> dict[str, Any] | None:
        """A parsed document to change and put back, or None."""
        row = self.row(kind, key)
        return None if row is None else orjson.loads(row.body)

    def peek(self, kind: str, key: str) -> dict[str, Any] | None:
        """A parsed document for reading only (it is shared), or None."""
        row = self.row(kind, key)
        if row is None:
            return None
        cached = self._parsed.get((kind, key))
        if cached is None or cached[0] is not row.body:
            cached = (row.body, orjson.loads(row.body))
            self._parsed[kind, key] = cached
        parsed: dict[str, Any] = cached[1]
        return parsed

    # Writing

    def put(
        self, kind: str, key: str, document: Any, *, organization: str = "", parent: str = "", group: str = ""
    ) -> Row:
        """Store a document (or bytes as they are) and give the row back."""
        body = document if isinstance(document, bytes) else serialise(document)
        row = Row(body, organization, parent, group)
        self._write(kind, key, row)
        return row

    def delete(self, kind: str, key: str) -> None:
        """Remove a document; nothing happens when it is not there."""
        if self.row(kind, key) is not None:
            self._write(kind, key, None)

    def put_many(self, kind: str, rows: Iterable[tuple[str, Row]]) -> None:
        """Store many rows at once, outside any transaction; for seeding."""
        table = self._tables.setdefault(kind, {})
        batch = list(rows)
        table.update(batch)
        self.revision += 1
        if self._database is not None:
            self._save([(kind, key, row) for key, row in batch])

    def _write(self, kind: str, key: str, row: Row | None) -> None:
        table = self._tables.setdefault(kind, {})
        if self._undo is not None:
            self._undo.append((kind, key, table.get(key)))
        elif self._database is not None:
            self._save([(kind, key, row)])
        self._place(kind, key, row)

    def _place(self, kind: str, key: str, row: Row | None) -> None:
        self.revision += 1
        if row is None:
            self._tables[kind].pop(key, None)
            self._parsed.pop((kind, key), None)
        else:
            self._tables[kind][key] = row

    @contextmanager
    def transaction(self) -> Iterator[list[Change]]:
        """All writes inside happen together, or not at all when the block raises.

        Gives a list that holds, once the block has ended well, one change for each document that was written.
        """
        undo: list[tuple[str, str, Row | None]] = []
        changes: list[Change] = []
        self._undo = undo
        try:
            yield changes
        except BaseException:
            for kind, key, row in reversed(undo):
                self._place(kind, key, row)
            raise
        else:
            first: dict[tuple[str, str], Row | None] = {}
            for kind, key, row in undo:
                first.setdefault((kind, key), row)
            changes += [Change(kind, key, row, self.row(kind, key)) for (kind, key), row in first.items()]
            if changes and self._database is not None:
                self._save([(change.kind, change.key, change.after) for change in changes])
        finally:
            self._undo = None

    def _save(self, changes: list[tuple[str, str, Row | None]]) -> None:
        assert self._database is not None
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body,"
            " organization = excluded.organization, parent = excluded.parent, user_group = excluded.user_group",
            [(kind, key, *row) for kind, key, row in changes if row is not None],
        )
        self._database.executemany(
            "DELETE FROM documents WHERE kind = ? AND id = ?",
            [(kind, key) for kind, key, row in changes if row is None],
        )
        self._database.execute("COMMIT")

    # The whole state

    def snapshot(self) -> Tables:
        """The whole state; later writes do not reach it."""
        return {kind: dict(rows) for kind, rows in self._tables.items()}

    def restore(self, tables: Tables) -> None:
        """Put back a snapshot."""
        changes: list[tuple[str, str, Row | None]] = []
        for kind in self._tables.keys() | tables.keys():
            before, after = self._tables.get(kind, {}), tables.get(kind, {})
            changes += [(kind, key, None) for key in before.keys() - after.keys()]
            changes += [(kind, key, row) for key, row in after.items() if before.get(key) is not row]
        self._tables = {kind: dict(rows) for kind, rows in tables.items()}
        self._parsed.clear()
        self.revision += 1
        if self._database is not None:
            self._save(changes)

    def digest(self) -> str:
        """SHA-256 over every document; equal only when nothing at all differs."""
        total = hashlib.sha256()
        for kind in sorted(self._tables):
            for key in sorted(self._tables[kind]):
                row = self._tables[kind][key]
                total.update(f"{kind}\0{key}\0{row.organization}\0{len(row.body)}\0".encode())
                total.update(row.body)
        return total.hexdigest()

    def counts(self) -> dict[str, int]:
        """How many documents of each kind there are."""
        return {kind: len(rows) for kind, rows in sorted(self._tables.items()) if rows}
