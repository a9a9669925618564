# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The in-process door under this module's name. Written by `make derived`."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.action.comet_user import ActionModule

__all__ = ["ActionModule"]
