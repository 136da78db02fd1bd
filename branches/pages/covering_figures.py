"""The published numbers of coverings and gaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db.models import QuerySet

from branches.duty import gaps
from branches.duty.gaps import Kind
from branches.models import Covering
from coverage.models import Entity, Submission
from shimen import clock
from shimen.figures import Column, Figure, Pillar
from shimen.territory.models import Place, Street

_ENTITY = (
    Column("名称", "name"),
    Column("类型", "get_kind_display"),
    Column("行业", "get_industry_display"),
    Column("地址", "address"),
    Column("网格", "area.name"),
    Column("进入名册", "registered_on"),
)


def _operating(street: Street) -> QuerySet[Entity]:
    return Entity.objects.filter(street=street).operating()


def _organised(street: Street) -> QuerySet[Entity]:
    return _operating(street).filter(gaps.covered(clock.today(), way__in=Covering.ORGANISED))


def _worked(street: Street) -> QuerySet[Entity]:
    others = [way for way in Covering.Way.values if way not in Covering.ORGANISED]
    return _operating(street).filter(gaps.covered(clock.today(), way__in=others))


def _missing(kind: Kind, street: Street) -> QuerySet[Entity]:
    today: dt.date = clock.today()
    rules = gaps.InQuery(street=street.pk, on=today)
    return gaps.entities(kind, Entity.objects.filter(street=street), on=today, rules=rules)


def _uncovered(street: Street) -> QuerySet[Entity]:
    return _missing(Kind.UNCOVERED, street)


def _without_branch(street: Street) -> QuerySet[Entity]:
    return _missing(Kind.MEMBERS, street)


def _stale(street: Street) -> QuerySet[Entity]:
    return _missing(Kind.STALE, street)


def _buildings(street: Street) -> QuerySet[Place]:
    return gaps.buildings(Place.objects.filter(street=street), on=clock.today())


def _people(street: Street) -> QuerySet[Submission]:
    return gaps.people(Submission.objects.filter(street=street), on=clock.today())


def _of_entities(
    key: str, title: str, definition: str, rows: Callable[[Street], QuerySet[Entity]], place: int, *,
    list_url: str = "branches:gaps", unit: str = "家", per: str = "",
) -> Figure:  # fmt: skip
    return Figure(
        key=key, title=title, definition=definition, unit=unit, per=per, pillar=Pillar.COVERAGE, rows=rows,
        columns=_ENTITY, order=("area__sort", "pinyin", "pk"), related=("area",), row_url=("coverage:entity", "pk"),
        list_url=list_url, place=place,
    )  # fmt: skip


DUTY = (
    _of_entities(
        "coverage_rate", "组织覆盖率", "单独组建和联合组建覆盖的在营主体，占在营主体的百分比。支部兜底和指导员联系算工作覆盖，不在其内。",
        _organised, 30, list_url="branches:coverings", unit="%", per="entities_operating",
    ),
    _of_entities("covered_organised", "组织覆盖", "今天由单独组建或联合组建的党组织覆盖的在营主体。", _organised, 31,
                 list_url="branches:coverings"),
    _of_entities("covered_worked", "工作覆盖", "今天由街区、楼宇支部兜底或指导员联系的在营主体。", _worked, 32,
                 list_url="branches:coverings"),
    _of_entities("gaps", "尚未覆盖", "今天一种覆盖方式也没有的在营主体。", _uncovered, 33, list_url="branches:gaps"),
    _of_entities("gaps_members", "有党员未建支部",
                 "党员人数达到规则、没有单独或联合组建的在营主体；党员只数本人同意登记的。", _without_branch, 34, list_url="branches:gaps"),
    _of_entities("gaps_stale", "久未确认", "见到过人、超过规则天数没有在门口再确认的在营主体。", _stale, 35, list_url="branches:gaps"),
    Figure(
        key="gaps_buildings", title="楼宇没有支部", definition="里面有主体在营、没有一个党组织负责的楼宇。", unit="栋",
        pillar=Pillar.COVERAGE, rows=_buildings,
        columns=(Column("楼宇", "name"), Column("地址", "address"), Column("网格", "area.name")), order=("address_key",),
        related=("area",), row_url=("territory:place", "pk"), list_url="branches:gaps", place=36,
    ),
    Figure(
        key="gaps_people", title="无固定场所的人",
        definition="自己扫码登记、没有写明哪家单位、没有撤回、还没有党组织联系的人。", unit="人", pillar=Pillar.COVERAGE,
        rows=_people, columns=(Column("在哪里扫码", "place.address"), Column("登记", "received_at")), order=("received_at",),
        related=("place",), list_url="branches:gaps", is_personal=True, place=37,
    ),
)  # fmt: skip
