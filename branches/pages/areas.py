"""What the pages on areas show: the places of an organisation with who looks after each, and its members with theirs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Func, Q

from branches.models import Charge, Member, Organisation, Responsibility

if TYPE_CHECKING:
    from django.db.models import QuerySet

MARK_SIZES = ("a4", "a5")


@dataclass(frozen=True, slots=True)
class Door:
    """A charge with the responsibilities on it."""

    charge: Charge
    members: list[Responsibility]


def doors(page: Iterable[Charge], on: dt.date) -> list[Door]:
    """The charges of a page, each with who looks after it or its floors (one query)."""
    rows = list(page)
    held: dict[uuid.UUID, list[Responsibility]] = {}
    places = [row.place_id for row in rows]
    found = Responsibility.objects.on(on).at(places).select_related("member__user").order_by("floors")
    for row in found:
        held.setdefault(row.place_id, []).append(row)
    return [
        Door(row, [each for each in held.get(row.place_id, []) if each.organisation_id == row.organisation_id])
        for row in rows
    ]


def members_with_doors(organisation: Organisation, on: dt.date) -> QuerySet[Member]:
    """The members of an organisation on a day with how many places each looks after."""
    today = Q(responsibilities__valid__contains=on)
    rows = Member.objects.filter(organisation=organisation).on(on).select_related("user")
    return rows.annotate(doors=Count("responsibilities", filter=today)).order_by("-doors", "valid", "id")


def past(organisation: Organisation, on: dt.date) -> list[dict[str, object]]:
    """What became of an area: per day and basis how many places it took on or gave up, newest first (two queries)."""
    rows = Charge.objects.filter(organisation=organisation).held()
    begun = rows.values("valid__startswith", "basis").annotate(n=Count("pk")).order_by()
    ended = rows.filter(valid__endswith__isnull=False, valid__endswith__lte=on)
    gone = ended.annotate(day=Func(F("valid"), function="upper")).values("day").annotate(n=Count("pk")).order_by()
    found: list[dict[str, object]] = [
        {"day": row["valid__startswith"], "words": f"划入 {row['n']:,} 处", "basis": row["basis"]} for row in begun
    ]
    found += [{"day": row["day"], "words": f"划出 {row['n']:,} 处", "basis": ""} for row in gone]
    return sorted(found, key=lambda row: str(row["day"]), reverse=True)[:8]
