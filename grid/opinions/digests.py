"""街情周报: one digest for every week that is over, made once and never changed.

Beat only wakes `ensure_due`; it works out from the calendar which weeks lack their digest and makes each once, even if beat
slept for weeks or two beats run. Every number keeps the rows that it counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q

from branches.models import Rule
from branches.rules.book import Rules
from grid.chain.weather import Counts, Thresholds, explained, index, weather
from grid.models import Digest, DigestArea, DigestLine, Opinion
from shimen import clock
from shimen.audit.record import record
from shimen.territory.models import Area, Street

WEEK = dt.timedelta(days=7)
NOWHERE = "没有写网格"


def monday_of(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def thresholds_of(rules: Rules) -> Thresholds:
    """The street's thresholds as they hold on a day."""
    return Thresholds(
        cloudy=rules["weather_cloudy"], overcast=rules["weather_overcast"], rain=rules["weather_rain"],
        storm=rules["weather_storm"], late_days=rules["opinion_late_days"],
    )  # fmt: skip


def missing(street: Street, on: dt.date) -> list[dt.date]:
    """The Mondays of the weeks that are over on a day and lack their digest, from the first opinion on."""
    first = Opinion.objects.filter(street=street).order_by("received_at").first()
    if first is None:
        return []
    known = set(Digest.objects.filter(street=street).values_list("week", flat=True))
    week, end = monday_of(clock.day_of(first.received_at)), monday_of(on)
    weeks = [week + WEEK * number for number in range((end - week).days // 7)]
    return [each for each in weeks if each not in known]


def ensure_due(*, on: dt.date, at: dt.datetime) -> int:
    """Make every digest that is due, each in a transaction of its own; how many were made."""
    made = 0
    for street in Street.objects.order_by("pk"):
        for week in missing(street, on):
            made += make(street=street, week=week, at=at) is not None
    return made


@transaction.atomic
def make(*, street: Street, week: dt.date, at: dt.datetime) -> Digest | None:
    """The digest of one week as it stood at its end; None where somebody else has made it."""
    # Whoever else makes one waits here, and then finds it made.
    Street.objects.select_for_update().get(pk=street.pk)
    if Digest.objects.filter(street=street, week=week).exists():
        return None
    parts = list(_parts(street, week))
    thresholds = thresholds_of(Rule.objects.book(street=street.pk, on=week + WEEK))
    total = Counts(*(sum(getattr(part.counts, name) for part in parts) for name in ("new", "solved", "open", "late")))
    digest = Digest.objects.create(
        street=street, week=week, number=_number(street, week), made_at=at, received=total.new, solved=total.solved,
        open=total.open, late=total.late, thresholds=_as_dict(thresholds), explained=explained(thresholds),
    )  # fmt: skip
    for part in parts:
        _write(digest, part, thresholds)
    record(verb="opinions.digest", target=digest, actor=None, at=at, after={"received": total.new, "open": total.open})
    return digest


def _number(street: Street, week: dt.date) -> int:
    """Weeks since the first opinion, so that a digest made late has the number it would have had."""
    first = Opinion.objects.filter(street=street).order_by("received_at").values_list("received_at", flat=True).first()
    begin = monday_of(clock.day_of(first)) if first else week
    free = (week - begin).days // 7 + 1
    taken = set(Digest.objects.filter(street=street).values_list("number", flat=True))
    while free in taken:
        free += 1
    return free


def _as_dict(thresholds: Thresholds) -> dict[str, int]:
    return {name: getattr(thresholds, name) for name in ("cloudy", "overcast", "rain", "storm", "late_days")}


@dataclass(slots=True)
class Part:
    """One area's week: the ids behind each number."""

    area: Area | None
    rows: dict[str, list[Any]] = field(default_factory=lambda: {key: [] for key in DigestLine.Count.values})

    @property
    def counts(self) -> Counts:
        return Counts(**{key: len(ids) for key, ids in self.rows.items()})


def week_of(week: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The first instant of a week and of the next, by the clock of Shanghai."""
    begin = dt.datetime.combine(week, dt.time.min, clock.SHANGHAI)
    return begin, dt.datetime.combine(week + WEEK, dt.time.min, clock.SHANGHAI)


def _parts(street: Street, week: dt.date) -> Iterator[Part]:
    """The street's grids in order, and what names none; rows counted as they stood at the end of the week."""
    begin, end = week_of(week)
    grids = list(Area.objects.filter(street=street).grids().standing().in_order())
    of = _grid_of(street, {grid.pk for grid in grids})
    parts: dict[Any, Part] = {grid.pk: Part(grid) for grid in grids} | {None: Part(None)}
    days = Rule.objects.book(street=street.pk, on=week + WEEK)["opinion_late_days"]
    late = end - dt.timedelta(days=days)
    rows = Opinion.objects.filter(street=street, received_at__lt=end).with_result().in_order()
    rows = rows.filter(Q(settled_at__isnull=True) | Q(settled_at__gte=begin))  # the others count for earlier weeks
    for row in rows.only("id", "area_id", "received_at"):
        into = parts[of.get(row.area_id)].rows
        settled = row.settled_at
        if row.received_at >= begin:
            into["new"].append(row.pk)
        if settled is not None and begin <= settled < end:
            into["solved"].append(row.pk)
        if settled is None or settled >= end:
            into["open"].append(row.pk)
            if row.received_at < late:
                into["late"].append(row.pk)
    nowhere = parts.pop(None)
    yield from parts.values()
    if any(nowhere.rows.values()):
        yield nowhere


def _grid_of(street: Street, grids: set[Any]) -> dict[Any, Any]:
    """The grid of every area that lies in one."""
    rows = Area.objects.filter(street=street).values_list("pk", "lineage")
    found = {pk: next((each for each in lineage if each in grids), None) for pk, lineage in rows}
    return {pk: grid for pk, grid in found.items() if grid is not None}


def _write(digest: Digest, part: Part, thresholds: Thresholds) -> None:
    counts = part.counts
    row = DigestArea.objects.create(
        street_id=digest.street_id, digest=digest, area=part.area, name=str(part.area or NOWHERE),
        sort=part.area.sort if part.area else 1_000_000, weather=weather(counts, thresholds).value, index=index(counts),
        new=counts.new, solved=counts.solved, open=counts.open, late=counts.late,
    )  # fmt: skip
    DigestLine.objects.bulk_create(
        DigestLine(street_id=digest.street_id, of=row, opinion_id=pk, count=key)
        for key, ids in part.rows.items()
        for pk in ids
    )
