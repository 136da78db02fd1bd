"""优享券: batches of coupons, who holds one, and what became of it at a merchant's phone.

A coupon is worth something once. That is kept by the database: one standing redemption per coupon, one open reservation per
coupon, one coupon per person and batch, never more coupons than the batch has. Nothing that opens a coupon is stored: the
address of its page and its changing code are worked out from its id with a key (`supply.coupons.codes`).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Count, F, Q, Sum

from coverage.collection.numbers import tidy
from shimen.models import ScopedQuerySet, StreetRow
from shimen.privacy.sealing import phone_index

if TYPE_CHECKING:
    import uuid

TABLE = "supply_coupon"


class CouponBatchQuerySet(ScopedQuerySet):
    """Batches; they belong to the whole street."""

    def running(self, day: dt.date):
        """Not stopped, and within their period."""
        return self.filter(stopped_at__isnull=True, valid__contains=day)

    def with_counts(self):
        """`used` and `voided`: coupons redeemed and coupons taken back."""
        state = Coupon.State
        return self.annotate(
            used=Count("coupons", Q(coupons__state=state.REDEEMED)),
            voided=Count("coupons", Q(coupons__state=state.VOID)),
        )

    def newest_first(self):
        return self.order_by("-made_at", "-pk")


class CouponBatch(StreetRow):
    """A batch: what a coupon is worth, how many there are, when and where they count, and who may have one."""

    class Audience(models.TextChoices):
        WORKERS = "workers", "在本街道工作的人"
        VOLUNTEERS = "volunteers", "新就业群体志愿者"
        ACTIVITY = "activity", "活动打卡的人"
        ANYONE = "anyone", "凭手机号领取的人"

    title = models.CharField("券名", max_length=40)
    value = models.DecimalField("面值（元）", max_digits=7, decimal_places=2)
    terms = models.CharField("怎么用", max_length=120, blank=True)
    number = models.PositiveIntegerField("张数")
    issued = models.PositiveIntegerField("已发", default=0)
    valid = DateRangeField("有效期")
    audience = models.CharField("发给谁", max_length=10, choices=Audience)
    hold_minutes = models.PositiveSmallIntegerField("网络不好时预留几分钟", default=120)
    token = models.CharField("领取地址", max_length=16, unique=True, editable=False)
    # What the coupons are given for, when it is not the batch alone: the kind, id and title of a row of an app above.
    subject_kind = models.CharField("事由类别", max_length=20, blank=True)
    subject_id = models.UUIDField("事由编号", null=True, blank=True)
    subject_title = models.CharField("事由", max_length=80, blank=True)
    made_at = models.DateTimeField("建立时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField("停发时间", null=True, blank=True)

    objects = CouponBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "优享券批次"
        constraints = [
            models.UniqueConstraint(
                "street",
                "title",
                name="coupon_batch_title_once",
                violation_error_message="已有同名的一批券，换个名字。",
            ),
            models.CheckConstraint(
                condition=Q(issued__lte=F("number")),
                name="coupons_within_batch",
                violation_error_message="这一批券已经发完了。",
            ),
            models.CheckConstraint(condition=Q(value__gt=0, number__gt=0), name="coupon_batch_is_worth_something"),
            models.CheckConstraint(
                condition=Q(hold_minutes__gte=5, hold_minutes__lte=1440), name="coupon_hold_is_sensible"
            ),
        ]
        indexes = [models.Index(fields=["street", "-made_at"], name="coupon_batch_by_time")]

    def __str__(self) -> str:
        return self.title

    @property
    def first_day(self) -> dt.date:
        return self.valid.lower

    @property
    def last_day(self) -> dt.date:
        """The last day on which a coupon counts."""
        return self.valid.upper - dt.timedelta(days=1)

    @property
    def left(self) -> int:
        return self.number - self.issued

    @property
    def worth(self) -> str:
        """10 元, 12.50 元."""
        return f"{self.value.quantize(1) if self.value == self.value.to_integral_value() else self.value} 元"


class CouponMerchant(StreetRow):
    """An entity of the registry at which a batch's coupons count."""

    batch = models.ForeignKey(CouponBatch, on_delete=models.CASCADE, related_name="merchants")
    entity = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, related_name="+", verbose_name="商户")
    added_at = models.DateTimeField("加入时间")
    left_at = models.DateTimeField("退出时间", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "参加的商户"
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "entity"],
                condition=Q(left_at__isnull=True),
                name="merchant_once_per_batch",
                violation_error_message="这家店已经在这一批里。",
            )
        ]

    def __str__(self) -> str:
        return str(self.entity)


class CouponQuerySet(ScopedQuerySet):
    """Coupons; they belong to the whole street."""

    def usable(self, day: dt.date):
        """Held by somebody, not used, not void, and not too late."""
        return self.filter(state=Coupon.State.ISSUED, batch__valid__contains=day)

    def search(self, typed: str):
        """By the coupon's number, or by a whole telephone number whichever way it was issued."""
        index = phone_index(typed)
        if index:
            by = Q(phone_index=index) | Q(worker__phone_index=index) | Q(volunteer__phone_index=index)
            return self.filter(by)
        return self.filter(short=tidy(typed))

    def newest_first(self):
        return self.order_by("-issued_at", "-pk")


class Coupon(StreetRow):
    """One coupon in somebody's hands. issued → redeemed; issued → void. Who holds it stands in one of three ways:
    a worker of the registry, a volunteer, or a number that is kept sealed; a participant of an activity has none."""

    class State(models.TextChoices):
        ISSUED = "issued", "没有用"
        REDEEMED = "redeemed", "已用"
        VOID = "void", "已作废"

    batch = models.ForeignKey(CouponBatch, on_delete=models.PROTECT, related_name="coupons", verbose_name="批次")
    short = models.CharField("券号", max_length=7)
    state = models.CharField("状态", max_length=8, choices=State, default=State.ISSUED)
    worker = models.ForeignKey(
        "coverage.Worker", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="从业人员"
    )
    volunteer = models.ForeignKey(
        "supply.Volunteer",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="coupons",
        verbose_name="志愿者",
    )
    phone_sealed = models.BinaryField("领券手机号（加密）", null=True, editable=False)
    phone_index = models.BinaryField("领券手机号索引", max_length=16, null=True, editable=False)
    phone_mask = models.CharField("领券手机号", max_length=20, blank=True)
    # A keyed digest of who holds it, so that one person has one coupon of a batch whichever way it came; emptied with them.
    person_index = models.BinaryField("持券人摘要", max_length=16, null=True, editable=False)
    issued_at = models.DateTimeField("发券时间")
    issued_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=120, blank=True)
    forgotten_at = models.DateTimeField("清空时间", null=True, editable=False)

    objects = CouponQuerySet.as_manager()

    class Meta:
        verbose_name = "优享券"
        constraints = [
            models.UniqueConstraint("street", "short", name="coupon_number_once_per_street"),
            models.UniqueConstraint(
                fields=["batch", "person_index"],
                condition=~Q(state="void") & Q(person_index__isnull=False),
                name="one_coupon_per_person",
                violation_error_message="这一批每人一张，这一位已经有了。",
            ),
        ]
        indexes = [
            models.Index(fields=["street", "batch", "state"], name="coupon_by_batch"),
            models.Index(fields=["volunteer"], name="coupon_by_volunteer"),
        ]

    def __str__(self) -> str:
        # The log keeps this: the number on the coupon, never a person.
        return f"{self.batch.title} {self.short}"

    @property
    def holder(self) -> str:
        """Who holds it, masked."""
        if self.volunteer is not None:
            return str(self.volunteer)
        if self.worker is not None:
            return self.worker.phone_mask or "从业人员"
        return self.phone_mask or ("打卡领取" if self.batch.audience == CouponBatch.Audience.ACTIVITY else "已清空")


class MerchantDevice(StreetRow):
    """A merchant's phone: a link that is shown once and signs one phone in, and then that phone's own secret.

    Of link and secret only hashes are kept. Ending the row ends the phone at once."""

    entity = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, related_name="+", verbose_name="商户")
    label = models.CharField("谁的手机", max_length=30)
    link_hash = models.CharField("登录链接摘要", max_length=64, unique=True, editable=False)
    link_until = models.DateTimeField("链接有效到")
    secret_hash = models.CharField("手机密钥摘要", max_length=64, null=True, unique=True, editable=False)
    made_at = models.DateTimeField("发链接时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    signed_in_at = models.DateTimeField("登记时间", null=True)
    ended_at = models.DateTimeField("停用时间", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "商户手机"
        indexes = [models.Index(fields=["street", "entity"], name="device_by_merchant")]

    def __str__(self) -> str:
        return f"{self.entity}，{self.label}"


class ReservationQuerySet(ScopedQuerySet):
    """Reservations."""

    def standing(self, at: dt.datetime):
        """Neither used nor given back, and not run out."""
        return self.filter(closed_at__isnull=True, expires_at__gt=at)


class Reservation(StreetRow):
    """A coupon set aside for one merchant's phone, to be confirmed when the network is back. The id comes from the phone.

    It runs out at `expires_at`; the next merchant who asks closes it."""

    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="reservations", verbose_name="券")
    device = models.ForeignKey(MerchantDevice, on_delete=models.PROTECT, related_name="reservations")
    reserved_at = models.DateTimeField("预留时间")
    expires_at = models.DateTimeField("预留到")
    closed_at = models.DateTimeField("了结时间", null=True)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = "券的预留"
        constraints = [
            models.UniqueConstraint(
                fields=["coupon"],
                condition=Q(closed_at__isnull=True),
                name="one_open_reservation_per_coupon",
                violation_error_message="这张券正在另一家核销。",
            )
        ]

    def __str__(self) -> str:
        return str(self.coupon)


class Settlement(StreetRow):
    """What a merchant is owed for a period that is over. Once written it does not change, nor do its lines; the day of
    payment is noted beside it."""

    entity = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, related_name="+", verbose_name="商户")
    period = DateRangeField("期间")
    count = models.PositiveIntegerField("张数")
    amount = models.DecimalField("金额（元）", max_digits=10, decimal_places=2)
    settled_at = models.DateTimeField("结算时间")
    settled_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    paid_on = models.DateField("付款日期", null=True, blank=True)
    paid_note = models.CharField("付款说明", max_length=80, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "商户结算单"
        constraints = [
            ExclusionConstraint(
                name="settlements_of_a_merchant_do_not_overlap",
                expressions=[("entity", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="这家店在这段时间里已经结算过。",
            )
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="settlement_stands",
                fields=["street", "entity", "period", "count", "amount", "settled_at", "settled_by"],
            ),
            pgtrigger.Protect(name="settlement_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.words}"

    @property
    def first_day(self) -> dt.date:
        return self.period.lower

    @property
    def last_day(self) -> dt.date:
        return self.period.upper - dt.timedelta(days=1)

    @property
    def words(self) -> str:
        return f"{self.first_day:%Y-%m-%d} 至 {self.last_day:%Y-%m-%d}"


class RedemptionQuerySet(ScopedQuerySet):
    """Redemptions; seen by whoever sees the merchant."""

    area_path = "entity__area_id"

    def standing(self):
        """Those that were not taken back."""
        return self.filter(undone_at__isnull=True)

    def within(self, begin: dt.datetime, end: dt.datetime):
        return self.filter(redeemed_at__gte=begin, redeemed_at__lt=end)

    def owed(self) -> dict[uuid.UUID, tuple[int, object]]:
        """Entity → number and sum of what stands among the rows."""
        rows = self.standing().order_by().values_list("entity").annotate(n=Count("pk"), total=Sum("value"))
        return {entity: (n, total) for entity, n, total in rows}

    def newest_first(self):
        return self.order_by("-redeemed_at", "-pk")


class Redemption(StreetRow):
    """A coupon was used at a merchant: at most one that stands per coupon. Its id is the phone's, so that the same tap sent
    twice is one effect. What was settled stands for good."""

    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="redemptions", verbose_name="券")
    entity = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, related_name="+", verbose_name="商户")
    device = models.ForeignKey(MerchantDevice, on_delete=models.PROTECT, null=True, related_name="+")
    value = models.DecimalField("面值（元）", max_digits=7, decimal_places=2)
    redeemed_at = models.DateTimeField("核销时间")
    is_late = models.BooleanField("预留过期后补送", default=False)
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, null=True, related_name="lines")
    undone_at = models.DateTimeField("撤销时间", null=True)
    undone_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    undo_reason = models.CharField("撤销原因", max_length=120, blank=True)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        verbose_name = "核销"
        constraints = [
            models.UniqueConstraint(
                fields=["coupon"],
                condition=Q(undone_at__isnull=True),
                name="coupon_redeemed_once",
                violation_error_message="这张券已经用过了。",
            ),
            models.CheckConstraint(
                condition=Q(settlement__isnull=True) | Q(undone_at__isnull=True), name="settled_redemption_stands"
            ),
        ]
        indexes = [
            models.Index(fields=["street", "entity", "redeemed_at"], name="redemption_by_merchant"),
            models.Index(fields=["street", "-redeemed_at"], name="redemption_by_time"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="settled_line_stands",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__settlement__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.coupon)
