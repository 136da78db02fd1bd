"""The facts of an entity as a page shows them: value, who said it and when, what is old, what stands against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coverage.facts import fields as facts
from coverage.facts.precedence import Rule, is_stale, rule_for
from coverage.models import Department, Entity, EntitySource
from coverage.registry.versions import worded
from coverage.registry.words import contradictions, held_word

SOURCES = {"visit": "走访", "staff": "街道", "collection": "采集码", "department": "部门"}
# The order in which a person asks; the rest of `facts.FACTS` follows.
SHOWN = (
    "name", "code", "old_number", "legal_person", "address", "industry", "scope", "headcount", "phone", "opening_hours",
    "registration_status", "established_on", "capital",
)  # fmt: skip


@dataclass(slots=True)
class FactRow:
    """One line: `doubts` are the words that stand against the fact, `hint` what other sources said before."""

    key: str
    label: str
    value: str
    source: str = ""
    stale: bool = False
    is_code: bool = False
    hint: str = ""
    doubts: list[str] = field(default_factory=list)


def fact_rows(
    entity: Entity, sources: Iterable[EntitySource], *, rules: Mapping[str, Rule], today: dt.date
) -> list[FactRow]:
    """The facts in the order of `SHOWN`; empty ones only where a person would miss them (one query)."""
    sources = list(sources)
    names = dict(Department.objects.filter(street_id=entity.street_id).values_list("code", "name"))
    against = contradictions(entity, sources)
    rows = []
    for key in SHOWN:
        row = FactRow(key, facts.BY_KEY[key].label, _value(entity, key), is_code=key in {"code", "old_number", "phone"})
        if not row.value and key in {"old_number", "capital", "scope", "established_on"}:
            continue
        _say_source(row, entity, key, rule_for(key, rules), names, today)
        row.doubts = [
            f"{source_name(word.source, word.by, names)} {_short(word.on, today)} 写“{facts.shown(key, word.value)}”，待核实"
            for word in against.get(key, [])
        ]
        row.hint = "，".join(
            f"{source_name(word.source, word.by, names)}登记 {facts.shown(key, word.value)}"
            for word in sources
            if word.field == key and key == "headcount" and word not in against.get(key, []) and _differs(entity, word)
        )
        rows.append(row)
    return rows


def _value(entity: Entity, key: str) -> str:
    if key == "phone":
        return entity.phone_mask
    if key == "industry":
        return " ".join(filter(None, [worded(entity, "industry"), entity.industry_code]))
    if key == "registration_status":
        flags = [label for on, label in ((entity.is_suspended, "歇业"), (entity.is_irregular, "列入经营异常")) if on]
        return "，".join([worded(entity, key), *flags])
    return facts.shown(key, worded(entity, key)) if key == "address" else worded(entity, key)


def _say_source(row: FactRow, entity: Entity, key: str, rule: Rule, names: Mapping[str, str], today: dt.date) -> None:
    held = held_word(entity, key)
    if held is None or not row.value:
        return
    row.source = f"{source_name(held.source, held.by, names)} {_short(held.on, today)}"
    row.stale = is_stale(held.on, today, rule)
    if row.stale:
        row.source += f"，超 {rule.fresh_days} 天"


def source_name(source: str, by: str, names: Mapping[str, str]) -> str:
    """走访, 街道, or the department by name."""
    return names.get(by, "部门") if source == "department" else SOURCES.get(source, source)


def _short(on: dt.date, today: dt.date) -> str:
    return on.strftime("%m-%d") if on.year == today.year else on.isoformat()


def _differs(entity: Entity, word: EntitySource) -> bool:
    held = held_word(entity, word.field)
    return bool(word.value) and (held is None or held.value != word.value)
