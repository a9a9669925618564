# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that do not come about: nothing can have happened, and the message says what to do."""

from __future__ import annotations

import dataclasses
import errno
import socket
import ssl
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import urllib3

from ansible_collections.comet.backup.plugins.module_utils._api import _transport
from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost, Unreachable
from ansible_collections.comet.backup.plugins.module_utils._api._failures import explain
from ansible_collections.comet.backup.plugins.module_utils._api._transport import ConnectionSettings, Transport
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import Reply, ScriptedServer


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fails(settings: ConnectionSettings, words: str, error: type[Exception] = Unreachable, reads: bool = False) -> None:
    transport = Transport(settings)
    try:
        with pytest.raises(error, match=words) as caught:
            transport.post("/x", {"Password": "canary"}, retry=reads)
    finally:
        transport.close()
    assert settings.base in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("reads", [False, True])
def test_connection_refused(free_port: int, reads: bool) -> None:
    settings = ConnectionSettings(f"http://127.0.0.1:{free_port}", retries=1)
    fails(settings, "connection was refused. Check that the server runs", reads=reads)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "canary"), "host name cannot be resolved. Check url"),
        (OSError(errno.EHOSTUNREACH, "canary"), "connection failed .*[Nn]o route to host"),
        (OSError("canary"), r"connection failed \(ConnectionError\)"),
    ],
)
@pytest.mark.parametrize("reads", [False, True])
def test_other_ways_not_to_connect(monkeypatch: pytest.MonkeyPatch, error: OSError, words: str, reads: bool) -> None:
    tries = []

    def fail(*args: Any, **more: Any) -> None:
        tries.append(args)
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    fails(ConnectionSettings("https://backup.test", retries=2), words, reads=reads)
    assert len(tries) == (3 if reads else 1)


def test_connection_that_nobody_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_transport, "CONNECT_SECONDS", 0.1)
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for waiting in (first, second):  # fill the queue of connections that wait to be taken
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        settings = ConnectionSettings(f"http://127.0.0.1:{listener.getsockname()[1]}")
        fails(settings, "did not respond in time")


def test_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port}")
    fails(ConnectionSettings("https://backup.test"), "proxy that the environment names")


def test_a_name_in_other_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def resolve(host: Any, *args: Any, **more: Any) -> None:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "canary")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    fails(ConnectionSettings("https://bücher.test"), "cannot be resolved")
    assert asked[0] in ("xn--bcher-kva.test", b"xn--bcher-kva.test")


def test_headers_that_would_be_more_than_one(server: ScriptedServer, settings: ConnectionSettings) -> None:
    transport = Transport(settings)
    for value in ("canary\r\nX-More: 1", "canary\n more", "canary\n"):
        with pytest.raises(Unreachable, match=r"InvalidHeader") as caught:
            transport.post("/x", {"a": "b"}, headers={"X-Comet-Admin-Username": value})
        assert "canary" not in str(caught.value)
    transport.close()
    assert not server.asked


class TestTls:
    @pytest.fixture
    def settings(self, tls_server: ScriptedServer) -> ConnectionSettings:
        return ConnectionSettings(tls_server.url, timeout=5, retries=2)

    @pytest.mark.parametrize("reads", [False, True])
    def test_unknown_authority(self, tls_server: ScriptedServer, settings: ConnectionSettings, reads: bool) -> None:
        fails(settings, "not trusted.*self-signed.*ca_path.*validate_certs", reads=reads)
        assert len(tls_server.connections) == 0  # no handshake was completed, and none was tried again

    def test_known_authority(self, tls_server: ScriptedServer, settings: ConnectionSettings, certificate: Any) -> None:
        tls_server.script(Reply(b"{}"))
        transport = Transport(dataclasses.replace(settings, ca_path=certificate.cert))
        assert transport.post("/x", {"a": "b"}).status == 200
        transport.close()

    def test_authority_of_the_environment(
        self,
        tls_server: ScriptedServer,
        settings: ConnectionSettings,
        certificate: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate.cert)
        tls_server.script(Reply(b"{}"), Reply(b"{}"))
        transport = Transport(settings)
        for _unused in range(2):
            assert transport.post("/x", {"a": "b"}).status == 200
        transport.close()
        assert len(tls_server.connections) == 1
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/missing")
        tls_server.script(Reply(b"{}"))
        transport = Transport(dataclasses.replace(settings, ca_path=certificate.cert))
        assert transport.post("/x", {"a": "b"}).status == 200
        transport.close()

    def test_wrong_name(self, tls_server: ScriptedServer, settings: ConnectionSettings, certificate: Any) -> None:
        url = tls_server.url.replace("127.0.0.1", "localhost")
        fails(dataclasses.replace(settings, url=url, ca_path=certificate.cert), "not trusted.*localhost")

    def test_no_validation_is_silent_and_beats_the_environment(
        self,
        tls_server: ScriptedServer,
        settings: ConnectionSettings,
        monkeypatch: pytest.MonkeyPatch,
        recwarn: pytest.WarningsRecorder,
    ) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/missing")
        tls_server.script(Reply(b"{}"))
        transport = Transport(dataclasses.replace(settings, validate_certs=False))
        assert transport.post("/x", {"a": "b"}).status == 200
        transport.close()
        assert not [found for found in recwarn if issubclass(found.category, urllib3.exceptions.HTTPWarning)]

    def test_https_to_a_plain_port(self, server: ScriptedServer) -> None:
        url = server.url.replace("http:", "https:")
        fails(ConnectionSettings(url, timeout=2), "TLS failed.*speaks https on this port")

    def test_authority_file_without_a_certificate(self, settings: ConnectionSettings, certificate: Any) -> None:
        fails(dataclasses.replace(settings, ca_path=certificate.key), "ca_path")


def test_wrong_name_as_older_urllib3_tells_it() -> None:
    class CertificateError(ValueError):
        pass

    reason = explain(requests.exceptions.SSLError(CertificateError("hostname 'a' doesn't match 'b'")), False)
    assert "not trusted (hostname 'a' doesn't match 'b')" in reason.sentence
    assert reason.lasting


class TestClientCertificate:
    @pytest.fixture
    def settings(self, tls_context: ssl.SSLContext, certificate: Any) -> Iterator[ConnectionSettings]:
        tls_context.verify_mode = ssl.CERT_REQUIRED
        tls_context.load_verify_locations(certificate.cert)
        self.server = ScriptedServer(tls_context)
        yield ConnectionSettings(self.server.url, timeout=5, ca_path=certificate.cert)
        self.server.close()
        self.server.check()

    def test_shown(self, settings: ConnectionSettings, certificate: Any) -> None:
        self.server.script(Reply(b"{}"))
        with_certificate = dataclasses.replace(settings, client_cert=certificate.cert, client_key=certificate.key)
        transport = Transport(with_certificate)
        assert transport.post("/x", {"a": "b"}).status == 200
        transport.close()

    def test_missing(self, settings: ConnectionSettings) -> None:
        # TLS 1.3 reports this only after the request has left, so a writing call cannot be sure.
        fails(settings, "TLS failed|closed", error=(AnswerLost, Unreachable))
        assert not self.server.asked
