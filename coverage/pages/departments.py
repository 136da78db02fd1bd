"""What the pages of departments show: what is awaited of whom, and what is still open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from coverage.feeds import cadence
from coverage.models import Batch, Department, Difference, Discrepancy, Entity, Layout, PersonDifference
from coverage.models.feeds import DepartmentQuerySet
from coverage.reading import subjects
from shimen import clock
from shimen.accounts.models import User

USED = (Batch.State.READY, Batch.State.APPLYING, Batch.State.APPLIED, Batch.State.UNDONE, Batch.State.MAPPING)
UNFINISHED = (Batch.State.RECEIVED, Batch.State.READING, Batch.State.MAPPING, Batch.State.READY)
EARLIER = 3


@dataclass(frozen=True)
class Shelf:
    """A department with its latest batches and what waits at it."""

    department: Department
    awaited: cadence.Awaited
    latest: Batch | None
    earlier: list[Batch]
    unfinished: list[Batch]  # earlier ones that somebody has yet to settle, apply or put away
    waiting: int  # rows of the latest batch that wait for a person
    open: int  # differences that nobody has answered
    to_tell: int  # answered, and the department does not know


def shelves(departments: DepartmentQuerySet, user: User, *, today: dt.date) -> list[Shelf]:
    """Departments, those whose workbook is awaited first; the same number of queries however many there are."""
    batches = _batches(user)
    waiting = _waiting(batches)
    matters = Discrepancy.objects.visible_to(user)
    open_now, to_tell = _counted(matters.waiting()), _counted(matters.to_tell())
    found = []
    for department in departments.in_order():
        own = batches.get(department.pk, [])
        last = next((clock.day_of(batch.created_at) for batch in own if batch.state in USED), None)
        found.append(
            Shelf(
                department=department,
                awaited=cadence.awaited(last, every=department.cadence_days, today=today),
                latest=own[0] if own else None,
                earlier=own[1 : 1 + EARLIER],
                unfinished=[batch for batch in own[1:] if batch.state in UNFINISHED][:EARLIER],
                waiting=waiting.get(own[0].pk, 0) if own else 0,
                open=open_now.get(department.pk, 0),
                to_tell=to_tell.get(department.pk, 0),
            )
        )
    return found


def _batches(user: User) -> dict[Any, list[Batch]]:
    rows = (
        Batch.objects.visible_to(user)
        .exclude(state=Batch.State.DISCARDED)
        .select_related("department", "file", "created_by")
        .defer("file__content", "file__sealed", "layout")
        .order_by("department", "-number")
    )
    found: dict[Any, list[Batch]] = {}
    for row in rows:
        found.setdefault(row.department_id, []).append(row)
    return found


def _waiting(batches: dict[Any, list[Batch]]) -> dict[Any, int]:
    latest = [own[0].pk for own in batches.values() if own[0].state == Batch.State.READY]
    rows = Difference.objects.filter(batch__in=latest, kind=Difference.Kind.DOUBT, decision=Difference.Decision.OPEN)
    people = PersonDifference.objects.filter(batch__in=latest).waiting()
    return dict(rows.values_list("batch").annotate(n=Count("id"))) | dict(
        people.values_list("batch").annotate(n=Count("id"))
    )


def _counted(matters: Any) -> dict[Any, int]:
    return dict(matters.order_by().values_list("department").annotate(n=Count("pk")))


def by_need(found: Iterable[Shelf]) -> list[Shelf]:
    """The longest overdue first, then what is due soon, then what never came; the rest in their order."""
    listed = list(found)

    def need(shelf: Shelf) -> tuple[int, int]:
        if shelf.awaited.days is None:
            return (1, 0)
        return (0, shelf.awaited.days) if shelf.awaited.is_awaited else (2, 0)

    return sorted(listed, key=need)


def scope_in_words(department: Department) -> str:
    """全街道的企业、个体工商户; 第一网格的企业; 只报增补，不找疑似消失."""
    kinds = "、".join(str(label) for value, label in Entity.Kind.choices if value in department.scope_kinds)
    areas = "、".join(area.name for area in sorted(department.areas.all(), key=lambda area: (area.sort, area.code)))
    if not kinds:
        return "不当作全量名册，不找疑似消失"
    return f"{areas or '全街道'}的{kinds}"


@dataclass(frozen=True)
class KnownLayout:
    """A layout of a department as its page lists it."""

    layout: Layout
    read: list[tuple[str, str]]  # heading and what it is read as
    left: list[str]
    unknown: list[str]


def layouts_of(department: Department) -> list[KnownLayout]:
    """The layouts that a department has sent, the latest first."""
    found = []
    for layout in department.layouts.select_related("decided_by").order_by("-last_seen_at", "fingerprint"):
        named = [(column["heading"] or f"第 {int(column['key'][1:]) + 1} 列", column) for column in layout.columns]
        found.append(
            KnownLayout(
                layout=layout,
                read=[
                    (heading, subjects.OF[layout.subject].titles[column["field"]])
                    for heading, column in named
                    if column["field"]
                ],
                left=[heading for heading, column in named if not column["field"] and column["by"]],
                unknown=[heading for heading, column in named if not column["field"] and not column["by"]],
            )
        )
    return found
