# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of web servers, byte by byte: right ones, cut ones, huge ones, endless ones, and such as are none."""

from __future__ import annotations

import functools
import gzip
import json
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from ansible_collections.comet.backup.tests.soak.wires import Play, saying, silent_after, without_end

OK = b"HTTP/1.1 200 OK\r\n"
LARGEST = 1 << 22
"""Bytes that an answer may have in these runs."""
SLOW = 0.02
MEBIBYTE = bytes(1 << 20)
FRAMES = ("length", "chunks")
UNASKED = (b"br", b"zstd", b"compress", b"deflate", b"gzip, gzip", b"gzip, br", b"gzip;q=1", b"\xff", b"identity, gzip")


@dataclass(frozen=True)
class Given:
    """What a server does, and the body that a client may take from it; None if it has to refuse.

    ``or_refused``: it may refuse as well.
    """

    play: Play
    body: bytes | None = None
    or_refused: bool = False


def body(dice: random.Random) -> bytes:
    """Some JSON."""
    return json.dumps({"Version": "x" * dice.randint(0, 3000), "n": dice.random()}).encode()


def framed(content: bytes, frame: str, dice: random.Random) -> bytes:
    """A body with the headers that tell where it ends."""
    if frame == "length":
        return b"Content-Length: %d\r\n\r\n" % len(content) + content
    size = dice.randint(1, 999)
    chunks = [content[start : start + size] for start in range(0, len(content), size)]
    parts = [b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks]
    return b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(parts) + b"0\r\n\r\n"


def packed(content: bytes, dice: random.Random) -> tuple[bytes, bytes]:
    """A header and a body, packed or not."""
    if dice.random() < 0.5:
        return b"", content
    spot = dice.randint(0, len(content))
    several = gzip.compress(content[:spot]) + gzip.compress(content[spot:])
    return b"Content-Encoding: gzip\r\n", dice.choice([gzip.compress(content), several])


def whole(dice: random.Random) -> tuple[bytes, bytes]:
    """The bytes of a right answer, and its body."""
    content = body(dice)
    header, shown = packed(content, dice)
    charset = dice.choice([b"", b"Content-Type: text/html; charset=utf-16\r\n", b"Content-Type: \xff\r\n"])
    return OK + header + charset + framed(shown, dice.choice(FRAMES), dice), content


def right(dice: random.Random) -> Given:
    """A right answer, in pieces."""
    text, content = whole(dice)
    spot = dice.randint(0, len(text))
    return Given(saying(text[:spot], text[spot:]), content)


def closed(dice: random.Random) -> Given:
    """Closed at some byte."""
    text, content = whole(dice)
    spot = dice.randrange(len(text))
    # What ends a body of chunks may be missing to its last byte.
    return Given(saying(text[:spot]), content if spot >= len(text) - 4 and text.endswith(b"0\r\n\r\n") else None, True)


def stalled(dice: random.Random) -> Given:
    """Silent from some byte on."""
    text, content = whole(dice)
    spot = dice.randrange(len(text))
    early = spot < len(text) - 5
    return Given(silent_after(text[:spot]), None if early else content, not early)


def endless(dice: random.Random) -> Given:
    """Goes on for ever, slowly or as fast as it can, in one of the places where an answer can."""
    empty = gzip.compress(b"")
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    places = (
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
        (b"HTTP/1.1 20", b"0"),
        (OK + b"X: ", b"y"),
        (OK, b"X: y\r\n"),
        (OK + b"\r\n", b"y" * dice.choice([1, 10000])),
        (chunked, b"1\r\ny\r\n"),
        (chunked + b"2", b";x"),
        (chunked + b"2\r\n{}\r\n0\r\n", b"X: y\r\n"),
        (OK + b"Content-Encoding: gzip\r\n\r\n" + empty, empty),
        (OK + b"Content-Length: 99999999999\r\n\r\n", b" " * dice.choice([1, 10000])),
    )
    head, again = dice.choice(places)
    return Given(without_end(head, again, dice.choice([0.0, SLOW])))


@functools.cache
def _bomb(packing: int, mebibytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, packing)
    return b"".join(packer.compress(MEBIBYTE) for _unused in range(mebibytes)) + packer.flush()


def bombs(dice: random.Random) -> Given:
    """Little that becomes much: in one packet or many, in another packing, and packed again."""
    size = dice.choice([8, 50, 300])
    shown = dice.choice([_bomb(31, size), _bomb(31, 1) * size])
    encoding = b"gzip"
    if dice.random() < 0.5:
        encoding, shown = dice.choice(
            [(b"gzip, gzip", gzip.compress(shown)), (b"deflate", _bomb(15, size)), (b"deflate", _bomb(-15, size))]
        )
    return Given(saying(OK + b"Content-Encoding: " + encoding + b"\r\n" + framed(shown, "length", dice)))


def packings(dice: random.Random) -> Given:
    """Packed in ways that nobody asked for, or not as it is said."""
    content = body(dice)
    shown = gzip.compress(content)
    spoiled = [shown[: dice.randrange(1, len(shown))], shown + b"x", b"x" + shown, shown[:-8] + bytes(8), content]
    encoding, shown = dice.choice([*((one, shown) for one in UNASKED), *((b"gzip", one) for one in spoiled)])
    return Given(saying(OK + b"Content-Encoding: " + encoding + b"\r\n" + framed(shown, dice.choice(FRAMES), dice)))


def lengths(dice: random.Random) -> Given:
    """A length that is not that of the body, or none at all."""
    content = body(dice)
    said = dice.choice([b"-1", b"1e3", b"", b"0x10", b"9" * 30, b"9" * 5000, b"\xb2", b"5, 6", b"1\r\n X: y"])
    told = dice.choice([b"Content-Length: " + said, b"Content-Length: 5\r\nContent-Length: 6", b"X: no length"])
    return Given(saying(OK + told + b"\r\n\r\n" + content), content, or_refused=True)


def too_long(dice: random.Random) -> Given:
    """A length beyond the end of the body."""
    content = body(dice)
    more = len(content) + dice.randint(1, 1 << 40)
    return Given(saying(OK + b"Content-Length: %d\r\n\r\n" % more + content))


def chunks(dice: random.Random) -> Given:
    """Chunks that are none."""
    spoiled = (
        b"zz\r\n{}\r\n0\r\n\r\n",
        b"-2\r\n{}\r\n0\r\n\r\n",
        b"f" * 40 + b"\r\n{}",
        b"2 2\r\n{}",
        b"\r\n\r\n",
        b"5\r\n{}",
    )
    return Given(saying(OK + b"Transfer-Encoding: chunked\r\n\r\n" + dice.choice(spoiled)))


def headers(dice: random.Random) -> Given:
    """More headers, or longer ones, than anyone needs; and some that are hard to read."""
    odd = dice.choice(
        [b"X: \x1b[2J\x9b\xff\x00", b"no colon", b": empty", b" folded", b"Set-Cookie: a=b", b"\xc2\x85: x"]
    )
    if dice.random() < 0.5:
        content = body(dice)
        fits = OK + b"Y: z\r\n" + odd + b"\r\n" + framed(content, "length", dice)
        return Given(saying(fits), content, or_refused=True)
    much = dice.choice([b"X: y\r\n" * 5000, b"X: " + b"y" * 70000 + b"\r\n"])
    return Given(saying(OK + much + framed(b"{}", "length", dice)))


def others(dice: random.Random) -> Given:
    """Something that does not speak HTTP, or an HTTP of long ago or of another kind."""
    said = (
        b"<html>It works</html>",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"HTTP/2 200\r\n\r\n{}",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"HTTP/1.1 OK 200\r\n\r\n{}",
        b"HTTP/1.1 99999 OK\r\n\r\n{}",
        b"ICY 200 OK\r\n\r\n{}",
        b"220 mail.example ESMTP\r\n",
        b"\r\n\r\n",
        b"",
        dice.randbytes(dice.randint(1, 5000)),
    )
    return Given(saying(dice.choice(said)))


def document(dice: random.Random) -> bytes:
    """A body that is JSON of no use, or none."""
    deep = dice.choice([10, 1000, 100_000])
    acts = "\x1b[2J\x9b31m\u202e\r\x08<script>{{ 7*7 }}"
    said = (
        b"[" * deep + b"]" * deep,
        b'{"Version":' * deep + b"1" + b"}" * deep,
        b'{"Version": ' + b"9" * dice.choice([10, 10_000]) + b"}",
        b'{"Version": 1e9999, "A": NaN, "B": -Infinity}',
        b'{"Version": "1", "Version": "2"}',
        b'{"Version": "\\ud800", "A": "\\u0000"}',
        b'\xef\xbb\xbf{"Version": "1"}',
        '{"Version": "1"}'.encode("utf-16"),
        b'{"Version": "\xff\xfe"}',
        b'{"Version": "1"}{"Version": "2"}',
        *(
            b"",
            b"null",
            b"true",
            b"0",
            b'"text"',
            b"[]",
            b"{}",
            b"[1, 2]",
            b"{",
            b'{"Version": null}',
            b'{"Version": {}}',
        ),
        json.dumps({"Status": dice.choice([400, 403, 500, -1, 10**30]), "Message": acts}).encode(),
        json.dumps({"Status": "500", "Message": {"a": acts}}, ensure_ascii=False).encode(),
        f"<html>{acts}</html>".encode(),
        dice.randbytes(dice.randint(1, 3000)),
    )
    return dice.choice(said)


KINDS: dict[str, Callable[[random.Random], Given]] = {
    "right": right,
    "closed at some byte": closed,
    "stalled at some byte": stalled,
    "without end": endless,
    "packed to be huge": bombs,
    "packed wrongly": packings,
    "of a wrong length": lengths,
    "longer than they are": too_long,
    "in broken chunks": chunks,
    "with odd headers": headers,
    "of something else": others,
}
"""What makes each kind of answer."""
