# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real playbook that is given hostile texts, and that uses again what results hold of them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import cores
import yaml

from ansible_collections.comet.backup.tests.fleet.servers import BIN, environment
from ansible_collections.comet.backup.tests.unit.emulated import ADMIN, PASSWORD, ROOT

LONGEST = 120.0
"""Seconds that a playbook may take."""
WAYS = ("auto", "module")
"""The two doors of every module."""
READERS = ("user", "policy", "tenant", "user_group", "webhook", "storage_template", "branding", "email_options")
PLAY = """
- hosts: localhost
  gather_facts: false
  vars:
    canary_variable: executed
  tasks:
    - name: Write
      comet.backup.comet_apply: {objects: "{{ given }}"}
      register: applied
    - name: Read
      comet.backup.comet_user_info:
      register: users
    - name: Read groups
      comet.backup.comet_user_group_info:
      register: found
    - name: Keep
      ansible.builtin.set_fact:
        kept: "{{ users.users | rejectattr('name', 'search', '-again$') }}"
    - name: Use again what a server said
      comet.backup.comet_user:
        name: "{{ item.name }}-again"
        user_password: "{{ password }}"
        account_name: "{{ item.account_name }}"
        emails: "{{ item.emails }}"
      loop: "{{ kept }}"
      loop_control: {label: "{{ item.id }}"}
    - name: Use names again
      comet.backup.comet_user_group:
        name: "{{ item.name ~ ' again' }}"
      loop: "{{ found.user_groups }}"
      loop_control: {label: "{{ item.id }}"}
    - name: Ask for what is not there
      comet.backup.comet_user:
        name: nobody
        user_password: "{{ password }}"
        policy: "{{ found.user_groups[0].name }}"
      ignore_errors: true
      register: refused
    - name: Tell
      ansible.builtin.copy:
        content: "{{ [users, found, kept, refused.msg] | to_json }}"
        dest: "{{ told }}"
        mode: "0600"
    - name: Export
      comet.backup.comet_export: {dest: "{{ files }}"}
    - name: Apply what was exported
      comet.backup.comet_apply: {src: "{{ files }}"}
      check_mode: true
      register: again
    - name: Hold that nothing differs
      ansible.builtin.assert: {that: [not again.changed], quiet: true}
"""


class _Unsafe(yaml.SafeDumper):
    """Writes all texts so that Ansible takes none of them for a template."""

    def ignore_aliases(self, data: Any) -> bool:
        """No anchors: the tag is on each text."""
        return True


_Unsafe.add_representer(str, lambda dumper, text: dumper.represent_scalar("!unsafe", text, style='"'))


class _Key(str):
    """The name of a member, which is never a template."""


_Unsafe.add_representer(_Key, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def _keyed(value: Any) -> Any:
    if isinstance(value, dict):
        return {_Key(key): _keyed(inner) for key, inner in value.items()}
    return [*map(_keyed, value)] if isinstance(value, list) else value


def ansibles() -> list[Path]:
    """The ansible-playbook of this environment, and of each other ansible-core that the gate has installed here."""
    others = (cores.HOME / version / "bin" / "ansible-playbook" for version in cores.RELEASES)
    return [BIN / "ansible-playbook", *(one for one in others if one.exists())]


def play(directory: Path, url: str, tree: Any, program: Path, way: str) -> tuple[int, str]:
    """Exit status and output of the playbook; ``told.json`` and ``files`` in the directory are what it leaves."""
    (directory / "play.yml").write_text(PLAY)
    given = yaml.dump(_keyed({"given": tree}), Dumper=_Unsafe, allow_unicode=False, width=10**6)
    (directory / "given.yml").write_text(given)
    more = {"told": str(directory / "told.json"), "files": str(directory / "files"), "password": PASSWORD}
    more["ansible_python_interpreter"] = str(program.parent / "python")
    own = {"COMET_URL": url, "COMET_USERNAME": ADMIN, "COMET_PASSWORD": PASSWORD, "ANSIBLE_NOCOLOR": "1"}
    surroundings = environment(**own, ANSIBLE_HOME=str(directory / "home"))
    # An ansible-core of another environment finds its own programs first.
    surroundings["PATH"] = os.pathsep.join([str(program.parent), surroundings["PATH"]])
    done = subprocess.run(
        [
            *(program, "-i", "localhost,", "-c", "local", "-e", f"@{directory / 'given.yml'}"),
            *("-e", json.dumps({**more, "comet_execution": way}), directory / "play.yml"),
        ],
        cwd=ROOT,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=LONGEST,
        check=False,
    )
    return done.returncode, done.stdout
