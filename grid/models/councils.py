"""Councils (街委会、楼务会、居委会): where people of a street, a building or a quarter settle things among themselves.

Who sits for whom, what the charter says and which building a council speaks for hold for a range of days; ending sets the
upper bound, nothing is deleted. Names of members are kept in clear: a council is made known to those whom it speaks for.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from branches.models.organisations import DatedQuerySet
from grid.chain.councils import SESSIONS, Terms
from shimen.models import ScopedQuerySet, StreetRow

if TYPE_CHECKING:
    from shimen.territory.models import Place


# What stands for the name of somebody whose name has been kept long enough.
FORGOTTEN = "（已到保存期限）"


class CouncilQuerySet(ScopedQuerySet):
    """Councils; the usual chain is `visible_to(user).standing(on).in_order()`."""

    area_path = "area_id"

    def standing(self, on: dt.date):
        """Founded on or before the day, and not dissolved by then."""
        return self.filter(founded_on__lte=on).filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on))

    def for_place(self, place: Place, on: dt.date):
        """Those that speak for a place on a day: for its building, else for its road."""
        house = place.building_id or place.pk
        inside = self.standing(on).filter(places__place=house, places__valid__contains=on)
        if inside.exists() or not place.road:
            return inside
        return self.standing(on).filter(
            kind=Council.Kind.STREET, area__in=place.area.lineage, roads__contains=[place.road]
        )

    def with_members(self, on: dt.date):
        """Annotated with the number of members of a day, `headcount`."""
        held = CouncilMember.objects.on(on).filter(council=OuterRef("pk")).order_by().values("council")
        return self.annotate(headcount=Coalesce(Subquery(held.annotate(n=Count("pk")).values("n")), 0))

    def search(self, typed: str):
        """Found by a part of the name, or of a road it speaks for."""
        text = typed.strip()
        return self.filter(Q(name__contains=text) | Q(roads__contains=[text]) | Q(place_names__contains=text))

    def in_order(self):
        """By grid, kind and name."""
        order = Case(
            *(When(kind=kind, then=place) for place, kind in enumerate(Council.Kind.values)),
            output_field=IntegerField(),
        )
        return self.order_by(F("area__sort"), order, "name", "pk")


class Council(StreetRow):
    """A council. It speaks for roads (a street council), for buildings (a building council) or for a residents' quarter.

    `convener` is the account of the one who convenes it now, kept in step by the verbs; the seat is `CouncilMember`.
    """

    class Kind(models.TextChoices):
        STREET = "street", "街委会"
        BUILDING = "building", "楼务会"
        RESIDENTS = "residents", "居委会"

    kind = models.CharField("类别", max_length=10, choices=Kind)
    name = models.CharField("名称", max_length=60)
    area = models.ForeignKey("territory.Area", on_delete=models.PROTECT, related_name="+", verbose_name="网格")
    roads = ArrayField(models.CharField(max_length=40), verbose_name="管哪几条路", default=list, blank=True)
    # The names of its buildings today, so that lists need not ask for each; kept in step by the verbs.
    place_names = models.CharField("楼宇", max_length=300, blank=True)
    convener = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="召集人账号"
    )
    founded_on = models.DateField("成立日期")
    ended_on = models.DateField("撤销日期", null=True, blank=True)
    end_reason = models.CharField("撤销原因", max_length=200, blank=True)
    note = models.CharField("备注", max_length=300, blank=True)

    objects = CouncilQuerySet.as_manager()

    class Meta:
        verbose_name = "议事会"
        constraints = [
            models.UniqueConstraint(
                "street",
                "name",
                condition=Q(ended_on__isnull=True),
                name="council_name_once_per_street",
                violation_error_message="已有同名的议事会。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("founded_on")),
                name="council_ended_after_founding",
                violation_error_message="撤销日期要晚于成立日期。",
            ),
        ]
        indexes = [models.Index(fields=["street", "kind", "area"], name="council_by_kind")]

    def __str__(self) -> str:
        return self.name

    def stands_on(self, day: dt.date) -> bool:
        """Whether it has been founded and not dissolved by a day."""
        return self.founded_on <= day and (self.ended_on is None or self.ended_on > day)

    @property
    def speaks_for(self) -> str:
        """The roads or buildings, as they are read out."""
        return self.place_names if self.kind == self.Kind.BUILDING else "、".join(self.roads)


class CouncilPlaceQuerySet(DatedQuerySet):
    """Buildings for which councils speak."""

    area_path = "council__area_id"


class CouncilPlace(StreetRow):
    """A building for which a building council speaks, for a range of days."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="places")
    place = models.ForeignKey("territory.Place", on_delete=models.PROTECT, related_name="+", verbose_name="楼宇")
    valid = DateRangeField("期间")

    objects = CouncilPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "议事会的楼宇"
        constraints = [
            ExclusionConstraint(
                name="one_council_per_building_at_a_time",
                expressions=[("place", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message="这栋楼这段时间里已经有一个楼务会。",
            )
        ]


class CharterQuerySet(DatedQuerySet):
    """Charters; one is seen by whoever sees its council."""

    area_path = "council__area_id"

    def newest_first(self):
        return self.order_by("-number")


class Charter(StreetRow):
    """A version of a council's charter (议事规则) and the days on which it is in force."""

    VOTING = [(session.value, title) for session, title in SESSIONS.items()]

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="charters")
    number = models.PositiveSmallIntegerField("第几版")
    text = models.TextField("议事规则", max_length=10_000)
    quorum_percent = models.PositiveSmallIntegerField("到会比例", default=50)
    passing_percent = models.PositiveSmallIntegerField("通过比例", default=50)
    voting = ArrayField(
        models.CharField(max_length=10, choices=VOTING), verbose_name="哪种会要表决", default=list, blank=True
    )
    valid = DateRangeField("施行期间")
    why = models.CharField("怎么定的", max_length=200, blank=True)
    written_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = CharterQuerySet.as_manager()

    class Meta:
        verbose_name = "议事规则"
        constraints = [
            models.UniqueConstraint("council", "number", name="charter_number_once_per_council"),
            ExclusionConstraint(
                name="one_charter_at_a_time",
                expressions=[("council", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message="这段时间已经有一版议事规则。",
            ),
            models.CheckConstraint(
                condition=Q(quorum_percent__range=(1, 100)) & Q(passing_percent__range=(1, 100)),
                name="charter_shares_are_percents",
                violation_error_message="比例在 1 到 100 之间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.council}议事规则第 {self.number} 版"

    @property
    def terms(self) -> Terms:
        """The numbers, to reckon with."""
        return Terms(self.quorum_percent, self.passing_percent, frozenset(self.voting))


class CouncilMemberQuerySet(DatedQuerySet):
    """Seats in councils; one is seen by whoever sees the council."""

    area_path = "council__area_id"

    def in_order(self):
        """The convener first, then by whom they speak for, then by the day on which each began."""
        order = Case(
            *(When(role=role, then=place) for place, role in enumerate(CouncilMember.Role.values)),
            output_field=IntegerField(),
        )
        return self.order_by("-is_convener", order, "valid", "pk")


class CouncilMember(StreetRow):
    """Somebody who sits in a council for someone, from a day to a day. A change of either is a new row.

    `unit` is the name of whoever sent them where neither an organisation nor an entity of the registry did.
    """

    class Role(models.TextChoices):
        PARTY = "party", "党组织"
        MERCHANT = "merchant", "商户"
        ENTERPRISE = "enterprise", "企业"
        PROPERTY = "property", "物业"
        RESIDENT = "resident", "居民"
        WORKER = "worker", "新就业群体"
        DEPARTMENT = "department", "职能部门"

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="members")
    role = models.CharField("代表谁", max_length=12, choices=Role)
    name = models.CharField("姓名", max_length=40)
    organisation = models.ForeignKey(
        "branches.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="党组织",
    )  # fmt: skip
    entity = models.ForeignKey(
        "coverage.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="市场主体"
    )
    unit = models.CharField("单位", max_length=80, blank=True)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号"
    )
    is_convener = models.BooleanField("召集人", default=False)
    valid = DateRangeField("任职期间")
    end_reason = models.CharField("离任原因", max_length=100, blank=True)

    objects = CouncilMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "议事会成员"
        constraints = [
            ExclusionConstraint(
                name="one_convener_at_a_time",
                expressions=[("council", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(is_convener=True),
                violation_error_message="这段时间里已经有一位召集人。",
            ),
            ExclusionConstraint(
                name="seated_once_in_a_council",
                expressions=[
                    ("council", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=~Q(name=FORGOTTEN),
                violation_error_message="这位成员这段时间里已经在这个议事会。",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) | Q(entity__isnull=True),
                name="council_member_sent_by_one",
                violation_error_message="党组织和市场主体只选一个。",
            ),
        ]
        indexes = [
            models.Index(fields=["user"], name="council_member_by_user", condition=Q(user__isnull=False)),
            models.Index(fields=["entity"], name="council_member_by_entity", condition=Q(entity__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.title}）"

    @property
    def title(self) -> str:
        """召集人，商户."""
        role = str(self.get_role_display())
        return f"召集人，{role}" if self.is_convener else role


class LegCouncilQuerySet(ScopedQuerySet):
    """Councils that sit on a matter together."""

    area_path = "council__area_id"


class LegCouncil(StreetRow):
    """A further council on a matter's turn at the second level (三会协同); the leading one is `Leg.council`."""

    leg = models.ForeignKey("grid.Leg", on_delete=models.CASCADE, related_name="joined")
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="joined_legs")

    objects = LegCouncilQuerySet.as_manager()

    class Meta:
        verbose_name = "一起协商的议事会"
        constraints = [
            models.UniqueConstraint(
                "leg", "council", name="council_joins_once", violation_error_message="这个议事会已经在一起协商。"
            )
        ]
