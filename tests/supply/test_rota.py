"""轮值站长: the rota, people who come and go, swaps, notes that are handed over."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from shimen.audit.models import AccessLog
from shimen.privacy import retention
from supply.models import HandoverNote, Shift, StationMaster
from supply.rota import forgetting, handover, shifts, swaps
from supply.rota.shifts import RotaError
from supply.views import venue_works
from tests import make, venues

pytestmark = pytest.mark.django_db
AT = make.AT
ONE = dt.timedelta(days=1)


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def station(town):
    row = venues.venue(town.first_grid)
    venues.space(row)
    venues.masters(row, 4)
    return row


def days_of(venue) -> dict[dt.date, str]:
    return {row.day: row.master.name for row in Shift.objects.filter(venue=venue).select_related("master")}


def test_every_open_day_has_one_master_and_a_second_run_changes_nothing(town, station):
    made = shifts.plan(venue=station, until=make.TODAY + ONE * 27, actor=town.staff, at=AT)
    before = days_of(station)
    assert made == len(before) == 28
    counts = Counter(before.values())
    assert max(counts.values()) - min(counts.values()) <= 1
    assert shifts.plan(venue=station, until=make.TODAY + ONE * 27, actor=town.staff, at=AT) == 0
    assert days_of(station) == before
    assert AccessLog.objects.filter(verb="rota.plan").count() == 1


def test_a_day_on_which_the_venue_is_shut_has_no_master(town, station):
    from supply.venues import hours

    hours.set_day(venue=station, space=None, day=make.TODAY + ONE, span=None, reason="检修", actor=town.staff, at=AT)
    shifts.plan(venue=station, until=make.TODAY + ONE * 3, actor=town.staff, at=AT)
    assert make.TODAY + ONE not in days_of(station)


def test_the_scheduler_keeps_every_venue_planned_and_a_venue_without_people_is_left(town, station):
    venues.space(venues.venue(town.second_grid))
    assert shifts.ensure_planned(street=town.street, on=make.TODAY, at=AT) == 36
    assert shifts.ensure_planned(street=town.street, on=make.TODAY, at=AT) == 0
    with pytest.raises(RotaError, match="还没有人轮值"):
        shifts.plan(venue=venues.venue(town.second_grid), until=make.TODAY, actor=town.staff, at=AT)


def test_whoever_leaves_gives_their_days_to_the_others(town, station):
    venues.rota(station, 20)
    leaving = station.masters.first()
    given = shifts.end_master(master=leaving, until=make.TODAY + ONE * 2, actor=town.staff, at=AT)
    later = Shift.objects.filter(venue=station, day__gte=make.TODAY + ONE * 2)
    assert given > 0
    assert later.count() == 19
    assert not later.filter(master=leaving).exists()
    with pytest.raises(RotaError, match="已经退出"):
        shifts.end_master(master=leaving, until=make.TODAY, actor=town.staff, at=AT)


def test_the_last_one_does_not_leave_days_without_a_master(town):
    row = venues.venue(town.first_grid)
    venues.space(row)
    only = venues.masters(row, 1)[0]
    venues.rota(row, 5)
    with pytest.raises(RotaError, match="没有别人可以接"):
        shifts.end_master(master=only, until=make.TODAY + ONE, actor=town.staff, at=AT)
    assert StationMaster.objects.get(pk=only.pk).until is None


def test_a_name_stands_once_on_the_list(town, station):
    say = {"venue": station, "unit": "", "user": None, "since": make.TODAY, "actor": town.staff, "at": AT}
    shifts.add_master(name="新来甲", **say)
    with pytest.raises(RotaError, match="名单里已有"):
        shifts.add_master(name="新来甲", **say)


# ---- swaps


def asked(town, station, *, exchange: bool = True):
    venues.rota(station, 20)
    shift = Shift.objects.get(venue=station, day=make.TODAY + ONE * 2)
    theirs = Shift.objects.filter(venue=station, day__gt=shift.day).exclude(master=shift.master).order_by("day").first()
    return swaps.ask(
        shift=shift, to=theirs.master, instead=theirs if exchange else None, reason="家里有事", actor=town.staff, at=AT
    )


def test_a_swap_changes_nothing_before_the_other_one_agrees(town, station):
    swap = asked(town, station)
    before = days_of(station)
    one, other = swap.shift, swap.instead
    swaps.accept(swap=swap, actor=town.staff, at=AT)
    after = days_of(station)
    assert (after[one.day], after[other.day]) == (before[other.day], before[one.day])
    with pytest.raises(RotaError, match="已经是“已换”"):
        swaps.decline(swap=swap, actor=town.staff, at=AT)
    shifts.plan_anew(venue=station, actor=town.staff, at=AT)
    again = days_of(station)
    assert (again[one.day], again[other.day]) == (after[one.day], after[other.day])


def test_a_day_is_asked_for_once_and_not_today_and_not_of_oneself(town, station):
    swap = asked(town, station, exchange=False)
    say = {"instead": None, "reason": "有事", "actor": town.staff, "at": AT}
    with pytest.raises(RotaError, match="已经在请人换"):
        swaps.ask(shift=swap.shift, to=swap.to, **say)
    with pytest.raises(RotaError, match="另一位"):
        swaps.ask(shift=swap.shift, to=swap.shift.master, **say)
    with pytest.raises(RotaError, match="不能再换"):
        swaps.ask(shift=Shift.objects.get(venue=station, day=make.TODAY), to=swap.to, **say)
    swaps.withdraw(swap=swap, actor=town.staff, at=AT)
    swaps.ask(shift=swap.shift, to=swap.to, **say)


def test_a_swap_that_no_longer_fits_the_rota_is_not_made(town, station):
    swap = asked(town, station)
    shifts.end_master(master=swap.to, until=make.TODAY + ONE, actor=town.staff, at=AT)
    with pytest.raises(RotaError, match="对不上"):
        swaps.accept(swap=swap, actor=town.staff, at=AT)


# ---- handing over, reminders, forgetting


def test_a_note_is_kept_per_day_and_read_by_the_next(town, station):
    note = handover.write(venue=station, text="空调遥控器没电", actor=town.staff, at=AT)
    again = handover.write(venue=station, text="已换电池", actor=town.staff, at=AT)
    assert note.pk == again.pk
    assert HandoverNote.objects.get().text == "已换电池"
    handover.mark_read(note=again, actor=town.staff, at=AT)
    handover.mark_read(note=again, actor=town.staff, at=AT)
    assert AccessLog.objects.filter(verb="rota.read_handover").count() == 1
    for text, sentence in (("  ", "写一句交接"), ("长" * 2001, "最多 2000 字")):
        with pytest.raises(RotaError, match=sentence):
            handover.write(venue=station, text=text, actor=town.staff, at=AT)


def test_whoever_is_on_tomorrow_is_reminded(town, station, settings):
    settings.SHIMEN_NOW = AT
    person = make.person(town.street, "station_master", area=town.first_grid)
    station.masters.all().update(until=make.TODAY)
    StationMaster.objects.create(street=town.street, venue=station, name="轮某", user=person, since=make.TODAY)
    venues.rota(station, 5)
    lines = [line for line in venue_works.work(person) if "轮值站长" in line.title]
    assert [line.due for line in lines] == [make.TODAY, make.TODAY + ONE]


def test_names_of_those_who_left_long_ago_are_let_go(town, station):
    row = station.masters.first()
    StationMaster.objects.filter(pk=row.pk).update(until=dt.date(2023, 1, 1))
    retention.run(street=town.street, on=make.TODAY, at=AT)
    row.refresh_from_db()
    assert row.name == forgetting.FORGOTTEN
