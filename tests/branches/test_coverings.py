"""In which one way an entity is covered: by hand, derived, kept in step, and when entries are merged."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from branches.duty import charges, coverings
from branches.duty.accepting import accept_all
from branches.duty.coverings import CoveringError
from branches.models import Covering, OrganisationUnit
from coverage.registry import entities as registry
from coverage.registry import merging
from shimen.audit.models import AccessLog
from tests import make, organised

DAY, NEXT = make.TODAY, make.TODAY + dt.timedelta(days=7)
BEFORE = dt.date(2025, 9, 1)


@pytest.fixture
def branch(town):
    return organised.organisation(town, short_name="第一街区")


@pytest.fixture
def shop(town):
    return make.entity(town.first_grid, place=make.place(town.first_grid), name="子丑面馆")


def cover(entity, organisation, way="street_block", since=BEFORE, **values):
    given = {"actor": None, "at": make.AT} | values
    return coverings.cover(entity=entity, way=way, organisation=organisation, since=since, **given)


def give(organisation, *places, since=BEFORE):
    pieces = [charges.Piece(place.pk) for place in places]
    charges.assign(organisation=organisation, pieces=pieces, since=since, actor=None, at=make.AT)


def ways(entity):
    rows = Covering.objects.filter(entity=entity).held().order_by("valid")
    return [(row.way, row.organisation, row.valid.lower, row.valid.upper) for row in rows]


def test_an_entity_is_covered_changed_and_uncovered_and_each_day_is_remembered(town, branch, shop):
    other = organised.organisation(town, kind="building")
    cover(shop, branch)
    coverings.change(entity=shop, way="building", organisation=other, since=DAY, actor=town.staff, at=make.AT)
    coverings.uncover(entity=shop, on=NEXT, reason="支部撤出", actor=town.staff, at=make.AT)
    assert ways(shop) == [("street_block", branch, BEFORE, DAY), ("building", other, DAY, NEXT)]
    verbs = AccessLog.objects.filter(verb__startswith="coverings.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["coverings.cover", "coverings.change", "coverings.uncover"]
    changed = AccessLog.objects.get(verb="coverings.change")
    assert changed.before["way"], changed.after["way"] == ("street_block", "building")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"way": "nonsense"}, "选一种覆盖方式"),
        ({"way": "building"}, "要选楼宇党支部"),
        ({"way": "single"}, "要先在第一街区登记这家为组建单位"),
        ({"since": dt.date(2020, 1, 1)}, "还没有成立或已经撤销"),
    ],
)
def test_a_way_that_cannot_be_is_refused_in_a_sentence(town, branch, shop, values, sentence):
    given = {"entity": shop, "way": "street_block", "organisation": branch, "since": DAY} | values
    with pytest.raises(CoveringError, match=sentence):
        coverings.cover(**given, actor=None, at=make.AT)


def test_an_instructor_is_a_member_of_the_organisation_that_sends_them(town, branch, shop):
    stranger = organised.member(organised.organisation(town))
    own = organised.member(branch)
    with pytest.raises(CoveringError, match="指导员要在"):
        cover(shop, branch, "instructor", instructor=stranger)
    with pytest.raises(CoveringError, match="只有“指导员联系”"):
        cover(shop, branch, instructor=own)
    assert cover(shop, branch, "instructor", instructor=own).instructor == own


def test_nobody_covers_what_is_covered_or_what_does_not_operate(town, branch, shop):
    cover(shop, branch)
    with pytest.raises(CoveringError, match="2025-09-01 起已由第一街区街区支部兜底，一家只按一种方式覆盖"):
        cover(shop, branch, "joint", since=DAY)
    closed = make.entity(town.first_grid, presence="closed")
    with pytest.raises(CoveringError, match="不在营"):
        cover(closed, branch)
    with pytest.raises(CoveringError, match="没有被覆盖"):
        coverings.uncover(entity=closed, on=DAY, reason="试试", actor=None, at=make.AT)
    with pytest.raises(CoveringError, match="和现在的一样"):
        coverings.change(entity=shop, way="street_block", organisation=branch, since=DAY, actor=None, at=make.AT)


def test_the_database_keeps_an_entity_from_two_coverings(town, branch, shop):
    cover(shop, branch)
    with pytest.raises(IntegrityError, match="covered_in_one_way_at_a_time"), transaction.atomic():
        Covering.objects.create(
            street=town.street, entity=shop, way="joint", organisation=branch, valid=(DAY, None), source="hand"
        )


def test_derived_coverings_follow_the_area_and_hand_made_ones_stay(town, branch, shop):
    other = organised.organisation(town, short_name="第二街区")
    by_hand = make.entity(town.first_grid, place=make.place(town.first_grid))
    give(branch, shop.place, by_hand.place)
    cover(by_hand, branch, "instructor")
    assert accept_all(street=town.street, entities=[shop.pk, by_hand.pk], actor=town.staff, at=make.AT) == 1
    charges.adopt(
        street=town.street, shares={other.pk: [shop.place_id, by_hand.place_id]}, since=DAY, basis="方案二",
        actor=None, at=make.AT,
    )  # fmt: skip
    assert coverings.current(shop, DAY).organisation == other
    assert coverings.current(by_hand, DAY).organisation == branch


def test_a_change_of_tomorrow_is_followed_by_the_job_of_that_day(town, branch, shop):
    other = organised.organisation(town)
    give(branch, shop.place)
    accept_all(street=town.street, entities=[shop.pk], actor=town.staff, at=make.AT)
    charges.move(to=other, pieces=[charges.Piece(shop.place_id)], since=NEXT, actor=None, at=make.AT)
    assert coverings.current(shop, NEXT).organisation == branch
    later = make.AT + dt.timedelta(days=7)
    assert coverings.refresh(street=town.street, on=NEXT, at=later).moved == 1
    assert coverings.refresh(street=town.street, on=NEXT, at=later).total == 0
    assert ways(shop)[-1][:3] == ("street_block", other, NEXT)


def test_a_unit_is_organised_alone_or_jointly_and_a_known_member_makes_it_joint(town, branch):
    def covered(**values):
        entity = make.entity(town.first_grid, place=make.place(town.first_grid))
        give(branch, entity.place)
        for standing in values.get("standings", ()):
            make.worker(entity, standing=standing)
        for organisation in values.get("unit_of", ()):
            OrganisationUnit.objects.create(
                street=town.street, organisation=organisation, entity=entity, valid=(BEFORE, None)
            )
        accept_all(street=town.street, entities=[entity.pk], actor=town.staff, at=make.AT)
        return coverings.current(entity, DAY).way

    own, joint = organised.organisation(town, kind="enterprise"), organised.organisation(town, form="joint")
    assert covered(unit_of=[own]) == "single"
    assert covered(unit_of=[joint]) == "joint"
    assert covered(standings=["member", "unknown"]) == "joint"
    assert covered(standings=["member", "probationary", "member"]) == "street_block"
    assert covered(standings=["unknown", "declined"]) == "street_block"


def test_whoever_closes_is_covered_no_longer(town, branch, shop):
    cover(shop, branch)
    registry.remove(entity=shop, reason="已经注销", actor=town.staff, at=make.AT)
    assert ways(shop) == [("street_block", branch, BEFORE, DAY)]


def test_the_job_ends_what_no_longer_operates_or_stands(town, branch, shop):
    cover(shop, branch)
    other = make.entity(town.first_grid)
    gone = organised.organisation(town)
    cover(other, gone, "instructor")
    type(shop).objects.filter(pk=shop.pk).update(presence="closed")
    type(gone).objects.filter(pk=gone.pk).update(dissolved_on=DAY)
    done = coverings.refresh(street=town.street, on=DAY, at=make.AT)
    assert (done.closed, done.gone) == (1, 1)
    assert not Covering.objects.on(DAY).exists()


def test_two_coverings_are_made_one_by_rule_and_taken_apart_again(town, branch, shop):
    twin = make.entity(town.first_grid, name="子丑面馆（示例）")
    other = organised.organisation(town)
    cover(shop, branch, since=DAY - dt.timedelta(days=30))
    cover(twin, other, "instructor", since=BEFORE)
    done = merging.merge(kept=shop, absorbed=twin, taken=(), reason="是同一家店", actor=town.staff, at=make.AT)
    assert [way[0] for way in ways(shop)] == ["street_block"]
    assert ways(twin) == [("instructor", other, BEFORE, DAY)]
    merging.unmerge(merge=done, actor=town.staff, at=make.AT)
    assert ways(twin) == [("instructor", other, BEFORE, None)]


def test_the_only_covering_of_two_entries_goes_with_the_merge(town, branch, shop):
    twin = make.entity(town.first_grid, name="子丑面馆（示例）")
    cover(twin, branch)
    done = merging.merge(kept=shop, absorbed=twin, taken=(), reason="是同一家店", actor=town.staff, at=make.AT)
    assert [way[0] for way in ways(shop)] == ["street_block"]
    merging.unmerge(merge=done, actor=town.staff, at=make.AT)
    assert ways(shop) == []
    assert [way[0] for way in ways(twin)] == ["street_block"]
