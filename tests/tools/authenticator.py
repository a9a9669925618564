# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Security keys in software, as a browser would use them: WebAuthn and U2F."""

from __future__ import annotations

import hashlib
import json
import os
from base64 import b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT = AuthenticatorData.FLAG.UP
ATTESTED = AuthenticatorData.FLAG.AT


def text(value: bytes) -> str:
    """Bytes in base64 for URLs, without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def sha256(value: bytes) -> bytes:
    """The hash that keys sign."""
    return hashlib.sha256(value).digest()


class SecurityKey:
    """One key with one credential. ``origin`` is where its browser thinks it is."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.counter = 0

    def sign(self, message: bytes) -> bytes:
        """The signature over a message."""
        return self.private.sign(message, ec.ECDSA(hashes.SHA256()))

    # WebAuthn

    def create(self, options: dict[str, Any]) -> str:
        """The answer to ``CredentialCreationOptions``, as JSON."""
        client = self._client_data("webauthn.create", options["challenge"])
        point = self.private.public_key().public_numbers()
        # The members of a COSE key: elliptic curve, ES256, P-256, and its point.
        members = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        credential = AttestedCredentialData.create(bytes(16), self.id, ES256(members))
        data = AuthenticatorData.create(
            sha256(options["rp"]["id"].encode()), PRESENT | ATTESTED, self.counter, credential
        )
        attestation = AttestationObject.create("none", data, {})
        return self._credential({"clientDataJSON": text(client), "attestationObject": text(bytes(attestation))})

    def get(self, options: dict[str, Any]) -> str:
        """The answer to the ``publicKey`` of an assertion, as JSON."""
        self.counter += 1
        client = self._client_data("webauthn.get", options["challenge"])
        data = AuthenticatorData.create(sha256(options["rpId"].encode()), PRESENT, self.counter)
        answer = {
            "clientDataJSON": text(client),
            "authenticatorData": text(bytes(data)),
            "signature": text(self.sign(bytes(data) + sha256(client))),
        }
        return self._credential(answer)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        data = {"type": kind, "challenge": text(b64decode(challenge)), "origin": self.origin, "crossOrigin": False}
        return json.dumps(data).encode()

    def _credential(self, response: dict[str, str]) -> str:
        key_id = text(self.id)
        return json.dumps({"id": key_id, "rawId": key_id, "type": "public-key", "response": response})

    # U2F

    def u2f_client_data(self, purpose: str, challenge: str) -> bytes:
        """What the browser tells the server about the ceremony."""
        return json.dumps({"typ": f"navigator.id.{purpose}", "challenge": challenge, "origin": self.origin}).encode()

    def u2f_register(self, challenge: str, app_id: str) -> dict[str, str]:
        """Parameters that register the key."""
        client = self.u2f_client_data("finishEnrollment", challenge)
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        signed = b"\0" + sha256(app_id.encode()) + sha256(client) + self.id + point
        raw = b"\x05" + point + bytes([len(self.id)]) + self.id + self._certificate() + self.sign(signed)
        return {"U2FClientData": text(client), "U2FRegistrationData": text(raw), "U2FVersion": "U2F_V2"}

    def u2f_sign(self, request: dict[str, Any]) -> dict[str, str]:
        """A ``U2FSignResponse`` for a ``U2FSignRequest``."""
        self.counter += 1
        client = self.u2f_client_data("getAssertion", request["ChallengeData"])
        head = bytes([PRESENT]) + self.counter.to_bytes(4, "big")
        signature = self.sign(sha256(request["AppID"].encode()) + head + sha256(client))
        return {
            "ChallengeID": request["ChallengeID"],
            "KeyHandle": text(self.id),
            "Signature": text(head + signature),
            "ClientData": text(client),
        }

    def _certificate(self) -> bytes:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "key in software")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.private.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(self.private, hashes.SHA256())
        )
        return made.public_bytes(Encoding.DER)
