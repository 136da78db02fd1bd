"""The trial street's councils and grids: the counts of the campaign, and nothing that the rules would refuse."""

from __future__ import annotations

from django.db.models import Count

from grid.models import Council, CouncilMember, GridMember, GridPart, Leg, LegCouncil, Secondment
from shimen import figures
from shimen.figures.values import values
from shimen.territory.models import Area, Place
from tests import trial

TODAY = trial.NOW.date()


def test_the_counts_are_those_of_the_campaign(trial_street):
    keys = {"street_councils", "building_councils"}
    found = values(street=trial_street, on=TODAY, keys=keys)
    assert {key: found[key].number for key in keys} == {"street_councils": 12, "building_councils": 9}
    assert all(figures.find(key).row_url for key in keys)


def test_every_council_has_members_and_a_charter_and_all_but_one_a_convener(trial_street):
    every = Council.objects.standing(TODAY)
    assert all(council.charters.on(TODAY).count() == 1 for council in every)
    assert all(council.members.on(TODAY).count() >= 6 for council in every)
    convened = CouncilMember.objects.on(TODAY).filter(is_convener=True).values("council")
    assert every.exclude(pk__in=convened).count() == 1
    assert every.get(name="望桥路街委会").convener.username == "fengrenjiu"


def test_the_roads_of_every_grid_are_shared_out_once(trial_street):
    for place in Place.objects.filter(kind=Place.Kind.SHOPFRONT).order_by("area", "road").distinct("area", "road"):
        found = Council.objects.for_place(place, TODAY)
        assert found.count() == 1, (place.area, place.road)


def test_matters_before_councils_name_them_and_their_conveners(trial_street):
    legs = Leg.objects.filter(level=2)
    assert legs.exists()
    assert not legs.filter(council__isnull=True).exists()
    for leg in legs.select_related("council")[:50]:
        assert leg.body == leg.council.name
        convener = leg.council.members.filter(is_convener=True).first()
        assert leg.owner == (convener.name if convener else "")
    assert LegCouncil.objects.count() >= legs.count() // 4


def test_every_grid_has_a_head_people_lent_and_former_grids(trial_street):
    for grid in Area.objects.grids():
        assert GridMember.objects.filter(grid=grid, role="head").on(TODAY).count() == 1
        assert Secondment.objects.filter(grid=grid).on(TODAY).count() >= 4
        assert GridPart.objects.filter(grid=grid).on(TODAY).count() == 8
    assert Secondment.objects.on(TODAY).count() == 16
    twice = Secondment.objects.on(TODAY).values("person_key").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()
