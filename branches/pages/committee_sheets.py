"""What the pages on workbooks of committees show, and the workbook that is filled with the committees in office."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branches.models import CommitteeSheet, CommitteeSheetRow, Organisation, Seat
from branches.rules.seats import WORDS
from shimen.exports import Column
from shimen.sheets import Sheet, as_xlsx

if TYPE_CHECKING:
    from django.db.models import QuerySet

HEADINGS = ("党组织", "届次", "选举日期", "产生方式", "职务", "兼任", "姓名", "来源", "原单位", "下沉至", "到任日期")
WIDTHS = (34, 6, 14, 10, 12, 14, 12, 14, 28, 14, 14)
_HOW = (
    "一个席位一行，暂缺的姓名写“暂缺”；同一个党组织写现任的一届。新一届写选举日期；任期中补选写到任日期；"
    "来源写“本支部党员”“交叉任职”或“下沉干部”，后两种写原单位；日期写 2026-07-01。不要身份证号、电话。"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A block as it is decided: what would be written, and which organisation it may mean."""

    row: CommitteeSheetRow
    shown: list[list[str]]
    candidates: list[Organisation]

    @property
    def may_decide(self) -> bool:
        return self.row.kind != CommitteeSheetRow.Kind.REFUSED


def lines(sheet: CommitteeSheet) -> list[Line]:
    """The blocks in the order of the sheet (two queries)."""
    rows = list(sheet.rows.in_order().select_related("organisation"))
    keys = {key for row in rows for key in row.candidates}
    near = {str(one.pk): one for one in Organisation.objects.filter(pk__in=keys)}
    return [Line(r, r.said.get("shown", []), [near[key] for key in r.candidates if key in near]) for r in rows]


def balance(sheet: CommitteeSheet) -> dict[str, Any]:
    """Lines in = lines accounted for, as `{% sum_row %}` takes it."""
    kinds = (("same", "一致"), *((kind.value, str(kind.label)) for kind in CommitteeSheetRow.Kind))
    parts = [{"label": label, "value": sheet.counts.get(kind, 0)} for kind, label in kinds]
    aside = [{"label": "党组织", "value": sheet.counts.get("blocks", 0)}]
    return {"total": {"label": "表里的席位", "value": sheet.counts.get("rows", 0)}, "parts": parts, "aside": aside}


def blank() -> bytes:
    """An empty workbook to fill in, with how to fill it above the headings."""
    return as_xlsx([Sheet("班子", HEADINGS, [], above=[["班子表格"], [_HOW]], widths=WIDTHS)])


def in_office(organisations: QuerySet[Organisation], on: dt.date) -> QuerySet[Seat]:
    """The seats of the committees in office, by organisation and role: what a filled workbook lists."""
    rows = Seat.objects.held(on).filter(organisation__in=organisations, committee__withdrawn_at__isnull=True)
    found: QuerySet[Seat] = rows.select_related("organisation", "committee").in_order()
    return found.order_by("organisation__pinyin", "organisation_id", *found.query.order_by)


COLUMNS = tuple(
    Column(title, read, width)
    for title, width, read in zip(
        HEADINGS, WIDTHS,
        (
            lambda seat: seat.organisation.name,
            lambda seat: seat.committee.number,
            lambda seat: seat.committee.elected_on,
            lambda seat: seat.committee.get_how_display(),
            lambda seat: seat.get_role_display(),
            lambda seat: "、".join(WORDS[role] for role in seat.also),
            lambda seat: seat.name,
            lambda seat: seat.get_origin_display(),
            lambda seat: seat.home_unit,
            lambda seat: seat.seconded_until,
            lambda seat: seat.since,
        ), strict=True,
    )
)  # fmt: skip
