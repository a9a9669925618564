# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a server or a tenant, its installers and its backup software look. Private; may change at any time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost, LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._api._model import Member
from ansible_collections.comet.backup.plugins.module_utils._resources._fragment import homes_of
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _fields
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Change
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Hooks, Named, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

SCHEME = "resource://"
"""Begins a reference to an uploaded file; the hash by which the server knows it follows."""
STRUCTURE = "BrandingOptions"
FILES: tuple[tuple[str, ...], ...] = (
    ("LogoImage",),
    ("Favicon",),
    ("PathIcoFile",),
    ("PathIcnsFile",),
    ("PathMenuBarIcnsFile",),
    ("PathEulaRtf",),
    ("PathTilePng",),
    ("PathHeaderImage",),
    ("PathAppIconImage",),
    ("WindowsCodeSignPKCS12FilePath",),
    ("WindowsCodeSignPKCS11Certfile",),
    ("WindowsCodeSignRelicKeypairFile",),
    ("MacOSCodeSign", "CertificateFile"),
    ("MacOSCodeSign", "AppCertificateFile"),
    ("MacOSCodeSign", "NotaryAPIKeyFile"),
)
"""Members that refer to a file, by their path in the document."""


@dataclass(frozen=True)
class File:
    """A member that refers to a file, by its path in the document and by that of its option."""

    path: tuple[str, ...]
    option: tuple[str, ...]
    member: Member

    @property
    def title(self) -> str:
        """How messages call the option that names the file."""
        return ".".join(("files", *self.option))

    def in_patch(self, reference: str) -> dict[str, Any]:
        """A patch that says nothing but what the file is."""
        value: Any = reference
        for step in reversed(self.path):
            value = {step: value}
        return dict(value)


@dataclass(frozen=True)
class Upload:
    """A file that differs: its content, and the digest of that which it replaces, or what stands in its place."""

    file: File
    content: bytes
    before: str


def _at(tree: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        tree = (tree or {}).get(step)
    return tree


def _files() -> Iterator[File]:
    for path in FILES:
        structure, options = STRUCTURE, []
        for step in path:
            entry = _fields.fields(structure)[step]
            structure = entry.inner
            options.append(entry.option)
        yield File(path, tuple(options), entry.member)


def files_spec() -> dict[str, Any]:
    """The spec of the option ``files``: a path for each member that refers to a file, nested as the members are."""
    options: dict[str, Any] = {}
    for file in _files():
        around = options
        for step in file.option[:-1]:
            around = around.setdefault(step, {"type": "dict", "options": {}, "no_log": False})["options"]
        around[file.option[-1]] = {"type": "path", "no_log": False}
    return {"type": "dict", "options": options, "no_log": False}


def digest(content: bytes) -> str:
    """What tells a content from any other, as results show it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class BrandingHooks(Hooks):
    """Files go to the server by a call of their own, which names them; the document refers to them by that name."""

    def inspect(self, server: Server, wish: Wish, found: Found) -> Found:
        """Compares the files that the task names with those of the server (AdminMetaResourceGet), by content."""
        if not wish.arguments.get("files") or "uploads" in found.beside:
            return found
        uploads = tuple(self._uploads(server, wish, found.document or {}))
        return replace(found, beside={**found.beside, "uploads": uploads})

    def idle(self, arguments: Mapping[str, Any], named: Named, document: Mapping[str, Any]) -> bool:
        """Files are compared with those of the server."""
        return not arguments.get("files")

    def acts(self, wish: Wish, found: Found, making: bool) -> tuple[Change, ...]:
        """The files that differ, by what tells their contents apart."""
        return tuple(
            Change(("files", *one.file.option), None, one.before, digest(one.content), one.file.member.secret)
            for one in found.beside.get("uploads", ())
        )

    def guard(self, server: Server, wish: Wish, found: Found) -> None:
        """Refuses files that the server is too old for, before one is uploaded."""
        for one in found.beside.get("uploads", ()):
            if one.file.member.since:
                server.client.require(one.file.member.since, f"the member {one.file.member.name}")

    def supply(self, server: Server, wish: Wish, found: Found) -> Wish:
        """Uploads the files that differ (AdminMetaResourceNew), so that the document can refer to them."""
        for one in found.beside.get("uploads", ()):
            if _at(wish.patch, one.file.path) is None:
                patch = one.file.in_patch(SCHEME + _upload(server, one.content))
                arguments = {**wish.arguments, "uploaded": True}
                wish = replace(wish, patch=_document.combined(wish.patch, patch), arguments=arguments)
        return wish

    def _uploads(self, server: Server, wish: Wish, document: Mapping[str, Any]) -> Iterator[Upload]:
        for file in _files():
            path = _at(wish.arguments["files"], file.option)
            if path is None:
                continue
            content, held = _read(file, path), str(_at(document, file.path) or "")
            if _at(wish.patch, file.path) is not None and not wish.arguments.get("uploaded"):
                raise InvalidOption(
                    f"{file.title}: the option {'.'.join(file.option)} says what is meant; give only one"
                )
            if file.member.secret and held and wish.secrets != "always":
                continue
            before = "" if file.member.secret else _held(server, held)
            if before != digest(content):
                yield Upload(file, content, before)


def _read(file: File, path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InvalidOption(f"{file.title}: {path} cannot be read: {error.strerror}") from None


def _held(server: Server, reference: str) -> str:
    """The digest of an uploaded file; what refers to it where that is a path, or leads to nothing any more."""
    if not reference.startswith(SCHEME):
        return reference
    _scheme, _unused, name = reference.partition(SCHEME)
    try:
        return digest(server.client.call("AdminMetaResourceGet", Hash=name))
    except LoginFailed:
        raise
    except Refused as error:
        if error.status == 403:
            raise
        return reference


def _upload(server: Server, content: bytes) -> str:
    """The name that the server gives to a file. One that is uploaded twice does no harm: what is not used goes away."""
    try:
        answer = server.client.call("AdminMetaResourceNew", upload=content)
    except AnswerLost:
        answer = server.client.call("AdminMetaResourceNew", upload=content)
    return str(answer["ResourceHash"])


BRANDING = Resource(
    kind="branding",
    plural="branding",
    structure=STRUCTURE,
    homes=homes_of("Branding", "AdminMetaBrandingConfig", "BrandingConfig", reply="Branding"),
    arguments={"files": files_spec()},
    references=(TENANT,),
    hooks=BrandingHooks(),
)
