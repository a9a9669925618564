# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptions of options that are no members of a structure, for kinds that are described in several modules.

Kind -> option -> sentences. The pages of other kinds describe such options themselves.
"""

from __future__ import annotations

ARGUMENTS: dict[str, dict[str, list[str]]] = {}
