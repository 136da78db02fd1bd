"""What is shown of how an entity is covered: the card on its page, the line in its story, the columns of an export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from branches.committees.reading import secretary_of
from branches.duty import coverings
from branches.models import Covering, Member, Responsibility, Seat
from coverage.models import Entity
from coverage.pages.story import CHANGES, Moment
from shimen import clock
from shimen.exports import Column

COLUMNS = (
    Column("名称", lambda c: c.entity.name, 36),
    Column("统一社会信用代码", lambda c: c.entity.code, 22),
    Column("地址", lambda c: c.entity.address, 30),
    Column("网格", lambda c: c.entity.area.name if c.entity.area else "", 12),
    Column("覆盖方式", lambda c: c.get_way_display(), 14),
    Column("党组织", lambda c: c.organisation.name, 30),
    Column("指导员", lambda c: named(c.instructor) if c.instructor else "", 12),
    Column("依据", lambda c: c.get_source_display(), 20),
    Column("自", lambda c: c.valid.lower, 14),
    Column("说明", lambda c: c.reason, 30),
)


def named(member: Member) -> str:
    """Who a member is to colleagues: by name where they sign in here, else masked."""
    return str(member.user) if member.user else member.name_mask


@dataclass(frozen=True, slots=True)
class Card:
    """How an entity is covered today: the way with its organisation, who leads it, and who looks after the door."""

    covering: Covering | None
    secretary: Seat | None
    member: Responsibility | None


def card(entity: Entity, on: dt.date) -> Card:
    """The card 由谁覆盖 of an entity (four queries)."""
    row = coverings.current(entity, on)
    if row is None:
        return Card(None, None, None)
    return Card(row, secretary_of(row.organisation, on), responsible(entity, row, on))


def responsible(entity: Entity, row: Covering, on: dt.date) -> Responsibility | None:
    """The member of the covering organisation who looks after the entity's place: the room's own row, else the
    building's that contains its floor (one query)."""
    place = entity.place
    if place is None:
        return None
    rows = Responsibility.objects.on(on).filter(organisation=row.organisation_id)
    found = rows.filter(place__in=[place.pk, *filter(None, [place.building_id])]).select_related("member__user")
    holding = [each for each in found if _holds(each, place.floor)]
    return min(holding, key=lambda each: each.place_id != place.pk, default=None)


def _holds(row: Responsibility, floor: int | None) -> bool:
    low, high = row.floors.lower, row.floors.upper
    if floor is None:
        return low is None and high is None
    return (low is None or low <= floor) and (high is None or floor < high)


def moments(entity: Entity) -> Iterable[Moment]:
    """The lines that coverings write into an entity's story: one for each that began, one for an end without a next."""
    rows = list(Covering.objects.filter(entity=entity).held().select_related("organisation").order_by("valid"))
    starts = {row.valid.lower for row in rows}
    for row in rows:
        title = f"由{row.organisation}{row.get_way_display()}"
        yield Moment(_at(row.valid.lower), CHANGES, title, "", "k", "", row.reason)
        if row.valid.upper and row.valid.upper not in starts and row.valid.upper <= clock.today():
            yield Moment(_at(row.valid.upper), CHANGES, f"{row.organisation}不再覆盖", "", "a")


def _at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, clock.SHANGHAI)
