"""What an entity's page shows besides its story, and what an export of the list holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from coverage.models import Entity, Question, Stop
from coverage.pages import chain
from coverage.pages.fact_rows import fact_rows
from coverage.registry.words import rules_of
from shimen.exports import Column
from shimen.territory import picture, piece

FEW = 5
COLUMNS = (
    Column("统一社会信用代码", lambda e: e.code, 22),
    Column("名称", lambda e: e.name, 36),
    Column("招牌", lambda e: e.trade_sign, 20),
    Column("类型", lambda e: e.get_kind_display(), 12),
    Column("行业门类", lambda e: e.get_industry_display(), 24),
    Column("行业代码", lambda e: e.industry_code, 10),
    Column("法定代表人（经营者）", lambda e: e.legal_person, 18),
    Column("经营地址", lambda e: e.address, 30),
    Column("网格", lambda e: e.area.name if e.area else "", 12),
    Column("登记状态", lambda e: e.get_registration_status_display(), 12),
    Column("歇业", lambda e: "是" if e.is_suspended else "", 6),
    Column("实地情况", lambda e: e.get_presence_display(), 10),
    Column("实地情况截至", lambda e: e.presence_on or "", 14),
    Column("从业人数", lambda e: "" if e.headcount is None else e.headcount, 10),
    Column("成立日期", lambda e: e.established_on or "", 14),
    Column("进入名册日期", lambda e: e.registered_on, 14),
)


def neighbours_of_tabs(entity: Entity) -> dict[str, Any]:
    """The entity and the numbers on its tabs (four short queries, a fifth for one that has left)."""
    events = Entity.pgh_event_model.objects.filter(pgh_obj_id=entity.pk)  # type: ignore[attr-defined]
    counts = {
        "visits": entity.visits.standing().count(),
        "demands": entity.demands.standing().count(),
        "workers": entity.workers.filter(left_on=None).count(),
        "versions": events.count(),
    }
    merged = entity.merged_away.standing().select_related("kept").first() if entity.removed_at else None
    return {"entity": entity, "counts": counts, "merged": merged}


def about(entity: Entity, *, today: dt.date) -> dict[str, Any]:
    """Facts, a few of the people, open questions and demands, the stop of the open round (about eight queries)."""
    sources = entity.sources.all()
    stops = Stop.objects.filter(entity=entity, round__state="open").select_related("round", "visitor")
    return {
        **neighbours_of_tabs(entity),
        "rows": fact_rows(entity, sources, rules=rules_of(entity.street_id), today=today),
        "workers": entity.workers.filter(left_on=None).by_pinyin().defer("provenance", "phone_sealed")[:FEW],
        "questions": Question.objects.filter(entity=entity).open().order_by("asked_at"),
        "demands": entity.demands.passed_on().order_by("raised_at")[:FEW],
        "chains": chain.of_entity(entity, today),
        "stop": stops.order_by("-round__number").first(),
    }


def map_around(entity: Entity) -> piece.Piece | None:
    """The piece of map around the entity's door, None without one (two queries)."""
    return picture.around_place(entity.place, entity.street) if entity.place else None
