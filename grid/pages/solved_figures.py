"""The numbers of where problems get solved: what was done, the hard cases, what is open, what goes to the district."""

from __future__ import annotations

import datetime as dt

from django.db.models import Case, IntegerField, Q, Subquery, When
from django.db.models.functions import ExtractMonth, ExtractYear

from grid.models import CaseBaseline, DistrictCase, Matter
from grid.models.handover import DistrictCaseQuerySet
from grid.models.matters import MatterQuerySet
from shimen import clock
from shimen.figures import Column, Figure, Pillar
from shimen.territory.models import Street

_MATTER = (
    Column("编号", "number"),
    Column("事项", "title"),
    Column("类别", "get_category_display"),
    Column("网格", "area.name"),
    Column("在哪一级解决", "get_solved_level_display"),
    Column("提出", "raised_at"),
    Column("解决", "solved_at"),
    Column("评价", "get_satisfaction_display"),
)
_OPEN = (*_MATTER[:4], Column("层级", "get_level_display"), Column("提出", "raised_at"), Column("期限", "due_on"))
_CASE = (
    Column("编号", "number"),
    Column("案件", "title"),
    Column("类别", "get_category_display"),
    Column("网格", "area.name"),
    Column("上报", "opened_on"),
    Column("状态", "get_state_display"),
)


def _done(street: Street) -> MatterQuerySet:
    rows: MatterQuerySet = Matter.objects.filter(street=street)
    return rows.beyond_the_door().solved_since(street.rounds_from)


def _done_on(street: Street, day: dt.date) -> MatterQuerySet:
    return _done(street).filter(solved_at__date__lte=day)


def _solved_by(day: dt.date) -> Q:
    return Q(solved_at__date__lte=day)


def _hard(street: Street) -> MatterQuerySet:
    return _done(street).hard()


def _hard_on(street: Street, day: dt.date) -> MatterQuerySet:
    return _done_on(street, day).hard()


def _open(street: Street) -> MatterQuerySet:
    return Matter.objects.filter(street=street).open()


def _late(street: Street) -> MatterQuerySet:
    return Matter.objects.filter(street=street).overdue(clock.today())


def _cases(street: Street) -> DistrictCaseQuerySet:
    return DistrictCase.objects.filter(street=street).reported()


def _compared(today: dt.date) -> tuple[dt.date, dt.date]:
    """The last whole month: its first and last day."""
    last = today.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=1), last


def _last_month(street: Street) -> DistrictCaseQuerySet:
    return _cases(street).opened_in(*_compared(clock.today()))


def _in_base(street: Street) -> tuple[Q, Subquery, Subquery]:
    """The condition of the declared baseline, its first and its last day. The database looks the baseline up itself, so that
    the figures are counted along with the others; without one nothing is inside."""
    base = CaseBaseline.objects.filter(street=street).in_force()
    begin, end = Subquery(base.values("first")[:1]), Subquery(base.values("last")[:1])
    return Q(opened_on__gte=begin, opened_on__lte=end), begin, end


def _base(street: Street) -> DistrictCaseQuerySet:
    """The cases of the declared baseline; none where none was declared."""
    return _cases(street).filter(_in_base(street)[0])


def _change(street: Street) -> DistrictCaseQuerySet:
    """Every case of the last whole month weighs as many as the baseline has months, every one of the baseline −1: added up
    and divided by the baseline's cases that is (month − average) ÷ average, within whatever areas somebody may see."""
    in_base, begin, end = _in_base(street)
    first, last = _compared(clock.today())
    in_month = Q(opened_on__gte=first, opened_on__lte=last)
    # NULL without a baseline.
    months = (ExtractYear(end) - ExtractYear(begin)) * 12 + ExtractMonth(end) - ExtractMonth(begin) + 1
    weight = Case(
        When(in_month & in_base, then=months - 1), When(in_month, then=months), default=-1, output_field=IntegerField()
    )
    rows = _cases(street).filter(in_base | in_month)
    weighed: DistrictCaseQuerySet = rows.annotate(weight=weight).filter(weight__isnull=False)
    return weighed


def _matter_figure(key: str, title: str, definition: str, place: int, **more: object) -> Figure:
    given = {"columns": _MATTER, "order": ("-solved_at", "pk"), "list_url": "grid:matters"} | more
    return Figure(
        key=key, title=title, definition=definition, unit="件", pillar=Pillar.INTEGRATION, related=("area",),
        row_url=("grid:matter", "pk"), place=place, **given,  # type: ignore[arg-type]
    )  # fmt: skip


SOLVED = (
    _matter_figure(
        "matters_done", "实事办结",
        "攻坚行动第一轮走访那天起解决的事项，四级合计；并入别的事项的只算一件，重办的等再解决才算；走访当场解决的另计（见“走访当场解决”）。",
        1, rows=_done, past=_done_on, ever=_done, held=_solved_by,
    ),
    _matter_figure(
        "hard_cases_solved", "老大难已解决", "攻坚行动第一轮走访那天起解决的事项里，标为老大难、写明为什么难的。", 4, rows=_hard,
        past=_hard_on, ever=_hard, held=_solved_by,
    ),
    _matter_figure(
        "matters_open", "在办事项", "还没有解决的事项，四级合计；并入别的、撤回的不算。", 2, rows=_open, columns=_OPEN,
        order=("due_on", "pk"),
    ),
    _matter_figure(
        "matters_late", "超期事项", "还没有解决、过了所在一级期限的事项；延过期的按新的期限。", 3, rows=_late, columns=_OPEN,
        order=("due_on", "pk"),
    ),
    Figure(
        key="district_cases_month", title="上月上报区级", unit="件", pillar=Pillar.INTEGRATION, rows=_last_month, columns=_CASE,
        definition="上一个整月上报区级城运平台的案件，按上报日期；街道撤回的不算，退单的算。", order=("-opened_on", "number"),
        related=("area",), row_url=("grid:case", "pk"), list_url="grid:cases", place=5,
    ),
    Figure(
        key="district_cases_base", title="基准期上报区级", unit="件", pillar=Pillar.INTEGRATION, rows=_base, columns=_CASE,
        definition="街道公布的基准期里上报区级城运平台的案件，按上报日期；街道撤回的不算。", order=("-opened_on", "number"),
        related=("area",), row_url=("grid:case", "pk"), list_url="grid:solved", place=6,
    ),
    Figure(
        key="district_cases_change", title="上报区级比基准期", unit="%", pillar=Pillar.INTEGRATION, rows=_change,
        measure="weight", per="district_cases_base", order=("-opened_on", "number"), related=("area",),
        list_url="grid:solved", place=7,
        definition="（上一个整月上报件数 − 基准期月均件数）÷ 基准期月均件数 × 100，基准期由街道公布。明细里上月的每件按基准期月数计，"
        "基准期的每件计 −1，加起来除以基准期件数。",
        columns=(*_CASE, Column("计", "weight")), row_url=("grid:case", "pk"),
    ),
)  # fmt: skip
