# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers, proxies and whatever sits between that are not what they should be, behind real sockets."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import socket
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from certificate import LOOPBACK

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_here
from ansible_collections.comet.backup.plugins.module_utils._api import _transport
from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost, CometError
from ansible_collections.comet.backup.plugins.module_utils._api._transport import ConnectionSettings, Transport
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._connection import connect
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.soak import answers, wires
from ansible_collections.comet.backup.tests.soak.addresses import address
from ansible_collections.comet.backup.tests.soak.campaign import Campaign, Figures, Run, hold
from ansible_collections.comet.backup.tests.soak.certificates import HOST, Certificates
from ansible_collections.comet.backup.tests.soak.wires import Play, Wire, saying

SECRET, PROXY_SECRET = "canary-password-31c7", "canary-proxy-31c7"
FORM = {"Username": "admin", "Password": SECRET}
TIMEOUT, PATIENCE, FACTOR = 0.25, 5.0, 2
"""Seconds without a sign of the server, those where one comes in any case, and how many such times a call may take."""
BUSY = 2.0
"""Seconds that a busy machine adds."""
MOST_MEMORY = 3 * answers.LARGEST
SURROUNDINGS = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
OK = 200
FINE = saying(answers.OK + b"Content-Length: 2\r\n\r\n{}")
REDIRECTS = (300, 301, 302, 303, 305, 307, 308, 399)


@dataclass(frozen=True)
class Met:
    """What a call came to: a body, an error, or neither for a status that is no success."""

    body: bytes | None
    error: CometError | None

    @property
    def said(self) -> str:
        """The error in words, or nothing."""
        return str(self.error or "")


class Calls:
    """Runs of all kinds."""

    def __init__(self, certificates: Certificates, resolved: list[str]) -> None:
        self.certificates, self.resolved = certificates, resolved
        self.kinds: tuple[Callable[[random.Random], str], ...] = (
            *(self.answer, self.answer, self.answer, self.answer),
            *(self.certificate, self.certificate, self.client_certificate),
            *(self.document, self.handshake, self.address, self.address, self.redirect, self.proxy, self.proxy),
        )

    def run(self, seed: int) -> Figures:
        """One of them."""
        dice = random.Random(seed)
        return Counter({"calls": 1, f"cases.{dice.choice(self.kinds)(dice)}": 1})

    def _call(self, settings: ConnectionSettings, reads: bool, measured: bool = False) -> Met:
        """One call with credentials, whose time is held to its bounds, and its memory if asked for."""
        transport = Transport(settings, largest_answer=answers.LARGEST)
        met, began = Met(None, None), time.monotonic()
        if measured:
            tracemalloc.start()
        try:
            answer = transport.post("/x", FORM, retry=reads)
            met = Met(answer.body if answer.status == OK else None, None)
        except CometError as error:
            met = Met(None, error)
        finally:
            taken = tracemalloc.get_traced_memory()[1] if measured else 0
            tracemalloc.stop()
            transport.close()
        seconds = time.monotonic() - began
        # A call may wait once more when its whole time is over.
        longest = settings.timeout * (FACTOR + 2) + BUSY
        hold(seconds <= longest, "a call ends in time", f"{seconds:.1f} s", met)
        hold(taken <= MOST_MEMORY, "an answer takes no more memory than it may", taken, met)
        hold(met.said.isprintable(), "what is said does not act on a terminal", met)
        hold("canary" not in met.said, "no secret is said", met)
        return met

    def _heard(self, wire: Wire, met: Met, reads: bool, settings: ConnectionSettings) -> None:
        """Hold that no more was sent than may be."""
        most = 1 + (settings.retries if reads else 0)
        hold(len(wire.heard) <= most, "a call is sent as often as it may be", len(wire.heard), met)
        if met.error and not reads and any(SECRET.encode() in heard for heard in wire.heard):
            hold(isinstance(met.error, AnswerLost), "a call that may have happened is told as such", met)

    def answer(self, dice: random.Random) -> str:
        """An answer of any kind, with TLS or without, to a call that reads or writes."""
        kind = dice.choice(list(answers.KINDS))
        given = answers.KINDS[kind](dice)
        reads, tls = dice.random() < 0.5, dice.random() < 0.3
        right = self.certificates.right
        with Wire(given.play, right.context() if tls else None) as wire:
            settings = _settings(wire.url, ca_path=right.trusted if tls else None, retries=dice.randint(0, 2))
            if given.body is not None and not given.or_refused:
                settings = dataclasses.replace(settings, timeout=PATIENCE)
            met = self._call(settings, reads, measured=True)
            self._heard(wire, met, reads, settings)
        if met.body is None:
            hold(given.body is None or given.or_refused, "a right answer is taken", kind, met)
        else:
            hold(given.body == met.body, "only what the server meant is taken for an answer", kind, met)
        return f"answers {kind}"

    def document(self, dice: random.Random) -> str:
        """A whole task whose server answers each call with something that is of no use."""
        body, status = answers.document(dice), dice.choice([200, 200, 200, 401, 404, 449, 500, 503, 600, 999])
        head = f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n\r\n"
        with Wire(saying(head.encode() + body)) as wire, ExitStack() as stack:

            def server_for(params: Mapping[str, Any]) -> Server:
                client = connect(params, False)
                stack.callback(client.close)
                return Server(client, False)

            login = {"url": wire.url, "username": "admin", "password": SECRET, "timeout": 1, "retries": 1}
            task, began = dice.choice(["comet_server_info", "comet_user_info", "comet_tenant_info"]), time.monotonic()
            result = run_here(TASKS[task], login, server_for)
            hold(bool(wire.heard), "the server is asked", task, result)
            hold(time.monotonic() - began <= FACTOR + 2 + BUSY, "a task ends in time", task, body[:99])
        said = str(result.get("msg", ""))
        hold(said.isprintable(), "what is said does not act on a terminal", ascii(said))
        hold(bool(said) or not result.get("failed"), "a failure is told", task, body[:99])
        hold("canary" not in json.dumps(result), "no secret is said", task, body[:99])
        return "answers that hold nothing of use"

    def certificate(self, dice: random.Random) -> str:
        """A server's certificate, which is looked at unless told not to."""
        name = dice.choice(list(self.certificates.shown))
        shown = self.certificates.shown[name]
        looked_at = dice.random() < 0.8
        by_bundle = bool(shown.trusted) and dice.random() < 0.3
        trusted, bundle = (None, shown.trusted or "") if by_bundle else (shown.trusted, "")
        with Wire(FINE, shown.context()) as wire, patch.dict(os.environ, {"REQUESTS_CA_BUNDLE": bundle}):
            settings = _settings(
                wire.url, ca_path=trusted, retries=2, **({} if looked_at else {"validate_certs": False})
            )
            met = self._call(settings, dice.random() < 0.5)
            if shown.advice and looked_at:
                hold(met.said.find("certificate is not trusted") > 0, "a wrong certificate is refused", name, met)
                hold(shown.advice in met.said, "what helps is said", name, met)
                hold(wire.taken == 1, "a wrong certificate is refused at once", name, wire.taken)
                hold(not any(wire.heard), "nothing is said before the certificate is trusted", name, wire.heard)
                return f"certificates {name}, refused"
        hold(met.body == b"{}", "a right certificate is trusted", name, met)
        return f"certificates {name}, trusted" if looked_at else "certificates that nobody was to look at"

    def client_certificate(self, dice: random.Random) -> str:
        """A server that asks clients for a certificate."""
        name, shown = dice.choice(list(self.certificates.clients.items()))
        right = self.certificates.right
        with Wire(FINE, right.context(clients=self.certificates.root)) as wire:
            met = self._call(
                _settings(wire.url, ca_path=right.trusted, client_cert=shown or None, timeout=PATIENCE), True
            )
            if name == "right":
                hold(met.body == b"{}", "a client's certificate is shown", met)
            else:
                hold(bool(met.error), "a client's certificate that is not right does not help", name, met)
                hold(not any(wire.heard), "the server does not listen to strangers", name, wire.heard)
        return f"certificates of clients, {name}"

    def handshake(self, dice: random.Random) -> str:
        """Something behind the port that does not get TLS going."""
        hello = bytes([22, 3, 3, 0, 200]) + bytes(dice.randint(0, 100))
        plays: dict[str, Play] = {
            "stall": wires.silent_after(dice.choice([b"", hello])),
            "plain http": FINE,
            "noise": saying(dice.randbytes(dice.randint(1, 500))),
            "close": saying(),
            "drip": wires.without_end(hello, b"\0", answers.SLOW),
        }
        name = dice.choice(list(plays))
        with Wire(plays[name], at_once=True) as wire:
            met = self._call(_settings(wire.url.replace("http:", "https:"), retries=1), dice.random() < 0.5)
            hold(bool(met.error) and not isinstance(met.error, AnswerLost), "without TLS nothing happens", name, met)
            hold(SECRET.encode() not in b"".join(wire.heard), "nothing secret is sent without TLS", name)
        return f"handshakes that {name}" if name in ("stall", "close", "drip") else f"handshakes with {name}"

    def address(self, dice: random.Random) -> str:
        """Plain http to some address, which may look like that of this machine."""
        host, ours = address(dice)
        del self.resolved[:]
        try:
            settings = _settings(f"{dice.choice(['http', 'HTTP', 'hTTp'])}://{host}")
        except CometError as error:
            hold(not ours, "this machine may be called without TLS", host, error)
            hold(str(error).isprintable(), "what is said does not act on a terminal", repr(str(error)))
            return "plain http to another machine, refused"
        hold(ours, "plain http to another machine is refused", ascii(host))
        self._call(settings, False)
        hold(
            set(self.resolved) <= {LOOPBACK, "localhost", "127.8.9.1", "::1", "0:0:0:0:0:0:0:1"},
            "only this machine is called",
            host,
        )
        return "plain http to this machine"

    def redirect(self, dice: random.Random) -> str:
        """A redirect, to whatever place."""
        right = self.certificates.right
        other, first = (right.context() if dice.random() < 0.5 else None for _unused in range(2))
        status = dice.choice(REDIRECTS)
        with Wire(FINE, other) as trap, Wire(FINE, first) as wire:
            places = (f"{trap.url}/login", "/login", f"//127.0.0.1:{trap.port}/", f"{wire.url}/again", "", "\x1b[2J")
            place = dice.choice([*places, f"https://{SECRET}@{LOOPBACK}:{trap.port}/?{SECRET}", "http://[", "x:y"])
            head = f"HTTP/1.1 {status} Moved\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n"
            wire.play = saying(head.encode())
            settings = _settings(wire.url, ca_path=right.trusted if first else None, retries=2, timeout=PATIENCE)
            met = self._call(settings, dice.random() < 0.5)
            hold(bool(met.error), "a redirect is not followed", status, place, met)
            hold((wire.taken, trap.taken) == (1, 0), "nobody else is called", status, place, met)
        return "redirects, not followed"

    def proxy(self, dice: random.Random) -> str:
        """A proxy of the environment, which may be of no use."""
        right = dice.random() < 0.7
        shown = self.certificates.right if right else self.certificates.shown["expired"]
        with ExitStack() as stack:
            server = stack.enter_context(Wire(FINE, shown.context()))
            plays = _of_proxies(server.port)
            name = dice.choice([*plays, "tunnel", "tunnel"])
            proxy = stack.enter_context(Wire(plays[name]))
            around = dice.choice(["no", "no", "by name", "this machine"])
            variable = dice.choice(["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
            environment = {variable: f"http://me:{PROXY_SECRET}@127.0.0.1:{proxy.port}"}
            environment |= {"NO_PROXY": f"other,{HOST}"} if around == "by name" else {}
            stack.enter_context(patch.dict(os.environ, environment))
            host = LOOPBACK if around == "this machine" else HOST
            ends = around != "no" or name not in ("silence", "headers without end")
            settings = _settings(f"https://{host}:{server.port}", ca_path=shown.trusted)
            settings = dataclasses.replace(settings, timeout=PATIENCE if ends else TIMEOUT)
            reads = dice.random() < 0.5
            met = self._call(settings, reads)
            self._heard(server, met, reads, settings)
            hold(SECRET.encode() not in b"".join(proxy.heard), "a proxy learns nothing secret", name, proxy.heard)
            hold(PROXY_SECRET.encode() not in b"".join(server.heard), "a server learns nothing of proxies", name)
            direct = around != "no"
            hold(not direct or not proxy.taken, "no proxy is used where none is wanted", around, met)
            fine = right and (direct or name == "tunnel")
            hold(fine is (met.body == b"{}"), "a proxy that works is used, no other", name, around, met)
        return f"proxies: {'passed by' if direct else name}"


def _of_proxies(port: int) -> dict[str, Play]:
    """What proxies do."""
    return {
        "tunnel": wires.tunnel_to(port),
        "login asked for": saying(
            b"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"
        ),
        "bad gateway": saying(b"HTTP/1.1 502 Bad\r\nContent-Length: 2\r\n\r\nno"),
        "garbage": saying(b"\xff\xfe\x00garbage\r\n"),
        "garbage in the tunnel": saying(b"HTTP/1.1 200 OK\r\n\r\ngarbage"),
        "silence": wires.silent_after(b""),
        "headers without end": wires.without_end(b"HTTP/1.1 200 OK\r\nX: ", b"y", answers.SLOW),
        "closed": saying(),
    }


def _settings(url: str, **more: Any) -> ConnectionSettings:
    return ConnectionSettings(url, **{"timeout": TIMEOUT, "retries": 0, **more})


@contextmanager
def opened() -> Iterator[Run]:
    """Nothing of this machine's surroundings matters, and no name is asked for outside of it."""
    resolve, resolved = socket.getaddrinfo, list[str]()

    def known(host: Any, *args: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        resolved.append(name)
        if name not in (LOOPBACK, HOST):
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return resolve(LOOPBACK, *args, **more)

    with ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory())
        stack.enter_context(patch.dict(os.environ))
        for name in (*SURROUNDINGS, *map(str.lower, SURROUNDINGS)):
            os.environ.pop(name, None)
        stack.enter_context(patch.object(_transport, "DEADLINE_FACTOR", FACTOR))
        stack.enter_context(patch.object(_transport, "BACK_OFF_SECONDS", 0.01))
        stack.enter_context(patch.object(socket, "getaddrinfo", known))
        yield Calls(Certificates(Path(directory)), resolved).run


CAMPAIGN = Campaign(
    name="transport",
    title="The way to a server",
    text="""
Real sockets, with TLS and without, behind which anything may be: certificates that are wrong in every way there is,
redirects, proxies that do not work, answers that are huge, endless, packed to be huge, cut at any byte, or none at all.
Nothing is said to a server that is not trusted, nobody else is ever called, secrets stay with whom they are for, only
what a server meant is taken for its answer, and time and memory are bounded.
""",
    rows={"calls": "Calls", "cases.": "Of these: {}"},
    opened=opened,
    seconds=120,
    quick=tuple(range(1, 25)),
)
