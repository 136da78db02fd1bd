"""The nightly check: what contradicts itself is written down once, and closed when it is no longer so."""

from __future__ import annotations

import datetime as dt

from branches.duty import charges, checking, coverings, responsibilities
from branches.models import Covering, Finding, OrganisationUnit, Responsibility
from shimen.audit.models import AccessLog
from shimen.outbox import jobs
from shimen.outbox.models import Job
from tests import make, organised

DAY = make.TODAY
BEFORE = dt.date(2025, 9, 1)


def found(town):
    checking.check(street=town.street, on=DAY)
    return {(row.kind, row.entity_id or row.place_id or row.organisation_id) for row in Finding.objects.open()}


def test_everything_that_contradicts_itself_is_found_once(town):
    branch, other, gone = (organised.organisation(town) for _ in range(3))
    shop = make.entity(town.first_grid, place=make.place(town.first_grid))
    closed = make.entity(town.first_grid, presence="closed")
    Covering.objects.create(
        street=town.street, entity=closed, way="instructor", organisation=branch, source="hand", valid=(BEFORE, None)
    )
    unit = make.entity(town.first_grid)
    OrganisationUnit.objects.create(street=town.street, organisation=other, entity=unit, valid=(BEFORE, None))
    coverings.cover(entity=unit, way="instructor", organisation=branch, since=BEFORE, actor=None, at=make.AT)
    tower = make.place(town.first_grid, kind="building")
    room = make.place(town.first_grid, kind="room", building=tower, floor=2)
    for organisation, place in ((branch, tower), (other, room), (gone, make.place(town.first_grid))):
        pieces = [charges.Piece(place.pk)]
        charges.assign(organisation=organisation, pieces=pieces, since=BEFORE, actor=None, at=make.AT)
    lost = make.place(town.first_grid)
    Responsibility.objects.create(
        street=town.street, organisation=branch, member=organised.member(branch), place=lost, valid=(BEFORE, None)
    )
    type(gone).objects.filter(pk=gone.pk).update(dissolved_on=DAY)
    type(tower).objects.filter(pk=tower.pk).update(closed_on=DAY)
    expected = {
        ("uncovered", shop.pk),
        ("place_uncharged", shop.place_id),
        ("closed_covered", closed.pk),
        ("unit_otherwise", unit.pk),
        ("organisation_gone", gone.pk),
        ("place_closed", tower.pk),
        ("split_twice", room.pk),
        ("outside_area", lost.pk),
    }
    assert found(town) == expected
    assert found(town) == expected
    assert Finding.objects.count() == len(expected)


def test_what_is_put_right_is_closed_and_found_anew_if_it_comes_back(town):
    branch = organised.organisation(town)
    shop = make.entity(town.first_grid)
    found(town)
    row = Finding.objects.get()
    coverings.cover(entity=shop, way="instructor", organisation=branch, since=DAY, actor=None, at=make.AT)
    assert found(town) == set()
    row.refresh_from_db()
    assert row.closed_on == DAY
    coverings.uncover(entity=shop, on=DAY, reason="搬走了", actor=None, at=make.AT)
    assert found(town) == {("uncovered", shop.pk)}
    assert Finding.objects.count() == 2


def test_the_check_is_promised_once_a_day_and_does_its_work(town):
    make.entity(town.first_grid)
    for _ in range(3):
        checking.ensure_due(on=DAY, at=make.AT)
    assert Job.objects.filter(kind=checking.KIND, street=town.street).count() == 1
    jobs.run_due(at=make.AT)
    assert Finding.objects.filter(street=town.street).open().count() == 1
    assert not Job.objects.exclude(state=Job.State.DONE).exists()


def test_a_member_who_has_left_gives_their_doors_back_overnight(town):
    branch = organised.organisation(town)
    door = make.place(town.first_grid)
    charges.assign(organisation=branch, pieces=[charges.Piece(door.pk)], since=BEFORE, actor=None, at=make.AT)
    member = organised.member(branch)
    responsibilities.entrust(member=member, pieces=[charges.Piece(door.pk)], since=BEFORE, actor=None, at=make.AT)
    assert responsibilities.let_go(street=town.street, on=DAY, at=make.AT) == 0
    type(member).objects.filter(pk=member.pk).update(valid=(BEFORE, DAY))
    checking.ensure_due(on=DAY, at=make.AT)
    jobs.run_due(at=make.AT)
    assert not Responsibility.objects.on(DAY).exists()
    assert Responsibility.objects.on(DAY - dt.timedelta(days=1)).count() == 1
    assert AccessLog.objects.filter(verb="responsibilities.let_go").count() == 1


def test_a_finding_is_seen_by_whoever_sees_its_area(town):
    make.entity(town.first_grid)
    checking.check(street=town.street, on=DAY)
    assert Finding.objects.visible_to(town.secretary).count() == 1
    assert not Finding.objects.visible_to(town.colleague).exists()
    assert not Finding.objects.visible_to(town.stranger).exists()
