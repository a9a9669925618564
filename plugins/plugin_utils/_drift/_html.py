# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one HTML page that needs nothing else. Private; may change at any time.

What the page shows comes from servers and may be hostile: Jinja escapes all of it, and a Content-Security-Policy names
the page's one style and one script by their hashes, so that a browser runs and loads nothing else.
"""

from __future__ import annotations

import functools
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from difflib import SequenceMatcher
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ansible_collections.comet.backup.plugins.plugin_utils._drift import _texts, _types, _words

_PAGE = Path(__file__).parent / "page"
# What stays of a text around the lines, or the letters, that differ.
_LINES_AROUND = 2
_LETTERS_ALIKE = 12
# Longer texts are not compared line by line, which would take its time.
_MANY_LINES = 2000

_FOREIGN = "foreign"
"""The type under which the page tells what other parts of a server make by themselves."""
_LABELS: Mapping[str, Any] = {
    "no_tenant": "no tenant",
    "severities": {severity: severity for severity in _types.SEVERITIES},
    "statuses": {_types.NEW: "new", _types.STILL: "still there", _types.GONE: "gone"},
    "types": {
        _types.DRIFTED: "differs",
        _types.MISSING: "missing",
        _types.UNWANTED: "not wanted",
        _types.UNMANAGED: "unmanaged",
        _FOREIGN: "made by itself",
        _types.FAILED: "not compared",
    },
}


def render(document: _types.Document) -> str:
    """The page of a report, with a line break at the end."""
    style, script = (Markup((_PAGE / name).read_text(encoding="utf-8")) for name in ("report.css", "report.js"))
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    template = _environment().get_template("report.html.j2")
    return template.render(report=document, style=style, script=script, policy=policy, **_arranged(document)) + "\n"


def _digest(text: str) -> str:
    """How a Content-Security-Policy names the text of an element."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@functools.cache
def _environment() -> Environment:
    """Jinja with everything escaped, which fails at a name that the report does not have."""
    environment = Environment(
        autoescape=True,
        finalize=_shown,
        loader=FileSystemLoader(_PAGE),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(counted=_words.counted, kind=_words.kind_words, moment=_moment, shown=_shown, type=_type)
    environment.tests["multiline"] = _is_multiline
    environment.globals.update(labels=_LABELS, letters=_letters, lines=_lines, texts=_texts, types=_types, words=_words)
    return environment


def _shown(value: Any) -> Any:
    """What goes into the page: a text with its line breaks, and no other letter that would act instead of show."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "\n".join(_words.visible(line) for line in value.split("\n"))


def _arranged(document: _types.Document) -> dict[str, Any]:
    """What the page shows, as it shows it.

    ``numbers`` of the servers, for anchors; ``groups`` of findings, by the section that they are in and then by server;
    and the ``choices`` of the filters, as values and texts.
    """
    groups: dict[str, dict[str, list[_types.Finding]]] = defaultdict(lambda: defaultdict(list))
    things: list[Any] = list(document["gone"])
    for server in document["servers"]:
        things += [*server["findings"], *server["undescribed"]]
        for finding in server["findings"]:
            kept_apart = {_types.UNMANAGED: "unmanaged", _FOREIGN: "foreign"}
            groups[kept_apart.get(_type(finding), "findings")][server["name"]].append(finding)
    for finding in document["gone"]:
        groups["gone"][finding["server"]].append(finding)
    names = dict.fromkeys([*(server["name"] for server in document["servers"]), *groups["gone"]])
    tenants, kinds = (sorted({thing[part] for thing in things}) for part in ("tenant", "kind"))
    return {
        "numbers": {name: number for number, name in enumerate(names, start=1)},
        "groups": {name: list(groups[name].items()) for name in ("findings", "unmanaged", "foreign", "gone")},
        "choices": {
            "servers": [(name, name) for name in names],
            "tenants": [(tenant, tenant or _LABELS["no_tenant"]) for tenant in tenants],
            "kinds": [(kind, _words.kind_words(kind)) for kind in kinds],
        },
    }


def _type(finding: _types.Finding) -> str:
    """The type as the page tells it: what other parts of a server make is kept apart from what somebody made."""
    return _FOREIGN if finding["type"] == _types.UNMANAGED and finding["made_by"] else finding["type"]


def _moment(text: str) -> str:
    """A time of the report as people write it: ``22 November 2026, 10:00 UTC``."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def _is_multiline(member: _types.Member) -> bool:
    """Whether a member is to be compared line by line: it has several, which differ, and something on either side."""
    before, after = member["before_text"], member["after_text"]
    both = member["before"] is not None and member["after"] is not None
    return both and before != after and "\n" in before + after


def _lines(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The lines that differ and few around them, each with what it is: ``was``, ``be``, ``same`` or ``gap``."""
    old, new = before.split("\n"), after.split("\n")
    if len(old) + len(new) > _MANY_LINES:
        yield from [*(("was", line) for line in old), *(("be", line) for line in new)]
        return
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_LINES_AROUND):
        if group[0][1]:
            yield "gap", ""
        for tag, first, last, start, end in group:
            if tag == "equal":
                yield from (("same", line) for line in old[first:last])
            else:
                yield from (("was", line) for line in old[first:last])
                yield from (("be", line) for line in new[start:end])
        if group[-1][2] < len(old):
            yield "gap", ""


def _letters(before: str, after: str) -> tuple[str, str, str, str]:
    """What both texts begin with, the part of each that differs, and what both end with.

    Texts that have little in common differ as a whole.
    """
    start = _common_start(before, after)
    old, new = before.removeprefix(start), after.removeprefix(start)
    end = _common_start(old[::-1], new[::-1])[::-1]
    if len(start) + len(end) < _LETTERS_ALIKE:
        return "", before, after, ""
    old, new = old.removesuffix(end), new.removesuffix(end)
    return start, old, new, end


def _common_start(one: str, other: str) -> str:
    alike = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        alike += 1
    return one[:alike]
