"""What the pages on workbooks of lists show: rows with old and new, a blank sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shimen.sheets import Sheet, as_xlsx
from shimen.territory.models import Area
from supply.lists import keeping
from supply.models import Audience, Category, ListFile, ListFileRow, Series
from supply.rules.list_sheets import FORMS, NOUNS

HOW = "类别写组织生活、课程实训、政策法律、健康、关爱服务、文体活动或场地设施；对象可以写几个，用顿号隔开，不限就空着；日期写 2026-12-01。更正已有的，编号照抄。"


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is decided: what changes, and which lines it may be."""

    row: ListFileRow
    changes: list[tuple[str, str, str]]
    candidates: list[Any]

    @property
    def may_decide(self) -> bool:
        return self.row.kind not in {ListFileRow.Kind.REFUSED, ListFileRow.Kind.DUPLICATE}


def lines(file: ListFile) -> list[Line]:
    """The rows in the order of the sheet (four queries)."""
    rows = list(file.rows.in_order())
    ids = {key for row in rows for key in row.candidates}
    known = {str(row.pk): row for row in keeping.KINDS[file.kind].objects.filter(pk__in=ids)}
    names = {str(row.pk): row.name for row in Area.objects.filter(street=file.street_id)}
    names |= {str(row.pk): row.name for row in Series.objects.filter(street=file.street_id)}
    labels = {name: words[0] for name, words in FORMS[file.kind].headings.items()}
    return [_line(row, known, names, labels) for row in rows]


def _line(row: ListFileRow, known: dict[str, Any], names: dict[str, str], labels: dict[str, str]) -> Line:
    shown = row.fields or ([name for name in row.said if name != "title"] if not row.old else [])
    if row.kind in {ListFileRow.Kind.REFUSED, ListFileRow.Kind.DUPLICATE}:
        shown = []
    changes = [(labels.get(n, n), _shown(n, row.old.get(n), names), _shown(n, row.said.get(n), names)) for n in shown]
    return Line(row, changes, [known[key] for key in row.candidates if key in known])


def _shown(name: str, value: Any, names: dict[str, str]) -> str:
    if name == "category":
        return str(dict(Category.choices).get(value, value or ""))
    if name == "audiences":
        return "、".join(str(Audience(each).label) for each in value or []) or "不限"
    if name in {"area", "series"}:
        return names.get(str(value), "全街道" if name == "area" else "")
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def balance(file: ListFile) -> dict[str, Any]:
    """Rows in = rows accounted for, as `{% sum_row %}` takes it."""
    kinds = (("same", "一致"), *((k.value, str(k.label)) for k in ListFileRow.Kind))
    parts = [{"label": label, "value": file.counts.get(kind, 0)} for kind, label in kinds]
    return {"total": {"label": "表里的行", "value": file.counts.get("rows", 0)}, "parts": parts, "aside": []}


def blank(kind: str) -> bytes:
    """An empty workbook to fill in, with how to fill it above the headings."""
    headings = [words[0] for words in FORMS[kind].headings.values()]
    title = f"{NOUNS[kind]}清单"
    return as_xlsx(
        [Sheet(title, headings, [], above=[[title], [HOW]], widths=(8, 24, 40, *[14] * (len(headings) - 3)))]
    )
