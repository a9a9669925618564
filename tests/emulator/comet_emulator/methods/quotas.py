"""Shared storage quotas (25.9.8 and later): one limit for many vaults, which point to it by ``StorageLimitID``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from ..core.errors import ApiError
from ..core.routing import Call, fragment, fragments, handles
from ..core.store import Row
from ..emulator import Stored
from ..jobs.workload import shared_usage


def _linked(call: Call, quota_id: str) -> Iterator[tuple[str, Row, dict[str, Any]]]:
    """Users with a vault under the quota; whole profiles are only parsed when the id occurs in them."""
    needle = quota_id.encode()
    for key, row in list(call.emulator.store.rows("user").items()):
        if needle in row.body:
            yield key, row, orjson.loads(row.body)


@handles("AdminSquotaListAll")
def list_quotas(call: Call) -> Stored:
    """Quota id to quota, in an envelope."""
    return call.ok(Entries=fragments(call.visible("quota")))


@handles("AdminSquotaGetWithHash")
def get_quota(call: Call) -> Stored:
    """One quota, its hash, and how many bytes its vaults use."""
    quota_id = call["SharedStorageQuotaID"]
    row = call.find("quota", quota_id, "shared storage quota")
    usage = shared_usage(call.emulator, quota_id)
    return call.ok(SharedStorageQuota=fragment(row), SharedStorageQuotaHash=row.hash, CurrentUsage=usage)


@handles("AdminSquotaSetWithHash")
def set_quota(call: Call) -> Stored:
    """Replace a quota, or make it under the caller's id; without a hash whatever happened meanwhile."""
    store, quota_id, quota = call.emulator.store, call["SharedStorageQuotaID"], call["SharedStorageQuota"]
    if not quota_id:
        raise ApiError(400, "The quota id must not be empty")
    row = store.row("quota", quota_id)
    if row is not None and not call.sees(row.organization):
        raise call.unknown("shared storage quota")
    expected = call.get("CheckHash")
    if expected and (row is None or row.hash != expected):
        raise ApiError(call.switch("hash_mismatch_status"), "The quota was changed by someone else (hash mismatch)")
    if not call.caller.top_level:
        quota["OrganizationID"] = call.caller.organization
    elif quota["OrganizationID"] and store.row("organization", quota["OrganizationID"]) is None:
        raise call.unknown("tenant")
    row = store.put("quota", quota_id, quota, organization=quota["OrganizationID"])
    return call.ok(SharedStorageQuotaHash=row.hash)


@handles("AdminSquotaDelete")
def delete_quota(call: Call) -> Stored:
    """Delete a quota; vaults that were under it have none."""
    quota_id, store = call["SharedStorageQuotaID"], call.emulator.store
    if call.delete("quota", quota_id, "shared storage quota") is None:
        return call.ok()
    for key, row, profile in _linked(call, quota_id):
        for vault in profile["Destinations"].values():
            if vault["StorageLimitID"] == quota_id:
                vault["StorageLimitID"] = ""
        store.put("user", key, profile, organization=row.organization, parent=row.parent, group=row.group)
    return call.ok()
