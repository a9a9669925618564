# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of this machine, and such as only look like them."""

from __future__ import annotations

import random

OURS = ("localhost", "127.0.0.1", "127.8.9.1", "[::1]", "[0:0:0:0:0:0:0:1]")
LOOKALIKES = (
    *(
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "evil.example",
        "localhost.",
        "localhost.localdomain",
        "notlocalhost",
    ),
    *("127.0.0.1.", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.000.000.001", "1270.0.0.1"),
    *(
        "0.0.0.0",
        "[::]",
        "[::ffff:8.8.8.8]",
        "[fe80::1]",
        "[::2]",
        "[::1%25evil.example]",
        "[::1%lo]",
        "[::1.evil]",
        "[::1",
    ),
    *("192.0.2.1", "10.0.0.1", "169.254.169.254", "128.0.0.1", "126.255.255.255"),
    *(
        "\u24dbocalhost",
        "loc\u0430lhost",
        "127\u30020\u30020\u30021",
        "\u0661\u0662\u0667.0.0.1",
        "local\u00adhost",
        "localhost\u200b",
    ),
    *("127.0.0.1%2eevil.example", "127.0.0.1%00.evil.example", "localhost%2f", "localhost;evil", "localhost,evil"),
    *(
        "",
        " ",
        "-",
        "..",
        "127.0.0.1..",
        "localhost\x00.evil",
        "localhost\x1b[2J",
        "local\thost",
        "localhost\n",
        "\u202elocalhost",
    ),
)
WRAPPINGS = (
    "{}@evil.example",
    "{}:x@evil.example",
    "{}\\@evil.example",
    "evil.example/{}",
    "evil.example?{}",
    "evil.example#{}",
)


def address(dice: random.Random) -> tuple[str, bool]:
    """What may stand between the scheme and the end of a url, and whether it is this machine."""
    if dice.random() < 0.3:
        host = dice.choice(OURS)
        mixed = "".join(letter.upper() if dice.random() < 0.3 else letter for letter in host)
        port, end = dice.choice(["", ":1", ":8060"]), dice.choice(["", "/"])
        if dice.random() < 0.6:
            return f"{mixed}{port}{end}", True
        return dice.choice(WRAPPINGS).format(f"{mixed}{port}"), False
    return dice.choice(LOOKALIKES) + dice.choice(["", ":8060", ":1/"]), False
