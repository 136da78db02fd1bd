"""What the pages of councils show beyond their rows."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from grid.chain.levels import Level
from grid.councils import holding
from grid.models import Charter, Council, CouncilMember, CouncilPlace, Leg, Matter
from grid.models.councils import CouncilQuerySet
from grid.pages import parts
from shimen.exports import Column

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shimen.accounts.models import User

SHOWN = 8


def listed(rows: CouncilQuerySet, on: dt.date) -> CouncilQuerySet:
    """The rows with how many sit in each, its convener, and how many matters are before it."""
    open_legs = Leg.objects.filter(council=OuterRef("pk"), ended_at__isnull=True).order_by().values("council")
    conveners = CouncilMember.objects.on(on).filter(is_convener=True)
    return (
        rows.with_members(on)
        .annotate(waiting=Coalesce(Subquery(open_legs.annotate(n=Count("pk")).values("n")), 0))
        .select_related("area")
        .prefetch_related(Prefetch("members", queryset=conveners, to_attr="convening"))
    )


def balance(rows: Iterable[Council]) -> list[tuple[str, str, int]]:
    """How many of each kind: key, name, count."""
    counted = dict.fromkeys(Council.Kind.values, 0)
    for row in rows:
        counted[row.kind] += 1
    return [(kind, Council.Kind(kind).label, count) for kind, count in counted.items() if count]


COLUMNS = (
    Column("名称", lambda row: row.name, 24),
    Column("类别", lambda row: row.get_kind_display()),
    Column("网格", lambda row: row.area.name),
    Column("管哪里", lambda row: row.speaks_for, 40),
    Column("召集人", lambda row: "、".join(each.name for each in row.convening)),
    Column("成员", lambda row: row.headcount),
    Column("在议事项", lambda row: row.waiting),
    Column("成立", lambda row: row.founded_on),
    Column("撤销", lambda row: row.ended_on or ""),
)


class CouncilPage:
    """Everything around one council, asked for when drawn."""

    def __init__(self, council: Council, user: User, on: dt.date) -> None:
        self.council, self.user, self.on = council, user, on

    @property
    def may_edit(self) -> bool:
        return self.council.ended_on is None and holding.is_for(self.user, self.council)

    @cached_property
    def members(self) -> list[CouncilMember]:
        rows = self.council.members.on(self.on).select_related("organisation", "entity", "user")
        return list(rows.in_order())

    @property
    def convener(self) -> CouncilMember | None:
        return next((row for row in self.members if row.is_convener), None)

    @cached_property
    def mix(self) -> list[tuple[str, int]]:
        """For whom how many speak, in the order of the roles."""
        counted = {role: sum(row.role == role for row in self.members) for role in CouncilMember.Role.values}
        return [(str(CouncilMember.Role(role).label), count) for role, count in counted.items() if count]

    @cached_property
    def gone(self) -> list[CouncilMember]:
        """Those who left, newest first; not those who go on in another row."""
        from grid.councils.seats import MOVED

        rows = self.council.members.filter(valid__endswith__lte=self.on, valid__isempty=False)
        return list(rows.exclude(end_reason__in=MOVED).order_by("-valid__endswith", "pk")[:SHOWN])

    @cached_property
    def charters(self) -> list[Charter]:
        return list(self.council.charters.filter(valid__isempty=False).select_related("written_by").newest_first())

    @property
    def charter(self) -> Charter | None:
        """The version in force; of a dissolved council the last one."""
        held = next((row for row in self.charters if row.valid is not None and self.on in row.valid), None)
        return held or (self.charters[0] if self.council.ended_on and self.charters else None)

    @cached_property
    def coming(self) -> Charter | None:
        """A version that has been decided and is not in force yet."""
        return next((row for row in self.charters if row.valid is not None and row.valid.lower > self.on), None)

    @cached_property
    def places(self) -> list[CouncilPlace]:
        return list(self.council.places.on(self.on).select_related("place").order_by("place__address_key"))

    @cached_property
    def legs(self) -> list[Leg]:
        """The matters before it now, leading or sitting in, by due date."""
        rows = Leg.objects.filter(Q(council=self.council) | Q(joined__council=self.council), ended_at__isnull=True)
        seen = Matter.objects.visible_to(self.user)
        rows = rows.filter(matter__in=seen).select_related("matter", "council").distinct()
        return list(rows.order_by("due_on", "began_at"))

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many matters came before it, how many were solved there, and how many went on to the grid."""
        matters = Leg.objects.filter(council=self.council).order_by().values("matter")
        found = (
            Matter.objects.visible_to(self.user)
            .filter(pk__in=matters)
            .aggregate(
                all=Count("pk"),
                solved=Count("pk", Q(solved_level=Level.COUNCIL)),
                up=Count("pk", Q(level__gt=Level.COUNCIL)),
            )
        )
        return {key: int(value) for key, value in found.items()}

    @cached_property
    def parts(self) -> list[dict[str, Any]]:
        return parts.drawn(parts.COUNCIL, self.user, self.council, self.on)
