"""What the database itself refuses of organisations and members."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from branches.models import Member, Organisation, Superior
from tests import make, organised

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 23)


def test_an_organisation_stands_from_its_founding_to_the_day_before_it_is_dissolved():
    town = make.town()
    row = organised.organisation(town, founded_on=dt.date(2026, 9, 1), dissolved_on=DAY)
    assert list(Organisation.objects.standing(DAY - dt.timedelta(days=1))) == [row]
    assert not Organisation.objects.standing(DAY).exists()
    assert not Organisation.objects.standing(dt.date(2026, 8, 31)).exists()


def test_nobody_is_a_member_of_two_organisations_on_one_day():
    town = make.town()
    number = b"0123456789abcdef"
    first, second = organised.organisation(town), organised.organisation(town)
    organised.member(first, phone_index=number, valid=(dt.date(2025, 7, 1), DAY))
    organised.member(second, phone_index=number, valid=(DAY, None))
    with pytest.raises(IntegrityError, match="member_of_one_organisation_by_phone"), transaction.atomic():
        organised.member(second, phone_index=number, valid=(dt.date(2026, 1, 1), dt.date(2026, 2, 1)))


def test_one_superior_at_a_time():
    town = make.town()
    one, two, three = (organised.organisation(town) for _ in range(3))
    street = town.street
    Superior.objects.create(street=street, organisation=one, above=two, valid=(dt.date(2025, 7, 1), DAY))
    Superior.objects.create(street=street, organisation=one, above=three, valid=(DAY, None))
    with pytest.raises(IntegrityError, match="one_superior_at_a_time"), transaction.atomic():
        Superior.objects.create(street=street, organisation=one, above=two, valid=(DAY, None))


def test_a_list_shows_the_mask_and_the_name_is_opened_apart():
    town = make.town()
    row = Member.objects.get(pk=organised.member(organised.organisation(town), name="赵甲一").pk)
    assert str(row) == "赵**"
    assert row.name() == "赵甲一"
