"""The weekly menu: what is offered in a week, to whom it is proposed first, who ordered what."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from shimen.models import ScopedQuerySet, StreetRow
from supply.models.bookings import Booking
from supply.models.lists import Category, Need, Project, Resource
from supply.models.recipients import Recipient
from supply.models.venues import Space
from supply.rules.booking_states import STANDING
from supply.rules.booking_states import State as BookingState


def new_token() -> str:
    """What stands in the address of a public page: not to be guessed."""
    return secrets.token_urlsafe(12)


class MenuQuerySet(ScopedQuerySet):
    """Menus; they belong to the whole street."""

    def published(self):
        return self.filter(state=Menu.State.PUBLISHED)

    def of_week(self, day: dt.date):
        """The menu of the week in which a day falls."""
        return self.filter(week=day - dt.timedelta(days=day.weekday()))

    def taking_orders(self, at: dt.datetime):
        """Published, not closed, and something on it still takes place."""
        offered = MenuItem.objects.filter(menu=OuterRef("pk"), cancelled_at__isnull=True)
        return self.published().filter(Exists(offered), closes_at__gt=at)

    def newest_first(self):
        return self.order_by("-week")


class Menu(StreetRow):
    """One week's menu. Assembled → (held, taken up again) → published; orders are taken until `closes_at`.

    `week` is its Monday. A draft is published at `publishes_at` unless somebody holds it. Until `holds_until` places that
    were proposed to an organisation are kept for it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "预览"
        HELD = "held", "暂缓"
        PUBLISHED = "published", "已发布"

    week = models.DateField("周一")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    note = models.CharField("说明", max_length=200, blank=True)
    publishes_at = models.DateTimeField("发布时间")
    holds_until = models.DateTimeField("留位到")
    closes_at = models.DateTimeField("报名截止")
    assembled_at = models.DateTimeField("起草时间")
    published_at = models.DateTimeField("实际发布", null=True, blank=True)
    published_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    held_why = models.CharField("为什么暂缓", max_length=200, blank=True)
    token = models.CharField(max_length=24, unique=True, default=new_token)

    objects = MenuQuerySet.as_manager()

    class Meta:
        verbose_name = "每周菜单"
        constraints = [
            models.UniqueConstraint(
                "street", "week", name="menu_once_per_week", violation_error_message="这一周已经有菜单。"
            ),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="menu_begins_on_monday"),
            models.CheckConstraint(
                condition=Q(publishes_at__lt=F("closes_at")), name="menu_closes_after_it_is_published"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="menu_published_at_an_instant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.week:%Y-%m-%d} 一周的菜单"

    @property
    def until(self) -> dt.date:
        """Its Sunday."""
        return self.week + dt.timedelta(days=6)

    def takes_orders(self, at: dt.datetime) -> bool:
        return self.state == self.State.PUBLISHED and at < self.closes_at


class MenuItemQuerySet(ScopedQuerySet):
    """What stands on menus."""

    def offered(self):
        return self.filter(cancelled_at__isnull=True)

    def in_order(self):
        return self.order_by("starts_at", "number")

    def with_rooms(self):
        return self.select_related("space__venue", "booking")

    def without_room(self):
        """Those that need a space and do not hold it."""
        needing = self.filter(cancelled_at__isnull=True, space__takes_bookings=True)
        return needing.exclude(booking__state__in=STANDING)

    def with_orders(self):
        """Annotated with how many organisations ordered, `ordered`, and how many wait, `waiting`."""
        states = Order.State
        return self.annotate(
            ordered=Count("orders", filter=Q(orders__state__in=[states.PLACED, states.SERVED, states.MISSED])),
            waiting=Count("orders", filter=Q(orders__state=states.WAITING)),
        )


class MenuItem(StreetRow):
    """An offer of one week. `quota` and `taken` count organisations or people, as `unit` says; `taken` is kept by the
    verbs under a lock and never exceeds the quota. `booking` holds `space` for the item while it stands (`supply.menus.rooms`)."""

    class Unit(models.TextChoices):
        ORGANISATION = "organisation", "个组织"
        PERSON = "person", "人"

    menu = models.ForeignKey(Menu, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField("序号")
    title = models.CharField("项目", max_length=60)
    category = models.CharField("类别", max_length=8, choices=Category)
    is_led = models.BooleanField("书记领跑", default=False)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, null=True, blank=True, related_name="items")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="items")
    provider = models.CharField("供给方", max_length=60, blank=True)
    location = models.CharField("地点", max_length=60)
    space = models.ForeignKey(
        Space, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="占哪个空间"
    )
    booking = models.OneToOneField(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="menu_item", verbose_name="占位的预订"
    )
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    unit = models.CharField("名额按", max_length=14, choices=Unit, default=Unit.ORGANISATION)
    quota = models.PositiveSmallIntegerField("名额")
    taken = models.PositiveSmallIntegerField("已报", default=0)
    words = models.CharField("说明", max_length=300, blank=True)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)
    cancelled_why = models.CharField("为什么取消", max_length=200, blank=True)
    settled_at = models.DateTimeField("记入供给时间", null=True, blank=True)

    objects = MenuItemQuerySet.as_manager()

    class Meta:
        verbose_name = "菜单项目"
        constraints = [
            models.UniqueConstraint("menu", "number", name="item_number_once_per_menu"),
            models.CheckConstraint(
                condition=Q(taken__lte=F("quota")),
                name="item_within_its_quota",
                violation_error_message="名额已满。",
            ),
            models.CheckConstraint(
                condition=Q(quota__gte=1), name="item_has_a_place", violation_error_message="名额至少 1 个。"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="item_ends_after_it_starts",
                violation_error_message="结束要晚于开始。",
            ),
        ]
        indexes = [
            models.Index(fields=["street", "starts_at"], name="item_by_time"),
            models.Index(fields=["resource", "starts_at"], name="item_by_resource"),
            models.Index(fields=["project", "starts_at"], name="item_by_project"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def left(self) -> int:
        return self.quota - self.taken

    @property
    def room(self) -> str:
        """'' where none is needed (or whoever comes walks in), 'held', 'asked' (its master has not agreed yet), 'none'."""
        if self.space is None or not self.space.takes_bookings or self.cancelled_at is not None:
            return ""
        if self.booking is None or self.booking.state not in STANDING:
            return "none"
        return "asked" if self.booking.state == BookingState.PENDING else "held"


class ItemNeed(StreetRow):
    """A need that an item answers."""

    item = models.ForeignKey(MenuItem, on_delete=models.CASCADE, related_name="answers")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="items")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "菜单对应的需求"
        constraints = [models.UniqueConstraint("item", "need", name="item_answers_a_need_once")]


class Proposal(StreetRow):
    """An item proposed to an organisation first, with why; `places` are kept for it until the menu's `holds_until`."""

    item = models.ForeignKey(MenuItem, on_delete=models.CASCADE, related_name="proposals")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="proposals")
    places = models.PositiveSmallIntegerField("留几个名额", default=1)
    weeks = models.PositiveSmallIntegerField("多少周没有供给", null=True, blank=True)
    why = models.CharField("为什么先给它", max_length=120)
    declined_at = models.DateTimeField("不要的时间", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "优先推荐"
        constraints = [models.UniqueConstraint("item", "recipient", name="item_proposed_once_to_each")]
        indexes = [models.Index(fields=["recipient"], name="proposal_by_recipient")]


class OrderQuerySet(ScopedQuerySet):
    """Orders; one is seen by whoever sees the organisation."""

    area_path = "recipient__area_id"

    def standing(self):
        """Those that have a place or wait for one."""
        return self.filter(state__in=[Order.State.PLACED, Order.State.WAITING])

    def placed(self):
        return self.filter(state=Order.State.PLACED)

    def waiting(self):
        return self.filter(state=Order.State.WAITING)

    def places(self) -> int:
        """How many places these take together."""
        return int(self.aggregate(n=Sum("places"))["n"] or 0)


class Order(StreetRow):
    """An organisation's order of an item. What was placed is counted as served when the item is over, unless nobody came."""

    class State(models.TextChoices):
        PLACED = "placed", "已报上"
        WAITING = "waiting", "候补"
        CANCELLED = "cancelled", "已取消"
        SERVED = "served", "已参加"
        MISSED = "missed", "没有来"

    item = models.ForeignKey(MenuItem, on_delete=models.PROTECT, related_name="orders")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="orders")
    places = models.PositiveSmallIntegerField("名额", default=1)
    state = models.CharField("状态", max_length=10, choices=State)
    note = models.CharField("备注", max_length=100, blank=True)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("报名时间")
    moved_at = models.DateTimeField("候补转正时间", null=True, blank=True)
    ended_at = models.DateTimeField("取消时间", null=True, blank=True)
    ended_why = models.CharField("为什么取消", max_length=100, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = "菜单报名"
        constraints = [
            models.UniqueConstraint(
                "item", "recipient", condition=~Q(state="cancelled"), name="ordered_once_at_a_time",
                violation_error_message="这个党组织已经报过这一项。",
            ),
            models.CheckConstraint(condition=Q(places__gte=1), name="order_has_a_place"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["recipient", "state"], name="order_by_recipient"),
            models.Index(fields=["item", "state", "made_at"], name="order_by_item"),
        ]
