"""The pages of branch life: who sees and who changes what, forms that lose nothing, and a steady number of questions."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from branches.life import minutes
from branches.models import Activity, Attendance
from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from tests import make, organised
from tests.make import AT, TODAY

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _still(settings):
    settings.SHIMEN_NOW = AT


@pytest.fixture
def branch(town):
    return organised.organisation(town)


@pytest.fixture
def meeting(branch):
    return organised.activity(branch, starts_at=AT, ends_at=AT + HOUR)


def address(name: str, *args, **query) -> str:
    return reverse(f"branches:{name}", args=[getattr(arg, "pk", arg) for arg in args], query=query)


def said(branch, **given) -> dict[str, str]:
    values = {
        "kind": "theme_day", "title": "走访小店", "lead": branch.pk, "day": "2026-12-01", "starts": "19:00",
        "ends": "20:30", "location": "示例路 1 号", "audience": "members",
    }  # fmt: skip
    return {key: str(value) for key, value in (values | given).items()}


# ---- the calendar and the list


def test_the_month_shows_what_begins_in_it_and_the_list_everything(client, town, branch):
    here = organised.activity(branch, title="十一月的")
    organised.activity(branch, title="十二月的", starts_at=AT + dt.timedelta(days=20))
    client.force_login(town.secretary)
    page = client.get(address("activities"))
    days = [day for week in page.context["weeks"] for day in week if day.activities]
    assert [(day.on, day.activities) for day in days] == [(TODAY, [here])]
    assert client.get(address("activities", view="list")).context["page"].paginator.count == 2
    assert client.get(address("activities", view="list", kind="lesson")).context["page"].paginator.count == 0
    assert client.get(address("activities", view="week", day="2026-12-13")).context["n"] == 1


@pytest.mark.parametrize(
    "query", [{"view": "x"}, {"day": "0001-01-01"}, {"day": "9999-12-31"}, {"grid": "x", "page": "99"}]
)
def test_an_address_that_was_written_by_hand_breaks_nothing(client, town, query):
    client.force_login(town.staff)
    for view in ("month", "week", "list"):
        assert client.get(address("activities", **({"view": view} | query))).status_code == 200


def test_what_is_late_stands_there_in_the_order_of_grids_and_begins_a_form(client, town):
    second = organised.organisation(town, area=town.second_grid, founded_on=dt.date(2025, 7, 1))
    first = organised.organisation(town, founded_on=dt.date(2025, 7, 1))
    client.force_login(town.staff)
    owed = client.get(address("activities-due")).context["owed"]
    bodies = list(dict.fromkeys(each.organisation for each in owed))
    assert bodies == sorted([first, second], key=lambda row: (row.area.sort, row.kind, row.pinyin, row.pk))
    form = client.get(address("activity-new", kind="general", organisation=first.pk)).context["form"]
    assert (form.initial["kind"], form.initial["lead"]) == ("general", first)


def test_a_secretary_is_told_of_their_own_branch(client, town, branch):
    organised.organisation(town)
    organised.member(branch, user=town.secretary)
    client.force_login(town.secretary)
    owed = client.get(address("activities-due")).context["owed"]
    assert {each.organisation for each in owed} == {branch}


def test_what_is_seen_is_taken_out_with_a_purpose_that_is_kept(client, town, meeting):
    client.force_login(town.staff)
    url = address("activities-export", view="list", kind="general")
    assert client.post(url, {"purpose": "", "kind": "csv"}).status_code == 422
    answer = client.post(url, {"purpose": "核对本月组织生活", "kind": "csv"})
    assert "讨论示例事项" in answer.content.decode("utf-8-sig")
    assert AccessLog.objects.get(verb="branches.exported").reason == "核对本月组织生活"


# ---- planning


def test_an_activity_is_planned_from_the_form(client, town, branch):
    client.force_login(town.secretary)
    answer = client.post(address("activity-new"), said(branch))
    activity = Activity.objects.get()
    assert answer.headers["Location"] == address("activity", activity)
    assert activity.starts_at == dt.datetime(2026, 12, 1, 11, 0, tzinfo=dt.UTC)


def test_the_past_is_refused_at_the_day_and_what_was_typed_stays(client, town, branch):
    client.force_login(town.secretary)
    page = client.post(address("activity-new"), said(branch, day="2026-11-20"))
    assert page.status_code == 422
    assert "已经过去" in page.context["form"].errors["day"][0]
    assert "走访小店" in page.content.decode()
    client.post(address("activity-new"), said(branch, day="2026-11-20", late="on", late_reason="当天没有网络"))
    assert Activity.objects.get().is_late_record


def test_a_branch_outside_ones_area_does_not_lead(client, town):
    far = organised.organisation(town, area=town.second_grid)
    client.force_login(town.secretary)
    assert client.post(address("activity-new"), said(far)).status_code == 422
    assert not Activity.objects.exists()


def test_last_time_is_repeated(client, town, branch):
    other = organised.organisation(town)
    last = organised.activity(
        branch, other, kind="joint", title="一起扫街", agenda="扫东边", state="held", starts_at=AT - 24 * HOUR
    )
    client.force_login(town.secretary)
    begun = client.get(address("activity-new", like=last.pk)).context["form"].initial
    assert (begun["title"], begun["others"], begun["agenda"]) == ("一起扫街", [other.pk], "扫东边")
    assert begun["day"] > TODAY


def test_who_only_hosts_with_others_sees_but_does_not_change(client, town, branch):
    far = organised.organisation(town, area=town.second_grid)
    activity = organised.activity(far, branch, starts_at=AT)
    client.force_login(town.secretary)
    page = client.get(address("activity", activity))
    assert page.status_code == 200
    assert not page.context["runs"]
    for name in ("activity-edit", "activity-move", "activity-cancel", "attendance", "activity-print"):
        assert client.get(address(name, activity)).status_code == 404
    for name in ("activity-hold", "activity-minutes", "activity-decide", "activity-file-add"):
        assert client.post(address(name, activity)).status_code == 404


def test_moving_cancelling_and_holding_from_the_pages(client, town, branch, meeting):
    client.force_login(town.secretary)
    later = organised.activity(branch)
    client.post(
        address("activity-move", later),
        {"day": "2026-12-02", "starts": "09:00", "ends": "10:00", "reason": "会议室有事"},
    )
    assert client.post(address("activity-cancel", later), {"reason": ""}).status_code == 422
    client.post(address("activity-cancel", later), {"reason": "台风停办"})
    client.post(address("activity-hold", meeting))
    later.refresh_from_db()
    meeting.refresh_from_db()
    assert (later.moved_reason, later.state, meeting.state) == ("会议室有事", "cancelled", "held")


def test_an_activity_of_several_days_names_its_last_and_not_one_before_its_first(client, town, branch):
    client.force_login(town.secretary)
    later = organised.activity(branch)
    said = {"day": "2026-12-02", "starts": "09:00", "ends": "17:00", "reason": "展览三天"}
    wrong = client.post(address("activity-move", later), said | {"last_day": "2026-12-01"})
    assert wrong.status_code == 422
    assert "最后一天不能早于开始那天" in wrong.content.decode()
    client.post(address("activity-move", later), said | {"last_day": "2026-12-04"})
    later.refresh_from_db()
    assert (later.ends_at - later.starts_at).days == 2


# ---- minutes in two tabs


def typed(text: str, version: int, **given) -> dict[str, str]:
    return {"chair": "甲", "recorder": "乙", "text": text, "version": str(version)} | given


def test_two_tabs_do_not_overwrite_one_another(client, town, meeting):
    url = address("activity-minutes", meeting)
    client.force_login(town.staff)
    client.post(url, typed("干部写的", 0))
    client.force_login(town.secretary)
    page = client.post(url, typed("书记写的", 0))
    assert page.status_code == 422
    assert "干部写的" in page.content.decode()
    assert "书记写的" in page.content.decode()
    assert minutes.of(meeting).text == "干部写的"
    assert client.post(url, typed("合成一份", 0, accept="1")).status_code == 302
    assert minutes.of(meeting).text == "合成一份"
    page = client.get(address("activity", meeting))
    assert [old.text for old in page.context["kept"]] == ["干部写的"]


def test_typing_on_after_a_newer_text_was_shown_still_overwrites_nothing(client, town, meeting):
    url = address("activity-minutes", meeting)
    client.force_login(town.staff)
    client.post(url, typed("干部写的", 0))
    client.force_login(town.secretary)
    for text in ("书记", "书记写", "书记写的"):
        part = client.post(url, typed(text, 0), headers={"HX-Request": "true"})
        assert part.status_code == 422
        assert 'name="version" value="0"' in part.content.decode()
        assert "<html" not in part.content.decode()
    assert minutes.of(meeting).text == "干部写的"


def test_a_pause_in_typing_saves_and_says_so(client, town, meeting):
    client.force_login(town.secretary)
    part = client.post(address("activity-minutes", meeting), typed("一句", 0), headers={"HX-Request": "true"})
    assert "已保存" in part.content.decode()
    assert 'name="version" value="1"' in part.content.decode()


def test_the_printed_minutes_name_who_came_and_looking_is_kept(client, town, branch, meeting):
    member = organised.member(branch, name="试党员")
    meeting.attendance.create(street=town.street, member=member, state="present", how="hand", marked_at=AT)
    client.force_login(town.secretary)
    assert "试党员" in client.get(address("activity-print", meeting)).content.decode()
    assert AccessLog.objects.get(verb="branches.seen").after == {"rows": 1}


def test_a_decision_without_a_quorum_is_refused_on_the_page_with_the_rule(client, town, branch, meeting):
    organised.member(branch)
    client.force_login(town.secretary)
    page = client.post(address("activity-decide", meeting), {"text": "同意", "ayes": 1, "nays": 0, "abstained": 0})
    assert page.status_code == 422
    assert "占应到的百分之 50" in page.content.decode()


# ---- material


def test_material_comes_back_as_a_download_that_runs_nothing(client, town, meeting):
    client.force_login(town.secretary)
    sent = SimpleUploadedFile("会议通知.exe", "通知".encode())
    client.post(address("activity-file-add", meeting), {"file": sent})
    row = meeting.files.get()
    answer = client.get(address("activity-file", meeting, row))
    assert answer.content.decode() == "通知"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    client.post(address("activity-file-remove", meeting, row))
    assert client.get(address("activity-file", meeting, row)).status_code == 404


def test_a_file_of_another_activity_is_not_there(client, town, branch, meeting):
    client.force_login(town.secretary)
    client.post(address("activity-file-add", meeting), {"file": SimpleUploadedFile("a.txt", b"a")})
    other = organised.activity(branch)
    assert client.get(address("activity-file", other, meeting.files.get())).status_code == 404


# ---- attendance on the phone


def test_one_tap_marks_and_everybody_else_with_another(client, town, branch, meeting):
    people = [organised.member(branch) for _ in range(3)]
    url = address("attendance", meeting)
    client.force_login(town.secretary)
    assert client.get(url).status_code == 200
    assert AccessLog.objects.get(verb="branches.seen").after == {"rows": 3}
    assert client.post(url, {"mark": f"{people[0].pk}:excused"}).headers["Location"] == f"{url}#p-{people[0].pk}"
    client.post(url, {"mark": "all:present"})
    assert dict(Attendance.objects.values_list("member", "state")) == {
        people[0].pk: "excused", people[1].pk: "present", people[2].pk: "present",
    }  # fmt: skip


@pytest.mark.parametrize("mark", ["", "x", "x:present", ":", "all:x"])
def test_a_tap_that_makes_no_sense_is_said(client, town, branch, meeting, mark):
    organised.member(branch)
    client.force_login(town.secretary)
    page = client.post(address("attendance", meeting), {"mark": mark}, follow=True)
    assert page.status_code == 200
    assert not Attendance.objects.exists()


def test_the_code_is_shown_exchanged_and_hidden(client, town, meeting):
    url = address("attendance-code", meeting)
    client.force_login(town.secretary)
    assert "code" not in client.get(url).context
    client.post(url, {"do": "show"})
    first = client.get(url).context["code"]
    assert len(first.replace(" ", "")) == 6
    client.post(url, {"do": "show"})
    assert client.get(url).context["code"] != first
    client.post(url, {"do": "hide"})
    assert "code" not in client.get(url).context


# ---- who reads


def test_a_data_administrator_reads_and_is_offered_no_change(client, town, meeting):
    client.force_login(town.data_admin)
    page = client.get(address("activity", meeting)).content.decode()
    assert "改期" not in page
    assert client.get(address("attendance", meeting)).status_code == 403


def test_a_visitor_does_not_open_them(client, town, meeting):
    client.force_login(make.person(town.street, Role.VISITOR, area=town.first_grid))
    assert client.get(address("activity", meeting)).status_code == 403


# ---- a steady number of questions


def _asked(client, url: str) -> int:
    client.get(url)
    with make.counting() as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["activities", "activities?list", "activities-due", "projects", "tab", "today"])
def test_pages_ask_the_same_however_much_there_is(client, town, branch, name):
    urls = {
        "activities": address("activities"), "activities?list": address("activities", view="list"),
        "activities-due": address("activities-due"), "projects": address("projects"),
        "tab": address("organisation-activities", branch), "today": address("meetings-today"),
    }  # fmt: skip

    def grow(times: int) -> None:
        for n in range(times):
            other = organised.organisation(town)
            organised.member(other)
            organised.activity(branch, other, starts_at=AT + n * HOUR)
            organised.activity(other, state="held", starts_at=AT - dt.timedelta(days=40 + n))
            organised.project(branch, other)

    client.force_login(town.staff)
    grow(2)
    few = _asked(client, urls[name])
    grow(8)
    assert _asked(client, urls[name]) == few


def test_the_list_of_who_came_asks_the_same_for_three_and_for_thirty(client, town, branch, meeting):
    client.force_login(town.secretary)
    for _ in range(3):
        organised.member(branch)
    few = _asked(client, address("attendance", meeting))
    for _ in range(27):
        organised.member(branch)
    assert _asked(client, address("attendance", meeting)) == few
