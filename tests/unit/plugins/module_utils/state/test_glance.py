# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a glance at one structure vouches for, and what it does not, in plain words; the law has tests of its own."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._state import _glance
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.plugins.module_utils._state._glance import Glance, Rule, rule_of

GIBIBYTE = 1 << 30
USER: dict[str, Any] = {
    "AccountName": "Alice",
    "Emails": ["a@example.com", "b@example.com"],
    "AllProtectedItemsQuotaBytes": 500 * GIBIBYTE,
    "MaximumDevices": 1,
    "IsSuspended": True,
    "PolicyID": "gold-id",
    "GroupID": None,
    "OverrideEmailSettings": {"a@example.com": {"Reports": []}, "b@example.com": {}},
}
ITEM: dict[str, Any] = {
    "Engine": "engine1/file",
    "EngineProps": {"INCLUDE0": "/home", "INCLUDE1": "/srv", "USE_WIN_VSS": ""},
    "PreExec": ["first", "second"],
}
MYSQL: dict[str, Any] = {"Engine": "engine1/mysql", "EngineProps": {"USE_WIN_VSS": ""}}
MSSQL: dict[str, Any] = {"Engine": "engine1/mssql", "EngineProps": {"USE_WIN_VSS": "1"}}
RULE: dict[str, Any] = {
    "Destination": "1101",
    "Schedules": [{"FrequencyType": 8011, "SecondsPast": 9000}, {"FrequencyType": 8012, "RestrictRuntime": True}],
}
TENANT: dict[str, Any] = {
    "RemoteStorage": [{"ID": "t1", "Description": "Main", "Password": "held"}, {"ID": "t2", "Description": "Other"}],
    "WebhookOptions": {"audit": {"CustomHeaders": {"X": "1"}, "WhiteListedEventTypes": [4100, 4101]}},
}
ADMINS: dict[str, Any] = {"AdminUsers": [{"Username": "root", "RequirePasswordChange": False}, {"Username": "ann"}]}
ROOT_USER = {"name": "root", "require_password_change": True}
STORAGE = ({"id": "t1", "name": "Main", "password": "any"}, {"id": "t2", "name": "Other"})
NAMES = {"policy": {"Gold": "gold-id", "gold-id": "gold-id"}}


def resolve(kind: str, value: str) -> str | None:
    return NAMES.get(kind, {}).get(value)


VOUCHED: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("UserProfileConfig", USER, {}),
    ("UserProfileConfig", USER, {"account_name": "Alice", "suspended": True, "maximum_devices": 1}),
    ("UserProfileConfig", USER, {"AccountName": "Alice"}),
    ("UserProfileConfig", USER, {"account_name": None, "user_group": "", "language_code": "", "local_timezone": None}),
    ("UserProfileConfig", USER, {"policy": "Gold", "all_protected_items_quota_bytes": "500 GiB"}),
    ("UserProfileConfig", USER, {"policy": "gold-id", "all_protected_items_quota_bytes": 500 * GIBIBYTE}),
    ("UserProfileConfig", USER, {"emails": ["b@example.com", "a@example.com"]}),
    ("UserProfileConfig", USER, {"emails": ["b@example.com", "a@example.com", "a@example.com"]}),
    ("UserProfileConfig", USER, {"require_password_change": True}),
    ("UserProfileConfig", USER, {"override_email_settings": [{"email": "a@example.com", "reports": []}]}),
    ("UserProfileConfig", USER, {"override_email_settings": [{"email": "gone@example.com", "state": "absent"}]}),
    ("SourceConfig", ITEM, {"engine": "file", "engine_props": {**ITEM["EngineProps"], "USE_WIN_VSS": True}}),
    ("SourceConfig", ITEM, {"engine": "file", "engine_props": {"INCLUDE": ["/srv", "/home"], "USE_WIN_VSS": "yes"}}),
    ("SourceConfig", ITEM, {"Engine": "engine1/file", "pre_exec": ["first", "second"]}),
    ("BackupRuleConfig", RULE, {"schedules": [{"frequency_type": "daily", "seconds_past": "02:30"}, {}]}),
    ("BackupRuleConfig", RULE, {"schedules": [{"restrict_runtime": True}, {"frequency_type": 8011}]}),
    ("Organization", TENANT, {"storage_templates": list(STORAGE)}),
    ("Organization", TENANT, {"storage_templates": list(STORAGE)[::-1]}),
    ("Organization", TENANT, {"webhook_options": [{"name": "audit", "custom_headers": {"X": "2"}}]}),
    ("ServerConfigOptions", ADMINS, {"admin_users": [{"name": "ann"}, {"name": "root"}]}),
    ("ServerConfigOptions", ADMINS, {"admin_users": [{"name": "ann", "require_password_change": True}, ROOT_USER]}),
)
DOUBTFUL: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("UserProfileConfig", USER, {"account_name": "Bob"}),
    ("UserProfileConfig", USER, {"account_name": ["Alice"]}),
    ("UserProfileConfig", USER, {"nonsense": None}),
    ("UserProfileConfig", USER, {"create_time": 0}),
    ("UserProfileConfig", USER, {"maximum_devices": True}),
    ("UserProfileConfig", USER, {"suspended": 1}),
    ("UserProfileConfig", USER, {"policy": "Silver"}),
    ("UserProfileConfig", USER, {"user_group": "Silver"}),
    ("UserProfileConfig", USER, {"custom_policy": {"prevent_open_web_ui": False}}),
    ("UserProfileConfig", USER, {"emails": ["a@example.com"]}),
    ("UserProfileConfig", USER, {"emails": "a@example.com,b@example.com"}),
    ("UserProfileConfig", USER, {"Emails": ["x"], "emails": ["b@example.com", "a@example.com", "a@example.com"]}),
    ("UserProfileConfig", USER, {"AccountName": "Alice", "account_name": "Alice"}),
    ("UserProfileConfig", USER, {"PolicyID": "gold-id", "policy_id": "gold-id"}),
    ("UserProfileConfig", USER, {"all_protected_items_quota_bytes": "500 pounds"}),
    ("UserProfileConfig", {"AllProtectedItemsQuotaBytes": -1}, {"all_protected_items_quota_bytes": -1}),
    ("UserProfileConfig", USER, {"override_email_settings": {"a@example.com": {}}}),
    ("UserProfileConfig", USER, {"override_email_settings": []}),
    ("UserProfileConfig", USER, {"override_email_settings": [{"email": "a@example.com"}, {"email": "a@example.com"}]}),
    ("UserProfileConfig", USER, {"override_email_settings": [{"email": "a@example.com", "state": "absent"}]}),
    ("UserProfileConfig", USER, {"override_email_settings": [{"email": "a@example.com", "state": ""}]}),
    ("UserProfileConfig", USER, {"override_email_settings": [{"email": "gone@example.com"}]}),
    ("SourceConfig", ITEM, {"engine": "mysql", "engine_props": ITEM["EngineProps"]}),
    ("SourceConfig", ITEM, {"engine_props": {"INCLUDE0": "/home"}}),
    ("SourceConfig", MYSQL, {"engine": "mysql", "engine_props": {"USE_WIN_VSS": "yes"}}),
    ("SourceConfig", MSSQL, {"engine": "mssql", "engine_props": {"USE_WIN_VSS": "yes"}}),
    ("SourceConfig", ITEM, {"engine_props": {**ITEM["EngineProps"], "USE_WIN_VSS": False}}),
    ("SourceConfig", ITEM, {"pre_exec": ["second", "first"]}),
    ("BackupRuleConfig", RULE, {"storage_vault": "all"}),
    ("BackupRuleConfig", RULE, {"schedules": [{}]}),
    ("BackupRuleConfig", RULE, {"schedules": [{"frequency_type": "daily", "seconds_past": "02:31"}, {}]}),
    ("BackupRuleConfig", RULE, {"schedules": [{"frequency_type": "now and then"}, {}]}),
    ("BackupRuleConfig", RULE, {"schedules": {"frequency_type": "daily"}}),
    ("Organization", TENANT, {"storage_templates": [STORAGE[0]]}),
    ("Organization", TENANT, {"storage_templates": [STORAGE[0], STORAGE[0]]}),
    ("Organization", TENANT, {"storage_templates": [*STORAGE, {"name": "Third"}]}),
    ("Organization", TENANT, {"webhook_options": [{"name": "audit", "custom_headers": {}}]}),
    ("Organization", TENANT, {"webhook_options": [{"name": "audit", "white_listed_event_types": ["never"]}]}),
)


@pytest.mark.parametrize(("structure", "document", "options"), VOUCHED)
def test_what_is_vouched_for(structure: str, document: dict[str, Any], options: dict[str, Any]) -> None:
    assert Glance(structure).same(options, document, resolve)


@pytest.mark.parametrize(("structure", "document", "options"), DOUBTFUL)
def test_what_is_not(structure: str, document: dict[str, Any], options: dict[str, Any]) -> None:
    assert not Glance(structure).same(options, document, resolve)


def test_who_is_exclusive_has_to_name_all_entries() -> None:
    look = Glance("UserProfileConfig", exclusive=True)
    named: list[dict[str, Any]] = [{"email": "a@example.com"}, {"email": "b@example.com", "reports": []}]
    assert look.same({"override_email_settings": named}, USER, resolve)
    assert not look.same({"override_email_settings": named[:1]}, USER, resolve)
    assert not look.same({"override_email_settings": [named[0], named[0]]}, USER, resolve)


def test_options_that_must_be_stated_are_not_null() -> None:
    look = Glance("UserProfileConfig", stated=frozenset({"account_name"}))
    assert not look.same({"account_name": None}, USER, resolve)


def test_a_rule_is_made_once_when_its_option_is_first_met(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def noted(field: Field, exclusive: bool) -> Rule:
        made.append(field.option)
        return rule_of(field, exclusive)

    monkeypatch.setattr(_glance, "rule_of", noted)
    look = Glance("UserProfileConfig")
    assert made == []
    for _again in range(2):
        assert look.same({"account_name": "Alice", "suspended": True}, USER, resolve)
    assert made == ["account_name", "suspended"]
