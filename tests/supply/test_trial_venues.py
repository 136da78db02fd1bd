"""What the trial street shows of venues: counted from rows, open, booked through a year, with a fair rota."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter

import pytest

from shimen.figures.values import values
from supply.models import Booking, Hold, Shift, Space, StationMaster, Venue
from supply.rules.booking_states import STANDING, State
from supply.venues import hours
from tests.trial import NOW

pytestmark = pytest.mark.usefixtures("trial_street")


def test_three_main_venues_have_four_thousand_square_metres_in_their_spaces(trial_street):
    found = values(street=trial_street, on=NOW.date(), keys=["main_venues", "venue_floor_area", "venues"])
    assert {key: value.number for key, value in found.items()} == {
        "main_venues": 3, "venue_floor_area": 4000, "venues": 3,
    }  # fmt: skip
    assert hours.grids_without(trial_street.pk) == []


def test_every_venue_has_the_five_kinds_of_space_and_stands_on_the_map():
    for venue in Venue.objects.all():
        assert set(venue.spaces.values_list("kind", flat=True)) == set(Space.Kind.values)
        assert venue.place_id is not None


def test_a_year_of_bookings_lies_inside_opening_hours_and_is_held(trial_street):
    rows = list(Booking.objects.filter(street=trial_street).select_related("space__venue"))
    assert len(rows) > 1_000
    assert Hold.objects.filter(stands=True).count() == sum(row.state in STANDING for row in rows)
    days = [row.starts_at.astimezone(NOW.tzinfo).date() for row in rows]
    assert min(days) < NOW.date() - dt.timedelta(days=300)
    weeks = hours.weeks_of({row.space_id: row.space for row in rows}.values(), first=min(days), last=max(days))
    outside = [
        row
        for row, day in zip(rows, days, strict=True)
        if not weeks[row.space_id].holds(day, hours.span_of(row.starts_at, row.ends_at))
    ]
    assert outside == []
    assert {State.USED, State.RELEASED, State.PENDING, State.CONFIRMED, State.WAITING} <= {row.state for row in rows}


def test_the_rota_of_each_venue_is_fair_and_nobody_stands_two_days_in_a_row():
    for venue in Venue.objects.all():
        rows = list(Shift.objects.filter(venue=venue).order_by("day").values_list("master_id", "is_holiday"))
        served, off = Counter(master for master, _ in rows), Counter(master for master, is_off in rows if is_off)
        assert max(served.values()) - min(served.values()) <= 1
        assert max(off.values()) - min(off.values()) <= 1
        assert all(one[0] != other[0] for one, other in itertools.pairwise(rows))
    assert StationMaster.objects.filter(user__username="yanxinba").count() == 1
