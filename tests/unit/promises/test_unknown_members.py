# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise 4: members of a document that this collection does not know survive every write."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._spec import own_names
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import Case, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES

NEW = {"Deep": [{"Deeper": 1}], "Text": "new in version 99"}

changeable = pytest.mark.parametrize(
    "case", [case for case in CASES if case.change], ids=[case.title for case in CASES if case.change]
)


def salted(structure: str, document: dict[str, Any]) -> dict[str, Any]:
    """The document with an unknown member in every structure in it."""
    result = {**document, "FromTheFuture": NEW}
    for name, field in _fields.fields(structure).items():
        value = result.get(name)
        if not field.inner or not value or field.member.computed:
            continue
        if isinstance(value, list):
            result[name] = [salted(field.inner, item) for item in value]
        elif field.kind == _fields.ENTRIES:
            result[name] = {key: salted(field.inner, item) for key, item in value.items()}
        else:
            result[name] = salted(field.inner, value)
    return result


def grains(value: Any) -> int:
    """How many of the unknown members a document holds."""
    if isinstance(value, dict):
        return sum((name == "FromTheFuture" and item == NEW) + grains(item) for name, item in value.items())
    return sum(grains(item) for item in value) if isinstance(value, list) else 0


@changeable
def test_unknown_members_survive_at_every_depth(comet: EmulatedServer, case: Case) -> None:
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    document = case.read(comet)
    assert document is not None
    assert case.write is not None
    case.write(comet, salted(case.resource.structure, document))
    count = grains(case.read(comet))
    assert count >= 1
    assert succeed(comet.task(case.module, **case.changed()))["changed"] is True
    assert grains(case.read(comet)) == count


@changeable
def test_an_unknown_member_can_be_set_with_extra(comet: EmulatedServer, case: Case) -> None:
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    wish = case.present(extra={"FromTheFuture": NEW})
    said = succeed(comet.task(case.module, check=True, **wish))
    done = succeed(comet.task(case.module, **wish))
    assert said["diff"] == done["diff"] == {"before": {}, "after": {"FromTheFuture": NEW}}
    document = case.read(comet)
    assert document is not None
    assert document["FromTheFuture"] == NEW
    assert succeed(comet.task(case.module, **wish))["changed"] is False
    more = {"FromTheFuture": {"Text": "changed"}}
    assert succeed(comet.task(case.module, **case.present(extra=more)))["changed"] is True
    document = case.read(comet)
    assert document is not None
    assert document["FromTheFuture"] == {**NEW, "Text": "changed"}


@changeable
def test_a_known_member_in_extra_is_refused(comet: EmulatedServer, case: Case) -> None:
    name, field = next(
        (name, field)
        for name, field in _fields.fields(case.resource.structure).items()
        if not field.member.computed and field.kind != _fields.STRUCT and name not in case.resource.unmanaged
    )
    case.before(comet)
    refused = comet.task(case.module, **case.present(extra={name: field.member.type.zero}))
    assert refused["failed"]
    option = own_names(case.resource).get(field.option, field.option)
    assert f"extra.{name} is known: use the option {option}" in refused["msg"]


def test_what_a_user_module_does_not_manage_survives(comet: EmulatedServer) -> None:
    """Vaults, items, schedules and devices have modules of their own."""
    succeed(comet.task("comet_user", name="alice", user_password="correct horse"))
    members = {
        "Destinations": {
            "v": {"Description": "Main", "DestinationType": 1002, "EncryptionKeyEncrypted": "key-material"}
        },
        "Sources": {"s": {"Engine": "engine1/file", "EngineProps": {"INCLUDE": "/"}, "OwnerDevice": "d"}},
        "BackupRules": {"r": {"Source": "s", "Destination": "v", "Schedules": [{"FrequencyType": 8012}]}},
        "Devices": {"d": {"FriendlyName": "laptop"}},
        "PasswordRecovery": "recovery-code",
    }
    comet.change_profile("alice", **members)
    before = comet.client.call("AdminGetUserProfile", TargetUser="alice")
    succeed(comet.task("comet_user", name="alice", account_name="Alice", exclusive=True))
    after = comet.client.call("AdminGetUserProfile", TargetUser="alice")
    assert after == {**before, "AccountName": "Alice"}
