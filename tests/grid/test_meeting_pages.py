"""The pages of meetings: the list, one meeting with its agenda, minutes beside each other, papers, and who may press what."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.urls import reverse
from docx import Document

from grid.meetings import calling, minutes, resolutions
from grid.models import Attendee, Meeting, Resolution
from shimen.audit.models import AccessLog
from tests import make, sessions

pytestmark = pytest.mark.django_db
AT, DURING = make.AT, sessions.DURING


@pytest.fixture(autouse=True)
def _now(settings):
    settings.SHIMEN_NOW = AT


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def matter(town):
    return sessions.matter(town, "路灯不亮三盏")


@pytest.fixture
def meeting(town, matter):
    return sessions.grid_meeting(town)


@pytest.fixture
def staff(client, town):
    client.force_login(town.staff)
    return client


def page(client, name, /, *args, **query):
    return client.get(reverse(f"grid:{name}", args=args), query)


def press(client, name, /, *args, follow=True, **posted):
    return client.post(reverse(f"grid:{name}", args=args), posted, follow=follow)


def text_of(response):
    return response.content.decode()


def test_an_empty_street_says_what_will_come(staff):
    assert "每双周开始时，每个网格的例会会自动排出来" in text_of(page(staff, "meetings"))
    assert "没有在办的议定事项" in text_of(page(staff, "resolutions"))


def test_the_list_by_what_they_wait_for(staff, town, meeting):
    shown = text_of(page(staff, "meetings"))
    assert "第一网格例会，11 月 25 日" in shown
    assert "第二网格例会" in shown
    assert "第二网格例会" not in text_of(page(staff, "meetings", area=str(town.first_grid.pk)))
    assert "没有符合的会议" in text_of(page(staff, "meetings", state="held"))
    assert page(staff, "meetings", area="x", state="nonsense", kind="?").status_code == 200


@pytest.mark.parametrize("many", [3, 30])
def test_the_lists_cost_the_same_however_long(staff, town, meeting, many):
    rows = [
        Meeting(
            street=town.street, kind="grid", area=town.first_grid, number=n, title=f"第一网格例会{n}", starts_at=AT + dt.timedelta(days=n),
            ends_at=AT + dt.timedelta(days=n, hours=1), period_start=dt.date(2027, 1, 1) + dt.timedelta(days=n), made_at=AT,
        )
        for n in range(2, many + 2)
    ]  # fmt: skip
    Meeting.objects.bulk_create(rows)
    page(staff, "meetings")
    with make.counting() as queries:
        page(staff, "meetings")
    assert len(queries) <= 25


def test_the_page_of_a_draft_says_why_each_line_is_there(staff, meeting, matter):
    shown = text_of(page(staff, "meeting", meeting.pk))
    assert "路灯不亮三盏" in shown
    assert "例行" in shown
    assert "2 项，13 分钟" in shown
    assert "发会议通知" in shown
    with make.counting() as queries:
        page(staff, "meeting", meeting.pk)
    assert len(queries) <= 60


def test_from_the_call_to_final_minutes_by_pressing(staff, town, meeting, matter, settings):
    key = f"matter:{matter.pk}"
    assert "议程定了" in text_of(press(staff, "meeting-step", meeting.pk, "call"))
    assert "会定在 11-25 14:00，还没到那天" in text_of(press(staff, "meeting-step", meeting.pk, "begin"))
    settings.SHIMEN_NOW = DURING
    assert "开始了" in text_of(press(staff, "meeting-step", meeting.pk, "begin"))
    marks = {f"state-{row.pk}": "present" for row in meeting.attendees.all()}
    assert "记下了" in text_of(press(staff, "meeting-people", meeting.pk, **marks))
    press(staff, "meeting-text", meeting.pk, key, text="查了线路", version="0")
    shown = press(
        staff, "meeting-resolve", meeting.pk, key, text="换灯头", owner="城运中心 吕子三", due_on="2026-12-01"
    )
    assert "责任人和期限已写进事项" in text_of(shown)
    assert "还没有结果" in text_of(press(staff, "meeting-step", meeting.pk, "close"))
    press(staff, "meeting-decide", meeting.pk, "routine:round", outcome="heard")
    assert "纪要定稿了" in text_of(press(staff, "meeting-step", meeting.pk, "close"))
    matter.refresh_from_db()
    assert matter.due_on == dt.date(2026, 12, 1)
    assert "议定 1 项" in text_of(page(staff, "matter-meetings", matter.pk))
    assert "换灯头" in text_of(page(staff, "resolutions"))


def test_what_is_wrong_comes_back_with_what_was_typed(staff, town, meeting, matter):
    sessions.under_way(town, meeting)
    key = f"matter:{matter.pk}"
    for posted, sentence in [
        ({"text": "换灯头", "owner": "", "due_on": "2026-12-01"}, "写明责任人"),
        ({"text": "换灯头", "owner": "吕子三", "due_on": "2026-11-20"}, "期限不能早于今天"),
        ({"text": "换灯头", "owner": "吕子三", "due_on": ""}, "选期限"),
        ({"text": "", "owner": "吕子三", "due_on": "2026-12-01"}, "写议定了什么"),
    ]:
        answer = press(staff, "meeting-resolve", meeting.pk, key, **posted)
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        assert posted["text"] in text_of(answer)
    assert not Resolution.objects.exists()
    answer = press(staff, "meeting-decide", meeting.pk, key, outcome="up", words="要市里改", tried="")
    assert (answer.status_code, "试过什么" in text_of(answer)) == (422, True)


def test_two_note_takers_see_each_other(client, town, meeting, matter):
    key = f"matter:{matter.pk}"
    sessions.under_way(town, meeting)
    client.force_login(town.staff)
    assert press(client, "meeting-text", meeting.pk, key, text="甲写的", version="0").status_code == 200
    client.force_login(town.secretary)
    url = reverse("grid:meeting-text", args=[meeting.pk, key])
    part = client.post(url, {"text": "乙写的", "version": "0"}, headers={"HX-Request": "true"})
    assert part.status_code == 422
    assert "周戊五在您打开之后记过这一项" in text_of(part)
    assert "甲写的" in text_of(part)
    whole = press(client, "meeting-text", meeting.pk, key, text="乙写的", version="0")
    assert whole.status_code == 422
    assert "甲写的" in text_of(whole)
    assert "乙写的" in text_of(whole)
    merged = press(client, "meeting-text", meeting.pk, key, text="甲和乙写的", version="0", accept="1")
    assert merged.status_code == 200
    assert sessions.item(meeting, key).text == "甲和乙写的"


def test_writing_under_a_line_of_a_draft_settles_it(staff, town, meeting, matter):
    press(
        staff, "meeting-text", meeting.pk, f"matter:{matter.pk}", text="拟：换灯头", version="0", next="routine:round"
    )
    assert sessions.item(meeting, f"matter:{matter.pk}").text == "拟：换灯头"
    assert page(staff, "meeting", meeting.pk, item="nothing").status_code == 200
    assert press(staff, "meeting-text", meeting.pk, "matter:gone", text="x", version="0").status_code == 404


def test_the_agenda_is_arranged_from_the_page(staff, meeting, matter):
    press(staff, "meeting-arrange", meeting.pk, "routine:round", do="up")
    rows = list(meeting.items.order_by("place").values_list("title", flat=True))
    assert rows == ["走访轮次进展", "路灯不亮三盏"]
    press(staff, "meeting-arrange", meeting.pk, "routine:round", do="drop")
    assert "放回议程" in text_of(page(staff, "meeting", meeting.pk))
    press(staff, "meeting-arrange", meeting.pk, "routine:round", do="back")
    assert press(staff, "meeting-arrange", meeting.pk, "routine:round", do="sideways").status_code == 404
    press(staff, "meeting-word", meeting.pk, "routine:round", title="第 8 轮走访进展", lead="党建办", minutes="4")
    assert "第 8 轮走访进展" in text_of(page(staff, "meeting", meeting.pk))


def test_something_is_put_on_the_agenda_by_hand(staff, town, meeting):
    assert "选一件事项，或写一个议题" in text_of(press(staff, "meeting-item-new", meeting.pk, minutes="8"))
    press(staff, "meeting-item-new", meeting.pk, title="下沉青年党员排班", lead="党建办", minutes="5")
    other = sessions.matter(town, "支部在办的事", level=1)
    press(staff, "meeting-item-new", meeting.pk, matter=str(other.pk), minutes="8")
    shown = text_of(page(staff, "meeting", meeting.pk))
    assert "下沉青年党员排班" in shown
    assert "提请上会" in shown


def test_people_are_added_and_struck(staff, town, meeting):
    press(staff, "meeting-person-new", meeting.pk, name="孙丙三", unit="示例面馆", role="raiser")
    person = Attendee.objects.get(name="孙丙三")
    assert not person.counts
    assert press(staff, "meeting-person-new", meeting.pk, name="", role="raiser").status_code == 422
    press(staff, "meeting-person-strike", meeting.pk, person.pk)
    assert not Attendee.objects.filter(name="孙丙三").exists()
    page(staff, "meeting-people", meeting.pk)
    assert AccessLog.objects.filter(reason="参会名单").count() >= 1


def test_a_council_meeting_is_planned_joined_and_called_off(staff, town):
    first, second = sessions.council(town), sessions.council(town, kind="building")
    posted = {"council": first.pk, "kind": "mediation", "day": "2026-11-26", "starts": "14:00", "ends": "15:00"}
    assert "结束要在开始之后" in text_of(press(staff, "meeting-new", **(posted | {"ends": "13:00"})))
    assert "开会时间已经过了" in text_of(press(staff, "meeting-new", **(posted | {"day": "2026-11-02"})))
    assert "选哪个议事会" in text_of(press(staff, "meeting-new", **(posted | {"council": ""})))
    press(staff, "meeting-new", **posted)
    made = Meeting.objects.get(council=first)
    press(staff, "meeting-act", made.pk, "join", council=second.pk)
    assert made.hosts.get().council == second
    press(staff, "meeting-part", made.pk, made.hosts.get().pk)
    assert "至少 4 个字" in text_of(press(staff, "meeting-act", made.pk, "cancel", reason="忙"))
    assert "这次不开了：人凑不齐，改期" in text_of(
        press(staff, "meeting-act", made.pk, "cancel", reason="人凑不齐，改期")
    )
    press(staff, "meeting-step", made.pk, "restore")
    made.refresh_from_db()
    assert made.state == "draft"
    press(
        staff, "meeting-edit", made.pk, day="2026-11-27", starts="09:00", ends="10:00", location="示例厅", chair="商某"
    )
    made.refresh_from_db()
    assert made.location == "示例厅"


def test_a_hearing_votes_on_the_page(staff, town):
    here = sessions.council(town, members=5)
    row = sessions.matter(town, "楼道堆物", level=2)
    row.legs.update(council=here)
    meeting = calling.begin(meeting=sessions.council_meeting(town, here), actor=town.staff, at=DURING)
    sessions.everybody(meeting, town.staff)
    key = f"matter:{row.pk}"
    assert "各多少票" in text_of(press(staff, "meeting-vote", meeting.pk, key, ayes="0", nays="0", abstained="0"))
    assert press(staff, "meeting-vote", meeting.pk, key, ayes="-1", nays="0", abstained="0").status_code == 422
    assert "通过了" in text_of(press(staff, "meeting-vote", meeting.pk, key, ayes="4", nays="1", abstained="0"))


def held(town, meeting, matter):
    """A meeting with everything in it, closed."""
    begun = sessions.under_way(town, meeting)
    item = sessions.item(begun, f"matter:{matter.pk}")
    minutes.save(item=item, seen=0, text="查了线路\n属市政<b>", actor=town.staff, at=DURING)
    sessions.resolution(item, town, text="换灯头")
    minutes.decide(item=sessions.item(begun, "routine:round"), outcome="heard", actor=town.staff, at=DURING)
    return calling.close(meeting=begun, actor=town.staff, at=DURING)


def test_the_minutes_as_a_word_file_in_the_usual_form(staff, town, meeting, matter):
    closed = held(town, meeting, matter)
    calling.add_to_minutes(meeting=closed, text="责任单位更名", actor=town.staff, at=DURING)
    answer = page(staff, "meeting-docx", closed.pk)
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    document = Document(io.BytesIO(answer.content))
    lines = [line.text for line in document.paragraphs]
    assert lines[0] == "第一网格例会纪要"
    assert lines[2] == "时间：2026 年 11 月 25 日（星期三）14:00 至 15:30"
    assert [line.partition("：")[0] for line in lines[2:7]] == ["时间", "地点", "主持", "出席", "请假"]
    assert "出席：赵甲一（支部书记）、吴长甲（示例中队）、郑长乙（示例中队）" in lines
    assert {"（1）路灯不亮三盏", "属市政<b>", "结果：议定"} <= {line.strip() for line in lines}
    assert lines[-2].startswith("补记：责任单位更名（周戊五，2026-11-25 14:20补记）")
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows == [["序号", "议定事项", "责任人", "期限"], ["1", "换灯头", "示例中队 何戌一", "2026-12-01"]]
    assert AccessLog.objects.filter(verb="meetings.exported", object_id=str(closed.pk)).count() == 1
    printed = text_of(page(staff, "meeting-minutes", closed.pk))
    assert "换灯头；责任人：示例中队 何戌一；期限：2026-12-01" in printed
    assert "属市政&lt;b&gt;" in printed
    assert "还没有定稿" not in printed


def test_what_is_not_final_says_so_and_odd_signs_break_no_file(staff, town, meeting, matter):
    begun = sessions.under_way(town, meeting)
    minutes.save(item=sessions.item(begun), seen=0, text="退格\x08和\x0b换行", actor=town.staff, at=DURING)
    assert "还没有定稿" in text_of(page(staff, "meeting-minutes", begun.pk))
    assert Document(io.BytesIO(page(staff, "meeting-docx", begun.pk).content)).paragraphs


def test_the_invitation_and_the_calendar_entry(staff, town, meeting):
    shown = text_of(page(staff, "meeting-notice", meeting.pk))
    assert "第一网格<br>网格例会通知" in shown
    assert "路灯不亮三盏" in shown
    entry = page(staff, "meeting-ics", meeting.pk)
    assert entry["Content-Type"] == "text/calendar; charset=utf-8"
    assert "DTSTART:20261125T060000Z" in text_of(entry)
    assert "赵甲一" not in text_of(entry)


def test_the_last_resolutions_stand_beside_the_next_agenda(staff, town, meeting, matter):
    from grid.meetings import due

    closed = held(town, meeting, matter)
    later = dt.datetime(2026, 11, 30, 9, tzinfo=AT.tzinfo)
    due.ensure_due(on=later.date(), at=later, street=town.street)
    after = Meeting.objects.get(area=town.first_grid, period_start=later.date())
    shown = text_of(page(staff, "meeting", after.pk))
    assert "1 项，0 项已办" in shown
    assert "上次决议" in shown
    row = closed.resolutions.get()
    begun = sessions.under_way(town, after, at=after.starts_at)
    key = f"resolution:{row.pk}"
    assert "写明原因" in text_of(press(staff, "meeting-follow", begun.pk, key, said="not_yet", note=""))
    press(staff, "meeting-follow", begun.pk, key, said="done", note="换好了")
    row.refresh_from_db()
    assert row.state == "done"
    assert sessions.item(begun, key).outcome == "heard"
    assert "换灯头（示例中队 何戌一）：已落实，换好了" in text_of(page(staff, "meeting-minutes", begun.pk))


def test_an_owner_without_a_role_over_it_says_what_became_of_it(client, town, meeting, matter):
    begun = sessions.under_way(town, meeting)
    made = sessions.resolution(sessions.item(begun, f"matter:{matter.pk}"), town, owner_user=town.colleague)
    client.force_login(town.colleague)
    assert "记下落实情况" in text_of(page(client, "resolution", made.pk))
    assert press(client, "resolution", made.pk, said="not_yet", note="").status_code == 422
    press(client, "resolution", made.pk, said="done", note="换好了")
    made.refresh_from_db()
    assert made.state == "done"
    client.force_login(town.visitor)
    assert "记下落实情况" not in text_of(page(client, "resolution", made.pk))


def test_another_grid_and_another_street_find_nothing(client, town, meeting):
    for person in (make.person(town.street, "secretary", area=town.second_grid), town.stranger):
        client.force_login(person)
        assert page(client, "meeting", meeting.pk).status_code == 404
        assert page(client, "meeting-docx", meeting.pk).status_code == 404
    client.force_login(town.secretary)
    shown = text_of(page(client, "meeting", meeting.pk))
    assert "加议题" in shown
    assert "发会议通知" not in shown
    assert "不由您来办" in text_of(press(client, "meeting-step", meeting.pk, "call"))


def test_the_list_leaves_as_a_file_with_a_line_in_the_log(staff, meeting):
    answer = page(staff, "meetings-export")
    assert "第一网格例会，11 月 25 日" in answer.content.decode("utf-8-sig")
    assert AccessLog.objects.filter(reason="会议清单").count() <= 1


def test_withdrawn_from_the_page(staff, town, meeting, matter):
    begun = sessions.under_way(town, meeting)
    made = sessions.resolution(sessions.item(begun, f"matter:{matter.pk}"), town)
    press(staff, "resolution-withdraw", begun.pk, made.pk)
    made.refresh_from_db()
    assert made.state == "withdrawn"
    with pytest.raises(resolutions.MeetingError, match="不用再记"):
        resolutions.follow_up(resolution=made, said="done", actor=town.staff, at=DURING)


def test_a_matter_names_the_meeting_on_whose_draft_it_stands(client, town):
    matter = sessions.matter(town, "路灯不亮三盏")
    meeting = sessions.grid_meeting(town)
    client.force_login(town.staff)
    text = client.get(reverse("grid:matter-meetings", args=[matter.pk])).content.decode()
    assert meeting.title in text
    assert f"{meeting.pk}/?item=matter%3A{matter.pk}#item" in text
