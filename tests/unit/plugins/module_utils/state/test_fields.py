# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members as options: their names, aliases and kinds."""

from __future__ import annotations

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._state import _fields


@pytest.mark.parametrize(
    ("member", "option"),
    [
        ("AccountName", "account_name"),
        ("AllProtectedItemsQuotaBytes", "all_protected_items_quota_bytes"),
        ("S3UsesTLS", "s3_uses_tls"),
        ("HelpURL", "help_url"),
        ("PathIcoFile", "path_ico_file"),
        ("QuotaHyperVGuests", "quota_hyperv_guests"),
        ("QuotaVMwareGuests", "quota_vmware_guests"),
        ("QuotaOffice365ProtectedAccounts", "quota_office365_protected_accounts"),
        ("SMTPAllowUnencrypted", "smtp_allow_unencrypted"),
        ("B2", "b2"),
        ("ID", "id"),
        ("MacOSCodeSign", "macos_code_sign"),
        ("AllowPasswordAndWebAuthnLogin", "allow_password_and_webauthn_login"),
        ("WindowsCodeSignPKCS12FilePath", "windows_code_sign_pkcs12_file_path"),
        ("version", "version"),
        ("latest_stable", "latest_stable"),
    ],
)
def test_option_names(member: str, option: str) -> None:
    assert _fields.snake_case(member) == option


@pytest.mark.parametrize("name", _model.structure_names())
def test_every_spelling_means_one_member(name: str) -> None:
    known = _fields.fields(name)
    options = [field.option for field in known.values()]
    assert len(set(options)) == len(options)
    spellings = [
        word for field in known.values() if not field.member.computed for word in (field.option, *field.aliases)
    ]
    assert len(set(spellings)) == len(spellings)
    for field in known.values():
        assert field.option.isidentifier()
        assert field.option == field.option.lower()
        if field.member.computed:
            assert field.option not in _fields.by_spelling(name)
        elif field.member.name.lower() not in set(options) - {field.option}:
            assert _fields.by_spelling(name)[field.member.name] is field


@pytest.mark.parametrize(
    ("structure", "member", "kind", "inner", "key"),
    [
        ("UserProfileConfig", "AccountName", _fields.VALUE, "", "key"),
        ("UserProfileConfig", "Policy", _fields.STRUCT, "UserPolicy", "key"),
        ("UserProfileConfig", "Destinations", _fields.ENTRIES, "DestinationConfig", "id"),
        ("UserProfileConfig", "OverrideEmailSettings", _fields.ENTRIES, "UserCustomEmailSettings", "email"),
        ("UserProfileConfig", "Emails", _fields.LIST, "", "key"),
        ("BackupRuleConfig", "Schedules", _fields.RECORDS, "ScheduleConfig", "key"),
        ("SourceConfig", "EngineProps", _fields.MAP, "", "key"),
    ],
)
def test_kinds(structure: str, member: str, kind: str, inner: str, key: str) -> None:
    field = _fields.fields(structure)[member]
    assert (field.kind, field.inner, field.key_option) == (kind, inner, key)


@pytest.mark.parametrize(
    ("structure", "member", "option", "aliases"),
    [
        ("UserProfileConfig", "IsSuspended", "suspended", ("IsSuspended", "is_suspended")),
        ("UserProfileConfig", "Policy", "custom_policy", ()),
        ("UserProfileConfig", "PolicyID", "policy", ("PolicyID", "policy_id")),
        ("GroupPolicy", "Policy", "settings", ("Policy", "policy")),
        ("GroupPolicy", "OrganizationID", "tenant", ("OrganizationID", "organization_id")),
    ],
)
def test_renames_keep_the_words_of_the_api(structure: str, member: str, option: str, aliases: tuple[str, ...]) -> None:
    """A user's own Policy must not claim the word policy, which is the reference."""
    field = _fields.fields(structure)[member]
    assert (field.option, field.aliases) == (option, aliases)


@pytest.mark.parametrize("hidden", [(), ("Sources", "AccountName")])
def test_all_that_a_task_can_reach(hidden: tuple[str, ...]) -> None:
    """Every member that is not computed, of the structure and of all those that it holds, once."""
    reached = list(_fields.settable("UserProfileConfig", hidden))
    own = {name: field for name, field in _fields.fields("UserProfileConfig").items() if name not in hidden}
    held = {field.inner for field in reached if field.inner}
    every = [*own.values(), *(field for name in held for field in _fields.fields(name).values())]
    assert sorted(map(id, reached)) == sorted(id(field) for field in every if not field.member.computed)
