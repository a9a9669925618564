# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rule of one option is certain of without a closer look, which takes a hundred times as long."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, Type, parse_type
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _values
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.plugins.module_utils._state._glance import REMEMBERED, rule_of

USER, ITEM, RULE, TENANT = "UserProfileConfig", "SourceConfig", "BackupRuleConfig", "Organization"
POLICY, HOOK, PLAN = "UserPolicy", "WebhookOption", "ScheduleConfig"
MAIL, SERVER = "EmailOptions", "ServerConfigOptions"
FILE, SQL = {"Engine": "engine1/file"}, {"Engine": "engine1/mysql"}
MEBIBYTE, MOST = 1 << 20, 2**63 - 1
LATE = 18000
"""The most seconds that a random delay may have."""
NAMES = {"Gold": "gold-id", "Office": "v1", "all": "all", "": "mistaken"}
MAILS = {"a": {"Reports": []}, "b": {}}
TWO = [{"ID": "t1", "Description": "Main"}, {"ID": "t2", "Description": "Other"}]
PSAS = [{"URL": "u", "Type": 1}, {"URL": "u"}]
RETENTION = {"OverrideDestinationRetention": {"v1": {}}}
ADMIN = {"name": "root", "tenant": "", "require_password_change": True}
ADMINS = [{"Username": "root", "OrganizationID": "", "RequirePasswordChange": False}]


def resolve(kind: str, value: str) -> str | None:
    return NAMES.get(value) if kind else None


Row = tuple[str, str, Any, dict[str, Any]]
AS_IT_IS: tuple[Row, ...] = (
    (USER, "account_name", "Alice", {"AccountName": "Alice"}),
    (USER, "suspended", True, {"IsSuspended": True}),
    (USER, "maximum_devices", 7, {"MaximumDevices": 7}),
    (USER, "all_protected_items_quota_bytes", MEBIBYTE, {"AllProtectedItemsQuotaBytes": MEBIBYTE}),
    (USER, "emails", ["b", "a"], {"Emails": ["a", "b"]}),
    (USER, "policy", "Gold", {"PolicyID": "gold-id"}),
    (ITEM, "engine_props", {"INCLUDE0": "/a", "X": ""}, {**FILE, "EngineProps": {"INCLUDE0": "/a", "X": ""}}),
    (MAIL, "smtp_password", "any", {"SMTPPassword": "held"}),
    ("AdminWebAuthnRegistration", "id", "AQ==", {"ID": "AQ=="}),
)
SPELLED: tuple[Row, ...] = (
    (USER, "all_protected_items_quota_bytes", "1 MiB", {"AllProtectedItemsQuotaBytes": MEBIBYTE}),
    (PLAN, "random_delay_secs", "5h", {"RandomDelaySecs": LATE}),
    (PLAN, "frequency_type", "daily", {"FrequencyType": 8011}),
    (PLAN, "frequency_type", 8011, {"FrequencyType": 8011}),
    (ITEM, "engine", "file", FILE),
    (HOOK, "white_listed_event_types", [4100, 4100], {"WhiteListedEventTypes": [4100, 4100]}),
)
CERTAIN: tuple[Row, ...] = (
    *AS_IT_IS,
    *SPELLED,
    (USER, "account_name", "", {}),
    (USER, "account_name", "Alice", {"AccountName": "Alice", "": "unheard of"}),
    (USER, "suspended", False, {"IsSuspended": None}),
    (USER, "require_password_change", True, {"RequirePasswordChange": False}),
    (USER, "maximum_devices", 0, {}),
    (USER, "maximum_devices", -(2**63), {"MaximumDevices": -(2**63)}),
    (USER, "maximum_devices", MOST, {"MaximumDevices": MOST}),
    (USER, "all_protected_items_quota_bytes", 0, {}),
    (USER, "all_protected_items_quota_bytes", "0", {}),
    (PLAN, "random_delay_secs", LATE, {"RandomDelaySecs": LATE}),
    (PLAN, "random_delay_secs", 0, {"RandomDelaySecs": 0}),
    (USER, "policy", "", {"PolicyID": ""}),
    (RULE, "storage_vault", "all", {"Destination": "1101"}),
    (RULE, "storage_vault", "Office", {"Destination": "v1"}),
    (MAIL, "smtp_password", "", {}),
    (USER, "emails", [], {"Emails": None}),
    ("AdminUserPermissions", "allowed_user_policies", ["Gold"], {"AllowedUserPolicies": ["gold-id"]}),
    (ITEM, "pre_exec", ["a", "b"], {"PreExec": ["a", "b"]}),
    (HOOK, "white_listed_event_types", [4100, 4101], {"WhiteListedEventTypes": [4100, 4101]}),
    (ITEM, "engine_props", {"USE_WIN_VSS": True}, {**FILE, "EngineProps": {"USE_WIN_VSS": ""}}),
    (ITEM, "engine_props", {}, {**FILE, "EngineProps": None}),
    (USER, "custom_policy", {"prevent_open_web_ui": False}, {"Policy": {}}),
    (USER, "custom_policy", {"prevent_open_web_ui": True}, {"Policy": {"PreventOpenWebUI": True}, "PolicyID": ""}),
    (USER, "custom_policy", {}, {"PolicyID": "gold-id"}),
    (USER, "override_email_settings", [{"email": "a", "reports": []}], {"OverrideEmailSettings": MAILS}),
    (USER, "override_email_settings", [{"email": "b"}, {"email": "a"}], {"OverrideEmailSettings": MAILS}),
    (USER, "override_email_settings", [{"email": "a", "state": "present"}], {"OverrideEmailSettings": MAILS}),
    (USER, "override_email_settings", [], {}),
    (ITEM, "override_destination_retention", [{"storage_vault": "Office"}], RETENTION),
    (RULE, "schedules", [{"frequency_type": "daily"}, {}], {"Schedules": [{"FrequencyType": 8011}, {"Frequency": 1}]}),
    (RULE, "schedules", [], {}),
    (TENANT, "storage_templates", [{"id": "t1", "name": "Main"}, {"id": "t2"}], {"RemoteStorage": TWO}),
    (SERVER, "psa_configs", [{"url": "u", "type": 1}, {"url": "u", "type": 0}], {"PSAConfigs": PSAS}),
    (SERVER, "admin_users", [ADMIN], {"AdminUsers": ADMINS}),
)
DOUBTFUL: tuple[Row, ...] = (
    (USER, "account_name", "Alice", {"AccountName": "Bob"}),
    (USER, "account_name", 5, {"AccountName": 5}),
    (USER, "suspended", 1, {"IsSuspended": 1}),
    (USER, "require_password_change", "yes", {"RequirePasswordChange": True}),
    (USER, "maximum_devices", "1", {"MaximumDevices": 1}),
    (USER, "maximum_devices", True, {"MaximumDevices": 1}),
    (USER, "maximum_devices", MOST + 1, {"MaximumDevices": MOST + 1}),
    (USER, "maximum_devices", -MOST - 2, {"MaximumDevices": -MOST - 2}),
    (USER, "all_protected_items_quota_bytes", -1, {"AllProtectedItemsQuotaBytes": -1}),
    (USER, "all_protected_items_quota_bytes", "1 MiB", {"AllProtectedItemsQuotaBytes": MEBIBYTE + 1}),
    (PLAN, "random_delay_secs", LATE + 1, {"RandomDelaySecs": LATE + 1}),
    (PLAN, "random_delay_secs", -1, {"RandomDelaySecs": -1}),
    (PLAN, "frequency_type", True, {"FrequencyType": 1}),
    (PLAN, "frequency_type", "now and then", {}),
    (USER, "policy", "Silver", {"PolicyID": ""}),
    (USER, "policy", 5, {"PolicyID": 5}),
    (MAIL, "smtp_password", "new", {"SMTPPassword": ""}),
    (MAIL, "smtp_password", "", {"SMTPPassword": "held"}),
    (MAIL, "smtp_password", 5, {"SMTPPassword": "held"}),
    (HOOK, "custom_headers", "any", {"CustomHeaders": {"X": "1"}}),
    (USER, "emails", ["a"], {"Emails": ["a", "b"]}),
    (USER, "emails", "ab", {"Emails": ["a", "b"]}),
    (USER, "emails", ["a"], {"Emails": {"a": "b"}}),
    (USER, "emails", [5], {"Emails": [5]}),
    (ITEM, "pre_exec", ["b", "a"], {"PreExec": ["a", "b"]}),
    (ITEM, "engine_props", "a", {**FILE, "EngineProps": {"a": ""}}),
    (ITEM, "engine_props", {"a": ""}, {**FILE, "EngineProps": ["a"]}),
    (ITEM, "engine_props", {"a": "x"}, {**FILE, "EngineProps": {"a": "y"}}),
    (ITEM, "engine_props", {"a": 1}, {**FILE, "EngineProps": {"a": 1}}),
    (ITEM, "engine_props", {"a": "x"}, {**FILE, "EngineProps": {"a": "x", "b": "y"}}),
    (ITEM, "engine_props", {"USE_WIN_VSS": True}, {**SQL, "EngineProps": {"USE_WIN_VSS": ""}}),
    (ITEM, "engine_props", {"USE_WIN_VSS": True}, {**FILE, "EngineProps": {"OTHER": ""}}),
    (ITEM, "engine_props", {"USE_WIN_VSS": ""}, {**FILE, "EngineProps": {"USE_WIN_VSS": ""}}),
    (USER, "custom_policy", {"prevent_open_web_ui": False}, {"PolicyID": "gold-id"}),
    (USER, "custom_policy", "x", {"Policy": {}}),
    (USER, "custom_policy", {}, {"Policy": ["x"]}),
    (USER, "override_email_settings", [], {"OverrideEmailSettings": MAILS}),
    (USER, "override_email_settings", [{"email": "a"}] * 2, {"OverrideEmailSettings": MAILS}),
    (USER, "override_email_settings", [{"email": "a", "state": "absent"}], {"OverrideEmailSettings": MAILS}),
    (USER, "override_email_settings", [{"email": "c"}], {"OverrideEmailSettings": MAILS}),
    (USER, "override_email_settings", [{"email": ""}], {"OverrideEmailSettings": {"": {}}}),
    (USER, "override_email_settings", [{"email": ["a"]}], {"OverrideEmailSettings": MAILS}),
    (USER, "override_email_settings", ["a"], {"OverrideEmailSettings": MAILS}),
    (USER, "override_email_settings", {"a": {}}, {"OverrideEmailSettings": MAILS}),
    (USER, "override_email_settings", [{"email": "a"}], {"OverrideEmailSettings": ["a"]}),
    (USER, "override_email_settings", [{"email": "a"}], {"OverrideEmailSettings": {"a": None}}),
    (ITEM, "override_destination_retention", [{"storage_vault": "v9"}], {"OverrideDestinationRetention": {"v9": {}}}),
    (RULE, "schedules", [{}], {"Schedules": [{}, {}]}),
    (RULE, "schedules", [{"frequency_type": "weekly"}], {"Schedules": [{"FrequencyType": 8011}]}),
    (RULE, "schedules", ["x"], {"Schedules": [{}]}),
    (RULE, "schedules", [{}], {"Schedules": [None]}),
    (RULE, "schedules", "x", {"Schedules": [{}]}),
    (RULE, "schedules", [{}], {"Schedules": "x"}),
    (TENANT, "storage_templates", [{"name": "Main"}, {"name": "Other"}], {"RemoteStorage": TWO}),
    (TENANT, "storage_templates", [{"id": "t2"}, {"id": "t1"}], {"RemoteStorage": TWO}),
    (TENANT, "storage_templates", [{"id": "t1"}] * 2, {"RemoteStorage": [TWO[0]] * 2}),
    (TENANT, "storage_templates", [{"id": "", "name": "Main"}], {"RemoteStorage": [{"ID": "", "Description": "Main"}]}),
    (TENANT, "storage_templates", [{"id": "", "name": "Main"}], {"RemoteStorage": [{"Description": "Main"}]}),
    (SERVER, "psa_configs", [{"url": "u", "type": 0}] * 2, {"PSAConfigs": [PSAS[1]] * 2}),
)


def certain(structure: str, option: str, value: Any, document: dict[str, Any], exclusive: bool = False) -> bool:
    return rule_of(_fields.by_spelling(structure)[option], exclusive)(value, document, resolve)


@pytest.mark.parametrize(("structure", "option", "value", "document"), CERTAIN)
def test_what_is_certain_at_once(structure: str, option: str, value: Any, document: dict[str, Any]) -> None:
    assert certain(structure, option, value, document) is True


@pytest.mark.parametrize(("structure", "option", "value", "document"), DOUBTFUL)
def test_what_is_in_doubt(structure: str, option: str, value: Any, document: dict[str, Any]) -> None:
    assert not certain(structure, option, value, document)


@pytest.mark.parametrize(("structure", "option", "value", "document"), AS_IT_IS)
def test_what_is_plain_is_not_converted(
    structure: str, option: str, value: Any, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def convert(*_unused: Any) -> Any:
        pytest.fail("it was converted")

    monkeypatch.setattr(_values, "from_option", convert)
    assert certain(structure, option, value, document)


@pytest.mark.parametrize(("structure", "option", "value", "document"), SPELLED)
def test_a_spelling_is_converted_once(
    structure: str, option: str, value: Any, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    converted: list[Any] = []
    convert = _values.from_option

    def noted(member: Member, kind: Type, value: Any, where: str) -> Any:
        converted.append(value)
        return convert(member, kind, value, where)

    monkeypatch.setattr(_values, "from_option", noted)
    rule = rule_of(_fields.by_spelling(structure)[option], False)
    assert rule(value, document, resolve)
    assert rule(value, document, resolve)
    assert len(converted) == 1


def test_spellings_beyond_those_that_are_remembered_count_as_well() -> None:
    rule = rule_of(_fields.by_spelling("SharedStorageQuota")["limit_bytes"], False)
    for number in range(2 * REMEMBERED):
        assert rule(f"{number} KiB", {"LimitBytes": number * 1024}, resolve)
        assert not rule(f"{number} KiB", {"LimitBytes": number * 1024 + 1}, resolve)


@pytest.mark.parametrize("exclusive", [False, True])
def test_who_is_exclusive_names_all_entries_also_inside_lists(exclusive: bool) -> None:
    """No list of the API's is of that kind, so this one is made up."""
    items = Field("items", Member("Items", "Any", parse_type("list<SourceConfig>")), _fields.RECORDS)
    held = {"Items": [{"OverrideDestinationRetention": {"v1": {}, "v2": {}}}]}
    wished = [{"override_destination_retention": [{"storage_vault": "Office"}]}]
    assert rule_of(items, exclusive)(wished, held, resolve) is not exclusive


@pytest.mark.parametrize("exclusive", [False, True])
def test_who_is_exclusive_names_all_entries_also_inside_others(exclusive: bool) -> None:
    retentions = {"OverrideDestinationRetention": {"v1": {}, "v2": {}}}
    items = [{"id": "d", "override_destination_retention": [{"storage_vault": "Office"}]}]
    policy = {"DefaultSources": {"d": retentions}}
    assert certain(POLICY, "default_sources", items, policy, exclusive) is not exclusive
    assert certain(USER, "custom_policy", {"default_sources": items}, {"Policy": policy}, exclusive) is not exclusive
    assert certain(POLICY, "default_sources", [{"id": "d"}], policy, exclusive)
