# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The in-process door under this module's name, and what stands ready behind it."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._module._door import prepare
from ansible_collections.comet.backup.plugins.action.comet_user import ActionModule
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS

__all__ = ["ActionModule"]

# Ansible imports this before it forks a worker for each host, so that none of them has to make it again.
prepare(TASKS["comet_apply"])
