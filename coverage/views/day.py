"""A visitor's day on the phone: the doors in the order of the walk, why each is special, and the drawing of them. A
constant number of queries however many doors there are."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, Q

from coverage.facts import fields as facts
from coverage.models import Demand, Discrepancy, Entity, Question, Round, Stop, TeamMember, Visit
from coverage.models.rounds import open_rounds
from coverage.views.doors import short_day
from coverage.visiting import walk
from shimen import clock, navigation
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role, User
from shimen.territory import calendar
from shimen.territory.addresses import spaced

TRADES = {
    "C": "制造", "F": "零售批发", "G": "运输寄递", "H": "餐饮住宿", "I": "信息软件", "J": "金融", "K": "房产", "L": "商务",
    "M": "科研技术", "O": "居民服务", "P": "教育", "Q": "卫生", "R": "文体",
}  # fmt: skip

ENTRIES = (
    navigation.Entry(
        "今天要走的", icon="map-pin", url="coverage:today", roles=(Role.SECRETARY, Role.VISITOR), place=20
    ),
)

# How many doors of the next day are shown when today's are done.
AHEAD = 5


@dataclass
class Row:
    """A door on the list: its number in today's walk, and why it is special."""

    stop: Stop
    number: int
    near: int | None = None
    tags: list[tuple[str, str]] = field(default_factory=list)

    @property
    def entity(self) -> Entity:
        return self.stop.entity

    @property
    def line(self) -> str:
        entity = self.entity
        parts = [spaced(entity.address) or "地址不详", TRADES.get(entity.industry, "")]
        if self.near:
            parts.append(f"约\u00a0{self.near}\u00a0米")
        return "，".join(part for part in parts if part)


@dataclass
class Leg:
    """Doors in a row on one road."""

    title: str
    rows: list[Row]


class Today:
    """Everything `/v/` and its two other tabs show of one visitor's day."""

    def __init__(self, user: User, on: dt.date) -> None:
        self.user, self.on = user, on
        open_ = open_rounds(user.street_id) if user.street_id else ()
        self.round = next((row for row in open_ if row.period_start <= on), None)

    @cached_property
    def unanswered(self) -> int:
        """What departments say differently in a secretary's areas, and nobody has answered for two rounds."""
        if not scope_of(self.user).has(Role.SECRETARY):
            return 0
        return Discrepancy.objects.visible_to(self.user).overdue(self.on).count()

    @cached_property
    def stops(self) -> list[Stop]:
        """Planned for today, left over from earlier days, or done today; the whole list where no days were planned."""
        if self.round is None:
            return []
        mine = Stop.objects.filter(round=self.round, visitor=self.user).exclude(outcome=Stop.Outcome.EXEMPT)
        done_today = Q(outcome_at__gte=self._midnight)
        due = Q(outcome=Stop.Outcome.DUE)
        of_today = Q(planned_on=self.on) | Q(planned_on__isnull=True) | due & Q(planned_on__lt=self.on) | done_today
        rows = list(mine.filter(of_today).select_related("entity__place__building").by_walk())
        return sorted(rows, key=self._is_left_over)

    def _is_left_over(self, stop: Stop) -> bool:
        """Not done on an earlier day: it is not on today's way, so it comes after the doors that are."""
        return stop.planned_on is not None and stop.planned_on < self.on and stop.outcome == Stop.Outcome.DUE

    @cached_property
    def rows(self) -> list[Row]:
        tags = Tags(self.round, [stop.entity_id for stop in self.stops], self.on)
        rows = [Row(stop, number) for number, stop in enumerate(self.stops, 1)]
        for row in rows:
            if row.stop.outcome == Stop.Outcome.DUE:
                row.tags = tags.of(row.stop)
                if self._is_left_over(row.stop):
                    row.tags.append(("", f"{short_day(row.stop.planned_on, self.on)} 没走完"))
        return rows

    @property
    def left(self) -> list[Row]:
        return [row for row in self.rows if row.stop.outcome == Stop.Outcome.DUE]

    @property
    def done(self) -> list[Row]:
        rows = [row for row in self.rows if row.stop.outcome != Stop.Outcome.DUE]
        return sorted(rows, key=lambda row: row.stop.outcome_at or clock.now(), reverse=True)

    @property
    def percent(self) -> str:
        return f"{100 * len(self.done) / len(self.rows):.1f}" if self.rows else "0"

    @cached_property
    def legs(self) -> list[Leg]:
        """What is left, road by road with the direction."""
        by_key = {row.stop.pk: row for row in self.left}
        legs = []
        last = next((door for door in map(door_of, reversed(self.done_in_order)) if door), None)
        for group in grouped([row.stop for row in self.left]):
            rows = [by_key[stop.pk] for stop in group]
            doors = [door for door in (door_of(stop) for stop in group) if door]
            if doors and last and rows[0] is self.left[0]:
                rows[0].near = walk.rounded(walk.metres(last, doors[0]))
            heading = walk.heading(doors[0], doors[-1]) if len(doors) > 1 else ""
            road = road_of(group[0]) or "其他地点"
            legs.append(Leg(f"{road}，向{heading}走" if heading else road, rows))
        return legs

    @property
    def done_in_order(self) -> list[Stop]:
        return [row.stop for row in sorted(self.done, key=lambda row: row.stop.outcome_at or clock.now())]

    @cached_property
    def drawing(self) -> Drawing:
        return Drawing(self.rows, self.left[:1])

    @property
    def subtitle(self) -> str:
        if self.round is None:
            return "现在没有开着的走访轮次"
        day = (self.on - self.round.period_start).days + 1
        return "，".join([f"第 {self.round.number} 轮第 {day} 天", *self.team])

    @cached_property
    def team(self) -> list[str]:
        """The team's name and who else walks with it."""
        rows = TeamMember.objects.filter(Q(until__isnull=True) | Q(until__gte=self.on), since__lte=self.on)
        mine = rows.filter(user=self.user).order_by("pk").values("team")[:1]
        found = list(rows.filter(team=mine).order_by("pk").values_list("team__name", "user", "user__display_name"))
        if not found:
            return []
        others = [name for _, user, name in found if user != self.user.pk]
        return [found[0][0], "、".join([str(self.user), *others[:3]])]

    @cached_property
    def next_day(self) -> tuple[dt.date, int] | None:
        """When and how many the next planned doors are, for the empty page."""
        later = Stop.objects.filter(round=self.round, visitor=self.user, planned_on__gt=self.on).unvisited()
        first = later.order_by("planned_on").values_list("planned_on", flat=True).first() if self.round else None
        return (first, later.filter(planned_on=first).count()) if first else None

    @cached_property
    def next_rows(self) -> list[Row]:
        """The first doors of that next day, to look ahead."""
        if self.next_day is None:
            return []
        mine = Stop.objects.filter(round=self.round, visitor=self.user, planned_on=self.next_day[0]).unvisited()
        stops = mine.select_related("entity__place__building").by_walk()[:AHEAD]
        return [Row(stop, number) for number, stop in enumerate(stops, 1)]

    @cached_property
    def is_working(self) -> bool:
        return calendar.is_working(self.on)

    @property
    def again(self) -> list[Row]:
        """Where nobody answered today: worth another knock on the way home."""
        return [row for row in self.done if row.stop.outcome == Stop.Outcome.NO_ANSWER]

    @cached_property
    def results(self) -> str:
        """见到人 18 家，没人应 3 家，诉求 2 件，当场解决 1 件: what today came to."""
        found = Counter(row.stop.outcome for row in self.done)
        mine = Demand.objects.standing().filter(visit__visitor=self.user, raised_at__gte=self._midnight)
        demands = mine.aggregate(n=Count("pk"), solved=Count("pk", Q(solved_on_spot=True)))
        gone = found[Stop.Outcome.CLOSED] + found[Stop.Outcome.MOVED]
        counted = (
            ("见到人", found[Stop.Outcome.VISITED], "家"), ("没人应", found[Stop.Outcome.NO_ANSWER], "家"),
            ("关了或搬走", gone, "家"), ("诉求", demands["n"], "件"), ("当场解决", demands["solved"], "件"),
        )  # fmt: skip
        return "，".join(f"{name} {n} {unit}" for name, n, unit in counted if n)

    @property
    def _midnight(self) -> dt.datetime:
        return dt.datetime.combine(self.on, dt.time(), clock.SHANGHAI)

    @cached_property
    def last_delivery(self) -> dt.datetime | None:
        mine = Visit.objects.filter(visitor=self.user, received_at__gte=self._midnight)
        return mine.order_by("-received_at").values_list("received_at", flat=True).first()


@dataclass
class Spot:
    """A place on the drawing, with the doors that stand there: a shop, or several rooms of one building."""

    rows: list[Row]
    x: float
    y: float
    is_next: bool

    @property
    def row(self) -> Row:
        """The door that a tap opens: the first that is left, else the first."""
        return next((row for row in self.rows if row.stop.outcome == Stop.Outcome.DUE), self.rows[0])

    @property
    def is_done(self) -> bool:
        return self.row.stop.outcome != Stop.Outcome.DUE

    @property
    def label(self) -> str:
        return str(self.row.number) if len(self.rows) == 1 else f"{len(self.rows)} 家"

    @property
    def radius(self) -> int:
        return 11 if len(self.rows) == 1 else 17


class Drawing:
    """Today's doors north up on a small sheet, joined in the order of the walk. No tiles, no script."""

    width = 334
    # Closer than this on the sheet, doors are drawn as one and names are left out.
    apart = 18.0

    def __init__(self, rows: list[Row], next_rows: list[Row]) -> None:
        placed = [row for row in rows if row.entity.place_id]
        points = [(row.entity.place.lon, row.entity.place.lat) for row in placed]
        sheet = walk.picture(points, width=self.width, margin=28, tallest=420)
        self.height, self.placed = sheet.height, len(placed)
        self.line = " ".join(f"{x},{y}" for x, y in sheet.points)
        self.left = sum(row.stop.outcome == Stop.Outcome.DUE for row in placed)
        self.unplaced = len(rows) - len(placed)
        self.doors: list[Spot] = []
        for row, (x, y) in zip(placed, sheet.points, strict=True):
            spot = next((one for one in self.doors if self._near(one, x, y)), None)
            if spot is None:
                spot = Spot([], x, y, is_next=False)
                self.doors.append(spot)
            spot.rows.append(row)
            spot.is_next = spot.is_next or row in next_rows

    def _near(self, spot: Spot, x: float, y: float) -> bool:
        return max(abs(spot.x - x), abs(spot.y - y)) < self.apart

    @cached_property
    def roads(self) -> list[tuple[float, float, str]]:
        """Each road's name once, above its first door, where there is room for it."""
        named: dict[str, tuple[float, float, str]] = {}
        for spot in self.doors:
            name = road_of(spot.rows[0].stop)
            x, y = min(max(spot.x, 40), self.width - 40), max(spot.y - spot.radius - 5, 12)
            is_free = all(abs(x - other[0]) > 70 or abs(y - other[1]) > 14 for other in named.values())
            if name and name not in named and is_free:
                named[name] = (x, y, name)
        return list(named.values())

    @property
    def words(self) -> str:
        """What the drawing says, for those who do not see it."""
        roads = "、".join(name for _, _, name in self.roads)
        more = f"，另有 {self.unplaced} 家没有位置" if self.unplaced else ""
        return f"{self.placed} 家在{roads or '本片区'}，还剩 {self.left} 家{more}。"


def road_of(stop: Stop) -> str:
    place = stop.entity.place
    if place is None:
        return ""
    building = place.building if place.building_id else None
    return building.name or building.road if building else place.road


def door_of(stop: Stop) -> walk.Door | None:
    place = stop.entity.place
    return walk.Door(key=stop.pk, road=road_of(stop), lon=place.lon, lat=place.lat) if place else None


def grouped(stops: list[Stop]) -> list[list[Stop]]:
    """Consecutive stops on one road (or in one building)."""
    groups: list[list[Stop]] = []
    for stop in stops:
        if groups and road_of(groups[-1][-1]) == road_of(stop):
            groups[-1].append(stop)
        else:
            groups.append([stop])
    return groups


class Tags:
    """Why a door is special today, for many doors at once (three queries)."""

    def __init__(self, round_: Round | None, entity_ids: list[uuid.UUID], on: dt.date) -> None:
        self.on = on
        self.answers: dict[uuid.UUID, Demand] = {
            demand.entity_id: demand for demand in Demand.objects.to_tell().filter(entity_id__in=entity_ids)
        }
        self.questions: dict[uuid.UUID, list[Question]] = defaultdict(list)
        for question in Question.objects.open().filter(entity_id__in=entity_ids).order_by("asked_at"):
            self.questions[question.entity_id].append(question)
        self.silent: dict[uuid.UUID, int] = self._silent(round_, entity_ids)

    def _silent(self, round_: Round | None, entity_ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
        """In how many of the last two rounds nobody answered."""
        found: dict[uuid.UUID, int] = defaultdict(int)
        if round_ is None:
            return found
        before = Stop.objects.filter(
            entity_id__in=entity_ids, round__number__in=[round_.number - 1, round_.number - 2],
            round__street_id=round_.street_id, outcome=Stop.Outcome.NO_ANSWER,
        )  # fmt: skip
        for entity_id in before.values_list("entity_id", flat=True):
            found[entity_id] += 1
        return found

    def of(self, stop: Stop) -> list[tuple[str, str]]:
        """(class, words) of each reason, the most telling first."""
        tags = []
        if demand := self.answers.get(stop.entity_id):
            tags.append(("b", f"带答复：{demand.get_category_display()}"))
        if stop.appointed_at:
            tags.append(("b", f"约好 {stop.appointed_at.astimezone(clock.SHANGHAI):%m-%d %H:%M}"))
        for question in self.questions[stop.entity_id][:2]:
            label = facts.LABELS.get(question.field, "")
            tags.append(("y", f"{label}待核实" if label else question.sentence))
        if stop.due_on and stop.is_first:
            tags.append(("r", deadline(stop.due_on, self.on)))
        elif stop.is_first:
            tags.append(("y", "首访"))
        if self.silent[stop.entity_id] > 1:
            tags.append(("", "，".join(filter(None, ["上两轮没人", stop.hint]))))
        elif stop.hint:
            tags.append(("", stop.hint))
        if stop.carried_rounds:
            tags.append(("", f"已顺延 {stop.carried_rounds} 轮"))
        return tags


def deadline(due_on: dt.date, on: dt.date) -> str:
    days = (due_on - on).days
    if days < 0:
        return f"首访超 {-days} 天"
    return "首访今天到期" if days == 0 else f"首访还剩 {days} 天"
