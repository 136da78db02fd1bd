"""The numbers that coverage publishes: the registry, the rounds, and what the visits brought home."""

from __future__ import annotations

import datetime as dt
import functools
import operator

from django.db.models import CharField, Exists, Func, OuterRef, Q, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from coverage.models import Demand, Entity, EntitySource, Question, Round, Stop, Visit, Worker
from coverage.pages.difference_figures import DIFFERENCES
from shimen import figures
from shimen.figures import Column, Figure, Pillar
from shimen.territory.models import Street

# Facts of which two sources may say different things, and whose column holds the canonical text itself.
_COMPARED = ("name", "legal_person", "registration_status", "address", "industry", "headcount")
_MET = [Visit.Outcome.SAME, Visit.Outcome.CHANGED]

_ENTITY = (
    Column("名称", "name"),
    Column("统一社会信用代码", "code"),
    Column("类型", "get_kind_display"),
    Column("行业", "get_industry_display"),
    Column("地址", "address"),
    Column("网格", "area.name"),
    Column("进入名册", "registered_on"),
)
_WORKER = (
    Column("姓名", "name"),
    Column("岗位", "post"),
    Column("市场主体", "entity.name"),
    Column("网格", "entity.area.name"),
    Column("登记", "joined_on"),
)
_STOP = (
    Column("市场主体", "entity.name"),
    Column("地址", "entity.address"),
    Column("网格", "area.name"),
    Column("排在", "planned_on"),
    Column("结果", "get_outcome_display"),
    Column("已顺延轮数", "carried_rounds"),
)
_ROUND = (
    Column("轮次", "number"),
    Column("自", "period_start"),
    Column("至", "period_end"),
    Column("状态", "get_state_display"),
    Column("结束", "closed_at"),
)
_VISIT = (
    Column("市场主体", "entity.name"),
    Column("地址", "entity.address"),
    Column("网格", "entity.area.name"),
    Column("结果", "get_outcome_display"),
    Column("时间", "visited_at"),
)
_DEMAND = (
    Column("市场主体", "entity.name"),
    Column("类别", "get_category_display"),
    Column("原话", "words"),
    Column("提出", "raised_at"),
    Column("怎么解决的", "how_solved"),
    Column("答复", "answer"),
)
_QUESTION = (
    Column("市场主体", "entity.name"),
    Column("问什么", "sentence"),
    Column("网格", "entity.area.name"),
    Column("提出", "asked_at"),
)


def register() -> None:
    """Called once from `CoverageConfig.ready()`."""
    figures.register(*REGISTRY, *ROUNDS, *_of_the_round_now(), *DEMANDS, *DIFFERENCES)


# ---- the rows


def _listed_on(rows: QuerySet[Entity], day: dt.date) -> QuerySet[Entity]:
    return rows.filter(registered_on__lte=day).filter(Q(removed_at__isnull=True) | Q(removed_at__date__gt=day))


def _entities(street: Street) -> QuerySet[Entity]:
    return Entity.objects.filter(street=street).listed()


def _entities_on(street: Street, day: dt.date) -> QuerySet[Entity]:
    return _listed_on(Entity.objects.filter(street=street), day)


def _operating(street: Street) -> QuerySet[Entity]:
    return Entity.objects.filter(street=street).operating()


def _shops(street: Street) -> QuerySet[Entity]:
    return Entity.objects.filter(street=street).street_shops()


def _workers(street: Street) -> QuerySet[Worker]:
    return Worker.objects.filter(street=street).current()


def _workers_ever(street: Street) -> QuerySet[Worker]:
    return Worker.objects.filter(street=street)


def _worked_on(day: dt.date) -> Q:
    staying = Q(left_on__isnull=True) | Q(left_on__gt=day)
    listed = Q(entity__removed_at__isnull=True) | Q(entity__removed_at__date__gt=day)
    return Q(joined_on__lte=day) & staying & listed


def _workers_on(street: Street, day: dt.date) -> QuerySet[Worker]:
    return _workers_ever(street).filter(_worked_on(day))


def _never_met(street: Street) -> QuerySet[Entity]:
    met = Visit.objects.standing().filter(entity=OuterRef("pk"), outcome__in=_MET)
    return _operating(street).filter(~Exists(met))


def _gone(street: Street) -> QuerySet[Entity]:
    return _entities(street).filter(missing_since__isnull=False)


def _contradicted(street: Street) -> QuerySet[Entity]:
    """Of which a source said, on or after the day for which the registry's word vouches, something else."""
    held: dict[str, Func] = {f"_on_{field}": KT(f"provenance__{field}__on") for field in _COMPARED}
    held |= {f"_is_{field}": Cast(field, TextField()) for field in _COMPARED}
    differs = (
        Q(field=field, _spoken__gte=OuterRef(f"_on_{field}")) & ~Q(value=OuterRef(f"_is_{field}"))
        for field in _COMPARED
    )
    said = EntitySource.objects.filter(entity=OuterRef("pk")).exclude(value="")
    said = said.annotate(_spoken=Cast("on", CharField()))
    return _entities(street).alias(**held).filter(Exists(said.filter(functools.reduce(operator.or_, differs))))


def _closed_rounds(street: Street) -> QuerySet[Round]:
    return Round.objects.filter(street=street, state=Round.State.CLOSED)


def _closed_rounds_on(street: Street, day: dt.date) -> QuerySet[Round]:
    return _closed_rounds(street).filter(closed_at__date__lte=day)


def _stops_now(street: Street) -> QuerySet[Stop]:
    return Stop.objects.filter(street=street, round__state=Round.State.OPEN)


def _found_now(street: Street) -> QuerySet[Entity]:
    found = Visit.objects.standing().filter(entity=OuterRef("pk"), stop__isnull=True, round__state=Round.State.OPEN)
    return Entity.objects.filter(Exists(found), street=street)


def _visits(street: Street) -> QuerySet[Visit]:
    return Visit.objects.filter(street=street).standing()


def _visits_on(street: Street, day: dt.date) -> QuerySet[Visit]:
    return _visits(street).filter(visited_at__date__lte=day)


def _demands(street: Street) -> QuerySet[Demand]:
    return Demand.objects.filter(street=street).standing()


def _demands_on(street: Street, day: dt.date) -> QuerySet[Demand]:
    return _demands(street).filter(raised_at__date__lte=day)


def _solved(street: Street) -> QuerySet[Demand]:
    return Demand.objects.filter(street=street).solved_at_door()


def _solved_on(street: Street, day: dt.date) -> QuerySet[Demand]:
    return _solved(street).filter(raised_at__date__lte=day)


def _passed_on(street: Street) -> QuerySet[Demand]:
    return Demand.objects.filter(street=street).passed_on()


def _passed_on_on(street: Street, day: dt.date) -> QuerySet[Demand]:
    later = Q(answered_at__isnull=True) | Q(answered_at__date__gt=day)
    return _demands_on(street, day).filter(later, solved_on_spot=False)


def _to_tell(street: Street) -> QuerySet[Demand]:
    return Demand.objects.filter(street=street).to_tell()


def _answered(street: Street) -> QuerySet[Demand]:
    return Demand.objects.filter(street=street).answered()


def _questions(street: Street) -> QuerySet[Question]:
    return Question.objects.filter(street=street).open()


# ---- the figures

_entity_figure = functools.partial(
    Figure,
    unit="家",
    pillar=Pillar.COVERAGE,
    columns=_ENTITY,
    order=("pinyin", "pk"),
    related=("area",),
    row_url=("coverage:entity", "pk"),
)
_stop_figure = functools.partial(
    Figure,
    unit="家",
    pillar=Pillar.COVERAGE,
    columns=_STOP,
    order=("planned_on", "sequence", "pk"),
    related=("entity", "area"),
    row_url=("coverage:entity", "entity_id"),
)
_demand_figure = functools.partial(
    Figure,
    unit="件",
    pillar=Pillar.INTEGRATION,
    columns=_DEMAND,
    order=("-raised_at", "pk"),
    related=("entity",),
    row_url=("coverage:demand", "pk"),
)


REGISTRY = (
    _entity_figure(
        key="entities",
        title="市场主体",
        definition="名册里现有的企业、个体工商户、社会组织等，一个主体算一家（分公司单独登记的单独算）；已移出名册的不算。",
        rows=_entities,
        past=_entities_on,
        list_url="coverage:entities",
        place=10,
    ),
    _entity_figure(
        key="entities_operating",
        title="在营主体",
        definition="名册里登记状态为存续、没有歇业，走访也没有发现关闭或搬走的市场主体。",
        rows=_operating,
        place=11,
    ),
    Figure(
        key="workers",
        title="从业人员",
        definition="在名册里的市场主体上班、没有登记离开的人，按人头逐条数；在两家上班的人算两次。",
        unit="人",
        pillar=Pillar.COVERAGE,
        rows=_workers,
        past=_workers_on,
        ever=_workers_ever,
        held=_worked_on,
        columns=_WORKER,
        order=("pinyin", "pk"),
        related=("entity__area",),
        row_url=("coverage:entity", "entity_id"),
        list_url="coverage:workers",
        is_personal=True,
        place=20,
    ),
    _entity_figure(
        key="street_shops",
        title="沿街商铺",
        definition="名册里现有、门开在街面上的市场主体（地点类别为沿街门面）；楼里和院里的不算。",
        rows=_shops,
        past=lambda street, day: _listed_on(Entity.objects.filter(street=street, place__kind="shopfront"), day),
        place=30,
    ),
    _entity_figure(
        key="never_visited",
        title="从未访到",
        definition="在营主体中，还没有一次走访碰到人的；没人应的走访不算访到。",
        rows=_never_met,
        place=60,
    ),
    _entity_figure(
        key="contradictions_open",
        title="说法不一",
        definition="有来源在名册这一项最近确认之日或之后，说了和名册不一样的名称、经营者、登记状态、地址、行业或从业人数的主体。",
        rows=_contradicted,
        place=61,
    ),
    _entity_figure(
        key="missing_from_feed",
        title="部门名册中不再出现",
        definition="名册里现有，但最近一批部门表格里已没有、还没有核实的主体；不会自动注销。",
        rows=_gone,
        place=62,
    ),
    Figure(
        key="questions_open",
        title="待核实",
        definition="部门表格或同事提出、要上门问一句、还没有答案的疑问，一问算一件。",
        unit="件",
        pillar=Pillar.COVERAGE,
        rows=_questions,
        columns=_QUESTION,
        order=("-asked_at", "pk"),
        related=("entity__area",),
        row_url=("coverage:entity", "entity_id"),
        place=63,
    ),
)


ROUNDS = (
    Figure(
        key="rounds_closed",
        title="已完成走访轮次",
        definition="每两周一轮，已经结账的轮次；正在进行的这一轮不算。",
        unit="轮",
        pillar=Pillar.COVERAGE,
        rows=_closed_rounds,
        past=_closed_rounds_on,
        columns=_ROUND,
        order=("number",),
        row_url=("coverage:round", "pk"),
        list_url="coverage:rounds",
        place=40,
    ),
    Figure(
        key="visits",
        title="累计走访",
        definition="送达的走访记录，没人应的也算一次；撤回的、和别人记重了的不算。",
        unit="次",
        pillar=Pillar.COVERAGE,
        rows=_visits,
        past=_visits_on,
        columns=_VISIT,
        order=("-visited_at", "pk"),
        related=("entity__area",),
        row_url=("coverage:entity", "entity_id"),
        place=41,
    ),
)


_OUTCOMES = (
    ("round_visited", "本轮已访", "本轮名单里走访碰到人的，一切如旧和有变化都算。", Stop.Outcome.VISITED),
    ("round_no_answer", "本轮无人应答", "本轮名单里去过、没人应的；下一轮自动顺延。", Stop.Outcome.NO_ANSWER),
    ("round_exempt", "本轮免访", "本轮名单里写明缘由、同意不去的。", Stop.Outcome.EXEMPT),
    ("round_closed", "本轮发现关闭", "本轮名单里上门发现关了的。", Stop.Outcome.CLOSED),
    ("round_moved", "本轮发现搬走", "本轮名单里上门发现搬走的。", Stop.Outcome.MOVED),
    ("round_unvisited", "本轮未访", "本轮名单里还没有结果的，过了排定那天的也在内。", Stop.Outcome.DUE),
)


def _of_the_round_now() -> list[Figure]:
    due = _stop_figure(
        key="round_due",
        title="本轮应访",
        definition="进行中的这一轮开轮时冻结的名单。应访 = 已访 + 无人应答 + 免访 + 关闭 + 搬走 + 未访，任何时候都相等。",
        rows=_stops_now,
        place=50,
    )
    reached = _stop_figure(
        key="round_reached",
        title="本轮已有结果",
        definition="本轮名单里已访、无人应答、免访、关闭、搬走的合计。",
        rows=lambda street: _stops_now(street).exclude(outcome=Stop.Outcome.DUE),
        place=51,
    )
    share = _stop_figure(
        key="round_reached_share",
        title="本轮进度",
        definition="本轮已有结果的家数除以本轮应访的家数。",
        rows=reached.rows,
        per="round_due",
        unit="%",
        place=52,
    )
    return [due, reached, share, *_by_outcome(), *_beside_the_round()]


def _by_outcome() -> list[Figure]:
    return [
        _stop_figure(
            key=key,
            title=title,
            definition=definition,
            rows=functools.partial(_stops_with, outcome=outcome),
            place=53 + number,
        )
        for number, (key, title, definition, outcome) in enumerate(_OUTCOMES)
    ]


def _stops_with(street: Street, *, outcome: str) -> QuerySet[Stop]:
    return _stops_now(street).filter(outcome=outcome)


def _beside_the_round() -> list[Figure]:
    return [
        _stop_figure(
            key="round_carried",
            title="上轮顺延",
            definition="本轮名单里，上一轮没访到或没人应、顺延过来的；已在应访之内。",
            rows=lambda street: _stops_now(street).filter(carried_rounds__gt=0),
            place=59,
        ),
        _entity_figure(
            key="round_found",
            title="本轮新发现",
            definition="本轮走访中在名单之外登记走访的主体，不计入应访。",
            rows=_found_now,
            place=59,
        ),
    ]


DEMANDS = (
    _demand_figure(
        key="demands",
        title="走访诉求",
        definition="走访时照原话记下的诉求，一条算一件；随走访撤回的不算。",
        rows=_demands,
        past=_demands_on,
        list_url="coverage:demands",
        place=10,
    ),
    _demand_figure(
        key="demands_solved_on_spot",
        title="支部当场解决",
        definition="走访时当场办成、写明怎么解决的诉求。",
        rows=_solved,
        past=_solved_on,
        place=11,
    ),
    _demand_figure(
        key="demands_open",
        title="转交待答复",
        definition="当场没有解决、转交办理、还没有答复的诉求。",
        rows=_passed_on,
        past=_passed_on_on,
        list_url="coverage:demands",
        place=12,
    ),
    _demand_figure(
        key="demands_answered",
        title="转交已答复",
        definition="当场没有解决、转交办理后已有答复的诉求。",
        rows=_answered,
        place=13,
    ),
    _demand_figure(
        key="demands_to_tell",
        title="待当面告知",
        definition="已有答复、还没有当面告诉提出的人的诉求。",
        rows=_to_tell,
        place=14,
    ),
)
