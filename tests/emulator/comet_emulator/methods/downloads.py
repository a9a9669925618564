"""Downloads of the client software, for each platform and by its number."""

from __future__ import annotations

from typing import Any

from ..core.routing import PLAUSIBLE, Call, File, handles
from ..emulator import Stored
from ..server.branding import branding_of
from ..server.installers import BY_NUMBER, PLATFORMS, Builds, Payload, Platform

PREFIX = "AdminBrandingGenerateClient"


def _offered(call: Call) -> dict[int, Platform]:
    """Platforms whose own method exists at this version."""
    methods = call.emulator.methods
    return {number: platform for number, platform in BY_NUMBER.items() if PREFIX + platform.method in methods}


def _chosen(call: Call) -> Platform:
    """The platform that the parameter names.

    Raises:
        ApiError: there is none of that number.
    """
    platform = _offered(call).get(call["Platform"])
    if platform is None:
        raise call.unknown("platform")
    return platform


def _download(call: Call, platform: Platform) -> File:
    emulator, host = call.emulator, call.request.headers.get("host", "")
    branding = branding_of(emulator, call.caller.organization or emulator.organization_of_host(host))
    payload: Payload = {
        "ProductName": branding["ProductName"],
        "CompanyName": branding["CompanyName"],
        "ServerURL": call.get("SelfAddress") or branding["DefaultLoginServerURL"] or call.request.self_address,
        "Version": call.emulator.version_text,
    }
    body, built = call.emulator.part(Builds).get(platform, payload)
    name = "".join(
        letter if letter.isascii() and letter.isalnum() else "-" for letter in branding["ProductName"] or "backup-tool"
    )
    delay: float = call.switch("client_build_seconds") if built else 0.0
    return File(body, f"{name}-{call.emulator.version_text}.{platform.ending}", delay)


def _register(platform: Platform) -> None:
    @handles(PREFIX + platform.method, coverage=PLAUSIBLE, reason="the installer holds filler instead of a program")
    def download(call: Call) -> File:
        return _download(call, platform)


for _platform in PLATFORMS:
    _register(_platform)


@handles(PREFIX + "ByPlatform", coverage=PLAUSIBLE, reason="the installer holds filler instead of a program")
def download_by_number(call: Call) -> File:
    """The installer of a platform of the list."""
    return _download(call, _chosen(call))


@handles("AdminBrandingAvailablePlatforms")
def platforms(call: Call) -> dict[str, Any]:
    """Platform number to description."""
    return {
        str(number): {
            "Category": platform.category,
            "Description": platform.description,
            "Recommended": platform.recommended,
        }
        for number, platform in _offered(call).items()
    }


@handles(PREFIX + "Test")
def test_download(call: Call) -> Stored:
    """Whether the platform is one of those offered."""
    _chosen(call)
    return call.ok()
