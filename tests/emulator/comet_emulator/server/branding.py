"""Branding: whose it is, and the logo of a login page, which has an address that is no call of the API."""

from __future__ import annotations

import hashlib
from typing import Any

from ..core.routing import Request
from ..emulator import Emulator

LOGO_PATH = "/gen/logo.img"

SCHEME = "resource://"
"""How configuration refers to uploaded files."""

SIGNATURES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"<svg": "image/svg+xml",
    b"<?xml": "image/svg+xml",
}
"""How images begin, and what they are."""


def branding_of(emulator: Emulator, organization: str) -> dict[str, Any]:
    """``BrandingOptions`` of a tenant, or of the server; for reading only."""
    branding: dict[str, Any] = emulator.settings_of(organization)["Branding"]
    return branding


def logo_tag(branding: dict[str, Any]) -> str:
    """A text that changes with the logo."""
    return hashlib.sha256(branding["LogoImage"].encode()).hexdigest()[:16]


def logo(emulator: Emulator, request: Request) -> tuple[bytes, str, str] | None:
    """Image, content type and tag of the logo for the host that was asked, or None when there is none."""
    branding = branding_of(emulator, emulator.organization_of_host(request.headers.get("host", "")))
    row = emulator.store.row("resource", branding["LogoImage"].removeprefix(SCHEME))
    if row is None:
        return None
    kinds = (kind for start, kind in SIGNATURES.items() if row.body.startswith(start))
    return row.body, next(kinds, "application/octet-stream"), logo_tag(branding)
