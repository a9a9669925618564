# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of branding: compared by content, uploaded only when they differ, and never in check mode."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD, EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import add_tenants, tenant_id
from ansible_collections.comet.backup.tests.unit.promises.behind_server import settings
from ansible_collections.comet.backup.tests.unit.promises.case import Options, succeed
from ansible_collections.comet.backup.tests.unit.promises.versions import OLDEST

LOGO, OTHER, KEY = b"\x89PNG logo", b"GIF89a\x00 other", b"canary-5fb1-key"
GET, SET, UPLOAD = "AdminMetaResourceGet", "AdminMetaBrandingConfigSet", "AdminMetaResourceNew"
everywhere = pytest.mark.parametrize("tenant", ["", "ACME"])
either_hash = pytest.mark.parametrize("resource_hash", ["content", "random"])


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A directory with two logos and a key."""
    for name, content in (("logo", LOGO), ("other", OTHER), ("key", KEY)):
        (tmp_path / name).write_bytes(content)
    return tmp_path


def wish(files: Path, tenant: str = "", name: str = "logo") -> Options:
    return {**({"tenant": tenant} if tenant else {}), "files": {"logo_image": str(files / name)}}


def digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def logo(server: EmulatedServer, tenant: str = "") -> bytes:
    """The content of the logo that the settings refer to."""
    reference = (settings("Branding", tenant)(server) or {})["LogoImage"]
    content: bytes = server.client.call(GET, Hash=reference.removeprefix("resource://"))
    return content


@everywhere
@either_hash
def test_a_file_is_uploaded_when_it_differs(
    comet: EmulatedServer, files: Path, tenant: str, resource_hash: str
) -> None:
    comet.switch(resource_hash=resource_hash)
    add_tenants(comet)
    for name, before, content in (("logo", "", LOGO), ("other", digest(LOGO), OTHER)):
        state = comet.digest
        foretold = succeed(comet.task("comet_branding", check=True, **wish(files, tenant, name)))
        assert comet.digest == state
        comet.forget_calls()
        done = succeed(comet.task("comet_branding", **wish(files, tenant, name)))
        assert comet.calls(writes=True).count(UPLOAD) == 1
        assert foretold["diff"] == done["diff"]
        assert done["diff"] == {
            "before": {"files": {"logo_image": before}},
            "after": {"files": {"logo_image": digest(content)}},
        }
        assert logo(comet, tenant) == content
        comet.forget_calls()
        again = succeed(comet.task("comet_branding", **wish(files, tenant, name)))
        assert again["changed"] is False
        assert again["branding"] == done["branding"]
        assert comet.calls(writes=True) == []
        assert comet.calls(writes=False).count(GET) == 1


def test_a_file_goes_along_with_other_settings_in_one_write(comet: EmulatedServer, files: Path) -> None:
    comet.forget_calls()
    done = succeed(comet.task("comet_branding", **wish(files), product_name="Vault"))
    assert comet.calls(writes=True) == [UPLOAD, SET]
    assert done["diff"]["after"] == {"product_name": "Vault", "files": {"logo_image": digest(LOGO)}}
    assert (settings("Branding")(comet) or {})["ProductName"] == "Vault"


def test_what_is_no_upload_is_replaced(comet: EmulatedServer, files: Path) -> None:
    for reference in ("/srv/logo.png", "resource://gone"):
        succeed(comet.task("comet_branding", logo_image=reference))
        done = succeed(comet.task("comet_branding", **wish(files)))
        assert done["diff"]["before"] == {"files": {"logo_image": reference}}
        assert logo(comet) == LOGO


@pytest.mark.parametrize("check", [True, False])
def test_what_cannot_be_uploaded_changes_nothing(comet: EmulatedServer, files: Path, check: bool) -> None:
    state = comet.digest
    refused = comet.task("comet_branding", check=check, product_name="Vault", files={"favicon": str(files / "none")})
    assert refused["msg"] == f"branding: files.favicon: {files / 'none'} cannot be read: No such file or directory"
    refused = comet.task("comet_branding", check=check, **wish(files), logo_image="")
    assert refused["msg"] == "branding: files.logo_image: the option logo_image says what is meant; give only one"
    assert comet.digest == state


@pytest.mark.parametrize("check", [True, False])
def test_a_file_that_the_server_is_too_old_for_is_not_uploaded(comet: EmulatedServer, files: Path, check: bool) -> None:
    comet.switch(version=OLDEST)
    comet.forget_calls()
    keys = {"windows_code_sign_relic_keypair_file": str(files / "key")}
    refused = comet.task("comet_branding", check=check, files=keys)
    assert "needs Comet Server 25.9.6 or newer" in refused["msg"]
    assert comet.calls(writes=True) == []


@pytest.mark.parametrize("config_secrets", ["obscured", "plain"])
def test_a_secret_file_is_written_as_secrets_are(comet: EmulatedServer, files: Path, config_secrets: str) -> None:
    comet.switch(config_secrets=config_secrets)
    keys = {"macos_code_sign": {"notary_api_key_file": str(files / "key")}}
    done = succeed(comet.task("comet_branding", files=keys))
    assert done["diff"]["after"]["files"]["macos_code_sign"] == {"notary_api_key_file": "<hidden>"}
    assert KEY.decode() not in str(done)
    assert digest(KEY) not in str(done)
    (files / "key").write_bytes(b"another key")
    assert succeed(comet.task("comet_branding", files=keys))["changed"] is False
    assert succeed(comet.task("comet_branding", files=keys, update_secrets="always"))["changed"] is True


@everywhere
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
@pytest.mark.parametrize("path", ["resource/new", "set"])
def test_lost_answers(comet: EmulatedServer, files: Path, tenant: str, kind: str, path: str) -> None:
    add_tenants(comet)
    writing = "organization/set" if tenant else "branding-config/set"
    comet.fault(kind, path=writing if path == "set" else path)
    assert succeed(comet.task("comet_branding", **wish(files, tenant)))["changed"] is True
    assert logo(comet, tenant) == LOGO
    assert succeed(comet.task("comet_branding", **wish(files, tenant)))["changed"] is False


def test_an_upload_that_nothing_refers_to_does_not_count(comet: EmulatedServer, files: Path) -> None:
    """As an interrupted run leaves it."""
    comet.client.call(UPLOAD, upload=LOGO)
    assert succeed(comet.task("comet_branding", **wish(files)))["changed"] is True
    assert logo(comet) == LOGO


def test_an_administrator_of_a_tenant_uploads_for_it(comet: EmulatedServer, files: Path) -> None:
    add_tenants(comet)
    comet.client.call("AdminAdminUserNew", TargetUser="acme", TargetPassword=PASSWORD, TargetOrgID=tenant_id(comet))
    assert succeed(comet.task("comet_branding", username="acme", **wish(files)))["changed"] is True
    assert succeed(comet.task("comet_branding", **wish(files, "ACME")))["changed"] is False
    assert logo(comet, "ACME") == LOGO


def test_an_upload_is_not_written_over_what_others_change_meanwhile(comet: EmulatedServer, files: Path) -> None:
    class Busy:
        """A client that takes so long to upload that somebody else changes the settings."""

        def __init__(self, client: object) -> None:
            self._client = client

        def __getattr__(self, name: str) -> object:
            return getattr(self._client, name)

        def call(self, method_name: str, **parameters: object) -> object:
            if method_name == UPLOAD:
                held = settings("Branding")(comet) or {}
                comet.client.call(SET, BrandingConfig={**held, "HelpURL": "https://help.example.com"})
            return self._client.call(method_name, **parameters)  # type: ignore[attr-defined]

    succeed(comet.task("comet_branding", wrap=Busy, **wish(files)))
    assert (settings("Branding")(comet) or {})["HelpURL"] == "https://help.example.com"
    assert logo(comet) == LOGO
