"""Verbs on what a grid was made of (多格合一): a former grid goes in, and may be taken out again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from grid.models import GridPart
from grid.staffing.holding import StaffingError, checked_reason, locked, past_day
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.territory.models import Area


@transaction.atomic
def merge(
    *,
    grid: Area,
    whose: str,
    name: str,
    since: dt.date,
    actor: User,
    at: dt.datetime,
    area: Area | None = None,
    note: str = "",
) -> GridPart:
    """A grid that a department kept by itself goes into this one from a day on. `area` is that grid where it stood in this
    registry; it must be closed by then, its places having gone over.

    Raises `StaffingError`: no name, a day to come, the grid itself, an area that still stands, merged already.
    """
    row = locked(grid, actor)
    if whose not in GridPart.Whose.values:
        raise StaffingError("选原来谁的网格。", field="whose")
    name = " ".join(name.split()) or (area.name if area is not None else "")
    if not name:
        raise StaffingError("写原来的名称或编号。", field="name")
    past_day(since, at)
    _check_area(row, area)
    part = GridPart(
        street_id=row.street_id, grid=row, whose=whose, name=name[:60], area=area, valid=DateRange(since, None),
        note=" ".join(note.split())[:200],
    )  # fmt: skip
    taken = GridPart.objects.filter(street=row.street_id, whose=whose, name=part.name).on(since)
    other = taken.select_related("grid").first()
    if other is not None:
        raise StaffingError(f"“{other}”{other.valid.lower} 已经并入{other.grid}。", field="name")
    with as_sentences(StaffingError, field="name"):
        part.save(force_insert=True)
    record(
        verb="grid.merge_grid", target=row, actor=actor, at=at, after={"part": str(part), "since": since.isoformat()}
    )
    return part


def _check_area(grid: Area, area: Area | None) -> None:
    if area is None:
        return
    if area.street_id != grid.street_id or area.pk == grid.pk:
        raise StaffingError("选本街道原来的另一个网格。", field="area")
    if area.closed_on is None:
        raise StaffingError(f"{area.name}还在用。先把它的地点归到{grid.name}，撤销它，再登记并入。", field="area")


@transaction.atomic
def take_out(*, part: GridPart, on: dt.date, reason: str, actor: User, at: dt.datetime) -> GridPart:
    """A former grid is kept by itself again, or its merging was written down by mistake: `on` is the first day apart."""
    grid = locked(part.grid, actor)
    row = GridPart.objects.select_for_update(of=("self",)).get(pk=part.pk)
    if row.valid.isempty or row.valid.upper is not None:
        raise StaffingError(f"“{row}”已经拆出。")
    reason = checked_reason(reason)
    past_day(on, at, field="on")
    if on < row.valid.lower:
        raise StaffingError(f"{row.valid.lower} 才并入，不能更早。", field="on")
    row.valid, row.end_reason = DateRange(row.valid.lower, on), reason
    row.save(update_fields=["valid", "end_reason"])
    after = {"part": str(row), "until": on.isoformat()}
    record(verb="grid.take_out_grid", target=grid, actor=actor, at=at, after=after, reason=reason)
    return row
