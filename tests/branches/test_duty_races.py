"""Two people at the same entity, or at the same doors, at the same moment: real threads, real transactions."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from branches.duty import adopting, charges, coverings, dividing, responsibilities
from branches.models import Charge, Covering, Responsibility
from shimen.errors import DomainError
from shimen.outbox import jobs
from tests import make, organised

pytestmark = pytest.mark.django_db(transaction=True)
DAY = make.TODAY


@pytest.fixture
def town():
    return make.town()


def at_once(*works):
    """What each returned, or the sentence with which it was refused."""
    gate = threading.Barrier(len(works))

    def run(work):
        gate.wait()
        try:
            return work()
        except DomainError as refusal:
            return refusal.sentence
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_two_who_cover_the_same_entity_at_once_one_wins_and_the_other_gets_a_sentence(town):
    shop = make.entity(town.first_grid, place=make.place(town.first_grid))
    branches = [organised.organisation(town) for _ in range(4)]

    def covering(organisation):
        return lambda: coverings.cover(
            entity=shop, way="street_block", organisation=organisation, since=DAY, actor=None, at=make.AT
        )

    done = at_once(*(covering(organisation) for organisation in branches))
    refused = [one for one in done if isinstance(one, str)]
    assert Covering.objects.filter(entity=shop).count() == 1
    assert len(refused) == 3
    assert all("一家只按一种方式覆盖" in sentence for sentence in refused)


def test_a_covering_written_past_the_verbs_meanwhile_becomes_a_sentence_too(town):
    shop = make.entity(town.first_grid)
    branch = organised.organisation(town)
    written, looked = threading.Event(), threading.Event()

    def rude():
        with transaction.atomic():
            Covering.objects.create(
                street=town.street, entity=shop, way="joint", organisation=branch, source="hand", valid=(DAY, None)
            )
            written.set()
            looked.wait(2)
        return "rude"

    def polite():
        written.wait(5)
        looked.set()
        return coverings.cover(entity=shop, way="street_block", organisation=branch, since=DAY, actor=None, at=make.AT)

    done = at_once(rude, polite)
    assert "一种" in done[1]
    assert Covering.objects.count() == 1


def test_two_branches_that_are_assigned_the_same_doors_at_once_share_none(town):
    doors = [make.place(town.first_grid) for _ in range(30)]
    first, second = organised.organisation(town), organised.organisation(town)

    def assigning(organisation, order):
        pieces = [charges.Piece(door.pk) for door in order]
        return lambda: charges.assign(organisation=organisation, pieces=pieces, since=DAY, actor=None, at=make.AT)

    done = at_once(assigning(first, doors), assigning(second, doors[::-1]))
    assert Charge.objects.on(DAY).count() == 30
    assert Charge.objects.values("organisation").distinct().count() == 1
    assert sum("已有别的党组织负责" in str(one) for one in done) == 1


def test_two_divisions_adopted_at_once_leave_every_door_with_one_branch(town):
    doors = [make.place(town.first_grid).pk for _ in range(30)]
    first, second = organised.organisation(town), organised.organisation(town)

    def adopting(shares):
        return lambda: charges.adopt(street=town.street, shares=shares, since=DAY, basis="方案", actor=None, at=make.AT)

    at_once(
        adopting({first.pk: doors[:15], second.pk: doors[15:]}), adopting({first.pk: doors[15:], second.pk: doors[:15]})
    )
    held = Charge.objects.on(DAY).values_list("place_id", "organisation_id")
    assert len(held) == 30
    first_half = {organisation for place, organisation in held if place in doors[:15]}
    assert len(first_half) == 1


def test_two_members_entrusted_with_the_same_door_at_once_share_none(town):
    branch = organised.organisation(town)
    door = make.place(town.first_grid)
    charges.assign(organisation=branch, pieces=[charges.Piece(door.pk)], since=DAY, actor=None, at=make.AT)
    members = [organised.member(branch) for _ in range(3)]

    def entrusting(member):
        return lambda: responsibilities.entrust(
            member=member, pieces=[charges.Piece(door.pk)], since=DAY, actor=None, at=make.AT
        )

    at_once(*(entrusting(member) for member in members))
    assert Responsibility.objects.on(DAY).filter(place=door).count() == 1


def test_many_places_are_adopted_by_two_connections_without_a_deadlock(town):
    doors = [make.place(town.first_grid).pk for _ in range(60)]
    first, second = organised.organisation(town), organised.organisation(town)
    works = [
        lambda holder=holder, day=day: charges.adopt(
            street=town.street, shares={holder.pk: doors}, since=DAY + dt.timedelta(days=day), basis="", actor=None,
            at=make.AT,
        )
        for holder, day in ((first, 0), (second, 0), (first, 0))
    ]  # fmt: skip
    done = at_once(*works)
    assert not [one for one in done if isinstance(one, str)]
    assert Charge.objects.on(DAY).count() == 60


def test_two_who_adopt_at_once_one_wins_and_the_doors_are_nobodys_twice(town):
    branches = [organised.organisation(town) for _ in range(2)]
    places = [make.place(town.first_grid, lon=121.5 + n / 5000) for n in range(8)]
    for place in places:
        make.entity(town.first_grid, place=place)
    made = dividing.ask(street=town.street, asked=dividing.Asked("示例"), actor=None, at=make.AT)
    jobs.run_due(at=make.AT)
    variant = made.variants.first()

    def adopting_it():
        return adopting.adopt(variant=variant, since=DAY, seen=0, actor=None, at=make.AT)

    done = at_once(adopting_it, adopting_it, adopting_it)
    assert sorted(one for one in done if isinstance(one, str)) == ["这份划分刚刚已经采用。"] * 2
    assert Charge.objects.on(DAY).count() == len(places)
    assert {row.organisation_id for row in Charge.objects.on(DAY)} == {branch.pk for branch in branches}
