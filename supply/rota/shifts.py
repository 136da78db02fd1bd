"""The rota of station masters: who takes turns, and who is on which day (the rule: `supply.timing.turns`)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter

from django.db import transaction

from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory import calendar
from shimen.territory.models import Street
from supply.models import Shift, Space, StationMaster, SupplyRule, Venue
from supply.timing import turns
from supply.venues.hours import weeks_of

ONE = dt.timedelta(days=1)


class RotaError(DomainError):
    """What stands in the way of a turn."""


def locked(venue: Venue) -> Venue:
    """One at a time works on a venue's rota."""
    return Venue.objects.select_for_update(of=("self",), no_key=True).get(pk=venue.pk)


@transaction.atomic
def add_master(
    *, venue: Venue, name: str, unit: str, user: User | None, since: dt.date, actor: User, at: dt.datetime
) -> StationMaster:
    """Somebody takes turns from a day on; the rota that is made already stays. Raises `RotaError`."""
    locked(venue)
    row = StationMaster(
        street_id=venue.street_id, venue=venue, name=name.strip(), unit=unit.strip(), user=user, since=since
    )
    if not row.name:
        raise RotaError("写姓名。", field="name")
    with as_sentences(RotaError, field="name"):
        row.save(force_insert=True)
    record(
        verb="rota.add_master", target=row, actor=actor, at=at, after={"venue": str(venue), "since": since.isoformat()}
    )
    return row


@transaction.atomic
def end_master(*, master: StationMaster, until: dt.date, actor: User, at: dt.datetime) -> int:
    """Somebody takes no more turns from a day on; their later days are given to the others. Returns how many days.

    Raises `RotaError` (nobody else is left while days are planned).
    """
    venue = locked(master.venue)
    row = StationMaster.objects.select_for_update(of=("self",)).get(pk=master.pk)
    if row.until is not None:
        raise RotaError("已经退出轮值。")
    if until < clock.day_of(at):
        raise RotaError("退出日期不能早于今天。", field="until")
    theirs = Shift.objects.filter(master=row, day__gte=until)
    days = list(theirs.order_by("day").values_list("day", flat=True))
    others = venue.masters.on(until).exclude(pk=row.pk)
    if days and not others.exists():
        raise RotaError(f"还有 {len(days)} 天没有别人可以接，先加人。")
    row.until = max(until, row.since)
    row.save(update_fields=["until"])
    theirs.delete()
    if days:
        _write(venue, days[0], days[-1])
    record(
        verb="rota.end_master", target=row, actor=actor, at=at, after={"until": until.isoformat(), "days": len(days)}
    )
    return len(days)


@transaction.atomic
def plan(*, venue: Venue, until: dt.date, actor: User | None, at: dt.datetime) -> int:
    """Give every open day from today to `until` that has no master yet to somebody. Returns how many days; 0 is no change.

    Raises `RotaError` (nobody takes turns here).
    """
    row, today = locked(venue), clock.day_of(at)
    if not row.masters.on(today).exists():
        raise RotaError("还没有人轮值，先在名单里加人。")
    made = _write(row, today, until)
    if made:
        record(verb="rota.plan", target=row, actor=actor, at=at, after={"days": made, "until": until.isoformat()})
    return made


@transaction.atomic
def plan_anew(*, venue: Venue, actor: User, at: dt.datetime) -> int:
    """Make the rota from tomorrow on anew, for whoever takes turns now; days that were swapped stay. Returns how many."""
    row, tomorrow = locked(venue), clock.day_of(at) + ONE
    later = Shift.objects.filter(venue=row, day__gte=tomorrow)
    last = later.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        raise RotaError("明天以后还没有排，直接排班就行。")
    if not row.masters.on(tomorrow).exists():
        raise RotaError("没有人轮值，先在名单里加人。")
    later.filter(is_fixed=False).delete()
    made = _write(row, tomorrow, last)
    record(verb="rota.plan_anew", target=row, actor=actor, at=at, after={"days": made, "until": last.isoformat()})
    return made


def _write(venue: Venue, first: dt.date, last: dt.date) -> int:
    """Fill the open days without a master, by the rule, counting what was served before. Days off (weekends and public
    holidays) are shared out by themselves."""
    days = open_days(venue, first, last)
    taken = dict(Shift.objects.filter(venue=venue).between(first, last).values_list("day", "master_id"))
    wanted = [day for day in days if day not in taken]
    if not wanted:
        return 0
    people = [row for row in venue.masters.on(first).in_order() if row.until is None or row.until > last]
    if not people:
        raise RotaError("没有人能轮值到那一天，先在名单里加人。")
    known = calendar.load(first, last)
    off = {day for day in days if not known.is_working(day)}
    by_id = {person.pk: person for person in people}
    before = Shift.objects.filter(venue=venue, day__lt=wanted[0]).order_by("-day").values_list("master_id", flat=True)
    found = turns.plan(
        list(by_id), wanted, holidays=off, served=_served(venue, people), before=before.first(), fixed=taken
    )
    Shift.objects.bulk_create(
        Shift(street_id=venue.street_id, venue=venue, day=day, master=by_id[person], is_holiday=day in off)
        for day, person in found.items()
    )
    return len(found)


def open_days(venue: Venue, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days on which any space of a venue is open."""
    weeks = list(weeks_of(Space.objects.filter(venue=venue).in_use(), first=first, last=last).values())
    days = (first + ONE * n for n in range((last - first).days + 1))
    return [day for day in days if any(week.spans(day) for week in weeks)]


def _served(venue: Venue, people: list[StationMaster]) -> turns.Served[uuid.UUID]:
    """What those who take turns now have served here."""
    rows = Shift.objects.filter(venue=venue, master__in=people).order_by("day")
    counts: Counter[uuid.UUID] = Counter()
    off: Counter[uuid.UUID] = Counter()
    last: dict[uuid.UUID, dt.date] = {}
    for master, day, is_holiday in rows.values_list("master_id", "day", "is_holiday"):
        counts[master] += 1
        off[master] += is_holiday
        last[master] = day
    return turns.Served(dict(counts), {master: off[master] for master in counts}, last)


def ensure_planned(*, street: Street, on: dt.date, at: dt.datetime) -> int:
    """Every venue with people who take turns is planned as far ahead as the street wants. Safe to run again."""
    ahead = SupplyRule.objects.book(street=street.pk, on=on)["rota_ahead_days"]
    venues = Venue.objects.filter(street=street, masters__in=StationMaster.objects.on(on)).standing().distinct()
    return sum(plan(venue=venue, until=on + ONE * ahead, actor=None, at=at) for venue in venues.order_by("pk"))
