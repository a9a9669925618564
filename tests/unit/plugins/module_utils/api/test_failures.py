# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a call failed, told from the exceptions of three libraries."""

from __future__ import annotations

import http.client
import ssl

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._failures import Reason, UnfitAnswer, explain


class Wrapper(Exception):
    """As urllib3 wraps what happened."""

    def __init__(self, reason: BaseException) -> None:
        super().__init__("wrapped")
        self.reason = reason


class CertificateError(Exception):
    """As urllib3 had it before version 2."""


def tls(reason: str = "") -> ssl.SSLError:
    error = ssl.SSLError(1, "text")
    error.reason = reason
    return error


def untrusted(message: str, code: int = 18) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "text")
    error.verify_message, error.verify_code = message, code
    return error


@pytest.mark.parametrize(
    ("error", "sentence", "lasting"),
    [
        (tls("WRONG_VERSION"), "TLS failed (WRONG_VERSION). Check", True),
        (tls(), "TLS failed (SSLError). Check", True),
        (untrusted("self-signed"), "its certificate is not trusted (self-signed). Give the authority", True),
        (untrusted("old", 10), "its certificate is not trusted (old). Renew it on the server; only for", True),
        (untrusted("new", 9), "its certificate is not trusted (new). Check the clocks of this", True),
        (untrusted("name", 62), "its certificate is not trusted (name). Set url to a name that", True),
        (untrusted("address", 64), "its certificate is not trusted (address). Set url to a name that", True),
        (untrusted("use", 26), "its certificate is not trusted (use). Give the server one that", True),
        (CertificateError("other name"), "its certificate is not trusted (other name). Set url to a name", True),
        (http.client.RemoteDisconnected(), "the connection was closed before", False),
        (http.client.IncompleteRead(b""), "the answer was cut short", False),
        (http.client.BadStatusLine("SSH-2.0"), "what came is no answer of a web server. Check port and", False),
        (Wrapper(ConnectionRefusedError()), "the connection was refused. Check", False),
        (ConnectionResetError(), "the connection was closed before", False),
        (OSError(28, "no space"), "the connection failed (No space left on device)", False),
        (ValueError("odd"), "the connection failed (ValueError)", False),
    ],
)
def test_what_is_said(error: BaseException, sentence: str, lasting: bool) -> None:
    reason = explain(error, through_proxy=False)
    assert reason.sentence.startswith(sentence)
    assert reason.lasting is lasting


@pytest.mark.parametrize("error", [http.client.IncompleteRead(b""), http.client.LineTooLong("header")])
def test_what_began_and_is_no_use(error: BaseException) -> None:
    assert explain(error, through_proxy=False).garbled


def test_a_proxy_is_blamed_but_for_certificates() -> None:
    assert explain(ConnectionRefusedError(), through_proxy=True).sentence.startswith("the proxy that the environment")
    assert "certificate" in explain(untrusted("old"), through_proxy=True).sentence


@pytest.mark.parametrize("way", ["__cause__", "__context__"])
def test_errors_that_wrap_each_other(way: str) -> None:
    outer, inner = ValueError("outer"), ConnectionRefusedError("inner")
    setattr(outer, way, inner)
    setattr(inner, way, outer)
    assert "refused" in explain(outer, through_proxy=False).sentence


def test_an_unfit_answer_is_told_in_its_own_words() -> None:
    assert explain(UnfitAnswer("it is too long"), False) == Reason("it is too long", lasting=True, garbled=True)
