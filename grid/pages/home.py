"""What matters bring to a secretary's home: those with the organisations they lead, and what asks to be done with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from branches.pages import home_parts
from grid.chain.levels import Level
from grid.models import Matter
from shimen.overview import Work

if TYPE_CHECKING:
    from branches.models import Organisation
    from shimen.accounts.models import User

SHOWN = 6
SOON = dt.timedelta(days=3)


def declare() -> None:
    """Called once from `GridConfig.ready()`."""
    home_parts.add(home_parts.Part("在办事项", "grid/home_matters.html", part, place=20))
    home_parts.add_tasks(tasks)


def _mine(user: User, led: Sequence[Organisation]) -> QuerySet[Matter]:
    """Open matters with these organisations on the first level, and whatever else the person has in hand."""
    first = Q(level=Level.BRANCH.value, organisation__in=led)
    own = Q(legs__owner_user=user.pk, legs__ended_at=None)
    rows: QuerySet[Matter] = Matter.objects.visible_to(user).open().filter(first | own).distinct()
    return rows


def part(user: User, led: Sequence[Organisation], on: dt.date) -> dict[str, Any] | None:
    """The most urgent of them, and how many there are."""
    if not led:
        return None
    rows = _mine(user, led)
    above = Matter.objects.visible_to(user).open().filter(organisation__in=led, level__gt=Level.BRANCH.value).count()
    return {"matters": list(rows.by_due()[:SHOWN]), "count": rows.count(), "above": above, "on": on}  # type: ignore[attr-defined]


def tasks(user: User, led: Sequence[Organisation], on: dt.date) -> Iterable[Work]:
    """What is late or due within three days, and what is solved and not told."""
    if not led:
        return
    for row in _mine(user, led).filter(due_on__lte=on + SOON).by_due()[:SHOWN]:  # type: ignore[attr-defined]
        yield Work(
            row.title, reverse("grid:matter", args=[row.pk]), icon="git-branch", reason=f"{row.raiser or '有人'}提出",
            due=row.due_on, alarm=row.due_on is not None and row.due_on < on,
        )  # fmt: skip
    solved = Matter.objects.visible_to(user).to_answer().filter(organisation__in=led, answers=None)
    for row in solved.newest_first()[:SHOWN]:
        yield Work(
            f"{row.title}，解决了还没有答复",
            reverse("grid:matter", args=[row.pk]),
            icon="send",
            reason=row.raiser,
            when="待答复",
        )
