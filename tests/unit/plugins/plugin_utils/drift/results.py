# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of comet_apply as tests need them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._outcomes import OUTCOMES

Told = dict[str, Any]


def told(
    outcome: str,
    kind: str = "user",
    name: str = "alice",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    tenant: str = "ACME",
    **more: Any,
) -> Told:
    """An object with its outcome, and with both sides of its difference."""
    address = {"kind": kind, "tenant": tenant, "name": name}
    sides = {"before": before or {}, "after": after or {}}
    return {"object": {**address, "outcome": outcome, "msg": "", **more}, "diff": {**address, **sides}}


def result(*objects: Told, unchanged: int = 0, **more: Any) -> Told:
    """The result that tells these objects."""
    outcomes = Counter(one["object"]["outcome"] for one in objects)
    outcomes["unchanged"] += unchanged
    return {
        "changed": True,
        "counts": {outcome: outcomes[outcome] for outcome in OUTCOMES},
        "objects": [one["object"] for one in objects],
        "diff": [one["diff"] for one in objects if one["diff"]["before"] or one["diff"]["after"]],
        "seconds": 1.5,
        **more,
    }


def unmanaged(kind: str, name: str, owner: Sequence[str] = (), made_by: str = "", tenant: str = "ACME") -> Told:
    """An object that is not described."""
    holder = {"kind": owner[0], "name": owner[1]} if owner else None
    return {"kind": kind, "tenant": tenant, "name": name, "owner": holder, "made_by": made_by}
