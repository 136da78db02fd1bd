"""Working days: counting them, the years that are known, and a pasted notice."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from shimen.audit.models import AccessLog
from shimen.territory import calendar
from shimen.territory.calendar import CalendarError
from shimen.territory.models import CalendarDay, CalendarYear
from shimen.territory.workdays import NoticeError, WorkingCalendar, read_notice
from tests.make import AT

D = dt.date
NOTICE = """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。"""
PLAIN = WorkingCalendar()
days = st.dates(D(2024, 1, 1), D(2026, 12, 31))


@given(days, st.integers(0, 60))
def test_counting_and_adding_agree(start, number):
    end = PLAIN.add_working_days(start, number)
    between = PLAIN.working_days(start + dt.timedelta(days=1), end)
    assert len(between) == number or (number == 0 and start.weekday() >= 5)
    assert PLAIN.is_working(end)


@given(days, st.integers(1, 60))
def test_going_back_leads_to_a_working_day_before(start, number):
    back = PLAIN.add_working_days(start, -number)
    assert back < start
    assert PLAIN.is_working(back)
    assert len(PLAIN.working_days(back, start - dt.timedelta(days=1))) == number


def test_no_days_when_the_end_is_before_the_start():
    assert PLAIN.working_days(D(2026, 11, 23), D(2026, 11, 22)) == []


@pytest.mark.django_db
def test_the_national_week_and_its_make_up_days_are_known():
    assert calendar.working_days(D(2026, 9, 28), D(2026, 10, 12)) == [
        D(2026, 9, 28), D(2026, 9, 29), D(2026, 9, 30), D(2026, 10, 8), D(2026, 10, 9), D(2026, 10, 10), D(2026, 10, 12),
    ]  # fmt: skip
    assert calendar.add_working_days(D(2026, 9, 30), 1) == D(2026, 10, 8)
    assert not calendar.is_working(D(2026, 10, 1))


@pytest.mark.django_db
def test_a_year_without_notice_is_only_a_guess():
    assert calendar.is_provisional(2027)
    assert not calendar.is_provisional(2026)
    assert not calendar.is_working(D(2027, 10, 1))
    assert calendar.add_working_days(D(2026, 12, 31), 1) == D(2027, 1, 4)
    assert calendar.load(D(2026, 12, 31), D(2027, 1, 4)).is_provisional(D(2026, 12, 31), D(2027, 1, 4))
    assert calendar.is_provisional(2040)
    assert calendar.is_working(D(2040, 1, 2))


@pytest.mark.django_db
def test_a_notice_says_the_same_as_the_seeded_year():
    said = {day.day: day.is_working for day in read_notice(NOTICE, year=2026)}
    assert said == dict(CalendarDay.objects.filter(day__year=2026).values_list("day", "is_working"))


def test_full_width_digits_blanks_and_odd_numbering_do_not_matter():
    odd = NOTICE.replace("1月1日", "１月 １ 日").replace("一、元旦", "1. 元旦").replace("至", "—")
    assert read_notice(odd, year=2026) == read_notice(NOTICE, year=2026)


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "没有读出"), ("明天放假", "没有读出"), (NOTICE.replace("2026", "2025"), "写的是 2025 年"),
     ("一、元旦：2月30日放假。", "没有 2026 年 2 月 30 日"), ("一、元旦：1月5日至1日放假。", "前后颠倒"),
     ("一、元旦：3日放假。", "没有写月份")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_sentence(text, says):
    with pytest.raises(NoticeError, match=says):
        read_notice(text, year=2026)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    with contextlib.suppress(NoticeError):
        read_notice(text, year=2026)


@pytest.mark.django_db
def test_an_entered_notice_replaces_the_guess_and_is_logged(town):
    text = NOTICE.replace("2026", "2027")
    calendar.adopt_notice(year=2027, text=text, actor=town.staff, at=AT)
    assert not calendar.is_provisional(2027)
    assert CalendarYear.objects.get(year=2027).notice == text
    assert not CalendarDay.objects.filter(day=D(2027, 6, 9)).exists()
    calendar.adopt_notice(year=2027, text=text, actor=town.staff, at=AT)
    assert AccessLog.objects.filter(verb="territory.adopt_notice", actor=town.staff).count() == 2


@pytest.mark.django_db
def test_an_unreadable_notice_changes_nothing(town):
    before = list(CalendarDay.objects.order_by("day").values_list("day", "is_working"))
    with pytest.raises(CalendarError):
        calendar.adopt_notice(year=2027, text="明天放假", actor=town.staff, at=AT)
    assert list(CalendarDay.objects.order_by("day").values_list("day", "is_working")) == before


@pytest.mark.django_db
def test_a_notice_is_shown_before_it_holds(client, town):
    client.force_login(town.data_admin)
    url = reverse("calendar:notice")
    data = {"year": 2027, "text": NOTICE.replace("2026", "2027")}
    shown = client.post(url, data)
    assert "采用这" in shown.content.decode()
    assert calendar.is_provisional(2027)
    page = client.post(url, data | {"adopt": "1"}, follow=True)
    assert "按通知" in page.content.decode()
    assert not calendar.is_provisional(2027)


@pytest.mark.django_db
def test_a_wrong_notice_comes_back_with_what_was_typed(client, town):
    client.force_login(town.staff)
    answer = client.post(reverse("calendar:notice"), {"year": 2027, "text": "明天放假"})
    assert answer.status_code == 422
    assert "明天放假" in answer.content.decode()


@pytest.mark.django_db
def test_the_calendar_is_read_by_all_and_entered_by_the_office(client, town):
    client.force_login(town.visitor)
    page = client.get(reverse("calendar:year"), {"year": "2027"}).content.decode()
    assert "暂按法定节日" in page
    assert "录入放假通知</h2>" not in page
    assert client.get(reverse("calendar:year"), {"year": "abc"}).status_code == 200
    assert client.post(reverse("calendar:notice"), {"year": 2027, "text": NOTICE}).status_code == 403
