# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of all modules that can be told secrets, with a canary in each of them."""

from __future__ import annotations

import copy
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._model import structure
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.tests.soak import planting
from ansible_collections.comet.backup.tests.soak.campaign import SoakedServer
from ansible_collections.comet.backup.tests.soak.canaries import Canaries
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import Options
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES

CONTRADICTIONS = ("user-of-tenant", "storage-vault-by-request", "storage-vault-of-tenant")
"""Cases whose objects get their settings from elsewhere, so that a task must not say them as well."""
INSIDE: Mapping[str, Options] = {
    "storage_vaults": {"type": "s3"},
    "protected_items": {"device": "PC"},
    "listen_addresses": {"listen_address": "127.0.0.1:8060", "ssl_cert_path": "public.pem"},
}
"""What objects inside others need beside their secrets, or in place of what they are called."""
WHEN = ("update_secrets", "update_password")
"""Options that say when secrets are written."""


def is_required(option: Options) -> bool:
    """Whether a task has to give an option."""
    return bool(option.get("required"))


LOGIN = "login"
"""The place of a password that is that of the run's own login."""
Prepare = Callable[[EmulatedServer, Options], None]


@dataclass(frozen=True)
class Subject:
    """A task about an object. Its options are ``present``, and one of several sets that hold its secrets.

    ``number`` says which. ``prepare`` makes what the task needs.
    """

    module: str
    title: str
    present: Options
    number: int
    prepare: Prepare

    def options(self, canaries: Canaries) -> Options:
        """The options of the task; its secrets are to be written in any case."""
        made = planting.combined(copy.deepcopy(self.present), completed(self.module, canaries, self.number))
        canaries.keep(made)
        return made


def completed(module: str, canaries: Canaries, number: int) -> Options:
    """One of the sets of options that lead to the secrets of a module, which are to be written in any case."""
    task = TASKS[module]
    more = planting.of_task(task, canaries.new)[number]
    for name in INSIDE.keys() & more.keys():
        more[name] = [{**item, **INSIDE[name]} for item in more[name]]
    return {**more, **{name: "always" for name in WHEN if name in task.options()}}


def subjects() -> Iterator[Subject]:
    """A task, or several, for each case of the promises, and for what is no object."""
    for case in CASES:
        if case.title not in CONTRADICTIONS:
            own = OWN.get(case.module)
            prepare = own or _before(case.before)
            for number, _unused in enumerate(planting.of_task(TASKS[case.module], _nothing)):
                yield Subject(case.module, f"{case.title} {number}", case.present(), number, prepare)
    yield Subject("comet_install_token", "install token", {"user": "alice"}, 0, _add_account)


def _nothing(*_unused: Any) -> str:
    return ""


def _before(before: Callable[[EmulatedServer], None]) -> Prepare:
    return lambda server, options: before(server)


def accounts(server: EmulatedServer, options: Options) -> None:
    """The user in whose account an object is to be."""
    if "user" in options:
        _add_account(server, {"user_password": "correct horse"})


def _add_account(server: EmulatedServer, options: Options) -> None:
    """The user with the password that a task needs to know, with a device, and without a recovery code."""
    password = options.get("current_password") or options["user_password"]
    server.client.call("AdminAddUser", TargetUser="alice", TargetPassword=password, StoreRecoveryCode=0)
    server.change_profile("alice", Devices={"pc": {"FriendlyName": "PC"}})


OWN: Mapping[str, Prepare] = {"comet_user": _add_account}
"""How to make what tasks need of which the cases do not say enough."""
SUBJECTS = tuple(subjects())
LIKE_SECRETS: tuple[tuple[str, Options, tuple[str, ...]], ...] = (
    ("comet_user_group", {"name": "token-1"}, ("token-1",)),
    ("comet_tenant", {"name": "Password Ltd", "hosts": ["passphrase.example.com"]}, ("Password Ltd", "passphrase.")),
    ("comet_news", {"text": "The password changes on Monday"}, ("The password changes on Monday",)),
    ("comet_bucket", {"id": "9f86d081884c7d659a2feaa0c55ad015" * 2}, ("9f86d081884c7d659a2feaa0c55ad015" * 2,)),
    (
        "comet_user",
        {"name": "secret.agent", "account_name": "password: ask Anna"},
        ("secret.agent", "password: ask Anna"),
    ),
    (
        "comet_webhook",
        {"name": "api-key", "webhook_url": "https://hooks.example.com/token"},
        ("api-key", "hooks.example.com/token"),
    ),
    ("comet_shared_quota", {"name": "credentials", "limit_bytes": "1 TiB"}, ("credentials",)),
    (
        "comet_storage_vault",
        {"user": "alice", "name": "private key", "type": "s3", "s3_access_key": "AKIAIOSFODNN7EXAMPLE"},
        ("private key", "AKIAIOSFODNN7EXAMPLE"),
    ),
    (
        "comet_policy",
        {
            "name": "recovery",
            "settings": {
                "default_sources": [
                    {
                        "id": "one",
                        "engine": "file",
                        "engine_props": {"INCLUDE": ["/srv/passwords"], "EXCLUDE": ["*.key"]},
                    }
                ]
            },
        },
        ("recovery", "/srv/passwords", "*.key"),
    ),
)
"""Tasks with texts that only look like secrets: the module, its options, and what has to be readable."""


READING = tuple(
    name
    for name, task in TASKS.items()
    if name.endswith("_info") and not any(map(is_required, task.options().values()))
)
"""Modules that read all objects of a kind when they are not told which."""


def hashed(task: Task) -> frozenset[str]:
    """The last words of places whose secrets a server keeps in another form than they are sent in."""
    if not isinstance(task, ResourceTask):
        return frozenset(task.options())
    held = _fields.settable(task.resource.structure)
    kept = (one for one in held if f"{one.member.name}Format" in structure(one.member.structure).members)
    return frozenset([*task.resource.arguments, *(one.option for one in kept)])


def not_stored(subject: Subject, canaries: Canaries, server: SoakedServer) -> list[str]:
    """Places whose canaries did not get into the database of the server, those apart that it keeps in another form."""
    with sqlite3.connect(f"file:{server.directory / 'comet_emulator.sqlite3'}?mode=ro", uri=True) as database:
        stored = b"".join(row[0] for row in database.execute("SELECT body FROM documents")).decode()
    other = hashed(TASKS[subject.module]) | {LOGIN}
    return [place for place in canaries.missing(stored) if place.rpartition(".")[2] not in other]
