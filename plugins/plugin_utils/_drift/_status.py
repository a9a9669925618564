# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of comet_drift_status: a verdict becomes the end of a host, and so the playbook's exit status. Private."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import CLEAN, DRIFT, UNKNOWN, VERDICTS

_ENDS: Mapping[str, dict[str, Any]] = {CLEAN: {}, DRIFT: {"failed": True}, UNKNOWN: {"unreachable": True}}
"""What ansible-core makes of a host: it goes on, it fails (exit status 2), or it is unreachable (4)."""
_WORDS = {CLEAN: "No drift", DRIFT: "Drift", UNKNOWN: "It is not known whether there is drift"}


def spec() -> dict[str, Any]:
    """The options of the module, as ArgumentSpecValidator takes them."""
    options = {
        "verdict": {"type": "str", "required": True, "choices": list(VERDICTS)},
        "msg": {"type": "str"},
    }
    return {"argument_spec": options}


def run(params: Mapping[str, Any]) -> dict[str, Any]:
    """The result that ends the host as the verdict asks for."""
    verdict = params["verdict"]
    return {"changed": False, "verdict": verdict, "msg": params["msg"] or _WORDS[verdict], **_ENDS[verdict]}
