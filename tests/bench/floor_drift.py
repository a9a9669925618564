# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floor of finding drift: fetch all users and parse them, compare nothing. ``floor_drift.py json|orjson``.

It prints one line of JSON: ``seconds`` from the request to the parsed answer, ``bytes`` of the answer, ``users``. With
``paused`` as a second word the garbage collector rests meanwhile, which few scripts think of; that is told beside the
table and is not the floor.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time

import requests

TIMEOUT_SECONDS = 300


def main() -> int:
    """Fetch, parse, tell."""
    parser, *words = sys.argv[1:]
    if parser == "orjson":
        import orjson
    if "paused" in words:
        gc.disable()
    login = {"AuthType": "Password", "Username": os.environ["COMET_USERNAME"], "Password": os.environ["COMET_PASSWORD"]}
    began = time.perf_counter()
    answer = requests.post(
        f"{os.environ['COMET_URL']}api/v1/admin/list-users-full", data=login, timeout=TIMEOUT_SECONDS
    )
    users = orjson.loads(answer.content) if parser == "orjson" else answer.json()
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "bytes": len(answer.content), "users": len(users)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
