"""The numbers of the three lists and of serving everyone."""

from __future__ import annotations

import datetime as dt
import functools

from django.db.models import DateField, Exists, ExpressionWrapper, OuterRef, QuerySet, Value

from shimen import clock
from shimen.figures import Column, Figure, Pillar
from shimen.territory.models import Street
from supply.models import Need, Project, Recipient, Resource, Serving, SupplyRule


def _needs(street: Street) -> QuerySet[Need]:
    return Need.objects.filter(street=street).standing()


def _unmatched(street: Street) -> QuerySet[Need]:
    return Need.objects.filter(street=street).unmatched()


def _resources(street: Street) -> QuerySet[Resource]:
    return Resource.objects.filter(street=street).standing()


def _projects(street: Street) -> QuerySet[Project]:
    return Project.objects.filter(street=street).standing()


def _served(street: Street) -> QuerySet[Recipient]:
    return _served_on(street, clock.today())


def _served_on(street: Street, day: dt.date) -> QuerySet[Recipient]:
    days = SupplyRule.objects.number("served_days", street=street.pk, on=day)
    first = ExpressionWrapper(Value(day, output_field=DateField()) - days, output_field=DateField())
    came = Serving.objects.filter(recipient=OuterRef("pk")).filter(on__gte=first, on__lte=day)
    return Recipient.objects.filter(Exists(came), street=street).emerging().on(day)


_COMMON = (
    Column("编号", "number"),
    Column("名称", "title"),
    Column("类别", "get_category_display"),
    Column("状态", "get_state_display"),
)
_line = functools.partial(Figure, unit="条", pillar=Pillar.EMPOWERMENT, order=("number",), list_url="supply:lists")
SERVING = (
    _line(
        key="needs", title="需求清单", rows=_needs, place=30, row_url=("supply:need", "pk"),
        definition="需求清单上登记的需求，撤回的不算，已满足的算。", columns=(*_COMMON, Column("提出", "raised_on")),
    ),
    _line(
        key="resources", title="资源清单", rows=_resources, place=31, row_url=("supply:resource", "pk"),
        definition="资源清单上的资源，暂停的算，已结束的不算。", columns=(*_COMMON, Column("供给方", "provider")),
    ),
    _line(
        key="projects", title="项目清单", rows=_projects, place=32, row_url=("supply:project", "pk"),
        definition="项目清单上筹备、进行和已完成的项目，中途停下的不算。", columns=(*_COMMON, Column("谁来办", "provider")),
    ),
    _line(
        key="needs_unmatched", title="未对上的需求", rows=_unmatched, place=33, row_url=("supply:need", "pk"),
        definition="需求清单上没有对接任何资源和项目、也没有满足或撤回的需求。", columns=(*_COMMON, Column("提出", "raised_on")),
        list_url="supply:unmatched",
    ),
    Figure(
        key="organisations_served", title="有供给的党组织", unit="个", pillar=Pillar.EMPOWERMENT, rows=_served, past=_served_on,
        definition="今天还在的新兴领域党组织里，一年内通过每周菜单或直通车有过供给的；没有来的报名不算。",
        columns=(Column("名称", "name"), Column("类别", "kind"), Column("网格", "area.name")), related=("area",),
        order=("area__sort", "pinyin"), row_url=("supply:recipient", "pk"), list_url="supply:served", place=34,
    ),
)  # fmt: skip
