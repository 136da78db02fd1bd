"""Who works in a grid: lent, renewed, moved, ended; members; former grids that went in."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from grid.chain import persons
from grid.models import GridMember, GridPart, Secondment
from grid.staffing import members, merging, secondments
from grid.staffing.holding import StaffingError
from grid.staffing.secondments import Person
from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db
AT, TODAY = make.AT, make.TODAY
DAY = dt.timedelta(days=1)
POLICE = Person("police", "示例路派出所", "魏庚七")


@pytest.fixture
def town():
    return make.town()


def _second(town, **given):
    values = {
        "grid": town.first_grid, "person": POLICE, "duties": "参加网格例会", "since": TODAY, "until": TODAY + 180 * DAY,
        "actor": town.staff, "at": AT,
    }  # fmt: skip
    return secondments.second(**(values | given))


def test_somebody_is_in_a_grid_until_the_last_day(town):
    row = _second(town)
    assert (row.since, row.last_day) == (TODAY, TODAY + 180 * DAY)
    assert Secondment.objects.on(row.last_day).exists()
    assert not Secondment.objects.on(row.last_day + DAY).exists()
    line = AccessLog.objects.get(verb="grid.second", object_id=str(town.first_grid.pk), actor=town.staff)
    assert line.after["person"] != "魏庚七"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"person": Person("army", "某单位", "魏庚七")}, "选从哪里来"),
        ({"person": Person("police", " ", "魏庚七")}, "写明原单位"),
        ({"person": Person("police", "派出所", "魏")}, "写上姓名"),
        ({"duties": "看"}, "写明在网格里做什么"),
        ({"until": TODAY - DAY}, "结束日不能早于起始日"),
        ({"since": TODAY - 9 * DAY, "until": TODAY - DAY}, "下沉期已经过了"),
        ({"until": TODAY + 3000 * DAY}, "一次最多 5 年"),
    ],
)
def test_what_cannot_be_lent_says_why(town, given, sentence):
    with pytest.raises(StaffingError, match=sentence):
        _second(town, **given)
    assert not Secondment.objects.exists()


def test_wrong_role_wrong_area_and_what_is_no_grid(town):
    elsewhere = make.person(town.street, Role.STAFF, area=town.second_grid)
    for actor in (town.secretary, elsewhere, town.stranger, town.nobody):
        with pytest.raises(StaffingError, match="由街道党务干部来定"):
            _second(town, actor=actor)
    with pytest.raises(StaffingError, match="不是网格"):
        _second(town, grid=town.block)
    with pytest.raises(StaffingError, match="不在本街道"):
        _second(town, person=Person("police", "示例路派出所", "魏庚七", user=town.stranger))
    town.first_grid.closed_on = TODAY
    town.first_grid.save()
    with pytest.raises(StaffingError, match="撤销"):
        _second(town)


def test_nobody_is_lent_twice_at_once(town):
    _second(town)
    with pytest.raises(StaffingError, match="下沉在第一网格，先结束那一段"):
        _second(town, grid=town.second_grid, person=Person("police", "示例路 派出所", "魏庚 七"))
    _second(town, grid=town.second_grid, since=TODAY + 181 * DAY, until=TODAY + 200 * DAY)
    _second(town, person=Person("police", "另一个派出所", "魏庚七"))


def test_an_account_is_lent_once_at_a_time(town):
    _second(town, person=Person("police", "示例路派出所", "魏庚七", user=town.visitor))
    with pytest.raises(StaffingError) as refused:
        _second(town, person=Person("urban", "城管中队", "陈癸十", user=town.visitor))
    assert refused.value.field == "user"


def test_the_database_refuses_too(town):
    row = _second(town)
    double = {"street": row.street, "whose": "police", "home_unit": row.home_unit, "name": row.name, "duties": "同上",
              "person_key": row.person_key}  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Secondment.objects.create(grid=town.second_grid, valid=(TODAY, TODAY + DAY), **double)
    with pytest.raises(IntegrityError), transaction.atomic():
        Secondment.objects.create(grid=town.second_grid, valid=(TODAY + 500 * DAY, None), **double)


def test_whoever_stays_longer_is_renewed(town):
    row = _second(town)
    renewed = secondments.renew(
        secondment=row, until=TODAY + 300 * DAY, actor=town.staff, at=AT, seen=TODAY + 180 * DAY
    )
    assert (renewed.last_day, renewed.renewals) == (TODAY + 300 * DAY, 1)
    with pytest.raises(StaffingError, match="刚刚有人改过"):
        secondments.renew(secondment=row, until=TODAY + 400 * DAY, actor=town.staff, at=AT, seen=TODAY + 180 * DAY)
    with pytest.raises(StaffingError, match="要晚于现在的结束日"):
        secondments.renew(secondment=row, until=TODAY + 10 * DAY, actor=town.staff, at=AT)
    assert AccessLog.objects.filter(verb="grid.renew_secondment").count() == 1


def test_a_renewal_does_not_reach_into_the_next_one(town):
    row = _second(town)
    _second(town, grid=town.second_grid, since=TODAY + 200 * DAY, until=TODAY + 300 * DAY)
    with pytest.raises(StaffingError, match="下沉在第二网格"):
        secondments.renew(secondment=row, until=TODAY + 220 * DAY, actor=town.staff, at=AT)


def test_whoever_goes_back_early_leaves_on_a_day_with_a_reason(town):
    row = _second(town)
    with pytest.raises(StaffingError, match="至少 4 个字"):
        secondments.end(secondment=row, on=TODAY + DAY, reason="调", actor=town.staff, at=AT)
    with pytest.raises(StaffingError, match="本来到"):
        secondments.end(secondment=row, on=TODAY + 181 * DAY, reason="原单位召回", actor=town.staff, at=AT)
    ended = secondments.end(secondment=row, on=TODAY + DAY, reason="原单位召回", actor=town.staff, at=AT)
    assert ended.last_day == TODAY
    later = AT + dt.timedelta(days=3)
    with pytest.raises(StaffingError, match="已经结束"):
        secondments.renew(secondment=row, until=TODAY + 300 * DAY, actor=town.staff, at=later)


def test_what_never_began_is_taken_back(town):
    row = _second(town, since=TODAY + 5 * DAY)
    secondments.end(secondment=row, on=TODAY + 5 * DAY, reason="不来了，换别人", actor=town.staff, at=AT)
    assert not Secondment.objects.held().exists()
    with pytest.raises(StaffingError, match="没有开始就取消了"):
        secondments.renew(secondment=row, until=TODAY + 300 * DAY, actor=town.staff, at=AT)
    _second(town)


def test_moving_keeps_the_end(town):
    row = _second(town, since=TODAY - 9 * DAY)
    with pytest.raises(StaffingError, match="本来就在"):
        secondments.move(secondment=row, grid=town.first_grid, on=TODAY, actor=town.staff, at=AT)
    with pytest.raises(StaffingError, match="要在"):
        secondments.move(secondment=row, grid=town.second_grid, on=TODAY - 10 * DAY, actor=town.staff, at=AT)
    new = secondments.move(secondment=row, grid=town.second_grid, on=TODAY, actor=town.staff, at=AT)
    row.refresh_from_db()
    assert (row.last_day, new.since, new.last_day) == (TODAY - DAY, TODAY, TODAY + 180 * DAY)
    assert Secondment.objects.on(TODAY).get() == new


def test_moving_needs_both_grids(town):
    row = _second(town)
    half = make.person(town.street, Role.STAFF, area=town.first_grid)
    with pytest.raises(StaffingError, match="由街道党务干部来定"):
        secondments.move(secondment=row, grid=town.second_grid, on=TODAY, actor=half, at=AT)


def test_duties_are_said_anew(town):
    row = _second(town)
    for _ in range(2):
        secondments.change_duties(secondment=row, duties="消防牵头，参加例会", actor=town.staff, at=AT)
    assert AccessLog.objects.filter(verb="grid.change_duties").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_lend_the_same_person_at_once_one_succeeds(town):
    grids = [town.first_grid, town.second_grid] * 4
    gate, refused = threading.Barrier(len(grids)), []

    def lend(grid) -> None:
        gate.wait()
        try:
            _second(town, grid=grid)
        except StaffingError as error:
            refused.append(error.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=lend, args=(grid,)) for grid in grids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Secondment.objects.count() == 1
    assert len(refused) == 7
    assert all("先结束那一段" in sentence for sentence in refused)


# ---- members of a grid


def _name(town, name="柳甲六", **given):
    values = {"grid": town.first_grid, "role": "head", "since": TODAY - 9 * DAY, "actor": town.staff, "at": AT}
    return members.name(name=name, **(values | given))


def test_a_new_head_takes_over(town):
    first = _name(town)
    with pytest.raises(StaffingError, match="才到任，要晚于那一天"):
        _name(town, "潘庚二", since=TODAY - 9 * DAY)
    _name(town, "潘庚二", since=TODAY)
    first.refresh_from_db()
    assert first.valid.upper == TODAY
    assert GridMember.objects.on(TODAY).get(role="head").name == "潘庚二"
    assert AccessLog.objects.filter(verb="grid.name_member").count() == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"role": "king"}, "选职务"),
        ({"name": ""}, "写上姓名"),
        ({"since": TODAY + DAY}, "日期不能晚于今天"),
    ],
)
def test_who_cannot_be_named_is_told_why(town, given, sentence):
    with pytest.raises(StaffingError, match=sentence):
        _name(town, **given)


def test_a_member_is_named_once_and_leaves_once(town):
    row = _name(town, role="warden")
    with pytest.raises(StaffingError, match="已经在这个网格"):
        _name(town, role="warden")
    with pytest.raises(StaffingError, match="才到任，不能更早"):
        members.end(member=row, on=TODAY - 20 * DAY, reason="调到别处", actor=town.staff, at=AT)
    members.end(member=row, on=TODAY, reason="调到别处", actor=town.staff, at=AT)
    with pytest.raises(StaffingError, match="已经离任"):
        members.end(member=row, on=TODAY, reason="调到别处", actor=town.staff, at=AT)
    with pytest.raises(StaffingError, match="由街道党务干部来定"):
        _name(town, "潘庚二", actor=town.secretary)


# ---- what a grid was made of


def _merge(town, **given):
    values = {
        "grid": town.first_grid, "whose": "police", "name": "第 7 警务责任区", "since": TODAY, "actor": town.staff, "at": AT
    }  # fmt: skip
    return merging.merge(**(values | given))


def test_a_former_grid_goes_into_one_grid_and_comes_out_again(town):
    part = _merge(town)
    with pytest.raises(StaffingError, match="已经并入第一网格"):
        _merge(town, grid=town.second_grid)
    merging.take_out(part=part, on=TODAY, reason="责任区重划了", actor=town.staff, at=AT)
    with pytest.raises(StaffingError, match="已经拆出"):
        merging.take_out(part=part, on=TODAY, reason="责任区重划了", actor=town.staff, at=AT)
    _merge(town, grid=town.second_grid)
    assert AccessLog.objects.filter(verb__in=["grid.merge_grid", "grid.take_out_grid"]).count() == 3


def test_a_grid_of_the_registry_is_closed_before_it_goes_in(town):
    with pytest.raises(StaffingError, match="第二网格还在用"):
        _merge(town, area=town.second_grid)
    with pytest.raises(StaffingError, match="原来的另一个网格"):
        _merge(town, area=town.first_grid)
    town.second_grid.closed_on = TODAY
    town.second_grid.save()
    assert _merge(town, area=town.second_grid, name="").name == "第二网格"
    assert GridPart.objects.get().area == town.second_grid


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"whose": "x"}, "选原来谁的网格"), ({"name": " "}, "写原来的名称"), ({"since": TODAY + DAY}, "不能晚于今天")],
)
def test_what_cannot_go_in_says_why(town, given, sentence):
    with pytest.raises(StaffingError, match=sentence):
        _merge(town, **given)


def test_a_person_is_recognised_whatever_the_blanks():
    assert persons.key(name="魏 庚七", unit="示例（派出所）") == persons.key(name="魏庚七", unit=" 示例(派出所)")
