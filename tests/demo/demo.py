# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job from end to end: provision, run again, find drift, repair. `make demo` runs it.

It checks everything it claims, and ends with a sentence and status 1 when something is not so.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests
from changes import CHANGES
from drift_readers import Told, in_html, in_json, in_junit, in_markdown
from server import ROOT, Server, running

BUILD = ROOT / "build" / "demo"
REPORTS = BUILD / "reports"
COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ
PASSWORDS = {
    name: secrets.token_urlsafe(18) for name in ("COMET_PASSWORD", "DEMO_INITIAL_PASSWORD", "DEMO_MAIL_PASSWORD")
}
READERS: dict[str, Callable[[str], list[Told]]] = {
    "drift.html": in_html,
    "drift.json": lambda text: in_json(json.loads(text)),
    "drift.md": in_markdown,
    "drift.xml": in_junit,
}
"""The files of a report, and how the lines in each are read."""
OBJECTS = 2 * (1 + 2 + 20)
DRIFTED = 2


class Unexpected(Exception):
    """The demo did not show what it promised."""


def expect(condition: bool, sentence: str) -> None:
    """Say what holds, or raise Unexpected."""
    if not condition:
        raise Unexpected(f"This should hold, but does not: {sentence}")
    print(paint(f"  ✓ {sentence}", "32"))


def paint(text: str, code: str) -> str:
    """The text in a colour, on a terminal."""
    return f"\033[{code}m{text}\033[0m" if COLOUR else text


def as_line(told: Told) -> str:
    """A line of a report in the words of this demo."""
    what = f"{told.label} {told.before} -> {told.after}" if told.label else told.type
    return f"{told.subject}: {what}"


class Demo:
    """The steps, and everything that was shown on the way."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.step = 0
        self.shown: list[str] = []

    def heading(self, text: str) -> None:
        """Begin a step."""
        self.step += 1
        print("\n" + paint(f"━━ {self.step}. {text} ".ljust(96, "━"), "1;36") + "\n", flush=True)

    def playbook(self, name: str, *arguments: str, ok: bool = False) -> tuple[int, dict[str, int]]:
        """Run a playbook of the collection and show what it shows; its exit status, and its counts for the server."""
        words = ["ansible-playbook", "-i", "tests/demo/inventory", f"comet.backup.{name}", *arguments]
        print(paint("$ " + " ".join(words), "1"), flush=True)
        command = [str(Path(sys.executable).parent / words[0]), *words[1:]]
        lines = []
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environment(ok),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                for line in process.stdout or ():
                    lines.append(line)
                    print(line, end="", flush=True)
            except BaseException:
                process.terminate()
                raise
        output = re.sub(r"\033\[[0-9;]*m", "", "".join(lines))
        self.shown.append("".join(lines))
        recap = dict(re.findall(r"(\w+)=(\d+)", output.rpartition("PLAY RECAP")[2]))
        return process.returncode, {key: int(value) for key, value in recap.items()}

    def _environment(self, ok: bool) -> dict[str, str]:
        """For a playbook: none of the person's own settings, the server's address and login, and a tidy display."""
        own = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "COMET_", "PYTHON"))}
        return {
            **own,
            **PASSWORDS,
            "COMET_URL": self.server.url,
            "COMET_USERNAME": "admin",
            "PWD": str(ROOT),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_HOME": str(BUILD / "home"),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections"),
            "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
            "ANSIBLE_DISPLAY_OK_HOSTS": str(ok),
            "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "False",
            "ANSIBLE_FORCE_COLOR": str(COLOUR),
        }

    def run(self) -> None:
        """All steps. Raises Unexpected."""
        self.provision()
        self.provision_again()
        self.meddle()
        self.find_drift()
        self.repair()
        self.look_for_secrets()

    def provision(self) -> None:
        """From an empty server to two tenants."""
        self.heading("Provision two tenants, each with two policies and twenty users")
        print("tests/demo/inventory says what they are to be. The server is an emulator and empty.\n")
        status, counts = self.playbook("provision_tenant")
        expect(status == 0, "the playbook ended well")
        users = self.server.call("admin/list-users")
        expect(len(users) == 40, f"the server has {len(users)} users now")
        expect(counts["failed"] == 0, f"{OBJECTS} objects were written down, and none failed")

    def provision_again(self) -> None:
        """The same, which must change nothing."""
        self.heading("The same again: nothing is left to do")
        before = self.server.digest()
        status, counts = self.playbook("provision_tenant")
        expect(status == 0 and counts["changed"] == 0, f"the second run reports changed={counts['changed']}")
        expect(self.server.digest() == before, "nothing on the server has moved")

    def meddle(self) -> None:
        """Changes through the API."""
        self.heading("Meanwhile somebody changes things by hand")
        for change in CHANGES:
            change.do(self.server)
            print(f"  • {change.story}")

    def find_drift(self) -> None:
        """Find exactly those changes, without touching anything."""
        self.heading("Find the drift: in check mode, with the difference")
        before = self.server.digest()
        wanted = {"drift_reports": str(REPORTS.relative_to(ROOT)), "drift_show": ["emails"]}
        status, _unused = self.playbook("detect_drift", "-e", json.dumps(wanted))
        texts = {name: (REPORTS / name).read_text(encoding="utf-8") for name in READERS if (REPORTS / name).is_file()}
        self.shown += texts.values()
        expect(list(texts) == list(READERS), f"the playbook wrote {', '.join(READERS)}")
        print(paint(f"\n{REPORTS.relative_to(ROOT)}/drift.md, as a merge request shows it:", "1"))
        print("".join(f"  │ {line}\n" for line in texts["drift.md"].splitlines()))
        made = sorted(line for change in CHANGES for line in change.lines)
        expect(status == DRIFTED, f"the playbook ended with status {status}, so that a pipeline notices")
        for name, read in READERS.items():
            found = sorted(map(as_line, read(texts[name])))
            expect(found == made, f"{name} has exactly the {len(made)} things that differ from what is written")
        expect(self.server.digest() == before, "nothing on the server has moved")

    def repair(self) -> None:
        """Provision once more, then no drift is left."""
        self.heading("Repair: provision once more")
        status, counts = self.playbook("provision_tenant")
        expect(status == 0 and counts["changed"] > 0, "the playbook ended well")
        self.heading("No drift is left")
        status, _unused = self.playbook("detect_drift")
        expect(status == 0, "the playbook ended with status 0")
        spanish = self.server.call("admin/get-user-profile", TargetUser="emma.evans")["LanguageCode"]
        expect(spanish == "es_ES", "emma.evans keeps her language: what nobody wrote down is left alone")

    def look_for_secrets(self) -> None:
        """None of the passwords may be in anything that was shown or written."""
        self.heading("No secret was shown")
        shown = "".join(self.shown)
        leaked = [name for name, password in PASSWORDS.items() if password in shown]
        expect(not leaked, f"none of the {len(PASSWORDS)} kinds of password is in the output or in the report")


def main() -> int:
    """Run the demo; 0 when everything was as promised, 1 when not, 130 when interrupted."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    BUILD.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(REPORTS, ignore_errors=True)
    started = time.monotonic()
    try:
        with running(PASSWORDS["COMET_PASSWORD"]) as server:
            Demo(server).run()
    except Unexpected as problem:
        print(paint(f"\nThe demo failed. {problem}", "1;31"), flush=True)
        return 1
    except (OSError, RuntimeError, requests.RequestException) as problem:
        print(paint(f"\nThe demo could not go on. {problem}", "1;31"), flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The server is stopped.")
        return 130
    print(
        f"\nDone in {time.monotonic() - started:.0f} s. The server is stopped. "
        f"The report, to be opened in a browser: {(REPORTS / 'drift.html').as_uri()}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
