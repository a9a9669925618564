# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that somebody might put into a name, and that no program may fall for; mixed by chance from many parts.

What could be executed would touch a file, by which it is found out.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MARKUP = (
    "<script>fetch('/x')</script>",
    "</script><script>touch()</script>",
    '"><img src=x onerror="touch()">',
    "' onmouseover='touch()",
    "<!-- <![CDATA[ ]]> -->",
    "&lt;b&gt;&amp;&#0;",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file://{file}'>]>&y;",
    "[link](javascript:alert(1)) ![image](https://evil.test/x.png)",
    "| a | b |\n|---|---|",
    "```\nfence\n```",
    "</details></summary>",
    "@everyone #1 !1 /close",
)
TEMPLATES = (
    "{{{{ lookup('pipe', 'touch {file}') }}}}",
    "{{{{ lookup('ansible.builtin.pipe', 'touch {file}') }}}}",
    "{{{{ query('file', '/etc/passwd') }}}}",
    "{{{{ ''.__class__.__mro__ }}}}",
    "{{{{ comet_password }}}}",
    "{{{{ canary_variable }}}}",
    "{{% raw %}}",
    "{{% for x in range(9) %}}x{{% endfor %}}",
    "{{# comment",
    "{{{{",
    "}}}}",
    "${{7*7}} #{{7*7}} <%= 7*7 %>",
)
SHELL = (
    "$(touch {file})",
    "`touch {file}`",
    "; touch {file} #",
    "| touch {file}",
    "&& touch {file}",
    "\n touch {file}\n",
    "'; DROP TABLE documents; --",
    '" OR "1"="1',
    "%s%n%x %(name)s %d {{0}} {{0.__class__}}",
    "=cmd|' /C touch {file}'!A0",
    "@SUM(1+1)*cmd|' /C touch {file}'!A0",
    "-rf --help",
)
YAML = (
    '!!python/object/apply:os.system ["touch {file}"]',
    "!unsafe x",
    "!vault |",
    "!!binary x",
    "*alias",
    "&anchor",
    "<<: *x",
    "- item",
    "key: value",
    "# comment",
    " #",
    "---\n",
    "...\n",
    "? x",
    "|-",
    ">",
    "%YAML 1.1",
    "@x",
    "`x",
    "'",
    '"',
    "\\x00 \\u0041 \\",
    "[a, b",
    "{{a: b",
    "$ANSIBLE_VAULT;1.1;AES256",
)
LIKE_OTHERS = (
    *(
        "yes",
        "No",
        "null",
        "~",
        "",
        "true",
        "0777",
        "0o17",
        "0x1F",
        "1e5",
        "1_000",
        ".inf",
        ".nan",
        "12:30",
        "2024-01-01",
    ),
    *("con", "NUL", "aux.yml", "../../x", "..", "/etc/passwd", "C:\\x", "a/b", ".hidden", "server", "secrets", "omit"),
    *("ansible_host", "comet_url", "__proto__", "constructor", "None", "undefined", "<hidden>", "********"),
)
UNSEEN = (
    *(
        "\x1b[2J\x1b[31m",
        "\x1b]0;title\x07",
        "\x1b]8;;https://evil.test\x1b\\",
        "\x9b31m",
        "\x08\x08",
        "\r",
        "\x7f",
        "\x0c",
    ),
    *(
        "\t",
        "\x85",
        "\u2028",
        "\u2029",
        "\ufeff",
        "\u200b",
        "\u202e",
        "\u2066",
        "\u00ad",
        "\xa0",
        "\ufffe",
        "\U000e0001",
    ),
    *("a\u0301\u0300", "\U0001f4a9", "\u05e9\u05dc\u05d5\u05dd", "株式会社", "ẞ", "İ", "\ufffd"),
)
LINES = ("  leading", "trailing  ", "one\ntwo", "\n\nlate", "end\n", "  deep\nless", "a\r\nb", "tab\t\n x")
FAMILIES = (MARKUP, TEMPLATES, SHELL, YAML, LIKE_OTHERS, UNSEEN, LINES)
LONG = 4000


class Payloads:
    """Texts that follow from a seed, no two of which are alike. ``given`` are those that have been handed out.

    ``file`` is what must never be there.
    """

    def __init__(self, dice: random.Random, file: Path) -> None:
        self.dice, self.file = dice, file
        self.given: list[str] = []

    def text(self, lines: bool = True) -> str:
        """A text of one part or several, with a number so that it is known again."""
        families = self.dice.choices(FAMILIES, k=self.dice.choice([1, 1, 2, 4]))
        parts = [self.dice.choice(family).format(file=self.file) for family in families]
        if self.dice.random() < 0.02:
            parts.append("y" * LONG)
        self.dice.shuffle(parts)
        parts.insert(self.dice.randint(0, len(parts)), f"{len(self.given)}n")
        return self._noted("".join(parts) if lines else "".join(parts).replace("\n", " ").replace("\r", " "))

    def name(self) -> str:
        """A text of one line that neither begins nor ends with a space."""
        return self._noted(f"n{self.text(lines=False)}n")

    def twin(self, name: str) -> str:
        """Another name that only looks like that one: in its case, its marks, or letters that look alike."""
        return self._noted(self.dice.choice([name.swapcase(), f"{name}\u200b", f"{name}.", f"../{name}"]))

    def _noted(self, text: str) -> str:
        self.given.append(text)
        return text


def texts_of(value: Any) -> Iterator[str]:
    """All texts in plain data, names of members included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from texts_of(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from texts_of(inner)
