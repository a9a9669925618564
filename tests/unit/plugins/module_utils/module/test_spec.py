# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specs computed from the facts."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from emulated import ROOT

from ansible_collections.comet.backup.plugins.module_utils._module import _door, _spec
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS, TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state import _fields

each = pytest.mark.parametrize("name", TASKS)
RULES = {"update_secrets", "exclusive", "max_deletions"}


def walk(options: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, option in options.items():
        yield f"{path}{name}", option
        yield from walk(option.get("options") or {}, f"{path}{name}.")


@each
def test_a_spec_is_one_that_ansible_takes(name: str) -> None:
    spec = TASKS[name].spec()
    options = spec.pop("argument_spec")
    validator = ArgumentSpecValidator(options, **spec)
    assert not validator.validate({"url": "http://127.0.0.1"}).unsupported_parameters


@each
def test_every_option_has_a_type(name: str) -> None:
    for path, option in walk(TASKS[name].spec()["argument_spec"]):
        assert option["type"] in ("str", "int", "bool", "float", "dict", "list", "path", "raw"), path
        assert ("elements" in option) == (option["type"] == "list"), path


@each
def test_names_do_not_collide(name: str) -> None:
    def check(options: dict[str, Any]) -> None:
        words = [word for option, one in options.items() for word in (option, *one.get("aliases", []))]
        assert len(words) == len(set(words))
        for one in options.values():
            check(one.get("options") or {})

    check(TASKS[name].spec()["argument_spec"])


@each
def test_connection_options_are_everywhere(name: str) -> None:
    spec = TASKS[name].spec()["argument_spec"]
    assert set(_spec.connection_spec()) <= set(spec)
    assert {option for option, one in _spec.connection_spec().items() if one["no_log"]} == {
        "password",
        "totp_code",
        "totp_secret",
        "session_key",
    }


@pytest.mark.parametrize(
    ("option", "variable"),
    [
        ("url", "COMET_URL"),
        ("username", "COMET_USERNAME"),
        ("password", "COMET_PASSWORD"),
        ("validate_certs", "COMET_VALIDATE_CERTS"),
    ],
)
def test_the_environment_fills_in(monkeypatch: pytest.MonkeyPatch, option: str, variable: str) -> None:
    monkeypatch.setenv(variable, "1")
    validated = ArgumentSpecValidator(_spec.connection_spec()).validate({"url": "u"} if option != "url" else {})
    assert str(validated.validated_parameters[option]) in ("1", "True")


@each
def test_secrets_are_not_logged(name: str) -> None:
    """By the way they are called, whatever the facts say; a mode and the rule for updates are choices."""
    for path, option in walk(TASKS[name].options()):
        word = path.rsplit(".", 1)[-1]
        if word.endswith(("password", "secret", "secret_key", "passphrase")) and option["type"] == "str":
            assert option.get("no_log") or word.startswith(("mode_", "update_")), path


@pytest.mark.parametrize("resource", KINDS, ids=[resource.kind for resource in KINDS])
def test_every_settable_member_is_an_option(resource: Any) -> None:
    spec = _spec.resource_spec(resource)
    for name, field in _fields.fields(resource.structure).items():
        if name in resource.unmanaged:
            assert field.option not in spec
        elif field.option in _spec.own_names(resource):
            assert field.option not in spec
            assert f"{resource.kind}_{field.option}" in spec
        elif field.option == resource.id_option != resource.naming:
            assert spec[field.option] == {"type": "str"}, "an address, not a member"
        elif name == resource.name and name.lower() in _spec.connection_spec():
            assert "aliases" not in spec[field.option]
        elif not field.member.computed:
            assert field.option in spec
            assert name in {name.capitalize() for name in spec} | {
                word for one in spec.values() for word in one.get("aliases", [])
            }


@pytest.mark.parametrize("resource", KINDS, ids=[resource.kind for resource in KINDS])
def test_options_that_depend_on_what_the_kind_can_do(resource: Any) -> None:
    spec = _spec.resource_spec(resource)
    deletable = any(not home.sole for home in resource.homes)
    assert ("state" in spec) == (resource.deleting is not None or deletable)
    assert (resource.confirm in spec) == resource.has_loss
    assert ("extra" in spec) == (resource.updating is not None or bool(resource.homes))
    owners = resource.owners.values()
    looked_up = any(owner is TENANT or (owner.tenant and not owner.named) for owner in owners)
    assert ("tenant" in spec) == (bool(resource.tenant) or looked_up)


@pytest.mark.parametrize("resource", KINDS, ids=[resource.kind for resource in KINDS])
def test_no_option_of_a_kind_is_one_of_the_connection(resource: Any) -> None:
    spec = _spec.resource_spec(resource)
    words = {*spec, *(word for option in spec.values() for word in option.get("aliases", []))}
    assert not {word.lower() for word in words} & set(_spec.connection_spec())


@pytest.mark.parametrize("resource", KINDS, ids=[resource.kind for resource in KINDS])
def test_no_word_of_the_connection_is_taken_for_a_member(resource: Any) -> None:
    """As an alias of an administrator's name would be, since the connection tells who logs in by that word."""
    assert not ResourceTask(resource).members & set(_spec.connection_spec())


def test_an_option_that_the_connection_has_taken_gets_the_noun_in_front() -> None:
    webhook = next(resource for resource in KINDS if resource.kind == "webhook")
    names = _spec.own_names(webhook)
    assert names == {"url": "webhook_url"}
    assert _spec.renamed({"url": 1, "level": 2}, names) == {"webhook_url": 1, "level": 2}
    assert "aliases" not in _spec.members_spec(webhook)["webhook_url"]
    assert _spec.members_spec(webhook)["level"]["aliases"] == ["Level"]


def test_rules_are_offered_where_the_document_holds_what_they_are_about() -> None:
    offered = {resource.kind: set(_spec.resource_spec(resource)) & RULES for resource in KINDS}
    assert offered["shared_quota"] == set()
    assert offered["bucket"] == set()
    for kind in ("user", "policy", "tenant", "server_config"):
        assert offered[kind] == RULES
    admin_user = next(resource for resource in KINDS if resource.kind == "admin_user")
    assert "update_password" in _spec.resource_spec(admin_user)
    assert offered["admin_user"] == set()


def test_a_structure_inside_itself_is_typed_once() -> None:
    spec = _spec.structure_spec("SearchClause")
    inner = spec["clause_children"]
    assert inner["type"] == "list"
    assert inner["elements"] == "dict"
    assert "options" not in inner


def test_sizes_times_and_names_are_text() -> None:
    spec = _spec.structure_spec("UserProfileConfig")
    assert spec["all_protected_items_quota_bytes"]["type"] == "str"
    assert spec["maximum_devices"]["type"] == "int"
    assert _spec.structure_spec("RetentionPolicy")["mode"]["type"] == "str"
    assert _spec.structure_spec("ScheduleConfig")["seconds_past"]["type"] == "str"


def test_a_task_has_to_say_what_it_is() -> None:
    with pytest.raises(TypeError, match="no options"):
        Task().spec()
    with pytest.raises(TypeError, match="does nothing"):
        Task().run(None, {})  # type: ignore[arg-type]
    assert (Task().rules(), Task().secrets({}), Task().about({})) == ({}, set(), "")


@each
def test_a_module_runs_the_task_of_the_catalogue(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """It names its task itself, so that a module process loads no other kinds."""
    ran: list[Task] = []
    monkeypatch.setattr(_door, "run_module", ran.append)
    runpy.run_path(str(ROOT / "plugins" / "modules" / f"{name}.py"), run_name="__main__")
    assert [type(task) for task in ran] == [type(TASKS[name])]
    assert ran[0].spec() == TASKS[name].spec()
    assert getattr(ran[0], "resource", None) is getattr(TASKS[name], "resource", None)
