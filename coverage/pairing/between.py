"""What changed between two workbooks, line by line, with every line of both accounted for. Pure.

The documented result is `docs/comparison.md`, "Two workbooks". Cells are compared as the import compares them: two
notations of one fact are the same fact. Columns that no field answers to are compared by their heading as text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from coverage.matching import values
from coverage.pairing.pairing import Damage, Line, Pairing, Side
from coverage.reading import fields
from coverage.reading.contents import Contents
from shimen.territory import addresses

# Columns that number the rows of the sheet: they say nothing about an entity.
_SERIAL = frozenset({"=序号", "=序", "=行号", "=项次", "=NO", "=No", "=NO.", "=No.", "=no"})
_NUMBER = re.compile(r"^-?(?:0|[1-9]\d*)(?:\.\d+)?$")
_DATED = re.compile(r"^\d{4}\D\d{1,2}(?:\D\d{1,2})?")
_GENERIC = frozenset({"个体", "个体户", "个体工商户", "企业", "公司", "其他"})
_SECTION = re.compile(r"^[A-T]?\d{0,4}$")


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that says something else. `field` is '' for a column that no field answers to; `problem` where the new
    cell cannot be read as what its heading promises."""

    field: str
    heading: str
    old: str
    new: str
    problem: str = ""


@dataclass(slots=True)
class Result:
    """Line numbers of both workbooks by what became of them; `as_json` is the documented form."""

    old: Side
    new: Side
    unchanged: list[tuple[int, int]] = field(default_factory=list)
    format_only: list[tuple[int, int]] = field(default_factory=list)
    changed: list[tuple[Line, Line, list[Change]]] = field(default_factory=list)
    damaged: list[tuple[Line | None, Line | None, str, Damage, list[Change]]] = field(default_factory=list)
    warnings: dict[tuple[str, int], str] = field(default_factory=dict)  # side and line → what is odd about its code
    gone: list[Line] = field(default_factory=list)
    new_lines: list[Line] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)


class Cells:
    """Compares cells of the columns that both workbooks have."""

    def __init__(self, old: Contents, new: Contents) -> None:
        theirs = {column.key: place for place, column in enumerate(new.columns)}
        self.shared = [
            (column, place, theirs[column.key])
            for place, column in enumerate(old.columns)
            if column.key in theirs and column.key not in _SERIAL and column.key != fields.PERIOD
        ]
        self._known: dict[str, dict[str, str]] = {column.key: {} for column, _, _ in self.shared}
        self._heading = {column.key: column.heading for column in new.columns}
        self._places = {
            id(old): [(column, place) for column, place, _ in self.shared],
            id(new): [(column, place) for column, _, place in self.shared],
        }

    def content(self, side: Side, line: Line) -> tuple[str, ...]:
        """A line as canonical text, for telling whether two lines say the same."""
        return tuple(self._same(c.key, c.reads, line.cells[place]) for c, place in self._places[id(side.contents)])

    def compare(self, old: Line, new: Line, *, but: str = "") -> tuple[bool, list[Change]]:
        """Whether every cell is written alike, and the cells that say something else; the column `but` is left out."""
        alike, changes = True, []
        ours, theirs = old.cells, new.cells
        for column, place, other in self.shared:
            before, after = ours[place], theirs[other]
            if before == after:
                continue
            alike = False
            key = column.key
            if key != but and self._differ(key, column.reads, before, after):
                name = "" if key.startswith("=") else key
                problem = self._problem(column.reads, after)
                changes.append(Change(name, self._heading[key], before, after, problem))
        return alike, changes

    def _differ(self, key: str, reads: str, before: str, after: str) -> bool:
        if self._same(key, reads, before) != self._same(key, reads, after):
            return True
        return reads in _FINER and _FINER[reads](before, after)

    def _same(self, key: str, reads: str, written: str) -> str:
        known = self._known[key]
        found = known.get(written)
        if found is None:
            found = known[written] = canonical(reads, written)
        return found

    @staticmethod
    def _problem(reads: str, written: str) -> str:
        try:
            _reader(reads)(written)
        except ValueError as error:
            return str(error)
        return ""


def _reader(reads: str) -> Callable[[str], str]:
    if reads in fields.BY_KEY:
        return fields.BY_KEY[reads].read
    return fields.IDENTIFIERS.get(reads, plain)


def canonical(reads: str, written: str) -> str:
    """A cell as the import reads a cell of field `reads` ('' = as text); what cannot be read stays as written."""
    try:
        return _reader(reads)(written)
    except ValueError:
        return "\x00" + plain(written)


def plain(written: str) -> str:
    """Text without the differences of width, blanks, thousands and date notation: 7299.0 = 7299, 2026/1/5 = 2026-01-05."""
    text = values.text(written)
    bare = text.replace(",", "")
    if _NUMBER.match(bare):
        return re.sub(r"\.?0+$", "", bare) if "." in bare else bare
    if _DATED.match(text):
        try:
            return values.iso_date(text) or text
        except ValueError:
            return text
    return text


def _other_words(before: str, after: str) -> bool:
    """For fields of which the registry keeps only the class: whether the words themselves say something else."""
    one, other = (re.sub(r"[、，,和与/()]", "", values.text(cell)).removesuffix("业") for cell in (before, after))
    return one != other and not ({one, other} & _GENERIC) and not (_SECTION.match(one) or _SECTION.match(other))


def _other_district(before: str, after: str) -> bool:
    """The canonical address leaves the district out; two that are both written and differ are two places."""
    if before.endswith(after) or after.endswith(before):
        return False  # only one of them writes a district, as most do
    one, other = addresses.parse(before).district, addresses.parse(after).district
    return bool(one and other and one != other)


_FINER: dict[str, Callable[[str, str], bool]] = {
    "kind": _other_words,
    "industry": _other_words,
    "address": _other_district,
}


def compare(old: Contents, new: Contents) -> Result:
    """What changed from `old` to `new`."""
    cells = Cells(old, new)
    result = Result(Side(old), Side(new))
    pairs = Pairing(result.old, result.new, cells.content).run()
    for before, after in pairs.pairs:
        _settle(result, cells, before, after, pairs.damage)
    for line in pairs.gone:
        _alone(result, line, "old", pairs.damage)
    for line in pairs.new:
        _alone(result, line, "new", pairs.damage)
    result.columns = _columns(old, new)
    return result


def _settle(result: Result, cells: Cells, before: Line, after: Line, damage: dict[tuple[str, int], Damage]) -> None:
    for side, line in (("new", after), ("old", before)):
        if found := damage.get((side, line.number)):
            _, changes = cells.compare(before, after, but=fields.CODE)
            result.damaged.append((before, after, side, found, changes))
            return
    alike, changes = cells.compare(before, after)
    if changes:
        result.changed.append((before, after, changes))
    elif alike:
        result.unchanged.append((before.number, after.number))
    else:
        result.format_only.append((before.number, after.number))


def _alone(result: Result, line: Line, side: str, damage: dict[tuple[str, int], Damage]) -> None:
    found = damage.get((side, line.number))
    if found and found.is_sure:
        result.damaged.append((line if side == "old" else None, line if side == "new" else None, side, found, []))
        return
    if found:
        result.warnings[side, line.number] = found.reason
    (result.gone if side == "old" else result.new_lines).append(line)


def _columns(old: Contents, new: Contents) -> dict[str, list[str]]:
    """Headings by whether both workbooks have them; those that number the rows are not compared."""
    ours, theirs = ({column.key: column.heading for column in side.columns} for side in (old, new))
    skipped = [heading for key, heading in theirs.items() if key in _SERIAL or key == fields.PERIOD]
    return {
        "compared": [h for key, h in theirs.items() if key in ours and key not in _SERIAL and key != fields.PERIOD],
        "only_old": [heading for key, heading in ours.items() if key not in theirs],
        "only_new": [heading for key, heading in theirs.items() if key not in ours],
        "not_compared": skipped,
    }


# The documented form.


def as_json(result: Result) -> dict[str, Any]:
    """The result with the keys that docs/comparison.md explains."""
    old, new = result.old, result.new
    told: dict[str, Any] = {
        "unchanged": sorted(map(list, result.unchanged)),
        "format_only": sorted(map(list, result.format_only)),
        "changed": [
            {
                "old_line": before.number,
                "new_line": after.number,
                "key": key_of(new, after),
                "fields": [asdict(c) for c in changes],
            }
            for before, after, changes in sorted(result.changed, key=lambda entry: entry[1].number)
        ],
        "new": [
            _lone(new, line, result.warnings.get(("new", line.number), ""))
            for line in sorted(result.new_lines, key=lambda line: line.number)
        ],
        "gone": [
            _lone(old, line, result.warnings.get(("old", line.number), ""))
            for line in sorted(result.gone, key=lambda line: line.number)
        ],
        "damaged": sorted(map(_damaged, result.damaged), key=lambda entry: (entry["side"], entry["line"])),
        "duplicates": _duplicates(old, "old") + _duplicates(new, "new"),
        "refused": _refused(old, "old") + _refused(new, "new"),
    }
    return {
        "files": {"old": account(old.contents), "new": account(new.contents)},
        "columns": result.columns,
        "counts": {name: len(entries) for name, entries in told.items()},
        "balance": balance(result),
        **told,
    }


def key_of(side: Side, line: Line) -> str:
    """What a person recognises a line by: its code or old number, else name and address."""
    return line.code or line.old_number or unicodedata.normalize("NFKC", f"{side.name(line)} {side.door(line)}").strip()


def _lone(side: Side, line: Line, warning: str) -> dict[str, Any]:
    return {"line": line.number, "key": key_of(side, line), "name": side.cell(line, "name"), "warning": warning}


def _damaged(entry: tuple[Line | None, Line | None, str, Damage, list[Change]]) -> dict[str, Any]:
    before, after, side, damage, changes = entry
    line = after if side == "new" else before
    return {
        "side": side,
        "line": line.number if line else None,
        "old_line": before.number if before else None,
        "new_line": after.number if after else None,
        "written": damage.written,
        "proposed": damage.proposed,
        "reason": damage.reason,
        "fields": [asdict(change) for change in changes],
    }


def _duplicates(side: Side, which: str) -> list[dict[str, Any]]:
    return [
        {"side": which, "line": line, "of": first, "identical": identical}
        for line, (first, identical) in sorted(side.duplicates.items())
    ]


def _refused(side: Side, which: str) -> list[dict[str, Any]]:
    return [{"side": which, "line": line, "reason": reason} for line, reason in sorted(side.refused.items())]


def account(contents: Contents) -> dict[str, Any]:
    """What the rows of a workbook are: they add up sheet by sheet."""
    return {
        "format": contents.format,
        "encoding": contents.encoding,
        "remarks": contents.remarks,
        "sheets": [asdict(sheet) for sheet in contents.sheets],
        "unread": [{"name": sheet.name, "rows": sheet.rows, "reason": sheet.reason} for sheet in contents.unread],
        "data": len(contents.rows),
    }


def balance(result: Result) -> dict[str, dict[str, int]]:
    """For each workbook its data rows and the sum of what became of them; the two are always equal."""
    both = len(result.unchanged) + len(result.format_only) + len(result.changed)
    found = {}
    for which, side, alone, place in (("old", result.old, result.gone, 0), ("new", result.new, result.new_lines, 1)):
        damaged = sum(1 for entry in result.damaged if entry[place] is not None)
        parts = both + len(alone) + damaged + len(side.duplicates) + len(side.refused)
        found[which] = {"data": len(side.contents.rows), "accounted": parts}
    return found
