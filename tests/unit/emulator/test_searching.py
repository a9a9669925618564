"""Search clauses, held against a second, naive reading of what the vendor says about them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comet_emulator.core.errors import ApiError
from comet_emulator.core.facts import load_facts
from comet_emulator.emulator import Emulator
from comet_emulator.methods.searching import Field, compile_clause, job_test

Document = dict[str, Any]

EMULATOR = Emulator()
OPERATORS = load_facts().enumerations["SEARCHOPERATOR"]
NOW = 10_000_000_000


def rule(field: str, operator: str, value: str) -> Document:
    return {"ClauseType": "", "RuleField": field, "RuleOperator": operator, "RuleValue": value}


def combined(kind: str, *children: Document) -> Document:
    return {"ClauseType": kind, "RuleField": "", "RuleOperator": "", "RuleValue": "", "ClauseChildren": list(children)}


def job(**members: Any) -> Document:
    shaped: Document = EMULATOR.take("BackupJobDetail", members, "job")
    return shaped


def fits(clause: Document, **members: Any) -> bool:
    return job_test(EMULATOR, clause)(job(**members))


# A second reading


def naive_text(operator: str, value: str, wanted: str) -> bool:
    name = operator.removeprefix("str_")
    if name.endswith("_ci"):
        name, value, wanted = name[:-3], value.lower(), wanted.lower()
    if name == "eq" or name == "neq":
        return (value == wanted) == (name == "eq")
    if name in ("contains", "ncontains"):
        return (value.find(wanted) >= 0) == (name == "contains")
    if name in ("startswith", "nstartswith"):
        return (value[: len(wanted)] == wanted) == (name == "startswith")
    return (value[len(value) - len(wanted) :] == wanted and len(value) >= len(wanted)) == (name == "endswith")


def naive_number(operator: str, value: int, wanted: int) -> bool:
    order = (value > wanted) - (value < wanted)
    return (
        order
        in {
            "int_eq": (0,),
            "int_neq": (-1, 1),
            "int_gt": (1,),
            "int_gte": (0, 1),
            "int_lt": (-1,),
            "int_lte": (-1, 0),
        }[operator]
    )


def naive(clause: Document, document: Document) -> bool:
    children = [naive(child, document) for child in clause.get("ClauseChildren", [])]
    match clause["ClauseType"]:
        case "and":
            return False not in children
        case "or":
            return True in children
        case "not_and":
            return False in children
        case "not_or":
            return True not in children
    value = document[clause["RuleField"].rpartition(".")[2]]
    if clause["RuleOperator"].startswith("int_"):
        return naive_number(clause["RuleOperator"], value, int(clause["RuleValue"]))
    return naive_text(clause["RuleOperator"], str(value), clause["RuleValue"])


TEXT_OPERATORS = sorted(name for name in OPERATORS if name.startswith("str_") and "regex" not in name)
NUMBER_OPERATORS = sorted(name for name in OPERATORS if name.startswith("int_"))
words = st.text("aAbB1", max_size=3)
numbers = st.integers(-2, 12)
prefixes = st.sampled_from(["", "BackupJobDetail."])
text_rules = st.builds(
    lambda prefix, operator, value: rule(f"{prefix}Username", operator, value),
    prefixes,
    st.sampled_from(TEXT_OPERATORS),
    words,
)
number_rules = st.builds(
    lambda prefix, operator, value: rule(f"{prefix}TotalFiles", operator, str(value)),
    prefixes,
    st.sampled_from([*NUMBER_OPERATORS, "str_eq", "str_contains"]),
    numbers,
)
clauses = st.recursive(
    text_rules | number_rules,
    lambda inner: st.builds(
        lambda kind, children: combined(kind, *children),
        st.sampled_from(["and", "or", "not_and", "not_or"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)


@given(clause=clauses, username=words, files=numbers)
def test_any_clause_means_what_the_naive_reading_says(clause: Document, username: str, files: int) -> None:
    document = {"Username": username, "TotalFiles": files}
    assert fits(clause, **document) == naive(clause, document)


# Fields


def test_every_member_of_a_job_can_be_asked_for() -> None:
    for member in load_facts().structures["BackupJobDetail"]:
        if member.type == "int":
            value = max(load_facts().enumerations.get(member.enumeration, {4001}))
            assert fits(rule(f"BackupJobDetail.{member.name}", "int_eq", str(value)), **{member.name: value})
            assert not fits(rule(member.name, "int_eq", str(value + 1)), **{member.name: value})
        elif member.type == "string":
            assert fits(rule(f"BackupJobDetail.{member.name}", "str_eq", "x"), **{member.name: "x"})


def test_members_inside_members_and_absent_ones() -> None:
    clause = rule("BackupJobDetail.Progress.ItemsDone", "int_gt", "5")
    assert fits(clause, Progress={"ItemsDone": 6})
    assert not fits(clause)
    assert fits(rule("DestinationSizeEnd.Size", "int_eq", "0"))


def test_time_since_a_job_started() -> None:
    started = EMULATOR.clock.now() - 1000
    assert fits(rule("BackupJobDetail.TimeSinceStarted", "int_lt", "1100"), StartTime=started)
    assert fits(rule("TimeSinceStarted", "int_gte", "1000"), StartTime=started)
    assert not fits(rule("TimeSinceStarted", "int_gt", "1100"), StartTime=started)


def test_true_and_false() -> None:
    def test(operator: str, value: str, suspended: bool) -> bool:
        found = compile_clause(
            EMULATOR, rule("IsSuspended", operator, value), {"UserProfileConfig": "UserProfileConfig"}
        )
        return found({"UserProfileConfig": {"IsSuspended": suspended}})

    for value, truth in (("true", True), ("1", True), ("0", False), ("False", False)):
        for suspended in (True, False):
            assert test("bool_is", value, suspended) == (suspended == truth)
            assert test("bool_nis", value, suspended) == (suspended != truth)
    with pytest.raises(ApiError, match="neither true nor false"):
        test("bool_is", "perhaps", True)


def test_entries_of_maps_and_fields_of_several_documents() -> None:
    roots = {"UserProfileConfig": "UserProfileConfig", "DeviceConfig": "DeviceConfig"}
    documents = {"UserProfileConfig": {"Username": "alice"}, "DeviceConfig": {"PlatformVersion": {"os": "linux"}}}
    both = combined(
        "and",
        rule("UserProfileConfig.Username", "str_eq", "alice"),
        rule("DeviceConfig.PlatformVersion.os", "str_eq", "linux"),
    )
    assert compile_clause(EMULATOR, both, roots)(documents)
    source = compile_clause(EMULATOR, rule("EngineProps.INCLUDE0", "str_eq", "C:\\"), {"SourceConfig": "SourceConfig"})
    assert source({"SourceConfig": {"EngineProps": {"INCLUDE0": "C:\\"}}})
    computed = {"DeviceConfig.Age": Field(int, len)}
    assert compile_clause(EMULATOR, rule("DeviceConfig.Age", "int_eq", "2"), roots, computed)(documents)


# Operators


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("-0[12]$", "acme-01", True),
        ("^acme", "my acme", False),
        ("(?i)ACME", "acme", True),
        ("[[:digit:]]{2}", "acme-01", True),
        (r"\QA.C\E", "abc", False),
        (r"\pL+\z", "é", True),
        ("(?P<name>a)b", "ab", True),
        ("a$", "a\n", False),
        ("", "anything", True),
    ],
)
def test_regular_expressions_are_those_of_go(pattern: str, text: str, found: bool) -> None:
    assert fits(rule("Username", "str_regexmatch", pattern), Username=text) == found
    assert fits(rule("Username", "str_nregexmatch", pattern), Username=text) != found


def test_an_empty_clause_fits_everything() -> None:
    assert fits(rule("", "", ""))
    assert fits(combined("and"))
    assert fits(combined("not_or"))
    assert not fits(combined("or"))
    assert not fits(combined("not_and"))


@pytest.mark.parametrize(
    "clause",
    [
        rule("Username", "str_regexmatch", "("),
        rule("Username", "str_regexmatch", "a(?=b)"),
        rule("Username", "str_regexmatch", r"(a)\1"),
        rule("Status", "int_gt", "many"),
        rule("Status", "int_gt", ""),
        rule("Status", "int_gt", "1.5"),
        rule("Status", "int_like", "5"),
        rule("Username", "str_sounds", "x"),
        rule("Username", "str_regexmatch_ci", "x"),
        rule("Username", "bool_maybe", "true"),
        rule("Username", "equals", "x"),
        combined("xor"),
        combined("or", rule("", "", ""), combined("and", rule("Status", "int_gt", "many"))),
    ],
)
def test_clauses_that_make_no_sense_are_refused_before_any_job(clause: Document) -> None:
    with pytest.raises(ApiError, match="Malformed request"):
        job_test(EMULATOR, clause)


@pytest.mark.parametrize("field", ["Nothing", "BackupJobDetail.Nothing", "Username.Length", "Username", "Progress"])
def test_fields_that_are_none_count_as_zero_or_are_refused(server: Any, field: str) -> None:
    server.user()
    known = {"Username": "alice", "Status": 5000, "Classification": 4001, "StartTime": 1}
    server.control("history", {"jobs": [{**known, "GUID": "j"}]})
    clause = rule(field, "int_eq", "0")
    assert server.ok("count-jobs-for-custom-search", Query=clause) == {"Count": 1}
    assert server.ok("count-jobs-for-custom-search", Query=rule(field, "int_gt", "0")) == {"Count": 0}
    server.switch(search_unknown_field="refused")
    server.refused("count-jobs-for-custom-search", 400, Query=clause)


def test_searches_over_the_api(server: Any) -> None:
    server.user()
    known = {"Username": "alice", "Status": 5000, "Classification": 4001}
    jobs = [{**known, "GUID": f"j{number}", "StartTime": 1, "TotalFiles": number} for number in range(10)]
    server.control("history", {"jobs": jobs})
    clause = combined("or", rule("BackupJobDetail.TotalFiles", "int_lt", "2"), rule("GUID", "str_eq", "j7"))
    found = server.ok("get-jobs-for-custom-search", Query=clause)
    assert [entry["GUID"] for entry in found] == ["j0", "j1", "j7"]
    server.refused("get-jobs-for-custom-search", 400, Query=rule("GUID", "str_regexmatch", "("))
    server.refused("get-jobs-for-custom-search", 400, Query=combined("neither"))


def test_clauses_may_be_nested_but_not_for_ever(server: Any) -> None:
    def nested(depth: int) -> Document:
        clause = rule("Status", "int_eq", "5000")
        for _unused in range(depth):
            clause = combined("not_and", clause)
        return clause

    assert server.ok("count-jobs-for-custom-search", Query=nested(100)) == {"Count": 0}
    server.refused("count-jobs-for-custom-search", 400, Query=nested(450))
