# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The door to tasks that run on the controller alone and speak to no server. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._task import known
from ansible_collections.comet.backup.plugins.module_utils._module._validation import (
    Validator,
    complaint,
    names_only,
    without,
)


def run_local(
    spec: Mapping[str, Any],
    given: Mapping[str, Any],
    work: Callable[[Mapping[str, Any]], dict[str, Any]],
    unseen: Sequence[str] = (),
) -> dict[str, Any]:
    """The result of a task. ``spec`` is what ArgumentSpecValidator is made with, ``unseen`` names options not repeated.

    Options that do not fit, and whatever ``work`` raises, become a failure with a sentence, as in the other doors.
    """
    rules = dict(spec)
    options = rules.pop("argument_spec")
    validation = Validator(options, rules).validate(given)
    if validation.errors.errors:
        refused = complaint(validation, options, given)
        return {"failed": True, "msg": refused, "invocation": {"module_args": names_only(given)}}
    params = validation.validated_parameters
    shown = without(unseen, {name: params.get(name, value) for name, value in given.items()})
    try:
        result = work(params)
    except Exception as error:
        told = known(error)
        result = {"failed": True, "msg": told.message, **({"error": told.details()} if told.details() else {})}
    return {"invocation": {"module_args": shown}, **result}
