"""Where a sheet's header is, which column holds which field, and what each row below it is.

The header is the first row of the top 20 in which at least three cells are known headings, or whose headings are those
of a layout that the department has sent before, in whatever order; where a workbook has none, the first that consists of
two known headings. Above it stand titles, below it data, repeated
headings, totals, signatures and blank rows; all of them are counted, so that rows in are always rows accounted for.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coverage.reading import fields

TOP = 20
KNOWN_ENOUGH = 3

_SPACE = re.compile(r"[\s\u200b\ufeff*＊]+")
_TRAILING = re.compile(r"[:：]$")
_BRACKETED = re.compile(r"\([^()]*\)$")
_REMARK = re.compile(
    r"^(?:合计|总计|共计|小计|累计|总数|填表人|制表人|制表|填报人|填报单位|填报日期|审核人|审核|复核人|负责人签字|联系人及电话|备注[:：]|说明[:：]|注[:：]|以上|数据截至|统计截止)"
)


@dataclass(frozen=True, slots=True)
class Aliases:
    """What headings stand for: words known in general, and the layouts that a department has sent.

    `words`: heading key → field and rank (0 = said by a person, 1 = first choice, …); field '' leaves the column out.
    `layouts`: of the layouts that a person decided, fingerprint → every column key → field ('' = left out).
    `skipped`: fingerprints of tables of which a person said that they hold no entities.
    """

    words: Mapping[str, tuple[str, int]]
    layouts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """For the reading process."""
        return {"words": dict(self.words), "layouts": dict(self.layouts), "skipped": sorted(self.skipped)}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Aliases:
        words = {heading: (choice[0], choice[1]) for heading, choice in told["words"].items()}
        return cls(words, told["layouts"], frozenset(told["skipped"]))

    def look_up(self, key: str) -> tuple[str, int] | None:
        """The field of a heading, also where only a bracketed remark at its end (a unit) is new."""
        if not key:
            return None
        return self.words.get(key) or self.words.get(_BRACKETED.sub("", key))


@dataclass(frozen=True, slots=True)
class Column:
    """A heading of the sheet and the field it feeds; `in_yuan` where the heading says that amounts are in 元."""

    index: int
    heading: str
    field: str
    in_yuan: bool = False


@dataclass(slots=True)
class Layout:
    """A header row understood: columns that feed a field, headings not used, and why.

    `headings` in the order of the sheet, as written; `keys` name them apart (see `column_keys`), `places` are their
    columns from 0. `is_decided` where a person has said of this very layout what its columns are.
    """

    row: int
    columns: list[Column] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    fingerprint: str = ""
    is_decided: bool = False

    @property
    def found(self) -> set[str]:
        return {column.field for column in self.columns}


def heading_key(cell: Any) -> str:
    """A heading in the form aliases are compared in: half width, no blanks or stars, no colon at the end."""
    if not isinstance(cell, str):
        return ""
    return _TRAILING.sub("", _SPACE.sub("", unicodedata.normalize("NFKC", cell)))


def prepare(
    words: Mapping[str, tuple[str, int]],
    layouts: Mapping[str, Mapping[str, str]] | None = None,
    skipped: Iterable[str] = (),
) -> Aliases:
    """Aliases with their headings in the form of `heading_key`; field '' means "leave this column out"."""
    return Aliases(
        {heading_key(heading): choice for heading, choice in words.items()}, layouts or {}, frozenset(skipped)
    )


def column_keys(row: Sequence[Any]) -> list[tuple[int, str]]:
    """The named columns of a header row: index and key; a heading that comes again is told apart as `人数#2`."""
    seen: dict[str, int] = {}
    found = []
    for index, cell in enumerate(row):
        key = heading_key(cell)
        if not key:
            continue
        seen[key] = seen.get(key, 0) + 1
        found.append((index, key if seen[key] == 1 else f"{key}#{seen[key]}"))
    return found


def fingerprint(keys: Iterable[str]) -> str:
    """What names a layout: its headings in any order."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()[:32]


def is_header(row: Sequence[Any], aliases: Aliases) -> bool:
    """Whether at least three different fields are named by the cells of a row, or the row is a known layout's."""
    known = {choice[0] for cell in row if (choice := aliases.look_up(heading_key(cell))) and choice[0]}
    if len(known) >= KNOWN_ENOUGH:
        return True
    if is_skipped(row, aliases):
        return True
    keys = [key for _, key in column_keys(row)]
    # Most rows that come here are data: their first cell is no heading of any layout.
    if not keys or not any(keys[0] in columns for columns in aliases.layouts.values()):
        return False
    return fingerprint(keys) in aliases.layouts


def is_pair(row: Sequence[Any], aliases: Aliases) -> bool:
    """Whether a row has two cells only, and both are headings of different fields: a list of two columns."""
    named = [heading_key(cell) or str(cell) for cell in row if cell not in (None, "")]
    known = {choice[0] for key in named if (choice := aliases.look_up(key)) and choice[0]}
    return len(named) == len(known) == 2


def is_skipped(row: Sequence[Any], aliases: Aliases) -> bool:
    """Whether a person said of a table with this header that it holds no entities."""
    return bool(aliases.skipped) and fingerprint(key for _, key in column_keys(row)) in aliases.skipped


def understand(row: Sequence[Any], aliases: Aliases, *, number: int) -> Layout:
    """The columns of a header row. What a person said of this layout holds; else of two headings for one field the
    better known wins, then the one further left."""
    named = column_keys(row)
    keys = [key for _, key in named]
    layout = Layout(number, keys=keys, places=[index for index, _ in named], fingerprint=fingerprint(keys))
    decided = aliases.layouts.get(layout.fingerprint, {})
    layout.is_decided = bool(decided)
    best: dict[str, tuple[int, Column]] = {}
    for index, key in named:
        heading, plain = str(row[index]).strip(), heading_key(row[index])
        layout.headings.append(heading)
        choice = (decided[key], 0) if key in decided else aliases.look_up(plain)
        if choice is None:
            layout.unknown.append(heading)
            continue
        name, rank = choice
        if not name:
            continue
        in_yuan = name == "capital" and bool(re.search(r"\((?:人民币)?元\)$", plain))
        column = Column(index, heading, name, in_yuan)
        if name in best and best[name][0] <= rank:
            layout.doubled.append(column.heading)
            continue
        if name in best:
            layout.doubled.append(best[name][1].heading)
        best[name] = (rank, column)
    for key, name in decided.items():
        if name and key.startswith("@"):  # a column without a heading, by its place
            best.setdefault(name, (0, Column(int(key[1:]), f"第 {int(key[1:]) + 1} 列", name)))
    layout.columns = sorted((column for _, column in best.values()), key=lambda column: column.index)
    return layout


def nearest(rows: Iterable[Sequence[Any]], aliases: Aliases) -> tuple[int, list[str]]:
    """For the refusal: the row of the top with the most known headings (from 1), and those headings."""
    best: tuple[int, list[str]] = (0, [])
    for number, row in enumerate(rows, 1):
        known = [str(cell).strip() for cell in row if aliases.look_up(heading_key(cell))]
        if len(known) > len(best[1]):
            best = (number, known)
    return best


def is_remark(cells: Sequence[str]) -> bool:
    """Whether a row is a total, a signature or a note: by its first word, or by being one lone cell of text."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return False
    first = _SPACE.sub("", unicodedata.normalize("NFKC", filled[0]))
    return bool(_REMARK.match(first))


def missing(found: set[str]) -> str:
    """A sentence about a field without which rows cannot be told apart, '' where all is there."""
    has_code, has_name = bool(found & {fields.CODE, fields.OLD_NUMBER}), "name" in found
    if not has_code and not has_name:
        return "没有认出“统一社会信用代码”，也没有认出“名称”，分不清每一行是哪一家"
    if not has_code:
        return "没有认出“统一社会信用代码”，只能按名称比对，全部行都要人工确认"
    if not has_name:
        return "没有认出“名称”，代码抄错时无从核对"
    return ""
