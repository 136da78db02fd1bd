"""The numbers of the comparison chain: what departments say differently, and what has become of it."""

from __future__ import annotations

import functools

from django.db.models import F, Func, IntegerField, QuerySet, Value

from coverage.models import Discrepancy
from coverage.models.differences import DiscrepancyQuerySet
from shimen import clock
from shimen.figures import Column, Figure, Pillar
from shimen.territory.models import Street

_DIFFERENCE = (
    Column("名称", "name"),
    Column("部门", "department.name"),
    Column("种类", "get_kind_display"),
    Column("进展", "get_state_display"),
    Column("提出", "opened_on"),
    Column("核实", "answered_on"),
    Column("告知部门", "told_on"),
)


def _differences(street: Street) -> DiscrepancyQuerySet:
    return Discrepancy.objects.filter(street=street)


class _DaysSince(Func):
    """Whole days between a day and a column."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()


def _differences_waiting(street: Street) -> QuerySet[Discrepancy]:
    today = Value(clock.today().isoformat())
    days = _DaysSince(Func(today, template="(%(expressions)s)::date"), F("opened_on"))
    return _differences(street).waiting().annotate(days=days)


_difference_figure = functools.partial(
    Figure,
    unit="项",
    pillar=Pillar.COVERAGE,
    columns=_DIFFERENCE,
    order=("opened_on", "pk"),
    related=("department",),
    row_url=("coverage:difference", "pk"),
    list_url="coverage:differences",
)
DIFFERENCES = (
    _difference_figure(
        key="differences_sent",
        title="部门说法不同",
        definition="部门表格或别的来源与名册说法不同的事，同一件事在几批表格里算一项；整批装入的新主体不算。",
        rows=_differences,
        place=64,
    ),
    _difference_figure(
        key="differences_open",
        title="差异待答复",
        definition="与名册说法不同、还没有人说明谁对的事：待处理的和等着走访问的都算。",
        rows=_differences_waiting,
        place=65,
    ),
    _difference_figure(
        key="differences_answered",
        title="差异已有结论",
        definition="与名册说法不同、已采用、不采用或已核实的事，回没回复部门都算。",
        rows=lambda street: _differences(street).answered(),
        place=66,
    ),
    _difference_figure(
        key="differences_answered_share",
        title="差异有结论的比例",
        definition="已有结论的差异除以部门说法不同的全部差异。",
        rows=lambda street: _differences(street).answered(),
        per="differences_sent",
        unit="%",
        place=67,
    ),
    _difference_figure(
        key="differences_oldest_days",
        title="差异最久等了",
        definition="还没有答复的差异里，提出最早的一项到今天有多少天；满两轮（28 天）会提醒到人。",
        rows=_differences_waiting,
        measure="days",
        is_largest=True,
        unit="天",
        place=68,
    ),
)
