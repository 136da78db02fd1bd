"""What happened to every matter of the trial street, before it is written: from whom, how far up, until when.

The visits' demands become matters as they do in the product; the others fill the year so that the sums come out as the
drawings show them: since the campaign began DONE done and HARD of them hard, OPEN open and LATE late, whatever the day of
loading. What was done in the months before comes on top.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from coverage.models import Demand
from coverage.trial.days import SHANGHAI
from coverage.trial.load import Scene
from grid.matters import raising
from grid.trial import tales

DONE, HARD, OPEN, LATE = 257, 53, 61, 5
WITH_DISTRICT = 15  # of those done
BEFORE = {1: 18, 2: 24, 3: 16}  # done before the campaign, by level
HARD_AT = {4: 15, 3: 24, 2: 14}
REOPENED, UNTOLD = 9, 3
MONTHS = 5  # of cases that went to the district in the campaign, the present one last
CASES = (9, 8, 6, 4, 1)
MERGE_WITHIN = dt.timedelta(days=13)
_KINDS = (
    ("noise", ("油烟", "敲", "吵", "半夜")), ("facilities", ("路灯", "电梯", "砖", "门头灯", "积水", "停电")),
    ("safety", ("消防", "害怕", "树枝")), ("premises", ("房东", "租", "虚拟地址")), ("dispute", ("扣钱",)),
)  # fmt: skip


@dataclass(slots=True)
class Plot:
    """A matter as it went. `level` is where it was solved or is now; `turns` are the days on which a level began."""

    category: str
    title: str
    words: str
    how: str
    via: str
    raised: dt.datetime
    raiser: str
    grid: int
    road: str = ""
    place: uuid.UUID | None = None
    entity: uuid.UUID | None = None
    demand: uuid.UUID | None = None
    raised_by: uuid.UUID | None = None
    level: int = 1
    turns: dict[int, dt.date] = field(default_factory=dict)
    solved: dt.datetime | None = None
    told: dt.datetime | None = None
    is_answered: bool = True
    answer_by: uuid.UUID | None = None
    interim: tuple[str, dt.datetime] | None = None
    on_spot: bool = False
    is_hard: bool = False
    is_late: bool = False
    is_urgent: bool = False
    is_returned: bool = False
    reopened: int = 0
    into: Plot | None = None
    number: int = 0
    pk: uuid.UUID | None = None

    @property
    def is_open(self) -> bool:
        return self.solved is None and self.into is None

    @property
    def is_done(self) -> bool:
        return self.solved is not None and not self.on_spot


def every(scene: Scene) -> list[Plot]:
    """All matters of the street, oldest first."""
    plots = list(_from_visits(scene))
    _merge(plots)
    _raise_demands(plots, scene)
    maker = _Maker(scene)
    maker.solved(plots)
    maker.open(plots)
    plots += maker.made
    plots.sort(key=lambda plot: plot.raised)
    _mark(plots, scene)
    return plots


# ---- what visits brought


_ASKED = (
    "pk", "category", "words", "solved_on_spot", "how_solved", "raised_at", "raised_by_id", "answer", "answered_at",
    "answered_by_id", "told_at", "entity_id", "entity__place_id", "entity__place__road", "entity__area_id",
    "entity__trade_sign", "entity__name",
)  # fmt: skip


def _from_visits(scene: Scene) -> Iterator[Plot]:
    grids = {area.pk: number for number, area in enumerate(scene.grids)}
    rows = Demand.objects.filter(street=scene.street).standing().order_by("raised_at", "pk").values(*_ASKED)
    for row in rows:
        plot = Plot(
            category=_kind(row["category"], row["words"]), title=raising.headline(row["words"]), words=row["words"],
            how=row["how_solved"] or row["answer"], via="visit", raised=row["raised_at"], grid=grids[row["entity__area_id"]],
            raiser=(row["entity__trade_sign"] or row["entity__name"])[:60], road=row["entity__place__road"] or "望桥路",
            place=row["entity__place_id"], entity=row["entity_id"], demand=row["pk"], raised_by=row["raised_by_id"],
            on_spot=row["solved_on_spot"], told=row["told_at"], answer_by=row["answered_by_id"],
        )  # fmt: skip
        plot.solved = row["raised_at"] if plot.on_spot else row["answered_at"]
        if plot.raiser == "子丑面馆" and plot.solved is not None and not plot.on_spot and plot.told is None:
            _as_drawn(plot, scene)
        yield plot


def _kind(category: str, words: str) -> str:
    if category in {"surroundings", "other", "licence"}:
        for kind, signs in _KINDS:
            if any(sign in words for sign in signs):
                return kind
    return category


def _as_drawn(plot: Plot, scene: Scene) -> None:
    """The matter of the drawings: two days late with the grid's meeting, a hard case, the noodle shop told in between."""
    today = scene.days.today
    plot.interim = (plot.how, plot.solved or plot.raised)
    plot.title, plot.how, plot.solved = "望桥路 32 弄错峰停车", "", None
    plot.level, plot.is_hard, plot.is_late = 3, True, True
    plot.turns = {2: today - dt.timedelta(days=13), 3: today - dt.timedelta(days=12)}


def _merge(plots: list[Plot]) -> None:
    """The same words from the same grid while the first is in hand are one matter."""
    heads: dict[tuple[int, str], Plot] = {}
    drawn = next((plot for plot in plots if plot.is_open and plot.is_hard), None)
    for plot in plots:
        if plot.on_spot or plot is drawn:
            continue
        if drawn is not None and _is_like(plot, drawn):
            plot.into, plot.solved = drawn, None
            continue
        key = (plot.grid, plot.words)
        head = heads.get(key)
        if head is not None and _is_again(plot, head):
            plot.into, plot.solved = head, None
            continue
        heads[key] = plot


def _is_again(plot: Plot, head: Plot) -> bool:
    """Whether the first was in hand for another day when it was said again."""
    if plot.solved is None or head.solved is None or plot.raised - head.raised >= MERGE_WITHIN:
        return False
    return head.solved > plot.raised + dt.timedelta(hours=20)


def _is_like(plot: Plot, drawn: Plot) -> bool:
    """Parking around the noodle shop, in the days before the council met."""
    near = plot.category == "parking" and plot.grid == drawn.grid and plot.road == drawn.road
    return near and abs(plot.raised - drawn.raised) < dt.timedelta(days=6)


def _raise_demands(plots: list[Plot], scene: Scene) -> None:
    """What took or takes long has gone up; the newest are with the branches."""
    today, chance = scene.days.today, random.Random(f"{scene.seed} demands up")
    for plot in plots:
        if plot.is_done and plot.solved is not None:
            took = (plot.solved - plot.raised).days
            if took >= 8 and chance.random() < 0.6:
                plot.level = 3 if took >= 11 and chance.random() < 0.5 else 2
        elif plot.is_open and not plot.is_hard and (waits := (today - plot.raised.date()).days) > 14:
            plot.level = chance.choice((2, 2, 3))
            first = plot.raised.date() + dt.timedelta(days=min(waits - 2, chance.randint(3, 5)))
            plot.turns = {2: first, 3: first + dt.timedelta(days=chance.randint(6, 9))}


# ---- what came another way


class _Maker:
    """Draws the matters that no visit brought from one stream of chance."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.chance = random.Random(f"{scene.seed} matters")
        self.today = scene.days.today
        self.made: list[Plot] = []
        firms = scene.town.firms
        self.ids = {firm.code: pk for firm, pk in zip(firms, scene.ids, strict=True)}
        self.doors = [
            [(firm, spot) for firm in firms
             if firm.grid == grid and firm.is_operating and (spot := firm.spot) and firm.address in scene.doors]
            for grid in range(3)
        ]  # fmt: skip
        self.told = self._shuffled()

    def _shuffled(self) -> Iterator[tales.Tale]:
        while True:
            order = list(tales.TALES)
            self.chance.shuffle(order)
            yield from order

    def solved(self, plots: Sequence[Plot]) -> None:
        """Done on every level, over the whole year."""
        for day in campaign_cases(self.today)[:WITH_DISTRICT]:
            self._to_district(day, ended=True)
        missing = DONE - sum(plot.is_done for plot in [*plots, *self.made])
        for number in range(max(0, missing)):
            level = 2 if number % 5 == 4 else 3
            self._done(level, self.chance.randint(52 if level == 3 else 24, 98))
        for level, count in BEFORE.items():
            for _ in range(count):
                self._done(level, self.chance.randint(165, 345))

    def open(self, plots: Sequence[Plot]) -> None:
        """With the district, returned from there, and with councils and grids."""
        cases = campaign_cases(self.today)
        returned, *waiting = cases[WITH_DISTRICT:]
        self._to_district(returned, ended=False).is_returned = True
        for day in waiting:
            self._to_district(day, ended=False)
        missing = OPEN - sum(plot.is_open for plot in [*plots, *self.made])
        for number in range(max(0, missing)):
            level = 3 if number % 5 < 2 else 2
            plot = self._new(self.today - dt.timedelta(days=self.chance.randint(16, 48)))
            plot.level = level
            since = plot.raised.date()
            plot.turns = {2: since + dt.timedelta(days=self.chance.randint(3, 6))}
            if level == 3:
                plot.turns[3] = plot.turns[2] + dt.timedelta(days=self.chance.randint(5, 9))

    def _new(self, day: dt.date) -> Plot:
        tale, grid = next(self.told), self.chance.randrange(3)
        firm, spot = self.chance.choice(self.doors[grid])
        road = spot.road
        at = firm.address if firm.is_shop else f"{road}{spot.lane}弄" if spot.lane else road
        here = {"at": at, "road": road}
        by_entity = self.chance.random() < 0.55
        when = dt.datetime.combine(day, dt.time(self.chance.randint(9, 16), self.chance.randrange(60)), SHANGHAI)
        plot = Plot(
            category=tale.category, title=tale.title.format(**here), words=tale.words.format(**here),
            how=tale.how.format(**here), via=self._via(tale), raised=min(when, self.scene.at - dt.timedelta(hours=1)), grid=grid,
            raiser=(firm.trade_sign or firm.name)[:60] if by_entity else self.chance.choice(tales.RESIDENTS),
            place=self.scene.doors[firm.address], entity=self.ids[firm.code] if by_entity else None, road=road,
            raised_by=self.scene.users[self.chance.choice(("zhouwuwu", "wujiliu"))].pk,
            answer_by=self.scene.users["wujiliu"].pk, is_urgent=tale.category == "safety" and self.chance.random() < 0.3,
        )  # fmt: skip
        self.made.append(plot)
        return plot

    def _via(self, tale: tales.Tale) -> str:
        """The weather station hears of most things that are not a council's or a branch's own."""
        return "opinion" if tale.via in {"hand", "council"} and self.chance.random() < 0.42 else tale.via

    def _done(self, level: int, back: int) -> None:
        plot = self._new(self.today - dt.timedelta(days=back))
        plot.level = level
        least, most = {1: (1, 6), 2: (8, 21), 3: (22, 46)}[level]
        span = min(self.chance.randint(least, most), back - 1)
        self._end(plot, plot.raised + dt.timedelta(days=span, minutes=self.chance.randint(5, 90)))

    def _to_district(self, day: dt.date, *, ended: bool) -> Plot:
        before = self.chance.randint(18, 40)
        plot = self._new(day - dt.timedelta(days=before))
        plot.level, plot.is_urgent = 4, False
        plot.turns = {
            2: day - dt.timedelta(days=round(before * 0.8)), 3: day - dt.timedelta(days=round(before * 0.5)), 4: day,
        }  # fmt: skip
        if ended:
            days = min(self.chance.randint(7, 20), (self.today - day).days - 1)
            when = dt.datetime.combine(day + dt.timedelta(days=days), dt.time(15, self.chance.randrange(60)), SHANGHAI)
            plot.how = self.chance.choice(tales.DISTRICT).format(how=plot.how)
            self._end(plot, when)
        return plot

    def _end(self, plot: Plot, when: dt.datetime) -> None:
        plot.solved = when
        told = when + dt.timedelta(days=self.chance.randint(1, 6), minutes=20)
        plot.told = told if told < self.scene.at - dt.timedelta(hours=2) else None


def campaign_cases(today: dt.date) -> list[dt.date]:
    """The days on which the campaign's cases went to the district, oldest first; before it there is only the ledger."""
    return [day for back, count in zip(range(MONTHS - 2, -1, -1), CASES[1:], strict=True)
            for day in days_of_month(today, back, count)]  # fmt: skip


def days_of_month(today: dt.date, back: int, count: int) -> list[dt.date]:
    """So many days spread over the month that many months ago, none after yesterday, in its last two thirds."""
    month = today.year * 12 + today.month - 1 - back
    first = dt.date(month // 12, month % 12 + 1, 1)
    if back == 0:
        return [max(first, today - dt.timedelta(days=9 + 2 * number)) for number in range(count)]
    return [first + dt.timedelta(days=11 + 17 * number // count) for number in range(count)]


# ---- what is marked in the end


def _mark(plots: list[Plot], scene: Scene) -> None:
    """The hard cases, those done twice, those not told yet, and the late ones."""
    chance = random.Random(f"{scene.seed} marks")
    begun = scene.days.at(0)
    others = [plot for plot in plots if plot.demand is None]
    done = [plot for plot in plots if plot.is_done and plot.solved is not None and plot.solved >= begun]
    for level, count in HARD_AT.items():
        for plot in _some(chance, [plot for plot in done if plot.level == level], lambda _: True, count):
            plot.is_hard = True
    missing = HARD - sum(plot.is_hard for plot in done)
    for plot in _some(chance, done, lambda p: p.level in (2, 3) and not p.is_hard, max(0, missing)):
        plot.is_hard = True
    for plot in _some(chance, others, lambda p: p.is_open and p.level > 2, 6):
        plot.is_hard = True
    for plot in _some(chance, others, lambda p: p.is_done and p.level in (2, 3) and p.told is not None, REOPENED):
        plot.reopened = 1
    for plot in [p for p in others if p.is_done][-UNTOLD:]:
        plot.told, plot.is_answered = None, False
    late = [plot for plot in plots if plot.is_late]
    for plot in _some(chance, others, lambda p: p.is_open and p.level in (2, 3) and not p.is_hard, LATE - len(late)):
        plot.is_late = True


def _some(chance: random.Random, plots: list[Plot], fits: Callable[[Any], bool], count: int) -> list[Plot]:
    found = [plot for plot in plots if fits(plot)]
    return chance.sample(found, min(count, len(found)))
