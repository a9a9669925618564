# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promise of exports, held on servers that are filled by chance: applied as it is, an export changes nothing."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from ansible_collections.comet.backup.tests.soak import honesty, judges, oddities
from ansible_collections.comet.backup.tests.soak.campaign import SoakedServer, hold
from ansible_collections.comet.backup.tests.soak.oddities import CANARY, Document
from ansible_collections.comet.backup.tests.soak.on_server import SWITCHES
from ansible_collections.comet.backup.tests.unit.promises.any_server import AnyServer

FILLED = "filled"
KINDS = {"user": "AdminListUsersFull", "policy": "AdminPoliciesListFull", "organization": "AdminOrganizationList"}
"""Kinds of stored documents that are made odd, and what lists them."""
FORMS: tuple[dict[str, Any], ...] = ({}, {"format": "json"}, {"complete": True})
NEW: dict[str, Any] = {
    "FromTheFuture": {"Deep": [1, None, {"größer": oddities.LOGINS[0]}]},
    "NewPassword": {"Deep": f"{CANARY}-new"},
    "Zukünftig": None,
}
"""Members that nobody knows."""


class Exporter:
    """A server full of objects; each example makes some of them odd, and takes it back."""

    def __init__(self, server: SoakedServer) -> None:
        self.server = server
        self.rows: list[tuple[str, str, list[str]]] = []

    def prepare(self, seed: int) -> None:
        """Fill the server by chance."""
        self.server.reset()
        AnyServer(self.server, seed).fill()
        self.server.snapshot(FILLED)
        held = {kind: self.server.client.call(method) for kind, method in KINDS.items()}
        self.rows = [
            (kind, key, sorted(name for name, value in document.items() if value in ([], {})))
            for kind, documents in held.items()
            for key, document in sorted(documents.items())
        ]

    def example(self, data: st.DataObject) -> Counter[str]:
        """An export of the server with some odd documents, applied as it is in check mode."""
        self.server.restore(FILLED)
        odd = data.draw(st.lists(st.integers(0, len(self.rows) - 1), unique=True, max_size=5))
        seen = [self._spoil(data, *self.rows[number]) for number in odd]
        self.server.switch(**data.draw(SWITCHES))
        form = data.draw(st.sampled_from(FORMS))
        with tempfile.TemporaryDirectory() as directory:
            self._fixed(Path(directory), form, seen)
        self.server.switch(empty_collections="empty", omit_when_zero=True)
        return Counter({"exports": 1, "made odd": len(odd)})

    def _spoil(self, data: st.DataObject, kind: str, key: str, empty: list[str]) -> Document:
        """Add members that nobody knows to a stored document, and make null what is empty in it."""
        new = data.draw(st.lists(st.sampled_from(sorted(NEW)), unique=True))
        null = data.draw(st.lists(st.sampled_from(empty), unique=True, max_size=3)) if empty else []
        members = {**{name: NEW[name] for name in new}, **dict.fromkeys(null)}
        self.server.control("POST", "document", {"kind": kind, "id": key, "members": members})
        return {"kind": kind, "id": key, "members": members}

    def _fixed(self, path: Path, form: dict[str, Any], seen: list[Document]) -> None:
        digest = self.server.digest
        exported = self.server.task("comet_export", dest=str(path), **form)
        honesty.check(exported)
        hold(not exported.get("failed"), "every server can be exported", form, seen, exported["msg"])
        hold(not judges.canaries(exported), "an export shows no secret", form, seen)
        written = "".join(file.read_text() for file in sorted(path.rglob("*")) if file.is_file())
        hold(CANARY not in written, "an export holds no secret", form, seen)
        result = self.server.task("comet_apply", check=True, src=str(path))
        honesty.check(result)
        same = not result.get("failed") and not result["changed"] and result["objects"] == []
        hold(same, "an export applied as it is changes nothing", form, seen, result["msg"], result.get("objects"))
        again = self.server.task("comet_export", dest=str(path), **form)
        hold(not again["changed"], "an export is the same the second time", form, seen, again.get("files"))
        hold(self.server.digest == digest, "an export and its check change nothing", form, seen)
