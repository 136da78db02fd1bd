"""暖新餐点: where people of the new kinds of work eat warm and cheap, when, on which terms; and who said that it was shut."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Count, F, Q

from shimen.models import ScopedQuerySet, StreetRow
from supply.models.venues import Venue


class MealPointQuerySet(ScopedQuerySet):
    """Meal points; one is seen by whoever sees its place."""

    area_path = "place__area_id"

    def standing(self, day: dt.date):
        """Offered on a day."""
        return self.filter(valid__contains=day)

    def with_rows(self):
        """With what the clock is asked about: hours and pauses, two queries more."""
        return self.select_related("place__area", "entity", "venue").prefetch_related("hours", "pauses")

    def with_reports(self):
        """`reported`: reports that nobody has answered."""
        return self.annotate(reported=Count("reports", Q(reports__answered_at__isnull=True)))

    def in_order(self):
        return self.order_by("place__area__sort", "place__road", "place__address_key", "pk")


class MealPoint(StreetRow):
    """A point: in a restaurant of the registry, or in a venue, at a place of the street."""

    class Eater(models.TextChoices):
        RIDER = "rider", "外卖骑手"
        COURIER = "courier", "快递员"
        DRIVER = "driver", "网约车、货车司机"
        CLEANER = "cleaner", "环卫工人"
        SECURITY = "security", "保安、物业人员"
        STREAMER = "streamer", "网络主播"
        ELDERLY = "elderly", "60 岁以上老人"
        ANYONE = "anyone", "所有人"

    name = models.CharField("名称", max_length=40)
    place = models.ForeignKey("territory.Place", on_delete=models.PROTECT, related_name="+", verbose_name="地点")
    entity = models.ForeignKey(
        "coverage.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="哪家店"
    )
    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, null=True, blank=True, related_name="meal_points", verbose_name="在哪个阵地"
    )
    eaters = ArrayField(models.CharField(max_length=10, choices=Eater), verbose_name="谁可以来")
    terms = models.CharField("怎么享受", max_length=160, blank=True)
    offer = models.CharField("有什么吃的", max_length=160, blank=True)
    price = models.DecimalField("价格（元）", max_digits=6, decimal_places=2)
    price_note = models.CharField("价格说明", max_length=60, blank=True)
    is_open_on_holidays = models.BooleanField("节假日照常", default=False)
    valid = DateRangeField("期间")
    token = models.CharField("公开地址", max_length=16, unique=True, editable=False)
    made_at = models.DateTimeField("登记时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField("停办原因", max_length=120, blank=True)

    objects = MealPointQuerySet.as_manager()

    class Meta:
        verbose_name = "暖新餐点"
        constraints = [
            models.UniqueConstraint(
                "street",
                "name",
                condition=Q(valid__endswith__isnull=True),
                name="meal_point_name_once",
                violation_error_message="已有同名的餐点，换个名字。",
            ),
            models.CheckConstraint(
                condition=Q(entity__isnull=True) | Q(venue__isnull=True),
                name="meal_point_in_a_shop_or_a_venue",
                violation_error_message="开在店里，或在阵地里，只选一样。",
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="meal_price_is_not_negative"),
            models.CheckConstraint(condition=Q(eaters__len__gte=1), name="meal_point_is_for_somebody"),
        ]
        indexes = [models.Index(fields=["street", "place"], name="meal_point_by_place")]

    def __str__(self) -> str:
        return self.name

    @property
    def eater_words(self) -> str:
        return "、".join(str(self.Eater(key).label) for key in self.eaters if key in self.Eater.values)

    @property
    def price_words(self) -> str:
        """免费, 10 元, 12.50 元（一荤两素）."""
        amount = self.price.quantize(1) if self.price == self.price.to_integral_value() else self.price
        words = f"{amount} 元" if self.price else "免费"
        return f"{words}（{self.price_note}）" if self.price_note else words

    @property
    def is_ended(self) -> bool:
        return self.valid.upper is not None


class MealHours(models.Model):
    """From when to when on a day of the week (0 is Monday)."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "周一"
        TUESDAY = 1, "周二"
        WEDNESDAY = 2, "周三"
        THURSDAY = 3, "周四"
        FRIDAY = 4, "周五"
        SATURDAY = 5, "周六"
        SUNDAY = 6, "周日"

    point = models.ForeignKey(MealPoint, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField("星期", choices=Weekday)
    opens = models.TimeField("开始")
    closes = models.TimeField("结束")

    class Meta:
        verbose_name = "供餐时间"
        constraints = [
            models.UniqueConstraint(fields=["point", "weekday", "opens"], name="meal_hours_once"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="meal_hours_end_after_beginning"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="meal_hours_on_a_weekday"),
        ]


class MealPause(StreetRow):
    """Days on which a point does not serve (装修, 歇业)."""

    point = models.ForeignKey(MealPoint, on_delete=models.CASCADE, related_name="pauses")
    period = DateRangeField("停供期间")
    reason = models.CharField("原因", max_length=60)
    made_at = models.DateTimeField("登记时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "餐点停供"
        constraints = [
            ExclusionConstraint(
                name="meal_pauses_do_not_overlap",
                expressions=[("point", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="这几天已经登记过停供。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.point} {self.reason}"

    @property
    def last_day(self) -> dt.date:
        return self.period.upper - dt.timedelta(days=1)


class MealReportQuerySet(ScopedQuerySet):
    """Reports from the doors of points."""

    area_path = "point__place__area_id"

    def open(self):
        return self.filter(answered_at__isnull=True)

    def newest_first(self):
        return self.order_by("-reported_at", "-pk")


class MealReport(StreetRow):
    """Somebody stood before a point and says what was wrong. Nothing is kept of who it was."""

    class Kind(models.TextChoices):
        SHUT = "shut", "该开的时候没开"
        SOLD_OUT = "sold_out", "没有吃的了"
        REFUSED = "refused", "符合条件却不让吃"
        OTHER = "other", "其他"

    point = models.ForeignKey(MealPoint, on_delete=models.CASCADE, related_name="reports")
    kind = models.CharField("怎么了", max_length=10, choices=Kind)
    words = models.CharField("说明", max_length=120, blank=True)
    reported_at = models.DateTimeField("反映时间")
    answered_at = models.DateTimeField("了结时间", null=True)
    answered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField("怎么处理的", max_length=120, blank=True)

    objects = MealReportQuerySet.as_manager()

    class Meta:
        verbose_name = "餐点反映"
        indexes = [models.Index(fields=["street", "-reported_at"], name="meal_report_by_time")]

    def __str__(self) -> str:
        return f"{self.point} {self.get_kind_display()}"
