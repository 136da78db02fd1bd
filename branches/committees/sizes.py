"""How many members organisations have on a day, by standing and relation, and whether they are divided into groups."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.db.models import Count, Exists, OuterRef, Q

from branches.models import Group, Member, Organisation
from shimen import remember


@dataclass(frozen=True, slots=True)
class Size:
    """Members of one organisation; those of a relation are among the full and the probationary."""

    all: int = 0
    full: int = 0
    probationary: int = 0
    floating: int = 0
    seconded: int = 0
    has_groups: bool = False


def sizes(organisations: Iterable[uuid.UUID], on: dt.date) -> dict[uuid.UUID, Size]:
    """The size of each organisation by its id, also of those without members (one query, once for a page)."""
    return _sizes(frozenset(organisations), on)


@remember.for_one_page
def _sizes(organisations: frozenset[uuid.UUID], on: dt.date) -> dict[uuid.UUID, Size]:
    current = Q(members__valid__contains=on)

    def of(**what: str) -> Count:
        return Count("members", current & Q(**{f"members__{name}": value for name, value in what.items()}))

    rows = Organisation.objects.filter(pk__in=organisations).order_by().values("pk").annotate(
        all=Count("members", current),
        full=of(standing=Member.Standing.FULL),
        probationary=of(standing=Member.Standing.PROBATIONARY),
        floating=of(relation=Member.Relation.FLOATING),
        seconded=of(relation=Member.Relation.SECONDED),
        has_groups=Exists(Group.objects.on(on).filter(organisation=OuterRef("pk"))),
    )  # fmt: skip
    columns = [field.name for field in fields(Size)]
    return {pk: Size(*counts) for pk, *counts in rows.values_list("pk", *columns)}
