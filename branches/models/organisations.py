"""Organised bodies: party branches, general branches and committees of the street, the building and the enterprise.

What holds for a time (who stands above whom, who is linked with whom, the beacon mark) is a row with a half-open range of
days `[since, until)`; an exclusion constraint keeps two of a kind from holding at once. History is read from these rows,
not from a log: an organisation as it stood on any past day can be asked for.
"""

from __future__ import annotations

import datetime as dt

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from shimen.models import ScopedQuerySet, StreetRow

# From the whole to the part, as they are read out.
_ORDER = ("street", "street_block", "building", "enterprise", "social", "industry", "residential")


class OrganisationQuerySet(ScopedQuerySet):
    """Organisations; the usual chain is `visible_to(user).standing(on).in_order()`."""

    area_path = "area_id"

    def standing(self, on: dt.date):
        """Founded on or before the day, and not dissolved by then."""
        return self.filter(founded_on__lte=on).filter(Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=on))

    def preparing(self):
        """Applied for, and not founded yet."""
        return self.filter(founded_on__isnull=True, dissolved_on__isnull=True)

    def emerging(self):
        """新兴领域: every kind but the residents' organisations and the street's own."""
        return self.filter(kind__in=Organisation.EMERGING)

    def branches(self):
        """Those that hold members themselves: branches and joint branches."""
        return self.filter(form__in=[Organisation.Form.BRANCH, Organisation.Form.JOINT])

    def founded_in_campaign(self):
        return self.filter(is_campaign=True)

    def beacons(self, on: dt.date):
        """Those that carry the beacon mark on a day."""
        return self.filter(beacons__valid__contains=on)

    def in_order(self):
        """By grid, kind and name; never by size or merit. What belongs to the whole street stands first."""
        order = Case(*(When(kind=kind, then=place) for place, kind in enumerate(_ORDER)), output_field=IntegerField())
        return self.order_by(F("area__sort").asc(nulls_first=True), order, "pinyin", "id")

    def search(self, typed: str):
        """Found by any part of the name or short name, of its pinyin, or by the beginning of its initials."""
        text = typed.strip()
        letters = text.replace(" ", "").lower()
        found = Q(name__icontains=text) | Q(short_name__icontains=text)
        if letters.isascii() and letters.isalnum():
            found |= Q(pinyin__contains=letters) | Q(initials__startswith=letters)
        return self.filter(found)

    def with_members(self, on: dt.date):
        """Annotated with the number of members of a day, `headcount`."""
        members = apps.get_model("branches", "Member").objects.filter(organisation=OuterRef("pk"), valid__contains=on)
        counted = members.order_by().values("organisation").annotate(n=Count("pk")).values("n")
        return self.annotate(headcount=Coalesce(Subquery(counted), 0))

    def with_marks(self, on: dt.date):
        """Annotated with whether it carries the beacon mark on a day, `is_beacon`."""
        return self.annotate(is_beacon=Exists(Beacon.objects.filter(organisation=OuterRef("pk"), valid__contains=on)))


class Organisation(StreetRow):
    """A party organisation. `area` decides who sees it; an organisation of the whole street has none.

    Life: applied for (`founded_on` empty) → founded → dissolved. `is_campaign` marks those founded in the campaign.
    """

    class Kind(models.TextChoices):
        STREET_BLOCK = "street_block", "街区"
        BUILDING = "building", "楼宇"
        ENTERPRISE = "enterprise", "非公企业"
        SOCIAL = "social", "社会组织"
        INDUSTRY = "industry", "行业"
        RESIDENTIAL = "residential", "居民区"
        STREET = "street", "街道"

    class Form(models.TextChoices):
        BRANCH = "branch", "党支部"
        JOINT = "joint", "联合党支部"
        GENERAL = "general", "党总支"
        COMMITTEE = "committee", "党委"

    EMERGING = (Kind.STREET_BLOCK, Kind.BUILDING, Kind.ENTERPRISE, Kind.SOCIAL, Kind.INDUSTRY)

    kind = models.CharField("类别", max_length=14, choices=Kind)
    form = models.CharField("形式", max_length=10, choices=Form, default=Form.BRANCH)
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=30, blank=True)
    pinyin = models.CharField("拼音", max_length=240, blank=True)
    initials = models.CharField("拼音首字母", max_length=60, blank=True)
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    place = models.ForeignKey(
        "territory.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="活动地点"
    )
    founded_on = models.DateField("成立日期", null=True, blank=True)
    dissolved_on = models.DateField("撤销日期", null=True, blank=True)
    dissolved_reason = models.CharField("撤销原因", max_length=200, blank=True)
    is_campaign = models.BooleanField("攻坚行动中成立", default=False)
    note = models.CharField("备注", max_length=300, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "党组织"
        constraints = [
            models.UniqueConstraint(
                "street",
                "name",
                condition=Q(dissolved_on__isnull=True),
                name="organisation_name_once_per_street",
                violation_error_message="已有同名的党组织。",
            ),
            models.CheckConstraint(
                condition=Q(dissolved_on__isnull=True)
                | Q(founded_on__isnull=True)
                | Q(dissolved_on__gte=F("founded_on")),
                name="organisation_dissolved_after_founding",
                violation_error_message="撤销日期不能早于成立日期。",
            ),
        ]
        indexes = [
            models.Index(fields=["street", "kind"], name="organisation_by_kind"),
            models.Index(fields=["street", "area"], name="organisation_by_area"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def stands_on(self, day: dt.date) -> bool:
        """Whether it has been founded and not dissolved by a day."""
        return (
            self.founded_on is not None
            and self.founded_on <= day
            and (self.dissolved_on is None or self.dissolved_on > day)
        )


class DatedQuerySet(ScopedQuerySet):
    """Rows that hold for a range of days."""

    def on(self, day: dt.date):
        """What holds on a day."""
        return self.filter(valid__contains=day)


class Superior(StreetRow):
    """Which organisation stands above another, and when: one at a time."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="superiors")
    above = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="below", verbose_name="上级党组织")
    valid = DateRangeField("期间")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "隶属"
        constraints = [
            ExclusionConstraint(
                name="one_superior_at_a_time",
                expressions=[("organisation", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message="这段时间里已经有一个上级党组织。",
            ),
            models.CheckConstraint(
                condition=~Q(organisation=F("above")),
                name="not_above_itself",
                violation_error_message="党组织不能是自己的上级。",
            ),
        ]


class Beacon(StreetRow):
    """The mark of a beacon organisation (灯塔型党组织), for a time. An honour with its reason; no order among those who carry it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="beacons")
    valid = DateRangeField("期间")
    reason = models.CharField("事由", max_length=200)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "灯塔型党组织"
        constraints = [
            ExclusionConstraint(
                name="one_beacon_mark_at_a_time",
                expressions=[("organisation", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message="这段时间里已经有这个标记。",
            )
        ]


class Tie(StreetRow):
    """A link between two organisations (治立方): the hub, usually a street-block branch, and the one linked with it."""

    class Kind(models.TextChoices):
        NEAR = "near", "就近联建"
        JOINT = "joint", "项目共推"
        MUTUAL = "mutual", "资源互补"
        INDUSTRY = "industry", "同业共建"

    hub = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="ties", verbose_name="枢纽")
    other = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tied_to", verbose_name="联建对象")
    kind = models.CharField("方式", max_length=10, choices=Kind)
    valid = DateRangeField("期间")
    note = models.CharField("说明", max_length=200, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "联建"
        constraints = [
            ExclusionConstraint(
                name="tied_once_at_a_time",
                expressions=[
                    ("hub", RangeOperators.EQUAL),
                    ("other", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这两个党组织这段时间里已经有这样的联建。",
            ),
            models.CheckConstraint(
                condition=~Q(hub=F("other")), name="not_tied_to_itself", violation_error_message="不能和自己联建。"
            ),
        ]


class OrganisationUnit(StreetRow):
    """An enterprise or social organisation on which an organisation is founded; a joint branch has several."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="units")
    entity = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    valid = DateRangeField("期间")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "组建单位"
        constraints = [
            ExclusionConstraint(
                name="unit_once_at_a_time",
                expressions=[("entity", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message="这家单位这段时间里已经组建了党组织。",
            )
        ]
