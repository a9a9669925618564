"""End users with a login of their own, and login addresses; on the demo seed."""

from __future__ import annotations

from typing import Any

import pytest

DIRECT = {"Username": "direct-01", "AuthType": "Password", "Password": "demo-password"}


@pytest.fixture(scope="module")
def demo(start_for_module: Any) -> Any:
    return start_for_module("--seed", "demo", "--set", "bcrypt_rounds=4")


def test_own_jobs_and_vaults(demo: Any) -> None:
    assert len(demo.ok("user/web/get-jobs", login=DIRECT)) == 5
    template = next(iter(demo.ok("user/web/request-storage-vault-providers", login=DIRECT)))
    made = demo.ok("user/web/request-storage-vault", login=DIRECT, StorageProvider=template)
    assert made["DestinationID"] in made["Profile"]["Destinations"]


def test_policy_can_close_the_web_interface_to_users(demo: Any) -> None:
    profile = demo.ok("get-user-profile", TargetUser="direct-09")
    closed = {**profile, "PolicyID": "", "Policy": {**profile["Policy"], "PreventOpenWebUI": True}}
    demo.ok("set-user-profile", TargetUser="direct-09", ProfileData=closed)
    login = {**DIRECT, "Username": "direct-09"}
    demo.refused("user/web/get-jobs", 403, login=login)


def test_login_address_of_a_tenant(demo: Any) -> None:
    for key, tenant in demo.ok("organization/list").items():
        answer = demo.ok("dispatcher/get-default-login-url", OrganizationID=key)
        assert answer == {"LoginURL": f"https://{tenant['Hosts'][0]}/"}
