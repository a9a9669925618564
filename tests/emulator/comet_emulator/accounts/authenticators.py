"""Security keys of administrators: challenges, registrations and signatures, for WebAuthn and the older U2F.

Signatures are verified for real, by the library ``fido2``. It is imported where it is used: few servers ever need it,
and it would double the time that one takes to start. What strangers send makes it and its parsers fail in a dozen ways,
all of which mean that the answer is not good; hence every exception counts here.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from ..core.errors import ApiError
from ..core.passwords import guid
from ..emulator import Emulator

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData

CHALLENGE_SECONDS = 300
CHALLENGE_BYTES = 32
TIMEOUT_MS = 60_000

UNKNOWN_DEVICE = 0
"""``WEBAUTHN_DEVICE_TYPE_UNKNOWN``: registrations ask for no attestation, so the kind of the key is not told."""

U2F_VERSION = "U2F_V2"

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a key has to sign: for one account, one purpose and one address of the server, for five minutes."""

    id: str
    account: str
    purpose: str
    origin: str
    value: bytes
    expires: float

    @property
    def state(self) -> Document:
        """The challenge as ``fido2`` keeps it between its two steps."""
        return {"challenge": text_of(self.value), "user_verification": None}


class Challenges:
    """Challenges that were given out and not used yet; a part of the emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self._clock = emulator.clock
        self._waiting: dict[str, Challenge] = {}

    def begin(self, account: str, purpose: str, self_address: str) -> Challenge:
        """Give out a challenge. ``self_address`` is the server's URL as the browser sees it.

        Raises:
            ApiError: 400, that is no URL.
        """
        origin, now = _origin_of(self_address), self._clock.monotonic()
        self._waiting = {key: other for key, other in self._waiting.items() if other.expires > now}
        value = secrets.token_bytes(CHALLENGE_BYTES)
        challenge = Challenge(guid(), account, purpose, origin, value, now + CHALLENGE_SECONDS)
        self._waiting[challenge.id] = challenge
        return challenge

    def take(self, challenge_id: str, account: str, purpose: str) -> Challenge | None:
        """The challenge of an answer, which can be answered once; None when it is unknown, foreign or too old."""
        challenge = self._waiting.pop(challenge_id, None)
        if challenge is None or (challenge.account, challenge.purpose) != (account, purpose):
            return None
        return challenge if challenge.expires > self._clock.monotonic() else None


def _origin_of(address: str) -> str:
    """Scheme, host and port of a URL, as browsers compare them.

    Raises:
        ApiError: 400, it is no URL.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if not parts.scheme or not parts.hostname:
        raise ApiError(400, "SelfAddress must be the URL of this server")
    return f"{parts.scheme}://{parts.netloc}"


def text_of(value: bytes) -> str:
    """Bytes as U2F and WebAuthn write them in text: base64 for URLs, without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """The reverse of :func:`text_of`.

    Raises:
        ValueError: the text is not base64.
    """
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _stored(value: bytes) -> str:
    """Bytes as the API writes them in documents."""
    return base64.b64encode(value).decode()


# WebAuthn


def _server(challenge: Challenge) -> Fido2Server:
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    host = urlsplit(challenge.origin).hostname or ""
    party = PublicKeyCredentialRpEntity(name=host, id=host)
    return Fido2Server(party, verify_origin=challenge.origin.__eq__)


def _descriptors(admin: Document) -> list[Document]:
    return [{"type": "public-key", "id": entry["ID"]} for entry in admin.get("WebAuthnRegistrations") or ()]


def creation_options(challenge: Challenge, admin: Document, server_name: str) -> Document:
    """``WebAuthnPublicKeyCredentialCreationOptions`` for a new key of an administrator."""
    parameters = _server(challenge).allowed_algorithms
    return {
        "challenge": _stored(challenge.value),
        "rp": {"name": server_name, "id": urlsplit(challenge.origin).hostname or ""},
        "user": {
            "name": admin["Username"],
            "displayName": admin["Username"],
            "id": _stored(hashlib.sha256(challenge.account.encode()).digest()),
        },
        "pubKeyCredParams": [{"type": "public-key", "alg": entry.alg} for entry in parameters],
        "authenticatorSelection": {"userVerification": "discouraged"},
        "timeout": TIMEOUT_MS,
        "excludeCredentials": _descriptors(admin),
        "attestation": "none",
    }


def registered_by_webauthn(challenge: Challenge, credential: str, now: int) -> Document | None:
    """``AdminWebAuthnRegistration`` of the key that answered a challenge; None when the answer is not good."""
    try:
        answer = _server(challenge).register_complete(challenge.state, orjson.loads(credential))
    except Exception:
        return None
    data = answer.credential_data
    if data is None:
        return None
    from fido2 import cbor

    return {
        "Description": "Security key",
        "RegisterTime": now,
        "Type": UNKNOWN_DEVICE,
        "ID": _stored(data.credential_id),
        "Credential": {
            "PublicKey": _stored(cbor.encode(data.public_key)),
            "AttestationType": "none",
            "AAGUID": _stored(bytes(data.aaguid)),
            "SignCount": answer.counter,
        },
    }


def sign_request_webauthn(emulator: Emulator, account: str, admin: Document, self_address: str) -> str:
    """``WebAuthnSignRequest`` as JSON: what a browser needs to have a challenge signed for a login."""
    challenge = emulator.part(Challenges).begin(account, "webauthn login", self_address)
    options = {
        "challenge": _stored(challenge.value),
        "timeout": TIMEOUT_MS,
        "rpId": urlsplit(challenge.origin).hostname,
        "allowCredentials": _descriptors(admin),
        "userVerification": "discouraged",
    }
    return orjson.dumps({"ChallengeID": challenge.id, "Assertion": {"publicKey": options}}).decode()


def _credential(entry: Document) -> AttestedCredentialData:
    from fido2 import cbor
    from fido2.cose import CoseKey
    from fido2.webauthn import AttestedCredentialData

    stored = entry["Credential"]
    members = cbor.decode(base64.b64decode(stored["PublicKey"]))
    if not isinstance(members, dict):
        raise ValueError("not a key")
    key = CoseKey.parse(members)
    return AttestedCredentialData.create(base64.b64decode(stored["AAGUID"]), base64.b64decode(entry["ID"]), key)


def signed_by_webauthn(emulator: Emulator, account: str, admin: Document, answer: str) -> bool:
    """Whether a ``WebAuthnSignResponse`` (JSON) is signed by a key of the account; its counter is kept."""
    try:
        response = orjson.loads(answer)
        challenge = emulator.part(Challenges).take(str(response["ChallengeID"]), account, "webauthn login")
        if challenge is None:
            return False
        from fido2.webauthn import AuthenticationResponse

        assertion = AuthenticationResponse.from_dict(orjson.loads(response["CredentialJSON"]))
        credentials = [_credential(entry) for entry in admin["WebAuthnRegistrations"]]
        used = _server(challenge).authenticate_complete(challenge.state, credentials, assertion)
    except Exception:
        return False
    counter = assertion.response.authenticator_data.counter
    _keep_counter(emulator, account, _stored(used.credential_id), counter)
    return True


def _keep_counter(emulator: Emulator, account: str, key_id: str, counter: int) -> None:
    """Remember how often a key says it signed; one that does not go up may be a copy."""
    admin = emulator.store.document("admin", account) or {}
    for entry in admin["WebAuthnRegistrations"]:
        if entry["ID"] == key_id:
            stored = entry["Credential"]
            stored["CloneWarning"] = 0 < counter <= stored["SignCount"]
            stored["SignCount"] = counter
    with emulator.changing(admin["Username"]):
        emulator.put_admin(admin)


# U2F


def _u2f_hashes(challenge: Challenge, client_data: str, purpose: str) -> tuple[bytes, bytes]:
    """Hashes of the address and of the client's data, which a key signs.

    Raises:
        ValueError: the client's data are about something else.
    """
    raw = bytes_of(client_data)
    data = orjson.loads(raw)
    if (data["typ"], data["challenge"]) != (f"navigator.id.{purpose}", text_of(challenge.value)):
        raise ValueError("not this challenge")
    if data["origin"] != challenge.origin:
        raise ValueError("not this server")
    return hashlib.sha256(challenge.origin.encode()).digest(), hashlib.sha256(raw).digest()


def registered_keys(admin: Document, origin: str) -> list[Document]:
    """``U2FRegisteredKey`` of every key of an administrator."""
    from fido2.ctap1 import RegistrationData

    handles = (
        RegistrationData(base64.b64decode(entry["Registration"])).key_handle
        for entry in admin.get("U2FRegistrations") or ()
    )
    return [{"AppID": origin, "KeyHandle": text_of(handle), "Version": U2F_VERSION} for handle in handles]


def registered_by_u2f(challenge: Challenge, client_data: str, registration: str) -> str | None:
    """The registration to store (base64) of the key that answered a challenge; None when the answer is not good."""
    from fido2.ctap1 import RegistrationData

    try:
        hashes = _u2f_hashes(challenge, client_data, "finishEnrollment")
        data = RegistrationData(bytes_of(registration))
        data.verify(*hashes)
    except Exception:
        return None
    return _stored(data)


def sign_request_u2f(emulator: Emulator, account: str, admin: Document, self_address: str) -> str:
    """``U2FSignRequest`` as JSON: what a browser needs to have a challenge signed for a login."""
    challenge = emulator.part(Challenges).begin(account, "u2f login", self_address)
    request = {
        "ChallengeID": challenge.id,
        "ChallengeData": text_of(challenge.value),
        "AppID": challenge.origin,
        "RegisteredKeys": registered_keys(admin, challenge.origin),
    }
    return orjson.dumps(request).decode()


def signed_by_u2f(emulator: Emulator, account: str, admin: Document, answer: str) -> bool:
    """Whether a ``U2FSignResponse`` (JSON) is signed by a key of the account."""
    from fido2.ctap1 import RegistrationData, SignatureData

    try:
        response = orjson.loads(answer)
        challenge = emulator.part(Challenges).take(str(response["ChallengeID"]), account, "u2f login")
        if challenge is None:
            return False
        hashes = _u2f_hashes(challenge, response["ClientData"], "getAssertion")
        stored = [RegistrationData(base64.b64decode(entry["Registration"])) for entry in admin["U2FRegistrations"]]
        key = next(entry for entry in stored if text_of(entry.key_handle) == response["KeyHandle"])
        SignatureData(bytes_of(response["Signature"])).verify(*hashes, key.public_key)
    except Exception:
        return False
    return True
