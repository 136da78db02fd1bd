"""A year of opinions on the trial street: said behind codes and to people inside, sorted, answered; a digest for every week.

The opinions that became matters are those from which the trial's matters of that origin came.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from coverage.trial.days import SHANGHAI, Ids
from coverage.trial.load import Scene
from coverage.trial.words import PHONE_HEAD
from grid.models import Matter, Opinion, OpinionCode, OpinionNotice, Topic
from grid.models.opinions import TABLE
from grid.opinions import codes, digests, receiving
from grid.trial import sayings
from grid.trial.topics import ROADS
from shimen.privacy import sealing
from shimen.territory.models import Area, Place

CONTACT = "示例街道党建办 021-0000-0000"
SORTERS = ("zhaojiayi", "jiangyinsan", "zhuwuqi")
HEARERS = (("chenguishi", "hexuyi"), ("shenmaosi", "zhangyisi"), ("qinweiba", "youshenjiu"))
ANSWERED, ELSEWHERE, WITHDRAWN = 96, 26, 4
TELLERS = ("水果店店主", "面馆老板", "三楼租户", "送奶的师傅", "花店店员", "接孩子的家长", "楼里物业", "裁缝铺")
WAYS = {"code": 62, "visit": 20, "desk": 13, "meeting": 5}


@dataclass(slots=True)
class Draft:
    """An opinion before it is written; `hours` is how long it waited to be sorted, None where it still waits."""

    words: str
    category: str
    grid: int | None
    at: dt.datetime
    state: str = "waiting"
    hours: float | None = None
    reply: str = ""
    matter: Matter | None = None
    topic: Topic | None = None
    is_own: bool = False
    place: Any = None
    entity: Any = None
    same: Draft | None = None
    row: Opinion | None = field(default=None, repr=False)


class Station:
    """Writes the year from one stream of chance."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.chance = random.Random(f"{scene.seed} opinions")
        self.ids = Ids(scene.seed, "opinion")
        self.today, self.now = scene.days.today, scene.at.astimezone(SHANGHAI)
        self.phones = iter(range(7001, 9000))
        self.first_matters: dict[Any, Draft] = {}

    # ---- what was said

    def drafts(self) -> list[Draft]:
        """Everything that was said, in no order yet."""
        found = [*self._behind_matters(), *self._said(), *self._voices(), *self._waiting()]
        found += self._twins(found)
        chosen = [draft for draft in found if draft.state == "answered" and not draft.reply.startswith("已转告")]
        for draft in self.chance.sample(chosen, WITHDRAWN):
            draft.state, draft.reply = "withdrawn", ""
        return found

    def _behind_matters(self) -> Iterator[Draft]:
        grids: dict[Any, int] = {area.pk: number for number, area in enumerate(self.scene.grids)}
        rows = Matter.objects.filter(street=self.scene.street, via=Matter.Via.OPINION).order_by("raised_at", "pk")
        for matter in rows:
            draft = Draft(
                matter.words, matter.category, grids.get(matter.area_id), matter.raised_at, "matter", self._hours(),
                matter=matter, is_own=True, place=matter.place_id, entity=None,
            )  # fmt: skip
            self.first_matters[matter.pk] = draft
            yield draft
        open_rows = Matter.objects.filter(street=self.scene.street).open().exclude(via=Matter.Via.OPINION)
        for matter in open_rows.order_by("-raised_at", "pk")[: sayings.OPEN_MATTERS]:
            at = matter.raised_at + dt.timedelta(days=self.chance.randint(1, 4), minutes=self.chance.randint(1, 500))
            if at < self.now - dt.timedelta(days=1):
                words = self.chance.choice(sayings.AGAIN).format(words=matter.words)
                yield Draft(
                    words, matter.category, grids.get(matter.area_id), at, "matter", self._hours(), matter=matter
                )

    def _said(self) -> Iterator[Draft]:
        for pool, state, count in (
            (sayings.ANSWERED, "answered", ANSWERED),
            (sayings.ELSEWHERE, "elsewhere", ELSEWHERE),
        ):
            for number in range(count):
                each = pool[number % len(pool)]
                grid = self.chance.randrange(3)
                road = self.chance.choice(ROADS[grid])
                at = self._moment(3 + int(359 * self.chance.random() ** 1.6))
                reply = each.reply.format(road=road)
                yield Draft(each.words.format(road=road), each.category, grid, at, state, self._hours(), reply)

    def _voices(self) -> Iterator[Draft]:
        """What was said about topics: before the proposal where it began with an opinion, later otherwise."""
        grids: dict[Any, int] = {area.pk: number for number, area in enumerate(self.scene.grids)}
        subjects = {subject.title: subject for subject in sayings.SUBJECTS}
        for topic in Topic.objects.filter(street=self.scene.street).order_by("proposed_at", "pk"):
            subject = subjects.get(topic.title) or next(
                (s for s in sayings.SUBJECTS if "{road}" in s.title and topic.title.endswith(s.title.split("}")[1])),
                None,
            )
            grid = grids.get(topic.area_id, 0)
            for number, words in enumerate(subject.voices if subject else ()):
                is_own = topic.proposed_by_id is None and number == 0
                after = dt.timedelta(hours=-6) if is_own else dt.timedelta(days=self.chance.randint(1, 9), hours=3)
                at = min(topic.proposed_at + after, self.now - dt.timedelta(hours=30))
                hours = 6.0 if is_own else self._hours()
                yield Draft(words, topic.category, grid, at, "topic", hours, topic=topic, is_own=is_own)

    def _waiting(self) -> Iterator[Draft]:
        """The newest, nobody has sorted them; two have waited too long, one names no grid."""
        for number, each in enumerate(sayings.WAITING):
            grid = number % 3
            back = (
                dt.timedelta(hours=2 + 5 * number)
                if number < len(sayings.WAITING) - 2
                else dt.timedelta(days=6 + number % 2)
            )
            road = self.chance.choice(ROADS[grid])
            yield Draft(each.words.format(road=road), each.category, None if number == 5 else grid, self.now - back)

    def _twins(self, drafts: list[Draft]) -> list[Draft]:
        """Some say within days what another said before."""
        found = []
        for draft in [d for d in drafts if d.state == "matter" and d.is_own][::5]:
            at = draft.at + dt.timedelta(days=self.chance.randint(1, 5), minutes=self.chance.randint(5, 300))
            if at < self.now - dt.timedelta(days=2):
                words = self.chance.choice(sayings.AGAIN).format(words=draft.words)
                found.append(Draft(words, draft.category, draft.grid, at, "duplicate", self._hours(), same=draft))
        return found

    def _moment(self, back: int) -> dt.datetime:
        day = self.today - dt.timedelta(days=back)
        return dt.datetime.combine(day, dt.time(self.chance.randint(7, 21), self.chance.randrange(60)), SHANGHAI)

    def _hours(self) -> float:
        return self.chance.choice((0.4, 1.5, 3, 5, 16, 20, 22, 26, 40))

    # ---- how it is written

    def write(self, notice: OpinionNotice, made: dict[Any, OpinionCode]) -> list[Opinion]:
        """All rows, numbered in the order in which they came."""
        drafts = sorted(self.drafts(), key=lambda draft: draft.at)
        last: dict[int, int] = defaultdict(int)
        for draft in drafts:
            draft.at = draft.at.astimezone(SHANGHAI)
            last[draft.at.year] += 1
            draft.row = self._row(draft, last[draft.at.year], notice, made)
        rows = [draft.row for draft in drafts if draft.row is not None]
        firsts = [row for row in rows if row.same_as_id is None]
        Opinion.objects.bulk_create(firsts)
        Opinion.objects.bulk_create([row for row in rows if row.same_as_id is not None])
        return rows

    def _row(self, draft: Draft, serial: int, notice: OpinionNotice, made: dict[Any, OpinionCode]) -> Opinion:
        way = self.chance.choices(list(WAYS), list(WAYS.values()))[0] if draft.grid is not None else "code"
        pk = self.ids.at(draft.at)
        users, grid = self.scene.users, draft.grid
        area = self.scene.grids[grid] if grid is not None else None
        hearer = users[self.chance.choice(HEARERS[grid])] if way == "visit" and grid is not None else users["wujiliu"]
        row = Opinion(
            id=pk, street=self.scene.street, year=draft.at.year, serial=serial, way=way, area=area, words=draft.words,
            category=draft.category, place_id=draft.place, received_at=draft.at, state=draft.state, notice=notice,
            received_by=None if way == "code" else hearer, matter=draft.matter, topic=draft.topic, is_own=draft.is_own,
            reply=draft.reply, receipt_index=receiving.receipt_index(receiving.receipt_of(pk)),
            same_as_id=draft.same.row.pk if draft.same is not None and draft.same.row is not None else None,
            code=(made.get(grid) or made[None]) if way == "code" else None,
            digest=pk.hex if way == "code" else "",
            teller=self.chance.choice(TELLERS) if way != "code" and self.chance.random() < 0.7 else "",
        )  # fmt: skip
        if way == "code" and self.chance.random() < 0.3:
            self._leave_phone(row)
        self._decide(row, draft)
        return row

    def _leave_phone(self, row: Opinion) -> None:
        """A number that nobody has; what is older than the notice promises is gone already."""
        row.consented_at = row.received_at
        kept_from = self.now - dt.timedelta(days=178)
        if row.received_at < kept_from:
            row.unconsented_at = row.received_at + dt.timedelta(days=180, hours=4)
            return
        number = f"{PHONE_HEAD}{next(self.phones)}"
        sealed = sealing.seal_phone(number, table=TABLE, column="phone_sealed", row=row.pk)
        row.phone_sealed, row.phone_index, row.phone_mask = sealed

    def _decide(self, row: Opinion, draft: Draft) -> None:
        if draft.hours is not None:
            when = min(row.received_at + dt.timedelta(hours=draft.hours), self.now - dt.timedelta(minutes=20))
            row.decided_at = max(when, row.received_at)
            sorter = SORTERS[draft.grid] if draft.grid is not None else "zhouwuwu"
            row.decided_by = self.scene.users[sorter]
        if draft.state == "withdrawn":
            row.words = row.teller = row.phone_mask = row.digest = ""
            row.phone_sealed = row.phone_index = None
            row.emptied_at = row.decided_at
            row.unconsented_at = row.emptied_at if row.consented_at else None


def write(scene: Scene) -> None:
    """The notice, the codes, the year of opinions, and the digests of its weeks."""
    office = scene.users["zhouwuwu"]
    since = scene.at - dt.timedelta(days=420)
    values = codes.first_draft(scene.street) | {"contact": CONTACT}
    notice = codes.publish_notice(street=scene.street, values=values, actor=office, at=since)
    made = _codes(scene, scene.at - dt.timedelta(days=300))
    rows = Station(scene).write(notice, made)
    on = scene.days.today
    weeks = digests.missing(scene.street, on)
    for week in weeks:
        monday = dt.datetime.combine(week + digests.WEEK, dt.time(0, 40), SHANGHAI)
        digests.make(street=scene.street, week=week, at=monday)
    scene.say(f"意见 {len(rows):,} 条，街情周报 {len(weeks)} 期")


def _codes(scene: Scene, at: dt.datetime) -> dict[Any, OpinionCode]:
    """One for the street, one for each grid, and posters in two buildings."""
    office = scene.users["zhouwuwu"]
    spots: list[tuple[Any, Area | None, Place | None]] = [(None, None, None)]
    spots += [(number, area, None) for number, area in enumerate(scene.grids)]
    houses = Place.objects.filter(street=scene.street, kind=Place.Kind.BUILDING).order_by("address_key", "pk")[:2]
    spots += [(house.pk, None, house) for house in houses.select_related("area")]
    return {
        key: codes.issue(street=scene.street, area=area, place=place, actor=office, at=at) for key, area, place in spots
    }
