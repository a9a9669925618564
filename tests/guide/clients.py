# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests as other people's programs send them. Nothing here knows the collection."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import shutil
import socket
import subprocess
import urllib.parse
import urllib.request
from typing import Any

LOGIN = {"Username": "admin", "AuthType": "Password", "Password": "admin"}
FORM = "application/x-www-form-urlencoded"
SECONDS = 30


def curl(server: str, path: str, data: str) -> bytes:
    """``curl -d DATA SERVER/PATH``; where there is no curl, the identical bytes."""
    if program := shutil.which("curl"):
        command = [program, "--silent", "--show-error", "--fail", "-d", data, server + path]
        return subprocess.run(command, capture_output=True, check=True, timeout=SECONDS).stdout
    place = urllib.parse.urlsplit(server)
    request = [
        f"POST /{path} HTTP/1.1",
        f"Host: {place.netloc}",
        "User-Agent: curl/8.5.0",
        "Accept: */*",
        f"Content-Length: {len(data)}",
        f"Content-Type: {FORM}",
    ]
    with socket.create_connection((place.hostname, place.port), SECONDS) as connection:
        connection.sendall("\r\n".join([*request, "", data]).encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 200
        return answer.read()


def windows_powershell(server: str, path: str, form: dict[str, str]) -> bytes:
    """``Invoke-WebRequest -Method POST -Body @{…}`` of Windows PowerShell 5.1: headers first, then it asks to go on."""
    place = urllib.parse.urlsplit(server)
    body = urllib.parse.urlencode(form).encode()
    headers = [
        f"POST /{path} HTTP/1.1",
        "User-Agent: Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.22621.2506",
        f"Content-Type: {FORM}",
        f"Host: {place.netloc}",
        f"Content-Length: {len(body)}",
        "Expect: 100-continue",
        "Connection: Keep-Alive",
    ]
    with socket.create_connection((place.hostname, place.port), SECONDS) as connection:
        connection.sendall("\r\n".join([*headers, "", ""]).encode())
        assert connection.recv(1 << 10) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 200
        return answer.read()


def powershell_core(server: str, path: str, form: dict[str, str]) -> bytes:
    """The same of PowerShell 7, which sends all at once."""
    place = urllib.parse.urlsplit(server)
    headers = {
        "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.22631; en-US) PowerShell/7.4.6",
        "Accept-Encoding": "gzip, deflate, br",
        "Content-Type": FORM,
    }
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=SECONDS)
    with contextlib.closing(connection):
        connection.request("POST", f"/{path}", urllib.parse.urlencode(form), headers)
        answer = connection.getresponse()
        assert answer.status == 200
        body = answer.read()
    return gzip.decompress(body) if answer.getheader("Content-Encoding") == "gzip" else body


def post(server: str, path: str, **parameters: Any) -> Any:
    """A call with Python's urllib, as the administrator; what is no text is sent as JSON."""
    form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
    data = urllib.parse.urlencode({**LOGIN, **form}).encode()
    with urllib.request.urlopen(f"{server}api/v1/{path}", data=data, timeout=SECONDS) as answer:
        return json.load(answer)
