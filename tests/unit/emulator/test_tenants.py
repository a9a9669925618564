"""Administrators of a tenant: what they see, what they reach, and whose settings they change."""

from __future__ import annotations

from typing import Any

import pytest

from comet_emulator.core.facts import Method, load_facts

METHODS = load_facts().methods
PASSWORD = {"AuthType": "Password", "Password": "password-1"}

TARGETS = {
    "TargetUser": "user",
    "PolicyID": "policy",
    "GroupID": "group",
    "BucketID": "bucket",
    "SharedStorageQuotaID": "quota",
    "NewsItem": "news",
    "JobID": "job",
    "TargetID": "target",
    "DeviceID": "waiting",
    "StorageProvider": "template",
}
"""Parameter to what it names."""

TAKES_NAMES_OF_ALL = ("AdminAddUser", "AdminAddUserFromProfile")
"""Names of users are unique on the whole server, so that these say more than whether a user is the tenant's own."""

MAKES_UNKNOWN = ("AdminPoliciesSet", "AdminUserGroupsSet", "AdminSquotaSetWithHash")
"""Methods that create what they do not find; of a foreign object they still say that it is unknown."""


def build(direct: Any, name: str) -> dict[str, str]:
    """A tenant with an administrator, a user whose device runs a backup, and one of everything else; gives the ids."""
    tenant = direct.tenant(name)
    owner = direct.admin(f"{name}-admin", tenant, AllowEditRemoteStorage=True)
    user = f"{name}-user"
    direct.user(user, tenant)
    device = direct.control("device", {"do": "register", "user": user, "device": f"{name}-device"})
    parts = {"Sources": {"s": {"OwnerDevice": device["device"]}}, "Destinations": {"v": {}}}
    direct.control("profile", {"user": user, "members": parts})
    job = direct.control(
        "job", {"user": user, "device": device["device"], "kind": "backup", "source": "s", "destination": "v"}
    )
    waiting = direct.control("device", {"do": "lobby", "device": f"{name}-waiting", "host": f"{name}.example.com"})
    direct.call("AdminPoliciesSet", owner, PolicyID=f"{name}-policy", Policy={"Description": name})
    direct.call("AdminSquotaSetWithHash", owner, SharedStorageQuotaID=f"{name}-quota", SharedStorageQuota={})
    direct.call("AdminNewsSubmit", owner, NewsContent=name)
    template = {"Type": "s3", "Description": name, "ID": f"{name}-template"}
    direct.call("AdminMetaRemoteStorageVaultSet", owner, RemoteStorageOptions=[template])
    return {
        "tenant": tenant,
        "admin": f"{name}-admin",
        "user": user,
        "device": device["device"],
        "waiting": waiting["device"],
        "target": device["target"],
        "job": job["job"],
        "policy": f"{name}-policy",
        "quota": f"{name}-quota",
        "group": direct.call("AdminUserGroupsNew", owner, Name=name)["UserGroupID"],
        "bucket": direct.call("AdminStorageRegisterBucket", owner)["NewBucketID"],
        "news": next(iter(direct.call("AdminNewsGetAll", owner))),
        "template": f"{name}-template",
    }


class Tenants:
    """Two tenants on one server, seen by the administrator of the first."""

    def __init__(self, direct: Any) -> None:
        self.direct = direct
        self.own, self.foreign = build(direct, "acme"), build(direct, "globex")
        self.login = {"Username": "acme-admin", **PASSWORD}
        direct.emulator.read_only = False

    def arguments(self, method: Method, names: dict[str, str]) -> dict[str, Any]:
        """As little as the method takes, with its targets named."""
        empty = {"int": 1, "bool": 1, "string": "x", "file": "x"}
        made: dict[str, Any] = {}
        for parameter in method.parameters:
            if parameter.name in TARGETS:
                made[parameter.name] = names[TARGETS[parameter.name]]
            elif parameter.required:
                empty_json: Any = [] if parameter.type.startswith("list<") else {}
                made[parameter.name] = empty.get(parameter.encoding, empty_json)
        return made


@pytest.fixture(scope="module")
def tenants(direct_for_module: Any) -> Tenants:
    return Tenants(direct_for_module)


AIMED = [
    name
    for name, method in METHODS.items()
    if method.auth == "admin" and not method.top_level_only and any(p.name in TARGETS for p in method.parameters)
]


@pytest.mark.parametrize("name", [name for name in AIMED if name not in TAKES_NAMES_OF_ALL])
def test_foreign_objects_are_unknown(tenants: Tenants, name: str) -> None:
    direct, method = tenants.direct, METHODS[name]
    digest = direct.emulator.store.digest()
    foreign = direct.call(name, tenants.login, **tenants.arguments(method, tenants.foreign))
    assert foreign["Status"] in (400, 403, 404), foreign
    assert direct.emulator.store.digest() == digest
    if name not in MAKES_UNKNOWN:
        nowhere = dict.fromkeys(tenants.foreign, "nowhere")
        assert foreign == direct.call(name, tenants.login, **tenants.arguments(method, nowhere))


def test_own_objects_are_there(tenants: Tenants) -> None:
    direct, own = tenants.direct, tenants.own
    reads = [
        name
        for name in AIMED
        if not METHODS[name].mutates and not METHODS[name].needs_live_device and name != "AdminPreviewUserEmailReport"
    ]
    assert len(reads) > 10
    answers = {name: direct.call(name, tenants.login, **tenants.arguments(METHODS[name], own)) for name in reads}
    unseen = [name for name, answer in answers.items() if isinstance(answer, dict) and answer.get("Status", 200) == 403]
    assert unseen == []


LISTS = (
    "AdminListUsers",
    "AdminListUsersFull",
    "AdminPoliciesList",
    "AdminPoliciesListFull",
    "AdminUserGroupsList",
    "AdminUserGroupsListFull",
    "AdminSquotaListAll",
    "AdminStorageListBuckets",
    "AdminNewsGetAll",
    "AdminGetJobsAll",
    "AdminGetJobsRecent",
    "AdminDispatcherListActive",
    "AdminRequestStorageVaultProviders",
    "AdminMetaRemoteStorageVaultGet",
)


@pytest.mark.parametrize("name", LISTS)
def test_lists_show_the_own_tenant_only(tenants: Tenants, name: str) -> None:
    text = str(tenants.direct.call(name, tenants.login))
    assert any(value in text for value in tenants.own.values())
    assert not any(value in text for value in tenants.foreign.values())


@pytest.mark.parametrize("name", [name for name in LISTS if "RemoteStorage" not in name and "Providers" not in name])
def test_the_server_sees_all_tenants(tenants: Tenants, name: str) -> None:
    text = str(tenants.direct.call(name))
    for names in (tenants.own, tenants.foreign):
        assert any(value in text for value in names.values())


NAMING = [
    name
    for name, method in METHODS.items()
    if method.auth == "admin" and any(p.name == "TargetOrganization" for p in method.parameters)
]


@pytest.mark.parametrize("name", NAMING)
def test_another_tenant_cannot_be_named(tenants: Tenants, name: str) -> None:
    direct, arguments = tenants.direct, tenants.arguments(METHODS[name], {**tenants.own, "user": "new-user"})
    arguments.update(TargetOrganization=tenants.foreign["tenant"])
    digest = direct.emulator.store.digest()
    assert direct.status(name, tenants.login, **arguments) == 403
    assert direct.emulator.store.digest() == digest


@pytest.mark.parametrize("name", [name for name in NAMING if "List" in name])
def test_the_server_can_narrow_a_list(tenants: Tenants, name: str) -> None:
    text = str(tenants.direct.call(name, TargetOrganization=tenants.foreign["tenant"]))
    assert any(value in text for value in tenants.foreign.values())
    assert not any(value in text for value in tenants.own.values())


FRAGMENTS = {
    "Branding": ("AdminMetaBrandingConfig", "BrandingConfig", {"BrandName": "mine"}),
    "SoftwareBuildRole": ("AdminMetaBuildConfig", "SoftwareBuildRoleConfig", {"RoleEnabled": True, "MaxBuilders": 7}),
    "Email": ("AdminMetaEmailOptions", "EmailOptions", {"FromName": "mine"}),
    "WebhookOptions": ("AdminMetaWebhookOptions", "WebhookOptions", {"mine": {"URL": "http://127.0.0.1:1/"}}),
    "PSAConfigs": ("AdminMetaPsaConfigList", "PSAConfigList", [{"URL": "https://mine.example.com"}]),
    "ConstellationRole": ("AdminMetaConstellationConfig", "ConstellationRoleOptions", {"DeleteUnusedData": True}),
}


@pytest.mark.parametrize("member", sorted(FRAGMENTS))
def test_settings_are_the_own_tenants(direct: Any, member: str) -> None:
    start, parameter, value = FRAGMENTS[member]
    acme, globex = direct.tenant("acme"), direct.tenant("globex")
    flags = ("AllowEditBranding", "AllowEditEmailOptions", "AllowEditWebhooks")
    login = direct.admin("acme-admin", acme, **dict.fromkeys(flags, True))
    before = direct.call(f"{start}Get")
    assert direct.status(f"{start}Set", login, **{parameter: value}) == 200
    stored = direct.call("AdminOrganizationList")
    assert direct.call(f"{start}Get", login) in (stored[acme][member], {member: stored[acme][member]})
    assert stored[acme][member] != stored[globex][member]
    assert direct.call(f"{start}Get") == before


def test_login_sources_are_the_own_tenants(direct: Any) -> None:
    login = direct.admin("acme-admin", direct.tenant("acme"), AllowEditExternalAuthSources=True)
    made = direct.call("AdminExternalAuthSourcesNew", login, Source={"Type": "ldap"})
    assert list(direct.call("AdminExternalAuthSourcesGet", login)) == [made["ID"]]
    assert direct.call("AdminExternalAuthSourcesGet") == {}
    assert direct.status("AdminExternalAuthSourcesDelete", SourceID=made["ID"]) == 400
    other = direct.admin("globex-admin", direct.tenant("globex"), AllowEditExternalAuthSources=True)
    assert direct.status("AdminExternalAuthSourcesDelete", other, SourceID=made["ID"]) == 400
    stolen = {made["ID"]: {"Type": "ldap"}}
    assert direct.status("AdminExternalAuthSourcesSet", other, Sources=stolen) == 400
    assert direct.status("AdminExternalAuthSourcesNew", other, Source={}, SourceID=made["ID"]) == 400


def test_users_cannot_be_moved_or_given_foreign_objects(tenants: Tenants) -> None:
    direct, own, foreign = tenants.direct, tenants.own, tenants.foreign
    profile = direct.call("AdminGetUserProfile", TargetUser=own["user"])
    changes = (("OrganizationID", "tenant", 403), ("PolicyID", "policy", 400), ("GroupID", "group", 400))
    for member, noun, status in changes:
        changed = {**profile, member: foreign[noun]}
        arguments = {"TargetUser": own["user"], "ProfileData": changed}
        assert direct.status("AdminSetUserProfile", tenants.login, **arguments) == status


def suspend(direct: Any, tenant: str, *, suspended: bool) -> None:
    organization = direct.call("AdminOrganizationList")[tenant]
    organization["IsSuspended"] = suspended
    assert direct.status("AdminOrganizationSet", OrganizationID=tenant, Organization=organization) == 200


@pytest.mark.parametrize(("choice", "status"), [("refused", 403), ("allowed", 200)])
def test_suspended_tenant(direct: Any, choice: str, status: int) -> None:
    direct.emulator.switches.set("suspended_tenant_admins", choice)
    acme = direct.tenant("acme")
    admin, user = direct.admin("acme-admin", acme), direct.user("alice", acme)
    admin_key = direct.call("AdminAccountSessionStart", admin)["SessionKey"]
    user_key = direct.call("UserWebSessionStart", user)["SessionKey"]
    suspend(direct, acme, suspended=True)
    assert direct.status("AdminListUsers", admin) == status
    assert direct.status("UserWebGetUserProfileAndHash", user) == 403
    assert direct.status("HybridSessionStart", user) == 403
    assert direct.status("AdminAccountSessionStartAsUser", TargetUser="alice") == 403
    suspend(direct, acme, suspended=False)
    assert direct.status("AdminListUsers", admin) == 200
    assert direct.status("UserWebGetUserProfileAndHash", user) == 200
    for method, name, key in (("AdminListUsers", "acme-admin", admin_key), ("UserWebGetJobs", "alice", user_key)):
        assert direct.status(method, {"Username": name, "AuthType": "SessionKey", "SessionKey": key}) == 403


@pytest.mark.parametrize(("choice", "refused"), [("ignored", False), ("checked", True)])
def test_roles_of_a_tenant(direct: Any, choice: str, refused: bool) -> None:
    direct.emulator.switches.set("tenant_roles", choice)
    acme = direct.tenant("acme")
    login = direct.admin("acme-admin", acme)
    calls = {"SoftwareBuildRole": "AdminBrandingAvailablePlatforms", "ConstellationRole": "AdminConstellationStatus"}
    for role, method in calls.items():
        assert (direct.send(method, login).status == 404) is refused
        organization = {**direct.call("AdminOrganizationList")[acme], role: {"RoleEnabled": True}}
        assert direct.status("AdminOrganizationSet", OrganizationID=acme, Organization=organization) == 200
        assert direct.send(method, login).status == 200


def test_public_downloads_of_a_tenant(direct: Any) -> None:
    settings = {"RoleEnabled": True, "AllowUnauthenticatedDownloads": True}
    organization = {"Name": "acme", "Hosts": ["acme.example.com"], "SoftwareBuildRole": settings}
    assert direct.status("AdminOrganizationSet", Organization=organization) == 200
    assert direct.status("AdminBrandingAvailablePlatforms", {}) == 403
    direct.headers["host"] = "acme.example.com"
    assert direct.status("AdminBrandingAvailablePlatforms", {}) == 200
