"""What happened to an entity, as one story: visits, demands, department workbooks, corrections, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse

from coverage.facts import fields as facts
from coverage.models import Demand, Difference, Entity, Visit
from coverage.registry.versions import Change, Version, versions
from shimen import clock

# The parts of the story that a reader may choose.
VISITS, CHANGES, DEMANDS = "visits", "changes", "demands"
SHORT, LONG = 12, 200


@dataclass(slots=True)
class Moment:
    """One thing that happened. `tone` k = something was learnt or solved, a = alarm, "" = noted."""

    at: dt.datetime
    part: str
    title: str
    who: str = ""
    tone: str = ""
    url: str = ""
    text: str = ""
    changes: list[Change] = field(default_factory=list)


_tellers: dict[str, Callable[[Entity], Iterable[Moment]]] = {}


def tell(key: str, moments: Callable[[Entity], Iterable[Moment]]) -> None:
    """Let an app above add to the stories of entities what it knows of them; once from its `AppConfig.ready()`."""
    _tellers[key] = moments


def story(entity: Entity, *, part: str = "", limit: int = SHORT) -> tuple[list[Moment], int]:
    """The newest `limit` moments and how many there are in all, for one part or the whole (about eight queries)."""
    found: list[Moment] = []
    if part in {"", VISITS, DEMANDS}:
        visits = list(_visits(entity))
        found += [moment for visit in visits for moment in _of_visit(visit)]
    if part in {"", CHANGES}:
        found += _of_batches(entity)
        found += _of_merges(entity)
        found += [_of_version(version, entity) for version in versions(entity, limit=LONG) if _is_own(version)]
    found += [moment for moments in _tellers.values() for moment in moments(entity)]
    chosen = [moment for moment in found if not part or moment.part == part]
    chosen.sort(key=lambda moment: moment.at, reverse=True)
    return chosen[:limit], len(chosen)


def _visits(entity: Entity) -> Iterable[Visit]:
    visits = Visit.objects.standing().filter(entity=entity).select_related("round", "visitor")
    return visits.prefetch_related("answers", "demands").order_by("-visited_at")[:LONG]


def _of_visit(visit: Visit) -> Iterable[Moment]:
    answers = [answer for answer in visit.answers.all() if answer.field in facts.LABELS]
    changed = [answer for answer in answers if not answer.is_right and answer.state == "applied"]
    held = [answer for answer in answers if answer.state == "held"]
    demands = [demand for demand in visit.demands.all() if demand.withdrawn_at is None]
    which = f"第 {visit.round.number} 轮走访" if visit.round else "轮外走访"
    said = _said(visit, len(changed), len(held), len(demands))
    yield Moment(
        at=visit.visited_at,
        part=VISITS,
        title=f"{which}，{said}",
        who=str(visit.visitor),
        tone="" if visit.outcome == Visit.Outcome.NO_ANSWER else "k",
        text="；".join(filter(None, [visit.note, visit.reason])),
        changes=[_change(answer.field, answer.old, answer.new) for answer in changed if answer.field != "presence"],
    )
    for demand in demands:
        yield from _of_demand(demand, visit)


def _said(visit: Visit, changed: int, held: int, demands: int) -> str:
    parts = []
    if visit.outcome in {Visit.Outcome.SAME, Visit.Outcome.CHANGED}:
        parts.append(f"更正 {changed} 项" if changed else "资料一切如旧")
    else:
        parts.append(visit.get_outcome_display())
    if held:
        parts.append(f"{held} 项说法不一，待核对")
    if demands:
        parts.append(f"提出 {demands} 件诉求")
    return "，".join(parts)


def _of_demand(demand: Demand, visit: Visit) -> Iterable[Moment]:
    words = demand.words if len(demand.words) <= 60 else f"{demand.words[:58]}……"
    if demand.solved_on_spot:
        how = demand.how_solved or "当场解决"
        yield Moment(demand.raised_at, DEMANDS, f"{demand.get_category_display()}诉求，当场解决", str(visit.visitor), "k",
                     "", f"“{words}”{how}")  # fmt: skip
        return
    yield Moment(demand.raised_at, DEMANDS, f"{demand.get_category_display()}诉求，已转交", str(visit.visitor), "",
                 "", f"“{words}”")  # fmt: skip
    if demand.answered_at:
        told = "，还没告知" if demand.told_at is None else "，已当面告知" if demand.told_in_id else "，已告知"
        yield Moment(demand.answered_at, DEMANDS, f"{demand.get_category_display()}诉求有了答复{told}", "", "k",
                     "", demand.answer)  # fmt: skip


def _change(key: str, old: str, new: str) -> Change:
    return Change(facts.LABELS.get(key, key), _worded(key, old), _worded(key, new))


def _worded(key: str, text: str) -> str:
    try:
        choices = Entity._meta.get_field(key).flatchoices  # type: ignore[union-attr]
    except FieldDoesNotExist:  # a fact that is kept elsewhere, as the telephone is
        choices = []
    return dict(choices).get(text) or facts.shown(key, text) or "无"


def _of_batches(entity: Entity) -> list[Moment]:
    rows = Difference.objects.filter(entity_id=entity.pk).select_related("batch__department")
    rows = rows.filter(kind__in=["new", "changed", "gone", "doubt"]).order_by("-batch__created_at", "pk")[:LONG]
    batches: dict[object, list[Difference]] = {}
    for row in rows:
        batches.setdefault(row.batch_id, []).append(row)
    return [moment for listed in batches.values() if (moment := _of_batch(listed)) is not None]


def _of_batch(rows: list[Difference]) -> Moment | None:
    """What one workbook said of the entity; nothing for a batch that was thrown away."""
    batch = rows[0].batch
    if batch.state not in {"ready", "applied", "undone", "applying"}:
        return None
    changes = [row for row in rows if row.kind == "changed"]
    titles = {"new": "由部门表格登记", "gone": "部门名册里不见了", "doubt": "表格里有一行疑似这家"}
    first = next((titles[row.kind] for row in rows if row.kind in titles), "")
    title = f"部门表格有 {len(changes)} 处不同" if changes else first
    state = {"ready": "，待应用", "undone": "，已撤销"}.get(batch.state, "")
    return Moment(
        at=batch.applied_at or batch.created_at,
        part=CHANGES,
        title=title + state,
        who=str(batch),
        tone="a" if "不见" in title else "k",
        text="；".join(_decided(row) for row in changes if not row.applied and batch.state == "applied"),
        changes=[_change(row.field, row.old, row.new) for row in changes if row.applied or batch.state == "ready"],
    )


def _decided(row: Difference) -> str:
    label = facts.LABELS.get(row.field, row.field)
    return f"{label}交支部核实" if row.decision == "ask" else f"{label}写“{_worded(row.field, row.new)}”，未采用"


def _of_merges(entity: Entity) -> Iterable[Moment]:
    for merge in entity.merges.select_related("absorbed", "merged_by", "unmerged_by"):
        url = reverse("coverage:entity", args=[merge.absorbed_id])
        title = f"并入了“{merge.absorbed.name}”"
        yield Moment(merge.merged_at, CHANGES, title, str(merge.merged_by or ""), "k", url, merge.reason)
        if merge.unmerged_at:
            who = str(merge.unmerged_by or "")
            yield Moment(
                merge.unmerged_at, CHANGES, f"与“{merge.absorbed.name}”拆开", who, "k", url, "；".join(merge.left)
            )


def _is_own(version: Version) -> bool:
    """Versions that visits and batches do not tell already."""
    return not (version.batch or version.visit) and (version.is_first or bool(version.changes or version.confirmed))


def _of_version(version: Version, entity: Entity) -> Moment:
    if version.is_first:
        # The row may have been loaded later than the day on which the entity came into the registry.
        entered = dt.datetime.combine(entity.registered_on, dt.time.min, clock.SHANGHAI)
        return Moment(at=min(version.at, entered), part=CHANGES, title="进入名册", who=version.who)
    text = f"确认了{'、'.join(version.confirmed)}" if version.confirmed and not version.changes else ""
    return Moment(
        at=version.at,
        part=CHANGES,
        title=version.verb,
        who=version.who,
        tone="k",
        text=text,
        changes=version.changes,
    )
