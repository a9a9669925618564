# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers' and clients' certificates that are right, and all that can be wrong with them."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from certificate import CLIENT, LOOPBACK, SERVER, Signer, Wish

HOST = "backup.example"
"""A name that certificates are for, and that nobody but the tests can resolve."""
AUTHORITY = "Give the authority that signed it as ca_path"
OTHER_NAME = "Set url to a name that it is for"


@dataclass(frozen=True)
class Shown:
    """What a server shows: ``chain`` is a file. ``advice`` is what clients say that refuse it; nothing for a right one.

    ``trusted`` is the file of authorities that the client is given, if any.
    """

    chain: str
    advice: str = ""
    trusted: str | None = None

    def context(self, clients: str | None = None) -> ssl.SSLContext:
        """A server that shows it, and may ask clients for a certificate that these authorities have signed."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain)
        if clients:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(clients)
        return context


class Certificates:
    """All of them, as files in a directory. ``shown`` is what servers show, ``clients`` what clients may."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._root = Signer(Wish("Root", (), authority=True))
        self._stranger = Signer(Wish("Stranger", (), authority=True))
        self.root = self._root.write(directory / "root.pem", private=False)
        self.stranger = self._stranger.write(directory / "stranger.pem", private=False)
        self.right = self._shown("right", Wish("server", (LOOPBACK, HOST), usage=SERVER))
        self.shown = {**self._rightly(), **self._wrongly(), **self._misnamed()}
        self.clients = self._of_clients()

    def _shown(self, name: str, wish: Wish, advice: str = "") -> Shown:
        chain = Signer(wish, self._root).write(self._directory / f"{name}.pem")
        return Shown(chain, advice, self.root)

    def _file(self, name: str, *signers: Signer, private: bool = True) -> str:
        return signers[0].write(self._directory / f"{name}.pem", *signers[1:], private=private)

    def _rightly(self) -> dict[str, Shown]:
        middle = Signer(Wish("Middle", (), authority=True), self._root)
        leaf = Signer(Wish("server"), middle)
        alone = Signer(Wish("alone", authority=True))
        return {
            "of_a_private_authority": self.right,
            "of_a_chain": Shown(self._file("chain", leaf, middle), "", self.root),
            "self_signed_and_given": Shown(self._file("own", alone), "", self._file("given", alone, private=False)),
            "whose_chain_is_missing": Shown(self._file("unchained", leaf), AUTHORITY, self.root),
            "self_signed": Shown(self._file("alone", alone), AUTHORITY),
        }

    def _wrongly(self) -> dict[str, Shown]:
        past = Signer(Wish("Past", (), (-20, -10), authority=True))
        plain = Signer(Wish("plain"), self._root)
        of_past, of_plain = Signer(Wish("server"), past), Signer(Wish("server"), plain)
        return {
            "of_an_unknown_authority": Shown(self.right.chain, AUTHORITY),
            "of_another_authority": Shown(self.right.chain, AUTHORITY, self.stranger),
            "expired": self._shown("expired", Wish("server", days=(-9, -2)), "Renew it on the server"),
            "not_yet_valid": self._shown("early", Wish("server", days=(2, 9)), "Check the clocks"),
            "of_an_expired_authority": Shown(
                self._file("past", of_past), "Renew it on the server", self._file("Past", past, private=False)
            ),
            "of_no_authority": Shown(self._file("forged", of_plain, plain), AUTHORITY, self.root),
            "made_for_clients": self._shown("client", Wish("server", usage=CLIENT), "Give the server one that is made"),
        }

    def _misnamed(self) -> dict[str, Shown]:
        names = {
            "for_another_address": ("127.0.0.2",),
            "for_another_name": ("localhost", "other.example"),
            "for_a_wildcard": ("*.0.0.1", "*"),
            "for_a_name_that_is_longer": ("127.0.0.1.example",),
            "with_a_common_name_alone": (),
        }
        return {name: self._shown(name, Wish(LOOPBACK, said), OTHER_NAME) for name, said in names.items()}

    def _of_clients(self) -> dict[str, str]:
        wishes = {"right": Wish("me", (), usage=CLIENT), "expired": Wish("me", (), (-9, -2), usage=CLIENT)}
        made = {name: self._file(f"mine-{name}", Signer(wish, self._root)) for name, wish in wishes.items()}
        foreign = Signer(Wish("me", (), usage=CLIENT), self._stranger)
        return {**made, "foreign": self._file("mine-foreign", foreign), "missing": ""}
