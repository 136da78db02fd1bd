"""Grid meetings come from the calendar: one per grid and fortnight, whoever asks and however late."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from grid import tasks
from grid.meetings import due
from grid.models import Meeting
from shimen.audit.models import AccessLog
from shimen.celery import app
from tests import make

pytestmark = pytest.mark.django_db
AT, ON = make.AT, make.TODAY
PERIOD = dt.date(2026, 11, 16)


@pytest.fixture
def town():
    return make.town()


def starts(town, **given):
    rows = Meeting.objects.filter(street=town.street, area=town.first_grid, **given)
    return list(rows.order_by("period_start").values_list("period_start", flat=True))


def test_each_grid_gets_the_meeting_of_the_present_fortnight(town):
    made = due.ensure_due(on=ON, at=AT, street=town.street)
    assert [(row.area, row.period_start, row.state) for row in made] == [
        (town.first_grid, PERIOD, "draft"),
        (town.second_grid, PERIOD, "draft"),
    ]
    first = made[0]
    assert str(first) == "第一网格例会，11 月 25 日"
    assert first.starts_at == dt.datetime(2026, 11, 25, 6, 0, tzinfo=dt.UTC)
    assert AccessLog.objects.filter(verb="meetings.due", object_id=str(first.pk)).count() == 1
    assert due.ensure_due(on=ON, at=AT, street=town.street) == []


def test_people_of_the_grid_are_asked(town):
    made = due.ensure_due(on=ON, at=AT, street=town.street)[0]
    assert [(row.name, row.role, row.user) for row in made.attendees.all()] == [("赵甲一", "branch", town.secretary)]


def test_fortnights_that_passed_in_sleep_are_written_down_as_not_held(town):
    due.ensure_due(on=dt.date(2026, 10, 6), at=AT, street=town.street)
    due.ensure_due(on=ON, at=AT, street=town.street)
    assert starts(town) == [dt.date(2026, 10, 5), dt.date(2026, 10, 19), dt.date(2026, 11, 2), PERIOD]
    assert starts(town, state="cancelled", is_missed=True) == [dt.date(2026, 10, 19), dt.date(2026, 11, 2)]
    assert Meeting.objects.get(area=town.first_grid, period_start=PERIOD).number == 4


def test_a_clock_that_jumps_back_makes_nothing_new(town):
    due.ensure_due(on=ON, at=AT, street=town.street)
    assert due.ensure_due(on=dt.date(2020, 1, 1), at=AT, street=town.street) == []
    assert due.ensure_due(on=dt.date(2026, 11, 17), at=AT, street=town.street) == []
    assert starts(town) == [PERIOD]


def test_a_clock_that_ran_ahead_takes_no_meeting_away(town):
    due.ensure_due(on=ON, at=AT, street=town.street)
    due.ensure_due(on=dt.date(2027, 3, 1), at=AT, street=town.street)
    following = PERIOD + dt.timedelta(days=14)
    assert Meeting.objects.get(area=town.first_grid, period_start=following).state == "cancelled"
    due.ensure_due(on=following, at=AT, street=town.street)
    row = Meeting.objects.get(area=town.first_grid, period_start=following)
    assert (row.state, row.is_missed, row.cancelled_reason) == ("draft", False, "")


def test_a_clock_that_was_wrong_for_years_does_not_fill_the_list(town):
    due.ensure_due(on=ON, at=AT, street=town.street)
    due.ensure_due(on=dt.date(2036, 11, 23), at=AT, street=town.street)
    assert len(starts(town)) <= due.MOST_MISSED + 2


def test_what_a_person_called_off_stays_called_off(town):
    due.ensure_due(on=ON, at=AT, street=town.street)
    Meeting.objects.filter(area=town.first_grid).update(state="cancelled", cancelled_reason="并入下一次")
    assert due.ensure_due(on=ON, at=AT, street=town.street) == []
    assert Meeting.objects.get(area=town.first_grid).state == "cancelled"


def test_nothing_is_due_before_the_first_day_and_closed_grids_have_none(town):
    assert due.ensure_due(on=dt.date(2026, 8, 9), at=AT, street=town.street) == []
    town.second_grid.closed_on = dt.date(2026, 11, 1)
    town.second_grid.save()
    assert len(due.ensure_due(on=ON, at=AT, street=town.street)) == 1


def test_a_meeting_falls_on_a_working_day(town):
    # The tenth day of this fortnight is 2 October, in the holidays; work begins again on the 8th, the next period's.
    made = due.ensure_due(on=dt.date(2026, 9, 24), at=AT, street=town.street)[0]
    assert made.period_start == dt.date(2026, 9, 21)
    assert made.starts_at.date() == dt.date(2026, 9, 30)


def test_the_database_too_keeps_a_second_one_out(town):
    row = due.ensure_due(on=ON, at=AT, street=town.street)[0]
    with pytest.raises(IntegrityError, match="one_grid_meeting_per_fortnight"), transaction.atomic():
        Meeting.objects.create(
            street=town.street, kind="grid", area=town.first_grid, number=9, title="又一次", period_start=PERIOD,
            starts_at=row.starts_at, ends_at=row.ends_at, made_at=AT,
        )  # fmt: skip


def test_beat_knows_the_task_and_it_makes_meetings_of_all_streets(town, settings):
    settings.SHIMEN_NOW = AT
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} >= {"grid.tasks.ensure_due_meetings"}
    tasks.ensure_due_meetings()
    tasks.ensure_due_meetings()
    assert Meeting.objects.filter(area=town.first_grid).count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_beats_at_once_make_each_meeting_once():
    town = make.town()
    gate = threading.Barrier(10)
    # Half of them wake with a clock that is two fortnights behind.
    days = [ON, ON - dt.timedelta(days=28)] * 5

    def beat(on: dt.date) -> int:
        try:
            gate.wait()
            return len(due.ensure_due(on=on, at=AT, street=town.street))
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as beats:
        made = sum(beats.map(beat, days))
    rows = list(Meeting.objects.filter(street=town.street).values_list("area", "period_start"))
    assert made == len(rows) == len(set(rows))
    assert starts(town, period_start=PERIOD) == [PERIOD]
