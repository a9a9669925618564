# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules support. Private; may change at any time.

A module takes the first fragment, and one of the others; a module of neither sort says itself what it supports.
"""

from __future__ import annotations


class ModuleDocFragment:
    """The same for all modules, then by sort of module."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: In check mode nothing is changed, and the result says what the real run would change.
  diff_mode:
    description: In diff mode the result shows what differs, before and after.
  idempotent:
    description: Run again with the same options, and nothing else having touched the object, the task reports no
      change.
  action:
    description: Has an action plugin, so that the work may be done on the controller.
    support: full
    details:
      - Where the connection is local, the module runs inside Ansible's own process, which makes loops cheap.
        The variable C(comet_execution) set to V(module) turns that off.
  action_group:
    description: Can be given defaults together with the other modules of the group, in C(module_defaults).
    support: full
    membership:
      - comet.backup.comet
  platform:
    description: Systems that the module runs on.
    support: full
    platforms: posix
"""

    RESOURCE = r"""
attributes:
  check_mode:
    support: full
    details:
      - A reference to an object that does not exist is taken for one that an earlier task of the same run would make.
        It counts as pending and gives a warning.
  diff_mode:
    support: full
    details:
      - Only members that change are shown. A constant marker stands for a secret.
  idempotent:
    support: full
"""

    SECRETIVE = r"""
attributes:
  check_mode:
    support: full
    details:
      - A reference to an object that does not exist is taken for one that an earlier task of the same run would make.
        It counts as pending and gives a warning.
  diff_mode:
    support: full
    details:
      - Only members that change are shown. A constant marker stands for a secret.
  idempotent:
    support: partial
    details:
      - A secret cannot be compared, so a task that is told to write secrets always reports a change each time. This
        is not the default.
"""

    INFO = r"""
attributes:
  check_mode:
    support: full
    details:
      - The module only reads.
  diff_mode:
    support: none
    details:
      - The module changes nothing that could be shown.
  idempotent:
    support: full
    details:
      - The module only reads.
"""

    # Comes before the first fragment, whose words it replaces.
    LOCAL = r"""
attributes:
  action:
    details:
      - The controller does all of the work, whatever the connection of the host is.
  action_group:
    support: none
    details:
      - There is no connection to a server that defaults could be given for.
    membership: []
"""
