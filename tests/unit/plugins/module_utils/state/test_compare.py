# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A patch laid over a document: what changes, what stays, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, Type, parse_type
from ansible_collections.comet.backup.plugins.module_utils._state import _compare, _fields
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Merge
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption

USER, TENANT, CONFIG = "UserProfileConfig", "Organization", "ServerConfigOptions"


def lay(name: str, current: Any, patch: dict[str, Any], **rules: Any) -> tuple[Any, Merge]:
    merge = Merge(**rules)
    return merge.document(name, current, patch), merge


def said(merge: Merge) -> list[tuple[str, Any, Any]]:
    return [(".".join(change.path), change.before, change.after) for change in merge.changes]


@pytest.mark.parametrize(
    ("current", "patch"),
    [
        ({}, {}),
        (None, {}),
        ({"AccountName": "A"}, {"AccountName": "A"}),
        ({}, {"AccountName": "", "Emails": [], "IsSuspended": False, "MaximumDevices": 0, "Policy": {}}),
        (None, {"AccountName": ""}),
        (
            {"Emails": None, "Policy": None, "OverrideEmailSettings": None},
            {"Emails": [], "Policy": {}, "OverrideEmailSettings": {}},
        ),
        ({"Policy": None}, {"Policy": {"PreventOpenWebUI": False, "DefaultSources": {}}}),
        ({"Emails": ["a", "b"]}, {"Emails": ["b", "a"]}),
        ({"Emails": ["a", "b", "a"]}, {"Emails": ["a", "b"]}),
        ({"OverrideEmailSettings": {"a": {"Reports": None}}}, {"OverrideEmailSettings": {"a": {"Reports": []}}}),
        ({"OverrideEmailSettings": {"a": {}, "b": {}}}, {"OverrideEmailSettings": {"a": {}}}),
        ({}, {"OverrideEmailSettings": {"a": None}}),
        ({"New": 0}, {"New": None}),
        ({"New": {"A": 1}}, {"New": {"A": 1}}),
        ({"MaximumDevices": None}, {"MaximumDevices": 0}),
        ({}, {"New": ""}),
    ],
)
def test_what_is_the_same(current: Any, patch: dict[str, Any]) -> None:
    after, merge = lay(USER, current, patch)
    assert merge.changes == []
    assert after is current


@pytest.mark.parametrize(
    ("current", "patch", "after", "changes"),
    [
        (
            {"AccountName": "A", "New": 1},
            {"AccountName": "B"},
            {"AccountName": "B", "New": 1},
            [("account_name", "A", "B")],
        ),
        ({}, {"Emails": ["a"]}, {"Emails": ["a"]}, [("emails", None, ["a"])]),
        ({"Emails": ["a"]}, {"Emails": []}, {"Emails": []}, [("emails", ["a"], [])]),
        (
            {"Policy": None},
            {"Policy": {"HideAppImport": True}},
            {"Policy": {"HideAppImport": True}},
            [("custom_policy.hide_app_import", None, True)],
        ),
        (
            {"Policy": {"New": 1, "HideAppImport": False}},
            {"Policy": {"HideAppImport": True}},
            {"Policy": {"New": 1, "HideAppImport": True}},
            [("custom_policy.hide_app_import", False, True)],
        ),
        (
            {"OverrideEmailSettings": {"a": {"New": 1}, "b": {}}},
            {"OverrideEmailSettings": {"a": {"Reports": [{"ReportType": 1}]}, "b": None, "c": {}}},
            {"OverrideEmailSettings": {"a": {"New": 1, "Reports": [{"ReportType": 1}]}, "c": {}}},
            [
                ("override_email_settings.a.reports.#1", None, {"ReportType": 1}),
                ("override_email_settings.b", {}, None),
                ("override_email_settings.c", None, {}),
            ],
        ),
        (
            {"OverrideEmailSettings": {"a": {}}},
            {"OverrideEmailSettings": {}},
            {"OverrideEmailSettings": {}},
            [("override_email_settings.a", {}, None)],
        ),
        ({"New": {"A": 1}}, {"New": {"B": 2}}, {"New": {"A": 1, "B": 2}}, [("New.B", None, 2)]),
        ({"New": 1}, {"New": 2}, {"New": 2}, [("New", 1, 2)]),
    ],
)
def test_what_changes(current: Any, patch: dict[str, Any], after: Any, changes: list[Any]) -> None:
    before = repr(current)
    result, merge = lay(USER, current, patch)
    assert (result, said(merge)) == (after, changes)
    assert repr(current) == before


def test_what_stays_is_not_copied() -> None:
    policy: dict[str, Any] = {"DefaultSources": {"a": {}}}
    current = {"AccountName": "A", "Policy": policy}
    after, _unused = lay(USER, current, {"AccountName": "B", "Policy": {}})
    assert after["Policy"] is policy


class TestSecrets:
    @pytest.mark.parametrize(
        ("before", "wanted", "rule", "after"),
        [
            ("", "new", "on_create", "new"),
            (None, "new", "on_create", "new"),
            ("old", "new", "on_create", "old"),
            ("old", "new", "always", "new"),
            ("old", "old", "always", "old"),
            ("old", "", "on_create", ""),
            ("", "", "always", ""),
        ],
    )
    def test_a_secret(self, before: Any, wanted: str, rule: str, after: str) -> None:
        result, merge = lay("EmailOptions", {"SMTPPassword": before}, {"SMTPPassword": wanted}, secrets=rule)
        assert (result["SMTPPassword"] or "") == after
        changes = (not before) != (not wanted) or (rule == "always" and bool(wanted))
        member = _fields.fields("EmailOptions")["SMTPPassword"]
        assert [(change.secret, change.field) for change in merge.changes] == [(True, member)] * changes

    def test_a_secret_map_is_one_secret(self) -> None:
        current = {"CustomHeaders": {"A": "x"}}
        assert lay("WebhookOption", current, {"CustomHeaders": {"A": "y"}})[0] is current
        after, merge = lay("WebhookOption", current, {"CustomHeaders": {"A": "y"}}, secrets="always")
        assert after == {"CustomHeaders": {"A": "y"}}
        assert merge.changes[0].secret

    def test_entries_of_a_map_that_are_secret_for_the_engine(self) -> None:
        current = {"Engine": "engine1/mssql", "EngineProps": {"PASSWORD": "old", "USERNAME": "a", "GONE": "x"}}
        patch = {"EngineProps": {"PASSWORD": "new", "USERNAME": "b", "MORE": "y"}}
        after, merge = lay("SourceConfig", current, patch)
        assert after["EngineProps"] == {"PASSWORD": "old", "USERNAME": "b", "MORE": "y"}
        assert [(change.path[-1], change.secret) for change in merge.changes] == [
            ("USERNAME", False),
            ("MORE", False),
            ("GONE", False),
        ]
        after, merge = lay("SourceConfig", current, patch, secrets="always")
        assert after["EngineProps"]["PASSWORD"] == "new"
        assert merge.changes[0].secret
        assert merge.changes[0].field is _fields.fields("SourceConfig")["EngineProps"]

    def test_a_secret_entry_that_goes(self) -> None:
        current = {"Engine": "engine1/mssql", "EngineProps": {"PASSWORD": "old"}}
        _unused, merge = lay("SourceConfig", current, {"EngineProps": {}})
        assert [(change.path[-1], change.secret) for change in merge.changes] == [("PASSWORD", True)]

    def test_the_engine_that_is_wished_decides(self) -> None:
        current = {"Engine": "engine1/file", "EngineProps": {"PASSWORD": "a"}}
        _unused, merge = lay("SourceConfig", current, {"Engine": "engine1/mysql", "EngineProps": {"PASSWORD": "b"}})
        assert [".".join(change.path) for change in merge.changes] == ["engine"]

    def test_what_was_secret_for_the_old_engine_is_not_shown(self) -> None:
        current = {"Engine": "engine1/mysql", "EngineProps": {"USERNAME": "a", "OPTIONS": "b"}}
        patch = {"Engine": "engine1/mssql", "EngineProps": {"USERNAME": "c"}}
        after, merge = lay("SourceConfig", current, patch)
        assert after["EngineProps"] == {"USERNAME": "c"}
        assert {change.path[-1]: change.secret for change in merge.changes} == {
            "engine": False,
            "USERNAME": True,
            "OPTIONS": True,
        }

    def test_a_new_password_is_plain_text(self) -> None:
        """The format that the server keeps beside it says how an old one was stored."""
        member = next(member for member in _fields.fields("BrandingOptions").values() if member.member.format)
        name, form = member.member.name, member.member.format
        after, _unused = lay("BrandingOptions", {form: 1}, {name: "new"})
        assert after == {form: 0, name: "new"}
        after, _unused = lay("BrandingOptions", {form: 1, name: "old"}, {name: ""})
        assert after == {form: 1, name: ""}

    def test_an_unknown_member_that_sounds_like_a_secret(self) -> None:
        _unused, merge = lay(USER, {"NewPassword": "a"}, {"NewPassword": "b"})
        assert merge.changes[0].secret

    def test_secrets_of_a_new_entry_are_written(self) -> None:
        after, _unused = lay(TENANT, {}, {"WebhookOptions": {"ops": {"CustomHeaders": {"A": "x"}}}})
        assert after["WebhookOptions"]["ops"]["CustomHeaders"] == {"A": "x"}


class TestRecords:
    """Lists of structures: exactly the given items, each with what the server keeps in it."""

    def test_keyed_items_keep_their_place_and_their_unknown_members(self) -> None:
        current = {"ListenAddresses": [{"ListenAddress": ":80", "New": 1}, {"ListenAddress": ":443"}]}
        patch = {
            "ListenAddresses": [{"ListenAddress": ":443", "AutoSSLDomains": "a.example"}, {"ListenAddress": ":80"}]
        }
        after, merge = lay(CONFIG, current, patch)
        assert after["ListenAddresses"] == [
            {"ListenAddress": ":80", "New": 1},
            {"ListenAddress": ":443", "AutoSSLDomains": "a.example"},
        ]
        assert said(merge) == [("listen_addresses.:443.auto_ssl_domains", None, "a.example")]

    def test_items_come_and_go(self) -> None:
        current = {"ListenAddresses": [{"ListenAddress": ":80"}, {"ListenAddress": ":81"}]}
        after, merge = lay(CONFIG, current, {"ListenAddresses": [{"ListenAddress": ":443"}, {"ListenAddress": ":81"}]})
        assert after["ListenAddresses"] == [{"ListenAddress": ":81"}, {"ListenAddress": ":443"}]
        assert [change.path for change in merge.changes] == [("listen_addresses", ":443"), ("listen_addresses", ":80")]
        assert merge.removed == ["listen_addresses.:80"]

    def test_templates_are_told_by_id_or_by_description(self) -> None:
        current = {"RemoteStorage": [{"ID": "1", "Description": "Europe"}, {"ID": "2", "Description": "Asia"}]}
        renamed, merge = lay(
            TENANT, current, {"RemoteStorage": [{"ID": "1", "Description": "EU"}, {"Description": "Asia"}]}
        )
        assert renamed["RemoteStorage"] == [{"ID": "1", "Description": "EU"}, {"ID": "2", "Description": "Asia"}]
        assert len(merge.changes) == 1
        other, merge = lay(TENANT, current, {"RemoteStorage": [{"ID": "3", "Description": "Europe"}, {"ID": "2"}]})
        assert {item["ID"] for item in other["RemoteStorage"]} == {"2", "3"}

    def test_a_set_has_no_order(self) -> None:
        current = {"Ranges": [{"Type": 903, "Days": 7, "New": 1}, {"Type": 900}]}
        patch = {"Ranges": [{"Type": 900}, {"Type": 903, "Days": 7}]}
        assert lay("RetentionPolicy", current, patch)[0] is current

    def test_items_of_a_set_are_changed_in_place(self) -> None:
        current = {"Ranges": [{"Type": 900}, {"Type": 903, "Days": 7, "New": 1}]}
        after, merge = lay("RetentionPolicy", current, {"Ranges": [{"Type": 903, "Days": 8}, {"Type": 900}]})
        assert after["Ranges"] == [{"Type": 900}, {"Type": 903, "Days": 8, "New": 1}]
        assert len(merge.changes) == 1

    def test_an_ordered_list_has_its_order(self) -> None:
        current = {"Rules": [{"BytesPerSecond": 1}, {"BytesPerSecond": 2}]}
        member = _fields.fields("RatelimitOptions")["Rules"].member
        assert member.ordered
        after, merge = lay("RatelimitOptions", current, {"Rules": [{"BytesPerSecond": 2}, {"BytesPerSecond": 1}]})
        assert after["Rules"] == [{"BytesPerSecond": 2}, {"BytesPerSecond": 1}]
        assert merge.changes
        after, merge = lay("RatelimitOptions", current, {"Rules": [{"BytesPerSecond": 1}]})
        assert after["Rules"] == [{"BytesPerSecond": 1}]
        assert merge.removed == []

    def test_an_ordered_list_of_keyed_items(self) -> None:
        kind = parse_type("list<HTTPConnectorOptions>")
        entry = _fields.Field("x", Member("X", CONFIG, kind, key=("ListenAddress",), ordered=True), _fields.RECORDS)
        merge = Merge()
        before = [{"ListenAddress": "a", "New": 1}, {"ListenAddress": "b"}]
        after = merge.member(entry, before, [{"ListenAddress": "b"}, {"ListenAddress": "a"}])
        assert after == [{"ListenAddress": "b"}, {"ListenAddress": "a", "New": 1}]
        assert said(merge) == [("x", before, after)]
        assert merge.changes[0].field is entry

    def test_an_item_without_the_key_that_is_asked_for_is_another(self) -> None:
        after, merge = lay(TENANT, {"RemoteStorage": [{"ID": "1"}]}, {"RemoteStorage": [{"Description": "EU"}]})
        assert after["RemoteStorage"] == [{"Description": "EU"}]
        assert merge.removed == ["storage_templates.1"]

    def test_kept_items_stay_though_nobody_names_them(self) -> None:
        current = {"AdminUsers": [{"Username": "root"}, {"Username": "sso"}]}
        after, merge = lay(
            CONFIG, current, {"AdminUsers": [{"Username": "new"}, {"Username": "root", "AllowPasswordLogin": True}]}
        )
        assert [admin["Username"] for admin in after["AdminUsers"]] == ["root", "sso", "new"]
        assert merge.removed == []

    def test_kept_items_cannot_be_cleared(self) -> None:
        with pytest.raises(InvalidOption, match="admin_users cannot be emptied here"):
            lay(CONFIG, {"AdminUsers": [{"Username": "root"}]}, {"AdminUsers": []})
        assert lay(CONFIG, {}, {"AdminUsers": []})[1].changes == []

    @pytest.mark.parametrize(
        "items",
        [[{"Username": "a"}, {"Username": "a"}], [{"Username": "a"}, {"Username": "a", "OrganizationID": ""}]],
        ids=["same", "top-level"],
    )
    def test_an_item_twice(self, items: list[dict[str, Any]]) -> None:
        with pytest.raises(InvalidOption, match="admin_users names the same item twice"):
            lay(CONFIG, {}, {"AdminUsers": items})

    def test_an_item_that_cannot_be_told_apart(self) -> None:
        with pytest.raises(InvalidOption, match=r"storage_templates\[0\] needs id or name to be told apart"):
            lay(TENANT, {}, {"RemoteStorage": [{"Type": "s3"}]})

    def test_an_item_that_fits_several_is_never_guessed(self) -> None:
        current = {"RemoteStorage": [{"ID": "1", "Description": "EU"}, {"ID": "2", "Description": "EU"}]}
        with pytest.raises(InvalidOption, match="storage_templates: EU fits several items on the server"):
            lay(TENANT, current, {"RemoteStorage": [{"Description": "EU"}]})
        assert lay(TENANT, current, {"RemoteStorage": [{"ID": "1"}, {"ID": "2"}]})[1].changes == []

    def test_an_item_that_takes_the_place_of_another(self) -> None:
        """It keeps what nobody knows, and nothing that a person could have written, at any depth."""
        current = {
            "Schedules": [
                {"FrequencyType": 8012, "SecondsPast": 60, "DaysSelect": {"Sunday": True, "New": 1}, "New": 2}
            ]
        }
        after, _unused = lay("BackupRuleConfig", current, {"Schedules": [{"FrequencyType": 8011}]})
        assert after["Schedules"] == [
            {"FrequencyType": 8011, "SecondsPast": 0, "DaysSelect": {"Sunday": False, "New": 1}, "New": 2}
        ]

    def test_the_name_of_an_item_in_a_diff(self) -> None:
        _unused, merge = lay(
            CONFIG, {}, {"AuthenticationRole": {"RemoteStorage": [{"ID": "1", "Description": "EU"}, {"ID": "2"}]}}
        )
        assert [change.path[-1] for change in merge.changes] == ["EU", "2"]


class TestEntries:
    def test_exclusive_removes_what_is_not_named(self) -> None:
        current = {"WebhookOptions": {"a": {}, "b": {}}, "AuditFileOptions": {"c": {}}}
        after, merge = lay(TENANT, current, {"WebhookOptions": {"a": {}}}, exclusive=True)
        assert after == {"WebhookOptions": {"a": {}}, "AuditFileOptions": {"c": {}}}
        assert merge.removed == ["webhook_options.b"]

    def test_kept_entries_stay_in_spite_of_exclusive(self) -> None:
        current = {"Organizations": {"a": {"Name": "A"}, "b": {}}}
        after, merge = lay(CONFIG, current, {"Organizations": {"a": {"Name": "B"}}}, exclusive=True)
        assert set(after["Organizations"]) == {"a", "b"}
        assert merge.removed == []

    @pytest.mark.parametrize("patch", [{"a": None}, {}])
    def test_kept_entries_are_not_removed(self, patch: dict[str, Any]) -> None:
        with pytest.raises(InvalidOption, match="tenants: a is not removed here; use the module"):
            lay(CONFIG, {"Organizations": {"a": {}}}, {"Organizations": patch})

    def test_times_of_changed_entries(self) -> None:
        """Nobody else keeps the times of protected items."""
        sources = {"old": {"Engine": "engine1/file", "CreateTime": 1, "ModifyTime": 1}, "same": {"ModifyTime": 1}}
        patch = {"Sources": {"old": {"Description": "x"}, "same": {}, "new": {"Engine": "engine1/file"}}}
        after, _unused = lay(USER, {"Sources": sources}, patch, now=99)
        assert after["Sources"]["old"] == {
            "Engine": "engine1/file",
            "Description": "x",
            "CreateTime": 1,
            "ModifyTime": 99,
        }
        assert after["Sources"]["same"] == {"ModifyTime": 1}
        assert after["Sources"]["new"] == {"Engine": "engine1/file", "CreateTime": 99, "ModifyTime": 99}

    def test_a_change_is_later_than_the_one_before_whatever_the_clocks_say(self) -> None:
        held = {"Engine": "engine1/file", "CreateTime": 500, "ModifyTime": 500}
        after = Merge(now=99).document("SourceConfig", held, {"Engine": "engine1/mysql"})
        assert after == {"Engine": "engine1/mysql", "CreateTime": 500, "ModifyTime": 501}
        assert held["ModifyTime"] == 500
        assert Merge().stamped("SourceConfig", {}) == {"ModifyTime": 1}

    def test_what_a_new_entry_touches_is_told_from_the_inside_out(self) -> None:
        retention = {"Mode": 802}
        item = {"OverrideDestinationRetention": {"v": retention}}
        after, merge = lay(USER, {}, {"Sources": {"new": item, "bare": {}}})
        below = ("protected_items", "new")
        assert merge.touched == [
            ("RetentionPolicy", (*below, "override_destination_retention", "v"), retention),
            ("SourceConfig", below, item),
            ("SourceConfig", ("protected_items", "bare"), {}),
            (USER, (), after),
        ]


def test_members_that_count_only_at_first() -> None:
    """Who has chosen a password need not choose another one at each run."""
    patch = {"RequirePasswordChange": True, "AccountName": "A"}
    assert lay(USER, {}, patch, initial=False)[0] == {"AccountName": "A"}
    assert lay(USER, {}, patch, initial=True)[0] == patch


def test_what_is_fixed() -> None:
    kind = Type("scalar", "string")
    entry = _fields.Field("id", Member("ID", "RemoteStorageOption", kind, fixed=True), _fields.VALUE)
    assert Merge().member(entry, "", "new") == "new"
    with pytest.raises(InvalidOption, match="id cannot be changed once it is set"):
        Merge().member(entry, "old", "new")


def test_a_map_that_is_read_on_its_own() -> None:
    entry = _fields.fields("SourceConfig")["EngineProps"]
    merge = Merge(secrets="always")
    assert merge.member(entry, {"A": "1"}, {"A": "2"}) == {"A": "2"}
    assert said(merge) == [("engine_props.A", "1", "2")]


def test_versions_that_changes_need() -> None:
    _unused, merge = lay(
        TENANT, {}, {"ConstellationRole": {"RoleEnabled": True}, "Name": "A", "ExperimentalOptions": []}
    )
    assert merge.needs == {"Organization.ConstellationRole": "22.9.0"}
    _unused, merge = lay(TENANT, {}, {"WebhookOptions": {"ops": {"Level": "x"}}})
    assert merge.needs == {"WebhookOption.Level": "23.5.0"}


def test_how_items_are_told_apart() -> None:
    templates = _fields.fields(TENANT)["RemoteStorage"]
    assert _compare.identity(templates, {"ID": "1", "Description": "EU"}) == (("ID",), ("1",))
    assert _compare.identity(templates, {"Description": "EU"}) == (("Description",), ("EU",))
    assert _compare.identity(templates, {"ID": "", "Description": "EU"}) == (("Description",), ("EU",))
    assert _compare.identity(templates, {}) is None
    admins = _fields.fields(CONFIG)["AdminUsers"]
    assert _compare.identity(admins, {"Username": "a"}) == (("Username", "OrganizationID"), ("a", ""))
    assert _compare.identity(admins, {"OrganizationID": "a"}) is None
    psa = _fields.fields(CONFIG)["PSAConfigs"]
    assert _compare.identity(psa, {"Type": 0, "URL": "x"}) == (("URL", "Type"), ("x", ""))
    assert _compare.identity(_fields.fields("RetentionPolicy")["Ranges"], {"Type": 1}) is None


def test_an_item_that_nothing_tells_apart_is_refused() -> None:
    with pytest.raises(InvalidOption, match=r"psa_configs\[0\] needs url or type to be told apart"):
        lay(TENANT, {}, {"PSAConfigs": [{"AlertsDisabled": True}]})


def test_two_of_the_server_that_look_the_same_are_not_guessed_at() -> None:
    have = {"RemoteStorage": [{"ID": "1", "Description": "EU"}, {"ID": "2", "Description": "EU"}]}
    with pytest.raises(InvalidOption, match=r"storage_templates: EU fits several items on the server"):
        lay(TENANT, have, {"RemoteStorage": [{"Description": "EU", "StorageLimitEnabled": True}]})
    _unused, merge = lay(TENANT, have, {"RemoteStorage": [{"ID": "1"}, {"ID": "2", "StorageLimitEnabled": True}]})
    assert [change.path for change in merge.changes] == [("storage_templates", "2", "storage_limit_enabled")]


def test_a_replica_keeps_its_password_when_its_address_changes() -> None:
    have = {"ReplicateTo": [{"Description": "offsite", "RemoteAddress": "https://a/", "Password": "kept"}]}
    wanted = {"ReplicateTo": [{"Description": "offsite", "RemoteAddress": "https://b/"}]}
    document, _merge = lay("AuthenticationRoleOptions", have, wanted)
    assert document["ReplicateTo"][0]["Password"] == "kept"
