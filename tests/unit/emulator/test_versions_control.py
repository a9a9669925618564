"""Older versions, control calls, faults, seeds, the command line, and state in a file."""

from __future__ import annotations

import datetime
import ipaddress
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from comet_emulator.__main__ import main
from comet_emulator.emulator import Emulator
from comet_emulator.methods.setup import set_up
from comet_emulator.seeds.seed import seed

# Versions


def test_methods_newer_than_the_server_do_not_exist(server: Any) -> None:
    assert server.raw("squota/list-all").status_code == 200
    server.switch(version="25.9.6")
    assert server.raw("squota/list-all").status_code == 404
    assert server.ok("meta/version")["Version"] == "25.9.6"
    server.switch(version="24.11.0")
    assert server.raw("user-groups/list").status_code == 404


def test_members_newer_than_the_server_do_not_exist(server: Any) -> None:
    profile = server.user()
    server.switch(version="24.9.8")
    older = server.ok("get-user-profile", TargetUser="alice")
    assert profile.keys() - older.keys() == {
        "GroupID",
        "SupportsDeviceAssociations",
        "AutoStorageTemplateGUID",
        "LinuxHomedirSandbox",
    }
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**profile, "GroupID": "ignored"})
    server.switch(version="25.9.8")
    assert server.ok("get-user-profile", TargetUser="alice")["GroupID"] == ""


def test_results_have_the_shape_of_their_version(server: Any) -> None:
    profile = server.user()
    template = next(iter(server.ok("request-storage-vault-providers")))
    server.switch(version="25.3.1")
    read = server.ok("get-user-profile-and-hash", TargetUser="alice")
    answer = server.ok(
        "set-user-profile-hash", TargetUser="alice", ProfileData=profile, RequireHash=read["ProfileHash"]
    )
    assert set(answer) == {"Status", "Message"}
    made = server.ok("request-storage-vault", TargetUser="alice", StorageProvider=template)
    assert set(made) == {"Status", "Message", "DestinationID"}
    server.switch(version="22.5.0")
    assert set(server.ok("organization/set", Organization={"Name": "x"})) == {"Status", "Message"}


def test_names_were_longer_once(server: Any) -> None:
    server.switch(version="21.9.9")
    server.refused("add-user", 400, TargetUser="short", TargetPassword="password-1")
    server.ok("add-user", TargetUser="longer", TargetPassword="password-1")


# Control calls


def test_calls_are_counted(server: Any) -> None:
    server.user()
    server.ok("account/session-start")
    report = server.control("calls")
    assert (report["reads"], report["writes"], report["logins"], report["refused_writes"]) == (1, 1, 1, 0)
    first = report["calls"][0]
    assert first["path"] == "/api/v1/admin/add-user"
    assert (first["method"], first["mutates"]) == ("AdminAddUser", True)
    assert first["params"] == ["AuthType", "Password", "StoreRecoveryCode", "TargetPassword", "TargetUser", "Username"]
    assert "password-1" not in str(report)


def test_read_only(server: Any) -> None:
    server.user()
    before = server.digest()
    server.control("read-only", {"on": True})
    assert server.refused("delete-user", 403, TargetUser="alice") == "read-only emulator"
    server.refused("meta/restart-service", 403)
    server.ok("get-user-profile", TargetUser="alice")
    server.ok("account/session-start")
    assert server.digest() == before
    assert server.control("calls")["refused_writes"] == 2


def test_digest_moves_with_every_write_and_back(server: Any) -> None:
    before = server.digest()
    server.control("snapshot", {"name": "here"})
    server.user()
    assert server.digest() != before
    assert server.control("state")["counts"]["user"] == 1
    server.control("restore", {"name": "here"})
    assert server.digest() == before


def test_a_server_that_is_about_to_go_away_says_so(direct: Any) -> None:
    assert direct.control("state")["restarting"] is False
    direct.emulator.end_run(True)
    assert direct.control("state")["restarting"] is True
    direct.emulator.begin_run()
    assert direct.control("state")["restarting"] is False


def test_refused_call_changes_nothing(server: Any) -> None:
    server.ok("policies/set", PolicyID="a", Policy={"DefaultUserPolicy": True})
    config = server.ok("meta/server-config/get")
    tenant = {"Name": "x", "Hosts": ["same.example"]}
    before = server.digest()
    server.refused("meta/server-config/set", 400, Config={**config, "Organizations": {"a": tenant, "b": tenant}})
    assert server.digest() == before


def test_profile_changes_as_a_client_would(server: Any) -> None:
    server.user()
    before = server.ok("get-user-profile-hash", TargetUser="alice")["ProfileHash"]
    answer = server.control("profile", {"user": "alice", "members": {"Devices": {"d": {"FriendlyName": "PC"}}}})
    read = server.ok("get-user-profile-and-hash", TargetUser="alice")
    assert read["ProfileHash"] == answer["hash"] != before
    assert read["Profile"]["Devices"]["d"]["FriendlyName"] == "PC"
    server.control("profile", {"user": "alice", "members": {"Devices": {"d": None}}})
    assert server.ok("get-user-profile", TargetUser="alice")["Devices"] == {}


def test_a_stored_document_can_be_made_odd(server: Any) -> None:
    server.user()
    server.switch(empty_collections="null")
    odd = {"Emails": None, "Destinations": None, "FromTheFuture": {"a": None}}
    assert server.control("document", {"kind": "user", "id": "alice", "members": odd}) == {"members": sorted(odd)}
    profile = server.ok("get-user-profile", TargetUser="alice")
    assert {name: profile[name] for name in odd} == odd
    assert profile["Username"] == "alice"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("fault", {"kind": "earthquake"}),
        ("fault", {"kind": "html", "count": 0}),
        ("switch", {"nonsense": 1}),
        ("read-only", {}),
        ("restore", {"name": "never taken"}),
        ("profile", {"user": "nobody", "members": {}}),
        ("document", {"kind": "user", "id": "nobody", "members": {}}),
    ],
)
def test_bad_control_calls_say_why(server: Any, name: str, body: Any) -> None:
    response = server.http.post(f"{server.url}_control/{name}", json=body, timeout=10)
    assert response.status_code == 400
    assert response.json()["error"]


def test_unknown_control_call_lists_the_others(server: Any) -> None:
    response = server.http.get(f"{server.url}_control/whatever", timeout=10)
    assert response.status_code == 404
    assert "GET /_control/state" in response.json()["calls"]


# Faults


@pytest.mark.parametrize(("kind", "happened"), [("drop_before", False), ("drop_after", True)])
def test_dropped_connection(server: Any, kind: str, happened: bool) -> None:
    server.control("fault", {"kind": kind, "path": "add-user"})
    assert server.ok("list-users") == []
    with pytest.raises(requests.ConnectionError):
        server.raw("add-user", TargetUser="alice", TargetPassword="password-1")
    assert server.ok("list-users") == (["alice"] if happened else [])


@pytest.mark.parametrize(("kind", "status"), [("http_502", 502), ("http_504", 504), ("html", 200)])
def test_answers_of_proxies(server: Any, kind: str, status: int) -> None:
    server.control("fault", {"kind": kind, "count": 2})
    for _unused in range(2):
        response = server.raw("list-users")
        assert response.status_code == status
        assert "json" not in response.headers["Content-Type"]
    assert server.ok("list-users") == []


def test_truncated_answer(server: Any) -> None:
    server.control("fault", {"kind": "truncate"})
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        server.raw("meta/version")


def test_slow_answer(server: Any) -> None:
    server.control("fault", {"kind": "latency_ms", "value": 120})
    start = time.monotonic()
    server.ok("list-users")
    assert time.monotonic() - start > 0.1


# Seeds


def seeded(name: str) -> Emulator:
    emulator = Emulator()
    set_up(emulator)
    seed(emulator, name)
    return emulator


def test_demo_seed() -> None:
    counts = seeded("demo").store.counts()
    assert (counts["organization"], counts["user"], counts["policy"], counts["job"]) == (2, 30, 6, 150)


def test_bulk_seed_is_realistic_and_repeats() -> None:
    first, second = seeded("users=200"), seeded("users=200")
    bodies = [row.body for row in first.store.rows("user").values()]
    assert 6_000 < sum(map(len, bodies)) / len(bodies) < 12_000
    names = [
        document["CreationGUID"] for document in map(first.store.peek, ["user"] * 2, ["user-000000", "user-000199"])
    ]
    again = [second.store.peek("user", key)["CreationGUID"] for key in ("user-000000", "user-000199")]
    assert names == again


@pytest.mark.parametrize("name", ["demo", "users=50"])
def test_seeded_documents_have_their_final_shape(name: str) -> None:
    emulator = seeded(name)
    types = {
        "user": "UserProfileConfig",
        "policy": "GroupPolicy",
        "organization": "Organization",
        "job": "BackupJobDetail",
    }
    for kind, type_name in types.items():
        for key in emulator.store.rows(kind):
            document = emulator.store.document(kind, key)
            assert emulator.take(type_name, document, kind) == document


# Command line and file


def test_state_survives_in_a_file(start: Callable[..., Any], tmp_path: Path) -> None:
    server = start("--data", str(tmp_path), "--port-file", str(tmp_path / "port"))
    assert server.url.endswith(f":{(tmp_path / 'port').read_text().strip()}/")
    profile = server.user()
    before = server.digest()
    assert server.stop() == 0
    again = start("--data", str(tmp_path), "--read-only", "--set", "hash_mismatch_status=500")
    assert again.digest() == before
    assert again.ok("get-user-profile", TargetUser="alice") == profile
    again.refused("delete-user", 403, TargetUser="alice")
    assert again.control("switch")["hash_mismatch_status"] == 500
    with sqlite3.connect(tmp_path / "comet_emulator.sqlite3") as database:
        assert database.execute("SELECT id FROM documents WHERE kind = 'user'").fetchall() == [("alice",)]
    database.close()


def test_shutdown_ends_the_process(start: Callable[..., Any]) -> None:
    server = start("--admin", "none", "--version", "25.9.6")
    server.ok("add-first-admin-user", login={}, TargetUser="admin", TargetPassword="admin")
    server.ok("meta/shutdown-service")
    assert server.process.wait(timeout=10) == 0


def write_certificate(directory: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    certificate = builder.add_extension(addresses, critical=False).sign(key, hashes.SHA256())
    pem, traditional = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
    paths = directory / "server.pem", directory / "server.key"
    paths[0].write_bytes(certificate.public_bytes(pem))
    paths[1].write_bytes(key.private_bytes(pem, traditional, serialization.NoEncryption()))
    return paths


def test_https(start: Callable[..., Any], tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    server = start("--tls-certificate", str(certificate), "--tls-key", str(key))
    assert server.url.startswith("https://")
    with pytest.raises(requests.exceptions.SSLError):
        server.ok("list-users")
    server.http.verify = str(certificate)
    server.user()
    template = next(iter(server.ok("request-storage-vault-providers")))
    made = server.ok("request-storage-vault", TargetUser="alice", StorageProvider=template)
    assert made["Profile"]["Destinations"][made["DestinationID"]]["CometServer"] == server.url


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--seed", "nonsense"], "unknown seed"),
        (["--version", "25.9"], "expected three numbers"),
        (["--version", "18.8.0"], "the facts cover servers from"),
        (["--version", "26.3.0"], "the facts cover servers from"),
        (["--set", "nonsense=1"], "unknown switch"),
        (["--admin", "nameonly"], "--admin wants"),
        (["--tls-key", "server.key"], "belong together"),
        (["--port", "0", "--tls-key", "no.key", "--tls-certificate", "no.pem"], "no.pem"),
        (["--port", "1", "--host", "192.0.2.1"], "cannot listen"),
    ],
)
def test_bad_options(capsys: pytest.CaptureFixture[str], options: list[str], message: str) -> None:
    assert main(options) in (1, 2)
    assert message in capsys.readouterr().err
