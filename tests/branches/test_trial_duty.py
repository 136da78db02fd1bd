"""The trial street's areas and coverings: as the product derives them, with a handful left open."""

from __future__ import annotations

from django.db.models import Count

from branches.duty import checking, coverings, gaps
from branches.duty.gaps import Kind
from branches.models import Charge, Covering, DutyList, Finding, Organisation, Responsibility, Rule
from coverage.models import Entity
from shimen.figures.values import values
from shimen.territory.models import Place
from tests.trial import NOW

TODAY = NOW.date()


def test_every_door_has_one_branch_and_fourteen_entities_have_none(trial_street):
    fronts = Place.objects.filter(kind="shopfront").count()
    blocks = Organisation.objects.filter(kind="street_block")
    held = Charge.objects.on(TODAY).filter(organisation__in=blocks, place__kind="shopfront")
    assert held.count() == fronts
    buildings = Place.objects.filter(kind="building")
    assert buildings.exclude(pk__in=Charge.objects.on(TODAY).values("place")).count() == 1
    rules = Rule.objects.book(street=trial_street.pk, on=TODAY)
    open_ones = gaps.entities(Kind.UNCOVERED, Entity.objects.all(), on=TODAY, rules=rules)
    assert open_ones.count() == 14
    assert Covering.objects.on(TODAY).count() + 14 == Entity.objects.operating().count()
    numbers = values(
        street=trial_street, on=TODAY, keys=["gaps", "coverage_rate", "covered_organised", "covered_worked"]
    )
    assert numbers["gaps"].number == 14
    assert 40 < numbers["coverage_rate"].number < 50
    parts = numbers["covered_organised"].number + numbers["covered_worked"].number
    assert parts + 14 == Entity.objects.operating().count()


def test_the_job_finds_nothing_to_change_and_nothing_that_contradicts_itself(trial_street):
    assert coverings.refresh(street=trial_street, on=TODAY, at=NOW).total == 0
    checking.check(street=trial_street, on=TODAY)
    kinds = dict(Finding.objects.open().values_list("kind").annotate(n=Count("pk")))
    assert kinds == {"uncovered": 14, "place_uncharged": 1}


def test_members_share_the_doors_of_their_branch_and_carry_two_versions_of_a_list(trial_street):
    for block in Organisation.objects.filter(kind="street_block"):
        doors = Charge.objects.on(TODAY).filter(organisation=block).count()
        held = Responsibility.objects.on(TODAY).filter(organisation=block)
        assert held.count() == doors
        assert held.values("member").distinct().count() >= 8
    assert set(DutyList.objects.values_list("version", flat=True)) == {1, 2}
    known = Entity.objects.get(name="子丑面馆")
    row = Covering.objects.on(TODAY).get(entity=known)
    assert (row.way, row.organisation.short_name) == ("joint", "第一街区党支部")
    mine = Responsibility.objects.on(TODAY).get(place=known.place)
    assert str(mine.member.user) == "陈癸十"


def test_nothing_begins_before_what_it_rests_on_or_after_today(trial_street):
    for row in Covering.objects.select_related("organisation", "entity"):
        assert row.organisation.founded_on <= row.valid.lower <= TODAY
    assert not Charge.objects.filter(valid__startswith__gt=TODAY).exists()
    assert not Charge.objects.exclude(organisation__dissolved_on=None).exists()
