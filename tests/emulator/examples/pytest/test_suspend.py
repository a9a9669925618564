"""Your own program against a Comet Server: here one that suspends a user, and survives a bad moment of the network."""

from __future__ import annotations

import json
import urllib.error

import pytest
from conftest import Comet

TRIES = 3


def suspend(comet: Comet, name: str) -> None:
    """The program under test: suspend a user, and never overwrite what somebody else has just changed."""
    for attempt in range(TRIES):
        try:
            read = comet.call("get-user-profile-and-hash", TargetUser=name)
            profile = {**read["Profile"], "IsSuspended": True}
            write = {"TargetUser": name, "ProfileData": json.dumps(profile), "RequireHash": read["ProfileHash"]}
            if comet.call("set-user-profile-hash", **write)["Status"] == 200:
                return
        except urllib.error.HTTPError:
            if attempt == TRIES - 1:
                raise


def test_suspends(comet: Comet) -> None:
    """The good case."""
    suspend(comet, "direct-01")
    assert comet.call("get-user-profile", TargetUser="direct-01")["IsSuspended"]


def test_survives_a_proxy_that_fails_twice(comet: Comet) -> None:
    """The third try gets through."""
    comet.control("fault", kind="http_502", count=2)
    suspend(comet, "direct-01")
    assert comet.call("get-user-profile", TargetUser="direct-01")["IsSuspended"]


def test_gives_up_at_some_time(comet: Comet) -> None:
    """One failure too many is told to the caller."""
    comet.control("fault", kind="http_502", count=TRIES)
    with pytest.raises(urllib.error.HTTPError):
        suspend(comet, "direct-01")


def test_keeps_what_somebody_else_changed_meanwhile(comet: Comet) -> None:
    """Somebody changes the profile between read and write; both changes stand in the end."""
    comet.control("race", user="direct-01", members={"AccountName": "Married Name"})
    suspend(comet, "direct-01")
    profile = comet.call("get-user-profile", TargetUser="direct-01")
    assert (profile["AccountName"], profile["IsSuspended"]) == ("Married Name", True)
