"""Where a meeting is: a space of a venue, booked, moved, given up with the meeting; or a place in words."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from grid.meetings import calling, due, rooms
from grid.meetings.handling import MeetingError
from grid.models import Meeting
from supply.bookings import waiting
from supply.models import Booking
from supply.rules.booking_states import State
from supply.timing.opening import Span
from tests import make, sessions, venues

pytestmark = pytest.mark.django_db
AT = make.AT
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.SHIMEN_NOW = AT


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def hall(town):
    return venues.space(venues.venue(town.first_grid, name="一站（示例）"), name="网格议事厅")


def planned(town, hall, **given):
    return calling.plan(
        council=sessions.council(town), kind="hearing", time=sessions.time(location="", space=hall, **given),
        actor=town.staff, at=AT,
    )  # fmt: skip


def moved(meeting, town, **given):
    return calling.edit(meeting=meeting, time=sessions.time(**given), actor=town.staff, at=AT)


def test_a_meeting_in_a_space_of_a_venue_has_it_booked(town, hall):
    row = planned(town, hall)
    booking = Booking.objects.get()
    assert (row.booking, row.location) == (booking, "一站（示例） 网格议事厅")
    assert (booking.space, booking.starts_at, booking.ends_at) == (hall, row.starts_at, row.ends_at)
    assert (booking.title, booking.people, booking.made_by) == (row.title, 3, town.staff)


def test_a_space_that_somebody_has_is_refused_by_name_and_nothing_is_planned(town, hall):
    planned(town, hall)
    with pytest.raises(MeetingError, match=r"网格议事厅已被“.*听证会.*订走。最近有空") as refused:
        planned(town, hall)
    assert refused.value.field == "space"
    assert Meeting.objects.of_councils().count() == 1


def test_closed_hours_and_too_many_people_are_said_at_the_right_field(town, hall):
    with pytest.raises(MeetingError, match="开放 09:00—21:00") as refused:
        planned(town, hall, starts_at=sessions.MEETING_AT + dt.timedelta(hours=8))
    assert refused.value.field == "starts"
    type(hall).objects.filter(pk=hall.pk).update(capacity=2)
    hall.refresh_from_db()
    with pytest.raises(MeetingError, match="最多容纳 2 人，参会名单有 3 人"):
        planned(town, hall)


def test_the_booking_moves_with_the_meeting_and_stays_when_only_the_chair_changes(town, hall):
    row = planned(town, hall)
    before = Booking.objects.get()
    row = moved(row, town, space=hall, location="", chair="商某乙")
    assert Booking.objects.get().revision == before.revision
    row = moved(row, town, space=hall, location="", starts_at=sessions.MEETING_AT + 2 * DAY)
    assert Booking.objects.get().starts_at == sessions.MEETING_AT + 2 * DAY
    assert rooms.sentence(row) == ""


def test_a_meeting_that_goes_elsewhere_gives_the_space_up(town, hall):
    row = moved(planned(town, hall), town, location="望桥路 12 号会客厅")
    assert (row.booking, row.location) == (None, "望桥路 12 号会客厅")
    booking = Booking.objects.get()
    assert booking.state == State.CANCELLED
    assert "换了地方" in booking.reason


def test_a_meeting_that_is_called_off_frees_its_space_and_wants_one_again_when_it_is_on(town, hall):
    row = calling.cancel(meeting=planned(town, hall), reason="场地检修", actor=town.staff, at=AT)
    booking = Booking.objects.get()
    assert (booking.state, booking.reason) == (State.CANCELLED, "不开了：场地检修")
    row = calling.restore(meeting=row, actor=town.staff, at=AT)
    with pytest.raises(MeetingError, match="网格议事厅的预订已取消（不开了：场地检修），重新选地点，再发通知"):
        calling.call(meeting=row, actor=town.staff, at=AT)
    row = moved(row, town, space=hall, location="")
    assert row.booking.state == State.CONFIRMED


def test_a_space_that_was_given_up_or_moved_behind_its_back_is_said_on_the_page(client, town, hall):
    row = planned(town, hall)
    waiting.cancel(booking=row.booking, reason="当天消防检查", actor=town.staff, at=AT)
    client.force_login(town.staff)
    page = client.get(reverse("grid:meeting", args=[row.pk])).text
    assert "网格议事厅的预订已取消（当天消防检查），重新选地点。" in page


def test_whoever_begins_the_meeting_has_come_to_the_space(town, hall):
    row = planned(town, hall)
    calling.begin(meeting=row, actor=town.staff, at=row.starts_at)
    assert Booking.objects.get().state == State.USED


def test_the_next_grid_meeting_takes_the_space_of_the_last_where_it_is_free(town, hall):
    first = sessions.grid_meeting(town)
    when = {"starts_at": first.starts_at, "ends_at": first.ends_at}
    moved(first, town, space=hall, location="", **when)
    later = make.TODAY + 14 * DAY
    made = due.ensure_due(on=later, at=AT + 14 * DAY, street=town.street)
    row = next(each for each in made if each.area_id == town.first_grid.pk)
    assert (row.booking.space, row.booking.starts_at) == (hall, row.starts_at)
    venues.booked(hall, town.staff, day=row.starts_at.date() + 14 * DAY, span=Span(840, 900))
    third = due.ensure_due(on=later + 14 * DAY, at=AT + 28 * DAY, street=town.street)
    row = next(each for each in third if each.area_id == town.first_grid.pk)
    assert (row.booking, row.location) == (None, "")


def test_the_form_wants_a_space_or_words_and_says_who_has_the_space(client, town, hall):
    planned(town, hall)
    client.force_login(town.staff)
    page = reverse("grid:meeting-new")
    council = sessions.council(town)
    posted = {
        "council": council.pk, "kind": "hearing", "day": "2026-11-26", "starts": "14:30", "ends": "15:30",
        "space": hall.pk, "location": "别处", "chair": "商某",
    }  # fmt: skip
    assert "选了阵地的空间，这里就空着" in client.post(page, posted).text
    refused = client.post(page, posted | {"location": ""})
    assert refused.status_code == 422
    assert "订走。最近有空" in refused.text
    made = client.post(page, posted | {"location": "", "starts": "16:00", "ends": "17:00"}, follow=True)
    assert "一站（示例） 网格议事厅" in made.text
    assert made.context["meeting"].booking.code in made.text
