"""What stands on a reply to a list of people: the department's own rows with what became of each.

Whoever the list does not name any more has no row of the department's: they stand apart, masked. Nothing that the
registry alone knows is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from coverage.models import Batch, Entity, PersonDifference
from coverage.replies.reply_sheet import OUR_WIDTHS, OURS, Composed, Found, cells_of, tables_of
from shimen import clock, sheets

Kind, Decision = PersonDifference.Kind, PersonDifference.Decision
LEFT = ("我们登记的单位", "姓名（掩码）", *OURS)
LEFT_SHEET = "名册有、名单里不再有"
TITLES = {"name": "姓名", "phone": "电话", "post": "岗位"}


def compose(batch: Batch, headline: str, original: Callable[[Sequence[int]], list[tuple[int, list[str]]]]) -> Composed:
    """`original` reads rows of the kept list, see `reply_sheet.Composer.compose`. What still waits is left out."""
    on = clock.day_of(batch.applied_at) if batch.applied_at else None
    rows = list(batch.people.in_order().defer("sealed"))
    employers = Entity.objects.only("name").in_bulk({row.entity_id for row in rows if row.kind == Kind.LEFT})
    found: dict[int, list[Found]] = {}
    gone: list[list[Any]] = []
    for row in rows:
        told = of(row, on)
        if told is None:
            continue
        if row.line is None:
            employer = employers.get(row.entity_id)
            gone.append([employer.name if employer else "", row.name_mask, *cells_of([told])])
        else:
            found[row.line] = [told]
    tables = tables_of(batch, found, original(sorted(found)) if found else [], headline)
    widths = (36, 14, *OUR_WIDTHS)
    apart = sheets.Sheet(LEFT_SHEET, LEFT, gone, above=[[headline]], widths=widths) if gone else None
    return Composed(tables, len(found) + len(gone), apart)


def of(row: PersonDifference, on: dt.date | None) -> Found | None:
    """What is said of a row; None while it waits. `on` is the day on which the list was applied."""
    if row.kind == Kind.REFUSED:
        return Found("", "拒收", basis=row.reason)
    if row.kind == Kind.DUPLICATE:
        return Found("", "重复行，没有采用", basis=row.reason)
    if row.decision == Decision.OPEN:
        return None
    if row.decision == Decision.REFUSE:
        return Found("", "不采用", on=on, basis=row.reason or "街道核对过")
    if not row.applied:
        return None
    if row.kind == Kind.LEFT:
        return Found("", "已登记离开", on=on, basis="名单里不再有")
    if row.kind == Kind.NEW or (row.kind == Kind.DOUBT and str(row.person_id) not in row.candidates):
        return Found("", "新登记", on=on, basis="比对采用" if row.kind == Kind.NEW else "人工认定")
    if row.kind == Kind.BACK:
        return Found("", "重新登记在岗", on=on, basis="比对采用")
    changed = "、".join(TITLES[name] for name in row.fields)
    if row.kind == Kind.DOUBT:
        told = f"，更新了{changed}" if changed else ""
        return Found("", f"认定为已登记的一位{told}", on=on, basis="人工认定")
    return Found("", f"已更新{changed}", on=on, basis="比对采用")
