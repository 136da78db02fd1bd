"""What the pages on roster workbooks show: rows with old and new, in the clear, for those who keep the roster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from branches.bodies.rosters import opened
from branches.models import Member, Roster, RosterRow
from shimen.privacy import phones
from shimen.sheets import Sheet, as_xlsx

LABELS = {
    "name": "姓名", "phone": "电话", "standing": "党员类别", "relation": "组织关系", "home_unit": "组织关系所在单位",
    "since": "编入日期",
}  # fmt: skip
_CHOICES = {"standing": dict(Member.Standing.choices), "relation": dict(Member.Relation.choices)}
BLANK = ("姓名", "党员类别", "组织关系", "组织关系所在单位", "电话", "编入日期")
_HOW = "党员类别写“正式党员”或“预备党员”；组织关系写“本支部”“流动党员”或“下沉编入”，后两种要写所在单位；日期写 2026-07-01。不要身份证号。"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a roster as it is decided: what changes, and who it may be."""

    row: RosterRow
    name: str
    changes: list[tuple[str, str, str]]
    candidates: list[Member]

    @property
    def may_decide(self) -> bool:
        return self.row.kind not in {RosterRow.Kind.REFUSED, RosterRow.Kind.DUPLICATE}


def lines(roster: Roster) -> list[Line]:
    """The rows in the order of the sheet (two queries)."""
    rows = list(roster.rows.in_order())
    keys = {key for row in rows for key in row.candidates}
    people = {str(member.pk): member for member in Member.objects.filter(pk__in=keys)}
    return [_line(row, people) for row in rows]


def _line(row: RosterRow, people: dict[str, Member]) -> Line:
    content = opened(row)
    said, old = content["said"], content["old"]
    fields = row.fields or (
        [key for key in ("standing", "relation", "home_unit", "since") if said.get(key)] if not old else []
    )
    changes = [(LABELS[key], _shown(key, old.get(key, "")), _shown(key, said.get(key, ""))) for key in fields]
    if row.kind in {RosterRow.Kind.REFUSED, RosterRow.Kind.DUPLICATE}:
        changes = []
    name = (said or old).get("name") or row.name_mask
    return Line(row, name, changes, [people[key] for key in row.candidates if key in people])


def _shown(key: str, value: str) -> str:
    if key == "phone":
        return phones.mask(value)
    return str(_CHOICES.get(key, {}).get(value, value))


def balance(roster: Roster) -> dict[str, Any]:
    """Rows in = rows accounted for, as `{% sum_row %}` takes it."""
    counts = roster.counts
    kinds = (("same", "一致"), *((k.value, str(k.label)) for k in RosterRow.Kind if k != RosterRow.Kind.GONE))
    parts = [{"label": label, "value": counts.get(kind, 0)} for kind, label in kinds]
    aside = [{"label": "表里没有的人", "value": counts.get("gone", 0)}] if roster.is_full else []
    return {"total": {"label": "表里的人", "value": counts.get("rows", 0)}, "parts": parts, "aside": aside}


def blank(title: str) -> bytes:
    """An empty roster to fill in, with how to fill it above the headings."""
    sheet = Sheet("党员名册", BLANK, [], above=[[f"{title}党员名册"], [_HOW]], widths=(12, 12, 14, 30, 16, 14))
    return as_xlsx([sheet])
