"""Lecturers of the catalogue are known where spaces are booked, the early ones among them."""

from __future__ import annotations

import datetime as dt

import pytest

from branches.models import Lecturer
from branches.people import catalogue, speakers
from shimen.audit.models import AccessLog
from supply.bookings.wanted import BookingError
from supply.models import Speaker
from supply.timing.opening import Span
from tests import make, people, venues

pytestmark = pytest.mark.django_db
ENTERED = {"name": "讲甲一", "unit": "示例党校", "topics": "身边的党课"}


def test_who_is_entered_changed_and_retired_is_so_for_bookings_at_once(town):
    row = catalogue.add(street=town.street, kind=Lecturer, values=ENTERED, actor=town.staff, at=make.AT)
    catalogue.change(row=row, values={"topics": "基层治理"}, actor=town.staff, at=make.AT)
    speaker = Speaker.objects.get(source=row.pk)
    assert (speaker.name, speaker.topics, speaker.retired_on) == ("讲甲一", "基层治理", None)
    catalogue.retire(row=row, actor=town.staff, at=make.AT)
    speaker.refresh_from_db()
    assert speaker.retired_on == make.TODAY
    assert speakers.put_right(street=town.street, at=make.AT) == 0


def test_who_was_entered_earlier_is_carried_over_by_the_nightly_check_once(town):
    early, gone = people.lecturer(town.street), people.lecturer(town.street, retired_at=make.AT)
    Speaker.objects.filter(source__in=[early.pk, gone.pk]).delete()
    assert speakers.put_right(street=town.street, at=make.AT) == 1
    assert Speaker.objects.get().source == early.pk
    assert speakers.put_right(street=town.street, at=make.AT) == 0
    assert AccessLog.objects.get(verb="training.tell_again").after == {"count": 1}


def test_a_lecturer_is_in_one_place_whoever_asks_for_them(town):
    who, hall = people.lecturer(town.street), venues.space(venues.venue(town.first_grid))
    speakers.keep_in_step(who)
    speaker = Speaker.objects.get(source=who.pk)
    starts = make.AT + dt.timedelta(hours=48)
    times = {"starts_at": starts, "ends_at": starts + dt.timedelta(hours=2), "enrol_until": make.AT, "capacity": 10}
    course = people.course(town.street)
    row = catalogue.plan(course=course, values=times | {"lecturer": who}, actor=town.staff, at=make.AT)
    day = {"day": make.TODAY + dt.timedelta(days=2), "speakers": (speaker,)}
    with pytest.raises(BookingError, match=f"在上“{course}”"):
        venues.booked(hall, town.staff, **day, span=Span(600, 660))
    venues.booked(hall, town.staff, **day, span=Span(840, 900), title="街区党课")
    later = {"starts_at": starts + dt.timedelta(hours=4), "ends_at": starts + dt.timedelta(hours=6)}
    with pytest.raises(catalogue.CatalogueError, match=r"已被“街区党课”（.*）请走"):
        catalogue.reschedule(training=row, values=later, actor=town.staff, at=make.AT)


def test_what_was_forgotten_below_is_not_written_anew(town):
    row = people.lecturer(town.street)
    speakers.keep_in_step(row)
    Lecturer.objects.update(retired_at=make.AT)
    speakers.keep_in_step(Lecturer.objects.get())
    Speaker.objects.update(name="（已到保存期限）", unit="")
    assert speakers.put_right(street=town.street, at=make.AT) == 0
