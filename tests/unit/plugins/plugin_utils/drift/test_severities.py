# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How grave each difference is: every structure is decided about, and every entry of the tables means something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._model import structure
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS as RESOURCES
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.plugins.plugin_utils._drift import _severity
from ansible_collections.comet.backup.plugins.plugin_utils._drift._severities import KINDS, MEMBERS, OPTIONS, STRUCTURES
from ansible_collections.comet.backup.plugins.plugin_utils._drift._spots import Difference, at
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import FUNCTIONAL, PROTECTION, SEVERITIES


def settable() -> Iterator[Field]:
    """All members that a managing module can set."""
    for resource in RESOURCES:
        yield from _fields.settable(resource.structure, resource.unmanaged)


def of(kind: str, path: str, before: Any = None, after: Any = None) -> str:
    return _severity.of_difference(Difference(at(kind, path.split("/")), before, after))


def test_every_structure_with_members_to_set_is_decided_about() -> None:
    assert {field.member.structure for field in settable()} - set(STRUCTURES) == set()


def test_every_structure_of_the_table_can_be_met() -> None:
    held = {field.inner for field in settable() if field.inner} | {resource.structure for resource in RESOURCES}
    assert set(STRUCTURES) - {field.member.structure for field in settable()} - held == set()


@pytest.mark.parametrize(("name", "member"), [(name, member) for name in MEMBERS for member in MEMBERS[name]])
def test_every_member_of_the_table_exists_and_differs_from_its_structure(name: str, member: str) -> None:
    assert structure(name).member(member).structure == name
    assert MEMBERS[name][member] != STRUCTURES[name] or _fields.fields(name)[member].inner


def test_the_tables_are_about_all_kinds_and_their_own_options() -> None:
    assert set(KINDS) == {resource.kind for resource in RESOURCES}
    arguments = {resource.kind: set(resource.arguments) for resource in RESOURCES}
    assert [kind for kind, options in OPTIONS.items() if not set(options) <= arguments[kind]] == []


def test_only_known_words_are_used() -> None:
    told = [*STRUCTURES.values(), *KINDS.values()]
    told += [one for table in (*MEMBERS.values(), *OPTIONS.values()) for one in table.values()]
    assert set(told) <= set(SEVERITIES)


def test_whoever_reviews_sees_what_nobody_has_named() -> None:
    """`pytest -s` lists the members that are functional because nothing is said about them."""
    fields = {(field.member.structure, field.member.name): field for field in settable()}
    quiet = [
        f"{name}.{member}"
        for (name, member), field in sorted(fields.items())
        if STRUCTURES[name] == FUNCTIONAL and member not in MEMBERS.get(name, {}) and not field.inner
    ]
    print("\nFunctional by default:", *quiet, sep="\n  ")
    telling = ("Prevent", "Quota", "Suspend", "Retention", "Encrypt", "Password")
    about_others = ("Signing", "CodeSign", "SSH", "Pfx", "SMTP")
    grave = [one for one in quiet if any(word in one for word in telling)]
    assert [one for one in grave if not any(word in one for word in about_others)] == []


@pytest.mark.parametrize(
    ("kind", "path", "severity"),
    [
        ("user", "account_name", "cosmetic"),
        ("user", "language_code", "cosmetic"),
        ("user", "emails", "functional"),
        ("user", "suspended", "protection"),
        ("user", "maximum_devices", "protection"),
        ("user", "policy", "protection"),
        ("user", "user_password", "protection"),
        ("user", "uninstall_software", "functional"),
        ("user", "custom_policy/prevent_delete_storage_vault", "protection"),
        ("user", "custom_policy/hide_app_version", "cosmetic"),
        ("user", "override_email_settings/a@b.c/reports", "functional"),
        ("policy", "settings/default_storage_vault_retention/mode", "protection"),
        ("policy", "settings/default_sources_backup_rules/x/log_level", "functional"),
        ("schedule", "log_level", "functional"),
        ("schedule", "schedules/#1/seconds_past", "protection"),
        ("schedule", "schedules/#1/random_delay_secs", "functional"),
        ("storage_vault", "s3_server", "protection"),
        ("storage_vault", "s3_object_lock_days", "protection"),
        ("storage_vault", "default_retention/ranges", "protection"),
        ("admin_user", "permissions/prevent_delete_storage_vault", "protection"),
        ("admin_user", "ip_whitelist", "protection"),
        ("branding", "top_color", "cosmetic"),
        ("branding", "default_login_server_url", "protection"),
        ("email_options", "smtp_host", "functional"),
        ("email_options", "email_reporting_options/#1/email_report_config/summary_frequency", "functional"),
        ("email_options", "email_reporting_options/#1/local_timezone", "cosmetic"),
        ("news", "text", "cosmetic"),
        ("tenant", "name", "cosmetic"),
        ("tenant", "suspended", "protection"),
        ("constellation", "delete_unused_data", "protection"),
        ("server_config", "branding/top_color", "cosmetic"),
        ("server_config", "ip_rate_limit/rules/#1/bytes_per_second", "functional"),
        ("server_config", "NobodyKnows", "functional"),
        ("nothing_known", "whatever", "functional"),
    ],
)
def test_a_member_is_as_grave_as_it_should_be(kind: str, path: str, severity: str) -> None:
    assert of(kind, path) == severity


def test_a_value_of_many_members_is_as_grave_as_the_gravest() -> None:
    """A report on jobs has times, but these protect nothing."""
    options = {"language_code": "en_US"}
    assert of("email_options", "email_reporting_options", [], [options]) == "cosmetic"
    report = {"email_report_config": {"summary_frequency": [{"seconds_past": 3600}]}}
    assert of("email_options", "email_reporting_options", [report], [options]) == "functional"
    assert (
        of("policy", "settings", None, {"hide_app_version": True, "prevent_delete_storage_vault": True}) == PROTECTION
    )
    assert of("tenant", "webhook_options/ops", {"url": "https://a", "NobodyKnows": 1}, None) == "functional"


def test_an_object_as_a_whole() -> None:
    assert [_severity.of_kind(kind) for kind in ("user", "news", "webhook", "unheard_of")] == [
        "protection",
        "cosmetic",
        "functional",
        "functional",
    ]
