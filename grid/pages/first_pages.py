"""What a convener and somebody lent to a grid find first: their councils or their grid, what is in their hands, until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse

from branches.models import Rule
from grid.chain.transitions import State
from grid.models import Council, Leg, Matter, Secondment
from grid.models.grids import SecondmentQuerySet
from grid.pages import parts
from shimen import clock, overview, waiting
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.overview import Work
from shimen.territory.models import Area

if TYPE_CHECKING:
    from shimen.accounts.models import User

SHOWN = 12
ENDING_SHOWN = 3


def declare() -> None:
    """Called once from `GridConfig.ready()`."""
    parts.add_tasks(_matters)
    overview.add_work(_secondments_ending)
    waiting.about(secondments_ending=_ending)


class HomePage:
    """Everything for one person on one day, asked for when drawn."""

    def __init__(self, user: User, on: dt.date) -> None:
        self.user, self.on = user, on

    @cached_property
    def councils(self) -> list[Council]:
        """The councils that the person convenes."""
        return list(Council.objects.filter(convener=self.user).standing(self.on).select_related("area").in_order())

    @cached_property
    def secondment(self) -> Secondment | None:
        """Where the person is lent to now, or will be."""
        rows = Secondment.objects.filter(user=self.user).held().select_related("grid")
        return rows.filter(valid__endswith__gt=self.on).order_by("valid").first()

    @cached_property
    def grids(self) -> list[Area]:
        """The grids that the person sees."""
        return list(Area.objects.visible_to(self.user).grids().in_order())

    @cached_property
    def tasks(self) -> list[Work]:
        return parts.tasks(self.user, self.on)

    @property
    def shown(self) -> list[Work]:
        return self.tasks[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.tasks) - SHOWN)

    @cached_property
    def solved(self) -> list[Matter]:
        """What was solved last by the person's councils or by the person."""
        legs = Leg.objects.filter(Q(council__in=self.councils) | Q(owner_user=self.user), end=Leg.End.SOLVED)
        seen = Matter.objects.visible_to(self.user).done()
        return list(seen.filter(pk__in=legs.values("matter")).order_by("-solved_at")[:5])

    @cached_property
    def parts(self) -> list[dict[str, Any]]:
        return parts.drawn(parts.HOME, self.user, self.user, self.on)


def _matters(user: User, on: dt.date) -> Iterator[Work]:
    """Matters before the person's councils, and those the person has in hand; the answer to the raiser when solved."""
    own = Q(council__convener=user.pk) | Q(owner_user=user.pk) | Q(joined__council__convener=user.pk)
    legs = Leg.objects.filter(own, ended_at__isnull=True).select_related("matter", "council").distinct()
    seen = Matter.objects.visible_to(user)
    for leg in legs.filter(matter__in=seen).order_by("due_on", "began_at"):
        leads = leg.council is not None and leg.council.convener_id == user.pk
        what = "等着协商" if leads else "一起协商" if leg.owner_user_id != user.pk else "在您手上"
        yield Work(
            leg.matter.title,
            reverse("grid:matter", args=[leg.matter_id]),
            icon="git-branch",
            reason="，".join(filter(None, (what, str(leg.council or ""), leg.task))),
            due=leg.due_on,
            alarm=leg.due_on is not None and leg.due_on < on,
        )
    told = Leg.objects.filter(council__convener=user.pk, end=Leg.End.SOLVED).values("matter")
    for matter in seen.filter(pk__in=told, state=State.SOLVED.value).order_by("solved_at")[:SHOWN]:
        yield Work(
            f"{matter.title}解决了，还没告诉提出人", reverse("grid:matter", args=[matter.pk]), icon="send",
            reason=matter.raiser, when="该答复了",
        )  # fmt: skip


def _ending(user: User) -> SecondmentQuerySet:
    rows: SecondmentQuerySet = Secondment.objects.visible_to(user)
    if user.street_id is None:
        return rows.none()
    on = clock.today()
    return rows.ending(on, Rule.objects.book(street=user.street_id, on=on)["secondment_remind_days"])


def _secondments_ending(user: User) -> Iterator[Work]:
    """For staff: whose term in a grid ends within days."""
    if not scope_of(user).has(Role.STAFF) or not waiting.how_many(user, "secondments_ending"):
        return
    for row in _ending(user).select_related("grid").by_end()[:ENDING_SHOWN]:
        yield Work(
            f"{row.name}在{row.grid}的下沉快到期",
            reverse("grid:secondment", args=[row.pk]),
            icon="users",
            reason=f"{row.home_unit}；续派，或商量谁来接",
            due=row.last_day,
        )
