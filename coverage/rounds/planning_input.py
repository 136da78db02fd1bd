"""Reads a round into the plain values that `coverage.planning` works on."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from coverage.models import Absence, Round, Stop, TeamMember
from coverage.planning import period as periods
from coverage.planning.problem import Member, Plan, Station, by_key, walk_of
from coverage.planning.problem import Stop as Errand
from shimen import clock
from shimen.territory import geo
from shimen.territory.calendar import working_days
from shimen.territory.models import Area, Place, Street


@dataclass(frozen=True)
class Field:
    """A round as the planner sees it. Stops are those still to be reached; `plan` is what is planned for them now.

    `slot` is each stop's (visitor, day, sequence) as stored; `appointed` the day of those with a fixed time;
    `done_in_walk` how many stops of a (visitor, day) already have a result. `crew_of` names for each stop the members
    who look after its area.
    """

    stops: list[Errand]
    by_key: dict[str, Errand]
    members: list[Member]
    stations: list[Station]
    plan: Plan
    slot: dict[str, tuple[str | None, dt.date | None, int | None]]
    appointed: dict[str, dt.date]
    done_in_walk: dict[tuple[str, dt.date], int]
    crew_of: dict[str, frozenset[str]]

    def crews(self, keys: Iterable[str] | None = None) -> Iterator[tuple[list[str], list[Member]]]:
        """The stops (all, or `keys`) in groups that share their members, with those members."""
        together: dict[frozenset[str], list[str]] = defaultdict(list)
        for key in self.by_key if keys is None else keys:
            together[self.crew_of[key]].append(key)
        for crew, of_crew in sorted(together.items(), key=lambda item: sorted(item[0])):
            yield sorted(of_crew), [m for m in self.members if m.key in crew]

    def written(self, key: str) -> tuple[str | None, str | None, int | None]:
        """The stored slot in the form in which changes are kept."""
        visitor, day, sequence = self.slot[key]
        return visitor, day.isoformat() if day else None, sequence


def read_field(round_: Round, *, not_before: dt.date) -> Field:
    """The same few queries whatever the size: stops, done stops, teams, areas, absences, calendar, stations."""
    street = round_.street
    members, areas_of = members_of(round_, not_before=not_before)
    stations = [
        Station(str(pk), *plane(street, lon, lat))
        for pk, lon, lat in Place.objects.filter(street=street, is_start=True).values_list("pk", "lon", "lat")
    ]
    stops, slot, appointed, area_of = _open_stops(round_, street)
    known = by_key(stops)
    walks: dict[tuple[str, dt.date], list[tuple[int, str]]] = defaultdict(list)
    for key, (visitor, day, sequence) in slot.items():
        if visitor and day:
            walks[(visitor, day)].append((sequence or 0, key))
    planned = Plan(
        tuple(
            walk_of(visitor, day, [known[key] for _, key in sorted(keys)], stations)
            for (visitor, day), keys in sorted(walks.items())
        )
    )
    days = {day for member in members for day in member.days}
    done: dict[tuple[str, dt.date], int] = defaultdict(int)
    finished = Stop.objects.filter(round=round_, planned_on__gte=not_before).exclude(outcome=Stop.Outcome.DUE)
    for visitor_id, on in finished.values_list("visitor_id", "planned_on"):
        if on is not None:
            done[(str(visitor_id), on)] += 1
    fixed = {key: day for key, day in appointed.items() if day in days}
    crew_of = _crews(street, area_of, areas_of)
    return Field(stops, known, members, stations, planned, slot, fixed, dict(done), crew_of)


def _crews(
    street: Street, area_of: dict[str, uuid.UUID | None], areas_of: dict[str, set[uuid.UUID | None]]
) -> dict[str, frozenset[str]]:
    """Per stop the members whose team looks after its area or one above it; else those of teams without an area;
    else everybody."""
    lineage = dict(Area.objects.filter(street=street).values_list("pk", "lineage"))
    everybody = frozenset(areas_of)
    at_large = frozenset(m for m, areas in areas_of.items() if None in areas) or everybody
    crew_by_area: dict[uuid.UUID | None, frozenset[str]] = {None: at_large}
    for area in set(area_of.values()) - {None}:
        above = set(lineage.get(area, []) if area else []) | {area}
        crew_by_area[area] = frozenset(m for m, areas in areas_of.items() if areas & above) or at_large
    return {key: crew_by_area[area] for key, area in area_of.items()}


def members_of(round_: Round, *, not_before: dt.date) -> tuple[list[Member], dict[str, set[uuid.UUID | None]]]:
    """Everybody in a team of the street during the round, with the days on which they can still walk, and the areas
    of their teams (None for a team without one)."""
    belongs = TeamMember.objects.filter(
        Q(until__isnull=True) | Q(until__gte=round_.period_start),
        team__street=round_.street,
        team__is_active=True,
        user__is_active=True,
        since__lte=round_.period_end,
    )
    away: dict[str, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    absences = Absence.objects.filter(street=round_.street).touching(round_.period_start, round_.period_end)
    for user, first, last in absences.values_list("user_id", "first_day", "last_day"):
        away[str(user)].append((first, last))
    period = periods.Period(round_.number, round_.period_start, round_.period_end)
    working = working_days(period.start, period.end)
    days: dict[str, set[dt.date]] = defaultdict(set)
    areas: dict[str, set[uuid.UUID | None]] = defaultdict(set)
    for user, since, until, area in belongs.values_list("user_id", "since", "until", "team__area_id"):
        own = periods.walking_days(period, working, absent=away[str(user)], not_before=not_before)
        days[str(user)] |= {day for day in own if since <= day and (until is None or day <= until)}
        if days[str(user)]:
            areas[str(user)].add(area)
    return [Member(key, tuple(sorted(found))) for key, found in sorted(days.items()) if found], dict(areas)


_COLUMNS = (
    "pk",
    "area_id",
    "owner_id",
    "visitor_id",
    "planned_on",
    "sequence",
    "due_on",
    "appointed_at",
    "entity__address_key",
    "entity__place_id",
    "entity__place__building_id",
    "entity__place__road",
    "entity__place__number",
    "entity__place__lon",
    "entity__place__lat",
)


def _open_stops(
    round_: Round, street: Street
) -> tuple[
    list[Errand],
    dict[str, tuple[str | None, dt.date | None, int | None]],
    dict[str, dt.date],
    dict[str, uuid.UUID | None],
]:
    """The unvisited stops; their slots; the days of those with an appointment; their areas."""
    stops: list[Errand] = []
    slot: dict[str, tuple[str | None, dt.date | None, int | None]] = {}
    appointed: dict[str, dt.date] = {}
    area_of: dict[str, uuid.UUID | None] = {}
    for row in Stop.objects.filter(round=round_).unvisited().order_by("pk").values(*_COLUMNS):
        key = str(row["pk"])
        stops.append(_errand(key, row, street))
        slot[key] = (str(row["visitor_id"]) if row["visitor_id"] else None, row["planned_on"], row["sequence"])
        area_of[key] = row["area_id"]
        if row["appointed_at"] is not None:
            appointed[key] = clock.day_of(row["appointed_at"])
    return stops, slot, appointed, area_of


def _errand(key: str, row: Mapping[str, Any], street: Street) -> Errand:
    """A stop as the planner sees it; without a place it lies at the street's centre, after all addresses."""
    owner = row["visitor_id"] or row["owner_id"]
    has_place = row["entity__place_id"] is not None
    x, y = plane(street, row["entity__place__lon"], row["entity__place__lat"]) if has_place else (0.0, 0.0)
    return Errand(
        key,
        x,
        y,
        place=str(row["entity__place__building_id"] or row["entity__place_id"]) if has_place else "",
        owner=str(owner) if owner else None,
        order=(
            row["entity__place__road"] if has_place else "\uffff",
            leading_number(row["entity__place__number"] or ""),
            row["entity__address_key"],
        ),
        due_on=row["due_on"],
    )


def plane(street: Street, lon: float, lat: float) -> tuple[float, float]:
    """Metres east and north of the street's centre."""
    return geo.flat([(lon, lat)], (street.lon, street.lat))[0]


def leading_number(text: str) -> int:
    """The house number as a number, for sorting along the road; 0 where there is none."""
    found = re.match(r"\d+", text)
    return int(found[0]) if found else 0
