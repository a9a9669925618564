# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Single values, as people write them and as the API does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api._model import Constants, Type, constants, structure
from ansible_collections.comet.backup.plugins.module_utils._state import _values
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption

QUOTA = structure("UserProfileConfig").member("AllProtectedItemsQuotaBytes")
DURATION = structure("ScheduleConfig").member("Offset")
TIME = structure("ScheduleConfig").member("SecondsPast")
DELAY = structure("ScheduleConfig").member("RandomDelaySecs")
COUNT = structure("UserProfileConfig").member("MaximumDevices")
SWITCH = structure("UserProfileConfig").member("IsSuspended")
TEXT = structure("UserProfileConfig").member("AccountName")
MODE = structure("RetentionPolicy").member("Mode")
PROVIDER = structure("RemoteStorageOption").member("Type")
SECRET = structure("EmailOptions").member("SMTPPassword")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("1073741824", 2**30),
        ("500 GiB", 500 * 2**30),
        ("500GiB", 500 * 2**30),
        ("500 gib", 500 * 2**30),
        ("2 TB", 2 * 10**12),
        ("1.5T", 1_500_000_000_000),
        ("1.5 KiB", 1536),
        ("7b", 7),
        ("3 PiB", 3 * 2**50),
        (" 4 M ", 4_000_000),
    ],
)
def test_sizes(text: str, expected: int) -> None:
    assert _values.size(text) == expected


@pytest.mark.parametrize("text", ["", "GiB", "500 bananas", "-1", "1 EiB", "1,5 GB", "5i", "0x10"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="500 GiB"):
        _values.size(text)


@given(st.integers(0, 2**62))
def test_plain_numbers_of_bytes_stay_exact(number: int) -> None:
    assert _values.size(str(number)) == number
    assert _values.from_option(QUOTA, QUOTA.type, number, "quota") == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("90", 90),
        ("90s", 90),
        ("5m", 300),
        ("5 min", 300),
        ("8h", 28800),
        ("1h30m", 5400),
        ("1d 12h", 129600),
        ("2W", 1209600),
    ],
)
def test_durations(text: str, expected: int) -> None:
    assert _values.span(text) == expected


@pytest.mark.parametrize("text", ["", "soon", "-5m", "1.5h", "h", "5 fortnights", "1h!"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="8h"):
        _values.span(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02:30", 9000),
        ("2:30", 9000),
        ("23:59:59", 86399),
        ("00:00", 0),
        ("9000", 9000),
        ("90m", 5400),
        ("Sunday 00:00", 0),
        ("monday 02:30", 86400 + 9000),
        (" SATURDAY 23:59:59 ", 7 * 86400 - 1),
        ("day 1 02:30", 9000),
        ("Day 31 00:00", 30 * 86400),
        ("2026-12-24T18:00:00Z", 1798135200),
        ("2026-12-24 18:00:00+00:00", 1798135200),
        ("2026-12-24T18:00+01:00", 1798131600),
        ("20261224", 20261224),
    ],
)
def test_times_of_day(text: str, expected: int) -> None:
    assert _values.time_of_day(text) == expected


@pytest.mark.parametrize("text", ["24:00", "12:60", "12:00:60", "noon", "2.30", ""])
def test_what_is_no_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match="time"):
        _values.time_of_day(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Funday 02:30", "not a day of the week; did you mean sunday"),
        ("Monday 24:00", "not a time of day"),
        ("day 32 02:30", "not a day of a month"),
        ("day 0 02:30", "not a day of a month"),
        ("2026-12-24", "not a moment, since no time zone is given"),
        ("2026-12-24T18:00:00", "not a moment, since no time zone is given"),
        ("2026-13-24T18:00:00Z", "not a time such as 02:30"),
    ],
)
def test_what_is_no_start_of_a_schedule(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        _values.time_of_day(text)


@pytest.mark.parametrize(
    ("member", "given_value", "expected"),
    [
        (QUOTA, "1 KiB", 1024),
        (QUOTA, 5, 5),
        (DURATION, "5m", 300),
        (TIME, "02:30", 9000),
        (TIME, 9000, 9000),
        (QUOTA, str(2**63 - 1), 2**63 - 1),
        (COUNT, "7", 7),
        (COUNT, -1, -1),
        (COUNT, -(2**63), -(2**63)),
        (COUNT, " 7 ", 7),
        (SWITCH, True, True),
        (SWITCH, "yes", True),
        (SWITCH, "Off", False),
        (SWITCH, 1, True),
        (SWITCH, "0", False),
        (TEXT, "Alice", "Alice"),
        (TEXT, 7, "7"),
        (TEXT, "", ""),
    ],
)
def test_values_become_those_of_the_api(member: Any, given_value: Any, expected: Any) -> None:
    value = _values.from_option(member, member.type, given_value, "here")
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("member", "wrong", "words"),
    [
        (QUOTA, "much", "where: 'much' is not a size"),
        (DURATION, "soon", "where: 'soon' is not a duration"),
        (TIME, "noon", "where: 'noon' is not a time"),
        (QUOTA, "8 EiB", "where: '8 EiB' is not a size"),
        (QUOTA, "8192 PiB", "where: '8192 PiB' is beyond the 64 bits"),
        (COUNT, 2**63, f"where: {2**63} is beyond the 64 bits"),
        (COUNT, -(2**63) - 1, "is beyond the 64 bits"),
        (COUNT, "many", "where: 'many' is not a whole number"),
        (COUNT, True, "where: True is not a whole number"),
        (COUNT, 1.5, "where: 1.5 is not a whole number"),
        (SWITCH, "perhaps", "where: 'perhaps' is not true or false"),
        (TEXT, ["a"], "where: ['a'] is not a text"),
        (TEXT, {"a": 1}, "where: {'a': 1} is not a text"),
    ],
)
def test_wrong_values_are_named(member: Any, wrong: Any, words: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        _values.from_option(member, member.type, wrong, "where")
    assert words in caught.value.message


def test_a_wrong_secret_is_not_repeated() -> None:
    with pytest.raises(InvalidOption) as caught:
        _values.from_option(SECRET, SECRET.type, ["canary"], "email.smtp_password")
    assert caught.value.message == "email.smtp_password: the value is not a text"


@pytest.mark.parametrize("value", [0, 18000, "5h"])
def test_a_number_within_its_limits(value: Any) -> None:
    assert _values.from_option(DELAY, DELAY.type, value, "delay") in (0, 18000)


@pytest.mark.parametrize("value", [-1, 18001, "6h"])
def test_a_number_beyond_its_limits(value: Any) -> None:
    with pytest.raises(InvalidOption, match=f"^delay: {value!r} is not between 0 and 18000$"):
        _values.from_option(DELAY, DELAY.type, value, "delay")


@pytest.mark.parametrize(
    "word",
    ["delete_except", "DELETE_EXCEPT", "retentionmode_delete_except", "RETENTIONMODE_DELETE_EXCEPT", 802, " 802 "],
)
def test_a_constant_by_each_of_its_names(word: Any) -> None:
    assert _values.from_option(MODE, MODE.type, word, "mode") == 802


@pytest.mark.parametrize("word", ["s3", "S3"])
def test_a_constant_that_is_text(word: str) -> None:
    assert _values.from_option(PROVIDER, PROVIDER.type, word, "type") == "s3"


def test_an_empty_constant_is_a_zero() -> None:
    assert _values.from_option(PROVIDER, PROVIDER.type, "", "type") == ""
    assert _values.from_option(MODE, MODE.type, 0, "mode") == 0


def test_a_number_outside_a_closed_set_is_refused() -> None:
    assert not constants(MODE.enum).open
    valid = ", ".join(constants(MODE.enum).choices)
    with pytest.raises(InvalidOption, match=f"^mode: 899 is not a known value; valid are: {valid}$"):
        _values.from_option(MODE, MODE.type, 899, "mode")


def test_a_number_outside_an_open_set_is_taken() -> None:
    kind = structure("DestinationConfig").member("DestinationType")
    assert constants(kind.enum).open
    assert _values.from_option(kind, kind.type, 4711, "type") == 4711


@pytest.mark.parametrize(("word", "near"), [("delete_excep", "did you mean delete_except?"), ("xyzzy", "valid are: ")])
def test_an_unknown_constant_names_the_valid_ones(word: str, near: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        _values.from_option(MODE, MODE.type, word, "mode")
    assert near in caught.value.message


@pytest.mark.parametrize(("word", "switch"), [("on", True), ("off", False)])
def test_names_that_yaml_turned_into_booleans(word: str, switch: bool) -> None:
    """A bare on or off in YAML arrives as true or false."""
    group = Constants("GROUP", {"on": 1, "off": 2}, {"on": 1, "off": 2})
    assert _values._constant(group, Type("scalar", "int"), switch) == group.choices[word]


def test_shown_values() -> None:
    assert _values.to_option(MODE, 802) == "delete_except"
    assert _values.to_option(MODE, 899) == 899
    assert _values.to_option(QUOTA, 1024) == 1024
    assert _values.to_option(PROVIDER, "s3") == "s3_generic"


FLOAT = next(
    member
    for name in ("UpdateCampaignStatus", "StorageFreeSpaceInfo", "ContentMeasurement")
    for member in structure(name).members.values()
    if member.type.name == "float"
)


@pytest.mark.parametrize(("given_value", "expected"), [(1, 1.0), ("1.5", 1.5), (0.25, 0.25)])
def test_numbers_with_a_fraction(given_value: Any, expected: float) -> None:
    assert _values.from_option(FLOAT, FLOAT.type, given_value, "x") == expected


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (True, "True is not a number"),
        ("half", "'half' is could"),
        (None, "None is float"),
        ("nan", "'nan' is not a number that JSON can say"),
        (float("-inf"), "-inf is not a number that JSON can say"),
    ],
)
def test_what_is_no_number(wrong: Any, said: str) -> None:
    with pytest.raises(InvalidOption, match=f"^x: {said}"):
        _values.from_option(FLOAT, FLOAT.type, wrong, "x")
