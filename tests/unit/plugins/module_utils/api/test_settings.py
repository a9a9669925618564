# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError
from ansible_collections.comet.backup.plugins.module_utils._api._settings import ConnectionSettings


@pytest.mark.parametrize(
    "url",
    [
        "https://backup.example.com",
        "https://backup.example.com/",
        "https://backup.example.com:8060",
        "https://[2001:db8::1]:8060/",
        "http://localhost:8060",
        "http://127.0.0.1:8060",
        "http://127.8.0.1",
        "http://[::1]:8060",
    ],
)
def test_usable_urls(url: str) -> None:
    assert ConnectionSettings(url).base == url.rstrip("/")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("backup.example.com", "not a valid address"),
        ("", "not a valid address"),
        ("ftp://backup.example.com", "not a valid address"),
        ("https://", "not a valid address"),
        ("https://host:0", "not a valid address"),
        ("https://host:99999", "not a valid address"),
        ("https://[::1", "not a valid address"),
        ("https://exa mple.com", "not a valid address"),
        ("https://host\n", "not a valid address"),
        ("https://host\\", "not a valid address"),
        ("\x00https://host", "not a valid address"),
        ("https://host\x9b31m", "not a valid address"),
        ("https://host\u202e", "not a valid address"),
        ("https://host/comet", "below a path"),
        ("https://host/X", "below a path"),
        ("https://host/?a=1", "below a path"),
        ("https://host#a", "below a path"),
    ],
)
def test_unusable_urls(url: str, words: str) -> None:
    with pytest.raises(CometError, match=words):
        ConnectionSettings(url)


@pytest.mark.parametrize("url", ["https://admin:canary@host", "https://canary@host", "http://127.0.0.1\\@canary.test"])
def test_credentials_in_the_url_are_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(CometError, match=r"must not hold credentials") as caught:
        ConnectionSettings(url)
    assert "canary" not in str(caught.value)


def test_plain_http_needs_a_word() -> None:
    with pytest.raises(CometError, match=r"unencrypted.*allow_http"):
        ConnectionSettings("http://backup.example.com")
    for remote in ("192.0.2.1", "[::1%25.evil.example]", "[::1%lo]"):
        with pytest.raises(CometError, match=r"unencrypted"):
            ConnectionSettings(f"http://{remote}")
    assert ConnectionSettings("http://backup.example.com", allow_http=True).host == "backup.example.com"


def test_other_settings_are_checked(tmp_path: object) -> None:
    url = "https://backup.example.com"
    with pytest.raises(CometError, match=r"timeout"):
        ConnectionSettings(url, timeout=0)
    with pytest.raises(CometError, match=r"retries"):
        ConnectionSettings(url, retries=-1)
    with pytest.raises(CometError, match=r"client_key is given without client_cert"):
        ConnectionSettings(url, client_key=str(tmp_path))
    for name in ("ca_path", "client_cert", "client_key"):
        files = {"client_cert": str(tmp_path), name: f"{tmp_path}/missing"}
        with pytest.raises(CometError, match=rf"{name} .*missing does not exist"):
            ConnectionSettings(url, **files)


def test_what_requests_gets(tmp_path: object) -> None:
    url, file = "https://backup.example.com", str(tmp_path)
    assert ConnectionSettings(url).verify is True
    assert ConnectionSettings(url, ca_path=file).verify == file
    assert ConnectionSettings(url, ca_path=file, validate_certs=False).verify is False
    assert ConnectionSettings(url).cert is None
    assert ConnectionSettings(url, client_cert=file).cert == file
    assert ConnectionSettings(url, client_cert=file, client_key=file).cert == (file, file)
