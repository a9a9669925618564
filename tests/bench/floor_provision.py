# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floor of making users: the least possible calls, in threads. ``floor_provision.py WISH THREADS``.

WISH is the JSON file that comet_apply gets. What exists is found out with two calls, all users and all policies. Then
each user takes three:

1. ``add-user``: the server hashes the password and keeps the recovery code that later lets administrators reset it;
2. ``get-user-profile-and-hash``: the profile as the server made it, and the hash that guards it;
3. ``set-user-profile-hash``: policy, quota and storage vault in one document.

``add-user-from-profile`` would be a single call, but not for the same result: it takes the password in plain text
inside the profile, and it cannot make a recovery code. ``set-user-profile`` without a hash would overwrite what a
device has written meanwhile, and needs the profile all the same.

It prints one line of JSON: ``seconds`` from the first call to the last answer, and the ``users`` it made.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests

TIMEOUT_SECONDS = 60
S3 = 1000
LOGIN = {"AuthType": "Password", "Username": os.environ["COMET_USERNAME"], "Password": os.environ["COMET_PASSWORD"]}

own = threading.local()


def call(path: str, **parameters: str) -> Any:
    """One call over the thread's own connection."""
    if not hasattr(own, "session"):
        own.session = requests.Session()
    answer = own.session.post(
        f"{os.environ['COMET_URL']}api/v1/admin/{path}", data={**LOGIN, **parameters}, timeout=TIMEOUT_SECONDS
    )
    document = answer.json()
    if isinstance(document, dict) and document.get("Status", 200) != 200:
        raise SystemExit(f"{path}: {document}")
    return document


def vault(wish: dict[str, Any]) -> dict[str, Any]:
    """A storage vault as the API spells it."""
    return {
        "Description": wish["name"],
        "DestinationType": S3,
        "S3Server": wish["s3_server"],
        "S3UsesTLS": wish["s3_uses_tls"],
        "S3BucketName": wish["s3_bucket_name"],
        "S3AccessKey": wish["s3_access_key"],
        "S3SecretKey": wish["s3_secret_key"],
        "StorageLimitEnabled": wish["storage_limit_enabled"],
        "StorageLimitBytes": wish["storage_limit_bytes"],
    }


def make(wish: dict[str, Any], policies: dict[str, str]) -> None:
    """One user, in three calls."""
    name = wish["name"]
    call("add-user", TargetUser=name, TargetPassword=wish["password"], StoreRecoveryCode="1")
    held = call("get-user-profile-and-hash", TargetUser=name)
    profile = held["Profile"]
    profile["AccountName"] = wish["account_name"]
    profile["PolicyID"] = policies[wish["policy"]]
    profile["AllProtectedItemsQuotaEnabled"] = wish["all_protected_items_quota_enabled"]
    profile["AllProtectedItemsQuotaBytes"] = wish["all_protected_items_quota_bytes"]
    profile["Destinations"] = {str(uuid.uuid4()): vault(one) for one in wish["storage_vaults"]}
    document = json.dumps(profile)
    call("set-user-profile-hash", TargetUser=name, ProfileData=document, RequireHash=held["ProfileHash"])


def main() -> int:
    """Read what exists, make what is missing, tell."""
    source, threads = sys.argv[1:]
    began = time.perf_counter()
    wishes = json.loads(Path(source).read_text(encoding="utf-8"))["server"]["users"]
    existing = call("list-users-full")
    policies = {policy["Description"]: key for key, policy in call("policies/list-full").items()}
    missing = [wish for wish in wishes if wish["name"] not in existing]
    with ThreadPoolExecutor(int(threads)) as pool:
        for _unused in pool.map(make, missing, [policies] * len(missing)):
            pass
    print(json.dumps({"seconds": time.perf_counter() - began, "users": len(missing)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
