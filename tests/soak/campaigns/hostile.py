# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, notes, paths and headers that would be executed, or would act, by whoever is careless with them."""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import drift_readers

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.plugin_utils._drift import _reporting
from ansible_collections.comet.backup.plugins.plugin_utils._drift._local import run_local
from ansible_collections.comet.backup.tests.soak import hostile_plays
from ansible_collections.comet.backup.tests.soak.campaign import (
    Campaign,
    Figures,
    SoakedServer,
    hold,
    on_one_server,
)
from ansible_collections.comet.backup.tests.soak.hostile_trees import PASSWORD, tree
from ansible_collections.comet.backup.tests.soak.payloads import Payloads, texts_of
from ansible_collections.comet.backup.tests.soak.poison import poisoned, spots
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES

READERS = sorted(name for name in TASKS if name.endswith("_info"))
MODULES_AT_ONCE = 12
FORMATS = {"json": "drift.json", "markdown": "drift.md", "html": "drift.html", "junit": "drift.xml"}
NOT_STORED = ("password", "key", "secret", "token", "pin")
"""Words in names of options whose values a server does not store as they are, or does not show."""


class Hostile:
    """Runs on one server, in a directory of each run's own."""

    def __init__(self, server: SoakedServer) -> None:
        self.server = server
        self.ways = (
            *(self.objects, self.modules, self.export, self.report),
            *(self.modules, self.export, self.report, self.playbook),
        )

    def run(self, seed: int) -> Figures:
        """One way for texts to travel, each in its turn, and a look at what must not have happened."""
        dice = random.Random(seed)
        self.server.reset()
        with tempfile.TemporaryDirectory() as place:
            directory = Path(place)
            inside = directory / "inside"
            inside.mkdir()
            payloads = Payloads(dice, directory / "canary")
            figures = self.ways[seed % len(self.ways)](payloads, inside)
            hold(
                [*directory.iterdir()] == [inside], "nothing is executed, or written elsewhere", [*directory.iterdir()]
            )
        return figures + Counter({"texts": len(payloads.given), "executed": 0})

    # What runs share

    def _applied(self, payloads: Payloads) -> dict[str, Any]:
        """A tree that the server now holds."""
        wanted = tree(payloads)
        result = self.server.task("comet_apply", objects=wanted)
        hold(not result.get("failed"), "a tree is applied whatever it says", result["msg"])
        self._held(wanted, payloads)
        return wanted

    def _held(self, wanted: Any, payloads: Payloads) -> None:
        """Hold that the server has every text of a tree, to the letter."""
        lost = sorted(self._texts(wanted, payloads) - set(texts_of(self.server.held())))
        hold(not lost, "texts arrive as they are", lost)

    @staticmethod
    def _texts(value: Any, payloads: Payloads) -> set[str]:
        """The hostile texts that stand for themselves in a value."""
        return set(payloads.given) & set(texts_of(value))

    # Ways

    def objects(self, payloads: Payloads, _directory: Path) -> Figures:
        """A tree, which every module that reads gives back."""
        wanted = self._applied(payloads)
        again = self.server.task("comet_apply", objects=wanted)
        hold(not again["changed"], "what is there is known again", again["msg"])
        read: set[str] = set()
        for module in READERS:
            result = self.server.task(module)
            hold(not result.get("failed"), "what is there can be read", module, result.get("msg"))
            read |= set(texts_of(result))
        lost = sorted(self._texts(wanted, payloads) - read)
        hold(not lost, "texts come back as they are", lost)
        wanted["tenants"][0]["users"][0]["policy"] = payloads.text()
        failed = self.server.task("comet_apply", objects=wanted)
        hold(bool(failed.get("failed")), "what is not there is told", failed["msg"])
        for said in (failed["msg"], *(one["msg"] for one in failed["objects"])):
            hold(said.replace("\n", "").isprintable(), "messages do not act", ascii(said))
        return Counter({"objects": sum(again["counts"].values()), "reads": len(READERS)})

    def modules(self, payloads: Payloads, _directory: Path) -> Figures:
        """Some modules, each with a text in one of its options, wherever that may be."""
        figures: Figures = Counter()
        for case in payloads.dice.sample(CASES, MODULES_AT_ONCE):
            options = case.present()
            if not any(spots(options)):
                continue
            self.server.reset()
            case.before(self.server)
            text = payloads.dice.choice([payloads.name, payloads.text])()
            changed, spot = poisoned(options, text, payloads.dice)
            result = self.server.task(case.module, **changed)
            told = f"{case.title} {spot} {text!a}"
            if result.get("failed"):
                said = result["msg"].replace("\n", "")
                hold(said.isprintable(), "messages do not act", told, ascii(said))
                hold("unexpected" not in said, "what does not fit is told", told, said)
                figures["refused"] += 1
                continue
            again = self.server.task(case.module, **changed)
            hold(case.requested or not again["changed"], "what is there is known again", told, again.get("msg"))
            if not any(word in str(step) for step in spot for word in NOT_STORED):
                held = " ".join(texts_of(self.server.held()))
                # Some members are texts in JSON themselves.
                hold(text in held or json.dumps(text)[1:-1] in held, "texts arrive as they are", told)
            figures["taken"] += 1
        return figures

    def export(self, payloads: Payloads, directory: Path) -> Figures:
        """An export, which is applied to the server it is of, and to an empty one."""
        wanted = self._applied(payloads)
        style = payloads.dice.choice(["yaml", "json"])
        dest = directory / "files"
        made = self.server.task("comet_export", dest=str(dest), format=style)
        hold(not made.get("failed"), "all that is there can be exported", made["msg"])
        files = {path.relative_to(dest): path.read_bytes() for path in dest.rglob("*") if path.is_file()}
        hold(
            len([path for path in files if path.parent.name == "tenants"]) == 2, "no tenant replaces another", [*files]
        )
        secrets = {secret["name"]: f"{PASSWORD}-{number}" for number, secret in enumerate(made["secrets"])}
        same = self.server.task("comet_apply", src=str(dest), check=True)
        hold(not same.get("failed") and not same["changed"], "an export describes its server", same["msg"])
        self.server.reset()
        anew = self.server.task("comet_apply", src=str(dest), secrets=secrets)
        hold(not anew.get("failed"), "an export can be applied", anew["msg"])
        self._held(wanted, payloads)
        again = self.server.task("comet_export", dest=str(dest), format=style)
        hold(not again.get("failed"), "all that is there can be exported", again["msg"])
        return Counter({"exports": 2, "files": len(files)})

    def report(self, payloads: Payloads, directory: Path) -> Figures:
        """Reports of the drift between what is there and what is wanted, in all formats."""
        self._applied(payloads)
        other = tree(payloads)
        found = self.server.task("comet_apply", check=True, objects=other, unmanaged="all")
        hold(not found.get("failed"), "drift is found whatever differs", found["msg"])
        server = payloads.name()
        options = {
            "servers": [{"name": server, "result": found}, {"name": payloads.name(), "message": payloads.text()}],
            "dest": str(directory / "reports"),
            "title": payloads.text(),
            "formats": list(FORMATS),
            "show": ["emails", "hosts"],
        }
        made = run_local(_reporting.spec(), options, lambda params: _reporting.run(params, False), unseen=("servers",))
        hold(not made.get("failed"), "a report is made whatever it tells", made.get("msg"))
        texts = {style: (directory / "reports" / name).read_text() for style, name in FORMATS.items()}
        check_reports(texts, made["summary"])
        return Counter({"reports": len(texts), "findings": len(drift_readers.in_json(json.loads(texts["json"])))})

    def playbook(self, payloads: Payloads, directory: Path) -> Figures:
        """A playbook that writes, reads, and writes again what it has read."""
        wanted = tree(payloads, users=1)
        way, program = payloads.dice.choice(hostile_plays.WAYS), payloads.dice.choice(hostile_plays.ansibles())
        status, output = hostile_plays.play(directory, self.server.url, wanted, program, way)
        hold(status == 0, "a playbook runs whatever it is given", program, way, output)
        self._held(wanted, payloads)
        users, groups, kept, refused = json.loads((directory / "told.json").read_text())
        hold(refused.replace("\n", "").isprintable(), "messages do not act", ascii(refused))
        names = {one["name"]: one for one in self.server.task("comet_user_info")["users"]}
        for one in kept:
            copied = names[f"{one['name']}-again"]
            same = all(copied[member] == one[member] for member in ("account_name", "emails"))
            hold(same, "what a server said can be used again", one["account_name"], copied["account_name"])
        told = {one["name"] for one in self.server.task("comet_user_group_info")["user_groups"]}
        hold({f"{one['name']} again" for one in groups["user_groups"]} <= told, "names can be used again", told)
        hold(users["users"] == kept, "facts are what a server said", users, kept)
        return Counter({"playbooks": 1, f"playbooks.{program.parent.parent.name} {way}": 1})


def check_reports(texts: dict[str, str], summary: list[str]) -> None:
    """Hold that nothing in a report acts, and that all formats tell the same."""
    for style, text in (*texts.items(), ("summary", "\n".join(summary))):
        acting = sorted({ascii(letter) for letter in text if not letter.isprintable() and letter != "\n"})
        hold(not acting, "a report holds nothing that acts", style, acting)
    page = drift_readers.page(texts["html"])
    parts = [len(list(page.all(tag))) for tag in ("script", "style", "img", "iframe", "object", "base", "form")]
    hold(parts == [1, 1, 0, 0, 0, 0, 1], "a page holds what it is made of, and nothing else", parts)
    acting = sorted({name for element in page.every() for name in element.attributes if name.startswith("on")})
    hold(not acting, "no element of a page acts", acting)
    links = {element.attributes.get("href", "#") for element in page.all("a")}
    hold(all(link.startswith("#") for link in links), "a page leads nowhere else", links)
    ElementTree.fromstring(texts["junit"])
    told = _sorted(drift_readers.in_json(json.loads(texts["json"])))
    for style, reader in (("html", "in_html"), ("junit", "in_junit"), ("markdown", "in_markdown")):
        lines = _sorted(getattr(drift_readers, reader)(texts[style]))
        hold(len(lines) == len(told), "all formats tell the same", style, len(lines), len(told))


def _sorted(lines: list[drift_readers.Told]) -> list[tuple[str, str]]:
    return sorted((one.server, one.type) for one in lines)


CAMPAIGN = Campaign(
    name="hostile",
    title="Hostile names",
    text="""
Names, notes, paths, headers and keys that are HTML, templates, commands, YAML, words that YAML takes for something
else, escapes of terminals, characters that nobody sees, and names that look like other ones, mixed by chance. They go
through every module, through real playbooks by both doors that use again what a server said, through exports and back,
and into reports on drift. Each arrives as it was written, and nothing is executed: each command in them would touch a
file.
""",
    rows={
        "texts": "Texts sent",
        "taken": "Tasks of single modules that took one",
        "refused": "Tasks of single modules that refused one, with a message that does not act",
        "objects": "Objects written and read again",
        "exports": "Exports, each applied again",
        "reports": "Reports on drift, in four formats",
        "findings": "Findings in them",
        "playbooks": "Playbooks",
        "executed": "Texts executed",
    },
    opened=on_one_server(lambda server: Hostile(server).run),
    seconds=120,
    quick=(*range(7), 15),
)
