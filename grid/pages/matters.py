"""What the pages of matters show beyond a row: the chain as a picture, the story, what may be done, what is alike nearby."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from branches.models import Rule
from grid.chain.levels import Level
from grid.chain.likeness import nearest
from grid.chain.transitions import State, Verb, offered
from grid.matters import handling
from grid.models import Council, DistrictCase, Leg, Matter, Moment
from grid.models.matters import MatterQuerySet
from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.territory.geo import distance

if TYPE_CHECKING:
    from django.http import HttpRequest

    from coverage.models import Entity
    from shimen.accounts.models import User
    from shimen.territory.models import Area

COLUMNS = ("编号", "标题", "类别", "层级", "状态", "网格", "提出时间", "谁提出的", "承办", "期限", "延期次数", "老大难", "原话", "办理结果",
           "解决时间", "评价")  # fmt: skip
MOMENTS = 12
_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ALIKE = 5
SOLVED_ALIKE = 200  # the latest solved ones that are compared


VIEWS = {"": "在办", "late": "超期", "answer": "待答复", "bad": "说不满意", "done": "已解决", "all": "全部"}


def rows_of(view: str, seen: MatterQuerySet, on: dt.date) -> MatterQuerySet:
    """The matters of a tab of the list, in its order; those of the first tab for a key that is none."""
    match view:
        case "late":
            return seen.overdue(on).by_due()
        case "answer":
            return seen.to_answer().newest_first()
        case "bad":
            return seen.complained().newest_first()
        case "done":
            return seen.done().order_by("-solved_at", "-pk")
        case "all":
            return seen.newest_first()
    return seen.open().by_due()


def views(seen: MatterQuerySet, on: dt.date) -> list[tuple[str, str, int]]:
    """The tabs: key, title and count."""
    return [(key, title, rows_of(key, seen, on).order_by().count()) for key, title in VIEWS.items()]


def cells(row: Matter) -> list[Any]:
    """A line of the export, in the order of `COLUMNS`."""
    return [
        row.number, row.title, row.get_category_display(), row.get_level_display(), row.get_state_display(),
        row.area or "", row.raised_at, row.raiser, row.organisation or "", row.due_on, row.deferrals,
        "是" if row.is_hard else "", row.words, row.how_solved, row.solved_at, row.get_satisfaction_display(),
    ]  # fmt: skip


def first_words(request: HttpRequest, entities: QuerySet[Entity], areas: QuerySet[Area]) -> dict[str, Any]:
    """What the form of a new matter begins with: the entity from whose page one came, the only grid one has."""
    given = request.GET.get("entity", "")
    entity = entities.filter(pk=given).first() if _ID.fullmatch(given) else None
    if entity is not None:
        return {"entity": entity.pk, "area": entity.area_id, "raiser": str(entity)}
    own = list(areas[:2])
    return {"area": own[0].pk} if len(own) == 1 else {}


def councils_of(user: User) -> QuerySet[Council]:
    """The councils in which a person may bring something up: a convener their own, staff those of their areas."""
    seen = Council.objects.visible_to(user).standing(clock.today())
    if not scope_of(user).has(Role.STAFF):
        seen = seen.filter(convener=user.pk)
    return seen.in_order()


@dataclass(frozen=True, slots=True)
class Step:
    """One level of the picture."""

    level: Level
    tone: str  # past, now, next
    leg: Leg | None
    span: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: the verb, what it is called, and whether it is the main one."""

    verb: str
    title: str
    icon: str
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    """What a verb is called on a button."""

    title: str
    icon: str


_NAMES = {
    Verb.SOLVE: _Named("写办理结果", icon="check"),
    Verb.CLOSE: _Named("办结", icon="circle-check"),
    Verb.UP: _Named("转上一级", icon="arrow-up"),
    Verb.ASSIGN: _Named("交办", icon="user-plus"),
    Verb.REPORT: _Named("写进展", icon="pencil"),
    Verb.DEFER: _Named("延期", icon="calendar-plus"),
    Verb.ALONG: _Named("转给别处", icon="arrow-right"),
    Verb.DOWN: _Named("退回下一级", icon="arrow-down"),
    Verb.URGE: _Named("催办", icon="bell"),
    Verb.ANSWER: _Named("答复提出人", icon="send"),
    Verb.REOPEN: _Named("重办", icon="refresh"),
    Verb.MERGE: _Named("并入另一件", icon="git-merge"),
    Verb.UNMERGE: _Named("拆出来单独办", icon="git-branch"),
    Verb.JOIN: _Named("一起协商", icon="users-group"),
    Verb.MARK: _Named("老大难标记", icon="flag-3"),
    Verb.AMEND: _Named("更正标题和类别", icon="edit"),
    Verb.WITHDRAW: _Named("撤回", icon="x"),
}
_BESIDE = 2  # buttons beside the main one; the rest in a menu


class MatterPage:
    """Everything around one matter, asked for when drawn."""

    def __init__(self, matter: Matter, user: User, on: dt.date, *, shown: str = "") -> None:
        self.matter, self.user, self.on, self.shown = matter, user, on, shown

    @cached_property
    def legs(self) -> list[Leg]:
        return list(
            self.matter.legs.select_related("organisation", "owner_user", "council")
            .prefetch_related("joined__council")
            .order_by("number")
        )

    @cached_property
    def days(self) -> int:
        """Days since it was raised, until it was solved."""
        until = self.matter.solved_at or self.matter.closed_at
        end = clock.day_of(until) if until else self.on
        return (end - clock.day_of(self.matter.raised_at)).days

    @property
    def is_late(self) -> bool:
        due = self.matter.due_on
        return self.matter.state == State.OPEN and due is not None and due < self.on

    @cached_property
    def steps(self) -> list[Step]:
        """The four levels: what each tried, who has it now, what comes next."""
        return [self._step(level) for level in Level]

    def _step(self, level: Level) -> Step:
        legs = [leg for leg in self.legs if leg.level == level]
        last = legs[-1] if legs else None
        if last is None:
            return Step(level, "next", None, "", _AHEAD[level] if level > self.matter.stage else "没有经过这一级")
        is_now = last.ended_at is None
        began = f"{clock.day_of(legs[0].began_at):%m-%d}"
        ended = f"{clock.day_of(last.ended_at):%m-%d}" if last.ended_at else ""
        span = f"{began} 起" if is_now else began if began == ended else f"{began} 至 {ended}"
        return Step(level, "now" if is_now else "past", last, span)

    @cached_property
    def case(self) -> DistrictCase | None:
        """The last case that was opened for it with the district."""
        return self.matter.cases.order_by("-opened_at").first()

    @cached_property
    def urged(self) -> Moment | None:
        """The last reminder that nothing has followed."""
        last = self.matter.moments.order_by("-at", "-pk").first()
        return last if last is not None and last.verb == Verb.URGE else None

    @cached_property
    def story(self) -> list[Moment]:
        rows = self.matter.moments.select_related("by").order_by("-at", "-pk")
        if self.shown == "results":
            rows = rows.exclude(tone="")
        return list(rows if self.shown == "more" else rows[:MOMENTS])

    @cached_property
    def counts(self) -> dict[str, int]:
        rows = self.matter.moments
        return {"all": rows.count(), "results": rows.exclude(tone="").count()}

    @cached_property
    def offers(self) -> list[Offer]:
        """The verbs that this person may use now, results first."""
        fits = [
            v
            for v in offered(State(self.matter.state), self.matter.stage)
            if handling.is_for(self.user, v, self.matter)
        ]
        return [
            Offer(verb.value, _NAMES[verb].title, _NAMES[verb].icon, is_main=at == 0) for at, verb in enumerate(fits)
        ]

    @property
    def buttons(self) -> list[Offer]:
        """Those shown as buttons, the main one last."""
        return list(reversed(self.offers[: _BESIDE + 1]))

    @property
    def menu(self) -> list[Offer]:
        return self.offers[_BESIDE + 1 :]

    @property
    def may_answer(self) -> bool:
        return any(offer.verb == Verb.ANSWER for offer in self.offers)

    @cached_property
    def complaint(self) -> Moment | None:
        """What whoever raised it says of the result, while nothing has followed; None when they are content or silent."""
        if self.matter.satisfaction != Matter.Satisfaction.BAD:
            return None
        last = self.matter.moments.order_by("-at", "-pk").first()
        return last if last is not None and last.verb == Verb.RATE else None

    @cached_property
    def may_follow(self) -> dict[str, bool]:
        """What may be done about that."""
        return {verb.value: handling.is_for(self.user, verb, self.matter) for verb in (Verb.REOPEN, Verb.ANSWER)}

    @cached_property
    def answers(self) -> list[Any]:
        return list(self.matter.answers.select_related("by").order_by("-at"))

    @cached_property
    def answer_due(self) -> bool:
        """Whether the one who raised it has waited for a word as long as the rule allows, or the level has changed."""
        if self.matter.state not in (State.OPEN, State.SOLVED):
            return False
        since = self.answers[0].at if self.answers else self.matter.raised_at
        if self.matter.state == State.SOLVED or any(leg.began_at > since for leg in self.legs[1:]):
            return not self.answers or self.answers[0].at < (self.matter.solved_at or self.legs[-1].began_at)
        days = Rule.objects.book(street=self.matter.street_id, on=self.on)["matter_answer_days"]
        return (self.on - clock.day_of(since)).days >= days

    @property
    def draft(self) -> str:
        """What might be said to the raiser now; written by hand before it is sent."""
        if self.matter.state == State.SOLVED:
            return f"您提的“{self.matter.title}”已经解决：{self.matter.how_solved}"
        leg = self.legs[-1] if self.legs else None
        if leg is None or self.matter.state != State.OPEN:
            return ""
        who = leg.owner or leg.body or leg.get_level_display()
        until = f"，{leg.due_on:%-m 月 %-d 日}前给您回话" if leg.due_on and leg.due_on >= self.on else ""
        return f"您提的“{self.matter.title}”现在由{who}在办{until}。"

    @cached_property
    def merged(self) -> list[Matter]:
        return list(self.matter.merged.order_by("raised_at"))

    @cached_property
    def opinions(self) -> list[Any]:
        """What was said at the weather station and led here, or was added."""
        return list(self.matter.opinions.filter(emptied_at__isnull=True).order_by("received_at")[:ALIKE])

    @cached_property
    def near(self) -> list[Matter]:
        return near(self.matter, self.user) if self.matter.state == State.OPEN else []

    @cached_property
    def alike(self) -> list[Matter]:
        """Of the same kind in the same grid, solved, said in like words: how it was done there."""
        rows = Matter.objects.visible_to(self.user).done().filter(category=self.matter.category, area=self.matter.area)
        rows = rows.exclude(pk=self.matter.pk).order_by("-solved_at")[:SOLVED_ALIKE]
        last = {row.title: row for row in reversed(rows)}  # the latest of each title
        said = [(row, f"{row.title} {row.words}") for row in last.values()]
        return [row for row, _ in nearest(f"{self.matter.title} {self.matter.words}", said, most=3)]


_AHEAD = {
    Level.BRANCH: "",
    Level.COUNCIL: "支部解决不了的，由街委会、楼务会或居委会协商。",
    Level.GRID: "协商仍不成的，列入网格例会，由到会部门会商。",
    Level.DISTRICT: "例会仍无结果，可由街道党工委协调，或上报区级城运平台。",
}


def near(matter: Matter, user: User) -> list[Matter]:
    """Open matters of the same kind at the same entity or within the rule's distance; nearest first."""
    rows = Matter.objects.visible_to(user).open().filter(category=matter.category).exclude(pk=matter.pk)
    rows = rows.filter(area=matter.area_id).select_related("place", "entity")
    most = Rule.objects.book(street=matter.street_id, on=clock.today())["matter_near_metres"]
    found = [(_metres(matter, other), other) for other in rows.newest_first()[:500]]
    close = sorted(((m, o) for m, o in found if m is not None and m <= most), key=lambda pair: pair[0])
    return [other for _, other in close[:ALIKE]]


def _metres(one: Matter, other: Matter) -> float | None:
    if one.entity_id is not None and one.entity_id == other.entity_id:
        return 0.0
    if one.place is None or other.place is None:
        return None
    return distance((one.place.lon, one.place.lat), (other.place.lon, other.place.lat))
