"""Party members of the street's organisations.

Membership is sensitive personal information: names and numbers are sealed, lists show masks, and only whoever looks after
an organisation reads the names of its members, which the access log keeps. A row is one membership of one person in one
organisation for a range of days; a transfer ends one and begins another.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from branches.models.organisations import DatedQuerySet, Organisation
from shimen.models import StreetRow
from shimen.privacy.sealing import open_sealed

TABLE = "branches_member"


class MemberQuerySet(DatedQuerySet):
    """Memberships; one is seen by whoever sees its organisation."""

    area_path = "organisation__area_id"

    def full(self):
        """正式党员: with a vote, counted for founding, committees and quorum."""
        return self.filter(standing=Member.Standing.FULL)

    def of(self, organisation: Organisation | uuid.UUID):
        return self.filter(organisation=organisation)

    def in_order(self):
        """Secretaries see their own branch's people by day of joining; a mask cannot be sorted by name."""
        return self.order_by("valid", "id")


class Member(StreetRow):
    """One person's membership in one organisation. `relation` says whether their papers are here or elsewhere."""

    class Standing(models.TextChoices):
        FULL = "full", "正式党员"
        PROBATIONARY = "probationary", "预备党员"

    class Relation(models.TextChoices):
        HERE = "here", "组织关系在本支部"
        FLOATING = "floating", "流动党员，组织关系在外"
        SECONDED = "seconded", "下沉编入，组织关系在原单位"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="members", verbose_name="党组织"
    )
    standing = models.CharField("党员类别", max_length=14, choices=Standing, default=Standing.FULL)
    relation = models.CharField("组织关系", max_length=10, choices=Relation, default=Relation.HERE)
    name_sealed = models.BinaryField("姓名（加密）", null=True, editable=False)
    name_mask = models.CharField("姓名", max_length=30)
    phone_sealed = models.BinaryField("电话（加密）", null=True, editable=False)
    phone_index = models.BinaryField("电话索引", max_length=16, null=True, editable=False)
    phone_mask = models.CharField("电话", max_length=20, blank=True)
    worker = models.ForeignKey(
        "coverage.Worker", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="从业人员"
    )
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号"
    )
    home_unit = models.CharField("组织关系所在单位", max_length=100, blank=True)
    valid = DateRangeField("在册期间")
    left_reason = models.CharField("离开原因", max_length=100, blank=True)
    source = models.CharField("来源", max_length=20, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "党员"
        constraints = [
            ExclusionConstraint(
                name="member_of_one_organisation_by_worker",
                expressions=[("worker", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(worker__isnull=False),
                violation_error_message="这位同志这段时间已在一个党组织，一名党员只编入一个支部。",
            ),
            ExclusionConstraint(
                name="member_of_one_organisation_by_phone",
                expressions=[
                    ("street", RangeOperators.EQUAL),
                    ("phone_index", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(phone_index__isnull=False),
                violation_error_message="这个号码的同志这段时间已在一个党组织，一名党员只编入一个支部。",
            ),
        ]
        indexes = [models.Index(fields=["organisation"], name="member_by_organisation")]

    def __str__(self) -> str:
        return self.name_mask

    def name(self) -> str:
        """The name in clear. For the page of one's own organisation only; lists show `name_mask`."""
        if self.name_sealed is None:
            return self.name_mask
        return open_sealed(self.name_sealed, table=TABLE, column="name_sealed", row=self.pk)

    def is_current(self, on: dt.date) -> bool:
        """Whether the membership holds on a day."""
        return bool(on in self.valid) if self.valid is not None else False
