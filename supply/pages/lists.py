"""What the pages of the three lists show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from supply.lists import keeping
from supply.lists.reading import Lists, Suggestions
from supply.models import Link, MenuItem, Need, Project, Recipient, Resource, Series, with_links
from supply.serving import speaking

if TYPE_CHECKING:
    from shimen.accounts.models import User

Row = Need | Resource | Project
TITLES = {"need": "需求清单", "resource": "资源清单", "project": "项目清单"}
NOUNS = {"need": "需求", "resource": "资源", "project": "项目"}
TONES = {
    "open": "y", "linked": "b", "met": "g", "withdrawn": "", "offered": "g", "paused": "y", "ended": "",
    "planned": "y", "running": "b", "done": "g", "stopped": "",
}  # fmt: skip
COLUMNS = {
    "need": ("编号", "名称", "说明", "类别", "对象", "人数", "网格", "从哪天", "到哪天", "状态", "谁提的", "提出日期"),
    "resource": ("编号", "名称", "说明", "类别", "对象", "人数", "网格", "从哪天", "到哪天", "状态", "供给方", "在哪里", "上门"),
    "project": ("编号", "名称", "说明", "类别", "对象", "人数", "网格", "从哪天", "到哪天", "状态", "谁来办", "系列", "领跑书记"),
}  # fmt: skip


def rows_of(kind: str, user: User) -> QuerySet[Any]:
    """The lines of a list that a person sees, with what a table shows of them."""
    model = keeping.KINDS[kind]
    rows = with_links(model.objects.visible_to(user)).in_order()
    more = {"need": ("area", "recipient"), "resource": ("area", "recipient"), "project": ("area", "lead", "series")}
    return rows.select_related(*more[kind])


def counts(user: User) -> list[tuple[str, str, int]]:
    """Kind, title and number of lines of each list."""
    found = []
    for kind, model in keeping.KINDS.items():
        found.append((kind, NOUNS[kind], model.objects.visible_to(user).standing().count()))  # type: ignore[attr-defined]
    return found


def cells(row: Row) -> list[Any]:
    """A line as a file that leaves the house."""
    first = [
        row.number, row.title, row.words, row.get_category_display(), row.audience_words, row.capacity, row.area,
        row.since, row.until, row.get_state_display(),
    ]  # fmt: skip
    if isinstance(row, Need):
        return [*first, row.recipient or row.raiser, row.raised_on]
    if isinstance(row, Resource):
        return [*first, row.provider, row.location, "是" if row.is_door else ""]
    return [*first, row.provider, row.series, row.leader]


def may_write(user: User, kind: str) -> bool:
    """The office writes every list; a secretary tells what is needed."""
    scope = scope_of(user)
    return scope.has(Role.STAFF) or (kind == "need" and scope.has(Role.SECRETARY))


def may_change(user: User, row: Row, on: dt.date) -> bool:
    """Who may correct or move a line: the office, and whoever speaks for the organisation that needs it."""
    if scope_of(user).has(Role.STAFF):
        return True
    if not isinstance(row, Need) or row.recipient_id is None:
        return False
    return speaking.named(user, on).filter(pk=row.recipient_id).exists()


class RowPage:
    """One line with what it is linked to; a need with what the matching suggests."""

    def __init__(self, row: Row, user: User, on: dt.date) -> None:
        self.row, self.user, self.on = row, user, on
        self.kind = keeping.kind_of(row)
        self.noun = NOUNS[self.kind]
        self.may_change = may_change(user, row, on)
        self.is_office = scope_of(user).has(Role.STAFF)

    @property
    def tone(self) -> str:
        return TONES[self.row.state]

    @property
    def moves(self) -> list[tuple[str, str]]:
        return keeping.moves_of(self.row) if self.may_change else []

    @cached_property
    def links(self) -> list[Link]:
        rows = Link.objects.standing().filter(**{self.kind: self.row}).visible_to(self.user)
        return list(rows.select_related("need", "resource", "project", "made_by").order_by("made_at"))

    @cached_property
    def suggestions(self) -> Suggestions | None:
        if not isinstance(self.row, Need) or self.row not in Need.objects.open():
            return None
        return Lists(street=self.row.street_id, on=self.on).suggest(self.row, self.links)

    @cached_property
    def items(self) -> list[MenuItem]:
        """The last times it stood on a menu."""
        rows = MenuItem.objects.filter(menu__state="published", street_id=self.row.street_id)
        rows = rows.filter(**{"answers__need" if self.kind == "need" else self.kind: self.row})
        return list(rows.select_related("menu").order_by("-starts_at")[:6])

    @property
    def facts(self) -> Iterator[dict[str, Any]]:
        row = self.row
        yield {"label": "类别", "value": row.get_category_display()}
        yield {"label": "对象", "value": row.audience_words}
        yield {"label": "多少人", "value": row.capacity or "没有写"}
        yield {"label": "网格", "value": row.area or "全街道"}
        if row.since or row.until:
            yield {"label": "日期", "value": f"{row.since or '不限'} 至 {row.until or '不限'}"}
        yield from self._own()

    def _own(self) -> Iterator[dict[str, Any]]:
        row = self.row
        if isinstance(row, Need):
            yield {"label": "谁提的", "value": row.recipient or row.raiser or "没有写"}
            yield {"label": "提出", "value": row.raised_on}
            if row.met_on:
                yield {"label": "满足", "value": f"{row.met_on}，{row.how_met}"}
            return
        yield {"label": "供给方" if self.kind == "resource" else "谁来办", "value": row.provider or "没有写"}
        yield {"label": "在哪里", "value": row.location or "没有写"}
        yield {"label": "上门", "value": "可以" if row.is_door else "不上门"}
        if isinstance(row, Resource) and row.per_month:
            yield {"label": "每月最多", "value": f"{row.per_month} 场"}
        if isinstance(row, Project):
            yield from ({"label": name, "value": value} for name, value in (
                ("牵头", row.lead), ("系列", row.series), ("领跑书记", row.leader), ("做成了什么", row.result)) if value)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A need that nothing answers yet, with what the matching suggests and for how many days it has waited."""

    need: Need
    suggestions: Suggestions
    days: int


def unmatched(user: User, on: dt.date, *, area: object = None) -> list[Unmatched]:
    """The open needs, the oldest first."""
    if user.street_id is None:
        return []
    rows = Need.objects.visible_to(user).unmatched().by_age().select_related("recipient", "area")
    if area is not None:
        rows = rows.filter(area=area)
    lists = Lists(street=user.street_id, on=on)
    return [Unmatched(need, lists.suggest(need), (on - need.raised_on).days) for need in rows]


def series_of(user: User) -> list[tuple[Series, list[Project]]]:
    """Every series with its projects that a person sees, those that run first."""
    found = []
    for series in Series.objects.visible_to(user).in_order():
        rows = Project.objects.visible_to(user).filter(series=series).select_related("lead", "area")
        order = {"running": 0, "planned": 1, "done": 2, "stopped": 3}
        found.append((series, sorted(rows, key=lambda row: (order[row.state], row.number))))
    return found


def recipients_for(user: User, on: dt.date) -> QuerySet[Recipient]:
    """For whom a person may tell a need."""
    return speaking.voices(user, on)
