# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of an object once its way has ended, and what the server knows then without being asked."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError, Refused
from ansible_collections.comet.backup.plugins.module_utils._resources._server_config import SERVER_CONFIG
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state._engine import BEGUN
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine import (
    ALICE,
    CONFIG,
    LOST,
    READ,
    WRITE,
    Run,
    no_pauses,
    profile,
    user,
)
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine_along import (
    DOCS,
    Companion,
    go,
)
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine_ends import GONE
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine_homes import GET, SET, URL, hook
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine_owners import (
    ITEM,
    REQUEST,
    SET_ITEM,
    VAULT,
    vault,
)

__all__ = ["no_pauses"]  # fixture

TENANTS, SET_TENANT, USERS = "AdminOrganizationList", "AdminOrganizationSet", "AdminListUsersFull"
NO = Refused("No.", WRITE, "", 400, "said")


class TestOutcomes:
    def test_of_what_is_as_wished(self) -> None:
        outcome = user(ALICE, **{READ: profile(**ALICE)}).go()
        assert outcome.resource is USER
        assert (outcome.held.id, outcome.held.lock) == ("alice", "h1")

    def test_of_what_was_made(self) -> None:
        run = Run(TENANT, Wish(True, name="ACME", patch={"Name": "ACME"}), **{TENANTS: {}, SET_TENANT: {"ID": "t1"}})
        outcome = run.go()
        assert (outcome.held.id, outcome.held.document) == ("t1", outcome.document)
        assert outcome.document is not None

    def test_of_what_was_never_there(self) -> None:
        outcome = Run(TENANT, Wish(False, name="ACME"), **{TENANTS: {}}).go()
        assert (outcome.changed, outcome.id, outcome.document) == (False, "", None)

    def test_of_what_a_network_delivered_twice(self) -> None:
        """The second one is refused; by then it is as wished."""
        assert user(ALICE, **{READ: [profile(), profile("h2", **ALICE)], WRITE: NO}).go().changed

    def test_after_a_lost_answer_something_may_have_been_done(self) -> None:
        with pytest.raises(CometError) as caught:
            user(ALICE, **{READ: profile(), WRITE: [LOST, GONE]}).go()
        assert caught.value.message == f"{GONE.message} {BEGUN}"


class TestWhatIsKnownAfterwards:
    PROFILE: dict[str, Any] = profile(Destinations={"m": {"Description": "Main"}})

    def test_lists_hold_what_was_written(self) -> None:
        run = user(ALICE, **{READ: profile(), WRITE: {}, USERS: {"alice": {"Username": "alice"}}})
        run.server.listing(USER)
        run.go()
        assert run.server.listing(USER) == {"alice": {"Username": "alice", **ALICE}}
        assert run.methods.count(USERS) == 1

    @pytest.mark.parametrize(("patch", "reads"), [({}, 2), (ALICE, 3)])
    def test_what_is_in_a_document_is_read_again_only_if_that_was_written(
        self, patch: dict[str, Any], reads: int
    ) -> None:
        run = user(patch, **{READ: self.PROFILE, WRITE: {}})
        run.server.find(VAULT, vault())
        run.go()
        run.server.find(VAULT, vault())
        assert run.methods.count(READ) == reads


def test_a_deletion_that_others_undo_is_done_again() -> None:
    run = hook(
        False, **{GET: [*[{"ops": URL}] * 2, {"ops": URL, "other": {}}, {"ops": URL, "other": {}}, {"other": {}}]}
    )
    assert run.go().changed
    assert run.sent(SET) == [{"WebhookOptions": {}}, {"WebhookOptions": {"other": {}}}]


@pytest.mark.parametrize("undone", [False, True])
def test_a_restart_is_told_whichever_write_it_came_with(undone: bool) -> None:
    """Even one that nobody expects of such a call."""
    after = {**CONFIG, "Email": {**CONFIG["Email"], "FromName": "B"}}
    read, write = "AdminMetaEmailOptionsGet", "AdminMetaEmailOptionsSet"
    looks = [CONFIG] * (4 if undone else 2)
    replies = {"AdminMetaServerConfigGet": [*looks, after], read: CONFIG["Email"]}
    run = Run(SERVER_CONFIG, Wish(True, patch={"Email": {"FromName": "B"}}), **replies)

    def restart(**_unused: Any) -> None:
        run.client.info["ServerStartHash"] = "start-2"

    run.client.replies[write] = [restart]
    assert run.go().restarted
    assert run.methods.count(write) == (2 if undone else 1)


class TestCallsBesideCompanions:
    """Others can only go along in the document that holds them all; what the server makes by itself it makes alone."""

    def test_an_object_that_is_made_is_written_with_them(self) -> None:
        run = Run(ITEM, DOCS, **{READ: profile(), WRITE: {}})
        go(run, Companion())
        assert SET_ITEM not in run.methods
        assert run.sent(WRITE)[0]["ProfileData"].keys() >= {"Sources", "Destinations"}

    def test_one_that_the_server_makes_is_requested_first(self) -> None:
        made = profile("h2", Destinations={"new": {"Description": "S3"}})
        replies = {READ: [profile(), made], REQUEST: {"DestinationID": "new"}, WRITE: {}}
        run = Run(VAULT, vault(arguments={"provider": "p"}), **replies)
        assert go(run, Companion()).id == "new"
        assert run.methods == [READ, REQUEST, READ, WRITE]
