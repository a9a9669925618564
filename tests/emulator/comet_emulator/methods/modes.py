"""Modes of a policy (``SETTING``): what it decides itself, and what it leaves to whoever asks."""

from __future__ import annotations

from typing import Any

OPTIONAL_DEFAULT_ON = 1
ENFORCED_ON = 3
ENFORCED_OFF = 4


def decided(mode: int, asked: bool | None) -> bool:
    """What holds under a mode when this was asked for; None stands for nothing said."""
    if mode in (ENFORCED_ON, ENFORCED_OFF):
        return mode == ENFORCED_ON
    return mode == OPTIONAL_DEFAULT_ON if asked is None else asked


def _put(document: dict[str, Any], name: str, value: Any) -> None:
    """Set a member that is left out when it is zero."""
    if value:
        document[name] = value
    else:
        document.pop(name, None)


def enforce_modes(policy: dict[str, Any], rules: dict[str, dict[str, Any]]) -> None:
    """Bring schedules in step with what their user's policy enforces."""
    skip = policy.get("ModeScheduleSkipAlreadyRunning", 0)
    retry = policy.get("ModeScheduleLastJobFailDoRetry", 0)
    for rule in rules.values():
        rule["SkipAlreadyRunning"] = decided(skip, rule["SkipAlreadyRunning"])
        triggers = rule["EventTriggers"]
        _put(triggers, "OnLastJobFailDoRetry", decided(retry, triggers.get("OnLastJobFailDoRetry", False)))
        if retry == ENFORCED_ON:
            _put(triggers, "LastJobFailDoRetryCount", policy.get("ModeLastJobFailDoRetryCount", 0))
            _put(triggers, "LastJobFailDoRetryTime", policy.get("ModeLastJobFailDoRetryTime", 0))
