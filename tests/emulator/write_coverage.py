"""Write COVERAGE.md: how the emulator answers every method of the facts.

    python tests/emulator/write_coverage.py           write tests/emulator/COVERAGE.md
    python tests/emulator/write_coverage.py --check   exit 1 when it is out of date

Levels and reasons stand beside the handlers: ``@handles("AdminX", coverage=PLAUSIBLE, reason="what is missing")``.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from comet_emulator import methods
from comet_emulator.core.facts import Version, load_facts
from comet_emulator.core.routing import COVERAGE, FULL, PLAUSIBLE, REASONS

TARGET = Path(__file__).resolve().parent / "COVERAGE.md"

HEAD = """# What is answered, and how

Written by `make derived` from what stands beside the handlers; do not edit.

- **full**: as the real server would, as far as that is known; what is not known is a switch.
- **plausible**: in the right shape, with made-up content or without the effect of the real call.

"""


def _since(version: Version) -> str:
    return ".".join(map(str, version)) if any(version) else ""


def render() -> str:
    """The text of COVERAGE.md."""
    methods.load()
    rows, counts = [], Counter[str]()
    for name, method in sorted(load_facts().methods.items()):
        counts[COVERAGE[name]] += 1
        rows.append(f"| {name} | `{method.path}` | {_since(method.since)} | {COVERAGE[name]} | {REASONS[name]} |")
    total = ", ".join(f"{counts[level]} {level}" for level in (FULL, PLAUSIBLE))
    table = ["| Method | Path | Since | Answered | What is missing |", "|---|---|---|---|---|", *rows]
    return f"{HEAD}Of {len(rows)} methods: {total}.\n\n" + "\n".join(table) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file, or with ``--check`` only compare it. Returns the exit status."""
    text = render()
    if "--check" not in arguments:
        TARGET.write_text(text, encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
        print(f"{TARGET.name} is out of date; run `make derived`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
