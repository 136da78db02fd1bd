"""Groups of a branch (党小组): its members shared out, each group with a leader, for a range of days."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Count, Q

from branches.models.members import Member
from branches.models.organisations import DatedQuerySet, Organisation
from shimen.models import StreetRow


class GroupQuerySet(DatedQuerySet):
    """Groups; one is seen by whoever sees its branch."""

    area_path = "organisation__area_id"

    def with_size(self, day):
        """Adds `size`: how many members it has on a day."""
        return self.annotate(size=Count("places", filter=Q(places__valid__contains=day)))


class Group(StreetRow):
    """A group of a branch. Ended, never deleted."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField("名称", max_length=30)
    valid = DateRangeField("期间")
    end_reason = models.CharField("撤销原因", max_length=200, blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = "党小组"
        constraints = [
            ExclusionConstraint(
                name="group_name_once_per_branch",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这个支部已经有同名的党小组。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class GroupPlaceQuerySet(DatedQuerySet):
    """Who is in which group."""

    area_path = "group__organisation__area_id"


class GroupPlace(StreetRow):
    """A member's place in a group, as its leader or not."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="places")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="groups", verbose_name="党员")
    is_leader = models.BooleanField("组长", default=False)
    valid = DateRangeField("期间")

    objects = GroupPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "党小组成员"
        constraints = [
            ExclusionConstraint(
                name="member_in_one_group",
                expressions=[("member", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message="这位同志这段时间已在一个党小组，一名党员只编入一个小组。",
            ),
            ExclusionConstraint(
                name="one_leader_per_group",
                expressions=[("group", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(is_leader=True),
                violation_error_message="这个党小组这段时间已经有组长。",
            ),
        ]
