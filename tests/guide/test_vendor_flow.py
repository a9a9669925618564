# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the vendor's own test of its PHP client does with a server, step by step."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any

import pytest

from ansible_collections.comet.backup.tests.guide.clients import LOGIN, post

SPANISH_FIRST = "es-ES;q=0.9, en;q=0.8, *;q=0.5"
ENGLISH_FIRST = "en-US;q=0.9, en;q=0.8, *;q=0.5"
RESTART_SECONDS, POLL_SECONDS = 10.0, 0.5


def test_server_config_round_trip(server: str) -> None:
    """The configuration is set back unchanged; the server restarts, with the same login and the same configuration."""
    before = post(server, "admin/meta/version")
    config = post(server, "admin/meta/server-config/get")
    assert len(config["License"]["SerialNumber"].split("-")) == 6
    assert post(server, "admin/meta/server-config/set", Config=config) == {"Status": 200, "Message": "OK"}
    after = _poll_for_restart(server, before["ServerStartTime"])
    assert after["ServerStartHash"] != before["ServerStartHash"]
    assert after["Version"] == before["Version"]
    assert post(server, "admin/meta/server-config/get") == config


def _poll_for_restart(server: str, started: int) -> dict[str, Any]:
    """The version, asked for until the server has started anew."""
    ends = time.monotonic() + RESTART_SECONDS
    while time.monotonic() < ends:
        time.sleep(POLL_SECONDS)
        try:
            version: dict[str, Any] = post(server, "admin/meta/version")
        except (urllib.error.URLError, ConnectionError):
            continue  # it is away
        if version["ServerStartTime"] != started:
            return version
    raise AssertionError("the server did not restart")


@pytest.mark.parametrize(("languages", "message"), [(SPANISH_FIRST, "No autorizado"), (ENGLISH_FIRST, "Unauthorised")])
def test_errors_are_translated(server: str, languages: str, message: str) -> None:
    """A live device that is not there: refused in the body, in the language asked for."""
    data = urllib.parse.urlencode({**LOGIN, "TargetID": str(uuid.uuid4())}).encode()
    url = f"{server}api/v1/admin/dispatcher/refetch-profile"
    request = urllib.request.Request(url, data, {"Accept-Language": languages})
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
        assert json.load(answer) == {"Status": 403, "Message": message}


def test_unknown_user(server: str) -> None:
    """Unknown users are status 400 to a top-level administrator."""
    assert post(server, "admin/get-user-profile", TargetUser=str(uuid.uuid4()))["Status"] == 400


def test_an_empty_map_is_an_object(server: str) -> None:
    """``{}`` clears all webhooks, where ``[]`` is a malformed request that changes nothing."""
    hook = {"URL": "https://hooks.example.com/", "Level": "full"}
    assert post(server, "admin/meta/webhook-options/set", WebhookOptions={"one": hook})["Status"] == 200
    assert post(server, "admin/meta/webhook-options/set", WebhookOptions="[]")["Status"] >= 400
    assert post(server, "admin/meta/webhook-options/get")["one"]["URL"] == hook["URL"]
    assert post(server, "admin/meta/webhook-options/set", WebhookOptions={})["Status"] == 200
    assert post(server, "admin/meta/webhook-options/get") == {}


@pytest.mark.parametrize(
    "content", [b"plain text", bytes(range(256)) * 300, b'{"Status": "a file that looks like JSON"}']
)
def test_resource_round_trip(server: str, content: bytes) -> None:
    """A file goes up in a multipart form with the login in headers, and comes down byte for byte."""
    boundary = uuid.uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="upload"; filename="upload"\r\n'
    body = head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        **{f"X-Comet-Admin-{name}": value for name, value in LOGIN.items()},
    }
    url = f"{server}api/v1/admin/meta/resource/new"
    request = urllib.request.Request(url, body + f"\r\n--{boundary}--\r\n".encode(), headers)
    with urllib.request.urlopen(request) as answer:
        uploaded = json.load(answer)
    assert uploaded["Status"] == 200
    assert len(uploaded["ResourceHash"]) == 64
    data = urllib.parse.urlencode({**LOGIN, "Hash": uploaded["ResourceHash"]}).encode()
    with urllib.request.urlopen(f"{server}api/v1/admin/meta/resource/get", data) as answer:
        assert answer.read() == content


def test_branding_needs_no_login(server: str) -> None:
    """The page that a browser asks for first."""
    with urllib.request.urlopen(f"{server}gen/branding.props") as answer:
        branding = json.load(answer)
    assert branding["BrandName"] == "COMET"
    assert branding["ServerIsEmpty"] is False
