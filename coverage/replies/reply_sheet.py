"""What stands on a reply: the department's own rows, in its own columns and words, each with what we found.

The columns of the workbook come first, in its order and with its headings; behind them ours (`OURS`). A row comes when
something was settled about it; what still waits comes with a later reply. Entities that the workbook does not name have
no row of the department's: they stand apart. Telephone numbers of ours never leave: the mask does.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coverage.differences import asking
from coverage.facts import fields as facts
from coverage.models import Batch, Department, Difference, Discrepancy, Entity
from coverage.reading import fields
from coverage.registry.words import text_of
from shimen import clock, sheets

Kind, State, Verdict = Difference.Kind, Discrepancy.State, Discrepancy.Verdict
OURS = ("核对结果", "我们核实的值", "核实日期", "依据")
# None of these is a heading that a workbook may have: the reader of a workbook must not take the sheet for one.
GONE = ("我们登记的代码", "我们登记的名称", *OURS)
GONE_SHEET = "名册有、表里没有"
STRIDE = 1_000_000
SOURCES = {"visit": "走访", "staff": "街道核实", "collection": "采集码"}
WIDTH, OUR_WIDTHS = 18, (26, 30, 12, 34)
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """What was found about one field of a row, or about the row."""

    title: str
    result: str
    value: str = ""
    on: dt.date | None = None
    basis: str = ""


@dataclass(frozen=True)
class Composed:
    """The tables of a reply, and how many rows they have together; `apart` are rows that the department did not send."""

    tables: list[sheets.Sheet]
    rows: int
    apart: sheets.Sheet | None = None


class Composer:
    """Works out what a reply to a batch says; three queries and the kept file."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        known = Discrepancy.objects.filter(last_batch=batch).select_related("answered_by", "visit__visitor")
        self.lives = {row.key: row for row in known}
        lines = batch.differences.exclude(kind=Kind.CONFIRMED).order_by("line", "pk")
        self.lines: list[Difference] = list(lines.defer("candidates", "old_provenance"))
        wanted = [line.entity_id for line in self.lines if line.entity_id]
        self.entities: dict[Any, Entity] = Entity.objects.in_bulk(wanted)
        self.names = dict(Department.objects.filter(street=batch.street_id).values_list("code", "name"))

    def compose(
        self,
        headline: str,
        original: Callable[[Sequence[int]], list[tuple[int, list[str]]]],
        progress: Callable[[int, int], None] = lambda *_: None,
    ) -> Composed:
        """`original` reads rows of the kept file; line 0, STRIDE, … of it are the headings of its tables."""
        found: dict[int, list[Found]] = defaultdict(list)
        gone: list[list[Any]] = []
        for number, line in enumerate(self.lines):
            if number % CHUNK == 0:
                progress(number, len(self.lines))
            told = self.of(line)
            if told is None:
                continue
            if line.line is None:
                entity = self.entities.get(line.entity_id)
                gone.append([entity.code if entity else "", entity.name if entity else "", *cells_of([told])])
            else:
                found[line.line].append(told)
        tables = tables_of(self.batch, found, original(sorted(found)) if found else [], headline)
        widths = (22, 36, *OUR_WIDTHS)
        apart = sheets.Sheet(GONE_SHEET, GONE, gone, above=[[headline]], widths=widths) if gone else None
        return Composed(tables, len(found) + len(gone), apart)

    # One line after the other.

    def of(self, line: Difference) -> Found | None:
        """What is said of a line; None while it waits."""
        if line.kind == Kind.REFUSED:
            title = fields.TITLES.get(line.field, "")
            return Found(title, "没有采用" if line.field else "拒收", basis=line.reason)
        if line.kind == Kind.DUPLICATE:
            return Found("", "重复行，没有采用", basis=line.reason)
        if line.kind == Kind.REPAIRED:
            title = fields.TITLES[fields.CODE]
            return Found(title, "代码有误，按名册更正", line.old, self._applied_on, line.reason)
        life = self.lives.get(line.key)
        if life is None:
            is_in = line.kind == Kind.NEW and line.applied
            return Found("", "新主体，已进名册", on=self._applied_on, basis="比对采用") if is_in else None
        state = life.told_from if life.state == State.TOLD else life.state
        if state == State.ANSWERED:
            return self._answered(line, life)
        if line.kind == Kind.DOUBT:
            return self._settled(line, state)
        if state == State.ACCEPTED:
            return self._accepted(line)
        return self._refused(line) if state == State.REFUSED else None

    @property
    def _applied_on(self) -> dt.date | None:
        return clock.day_of(self.batch.applied_at) if self.batch.applied_at else None

    def _accepted(self, line: Difference) -> Found:
        if line.kind == Kind.NEW:
            return Found("", "新主体，已进名册", on=self._applied_on, basis="比对采用")
        if line.kind == Kind.GONE:
            return Found("", "记为不在表里", on=self._applied_on, basis="比对采用")
        return Found(_title(line.field), "已采用", _worded(line.field, line.new), self._applied_on, "比对采用")

    def _refused(self, line: Difference) -> Found:
        if line.kind == Kind.NEW:
            return Found("", "不采用", on=self._applied_on, basis="不列入本街道名册")
        if line.kind == Kind.GONE:
            return Found("", "还在名册里，请核对是否漏报", on=self._applied_on)
        entity = self.entities.get(line.entity_id)
        held = text_of(entity, line.field) if entity else line.old
        said = (entity.provenance.get(line.field) if entity else None) or {}
        who = SOURCES.get(said.get("source", "")) or self.names.get(said.get("by", ""), "名册")
        on = dt.date.fromisoformat(said["on"]) if said.get("on") else self._applied_on
        return Found(_title(line.field), "不采用", _worded(line.field, held), on, f"以{who}为准")

    def _answered(self, line: Difference, life: Discrepancy) -> Found:
        result = (
            {
                Verdict.THEIRS: "核实过，与贵方一致",
                Verdict.OURS: "核实过，以我们登记的为准",
                Verdict.OTHER: "核实过，另有说法",
            }.get(Verdict(life.verdict), "核实过")
            if life.verdict
            else "核实过"
        )
        if line.kind == Kind.GONE:
            value = str(Entity.Presence(life.answer).label) if life.answer in Entity.Presence.values else ""
            return Found("", "核实过", value, life.answered_on, _public(life))
        return Found(_title(line.field), result, _worded(line.field, life.answer), life.answered_on, _public(life))

    def _settled(self, line: Difference, state: str) -> Found | None:
        on = clock.day_of(line.decided_at) if line.decided_at else None
        entity = self.entities.get(line.entity_id)
        if line.settled == Difference.Settled.SAME and entity is not None:
            return Found("", "认定为我们登记的一家", f"{entity.name} {entity.code}".strip(), on, "人工认定")
        if line.settled == Difference.Settled.NEW and state == State.ACCEPTED:
            return Found("", "新主体，已进名册", on=on, basis="人工认定")
        if line.settled == Difference.Settled.NOT_OURS:
            return Found("", "不是本街道的", on=on, basis="人工认定")
        return None


def _title(field: str) -> str:
    return facts.LABELS.get(field, fields.TITLES.get(field, field))


def _worded(field: str, text: str) -> str:
    """In words; of a telephone number only the mask."""
    return text.partition(" ")[0] if field == "phone" else asking.shown(field, text)


def _public(life: Discrepancy) -> str:
    """What an answer rests on, without the name of whoever went there."""
    return "走访核实" if life.visit_id else "街道核实"


def cells_of(found: Sequence[Found]) -> list[Any]:
    """Our four columns of a row, several fields one after the other."""

    def joined(parts: Iterable[tuple[str, str]]) -> str:
        said = [f"{title}：{text}" if title and len(found) > 1 else text for title, text in parts if text]
        return "；".join(dict.fromkeys(said))

    results = "；".join(f"{one.title}：{one.result}" if one.title else one.result for one in found)
    days = [one.on for one in found if one.on]
    return [
        results,
        joined((one.title, one.value) for one in found),
        max(days).isoformat() if days else "",
        joined((one.title, one.basis) for one in found),
    ]


def tables_of(
    batch: Batch, found: Mapping[int, Sequence[Found]], original: Iterable[tuple[int, list[str]]], headline: str
) -> list[sheets.Sheet]:
    """The department's own tables with our columns behind each row; `found` by line."""
    headings: dict[int, list[str]] = {}
    rows: dict[int, list[list[Any]]] = defaultdict(list)
    for line, cells in original:
        table = line // STRIDE
        if line % STRIDE == 0:
            headings[table] = cells
            continue
        width = len(headings[table])
        rows[table].append([*cells[:width], *[""] * (width - len(cells)), *cells_of(found[line])])
    names = [sheet["name"] for sheet in batch.layout.get("sheets", [])]
    return [
        sheets.Sheet(
            names[table] if table < len(names) and names[table] else f"表 {table + 1}",
            [*headings[table], *OURS],
            rows[table],
            above=[[headline]],
            widths=[WIDTH] * len(headings[table]) + list(OUR_WIDTHS),
        )
        for table in sorted(rows)
    ]


def as_file(composed: Composed, form: str, headline: str) -> bytes:
    """The bytes: a workbook of the tables, or one CSV with the rows that stand apart as remarks below."""
    if form == "xlsx":
        tables = [*composed.tables, *([composed.apart] if composed.apart else [])]
        return sheets.as_xlsx(tables or [sheets.Sheet("回复", OURS, [], above=[[headline]])], footer=headline)
    return _as_csv(composed, headline)


def _as_csv(composed: Composed, headline: str) -> bytes:
    lines: list[list[Any]] = []
    for number, table in enumerate(composed.tables):
        if number:
            lines += [[], list(table.headings)]
        lines += [list(row) for row in table.rows]
    if apart := composed.apart:
        for row in apart.rows:
            lines.append([f"备注：{apart.name} {row[1]}（{row[0] or '无代码'}）{'，'.join(filter(None, row[2:]))}"])
    return sheets.as_csv(composed.tables[0].headings if composed.tables else OURS, lines, above=[[headline]])
