# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Self-backups have no names: they are told by where they go, and nothing else in the configuration moves."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._resources import _self_backup
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import add_tenants, config, tenant_id, write_config
from ansible_collections.comet.backup.tests.unit.promises.behind_server import add_self_backups, is_in_srv
from ansible_collections.comet.backup.tests.unit.promises.case import Options, Step, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import STEPS

MODULE = "comet_self_backup"
SET = "AdminMetaServerConfigSet"
LOCAL: Options = {"type": "local", "localcopy_path": "/srv/self-backup"}
BUCKET: Options = {"type": "s3", "s3_server": "s3.example.com", "s3_bucket_name": "b"}

OWN = [step for step in STEPS if step.case.module == MODULE]
each_step = pytest.mark.parametrize("step", OWN, ids=[f"{step.case.title}-{step.name}" for step in OWN])


def targets(server: EmulatedServer) -> list[Any]:
    found: list[Any] = server.client.call("AdminMetaServerConfigGet")["SelfBackup"]["Targets"]
    return found


def others(server: EmulatedServer) -> Any:
    """The configuration without the target of the tasks."""
    found = config(server)
    assert found is not None
    return {**found, "SelfBackup": {"Targets": [one for one in targets(server) if not is_in_srv(one)]}}


@each_step
def test_all_else_in_the_configuration_stays_and_the_server_restarts_once(comet: EmulatedServer, step: Step) -> None:
    step.prepare(comet)
    before, started = others(comet), comet.start_hash
    comet.forget_calls()
    assert [one["FromTheFuture"] for one in before["SelfBackup"]["Targets"]] == [1, 1]
    said = succeed(comet.task(MODULE, check=True, **step.options))
    done = succeed(comet.task(MODULE, **step.options))
    assert said["restarted"] is done["restarted"] is True
    assert done["msg"].startswith("self backup local /srv/self-backup ")
    assert comet.calls(writes=True) == [SET]
    assert comet.start_hash != started
    assert others(comet) == before
    again = succeed(comet.task(MODULE, **step.options))
    assert (again["changed"], again["restarted"]) == (False, False)


def test_what_is_no_part_of_the_place_changes_the_target_that_is_there(comet: EmulatedServer) -> None:
    add_self_backups(comet)
    result = succeed(comet.task(MODULE, location={**BUCKET, "s3_uses_tls": True, "s3_access_key": "AKIA"}))
    assert result["diff"]["after"] == {"location": {"s3_access_key": "AKIA", "s3_uses_tls": True}}
    assert len(targets(comet)) == 2
    secret = succeed(comet.task(MODULE, location={**BUCKET, "s3_secret_key": "new"}))
    assert secret["changed"] is False
    secret = succeed(comet.task(MODULE, location={**BUCKET, "s3_secret_key": "canary-new"}, update_secrets="always"))
    assert (secret["changed"], "canary" in str(secret)) == (True, False)
    comet.switch(config_secrets="plain")
    assert targets(comet)[1]["Location"]["S3SecretKey"] == "canary-new"


@pytest.mark.parametrize("more", [{"s3_subdir": "deep"}, {"s3_bucket_name": "other"}, {"s3_server": "s4.example.com"}])
def test_another_place_is_another_target(comet: EmulatedServer, more: Options) -> None:
    add_self_backups(comet)
    made = succeed(comet.task(MODULE, location={**BUCKET, **more}))
    assert made["msg"].endswith(" created")
    assert len(targets(comet)) == 3
    gone = succeed(comet.task(MODULE, location={**BUCKET, **more}, state="absent"))
    assert gone["changed"] is True
    assert succeed(comet.task(MODULE, location={**BUCKET, **more}, state="absent"))["changed"] is False
    assert len(targets(comet)) == 2


def test_of_two_to_one_place_none_is_guessed(comet: EmulatedServer) -> None:
    add_self_backups(comet)
    found = config(comet)
    assert found is not None
    write_config(comet, {**found, "SelfBackup": {"Targets": [*targets(comet), targets(comet)[0]]}})
    digest = comet.digest
    refused = comet.task(MODULE, location={**LOCAL, "localcopy_path": "/srv/other"}, state="absent")
    assert refused["failed"]
    assert "2 objects of kind self backup are named local /srv/other, and nothing tells them apart" in refused["msg"]
    assert comet.digest == digest
    assert len(succeed(comet.task(f"{MODULE}_info"))["self_backups"]) == 3


def test_a_tenant_is_given_by_its_name(comet: EmulatedServer) -> None:
    add_tenants(comet)
    made = succeed(comet.task(MODULE, location=LOCAL, restrict_to_tenant="ACME"))
    assert targets(comet)[0]["RestrictToSingleOrgID"] == tenant_id(comet)
    assert made["diff"]["after"]["restrict_to_tenant"] == "ACME"


def test_how_the_runs_went(comet: EmulatedServer) -> None:
    add_self_backups(comet)
    comet.switch(self_backup_seconds=30.0)
    shown = succeed(comet.task(f"{MODULE}_info"))["self_backups"]
    assert [(one["location"]["type"], one["runs"]["last_run_end"]) for one in shown] == [
        ("local", 0),
        ("s3", 0),
    ]
    comet.client.call("AdminSelfBackupStart")
    running = succeed(comet.task(f"{MODULE}_info"))["self_backups"]
    assert all(one["runs"]["current_run_start"] for one in running)
    comet.control("POST", "clock", {"advance": 31})
    shown = succeed(comet.task(f"{MODULE}_info"))["self_backups"]
    assert [one["runs"]["last_run_success"] for one in shown] == [True, False], "the bucket has no key"
    assert "theirs" not in str(shown)


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({}, ("location",)),
        ({"location": {}}, ("location.type: say what kind of storage it is",)),
        ({"location": {"localcopy_path": "/srv"}}, ("location.type: say what kind of storage it is",)),
        ({"location": {"type": "s3"}}, ("location: say where it is; s3 alone tells no place",)),
        ({"location": {"type": "spanned"}}, ("location: say where it is; spanned alone tells no place",)),
        ({"location": {"type": "latest"}}, ("location: say where it is; latest alone tells no place",)),
        ({"location": {"type": "s4"}}, ("location.type", "s4")),
        ({"location": {**LOCAL, "localcopy_pth": "x"}}, ("localcopy_pth",)),
        ({"location": LOCAL, "restrict_to_tenant": "ACM"}, ("restrict_to_tenant: there is no tenant named ACM",)),
        ({"location": LOCAL, "state": "away"}, ("state", "present, absent", "away")),
    ],
)
def test_bad_input_is_one_clear_sentence_and_changes_nothing(
    comet: EmulatedServer, options: Options, wrong: tuple[str, ...]
) -> None:
    digest = comet.digest
    refused = comet.task(MODULE, **options)
    assert refused["failed"]
    assert all(part in refused["msg"] for part in wrong), refused["msg"]
    assert comet.digest == digest


def place(**location: Any) -> str:
    return _self_backup.SELF_BACKUP.homes[0].told({"Location": location})  # type: ignore[misc]


def test_a_place_is_what_a_person_would_say() -> None:
    assert place(DestinationType=1002, LocalcopyPath="/srv", LocalcopyWinSMBUsername="x") == "local /srv"
    sftp = {"DestinationType": 1001, "SFTPServer": "a:22", "SFTPUsername": "comet", "SFTPRemotePath": "b"}
    assert place(**sftp, SFTPPassword="secret") == "sftp a:22 comet b"
    assert place(DestinationType=1011, SMB={"SMBServer": "a", "SMBShare": "b"}) == "smb a b"
    assert place(DestinationType=1006, SpanTargets=[sftp, sftp]) == "spanned sftp a:22 comet b sftp a:22 comet b"
    assert place(DestinationType=4711, LocalcopyPath="/srv") == "4711"
    assert place() == "0"


def test_what_tells_places_apart_are_members_that_there_are_and_none_is_a_secret() -> None:
    for paths in _self_backup._WHERE.values():
        for path in paths:
            structure, *steps = ("DestinationLocation", *path.split("."))
            for step in steps:
                member = _model.structure(structure).member(step)
                structure = member.type.name
            assert not member.secret
            assert member.type.name == "string"
