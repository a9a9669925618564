# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of the catalogue can be written down in the definition of a role, in every place where it may live."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import CONTENTS, KINDS
from ansible_collections.comet.backup.plugins.module_utils._resources._server_config import SERVER_CONFIG
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Home, Resource
from ansible_collections.comet.backup.tests.unit.roles.test_roles import MANAGED

OUT_OF_REACH = {
    "device": "Nothing makes a device but its own login; a definition that took devices away would have to name each.",
}
"""Kinds that no definition can hold, and why."""


def in_a_list(resource: Resource) -> bool:
    """Whether a definition has a list of such objects, or is itself about one."""
    return f"comet_{resource.kind}" in {module for _role, _list, module in MANAGED}


def option_at(owner: Resource, path: Sequence[str]) -> str:
    """The option of the owner's module that leads to a member, or an empty text."""
    if path[0] in owner.unmanaged:
        return ""
    structure, options = owner.structure, []
    for name in path:
        field = _fields.fields(structure)[name]
        if field.member.computed:
            return ""
        options.append(field.option)
        structure = field.inner
    return ".".join(options)


def path_in_the_configuration(home: Home) -> tuple[str, ...]:
    """Where in a server's configuration a larger document without an owner is."""
    writing = home.writing.method if home.writing else ""
    outer = [part.path for part in SERVER_CONFIG.parts if part.set.method == writing]
    return (*(outer[0] if outer else ()), *home.path)


def reached(resource: Resource, home: Home) -> bool:
    """Whether a definition can hold the objects that live in this place: in a list of their own, or in their owner."""
    if in_a_list(resource):
        return True
    if home.owner is None:
        return bool(option_at(SERVER_CONFIG, path_in_the_configuration(home)))
    inside = resource in CONTENTS.get(home.owner.kind, ())
    return reachable(home.owner) and (inside or bool(option_at(home.owner, home.path)))


def reachable(resource: Resource) -> bool:
    """Whether a definition can hold objects of this kind wherever they live."""
    return all(reached(resource, home) for home in resource.homes) if resource.homes else in_a_list(resource)


@pytest.mark.parametrize("resource", KINDS, ids=[resource.kind for resource in KINDS])
def test_a_definition_can_hold_every_kind(resource: Resource) -> None:
    assert reachable(resource) is (resource.kind not in OUT_OF_REACH)


def test_exceptions_are_kinds() -> None:
    assert set(OUT_OF_REACH) <= {resource.kind for resource in KINDS}
