"""Registering security keys of the caller's own administrator account: WebAuthn, and the older U2F."""

from __future__ import annotations

from typing import Any

from ..accounts.authenticators import (
    U2F_VERSION,
    Challenges,
    creation_options,
    registered_by_u2f,
    registered_by_webauthn,
    registered_keys,
    text_of,
)
from ..core.errors import ApiError
from ..core.routing import Call, handles
from ..emulator import Stored
from .account import own_account, store_own_account


def _refused() -> ApiError:
    return ApiError(400, "The answer of the security key is not valid for this challenge")


def _add(call: Call, member: str, registration: dict[str, Any]) -> Stored:
    admin = own_account(call)
    admin[member] = [*(admin.get(member) or ()), registration]
    store_own_account(call, admin)
    return call.ok()


@handles("AdminAccountWebauthnRequestRegistrationChallenge")
def request_webauthn(call: Call) -> Stored:
    """A challenge for a new key, with everything a browser needs to ask for its signature."""
    challenge = call.emulator.part(Challenges).begin(call.caller.account, "webauthn", call["SelfAddress"])
    server_name = call.emulator.config["Branding"]["ProductName"]
    options = creation_options(challenge, own_account(call), server_name)
    options = call.emulator.giver.shape("WebAuthnPublicKeyCredentialCreationOptions", options)
    return call.ok(ChallengeID=challenge.id, CredentialCreationOptions=options)


@handles("AdminAccountWebauthnSubmitChallengeResponse")
def submit_webauthn(call: Call) -> Stored:
    """Register the key that answered the challenge; ``Credential`` is the browser's answer as JSON."""
    emulator = call.emulator
    challenge = emulator.part(Challenges).take(call["ChallengeID"], call.caller.account, "webauthn")
    if challenge is None:
        raise _refused()
    registration = registered_by_webauthn(challenge, call["Credential"], emulator.clock.now())
    if registration is None:
        raise _refused()
    if any(entry["ID"] == registration["ID"] for entry in own_account(call).get("WebAuthnRegistrations") or ()):
        raise call.taken("The security key is registered already")
    return _add(call, "WebAuthnRegistrations", registration)


@handles("AdminAccountU2fRequestRegistrationChallenge")
def request_u2f(call: Call) -> Stored:
    """A challenge for a new U2F key."""
    challenge = call.emulator.part(Challenges).begin(call.caller.account, "u2f", call["SelfAddress"])
    return call.ok(
        ChallengeID=challenge.id,
        AppID=challenge.origin,
        RegisteredKeys=registered_keys(own_account(call), challenge.origin),
        RegisterRequests=[{"Challenge": text_of(challenge.value), "Version": U2F_VERSION}],
    )


@handles("AdminAccountU2fSubmitChallengeResponse")
def submit_u2f(call: Call) -> Stored:
    """Register the U2F key that answered the challenge."""
    emulator = call.emulator
    challenge = emulator.part(Challenges).take(call["U2FChallengeID"], call.caller.account, "u2f")
    if challenge is None or call["U2FVersion"] != U2F_VERSION:
        raise _refused()
    registration = registered_by_u2f(challenge, call["U2FClientData"], call["U2FRegistrationData"])
    if registration is None:
        raise _refused()
    entry = {
        "Description": call.get("Description") or "Security key",
        "RegisterTime": emulator.clock.now(),
        "Registration": registration,
    }
    return _add(call, "U2FRegistrations", entry)
