"""Direct deliveries (美好直通车), and the one ledger of what was brought to whom on which day."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Count, Max, Q

from shimen.models import ScopedQuerySet, StreetRow
from supply.models.lists import Category, Need, Project, Resource
from supply.models.menus import Order
from supply.models.recipients import Recipient
from supply.rules.delivery_flow import TITLES, State


class DeliveryQuerySet(ScopedQuerySet):
    """Deliveries; one is seen by whoever sees the organisation."""

    area_path = "recipient__area_id"

    def open(self):
        """Asked for and not yet brought, refused or cancelled."""
        return self.filter(state__in=[State.REQUESTED, State.ACCEPTED, State.DISPATCHED])

    def to_accept(self):
        return self.filter(state=State.REQUESTED)

    def brought(self):
        return self.filter(state__in=[State.DELIVERED, State.RATED])

    def planned_on(self, day: dt.date):
        """Accepted or under way for a day."""
        return self.filter(state__in=[State.ACCEPTED, State.DISPATCHED], planned_on=day)

    def by_day(self):
        return self.order_by("planned_on", "wanted_on", "pk")

    def newest_first(self):
        return self.order_by("-requested_at", "-pk")


class Delivery(StreetRow):
    """A course, an activity or a service brought to the organisation's door.

    `code` is four digits that whoever receives it says to whoever brings it; a note of what was done serves as well. No
    photograph is asked for. `tries` counts wrong codes.
    """

    class Proof(models.TextChoices):
        NONE = "", "还没有"
        CODE = "code", "对方报了送达码"
        NOTE = "note", "写了说明"

    class Rating(models.TextChoices):
        NONE = "", "还没有评"
        GOOD = "good", "满意"
        FAIR = "fair", "基本满意"
        BAD = "bad", "不满意"

    STATES = [(state.value, title) for state, title in TITLES.items()]

    year = models.PositiveSmallIntegerField("年")
    serial = models.PositiveIntegerField("序号")
    recipient = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, related_name="deliveries", verbose_name="送到哪个党组织"
    )
    title = models.CharField("要什么", max_length=60)
    words = models.CharField("说明", max_length=300, blank=True)
    category = models.CharField("类别", max_length=8, choices=Category)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    heads = models.PositiveSmallIntegerField("多少人", null=True, blank=True)
    address = models.CharField("送到哪里", max_length=100)
    wanted_on = models.DateField("希望哪天")
    planned_on = models.DateField("定在哪天", null=True, blank=True)
    planned_time = models.TimeField("几点", null=True, blank=True)
    provider = models.CharField("谁来送", max_length=60, blank=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default=State.REQUESTED.value)
    code = models.CharField("送达码", max_length=4)
    tries = models.PositiveSmallIntegerField(default=0)
    proof = models.CharField("送达凭据", max_length=6, choices=Proof, blank=True, default="")
    proof_note = models.CharField("送达说明", max_length=200, blank=True)
    rating = models.CharField("评价", max_length=6, choices=Rating, blank=True, default="")
    rating_words = models.CharField("评价的话", max_length=200, blank=True)
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField("申请时间")
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "直通车"
        constraints = [
            models.UniqueConstraint("street", "year", "serial", name="delivery_number_once_per_street"),
            models.CheckConstraint(
                condition=~Q(state__in=["delivered", "rated"]) | (~Q(proof="") & Q(delivered_at__isnull=False)),
                name="delivered_with_a_proof",
                violation_error_message="送达要有送达码或一句说明。",
            ),
            models.CheckConstraint(
                condition=~Q(proof="note") | ~Q(proof_note=""),
                name="proof_note_says_something",
                violation_error_message="没有送达码时，写一句送到了什么、交给谁。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "dispatched"]) | Q(planned_on__isnull=False),
                name="accepted_for_a_day",
                violation_error_message="接单要定日子。",
            ),
        ]
        indexes = [
            models.Index(fields=["street", "state", "planned_on"], name="delivery_by_day"),
            models.Index(fields=["recipient", "-requested_at"], name="delivery_by_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.number_words} {self.title}"

    @property
    def number_words(self) -> str:
        """2026-0031"""
        return f"{self.year}-{self.serial:04d}"


class DeliveryMoment(StreetRow):
    """A line of a delivery's story. Written by the verbs, never changed."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="moments")
    at = models.DateTimeField("时间")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    sentence = models.CharField("一句话", max_length=120)
    words = models.CharField("说明", max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "直通车经过"
        indexes = [models.Index(fields=["delivery", "-at"], name="delivery_moment_by_delivery")]


class ServingQuerySet(ScopedQuerySet):
    """What was brought; one is seen by whoever sees the organisation."""

    area_path = "recipient__area_id"

    def between(self, first: dt.date, last: dt.date):
        """Both days included."""
        return self.filter(on__gte=first, on__lte=last)

    def newest_first(self):
        return self.order_by("-on", "-pk")

    def last_days(self):
        """The last day on which each recipient was served: `{"recipient": …, "last": …, "n": …}`."""
        return self.order_by().values("recipient").annotate(last=Max("on"), n=Count("pk"))


class Serving(StreetRow):
    """供给记录: something reached an organisation on a day, from the menu or by direct delivery. One row per order or
    delivery, written by the verb that ends it."""

    class Via(models.TextChoices):
        MENU = "menu", "每周菜单"
        DOOR = "door", "美好直通车"

    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="servings")
    on = models.DateField("哪天")
    via = models.CharField("怎么送到的", max_length=6, choices=Via)
    title = models.CharField("什么", max_length=60)
    category = models.CharField("类别", max_length=8, choices=Category)
    is_led = models.BooleanField("书记领跑", default=False)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="serving")
    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, null=True, blank=True, related_name="serving")

    objects = ServingQuerySet.as_manager()

    class Meta:
        verbose_name = "供给记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(via="menu", order__isnull=False, delivery__isnull=True)
                | Q(via="door", order__isnull=True, delivery__isnull=False),
                name="serving_from_one_source",
            )
        ]
        indexes = [
            models.Index(fields=["recipient", "-on"], name="serving_by_recipient"),
            models.Index(fields=["street", "-on"], name="serving_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.title}"
