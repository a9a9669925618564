# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reports on drift, and the runs that make them, must not show: secrets, addresses, and names that act."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import drift_readers
import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, Type
from ansible_collections.comet.backup.tests.fleet.detecting import DRIFT, Detected, detect
from ansible_collections.comet.backup.tests.fleet.servers import CANARY, Fleet
from ansible_collections.comet.backup.tests.unit import emulated
from ansible_collections.comet.backup.tests.unit.drift_samples import HOSTILE
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer, emulated_server
from ansible_collections.comet.backup.tests.unit.promises.any_server import AnyServer

HELD, WRITTEN = f"{CANARY}-held", f"{CANARY}-written"
SECRETS = (CANARY, "geheim", "user:password")
"""What no run and no report may show: secrets of the servers and of the files, and the login in an address."""
ALWAYS = {"update_secrets": "always"}
HOLDING = ("users", "policies", "psas")
"""Lists of a definition whose objects hold secrets."""


class Guarded(AnyServer):
    """Any server, with a canary wherever there is a secret."""

    def _scalar(self, member: Member, kind: Type) -> Any:
        return HELD if member.secret else super()._scalar(member, kind)


@dataclass(frozen=True)
class Whole:
    """Servers and the files that describe one of them."""

    fleet: Fleet
    servers: dict[str, EmulatedServer]


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Whole]:
    """Any server that shows its secrets, and one that is empty; both are described as the first one is."""
    with emulated_server("--set", "config_secrets=plain") as same, emulated_server() as empty:
        Guarded(same, 1).fill()
        result = same.task("comet_export", dest=str(tmp_path / "tree"), format="json")
        assert len(result["secrets"]) > 100
        described = Fleet({"same": same.emulated, "empty": empty.emulated}, tmp_path)
        secrets = {secret["name"]: f"{WRITTEN}-{number}" for number, secret in enumerate(result["secrets"])}
        login = {"comet_username": emulated.ADMIN, "comet_password": emulated.PASSWORD}
        described.describe({**login, "fleet_src": str(tmp_path / "tree"), "fleet_secrets": secrets})
        yield Whole(described, {"same": same, "empty": empty})


def write_secrets_always(folder: Path) -> None:
    """Change the files so that their secrets are to be written in any case, which a difference tells."""
    for path in folder.rglob("*.json"):
        definition = json.loads(path.read_text())
        for part in (definition, definition.get("server", {})):
            for one in (item for name in HOLDING for item in part.get(name, [])):
                one.update(ALWAYS)
        outer = definition.get("server", definition)
        outer.update(ALWAYS)
        path.write_text(json.dumps(definition))


def assert_nothing_leaks(run: Detected) -> None:
    """Neither the output nor any file holds a secret."""
    for text in (run.played.output, *run.texts.values()):
        assert [secret for secret in (*SECRETS, emulated.PASSWORD) if secret in text] == []


def test_no_secret_is_shown_whatever_is_missing(whole: Whole, tmp_path: Path) -> None:
    """Everything of one server, and what is written beside, with all that Ansible can print."""
    for user in whole.servers["same"].client.call("AdminListUsersFull"):
        whole.servers["same"].change_profile(user, AccountName="Somebody else")
    run = detect(whole.fleet, tmp_path / "plain")
    assert run.status == DRIFT, run.played.output
    findings = [finding for name in whole.servers for finding in run.server(name)["findings"]]
    assert {finding["type"] for finding in findings if not finding["made_by"]} == {"drifted", "missing"}
    assert_nothing_leaks(run)
    assert_nothing_leaks(detect(whole.fleet, tmp_path / "told", "-vvv", "--diff", drift_show=["emails", "hosts"]))


def test_no_secret_is_shown_that_is_to_be_written_in_any_case(whole: Whole, tmp_path: Path) -> None:
    """A marker stands for each."""
    write_secrets_always(tmp_path / "tree")
    run = detect(whole.fleet, tmp_path / "reports", "-vvv", "--limit", "same")
    assert run.status == DRIFT, run.played.output
    members = [one for finding in run.server("same")["findings"] for one in finding["members"]]
    assert len([one for one in members if "<hidden>" in one["after_text"]]) > 50
    assert_nothing_leaks(run)


EMAIL, OTHER_EMAIL = "anna@customer.example", "somebody@elsewhere.example"
HOST, OTHER_HOST = "backup.acme.example", "backup.elsewhere.example"
URL, OTHER_URL = "https://hooks.acme.example/a", "https://hooks.elsewhere.example/b"
DOMAINS = ("customer.example", "elsewhere.example", "acme.example")
EMPTY_TREE: dict[str, Any] = {"server": {"policies": [], "user_groups": [], "news": [], "users": []}}


@dataclass(frozen=True)
class One:
    """A server, and the file that describes it."""

    server: EmulatedServer
    folder: Path

    def detect(self, tree: dict[str, Any], *options: str, **variables: Any) -> Detected:
        """Look for drift from a tree."""
        source = self.folder / "tree.json"
        source.write_text(json.dumps(tree))
        described = Fleet({"one": self.server.emulated}, self.folder)
        login = {"comet_username": emulated.ADMIN, "comet_password": emulated.PASSWORD}
        described.describe({**login, "fleet_src": str(source)})
        return detect(described, self.folder / "reports", *options, **variables)


@pytest.fixture
def one(tmp_path: Path) -> Iterator[One]:
    """An empty server."""
    with emulated_server() as server:
        yield One(server, tmp_path)


def readable(run: Detected) -> list[str]:
    """The reports as people read them: a page without its tags, which may part an address."""
    return [drift_readers.page(text).text if style == "html" else text for style, text in run.texts.items()]


def test_addresses_are_masked_unless_they_are_asked_for(one: One) -> None:
    """On both sides of a difference, in names, in messages and on the terminal; in each format."""
    acme = {
        "name": "ACME",
        "hosts": [HOST],
        "webhook_options": [{"name": "ops", "url": URL}],
        "users": [{"name": EMAIL, "password": f"{CANARY}-user", "emails": [EMAIL]}],
    }
    tree = {"tenants": [acme, {"name": "Globex", "users": [{"name": OTHER_EMAIL, "policy": OTHER_HOST}]}]}
    assert not one.server.task("comet_apply", objects={"tenants": [acme]}).get("failed")
    ((key, held),) = one.server.client.call("AdminOrganizationList").items()
    changed = {**held, "Hosts": [OTHER_HOST], "WebhookOptions": {"ops": {"URL": OTHER_URL}}}
    one.server.client.call("AdminOrganizationSet", OrganizationID=key, Organization=changed)
    one.server.change_profile(EMAIL, Emails=[OTHER_EMAIL])

    masked = one.detect(tree)
    told = [*readable(masked), *masked.texts.values(), masked.played.output]
    assert [(domain, text) for domain in DOMAINS for text in told if domain in text] == []
    shown = one.detect(tree, drift_show=["emails", "hosts"])
    for text in readable(shown):
        assert [word for word in (EMAIL, OTHER_EMAIL, HOST, OTHER_HOST, URL, OTHER_URL) if word not in text] == []
    half = one.detect(tree, drift_show=["emails"])
    assert all(OTHER_EMAIL in text and "acme.example" not in text for text in readable(half))
    ids = [[finding["id"] for finding in run["servers"][0]["findings"]] for run in (masked.report, shown.report)]
    assert ids[0] == ids[1]


def test_hostile_names_are_shown_and_do_nothing(one: One) -> None:
    """On the server, as names and as values, and in the file, which is no template."""
    names = {text: f"{text} {number}".strip() for number, text in enumerate(HOSTILE) if "\x00" not in text}
    for number, name in enumerate(names.values()):
        document = {"Description": name, "OrganizationID": ""}
        one.server.client.call("AdminPoliciesSet", PolicyID=f"policy-{number}", Policy=document)
        one.server.client.call("AdminNewsSubmit", NewsContent=name)
        one.server.client.call("AdminAddUser", TargetUser=f"user-{number}", TargetPassword="correct horse")
        one.server.change_profile(f"user-{number}", AccountName=name)
    users = [{"name": f"user-{number}", "account_name": f"not {name}"} for number, name in enumerate(names.values())]
    run = one.detect({"server": {**EMPTY_TREE["server"], "users": users}}, drift_show=["emails", "hosts"])
    assert run.status == DRIFT, run.played.output
    told = drift_readers.in_json(run.report)
    assert len(told) == 3 * len(names)
    texts = run.texts
    others = (
        drift_readers.in_html(texts["html"]),
        drift_readers.in_junit(texts["junit"]),
        drift_readers.in_markdown(texts["markdown"]),
    )
    for lines in others:
        assert sorted((one.server, one.type) for one in lines) == sorted((one.server, one.type) for one in told)
    assert_nothing_acts(run)
    held = {finding["name"] for finding in run.server("one")["findings"] if finding["kind"] == "policy"}
    assert "{{ 7*7 }}" in " ".join(held)


def assert_nothing_acts(run: Detected) -> None:
    """No markup, escape or template of a name became one of a report or of the terminal."""
    page = drift_readers.page(run.texts["html"])
    assert [len(list(page.all(tag))) for tag in ("script", "style", "img")] == [1, 1, 0]
    attributes = {name for element in page.every() for name in element.attributes}
    assert [name for name in attributes if name.startswith("on")] == []
    links = {element.attributes.get("href", "") for element in page.all("a")}
    assert [link for link in links if not link.startswith("#")] == []
    for style, text in (*run.texts.items(), ("terminal", run.played.output)):
        acting = [letter for letter in text if not letter.isprintable() and letter != "\n"]
        assert acting == [], style
    for text in (*run.texts.values(), run.played.output):
        assert "uid=0" not in text
    ElementTree.fromstring(run.texts["junit"])
