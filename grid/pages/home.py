"""What matters bring to a secretary's home: those with the organisations they lead, and what asks to be done with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from branches.committees.reading import organisations_led_by
from branches.pages import home_parts
from grid.chain.levels import Level
from grid.models import Leg, Matter
from grid.models.matters import MatterQuerySet
from shimen import clock, remember, waiting
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
    waiting.about(matters_mine=_mine, matters_above=_above, matters_solved_untold=_solved)


def _led(user: User) -> QuerySet[Organisation, Any]:
    return organisations_led_by(user, clock.today()).order_by().values("pk")


def _mine(user: User) -> MatterQuerySet:
    """Open matters with the organisations a person leads on the first level, and whatever else they have in hand."""
    first = Q(level=Level.BRANCH.value, organisation__in=_led(user))
    own = Exists(Leg.objects.filter(matter=OuterRef("pk"), owner_user=user.pk, ended_at=None))
    rows: MatterQuerySet = Matter.objects.visible_to(user).open().filter(first | own)
    return rows


def _above(user: User) -> MatterQuerySet:
    """Those of the same organisations that have moved up."""
    rows: MatterQuerySet = Matter.objects.visible_to(user).open()
    return rows.filter(organisation__in=_led(user), level__gt=Level.BRANCH.value)


def _solved(user: User) -> MatterQuerySet:
    """Those that are solved and nobody was told."""
    rows: MatterQuerySet = Matter.objects.visible_to(user).to_answer()
    return rows.filter(organisation__in=_led(user), answers=None)


@remember.for_one_page
def _urgent(user: User) -> tuple[Matter, ...]:
    """The first of one's matters by their day."""
    return tuple(_mine(user).by_due()[:SHOWN]) if waiting.how_many(user, "matters_mine") else ()


def part(user: User, led: Sequence[Organisation], on: dt.date) -> dict[str, Any] | None:
    """The most urgent of them, and how many there are."""
    if not led:
        return None
    counts = {"count": waiting.how_many(user, "matters_mine"), "above": waiting.how_many(user, "matters_above")}
    return {"matters": _urgent(user), "on": on} | counts


def tasks(user: User, led: Sequence[Organisation], on: dt.date) -> Iterable[Work]:
    """What is late or due within three days, and what is solved and not told."""
    if not led:
        return
    for row in _urgent(user):
        if row.due_on is None or row.due_on > on + SOON:
            continue
        yield Work(
            row.title, reverse("grid:matter", args=[row.pk]), icon="git-branch", reason=f"{row.raiser or '有人'}提出",
            due=row.due_on, alarm=row.due_on < on,
        )  # fmt: skip
    solved = _solved(user).newest_first()[:SHOWN]
    for row in solved if waiting.how_many(user, "matters_solved_untold") else ():
        yield Work(
            f"{row.title}，解决了还没有答复",
            reverse("grid:matter", args=[row.pk]),
            icon="send",
            reason=row.raiser,
            when="待答复",
        )
