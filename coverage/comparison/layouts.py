"""Where a sheet's header is, which column holds which field, and what each row below it is.

The header is the first row of the top 20 in which at least three cells are known headings. Above it stand titles,
below it data, repeated headings, totals, signatures and blank rows; all of them are counted, so that rows in are always
rows accounted for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coverage.comparison import fields

TOP = 20
KNOWN_ENOUGH = 3

_SPACE = re.compile(r"[\s\u200b\ufeff*＊]+")
_TRAILING = re.compile(r"[:：]$")
_BRACKETED = re.compile(r"\([^()]*\)$")
_REMARK = re.compile(
    r"^(?:合计|总计|共计|小计|累计|总数|填表人|制表人|制表|填报人|填报单位|填报日期|审核人|审核|复核人|负责人签字|联系人及电话|备注[:：]|说明[:：]|注[:：]|以上|数据截至|统计截止)"
)

Aliases = Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading of the sheet and the field it feeds; `in_yuan` where the heading says that amounts are in 元."""

    index: int
    heading: str
    field: str
    in_yuan: bool = False


@dataclass(slots=True)
class Layout:
    """A header row understood: columns that feed a field, headings not used, and why."""

    row: int
    columns: list[Column] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)

    @property
    def found(self) -> set[str]:
        return {column.field for column in self.columns}


def heading_key(cell: Any) -> str:
    """A heading in the form aliases are compared in: half width, no blanks or stars, no colon at the end."""
    if not isinstance(cell, str):
        return ""
    return _TRAILING.sub("", _SPACE.sub("", unicodedata.normalize("NFKC", cell)))


def prepare(aliases: Mapping[str, tuple[str, int]]) -> dict[str, tuple[str, int]]:
    """An alias table with its headings in the form of `heading_key`; field '' means "leave this column out"."""
    return {heading_key(heading): choice for heading, choice in aliases.items()}


def _lookup(key: str, aliases: Aliases) -> tuple[str, int] | None:
    """The field of a heading, also where only a bracketed remark at its end (a unit) is new."""
    if not key:
        return None
    return aliases.get(key) or aliases.get(_BRACKETED.sub("", key))


def is_header(row: Sequence[Any], aliases: Aliases) -> bool:
    """Whether at least three different fields are named by the cells of a row."""
    known = {choice[0] for cell in row if (choice := _lookup(heading_key(cell), aliases)) and choice[0]}
    return len(known) >= KNOWN_ENOUGH


def understand(row: Sequence[Any], aliases: Aliases, *, number: int) -> Layout:
    """The columns of a header row. Of two headings for one field the better known wins, then the one further left."""
    layout = Layout(row=number)
    best: dict[str, tuple[int, Column]] = {}
    for index, cell in enumerate(row):
        key = heading_key(cell)
        if not key:
            continue
        layout.headings.append(str(cell).strip())
        choice = _lookup(key, aliases)
        if choice is None:
            layout.unknown.append(str(cell).strip())
            continue
        name, rank = choice
        if not name:
            continue
        in_yuan = name == "capital" and bool(re.search(r"\((?:人民币)?元\)$", key))
        column = Column(index, str(cell).strip(), name, in_yuan)
        if name in best and best[name][0] <= rank:
            layout.doubled.append(column.heading)
            continue
        if name in best:
            layout.doubled.append(best[name][1].heading)
        best[name] = (rank, column)
    layout.columns = sorted((column for _, column in best.values()), key=lambda column: column.index)
    return layout


def nearest(rows: Iterable[Sequence[Any]], aliases: Aliases) -> tuple[int, list[str]]:
    """For the refusal: the row of the top with the most known headings (from 1), and those headings."""
    best: tuple[int, list[str]] = (0, [])
    for number, row in enumerate(rows, 1):
        known = [str(cell).strip() for cell in row if _lookup(heading_key(cell), aliases)]
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


def missing(layout: Layout) -> str:
    """A sentence about a field without which rows cannot be told apart, '' where all is there."""
    found = layout.found
    if fields.CODE not in found and fields.OLD_NUMBER not in found and "name" not in found:
        return "表头里没有“统一社会信用代码”，也没有“名称”，认不出每一行是哪一家。请向部门补要，或在“表头别名”里指明是哪一列"
    if fields.CODE not in found and fields.OLD_NUMBER not in found:
        return (
            "表头里没有“统一社会信用代码”，只能按名称比对，全部行都要人工确认。请向部门补要这一列，或在“表头别名”里指明"
        )
    if "name" not in found:
        return "表头里没有“名称”一列。没有名称，代码抄错时无从核对。请向部门补要，或在“表头别名”里指明是哪一列"
    return ""
