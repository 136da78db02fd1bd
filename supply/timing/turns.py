"""Whose turn it is: a fair rota of station masters. Pure; docs/rota.md says why it is fair.

Day by day, the next is one of those who have served least so far, never the one of the day before. Among them, a holiday
goes to whoever has had the fewest holidays, and on ordinary days those who owe one of the holidays still to come in this
turn are kept for it. Who has waited longest comes first. So the numbers of days differ by one at most, nobody stands two
days in a row where there are two people, and holidays are spread like days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Person = TypeVar("Person", bound=Hashable)
NEVER = dt.date.min


@dataclass(slots=True)
class Served(Generic[Person]):
    """What each has served before the first day: days, holidays among them, and the last day.

    Whoever is new begins with as many as the least of the others have, or they would stand every day until they caught up.
    """

    days: dict[Person, int] = field(default_factory=dict)
    holidays: dict[Person, int] = field(default_factory=dict)
    last: dict[Person, dt.date] = field(default_factory=dict)

    def among(self, people: Sequence[Person]) -> Served[Person]:
        """A copy for these people, the new ones brought level."""
        return Served(
            _levelled(people, self.days),
            _levelled(people, self.holidays),
            {person: self.last.get(person, NEVER) for person in people},
        )


def _levelled(people: Sequence[Person], known: Mapping[Person, int]) -> dict[Person, int]:
    least = min((known[person] for person in people if person in known), default=0)
    return {person: known.get(person, least) for person in people}


def plan(
    people: Sequence[Person],
    days: Sequence[dt.date],
    *,
    holidays: Iterable[dt.date] = (),
    served: Served[Person] | None = None,
    before: Person | None = None,
    fixed: Mapping[dt.date, Person] | None = None,
) -> dict[dt.date, Person]:
    """Who serves on each of `days` (in order). Nobody takes turns: nothing.

    `before` served last before the first day. `fixed` are days among them that are given already (and counted in
    `served`): whoever has one of them is not put on the day before or after it.
    """
    if not people:
        return {}
    off, given = frozenset(holidays), dict(fixed or {})
    counts = (served or Served()).among(people)
    order = {person: number for number, person in enumerate(people)}
    every = sorted({*days, *given})
    found: dict[dt.date, Person] = {}
    yesterday = before
    for number, day in enumerate(every):
        if day in given:
            yesterday = given[day]
            continue
        ahead = [other for other in every[number:] if other not in given]
        tomorrow = given.get(every[number + 1]) if number + 1 < len(every) else None
        person = _next(people, ahead, off, counts, {yesterday, tomorrow}, order)
        found[day] = yesterday = person
        counts.days[person] += 1
        counts.holidays[person] += day in off
        counts.last[person] = day
    return found


def _next(
    people: Sequence[Person],
    ahead: Sequence[dt.date],
    off: frozenset[dt.date],
    counts: Served[Person],
    beside: Set[Person | None],
    order: Mapping[Person, int],
) -> Person:
    least = min(counts.days[person] for person in people)
    owing = [person for person in people if counts.days[person] == least]
    owing.sort(key=lambda person: (counts.holidays[person], counts.last[person], order[person]))
    if ahead[0] not in off:
        # Kept for the holidays that still come before everybody has had their turn.
        kept = sum(day in off for day in ahead[1 : len(owing)])
        owing = sorted(owing[kept:], key=lambda person: (counts.last[person], order[person])) + owing[:kept]
    rest = sorted(people, key=lambda person: (counts.days[person], counts.last[person], order[person]))
    return next((person for person in (*owing, *rest) if person not in beside), owing[0])
