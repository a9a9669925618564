# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents as options to keep: names, places of secrets, and nothing that says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._export_names import (
    digest,
    file_names,
    name_variables,
    plain,
    shown_names,
)
from ansible_collections.comet.backup.plugins.module_utils._module._exported import (
    Exported,
    Place,
    Secret,
    filled,
    secrets_in,
)

PLACE = Place(("ACME", "user", "alice"), "tenants[ACME].users[alice]")


def label(kind: str, key: str) -> str | None:
    return {"v1": "Office", "p1": "Gold"}.get(key)


def exported(structure: str, document: dict[str, Any], origin: Any = None, complete: bool = False) -> Any:
    """The options, with the text for each secret."""
    shown = Exported(complete).options(structure, document, PLACE, label, origin=origin or {})
    name_variables(secrets_in(shown))
    return filled(shown)


class TestMembers:
    def test_what_says_nothing_is_left_out(self) -> None:
        document = {
            "Description": "Office",
            "S3Server": "",
            "FTPPort": 0,
            "Swift": {},
            "SpanTargets": None,
            "B2": {"Key": ""},
        }
        assert exported("DestinationConfig", document) == {"name": "Office"}

    def test_all_of_it_is_written_when_asked_for(self) -> None:
        document = {
            "S3Server": "",
            "FTPPort": 0,
            "Swift": {},
            "SpanTargets": None,
            "CometBucketKey": "",
            "S3UsesTLS": None,
        }
        shown = exported("DestinationConfig", document, complete=True)
        assert shown == {"s3_server": "", "ftp_port": 0, "s3_uses_tls": False, "span_targets": [], "swift": {}}

    def test_what_the_server_keeps_is_not_written(self) -> None:
        document = {
            "Username": "alice",
            "CreateTime": 1,
            "PasswordHash": "x",
            "PolicyID": "p1",
            "Policy": {"HideAppImport": True},
        }
        assert exported("UserProfileConfig", document | {"Devices": {"d": {}}}) == {
            "policy": "Gold",
            "local_timezone": "",
            "language_code": "",
            "send_email_reports": False,
            "allow_password_login": False,
        }

    def test_what_a_person_looks_for_comes_first(self) -> None:
        document = {"Schedules": [{"FrequencyType": 8011}], "Tags": "x", "Description": "Nightly", "Destination": "v1"}
        assert list(exported("BackupRuleConfig", document)) == ["name", "storage_vault", "schedules", "tags"]

    def test_a_new_object_would_come_with_something_else(self) -> None:
        origin = {"Permissions": {"AllowEditBranding": True, "AllowEditWebhooks": True}}
        shown = exported("AllowedAdminUser", {"Username": "a", "Permissions": {"AllowEditWebhooks": True}}, origin)
        assert shown == {"name": "a", "permissions": {"allow_edit_branding": False, "allow_edit_webhooks": True}}

    def test_lists_that_a_new_object_would_come_with_are_emptied(self) -> None:
        origin = {"Policy": {"DefaultSources": {"x": {}}, "FileAndFolderMandatoryExclusions": [{}]}}
        shown = exported("UserProfileConfig", {}, origin)["custom_policy"]
        assert shown == {"default_sources": [], "file_and_folder_mandatory_exclusions": []}


class TestValues:
    def test_names_sizes_and_times(self) -> None:
        assert exported("RetentionPolicy", {"Mode": 802})["mode"] == "delete_except"
        assert exported("DestinationConfig", {"StorageLimitBytes": 2**30}) == {"storage_limit_bytes": "1 GiB"}
        assert exported("ScheduleConfig", {"FrequencyType": 8011, "SecondsPast": 60})["seconds_past"] == "00:01"

    @pytest.mark.parametrize(
        ("structure", "document", "what"),
        [
            ("BackupRuleConfig", {"Destination": "gone"}, "a storage vault that does not exist"),
            ("SourceConfig", {"OverrideDestinationRetention": {"gone": {}}}, "a storage vault that does not exist"),
            ("RetentionPolicy", {"Mode": 12345}, "the unknown value 12345"),
            (
                "AuthenticationRoleOptions",
                {"ReplicateTo": [{}]},
                "items that nothing tells apart, so that the list is left out",
            ),
        ],
    )
    def test_what_no_task_could_say_is_left_out_and_told(self, structure: str, document: Any, what: str) -> None:
        notes = Exported()
        shown = notes.options(structure, document, PLACE, label)
        assert not set(shown) & {"storage_vault", "override_destination_retention", "mode", "replicate_to"}
        assert [found for found, _where in notes.troubles] == [what]
        assert notes.troubles[0][1].startswith(PLACE.where)

    def test_members_that_nobody_knows_are_told(self) -> None:
        notes = Exported()
        assert notes.options("Organization", {"Branding": {"NewMember": 1, "Another": 0}}, PLACE, label) == {}
        assert notes.unknown == {"BrandingOptions.NewMember"}

    def test_a_vault_that_stands_for_all_is_a_word(self) -> None:
        assert exported("BackupRuleConfig", {"Destination": "1101"})["storage_vault"] == "all"

    def test_entries_are_ordered_by_what_they_are_called(self) -> None:
        hooks = {"b10": {"URL": "x"}, "b2": {"URL": "y"}, "a": {}}
        shown = exported("Organization", {"WebhookOptions": hooks})["webhook_options"]
        assert shown == [{"name": "a"}, {"name": "b2", "url": "y"}, {"name": "b10", "url": "x"}]

    def test_templates_need_no_id_while_their_names_tell_them_apart(self) -> None:
        templates = [{"ID": "1", "Description": "A"}, {"ID": "2", "Description": "B"}]
        assert exported("Organization", {"RemoteStorage": templates})["storage_templates"] == [
            {"name": "A"},
            {"name": "B"},
        ]
        templates[1]["Description"] = "A"
        shown = exported("Organization", {"RemoteStorage": templates})["storage_templates"]
        assert shown == [{"name": "A", "id": "1"}, {"name": "A", "id": "2"}]


class TestProperties:
    def test_numbered_lists_stand_under_their_word(self) -> None:
        props = {
            "INCLUDE10": "c",
            "INCLUDE2": "b",
            "EXCLUDE0": "x",
            "INCLUDE0": "a",
            "INCLUDE11": "a",
            "USE_WIN_VSS": "0",
            "K": "v",
        }
        shown = exported("SourceConfig", {"Engine": "engine1/file", "EngineProps": props})["engine_props"]
        assert shown == {"INCLUDE": ["a", "b", "c"], "EXCLUDE": ["x"], "USE_WIN_VSS": True, "K": "v"}

    def test_json_is_shown_as_what_it_is(self) -> None:
        props = {"PINCLUDE0": '{"Value": "*.txt"}', "PINCLUDE1": "no JSON", "PINCLUDE2": "[1]"}
        shown = exported("SourceConfig", {"Engine": "engine1/file", "EngineProps": props})["engine_props"]
        assert shown == {"PINCLUDE": [{"Value": "*.txt"}, "no JSON", "[1]"]}

    def test_secrets_have_a_variable_each(self) -> None:
        props = {"SMBAUTH0": "x", "SMBAUTH1": "", "INCLUDE0": "a"}
        shown = exported("SourceConfig", {"Engine": "engine1/file", "EngineProps": props})["engine_props"]
        assert shown == {"INCLUDE": ["a"], "SMBAUTH0": "{{ acme_user_alice_engine_props_smbauth0 }}", "SMBAUTH1": ""}

    def test_of_an_unknown_engine_all_is_secret(self) -> None:
        shown = exported("SourceConfig", {"EngineProps": {"A": "x"}})["engine_props"]
        assert shown == {"A": "{{ acme_user_alice_engine_props_a }}"}


class TestSecrets:
    def test_their_places(self) -> None:
        document = {"WebhookOptions": {"ops": {"URL": "https://u:p@host/", "CustomHeaders": {"X-Key": "secret"}}}}
        shown = Exported().options("Organization", document, Place(("ACME",), "tenants[ACME]"), label)
        found = list(secrets_in(shown))
        name_variables(found)
        assert [(one.variable, one.where) for one in found] == [
            ("acme_webhook_option_ops_url", "tenants[ACME].webhook_options[ops].url"),
            ("acme_webhook_option_ops_custom_headers_x_key", "tenants[ACME].webhook_options[ops].custom_headers.X-Key"),
        ]

    def test_no_two_variables_are_alike(self) -> None:
        names = ["a-b", "a.b", "ab"]
        found = [Secret(("ACME", name), f"users[{name}]") for name in names]
        name_variables(found)
        assert len({one.variable for one in found}) == len(found)
        assert found[2].variable == "acme_ab"
        again = [Secret(("ACME", name), f"users[{name}]") for name in reversed(names)]
        name_variables(again)
        assert {one.where: one.variable for one in again} == {one.where: one.variable for one in found}

    def test_somebody_may_know_how_variables_are_told_apart(self) -> None:
        names = ["a-b", "a.b"]
        taken = [f"{name} {digest(f'users[{name}]')}" for name in names]
        found = [Secret(("ACME", name), f"users[{name}]") for name in (*names, *taken)]
        found += [Secret(("ACME", "twice"), "the same place") for _unused in range(2)]
        name_variables(found)
        assert len({one.variable for one in found}) == len(found)

    @pytest.mark.parametrize("tenant", ["1st", "Ansible", "comet", "株式会社", "-", "é" * 100])
    def test_every_variable_is_one(self, tenant: str) -> None:
        found = [Secret((tenant, "user", "x"), "")]
        name_variables(found)
        assert found[0].variable.isidentifier()
        assert found[0].variable.isascii()
        assert not found[0].variable.startswith(("ansible_", "comet_"))


class TestNames:
    @pytest.mark.parametrize(
        ("text", "word"), [("Bäckerei Müller & Söhne", "backerei_muller_sohne"), ("A.C.M.E.", "a_c_m_e"), ("x", "x")]
    )
    def test_words(self, text: str, word: str) -> None:
        assert plain(text) == word

    def test_files_of_tenants_are_unlike_on_every_file_system(self) -> None:
        names = {
            "1": "ACME",
            "2": "acme",
            "3": "con",
            "4": "../etc",
            "5": "株式会社",
            "6": "",
            "7": "ACME Ltd",
            "8": "x" * 300,
        }
        found = file_names(names)
        assert len(set(found.values())) == len(names)
        assert found["3"] == "tenant-con"
        assert found["4"] == "etc"
        assert found["7"] == "acme-ltd"
        assert found["1"].startswith("acme-")
        assert found["2"].startswith("acme-")
        assert all(stem.isascii() and len(stem) < 100 and "/" not in stem for stem in found.values())

    def test_somebody_may_know_how_files_are_told_apart(self) -> None:
        names = {"1": "ACME", "2": "acme", "3": f"acme {digest('ACME')}", "4": "2", "5": "2", "6": "5"}
        longer = {"7": f"acme-{digest(f'ACME{chr(0)}1', 16)}"}
        found = file_names({**names, **longer})
        assert len(set(found.values())) == len(names) + len(longer)
        assert found["2"] == f"acme-{digest('acme')}"
        assert {key: file_names({**names, **longer})[key] for key in reversed([*names, *longer])} == found

    def test_a_name_is_written_where_it_means_one_object(self) -> None:
        called = {"1": "Gold", "2": "Silver", "3": "Silver", "4": "", "5": "1", "6": " "}
        assert shown_names(called) == {"1": "Gold", "2": "2", "3": "3", "4": "4", "5": "5", "6": "6"}
        assert shown_names({"1": "other"}, ["other"]) == {"1": "1"}
