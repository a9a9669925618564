"""Installers of the client software: filler of a real size in a container of the real kind, with the branding inside.

Files are built at their first download and kept, as the real server does; the newest few of them, in temporary files
that have no name, so that they cost neither memory nor cleaning up.
"""

from __future__ import annotations

import io
import mmap
import random
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

import orjson

from ..emulator import Emulator

MIB = 1 << 20
BLOCK = 64 << 10
KEPT = 6
"""Built installers that are kept; the oldest make room for new ones."""

BUILT = (2024, 1, 1, 0, 0, 0)
BUILT_SECONDS = 1_704_067_200
"""When files inside installers were made, so that equal builds are equal bytes."""

Payload = dict[str, str]
"""What a client learns from its installer: ``ProductName``, ``CompanyName``, ``ServerURL``, ``Version``."""


def _filler(size: int) -> bytes:
    """Bytes that look like a program to whoever compresses them; always the same."""
    block = random.Random("comet").randbytes(BLOCK)
    return (block * (size // BLOCK + 1))[:size]


def _settings(payload: Payload) -> bytes:
    return orjson.dumps(payload, option=orjson.OPT_INDENT_2)


# Containers


def _program(machine: int) -> bytes:
    """The headers of a Windows program, enough for tools that ask what a file is."""
    dos = b"MZ" + bytes(58) + struct.pack("<I", 64)
    return dos + b"PE\0\0" + struct.pack("<HHIIIHH", machine, 0, BUILT_SECONDS, 0, 0, 0, 0x0102)


def _write_exe(file: IO[bytes], payload: Payload, size: int, machine: int) -> None:
    file.write(_program(machine) + _settings(payload) + _filler(size))


def _write_zip(file: IO[bytes], payload: Payload, size: int, machine: int) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("install.dat", BUILT), _settings(payload))
        archive.writestr(zipfile.ZipInfo("install.exe", BUILT), _program(machine) + _filler(size))


def _write_run(file: IO[bytes], payload: Payload, size: int, _unused: int) -> None:
    title = " ".join(payload["ProductName"].split())
    script = f"#!/bin/sh\n# Self-extracting installer of {title}\nexit 0\n"
    file.write(script.encode() + _settings(payload) + b"\n" + _filler(size))


def _tar(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(content), BUILT_SECONDS, 0o644
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _lines(settings: dict[str, str], pattern: str) -> bytes:
    """Lines of a small text file; values are kept to one line each."""
    return "".join(pattern.format(name, " ".join(value.split())) for name, value in settings.items()).encode()


def _write_deb(file: IO[bytes], payload: Payload, size: int, _unused: int) -> None:
    control = {
        "Package": "backup-tool",
        "Version": payload["Version"],
        "Architecture": "amd64",
        "Maintainer": payload["CompanyName"],
        "Description": payload["ProductName"],
    }
    place = "./opt/backup-tool/"
    members = {
        "debian-binary": b"2.0\n",
        "control.tar": _tar({"./control": _lines(control, "{}: {}\n")}),
        "data.tar": _tar({place + "install.dat": _settings(payload), place + "backup-tool": _filler(size)}),
    }
    file.write(b"!<arch>\n")
    for name, content in members.items():
        head = f"{name:<16}{BUILT_SECONDS:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n"
        file.write(head.encode() + content + b"\n" * (len(content) % 2))


def _write_pkg(file: IO[bytes], payload: Payload, size: int, _unused: int) -> None:
    """A ``xar`` archive, which is what a macOS package is: header, compressed table of contents, heap."""
    contents = b'<?xml version="1.0" encoding="UTF-8"?>\n<xar><toc></toc></xar>\n'
    table = zlib.compress(contents)
    head = struct.pack(">4sHHQQI", b"xar!", 28, 1, len(table), len(contents), 0)
    file.write(head + table + _settings(payload) + _filler(size))


def _write_spk(file: IO[bytes], payload: Payload, size: int, dsm: int) -> None:
    information = {
        "package": "backup-tool",
        "version": payload["Version"],
        "os_min_ver": f"{dsm}.0-0001",
        "displayname": payload["ProductName"],
    }
    members = {"INFO": _lines(information, '{}="{}"\n'), "install.dat": _settings(payload)}
    file.write(_tar({**members, "package.tgz": _filler(size)}))


# Platforms


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform: what it is called in the list, the method that downloads it, and how its installer is made.

    ``detail`` is for the writer: the machine of a Windows program, the version of DSM. Sizes are in MiB, near those of
    real installers.
    """

    number: int
    category: str
    description: str
    method: str
    ending: str
    size: int
    write: Callable[[IO[bytes], Payload, int, int], None]
    detail: int = 0
    recommended: bool = False


I386, AMD64 = 0x014C, 0x8664

PLATFORMS = (
    Platform(1, "Windows", "Any CPU", "WindowsAnycpuZip", "zip", 40, _write_zip, I386, recommended=True),
    Platform(2, "Windows", "Any CPU (.exe)", "WindowsAnycpuExe", "exe", 40, _write_exe, I386),
    Platform(3, "Windows", "x86_32 only", "WindowsX8632Zip", "zip", 20, _write_zip, I386),
    Platform(4, "Windows", "x86_32 only (.exe)", "WindowsX8632Exe", "exe", 20, _write_exe, I386),
    Platform(5, "Windows", "x86_64 only", "WindowsX8664Zip", "zip", 20, _write_zip, AMD64),
    Platform(6, "Windows", "x86_64 only (.exe)", "WindowsX8664Exe", "exe", 20, _write_exe, AMD64),
    Platform(7, "Linux", "Other distributions", "Linuxgeneric", "run", 32, _write_run),
    Platform(8, "macOS", "x86_64", "MacosX8664", "pkg", 22, _write_pkg, recommended=True),
    Platform(18, "Synology", "DSM 6", "SpkDsm6", "spk", 24, _write_spk, 6),
    Platform(19, "Synology", "DSM 7", "SpkDsm7", "spk", 24, _write_spk, 7, recommended=True),
    Platform(20, "macOS", "Apple Silicon", "MacosArm64", "pkg", 22, _write_pkg),
    Platform(21, "Linux", "Debian-based distributions (.deb)", "LinuxDeb", "deb", 30, _write_deb, recommended=True),
)
"""Numbers of 1, 3, 5, 7, 8 and 18 to 21 are those seen on servers in use; 2, 4 and 6 are filled in between."""

BY_NUMBER = {platform.number: platform for platform in PLATFORMS}


class Builds:
    """Installers that were built already."""

    def __init__(self, _unused: Emulator) -> None:
        self._kept: OrderedDict[tuple[int, bytes], memoryview] = OrderedDict()

    def get(self, platform: Platform, payload: Payload) -> tuple[memoryview, bool]:
        """The installer, and whether it had to be built now."""
        key = (platform.number, _settings(payload))
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found, False
        self._kept[key] = found = _build(platform, payload)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found, True


def _build(platform: Platform, payload: Payload) -> memoryview:
    with tempfile.TemporaryFile() as file:
        platform.write(file, payload, platform.size * MIB, platform.detail)
        file.flush()
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
