"""Installers of the client software: sizes, kinds of files, branding, and who may have them."""

from __future__ import annotations

import io
import tarfile
import time
import zipfile
from typing import Any

import pytest
import requests

from comet_emulator.server.installers import PLATFORMS

MIB = 1 << 20
PATH = "branding/generate-client/"

# Paths with the sizes in MiB that clients of the vendor expect, and how the file must begin.
KINDS = {
    "linuxgeneric": (25, 40, b"#!/bin/sh\n"),
    "linux-deb": (15, 40, b"!<arch>\ndebian-binary"),
    "macos-x86_64": (15, 30, b"xar!"),
    "macos-arm64": (15, 30, b"xar!"),
    "windows-anycpu-zip": (30, 50, b"PK\x03\x04"),
    "windows-x86_32-zip": (15, 25, b"PK\x03\x04"),
    "windows-x86_64-zip": (15, 25, b"PK\x03\x04"),
    "windows-anycpu-exe": (30, 50, b"MZ"),
    "windows-x86_32-exe": (15, 25, b"MZ"),
    "windows-x86_64-exe": (15, 25, b"MZ"),
    "spk-dsm6": (15, 40, b"INFO"),
    "spk-dsm7": (15, 40, b"INFO"),
}


def download(server: Any, path: str, **parameters: Any) -> requests.Response:
    response: requests.Response = server.raw(PATH + path, **parameters)
    assert response.status_code == 200
    return response


@pytest.mark.parametrize("path", KINDS)
def test_installer_of_a_platform(server: Any, path: str) -> None:
    low, high, start = KINDS[path]
    response = download(server, path, SelfAddress="https://backup.example.com/")
    assert low * MIB <= len(response.content) <= high * MIB
    assert response.content.startswith(start)
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="Comet-Backup-')
    assert b"https://backup.example.com/" in response.content
    assert b"Comet Backup" in response.content


def test_every_platform_has_a_method(server: Any) -> None:
    assert len(PLATFORMS) == len(KINDS)
    assert set(server.ok("branding/available-platforms")) == {str(platform.number) for platform in PLATFORMS}


def test_archives_open(server: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(download(server, "windows-x86_64-zip").content)) as archive:
        assert archive.testzip() is None
        assert archive.read("install.exe").startswith(b"MZ")
    with tarfile.open(fileobj=io.BytesIO(download(server, "spk-dsm7").content)) as spk:
        information = spk.extractfile("INFO")
        assert information is not None
        assert b'os_min_ver="7.0' in information.read()
    deb = download(server, "linux-deb").content
    size = int(deb[8 + 48 : 8 + 58])
    control = deb.index(b"control.tar")
    assert (size, int(deb[control + 48 : control + 58]) % 512) == (4, 0)
    with tarfile.open(fileobj=io.BytesIO(deb[control + 60 :])) as package:
        assert package.getnames() == ["./control"]


def test_by_number_is_the_same_file_and_unknown_ones_are_refused(server: Any) -> None:
    assert download(server, "by-platform", Platform=5).content == download(server, "windows-x86_64-zip").content
    server.ok(PATH + "test", Platform=21)
    server.refused(PATH + "test", 400, Platform=9)
    server.refused(PATH + "by-platform", 400, Platform=9)


def test_old_paths_give_the_same(server: Any) -> None:
    old = server.http.post(server.url + "api/v1/update-software/linuxgeneric", data=server.login, timeout=20)
    assert old.content == download(server, "linuxgeneric").content


def test_older_servers_offer_fewer_platforms(server: Any) -> None:
    server.switch(version="22.6.2")
    assert {"20", "21"}.isdisjoint(server.ok("branding/available-platforms"))
    server.refused(PATH + "test", 400, Platform=21)


def test_branding_of_the_tenant_is_inside(server: Any) -> None:
    acme = server.tenant()
    branding = {
        "ProductName": "ACME & Sons <Backup>",
        "CompanyName": "ACME",
        "DefaultLoginServerURL": "https://a.example/",
    }
    server.ok("organization/set", OrganizationID=acme, Organization={"Name": "ACME", "Branding": branding})
    response = download(server, "macos-x86_64", login=server.as_tenant())
    assert b"ACME & Sons <Backup>" in response.content
    assert b"https://a.example/" in response.content
    assert "ACME---Sons--Backup-" in response.headers["Content-Disposition"]


def test_without_login_only_where_that_is_allowed(server: Any) -> None:
    nobody: dict[str, str] = {}
    server.refused(PATH + "linuxgeneric", 403, login=nobody)
    server.refused("branding/available-platforms", 403, login=nobody)
    options = {"RoleEnabled": True, "AllowUnauthenticatedDownloads": True}
    server.ok("meta/build-config/set", SoftwareBuildRoleConfig=options)
    assert "7" in server.ok("branding/available-platforms", login=nobody)
    assert download(server, "linuxgeneric", login=nobody).content.startswith(b"#!")
    options["RoleEnabled"] = False
    server.ok("meta/build-config/set", SoftwareBuildRoleConfig=options)
    assert server.raw(PATH + "linuxgeneric").status_code == 404


def test_first_build_takes_its_time(server: Any) -> None:
    server.switch(client_build_seconds=0.4)

    def seconds() -> float:
        start = time.monotonic()
        download(server, "windows-x86_32-zip", SelfAddress="https://slow.example/")
        return time.monotonic() - start

    assert seconds() >= 0.4 > seconds()
