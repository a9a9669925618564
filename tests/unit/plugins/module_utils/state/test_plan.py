# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be done, and how it is shown."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from ansible_collections.comet.backup.plugins.module_utils._state import _plan
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Change
from ansible_collections.comet.backup.plugins.module_utils._state._errors import TooManyDeletions
from ansible_collections.comet.backup.plugins.module_utils._state._plan import CREATE, DELETE, NONE, UPDATE, Found, Wish

TENANT = "Organization"
HOOKS = {"WebhookOptions": {name: {"URL": name} for name in ("a", "b", "c")}}


def plan(document: dict[str, Any] | None, wish: Wish, **more: Any) -> _plan.Plan:
    return _plan.make_plan(TENANT, Found("1", document), wish, 0, **more)


@pytest.mark.parametrize(
    ("document", "wish", "action", "after"),
    [
        (None, Wish(False), NONE, None),
        (None, Wish(True, patch={"Name": "A"}), CREATE, {"Name": "A"}),
        (None, Wish(True), CREATE, {}),
        ({"Name": "A"}, Wish(True, patch={"Name": "A"}), NONE, {"Name": "A"}),
        ({"Name": "A"}, Wish(True, patch={"Name": "B"}), UPDATE, {"Name": "B"}),
        ({"Name": "A"}, Wish(False), DELETE, None),
    ],
)
def test_actions(document: dict[str, Any] | None, wish: Wish, action: str, after: Any) -> None:
    made = plan(document, wish)
    assert (made.action, made.after) == (action, after)


@pytest.mark.parametrize("document", [None, {}])
def test_what_a_server_has_to_know_is_told(document: dict[str, Any] | None) -> None:
    made = plan(document, Wish(True, patch={"ConstellationRole": {"RoleEnabled": True}}))
    assert made.needs == {"Organization.ConstellationRole": "22.9.0"}


def test_an_act_outside_the_document_is_a_change() -> None:
    act = Change(("user_password",), None, None, "x", secret=True)
    made = plan({"Name": "A"}, Wish(True, patch={"Name": "A"}), acts=(act,))
    assert (made.action, made.after, made.changes) == (UPDATE, {"Name": "A"}, (act,))


@pytest.mark.parametrize(
    ("before", "after", "removed"),
    [
        (["a", "b"], ["b", "c"], ("users.a",)),
        (["a"], None, ("users.a",)),
        ([], ["a"], ()),
        (None, ["a"], ()),
        ("a", "b", ()),
    ],
)
def test_what_an_act_takes_out_of_a_list_counts_as_removed(before: Any, after: Any, removed: tuple[str, ...]) -> None:
    acts = (Change(("users",), None, before, after),)
    assert plan({}, Wish(True, max_deletions=len(removed)), acts=acts).removed == removed
    if removed:
        with pytest.raises(TooManyDeletions, match=r"1 entry \(users\.a\), but max_deletions is 0"):
            plan({}, Wish(True, max_deletions=0), acts=acts)


@pytest.mark.parametrize(("limit", "fits"), [(0, False), (1, False), (2, True), (10, True)])
def test_deletions_are_bounded(limit: int, fits: bool) -> None:
    wish = Wish(True, patch={"WebhookOptions": {"a": {}}}, exclusive=True, max_deletions=limit)
    if fits:
        assert plan(HOOKS, wish).removed == ("webhook_options.b", "webhook_options.c")
        return
    with pytest.raises(TooManyDeletions) as caught:
        plan(HOOKS, wish)
    assert "2 entries (webhook_options.b, webhook_options.c)" in caught.value.message
    assert f"max_deletions is {limit}" in caught.value.message


@pytest.mark.parametrize(
    ("document", "patch", "before", "after"),
    [
        ({"Name": "A"}, {"Name": "A"}, {}, {}),
        ({"Name": "A", "IsSuspended": True}, {"IsSuspended": False}, {"suspended": True}, {"suspended": False}),
        (
            {},
            {"Email": {"SMTPHost": "m", "SMTPPassword": "x"}},
            {"email": {"smtp_host": "", "smtp_password": ""}},
            {"email": {"smtp_host": "m", "smtp_password": "<hidden>"}},
        ),
        ({"Email": {"SMTPPassword": "x"}}, {"Email": {"SMTPPassword": ""}}, {}, {"email": {"smtp_password": ""}}),
        (HOOKS, {"WebhookOptions": {"a": None}}, {"webhook_options": {"a": {"url": "a"}}}, {}),
        (HOOKS, {"WebhookOptions": {"d": {"URL": "d", "Level": ""}}}, {}, {"webhook_options": {"d": {"url": "d"}}}),
        ({}, {"New": {"A": 1}}, {}, {"New": {"A": 1}}),
    ],
)
def test_differences(document: dict[str, Any], patch: dict[str, Any], before: Any, after: Any) -> None:
    made = plan(document, Wish(True, patch=patch))
    shown = _plan.difference(TENANT, made, {"name": "A"})
    assert shown["after"] == after
    assert {name: one for name, one in shown["before"].items() if one is not None} == before


@pytest.mark.parametrize(
    ("document", "patch", "before", "after"),
    [
        ({"Token": {"A": "x"}}, {"Token": {"A": "y"}}, {}, {"Token": {"A": "<hidden>"}}),
        ({"New": {"Token": "x"}}, {"New": {"Token": "y"}}, {}, {"New": {"Token": "<hidden>"}}),
        ({"New": {"A": "x"}}, {"New": {"A": "y"}}, {"New": {"A": "x"}}, {"New": {"A": "y"}}),
        ({"Name": "x://a:b@c"}, {"Name": "x://a:d@c"}, {}, {"name": "x://a:<hidden>@c"}),
    ],
)
def test_secrets_inside_what_changes(document: Any, patch: Any, before: Any, after: Any) -> None:
    """What differs is never shown as if it did not."""
    shown = _plan.difference(TENANT, plan(document, Wish(True, patch=patch)), {})
    assert (shown["before"], shown["after"]) == (before, after)


def test_a_new_object_is_shown_with_its_address() -> None:
    shown = _plan.difference(TENANT, plan(None, Wish(True, patch={"Hosts": ["h"]})), {"name": "A"})
    assert shown == {"before": {}, "after": {"name": "A", "hosts": ["h"]}}


def test_a_deleted_object_is_shown_without_its_zeros_and_secrets() -> None:
    document = {
        "Name": "A",
        "Hosts": [],
        "Email": {"SMTPPassword": "x", "SMTPPort": 0, "FromEmail": ""},
        "IsSuspended": False,
    }
    shown = _plan.difference(TENANT, plan(document, Wish(False)), {"name": "A"})
    assert shown == {"before": {"name": "A", "email": {"smtp_password": "<hidden>"}}, "after": {}}


def test_a_deleted_object_is_shown_as_a_task_describes_it() -> None:
    """With its address and names of other objects, without what the server keeps or another member overrules."""
    document = {"PolicyID": "1", "Policy": {"HideAppImport": True}, "CreateTime": 5}
    made = _plan.make_plan("UserProfileConfig", Found("a", document), Wish(False), 0)
    shown = _plan.difference("UserProfileConfig", made, {"name": "alice"}, lambda kind, key: f"{kind} {key}")
    assert shown == {"before": {"name": "alice", "policy": "policy 1"}, "after": {}}


def test_without_names_ids_are_shown() -> None:
    wish = Wish(True, patch={"OverrideDestinationRetention": {"v1": {"Mode": 801}}})
    held = Found("p", {"OverrideDestinationRetention": {"v1": {"Mode": 802}}})
    shown = _plan.difference("SourceConfig", _plan.make_plan("SourceConfig", held, wish, 0), {})
    assert shown["after"] == {"override_destination_retention": {"v1": {"mode": "keep_everything"}}}


def test_a_new_entry_is_shown_with_names_of_other_objects() -> None:
    wish = Wish(True, patch={"BackupRules": {"r": {"Destination": "v1"}}})
    made = _plan.make_plan("UserProfileConfig", Found("a", {}), wish, 0)
    shown = _plan.difference("UserProfileConfig", made, {}, lambda kind, key: f"{kind} {key}")
    assert shown["after"] == {"schedules": {"r": {"storage_vault": "storage_vault v1"}}}


def test_references_are_shown_by_name() -> None:
    made = _plan.make_plan("UserProfileConfig", Found("a", {"PolicyID": "1"}), Wish(True, patch={"PolicyID": "2"}), 0)
    shown = _plan.difference("UserProfileConfig", made, {}, lambda kind, key: f"{kind} {key}")
    assert shown == {"before": {"policy": "policy 1"}, "after": {"policy": "policy 2"}}


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ({"a": 0, "b": "", "c": [], "d": {}, "e": None, "f": False, "g": {"h": 0}}, {}),
        ({"a": [{"b": 0, "c": 1}], "d": [0]}, {"a": [{"c": 1}], "d": [0]}),
        (0, 0),
    ],
)
def test_zeros_are_left_out(value: Any, plain: Any) -> None:
    assert _plan.without_zeros(value) == plain


class TestNamesInDiffs:
    """Entries whose keys are IDs of other objects are shown under the names of these."""

    NAMES: ClassVar = {"v1": "Berlin", "v2": "Berlin", "v3": "Rome"}

    def after(self, wanted: dict[str, Any]) -> Any:
        """What a user with protected items is to become, as a diff shows it."""
        item = {"OverrideDestinationRetention": {key: {"Mode": 802} for key in self.NAMES}}
        held = {"Sources": {"p": item}, "Policy": {"DefaultSources": {"d": {"New": 1, **item}}}}
        plan = _plan.make_plan("UserProfileConfig", Found("id", held), Wish(True, patch=wanted), 0)
        return _plan.difference("UserProfileConfig", plan, {}, self.label)["after"]

    def label(self, kind: str, key: str) -> str:
        return self.NAMES[key] if kind == "storage_vault" else "mistaken"

    def test_two_of_one_name(self) -> None:
        wanted = {"OverrideDestinationRetention": {key: {"Mode": 801, "Ranges": [{"Type": 900}]} for key in self.NAMES}}
        shown = {"mode": "keep_everything", "ranges": {"#1": {"type": "most_recent_x_jobs"}}}
        assert self.after({"Sources": {"p": wanted}}) == {
            "protected_items": {"p": {"override_destination_retention": {"Berlin": shown, "v2": shown, "Rome": shown}}}
        }

    def test_inside_a_structure_and_above_what_nobody_knows(self) -> None:
        item = {"OverrideDestinationRetention": {"v3": {"Mode": 802, "New": {"Deep": 1}}}}
        shown = {"override_destination_retention": {"Rome": {"New": {"Deep": 1}}}}
        assert self.after({"Sources": {"p": item}, "Policy": {"DefaultSources": {"d": item}}}) == {
            "protected_items": {"p": shown},
            "custom_policy": {"default_sources": {"d": shown}},
        }
