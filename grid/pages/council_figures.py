"""The numbers of councils and of people lent to grids."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from grid.models import Council, Secondment
from shimen import clock
from shimen.figures import Column, Figure, Pillar
from shimen.territory.models import Street

_COUNCIL = (
    Column("名称", "name"),
    Column("网格", "area.name"),
    Column("管哪里", "speaks_for"),
    Column("成立", "founded_on"),
)


def _councils(kind: str, title: str, definition: str, place: int) -> Figure:
    """How many of a kind stand."""

    def past(street: Street, day: dt.date) -> QuerySet[Council]:
        return Council.objects.filter(street=street, kind=kind).standing(day)

    def rows(street: Street) -> QuerySet[Council]:
        return past(street, clock.today())

    return Figure(
        key=f"{kind}_councils",
        title=title,
        definition=definition,
        unit="个",
        pillar=Pillar.INTEGRATION,
        rows=rows,
        past=past,
        columns=_COUNCIL,
        order=("area__sort", "name"),
        related=("area",),
        row_url=("grid:council", "pk"),
        list_url="grid:councils",
        place=place,
    )


def _seconded(street: Street) -> QuerySet[Secondment]:
    return _seconded_on(street, clock.today())


def _seconded_on(street: Street, day: dt.date) -> QuerySet[Secondment]:
    return Secondment.objects.filter(street=street).on(day)


COUNCILS = (
    _councils(
        Council.Kind.STREET,
        "街委会",
        "已成立、没有撤销的街委会：沿街商户、居民、单位推选成员，一个街委会管几条路。",
        70,
    ),
    _councils(
        Council.Kind.BUILDING,
        "楼务会",
        "已成立、没有撤销的楼务会：楼里的企业、物业、党组织推选成员，一栋楼只有一个。",
        71,
    ),
    Figure(
        key="seconded_staff",
        title="下沉网格的力量",
        definition="公安、城管、城运、市场监管和区级职能部门派到网格、今天在下沉期内的人；一个人同一时间只算一个网格。",
        unit="人",
        pillar=Pillar.INTEGRATION,
        rows=_seconded,
        past=_seconded_on,
        columns=(
            Column("姓名", "name"),
            Column("从哪里来", "get_whose_display"),
            Column("原单位", "home_unit"),
            Column("网格", "grid.name"),
            Column("到哪天", "last_day"),
        ),
        order=("grid__sort", "whose", "name"),
        related=("grid",),
        row_url=("grid:secondment", "pk"),
        list_url="grid:secondments",
        is_personal=True,
        place=72,
    ),
)
