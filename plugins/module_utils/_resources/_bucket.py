# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Buckets of the storage gateway. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT, refuse_another_tenant
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Change
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Hooks, Named, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server


class BucketHooks(Hooks):
    """A bucket is registered once: neither its key nor its tenant can be changed by any call."""

    def prepare(self, wish: Wish, found: Found) -> Wish:
        """Refuses another tenant for a bucket that exists."""
        refuse_another_tenant("bucket", wish, found)
        return wish

    def idle(self, arguments: Mapping[str, Any], named: Named, document: Mapping[str, Any]) -> bool:
        """The key of a bucket that is there counts for nothing."""
        return True

    def lacking(self, wish: Wish) -> str:
        """No call gives a bucket a key later."""
        return "" if wish.arguments.get("key_hash") else "key_hash: needed to register a bucket"

    def acts(self, wish: Wish, found: Found, making: bool) -> tuple[Change, ...]:
        """The key goes with the registration and shows in its diff; it is never changed."""
        key = wish.arguments.get("key_hash") if found.document is None else None
        return (Change(("key_hash",), None, None, key, secret=True),) if key else ()

    def creation(self, wish: Wish) -> dict[str, Any]:
        """The key as the server will keep it: with an ID of our choice the API wants a key of our choice."""
        return {
            "SetKeyHashValue": wish.arguments["key_hash"],
            "SetKeyHashFormat": str(wish.arguments["key_hash_format"]),
        }

    def loss(self, server: Server, found: Found) -> str:
        """Always: what lies in the bucket is destroyed."""
        size = ((found.document or {}).get("Size") or {}).get("Size") or 0
        return f"destroys the backup data in it ({size} bytes when last measured)"


BUCKET = Resource(
    kind="bucket",
    plural="buckets",
    structure="BucketProperties",
    named=True,
    tenant="OrganizationID",
    listing=Call("AdminStorageListBuckets"),
    creating=Call("AdminStorageRegisterBucket", {"SetBucketValue": "id", "SetOrganizationID": "tenant"}),
    deleting=Call("AdminStorageDeleteBucket", {"BucketID": "id"}),
    arguments={
        "key_hash": {"type": "str", "no_log": True},
        "key_hash_format": {"type": "int", "default": 0, "no_log": False},
    },
    references=(TENANT,),
    hooks=BucketHooks(),
)
