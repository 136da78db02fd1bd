"""Who looks after which doors, and how the open round was planned: by the product's own planner. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coverage.planning import figures, owners
from coverage.planning import plan as planning
from coverage.planning.problem import Member, Plan, Station, Stop
from coverage.trial import cast, places, shape
from coverage.trial.firms import Firm
from coverage.trial.history import Line

LEADER = "zhaojiayi"  # the secretary of the drawings, who looks after the cast's doors


def metres(point: shape.Point) -> shape.Point:
    """Metres east and north of the middle of the sheet."""
    return (point[0] - 330.0) * shape.SCALE, (215.0 - point[1]) * shape.SCALE


def _stop(index: int, firm: Firm, owner: str | None, due_on: dt.date | None = None) -> Stop:
    if firm.spot is None:
        return Stop(f"{index:05}", 0.0, 0.0, "", owner, ("\uffff", 0, ""), due_on)
    spot = firm.spot
    x, y = metres(spot.at)
    place = f"b{spot.building}" if spot.building is not None else f"p{spot.address}"
    return Stop(
        f"{index:05}", x, y, place, owner, (spot.road, int(spot.number.rstrip("甲乙") or 0), spot.address), due_on
    )


def stations(spots: Iterable[places.Spot]) -> list[Station]:
    return [Station(spot.name, *metres(spot.at)) for spot in spots]


def walkers(grid: int) -> list[str]:
    """The visitors of a grid (counted from 0) by username."""
    return [person.username for person in cast.PEOPLE if person.team and ("visitor", grid + 1) in person.roles]


def owners_of(firms: Sequence[Firm], starts: list[Station]) -> dict[int, str]:
    """The visitor who usually goes there, for every firm, within its grid."""
    day = dt.date(2026, 1, 5)
    found: dict[int, str] = {}
    for grid in range(3):
        stops = [_stop(i, firm, None) for i, firm in enumerate(firms) if firm.grid == grid]
        members = [Member(name, (day,)) for name in walkers(grid)]
        assigned = owners.assign(stops, members, stations=starts, seed=grid)
        found |= {int(key): name for key, name in assigned.items()}
    return _leader_has_the_cast(firms, found)


def _leader_has_the_cast(firms: Sequence[Firm], owner: dict[int, str]) -> dict[int, str]:
    """The drawings' secretary looks after the drawings' shops: swap people, then the few doors that are left."""
    shops = [i for i, firm in enumerate(firms) if firm.is_known and firm.is_shop and firm.grid == 0]
    held = [owner[i] for i in shops]
    most = max(sorted(set(held)), key=held.count)
    swap = {most: LEADER, LEADER: most}
    found = {index: swap.get(name, name) for index, name in owner.items()}
    spare = iter(i for i in sorted(found) if found[i] == LEADER and not firms[i].is_known)
    for index in shops:
        if found[index] != LEADER:
            found[next(spare)], found[index] = found[index], LEADER
    return found


@dataclass(frozen=True, slots=True)
class Planned:
    """The open round's plan: what the office's page says of it."""

    figures: dict[str, float | int | None]


def plan_round(
    lines: list[Line], firms: Sequence[Firm], starts: list[Station], walked: dict[int, dt.date], *, today: int
) -> Planned:
    """Plan a roster grid by grid and write visitor, day and place in the walk into its lines."""
    by_key = {f"{line.firm:05}": line for line in lines}
    number = {day: index for index, day in walked.items()}
    whole, listed, every = Plan(()), Plan(()), []
    for grid in range(3):
        here = [line for line in lines if firms[line.firm].grid == grid]
        stops = [_stop(line.firm, firms[line.firm], line.owner, line.due_on) for line in here]
        members = [Member(name, tuple(sorted(walked.values()))) for name in walkers(grid)]
        made = planning.plan(stops, members, stations=starts, seed=8)
        whole = Plan(whole.walks + made.walks, whole.unplanned + made.unplanned)
        baseline = planning.address_order(stops, members, stations=starts)
        listed = Plan(listed.walks + baseline.walks)
        every += stops
    for walk in whole.walks:
        for sequence, key in enumerate(walk.stops, 1):
            line = by_key[key]
            line.visitor, line.day, line.sequence = walk.member, number[walk.day], sequence
    _leader_meets_the_cast_today(lines, firms, today)
    return Planned(_figures(figures.worth(whole, every, baseline=listed), whole, listed))


def _figures(worth: figures.Worth, made: Plan, listed: Plan) -> dict[str, float | int | None]:
    return {
        "metres": round(worth.metres),
        "address_order_metres": round(listed.metres),
        "saving": worth.saving,
        "kept": worth.kept,
        "load_spread": worth.load_spread,
        "walks": worth.walks,
        "stops": worth.stops,
        "unplanned": len(made.unplanned),
    }


def _leader_meets_the_cast_today(lines: list[Line], firms: Sequence[Firm], today: int) -> None:
    """Swap doors within the plan so that today's walk of the secretary ends as it is drawn; every load stays."""
    by_name = {firms[line.firm].name: line for line in lines if firms[line.firm].is_known}
    _put(lines, [by_name[name] for name in cast.LAST_WEEK if name in by_name], today - 5, firms)
    _put(lines, [by_name[name] for name in cast.TODAY if name in by_name], today, firms)


def _put(lines: list[Line], wanted: list[Line], day: int, firms: Sequence[Firm]) -> None:
    """Give the lines wanted the last places of the secretary's walk of a day (nothing where nobody walks that day)."""
    walk = sorted((line for line in lines if line.visitor == LEADER and line.day == day), key=_place)
    if len(walk) < len(wanted):
        return
    spare = [line for line in walk if line not in wanted]
    for line in wanted:
        if line not in walk:
            other = spare.pop()
            line.visitor, other.visitor = other.visitor, line.visitor
            line.day, other.day = other.day, line.day
            line.sequence, other.sequence = other.sequence, line.sequence
    for sequence, line in enumerate([*spare, *wanted], 1):
        line.sequence = sequence


def _place(line: Line) -> int:
    return line.sequence or 0
