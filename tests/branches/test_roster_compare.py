"""A roster beside the members as kept: every row ends in one finding, and nobody is guessed."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branches.rules import rosters
from branches.rules.rosters import Held, Said

DAY = dt.date(2026, 11, 23)
NAMES = st.sampled_from(["赵甲一", "钱乙二", "孙丙三", "李丁四"])
PHONES = st.sampled_from(["", "", "19900000001", "19900000002", "19900000003"])
ROWS = st.lists(st.builds(Said, st.integers(3, 40), NAMES, PHONES), max_size=8)
HELD = st.lists(
    st.builds(Held, st.uuids().map(str), NAMES, PHONES, st.just("full"), st.just("here"), st.just(""), st.just(DAY)),
    max_size=6, unique_by=lambda one: one.phone or one.key,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(ROWS, HELD, st.booleans())
def test_rows_in_are_rows_accounted_for_and_no_member_is_taken_twice(rows, held, is_full):
    found = rosters.compare(rows, held, is_full=is_full)
    assert [finding.said for finding in found[: len(rows)]] == rows
    taken = Counter(finding.held.key for finding in found if finding.held)
    assert not taken or max(taken.values()) == 1
    assert all(finding.kind == rosters.GONE for finding in found[len(rows) :])
    if is_full:
        named = {finding.held.key for finding in found if finding.held}
        named |= {one.key for finding in found for one in finding.candidates}
        assert named >= {one.key for one in held}


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(HELD)
def test_a_roster_that_says_what_is_kept_changes_nothing(held):
    rows = [Said(number, one.name, one.phone) for number, one in enumerate(held, 3) if one.phone]
    kept = [one for one in held if one.phone]
    assert {finding.kind for finding in rosters.compare(rows, kept, is_full=True)} <= {rosters.SAME}


def _held(name: str, phone: str = "", key: str = "1", **given) -> Held:
    values = {"standing": "full", "relation": "here", "home_unit": "", "since": DAY} | given
    return Held(key, name, phone, **values)


@pytest.mark.parametrize(
    ("row", "held", "kind", "reason"),
    [
        (Said(3, "赵甲一", "19900000001"), [_held("赵甲一", "19900000001")], rosters.SAME, ""),
        (Said(3, "赵甲一", "19900000001", "probationary"), [_held("赵甲一", "19900000001")], rosters.CHANGED, ""),
        (Said(3, "赵甲一"), [_held("赵甲一", "19900000001")], rosters.SAME, ""),
        (Said(3, "赵甲一", "19900000001"), [_held("赵甲一")], rosters.CHANGED, ""),
        (Said(3, "钱乙二", "19900000001"), [_held("赵甲一", "19900000001")], rosters.DOUBT, "号码相同，姓名不同"),
        (Said(3, "赵甲一", "19900000002"), [_held("赵甲一", "19900000001")], rosters.DOUBT, "姓名相同，号码不同"),
        (Said(3, "赵甲一"), [_held("赵甲一"), _held("赵甲一", key="2")], rosters.DOUBT, "名册里或表里同名的不止一位"),
        (Said(3, "孙丙三"), [_held("赵甲一")], rosters.NEW, ""),
    ],
)
def test_who_a_row_is(row, held, kind, reason):
    finding = rosters.compare([row], held, is_full=False)[0]
    assert (finding.kind, finding.reason) == (kind, reason)


def test_a_row_twice_is_one():
    row, again = Said(3, "赵甲一", "19900000001"), Said(4, "赵甲一", "19900000001")
    assert [f.kind for f in rosters.compare([row, again], [], is_full=False)] == [rosters.NEW, rosters.DUPLICATE]


@pytest.mark.parametrize(
    ("cells", "phone", "problem"),
    [
        ({"name": ""}, "", "没有全名"),
        ({"name": "赵**"}, "", "没有全名"),
        ({"name": "赵甲一"}, None, "电话看不出是号码"),
        ({"name": "赵甲一", "standing": "团员"}, "", "不认识的党员类别"),
        ({"name": "赵甲一", "relation": "不知道"}, "", "不认识的组织关系"),
        ({"name": "赵甲一", "relation": "流动党员"}, "", "要写组织关系所在单位"),
        ({"name": "赵甲一", "since": "2027-01-01"}, "", "在今天以后"),
        ({"name": "赵甲一", "since": "去年"}, "", "看不懂日期"),
    ],
)
def test_what_cannot_be_taken_says_why(cells, phone, problem):
    assert problem in rosters.read_row(3, cells, phone, DAY).problem
