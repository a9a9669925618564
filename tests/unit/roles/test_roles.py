# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles offer against what the modules offer: a new option of a module must not be forgotten in a role."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._spec import connection_spec
from ansible_collections.comet.backup.plugins.plugin_utils._drift import _reporting

ROLES = Path(__file__).resolve().parents[3] / "roles"
PLAYBOOKS = ROLES.parent / "playbooks"
NAMES = ("tenant", "server")
"""Roles that compose the modules, a task for each kind of object."""
CONNECTING = {**dict.fromkeys((*NAMES, "fleet", "export"), "main"), "drift": "compare"}
"""All roles, and the file of tasks that knows the connection."""
TREE = {"comet_server": ("server", "server_definition"), "comet_tenants": ("tenant", "tenant_definition")}
"""Variables of role fleet, and which variable of another role means the same."""
REPORTED = {
    "drift_reports": "dest",
    "drift_formats": "formats",
    "drift_previous": "previous",
    "drift_tolerate": "tolerate",
    "drift_show": "show",
    "drift_title": "title",
}
"""Variables of role drift, and the options of the report that they are."""
OBJECTS = {
    "policies": "comet_policy",
    "psas": "comet_psa",
    "shared_quotas": "comet_shared_quota",
    "user_groups": "comet_user_group",
    "users": "comet_user",
    "buckets": "comet_bucket",
}
# What is in the definition of one role alone: the API makes it for the login's own tenant, or, as the administrators of
# a server, it is among the server's settings.
OWN = {
    "tenant": {"admin_users": "comet_admin_user"},
    "server": {"news": "comet_news", "update_campaign": "comet_update_campaign"},
}
# The role looks at these itself: a tenant goes in more than one task.
DONE_BY_THE_ROLE = {"comet_tenant": {"state", "confirm_data_loss"}}
# The role knows the tenant. An item may say `password` and `url`, with no connection near.
RENAMED = {"user_password": "password", "admin_user_password": "password", "psa_url": "url"}
COMPARED = ("type", "elements", "choices", "default")


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def arguments(role: str) -> dict[str, Any]:
    """The options of all entry points of a role."""
    entry_points = load(ROLES / role / "meta" / "argument_specs.yml")["argument_specs"].values()
    return {name: option for entry_point in entry_points for name, option in entry_point["options"].items()}


def definition(role: str) -> dict[str, Any]:
    options: dict[str, Any] = arguments(role)[f"{role}_definition"]["options"]
    return options


def module_options(module: str) -> dict[str, dict[str, Any]]:
    """The options of a module that an item of a role has, by their names there."""
    lists = {*OBJECTS.values(), *(own for objects in OWN.values() for own in objects.values())}
    left_out = {"tenant"} if module in lists else set()
    return {RENAMED.get(name, name): option for name, option in TASKS[module].options().items() if name not in left_out}


def walk(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All tasks of a list, those inside blocks too."""
    for entry in entries:
        yield entry
        for part in ("block", "rescue", "always"):
            yield from walk(entry.get(part, []))


def arguments_of(path: Path, module: str) -> dict[str, Any]:
    """What all tasks of a file together pass to a module."""
    calls = [task[f"comet.backup.{module}"] for task in walk(load(path)) if f"comet.backup.{module}" in task]
    assert calls
    return {name: value for call in reversed(calls) for name, value in call.items()}


def concealed(options: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Options that are secret or have a secret in them, as the properties of a protected item may be."""
    return {
        name
        for name, option in options.items()
        if option.get("no_log") or name == "engine_props" or concealed(option.get("options", {}))
    }


MANAGED = [
    *((role, kind, module) for role in NAMES for kind, module in (OBJECTS | OWN[role]).items()),
    ("tenant", "", "comet_tenant"),
    ("server", "", "comet_server_config"),
]


@pytest.mark.parametrize(("role", "kind", "module"), MANAGED)
def test_the_argument_spec_has_the_options_of_the_module(role: str, kind: str, module: str) -> None:
    spec = definition(role)
    lists = OBJECTS | OWN[role]
    items = spec[kind]["options"] if kind else {name: entry for name, entry in spec.items() if name not in lists}
    expected = module_options(module)
    assert set(items) == set(expected)
    for name, option in expected.items():
        here, there = ({key: one[key] for key in COMPARED if one.get(key) is not None} for one in (items[name], option))
        assert here == there, name
        assert bool(items[name].get("no_log")) == bool(option.get("no_log")), name


CALLS = [
    ("tenant/tasks/objects.yml", "comet_policy", "item"),
    ("tenant/tasks/objects.yml", "comet_psa", "item"),
    ("tenant/tasks/objects.yml", "comet_shared_quota", "item"),
    ("tenant/tasks/objects.yml", "comet_user_group", "item"),
    ("tenant/tasks/objects.yml", "comet_user", "item"),
    ("tenant/tasks/objects.yml", "comet_bucket", "item"),
    ("tenant/tasks/admin_users.yml", "comet_admin_user", "item"),
    ("tenant/tasks/present.yml", "comet_tenant", "__tenant_own"),
    ("server/tasks/config.yml", "comet_server_config", "__server_config"),
    ("server/tasks/news.yml", "comet_news", "item"),
    ("server/tasks/campaign.yml", "comet_update_campaign", "__server_campaign"),
]


@pytest.mark.parametrize(("path", "module", "source"), CALLS)
def test_the_task_passes_every_option_on(path: str, module: str, source: str) -> None:
    passed = arguments_of(ROLES / path, module)
    passed.pop("tenant", None)
    expected = set(module_options(module)) - DONE_BY_THE_ROLE.get(module, set())
    assert {RENAMED.get(name, name) for name in passed} == expected
    hidden = load(ROLES / "tenant" / "vars" / "main.yml")["__tenant_secrets"]
    for name, value in passed.items():
        key = RENAMED.get(name, name)
        origin = r"__tenant_(policy|user|psa|bucket|admin)_secrets\[tenant_index\]" if key in hidden else source
        assert name == "state" or re.fullmatch(rf"{{{{ {origin}\.{key}( \| default\(omit(, true)?\))? }}}}", value), (
            name
        )


def test_items_of_loops_hold_no_secret() -> None:
    hidden = set(load(ROLES / "tenant" / "vars" / "main.yml")["__tenant_secrets"])
    assert hidden == {name for module in OBJECTS.values() for name in concealed(module_options(module))}


def test_lists_mean_the_same_in_both_roles() -> None:
    tenant, server = definition("tenant"), definition("server")
    assert {kind: tenant[kind] for kind in OBJECTS} == {kind: server[kind] for kind in OBJECTS}


@pytest.mark.parametrize("role", CONNECTING)
def test_the_connection_has_every_option(role: str) -> None:
    expected = connection_spec()
    spec = {name: entry for name, entry in arguments(role).items() if name.startswith("comet_") and name not in TREE}
    assert {name: entry["type"] for name, entry in spec.items()} == {
        f"comet_{name}": option["type"] for name, option in expected.items()
    }
    assert {name for name, entry in spec.items() if entry.get("no_log")} == {
        f"comet_{name}" for name, option in expected.items() if option["no_log"]
    }
    defaults = load(ROLES / role / "tasks" / f"{CONNECTING[role]}.yml")[0]["module_defaults"][
        "group/comet.backup.comet"
    ]
    assert defaults == {name: f"{{{{ comet_{name} | default(omit) }}}}" for name in expected}


@pytest.mark.parametrize("role", CONNECTING)
def test_every_variable_is_documented(role: str) -> None:
    variables = arguments(role)
    section = (ROLES / role / "README.md").read_text(encoding="utf-8").split("## Variables")[1].partition("\n## ")[0]
    cells = [row.split("|")[1] for row in section.splitlines() if row.startswith("|")]
    assert set(re.findall(r"`((?:comet|tenant|server|fleet|export|drift)_\w+)`", " ".join(cells))) == set(variables)
    text = (ROLES / role / "defaults" / "main.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"^(?:# )?(\w+):", text, re.MULTILINE)) == set(variables)
    defaults = yaml.safe_load(text)
    assert defaults == {name: entry["default"] for name, entry in variables.items() if "default" in entry}


@pytest.mark.parametrize("playbook", sorted(PLAYBOOKS.glob("*.yml")), ids=lambda path: path.stem)
def test_playbooks_say_which_variables_they_take(playbook: Path) -> None:
    head, _unused, play = playbook.read_text(encoding="utf-8").partition("\n- name:")
    described = set(re.findall(r"^#   (\w+)", head, re.MULTILINE)) - {"ansible"}
    own = {"comet_servers", *(name for one in load(playbook) for name in one.get("vars", {}))}
    for task in (task for one in load(playbook) for task in walk(one.get("tasks", []))):
        own |= {
            *task.get("vars", {}),
            *task.get("loop_control", {}).values(),
            *task.get("ansible.builtin.set_fact", {}),
        }
    # Variables of the roles are taken as well, those that the connection and the definition are made of apart.
    used = set(re.findall(r"(?<!\.)\b(?:comet|tenant_confirm|tenant_uninstall)_\w+", play)) - own
    assert used <= described
    assert described - used <= {name for role in CONNECTING for name in arguments(role)}


@pytest.mark.parametrize("variable", TREE)
@pytest.mark.parametrize("whole", ["fleet", "drift"])
def test_whole_servers_take_what_the_other_roles_take(whole: str, variable: str) -> None:
    role, definition_there = TREE[variable]
    assert arguments(whole)[variable]["options"] == arguments(role)[definition_there]["options"]


def test_the_fleet_offers_all_of_comet_apply() -> None:
    expected = {f"fleet_{name}": option for name, option in TASKS["comet_apply"].options().items() if name != "objects"}
    spec = {name: entry for name, entry in arguments("fleet").items() if name.startswith("fleet_")}
    assert set(spec) == set(expected)
    for name, option in expected.items():
        assert shape(spec[name]) == shape(option), name


def shape(option: Mapping[str, Any]) -> dict[str, Any]:
    """What matters of an option: its type, its values, whether it is secret, and the same of what is inside."""
    own = {key: option[key] for key in COMPARED if option.get(key) is not None} | {"no_log": bool(option.get("no_log"))}
    return own | {name: shape(inner) for name, inner in option.get("options", {}).items()}


def test_the_fleet_passes_every_option_on() -> None:
    passed = arguments_of(ROLES / "fleet" / "tasks" / "main.yml", "comet_apply")
    assert passed.pop("objects") == "{{ omit if fleet_src is defined else __fleet_objects }}"
    variables = arguments("fleet")
    assert passed == {
        name.removeprefix("fleet_"): f"{{{{ {name} }}}}" if "default" in entry else f"{{{{ {name} | default(omit) }}}}"
        for name, entry in variables.items()
        if name.startswith("fleet_")
    }


def test_drift_is_looked_for_in_what_the_fleet_takes() -> None:
    """But for the options that say how to write, how much may go, and what comes of the result."""
    of_writing = {"state", "plan_file", "concurrency", "max_failures", "restart_timeout", "unmanaged"}
    free = {"confirm_data_loss": True, "force": True, "max_deletions": "{{ 2**31 - 1 }}"}
    passed = arguments_of(ROLES / "drift" / "tasks" / "compare.yml", "comet_apply")
    assert passed.pop("objects") == "{{ omit if 'fleet_src' in __drift_given else __drift_objects }}"
    assert passed.pop("only") == "{{ __drift_only | default(omit, true) }}"
    assert passed.pop("unmanaged") == "{{ drift_unmanaged }}"
    assert {name: passed.pop(name) for name in free} == free
    expected = set(TASKS["comet_apply"].options()) - of_writing - set(free) - {"objects", "only"}
    assert passed == {name: f"{{{{ fleet_{name} | default(omit) }}}}" for name in expected}


def test_drift_offers_what_a_report_can_be_told() -> None:
    expected = _reporting.spec()["argument_spec"]
    variables = arguments("drift")
    for variable, option in REPORTED.items():
        there, here = expected[option], variables[variable]
        assert {key: here.get(key) for key in ("type", "elements")} == {
            key: there.get(key) for key in ("type", "elements")
        }, variable
        assert set(here.get("choices", ())) == set(there.get("choices", ())), variable
    assert set(expected) - set(REPORTED.values()) == {"servers", "basename", "mode", "validate_only"}


@pytest.mark.parametrize("step", ["inputs", "report"])
def test_a_report_is_made_as_was_looked_at_before(step: str) -> None:
    passed = arguments_of(ROLES / "drift" / "tasks" / f"{step}.yml", "comet_drift_report")
    with_defaults = load(ROLES / "drift" / "defaults" / "main.yml")
    assert {name: value for name, value in passed.items() if name not in ("servers", "validate_only")} == {
        option: f"{{{{ {name} }}}}" if name in with_defaults else f"{{{{ {name} | default(omit) }}}}"
        for name, option in REPORTED.items()
    }


def test_drift_looks_for_what_is_undefined_in_all_variables_of_a_server() -> None:
    known = load(ROLES / "drift" / "vars" / "main.yml")
    spec = load(ROLES / "drift" / "meta" / "argument_specs.yml")["argument_specs"]
    looked = {
        *known["__drift_tree"],
        *known["__drift_options"],
        *(f"comet_{name}" for name in known["__drift_connection"]),
    }
    assert looked == set(spec["compare"]["options"]) - {"drift_tenant"}
    assert set(known["__drift_run"]) == set(spec["report"]["options"])
