"""Where problems get solved: on which level, in how many working days, and how many went to the district a month.

Every number is counted from rows and has the address under which exactly those rows are listed.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.urls import reverse

from grid.chain.levels import Level
from grid.handover import baseline
from grid.models import CaseBaseline, DistrictCase, Matter
from grid.models.handover import DistrictCaseQuerySet
from grid.models.matters import MatterQuerySet
from shimen import clock
from shimen.territory import calendar
from shimen.territory.workdays import WorkingCalendar

if TYPE_CHECKING:
    from shimen.accounts.models import User
    from shimen.territory.models import Street

MONTHS = 11  # shown


@dataclass(frozen=True, slots=True)
class Share:
    """What one level solved: how many, which share of all in per cent, the median of working days, where they are listed."""

    level: Level
    count: int
    percent: Decimal
    median: float | None
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: an area or a category, with its count on each level."""

    title: str
    cells: tuple[tuple[int, str], ...]
    total: int
    url: str
    median: float | None


@dataclass(frozen=True, slots=True)
class Done:
    """A solved matter, as far as it is counted here; `days` are working days, the first not counted."""

    level: int
    category: str
    area: Any
    days: int


class Solved:
    """What the matters among `seen` that were solved from a day on add up to."""

    def __init__(self, seen: MatterQuerySet, *, since: dt.date, until: dt.date, chosen: dict[str, str]) -> None:
        self.seen, self.since, self.chosen = seen, since, chosen
        self.rows = seen.beyond_the_door().solved_since(since)
        named = self.rows.values_list("solved_level", "category", "area__name", "area_id", "raised_at", "solved_at")
        found = list(named.order_by("area__sort", "area_id"))
        days = calendar.load(min([until, *(clock.day_of(row[4]) for row in found)]), until)
        self.done = [Done(row[0], row[1], (row[3], row[2] or ""), _working(days, row[4], row[5])) for row in found]
        self.hard = self.rows.hard().count()
        self.at_door = seen.at_the_door().solved_since(since).count()

    @property
    def total(self) -> int:
        return len(self.done)

    @property
    def shares(self) -> list[Share]:
        found = []
        for level in Level:
            days = [row.days for row in self.done if row.level == level]
            part = Decimal(len(days) * 100) / self.total if self.total else Decimal(0)
            found.append(
                Share(level, len(days), part.quantize(Decimal("0.1")), _median(days), self.url(solved=level.value))
            )
        return found

    @property
    def drawn(self) -> list[tuple[str, str, int]]:
        """The levels as parts of one bar: where each begins and how wide it is, in per cent, with a hair between them."""
        parts, begun = [], 0.0
        for share in self.shares:
            width = share.count / self.total * 100 if self.total else 0.0
            if width:
                parts.append((f"{begun:.2f}", f"{max(0.1, width - 0.25):.2f}", int(share.level)))
            begun += width
        return parts

    @property
    def median(self) -> float | None:
        return _median([row.days for row in self.done])

    @property
    def by_area(self) -> list[Line]:
        return self._lines(list(dict.fromkeys(row.area for row in self.done)), lambda row: row.area, "area")

    @property
    def by_category(self) -> list[Line]:
        titles = dict(Matter.Category.choices)
        keys = {(row.category, titles[row.category]) for row in self.done}
        lines = self._lines(keys, lambda row: (row.category, titles[row.category]), "category")
        return sorted(lines, key=lambda line: -line.total)

    def _lines(self, keys: Iterable[tuple[Any, str]], of: Any, name: str) -> list[Line]:
        rows: dict[Any, list[Done]] = defaultdict(list)
        for row in self.done:
            rows[of(row)].append(row)
        lines = []
        for key in keys:
            here = rows[key]
            cells = tuple(
                (sum(row.level == level for row in here), self.url(solved=level.value, **{name: key[0]}))
                for level in Level
            )
            lines.append(
                Line(
                    key[1] or "没有网格", cells, len(here), self.url(**{name: key[0]}), _median([r.days for r in here])
                )
            )
        return lines

    def url(self, **more: Any) -> str:
        """The list of matters with just these rows."""
        given = {"state": "done", "since": self.since.isoformat(), "door": "0"} | self.chosen | more
        return reverse("grid:matters") + "?" + urlencode({key: value for key, value in given.items() if value})

    @property
    def door_url(self) -> str:
        return self.url(door="1")

    @property
    def hard_url(self) -> str:
        return self.url(hard="on")


def _working(days: WorkingCalendar, raised: dt.datetime, solved: dt.datetime) -> int:
    first, last = clock.day_of(raised), clock.day_of(solved)
    return max(0, len(days.working_days(first, last)) - 1)


def _median(days: Sequence[int]) -> float | None:
    return float(statistics.median(days)) if days else None


# ---- what went to the district


@dataclass(frozen=True, slots=True)
class Month:
    """Cases of a month; `tone` base, over or running. `x`, `y` and `height` place its column in a drawing 520 by 150."""

    first: dt.date
    count: int
    tone: str
    url: str
    x: int
    y: float
    height: float

    @property
    def title(self) -> str:
        return f"{self.first.month} 月"

    @property
    def label_y(self) -> float:
        return self.y - 5


_FLOOR, _TOP, _STEP, _LEFT = 124.0, 100.0, 46, 14


class District:
    """The months' cases among `seen`, and how the last whole month compares with the declared baseline."""

    def __init__(self, seen: DistrictCaseQuerySet, base: CaseBaseline | None, *, today: dt.date) -> None:
        self.base, self.today = base, today
        reported = seen.reported().order_by()
        rows = reported.annotate(month=TruncMonth("opened_on")).values_list("month").annotate(n=Count("pk"))
        self.counts: dict[dt.date, int] = dict(rows)
        self.compared = (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)

    @property
    def average(self) -> Decimal | None:
        """Cases a month in the baseline."""
        if self.base is None:
            return None
        total = sum(count for month, count in self.counts.items() if self.base.first <= month <= self.base.last)
        return Decimal(total) / self.base.months if total else None

    @property
    def last(self) -> int:
        return self.counts.get(self.compared, 0)

    @property
    def change(self) -> Decimal | None:
        """Per cent, negative where fewer went to the district."""
        average = self.average
        return None if average is None else ((self.last - average) / average * 100).quantize(Decimal("0.1"))

    @property
    def change_words(self) -> str:
        """−60 %, with a minus that does not break."""
        change = self.change
        if change is None:
            return ""
        number = f"{abs(change):f}".rstrip("0").rstrip(".") or "0"
        return f"{'−' if change < 0 else '+' if change > 0 else ''}{number} %"

    @property
    def months(self) -> list[Month]:
        firsts = [_months_before(self.today.replace(day=1), back) for back in range(MONTHS - 1, -1, -1)]
        highest = max([1, *(self.counts.get(first, 0) for first in firsts)])
        drawn = []
        for place, first in enumerate(firsts):
            count = self.counts.get(first, 0)
            height = round(count / highest * _TOP, 1)
            url = reverse("grid:cases") + f"?state=all&month={first:%Y-%m}"
            drawn.append(Month(first, count, self._tone(first), url, _LEFT + place * _STEP, _FLOOR - height, height))
        return drawn

    def _tone(self, first: dt.date) -> str:
        if first > self.compared:
            return "running"
        return "base" if self.base is not None and self.base.first <= first <= self.base.last else "over"

    @property
    def rule(self) -> float | None:
        """The height of the baseline's average in the drawing."""
        average = self.average
        highest = max([1, *(month.count for month in self.months)])
        return None if average is None else round(_FLOOR - float(average) / highest * _TOP, 1)

    @property
    def base_url(self) -> str:
        if self.base is None:
            return ""
        return reverse("grid:cases") + f"?state=all&month={self.base.first:%Y-%m}&to={self.base.last:%Y-%m}"

    @property
    def last_url(self) -> str:
        return reverse("grid:cases") + f"?state=all&month={self.compared:%Y-%m}"


def _months_before(first: dt.date, back: int) -> dt.date:
    month = first.year * 12 + first.month - 1 - back
    return dt.date(month // 12, month % 12 + 1, 1)


def district(user: User, street: Street, *, today: dt.date) -> District:
    """What a person may see of it."""
    return District(DistrictCase.objects.visible_to(user), baseline.of(street), today=today)
