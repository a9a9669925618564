# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says in words why a connection failed. Private; may change at any time.

requests and urllib3 wrap the true cause several times, and their texts may repeat what was sent. So the wrapped
causes are looked through for the types of the standard library, and only our own words are used.
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Reason:
    """Why a call failed.

    ``lasting``: trying again will not help. ``garbled``: an answer began but is no use. ``late``: it may still come.
    """

    sentence: str
    lasting: bool = False
    garbled: bool = False
    late: bool = False


class UnfitAnswer(Exception):
    """An answer is too long or takes too long; its text is our own."""


# The first kind that is found anywhere among the causes decides.
_KINDS: tuple[tuple[tuple[type[BaseException], ...], Reason], ...] = (
    (
        (ssl.SSLError,),
        Reason(
            "TLS failed ({detail}). Check that the server speaks https on this port, and the files named by ca_path, "
            "client_cert and client_key, if any",
            lasting=True,
        ),
    ),
    ((socket.gaierror,), Reason("the host name cannot be resolved. Check url")),
    ((ConnectionRefusedError,), Reason("the connection was refused. Check that the server runs and the port is right")),
    ((zlib.error,), Reason("the answer cannot be decompressed", garbled=True)),
    ((http.client.IncompleteRead,), Reason("the answer was cut short", garbled=True)),
    (
        (TimeoutError, socket.timeout),
        Reason("the server did not respond in time. A larger timeout may help", late=True),
    ),
    ((ConnectionError,), Reason("the connection was closed before the answer was complete")),
    (
        (http.client.HTTPException,),
        Reason("what came is no answer of a web server. Check port and scheme of url", garbled=True),
    ),
)

# What is wrong with a certificate, as OpenSSL numbers it (X509_V_ERR), and what to do about it.
_EXPIRED, _NOT_YET_VALID, _OTHER_NAME, _OTHER_ADDRESS, _OTHER_PURPOSE = 10, 9, 62, 64, 26
_TRUST = "Give the authority that signed it as ca_path"
_MENDING = {
    _EXPIRED: "Renew it on the server",
    _NOT_YET_VALID: "Check the clocks of this machine and of the server",
    _OTHER_NAME: "Set url to a name that it is for",
    _OTHER_ADDRESS: "Set url to a name that it is for",
    _OTHER_PURPOSE: "Give the server one that is made for servers",
}


def explain(error: BaseException, through_proxy: bool) -> Reason:
    """Why the request failed, for an exception of requests, urllib3 or the standard library."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, UnfitAnswer):
            return Reason(str(cause), lasting=True, garbled=True)
        # Before version 2, urllib3 had its own exception for a certificate of another name.
        if isinstance(cause, ssl.SSLCertVerificationError) or type(cause).__name__ == "CertificateError":
            detail = getattr(cause, "verify_message", cause)
            mending = _MENDING.get(getattr(cause, "verify_code", _OTHER_NAME), _TRUST)
            return Reason(
                f"its certificate is not trusted ({detail}). {mending}; only for a server on trial set "
                "validate_certs to false",
                lasting=True,
            )
    if through_proxy:
        return Reason("the proxy that the environment names does not let the connection through")
    for kinds, reason in _KINDS:
        for cause in causes:
            if isinstance(cause, kinds):
                detail = getattr(cause, "reason", None) or type(cause).__name__
                return replace(reason, sentence=reason.sentence.format(detail=detail))
    numbers = [cause.errno for cause in causes if isinstance(cause, OSError) and cause.errno]
    detail = os.strerror(numbers[0]) if numbers else type(error).__name__
    return Reason(f"the connection failed ({detail})")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that it wraps, each once."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        found = waiting.pop(0)
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        wrapped = (found.__cause__, found.__context__, getattr(found, "reason", None), *found.args)
        waiting.extend(item for item in wrapped if isinstance(item, BaseException))
