"""Whom a branch answers for: its places, floors of a tower included, and which of them each of its members looks after.

Both are partitions that change with time: on any day a floor of a place belongs to one branch at most and, inside it, to
one member at most, which exclusion constraints keep. Rows are ended by their upper bound and never deleted; a row that was
replaced on the day on which it was to begin is left with an empty range and never held.

A row names a whole building (floors unbounded), some floors of it, or a single room or shop front. What holds for a room is
its own row, else the row of its building that contains its floor (`branches.duty.resolving`).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.db.models import Value
from django.db.models.functions import Coalesce, Length, NullIf

from branches.models.members import Member
from branches.models.organisations import DatedQuerySet, Organisation
from shimen.models import StreetRow

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


def every_floor() -> NumericRange:
    """Unbounded: the whole of a place."""
    return NumericRange(None, None)


def floors_in_words(floors: NumericRange | None) -> str:
    """3 至 6 层, 12 层以上; '' for a whole place. The range is half-open, as the database keeps it."""
    if floors is None or (floors.lower is None and floors.upper is None):
        return ""
    if floors.lower is None:
        return f"{floors.upper - 1} 层以下"
    if floors.upper is None:
        return f"{floors.lower} 层以上"
    last = floors.upper - 1
    return f"{floors.lower} 层" if floors.lower == last else f"{floors.lower} 至 {last} 层"


class ShareQuerySet(DatedQuerySet):
    """Rows of a partition of places; one is seen by whoever sees the place."""

    area_path = "place__area_id"

    def at(self, places: Collection[UUID]):
        return self.filter(place_id__in=places)

    def held(self):
        """Without rows that were replaced before they began."""
        return self.filter(valid__isempty=False)

    def by_walk(self):
        """In the order of doors along their roads."""
        first = Coalesce(NullIf("place__lane", Value("")), "place__number")
        return self.order_by("place__road", Length(first), first, "place__address_key", "floors", "id")


class _Share(StreetRow):
    """What charges and responsibilities have in common."""

    place = models.ForeignKey("territory.Place", on_delete=models.PROTECT, related_name="+", verbose_name="地点")
    floors = IntegerRangeField("楼层", default=every_floor)
    valid = DateRangeField("期间")
    basis = models.CharField("依据", max_length=120, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        abstract = True

    def floor_words(self) -> str:
        """Which floors, in words."""
        return floors_in_words(self.floors)

    def holds_on(self, day: dt.date) -> bool:
        """Whether the row holds on a day."""
        return bool(self.valid and not self.valid.isempty and day in self.valid)


class Charge(_Share):
    """A place, or floors of it, for which an organisation answers (责任范围)."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="charges", verbose_name="党组织"
    )

    class Meta:
        verbose_name = "责任范围"
        constraints = [
            ExclusionConstraint(
                name="place_in_one_branch_area",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    ("floors", RangeOperators.OVERLAPS),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这个地点这段时间已经在一个党组织的责任范围里。",
            )
        ]
        indexes = [models.Index(fields=["organisation"], name="charge_by_organisation")]

    def __str__(self) -> str:
        return f"{self.place} {self.floor_words()}".rstrip()


class Responsibility(_Share):
    """A place of an organisation's area that one of its members looks after (党员责任区)."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="responsibilities", verbose_name="党组织"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="responsibilities", verbose_name="责任党员"
    )

    class Meta:
        verbose_name = "党员责任区"
        constraints = [
            ExclusionConstraint(
                name="place_in_one_responsibility",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    ("floors", RangeOperators.OVERLAPS),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这个地点这段时间已经分给一名责任党员。",
            )
        ]
        indexes = [models.Index(fields=["member"], name="responsibility_by_member")]

    def __str__(self) -> str:
        return f"{self.place} {self.floor_words()}".rstrip()


class DutyListQuerySet(DatedQuerySet):
    """Versions of duty lists."""

    area_path = "member__organisation__area_id"

    def in_force(self, day: dt.date):
        """The newest version of each member that has begun by a day."""
        return self.filter(since__lte=day).order_by("member_id", "-since").distinct("member_id")


class DutyList(StreetRow):
    """A version of what a member has taken on (职责清单): sentences in order, from a day on until the next version."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="duty_lists", verbose_name="责任党员")
    version = models.PositiveSmallIntegerField("版次")
    since = models.DateField("自")
    items = models.JSONField("职责", default=list)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("写于")

    objects = DutyListQuerySet.as_manager()

    class Meta:
        verbose_name = "职责清单"
        constraints = [
            models.UniqueConstraint(
                fields=["member", "version"],
                name="duty_list_version_once",
                violation_error_message="这一版职责清单刚刚有人写过。",
            ),
            models.UniqueConstraint(
                fields=["member", "since"],
                name="duty_list_once_a_day",
                violation_error_message="这一天起已有一版职责清单。",
            ),
        ]

    def __str__(self) -> str:
        return f"职责清单第 {self.version} 版"
