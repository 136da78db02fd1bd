"""Writing down what a comparison found: the change set of a batch, the decision proposed for each part, and the account.

The change set is logged and complete: apply and undo work from it alone. Telephone numbers stand in it sealed, with
their mask and hash as text. Every decision that a person took on the same content, in this batch or an earlier one of
the department, is carried over.
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import hashlib
import io
import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from coverage.comparison import entering
from coverage.comparison.classify import _fetch
from coverage.comparison.found import Cell, Found, Settlement
from coverage.facts import fields as facts
from coverage.facts import precedence
from coverage.matching import codes, names
from coverage.matching.evidence import AGAINST
from coverage.matching.judge import Candidate, Judgement
from coverage.models import Batch, Difference
from coverage.reading import fields
from coverage.reading.book import shown_line
from coverage.reading.fields import split_unread
from coverage.reading.garbage import uncollected
from coverage.registry.words import PHONE_COLUMN, TABLE, rules_of
from shimen.models import new_id
from shimen.privacy import sealing

Kind, Decision = Difference.Kind, Difference.Decision
MANY = 20_000
AT_ONCE = 2_000  # lines that are packed for COPY together
# A firm that a register calls closed is looked at before the registry says so.
CLOSING = frozenset({"2", "3", "4", "5", "6"})
_COLUMNS = (
    "key", "street_id", "batch_id", "line", "kind", "entity_id", "field", "old", "new", "old_provenance", "row", "reason",
    "candidates", "decision", "settled", "decided_by_id", "decided_at", "applied", "skipped_reason",
)  # fmt: skip
_BEFORE = (
    "name_key", "organisation_code", "address_key", "industry", "place_id", "area_id", "pinyin", "initials", "name", "trade_sign",
)  # fmt: skip
_TOLD = frozenset({"new", "doubt", "refused", "repaired"})  # verdicts on a row that make a line of it
REPORT_EVERY = 5_000
# From which of the facts other columns follow.
_FOLLOWED = frozenset({"code", "name", "address", "industry_code", "trade_sign"})


@dataclass(slots=True)
class Line:
    """One row of the change set to be."""

    kind: str
    line: int | None = None
    entity_id: uuid.UUID | None = None
    field: str = ""
    old: str = ""
    new: str = ""
    old_provenance: dict[str, str] | None = None
    row: dict[str, Any] | None = None
    reason: str = ""
    candidates: list[dict[str, Any]] | None = None
    decision: str = Decision.OPEN
    settled: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision that a person took on some content."""

    decision: str
    settled: str
    entity_id: uuid.UUID | None
    decided_by: uuid.UUID
    decided_at: dt.datetime


def digest(text: str) -> str:
    """What names a content in the column `key`."""
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def decisions(street_id: uuid.UUID, keys: Iterable[str]) -> dict[str, Taken]:
    """The latest decision of a person per content; keys in the clear, as given."""
    wanted = {digest(key): key for key in keys}
    if not wanted:
        return {}
    rows = _fetch(
        """SELECT DISTINCT ON (key) key, decision, settled, entity_id, decided_by_id, decided_at
           FROM coverage_difference
           WHERE street_id = %s AND key = ANY(%s) AND decided_by_id IS NOT NULL AND key <> ''
           ORDER BY key, decided_at DESC, id DESC""",
        [street_id, list(wanted)],
    )
    return {wanted[row[0]]: Taken(*row[1:]) for row in rows}


def settlements(batch: Batch) -> Any:
    """The look-up that the comparison asks about doubtful rows."""

    def look_up(keys: Iterable[str]) -> dict[str, Settlement]:
        taken = decisions(batch.street_id, keys)
        return {key: Settlement(value.settled, value.entity_id) for key, value in taken.items() if value.settled}

    return look_up


class ChangeSet:
    """Turns what was found into lines, and writes them."""

    def __init__(self, batch: Batch, found: Found) -> None:
        self.batch, self.found = batch, found
        self.department = batch.department.code
        self.rules = rules_of(batch.street_id)
        self.lines: list[Line] = []
        self.stored: dict[tuple[uuid.UUID, str], tuple[Any, ...]] = {}

    @uncollected
    def build(self, progress: Callable[[int, int], None] = lambda *_: None) -> None:
        """Work out the lines; `progress` hears how many stand and how many there will be. Writes nothing."""
        found = self.found
        judged = sum(judgement.verdict in _TOLD for judgement in found.judged.values()) + len(found.duplicates)
        self._total = len(found.cells) + len(found.back) + judged + len(found.gone)
        self._progress = progress
        self._progress(0, self._total)
        self.lines += self.changed([cell for cell in self.found.cells if not cell.problem])
        for cell in self.found.cells:
            if cell.problem:
                self.lines.append(self._refused_cell(cell))
        self._add_returned()
        self._add_judged()
        for entity_id in self.found.gone:
            key = f"g|{self.department}|{entity_id}"
            new = self.batch.as_of.isoformat()
            self.lines.append(Line(Kind.GONE, None, entity_id, fields.MISSING, "", new, decision=Decision.ASK, key=key))

    @uncollected
    def write(self) -> dict[str, Any]:
        """Replace the change set of the batch by the lines that `build` worked out; returns the account."""
        carried = self._carry_over()
        Difference.objects.filter(batch=self.batch).delete()
        self._copy(carried)
        return self._account()

    def changed(self, cells: list[Cell]) -> list[Line]:
        """A line with its proposed decision for each cell that says something else than the registry."""
        self._load_entities(cells)
        places = self._places(cell.new for cell in cells if cell.field == "address")
        lines = [self._changed(cell, places) for cell in cells]
        self.stored = {}
        return lines

    # One kind after the other.

    def _load_entities(self, cells: list[Cell]) -> None:
        """What stands in the registry behind each cell: who said so, and the columns that may follow."""
        rows = _fetch(
            f"""SELECT e.id, w.field, e.provenance->w.field, e.phone_sealed, {", ".join(f"e.{name}" for name in _BEFORE)}
                FROM unnest(%s::uuid[], %s::text[]) w (id, field) JOIN coverage_entity e ON e.id = w.id""",
            [[cell.entity_id for cell in cells], [cell.field for cell in cells]],
        )
        self.stored = {row[:2]: row[2:] for row in rows}

    def _places(self, written: Iterable[str]) -> dict[str, tuple[uuid.UUID, uuid.UUID]]:
        """Known doors by address key, for entities whose address moves."""
        keys = {facts.derived({"address": text})["address_key"] for text in written} - {""}
        rows = _fetch(
            "SELECT address_key, id, area_id FROM territory_place WHERE street_id = %s AND address_key = ANY(%s)",
            [self.batch.street_id, list(keys)],
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    def _changed(self, cell: Cell, places: dict[str, tuple[uuid.UUID, uuid.UUID]]) -> Line:
        said, phone_sealed, *before = self.stored[cell.entity_id, cell.field]
        held = json.loads(said) if isinstance(said, str) else said
        line = Line(Kind.CHANGED, cell.line, cell.entity_id, cell.field, cell.old, cell.new, held)
        line.key = f"c|{self.department}|{cell.entity_id}|{cell.field}|{cell.new}"
        if cell.field == "phone":
            self._seal(line, cell, phone_sealed)
        else:
            self._derive(line, cell, before, places)
        line.decision, line.reason = self._proposed(line, held)
        return line

    @staticmethod
    def _seal(line: Line, cell: Cell, phone_sealed: Any) -> None:
        sealed = sealing.seal_phone(cell.new, table=TABLE, column=PHONE_COLUMN, row=cell.entity_id)
        line.new = facts.phone_text(sealed.mask, sealed.index)
        line.key = f"c|{cell.entity_id}|phone|{line.new}"
        old = base64.b64encode(bytes(phone_sealed)).decode() if phone_sealed else ""
        line.row = {
            "after": {"phone_sealed": base64.b64encode(sealed.sealed or b"").decode()},
            "before": {"phone_sealed": old},
        }

    @staticmethod
    def _derive(line: Line, cell: Cell, stood: list[Any], places: dict[str, tuple[uuid.UUID, uuid.UUID]]) -> None:
        """The columns that follow from the changed fact, as they will be and as they were (`_BEFORE`)."""
        if cell.field not in _FOLLOWED:
            return
        before = {column: str(value) if value else "" for column, value in zip(_BEFORE, stood, strict=True)}
        after: dict[str, str] = facts.derived({cell.field: cell.new})
        if cell.field == "address" and (place := places.get(after["address_key"])):
            after |= {"place_id": str(place[0]), "area_id": str(place[1])}
        if cell.field == "trade_sign" or (cell.field == "name" and not before["trade_sign"]):
            after |= entering.spelling(cell.new or before["name"])
        if after:
            line.row = {"after": after, "before": {column: before[column] for column in after}}

    def _proposed(self, line: Line, held: dict[str, str] | None) -> tuple[str, str]:
        """Which word holds by the street's precedence; closings are asked at the door."""
        new = precedence.Word(line.new, "department", self.department, self.batch.as_of)
        word = None
        if held:
            word = precedence.Word(line.old, held["source"], held["by"], dt.date.fromisoformat(held["on"]))
        verdict = precedence.judge(new, word, precedence.rule_for(line.field, self.rules))
        if verdict is precedence.Verdict.KEEP:
            return Decision.REFUSE, ""
        if line.field == "registration_status" and line.new in CLOSING and line.old not in CLOSING:
            return Decision.ASK, ""
        return Decision.ACCEPT, ""

    @staticmethod
    def _refused_cell(cell: Cell) -> Line:
        written = "" if cell.field == "phone" else cell.new
        reason = f"这一格没有采用：{cell.problem}"[:200]
        return Line(
            Kind.REFUSED,
            cell.line,
            cell.entity_id,
            cell.field,
            cell.old,
            written,
            reason=reason,
            decision=Decision.REFUSE,
        )

    def _add_returned(self) -> None:
        """Entities that were missing and are named again."""
        for line, entity_id, since in self.found.back:
            self.lines.append(
                Line(
                    Kind.CHANGED,
                    line,
                    entity_id,
                    fields.MISSING,
                    since,
                    "",
                    reason="又出现在表里",
                    decision=Decision.ACCEPT,
                )
            )

    def _add_judged(self) -> None:
        wanted = [line for line, judgement in self.found.judged.items() if judgement.verdict in _TOLD]
        order = [*wanted, *self.found.duplicates]
        if not order:
            return
        rows = _fetch(f"SELECT line, {', '.join(fields.STAGED)} FROM feed_row WHERE line = ANY(%s)", [order])
        for place, (number, *cells) in enumerate(rows, 1):
            if place % REPORT_EVERY == 0:
                self._progress(len(self.lines), self._total)
            written = dict(zip(fields.STAGED, cells, strict=True))
            if number in self.found.duplicates:
                reason = self.found.duplicates[number]
                self.lines.append(
                    Line(Kind.DUPLICATE, number, row=_shown(written), reason=reason[:200], decision=Decision.REFUSE)
                )
                continue
            self.lines.append(self._judged(number, written, self.found.judged[number]))

    def _judged(self, number: int, written: dict[str, str], judgement: Judgement) -> Line:
        if judgement.verdict == "repaired":
            line = Line(Kind.REPAIRED, number, uuid.UUID(judgement.entity_id), fields.CODE, judgement.code)
            line.new, line.reason, line.decision = written["code"][:40], judgement.reason[:200], Decision.REFUSE
            return line
        row = _shown(written)
        if judgement.verdict == "refused":
            return Line(Kind.REFUSED, number, row=row, reason=judgement.reason[:200], decision=Decision.REFUSE)
        row |= entering.readings(written, judgement.code)
        if judgement.verdict == "new":
            entity_id = new_id()
            row["after"] = entering.columns_after(row["values"])
            entering.seal_for(row, written, TABLE, PHONE_COLUMN, str(entity_id))
            return Line(
                Kind.NEW, number, entity_id, row=row, reason="；".join(row["problems"])[:200], decision=Decision.ACCEPT,
                key=f"n|{self.department}|{judgement.code}|{names.canonical(written['name'])}",
            )  # fmt: skip
        entering.seal_for(row, written, *entering.SEALED_IN, f"{self.batch.pk}:{number}")
        key = f"d|{self.department}|{codes.normalise(written['code'])}|{names.canonical(written['name'])}"
        candidates = [_candidate(found, self.found.named) for found in judgement.candidates]
        return Line(Kind.DOUBT, number, row=row, reason=judgement.reason[:200], key=key, candidates=candidates)

    # Into the table.

    def _carry_over(self) -> dict[str, Taken]:
        taken = decisions(self.batch.street_id, (line.key for line in self.lines if line.key))
        for line in self.lines:
            if (earlier := taken.get(line.key)) is None:
                continue
            if line.kind == Kind.DOUBT and earlier.settled in {"same", ""}:
                continue  # the entity it was settled to has left: asked again
            line.decision, line.settled = earlier.decision, earlier.settled
            if line.kind == Kind.DOUBT and earlier.settled == "new" and earlier.entity_id:
                line.entity_id = earlier.entity_id
                line.row = entering.as_new(
                    line.row or {}, street_id=self.batch.street_id, read_as=f"{self.batch.pk}:{line.line}",
                    entity_id=earlier.entity_id,
                )  # fmt: skip
        return taken

    def _copy(self, carried: dict[str, Taken]) -> None:
        lines = sorted(self.lines, key=lambda line: (line.line or 0, line.field))
        with (
            connection.cursor() as cursor,
            cursor.copy(
                f"COPY coverage_difference ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT csv, NULL '{_NULL}')"
            ) as copy,
        ):
            for start in range(0, len(lines), AT_ONCE):
                copy.write(self._packed(lines[start : start + AT_ONCE], carried))
        if len(self.lines) > MANY:
            with connection.cursor() as cursor:
                # What follows joins these rows, and must not take them for the handful of an unknown batch.
                cursor.execute("ANALYZE coverage_difference (batch_id, kind)")

    def _packed(self, lines: list[Line], carried: dict[str, Taken]) -> str:
        """Lines as COPY takes them."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        street, batch = str(self.batch.street_id), str(self.batch.pk)
        for line in lines:
            taken = carried.get(line.key) if line.decision != Decision.OPEN else None
            writer.writerow(
                (
                    digest(line.key) if line.key else "",
                    street,
                    batch,
                    _or_null(line.line),
                    line.kind,
                    _or_null(line.entity_id),
                    line.field,
                    line.old,
                    line.new,
                    _json(line.old_provenance),
                    _json(line.row),
                    line.reason,
                    _json(line.candidates) if line.candidates else "[]",
                    line.decision,
                    line.settled,
                    _or_null(taken and taken.decided_by),
                    _or_null(taken and taken.decided_at),
                    "f",
                    "",
                )
            )
        return buffer.getvalue().replace("\x00", "")

    def _account(self) -> dict[str, Any]:
        """Rows in = rows accounted for, and the registry's own balance."""
        found = self.found
        verdicts = [judgement.verdict for judgement in found.judged.values()]
        repaired = {line for line, judgement in found.judged.items() if judgement.verdict == "repaired"}
        differing = {cell.line for cell in found.cells if not cell.problem} | {line for line, _, _ in found.back}
        account: dict[str, Any] = {
            "rows": found.rows,
            "new": verdicts.count("new"),
            "doubt": verdicts.count("doubt"),
            "refused": verdicts.count("refused"),
            "repaired": len(repaired),
            "duplicate": len(found.duplicates),
            "changed": len(differing - repaired),
        }
        account["same"] = found.rows - sum(value for name, value in account.items() if name != "rows")
        account["gone"] = len(found.gone)
        account["cells_refused"] = sum(1 for cell in found.cells if cell.problem)
        account["fields_changed"] = sum(1 for cell in found.cells if not cell.problem)
        registry = found.registry
        named = registry["total"] - registry.pop("unnamed")
        account["registry"] = {**registry, "named": named, "gone": len(found.gone)}
        in_scope = named + registry["occupied"] + registry["absent"] + len(found.gone)
        account["gone_percent"] = round(100 * len(found.gone) / in_scope, 1) if in_scope else 0.0
        return account


_NULL = "\\N\\N"
_ENCODE = json.JSONEncoder(ensure_ascii=False, default=str, check_circular=False).encode


def _or_null(value: object) -> object:
    return _NULL if value is None else value


def _json(value: object) -> str:
    return _NULL if value is None else _ENCODE(value)


def _candidate(found: Candidate, named: dict[uuid.UUID, int]) -> dict[str, Any]:
    """What the page shows of a candidate; a row that names it by its code speaks against a second one."""
    known = found.known
    reasons = [[reason.sentence, reason.tone, reason.points] for reason in found.reasons]
    if (line := named.get(uuid.UUID(known.id))) is not None:
        reasons.append([f"表里第 {shown_line(line)} 行的代码就是这一家", AGAINST, 0])
    return {
        "entity": known.id,
        "name": known.name,
        "code": known.code,
        "points": found.points,
        "score": int(found.score * 10_000) / 10_000,
        "preticked": found.is_preticked and line is None,
        "reasons": reasons,
        "features": {key: round(value, 3) for key, value in found.features.items()},
    }


def _shown(written: dict[str, str]) -> dict[str, Any]:
    """The cells of a row as they were written, without the telephone number."""
    cells = {}
    for key, cell in written.items():
        if cell and key != "phone":
            cells[key] = split_unread(cell)[0] if cell.startswith(fields.UNREAD) else cell[:500]
    return {"cells": cells}
