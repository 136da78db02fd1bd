"""Venues: one per grid, opened, corrected, closed; spaces with their hours; what stands in the way is said."""

from __future__ import annotations

import datetime as dt

import pytest

from shimen import figures
from shimen.audit.models import AccessLog
from supply.models import Venue
from supply.pages import venue_figures
from supply.rulings import setting
from supply.timing.opening import Span
from supply.venues import hours, places
from supply.venues.places import VenueError
from tests import make, venues

pytestmark = pytest.mark.django_db
AT = make.AT
VALUES = {"name": "一站（示例）", "is_main": True, "address": "望桥路1号", "telephone": "", "about": ""}


@pytest.fixture
def town():
    return make.town()


def opened(town, area=None, **given) -> Venue:
    return places.open_venue(
        area=area or town.first_grid, values=VALUES | given, opened_on=make.TODAY, actor=town.staff, at=AT
    )


def test_a_grid_has_one_venue_and_the_others_are_gaps(town):
    opened(town)
    with pytest.raises(VenueError, match="一网格一阵地") as refused:
        opened(town, name="另一个")
    assert refused.value.field == "area"
    assert hours.grids_without(town.street.pk) == [town.second_grid.name]
    assert AccessLog.objects.filter(verb="venue.open").count() == 1


def test_a_closed_venue_makes_room_for_another_and_does_not_come_back_beside_it(town):
    row = opened(town)
    places.close_venue(venue=row, on=make.TODAY, reason="搬到新址", actor=town.staff, at=AT)
    opened(town, name="新址")
    with pytest.raises(VenueError, match="一网格一阵地"):
        places.reopen_venue(venue=row, actor=town.staff, at=AT)


def test_a_venue_stands_in_a_grid_and_not_in_another_area(town):
    block = make.area(town.street, parent=town.first_grid, kind="block")
    with pytest.raises(VenueError, match="按网格设"):
        opened(town, area=block)


def test_a_venue_with_bookings_ahead_is_not_closed(town):
    row = venues.venue(town.first_grid)
    space = venues.space(row)
    venues.booked(space, town.staff)
    with pytest.raises(VenueError, match="还有 1 场预订，最早是 11-24 09:00 的“主题党日”"):
        places.close_venue(venue=row, on=make.TODAY, reason="搬到新址", actor=town.staff, at=AT)
    with pytest.raises(VenueError, match="还有 1 场预订"):
        places.retire_space(space=space, reason="改作他用", actor=town.staff, at=AT)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"on": make.TODAY + dt.timedelta(days=1), "reason": "搬到新址"}, "不能在今天以后"),
        ({"on": make.TODAY, "reason": "搬"}, "至少 4 个字"),
    ],
)
def test_closing_wants_a_day_that_has_come_and_a_reason(town, given, sentence):
    with pytest.raises(VenueError, match=sentence):
        places.close_venue(venue=opened(town), actor=town.staff, at=AT, **given)


def test_the_floor_area_is_what_its_spaces_add_up_to(town):
    row = opened(town)
    venues.space(row, floor_area=120)
    other = venues.space(row, floor_area=80)
    assert Venue.objects.with_floor_area().get().floor_area == 200
    places.retire_space(space=other, reason="改作他用", actor=town.staff, at=AT)
    assert Venue.objects.with_floor_area().get().floor_area == 120
    figure = figures.registry.find("venue_floor_area")
    assert sum(space.floor_area for space in figure.rows(town.street)) == 120
    assert [row.name for row in venue_figures.VENUES[0].rows(town.street)] == ["一站（示例）"]


def test_a_space_is_given_hours_a_week_at_a_time(town):
    space = venues.space(venues.venue(town.first_grid))
    hours.set_week(space=space, days={0: [Span(540, 690), Span(780, 1020)], 7: []}, actor=town.staff, at=AT)
    week = hours.weeks_of([space], first=make.TODAY, last=make.TODAY)[space.pk]
    assert week.words(make.TODAY) == "09:00—11:30、13:00—17:00"
    assert week.words(make.TODAY + dt.timedelta(days=1)) == "不开放"
    with pytest.raises(VenueError, match="重叠或相接") as refused:
        hours.set_week(space=space, days={0: [Span(540, 690), Span(600, 720)]}, actor=town.staff, at=AT)
    assert refused.value.field == "day_0"


def test_a_single_day_is_said_once_and_not_of_yesterday(town):
    row = venues.venue(town.first_grid)
    say = {"venue": row, "space": None, "span": None, "actor": town.staff, "at": AT}
    hours.set_day(day=venues.TOMORROW, reason="检修", **say)
    with pytest.raises(VenueError, match="已经登记过"):
        hours.set_day(day=venues.TOMORROW, reason="检修", **say)
    with pytest.raises(VenueError, match="已经过去"):
        hours.set_day(day=make.TODAY - dt.timedelta(days=1), reason="检修", **say)
    with pytest.raises(VenueError, match="写一句原因"):
        hours.set_day(day=make.TODAY, reason=" ", **say)


def test_a_picture_is_told_by_its_bytes_and_may_be_taken_away(town):
    row = opened(town)
    with pytest.raises(VenueError, match="JPEG 或 PNG"):
        places.set_picture(venue=row, content=b"<svg onload=1>", actor=town.staff, at=AT)
    with pytest.raises(VenueError, match="太大"):
        places.set_picture(venue=row, content=b"\xff\xd8\xff" + b"x" * 1_500_000, actor=town.staff, at=AT)
    places.set_picture(venue=row, content=b"\xff\xd8\xffx", actor=town.staff, at=AT)
    assert Venue.objects.get().picture_kind == "jpeg"
    places.set_picture(venue=row, content=None, actor=town.staff, at=AT)
    assert Venue.objects.get().picture is None


def test_a_rule_is_set_within_its_bounds_from_today_on(town):
    say = {"street": town.street, "key": "booking_ahead_days", "basis": "示例会议", "actor": town.staff, "at": AT}
    with pytest.raises(setting.RuleError, match="要在 1 和 999 之间"):
        setting.set_rule(value=0, since=make.TODAY, **say)
    with pytest.raises(setting.RuleError, match="不能早于今天"):
        setting.set_rule(value=30, since=make.LONG_AGO, **say)
    row = setting.set_rule(value=30, since=make.TODAY + dt.timedelta(days=3), **say)
    setting.withdraw(rule=row, reason="改主意了", actor=town.staff, at=AT)
    now = setting.set_rule(value=30, since=make.TODAY, **say)
    with pytest.raises(setting.RuleError, match="已经在用"):
        setting.withdraw(rule=now, reason="改主意了", actor=town.staff, at=AT)
