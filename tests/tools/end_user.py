# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An end user called alice on an emulator without a socket, and what she submits; see ``direct``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

ALICE = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}
VAULT = {"DestinationType": 1000, "Description": "old", "DefaultRetention": {"Mode": 801}}
ITEM = {"Engine": "engine1/file", "Description": "old", "OwnerDevice": "d"}
RULE = {"Description": "nightly", "Source": "s", "Destination": "v"}
PARTS = {"Destinations": {"v": VAULT}, "Sources": {"s": ITEM}, "BackupRules": {"r": RULE}}

Change = Callable[[dict[str, Any]], Any]
"""Changes a profile in place."""


def with_alice(direct: Any) -> Any:
    """The server, where alice now has a device, a storage vault, a protected item and a schedule."""
    direct.user("alice")
    direct.control("device", {"do": "register", "user": "alice", "device": "d", "name": "PC"})
    direct.control("profile", {"user": "alice", "members": PARTS})
    return direct


def profile_of(direct: Any) -> dict[str, Any]:
    """Alice's profile as an administrator sees it."""
    return dict(direct.call("AdminGetUserProfile", TargetUser="alice"))


def own(direct: Any) -> tuple[dict[str, Any], str]:
    """Alice's profile as she sees it, with its hash."""
    answer = direct.call("UserWebGetUserProfileAndHash", ALICE)
    return answer["Profile"], answer["ProfileHash"]


def submit(direct: Any, change: Change) -> int:
    """Alice changes her profile."""
    profile, known = own(direct)
    change(profile)
    return int(direct.status("UserWebSetProfileHash", ALICE, ProfileData=profile, ProfileHash=known))


def member(name: str, value: Any) -> Change:
    """Sets one member."""
    return lambda profile: profile.update({name: value})


def inside(part: str, key: str, **members: Any) -> Change:
    """Changes one vault, protected item, schedule or device."""
    return lambda profile: profile[part][key].update(members)


def added(part: str, **document: Any) -> Change:
    """Adds a vault, protected item or device."""
    return lambda profile: profile[part].update(new=document)


def removed(part: str, key: str) -> Change:
    """Removes one of these."""
    return lambda profile: profile[part].pop(key)


def without(name: str) -> Change:
    """Leaves a member out."""
    return lambda profile: profile.pop(name)


def follow(direct: Any, **policy: Any) -> None:
    """Let alice follow a policy."""
    direct.call("AdminPoliciesSet", PolicyID="p", Policy={"Description": "p", "Policy": policy})
    changed = {**profile_of(direct), "PolicyID": "p"}
    assert direct.status("AdminSetUserProfile", TargetUser="alice", ProfileData=changed) == 200


def delete_item(direct: Any) -> int:
    """Alice deletes her protected item."""
    return int(direct.status("UserWebDeleteProtectedItem", ALICE, SourceID="s"))
