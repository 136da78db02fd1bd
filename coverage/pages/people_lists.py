"""What the page of a list of people shows: sums, rows with masks, the candidates of doubtful rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from coverage.comparison.people.sealed import opened
from coverage.models import Batch, Entity, PersonDifference, Worker
from coverage.reading.book import shown_line
from shimen.privacy import phones
from shimen.privacy.masks import mask_name

Kind, Decision = PersonDifference.Kind, PersonDifference.Decision
TONES = {Decision.ACCEPT: "g", Decision.REFUSE: "", Decision.OPEN: "y"}
DECIDABLE = (Kind.NEW, Kind.CHANGED, Kind.LEFT, Kind.BACK)


@dataclass(frozen=True)
class Candidate:
    """Somebody of the registry who may be meant: masked."""

    pk: str
    name: str
    phone: str
    post: str


@dataclass
class Line:
    """One row of the table."""

    difference: PersonDifference
    number: str
    employer: Entity | None
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    tone: str = ""
    may_enter: bool = False
    is_taken: bool = False  # taken over as it stands, not as one of the candidates


def lines_of(rows: Iterable[PersonDifference]) -> list[Line]:
    """Rows of one page; two queries however many there are."""
    rows = list(rows)
    employers = Entity.objects.only("name", "trade_sign").in_bulk({row.entity_id for row in rows if row.entity_id})
    wanted = {uuid.UUID(pk) for row in rows for pk in row.candidates}
    people = Worker.objects.only("name", "phone_mask", "post").in_bulk(wanted)
    return [_line(row, employers.get(row.entity_id), people) for row in rows]


def _line(row: PersonDifference, employer: Entity | None, people: dict[uuid.UUID, Worker]) -> Line:
    line = Line(row, shown_line(row.line) if row.line else "", employer, tone=TONES[Decision(row.decision)])
    line.is_taken = row.decision == Decision.ACCEPT and str(row.person_id) not in row.candidates
    if row.sealed:
        content = opened(row)
        line.changes = _changes(row, content["old"], content["new"])
        line.may_enter = row.kind == Kind.DOUBT and "*" not in content["new"].get("name", "")
    known = [people[uuid.UUID(pk)] for pk in row.candidates if uuid.UUID(pk) in people]
    line.candidates = [Candidate(str(w.pk), mask_name(w.name), w.phone_mask, w.post) for w in known]
    return line


def _changes(row: PersonDifference, old: dict[str, str], new: dict[str, str]) -> list[tuple[str, str, str]]:
    """What is said otherwise than the registry has it: title, before, after; names and numbers masked."""
    found = []
    for name in row.fields:
        if name == "name":
            found.append(("姓名", mask_name(old.get("name", "")), mask_name(new["name"])))
        elif name == "phone":
            found.append(("电话", old.get("phone_mask") or "空", phones.mask(new["phone"])))
        else:
            found.append(("岗位", old.get("post", "") or "空", new["post"]))
    if row.kind == Kind.NEW and new.get("post"):
        found.append(("岗位", "", new["post"]))
    if row.kind == Kind.LEFT:
        found.append(("离开", "在岗", "登记离开"))
    if row.kind == Kind.BACK:
        found.append(("离开", old.get("left_on", ""), "在岗"))
    return found


def sum_of(batch: Batch, waiting: int) -> dict[str, Any]:
    """Rows in = rows accounted for; each part opens its rows."""
    counts, here = batch.counts, reverse("coverage:batch-people", args=[batch.pk])

    def part(label: str, value: int, kind: str = "", tone: str = "") -> dict[str, Any]:
        return {"label": label, "value": value, "url": f"{here}?kind={kind}" if kind and value else "", "tone": tone}

    doubt = counts["doubt"]
    parts = [
        part("一致", counts["same"]),
        part("变更", counts["changed"], Kind.CHANGED),
        part("新增", counts["new"], Kind.NEW),
        part("又出现", counts["back"], Kind.BACK),
        part("待确认", waiting, Kind.DOUBT, "warn" if waiting else ""),
        part("已认定", doubt - waiting, Kind.DOUBT),
        part("重复", counts["duplicate"], Kind.DUPLICATE),
        part("拒收", counts["refused"], Kind.REFUSED),
    ]
    kept = [each for each in parts if each["value"] or each["label"] in {"一致", "变更", "新增", "待确认", "拒收"}]
    aside = [part("表里不再有", counts["gone"], Kind.LEFT)]
    return {"total": part("文件行数", counts["rows"]), "parts": kept, "aside": aside}


def applied_sentence(batch: Batch) -> str:
    """What applying or undoing did, in words; '' before."""
    if undone := batch.counts.get("undone") if batch.state == Batch.State.UNDONE else None:
        skipped = f"，跳过 {undone['skipped']:,} 人" if undone["skipped"] else ""
        return f"还原 {undone['restored']:,} 人，移出 {undone['removed']:,} 人{skipped}"
    if done := batch.counts.get("applied"):
        return f"登记 {done['new']:,} 人，变更 {done['changed']:,} 人，登记离开 {done['left']:,} 人"
    return ""
