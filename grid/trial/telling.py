"""How one matter of the trial street came along: its legs, the lines of its story, what its raiser was told."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from branches.rules.book import Rules
from coverage.trial.days import SHANGHAI, Ids
from coverage.trial.load import Scene
from grid.chain.levels import LIMIT_KEYS, Level
from grid.models import Matter
from grid.trial import council_plan, tales
from grid.trial.council_plan import Planned
from grid.trial.plots import Plot
from shimen.accounts.models import User
from shimen.territory import calendar

SECRETARIES = ("zhaojiayi", "jiangyinsan", "zhuwuqi")
ACCOUNTS = {"陈癸十": "chenguishi", "魏庚七": "weigengqi", "张乙四": "zhangyisi", "吴己六": "wujiliu"}
GRIDS = ("第一网格", "第二网格", "第三网格")
SHARES = {1: (0.0,), 2: (0.0, 0.3), 3: (0.0, 0.2, 0.5), 4: (0.0, 0.12, 0.3, 0.6)}
SATISFIED = {"good": 78, "fair": 17, "bad": 2, "": 3}
_WAYS = {"phone": 6, "in_person": 3, "notice": 1}


@dataclass(slots=True)
class Told:
    """The rows of one matter: legs, moments and answers as dicts of columns; what the matter's own row says besides."""

    legs: list[dict[str, Any]] = field(default_factory=list)
    moments: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    due_on: dt.date | None = None
    deferrals: int = 0
    hard_reason: str = ""
    closed_at: dt.datetime | None = None
    satisfaction: str = ""


class Ground:
    """What every story needs: people, branches, working days, ids."""

    def __init__(self, scene: Scene, branches: dict[int, list[tuple[dt.date, uuid.UUID, str]]]) -> None:
        self.scene, self._branches = scene, branches
        self.chance = random.Random(f"{scene.seed} stories")
        self.today = scene.days.today
        self.rules = Rules([], on=self.today)
        days = calendar.load(self.today - dt.timedelta(days=400), self.today + dt.timedelta(days=60))
        self.due: Callable[[dt.date, int], dt.date] = days.add_working_days
        self.ids = {name: Ids(scene.seed, name) for name in ("matter", "leg", "moment", "answer")}
        self.councils = council_plan.Plan(scene)
        self.people = {user.pk: user for user in scene.users.values()}

    def branch(self, grid: int, day: dt.date) -> tuple[uuid.UUID, str]:
        """The street-block branch of a grid, before its founding the residents' general branch."""
        standing = [row for row in self._branches[grid] if row[0] <= day]
        return (standing[-1] if standing else self._branches[grid][0])[1:]


class Story:
    """Tells one plot; `row` holds what came of it."""

    def __init__(self, plot: Plot, ground: Ground) -> None:
        self.plot, self.ground, self.chance = plot, ground, ground.chance
        self.users = ground.scene.users
        self.staff = self.users[ground.chance.choice(("zhouwuwu", "wujiliu"))]
        self.last = plot.raised
        self.row = Told()
        self.level = 1

    def tell(self) -> Told:
        plot = self.plot
        via = Matter.Via(plot.via).label
        self._moment("raise", f"{via}登记", plot.raised, self._person(plot.raised_by), plot.words)
        if plot.on_spot:
            self._at_the_door()
        elif plot.into is not None:
            self._merged(plot.into)
        else:
            self._chain()
        return self.row

    # ---- the ways it can go

    def _at_the_door(self) -> None:
        plot = self.plot
        visitor = self._person(plot.raised_by)
        self._begin(1, plot.raised)
        self._end("solved", plot.raised, visitor, tried=plot.how)
        self._moment("solve", "走访当场解决", plot.raised + dt.timedelta(seconds=1), visitor, plot.how, "good")
        self.row.due_on, self.row.closed_at = None, plot.raised

    def _merged(self, head: Plot) -> None:
        self._begin(1, self.plot.raised)
        when = self._next(self.plot.raised.date() + dt.timedelta(days=1), 9)
        self._end("cut", when, self.staff, why=f"并入 {number_of(head)}")
        self._moment("merge", f"并入 {number_of(head)}", when, self.staff)
        self.row.due_on = None

    def _chain(self) -> None:
        plot, days = self.plot, self._days()
        self._begin(1, plot.raised)
        for level in range(2, plot.level + 1):
            self._work()
            self._up(level, days[level - 1])
        if plot.is_hard:
            self._mark_hard()
        if plot.is_returned:
            self._back()
        if self.level in (2, 3):
            self._assign()
        if plot.solved is None:
            self._wait()
        else:
            self._work()
            self._solve(plot.solved)

    def _days(self) -> list[dt.date]:
        """The day on which each level began."""
        plot = self.plot
        end = plot.solved.date() if plot.solved else self.ground.today
        span = (end - plot.raised.date()).days
        shares = SHARES[plot.level]
        return [plot.turns.get(n + 1, plot.raised.date() + dt.timedelta(days=round(span * share)))
                for n, share in enumerate(shares)]  # fmt: skip

    # ---- steps

    def _begin(self, level: int, at: dt.datetime) -> None:
        plot, ground = self.plot, self.ground
        self.level = level
        rule = "matter_urgent_days" if plot.is_urgent else LIMIT_KEYS[Level(level)]
        due = ground.due(at.astimezone(SHANGHAI).date(), ground.rules[rule])
        body, owner, user, helpers, organisation = self._who(level, at)
        self.row.legs.append(
            {"id": ground.ids["leg"].at(at), "number": len(self.row.legs) + 1, "level": level, "organisation_id": organisation,
             "council_id": self._council().pk if level == 2 else None, "body": body, "owner": owner, "owner_user_id": user, "helpers": helpers, "task": "", "due_on": due,
             "began_at": at, "ended_at": None, "end": "", "tried": "", "left_open": "", "why": "", "ended_by_id": None}
        )  # fmt: skip
        self.row.due_on = due

    def _who(self, level: int, at: dt.datetime) -> tuple[str, str, uuid.UUID | None, str, uuid.UUID | None]:
        """Body, owner, the owner's account, helpers, organisation of a level."""
        plot = self.plot
        if level == 1:
            organisation, name = self.ground.branch(plot.grid, at.date())
            leader = self.users[SECRETARIES[plot.grid]]
            is_block = "街区" in name
            return name, str(leader.display_name) if is_block else "", leader.pk if is_block else None, "", organisation
        if level == 2:
            council = self._council()
            user = self.users[council.username].pk if council.username else None
            return council.name, council.convener, user, self.ground.councils.beside(plot.grid).name, None
        if level == 3:
            owner, helpers = tales.OWNERS[plot.category]
            account = ACCOUNTS.get(owner.rpartition(" ")[2])
            return f"{GRIDS[plot.grid]}例会", owner, self.users[account].pk if account else None, helpers, None
        return "区城运平台", "", None, "", None

    def _council(self) -> Planned:
        plot = self.plot
        return self.ground.councils.for_(plot.grid, plot.road, plot.place)

    def _up(self, level: int, day: dt.date) -> None:
        below = level - 1
        tried, left = self.chance.choice(tales.STEPS[self.plot.category][below])
        why = self.chance.choice(tales.WHY[below])
        when = self._next(day, self.chance.randint(9, 15))
        actor = self._actor()
        self._end("up", when, actor, tried=tried, left_open=left, why=why)
        self._begin(level, when)
        self._moment("up", f"转上{Level(level).title}", when, actor, why)
        if level == 2 and self.plot.demand is None and self.chance.random() < 0.5:
            self._answer(
                f"您提的“{self.plot.title}”转给{self.row.legs[-1]['body']}商量，有结果马上告诉您。", final=False
            )

    def _assign(self) -> None:
        leg = self.row.legs[-1]
        leg["task"] = self.chance.choice(
            ("现场核实，拿出办法，下次会上报", "牵头会商，定下责任和时间", "先做能做的，其余列出缺什么")
        )
        whom = leg["owner"] or leg["body"]
        self._moment("assign", f"交 {whom}", self._after(20), self.staff, leg["task"])

    def _mark_hard(self) -> None:
        self.row.hard_reason = self.chance.choice(tales.HARD)
        self._moment("mark", "列为老大难", self._after(15), self.staff, self.row.hard_reason)

    def _work(self) -> None:
        if self.chance.random() < (0.75 if self.plot.level > 1 else 0.3):
            days = 1 if self.plot.level == 1 else self.chance.randint(1, 3)
            when = self._next(self.last.date() + dt.timedelta(days=days), self.chance.randint(9, 16))
            until = self.plot.solved or self.ground.scene.at
            if when < until - dt.timedelta(hours=1):
                self._moment("report", "进展", when, self._actor(), self.chance.choice(tales.PROGRESS))

    def _back(self) -> None:
        """The district returned it: with the grid again."""
        when = self._next(min(self.last.date() + dt.timedelta(days=5), self.ground.today - dt.timedelta(days=2)), 16)
        self._end("down", when, None, why=tales.RETURNED)
        self._begin(3, when)
        self._moment("down", "区级平台退单，退回网格会商", when, None, tales.RETURNED, "alarm")

    def _wait(self) -> None:
        """Open: what would be late was deferred, but for the few that are late."""
        today, due = self.ground.today, self.row.due_on
        if due is not None and (due < today or self.plot.is_late):
            target = today - dt.timedelta(days=2 if self.plot.is_hard else self.chance.randint(1, 4))
            if not self.plot.is_late:
                target = self.ground.due(today, self.chance.randint(1, 8))
            self._defer(due, target)
        if self.plot.is_late:
            self._urge()
        if self.plot.interim is not None:
            words, when = self.plot.interim
            self._answer(words, final=False, when=when, way="visit")

    def _defer(self, due: dt.date, target: dt.date) -> None:
        days = [target]
        if due < self.ground.today - dt.timedelta(days=9) and target > due + dt.timedelta(days=4):
            days.insert(0, due + dt.timedelta(days=4))
        for day in days:
            if day <= due:  # it was never deferred, only due on that day
                self.row.legs[-1]["due_on"] = self.row.due_on = day
                return
            when = self._next(min(due, self.ground.today - dt.timedelta(days=1)), 10)
            self.row.deferrals += 1
            sentence = f"延期到 {day:%m-%d}，第 {self.row.deferrals} 次"
            self._moment("defer", sentence, when, self.staff, self.chance.choice(tales.DEFER_WHY))
            self.row.legs[-1]["due_on"] = self.row.due_on = due = day

    def _urge(self) -> None:
        leg = self.row.legs[-1]
        day = self.ground.today - dt.timedelta(days=1)
        self._moment("urge", f"催办 {leg['owner'] or leg['body']}", self._next(day, 9), self.staff)

    def _solve(self, when: dt.datetime) -> None:
        plot = self.plot
        if plot.reopened:
            self._twice(when)
        actor = self.users["zhouwuwu"] if plot.level == 4 else self._actor()
        done = max(when - dt.timedelta(minutes=10), self.last + dt.timedelta(minutes=1))
        self._end("solved", done, actor, tried=plot.how)
        self._moment("solve", f"{Level(plot.level).title.removesuffix('直接解决')}解决", done, actor, plot.how, "good")
        plot.solved, self.row.due_on = done, None
        if not plot.is_answered:
            return
        way = "visit" if plot.demand else ""
        words = plot.how if plot.demand else f"您提的“{plot.title}”办好了：{plot.how}"
        self._answer(words, final=True, when=self.last + dt.timedelta(minutes=9), way=way)
        if plot.told is not None:
            self._close(plot.told)

    def _twice(self, when: dt.datetime) -> None:
        """Solved too soon: the one who raised it said so."""
        level, left = self.plot.level, when - self.last
        first = self.last + left * 0.4
        actor = self._actor()
        self._end("solved", first, actor, tried="先按商定的办法做了，观察一周。")
        self._moment(
            "solve",
            f"{Level(level).title.removesuffix('直接解决')}解决",
            first,
            actor,
            "先按商定的办法做了，观察一周。",
            "good",
        )
        again = self.last + left * 0.35
        self._begin(level, again)
        self._moment("reopen", "重办，第 1 次", again, self.staff, self.chance.choice(tales.REOPENED), "alarm")

    def _close(self, when: dt.datetime) -> None:
        self.row.satisfaction = self.chance.choices(list(SATISFIED), list(SATISFIED.values()))[0]
        said = Matter.Satisfaction(self.row.satisfaction).label
        when = max(when, self.last + dt.timedelta(minutes=2))
        self._moment(
            "close", f"办结，提出人评价{said}" if self.row.satisfaction else "办结", when, self._actor(), tone="good"
        )
        self.row.closed_at = when

    def _answer(self, words: str, *, final: bool, when: dt.datetime | None = None, way: str = "") -> None:
        way = way or self.chance.choices(list(_WAYS), list(_WAYS.values()))[0]
        when = when or self._after(30)
        by = self._person(self.plot.answer_by) or self.staff
        self.row.answers.append(
            {"id": self.ground.ids["answer"].at(when), "words": words, "way": way, "is_final": final, "at": when, "by_id": by.pk}
        )  # fmt: skip
        how = {"visit": "下次走访当面说", "phone": "电话", "in_person": "当面", "notice": "公示"}[way]
        self._moment("answer", f"答复提出人，{how}", when, by, words)

    # ---- the rows

    def _end(self, end: str, at: dt.datetime, by: User | None, **said: str) -> None:
        self.row.legs[-1].update(ended_at=at, end=end, ended_by_id=by.pk if by else None, **said)
        self.last = max(self.last, at)

    def _moment(
        self, verb: str, sentence: str, at: dt.datetime, by: User | None, words: str = "", tone: str = ""
    ) -> None:
        self.row.moments.append(
            {"id": self.ground.ids["moment"].at(at), "at": at, "by_id": by.pk if by else None, "verb": verb,
             "who": str(by.display_name) if by else "", "sentence": sentence[:120], "words": words,
             "level": self.level, "tone": tone}
        )  # fmt: skip
        self.last = max(self.last, at)

    def _person(self, pk: uuid.UUID | None) -> User | None:
        return self.ground.people.get(pk) if pk is not None else None

    def _actor(self) -> User:
        """Who acts on the present level."""
        if self.level == 1:
            return self.users[SECRETARIES[self.plot.grid]]
        return self.users["fengrenjiu"] if self.level == 2 and self.plot.grid == 0 else self.staff

    def _after(self, minutes: int) -> dt.datetime:
        return min(self.last + dt.timedelta(minutes=minutes), self._latest())

    def _next(self, day: dt.date, hour: int) -> dt.datetime:
        """An hour of a day, but after everything that happened and not later than now."""
        when = dt.datetime.combine(day, dt.time(hour, self.chance.randrange(60)), SHANGHAI)
        return min(max(when, self.last + dt.timedelta(minutes=5)), self._latest())

    def _latest(self) -> dt.datetime:
        return max(self.last + dt.timedelta(seconds=1), self.ground.scene.at - dt.timedelta(minutes=30))


def number_of(plot: Plot) -> str:
    """As `Matter.number` prints it."""
    return f"{plot.raised.astimezone(SHANGHAI).year}-{plot.number:04}"
