"""What the switches about the server's own life change, for ``test_switches``."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ansible_collections.comet.backup.tests.unit.emulator.test_constellation import ELSEWHERE
from ansible_collections.comet.backup.tests.unit.emulator.test_constellation import configure as watch
from ansible_collections.comet.backup.tests.unit.emulator.test_replication import configure as replicate
from ansible_collections.comet.backup.tests.unit.emulator.test_self_backup import TARGET, statistics
from ansible_collections.comet.backup.tests.unit.emulator.test_self_backup import configure as back_up
from ansible_collections.comet.backup.tests.unit.emulator.test_templates import automatic, put, template

SLOW = 2.0
VALUES = {
    "client_build_seconds": SLOW,
    "latest_version": "99.9.9",
    "mail_seconds": 60.0,
    "self_backup_seconds": 60.0,
    "replication_items_per_second": 0.0,
    "form_limit_bytes": 1000,
}


def statistics_survive_restart(server: Any) -> Any:
    watch(server)
    server.ok("constellation/new-report")
    server.ok("meta/restart-service")
    server.wait()
    return server.ok("constellation/status")["Stats"]["TotalChecksStarted"]


def client_build_seconds(server: Any) -> Any:
    start = time.monotonic()
    server.raw("branding/generate-client/windows-x86_64-exe", SelfAddress=f"https://{start}.example/")
    return time.monotonic() - start >= SLOW


def select_logs(server: Any) -> Any:
    return server.raw("meta/read-select-logs", Logs=server.ok("meta/list-available-log-days")).content[:2] == b"PK"


def latest_version(server: Any) -> Any:
    return server.ok("meta/software-update-news")["latest_stable"]


def mail_seconds(server: Any) -> Any:
    options = {"FromEmail": "a@b.example", "FromName": "", "Mode": "builtin"}
    server.ok("meta/send-test-email", EmailOptions=options, Recipient="c@d.example")
    return server.ok("meta/version")["EmailsWaitingInQueue"]


def self_backup_seconds(server: Any) -> Any:
    back_up(server, TARGET)
    server.ok("self-backup/start")
    server.control("clock", {"advance": 5})
    return statistics(server)[0]["LastRunSuccess"]


def old_template_ids(server: Any) -> Any:
    server.switch(version="24.9.6")
    return list(server.ok("request-storage-vault-providers"))


def missing_template_id(server: Any) -> Any:
    put(server, template("aws", ID=""))
    return server.ok("meta/remote-storage-vault/get")[0]["ID"] == ""


def auto_template_removed(server: Any) -> Any:
    automatic(server)
    return server.call("meta/remote-storage-vault/set", RemoteStorageOptions=[])["Status"]


def own_account_removed(server: Any) -> Any:
    config = server.ok("meta/server-config/get")
    heir = {"Username": "heir", "AuthType": "Password", "Password": "heir-password"}
    config["AdminUsers"] = [{**heir, "AllowPasswordLogin": True}]
    status = server.call("meta/server-config/set", Config=config)["Status"]
    if status == 200:
        own, server.login = server.login, heir
        server.wait()
        server.login = own
    return status


def unused_resources(server: Any) -> Any:
    headers = {f"X-Comet-Admin-{name}": value for name, value in server.login.items()}
    url = server.url + "api/v1/admin/meta/resource/new"
    name = server.http.post(url, headers=headers, files={"upload": b"unused"}, timeout=10).json()["ResourceHash"]
    server.ok("meta/server-config/set", Config=server.ok("meta/server-config/get"))
    server.wait()
    return server.raw("meta/resource/get", Hash=name).content


def constellation_unreachable(server: Any) -> Any:
    watch(server, ELSEWHERE)
    return "Usage" in server.call("constellation/new-report")


def replication_items_per_second(server: Any) -> Any:
    replicate(server)
    server.user()
    server.ok("replication/state")
    server.control("clock", {"advance": 60})
    return server.ok("replication/state")[0]["ItemsQueued"]


def form_limit_bytes(server: Any) -> Any:
    return server.call("news/submit", NewsContent="x" * 1000)["Status"]


def form_too_large(server: Any) -> Any:
    server.switch(form_limit_bytes=1000)
    answer = server.raw("news/submit", NewsContent="x" * 1000)
    return answer.status_code, answer.json()["Status"]


def group_names(server: Any) -> Any:
    server.ok("user-groups/new", Name="Berlin")
    return server.call("user-groups/new", Name="Berlin")["Status"]


PROBES: dict[str, Callable[[Any], Any]] = {
    probe.__name__: probe
    for probe in (
        statistics_survive_restart,
        client_build_seconds,
        select_logs,
        latest_version,
        mail_seconds,
        self_backup_seconds,
        old_template_ids,
        missing_template_id,
        auto_template_removed,
        own_account_removed,
        unused_resources,
        constellation_unreachable,
        replication_items_per_second,
        form_limit_bytes,
        form_too_large,
        group_names,
    )
}
