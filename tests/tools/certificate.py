# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for tests of TLS: what authorities sign, rightly or not, and what nobody vouches for."""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOOPBACK = "127.0.0.1"
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


@dataclass(frozen=True)
class Wish:
    """What a certificate says. ``names`` are host names and addresses; ``days`` say from when to when it is valid,
    counted from now; ``authority`` whether it may sign others, and for an own use of the key ``usage``."""

    common_name: str
    names: tuple[str, ...] = (LOOPBACK,)
    days: tuple[int, int] = (-1, 1)
    authority: bool = False
    usage: x509.ObjectIdentifier | None = None


class Signer:
    """A key with its certificate, signed by another one or by itself."""

    def __init__(self, wish: Wish, parent: Signer | None = None) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wish.common_name)])
        now = datetime.datetime.now(datetime.UTC)
        begins, ends = (now + datetime.timedelta(days=days) for days in wish.days)
        signer = parent or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(signer.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=wish.authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()),
                critical=False,
            )
        )
        if wish.names:
            builder = builder.add_extension(x509.SubjectAlternativeName([*map(_general, wish.names)]), critical=False)
        if wish.usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage([wish.usage]), critical=False)
        self.certificate = builder.sign(signer.key, hashes.SHA256())

    def write(self, path: Path, *beside: Signer, private: bool = True) -> str:
        """Write the key (unless told not to), its certificate and those beside it as PEM; gives the path as text."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        certificates = [one.certificate.public_bytes(serialization.Encoding.PEM) for one in (self, *beside)]
        path.write_bytes(b"".join([key if private else b"", *certificates]))
        return str(path)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def write(path: Path) -> None:
    """Write a key and a certificate for 127.0.0.1 that is signed by nobody but itself, as PEM."""
    Signer(Wish("self-signed.example", authority=True)).write(path)
