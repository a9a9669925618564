# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is published of mutants: figures by file, for the code that they are of, and the section of the page.

Files are run one after another, by and by. The figures of a file count as long as its code stays what was mutated; then
the file is outdated, until it is run again.
"""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "plugins" / "module_utils"
NAME = "mutants"
"""What the figures are kept under, among those of the campaigns."""

ROOMS = {
    "_api": "What speaks to the server, ``_api``",
    "_state": "What compares, plans and writes, ``_state``",
}
COUNTS = ("made", "killed", "timeout", "explained", "unexplained", "unchecked")
COLUMNS = ("Code", "Files", "Changes", "Noticed", "Explained", "Unexplained")
TITLE = "Tests that can fail"
TEXT = """
A test that cannot fail shows nothing. So the code that does the thinking is changed in thousands of small ways: a
condition is turned round, a number is off by one, an argument is left out. The tests are run with each change, and one
of them has to fail. A change that none notices means a missing test, or superfluous code. What stays is explained one
by one in ``tests/soak/survivors.yml``: it makes no difference, or one that no test should look for, such as the wording
of a sentence. Files count whose code is still that which was changed. ``make mutants`` does it again.
"""

Entry = dict[str, Any]


def code_of(path: Path) -> str:
    """A digest of the code in a file; comments, docstrings and layout may change without changing it."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            del node.body[0]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:16]


def codes(files: Iterable[str], code: Path = CODE) -> dict[str, str]:
    """The digests of files below a directory; by default as they are now."""
    return {file: code_of(code / file) for file in files}


def outdated(entry: Entry, now: Mapping[str, str]) -> list[str]:
    """Those of the files, by their digests of ``now``, that were never run, or not as they are, or only in part."""
    known = entry.get("files", {})
    whole = {file for file in known if known[file]["code"] == now.get(file) and not known[file]["unchecked"]}
    return sorted(now.keys() - whole)


def merged(entry: Entry, figures: Mapping[str, Counter[str]], ran: Mapping[str, str], now: Mapping[str, str]) -> Entry:
    """The figures published before with those of a run of the code ``ran``, where that is the code of ``now``.

    Figures of other code go. Those of a part of a file's mutants do not take the place of those of all.
    """
    known = entry.get("files", {})
    kept = {file: counts for file, counts in known.items() if counts["code"] == now.get(file)}
    for file, counts in figures.items():
        instead = not counts["unchecked"] or file not in kept or kept[file]["unchecked"]
        if ran[file] == now.get(file) and instead:
            kept[file] = {"code": ran[file], **{name: counts[name] for name in COUNTS}}
    rooms = Counter(file.partition("/")[0] for file in now)
    return {"rooms": dict(sorted(rooms.items())), "files": dict(sorted(kept.items()))}


def unexplained(entry: Entry) -> int:
    """How many mutants have survived without a reason."""
    return sum(counts["unexplained"] for counts in entry.get("files", {}).values())


def section(entry: Entry) -> str:
    """The section of the page."""
    rows: list[tuple[str, ...]] = [COLUMNS]
    left = 0
    for room, there in entry["rooms"].items():
        counted = [counts for file, counts in entry["files"].items() if file.startswith(f"{room}/")]
        total = {name: sum(counts[name] for counts in counted) for name in COUNTS}
        left += total["unchecked"]
        tried, killed = total["made"] - total["unchecked"], total["killed"] + total["timeout"]
        numbers = (tried, killed, total["explained"], total["unexplained"])
        rows.append((ROOMS[room], f"{len(counted)} of {there}", *(f"{number:,}" for number in numbers)))
    lines = [TITLE, "-" * len(TITLE), TEXT]
    if left:
        lines.append(f"The time was limited: {left:,} more changes of these files, chosen by chance, were not tried.\n")
    lines += [".. list-table::", "   :header-rows: 1", "   :widths: 40 12 12 12 12 12", ""]
    for first, *rest in rows:
        lines += [f"   * - {first}", *(f"     - {cell}" for cell in rest)]
    return "\n".join([*lines, ""])
