"""What the regions of a round's pages show, each read once and scoped by the rows it is given."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Min, Q
from django.http import HttpRequest
from django.urls import reverse

from coverage.models import Absence, Round, Stop, Team, TeamMember
from coverage.models.rounds import open_rounds
from coverage.pages.route_map import Door, Drawing, Route, draw
from coverage.planning.balance import Balance
from coverage.planning.problem import Station, Walk, walk_of
from coverage.planning.problem import Stop as Errand
from coverage.rounds.planning_input import plane
from shimen import clock, navigation
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role, User
from shimen.territory.models import Area, Place

if TYPE_CHECKING:
    from coverage.models.rounds import StopQuerySet

READERS = (Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY)
ENTRIES = (
    navigation.Entry(
        "走访轮次",
        icon="walk",
        url="coverage:rounds",
        pillar=navigation.Pillar.COVERAGE,
        roles=READERS,
        place=40,
        under=("/rounds/", "/stops/", "/contradictions/"),
    ),
)
HUES = 3
LETTERS = "甲乙丙丁戊己庚辛壬癸"


def sum_of(round_: Round, balance: Balance) -> dict[str, Any]:
    """The sum, each part a link to its rows, and the bar that shows it."""
    roster, finds = (
        reverse("coverage:round-roster", args=[round_.pk]),
        reverse("coverage:round-finds", args=[round_.pk]),
    )
    parts = [
        ("已访", balance.visited, "visited"),
        ("无人应答", balance.no_answer, "no_answer"),
        ("免访", balance.exempt, "exempt"),
        ("关闭", balance.closed, "closed"),
        ("迁出", balance.moved, "moved"),
        ("未访", balance.unvisited, "due"),
    ]
    ended = balance.exempt + balance.closed + balance.moved
    return {
        "total": {"label": "应访", "value": balance.due, "url": roster},
        "parts": [{"label": label, "value": n, "url": f"{roster}?outcome={key}"} for label, n, key in parts],
        "aside": [
            {"label": "上轮顺延（已在应访内）", "value": balance.carried, "url": f"{roster}?carried=1"},
            {"label": "新发现（另计）", "value": balance.found, "url": finds},
        ],
        "bar": bar_of(balance),
        "words": f"已访 {balance.visited}，无人应答 {balance.no_answer}，免访关闭迁出 {ended}，未访 {balance.unvisited}",
    }


def bar_of(balance: Balance) -> list[tuple[int, str]]:
    """The parts of the sum as shades of one bar."""
    ended = balance.exempt + balance.closed + balance.moved
    return [(balance.visited, "s3"), (balance.no_answer, "s2"), (ended, "s1"), (balance.unvisited, "s0")]


def shown_day(round_: Round, stops: StopQuerySet[Stop], *, today: dt.date, asked: dt.date | None) -> dt.date | None:
    """The day whose walks a page shows: the one asked for, else today, else the next with walks; None without any."""
    if asked is not None and round_.period_start <= asked <= round_.period_end:
        return asked
    following = stops.filter(round=round_, planned_on__gte=today).aggregate(day=Min("planned_on"))["day"]
    return following if isinstance(following, dt.date) else None


@dataclass
class TeamLine:
    """A team on one day, in order of area: who walks, how far, how many doors are left."""

    team: Team
    letter: str
    hue: int
    people: list[User] = field(default_factory=list)
    metres: float = 0.0
    done: int = 0
    total: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def kilometres(self) -> float:
        return self.metres / 1000

    @property
    def place(self) -> str:
        return str(self.team.area or self.team.name)

    @property
    def names(self) -> str:
        return "、".join(str(person) for person in self.people)


@dataclass(frozen=True)
class Day:
    """One day of a round: its teams, its map, and how many doors it has."""

    day: dt.date
    teams: list[TeamLine]
    drawing: Drawing | None
    total: int
    left: int

    @property
    def name(self) -> str:
        return "今天" if self.day == clock.today() else f"{self.day:%m-%d}"

    @property
    def words(self) -> str:
        """What the map shows, for those who do not see it."""
        finding = f"走访路线图：{self.name} {self.total} 家，还有 {self.left} 家"
        return f"{finding}；实心点已有结果，空心点待访。同样的内容在应访清单里"


def day_of_round(
    round_: Round, stops: StopQuerySet[Stop], *, day: dt.date, team: Team | None = None, grid: Area | None = None
) -> Day:
    """The walks of `day` among the `stops` somebody may see, drawn and counted; filtered by team and grid."""
    seen = stops.filter(round=round_)
    if grid is not None:
        seen = seen.filter(area__lineage__contains=[grid.pk])
    lines = team_lines(round_, day)
    by_person = {person.pk: line for line in lines for person in line.people}
    if team is not None:
        seen = seen.filter(visitor__in=[p.pk for line in lines if line.team == team for p in line.people])
    walks = _walks(seen, day)
    starts = {str(pk): (lon, lat) for pk, lon, lat in _starts(round_)}
    stations = [Station(pk, *plane(round_.street, *at)) for pk, at in starts.items()]
    routes = []
    for visitor, walk in walks.items():
        line = by_person.get(visitor)
        doors = tuple(Door(s.entity.place.lon, s.entity.place.lat, s.outcome != "due") for s in walk if s.entity.place)
        course = _course(round_, walk, stations)
        ends = tuple(starts[end] for end in (course.start, course.end) if end)
        routes.append(Route(line.letter if line else "·", line.hue if line else 0, doors, ends))
        if line is not None:
            line.total += len(walk)
            line.done += sum(s.outcome != Stop.Outcome.DUE for s in walk)
            line.metres += course.metres
    _warn(lines, round_, day)
    shown = [line for line in lines if line.total or line.warnings] or lines
    total, done = sum(map(len, walks.values())), sum(s.outcome != "due" for walk in walks.values() for s in walk)
    return Day(day, shown, _drawing(round_, stops, day, routes, list(starts.values())), total, total - done)


def _walks(seen: StopQuerySet[Stop], day: dt.date) -> dict[uuid.UUID, list[Stop]]:
    walks: dict[uuid.UUID, list[Stop]] = defaultdict(list)
    for stop in seen.filter(planned_on=day, visitor__isnull=False).select_related("entity__place").by_walk():
        walks[stop.visitor_id].append(stop)
    return walks


def team_lines(round_: Round, day: dt.date) -> list[TeamLine]:
    """Every team in use with its people on `day`, in order; letters and hues follow the order."""
    teams = Team.objects.filter(street=round_.street_id, is_active=True).select_related("area").order_by("sort", "name")
    lines = {team.pk: TeamLine(team, _letter(team, n), n % HUES) for n, team in enumerate(teams)}
    belongs = TeamMember.objects.filter(
        Q(until__isnull=True) | Q(until__gte=day), team__in=lines, since__lte=day
    ).select_related("user")
    for member in belongs.order_by("pk"):
        lines[member.team_id].people.append(member.user)
    return list(lines.values())


def _letter(team: Team, number: int) -> str:
    if team.name[:1] in LETTERS:
        return team.name[0]
    return LETTERS[number] if number < len(LETTERS) else str(number + 1)


def _starts(round_: Round) -> Iterable[tuple[uuid.UUID, float, float]]:
    return Place.objects.filter(street=round_.street_id, is_start=True).values_list("pk", "lon", "lat")


def _course(round_: Round, walk: Sequence[Stop], stations: Sequence[Station]) -> Walk:
    doors = [s.entity.place for s in walk if s.entity.place]
    errands = [Errand(str(n), *plane(round_.street, door.lon, door.lat)) for n, door in enumerate(doors)]
    return walk_of("", dt.date.min, errands, stations)


def _warn(lines: Iterable[TeamLine], round_: Round, day: dt.date) -> None:
    away = set(Absence.objects.filter(street=round_.street_id).touching(day, day).values_list("user_id", flat=True))
    for line in lines:
        line.warnings += [f"{person}这天不在岗" for person in line.people if person.pk in away]


def _drawing(
    round_: Round,
    stops: StopQuerySet[Stop],
    day: dt.date,
    routes: Sequence[Route],
    stations: Sequence[tuple[float, float]],
) -> Drawing | None:
    others = (
        stops.filter(round=round_, entity__place__isnull=False)
        .exclude(planned_on=day)
        .order_by()
        .values_list("entity__place__lon", "entity__place__lat")
        .distinct()
    )
    borders = Area.objects.filter(street=round_.street_id).grids().in_order().values_list("boundary", flat=True)
    return draw(round_.street.backdrop, borders, others, routes, stations)


def top_bar(request: HttpRequest) -> str:
    """第 8 轮走访 · 第 8 天，还剩 6 天, for everybody who works on the street."""
    street = scope_of(request.user).street_id
    if street is None:
        return ""
    current = next(iter(open_rounds(street)), None)
    if current is None:
        return ""
    day, left = (clock.today() - current.period_start).days + 1, (current.period_end - clock.today()).days
    return f"{current} · 第 {day} 天，还剩 {left} 天" if left >= 0 else f"{current} · 已到期"
