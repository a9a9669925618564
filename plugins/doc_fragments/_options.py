# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of each kind of object, computed when loaded. Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import CONTENTS, KINDS
from ansible_collections.comet.backup.plugins.plugin_utils._documentation import documented


class ModuleDocFragment:
    """One attribute for each kind, named like it."""


for _resource in KINDS:
    setattr(ModuleDocFragment, _resource.kind.upper(), documented(_resource, CONTENTS))
