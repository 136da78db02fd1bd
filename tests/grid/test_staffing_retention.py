"""Names of those who left councils and grids go after three years, of several who sat together too; what they held stays."""

from __future__ import annotations

import datetime as dt

import pytest

from grid.models import CouncilMember, GridMember, Secondment
from grid.models.councils import FORGOTTEN
from shimen.privacy import retention
from tests import governed, make

pytestmark = pytest.mark.django_db
LEFT = dt.date(2026, 11, 1)
KEPT_UNTIL = LEFT + dt.timedelta(days=3 * 365)


def _forget(key, town, on):
    each = next(rule for rule in retention.rules() if rule.key == key)
    return each.erase([row.pk for row in each.due(town.street, on)], make.AT)


@pytest.fixture
def town():
    town = make.town()
    council = governed.council(town)
    for name in ("韩乙一", "韩乙二"):
        governed.council_member(council, name=name, valid=(make.LONG_AGO, LEFT), user=town.visitor)
        GridMember.objects.create(
            street=town.street, grid=town.first_grid, role="warden", name=name, valid=(make.LONG_AGO, LEFT)
        )
        governed.secondment(town.first_grid, name=name, valid=(make.LONG_AGO, LEFT))
    governed.council_member(council, name="还在任")
    return town


@pytest.mark.parametrize(
    ("key", "model"),
    [("council_member.left", CouncilMember), ("grid_member.left", GridMember), ("secondment.ended", Secondment)],
)
def test_names_go_after_three_years_and_not_before(town, key, model):
    assert _forget(key, town, KEPT_UNTIL - dt.timedelta(days=1)) == 0
    assert _forget(key, town, KEPT_UNTIL) == 2
    assert model.objects.filter(name=FORGOTTEN, user__isnull=True).count() == 2
    assert _forget(key, town, KEPT_UNTIL) == 0


def test_the_key_of_a_person_goes_with_the_name(town):
    _forget("secondment.ended", town, KEPT_UNTIL)
    assert not Secondment.objects.filter(person_key__contains="韩乙").exists()


def test_whoever_is_in_office_keeps_the_name(town):
    _forget("council_member.left", town, KEPT_UNTIL)
    assert CouncilMember.objects.filter(name="还在任").exists()
