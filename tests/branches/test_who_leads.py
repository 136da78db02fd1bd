"""Who leads which branch on a day: what other rooms ask."""

from __future__ import annotations

import datetime as dt

import pytest

from branches.committees import reading
from tests import make, organised

pytestmark = pytest.mark.django_db


def test_the_secretary_is_read_from_the_seat_of_that_day(town: make.Town):
    branch = organised.organisation(town)
    first = organised.committee(branch, elected_on=dt.date(2025, 7, 1))
    gone = organised.seat(first, valid=(dt.date(2025, 7, 1), make.TODAY))
    now = organised.seat(first, user=town.secretary, valid=(make.TODAY, None))
    assert reading.secretary_of(branch, make.TODAY) == now
    assert reading.secretary_of(branch, make.TODAY - dt.timedelta(days=1)) == gone
    assert reading.secretary_of(branch, dt.date(2025, 6, 30)) is None


def test_a_person_leads_the_branches_of_which_they_are_secretary_by_their_account(town: make.Town):
    branch, other = organised.organisation(town), organised.organisation(town)
    organised.seat(organised.committee(branch), user=town.secretary)
    organised.seat(organised.committee(other, "secretary", "deputy"), "deputy", user=town.secretary)
    assert list(reading.organisations_led_by(town.secretary, make.TODAY)) == [branch]
    assert reading.is_secretary_of(town.secretary, branch, make.TODAY)
    assert not reading.is_secretary_of(town.secretary, other, make.TODAY)
    assert not reading.organisations_led_by(town.staff, make.TODAY)


def test_a_withdrawn_election_made_nobody_secretary(town: make.Town):
    branch = organised.organisation(town)
    withdrawn = organised.committee(branch, withdrawn_at=make.AT)
    organised.seat(withdrawn, user=town.secretary, withdrawn_at=make.AT)
    assert reading.committee_of(branch, make.TODAY) is None
    assert reading.secretary_of(branch, make.TODAY) is None
    assert not reading.organisations_led_by(town.secretary, make.TODAY)
