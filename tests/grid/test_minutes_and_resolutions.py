"""Minutes that two may take at once, what came of an item, and resolutions that write back and are asked about."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from grid.chain.levels import Level
from grid.chain.transitions import State
from grid.matters import ending, moving
from grid.matters.handling import MatterError
from grid.meetings import minutes, resolutions
from grid.meetings.handling import MeetingError
from grid.models import FollowUp, ItemTextKept, Resolution
from shimen.audit.models import AccessLog
from tests import make, sessions

pytestmark = pytest.mark.django_db
DURING, DUE = sessions.DURING, sessions.DUE
LATER = DURING + dt.timedelta(days=1)


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def matter(town):
    return sessions.matter(town, "路灯不亮三盏")


@pytest.fixture
def meeting(town, matter):
    return sessions.under_way(town)


@pytest.fixture
def item(meeting, matter):
    return sessions.item(meeting, f"matter:{matter.pk}")


def note(item, text, actor, seen=0):
    return minutes.save(item=item, seen=seen, text=text, actor=actor, at=DURING)


# ---- minutes


def test_saving_counts_versions_and_the_same_text_changes_nothing(town, item):
    first = note(item, "查了线路", town.staff)
    assert (first.version, first.saved_by) == (1, town.staff)
    assert note(item, "查了线路", town.staff).version == 1
    assert note(item, "查了线路，属市政", town.staff, seen=1).version == 2
    assert AccessLog.objects.filter(verb="meetings.note").count() == 1


def test_who_saw_an_older_text_overwrites_nothing_and_is_shown_both(town, item):
    note(item, "甲写的", town.staff)
    with pytest.raises(minutes.NewerText, match="周戊五在您打开之后记过这一项") as news:
        note(item, "乙写的", town.secretary)
    assert news.value.item.text == "甲写的"
    merged = note(item, "甲写的\n乙写的", town.secretary, seen=1)
    assert merged.version == 2
    assert ItemTextKept.objects.get().text == "甲写的"


def test_different_items_do_not_disturb_each_other(town, meeting, item):
    other = sessions.item(meeting, "routine:round")
    note(item, "甲写的", town.staff)
    assert note(other, "乙写的", town.secretary).version == 1


def test_a_text_may_be_long_but_not_endless_and_loses_its_nuls(town, item):
    with pytest.raises(MeetingError, match="最长 8,000 个字，现在 8,001 个"):
        note(item, "字" * 8001, town.staff)
    assert note(item, "查\x00了\r\n线路 ", town.staff).text == "查了\n线路"


def test_notes_are_not_for_everybody(town, item):
    for person in (town.visitor, town.colleague, town.stranger, town.data_admin):
        with pytest.raises(MeetingError, match="不由您来办"):
            note(item, "我写", person)


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_save_at_once_one_is_kept_and_nine_see_it():
    town = make.town()
    sessions.matter(town, "路灯不亮三盏")
    item = sessions.item(sessions.under_way(town))
    outcomes, start = [], threading.Barrier(10)

    def save(number: int) -> None:
        start.wait()
        try:
            note(item, f"第 {number} 人写的", town.staff)
            outcomes.append(("kept", f"第 {number} 人写的"))
        except minutes.NewerText as news:
            outcomes.append(("told", news.item.text))
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = [text for what, text in outcomes if what == "kept"]
    assert len(kept) == 1
    assert {text for what, text in outcomes if what == "told"} == set(kept)
    item.refresh_from_db()
    assert (item.version, item.text) == (1, kept[0])


# ---- what came of an item


def decide(item, outcome, actor, **given):
    return minutes.decide(item=item, outcome=outcome, actor=actor, at=DURING, **given)


def test_solved_at_the_table_is_solved_on_the_level_of_the_matter(town, matter, item):
    note(item, "当场接通了", town.staff)
    decide(item, "solved", town.staff)
    matter.refresh_from_db()
    assert (matter.state, matter.solved_level, matter.how_solved) == (State.SOLVED, Level.GRID, "当场接通了")


def test_not_solved_goes_up_with_what_was_tried(town, matter, item):
    with pytest.raises(MatterError, match="试过什么"):
        decide(item, "up", town.staff, words="要市里改线路")
    decide(item, "up", town.staff, words="要市里改线路", tried="查线三次")
    matter.refresh_from_db()
    assert matter.stage is Level.DISTRICT
    with pytest.raises(MeetingError, match="到事项那一页去"):
        decide(item, "put_off", town.staff)


def test_wrong_outcomes_say_what_is_missing(town, meeting, item):
    with pytest.raises(MeetingError, match="选会上结果"):
        decide(item, "magic", town.staff)
    with pytest.raises(MeetingError, match="先在下面记一条"):
        decide(item, "resolved", town.staff)
    with pytest.raises(MeetingError, match="没有对应的事项"):
        decide(sessions.item(meeting, "routine:round"), "solved", town.staff, words="好了")
    sessions.resolution(item, town)
    with pytest.raises(MeetingError, match="先撤回议定事项"):
        decide(item, "put_off", town.staff)
    with pytest.raises(MeetingError, match="先撤回议定事项"):
        decide(item, "up", town.staff, words="没解决", tried="试过")


def test_secretaries_take_notes_but_do_not_decide(town, item):
    with pytest.raises(MeetingError, match="不由您来办"):
        decide(item, "put_off", town.secretary)
    with pytest.raises(MeetingError, match="不由您来办"):
        sessions.resolution(item, town, actor=town.secretary)


# ---- resolutions


def test_a_resolution_gives_the_matter_its_owner_task_and_day(town, matter, item):
    made = sessions.resolution(item, town, owner="", owner_user=town.secretary)
    leg = matter.legs.get(ended_at__isnull=True)
    assert (leg.owner, leg.owner_user, leg.task, leg.due_on) == ("赵甲一", town.secretary, made.text, DUE)
    matter.refresh_from_db()
    item.refresh_from_db()
    assert (matter.due_on, item.outcome, made.number) == (DUE, "resolved", 1)
    assert AccessLog.objects.filter(verb="meetings.resolve").count() == 1
    assert AccessLog.objects.filter(verb="grid.assign", object_id=str(matter.pk)).count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"owner": " "}, "写明责任人"),
        ({"text": ""}, "写议定了什么"),
        ({"due_on": None}, "选期限"),
        ({"due_on": dt.date(2026, 11, 24)}, "期限不能早于今天"),
        ({"due_on": dt.date(2026, 11, 28)}, "11-28 是休息日，选工作日，如 11-30"),
        ({"text": "字" * 301}, "最多 300 字"),
    ],
)
def test_what_cannot_be_resolved_says_why(town, item, given, sentence):
    with pytest.raises(MeetingError, match=sentence):
        sessions.resolution(item, town, **given)
    assert not Resolution.objects.exists()


def test_the_database_too_wants_an_owner(town, item):
    row = sessions.resolution(item, town)
    row.owner = ""
    with pytest.raises(IntegrityError, match="resolution_has_an_owner"), transaction.atomic():
        row.save()


def test_before_the_meeting_begins_nothing_is_resolved(town):
    sessions.matter(town, "井盖松动")
    from grid.meetings import calling

    called = calling.call(meeting=sessions.grid_meeting(town), actor=town.staff, at=make.AT)
    with pytest.raises(MeetingError, match="会还没有开始"):
        sessions.resolution(sessions.item(called), town)


def test_changed_and_withdrawn_while_the_meeting_is_under_way(town, matter, item):
    made = sessions.resolution(item, town)
    changed = resolutions.change(
        resolution=made,
        text="换灯头",
        owner="城运中心 吕子三",
        due_on=dt.date(2026, 12, 2),
        actor=town.staff,
        at=DURING,
    )
    assert matter.legs.get(ended_at__isnull=True).owner == "城运中心 吕子三"
    gone = resolutions.withdraw(resolution=changed, actor=town.staff, at=DURING)
    item.refresh_from_db()
    assert (gone.state, item.outcome) == ("withdrawn", "")


def test_a_matter_solved_meanwhile_is_left_alone(town, matter, item):
    ending.solve(matter=matter, how="来电了", actor=town.staff, at=DURING)
    made = sessions.resolution(item, town)
    matter.refresh_from_db()
    assert (matter.state, made.matter) == (State.SOLVED, matter)


def test_closing_a_matter_with_an_open_resolution_is_refused(town, matter, item):
    made = sessions.resolution(item, town)
    solved = ending.solve(matter=matter, how="换了灯头", actor=town.staff, at=LATER)
    ending.answer(matter=solved, words="灯亮了", way="phone", is_final=True, actor=town.staff, at=LATER)
    with pytest.raises(MatterError, match=r"议定的“六个车位错时开放”还没有落实（示例中队 何戌一，12-01 前）"):
        ending.close(matter=solved, satisfaction="good", actor=town.staff, at=LATER)
    resolutions.follow_up(resolution=made, said="done", note="都换好了", actor=town.staff, at=LATER)
    assert ending.close(matter=solved, satisfaction="good", actor=town.staff, at=LATER).state == State.CLOSED


# ---- what became of it


def follow(made, said, actor, **given):
    return resolutions.follow_up(resolution=made, said=said, actor=actor, at=LATER, **given)


def test_done_ends_it_and_tells_the_story_of_the_matter(town, matter, item):
    made = sessions.resolution(item, town)
    follow(made, "done", town.staff, note="划了线")
    made.refresh_from_db()
    assert (made.state, made.ended_at) == ("done", LATER)
    assert matter.moments.order_by("-at").first().sentence == "议定事项已落实：六个车位错时开放"
    assert AccessLog.objects.filter(verb="meetings.follow_up").count() == 1
    with pytest.raises(MeetingError, match="不用再记"):
        follow(made, "done", town.staff)


def test_not_yet_needs_a_reason_and_may_get_a_new_day(town, item):
    made = sessions.resolution(item, town)
    with pytest.raises(MeetingError, match="写明原因"):
        follow(made, "not_yet", town.staff)
    with pytest.raises(MeetingError, match="不能早于今天"):
        follow(made, "not_yet", town.staff, note="等料", due_on=dt.date(2026, 11, 25))
    follow(made, "not_yet", town.staff, note="等料", due_on=dt.date(2026, 12, 4))
    made.refresh_from_db()
    assert (made.state, made.due_on) == ("open", dt.date(2026, 12, 4))
    assert FollowUp.objects.get().note == "等料"


def test_the_owner_reports_whatever_their_role_others_do_not(town, item):
    made = sessions.resolution(item, town, owner_user=town.colleague)
    with pytest.raises(MeetingError, match="不由您来办"):
        follow(made, "done", town.visitor)
    assert made in Resolution.objects.visible_to(town.colleague)
    assert follow(made, "done", town.colleague).said == "done"


def test_nobody_follows_up_for_another_street(town, item):
    made = sessions.resolution(item, town)
    with pytest.raises(MeetingError, match="不由您来办"):
        follow(made, "done", town.stranger)
    assert not Resolution.objects.visible_to(town.stranger).exists()


def test_what_is_put_off_again_stays_on_the_matter(town, matter, item):
    sessions.resolution(item, town)
    moving.report(matter=matter, words="去看过了", actor=town.staff, at=LATER)
    assert [row.text for row in resolutions.of_matter(matter)] == ["六个车位错时开放"]
