#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""stub"""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module


def main() -> None:
    run_module("comet_server_info")


if __name__ == "__main__":
    main()
