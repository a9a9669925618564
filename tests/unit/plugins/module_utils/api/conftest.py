# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import importlib.util
import ssl
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from certificate import write as write_certificate

from ansible_collections.comet.backup.plugins.module_utils._api import _transport
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client, PasswordLogin
from ansible_collections.comet.backup.plugins.module_utils._api._settings import ConnectionSettings
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import ScriptedServer

PASSWORD = "canary-password-7f3a"


def import_without(missing: str, module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A second copy of a module, imported where a package is not installed."""
    monkeypatch.setitem(sys.modules, missing, None)
    spec = importlib.util.spec_from_file_location("imported_alone", str(module.__file__))
    assert spec
    assert spec.loader
    alone = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "imported_alone", alone)
    spec.loader.exec_module(alone)
    return alone


@pytest.fixture(autouse=True)
def quiet_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxies and authorities of the machine, and pauses that do not slow the tests down."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(_transport, "BACK_OFF_SECONDS", 0.001)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    yield server
    server.close()
    server.check()


@pytest.fixture
def settings(server: ScriptedServer) -> ConnectionSettings:
    return ConnectionSettings(server.url, timeout=5)


MakeClient = Callable[..., Client]


@pytest.fixture
def make_client(settings: ConnectionSettings) -> Iterator[MakeClient]:
    """A function that gives clients; their connections are closed afterwards, without a word to the server."""
    made: list[Client] = []

    def make(login: Any = None, **options: Any) -> Client:
        client = Client(settings, login or PasswordLogin("admin", PASSWORD), **options)
        made.append(client)
        return client

    yield make
    for client in made:
        client._transport.close()


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    return make_client()


@dataclass(frozen=True)
class Certificate:
    cert: str
    key: str


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A self-signed certificate for 127.0.0.1, and its key, as files."""
    folder: Path = tmp_path_factory.mktemp("tls")
    write_certificate(folder / "both.pem")
    key, begin, signed = (folder / "both.pem").read_text().partition("-----BEGIN CERTIFICATE-----")
    (folder / "key.pem").write_text(key)
    (folder / "cert.pem").write_text(begin + signed)
    return Certificate(str(folder / "cert.pem"), str(folder / "key.pem"))


@pytest.fixture
def tls_context(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.cert, certificate.key)
    return context


@pytest.fixture
def tls_server(tls_context: ssl.SSLContext) -> Iterator[ScriptedServer]:
    server = ScriptedServer(tls_context)
    yield server
    server.close()
    server.check()
