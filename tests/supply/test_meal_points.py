"""Meal points: by the clock, over holidays and pauses; kept by the verbs; reported from the door without a name."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from shimen.audit.models import AccessLog
from shimen.errors import DomainError
from shimen.territory.models import CalendarDay
from supply.meals import hours, points, reports
from supply.models import MealPause, MealReport
from supply.venues import places
from tests import make, stands, venues

AT, DAY = make.AT, dt.timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
db = pytest.mark.django_db


def span(weekday, opens, closes):
    return hours.Span(weekday, dt.time.fromisoformat(opens), dt.time.fromisoformat(closes))


def offer(*spans, pauses=(), after=None, holidays=()):
    return hours.Offer(spans, pauses, dt.date(2026, 1, 1), after, frozenset(holidays))


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# ---- by the clock (pure)

NOON = (span(0, "11:00", "13:00"), span(0, "17:00", "18:30"), span(1, "11:00", "13:00"))


@pytest.mark.parametrize(
    ("moment", "is_open", "words"),
    [
        ("2026-11-23 10:59", False, "现在不供餐，今天 11:00 开始"),
        ("2026-11-23 11:00", True, "正在供餐，到 13:00"),
        ("2026-11-23 12:59", True, "正在供餐，到 13:00"),
        ("2026-11-23 13:00", False, "现在不供餐，今天 17:00 开始"),
        ("2026-11-23 19:00", False, "现在不供餐，明天 11:00 开始"),
        ("2026-11-24 13:30", False, "现在不供餐，11-30 周一 11:00 开始"),
    ],
)
def test_a_point_says_whether_it_serves_and_when_next(moment, is_open, words):
    found = hours.now(offer(*NOON), at(moment))
    assert (found.is_open, found.words) == (is_open, words)


def test_neither_in_a_pause_nor_on_a_holiday_nor_after_its_end():
    monday = dt.date(2026, 11, 23)
    pause = hours.Pause(monday, monday + DAY, "装修")
    assert hours.now(offer(*NOON, pauses=(pause,)), at("2026-11-23 12:00")).words == "停供：装修，明天 11:00 开始"
    assert "节假日不供餐" in hours.now(offer(*NOON, holidays=(monday,)), at("2026-11-23 12:00")).words
    assert hours.now(offer(*NOON, after=monday), at("2026-11-23 12:00")).words == "已停办"
    long = hours.Pause(monday, monday + 60 * DAY, "装修")
    assert "近三周没有安排" in hours.now(offer(*NOON, pauses=(long,)), at("2026-11-23 12:00")).words


def test_the_week_is_told_in_few_lines():
    week = [span(day, "11:00", "13:00") for day in range(5)] + [span(6, "10:00", "12:00")]
    assert hours.in_words(week) == ["周一至周五 11:00–13:00", "周日 10:00–12:00"]
    assert hours.in_words([]) == []


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 22), st.integers(1, 23)), max_size=12),
    st.integers(0, 7 * 24 * 60),
)
def test_what_is_open_is_so_until_it_says_and_what_is_shut_opens_when_it_says(raw, minute):
    spans = [hours.Span(day, dt.time(opens), dt.time(closes)) for day, opens, closes in raw if opens < closes]
    if hours.problem(spans):
        return
    moment = at("2026-11-23 00:00") + dt.timedelta(minutes=minute)
    found = hours.now(offer(*spans), moment)
    if found.is_open:
        assert found.until is not None
        assert hours.now(offer(*spans), found.until - dt.timedelta(seconds=1)).is_open
    elif found.next_at is not None:
        assert found.next_at > moment
        assert hours.now(offer(*spans), found.next_at).is_open
        assert not hours.now(offer(*spans), found.next_at - dt.timedelta(seconds=1)).is_open


def test_hours_that_overlap_or_run_backwards_are_refused():
    assert "叠在一起" in hours.problem([span(0, "11:00", "13:00"), span(0, "12:00", "14:00")])
    assert "晚于开始" in hours.problem([span(2, "13:00", "11:00")])
    assert "至少写一天" in hours.problem([])


# ---- verbs


@db
def test_a_point_is_opened_changed_paused_ended_and_brought_back(town):
    point = stands.meal_point(town)
    now = points.standing([point], at("2026-11-23 12:00"))[0][1]
    assert now.is_open
    pause = stands.pause(point, town, first=make.TODAY, last=make.TODAY + DAY)
    point = points.find(point.token)
    assert points.standing([point], at("2026-11-23 12:00"))[0][1].words.startswith("停供：装修，11-25 周三 11:00")
    with pytest.raises(points.MealError, match="已经登记过停供"):
        stands.pause(point, town, first=make.TODAY + DAY, last=make.TODAY + 4 * DAY)
    points.resume(pause=pause, actor=town.staff, at=AT)
    assert not MealPause.objects.exists()
    ended = points.end(point=point, reason="换了地方", actor=town.staff, at=AT)
    with pytest.raises(points.MealError, match="已经停办"):
        points.end(point=point, reason="换了地方", actor=town.staff, at=AT)
    with pytest.raises(points.MealError, match="先恢复"):
        points.change(point=ended, said=stands.meal_said(town), actor=town.staff, at=AT)
    assert points.reopen(point=ended, actor=town.staff, at=AT).valid.upper is None
    verbs = AccessLog.objects.filter(verb__startswith="meals.").order_by("sequence").values_list("verb", flat=True)
    assert list(verbs) == ["meals.open", "meals.pause", "meals.resume", "meals.end", "meals.reopen"]


@db
@pytest.mark.parametrize(
    ("wish", "field", "words"),
    [
        ({"name": "餐"}, "name", "2 到 40"),
        ({"eaters": []}, "eaters", "谁可以来"),
        ({"price": 900}, "price", "500"),
        ({"hours": ()}, "hours", "至少写一天"),
    ],
)
def test_a_point_that_makes_no_sense_is_refused_at_its_field(town, wish, field, words):
    with pytest.raises(points.MealError, match=words) as refused:
        stands.meal_point(town, **wish)
    assert refused.value.field == field


@db
@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"last": make.TODAY + DAY, "first": make.TODAY + 2 * DAY}, "早于第一天"),
        ({"first": make.TODAY - 9 * DAY, "last": make.TODAY - 5 * DAY}, "已经过去"),
        ({"first": make.TODAY, "last": make.TODAY + 400 * DAY}, "最长一年"),
        ({"reason": ""}, "为什么"),
    ],
)
def test_a_pause_that_makes_no_sense_is_refused(town, wish, words):
    with pytest.raises(points.MealError, match=words):
        stands.pause(stands.meal_point(town), town, **wish)


@db
def test_a_weekend_that_hangs_on_a_holiday_is_one(town):
    CalendarDay.objects.update_or_create(day=dt.date(2026, 12, 4), defaults={"is_working": False, "name": "示例节"})
    saturday = stands.meal_point(town, hours=(span(5, "11:00", "13:00"),))
    assert not points.standing([saturday], at("2026-12-05 12:00"))[0][1].is_open
    always = stands.meal_point(town, hours=(span(5, "11:00", "13:00"),), is_open_on_holidays=True)
    assert points.standing([always], at("2026-12-05 12:00"))[0][1].is_open


@db
def test_a_report_is_taken_once_answered_and_reopened(town):
    point, form = stands.meal_point(town), uuid.uuid4()
    row = stands.report(point, id=form)
    assert stands.report(point, id=form) == row
    for wish, words in (
        ({"kind": "x"}, "怎么了"),
        ({"kind": "other", "words": ""}, "写一句"),
        ({"words": "19900000017"}, "电话"),
    ):
        with pytest.raises(DomainError, match=words):
            stands.report(point, **wish)
    with pytest.raises(reports.ReportError, match="怎么处理"):
        reports.answer(report=row, words="", actor=town.staff, at=AT)
    reports.answer(report=row, words="去看过了", actor=town.staff, at=AT)
    with pytest.raises(reports.ReportError, match="已经处理过"):
        reports.answer(report=row, words="去看过了", actor=town.staff, at=AT)
    assert reports.reopen(report=row, actor=town.staff, at=AT).answered_at is None
    assert MealReport.objects.count() == 1
    assert AccessLog.objects.get(verb="meals.report").origin == ""


# ---- pages


@db
def test_the_public_page_says_it_and_takes_a_report(town, client, settings):
    settings.SHIMEN_NOW = at("2026-11-23 12:00")
    point = stands.meal_point(town)
    address = reverse("supply:meal-door", args=[point.token])
    page = client.get(address)
    assert "正在供餐" in page.content.decode()
    assert not page.cookies
    done = stands.send(client, address, {"pass": page.context["pass"], "kind": "shut", "words": "门关着"})
    assert "收到了" in done.content.decode()
    stands.send(client, address, {"pass": page.context["pass"], "kind": "shut", "words": "门关着"})
    assert MealReport.objects.count() == 1
    old = stands.send(client, address, {"pass": "x", "kind": "shut"})
    assert old.status_code == 422
    assert "放得太久" in old.content.decode()
    assert "正在供餐，到 13:00" in client.get(reverse("supply:meals-public", args=[town.street.code])).content.decode()


@db
def test_a_secretary_keeps_the_points_of_her_grid_and_sees_no_others(town, client, settings):
    settings.SHIMEN_NOW = AT
    elsewhere = stands.meal_point(town, place=make.place(town.second_grid))
    client.force_login(town.secretary)
    form = {
        "name": "示例热饭角", "place": make.place(town.first_grid).address, "eaters": ["rider"], "price": "0",
        "first_day": "2026-11-01", "day0": "11:00-13:00、17:00-18:30", "day6": "9:30-10",
    }  # fmt: skip
    refused = client.post(reverse("supply:meal-point-new"), form)
    assert refused.status_code == 422
    assert "写成 11:00-13:00" in refused.content.decode()
    done = client.post(reverse("supply:meal-point-new"), form | {"day6": "9:30-10:30"})
    assert done.status_code == 302
    assert "示例热饭角" in client.get(reverse("supply:meal-points")).content.decode()
    assert client.get(reverse("supply:meal-point", args=[elsewhere.pk])).status_code == 404
    assert client.post(reverse("supply:meal-end", args=[elsewhere.pk]), {"reason": "示例"}).status_code == 404
    client.force_login(town.visitor)
    assert client.get(reverse("supply:meal-point-new")).status_code == 403


@db
def test_the_list_costs_the_same_however_many_points_there_are(town, client, settings, django_assert_max_num_queries):
    settings.SHIMEN_NOW = AT
    client.force_login(town.staff)
    for _ in range(6):
        stands.meal_point(town)
    client.get(reverse("supply:meal-points"))
    with django_assert_max_num_queries(25):
        client.get(reverse("supply:meal-points"))


@db
def test_the_station_master_s_day_names_the_points_of_the_grid_and_today_s_call_ups(town):
    from supply.models import Venue
    from supply.pages import stand_station

    point, call = stands.meal_point(town), stands.call(town, starts_at=AT + DAY / 24, ends_at=AT + DAY / 8)
    found = stand_station._context(town.staff, Venue(area=town.first_grid, street=town.street), make.TODAY)
    assert found is not None
    assert ([row for row, _ in found["points"]], found["calls"]) == ([point], [call])
    assert (
        stand_station._context(town.staff, Venue(area=town.second_grid, street=town.street), make.TODAY - DAY) is None
    )


@db
def test_a_point_in_a_venue_is_named_there_and_keeps_it_open(town, client, settings):
    settings.SHIMEN_NOW = at("2026-11-23 12:00")
    hall = venues.venue(town.first_grid, place=make.place(town.first_grid))
    point = points.open_point(
        street=town.street, said=replace(stands.meal_said(town), venue=hall, place=None), actor=town.staff, at=AT
    )
    assert (point.venue, point.place) == (hall, hall.place)
    client.force_login(town.staff)
    assert str(point) in client.get(reverse("supply:venue", args=[hall.pk])).content.decode()
    assert reverse("supply:venue", args=[hall.pk]) in client.get(_url(point)).content.decode()
    page = Client().get(reverse("supply:venue-public", args=[hall.token])).content.decode()
    assert reverse("supply:meal-door", args=[point.token]) in page
    assert "正在供餐，到 13:00" in page
    with pytest.raises(places.VenueError, match="还在这里供餐"):
        places.close_venue(venue=hall, on=make.TODAY, reason="租约到期", actor=town.staff, at=AT)
    wrong = replace(stands.meal_said(town), venue=hall, entity=make.entity(town.first_grid))
    with pytest.raises(points.MealError, match="只选一样"):
        points.change(point=point, said=wrong, actor=town.staff, at=AT)
    hall.place = None
    with pytest.raises(points.MealError, match="没有在地图上定位"):
        points.open_point(
            street=town.street, said=replace(stands.meal_said(town), venue=hall, place=None), actor=town.staff, at=AT
        )


def _url(point):
    return reverse("supply:meal-point", args=[point.pk])
