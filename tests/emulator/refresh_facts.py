"""Make the emulator's own facts from the vendor facts of this repository.

    python tests/emulator/refresh_facts.py           write comet_emulator/facts/*.json
    python tests/emulator/refresh_facts.py --check   exit 1 when they are out of date

The emulator shares facts with the collection but no code, and is installable by itself, so it carries its own compact
copy: only the keys it reads, sorted, one entry a line so that a difference can be read.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
VENDOR = HERE.parents[1] / "api" / "vendor"
TARGET = HERE / "comet_emulator" / "facts"

FIELD_KEYS = ("name", "type", "omit_when_zero", "since", "from")
PARAMETER_KEYS = ("name", "type", "required", "encoding", "since", "enum")
METHOD_KEYS = (
    "path",
    "http_method",
    "returns",
    "response_content_type",
    "response_is_message",
    "auth",
    "requires_roles",
    "preventable",
    "top_level_only",
    "needs_live_device",
    "needs_device_consent",
    "needs_web_access",
    "restarts_server",
    "mutates",
    "unordered_result",
    "since",
    "returned_before",
    "response_fields_since",
)
SEMANTIC_KEYS = ("secret", "secret_kind", "enum", "bitset")


def pick(entry: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """The named keys of an entry, without those that say nothing (null, false, empty)."""
    return {key: entry[key] for key in keys if entry.get(key)}


def member(field: dict[str, Any]) -> dict[str, Any]:
    """What the emulator reads of a member; ``integers`` is the Go type of those that are short or unsigned."""
    go_type = field.get("go_base_type") or field.get("go_type") or ""
    integers = re.search(r"\b(uint|uint8|uint32|uint64|int32)$", go_type)
    return {**pick(field, FIELD_KEYS), **({"integers": integers[1]} if integers else {})}


def compact(kind: str, facts: dict[str, Any]) -> dict[str, Any]:
    """The part of one vendor file (structures, methods, constants, fields_semantics) that the emulator reads."""
    if kind == "structures":
        return {name: {"fields": [member(field) for field in entry["fields"]]} for name, entry in facts.items()}
    if kind == "methods":
        return {
            name: {
                **pick(entry, METHOD_KEYS),
                "params": [pick(parameter, PARAMETER_KEYS) for parameter in entry["params"]],
                "legacy_paths": sorted(
                    {legacy["path"] for legacy in entry.get("legacy_endpoints", [])} - {entry["path"]}
                ),
            }
            for name, entry in facts.items()
        }
    if kind == "constants":
        return {name: pick(entry, ("values", "bitset", "since")) for name, entry in facts.items()}
    semantics = {name: pick(entry, SEMANTIC_KEYS) for name, entry in facts.items()}
    return {name: entry for name, entry in semantics.items() if entry}


def render(facts: dict[str, Any]) -> str:
    """JSON text with sorted keys and one top-level entry a line."""
    lines = [
        f"{json.dumps(name)}:{json.dumps(facts[name], sort_keys=True, separators=(',', ':'))}" for name in sorted(facts)
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` only compare them. Returns the exit status."""
    stale = []
    for kind in ("structures", "methods", "constants", "fields_semantics"):
        text = render(compact(kind, json.loads((VENDOR / f"{kind}.json").read_text(encoding="utf-8"))))
        target = TARGET / f"{kind}.json"
        if "--check" not in arguments:
            target.write_text(text, encoding="utf-8")
        elif not target.exists() or target.read_text(encoding="utf-8") != text:
            stale.append(target.name)
    if stale:
        print(f"out of date: {', '.join(stale)}; run python tests/emulator/refresh_facts.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
