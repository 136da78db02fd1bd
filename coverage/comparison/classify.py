"""Rows of the staging table against the registry: the same, changed, new, gone, repaired, doubtful, duplicate, refused.

Set-based and lazy. The join is on the code as written; a cell is looked at only where its text differs from the stored
one, and normalised (in Python, in the one place where that is defined) before it counts as a difference; checksums are
worked out only for rows that matched nothing. Nothing is written to the registry here.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from coverage.comparison import calibrating
from coverage.comparison.found import Cell, Found, Id, Settlement
from coverage.matching import codes, judge, names
from coverage.matching.evidence import Known, Written
from coverage.models import Batch
from coverage.reading import fields
from coverage.reading.book import shown_line
from coverage.reading.fields import read_cell, split_unread
from coverage.reading.garbage import uncollected

MATCH = "feed_match"
PIECE = 2_000  # rows of cells that stand in memory together
REPORT_EVERY = 2_000  # rows without a code that holds, about a second's work
_KNOWN = "e.id, e.code, e.organisation_code, e.old_number, e.name, e.legal_person, e.address"
_WRITTEN = "r.line, r.code, r.old_number, r.period, r.name, r.legal_person, r.address"

# One pass over both sides, each of which is large: every row with its entity, every entity without a row (`line` NULL),
# and in `cells` what a row says differently. `is_out`: it counts as a duplicate, or waits for a person. ANALYZE (of a few
# pages) tells the planner how few have no partner: else it sorts and hashes all.
_MATCH_BY_CODE = """
DROP TABLE IF EXISTS {match};
CREATE TEMPORARY TABLE {match} AS
SELECT r.line, e.id AS entity_id, false AS is_out,
       e.missing_since IS NOT NULL AS is_missing,
       e.kind = ANY(%(kinds)s) AND e.registration_status = '1'
         AND (%(areas)s::uuid[] IS NULL OR coalesce(e.area_id = ANY(%(areas)s::uuid[]), false)) AS is_in_scope,
       CASE WHEN e.id IS NOT NULL AND r.line IS NOT NULL THEN {cells} END AS cells
FROM feed_row r
FULL JOIN (SELECT * FROM coverage_entity WHERE street_id = %(street)s AND removed_at IS NULL) e
  ON e.code = nullif(r.code, '');
SET LOCAL default_statistics_target = 10;
ANALYZE {match} (line, entity_id, is_out);
RESET default_statistics_target
"""
_COMPARE_AGAIN = """
UPDATE {match} m SET cells = {cells} FROM feed_row r, coverage_entity e
WHERE m.line = ANY(%s) AND r.line = m.line AND e.id = m.entity_id
"""
HASHED = "SET LOCAL work_mem = '64MB'"  # both sides of the pass above are hashed in memory, up to some 300,000 rows

# Up to so many entities all are looked through for what resembles a row without a code that holds (30 µs each); in a
# larger registry such a row is looked for by its name, and by its door and legal representative together.
WIDEST = 20_000
_HERE = "FROM coverage_entity e WHERE e.street_id = %(street)s AND e.removed_at IS NULL"
_FEW = f"(SELECT count(*) <= {WIDEST} {_HERE})"
# Each way by an index of its own; `LOOSE` is spelt as in the migration that indexes it, and looked for one by one: how
# many entities an expression finds the planner does not know, and would look through all of them for fear of many.
LOOSE = "regexp_replace(regexp_replace(e.name, '（[^（）]*）', '', 'g'), '[^[:alnum:]_]+', '', 'g')"
_LOOSENED = LOOSE.replace("e.name", "w.name")  # the very name is among those that are alike: no index of its own
_CANDIDATES = f"""
SELECT {_KNOWN} FROM coverage_entity e WHERE e.id IN (
  SELECT e.id {_HERE} AND %(all)s AND {_FEW}
  UNION ALL SELECT e.id {_HERE} AND e.code = ANY(%(codes)s) AND e.code <> ''
  UNION ALL SELECT e.id {_HERE} AND e.organisation_code = ANY(%(bodies)s) AND e.organisation_code <> ''
  UNION ALL SELECT e.id {_HERE} AND %(has_old)s AND e.old_number = ANY(%(old_numbers)s) AND e.old_number <> ''
  UNION ALL SELECT f.id FROM unnest(%(names)s::text[]) w (name)
    CROSS JOIN LATERAL (SELECT e.id {_HERE} AND {LOOSE} = {_LOOSENED} AND e.name_key = w.name OFFSET 0) f
  UNION ALL SELECT e.id {_HERE} AND e.address_key = ANY(%(doors)s)
    AND e.legal_person = ANY(%(persons)s) AND e.legal_person <> ''
  UNION ALL SELECT f.id FROM unnest(%(loose)s::text[]) w (loose)
    CROSS JOIN LATERAL (SELECT e.id {_HERE} AND {LOOSE} = w.loose OFFSET 0) f
)
"""

_TAILED = f"""
SELECT {_WRITTEN}, {_KNOWN} FROM {MATCH} m JOIN feed_row r USING (line) JOIN coverage_entity e ON e.id = m.entity_id
WHERE m.line IS NOT NULL AND m.cells[%s] ~ '(公司|集团|事务所|合作社|合伙企业|合伙[）)])[[:space:]]*[^[:space:]]'
"""


# Rows that stand for their entity: neither duplicates nor in doubt.
_COUNTS = "line IS NOT NULL AND NOT is_out"
_UNNAMED = f"""
SELECT fate, count(*), array_agg(entity_id ORDER BY entity_id) FILTER (WHERE fate = 'gone') FROM (
  SELECT DISTINCT ON (m.entity_id) m.entity_id,
    CASE WHEN m.entity_id = ANY(%s::uuid[]) THEN 'occupied' WHEN NOT m.is_in_scope THEN 'outside'
         WHEN m.is_missing THEN 'absent' ELSE 'gone' END AS fate
  FROM {{match}} m WHERE (m.line IS NULL OR m.is_out) AND m.entity_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM {{match}} n WHERE n.entity_id = m.entity_id AND {_COUNTS})
  ORDER BY m.entity_id
) x GROUP BY fate
"""
FIRST_PAIR = 4  # in `cells`, counted from 1: missing since, telephone, its stored form, then a pair per field


def _cells_of(compared: Sequence[fields.Field], *, has_phone: bool) -> str:
    """The SQL of what a row `r` says differently from its entity `e`, NULL for nothing: since when the entity was missing,
    the telephone number as written and as stored, and per compared field the cell and the stored text, NULL where equal."""
    tests = [f"(r.{fact.key} <> '' AND r.{fact.key} <> {fact.stored})" for fact in compared]
    pairs = [
        f"CASE WHEN {test} THEN r.{fact.key} END, CASE WHEN {test} THEN {fact.stored} END"
        for fact, test in zip(compared, tests, strict=True)
    ]
    phone = f"r.phone, {fields.stored('phone')}" if has_phone else "'', ''"
    any_of = " OR ".join(["e.missing_since IS NOT NULL", *tests, *(["r.phone <> ''"] if has_phone else [])])
    return f"CASE WHEN {any_of} THEN ARRAY[{', '.join([fields.stored(fields.MISSING), phone, *pairs])}]::text[] END"


def _fetch(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _run(sql: str, params: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def known_from(row: Sequence[Any]) -> Known:
    """A row of `_KNOWN` columns."""
    return Known(str(row[0]), *row[1:])


def doubt_key(department: str, row: Written) -> str:
    """What names a doubtful row's content, so that a person is asked once."""
    return f"d|{department}|{codes.normalise(row.code)}|{names.canonical(row.name)}"


class Comparison:
    """One run over the staging table of this connection; `run()` gives what was found.

    `progress` hears how many rows have been settled so far. It is told between statements, outside a transaction of ours,
    so that whoever waits can see it.
    """

    def __init__(
        self,
        batch: Batch,
        settlements: Callable[[Iterable[str]], dict[str, Settlement]],
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.batch, self.settlements, self.progress = batch, settlements, progress
        self.street = batch.street_id
        self.department = batch.department.code
        self.found = Found()
        self._compared: list[fields.Field] = []
        self._former: dict[int, Id] = {}
        self._cells = "NULL::text[]"

    @uncollected
    def run(self, columns: set[str]) -> Found:
        """`columns` are the fields that the workbook has a column for. Writes nothing but its own temporary table."""
        self._compared = [fact for fact in fields.FIELDS if fact.key in columns and fact.key != "phone"]
        self._cells = _cells_of(self._compared, has_phone="phone" in columns)
        self._match_by_code()
        self._judge_unmatched()
        self._doubt_branches()
        self._settle_duplicates()
        self._compare_cells()
        self._look_for_gone()
        return self.found

    def _match_by_code(self) -> None:
        kinds = list(self.batch.department.scope_kinds) if self.batch.is_full else []
        scope = {"street": self.street, "kinds": kinds, "areas": self.batch.department.areas_below()}
        with transaction.atomic():
            _run(HASHED)
            _run(_MATCH_BY_CODE.format(match=MATCH, cells=self._cells), scope)
        self.found.rows = _fetch(f"SELECT count(line) FROM {MATCH}")[0][0]

    # Rows whose code, as written, is not in the registry.

    def _judge_unmatched(self) -> None:
        rows = [
            Written(*row)
            for row in _fetch(
                f"SELECT {_WRITTEN} FROM {MATCH} m JOIN feed_row r USING (line) WHERE m.entity_id IS NULL ORDER BY r.line"
            )
        ]
        if not rows:
            return
        directory = self._directory(judge.wanted(rows))
        taken = self._taken(directory)
        answers = self.settlements(doubt_key(self.department, row) for row in rows)
        self._former = self._merged_away(rows)
        seen: dict[str, list[Written]] = {}
        for place, row in enumerate(rows):
            if place % REPORT_EVERY == 0:
                self.progress(self.found.rows - len(rows) + place)
            if row.line in self._former:
                self.found.judged[row.line] = judge.Judgement("match", row.code, str(self._former[row.line]))
                self.found.matched[row.line] = self._former[row.line]
                continue
            judgement = judge.judge(row, directory, taken=taken)
            if judgement.verdict == "match" and self._is_branch(row, directory.by_code[judgement.code]):
                judgement = judge.branch_doubt(row, directory.by_code[judgement.code])
            if judgement.verdict == "doubt":
                judgement = self._as_settled(row, judgement, answers)
            self.found.judged[row.line] = judgement
            if judgement.verdict in {"new", "doubt"}:
                seen.setdefault(judgement.code or names.canonical(row.name), []).append(row)
            elif judgement.entity_id:
                self.found.matched[row.line] = uuid.UUID(judgement.entity_id)
        self._same_rows_twice([rows for rows in seen.values() if len(rows) > 1])
        self._write_matches(self.found.matched)

    def _merged_away(self, rows: Iterable[Written]) -> dict[int, Id]:
        """Lines that write the code of an entry which was merged into another one, with that one."""
        lines = {row.line: codes.normalise(row.code) for row in rows}
        known = dict(
            _fetch(
                "SELECT o.code, e.id FROM coverage_othercode o JOIN coverage_entity e ON e.id = o.entity_id"
                " WHERE o.street_id = %s AND o.code = ANY(%s) AND e.removed_at IS NULL",
                [self.street, list(set(lines.values()) - {""})],
            )
        )
        return {line: known[code] for line, code in lines.items() if code in known}

    def _directory(self, wanted: judge.Wanted) -> judge.Directory:
        params = {
            "street": self.street,
            "codes": list(wanted.codes),
            "bodies": list(wanted.bodies),
            "old_numbers": list(wanted.old_numbers),
            "has_old": bool(wanted.old_numbers),
            "names": list(wanted.names),
            "loose": list(wanted.loose),
            "doors": list(wanted.doors),
            "persons": list(wanted.persons),
            "all": wanted.needs_all,
        }
        entities = [known_from(row) for row in _fetch(_CANDIDATES, params)]
        return judge.Directory(entities, worth=calibrating.weights_of(self.street))

    def _taken(self, directory: judge.Directory) -> frozenset[str]:
        """Ids of the directory that another row of the sheet has by its code."""
        ids = [known.id for known in directory.by_code.values()]
        return frozenset(
            str(row[0])
            for row in _fetch(f"SELECT entity_id FROM {MATCH} WHERE entity_id = ANY(%s::uuid[]) AND {_COUNTS}", [ids])
        )

    def _as_settled(self, row: Written, judgement: judge.Judgement, answers: dict[str, Settlement]) -> judge.Judgement:
        """What a person said of the same content before holds: same as, or new (with the id it was given)."""
        answer = answers.get(doubt_key(self.department, row))
        if answer is None or answer.entity_id is None or answer.settled not in {"same", "new"}:
            return judgement
        here = _fetch(
            "SELECT 1 FROM coverage_entity WHERE id = %s AND street_id = %s AND removed_at IS NULL",
            [answer.entity_id, self.street],
        )
        if here:
            return judge.Judgement("match", judgement.code, str(answer.entity_id), "沿用以前的认定")
        return judgement

    @staticmethod
    def _is_branch(row: Written, known: Known) -> bool:
        return names.reported_under_parent(known.name, row.name)

    def _same_rows_twice(self, groups: Iterable[list[Written]]) -> None:
        """New or doubtful rows that occur twice: equal ones count once, contradicting ones wait for a person."""
        for group in groups:
            content = self._content([row.line for row in group])
            first = group[0]
            for row in group[1:]:
                if content[row.line] == content[first.line]:
                    self._duplicate(row.line, f"与第 {shown_line(first.line)} 行相同")
                elif self.found.judged[row.line].verdict == "new":
                    lines = "、".join(shown_line(other.line) for other in group)
                    reason = f"同一代码有 {len(group)} 行，内容不同（第 {lines[:60]} 行）"
                    for other in (first, row):
                        known = self.found.judged[other.line]
                        self.found.judged[other.line] = dataclasses.replace(known, verdict="doubt", reason=reason)

    def _duplicate(self, line: int, reason: str) -> None:
        self.found.duplicates[line] = reason
        self.found.judged.pop(line, None)
        self.found.matched.pop(line, None)

    def _write_matches(self, matched: dict[int, Id]) -> None:
        if matched:
            _run(
                f"UPDATE {MATCH} m SET entity_id = v.id, is_out = false FROM unnest(%s::int[], %s::uuid[]) v (line, id)"
                " WHERE m.line = v.line",
                [list(matched), list(matched.values())],
            )
            _run(_COMPARE_AGAIN.format(match=MATCH, cells=self._cells), [list(matched)])

    def _release(self, lines: Iterable[int]) -> None:
        """Take lines out of the comparison of cells: duplicates and doubtful ones."""
        if out := list(lines):
            _run(f"UPDATE {MATCH} SET is_out = true WHERE line = ANY(%s)", [out])

    def _content(self, lines: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """Rows as canonical text without their line and period, for telling whether two say the same."""
        keys = [key for key in fields.STAGED if key != fields.PERIOD]
        found = {}
        for line, *cells in _fetch(f"SELECT line, {', '.join(keys)} FROM feed_row WHERE line = ANY(%s)", [list(lines)]):
            found[line] = tuple(_quiet(key, cell) for key, cell in zip(keys, cells, strict=True))
        return found

    # Rows whose code is right and whose name says that they are a branch.

    def _doubt_branches(self) -> None:
        """A hit whose name has a tail after 公司 that the registry's does not have goes to a person."""
        names_at = next((2 * place for place, fact in enumerate(self._compared) if fact.key == "name"), None)
        if names_at is None:
            return
        rows = _fetch(_TAILED, [names_at + FIRST_PAIR])
        pairs = [(Written(*row[:7]), known_from(row[7:])) for row in rows]
        pairs = [
            (row, known) for row, known in pairs if row.line not in self.found.judged and self._is_branch(row, known)
        ]
        answers = self.settlements(doubt_key(self.department, row) for row, _ in pairs)
        again: dict[int, Id] = {}
        for row, known in pairs:
            judgement = self._as_settled(row, judge.branch_doubt(row, known), answers)
            self.found.judged[row.line] = judgement
            if judgement.entity_id:
                again[row.line] = uuid.UUID(judgement.entity_id)
        self._release(row.line for row, _ in pairs)
        self.found.matched.update(again)
        self._write_matches(again)

    # Rows of the sheet that mean one and the same entity.

    def _settle_duplicates(self) -> None:
        found = _fetch(
            f"SELECT entity_id, count(*), array_agg(line ORDER BY line) FILTER (WHERE {_COUNTS}) FROM {MATCH}"
            f" WHERE entity_id IN (SELECT entity_id FROM {MATCH} WHERE entity_id IS NOT NULL"
            " GROUP BY entity_id HAVING count(*) > 1) GROUP BY entity_id"
        )
        stands = _fetch(f"SELECT count(entity_id) FROM {MATCH}")[0][0]
        self.found.registry["total"] = stands - sum(times - 1 for _, times, _ in found)
        groups = [(entity_id, lines) for entity_id, _, lines in found if lines and len(lines) > 1]
        if not groups:
            return
        lines = [line for _, group in groups for line in group]
        written = {
            row[0]: Written(*row) for row in _fetch(f"SELECT {_WRITTEN} FROM feed_row r WHERE line = ANY(%s)", [lines])
        }
        stored = {
            row[0]: known_from(row)
            for row in _fetch(f"SELECT {_KNOWN} FROM coverage_entity e WHERE id = ANY(%s)", [[g[0] for g in groups]])
        }
        content = self._content(lines)
        for entity_id, group in groups:
            self._one_of(stored[entity_id], [written[line] for line in group], content)
        self._release([*self.found.duplicates, *(line for line in lines if self._is_doubt(line))])

    def _is_doubt(self, line: int) -> bool:
        return line in self.found.judged and self.found.judged[line].verdict == "doubt"

    def _one_of(self, known: Known, rows: list[Written], content: dict[int, tuple[str, ...]]) -> None:
        """Of several rows for one entity the newest period counts, then the first of equal ones; else a person says."""
        if len(rows) < 2:
            return
        own = [row for row in rows if row.line not in self._former]
        if own and len(own) < len(rows):
            for row in rows:
                if row.line in self._former:
                    self._duplicate(row.line, f"与第 {shown_line(own[0].line)} 行是同一家，这个代码的记录已并入")
            self._one_of(known, own, content)
            return
        newest = max(row.period for row in rows)
        older = [row for row in rows if row.period != newest]
        current = [row for row in rows if row.period == newest]
        for row in older:
            self._duplicate(row.line, f"同一家有更新的一行：第 {shown_line(current[0].line)} 行")
        different = [current[0]]
        for row in current[1:]:
            same = next((other for other in different if content[other.line] == content[row.line]), None)
            if same is not None:
                self._duplicate(row.line, f"与第 {shown_line(same.line)} 行相同")
            else:
                different.append(row)
        if len(different) > 1:
            lines = "、".join(shown_line(row.line) for row in different)
            for row in different:
                doubt = judge.branch_doubt(row, known)
                reason = f"同一代码有 {len(different)} 行，内容不同（第 {lines[:60]} 行）"
                self.found.judged[row.line] = dataclasses.replace(doubt, reason=reason)
                self.found.matched.pop(row.line, None)

    # Cells.

    def _compare_cells(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT line, entity_id, cells FROM {MATCH} WHERE cells IS NOT NULL AND {_COUNTS} ORDER BY line"
            )
            while rows := cursor.fetchmany(PIECE):
                for line, entity_id, cells in rows:
                    self._compare_row(line, entity_id, cells)

    def _compare_row(self, line: int, entity_id: Id, cells: list[str]) -> None:
        """Put down what differs in one row; `cells` as `_cells_of` has them."""
        missing, phone, stored_phone, *pairs = cells
        for position, fact in enumerate(self._compared):
            raw, old = pairs[2 * position], pairs[2 * position + 1]
            if raw is not None and (cell := _read_cell(line, entity_id, fact, raw, old)):
                self.found.cells.append(cell)
        if phone and (cell := _read_phone(line, entity_id, phone, stored_phone)):
            self.found.cells.append(cell)
        if missing:
            self.found.back.append((line, entity_id, missing))

    # The registry's side.

    def _look_for_gone(self) -> None:
        """Entities of the declared scope that no row names; those that a doubtful row may mean are not gone."""
        occupied = {
            uuid.UUID(candidate.known.id)
            for judgement in self.found.judged.values()
            if judgement.verdict == "doubt"
            for candidate in judgement.candidates
        }
        self.found.named = dict(
            _fetch(
                f"SELECT entity_id, min(line) FROM {MATCH} WHERE entity_id = ANY(%s) AND {_COUNTS} GROUP BY 1",
                [list(occupied)],
            )
        )
        rows = _fetch(_UNNAMED.format(match=MATCH), [list(occupied)])
        tally = {"occupied": 0, "absent": 0, "outside": 0}
        unnamed = 0
        for fate, count, ids in rows:
            unnamed += count
            if fate == "gone":
                self.found.gone = ids
            else:
                tally[fate] = count
        self.found.registry |= {**tally, "unnamed": unnamed}


def _quiet(key: str, cell: str) -> str:
    """A cell's canonical text, or the cell where it cannot be read."""
    reader = fields.IDENTIFIERS.get(key) or fields.BY_KEY[key].read
    try:
        return reader(cell)
    except ValueError:
        return cell


def _read_cell(line: int, entity_id: Id, fact: fields.Field, raw: str, old: str) -> Cell | None:
    new, problem = read_cell(fact, raw)
    if problem:
        written = split_unread(raw)[0] if raw.startswith(fields.UNREAD) else raw
        return Cell(line, entity_id, fact.key, old, written[:60], problem)
    if not new or new == old or (not fact.is_eager and fact.read(old) == new):
        return None
    return Cell(line, entity_id, fact.key, old, new)


def _read_phone(line: int, entity_id: Id, raw: str, old: str) -> Cell | None:
    """Telephone numbers are compared by their keyed hash; `new` stays in the clear only until it is written down."""
    from shimen.privacy import sealing

    number, problem = read_cell(fields.BY_KEY["phone"], raw)
    if problem:
        return Cell(line, entity_id, "phone", "", "", problem)
    if not number or sealing.blind_index(number).hex() == old.partition(" ")[2]:
        return None
    return Cell(line, entity_id, "phone", old, number)
