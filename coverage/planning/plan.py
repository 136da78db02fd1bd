"""A whole round planned: owners first, then each member's walks; and the order in which it would be walked unplanned."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence

from coverage.planning import owners, routes
from coverage.planning.problem import PRICE_OF_CHANGE, Member, Plan, Station, Stop, Walk, by_key, shares, walk_of


def plan(
    stops: Sequence[Stop],
    members: Sequence[Member],
    *,
    stations: Sequence[Station] = (),
    price: float = PRICE_OF_CHANGE,
    seed: int = 0,
    iterations: int = routes.ITERATIONS,
    progress: Callable[[int, int], None] | None = None,
) -> Plan:
    """Every stop on exactly one walk, loads even, visitors kept where that costs little, walks short.

    Stops stay `unplanned` only when no member has a day. `progress(done, total)` is called after each member.
    """
    known = by_key(stops)
    owner = owners.assign(stops, members, stations=stations, price=price, seed=seed)
    mine: dict[str, list[Stop]] = defaultdict(list)
    for key in sorted(owner):
        mine[owner[key]].append(known[key])
    walks: list[Walk] = []
    walking = sorted((m for m in members if m.days), key=lambda m: m.key)
    for done, member in enumerate(walking, 1):
        walks += routes.walks_of(member, mine[member.key], stations, seed=seed, iterations=iterations)
        if progress is not None:
            progress(done, len(walking))
    return Plan(tuple(walks), tuple(sorted(set(known) - set(owner))))


def address_order(stops: Sequence[Stop], members: Sequence[Member], *, stations: Sequence[Station] = ()) -> Plan:
    """The round as a list in address order, cut into equal days: what an office does without a plan.

    Members and days get the same even shares as in `plan`, and walks use the same stations, so that the comparison
    weighs the planning alone.
    """
    walking = sorted((m for m in members if m.days), key=lambda m: m.key)
    quota = shares(len(stops), {m.key: len(m.days) for m in walking})
    ordered = sorted(stops, key=lambda s: (s.order, s.key))
    walks: list[Walk] = []
    at = 0
    for member in walking:
        for day, number in _even_days(member.days, quota[member.key]):
            walks.append(walk_of(member.key, day, ordered[at : at + number], stations))
            at += number
    return Plan(tuple(w for w in walks if w.stops), tuple(s.key for s in ordered[at:]))


def _even_days(days: Sequence[dt.date], total: int) -> list[tuple[dt.date, int]]:
    share, more = divmod(total, len(days))
    return [(day, share + (i < more)) for i, day in enumerate(days)]
