"""What is decided about an area: adding, renaming, hanging it elsewhere, closing and opening again.

Its border is redrawn in `shimen.territory.redrawing`. Areas belong to the whole street: a border or a name in the tree
concerns the neighbours too, so whoever decides must be staff of the whole street.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from shimen import clock
from shimen.accounts.access import OFFICE, scope_of
from shimen.accounts.models import Role, RoleGrant
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory import borders, occupants
from shimen.territory.geo import distance
from shimen.territory.models import Area, Place, Street

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shimen.accounts.models import User

FARTHEST = 20_000  # metres from the street's middle; farther is a slip of the keyboard


class AreaError(DomainError):
    """Something about an area cannot be decided as asked."""


@transaction.atomic
def add_area(
    *,
    street: Street,
    kind: str,
    code: str,
    name: str,
    actor: User,
    at: dt.datetime,
    parent: Area | None = None,
    sort: int = 0,
    ring: Sequence[Sequence[float]] = (),
) -> Area:
    """A new area under `parent` (None = the street itself), with a border or without one yet. Nothing moves into it."""
    hold_street(street, actor)
    area = Area(street=street, kind=kind, code=code.strip(), name=name.strip(), parent=parent, sort=sort)
    _check_parent(area, parent)
    area.lineage = [*(parent.lineage if parent else []), area.pk]
    if ring:
        check_border(area, ring)
        area.boundary = [list(corner) for corner in ring]
    _save(area)
    after = {"name": area.name, "code": area.code, "kind": area.get_kind_display(), "parent": str(parent or "")}
    record(verb="territory.add_area", target=area, actor=actor, at=at, after=after)
    return area


@transaction.atomic
def rename_area(*, area: Area, name: str, code: str, sort: int, actor: User, at: dt.datetime) -> Area:
    """Another name, code or place in the order. Nothing is renamed that already stands in closed books."""
    hold_street(area.street, actor)
    row = _standing(area)
    before = {"name": row.name, "code": row.code, "sort": row.sort}
    row.name, row.code, row.sort = name.strip(), code.strip(), sort
    after = {"name": row.name, "code": row.code, "sort": row.sort}
    changed = [key for key in before if before[key] != after[key]]
    if not changed:
        return row
    _save(row)
    record(
        verb="territory.rename_area", target=row, actor=actor, at=at,
        before={key: before[key] for key in changed}, after={key: after[key] for key in changed},
    )  # fmt: skip
    return row


@transaction.atomic
def hang_area(*, area: Area, parent: Area | None, actor: User, at: dt.datetime) -> Area:
    """Hang an area with everything below it under another one (None = the street itself)."""
    hold_street(area.street, actor)
    row = _standing(area)
    if row.parent_id == (parent.pk if parent else None):
        return row
    _check_parent(row, parent)
    old, above = row.parent, [*(parent.lineage if parent else [])]
    if row.boundary:
        _check_within(row, row.boundary, parent)
    depth = len(row.lineage) - 1
    below = list(Area.objects.filter(street_id=row.street_id).below(row))
    for each in below:
        each.lineage = [*above, *each.lineage[depth:]]
    Area.objects.bulk_update(below, ["lineage"])
    row.refresh_from_db(fields=["lineage"])
    row.parent = parent
    row.save(update_fields=["parent"])
    before, after = {"parent": str(old or "")}, {"parent": str(parent or "")}
    record(verb="territory.hang_area", target=row, actor=actor, at=at, before=before, after=after)
    return row


@transaction.atomic
def close_area(*, area: Area, reason: str, actor: User, at: dt.datetime) -> Area:
    """Close an empty area: it leaves lists and maps and stays in history. Refused while anything stands in it."""
    hold_street(area.street, actor)
    row = _standing(area)
    if not reason.strip():
        raise AreaError("写一句为什么撤销，以后查得到。", field="reason")
    left = what_is_left(row, on=clock.day_of(at))
    if left:
        raise AreaError(f"{row.name}里还有{'、'.join(left)}。先归到别的网格，再撤销。")
    row.closed_on = clock.day_of(at)
    row.save(update_fields=["closed_on"])
    record(verb="territory.close_area", target=row, actor=actor, at=at, reason=reason.strip())
    return row


@transaction.atomic
def reopen_area(*, area: Area, actor: User, at: dt.datetime) -> Area:
    """Take a closing back."""
    hold_street(area.street, actor)
    row = Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    if row.closed_on is None:
        raise AreaError(f"{row.name}没有撤销。")
    if row.parent is not None and row.parent.closed_on is not None:
        raise AreaError(f"上一级{row.parent.name}已撤销，先恢复它。")
    row.closed_on = None
    _save(row)
    record(verb="territory.reopen_area", target=row, actor=actor, at=at)
    return row


def what_is_left(area: Area, *, on: dt.date) -> list[str]:
    """What keeps an area from being closed, in words; empty when nothing does."""
    doors = Place.objects.standing().filter(area=area).count()
    below = area.children.standing().count()
    held = RoleGrant.objects.on(on).filter(area=area).count()
    counted = ((doors, "处地点"), (below, "个下级区域"), (held, "条授权"))
    return [f" {count:,} {words}" for count, words in counted if count] + [f" {w}" for w in occupants.left_in(area)]


# ---- what the verbs on the ground share


def hold_street(street: Street, actor: User) -> None:
    """Let in only staff of the whole street, and one at a time: borders of neighbours are read together."""
    if not scope_of(actor).covers(street.pk, None, role=Role.STAFF):
        raise AreaError("网格的名称和边界会牵动相邻的网格，由管整个街道的党务干部来改。")
    Street.objects.select_for_update(no_key=True).get(pk=street.pk)


def may_keep_places(actor: User, street_id: uuid.UUID, area_id: uuid.UUID | None) -> bool:
    """Whether somebody may change places of an area (None = of the whole street)."""
    return any(scope_of(actor).covers(street_id, area_id, role=role) for role in OFFICE)


def check_border(area: Area, ring: Sequence[Sequence[float]]) -> None:
    """Refuse a border that crosses itself, is tiny, or leaves what it belongs to."""
    try:
        borders.check(ring)
    except borders.BorderError as error:
        raise AreaError(error.sentence, field="ring") from error
    _check_within(area, ring, area.parent)


def check_point(street: Street, lon: float, lat: float) -> None:
    """Refuse a point outside the street: its outline where that is known, else far from its middle."""
    if street.outline and not borders.holders((lon, lat), {0: street.outline}):
        raise AreaError("这个位置在街道边界以外。经度写在前，纬度写在后。", field="lon")
    away = distance((lon, lat), (street.lon, street.lat))
    if away > FARTHEST:
        raise AreaError(f"这个位置离街道有 {away / 1000:,.0f} 公里。经度写在前，纬度写在后。", field="lon")


def _check_within(area: Area, ring: Sequence[Sequence[float]], parent: Area | None) -> None:
    within, words = (parent.boundary, parent.name) if parent and parent.boundary else (area.street.outline, "街道")
    if not within:
        for lon, lat in ring:
            check_point(area.street, lon, lat)
        return
    outside = borders.sticks_out(ring, within)
    if outside:
        raise AreaError(f"{borders.square_metres(outside)}画到了{words}边界以外，把那几个角拖回来。", field="ring")


def _standing(area: Area) -> Area:
    row = Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    if row.closed_on is not None:
        raise AreaError(f"{row.name}已在 {row.closed_on:%Y-%m-%d} 撤销，先恢复再改。")
    return row


def _check_parent(area: Area, parent: Area | None) -> None:
    if parent is None:
        return
    if parent.street_id != area.street_id:
        raise AreaError("上一级不在本街道。", field="parent")
    if parent.closed_on is not None:
        raise AreaError("上一级已经撤销。", field="parent")
    if area.pk in parent.lineage:
        raise AreaError("不能归到自己或自己的下级里。", field="parent")


def _save(area: Area) -> None:
    if not area.name:
        raise AreaError("写上名称。", field="name")
    if not area.code:
        raise AreaError("写上代码。", field="code")
    try:
        with transaction.atomic():
            area.save()
    except IntegrityError as error:
        if "area_code_once_per_street" in str(error):
            raise AreaError(f"代码 {area.code} 已经有别的区域用了。", field="code") from error
        if "area_name_once_per_street" in str(error):
            raise AreaError(f"已经有一个{area.get_kind_display()}叫{area.name}。", field="name") from error
        raise
