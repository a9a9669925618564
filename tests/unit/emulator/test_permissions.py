"""Who may call what: every method for every kind of caller, every role, and every flag of an administrator."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import pytest

from comet_emulator import methods
from comet_emulator.accounts.permissions import ROLES, WEB_INTERFACE_ONLY
from comet_emulator.core.facts import Method, load_facts
from comet_emulator.core.routing import HANDLERS

METHODS = load_facts().methods
FLAGS = {member.name: member for member in load_facts().structures["AdminUserPermissions"]}
PREVENTABLE = [
    name
    for name, entry in json.loads(
        resources.files("comet_emulator").joinpath("facts", "methods.json").read_text("utf-8")
    ).items()
    if entry.get("preventable")
]

NOBODY: dict[str, str] = {}
USER = "alice"
ADMIN = {"Username": "admin", "AuthType": "Password", "Password": "admin"}

IN, UNKNOWN, DENIED = "in", "Unauthorised", "Access denied"


@pytest.fixture(scope="module", autouse=True)
def quick_downloads() -> Iterator[None]:
    """Installers are not built: who gets them is asked here, not what is in them."""
    methods.load()
    with pytest.MonkeyPatch.context() as patch:
        for name, method in METHODS.items():
            if method.auth == "admin_unless_public_downloads" and method.returns == "bytes":
                patch.setitem(HANDLERS, name, lambda call: b"")
        yield


@pytest.fixture(scope="module")
def world(direct_for_module: Any) -> Any:
    """A server with an administrator of a tenant and a user; it refuses writes, so that every call can be made."""
    acme = direct_for_module.tenant("ACME")
    direct_for_module.call("AdminAdminUserNew", TargetUser="acme", TargetPassword="password-1", TargetOrgID=acme)
    direct_for_module.user(USER)
    direct_for_module.acme = acme
    direct_for_module.emulator.read_only = True
    return direct_for_module


# Every method for every kind of caller

CALLERS: dict[str, Callable[[Any], dict[str, str]]] = {
    "nobody": lambda world: NOBODY,
    "wrong password": lambda world: {**ADMIN, "Password": "x"},
    "unknown name": lambda world: {**ADMIN, "Username": "mallory"},
    "administrator": lambda world: ADMIN,
    "administrator's session": lambda world: world.session("admin", "/admin", "admin"),
    "tenant's administrator": lambda world: {"Username": "acme", "AuthType": "Password", "Password": "password-1"},
    "user": lambda world: {"Username": USER, "AuthType": "Password", "Password": "password-1"},
    "user's session": lambda world: world.session("user", USER, USER),
    "unknown session": lambda world: {"Username": "admin", "AuthType": "SessionKey", "SessionKey": "x"},
}


def expected(method: Method, caller: str) -> str:
    """What the facts say happens to a caller."""
    if method.auth == "none":
        return IN
    if caller.startswith("user"):
        return IN if method.auth in ("user", "admin_or_user") else UNKNOWN
    if "administrator" not in caller or method.auth == "user":
        return UNKNOWN
    if method.name == "AdminAccountSessionUpgrade" and caller.endswith("session"):
        # Its parameter and the login share a name, and a session proves no second factor.
        return UNKNOWN
    return DENIED if method.top_level_only and caller.startswith("tenant") else IN


def outcome(answer: Any) -> str:
    """How a call went: who is let in may still be told that parameters are missing."""
    body = bytes(answer.body) if answer.content_type == "application/json" else b"{}"
    document = json.loads(body)
    message = document.get("Message", "") if isinstance(document, dict) else ""
    return message if message in (UNKNOWN, DENIED) else IN


@pytest.mark.parametrize("caller", sorted(CALLERS))
def test_every_method(world: Any, caller: str) -> None:
    found = {name: outcome(world.send(name, CALLERS[caller](world))) for name in METHODS}
    assert found == {name: expected(method, caller) for name, method in METHODS.items()}


def test_public_downloads_need_no_login(direct: Any) -> None:
    public = [name for name, method in METHODS.items() if method.auth == "admin_unless_public_downloads"]
    assert {outcome(direct.send(name, NOBODY)) for name in public} == {UNKNOWN}
    open_role = {"RoleEnabled": True, "AllowUnauthenticatedDownloads": True}
    direct.call("AdminMetaBuildConfigSet", SoftwareBuildRoleConfig=open_role)
    assert {outcome(direct.send(name, NOBODY)) for name in public} == {IN}
    assert {outcome(direct.send(name, {**ADMIN, "Password": "x"})) for name in public} == {UNKNOWN}


# Roles


def switch_off(direct: Any, role: str) -> None:
    config = direct.emulator.store.document("server", "config")
    config[ROLES[role]]["RoleEnabled"] = False
    direct.emulator.store.put("server", "config", config)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_role_that_is_off(direct: Any, role: str) -> None:
    user = direct.user(USER)
    switch_off(direct, role)
    direct.emulator.read_only = True
    answers = {
        name: direct.send(name, user if method.auth == "user" else ADMIN)
        for name, method in METHODS.items()
        if role in method.roles or "SoftwareBuild" not in method.roles
    }
    gone = {name for name, answer in answers.items() if answer.status == 404}
    assert gone == {name for name, method in METHODS.items() if role in method.roles}
    assert {bytes(answers[name].body) for name in gone} == {b"404 Not Found\n"}
    assert direct.call("AdminMetaVersion")[ROLES[role]] is False


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize(("reply", "message"), [("400", "Unknown API endpoint"), ("403", UNKNOWN)])
def test_how_a_role_that_is_off_is_told(direct: Any, role: str, reply: str, message: str) -> None:
    switch_off(direct, role)
    direct.emulator.switches.set("disabled_role", reply)
    name = next(name for name, method in METHODS.items() if role in method.roles and method.auth.startswith("admin"))
    assert direct.call(name) == {"Status": int(reply), "Message": message}


def test_users_cannot_log_in_without_the_role_that_keeps_them(direct: Any) -> None:
    alice = direct.user(USER)
    assert direct.status("HybridSessionStart", alice) == 200
    switch_off(direct, "Auth")
    assert direct.status("HybridSessionStart", alice) == 403
    assert direct.status("HybridSessionStart") == 200


# Flags of administrators

VAULT = {"DestinationType": 1000, "Description": "own"}


def set_vaults(vaults: dict[str, Any]) -> Callable[[Any, dict[str, str]], int]:
    """Replaces the storage vaults of alice; the first time that is an addition."""

    def probe(direct: Any, login: dict[str, str]) -> int:
        profile = direct.call("AdminGetUserProfile", TargetUser=USER)
        changed = {**profile, "Destinations": vaults}
        return int(direct.status("AdminSetUserProfile", login, TargetUser=USER, ProfileData=changed))

    return probe


def call(method: str, **parameters: Any) -> Callable[[Any, dict[str, str]], int]:
    """Calls a method."""

    def probe(direct: Any, login: dict[str, str]) -> int:
        return int(direct.status(method, login, **parameters))

    probe.__name__ = method
    return probe


def change_password(direct: Any, login: dict[str, str]) -> int:
    security = direct.call("AdminAccountProperties", login)["Security"]
    changed = {**security, "Password": "password-1", "PasswordFormat": 0}
    return int(direct.status("AdminAccountSetProperties", login, Security=changed))


def assign_policy(direct: Any, login: dict[str, str]) -> int:
    direct.call("AdminPoliciesSet", PolicyID="one", Policy={})
    profile = direct.call("AdminGetUserProfile", TargetUser=USER)
    changed = {**profile, "PolicyID": "one"}
    return int(direct.status("AdminSetUserProfile", login, TargetUser=USER, ProfileData=changed))


def request_vault(direct: Any, login: dict[str, str]) -> int:
    template = next(iter(direct.call("AdminRequestStorageVaultProviders")))
    return int(direct.status("AdminRequestStorageVault", login, TargetUser=USER, StorageProvider=template))


@dataclass(frozen=True)
class Case:
    """A call that a flag makes impossible, or possible: ``also`` is set in both attempts."""

    probe: Callable[[Any, dict[str, str]], int]
    value: Any = True
    also: dict[str, Any] = field(default_factory=dict)
    after: int = 403
    before: int = 200


def opened(method: str) -> Case:
    """A flag that opens a method for those who may not edit the settings as a whole."""
    return Case(call(method), also={"PreventEditServerSettings": True}, before=403, after=200)


CASES = {
    "PreventEditServerSettings": Case(call("AdminMetaServerConfigGet")),
    "PreventServerShutdown": Case(call("AdminMetaShutdownService")),
    "PreventChangePassword": Case(change_password),
    "AllowEditBranding": opened("AdminMetaBrandingConfigGet"),
    "AllowEditEmailOptions": opened("AdminMetaEmailOptionsGet"),
    "AllowEditRemoteStorage": opened("AdminMetaRemoteStorageVaultGet"),
    "AllowEditWebhooks": opened("AdminMetaWebhookOptionsGet"),
    "AllowEditExternalAuthSources": opened("AdminExternalAuthSourcesGet"),
    "DenyConstellationRole": Case(call("AdminConstellationStatus")),
    "DenyViewServerHistory": Case(call("AdminMetaStats", Simple=1)),
    "DenyViewServerInfo": Case(call("AdminStorageFreeSpace")),
    "DenySoftwareBuildRole": Case(call("AdminMetaBuildConfigGet")),
    "PreventDeleteStorageVault": Case(set_vaults({})),
    "PreventRequestStorageVault": Case(request_vault),
    "PreventAddCustomStorageVault": Case(set_vaults({"kept": VAULT, "new": VAULT})),
    "ShouldRestrictProviderList": Case(
        set_vaults({"kept": VAULT, "new": VAULT}), also={"AllowedProvidersWhenRestricted": [1003]}
    ),
    "AllowedProvidersWhenRestricted": Case(
        set_vaults({"kept": VAULT, "new": VAULT}),
        value=[1000, 1003],
        also={"ShouldRestrictProviderList": True},
        before=403,
        after=200,
    ),
    "AllowedUserPolicies": Case(assign_policy, value=["two"]),
}


def attempt(direct: Any, case: Case, **permissions: Any) -> int:
    """Make the call of a case as an administrator with these permissions, on a server where alice has one vault."""
    direct.user(USER)
    assert set_vaults({"kept": VAULT})(direct, ADMIN) == 200
    return case.probe(direct, direct.admin("limited", **case.also, **permissions))


def test_every_flag_has_an_effect_or_a_reason() -> None:
    assert CASES.keys() | WEB_INTERFACE_ONLY.keys() == FLAGS.keys()
    assert not CASES.keys() & WEB_INTERFACE_ONLY.keys()
    assert all(len(reason) > 20 for reason in WEB_INTERFACE_ONLY.values())


@pytest.mark.parametrize("flag", sorted(CASES))
def test_flag(make_direct: Callable[[], Any], flag: str) -> None:
    case = CASES[flag]
    assert attempt(make_direct(), case) == case.before
    assert attempt(make_direct(), case, **{flag: case.value}) == case.after


OLDEST = max(member.since for member in load_facts().structures["AllowedAdminUser"] if member.name == "Permissions")
"""The facts know no permissions of administrators before this version."""


def version_before(flag: str) -> str | None:
    """A version that does not know a flag, if the facts cover one."""
    year, month, patch = FLAGS[flag].since
    before = (year, month, patch - 1) if patch else (year, month - 1, 99)
    return ".".join(str(part) for part in before) if before >= OLDEST else None


@pytest.mark.parametrize("flag", [flag for flag in sorted(CASES) if version_before(flag)])
def test_flag_means_nothing_to_older_servers(direct: Any, flag: str) -> None:
    case = CASES[flag]
    direct.emulator.set_version(version_before(flag))
    method = METHODS.get(case.probe.__name__)
    if method is not None and method.name not in direct.emulator.methods:
        assert direct.send(method.name, ADMIN).status == 404
        return
    known = all(FLAGS[other].since <= direct.emulator.version for other in case.also)
    assert attempt(direct, case, **{flag: case.value}) == (case.before if known else 200)


def test_what_may_not_be_requested_may_be_seen(world: Any) -> None:
    login = world.admin("looker", PreventRequestStorageVault=True)
    assert outcome(world.send("AdminRequestStorageVaultProviders", login)) == IN


@pytest.mark.parametrize("flag", sorted(WEB_INTERFACE_ONLY))
def test_flag_of_the_web_interface_changes_no_answer(world: Any, flag: str) -> None:
    login = world.admin("designer", **{flag: True})
    found = {name: outcome(world.send(name, login)) for name in METHODS}
    assert found == {name: expected(method, "administrator") for name, method in METHODS.items()}


@pytest.mark.parametrize("name", PREVENTABLE)
def test_preventable_methods_can_be_prevented(world: Any, name: str) -> None:
    login = world.admin("restricted", PreventEditServerSettings=True, PreventServerShutdown=True)
    assert outcome(world.send(name, login)) == DENIED


@pytest.mark.parametrize("flag", [flag for flag in sorted(CASES) if flag.startswith("AllowEdit")])
def test_tenants_need_the_flag_for_their_own_part(world: Any, flag: str) -> None:
    case = CASES[flag]
    assert case.probe(world, world.admin("plain", world.acme)) == 403
    assert case.probe(world, world.admin("editor", world.acme, **{flag: True})) == 200


@pytest.mark.parametrize(
    ("switch", "value", "flag", "method"),
    [
        ("denied_server_info", "all", "DenyViewServerInfo", "AdminMetaVersion"),
        ("denied_server_info", "all", "DenyViewServerInfo", "AdminMetaSoftwareUpdateNews"),
        ("denied_build_role", "role", "DenySoftwareBuildRole", "AdminBrandingAvailablePlatforms"),
        ("denied_build_role", "role", "DenySoftwareBuildRole", "AdminUpdateCampaignStatus"),
        ("prevented_password_change", "factors", "PreventChangePassword", "AdminAccountRegenerateTotp"),
    ],
)
def test_flags_that_may_reach_further(direct: Any, switch: str, value: str, flag: str, method: str) -> None:
    login = direct.admin("limited", **{flag: True})
    assert outcome(direct.send(method, login)) == IN
    direct.emulator.switches.set(switch, value)
    assert outcome(direct.send(method, login)) == DENIED
    assert outcome(direct.send(method, ADMIN)) == IN
