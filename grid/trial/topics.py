"""A year of topics on the trial street: proposed, supported, put on agendas, resolved; some behind the trial's matters."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from coverage.trial.days import SHANGHAI, Ids
from coverage.trial.load import Scene
from grid.models import Matter, Meeting, Topic, TopicMoment, TopicSupport
from grid.trial import sayings
from shimen.accounts.models import User

ROADS = (("望桥路", "西塘路"), ("云台路", "清波路"), ("松间路", "槐荫路"))
MEETINGS = ("第一网格例会", "第二网格例会", "第三网格例会")
PROPOSERS = ("chenguishi", "hexuyi", "shijiasan", "youshenjiu", "zhaojiayi", "jiangyinsan", "zhuwuqi", "fengrenjiu", "yanxinba",
             "weigengqi", "caodingliu", "hanchenwu")  # fmt: skip


@dataclass(slots=True)
class Made:
    """The rows of all topics before they are written."""

    topics: list[Topic] = field(default_factory=list)
    supports: list[TopicSupport] = field(default_factory=list)
    moments: list[TopicMoment] = field(default_factory=list)


class Writing:
    """Writes the year from one stream of chance."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.chance = random.Random(f"{scene.seed} topics")
        self.ids = {name: Ids(scene.seed, name) for name in ("topic", "topic support", "topic moment")}
        self.now = scene.at.astimezone(SHANGHAI)
        self.made = Made()
        self.people = [user for name, user in sorted(scene.users.items()) if name not in _ADMINISTRATORS]
        self.titles: dict[str, Topic] = {}

    def write(self) -> int:
        """All rows; how many topics."""
        matters = list(
            Matter.objects.filter(street=self.scene.street, via=Matter.Via.TOPIC).order_by("raised_at", "pk")
        )
        for number, subject in enumerate(sayings.SUBJECTS):
            self._subject(number, subject)
        for matter in matters:
            self._behind(matter)
        self._number()
        Topic.objects.bulk_create(sorted(self.made.topics, key=lambda row: row.merged_into_id is not None))
        TopicSupport.objects.bulk_create(self.made.supports)
        TopicMoment.objects.bulk_create(self.made.moments)
        return len(self.made.topics)

    def _number(self) -> None:
        last: dict[int, int] = {}
        for row in sorted(self.made.topics, key=lambda row: row.proposed_at):
            year = row.proposed_at.astimezone(SHANGHAI).year
            last[year] = last.get(year, 0) + 1
            row.year, row.serial = year, last[year]

    def _subject(self, number: int, subject: sayings.Subject) -> None:
        grid = number % 3
        road = self.chance.choice(ROADS[grid])
        back = {"resolved": self.chance.randint(60, 330), "declined": self.chance.randint(40, 200),
                "merged": self.chance.randint(70, 120), "scheduled": self.chance.randint(14, 25)}  # fmt: skip
        at = self._at(back.get(subject.state, self.chance.randint(2, 30)))
        actor = self.scene.users[PROPOSERS[number % len(PROPOSERS)]]
        is_voiced = bool(subject.voices) and number % 4 == 1
        row = self._topic(
            subject.title.format(road=road), subject.words, subject.category, grid, at, None if is_voiced else actor
        )
        row.state = subject.state
        self.titles[subject.title] = row
        self._tell(row, "propose", "意见转来" if is_voiced else "提出", at, actor, row.words)
        self._support(row, subject.state)
        getattr(self, f"_{subject.state}")(row, subject, grid)

    def _topic(self, title: str, words: str, category: str, grid: int, at: dt.datetime, by: User | None) -> Topic:
        row = Topic(
            id=self.ids["topic"].at(at), street=self.scene.street, title=title[:60], words=words, category=category,
            area=self.scene.grids[grid], proposed_at=at, proposed_by=by, proposer="" if by else "街情气象站",
        )  # fmt: skip
        self.made.topics.append(row)
        return row

    def _at(self, back: int) -> dt.datetime:
        day = self.now.date() - dt.timedelta(days=back)
        return dt.datetime.combine(day, dt.time(self.chance.randint(8, 19), self.chance.randrange(60)), SHANGHAI)

    def _tell(self, row: Topic, verb: str, sentence: str, at: dt.datetime, by: User | None, words: str = "") -> None:
        self.made.moments.append(
            TopicMoment(
                id=self.ids["topic moment"].at(at), street=self.scene.street, topic=row, at=at, by=by, verb=verb,
                sentence=sentence, words=words,
            )
        )  # fmt: skip
        row.revision += 1

    def _support(self, row: Topic, state: str) -> None:
        """The proposer, and some of those who see it."""
        most = 3 if state in {"declined", "withdrawn", "merged"} else 12
        chosen = self.chance.sample(self.people, self.chance.randint(1, most))
        people = ([row.proposed_by] if row.proposed_by else []) + [user for user in chosen if user != row.proposed_by]
        for place, user in enumerate(people):
            at = row.proposed_at if place == 0 else row.proposed_at + dt.timedelta(hours=5 * place, minutes=7 * place)
            if at < self.now:
                self.made.supports.append(
                    TopicSupport(
                        id=self.ids["topic support"].at(at), street=self.scene.street, topic=row, user=user, at=at
                    )
                )

    # ---- what became of it

    def _scheduled(self, row: Topic, subject: sayings.Subject, grid: int) -> None:
        staff = self.scene.users["zhouwuwu"]
        at = min(row.proposed_at + dt.timedelta(days=9), self.now - dt.timedelta(hours=5))
        meeting = Meeting.objects.filter(street=self.scene.street, area=row.area).of_grids().upcoming().first()
        day = self.now.date() + dt.timedelta(days=3 + grid)
        if meeting is not None:
            day = meeting.starts_at.astimezone(SHANGHAI).date()
        self._put_on(row, meeting.title if meeting else MEETINGS[grid], day, at, staff, meeting)

    def _put_on(
        self, row: Topic, body: str, day: dt.date, at: dt.datetime, by: User, meeting: Meeting | None = None
    ) -> None:
        row.meeting, row.agenda_body, row.agenda_on, row.scheduled_at = meeting, body, day, at
        self._tell(row, "put_on", f"列入{body}" + ("" if meeting else f"，{day:%-m 月 %-d 日}"), at, by)

    def _resolved(self, row: Topic, subject: sayings.Subject, grid: int) -> None:
        staff = self.scene.users["zhouwuwu"]
        day = row.proposed_at.date() + dt.timedelta(days=self.chance.randint(12, 30))
        self._put_on(row, MEETINGS[grid], day, row.proposed_at + dt.timedelta(days=6), staff)
        at = dt.datetime.combine(day, dt.time(16, 10), SHANGHAI)
        self._end(row, "resolve", "议定", at, staff, subject.outcome)

    def _end(self, row: Topic, verb: str, sentence: str, at: dt.datetime, by: User, words: str) -> None:
        row.outcome, row.ended_at, row.ended_by = words, at, by
        self._tell(row, verb, sentence, at, by, words)
        # The newest result has not been read by its proposer yet.
        if at < self.now - dt.timedelta(days=45):
            row.heard_at = at + dt.timedelta(days=1)

    def _declined(self, row: Topic, subject: sayings.Subject, grid: int) -> None:
        at = row.proposed_at + dt.timedelta(days=4)
        self._end(row, "decline", "没有列入", at, self.scene.users["zhouwuwu"], subject.outcome)

    def _merged(self, row: Topic, subject: sayings.Subject, grid: int) -> None:
        kept = self.titles[sayings.MERGED[subject.title]]
        at, staff = row.proposed_at + dt.timedelta(days=2), self.scene.users["zhouwuwu"]
        row.merged_into = kept
        row.heard_at = self.now - dt.timedelta(days=9)
        self._tell(row, "merge", f"并入“{kept.title}”", at, staff)
        self._tell(kept, "merge", f"“{row.title}”并进来", at, staff)

    def _withdrawn(self, row: Topic, subject: sayings.Subject, grid: int) -> None:
        self._tell(row, "withdraw", "提出人撤回", row.proposed_at + dt.timedelta(days=1), row.proposed_by)

    def _proposed(self, row: Topic, subject: sayings.Subject, grid: int) -> None:
        """Gathers support; nothing more has happened."""

    def _behind(self, matter: Matter) -> None:
        """The topic whose resolution a matter of the trial carries out."""
        grids: dict[Any, int] = {area.pk: number for number, area in enumerate(self.scene.grids)}
        grid = grids.get(matter.area_id, 0)
        raised = matter.raised_at.astimezone(SHANGHAI)
        by = self.scene.users[PROPOSERS[grid]]
        row = self._topic(matter.title, matter.words, matter.category, grid, raised - dt.timedelta(days=20), by)
        row.state, row.matter = Topic.State.RESOLVED.value, matter
        self._tell(row, "propose", "提出", row.proposed_at, by, row.words)
        self._support(row, "resolved")
        self._put_on(row, MEETINGS[grid], raised.date(), raised - dt.timedelta(days=8), self.scene.users["zhouwuwu"])
        self._end(row, "resolve", "议定", raised, self.scene.users["zhouwuwu"], "同意试办，转为事项，由牵头支部落实。")


_ADMINISTRATORS = frozenset({"taojiliu", "jiangchouwu", "qiguiyi"})


def write(scene: Scene) -> None:
    """All topics with their supporters and stories."""
    count = Writing(scene).write()
    scene.say(f"议题 {count} 个")
