# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects found in lists: what these do not tell, and how they are read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._resources._bucket import BUCKET
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Hooks, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_server import (
    LIST,
    POLICIES,
    READ,
    methods,
    server,
)

GOLD = Wish(True, name="Gold")


class Telling(Hooks):
    """What no list of the kind tells, another list may, for some of the objects."""

    def __init__(self, told: Mapping[str, Mapping[str, Any]]) -> None:
        self._told = told

    def reads(self, wish: Wish) -> bool:
        return True

    def told(self, server: Server, key: str) -> Mapping[str, Any] | None:
        assert isinstance(server, Server)
        return self._told.get(key)


@pytest.mark.parametrize(("fresh", "told", "read"), [(False, "1", False), (False, "2", True), (True, "1", True)])
def test_an_object_is_read_alone_for_what_no_list_tells(fresh: bool, told: str, read: bool) -> None:
    made = server(**{READ: {"Policy": {"Description": "Gold"}, "PolicyHash": "h"}})
    found = made.find(replace(POLICY, hooks=Telling({told: {"Users": 3}})), GOLD, fresh)
    assert methods(made) == [LIST, *[READ] * read]
    assert (found.id, found.fresh, found.lock) == ("1", read, "h" if read else None)
    assert (found.document, found.beside) == (({"Description": "Gold"}, {}) if read else (POLICIES["1"], {"Users": 3}))


@pytest.mark.parametrize(
    ("resource", "wish", "listing", "there"),
    [
        (BUCKET, Wish(True, id="b"), "AdminStorageListBuckets", {"b": {"CreateTime": 1}}),
        (TENANT, Wish(True, name="ACME"), "AdminOrganizationList", {"t": {"Name": "ACME"}}),
    ],
)
def test_only_the_list_that_an_object_is_in_is_read_again(
    resource: Resource, wish: Wish, listing: str, there: dict[str, Any]
) -> None:
    made = server(**{listing: there})
    made.listing(POLICY)
    for fresh in (False, True):
        found = made.find(resource, wish, fresh)
        assert ({found.id: found.document}, found.fresh) == (there, fresh)
    made.listing(POLICY)
    assert methods(made) == [LIST, listing, listing]


def test_the_first_task_is_the_first() -> None:
    """The number of tasks that have come by decides when a list pays."""
    assert server().tasks == 1
