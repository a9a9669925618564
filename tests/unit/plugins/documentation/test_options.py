# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option is documented as it is, every member of a structure is an option or accounted for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._model import constants, structure
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS, TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._spec import connection_spec, own_names
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.plugin_utils._descriptions import DESCRIPTIONS, describe
from ansible_collections.comet.backup.tests.unit.plugins.documentation.documents import EVERY, MODULES, documents

Spec = Mapping[str, Mapping[str, Any]]

#: Members that a table hides from its module, because other modules are to manage them or the kind has no use for them.
HIDDEN = {
    "DefaultEmailReportPolicy.ShouldOverrideDefaultReports",
    "RemoteServerAddress.AWS",
    "RemoteServerAddress.B2",
    "RemoteServerAddress.Custom",
    "RemoteServerAddress.ImpPartner",
    "RemoteServerAddress.ImpUser",
    "RemoteServerAddress.LDAP",
    "RemoteServerAddress.OIDC",
    "RemoteServerAddress.Password",
    "RemoteServerAddress.RemoteAddress",
    "RemoteServerAddress.S3",
    "RemoteServerAddress.Storj",
    "RemoteServerAddress.Username",
    "RemoteServerAddress.Wasabi",
    "UserProfileConfig.BackupRules",
    "UserProfileConfig.Destinations",
    "UserProfileConfig.Sources",
}
#: Structures within themselves: taken as they are below the first level.
ENDLESS = {"SearchClause.ClauseChildren", "SpannedDestinationLocation.SpanTargets"}
#: Members that the server keeps, so that a task cannot set them.
KEPT = {
    "AdminSecurityOptions.PasswordFormat",
    "AdminSecurityOptions.TOTPKey",
    "AdminSecurityOptions.TOTPKeyEncryptionFormat",
    "AdminSecurityOptions.U2FRegistrations",
    "AdminSecurityOptions.WebAuthnRegistrations",
    "AllowedAdminUser.ExternalAuthenticationSource",
    "BackupRuleConfig.CreateTime",
    "BackupRuleConfig.ModifyTime",
    "BucketProperties.CreateTime",
    "BucketProperties.ReadWriteKey",
    "BucketProperties.ReadWriteKeyFormat",
    "BucketProperties.Size",
    "DestinationConfig.CreateTime",
    "DestinationConfig.EncryptedEncryptionKey",
    "DestinationConfig.EncryptionKeyEncryptionMethod",
    "DestinationConfig.ModifyTime",
    "DestinationConfig.RepoInitTimestamp",
    "DestinationConfig.RetentionError",
    "DestinationConfig.Statistics",
    "DeviceConfig.ClientVersion",
    "DeviceConfig.DeviceTimezone",
    "DeviceConfig.PlatformVersion",
    "DeviceConfig.RegistrationTime",
    "DeviceConfig.Sources",
    "DeviceConfig.SyncroUUID",
    "GroupPolicy.CreatedDate",
    "GroupPolicy.ModifiedDate",
    "LocalDestinationLocation.LocalcopyWinSMBPasswordFormat",
    "MacOSCodeSignProperties.AppleIDPassFormat",
    "MacOSCodeSignProperties.PfxFilePasswordFormat",
    "NewsEntry.DateTime",
    "SelfBackupExportOptions.EncryptionKeyFormat",
    "ServerConfigOptions.OverseerRole",
    "SourceConfig.CreateTime",
    "SourceConfig.ModifyTime",
    "SourceConfig.PolicySourceID",
    "SourceConfig.Statistics",
    "UserGroup.CreatedAt",
    "UserProfileConfig.CreateTime",
    "UserProfileConfig.CreationGUID",
    "UserProfileConfig.Devices",
    "UserProfileConfig.LastSuspended",
    "UserProfileConfig.PasswordFormat",
    "UserProfileConfig.PasswordHash",
    "UserProfileConfig.PasswordRecovery",
    "UserProfileConfig.ServerConfig",
    "UserProfileConfig.SupportsDeviceAssociations",
    "UserProfileConfig.TOTPKey",
    "UserProfileConfig.TOTPKeyEncryptionFormat",
    "UserProfileConfig.Username",
    "WindowsCodeSignProperties.WindowsCodeSignAzureAppSecretFormat",
    "WindowsCodeSignProperties.WindowsCodeSignPKCS11PasswordFormat",
    "WindowsCodeSignProperties.WindowsCodeSignPKCS12PasswordFormat",
}


def spec_of(module: str) -> Spec:
    spec: Spec = TASKS[module].spec()["argument_spec"]
    return spec


def levels(options: Mapping[str, Any], below: str, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every level of options with the path that leads to it; ``below`` names the key of the next level."""
    yield path, options
    for name, option in options.items():
        if option.get(below):
            yield from levels(option[below], below, f"{path}.{name}" if path else name)


def without_option(name: str, spec: Spec, names: Mapping[str, str]) -> Iterator[str]:
    """Members of a structure, at any depth, that are no option, or one whose own members are none."""
    for field in _fields.fields(name).values():
        label = f"{field.member.structure}.{field.member.name}"
        option = spec.get(names.get(field.option, field.option))
        if option is None or field.member.computed:
            yield label
        elif field.inner and "options" in option:
            yield from without_option(field.inner, option["options"], {})
        elif field.inner:
            yield label


def unaccounted(resource: Resource) -> set[str]:
    """Members of a kind's document that its module has no option for."""
    spec = TASKS[f"comet_{resource.kind}"].options()
    return set(without_option(resource.structure, spec, own_names(resource)))


def exposed(name: str, seen: set[str]) -> set[str]:
    """The structures that a document of structure ``name`` consists of."""
    if name not in seen:
        seen.add(name)
        for field in _fields.fields(name).values():
            if field.inner:
                exposed(field.inner, seen)
    return seen


def test_the_catalogue_has_every_module_and_no_other() -> None:
    assert sorted(TASKS) == MODULES
    assert sorted(documents()) == EVERY


@pytest.mark.parametrize("module", MODULES)
def test_documentation_and_argument_spec_are_the_same(module: str) -> None:
    documented = dict(levels(documents()[module]["doc"]["options"], "suboptions"))
    specified = dict(levels(spec_of(module), "options"))
    assert documented.keys() == specified.keys()
    for path, options in specified.items():
        assert documented[path].keys() == options.keys(), path
        for name, option in options.items():
            for key, absent in (("type", "str"), ("elements", None), ("required", False), ("default", None)):
                said = documented[path][name].get(key, absent)
                assert said == option.get(key, absent), f"{path}.{name}: {key}"
            for key in ("aliases", "choices"):
                said = documented[path][name].get(key, [])
                assert list(said) == list(option.get(key, [])), f"{path}.{name}: {key}"


@pytest.mark.parametrize("module", MODULES)
def test_every_option_at_every_depth_has_a_description(module: str) -> None:
    for path, options in levels(documents()[module]["doc"]["options"], "suboptions"):
        for name, option in options.items():
            said = option["description"]
            sentences = [said] if isinstance(said, str) else said
            assert sentences, f"{path}.{name}"
            assert all(text.strip().endswith((".", ")")) for text in sentences), f"{path}.{name}: {said}"


@pytest.mark.parametrize("module", MODULES)
def test_no_description_says_anything_twice(module: str) -> None:
    for path, options in levels(documents()[module]["doc"]["options"], "suboptions"):
        for name, option in options.items():
            text = " ".join(
                [option["description"]] if isinstance(option["description"], str) else option["description"]
            )
            sentences = re.split(r"(?<=[.]) ", text)
            assert len(sentences) == len(set(sentences)), f"{path}.{name}"
            choices = [re.findall(r"V\(.*?\)", sentence) for sentence in sentences if sentence.startswith("One of")]
            assert all(len(words) == len(set(words)) for words in choices), f"{path}.{name}"


@pytest.mark.parametrize("module", MODULES)
def test_no_spelling_of_an_option_means_two_things(module: str) -> None:
    for path, options in levels(spec_of(module), "options"):
        spellings = [word for name, option in options.items() for word in (name, *option.get("aliases", []))]
        assert len(spellings) == len(set(spellings)), f"{path}: {sorted(spellings)}"


@pytest.mark.parametrize("module", MODULES)
def test_the_connection_is_the_same_everywhere(module: str) -> None:
    options = documents()[module]["doc"]["options"]
    first = documents()[MODULES[0]]["doc"]["options"]
    for name, option in connection_spec().items():
        (variable,) = option["fallback"][1]
        assert f"E({variable})" in " ".join(options[name]["description"])
        assert options[name] == first[name]


def unmanaged(resource: Resource) -> set[str]:
    """The members that the kind's own module leaves alone; a task may describe what is inside some of them."""
    return {f"{structure(resource.structure).member(name).structure}.{name}" for name in resource.unmanaged}


@pytest.mark.parametrize("resource", KINDS, ids=lambda resource: resource.kind)
def test_every_member_is_an_option_or_accounted_for(resource: Resource) -> None:
    assert unmanaged(resource) <= HIDDEN | KEPT
    assert unaccounted(resource) <= unmanaged(resource) | KEPT | ENDLESS


def test_nothing_is_excused_that_does_not_exist() -> None:
    found = set().union(*(unaccounted(resource) | unmanaged(resource) for resource in KINDS))
    assert found == HIDDEN | KEPT | ENDLESS


@pytest.mark.parametrize("name", sorted(DESCRIPTIONS))
def test_values_that_a_text_names_are_accepted(name: str) -> None:
    for member in structure(name).members.values():
        if member.enum and member.structure == name:
            known = constants(member.enum)
            words = {*known.spellings, *(str(value) for value in known.choices.values())}
            assert set(re.findall(r"V\((.*?)\)", describe(name, member.name))) <= words, member.name


@pytest.mark.parametrize("resource", KINDS, ids=lambda resource: resource.kind)
def test_every_member_of_every_structure_behind_a_module_has_a_text(resource: Resource) -> None:
    for name in sorted(exposed(resource.structure, set())):
        for member in structure(name).members.values():
            assert describe(member.structure, member.name), f"{member.structure}.{member.name}"
