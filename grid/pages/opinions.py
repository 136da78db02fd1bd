"""What the pages of opinions show beyond a row: what it may be the same as, what it became, what there is to do."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from branches.models import Rule
from grid.chain import likeness
from grid.chain.opinion_states import State, Verb
from grid.matters.raising import headline
from grid.models import Matter, Opinion, Topic
from grid.opinions import sorting
from shimen import clock, waiting
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.overview import Work
from shimen.territory import calendar
from shimen.waiting import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branches.models import Organisation
    from shimen.accounts.models import User

SORTERS = (Role.STAFF, Role.SECRETARY)
LOOKED_AT = 300  # of each kind, the newest; sentences are compared in memory
SHOWN = 3
BACK = dt.timedelta(days=120)
COLUMNS = ("编号", "收到", "来处", "网格", "地点", "类别", "说了什么", "状态", "有结果", "答复或去处", "事项", "议题")
# Where what is not the street's goes most often; the street writes its own words beside them.
ELSEWHERE = (
    ("q", "市民热线", "这件事不归街道管，请拨 12345 市民热线，会转给主管部门。"),
    ("w", "物业、业委会", "这是小区内部的事，请先找物业；物业不办的，找居委会和业委会一起商量。"),
    ("e", "派出所", "治安、违停请拨 110，由派出所、交警处理。"),
    ("r", "市场监管", "消费纠纷请拨 12315，由市场监管部门处理。"),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may be meant as well: an opinion, a matter or a topic; `key` is pressed to choose it."""

    key: int
    kind: str
    row: Any
    percent: int


class SortPage:
    """One opinion before whoever sorts it."""

    def __init__(self, opinion: Opinion, user: User) -> None:
        self.opinion, self.user = opinion, user

    @cached_property
    def candidates(self) -> list[Candidate]:
        """What says much the same, the most alike of each kind first; nothing is chosen beforehand."""
        found: list[Candidate] = []
        for kind, rows in (("same", self._opinions()), ("matter", self._matters()), ("topic", self._topics())):
            for row, score in likeness.nearest(self.opinion.words, rows, most=SHOWN):
                found.append(Candidate(len(found) + 1, kind, row, round(100 * score)))
        return found

    def _opinions(self) -> Iterator[tuple[Opinion, str]]:
        rows = Opinion.objects.visible_to(self.user).standing().exclude(pk=self.opinion.pk)
        rows = rows.exclude(state=State.DUPLICATE).filter(received_at__gte=self.opinion.received_at - BACK)
        return ((row, row.words) for row in rows.select_related("area").newest_first()[:LOOKED_AT])

    def _matters(self) -> Iterator[tuple[Matter, str]]:
        rows = Matter.objects.visible_to(self.user).open().newest_first()[:LOOKED_AT]
        return ((row, f"{row.title}{row.words}") for row in rows)

    def _topics(self) -> Iterator[tuple[Topic, str]]:
        rows = Topic.objects.visible_to(self.user).open().newest_first()[:LOOKED_AT]
        return ((row, f"{row.title}{row.words}") for row in rows)

    @cached_property
    def waiting(self) -> Any:
        return Opinion.objects.visible_to(self.user).waiting()

    @cached_property
    def left(self) -> int:
        return self.waiting.count()

    @cached_property
    def next(self) -> Opinion | None:
        """The one to look at after this."""
        rows = self.waiting.exclude(pk=self.opinion.pk).in_order()
        return rows.filter(received_at__gte=self.opinion.received_at).first() or rows.first()

    @property
    def may_sort(self) -> bool:
        return sorting.is_for(self.user, Verb.TO_MATTER, self.opinion)

    @property
    def may_erase(self) -> bool:
        return sorting.is_for(self.user, Verb.WITHDRAW, self.opinion)

    @property
    def elsewhere(self) -> tuple[tuple[str, str, str], ...]:
        return ELSEWHERE

    @cached_property
    def twins(self) -> list[Opinion]:
        """Others that were marked as saying the same."""
        return list(self.opinion.twins.order_by("received_at"))


def headline_of(row: Opinion) -> str:
    """What a topic would be called that came of it."""
    return headline(row.words) if row.words else ""


def sort_days(street_id: uuid.UUID, on: dt.date) -> int:
    """Within how many working days the street sorts what comes in."""
    return Rule.objects.book(street=street_id, on=on)["opinion_sort_days"]


def cells(row: Any) -> list[Any]:
    """A line of the export, in the order of `COLUMNS`; no name, no number."""
    return [
        row.number, row.received_at, row.get_way_display(), row.area or "", row.where, row.get_category_display(),
        row.words, row.get_state_display(), row.settled_at, row.reply, row.matter.number if row.matter else "",
        row.topic.number if row.topic else "",
    ]  # fmt: skip


# ---- what asks to be done


def work(user: User) -> Iterator[Work]:
    """Opinions to be sorted."""
    if not scope_of(user).has(*SORTERS):
        return
    first = waiting.first(user, "opinions_to_sort")
    if first is None or user.street_id is None:
        return
    day, today = clock.day_of(first["received_at"]), clock.today()
    due = calendar.add_working_days(day, sort_days(user.street_id, today))
    yield Work(
        f"{waiting.how_many(user, 'opinions_to_sort')} 条意见待分拣", reverse("grid:opinions"), icon="cloud", due=due,
        alarm=due < today, reason=f"最早的 {day:%m-%d} 收到：{first['words'][:24]}",
    )  # fmt: skip


def declare() -> None:
    """What the first pages count; called once from `GridConfig.ready()`, by the views."""
    waiting.about(opinions_to_sort=lambda user: Opinion.objects.visible_to(user).waiting())
    waiting.first_of(opinions_to_sort=Shown(("received_at", "pk"), received_at=waiting.moment, words=str))


def tasks(user: User, led: Sequence[Organisation], on: dt.date) -> Iterator[Work]:
    """The same on a secretary's home."""
    yield from work(user)
