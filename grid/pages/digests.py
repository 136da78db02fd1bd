"""What the pages of digests show beyond a row: the skies of many weeks side by side, the change since the week before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from grid.chain.weather import Weather, sum_in_words
from grid.models import Digest, DigestArea, DigestLine, Matter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shimen.accounts.models import User


@dataclass(frozen=True, slots=True)
class _Look:
    """How a word of the sky is drawn."""

    icon: str
    tone: str


LOOKS = {
    Weather.SUNNY: _Look(icon="sun", tone="g"),
    Weather.CLOUDY: _Look(icon="cloud", tone=""),
    Weather.OVERCAST: _Look(icon="mist", tone="b"),
    Weather.RAIN: _Look(icon="cloud-rain", tone="y"),
    Weather.STORM: _Look(icon="cloud-storm", tone="r"),
}
WORSE, BETTER, SAME = "比上周差", "比上周好", "与上周相同"


@dataclass(frozen=True, slots=True)
class Sky:
    """One area's week: the row, how its word is drawn, the sum, and the change since the week before ('' for the first)."""

    row: DigestArea
    look: _Look
    sum: str
    change: str = ""


def sky_of(row: DigestArea, before: DigestArea | None = None) -> Sky:
    """A row as it is drawn."""
    change = ""
    if before is not None:
        step = row.sky.rank - before.sky.rank
        change = WORSE if step > 0 else BETTER if step < 0 else SAME
    return Sky(row, LOOKS[row.sky], sum_in_words(row.counts), change)


class DigestPage:
    """One digest with its areas, and what was said most."""

    def __init__(self, digest: Digest) -> None:
        self.digest = digest

    @cached_property
    def before(self) -> Digest | None:
        return Digest.objects.filter(street=self.digest.street_id, week__lt=self.digest.week).newest_first().first()

    @cached_property
    def after(self) -> Digest | None:
        return Digest.objects.filter(street=self.digest.street_id, week__gt=self.digest.week).order_by("week").first()

    @cached_property
    def skies(self) -> list[Sky]:
        earlier = {row.area_id: row for row in self.before.areas.all()} if self.before else {}
        return [sky_of(row, earlier.get(row.area_id)) for row in self.digest.areas.order_by("sort", "pk")]

    @cached_property
    def kinds(self) -> list[tuple[str, int]]:
        """What the new ones were about: category and how many."""
        lines = DigestLine.objects.filter(of__digest=self.digest, count=DigestLine.Count.NEW)
        rows = lines.values("opinion__category").annotate(n=Count("pk")).order_by("-n", "opinion__category")
        labels = dict(Matter.Category.choices)
        return [(labels[row["opinion__category"]], row["n"]) for row in rows]

    @property
    def totals(self) -> list[tuple[str, str, int]]:
        """Key, title and number of the four counts of the whole street."""
        numbers = (self.digest.received, self.digest.solved, self.digest.open, self.digest.late)
        return [
            (str(count.value), str(count.label), number)
            for count, number in zip(DigestLine.Count, numbers, strict=True)
        ]


class Trend:
    """Weeks side by side, newest first: one column for each area that any of them names."""

    def __init__(self, digests: Sequence[Digest]) -> None:
        self.digests = list(digests)

    @cached_property
    def _areas(self) -> dict[Any, dict[Any, DigestArea]]:
        found: dict[Any, dict[Any, DigestArea]] = {}
        for row in DigestArea.objects.filter(digest__in=self.digests).order_by("sort", "pk"):
            found.setdefault(row.digest_id, {})[row.area_id] = row
        return found

    @cached_property
    def columns(self) -> list[tuple[Any, str]]:
        seen: dict[Any, tuple[int, str]] = {}
        for rows in self._areas.values():
            for key, row in rows.items():
                seen.setdefault(key, (row.sort, row.name))
        return [(key, name) for key, (_, name) in sorted(seen.items(), key=lambda item: item[1])]

    @cached_property
    def rows(self) -> list[tuple[Digest, list[Sky | None]]]:
        drawn = []
        for digest in self.digests:
            areas = self._areas.get(digest.pk, {})
            drawn.append((digest, [sky_of(areas[key]) if key in areas else None for key, _ in self.columns]))
        return drawn

    def course(self, name: str) -> list[int]:
        """A number over the weeks, oldest first."""
        return [getattr(digest, name) for digest in reversed(self.digests)]

    @property
    def newest(self) -> Digest | None:
        return self.digests[0] if self.digests else None

    @property
    def courses(self) -> list[tuple[str, list[int], int]]:
        """The course of the three numbers of the street, for the lines above the table."""
        named = (("新收", "received"), ("有结果", "solved"), ("周末还没有结果", "open"))
        return [(title, self.course(name), self.course(name)[-1]) for title, name in named] if self.digests else []


def lines(digest: Digest, user: User, *, area: DigestArea | None, count: str) -> tuple[Any, int]:
    """The opinions behind a number, those in the person's sight, and how many it counted in all.

    `area` is an area's row of the digest, None for the whole street; `count` one of `DigestLine.Count`.
    """
    from grid.models import Opinion

    found = DigestLine.objects.filter(of__digest=digest, count=count)
    if area is not None:
        found = found.filter(of=area)
    rows = Opinion.objects.visible_to(user).filter(pk__in=found.values("opinion"))
    return rows.with_result().with_doors().in_order(), found.count()
