"""The verbs on workbooks of the three lists: receiving one, deciding its rows, writing them in one transaction, undoing that.

What is written goes through the verbs on lines, so that every refusal is the same sentence and every row its own line in
the log. Undoing restores what was written and leaves alone what somebody has edited since.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Count

from coverage.feeds import sheets
from coverage.feeds.sheets import SheetError
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.territory.models import Area, Street
from supply.lists import keeping
from supply.models import ListFile, ListFileRow, Need, Project, Resource, Series
from supply.rules import list_sheets
from supply.rules.list_sheets import FORMS, NOUNS, Finding, Held, Said

Kind, Decision, State = ListFileRow.Kind, ListFileRow.Decision, ListFile.State
LARGEST = sheets.LARGEST
Row = Need | Resource | Project


def receive(*, kind: str, street: Street, name: str, content: bytes, actor: User, at: dt.datetime) -> ListFile:
    """Read a workbook and compare it with the list of today. Raises `SheetError` for what cannot be read.

    The workbook is read outside the transaction, in a process of its own.
    """
    if kind not in FORMS:
        raise SheetError("没有这张清单。")
    told = sheets.read(FORMS[kind], content, name, noun=f"{NOUNS[kind]}表")
    return _compare(kind, street, name, content, told, actor, at)


@transaction.atomic
def _compare(
    kind: str, street: Street, name: str, content: bytes, told: dict[str, Any], actor: User, at: dt.datetime
) -> ListFile:
    today = clock.day_of(at)
    names = _names(street)
    said = [_resolved(list_sheets.read_row(line, cells, today), names) for line, cells in told["rows"]]
    found = list_sheets.compare(said, _held(kind, street))
    file = ListFile(street=street, kind=kind, **sheets.kept(name, content, told, actor=actor, at=at))
    rows = [_row(file, finding) for finding in found if finding.kind != list_sheets.SAME]
    file.counts = {
        "rows": len(said), "same": len(found) - len(rows), **{k: sum(row.kind == k for row in rows) for k in Kind.values},
    }  # fmt: skip
    file.save(force_insert=True)
    ListFileRow.objects.bulk_create(rows)
    record(verb="list_file.receive", target=file, actor=actor, at=at, after={"file": file.file_name, **file.counts})
    return file


def _names(street: Street) -> dict[str, dict[str, str]]:
    """Grids and series by their names, as the sheet says them."""
    areas = Area.objects.filter(street=street, kind=Area.Kind.GRID)
    return {
        "area": {row.name: str(row.pk) for row in areas},
        "series": {row.name: str(row.pk) for row in Series.objects.filter(street=street)},
    }


def _resolved(said: Said, names: dict[str, dict[str, str]]) -> Said:
    """Names of grids and series as ids; one that nobody knows is a problem. 全街道 is none."""
    values, problem = dict(said.values), said.problem
    for field, known in names.items():
        text = values.get(field)
        if text is None:
            continue
        if text in {"全街道", "不限"}:
            values[field] = None
        elif text in known:
            values[field] = known[text]
        else:
            word = "网格" if field == "area" else "系列"
            problem = problem or f"没有叫“{text[:12]}”的{word}"
            values.pop(field)
    return Said(said.line, said.number, values, problem)


def _held(kind: str, street: Street) -> list[Held]:
    rows = keeping.KINDS[kind].objects.filter(street=street)
    return [held_of(row) for row in rows]


def held_of(row: Row) -> Held:
    """A line as the comparison reads it: ids as text."""
    fields = ("title", "words", "category", "audiences", "capacity", "since", "until", *_own(row))
    values = {name: getattr(row, name) for name in fields} | {"area": str(row.area_id) if row.area_id else None}
    if isinstance(row, Project):
        values["series"] = str(row.series_id) if row.series_id else None
    return Held(str(row.pk), row.number, row.title, values)


def _own(row: Row) -> tuple[str, ...]:
    if isinstance(row, Need):
        return ("raiser", "raised_on")
    return (
        ("provider", "location", "is_door")
        if isinstance(row, Resource)
        else ("provider", "location", "leader", "is_door")
    )


_FIRST = {
    Kind.NEW: Decision.ACCEPT,
    Kind.CHANGED: Decision.ACCEPT,
    Kind.DUPLICATE: Decision.REFUSE,
    Kind.REFUSED: Decision.REFUSE,
}


def _row(file: ListFile, finding: Finding) -> ListFileRow:
    """A finding as it is kept; what is plain is taken unless somebody says otherwise."""
    held, said = finding.held, finding.said
    return ListFileRow(
        street_id=file.street_id, file=file, line=said.line, kind=finding.kind, title=said.title[:60] or "没有名称",
        target=uuid.UUID(held.key) if held else None, candidates=[one.key for one in finding.candidates],
        fields=list(finding.fields), said=_plain(said.values), old=_plain(held.values) if held else {},
        reason=finding.reason[:200], decision=_FIRST.get(Kind(finding.kind), Decision.OPEN),
    )  # fmt: skip


def _plain(values: Any) -> dict[str, Any]:
    """Values as JSON holds them: days as text."""
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


_DAYS = ("since", "until", "raised_on")


def _typed(street_id: uuid.UUID, values: dict[str, Any]) -> dict[str, Any]:
    """Values as the verbs take them."""
    found = {name: dt.date.fromisoformat(v) if name in _DAYS and v else v for name, v in values.items()}
    for name, model in (("area", Area), ("series", Series)):
        if found.get(name):
            found[name] = model.objects.filter(street_id=street_id, pk=found[name]).first()
    return found


# ---- deciding


@transaction.atomic
def decide(*, row: ListFileRow, decision: str, target: str = "", actor: User, at: dt.datetime) -> ListFileRow:
    """Take a row or leave it; a doubtful one is taken as `target`, one of its candidates, or as a new line. Raises
    `SheetError`."""
    _open(row.file, State.READY)
    held = ListFileRow.objects.select_for_update().get(pk=row.pk)
    if decision not in {Decision.ACCEPT, Decision.REFUSE} or held.kind in {Kind.REFUSED, Kind.DUPLICATE}:
        raise SheetError("拒收和重复的行不能采用；在表里改好再传一次。")
    if held.kind == Kind.DOUBT and decision == Decision.ACCEPT:
        _settle(held, target)
    held.decision = decision
    held.save()
    after = {"line": held.line, "decision": held.get_decision_display(), "title": held.title}
    record(verb="list_file.decide", target=held.file, actor=actor, at=at, after=after)
    return held


def _settle(row: ListFileRow, target: str) -> None:
    """Say, unsaved, which line a doubtful row is; none is a new one."""
    said = Said(row.line or 0, None, _typed_days(row.said))
    if not target:
        finding = list_sheets.as_new(said)
        if finding.kind == Kind.REFUSED:
            raise SheetError(f"这一行{finding.reason}，不能当新的一条。")
        row.target, row.fields, row.old = None, [], {}
        return
    if target not in row.candidates:
        raise SheetError("只能从列出的几条里认。")
    known = keeping.KINDS[row.file.kind].objects.filter(pk=target, street_id=row.street_id).first()
    if known is None:
        raise SheetError("这一条已经不在清单上。")
    held = held_of(known)
    row.target, row.old = uuid.UUID(target), _plain(held.values)
    row.fields = list(list_sheets.beside(said, held).fields)


def _typed_days(values: dict[str, Any]) -> dict[str, Any]:
    return {name: dt.date.fromisoformat(v) if name in _DAYS and v else v for name, v in values.items()}


# ---- writing


@transaction.atomic
def apply(*, file: ListFile, actor: User, at: dt.datetime) -> ListFile:
    """Write every row that is taken, all or none. Raises `SheetError` (rows in doubt, a row that a line's verb refuses)."""
    row = _open(file, State.READY)
    waiting = row.rows.waiting().filter(kind=Kind.DOUBT).count()
    if waiting:
        raise SheetError(f"还有 {waiting} 行待确认，认定了再写入。")
    rows = list(row.rows.to_write().in_order())
    sheets.write_rows(
        rows, lambda each: _write(each, row, actor, at), names=lambda each: f"第 {each.line} 行", noun="表"
    )
    row.state, row.applied_by, row.applied_at = State.APPLIED, actor, at
    row.save()
    written = dict(row.rows.filter(is_applied=True).order_by().values_list("kind").annotate(n=Count("pk")))
    record(verb="list_file.apply", target=row, actor=actor, at=at, after=written)
    return row


def _write(each: ListFileRow, file: ListFile, actor: User, at: dt.datetime) -> None:
    said = _typed(file.street_id, each.said)
    if each.target is None:
        made = keeping.enter(kind=file.kind, street=file.street, values=said, actor=actor, at=at)
        each.target = made.pk
        return
    known = keeping.KINDS[file.kind].objects.filter(pk=each.target, street_id=file.street_id).first()
    if known is None:
        raise SheetError("这一条已经不在清单上。")
    keeping.correct(row=known, values={name: said[name] for name in each.fields}, actor=actor, at=at)


@transaction.atomic
def undo(*, file: ListFile, actor: User, at: dt.datetime) -> ListFile:
    """Take back what was written, except what was edited or used since, which is said at its row. Raises `SheetError`."""
    row = _open(file, State.APPLIED)
    rows = list(row.rows.filter(is_applied=True).in_order())
    sheets.take_back_rows(rows, lambda each: _restore(each, row, actor, at), bound="已经对接或上过菜单，没有移出")
    row.state = State.UNDONE
    row.save()
    skipped = row.rows.exclude(skipped_reason="").count()
    record(verb="list_file.undo", target=row, actor=actor, at=at, after={"skipped": skipped})
    return row


def _restore(each: ListFileRow, file: ListFile, actor: User, at: dt.datetime) -> str:
    """Take one row back; why it was left alone, '' when it was not."""
    known = keeping.KINDS[file.kind].objects.filter(pk=each.target, street_id=file.street_id).first()
    if known is None:
        return "这一条已经不在清单上"
    now = _plain(held_of(known).values)
    names = each.fields or list(each.said)
    if any(now.get(name) != each.said[name] for name in names):
        return "后来又改过，没有动"
    if not each.old:
        known.delete()
        each.target = None
        return ""
    old = _typed(file.street_id, {name: each.old.get(name) for name in each.fields})
    keeping.correct(row=known, values=old, actor=actor, at=at)
    return ""


@transaction.atomic
def discard(*, file: ListFile, actor: User, at: dt.datetime) -> ListFile:
    """Put a workbook away that is not wanted. Raises `SheetError`."""
    row = _open(file, State.READY)
    row.state = State.DISCARDED
    row.save()
    record(verb="list_file.discard", target=row, actor=actor, at=at, after={"file": row.file_name})
    return row


def _open(file: ListFile, state: str) -> ListFile:
    """The workbook, locked, when it is in `state`."""
    row: ListFile = ListFile.objects.select_for_update(of=("self",)).select_related("street").get(pk=file.pk)
    sheets.check_state(row, state, noun="表格")
    return row
