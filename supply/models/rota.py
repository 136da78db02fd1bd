"""轮值站长: who may be the master of a venue, who is on which day, swaps asked for, and what is handed over."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from shimen.models import ScopedQuerySet, StreetRow
from supply.models.venues import Venue, run_in_areas

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User


class OfRotaQuerySet(ScopedQuerySet):
    """What belongs to a venue: seen and changed by whoever looks after it."""

    area_path = "venue__area_id"


class MasterQuerySet(OfRotaQuerySet):
    """Those who take turns."""

    def on(self, day: dt.date):
        return self.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))

    def in_order(self):
        return self.order_by("since", "pk")


class StationMaster(StreetRow):
    """Somebody who takes turns as master of a venue in `[since, until)`. An account is not needed to stand at the desk."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="masters", verbose_name="阵地")
    name = models.CharField("姓名", max_length=40)
    unit = models.CharField("单位、职务", max_length=60, blank=True)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号"
    )
    since = models.DateField("自")
    until = models.DateField("至", null=True, blank=True)

    objects = MasterQuerySet.as_manager()

    class Meta:
        verbose_name = "轮值站长"
        constraints = [
            models.UniqueConstraint(
                "venue",
                "name",
                condition=Q(until__isnull=True),
                name="master_once_per_venue",
                violation_error_message="名单里已有这个人。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ShiftQuerySet(OfRotaQuerySet):
    """Days on duty."""

    def between(self, first: dt.date, last: dt.date):
        return self.filter(day__gte=first, day__lte=last)

    def held_by(self, user: User | AnonymousUser):
        """The person's own days."""
        return self.filter(master__user=user.pk, street_id=getattr(user, "street_id", None))

    def in_order(self):
        return self.order_by("day", "venue_id")


class Shift(StreetRow):
    """One day of one venue, and who is its master."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="shifts", verbose_name="阵地")
    day = models.DateField("日期")
    master = models.ForeignKey(StationMaster, on_delete=models.PROTECT, related_name="shifts", verbose_name="站长")
    is_holiday = models.BooleanField("节假日", default=False)
    # Swapped by agreement: not shuffled again when the rota is made anew.
    is_fixed = models.BooleanField("换过班", default=False)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = "值班"
        constraints = [
            models.UniqueConstraint(
                "venue", "day", name="one_master_per_venue_and_day", violation_error_message="这一天已经有站长。"
            ),
        ]
        indexes = [models.Index(fields=["master", "day"], name="shift_by_master")]

    def __str__(self) -> str:
        return f"{self.day:%m-%d} {self.master}"


class SwapQuerySet(ScopedQuerySet):
    """Swaps asked for."""

    area_path = "shift__venue__area_id"

    def open(self):
        return self.filter(state=Swap.State.ASKED)

    def for_venues_run_by(self, user: User | AnonymousUser):
        return run_in_areas(self, user, "shift__venue__area_id")


class Swap(StreetRow):
    """A master asks another one to stand in; with `instead` they exchange two days, without it the day is taken over."""

    class State(models.TextChoices):
        ASKED = "asked", "等对方答应"
        ACCEPTED = "accepted", "已换"
        DECLINED = "declined", "没有答应"
        WITHDRAWN = "withdrawn", "已撤回"

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="swaps", verbose_name="要换出的一天")
    to = models.ForeignKey(StationMaster, on_delete=models.PROTECT, related_name="+", verbose_name="请谁换")
    instead = models.ForeignKey(
        Shift, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name="换来的一天"
    )
    reason = models.CharField("原因", max_length=100)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField("提出时间")
    answered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("答复时间", null=True)

    objects = SwapQuerySet.as_manager()

    class Meta:
        verbose_name = "换班"
        constraints = [
            models.UniqueConstraint(
                "shift",
                condition=Q(state="asked"),
                name="one_open_swap_per_shift",
                violation_error_message="这一天已经在请人换，先撤回原来的。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.shift}换给{self.to}"


class HandoverNote(StreetRow):
    """What a master leaves to the next one: one note per venue and day."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="notes", verbose_name="阵地")
    day = models.DateField("日期")
    text = models.TextField("交接", max_length=2000)
    written_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField("写下时间")
    read_at = models.DateTimeField("看过时间", null=True)

    objects = OfRotaQuerySet.as_manager()

    class Meta:
        verbose_name = "交接"
        constraints = [models.UniqueConstraint("venue", "day", name="one_handover_per_venue_and_day")]

    def __str__(self) -> str:
        return f"{self.venue} {self.day:%m-%d} 交接"
