"""名书记传帮带: who teaches whom, for a time, and the sessions that were held."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import DateField, ExpressionWrapper, F, Max, Q
from django.db.models.functions import Coalesce

from branches.models.organisations import DatedQuerySet, Organisation
from shimen.models import ScopedQuerySet, StreetRow


class MentorPairQuerySet(DatedQuerySet):
    """Pairs; seen by whoever sees the learner's organisation."""

    area_path = "organisation__area_id"

    def with_last(self):
        """With `last_on`, the day of the last session, and `due_on`, when the next one is due by the pair's pace."""
        last = Max("sessions__held_on", filter=Q(sessions__withdrawn_at__isnull=True))
        agreed = Max("sessions__next_on", filter=Q(sessions__withdrawn_at__isnull=True))
        begun = F("valid__startswith")
        by_pace = ExpressionWrapper(Coalesce("last_on", begun) + F("every_days"), output_field=DateField())
        rows = self.annotate(last_on=last, agreed_on=agreed)
        later = Q(agreed_on__isnull=False) & (Q(last_on__isnull=True) | Q(agreed_on__gt=F("last_on")))
        return rows.annotate(
            due_on=models.Case(models.When(later, then=F("agreed_on")), default=by_pace, output_field=DateField())
        )

    def in_order(self):
        """By the learner's grid and the day of beginning."""
        return self.order_by("organisation__area__sort", "valid", "id")


class MentorPair(StreetRow):
    """A mentor and a learner. The names are those of people in office, shown as such; `valid` ends when the pair ends."""

    mentor = models.CharField("传帮带书记", max_length=30)
    mentor_unit = models.CharField("书记所在单位", max_length=60)
    mentor_user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="书记的账号"
    )
    learner = models.CharField("结对对象", max_length=30)
    learner_post = models.CharField("职务", max_length=40, blank=True)
    learner_user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="对象的账号"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="mentor_pairs", verbose_name="所在党组织"
    )
    valid = DateRangeField("结对期间")
    goals = models.TextField("带什么、学什么", max_length=600)
    every_days = models.PositiveSmallIntegerField("隔几天见一次", default=30)
    end_reason = models.CharField("结束说明", max_length=200, blank=True)

    objects = MentorPairQuerySet.as_manager()

    class Meta:
        verbose_name = "传帮带结对"
        constraints = [
            ExclusionConstraint(
                name="same_pair_once_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("mentor", RangeOperators.EQUAL),
                    ("learner", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这两位这段时间已经结对。",
            ),
            models.CheckConstraint(condition=Q(every_days__gte=7, every_days__lte=180), name="mentor_pace_is_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.mentor}带{self.learner}"

    def holds_on(self, day: dt.date) -> bool:
        return bool(day in self.valid)

    @property
    def since(self) -> dt.date:
        return self.valid.lower

    @property
    def until(self) -> dt.date | None:
        """The first day on which it does not hold any more."""
        return self.valid.upper


class MentorSessionQuerySet(ScopedQuerySet):
    """Sessions; seen by whoever sees the learner's organisation."""

    area_path = "pair__organisation__area_id"

    def standing(self):
        return self.filter(withdrawn_at__isnull=True)


class MentorSession(StreetRow):
    """One meeting: what was gone through, and when they meet next."""

    pair = models.ForeignKey(MentorPair, on_delete=models.PROTECT, related_name="sessions")
    held_on = models.DateField("哪天")
    note = models.CharField("讲了什么", max_length=500)
    next_on = models.DateField("下次", null=True, blank=True)
    recorded_at = models.DateTimeField("记下时间")
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField("撤销时间", null=True)

    objects = MentorSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "传帮带活动"
        constraints = [
            models.UniqueConstraint(
                fields=["pair", "held_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="mentor_session_once_per_day",
                violation_error_message="这一天已经记过一次。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.held_on:%Y-%m-%d} {self.pair}"
