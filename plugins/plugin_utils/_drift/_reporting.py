# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of comet_drift_report: from the results of all servers to a report and its files. Private."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.plugin_utils._drift import (
    _earlier,
    _html,
    _junit,
    _markdown,
    _report,
    _terminal,
)
from ansible_collections.comet.backup.plugins.plugin_utils._drift._files import Folder
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import SHOWABLE, TOLERABLE, Document
from ansible_collections.comet.backup.plugins.plugin_utils._drift._words import (
    counted,
    headline,
    server_words,
    verdict_words,
)


def _json(document: Document) -> str:
    """Values are as servers have them, so whatever would act on a terminal is written as JSON's escape for it."""
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    acting = {letter for letter in set(text) if not letter.isprintable()} - {"\n"}
    return text.translate({ord(letter): json.dumps(letter)[1:-1] for letter in acting})


FORMATS: Mapping[str, tuple[str, Callable[[Document], str]]] = {
    "json": (".json", _json),
    "markdown": (".md", _markdown.render),
    "html": (".html", _html.render),
    "junit": (".xml", _junit.render),
}
"""How each format is written, and how the names of its files end."""
_BEST_TO_READ = ("html", "markdown", "json", "junit")


def spec() -> dict[str, Any]:
    """The options of the module, as ArgumentSpecValidator takes them."""
    server = {
        "name": {"type": "str", "required": True},
        "result": {"type": "dict"},
        "message": {"type": "str"},
        "unreachable": {"type": "bool", "default": False},
    }
    options = {
        "servers": {"type": "list", "elements": "dict", "options": server},
        "dest": {"type": "path"},
        "basename": {"type": "str", "default": "drift"},
        "formats": _choices(FORMATS, list(FORMATS)),
        "mode": {"type": "raw", "default": "0644"},
        "previous": {"type": "path"},
        "tolerate": _choices(TOLERABLE, []),
        "show": _choices(SHOWABLE, []),
        "title": {"type": "str", "default": "Drift"},
        "validate_only": {"type": "bool", "default": False},
    }
    return {"argument_spec": options, "required_if": [["validate_only", False, ["servers"]]]}


def _choices(words: Any, default: list[str]) -> dict[str, Any]:
    return {"type": "list", "elements": "str", "choices": list(words), "default": default}


def run(params: Mapping[str, Any], check_mode: bool) -> dict[str, Any]:
    """Make the report, and write it unless that is not to be. Raises CometError."""
    _check_servers(params)
    previous = _previous(params)
    folder, names = _targets(params)
    paths = {style: str(folder.path / name) for style, name in names.items()} if folder else {}
    if folder:
        folder.check(names.values())
    if params["validate_only"]:
        return {"changed": False, "msg": "The options can be used; nothing was written", "files": paths}
    document = _document(params, previous)
    changed: list[str] = []
    if folder:
        texts = {name: FORMATS[style][1](document) for style, name in names.items()}
        changed = folder.changed(texts)
        if not check_mode:
            folder.write(texts)
    return {**_told(document, paths, check_mode), "changed": bool(changed)}


def _document(params: Mapping[str, Any], previous: Document | None) -> Document:
    return _report.build(
        params["servers"],
        title=params["title"],
        tolerate=params["tolerate"],
        show=params["show"],
        previous=previous,
        generated=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    )


def _told(document: Document, paths: Mapping[str, str], check_mode: bool) -> dict[str, Any]:
    """The result of the task."""
    written = f"; {counted(len(paths), 'file')} {'to write' if check_mode else 'written'}" if paths else ""
    see = next((paths[style] for style in _BEST_TO_READ if style in paths), "")
    return {
        "msg": headline(document) + written,
        "drift": document["totals"]["drift"] > 0,
        "totals": document["totals"],
        "verdicts": {
            server["name"]: {
                "verdict": server["verdict"],
                "msg": ": ".join(filter(None, (verdict_words(server), server_words(server)))),
            }
            for server in document["servers"]
        },
        "files": dict(paths),
        "summary": _terminal.render(document, see),
        "report": document,
    }


def _check_servers(params: Mapping[str, Any]) -> None:
    """Whether there is something to report on, each with a name of its own."""
    names = [server["name"] for server in params["servers"] or []]
    if not names and not params["validate_only"]:
        raise InvalidOption("servers: the list is empty, so there is nothing to report on; name at least one server")
    if not all(names):
        raise InvalidOption("servers: a server without a name cannot be told from others; give it one")
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise InvalidOption(f"servers: {twice[0]} is named more than once; give each server a name of its own")
    for server in params["servers"] or []:
        _check_result(server["name"], server["result"] or {})


def _check_result(name: str, result: Mapping[str, Any]) -> None:
    """Whether a result is of the shape that comet_apply gives it, as far as a report reads it."""
    counts = result.get("counts", {})
    odd = [] if isinstance(counts, Mapping) and all(isinstance(one, int) for one in counts.values()) else ["counts"]
    for part in ("objects", "diff", "unmanaged", "undescribed"):
        entries = result.get(part, [])
        if not isinstance(entries, Sequence) or not all(isinstance(entry, Mapping) for entry in entries):
            odd.append(part)
    if odd:
        raise InvalidOption(
            f"servers: the result of {name} is none of comet_apply, going by its {odd[0]}; register that task's "
            "result, and hand it on as it is"
        )


def _targets(params: Mapping[str, Any]) -> tuple[Folder | None, dict[str, str]]:
    """The folder to write into, and the name of the file of each format; none of them without ``dest``."""
    name = params["basename"]
    if name in ("", ".", "..") or Path(name).name != name or "\0" in name:
        raise InvalidOption(f"basename: {name!r} is not the name of a file; leave folders to dest")
    mode = _mode(params["mode"])
    if not params["dest"]:
        return None, {}
    names = {style: f"{name}{FORMATS[style][0]}" for style in dict.fromkeys(params["formats"])}
    return Folder(Path(params["dest"]).absolute(), mode), names


def _mode(given: Any) -> int:
    """The permissions of a file, from a number or from octal digits."""
    try:
        mode = given if isinstance(given, int) else int(str(given), 8)
    except ValueError:
        mode = -1
    if isinstance(given, bool) or not 0 <= mode <= 0o777:
        raise InvalidOption(f"mode: {given} are not permissions of a file; write them as octal digits, such as '0640'")
    return mode


def _previous(params: Mapping[str, Any]) -> Document | None:
    """The earlier report. It may be missing where this run writes the very file, as the first of many does."""
    if not params["previous"]:
        return None
    path = Path(params["previous"]).absolute()
    folder, names = _targets(params)
    own = (
        folder is not None
        and "json" in names
        and os.path.realpath(path) == os.path.realpath(folder.path / names["json"])
    )
    if own and not path.exists():
        return None
    return _earlier.load(path)
