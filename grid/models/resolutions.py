"""What meetings resolve: what is to be done, by whom, until when; and what became of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from grid.models.meetings import AgendaItem, Meeting
from shimen.models import ScopedQuerySet, StreetRow

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User


class ResolutionQuerySet(ScopedQuerySet):
    """Resolutions; the usual chain is `visible_to(user).open().by_due()`."""

    area_path = "meeting__area_id"

    def visible_to(self, user: User | AnonymousUser):
        """Those of one's areas, and those that one has to carry out."""
        from shimen.accounts.access import scope_of

        scope = scope_of(user)
        if scope.street_id is None:
            return self.none()
        rows = self.filter(street_id=scope.street_id)
        if scope.area_ids is None:
            return rows
        return rows.filter(Q(meeting__area_id__in=scope.area_ids) | Q(owner_user=user.pk))

    def standing(self):
        return self.exclude(state=Resolution.State.WITHDRAWN)

    def open(self):
        return self.filter(state=Resolution.State.OPEN)

    def overdue(self, on: dt.date):
        return self.open().filter(due_on__lt=on)

    def found_by(self, typed: str):
        """By what was resolved, or by who is to do it."""
        return self.filter(Q(text__contains=typed) | Q(owner__contains=typed))

    def by_due(self):
        return self.order_by("due_on", "pk")


class Resolution(StreetRow):
    """议定事项: what is to be done, by whom, until when. Never without an owner and a day."""

    class State(models.TextChoices):
        OPEN = "open", "在办"
        DONE = "done", "已落实"
        DROPPED = "dropped", "不再办"
        WITHDRAWN = "withdrawn", "已撤回"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="resolutions")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="resolutions")
    matter = models.ForeignKey(
        "grid.Matter", on_delete=models.PROTECT, null=True, blank=True, related_name="resolutions", verbose_name="事项"
    )
    number = models.PositiveSmallIntegerField("第几项")
    text = models.CharField("议定事项", max_length=300)
    owner = models.CharField("责任人", max_length=60)
    owner_user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人账号"
    )
    due_on = models.DateField("期限")
    state = models.CharField("状态", max_length=9, choices=State, default=State.OPEN)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    made_at = models.DateTimeField("议定时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        verbose_name = "议定事项"
        constraints = [
            models.UniqueConstraint("meeting", "number", name="resolution_number_once_per_meeting"),
            models.CheckConstraint(
                condition=~Q(owner=""),
                name="resolution_has_an_owner",
                violation_error_message="写明责任人。",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="resolution_open_or_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["street", "state", "due_on"], name="resolution_by_due"),
            models.Index(fields=["matter"], name="resolution_by_matter"),
            models.Index(fields=["owner_user", "state"], name="resolution_by_owner"),
        ]

    def __str__(self) -> str:
        return self.text


class FollowUp(StreetRow):
    """What became of a resolution, as it was said on a day: done, not yet (perhaps with a new day), or given up."""

    class Said(models.TextChoices):
        DONE = "done", "已落实"
        NOT_YET = "not_yet", "还没落实"
        DROPPED = "dropped", "不再办"

    resolution = models.ForeignKey(Resolution, on_delete=models.CASCADE, related_name="follow_ups")
    # The later meeting at which it was said; empty where somebody reported in between.
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups")
    said = models.CharField("情况", max_length=8, choices=Said)
    note = models.CharField("说明", max_length=300, blank=True)
    due_on = models.DateField("新的期限", null=True, blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "落实情况"
        constraints = [
            models.CheckConstraint(
                condition=Q(said="done") | ~Q(note=""),
                name="follow_up_says_why_not",
                violation_error_message="没有落实的，写明原因。",
            )
        ]
        indexes = [models.Index(fields=["resolution", "-at"], name="follow_up_by_time")]
