"""The agenda of a meeting: worked out from matters, resolutions and topics; settled by the call; arranged by people."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.chain.agenda import Case, Line, Rank, drafted, line_of, moved
from grid.matters import ending, moving
from grid.meetings import agenda, calling, resolutions
from grid.meetings.handling import MeetingError
from grid.models import AgendaItem
from shimen.audit.models import AccessLog
from tests import make, sessions

ON = make.TODAY
DAYS = st.dates(dt.date(2026, 10, 1), dt.date(2026, 12, 31))


# ---- pure


@st.composite
def cases(draw):
    return Case(
        key=f"matter:{draw(st.integers(0, 8))}", title="停车", raised_on=draw(DAYS), due_on=draw(st.none() | DAYS),
        deferrals=draw(st.integers(0, 4)), here=draw(st.booleans()), from_below=draw(st.sampled_from(["", "议事会"])),
    )  # fmt: skip


@given(st.lists(cases()), DAYS)
def test_a_draft_holds_each_key_once_in_the_order_of_its_reasons(found, on):
    lines = drafted(found, [], on)
    assert len({line.key for line in lines}) == len(lines)
    assert [line.rank for line in lines] == sorted(line.rank for line in lines)
    assert {line.key for line in lines} == {case.key for case in found if line_of(case, on) is not None}


@given(cases(), DAYS)
def test_what_is_late_says_by_how_much_whatever_else_holds(case, on):
    line = line_of(case, on)
    if case.due_on is not None and case.due_on < on:
        assert line is not None
        assert (line.rank, line.why) == (Rank.LATE, f"超期 {(on - case.due_on).days} 天")


@given(st.lists(st.text(min_size=1), min_size=1, unique=True), st.data(), st.integers(-3, 30))
def test_moving_keeps_every_line(order, data, to):
    key = data.draw(st.sampled_from(order))
    after = moved(order, key, to)
    assert sorted(after) == sorted(order)
    assert after[max(0, min(to, len(order) - 1))] == key


def test_moving_what_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="gone"):
        moved(["a"], "gone", 0)


# ---- of a meeting


@pytest.fixture
def town(db):
    return make.town()


@pytest.fixture
def meeting(town):
    return sessions.grid_meeting(town)


def titles(meeting, on=ON):
    return [row.title for row in agenda.lines(meeting, on)]


def test_what_was_raised_a_minute_ago_is_on_the_draft(town, meeting):
    assert titles(meeting) == ["走访轮次进展"]
    sessions.matter(town, "路灯不亮三盏", at=make.AT + dt.timedelta(minutes=1))
    assert titles(meeting) == ["路灯不亮三盏", "走访轮次进展"]
    assert not AgendaItem.objects.exists()


def test_late_ones_of_every_level_come_first_and_others_only_on_the_level_of_the_grid(town, meeting):
    sessions.matter(town, "支部在办的事还没到期", level=1)
    sessions.matter(town, "网格在办的事还没到期")
    late = sessions.matter(town, "支部在办的事已经超期", level=1, at=make.AT - dt.timedelta(days=20))
    other = sessions.matter(town, "别的网格的事已经超期", area=town.second_grid, at=make.AT - dt.timedelta(days=20))
    rows = agenda.lines(meeting, ON)
    assert [row.title for row in rows] == [late.title, "网格在办的事还没到期", "走访轮次进展"]
    assert (rows[0].why[:2], rows[0].tone) == ("超期", "r")
    assert other.title not in titles(meeting)


def test_what_the_level_below_handed_up_says_what_it_tried(town, meeting):
    row = sessions.matter(town, "夜间占道", level=2)
    moving.pass_up(matter=row, tried="劝导三次", left_open="还占着", why="", actor=town.staff, at=make.AT)
    line = agenda.lines(meeting, ON)[0]
    assert (line.why, line.tried) == ("议事会上转", "劝导三次")


def test_calling_settles_the_agenda_and_beginning_adds_what_came_since(town, meeting):
    sessions.matter(town, "路灯不亮三盏")
    called = calling.call(meeting=meeting, actor=town.staff, at=make.AT)
    assert titles(called) == ["路灯不亮三盏", "走访轮次进展"]
    sessions.matter(town, "井盖松动", at=make.AT + dt.timedelta(hours=1))
    assert titles(called) == ["路灯不亮三盏", "走访轮次进展"]
    assert [row.title for row in agenda.fresh(called, ON)] == ["井盖松动"]
    begun = calling.begin(meeting=called, actor=town.staff, at=sessions.DURING)
    assert titles(begun) == ["路灯不亮三盏", "走访轮次进展", "井盖松动"]


def test_what_is_solved_before_the_meeting_leaves_the_draft_even_when_it_was_arranged(town, meeting):
    first, second = sessions.matter(town, "路灯不亮三盏"), sessions.matter(town, "井盖松动")
    agenda.move(meeting=meeting, key=f"matter:{second.pk}", to=1, actor=town.staff, at=make.AT)
    assert titles(meeting)[:2] == [second.title, first.title]
    ending.solve(matter=second, how="盖好了", actor=town.staff, at=make.AT)
    assert titles(meeting) == [first.title, "走访轮次进展"]


def test_a_dropped_line_does_not_come_back_by_itself_but_when_asked(town, meeting):
    row = sessions.matter(town, "路灯不亮三盏")
    agenda.drop(meeting=meeting, key=f"matter:{row.pk}", actor=town.staff, at=make.AT)
    assert titles(meeting) == ["走访轮次进展"]
    agenda.bring_back(meeting=meeting, key=f"matter:{row.pk}", actor=town.staff, at=make.AT)
    assert titles(meeting) == ["走访轮次进展", "路灯不亮三盏"]
    assert AccessLog.objects.filter(verb="meetings.drop_item").count() == 1


def test_a_topic_is_put_on_once_whoever_asks_again(town, meeting):
    given = {"meeting": meeting, "key": "topic:1", "title": "小店共用隔油池", "actor": town.staff, "at": make.AT}
    first, second = agenda.put(**given), agenda.put(**given)
    assert first == second
    assert (first.why, titles(meeting)) == ("议题共创", ["走访轮次进展", "小店共用隔油池"])


def test_a_matter_is_put_before_a_meeting_by_hand_and_not_twice(town, meeting):
    row = sessions.matter(town, "支部在办的事", level=1)
    agenda.put_matter(meeting=meeting, matter=row, actor=town.staff, at=make.AT)
    agenda.put_matter(meeting=meeting, matter=row, actor=town.staff, at=make.AT)
    assert titles(meeting) == ["走访轮次进展", "支部在办的事"]
    ending.solve(matter=row, how="好了", actor=town.staff, at=make.AT)
    row.refresh_from_db()
    with pytest.raises(MeetingError, match="不在办"):
        agenda.put_matter(meeting=meeting, matter=row, actor=town.staff, at=make.AT)


def test_another_room_may_propose_lines(town, meeting, monkeypatch):
    monkeypatch.setattr(agenda, "_sources", [])
    agenda.add_source(lambda row: [Line("topic:7", f"给{row.area}的议题", Rank.PROPOSED, "议题共创")])
    assert titles(meeting) == ["给第一网格的议题", "走访轮次进展"]


def test_what_the_last_meeting_resolved_and_nobody_did_comes_first(town, meeting):
    row = sessions.matter(town, "路灯不亮三盏")
    begun = sessions.under_way(town, meeting)
    made = sessions.resolution(sessions.item(begun, f"matter:{row.pk}"), town)
    following = dt.datetime(2026, 11, 30, 9, tzinfo=make.AT.tzinfo)
    from grid.meetings import due

    due.ensure_due(on=following.date(), at=following, street=town.street)
    after = type(meeting).objects.get(area=town.first_grid, period_start=following.date())
    first = agenda.lines(after, following.date())[0]
    assert (first.carried, first.why, first.matter) == (made, "上次决议", row)
    assert agenda.lines(after, dt.date(2026, 12, 9))[0].why == "决议超期 8 天"
    assert [line.matter_id for line in agenda.lines(after, following.date())].count(row.pk) == 1
    resolutions.follow_up(resolution=made, said="done", actor=town.staff, at=following)
    assert all(line.carried is None for line in agenda.lines(after, following.date()))


@pytest.mark.parametrize(("to", "place"), [(1, 1), (2, 2), (99, 3), (-4, 1)])
def test_lines_are_put_in_another_order(town, meeting, to, place):
    sessions.matter(town, "路灯不亮三盏")
    sessions.matter(town, "井盖松动")
    agenda.move(meeting=meeting, key="routine:round", to=to, actor=town.staff, at=make.AT)
    assert titles(meeting).index("走访轮次进展") == place - 1


def test_wrong_words_wrong_length_wrong_line(town, meeting):
    given = {"meeting": meeting, "actor": town.staff, "at": make.AT}
    with pytest.raises(MeetingError, match="写议题"):
        agenda.propose(title="  ", **given)
    with pytest.raises(MeetingError, match="分钟数"):
        agenda.propose(title="排班", minutes=0, **given)
    with pytest.raises(MeetingError, match="不在议程上"):
        agenda.move(key="matter:1", to=1, **given)


def test_secretaries_arrange_visitors_and_strangers_do_not(town, meeting):
    agenda.propose(meeting=meeting, title="排班", actor=town.secretary, at=make.AT)
    for person in (town.visitor, town.colleague, town.stranger):
        with pytest.raises(MeetingError, match="不由您来办"):
            agenda.propose(meeting=meeting, title="排班", actor=person, at=make.AT)


def test_a_council_hears_what_lies_before_it(town):
    here = sessions.council(town)
    meeting, other = sessions.council_meeting(town, here), sessions.council_meeting(town)
    row = sessions.matter(town, "楼道堆物", level=2)
    row.legs.update(council=None)
    assert titles(meeting) == []
    row.legs.update(council=here)
    assert titles(meeting) == ["楼道堆物"]
    assert titles(other) == []
