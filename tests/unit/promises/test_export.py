# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export promises: applied as it is it changes nothing, and on an empty server it makes the same again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer, emulated_server
from ansible_collections.comet.backup.tests.unit.promises.any_server import AnyServer
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY
from ansible_collections.comet.backup.tests.unit.promises.versions import OLDEST

ACME, GLOBEX = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
LISTS = ["AdminMetaServerConfigGet", "AdminOrganizationList", "AdminPoliciesListFull", "AdminSquotaListAll"]
LISTS += ["AdminUserGroupsListFull", "AdminListUsersFull", "AdminStorageListBuckets", "AdminNewsGetAll"]
LISTS += ["AdminUpdateCampaignStatus"]
FORMS: list[dict[str, Any]] = [{}, {"format": "json"}, {"complete": True}]
SECRET = "https://user:geheim@host.example/path"
"""Fills the place of every secret, that of an address with a login as well."""


@pytest.fixture(scope="module")
def demo() -> Iterator[EmulatedServer]:
    """A server with the demo seed, which no test changes."""
    with emulated_server("--seed", "demo") as server:
        yield server


@pytest.fixture(scope="module")
def other() -> Iterator[EmulatedServer]:
    """Another server, for what is made anew."""
    with emulated_server() as server:
        yield server


def export(server: EmulatedServer, path: Path, **options: Any) -> dict[str, Any]:
    result = server.task("comet_export", dest=str(path), **options)
    assert not result.get("failed"), result["msg"]
    return dict(result)


def refused(result: dict[str, Any]) -> str:
    assert result["failed"]
    return str(result["msg"])


def assert_nothing_differs(server: EmulatedServer, path: Path) -> None:
    result = server.task("comet_apply", check=True, src=str(path))
    assert (result.get("failed"), result.get("objects"), result["changed"]) == (None, [], False), result["msg"]
    assert result["counts"]["unchanged"] > 0


def texts(path: Path) -> dict[str, str]:
    """The files by path, without the line that names the server."""
    found = {str(file.relative_to(path)): file.read_text() for file in sorted(path.rglob("*")) if file.is_file()}
    return {name: re.sub(r"http://127\.0\.0\.1:\d+", "SERVER", text) for name, text in found.items()}


class TestOfTheDemo:
    @pytest.mark.parametrize("options", FORMS)
    def test_nothing_differs_afterwards(self, options: dict[str, Any], demo: EmulatedServer, tmp_path: Path) -> None:
        assert export(demo, tmp_path, **options)["changed"]
        assert_nothing_differs(demo, tmp_path)
        again = export(demo, tmp_path, **options)
        assert (again["changed"], {file["state"] for file in again["files"]}) == (False, {"unchanged"})

    def test_each_kind_takes_one_call(self, demo: EmulatedServer, tmp_path: Path) -> None:
        demo.forget_calls()
        result = export(demo, tmp_path)
        assert (sorted(demo.calls(writes=False)), demo.calls(writes=True)) == (sorted(LISTS), [])
        assert result["counts"]["user"] == 30
        assert result["msg"] == "300 objects read, 4 of 4 files were written"

    def test_no_secret_is_written_and_each_has_a_variable(self, demo: EmulatedServer, tmp_path: Path) -> None:
        result = export(demo, tmp_path)
        text = "".join(texts(tmp_path).values())
        users = demo.client.call("AdminListUsersFull").values()
        held = {vault["CometBucketKey"] for user in users for vault in user["Destinations"].values()}
        held |= {user["PasswordHash"] for user in users} | {"EMU0-COME-T000-0000-0000-0001"}
        assert held
        assert not [secret for secret in held if secret in text]
        named = set(re.findall(r'"\{\{ (\w+) \}\}"', text))
        assert named == {secret["name"] for secret in result["secrets"]}
        assert len(named) == len(result["secrets"]) == 30 + 45 + 45 + 3 + 1

    def test_nothing_is_written_in_check_mode(self, demo: EmulatedServer, tmp_path: Path) -> None:
        announced = demo.task("comet_export", check=True, dest=str(tmp_path / "there"))
        assert not (tmp_path / "there").exists()
        done = export(demo, tmp_path / "there")
        for part in ("changed", "files", "diff", "counts", "secrets"):
            assert announced[part] == done[part]
        assert announced["msg"] == "300 objects read, 4 of 4 files would be written"

    def test_without_a_directory_the_tree_is_returned(self, demo: EmulatedServer) -> None:
        result = demo.task("comet_export", only=["tenant", "policy"])
        assert (result["changed"], result.get("files"), result["counts"]) == (False, None, {"tenant": 2, "policy": 6})
        assert [tenant["name"] for tenant in result["tree"]["tenants"]] == ["ACME", "Globex"]
        assert [policy["name"] for policy in result["tree"]["server"]["policies"]] == ["Gold", "Silver"]

    def test_one_tenant_leaves_the_files_of_others_alone(self, demo: EmulatedServer, tmp_path: Path) -> None:
        export(demo, tmp_path)
        result = export(demo, tmp_path, tenants=["ACME"], clean=True)
        assert [Path(file["path"]).name for file in result["files"]] == [
            "server.yml",
            "acme.yml",
            "secrets.example.yml",
        ]
        assert (tmp_path / "tenants" / "globex.yml").exists()
        assert not [secret for secret in result["secrets"] if secret["name"].startswith("globex")]

    def test_parts_of_users(self, demo: EmulatedServer) -> None:
        whole = demo.task("comet_export", only=["user"], tenants=[GLOBEX])["tree"]["tenants"][0]["users"]
        vaults = demo.task("comet_export", only=["storage_vault"], tenants=[GLOBEX])["tree"]["tenants"][0]["users"]
        assert any(user.get("protected_items") for user in whole)
        assert not any(user.get("protected_items") or user.get("schedules") for user in vaults)
        assert [user["storage_vaults"] for user in vaults] == [user["storage_vaults"] for user in whole]

    def test_an_unknown_tenant_is_refused(self, demo: EmulatedServer) -> None:
        said = refused(demo.task("comet_export", tenants=["ACMEE"]))
        assert said == "export: tenants: there is no tenant named ACMEE; did you mean ACME?"

    def test_a_file_that_is_left_over_is_told_and_goes_when_asked(self, demo: EmulatedServer, tmp_path: Path) -> None:
        export(demo, tmp_path)
        gone = tmp_path / "tenants" / "initech.yml"
        gone.write_text("name: Initech\n")
        result = export(demo, tmp_path)
        assert result["changed"] is False
        assert result["files"][-1] == {"path": str(gone), "state": "leftover"}
        (warning,) = result["warnings"]
        assert warning.startswith(
            "dest: tenants/initech.yml: no part of this export, but would be applied along with it;"
        )
        result = export(demo, tmp_path, clean=True)
        assert (result["changed"], result["files"][-1]["state"], gone.exists()) == (True, "removed", False)

    def test_the_administrator_of_a_tenant_writes_what_that_login_sees(
        self, demo: EmulatedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(demo, "login", {**demo.login, "username": "acme", "password": "acme-admin"})
        result = export(demo, tmp_path)
        assert result["warnings"] == ["server config: left out, the server said: Access denied"]
        assert (result["counts"]["user"], result["counts"]["policy"]) == (10, 2)
        assert [Path(file["path"]).name for file in result["files"]] == ["server.yml", "secrets.example.yml"]
        assert_nothing_differs(demo, tmp_path)


def test_an_old_server_has_less_and_nothing_is_wrong(tmp_path: Path) -> None:
    with emulated_server("--seed", "demo", "--version", OLDEST) as server:
        result = export(server, tmp_path)
        assert result.get("warnings") is None
        assert result["counts"]["user"] == 30
        assert_nothing_differs(server, tmp_path)


@pytest.mark.slow
def test_ten_thousand_users(tmp_path: Path) -> None:
    with emulated_server("--seed", "users=10000") as server:
        assert export(server, tmp_path)["counts"]["user"] == 10000
        assert_nothing_differs(server, tmp_path)


class TestOfAnyServer:
    @pytest.mark.parametrize("seed", range(4))
    def test_nothing_differs_afterwards(self, seed: int, other: EmulatedServer, tmp_path: Path) -> None:
        other.reset()
        AnyServer(other, seed).fill()
        for number, options in enumerate(FORMS):
            export(other, tmp_path / str(number), **options)
            assert_nothing_differs(other, tmp_path / str(number))

    @pytest.mark.parametrize("seed", range(4))
    def test_an_empty_server_becomes_the_same(
        self, seed: int, emulator: EmulatedServer, other: EmulatedServer, tmp_path: Path
    ) -> None:
        emulator.reset()
        other.reset()
        AnyServer(other, seed).fill(portable=True)
        result = export(other, tmp_path / "one")
        secrets = {secret["name"]: SECRET for secret in result["secrets"]}
        made = emulator.task("comet_apply", src=str(tmp_path / "one"), secrets=secrets)
        assert (made.get("failed"), made["counts"]["failed"]) == (None, 0), made["msg"]
        assert_nothing_differs(emulator, tmp_path / "one")
        export(emulator, tmp_path / "two")
        assert texts(tmp_path / "two") == texts(tmp_path / "one")
        emulator.reset()


class TestOfOddServers:
    def test_what_a_policy_keeps_is_the_policys(self, other: EmulatedServer) -> None:
        kept = {"Engine": "engine1/file", "Description": "Kept", "PolicySourceID": "p", "ExistingUserUpdate": True}
        own = {**kept, "Description": "Own", "ExistingUserUpdate": False}
        rules = {"r": {"Description": "Nightly", "Source": "k"}, "s": {"Description": "Nightly", "Source": "o"}}
        tree = self.users(other, Sources={"k": kept, "o": own}, BackupRules=rules, PolicyID="", Policy={})
        assert [item["name"] for item in tree[0]["protected_items"]] == ["Own"]
        # The other schedule of that name is still there, so that the name alone would not tell.
        assert tree[0]["protected_items"][0]["schedules"] == [{"name": "Nightly", "id": "s"}]

    def test_items_of_one_name_are_told_apart_by_their_devices(self, other: EmulatedServer) -> None:
        devices = {"d1": {"FriendlyName": "laptop"}, "d2": {"FriendlyName": "desk"}, "d3": {"FriendlyName": "desk"}}
        items = {
            str(number): {"Description": "Files", "Engine": "engine1/file", "OwnerDevice": device}
            for number, device in enumerate(["d1", "d2", "d1", "gone"])
        }
        found = self.users(other, Devices=devices, Sources=items)[0]["protected_items"]
        told = [{name: one[name] for name in ("name", "id", "device") if name in one} for one in found]
        assert told == [
            {"name": "Files", "device": "d2"},
            {"name": "Files", "id": "3"},
            {"name": "Files", "id": "0", "device": "laptop"},
            {"name": "Files", "id": "2", "device": "laptop"},
        ]

    def test_references_into_nothing_are_left_out_and_told(self, other: EmulatedServer) -> None:
        self.users(
            other, AutoStorageTemplateGUID="gone", BackupRules={"r": {"Description": "R", "Destination": "gone"}}
        )
        result = other.task("comet_export", only=["user"])
        assert result["tree"]["server"]["users"][0]["schedules"] == [{"name": "R"}]
        assert result["warnings"] == [
            "left out: a storage template that does not exist: server.users[alice].auto_storage_template",
            "left out: a storage vault that does not exist: server.users[alice].schedules[R].storage_vault",
        ]

    def test_passwords_in_addresses_are_left_out_of_lists_and_maps(self, other: EmulatedServer, tmp_path: Path) -> None:
        address = f"smb://me:{CANARY}@nas/share"
        props = {"INCLUDE0": address, "SMBAUTH0": address}
        item = {"Description": "Files", "Engine": "engine1/file", "OwnerDevice": "d"}
        devices = {"d": {"FriendlyName": "PC"}}
        self.users(other, Devices=devices, Sources={"s": {**item, "EngineProps": props, "PreExec": [address]}})
        result = export(other, tmp_path)
        assert CANARY not in "".join(texts(tmp_path).values())
        where = "server.users[alice].protected_items[Files]"
        said = f"left out: an address with a password in it: {where}.engine_props, {where}.pre_exec"
        assert result["warnings"] == [said]
        assert_nothing_differs(other, tmp_path)

    def test_members_that_nobody_knows_are_told(self, other: EmulatedServer) -> None:
        self.users(other, NewMember={"a": 1})
        result = other.task("comet_export", only=["user"])
        assert result["warnings"] == [
            "left out, because this version of the collection does not know them: UserProfileConfig.NewMember"
        ]

    def test_a_campaign_that_runs_is_written(self, other: EmulatedServer, tmp_path: Path) -> None:
        other.reset()
        other.client.call("AdminUpdateCampaignStart", Options={"Active": True, "UpgradeOlder": True})
        found = other.task("comet_export", only=["update_campaign"])["tree"]["server"]
        assert found == {"update_campaign": {"active": True, "upgrade_older": True}}
        export(other, tmp_path)
        assert_nothing_differs(other, tmp_path)

    def test_administrators_of_an_external_source_come_again_by_themselves(self, other: EmulatedServer) -> None:
        other.reset()
        config = other.client.call("AdminMetaServerConfigGet")
        made = {"Username": "from-outside", "ExternalAuthenticationSource": "directory", "AllowPasswordLogin": True}
        config["AdminUsers"].append({**made, "Password": "hush"})
        AnyServer(other, 0).configure(config)
        assert len(other.client.call("AdminAdminUserList")) == 2
        tree = other.task("comet_export", only=["server_config", "admin_user"])["tree"]
        assert [admin["name"] for admin in tree["server"]["admin_users"]] == ["admin"]
        assert "admin_users" not in other.task("comet_export", only=["server_config"])["tree"]["server"]

    @pytest.mark.parametrize("kind", ["http_500", "http_503"])
    def test_a_server_in_trouble_is_an_error(self, kind: str, other: EmulatedServer, tmp_path: Path) -> None:
        other.reset()
        other.fault(kind, "/api/v1/admin/list-users-full", count=10)
        assert "AdminListUsersFull" in refused(other.task("comet_export", dest=str(tmp_path / "x"), retries=0))
        assert not (tmp_path / "x").exists()

    @staticmethod
    def users(server: EmulatedServer, **members: Any) -> list[dict[str, Any]]:
        """The exported users of a server with one user, whose profile holds these members."""
        server.reset()
        server.client.call("AdminAddUser", TargetUser="alice", TargetPassword=f"{CANARY}-password")
        server.change_profile("alice", **members)
        tree: dict[str, Any] = server.task("comet_export", only=["user"])["tree"]
        return list(tree["server"]["users"])
