# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that validation takes and leaves as they are."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._model import Type
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._sound import is_sound, is_sound_scalar

USER, ITEM, PLAN, RULE = "UserProfileConfig", "SourceConfig", "ScheduleConfig", "BackupRuleConfig"
MAILS = "override_email_settings"

SOUND: tuple[tuple[str, str, Any], ...] = (
    (USER, "account_name", "Alice"),
    (USER, "account_name", 5),
    (USER, "suspended", True),
    (USER, "maximum_devices", -5),
    (USER, "all_protected_items_quota_bytes", 0),
    (USER, "all_protected_items_quota_bytes", "500 GiB"),
    (PLAN, "frequency_type", "daily"),
    (PLAN, "frequency_type", 8011),
    (USER, "emails", ["a@example.com", 5]),
    (USER, "emails", []),
    (ITEM, "engine_props", {"INCLUDE": ["/home"], "USE_WIN_VSS": True}),
    (USER, "custom_policy", {"prevent_open_web_ui": True, "hide_app_import": None}),
    (USER, MAILS, [{"email": "a"}, {"email": "b", "state": "present"}, {"email": "c", "state": "absent"}]),
    (USER, MAILS, [{"email": "a", "reports": [{}]}]),
    (RULE, "schedules", [{"frequency_type": "daily"}, {}]),
)
UNSOUND: tuple[tuple[str, str, Any], ...] = (
    (USER, "account_name", True),
    (USER, "account_name", 1.5),
    (USER, "account_name", ["Alice"]),
    (USER, "suspended", 1),
    (USER, "maximum_devices", "1"),
    (USER, "maximum_devices", True),
    (USER, "all_protected_items_quota_bytes", -1),
    (USER, "all_protected_items_quota_bytes", True),
    (USER, "all_protected_items_quota_bytes", 1.5),
    (PLAN, "frequency_type", True),
    (USER, "emails", "a@example.com"),
    (USER, "emails", ["a@example.com", True]),
    (ITEM, "engine_props", ["INCLUDE"]),
    (USER, "custom_policy", ["prevent_open_web_ui"]),
    (USER, "custom_policy", {"hide": True}),
    (USER, "custom_policy", {"hide_app_import": None, "prevent_open_web_ui": "yes"}),
    (USER, "custom_policy", {"prevent_open_web_ui": True, "PreventOpenWebUI": True}),
    (USER, "custom_policy", {"key": "a"}),
    (USER, "custom_policy", {"state": "present"}),
    (USER, MAILS, {"a": {}}),
    (USER, MAILS, ["a"]),
    (USER, MAILS, [{"email": "a"}, {"email": 5}]),
    (USER, MAILS, [{"email": "a", "state": "gone"}]),
    (USER, MAILS, [{"email": "a", "state": None}]),
    (USER, MAILS, [{"email": "a", "reports": "none"}]),
    (USER, MAILS, [{"email": "a", "state": "present", "report": []}]),
    (RULE, "schedules", [{}, {"frequency_type": 1.5}]),
    (RULE, "schedules", {"frequency_type": "daily"}),
)


@pytest.mark.parametrize(("structure", "option", "value"), SOUND)
def test_what_stays_as_it_is(structure: str, option: str, value: Any) -> None:
    assert is_sound(_fields.by_spelling(structure)[option], value)


@pytest.mark.parametrize(("structure", "option", "value"), UNSOUND)
def test_what_is_refused_or_converted(structure: str, option: str, value: Any) -> None:
    assert not is_sound(_fields.by_spelling(structure)[option], value)


@pytest.mark.parametrize(
    ("kind", "value", "sound"),
    [
        ("float", 1.5, True),
        ("float", 2**63 - 1, True),
        ("float", 1 - 2**63, True),
        ("float", 2**63, False),
        ("float", -(2**63), False),
        ("float", True, False),
        ("float", "1.5", False),
        ("any", ["a", None], True),
        ("bytes", "text", True),
        ("bytes", b"text", False),
    ],
)
def test_types_of_few_members(kind: str, value: Any, sound: bool) -> None:
    """What such a member means beside its type does not matter."""
    assert is_sound_scalar(_fields.by_spelling(USER)["account_name"], Type("scalar", kind), value) is sound
