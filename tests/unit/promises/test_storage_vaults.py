# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage vaults: what is refused, every kind of location, what is copied into new ones and what goes with old ones."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import add_user, user
from ansible_collections.comet.backup.tests.unit.promises.behind_tenants import write_template
from ansible_collections.comet.backup.tests.unit.promises.behind_users import (
    add_storage_of_acme,
    set_up_vault,
    vault,
    vault_id,
)
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY, Options, succeed
from ansible_collections.comet.backup.tests.unit.promises.test_vault_requests import (
    ADDRESS,
    AT_A_PLACE,
    BY_REQUEST,
    MODULE,
    names,
    requests,
    storage,
    stored,
)

__all__ = ["stored"]  # fixture

LOOPBACK = "where no device finds this server; give the address that devices use"


def refused(comet: EmulatedServer, **options: Any) -> str:
    """The sentence with which a task fails, without writing anything."""
    digest = comet.digest
    result = comet.task(MODULE, **options)
    assert result["failed"]
    assert comet.digest == digest
    assert comet.calls(writes=True) == []
    return str(result["msg"])


# What is refused, and what is only said


@storage
@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"self_address": ADDRESS}, "self_address: only together with storage_template"),
        ({"device": "Laptop"}, "device: only together with storage_template"),
        ({**BY_REQUEST, "type": "s3"}, "storage_template: says where the vault is, and so does type; leave one out"),
        (
            {**BY_REQUEST, "s3_bucket_name": "b"},
            "storage_template: says where the vault is, and so does s3_bucket_name",
        ),
        ({**BY_REQUEST, "self_address": "backup"}, "self_address: backup is not an address that begins with https://"),
        ({**BY_REQUEST, "id": "x"}, "id: there is no storage vault with the ID x, and the server chooses that of a va"),
        ({**BY_REQUEST, "storage_limit_bytes": "many"}, "storage_limit_bytes: 'many' is not a size"),
        ({"type": "s4"}, "type: 's4' is not a known value; valid are: "),
        ({**AT_A_PLACE, "default_retention": {"mode": "delete_except"}}, "default_retention.ranges"),
        ({"name": " "}, "name: must not be empty"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(comet: EmulatedServer, options: Options, said: str, check: bool) -> None:
    given = {name: one for name, one in {"user": "alice", "name": "Main", **options}.items() if one is not None}
    message = refused(comet, check=check, **given).partition("alice: ")[2]
    assert message.startswith(said), message


WRONG = [
    (
        {**BY_REQUEST, "storage_template": "Locale"},
        "storage_template: there is no storage template named Locale; did you mean Local?",
    ),
    (
        {**BY_REQUEST, "storage_template": "Local-ACME"},
        "storage_template: there is no storage template named Local-ACME",
    ),
    ({**BY_REQUEST, "device": "Desktop"}, "device: there is no device named Desktop; valid are: Laptop"),
    ({**AT_A_PLACE, "shared_quota": "Pool"}, "shared_quota: there is no shared quota named Pool"),
    ({**AT_A_PLACE, "associated_devices": ["x"]}, "associated_devices[0]: there is no device named x"),
    (
        {"user": "alice", "id": "x", "type": "s3"},
        "id: there is no storage vault with the ID x, and a new one needs a name",
    ),
    ({"user": "alice", "name": "Main"}, "storage_template or type: needed to create a storage vault"),
    ({"user": "alice", "name": "Main", "type": 0}, "storage_template or type: needed to create a storage vault"),
]


@storage
@pytest.mark.parametrize(("options", "said"), WRONG)
def test_what_a_real_run_misses_an_earlier_task_may_make(comet: EmulatedServer, options: Options, said: str) -> None:
    message = refused(comet, **options).partition("alice: ")[2]
    assert message.startswith(said), message
    foretold = succeed(comet.task(MODULE, check=True, **options))
    assert foretold["changed"]
    assumed = " yet; assuming that an earlier task makes it"
    assert any(text.endswith(assumed) or said in text for text in foretold["warnings"]), foretold["warnings"]


def test_a_user_that_does_not_exist(comet: EmulatedServer) -> None:
    add_user("alicia")(comet)
    comet.forget_calls()
    assert refused(comet, **BY_REQUEST).endswith("of user alice: there is no user alice; did you mean alicia?")
    for wish in (BY_REQUEST, AT_A_PLACE):
        foretold = succeed(comet.task(MODULE, check=True, **wish))
        assert (foretold["changed"], foretold["storage_vault"]["name"]) == (True, "Main")
        assert foretold["warnings"][0] == "there is no user alice yet; assuming that an earlier task makes it"
    for check in (True, False):
        gone = succeed(comet.task(MODULE, check=check, user="alice", name="Main", state="absent"))
        assert (gone["changed"], gone["storage_vault"]) == (False, {})


@storage
def test_two_templates_of_one_name(comet: EmulatedServer) -> None:
    twin: Options = {"Type": "comet", "Description": "Twin", "RemoteAddress": "https://twin.example.com/"}
    held = comet.client.call("AdminMetaRemoteStorageVaultGet")
    both = [{**twin, "ID": key} for key in ("twin-1", "twin-2")]
    comet.client.call("AdminMetaRemoteStorageVaultSet", RemoteStorageOptions=[*held, *both])
    comet.forget_calls()
    wish: Options = {**BY_REQUEST, "storage_template": "Twin"}
    assert "2 objects of kind storage template are named Twin: twin-1, twin-2; give the ID" in refused(comet, **wish)
    succeed(comet.task(MODULE, **{**wish, "storage_template": "twin-2"}))
    assert requests(comet)[0]


@storage
def test_two_vaults_of_one_name(comet: EmulatedServer) -> None:
    comet.change_profile("alice", Destinations={"third": {"Description": "Second vault", "DestinationType": 1000}})
    for wish in (BY_REQUEST, AT_A_PLACE, {**AT_A_PLACE, "state": "absent"}):
        message = refused(comet, **{**wish, "name": "Second vault"})
        assert "2 objects of kind storage vault are named Second vault: second, third; give the ID" in message
    renamed = succeed(comet.task(MODULE, user="alice", id="third", name="Third vault"))
    assert renamed["diff"] == {"before": {"name": "Second vault"}, "after": {"name": "Third vault"}}


@storage
@pytest.mark.parametrize("check", [True, False])
def test_an_address_that_no_device_can_reach(comet: EmulatedServer, check: bool) -> None:
    wish: Options = {name: value for name, value in BY_REQUEST.items() if name != "self_address"}
    said = succeed(comet.task(MODULE, check=check, **wish))["warnings"]
    assert [LOOPBACK in text for text in said] == [True]
    assert comet.url in said[0]
    if not check:
        assert (vault("Main")(comet) or {})["CometServer"] == f"{comet.url}/"
        assert "warnings" not in succeed(comet.task(MODULE, **wish))
    local: Options = {**wish, "name": "Other", "self_address": "http://localhost:8060/"}
    assert "would be at http://localhost:8060/" in succeed(comet.task(MODULE, check=check, **local))["warnings"][0]
    elsewhere: Options = {**wish, "name": "Remote", "storage_template": "Africa"}
    assert "warnings" not in succeed(comet.task(MODULE, check=check, **elsewhere))


# What a new vault gets, and from where


def test_what_is_copied_is_overridden_by_what_the_task_says(comet: EmulatedServer) -> None:
    gold: Options = {"DefaultStorageVaultRetention": {"Mode": 802, "Ranges": [{"Type": 905, "Days": 30}]}}
    comet.client.call("AdminPoliciesSet", PolicyID="gold", Policy={"Description": "Gold", "Policy": gold})
    add_user("alice", PolicyID="gold")(comet)
    limited: Options = {
        "Type": "comet",
        "Description": "Small",
        "ID": "small",
        "RemoteAddress": "https://small.example.com/",
    }
    limited |= {"StorageLimitEnabled": True, "StorageLimitBytes": 2**30, "RebrandStorage": True}
    write_template("Small")(comet, limited)
    wish: Options = {**BY_REQUEST, "storage_template": "Small"}
    succeed(comet.task(MODULE, **wish))
    made = vault("Main")(comet) or {}
    assert (made["StorageLimitEnabled"], made["StorageLimitBytes"], made["RebrandStorage"]) == (True, 2**30, True)
    assert made["DefaultRetention"]["Ranges"][0]["Days"] == 30
    own: Options = {
        "storage_limit_bytes": "2 GiB",
        "rebrand_storage": False,
        "default_retention": {"mode": "keep_everything"},
    }
    done = succeed(comet.task(MODULE, **{**wish, "name": "Own"}, **own))
    made = vault("Own")(comet) or {}
    assert (made["StorageLimitEnabled"], made["StorageLimitBytes"], made["RebrandStorage"]) == (True, 2**31, False)
    assert made["DefaultRetention"]["Mode"] == 801
    assert done["diff"]["after"]["storage_limit_bytes"] == 2**31
    assert not succeed(comet.task(MODULE, **{**wish, "name": "Own"}, **own))["changed"]


def test_template_and_quota_are_those_of_the_users_tenant(comet: EmulatedServer) -> None:
    add_storage_of_acme(comet)
    wish: Options = {"user": "alice", "name": "Main", "storage_template": "Europe", "shared_quota": "Pool"}
    succeed(comet.task(MODULE, **wish))
    made = vault("Main")(comet) or {}
    assert (made["StorageLimitID"], made["CometServer"]) == ("pool-ACME", "https://europe.example.com/")
    foreign: Options = {**wish, "name": "Other", "storage_template": "Europe-Globex"}
    comet.forget_calls()
    assert "there is no storage template named Europe-Globex" in refused(comet, **foreign)


@storage
@pytest.mark.parametrize("version", ["24.12.1", "22.6.2"])
def test_an_old_server_ties_no_vault_to_a_device(comet: EmulatedServer, version: str) -> None:
    comet.switch(version=version)
    for check in (True, False):
        message = refused(comet, check=check, **{**BY_REQUEST, "device": "Laptop"})
        assert f"Device needs Comet Server 24.12.2 or newer; this server is {version}." in message


# Every kind of location

LOCATION = "DestinationLocation"
KINDS = {
    "s3": ("S3",),
    "sftp": ("SFTP",),
    "local": ("Localcopy",),
    "comet": ("Comet",),
    "ftp": ("FTP",),
    "azure": ("AZB",),
    "spanned": ("Span",),
    "swift": ("Swift",),
    "b2": ("B2",),
    "storj": ("Storj",),
    "webdav": ("WebDav",),
    "smb": ("SMB",),
}


def filled(structure: str, starts: tuple[str, ...] = ("",), depth: int = 1) -> Options:
    """Options for all members of a structure whose name begins like that, each with a value that is not its zero."""
    options: Options = {}
    for name, field in _fields.fields(structure).items():
        if not name.startswith(starts) or field.member.computed:
            continue
        if field.kind == _fields.STRUCT:
            options[field.option] = filled(field.inner)
        elif field.kind == _fields.RECORDS:
            options[field.option] = [{"type": kind, **filled(LOCATION, KINDS[kind])} for kind in ("local", "s3")]
        elif field.member.enum:
            options[field.option] = list(_model.constants(field.member.enum).choices)[-1]
        else:
            options[field.option] = value_of(field)
    return options


def value_of(field: _fields.Field) -> Any:
    if field.member.secret:
        return f"{CANARY}-{field.option}"
    return {"string": f"some-{field.option}", "int": 7, "bool": True}[field.member.type.name]


@pytest.mark.parametrize("secrets", ["on_create", "always"])
@pytest.mark.parametrize("kind", KINDS)
@storage
def test_every_kind_of_location(comet: EmulatedServer, kind: str, secrets: str) -> None:
    place = {"type": kind, **filled(LOCATION, KINDS[kind])}
    assert len(place) > 1
    wish: Options = {"user": "alice", "name": "Main", **place, "update_secrets": secrets}
    said, made = (succeed(comet.task(MODULE, check=check, **wish)) for check in (True, False))
    shown = succeed(comet.task(f"{MODULE}_info", user="alice", name="Main"))
    assert said["diff"] == made["diff"]
    again = succeed(comet.task(MODULE, **{**wish, "update_secrets": "on_create"}))
    assert (made["changed"], again["changed"]) == (True, False)
    assert CANARY not in str(
        [result[one] for result in (said, made, again) for one in ("diff", "storage_vault", "msg")]
    )
    assert CANARY not in str(shown["storage_vaults"])
    assert CANARY in str(vault("Main")(comet))
    assert shown["storage_vaults"][0]["type"] == kind


def test_every_kind_of_location_is_tried() -> None:
    members = set(_model.structure(LOCATION).members) - {"DestinationType", "Tag"}
    assert {
        name for name in members if not name.startswith(tuple(one for kind in KINDS.values() for one in kind))
    } == set()


# What goes with a vault


@storage
@pytest.mark.parametrize("check", [True, False])
def test_what_goes_along_with_a_vault(comet: EmulatedServer, check: bool) -> None:
    override = {"second": {"Mode": 801}, "other": {"Mode": 801}}
    comet.change_profile(
        "alice",
        Destinations={"other": {"Description": "Other", "DestinationType": 1002}},
        Sources={
            "a": {"Description": "A", "Engine": "engine1/file", "OverrideDestinationRetention": override},
            "b": {"Description": "B", "Engine": "engine1/file", "FromTheFuture": 1},
        },
        BackupRules={key: {"Description": key, "Source": "a", "Destination": key} for key in ("second", "other")},
    )
    set_up_vault("Second vault")(comet)
    wish: Options = {"user": "alice", "name": "Second vault", "state": "absent"}
    comet.forget_calls()
    message = refused(comet, check=check, **wish)
    assert "deleting it loses its encryption key" in message
    assert "and removes the schedules that back up into it (2); set confirm_data_loss to true if that is" in message
    before_it = user("alice")(comet) or {}
    result = succeed(comet.task(MODULE, check=check, **wish, confirm_data_loss=True))
    assert (result["changed"], result["storage_vault"]) == (True, {})
    after = user("alice")(comet) or {}
    if check:
        assert after == before_it
        return
    assert set(after["Destinations"]) == {"other"}
    assert set(after["BackupRules"]) == {"other"}
    assert set(after["Sources"]["a"]["OverrideDestinationRetention"]) == {"other"}
    assert after["Sources"]["b"] == before_it["Sources"]["b"]


@storage
def test_a_vault_that_was_never_set_up_goes_without_a_second_word(comet: EmulatedServer) -> None:
    succeed(comet.task(MODULE, **BY_REQUEST))
    assert succeed(comet.task(MODULE, **{**BY_REQUEST, "state": "absent"}))["changed"]
    assert names(comet) == ["Second vault"]


@storage
def test_what_devices_keep_is_never_compared(comet: EmulatedServer) -> None:
    """A device encrypts the bucket's key anew once it uses the vault."""
    wish: Options = {"user": "alice", "name": "Main", "type": "comet", "comet_server": ADDRESS, "comet_bucket": "b"}
    wish["comet_bucket_key"] = f"{CANARY}-key"
    succeed(comet.task(MODULE, **wish))
    set_up_vault("Main")(comet)
    comet.change_profile("alice", Destinations={vault_id(comet, "Main"): {"CometBucketKey": "anew"}})
    assert not succeed(comet.task(MODULE, **wish))["changed"]
    assert (vault("Main")(comet) or {})["CometBucketKey"] == "anew"
