# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64

import pyotp
import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _login
from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError
from ansible_collections.comet.backup.plugins.module_utils._api._login import (
    PasswordLogin,
    SessionLogin,
    TotpLogin,
    seconds_to_next_code,
    totp_code,
)

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


def test_forms() -> None:
    assert PasswordLogin("admin", "p").form() == {"Username": "admin", "AuthType": "Password", "Password": "p"}
    assert SessionLogin("admin", "k").form() == {"Username": "admin", "AuthType": "SessionKey", "SessionKey": "k"}
    assert TotpLogin("admin", "p", code="123456").form() == {
        "Username": "admin",
        "AuthType": "PasswordTOTP",
        "Password": "p",
        "TOTP": "123456",
    }


def test_the_code_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_login.time, "time", lambda: 1111111109.9)
    assert TotpLogin("admin", "p", secret=RFC_SECRET).form()["TOTP"] == "081804"


@pytest.mark.parametrize(
    ("now", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_of_the_rfc(now: float, code: str) -> None:
    assert totp_code(RFC_SECRET, now) == code


@pytest.mark.parametrize("length", [14, 16, 20, 21, 32])
def test_codes_as_another_implementation_makes_them(length: int) -> None:
    secret = base64.b32encode(bytes(range(length))).decode()
    assert totp_code(secret, 1700000000) == pyotp.TOTP(secret).at(1700000000)


def test_secrets_as_people_paste_them() -> None:
    spaced = " ".join(RFC_SECRET[i : i + 4] for i in range(0, len(RFC_SECRET), 4)).lower()
    assert totp_code(spaced, 59) == totp_code(spaced.replace(" ", "-"), 59) == totp_code(RFC_SECRET, 59) == "287082"


def test_secrets_with_any_padding() -> None:
    secret = base64.b32encode(bytes(range(14))).decode()
    assert secret.endswith("=")
    codes = {totp_code(secret.rstrip("=") + "=" * padding, 59) for padding in range(8)}
    assert codes == {pyotp.TOTP(secret).at(59)}


def test_every_letter_of_a_secret_counts() -> None:
    secret = base64.b32encode(b"ends-with-an-x\x17").decode()
    assert secret.endswith("X")
    assert totp_code(secret, 59) == pyotp.TOTP(secret).at(59)


def test_a_bad_secret_is_refused_at_once_and_not_repeated() -> None:
    for secret in ("canary-0189", "canaryü"):
        with pytest.raises(CometError, match=r"totp_secret is not a base32 text") as caught:
            TotpLogin("admin", "p", secret=secret)
        assert "canary" not in str(caught.value)


def test_exactly_one_source_of_codes() -> None:
    for given in ({}, {"code": "123456", "secret": RFC_SECRET}):
        with pytest.raises(CometError, match=r"either totp_code or totp_secret"):
            TotpLogin("admin", "p", **given)


def test_the_life_of_a_code() -> None:
    assert seconds_to_next_code(60) == 30
    assert seconds_to_next_code(89.5) == 0.5


@pytest.mark.parametrize(
    "login",
    [
        PasswordLogin("admin", "canary"),
        SessionLogin("admin", "canary"),
        TotpLogin("admin", "canary", code="canary"),
        TotpLogin("admin", "canary", secret="CANARYAA"),
    ],
)
def test_nothing_secret_in_the_repr(login: PasswordLogin) -> None:
    assert "admin" in repr(login)
    assert "canary" not in repr(login).lower()
