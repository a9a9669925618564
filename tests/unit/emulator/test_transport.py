"""How requests arrive and answers leave."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import ssl
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
import trustme

from comet_emulator.__main__ import main

REPOSITORY = Path(__file__).resolve().parents[3]


def test_facts_are_those_of_the_repository() -> None:
    script = REPOSITORY / "tests" / "emulator" / "refresh_facts.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_greeting_names_the_address(server: Any) -> None:
    assert server.greeting == f"comet-emulator listening on {server.url}\n"


def test_quick_start_of_the_api_guide(server: Any) -> None:
    body = "Username=admin&AuthType=Password&Password=admin"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = requests.post(server.url + "api/v1/admin/list-users", data=body, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()) == (200, [])


def test_wrong_password_is_an_error_in_the_body(server: Any) -> None:
    wrong = {**server.login, "Password": "nonsense"}
    assert server.call("list-users", login=wrong) == {"Status": 403, "Message": "Unauthorised"}


@pytest.mark.parametrize(
    ("accepted", "message"),
    [
        ("es-ES;q=0.9, en;q=0.8, *;q=0.5", "No autorizado"),
        ("en-US;q=0.9, es;q=0.8, *;q=0.5", "Unauthorised"),
        ("es_ES, en", "No autorizado"),
        ("fr, *", "Unauthorised"),
        ("", "Unauthorised"),
    ],
)
def test_language_of_messages(server: Any, accepted: str, message: str) -> None:
    answer = server.call("list-users", login={}, headers={"Accept-Language": accepted})
    assert answer == {"Status": 403, "Message": message}


def test_unknown_user_is_translated_too(server: Any) -> None:
    spanish = server.call("get-user-profile", TargetUser="nobody", headers={"Accept-Language": "es"})
    assert spanish == {"Status": 400, "Message": "Usuario no encontrado"}


@pytest.mark.parametrize("path", ["no/such/call", "list-users/"])
def test_unknown_path_is_plain_text(server: Any, path: str) -> None:
    response = server.raw(path)
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/plain")


def test_get_on_an_api_path_is_unknown(server: Any) -> None:
    assert server.http.get(server.url + "api/v1/admin/list-users", timeout=10).status_code == 404


def test_legacy_paths_are_served(server: Any) -> None:
    assert server.ok("request-bucket-options") == server.ok("request-storage-vault-providers")


@pytest.mark.parametrize("spelling", ["1", "true", "T"])
def test_true_in_every_spelling(server: Any, spelling: str) -> None:
    assert len(server.ok("meta/stats", Simple=spelling)) == 1


@pytest.mark.parametrize("spelling", ["0", "false", "False"])
def test_false_in_every_spelling(server: Any, spelling: str) -> None:
    assert len(server.ok("meta/stats", Simple=spelling)) == 2


@pytest.mark.parametrize(
    ("path", "parameters", "part"),
    [
        ("meta/stats", {}, "missing parameter Simple"),
        ("meta/stats", {"Simple": "perhaps"}, "true or false"),
        ("get-jobs-for-date-range", {"Start": "soon", "End": "1"}, "Start: expected an integer"),
        ("get-jobs-for-date-range", {"Start": str(2**63), "End": "1"}, "Start: expected an integer"),
        ("policies/new", {"Policy": '{"CreatedDate":9223372036854775808}'}, "Policy.CreatedDate: expected an integer"),
        ("policies/new", {"Policy": '{"CreatedDate":1.0}'}, "Policy.CreatedDate: expected an integer"),
        ("meta/webhook-options/set", {"WebhookOptions": "[]"}, "WebhookOptions: expected an object"),
        ("meta/webhook-options/set", {"WebhookOptions": "{"}, "expected JSON"),
        ("meta/webhook-options/set", {"WebhookOptions": '{"a":{"URL":7}}'}, "WebhookOptions.a.URL: expected text"),
        ("policies/new", {"Policy": '{"Policy":{"ModeAdminResetPassword":77}}'}, "a value of SETTING"),
        ("get-job-log-entries", {"JobID": "x", "MinSeverity": "Q"}, "a value of SEVERITY"),
        (
            "policies/new",
            {"Policy": '{"Policy":{"StorageVaultProviders":{"AllowedProvidersWhenRestricted":[-1]}}}'},
            "AllowedProvidersWhenRestricted.[]: expected an integer that fits uint64",
        ),
        (
            "meta/server-config/set",
            {"Config": '{"AdminUsers":[{"WebAuthnRegistrations":[{"ID":"no base64!"}]}]}'},
            "WebAuthnRegistrations.[].ID: expected base64",
        ),
        (
            "meta/remote-storage-vault/test",
            {"TemplateOptions": '{"S3":{"ObjectLockMode":256}}'},
            "ObjectLockMode: expected an integer that fits uint8",
        ),
    ],
)
def test_parameters_are_checked(server: Any, path: str, parameters: dict[str, str], part: str) -> None:
    assert part in server.refused(path, 400, **parameters)


def test_unknown_parameters_are_ignored(server: Any) -> None:
    assert server.ok("list-users", Whatever="1") == []


def test_resource_by_multipart_with_login_in_headers(server: Any) -> None:
    headers = {f"X-Comet-Admin-{name}": value for name, value in server.login.items()}
    content = b"\x00binary\xff" * 1000
    url = server.url + "api/v1/admin/meta/resource/new"
    answer = server.http.post(url, headers=headers, files={"upload": ("logo.png", content)}, timeout=10).json()
    assert len(answer["ResourceHash"]) == 64
    assert server.raw("meta/resource/get", Hash=answer["ResourceHash"]).content == content
    assert server.refused("meta/resource/get", 400, Hash="f" * 64)


@pytest.mark.parametrize("content_type", ['multipart/form-data; boundary="part"', "Multipart/Form-Data; boundary=part"])
def test_multipart_is_recognised(server: Any, content_type: str) -> None:
    headers = {f"X-Comet-Admin-{name}": value for name, value in server.login.items()}
    body = '--part\r\nContent-Disposition: form-data; name="upload"; filename="upload"\r\n\r\nfile\r\n--part--\r\n'
    url = server.url + "api/v1/admin/meta/resource/new"
    # In two pieces, as clients send what they make while they send it.
    pieces = iter([body[:30].encode(), body[30:].encode()])
    answer = requests.post(url, headers={**headers, "Content-Type": content_type}, data=pieces, timeout=10).json()
    assert server.raw("meta/resource/get", Hash=answer["ResourceHash"]).content == b"file"


def test_branding_needs_no_login(server: Any) -> None:
    branding = server.http.get(server.url + "gen/branding.props", timeout=10).json()
    assert branding["ServerIsEmpty"] is False
    assert branding["ProductName"]


def test_answers_are_compressed_on_request(server: Any) -> None:
    server.user()
    compressed = server.raw("get-user-profile", TargetUser="alice", headers={"Accept-Encoding": "gzip"})
    plain = server.raw("get-user-profile", TargetUser="alice", headers={"Accept-Encoding": "identity"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(gzip.compress(plain.content)) == compressed.content
    server.switch(gzip_limit_bytes=10)
    later = server.raw("get-user-profile", TargetUser="alice", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in later.headers


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [("deflate, GZIP;q=0.5", True), ("gzip;q=0, identity", False), ("gzip; q=0.0", False), ("x-gzip", False)],
)
def test_compression_is_negotiated(server: Any, accepted: str, compressed: bool) -> None:
    answer = server.raw("meta/server-config/get", headers={"Accept-Encoding": accepted})
    assert ("Content-Encoding" in answer.headers) is compressed


def test_headers_alone(server: Any) -> None:
    address = server.url + "gen/branding.props"
    whole, headers = server.http.get(address, timeout=10), requests.head(address, timeout=10)
    assert headers.status_code == 200
    assert headers.headers["Content-Length"] == whole.headers["Content-Length"]
    assert headers.content == b""
    assert "Server" not in headers.headers
    assert requests.head(server.url + "api/v1/admin/list-users", timeout=10).status_code == 404


@pytest.mark.parametrize(("choice", "status"), [("400", 400), ("403", 403)])
def test_another_http_method_is_an_unknown_path(server: Any, choice: str, status: int) -> None:
    server.switch(unknown_path=choice)
    assert server.http.get(server.url + "api/v1/admin/list-users", timeout=10).json()["Status"] == status


def test_forms_within_the_limit(server: Any) -> None:
    server.switch(form_limit_bytes=1000)
    server.ok("news/submit", NewsContent="x" * 900)
    assert "too large" in server.refused("news/submit", 400, NewsContent="x" * 1000)


def test_large_body(server: Any) -> None:
    profile = server.user()
    profile["Emails"] = [f"someone-{number}@example.com" for number in range(60_000)]
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    assert len(server.ok("get-user-profile", TargetUser="alice")["Emails"]) == 60_000
    assert len(json.dumps(profile)) > 1_000_000


def test_every_reading_method_gives_its_type(server: Any) -> None:
    methods = json.loads((REPOSITORY / "api" / "vendor" / "methods.json").read_text())
    for name, method in methods.items():
        wanted = method["returns"]
        if method["mutates"] or method["params"] or method["auth"] != "admin" or wanted == "bytes":
            continue
        answer = server.ok(method["path"].removeprefix("/api/v1/admin/"))
        assert isinstance(answer, list if wanted.startswith("list") else dict), name


def test_call_to_a_device_that_is_not_there(server: Any) -> None:
    parameters = {"TargetID": "0", "Destination": "0"}
    assert server.refused("dispatcher/apply-retention-rules", 403, **parameters) == "Unauthorised"


def test_coverage_names_every_method(server: Any) -> None:
    table = server.control("coverage")
    methods = json.loads((REPOSITORY / "api" / "vendor" / "methods.json").read_text())
    assert table.keys() == methods.keys()
    assert table["AdminAddUser"] == "full"
    assert set(table.values()) == {"full", "plausible"}


# Connections


def test_connections_are_kept_alive(server: Any) -> None:
    host, _unused, port = server.url.removeprefix("http://").rstrip("/").partition(":")
    body = urlencode(server.login)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    own_ports = set()
    for _unused in range(3):
        connection.request("POST", "/api/v1/admin/list-users", body, headers)
        answer = connection.getresponse()
        assert (answer.version, answer.read()) == (11, b"[]")
        own_ports.add(connection.sock.getsockname()[1])
    connection.close()
    assert len(own_ports) == 1


def test_half_a_request_does_nothing(server: Any) -> None:
    body = urlencode({**server.login, "TargetUser": "alice", "TargetPassword": "password-1"})
    host, _unused, port = server.url.removeprefix("http://").rstrip("/").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = f"POST /api/v1/admin/add-user HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body) + 10}\r\n\r\n"
        connection.sendall((head + body).encode())
    assert server.ok("list-users") == []


# HTTPS


class Https:
    """An emulator with a private authority of its own."""

    def __init__(self, start: Callable[..., Any], directory: Path, *options: str) -> None:
        self.authority, self.client = directory / "ca.pem", directory / "client.pem"
        self.server = start("--tls-ca-file", str(self.authority), *options)
        self.server.http.verify = str(self.authority)


@pytest.fixture(scope="module")
def https(start_for_module: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Https:
    return Https(start_for_module, tmp_path_factory.mktemp("tls"), "--tls", "auto")


def test_private_authority_in_one_option(https: Https) -> None:
    assert https.server.url.startswith("https://127.0.0.1:")
    assert https.server.ok("list-users") == []


def test_strangers_do_not_trust_the_private_authority(https: Https) -> None:
    with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        requests.post(https.server.url, timeout=10)


def test_old_tls_is_refused(https: Https) -> None:
    host, _unused, port = https.server.url.removeprefix("https://").rstrip("/").partition(":")
    context = ssl.create_default_context(cafile=str(https.authority))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection((host, int(port)), timeout=10) as plain, pytest.raises((ssl.SSLError, OSError)):
        context.wrap_socket(plain, server_hostname=host)


def test_plain_request_to_the_https_port_ends_at_once(https: Https) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.post(https.server.url.replace("https:", "http:"), timeout=5)
    assert https.server.ok("list-users") == []


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncate"])
def test_faults_over_https(https: Https, kind: str) -> None:
    https.server.control("fault", {"kind": kind})
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        https.server.raw("list-users")
    https.server.control("fault", {"kind": "none"})
    assert https.server.ok("list-users") == []


def test_private_authority_outlives_a_restart(https: Https) -> None:
    https.server.ok("meta/restart-service")
    assert https.server.wait()


def test_certificate_for_another_host(start: Callable[..., Any], tmp_path: Path) -> None:
    https = Https(start, tmp_path, "--tls", "auto:backup.example.com")
    with pytest.raises(requests.exceptions.SSLError, match=r"doesn't match|mismatch"):
        https.server.ok("list-users")


def test_clients_must_show_a_certificate(start: Callable[..., Any], tmp_path: Path) -> None:
    https = Https(start, tmp_path, "--tls", "auto", "--tls-client-file", str(tmp_path / "client.pem"))
    with pytest.raises(requests.ConnectionError):
        https.server.ok("list-users")
    https.server.http.cert = str(https.client)
    assert https.server.ok("list-users") == []


def test_clients_of_a_given_authority(start: Callable[..., Any], tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "clients.pem")
    authority.issue_cert(common_name="client").private_key_and_cert_chain_pem.write_to_path(tmp_path / "client.pem")
    https = Https(start, tmp_path, "--tls", "auto", "--tls-client-ca", str(tmp_path / "clients.pem"))
    with pytest.raises(requests.ConnectionError):
        https.server.ok("list-users")
    https.server.http.cert = str(https.client)
    assert https.server.ok("list-users") == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--tls", "magic"], "--tls wants auto"),
        (["--tls-ca-file", "ca.pem"], "belong to --tls auto"),
        (["--tls-client-ca", "ca.pem"], "needs HTTPS"),
        (["--tls", "auto", "--tls-key", "server.key"], "makes its own certificate"),
        (["--tls", "auto", "--tls-client-ca", "ca.pem", "--tls-client-file", "client.pem"], "exclude each other"),
        (["--tls", "auto", "--tls-client-ca", "/nowhere/ca.pem"], "cannot use /nowhere/ca.pem"),
        (["--tls", "auto", "--tls-ca-file", "/nowhere/ca.pem"], "/nowhere/ca.pem"),
    ],
)
def test_options_of_https_that_make_no_sense(
    capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    assert main(options) == 2
    assert message in capsys.readouterr().err
