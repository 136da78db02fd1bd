"""By whom each entity is covered, in exactly one way on any day; what the nightly check found; people without premises."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from branches.models.members import Member
from branches.models.organisations import DatedQuerySet, Organisation
from shimen.models import ScopedQuerySet, StreetRow


class CoveringQuerySet(DatedQuerySet):
    """Coverings; one is seen by whoever sees the entity."""

    area_path = "entity__area_id"

    def organised(self):
        """组织覆盖: an organisation stands there, alone or jointly."""
        return self.filter(way__in=Covering.ORGANISED)

    def worked(self):
        """工作覆盖: no organisation of its own, but a branch of the block or building or an instructor reaches it."""
        return self.exclude(way__in=Covering.ORGANISED)

    def held(self):
        """Without rows that were replaced before they began."""
        return self.filter(valid__isempty=False)


class Covering(StreetRow):
    """One way in which an entity is covered, for a range of days. Derived ones follow areas and units, hand-made ones stay."""

    class Way(models.TextChoices):
        SINGLE = "single", "单独组建"
        JOINT = "joint", "联合组建"
        STREET_BLOCK = "street_block", "街区支部兜底"
        BUILDING = "building", "楼宇支部兜底"
        INSTRUCTOR = "instructor", "指导员联系"

    class Source(models.TextChoices):
        DERIVED = "derived", "按责任范围和组建单位"
        HAND = "hand", "人工指定"

    ORGANISED = (Way.SINGLE, Way.JOINT)

    entity = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, related_name="+", verbose_name="市场主体")
    way = models.CharField("方式", max_length=12, choices=Way)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="coverings", verbose_name="党组织"
    )
    instructor = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="指导员"
    )
    source = models.CharField("依据", max_length=8, choices=Source, default=Source.HAND)
    reason = models.CharField("说明", max_length=200, blank=True)
    valid = DateRangeField("期间")

    objects = CoveringQuerySet.as_manager()

    class Meta:
        verbose_name = "覆盖"
        constraints = [
            ExclusionConstraint(
                name="covered_in_one_way_at_a_time",
                expressions=[("entity", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message="这家这段时间已经有一种覆盖方式，一家只按一种方式覆盖。",
            ),
            models.CheckConstraint(
                condition=Q(way="instructor") | Q(instructor__isnull=True),
                name="instructor_only_where_one_is_sent",
                violation_error_message="只有“指导员联系”才写指导员。",
            ),
        ]
        indexes = [models.Index(fields=["organisation"], name="covering_by_organisation")]

    def __str__(self) -> str:
        return f"{self.entity}，{self.get_way_display()}"

    @property
    def is_organised(self) -> bool:
        return self.way in self.ORGANISED

    def holds_on(self, day: dt.date) -> bool:
        """Whether the entity is covered this way on a day."""
        return bool(self.valid and not self.valid.isempty and day in self.valid)


class FindingQuerySet(ScopedQuerySet):
    """What the nightly check found."""

    area_path = "area_id"

    def open(self):
        return self.filter(closed_on__isnull=True)

    def closed_lately(self, on: dt.date):
        """Not found any more since a day of the last three months, the latest first."""
        since = on - dt.timedelta(days=92)
        return self.filter(closed_on__gte=since).order_by("-closed_on", "kind", "sentence")

    def in_order(self):
        return self.order_by("kind", "found_on", "sentence")


class Finding(StreetRow):
    """A gap or a contradiction that the nightly check found; closed by the check that no longer finds it."""

    class Kind(models.TextChoices):
        UNCOVERED = "uncovered", "在营却没有覆盖"
        CLOSED_COVERED = "closed_covered", "已不在营还在覆盖"
        ORGANISATION_GONE = "organisation_gone", "党组织已撤销还挂着"
        UNIT_OTHERWISE = "unit_otherwise", "组建单位却按别的方式覆盖"
        PLACE_UNCHARGED = "place_uncharged", "没有支部负责的地点"
        PLACE_CLOSED = "place_closed", "地点已撤销还在责任范围里"
        SPLIT_TWICE = "split_twice", "室和楼层归两个支部"
        OUTSIDE_AREA = "outside_area", "党员责任区超出支部范围"

    kind = models.CharField("种类", max_length=18, choices=Kind)
    area = models.ForeignKey("territory.Area", on_delete=models.PROTECT, null=True, related_name="+")
    entity = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey("territory.Place", on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    sentence = models.CharField("查到", max_length=240)
    found_on = models.DateField("查到日期")
    seen_on = models.DateField("最近一次查到")
    closed_on = models.DateField("不再查到，自", null=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = "核查结果"
        constraints = [
            models.UniqueConstraint(
                fields=["street", "kind", "entity", "place", "organisation"],
                condition=Q(closed_on__isnull=True),
                nulls_distinct=False,
                name="finding_open_once",
            )
        ]

    def __str__(self) -> str:
        return self.sentence


class OutreachQuerySet(DatedQuerySet):
    """Who looks after people without premises."""

    area_path = "submission__place__area_id"


class Outreach(StreetRow):
    """A person without premises (a rider, a streamer), known by their own registration only, and the organisation that
    invites them. Holds nothing about the person: that stays sealed in what they wrote, and goes when they withdraw it."""

    submission = models.ForeignKey("coverage.Submission", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="outreach")
    valid = DateRangeField("期间")

    objects = OutreachQuerySet.as_manager()

    class Meta:
        verbose_name = "联系无固定场所的人"
        constraints = [
            ExclusionConstraint(
                name="reached_by_one_organisation_at_a_time",
                expressions=[("submission", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message="已经有一个党组织在联系。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}"
