# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options to a patch and back."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._model import structure
from ansible_collections.comet.backup.plugins.module_utils._state import _document
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption, NotFound

USER = "UserProfileConfig"


def resolve(kind: str, value: str, where: str) -> str:
    return f"{kind}:{value}"


@pytest.mark.parametrize(
    ("name", "options", "patch"),
    [
        (USER, {}, {}),
        (USER, {"account_name": None, "emails": None, "custom_policy": None}, {}),
        (
            USER,
            {"account_name": "", "emails": [], "suspended": False},
            {"AccountName": "", "Emails": [], "IsSuspended": False},
        ),
        (USER, {"AccountName": "A", "is_suspended": True}, {"AccountName": "A", "IsSuspended": True}),
        (
            USER,
            {"custom_policy": {"prevent_open_web_ui": True, "hide_app_import": None}},
            {"Policy": {"PreventOpenWebUI": True}},
        ),
        (USER, {"custom_policy": {}}, {"Policy": {}}),
        (USER, {"policy": "Gold", "user_group": ""}, {"PolicyID": "policy:Gold", "GroupID": ""}),
        (USER, {"override_email_settings": []}, {"OverrideEmailSettings": {}}),
        (
            USER,
            {
                "override_email_settings": [
                    {"email": "a@b", "reports": []},
                    {"email": "c@d", "state": "absent", "reports": None},
                ]
            },
            {"OverrideEmailSettings": {"a@b": {"Reports": []}, "c@d": None}},
        ),
        (
            USER,
            {"override_email_settings": {"a@b": {"reports": []}, "c@d": None}},
            {"OverrideEmailSettings": {"a@b": {"Reports": []}, "c@d": {}}},
        ),
        (
            "SourceConfig",
            {"override_destination_retention": [{"storage_vault": "Office", "mode": "keep_everything"}]},
            {"OverrideDestinationRetention": {"storage_vault:Office": {"Mode": 801}}},
        ),
        (
            "RetentionPolicy",
            {"mode": "keep_everything", "ranges": [{"type": "newer_than_x", "days": 7}]},
            {"Mode": 801, "Ranges": [{"Type": 901, "Days": 7}]},
        ),
        ("SourceConfig", {"engine_props": {"INCLUDE": "/", 1: 2}}, {"EngineProps": {"INCLUDE": "/", "1": "2"}}),
        (
            "AdminUserPermissions",
            {"allowed_user_policies": ["Gold", "Silver"]},
            {"AllowedUserPolicies": ["policy:Gold", "policy:Silver"]},
        ),
    ],
)
def test_patches(name: str, options: dict[str, Any], patch: dict[str, Any]) -> None:
    assert _document.patch_from(name, options, resolve) == patch


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        (USER, {"acount_name": "A"}, "acount_name is not an option here; did you mean account_name?"),
        (USER, {"creation_guid": "A"}, "creation_guid is not an option here"),
        (USER, {"custom_policy": {"hide": 1}}, "custom_policy.hide is not an option here"),
        (USER, {"custom_policy": "no"}, "custom_policy must be a dictionary, not str"),
        (USER, {"emails": "a@b"}, "emails must be a list, not str"),
        (USER, {"override_email_settings": "a@b"}, "override_email_settings must be a list, not str"),
        (USER, {"emails": [["a@b"]]}, "emails[0]: ['a@b'] is not a text"),
        (USER, {"override_email_settings": [{"reports": []}]}, "override_email_settings[0] needs email"),
        (USER, {"override_email_settings": [{"email": ""}]}, "override_email_settings[0] needs email"),
        (USER, {"override_email_settings": ["a@b"]}, "override_email_settings[0] must be a dictionary, not str"),
        (USER, {"override_email_settings": [{"email": "a"}, {"email": "a"}]}, "override_email_settings names a twice"),
        (
            USER,
            {"override_email_settings": [{"email": "a", "state": "gone"}]},
            "override_email_settings[a].state is gone",
        ),
        (
            USER,
            {"override_email_settings": [{"email": "a", "report": []}]},
            "override_email_settings[a].report is not an option",
        ),
        ("RetentionPolicy", {"ranges": [{"dayz": 7}]}, "ranges[0].dayz is not an option here; did you mean days?"),
        ("RetentionPolicy", {"ranges": "x"}, "ranges must be a list, not str"),
        ("RetentionPolicy", {"ranges": [7]}, "ranges[0] must be a dictionary, not int"),
        ("RetentionPolicy", {"ranges": [{"days": "x"}]}, "ranges[0].days: 'x' is not a whole number"),
        ("SourceConfig", {"engine_props": ["x"]}, "engine_props must be a dictionary, not list"),
        ("SourceConfig", {"engine_props": {"A": ["x"]}}, "engine_props.A:"),
    ],
)
def test_wrong_options_are_named_by_their_path(name: str, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        _document.patch_from(name, options, resolve)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("extra", "patch"),
    [
        ({}, {}),
        ({"New": [1]}, {"New": [1]}),
        ({"Policy": {"New": 1}}, {"Policy": {"New": 1}}),
        (
            {"Policy": {"DefaultStorageVaultRetention": {"New": 1}}},
            {"Policy": {"DefaultStorageVaultRetention": {"New": 1}}},
        ),
    ],
)
def test_members_that_nobody_knows(extra: dict[str, Any], patch: dict[str, Any]) -> None:
    assert _document.extra_patch(USER, extra) == patch


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"AccountName": "A"}, "extra.AccountName is known: use the option account_name"),
        ({"Policy": 3}, "extra.Policy is known: use the option custom_policy"),
        (
            {"Policy": {"PreventOpenWebUI": True}},
            "extra.Policy.PreventOpenWebUI is known: use the option prevent_open_web_ui",
        ),
        ({"CreationGUID": "x"}, "extra.CreationGUID is kept by the server"),
        ({1: "x"}, "extra: 1 is no text, as the name of a member is"),
        ({"Policy": {None: 2}}, "extra.Policy: None is no text"),
    ],
)
def test_known_members_are_refused_in_extra(extra: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        _document.extra_patch(USER, extra)
    assert words in caught.value.message


def test_a_known_member_is_pointed_to_by_the_name_of_its_option_here() -> None:
    with pytest.raises(InvalidOption, match=r"extra\.URL is known: use the option webhook_url"):
        _document.extra_patch("WebhookOption", {"URL": ""}, {"url": "webhook_url"})


def label(kind: str, key: str) -> str:
    return f"{kind} {key}"


@pytest.mark.parametrize(
    ("name", "document", "options"),
    [
        (USER, None, {}),
        (USER, {"AccountName": "A", "Emails": None}, {"account_name": "A", "emails": []}),
        (USER, {"PolicyID": "p", "GroupID": ""}, {"policy": "policy p", "user_group": ""}),
        (USER, {"PasswordHash": "x", "TOTPKey": ""}, {"password_hash": "<hidden>", "totp_key": ""}),
        (
            USER,
            {"OverrideEmailSettings": {"a": {"Reports": []}}},
            {"override_email_settings": [{"email": "a", "reports": []}]},
        ),
        (USER, {"New": 1, "NewPassword": "x"}, {"extra": {"New": 1, "NewPassword": "<hidden>"}}),
        (
            "RetentionPolicy",
            {"Mode": 802, "Ranges": [{"Type": 901}]},
            {"mode": "delete_except", "ranges": [{"type": "newer_than_x"}]},
        ),
        (
            "SourceConfig",
            {"Engine": "engine1/mysql", "EngineProps": {"P": "x"}},
            {"engine": "mysql", "engine_props": {"P": "<hidden>"}},
        ),
        (
            "SourceConfig",
            {"OverrideDestinationRetention": {"v": {"Mode": 801}}},
            {"override_destination_retention": [{"storage_vault": "storage_vault v", "mode": "keep_everything"}]},
        ),
        ("SourceConfig", {"EngineProps": {"USE_WIN_VSS": "1"}}, {"engine_props": {"USE_WIN_VSS": "1"}}),
        (
            "SourceConfig",
            {"Engine": "engine1/mysql", "EngineProps": {"USE_WIN_VSS": "x"}},
            {"engine": "mysql", "engine_props": {"USE_WIN_VSS": "<hidden>"}},
        ),
        ("PSAConfig", {"Type": None}, {"type": "generic"}),
        ("ServerConfigOptions", {"AdminUsers": [{"OrganizationID": "1"}]}, {"admin_users": [{"tenant": "tenant 1"}]}),
        (
            "AllowedAdminUser",
            {"Permissions": {"AllowedUserPolicies": ["p"]}},
            {"permissions": {"allowed_user_policies": ["policy p"]}},
        ),
        (
            "Organization",
            {"WebhookOptions": {"https://a:word@b": {}}},
            {"webhook_options": [{"name": "https://a:word@b"}]},
        ),
        ("WebhookOption", {"CustomHeaders": {"A": "x"}}, {"custom_headers": {"A": "<hidden>"}}),
        ("AdminUserPermissions", {"AllowedUserPolicies": ["p"]}, {"allowed_user_policies": ["policy p"]}),
    ],
)
def test_documents_as_options(name: str, document: dict[str, Any] | None, options: dict[str, Any]) -> None:
    assert _document.options_from(name, document, _document.View(label)) == options


@pytest.mark.parametrize(("word", "value"), [("latest", "1100"), ("all", "1101"), ("1101", "1101"), ("v1", "v1")])
def test_words_for_what_is_no_object(word: str, value: str) -> None:
    def as_it_is(kind: str, name: str, where: str) -> str:
        return name

    made = _document.patch_from("BackupRuleConfig", {"storage_vault": word}, as_it_is)
    assert made == {"Destination": value}
    read = {"latest": "latest", "1101": "all"}.get(word, word)
    for view in (_document.PLAIN, _document.View(label=lambda kind, key: key)):
        assert _document.options_from("BackupRuleConfig", made, view) == {"storage_vault": read}


def test_an_object_that_bears_such_a_word_as_its_name_is_meant_where_objects_are_named() -> None:
    assert _document.patch_from("BackupRuleConfig", {"storage_vault": "all"}, resolve) == {
        "Destination": "storage_vault:all"
    }


def test_a_reference_that_leads_nowhere_is_named_by_its_path() -> None:
    def nowhere(kind: str, name: str, where: str) -> str:
        raise NotFound(f"{where}: there is no {kind} {name}")

    with pytest.raises(NotFound, match=r"^user\.policy: there is no policy Gold$"):
        _document.patch_from(USER, {"policy": "Gold"}, nowhere, "user")


def test_a_reference_without_a_name_is_its_id() -> None:
    assert _document.options_from(USER, {"PolicyID": "p"}) == {"policy": "p"}


def test_an_entry_that_is_to_go_may_be_about_what_is_gone() -> None:
    def gone(kind: str, name: str, where: str) -> str:
        raise NotFound(f"{where}: there is no {kind} {name}")

    options = {"override_destination_retention": [{"storage_vault": "v", "state": "absent"}]}
    assert _document.patch_from("SourceConfig", options, gone) == {"OverrideDestinationRetention": {"v": None}}
    options["override_destination_retention"][0]["state"] = "present"
    with pytest.raises(NotFound, match=r"^override_destination_retention\[0\]\.storage_vault: there is no"):
        _document.patch_from("SourceConfig", options, gone)


def test_a_document_completed_has_every_member() -> None:
    complete = _document.completed(USER, {"AccountName": "A", "New": 1})
    assert set(complete) == {*structure(USER).members, "New"}
    assert complete["AccountName"] == "A"
    assert (complete["Emails"], complete["Policy"], complete["IsSuspended"], complete["MaximumDevices"]) == (
        [],
        {},
        False,
        0,
    )


def test_what_the_server_keeps_can_be_left_out() -> None:
    document = {"AccountName": "A", "CreateTime": 5, "Sources": {"s": {"Engine": "engine1/file", "ModifyTime": 5}}}
    shown = _document.options_from(USER, document, _document.View(kept=False))
    assert shown == {"account_name": "A", "protected_items": [{"id": "s", "engine": "file"}]}


@pytest.mark.parametrize(("policy", "shown"), [("p", False), ("", True), (None, True)])
def test_what_another_member_overrules_can_be_left_out(policy: str | None, shown: bool) -> None:
    """A user that follows a policy carries a copy of it."""
    document = {"PolicyID": policy, "Policy": {"HideAppImport": True}}
    assert ("custom_policy" in _document.options_from(USER, document, _document.View(overruled=False))) is shown
    assert "custom_policy" in _document.options_from(USER, document)


def test_two_patches_as_one() -> None:
    """What the options and what `extra` say about the same structure must not push each other out."""
    patch = {"Policy": {"PreventOpenWebUI": True}, "Description": "Gold", "Ranges": [1]}
    more = {"Policy": {"Future": {"Deep": 1}}, "New": 2, "Ranges": [3]}
    assert _document.combined(patch, more) == {
        "Policy": {"PreventOpenWebUI": True, "Future": {"Deep": 1}},
        "Description": "Gold",
        "Ranges": [3],
        "New": 2,
    }
    assert patch["Policy"] == {"PreventOpenWebUI": True}


@pytest.mark.parametrize(
    ("extra", "where"),
    [({"New": float("nan")}, "New: nan"), ({"New": {"Deep": [1.5, float("-inf")]}}, r"New\.Deep\[1\]: -inf")],
)
def test_numbers_that_json_cannot_say_are_refused(extra: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidOption, match=rf"^extra\.{where} is not a number that JSON can say"):
        _document.extra_patch("UserProfileConfig", extra)


def test_extra_members_that_are_not_managed_here_are_refused() -> None:
    with pytest.raises(InvalidOption, match=r"^extra\.AccountName is not managed by this module$"):
        _document.extra_patch(USER, {"AccountName": "a"}, unmanaged=["AccountName"])


def test_a_map_of_objects_that_is_null_is_shown_as_the_empty_list_that_it_is() -> None:
    shown = _document.options_from("UserPolicy", {"DefaultSources": None, "DefaultStorageVaultRetention": None})
    assert shown == {"default_sources": [], "default_storage_vault_retention": {}}
