"""Server configuration, restart, fragments, and what the server says about itself."""

from __future__ import annotations

import re
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
import requests


def refuses_connections(server: Any) -> bool:
    address = urlsplit(server.url)
    try:
        socket.create_connection((address.hostname, address.port), timeout=1).close()
    except ConnectionResetError:
        return False
    except ConnectionRefusedError:
        return True
    return False


def test_set_restarts_even_without_a_change(server: Any) -> None:
    server.switch(restart_seconds=0.7)
    before = server.ok("meta/version")
    config = server.ok("meta/server-config/get")
    server.ok("meta/server-config/set", Config=config)
    deadline = time.monotonic() + 0.6
    refused = False
    while not refused and time.monotonic() < deadline:
        refused = refuses_connections(server)
        time.sleep(0.01)
    assert refused
    after = server.wait()
    assert after["ServerStartHash"] != before["ServerStartHash"]
    assert after["ServerStartTime"] > before["ServerStartTime"]
    assert server.ok("meta/server-config/get") == config


def test_sessions_end_with_a_restart(server: Any) -> None:
    key = server.ok("account/session-start")["SessionKey"]
    server.ok("meta/restart-service")
    server.wait()
    server.refused("list-users", 403, login={"Username": "admin", "AuthType": "SessionKey", "SessionKey": key})


def test_serial_number_comes_back_in_full(server: Any) -> None:
    serial = server.ok("meta/server-config/get")["License"]["SerialNumber"]
    assert re.fullmatch(r"(\w{4}-){5}\w{4}", serial)


def test_secrets_are_obscured_and_accepted_back(server: Any) -> None:
    config = server.ok("meta/server-config/get")
    config["Email"].update(Mode="smtp", SMTPHost="mail.example", SMTPPassword="smtp-secret")
    server.ok("meta/server-config/set", Config=config)
    server.wait()
    read = server.ok("meta/server-config/get")
    assert "smtp-secret" not in str(read)
    assert "admin" not in [admin["Password"] for admin in read["AdminUsers"]]
    server.ok("meta/email-options/set", EmailOptions=server.ok("meta/email-options/get"))
    server.switch(config_secrets="plain")
    assert server.ok("meta/email-options/get")["SMTPPassword"] == "smtp-secret"


def test_plain_password_of_an_administrator_is_hashed(server: Any) -> None:
    config = server.ok("meta/server-config/get")
    config["AdminUsers"].append({"Username": "eve", "Password": "eve-password", "AllowPasswordLogin": True})
    server.ok("meta/server-config/set", Config=config)
    server.wait()
    server.ok("list-users", login={"Username": "eve", "AuthType": "Password", "Password": "eve-password"})
    (eve,) = [admin for admin in server.ok("meta/server-config/get")["AdminUsers"] if admin["Username"] == "eve"]
    assert eve["PasswordFormat"] == 1


def test_configuration_holds_tenants_and_login_sources(server: Any) -> None:
    acme = server.tenant("ACME", "backup.acme.example")
    source = {"Type": "ldap", "Description": "Directory", "LDAP": {"BindPassword": "bind-secret"}}
    server.ok("external-auth-sources/new", SourceID="ldap-1", Source=source)
    config = server.ok("meta/server-config/get")
    assert config["Organizations"][acme]["Hosts"] == ["backup.acme.example"]
    assert config["ExternalAdminUserSources"]["ldap-1"]["Description"] == "Directory"
    assert "bind-secret" not in str(config)
    del config["Organizations"][acme]
    del config["ExternalAdminUserSources"]["ldap-1"]
    server.ok("meta/server-config/set", Config=config)
    server.wait()
    assert server.ok("organization/list") == {}
    assert server.ok("external-auth-sources/get") == {}


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("email-options", "EmailOptions", {"FromName": "New", "FromEmail": "a@b.example", "Mode": "disabled"}),
        ("webhook-options", "WebhookOptions", {"hook": {"URL": "https://hook.example", "Level": "full"}}),
        ("remote-storage-vault", "RemoteStorageOptions", [{"ID": "t", "Type": "comet", "Description": "Remote"}]),
        ("psa-config-list", "PSAConfigList", [{"URL": "https://psa.example", "Type": 1}]),
        ("constellation/config", "ConstellationRoleOptions", {"RoleEnabled": True, "DeleteUnusedData": True}),
    ],
)
def test_fragments(server: Any, name: str, parameter: str, value: Any) -> None:
    start = server.ok("meta/version")["ServerStartHash"]
    server.ok(f"meta/{name}/set", **{parameter: value})
    read = server.ok(f"meta/{name}/get")
    assert type(read) is type(value)
    assert "Message" not in read
    for key, entry in value.items() if isinstance(value, dict) else enumerate(value):
        assert read[key] == entry or entry.items() <= read[key].items()
    assert server.ok("meta/version")["ServerStartHash"] == start


@pytest.mark.parametrize(
    ("name", "member", "parameter", "value"),
    [
        ("branding-config", "Branding", "BrandingConfig", {"BrandName": "Mine"}),
        ("build-config", "SoftwareBuildRole", "SoftwareBuildRoleConfig", {"RoleEnabled": True, "MaxBuilders": 7}),
    ],
)
def test_asymmetric_fragments(server: Any, name: str, member: str, parameter: str, value: Any) -> None:
    assert list(server.ok(f"meta/{name}/get")) == [member]
    server.ok(f"meta/{name}/set", **{parameter: value})
    assert value.items() <= server.ok(f"meta/{name}/get")[member].items()
    assert value.items() <= server.ok("meta/server-config/get")[member].items()


def test_removed_template_is_replaced_for_automatic_vaults(server: Any) -> None:
    templates = [{"ID": key, "Type": "comet", "Description": key} for key in ("a", "b")]
    server.ok("meta/remote-storage-vault/set", RemoteStorageOptions=templates)
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), "AutoStorageTemplateGUID": "a"})
    change = {"RemoteStorageOptions": templates[1:]}
    server.refused("meta/remote-storage-vault/set", 400, **change, ReplacementAutoVaultID="nope")
    server.ok("meta/remote-storage-vault/set", **change, ReplacementAutoVaultID="b")
    assert server.ok("get-user-profile", TargetUser="alice")["AutoStorageTemplateGUID"] == "b"


def test_external_login_sources(server: Any) -> None:
    made = server.ok("external-auth-sources/new", Source={"Type": "oidc", "Description": "Google"})
    server.ok("external-auth-sources/set", Sources={"b": {"Type": "ldap", "Description": "Directory"}})
    assert list(server.ok("external-auth-sources/get")) == ["b"] != [made["ID"]]
    server.ok("external-auth-sources/delete", SourceID="b")
    server.refused("external-auth-sources/delete", 400, SourceID="b")


def test_version_has_every_member(server: Any) -> None:
    info = server.ok("meta/version")
    assert info["Version"] == "25.9.8"
    assert abs(info["CurrentTime"] - time.time()) < 60
    assert info["ConstellationRole"] is info["OverseerRole"] is True
    assert {"ServerLicenseLimit", "ConfiguredDevices", "SelfBackup", "ServerLicenseFeatureSet"} <= info.keys()


def test_branding_of_a_tenants_host(server: Any) -> None:
    organization = {"Name": "ACME", "Hosts": ["backup.acme.example"], "Branding": {"ProductName": "ACME Backup"}}
    server.ok("organization/set", Organization=organization)
    headers = {"Host": "backup.acme.example"}
    answer = requests.get(server.url + "gen/branding.props", headers=headers, timeout=10)
    assert answer.json()["ProductName"] == "ACME Backup"


def test_logo_of_the_host_that_was_asked(server: Any) -> None:
    url = server.url + "gen/logo.img"
    assert server.http.get(url, timeout=10).status_code == 404
    headers = {f"X-Comet-Admin-{name}": value for name, value in server.login.items()}
    image = b"\x89PNG of the tenant"
    made = server.http.post(
        server.url + "api/v1/admin/meta/resource/new", headers=headers, files={"upload": image}, timeout=10
    )
    branding = {"LogoImage": f"resource://{made.json()['ResourceHash']}"}
    organization = {"Name": "ACME", "Hosts": ["backup.acme.example"], "Branding": branding}
    server.ok("organization/set", Organization=organization)
    host = {"Host": "backup.acme.example"}
    answer = server.http.get(url, headers=host, timeout=10)
    assert (answer.content, answer.headers["Content-Type"]) == (image, "image/png")
    properties = server.http.get(server.url + "gen/branding.props", headers=host, timeout=10).json()
    assert properties["HasImage"] is True
    assert answer.headers["ETag"] == f'"{properties["ImageEtag"]}"'
    assert server.http.get(url, timeout=10).status_code == 404


def test_role_that_is_off(server: Any) -> None:
    config = server.ok("meta/server-config/get")
    config["StorageRole"]["RoleEnabled"] = False
    server.ok("meta/server-config/set", Config=config)
    assert server.wait()["StorageRole"] is False
    assert server.raw("storage/list-buckets").status_code == 404
    server.switch(disabled_role="403")
    server.refused("storage/list-buckets", 403)


def test_obscured_secrets_that_no_set_call_brought(server: Any) -> None:
    """A secret the server made itself survives a round trip of the configuration too."""
    url = server.ok("account/regenerate-totp")["URL"]
    config = server.ok("meta/server-config/get")
    assert config["AdminUsers"][0]["TOTPKey"].startswith("obscured")
    server.ok("meta/server-config/set", Config=config)
    server.wait()
    server.ok("account/validate-totp", TOTPCode=pyotp.parse_uri(url).now())


def test_reading_stores_nothing(server: Any) -> None:
    server.tenant()
    server.user()
    before = server.digest()
    for path in ("meta/server-config/get", "account/properties", "organization/list", "meta/remote-storage-vault/get"):
        server.ok(path)
    assert server.digest() == before


def test_file_is_kept_as_long_as_something_refers_to_it(server: Any) -> None:
    headers = {f"X-Comet-Admin-{name}": value for name, value in server.login.items()}

    def upload(content: bytes) -> str:
        url = server.url + "api/v1/admin/meta/resource/new"
        answer = server.http.post(url, headers=headers, files={"upload": content}, timeout=10).json()
        return str(answer["ResourceHash"])

    used, unused, of_tenant = upload(b"used"), upload(b"unused"), upload(b"tenant's")
    server.ok("organization/set", Organization={"Name": "ACME", "Branding": {"PathTilePng": f"resource://{of_tenant}"}})
    branding = server.ok("meta/branding-config/get")["Branding"]
    server.ok("meta/branding-config/set", BrandingConfig={**branding, "LogoImage": f"resource://{used}"})
    assert server.raw("meta/resource/get", Hash=unused).content == b"unused"
    for choice in ("kept", "dropped"):
        server.switch(unused_resources=choice)
        server.ok("meta/server-config/set", Config=server.ok("meta/server-config/get"))
        server.wait()
        assert server.raw("meta/resource/get", Hash=used).content == b"used"
        assert server.raw("meta/resource/get", Hash=of_tenant).content == b"tenant's"
        assert (server.raw("meta/resource/get", Hash=unused).content == b"unused") == (choice == "kept")
    server.refused("meta/resource/get", 400, Hash="nope")


TENANT = {"Name": "ACME", "Hosts": ["a.example"]}


@pytest.mark.parametrize(
    "change",
    [
        {"ListenAddresses": [{"ListenAddress": "8060"}]},
        {"ListenAddresses": [{"ListenAddress": "127.0.0.1:0"}]},
        {"ListenAddresses": [{"ListenAddress": "127.0.0.1:99999"}]},
        {"ListenAddresses": [{"ListenAddress": "no host:80"}]},
        {"ListenAddresses": [{"ListenAddress": "::1:80"}]},
        {"ListenAddresses": [{"ListenAddress": ":80"}, {"ListenAddress": ":80"}]},
        {"ListenAddresses": [{"ListenAddress": ":443", "SSLCertPath": "/cert.pem"}]},
        {
            "ListenAddresses": [{"ListenAddress": ":443", "AutoSSLDomains": "x.example, A.example"}],
            "Organizations": {"a": TENANT},
        },
        {"Organizations": {"a": TENANT, "b": TENANT}},
        {"Organizations": {"a": {"Name": "ACME", "Hosts": ["https://a.example"]}}},
        {"Organizations": {"a": {"Name": "ACME", "WebhookOptions": {"": {"URL": "https://a.example"}}}}},
        {"WebhookOptions": {"": {"URL": "https://a.example"}}},
        {"IPRateLimit": {"Rules": [{"MatchRegex": "(", "BytesPerSecond": 1}]}},
        {"LoginProtection": {"Enabled": True, "FailureThreshold": 0, "CooldownSeconds": 5}},
        {"SessionSettings": {"ExpiredInSeconds": -1}},
    ],
)
def test_configuration_that_cannot_be(server: Any, change: dict[str, Any]) -> None:
    before, start = server.digest(), server.ok("meta/version")["ServerStartHash"]
    config = server.ok("meta/server-config/get")
    assert server.refused("meta/server-config/set", 400, Config={**config, **change})
    assert (server.digest(), server.ok("meta/version")["ServerStartHash"]) == (before, start)


@pytest.mark.parametrize(
    "change",
    [{"Username": ""}, {"IPWhitelist": "("}, {"IPWhitelist": "^10[.]"}, None],
    ids=["no name", "broken", "locks out", "twice"],
)
def test_administrators_that_cannot_be(server: Any, change: dict[str, Any] | None) -> None:
    config = server.ok("meta/server-config/get")
    (own,) = config["AdminUsers"]
    config["AdminUsers"] = [own, own] if change is None else [{**own, **change}]
    server.refused("meta/server-config/set", 400, Config=config)


@pytest.mark.parametrize("address", [":8060", "0.0.0.0:80", "[::1]:8060", "localhost:443"])
def test_listen_addresses_that_can_be(server: Any, address: str) -> None:
    config = server.ok("meta/server-config/get")
    config["ListenAddresses"] = [{"ListenAddress": address}]
    server.ok("meta/server-config/set", Config=config)
    server.wait()


def test_own_account_in_the_configuration(server: Any) -> None:
    config = server.ok("meta/server-config/get")
    config["AdminUsers"] = [{"Username": "heir", "Password": "heir-password", "AllowPasswordLogin": True}]
    server.switch(own_account_removed="refused")
    server.refused("meta/server-config/set", 400, Config=config)
    server.switch(own_account_removed="allowed")
    server.ok("meta/server-config/set", Config=config)
    server.login, kept = {"Username": "heir", "AuthType": "Password", "Password": "heir-password"}, server.login
    try:
        server.wait()
    finally:
        server.login = kept


def test_hosts_can_move_between_tenants_at_once(server: Any) -> None:
    first, second = server.tenant("ACME", "a.example"), server.tenant("Globex", "b.example")
    config = server.ok("meta/server-config/get")
    config["Organizations"][first]["Hosts"], config["Organizations"][second]["Hosts"] = ["b.example"], ["a.example"]
    server.ok("meta/server-config/set", Config=config)
    server.wait()
    assert server.ok("organization/list")[first]["Hosts"] == ["b.example"]


def test_counters_grow_with_time(server: Any) -> None:
    before = server.ok("meta/stats", Simple=True)
    server.control("clock", {"advance": 7200})
    assert len(server.ok("meta/stats", Simple=False)) > 2
    assert list(server.ok("meta/stats", Simple=True).values()) == list(before.values())
    server.ok(
        "set-user-profile", TargetUser="alice", ProfileData={**server.user(), "Devices": {"d": {"FriendlyName": "PC"}}}
    )
    server.ok("storage/register-bucket")
    series = server.ok("meta/stats", Simple=True)
    newest = series[max(series, key=int)]
    assert {name: newest[name] for name in ("Users", "Devices", "Buckets")} == {"Users": 1, "Devices": 1, "Buckets": 1}
    assert server.ok("meta/version")["ConfiguredDevices"] == 1
    server.tenant()
    of_tenant = server.ok("meta/stats", Simple=True, login=server.as_tenant())
    assert {counts["Users"] for counts in of_tenant.values()} == {0}


def test_news_of_a_newer_version(server: Any) -> None:
    assert server.ok("meta/software-update-news")["updates_info"] == []
    server.switch(latest_version="25.12.0")
    news = server.ok("meta/software-update-news")
    assert news["latest_stable"] == "25.12.0"
    assert "25.12.0" in news["updates_info"][0]


def test_news_come_and_go(server: Any) -> None:
    server.ok("news/submit", NewsContent="We move")
    ((key, entry),) = server.ok("news/get-all").items()
    assert (entry["TextContent"], entry["OrganizationID"]) == ("We move", "")
    server.tenant()
    assert server.ok("news/get-all", login=server.as_tenant()) == {}
    server.refused("news/remove", 400, NewsItem=key, login=server.as_tenant())
    server.ok("news/remove", NewsItem=key)
    assert server.ok("news/get-all") == {}
