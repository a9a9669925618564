# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends a pair's request exactly as it stands, without a client's own headers, and reads the answer."""

from __future__ import annotations

import base64
import gzip
import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from ansible_collections.comet.backup.tests.unit.golden.library import Answer, Request
from ansible_collections.comet.backup.tests.unit.golden.matching import ABSENT, differences
from ansible_collections.comet.backup.tests.unit.golden.values import Memory, fill, form_text

SECONDS = 20
BOUNDARY = "-------------golden"


@dataclass(frozen=True)
class Received:
    """One HTTP answer; header names in lower case, the body decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def document(self, kind: str) -> Any:
        """The body as a pair writes that kind; ABSENT if it is none."""
        if kind == "bytes":
            return base64.b64encode(self.body).decode("ascii")
        try:
            return self.body.decode("utf-8") if kind == "text" else json.loads(self.body)
        except ValueError:
            return ABSENT


def form_of(request: Request, memory: Memory) -> dict[str, str]:
    """All form fields as text: the parameters in order, then the login."""
    return {name: form_text(value, memory) for name, value in {**request.fields, **request.login}.items()}


def send(server: str, request: Request, memory: Memory) -> Received:
    """``server``: address with a slash at the end. Nothing is added but Host and what frames the body."""
    content, kind = _content(request, memory)
    headers = {name: str(fill(value, memory)) for name, value in request.headers.items()}
    place = urlsplit(server)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=SECONDS)
    with closing(connection):
        connection.putrequest(
            request.verb,
            str(fill(request.path, memory)),
            skip_host="Host" in headers,
            skip_accept_encoding=True,
        )
        if kind and "Content-Type" not in headers:
            connection.putheader("Content-Type", kind)
        for name, value in headers.items():
            connection.putheader(name, value)
        if request.chunked:
            connection.putheader("Transfer-Encoding", "chunked")
            connection.endheaders(_chunks(content), encode_chunked=True)
        else:
            connection.putheader("Content-Length", str(len(content)))
            connection.endheaders(content)
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        body = answer.read()
    if found.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return Received(answer.status, found, body)


def _content(request: Request, memory: Memory) -> tuple[bytes, str]:
    """The body's bytes and their type."""
    if request.verb == "GET":
        return b"", ""
    if request.upload is not None:
        part = request.upload
        lines = [
            f"--{BOUNDARY}".encode(),
            f'Content-Disposition: form-data; name="{part["name"]}"; filename="{part["filename"]}"'.encode(),
            b"",
            base64.b64decode(part["base64"]),
            f"--{BOUNDARY}--".encode(),
            b"",
        ]
        return b"\r\n".join(lines), f"multipart/form-data; boundary={BOUNDARY}"
    form = "application/x-www-form-urlencoded"
    if request.body is not None:
        return str(fill(request.body, memory)).encode("ascii"), form
    return urlencode(form_of(request, memory)).encode("ascii"), form


def _chunks(content: bytes) -> Iterator[bytes]:
    half = len(content) // 2 or 1
    yield content[:half]
    if content[half:]:
        yield content[half:]


def misfits(expected: Answer, received: Received, memory: Memory) -> list[str]:
    """Every difference between the answer that a pair expects and the one that came."""
    found = []
    if received.status != expected.status:
        found.append(f"HTTP status: {expected.status} expected, it is {received.status}")
    for name, value in expected.headers.items():
        found += differences(value, received.headers.get(name.lower(), ABSENT), memory, f"header {name}")
    document = received.document(expected.kind)
    if document is ABSENT:
        return [*found, f"{expected.kind} expected, it is {received.body[:300]!r}"]
    return found + differences(expected.body, document, memory)
