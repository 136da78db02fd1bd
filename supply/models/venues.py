"""Venues (阵地), their spaces and equipment, and when they are open.

A grid has one venue at most (一网格一阵地); a grid without one is shown as a gap. The floor area of a venue is never written
down: it is the sum of its spaces.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q, Sum

from shimen.models import ScopedQuerySet, StreetRow
from supply.timing.opening import HOLIDAY, MIDNIGHT, WEEKDAY_NAMES, clock_words

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User


def run_in_areas(rows: models.QuerySet, user: User | AnonymousUser, path: str):
    """Those of `rows` whose area (`path`) is in the person's charge; nothing for the anonymous."""
    from shimen.accounts.access import scope_of

    scope = scope_of(user)
    if scope.street_id is None:
        return rows.none()
    rows = rows.filter(street_id=scope.street_id)
    return rows if scope.area_ids is None else rows.filter(**{f"{path}__in": scope.area_ids})


class VenueQuerySet(ScopedQuerySet):
    """Venues. Everyone of the street sees them all, for they serve all; who looks after one is asked by `run_by`."""

    def run_by(self, user: User | AnonymousUser):
        return run_in_areas(self, user, "area_id")

    def standing(self):
        return self.filter(closed_on__isnull=True)

    def main(self):
        return self.filter(is_main=True)

    def with_floor_area(self):
        """`floor_area` in whole square metres, added up from the spaces in use; None without any."""
        in_use = Q(spaces__retired_on__isnull=True)
        return self.annotate(floor_area=Sum("spaces__floor_area", filter=in_use))

    def in_order(self):
        return self.order_by("area__sort", "opened_on", "pk")


class Venue(StreetRow):
    """A place where party and people are served. `token` stands in the printed code of its public page."""

    area = models.ForeignKey("territory.Area", on_delete=models.PROTECT, related_name="+", verbose_name="网格")
    name = models.CharField("名称", max_length=60)
    is_main = models.BooleanField("主阵地", default=False)
    address = models.CharField("地址", max_length=120)
    place = models.ForeignKey(
        "territory.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="地图上的位置",
    )
    telephone = models.CharField("公开电话", max_length=30, blank=True)
    about = models.CharField("介绍", max_length=300, blank=True)
    opened_on = models.DateField("启用日期")
    closed_on = models.DateField("停用日期", null=True, blank=True)
    closed_reason = models.CharField("停用原因", max_length=200, blank=True)
    token = models.CharField(max_length=24, unique=True, editable=False)
    # A picture is welcome and never asked for; its bytes stand in the database, like every file of the product.
    picture = models.BinaryField("照片", null=True, editable=False)
    picture_kind = models.CharField(max_length=4, blank=True, editable=False)

    objects = VenueQuerySet.as_manager()

    class Meta:
        verbose_name = "阵地"
        constraints = [
            models.UniqueConstraint(
                "area",
                condition=Q(closed_on__isnull=True),
                name="one_venue_per_grid",
                violation_error_message="这个网格已经有阵地：一网格一阵地。要换，先停用原来的。",
            ),
            models.UniqueConstraint(
                "street",
                "name",
                condition=Q(closed_on__isnull=True),
                name="venue_name_once_per_street",
                violation_error_message="已有同名的阵地。",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="venue_closes_after_it_opens",
                violation_error_message="停用日期不能早于启用日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OfVenueQuerySet(ScopedQuerySet):
    """What belongs to a venue: seen by the street, changed by whoever looks after the venue."""

    def run_by(self, user: User | AnonymousUser):
        return run_in_areas(self, user, "venue__area_id")

    def in_use(self):
        return self.filter(retired_on__isnull=True)


class SpaceQuerySet(OfVenueQuerySet):
    """Spaces."""

    def bookable(self):
        """Those that can be booked: walk-in spaces cannot."""
        return self.in_use().filter(takes_bookings=True, venue__closed_on__isnull=True)

    def in_order(self):
        return self.order_by("venue__area__sort", "venue_id", "place", "pk")


class Space(StreetRow):
    """A room or corner of a venue. One that takes no bookings is open to whoever walks in."""

    class Kind(models.TextChoices):
        LIFE_ROOM = "life_room", "党员组织生活室"
        SECRETARY_STUDIO = "secretary_studio", "书记工作室"
        GRID_HALL = "grid_hall", "网格议事厅"
        LIVE_STUDIO = "live_studio", "直播互动新空间"
        RIDER_STATION = "rider_station", "小哥加油站"

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="spaces", verbose_name="阵地")
    kind = models.CharField("类别", max_length=16, choices=Kind)
    name = models.CharField("名称", max_length=60)
    floor = models.CharField("楼层、房号", max_length=30, blank=True)
    floor_area = models.PositiveIntegerField("面积（㎡）")
    capacity = models.PositiveSmallIntegerField("容纳人数")
    takes_bookings = models.BooleanField("可以预订", default=True)
    needs_consent = models.BooleanField("要站长同意", default=False)
    place = models.PositiveSmallIntegerField("次序", default=0)
    retired_on = models.DateField("停用日期", null=True, blank=True)
    # The code at the door, by which those who booked check in.
    door_token = models.CharField(max_length=24, unique=True, editable=False)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        verbose_name = "空间"
        constraints = [
            models.UniqueConstraint(
                "venue",
                "name",
                condition=Q(retired_on__isnull=True),
                name="space_name_once_per_venue",
                violation_error_message="这个阵地已有同名的空间。",
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1), name="space_holds_somebody", violation_error_message="容纳人数至少 1 人。"
            ),
            models.CheckConstraint(
                condition=Q(floor_area__gte=1), name="space_has_a_size", violation_error_message="面积至少 1 ㎡。"
            ),
        ]
        indexes = [models.Index(fields=["street", "kind"], name="space_by_kind")]

    def __str__(self) -> str:
        return self.name


class Equipment(StreetRow):
    """One thing that can be booked along with a space; two projectors are two rows."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="equipment", verbose_name="阵地")
    name = models.CharField("名称", max_length=60)
    note = models.CharField("说明", max_length=100, blank=True)
    retired_on = models.DateField("停用日期", null=True, blank=True)

    objects = OfVenueQuerySet.as_manager()

    class Meta:
        verbose_name = "设备"
        constraints = [
            models.UniqueConstraint(
                "venue",
                "name",
                condition=Q(retired_on__isnull=True),
                name="equipment_name_once_per_venue",
                violation_error_message="这个阵地已有同名的设备；两台就写一号、二号。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Hours(StreetRow):
    """A stretch of the day in which a space is open on a weekday (0 Monday … 6 Sunday) or on public holidays (7).

    Minutes since midnight; 1440 is the end of the day. A day without a row is closed.
    """

    DAYS = tuple(enumerate(WEEKDAY_NAMES))

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="hours", verbose_name="空间")
    weekday = models.PositiveSmallIntegerField("星期", choices=DAYS)
    opens = models.PositiveSmallIntegerField("开")
    closes = models.PositiveSmallIntegerField("关")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "开放时间"
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")) & Q(closes__lte=MIDNIGHT),
                name="hours_close_after_they_open",
                violation_error_message="关门要晚于开门。",
            ),
            models.CheckConstraint(condition=Q(weekday__lte=HOLIDAY), name="hours_on_a_weekday_or_holiday"),
            models.UniqueConstraint("space", "weekday", "opens", name="hours_once_per_space_and_day"),
        ]

    def __str__(self) -> str:
        return f"{clock_words(self.opens)}—{clock_words(self.closes)}"


class DayHours(StreetRow):
    """What holds on one day in place of the week: other hours, or closed (no hours). Without a space: the whole venue."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="day_hours", verbose_name="阵地")
    space = models.ForeignKey(
        Space, on_delete=models.CASCADE, null=True, blank=True, related_name="day_hours", verbose_name="空间"
    )
    day = models.DateField("日期")
    opens = models.PositiveSmallIntegerField("开", null=True)
    closes = models.PositiveSmallIntegerField("关", null=True)
    reason = models.CharField("原因", max_length=100)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("登记时间")

    objects = OfVenueQuerySet.as_manager()

    class Meta:
        verbose_name = "当日开放时间"
        constraints = [
            models.UniqueConstraint(
                "venue",
                "space",
                "day",
                name="day_hours_once",
                nulls_distinct=False,
                violation_error_message="这一天已经登记过，先撤回原来的。",
            ),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | (Q(opens__isnull=False, closes__gt=F("opens")) & Q(closes__lte=MIDNIGHT)),
                name="day_hours_close_after_they_open",
                violation_error_message="关门要晚于开门。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%m-%d} {self.words}"

    @property
    def words(self) -> str:
        """08:30—17:00, or 不开放."""
        if self.opens is None or self.closes is None:
            return "不开放"
        return f"{clock_words(self.opens)}—{clock_words(self.closes)}"

    @property
    def weekday(self) -> int:
        return dt.date.weekday(self.day)
