"""Bookings of spaces, lecturers and equipment.

A booking holds what it needs by one `Hold` each. While it stands (offered, waiting for consent, confirmed, used) the database
refuses a second hold on the same thing at the same time; holds of bookings on the waiting list do not stand.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from shimen.models import ScopedQuerySet, StreetRow
from supply.models.recipients import Recipient
from supply.models.venues import Equipment, Space, Venue, run_in_areas
from supply.rules.booking_states import STANDING, State
from supply.timing.opening import MIDNIGHT
from supply.timing.series import Frequency

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User


class Speaker(StreetRow):
    """Somebody who speaks or teaches and can be booked. `source` is the id of the lecturer in the app that keeps them."""

    name = models.CharField("姓名", max_length=40)
    unit = models.CharField("单位", max_length=60, blank=True)
    topics = models.CharField("讲什么", max_length=120, blank=True)
    source = models.UUIDField(null=True, unique=True, editable=False)
    retired_on = models.DateField("停用日期", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "讲师"

    def __str__(self) -> str:
        return self.name


class BookingSeries(StreetRow):
    """A booking that comes again; every occurrence is a booking of its own."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="series", verbose_name="空间")
    title = models.CharField("用途", max_length=60)
    frequency = models.CharField("周期", max_length=8, choices=[(f.value, f.value) for f in Frequency])
    interval = models.PositiveSmallIntegerField("每几个周期", default=1)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name="星期")
    nth = models.PositiveSmallIntegerField("第几个", default=1)
    first = models.DateField("首次")
    until = models.DateField("到")
    opens = models.PositiveSmallIntegerField("开始（分）")
    closes = models.PositiveSmallIntegerField("结束（分）")
    skipped = ArrayField(models.DateField(), verbose_name="跳过的日子", default=list)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("登记时间")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "系列预订"
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")) & Q(closes__lte=MIDNIGHT), name="series_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=Q(until__gte=F("first")), name="series_until_after_first"),
        ]

    def __str__(self) -> str:
        return self.title


class BookingQuerySet(ScopedQuerySet):
    """Bookings. The street sees them, for spaces are shared; they are changed by whoever made them or runs the venue."""

    def changeable_by(self, user: User | AnonymousUser):
        """Made by this person, or in a venue that they look after as staff or station master. What holds a space for the
        weekly menu is changed on the menu."""
        own = self.filter(made_by=user.pk, street_id=getattr(user, "street_id", None))
        return (own | self.run_by(user)).filter(menu_item__isnull=True)

    def run_by(self, user: User | AnonymousUser):
        """In a venue that the person looks after."""
        from shimen.accounts.access import scope_of
        from shimen.accounts.models import Role

        if not scope_of(user).has(Role.STAFF, Role.STATION_MASTER):
            return self.none()
        return run_in_areas(self, user, "space__venue__area_id")

    def standing(self):
        return self.filter(state__in=STANDING)

    def shown(self):
        """What a calendar shows: what stands, and what was not used."""
        return self.filter(state__in=(*STANDING, State.RELEASED))

    def between(self, since: dt.datetime, until: dt.datetime):
        """Those that touch `[since, until)`."""
        return self.filter(starts_at__lt=until, ends_at__gt=since)

    def in_order(self):
        return self.order_by("starts_at", "space__place", "pk")

    def with_all(self):
        return self.select_related("space__venue__area", "recipient", "made_by", "menu_item")


class Booking(StreetRow):
    """One booking of a space for a stretch of one day. Life: see `supply.rules.booking_states`."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="bookings", verbose_name="空间")
    series = models.ForeignKey(
        BookingSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name="系列"
    )
    title = models.CharField("用途", max_length=60)
    recipient = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name="党组织"
    )
    people = models.PositiveSmallIntegerField("人数")
    note = models.CharField("说明", max_length=200, blank=True)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    state = models.CharField("状态", max_length=10, choices=State.choices())
    # Said at the door, so that only those who booked check in.
    code = models.CharField("入场码", max_length=6, editable=False)
    made_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="预订人"
    )
    made_at = models.DateTimeField("预订时间")
    changed_at = models.DateTimeField("更改时间")
    revision = models.PositiveSmallIntegerField(default=0)
    offer_until = models.DateTimeField("保留到", null=True)
    checked_in_at = models.DateTimeField("签到时间", null=True)
    reason = models.CharField("原因", max_length=200, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = "预订"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="booking_ends_after_it_begins",
                violation_error_message="结束要晚于开始。",
            ),
            models.CheckConstraint(
                condition=Q(people__gte=1), name="booking_for_somebody", violation_error_message="人数至少 1 人。"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.OFFERED) | Q(offer_until__isnull=False), name="booking_offered_until_when"
            ),
        ]
        indexes = [
            models.Index(fields=["street", "starts_at"], name="booking_by_time"),
            models.Index(fields=["space", "starts_at"], name="booking_by_space"),
            models.Index(
                fields=["state", "starts_at"],
                condition=Q(state__in=(State.CONFIRMED, State.OFFERED, State.PENDING, State.WAITING)),
                name="booking_open_by_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title


def _never_twice(what: str, sentence: str) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=f"{what}_never_booked_twice",
        expressions=[(what, RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
        condition=Q(stands=True),
        violation_error_message=sentence,
    )


class Hold(StreetRow):
    """That a booking holds a space, a thing or a person during its time. `stands` follows the booking's state."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="holds")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, null=True, related_name="holds", verbose_name="空间")
    equipment = models.ForeignKey(
        Equipment, on_delete=models.PROTECT, null=True, related_name="holds", verbose_name="设备"
    )
    speaker = models.ForeignKey(Speaker, on_delete=models.PROTECT, null=True, related_name="holds", verbose_name="讲师")
    during = DateTimeRangeField("时段")
    stands = models.BooleanField(default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "占用"
        constraints = [
            models.CheckConstraint(
                condition=Q(space__isnull=False, equipment__isnull=True, speaker__isnull=True)
                | Q(space__isnull=True, equipment__isnull=False, speaker__isnull=True)
                | Q(space__isnull=True, equipment__isnull=True, speaker__isnull=False),
                name="hold_of_one_thing",
            ),
            _never_twice("space", "这个时段的空间刚被订走了，换个时段，或排候补。"),
            _never_twice("equipment", "这个时段的设备刚被订走了，换一台，或换个时段。"),
            _never_twice("speaker", "这位讲师这个时段刚被请走了，换个时段。"),
        ]

    def __str__(self) -> str:
        return str(self.space or self.equipment or self.speaker)


class CalendarFeedQuerySet(ScopedQuerySet):
    """Calendars that are subscribed to."""

    def run_by(self, user: User | AnonymousUser):
        return run_in_areas(self, user, "venue__area_id")

    def standing(self):
        return self.filter(ended_at__isnull=True)


class CalendarFeed(StreetRow):
    """A secret address under which a calendar programme reads the bookings of a venue or of one space; only a hash is kept."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="feeds", verbose_name="阵地")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, null=True, related_name="feeds", verbose_name="空间")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("生成时间")
    ended_at = models.DateTimeField("停用时间", null=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = "日历订阅"
        constraints = [
            models.UniqueConstraint(
                "venue", "space", condition=Q(ended_at__isnull=True), name="one_feed_per_venue_or_space",
                nulls_distinct=False,
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.space or self.venue)
