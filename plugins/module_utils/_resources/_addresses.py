# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that say where devices reach a server. Private; may change at any time."""

from __future__ import annotations

from urllib.parse import urlsplit

from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish


def is_address(url: str) -> bool:
    """Whether a text is an address that a device can log in at."""
    try:
        return urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        return False


def refuse_address(wish: Wish, option: str) -> None:
    """Refuse an option that is no address, if the task gives it. Raises InvalidOption."""
    url = wish.arguments.get(option)
    if url is not None and not is_address(url):
        raise InvalidOption(f"{option}: {url} is not an address that begins with https://")
