"""Protected items that a policy gives to devices, with their schedules."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from ..core.passwords import guid

if TYPE_CHECKING:
    from ..emulator import Emulator

Document = dict[str, Any]

LATEST, ALL = "1100", "1101"
"""``DESTINATIONTYPE_LATEST`` and ``_ALL``, which stand for vaults in the schedules of a policy."""

RESTRICTIONS: dict[int, tuple[str, str]] = {
    0: ("", ""),
    1: ("windows", ""),
    2: ("windows", "386"),
    3: ("windows", "amd64"),
    4: ("darwin", ""),
    5: ("linux", ""),
}
"""``OS_`` restriction to the operating system and architecture it allows; empty text is any."""


def models_of(settings: Document) -> dict[str, tuple[Document, int]]:
    """The default protected items of a ``UserPolicy`` by their id, with the systems they are restricted to."""
    models = {key: (source, 0) for key, source in (settings.get("DefaultSources") or {}).items()}
    for key, entry in (settings.get("DefaultSourcesWithOSRestriction") or {}).items():
        models[key] = entry["SourceConfig"], entry["RestrictOS"]
    return models


def fits(restriction: int, platform: Document) -> bool:
    """Whether a device of this ``OSInfo`` is one that the restriction allows."""
    system, architecture = RESTRICTIONS.get(restriction, ("", ""))
    right_system = not system or platform.get("os", "windows") == system
    return right_system and (not architecture or platform.get("arch", "amd64") == architecture)


def newly_linked(before: Document | None, settings: Document) -> set[str]:
    """Default protected items that existing devices are to get, now that these settings replace others."""
    linked = {key for key, (model, _unused) in models_of(settings).items() if model["ExistingUserUpdate"]}
    return linked - (newly_linked(None, before) if before else set())


def give_items(emulator: Emulator, profile: Document, device: str, only: Collection[str] | None = None) -> None:
    """Give a device the default protected items of its user's policy that it does not have yet, or some of them."""
    platform = profile["Devices"][device].get("PlatformVersion", {})
    there = {source["PolicySourceID"] for source in profile["Sources"].values() if source["OwnerDevice"] == device}
    for model_id, (model, restriction) in models_of(profile["Policy"]).items():
        wanted = only is None or model_id in only
        if wanted and model_id not in there and fits(restriction, platform):
            _give_item(emulator, profile, device, model_id, model)


def _give_item(emulator: Emulator, profile: Document, device: str, model_id: str, model: Document) -> None:
    now, source_id = emulator.clock.now(), guid()
    made = {"OwnerDevice": device, "PolicySourceID": model_id, "CreateTime": now, "ModifyTime": now}
    source = {**model, **made}
    source.pop("Statistics", None)
    profile["Sources"][source_id] = source
    for rule in _rules_for(emulator, profile["Policy"], model_id):
        for destination in _destinations(profile, rule["Destination"]):
            times = {"CreateTime": now, "ModifyTime": now}
            profile["BackupRules"][guid()] = {**rule, **times, "Source": source_id, "Destination": destination}


def _rules_for(emulator: Emulator, settings: Document, model_id: str) -> list[Document]:
    own = [rule for rule in (settings.get("DefaultSourcesBackupRules") or {}).values() if rule["Source"] == model_id]
    if own or not emulator.switches["default_rules_on_policy_items"]:
        return own
    return list((settings.get("DefaultBackupRules") or {}).values())


def _destinations(profile: Document, wanted: str) -> Iterator[str]:
    """The vaults that a policy's schedule stands for: its own, all, or the latest."""
    vaults: Document = profile["Destinations"]
    if wanted in vaults:
        yield wanted
    elif wanted == ALL:
        yield from vaults
    elif wanted in (LATEST, "") and vaults:
        yield max(vaults, key=lambda key: vaults[key]["CreateTime"])
