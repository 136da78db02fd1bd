"""One grid on one screen: who works there, what is before whom, what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from branches.models import Rule
from coverage.models import Entity
from grid.chain.levels import TITLES
from grid.models import Council, GridMember, GridPart, Matter, Secondment
from grid.models.grids import SecondmentQuerySet
from grid.pages import parts
from grid.staffing import holding
from shimen.accounts.access import address_for
from shimen.accounts.models import Role, RoleGrant
from shimen.exports import Column
from shimen.overview import Work
from shimen.territory.models import Area, Place

if TYPE_CHECKING:
    from shimen.accounts.models import User

# Who is expected in every grid (domain.md row 42); a grid without one of them is told so.
EXPECTED = (Secondment.Whose.POLICE, Secondment.Whose.URBAN, Secondment.Whose.OPERATIONS, Secondment.Whose.MARKET)


def declare() -> None:
    """Called once from `GridConfig.ready()`."""
    parts.add_gaps(staffing_gaps)


class GridPage:
    """Everything about one grid, asked for when drawn."""

    def __init__(self, grid: Area, user: User, on: dt.date) -> None:
        self.grid, self.user, self.on = grid, user, on

    @property
    def may_edit(self) -> bool:
        return self.grid.closed_on is None and holding.is_for(self.user, self.grid)

    @cached_property
    def members(self) -> list[GridMember]:
        return list(GridMember.objects.filter(grid=self.grid).on(self.on).in_order())

    @cached_property
    def seconded(self) -> list[Secondment]:
        rows = Secondment.objects.filter(grid=self.grid).select_related("user")
        return list(rows.on(self.on).in_order())

    @cached_property
    def coming(self) -> list[Secondment]:
        return list(Secondment.objects.filter(grid=self.grid).held().coming(self.on).in_order())

    @cached_property
    def merged(self) -> list[GridPart]:
        return list(GridPart.objects.filter(grid=self.grid).on(self.on).order_by("whose", "valid", "name"))

    @cached_property
    def councils(self) -> list[Council]:
        rows = Council.objects.visible_to(self.user).standing(self.on).filter(area__lineage__contains=[self.grid.pk])
        waiting = Count("legs", Q(legs__ended_at__isnull=True))
        return list(rows.annotate(waiting=waiting).in_order())

    @cached_property
    def matters(self) -> list[Matter]:
        """The open ones that are due first."""
        return list(self._open().select_related("organisation").by_due()[:6])

    def _open(self) -> Any:
        return Matter.objects.visible_to(self.user).open().filter(area__lineage__contains=[self.grid.pk])

    @cached_property
    def levels(self) -> list[dict[str, Any]]:
        """How many are open on each level, and where to see them."""
        counted = dict(self._open().order_by().values_list("level").annotate(n=Count("pk")))
        address = address_for(self.user, "grid:matters")
        return [
            {"label": title, "value": counted.get(level.value, 0),
             "url": f"{address}?area={self.grid.pk}&level={level.value}" if address else ""}
            for level, title in TITLES.items()
        ]  # fmt: skip

    @property
    def total(self) -> dict[str, Any]:
        address = address_for(self.user, "grid:matters")
        url = f"{address}?area={self.grid.pk}" if address else ""
        return {"label": "在办事项", "value": sum(each["value"] for each in self.levels), "url": url}

    @property
    def aside(self) -> list[dict[str, Any]]:
        address, late = address_for(self.user, "grid:matters"), self._open().overdue(self.on).count()
        url = f"{address}?state=late&area={self.grid.pk}" if address else ""
        return [{"label": "超期", "value": late, "url": url, "tone": "bad" if late else ""}]

    @cached_property
    def ground(self) -> dict[str, int]:
        """Doors, buildings and entities of the grid."""
        places = Place.objects.standing().filter(area__lineage__contains=[self.grid.pk])
        counted = places.aggregate(
            shops=Count("pk", Q(kind=Place.Kind.SHOPFRONT)), buildings=Count("pk", Q(kind=Place.Kind.BUILDING))
        )
        entities = Entity.objects.listed().filter(area__lineage__contains=[self.grid.pk])
        return {**counted, "entities": entities.count()}

    @cached_property
    def gaps(self) -> list[Work]:
        return parts.gaps(self.user, self.grid, self.on)

    @cached_property
    def parts(self) -> list[dict[str, Any]]:
        return parts.drawn(parts.GRID, self.user, self.grid, self.on)


def staffing_gaps(user: User, grid: Area, on: dt.date) -> Iterator[Work]:
    """What is missing among those who work in a grid: a head, somebody of each department, the right to sign in; who is at
    the end of their term."""
    yield from _nobody(user, grid, on)
    days = Rule.objects.book(street=grid.street_id, on=on)["secondment_remind_days"]
    for row in Secondment.objects.filter(grid=grid).ending(on, days).by_end():
        yield Work(
            f"{row.name}的下沉 {row.last_day:%m-%d} 到期",
            address_for(user, "grid:secondment-renew", row.pk) or address_for(user, "grid:secondment", row.pk),
            icon="calendar",
            reason=f"{row.home_unit}；续派，或商量谁来接",
            due=row.last_day,
        )
    held = Secondment.objects.filter(grid=grid, user__isnull=False).on(on)
    granted = RoleGrant.objects.on(on).filter(role=Role.SECONDED, area__in=[*grid.lineage]).values("user")
    for row in held.exclude(user__in=granted):
        yield Work(
            f"{row.name}的账号还没有本网格的授权", "", icon="shield-lock", reason="请安全管理员授予“下沉力量”角色"
        )
    for council in (
        Council.objects.standing(on).filter(area=grid).exclude(members__is_convener=True, members__valid__contains=on)
    ):
        yield Work(
            f"{council}没有召集人", address_for(user, "grid:council", council.pk), icon="messages", reason="转来的事项没有人牵头",
            alarm=True,
        )  # fmt: skip


def _nobody(user: User, grid: Area, on: dt.date) -> Iterator[Work]:
    if not GridMember.objects.filter(grid=grid, role=GridMember.Role.HEAD).on(on).exists():
        address = address_for(user, "grid:grid-member-new", grid.pk)
        yield Work("没有网格长", address, icon="user-plus", reason="例会没有人主持", alarm=True)
    there = set(Secondment.objects.filter(grid=grid).on(on).values_list("whose", flat=True))
    address = address_for(user, "grid:secondment-new", grid.pk)
    for whose in EXPECTED:
        if whose not in there:
            yield Work(
                f"没有{whose.label}的下沉力量", address, icon="user-plus", reason="多格合一要有这一家", alarm=True
            )


class GridLine:
    """One grid in the list."""

    def __init__(self, grid: Area, **counted: Any) -> None:
        self.grid = grid
        self.head: str = counted["head"]
        self.seconded: int = counted["seconded"]
        self.members: int = counted["members"]
        self.councils: int = counted["councils"]
        self.open: int = counted["open"]
        self.late: int = counted["late"]
        self.parts: int = counted["parts"]


def lines(grids: Iterable[Area], user: User, on: dt.date) -> list[GridLine]:
    """The grids with their strength and what is open; one query per column, however many grids."""
    listed = list(grids)
    ids = [grid.pk for grid in listed]

    def by_grid(rows: Any, column: str) -> dict[Any, int]:
        return dict(rows.order_by().values_list(column).annotate(n=Count("pk")))

    heads = GridMember.objects.filter(grid__in=ids, role=GridMember.Role.HEAD).on(on)
    named = dict(heads.values_list("grid", "name"))
    members = by_grid(GridMember.objects.filter(grid__in=ids).on(on), "grid")
    seconded = by_grid(Secondment.objects.filter(grid__in=ids).on(on), "grid")
    merged = by_grid(GridPart.objects.filter(grid__in=ids).on(on), "grid")
    councils = by_grid(Council.objects.filter(area__in=ids).standing(on), "area")
    open_ = Matter.objects.visible_to(user).open().filter(area__in=ids)
    waiting, late = by_grid(open_, "area"), by_grid(open_.overdue(on), "area")
    return [
        GridLine(
            grid, head=named.get(grid.pk, ""), members=members.get(grid.pk, 0), seconded=seconded.get(grid.pk, 0),
            councils=councils.get(grid.pk, 0), open=waiting.get(grid.pk, 0), late=late.get(grid.pk, 0),
            parts=merged.get(grid.pk, 0),
        )
        for grid in listed
    ]  # fmt: skip


STATES = {"": "在网格", "ending": "快到期", "coming": "还没开始", "ended": "已结束"}


def rows_of(state: str, rows: SecondmentQuerySet, on: dt.date, days: int) -> SecondmentQuerySet:
    """The secondments of a tab, in its order; those in a grid today for a key that is none."""
    match state:
        case "ending":
            return rows.ending(on, days).by_end()
        case "coming":
            return rows.held().coming(on).order_by("valid", "pk")
        case "ended":
            return rows.held().ended(on).order_by("-valid__endswith", "pk")
    return rows.on(on).in_order()


def views(rows: SecondmentQuerySet, on: dt.date, days: int) -> list[tuple[str, str, int]]:
    """The tabs: key, title, count."""
    return [(key, title, rows_of(key, rows, on, days).order_by().count()) for key, title in STATES.items()]


COLUMNS = (
    Column("网格", lambda row: row.grid.name),
    Column("从哪里来", lambda row: row.get_whose_display()),
    Column("原单位", lambda row: row.home_unit, 24),
    Column("姓名", lambda row: row.name),
    Column("青年党员", lambda row: "是" if row.is_young else ""),
    Column("做什么", lambda row: row.duties, 40),
    Column("自", lambda row: row.since),
    Column("至", lambda row: row.last_day),
    Column("续派次数", lambda row: row.renewals),
    Column("提前结束的原因", lambda row: row.end_reason, 24),
)
