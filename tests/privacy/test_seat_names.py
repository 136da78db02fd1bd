"""The name of who left a committee is kept ten years; that the seat was held stays."""

from __future__ import annotations

import datetime as dt

import pytest

from branches.models import Seat
from shimen.privacy import retention
from tests import make, organised

pytestmark = pytest.mark.django_db


def test_a_name_goes_ten_years_after_the_seat_was_left_and_the_seat_stays(town: make.Town):
    committee = organised.committee(organised.organisation(town), "secretary", "deputy", elected_on=dt.date(2026, 1, 1))
    left = organised.seat(committee, name="赵甲一", user=town.secretary, valid=(dt.date(2026, 1, 1), make.TODAY))
    held = organised.seat(committee, "deputy", name="钱乙二")
    last = make.TODAY + dt.timedelta(days=3650)
    assert retention.run(street=town.street, on=last - dt.timedelta(days=1), at=make.AT)["seat.left"] == 0
    assert retention.run(street=town.street, on=last, at=make.AT)["seat.left"] == 1
    assert retention.run(street=town.street, on=last, at=make.AT)["seat.left"] == 0
    left.refresh_from_db()
    assert (left.name, left.user, left.role) == ("（已到保存期限）", None, "secretary")
    assert Seat.objects.get(pk=held.pk).name == "钱乙二"
