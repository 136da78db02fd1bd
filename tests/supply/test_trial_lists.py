"""The trial street's lists, menus and deliveries: the numbers of the campaign, counted from rows and opening to them."""

from __future__ import annotations

import datetime as dt

import pytest

from shimen import figures
from shimen.figures.values import rows_of, values
from supply.models import Menu, MenuItem, Need, Order, Project, Recipient, Resource, Serving, Space, Venue, Volunteer
from tests.trial import NOW

pytestmark = pytest.mark.usefixtures("trial_street")
CAMPAIGN = {
    "main_venues": 3, "venue_floor_area": 4000, "needs": 83, "resources": 56, "projects": 68, "organisations_served": 87,
    "volunteers": 512,
}  # fmt: skip


def test_every_number_of_the_campaign_is_counted_from_rows_and_opens_to_them(trial_street):
    found = values(street=trial_street, on=NOW.date(), keys=list(CAMPAIGN))
    assert {key: value.number for key, value in found.items()} == CAMPAIGN
    by_key = {figure.key: figure for figure in figures.every()}
    for key, number in CAMPAIGN.items():
        rows = rows_of(by_key[key], trial_street)
        measure = by_key[key].measure
        assert (sum(getattr(row, measure) for row in rows) if measure else rows.count()) == number, key


def test_the_same_numbers_from_the_tables_themselves(trial_street):
    main = Venue.objects.filter(street=trial_street).standing().main()
    spaces = Space.objects.filter(venue__in=main).in_use()
    lists = [model.objects.filter(street=trial_street).standing().count() for model in (Need, Resource, Project)]
    assert (main.count(), sum(spaces.values_list("floor_area", flat=True)), lists) == (3, 4000, [83, 56, 68])
    assert Volunteer.objects.filter(street=trial_street).standing().count() >= 500


def test_each_of_the_eighty_seven_has_been_served_within_the_year(trial_street):
    bodies = Recipient.objects.filter(street=trial_street).emerging().on(NOW.date())
    year_ago = NOW.date() - dt.timedelta(days=365)
    served = Serving.objects.filter(recipient__in=bodies, on__gt=year_ago, on__lte=NOW.date())
    assert bodies.count() == 87
    assert served.values("recipient").distinct().count() == 87
    orders = Order.objects.filter(recipient__in=bodies, state="served").count()
    assert served.filter(via="menu").count() <= orders


def test_what_is_to_come_in_a_space_holds_it(trial_street):
    items = MenuItem.objects.filter(menu__week__gt=NOW.date(), menu__state=Menu.State.PUBLISHED).with_rooms()
    rooms = [item.room for item in items if item.room]
    assert len(rooms) > 8
    assert set(rooms) <= {"held", "asked"}
    assert all(item.booking.starts_at == item.starts_at for item in items if item.room)
