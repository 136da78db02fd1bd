"""The published numbers of venues: main venues, their floor area, venues, grids without one."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from shimen import clock
from shimen.figures import Column, Figure, Pillar
from shimen.territory.models import Street
from supply.models import Space, Venue

_VENUE = (
    Column("阵地", "name"), Column("网格", "area.name"), Column("地址", "address"), Column("启用", "opened_on"),
)  # fmt: skip
_SPACE = (
    Column("空间", "name"), Column("类别", "get_kind_display"), Column("阵地", "venue.name"), Column("面积（㎡）", "floor_area"),
    Column("容纳人数", "capacity"),
)  # fmt: skip


def _venues_on(street: Street, day: dt.date) -> QuerySet[Venue]:
    standing = Q(closed_on__isnull=True) | Q(closed_on__gt=day)
    return Venue.objects.filter(standing, street=street, opened_on__lte=day).defer("picture")


def _venues(street: Street) -> QuerySet[Venue]:
    return _venues_on(street, clock.today())


def _main_on(street: Street, day: dt.date) -> QuerySet[Venue]:
    return _venues_on(street, day).filter(is_main=True)


def _main(street: Street) -> QuerySet[Venue]:
    return _main_on(street, clock.today())


def _spaces(street: Street) -> QuerySet[Space]:
    return Space.objects.filter(street=street, venue__in=_main(street)).in_use()


VENUES = (
    Figure(
        key="main_venues", title="主阵地", unit="个", pillar=Pillar.EMPOWERMENT, rows=_main, past=_main_on, place=10,
        definition="在用的阵地里，标为主阵地的。", columns=_VENUE, order=("area__sort", "pk"), related=("area",),
        row_url=("supply:venue", "pk"), list_url="supply:venues",
    ),
    Figure(
        key="venue_floor_area", title="主阵地面积", unit="㎡", pillar=Pillar.EMPOWERMENT, rows=_spaces, measure="floor_area",
        definition="主阵地里在用空间的面积相加，点开是每一间。", columns=_SPACE, order=("venue__area__sort", "place", "pk"),
        related=("venue",), row_url=("supply:venue", "venue_id"), list_url="supply:venues", place=11,
    ),
    Figure(
        key="venues", title="阵地", unit="个", pillar=Pillar.EMPOWERMENT, rows=_venues, past=_venues_on, place=12,
        definition="在用的阵地，一个网格一个，主阵地也在里面。", columns=_VENUE, order=("area__sort", "pk"), related=("area",),
        row_url=("supply:venue", "pk"), list_url="supply:venues",
    ),
)  # fmt: skip
