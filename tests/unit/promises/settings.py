# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of an emulator's switches that nothing may depend on: computed from the switches that it has."""

from __future__ import annotations

from typing import Any

from comet_emulator.core.switches import SWITCHES, Switch

# What the answers of a server look like, not how busy or quick it is (numbers without choices), nor what it may
# send to other machines.
OF_THE_MACHINE = {"bcrypt_rounds", "webhook_targets"}

# Settings to try of switches that take any number.
TRIED = {"clock_skew_seconds": [-3600, 3600]}


def alternatives(switch: Switch) -> list[Any]:
    """The settings beside the default."""
    if isinstance(switch.default, bool):
        return [not switch.default]
    return TRIED.get(switch.name) or [choice for choice in switch.choices if choice != switch.default]


TURNABLE = [switch for switch in SWITCHES if switch.name not in OF_THE_MACHINE and alternatives(switch)]
