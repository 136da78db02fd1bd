"""一码: codes on paper, the versioned notice behind them, what people wrote of themselves, and their consent.

What a person wrote is kept sealed (name, number, standing) beside masks and a blind index; it is not tracked by
history, so that erasing it here erases it. What an accepted submission passed on to a `Worker` carries the provenance
`{"source": "collection", "ref": "<submission id>"}`, by which it is found again when the consent is withdrawn.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from coverage.models.rounds import Stop
from shimen import clock
from shimen.accounts.access import scope_of
from shimen.models import ScopedQuerySet, StreetRow

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User


class CollectionForm(StreetRow):
    """A version of the public form: who asks, why, for how long. Never changed: whoever consented consented to this.

    `retention_days` counts from the day on which the person leaves their work place; `waiting_days` is how long
    something nobody has decided on, or that was not taken, is kept.
    """

    number = models.PositiveSmallIntegerField("版次")
    title = models.CharField("标题", max_length=40)
    organ = models.CharField("谁在用", max_length=60)
    purpose = models.CharField("做什么用", max_length=200)
    rights = models.CharField("您可以", max_length=200)
    contact = models.CharField("有疑问找谁", max_length=80)
    notice = models.TextField("完整告知书")
    consent = models.CharField("同意书里的话", max_length=200)
    separate_consent = models.CharField("单独同意书里的话", max_length=200)
    asks_post = models.BooleanField("问岗位", default=True)
    asks_standing = models.BooleanField("问是不是党员", default=True)
    retention_days = models.PositiveSmallIntegerField("离开本街道后保存几天", default=180)
    waiting_days = models.PositiveSmallIntegerField("没采用的保存几天", default=30)
    published_at = models.DateTimeField("发布时间")
    published_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "采集告知书"
        constraints = [models.UniqueConstraint("street", "number", name="form_number_once_per_street")]
        triggers = [
            pgtrigger.Protect(name="published_form_stands", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.published_at.astimezone(clock.SHANGHAI):%Y-%m} 第 {self.number} 版）"


class CollectionCodeQuerySet(ScopedQuerySet):
    """Codes on paper; a person with areas sees those of the doors there."""

    def visible_to(self, user: User | AnonymousUser):
        scope = scope_of(user)
        rows = super().visible_to(user)
        if scope.street_id is None or scope.area_ids is None:
            return rows
        return rows.filter(Q(entity__area__in=scope.area_ids) | Q(place__area__in=scope.area_ids))

    def standing(self):
        """The last one made for each door, whether or not its time is over."""
        return self.filter(ended_at__isnull=True)


class CollectionCode(StreetRow):
    """One generation of the code of an entity or of a place. A new generation ends the one before it.

    `token` stands in the address and means nothing; `short` is what a person types.
    """

    class End(models.TextChoices):
        ROTATED = "rotated", "已换新码"
        REVOKED = "revoked", "已停用"

    entity = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, null=True, related_name="codes")
    place = models.ForeignKey("territory.Place", on_delete=models.PROTECT, null=True, related_name="+")
    token = models.CharField(max_length=16, unique=True)
    short = models.CharField("短码", max_length=6, unique=True)
    generation = models.PositiveSmallIntegerField("第几次", default=1)
    valid_from = models.DateField("自")
    valid_until = models.DateField("至")
    made_at = models.DateTimeField("生成时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("停用时间", null=True)
    ended_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_how = models.CharField("怎么停的", max_length=8, choices=End, blank=True)
    ended_reason = models.CharField("停用原因", max_length=200, blank=True)

    objects = CollectionCodeQuerySet.as_manager()

    class Meta:
        verbose_name = "采集码"
        constraints = [
            models.CheckConstraint(
                condition=Q(entity__isnull=True, place__isnull=False) | Q(entity__isnull=False, place__isnull=True),
                name="code_of_entity_or_place",
            ),
            models.UniqueConstraint(
                fields=["entity"], condition=Q(ended_at__isnull=True, entity__isnull=False), name="one_code_per_entity"
            ),
            models.UniqueConstraint(
                fields=["place"], condition=Q(ended_at__isnull=True, place__isnull=False), name="one_code_per_place"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=models.F("valid_from")), name="code_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}的采集码"

    @property
    def subject(self) -> str:
        """What hangs on the door: the sign or name, else the place."""
        return str(self.entity or self.place)

    @property
    def address(self) -> str:
        if self.place:
            return self.place.address
        return self.entity.address if self.entity else ""

    def opens_on(self, day: dt.date) -> bool:
        """Whether the form opens behind it on a day: it stands, its year is not over, and the door is still there."""
        gone = (self.entity and self.entity.removed_at) or (self.place and self.place.closed_on)
        return not gone and self.ended_at is None and self.valid_from <= day <= self.valid_until

    @property
    def is_poster(self) -> bool:
        """A building's code is a sheet of its own."""
        return self.place is not None and self.place.kind == "building"


class CodePrintQuerySet(ScopedQuerySet):
    """Printings; a person with areas sees their own."""

    def visible_to(self, user: User | AnonymousUser):
        scope = scope_of(user)
        rows = super().visible_to(user)
        if scope.street_id is None or scope.area_ids is None:
            return rows
        return rows.filter(made_by=user)


class CodePrint(StreetRow):
    """A set of sheets: which codes, chosen how, printed by whom."""

    codes = models.ManyToManyField(CollectionCode, related_name="prints", verbose_name="采集码")
    chosen = models.CharField("怎么选的", max_length=200)
    rows = models.PositiveIntegerField("张数")
    made_at = models.DateTimeField("打印时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name="打印人")

    objects = CodePrintQuerySet.as_manager()

    class Meta:
        verbose_name = "采集码打印"
        indexes = [models.Index(fields=["street", "-made_at"], name="codeprint_by_time")]

    def __str__(self) -> str:
        return f"采集码 {self.rows} 张：{self.chosen}"


class SubmissionQuerySet(ScopedQuerySet):
    """What came in through the codes; who may see it follows from where the shop, else the code, is now."""

    def visible_to(self, user: User | AnonymousUser):
        scope = scope_of(user)
        rows = super().visible_to(user)
        if scope.street_id is None or scope.area_ids is None:
            return rows
        there = Q(entity__area__in=scope.area_ids) | Q(entity__isnull=True, place__area__in=scope.area_ids)
        return rows.filter(there)

    def in_area(self, area_id: uuid.UUID | str):
        """Those of an area or below it."""
        at_shop = Q(entity__area__lineage__contains=[area_id])
        return self.filter(at_shop | Q(entity__isnull=True, place__area__lineage__contains=[area_id]))

    def waiting(self):
        return self.filter(state=Submission.State.WAITING)

    def in_order(self):
        """The longest waiting first."""
        return self.order_by("received_at", "pk")

    def with_doors(self):
        return self.select_related(
            "code__entity", "code__place", "entity", "place", "form", "worker__entity", "decided_by", "erasure"
        )


class Submission(StreetRow):
    """What a person wrote behind a code. Its id is drawn when the form is shown, so that one form is one submission.

    waiting → accepted | refused → withdrawn (asked for, being erased) → deleted; `reopen` leads back to waiting.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待核对"
        ACCEPTED = "accepted", "已采用"
        REFUSED = "refused", "没有采用"
        WITHDRAWN = "withdrawn", "已撤回，正在删除"
        DELETED = "deleted", "已删除"

    class Post(models.TextChoices):
        OWNER = "owner", "经营者"
        CLERK = "clerk", "店员"
        RIDER = "rider", "骑手、快递员"
        DRIVER = "driver", "网约车司机"
        STREAMER = "streamer", "网络主播"
        OTHER = "other", "其他"

    # Those who work without premises of their own; known by what they write of themselves and by nothing else.
    WITHOUT_PREMISES = (Post.RIDER, Post.DRIVER, Post.STREAMER)

    class Reason(models.TextChoices):
        NOT_HERE = "not_here", "查无此人"
        TWICE = "twice", "重复填写"
        UNREADABLE = "unreadable", "内容看不懂"
        OUTSIDE = "outside", "不在本街道"
        OTHER = "other", "其他"

    code = models.ForeignKey(CollectionCode, on_delete=models.PROTECT, related_name="submissions")
    form = models.ForeignKey(CollectionForm, on_delete=models.PROTECT, related_name="submissions")
    entity = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, null=True, related_name="submissions")
    place = models.ForeignKey("territory.Place", on_delete=models.PROTECT, null=True, related_name="+")
    shop = models.CharField("写的店名", max_length=80, blank=True)
    name_sealed = models.BinaryField("姓名（加密）", null=True, editable=False)
    name_mask = models.CharField("姓名", max_length=12, blank=True)
    phone_sealed = models.BinaryField("手机号（加密）", null=True, editable=False)
    phone_index = models.BinaryField("手机号索引", max_length=16, null=True, editable=False)
    phone_mask = models.CharField("手机号", max_length=20, blank=True)
    post = models.CharField("在店里做什么", max_length=12, choices=Post, blank=True)
    standing_sealed = models.BinaryField("是不是党员（加密）", null=True, editable=False)
    receipt_index = models.BinaryField("查询码索引", max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField("收到时间")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField("没采用的原因", max_length=10, choices=Reason, blank=True)
    decided_at = models.DateTimeField("核对时间", null=True)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    worker = models.ForeignKey("coverage.Worker", on_delete=models.PROTECT, null=True, related_name="submissions")
    is_new_worker = models.BooleanField("采用为新", default=False)
    passed = ArrayField(models.CharField(max_length=30), verbose_name="记入名册的项", default=list)
    before_sealed = models.BinaryField("记入之前的值（加密）", null=True, editable=False)
    emptied_at = models.DateTimeField("清空时间", null=True)
    erasure = models.OneToOneField(
        "privacy.Erasure", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="删除记录"
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "采集信息"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "digest"],
                condition=Q(state__in=["waiting", "accepted"]),
                name="same_content_is_one_submission",
            ),
            models.CheckConstraint(
                condition=~Q(state="deleted")
                | Q(name_sealed=None, phone_sealed=None, phone_index=None, standing_sealed=None, before_sealed=None),
                name="deleted_submission_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["street", "state", "received_at"], name="submission_by_state"),
            models.Index(fields=["worker"], name="submission_by_worker"),
        ]

    def __str__(self) -> str:
        # The log keeps this: where and when, never who.
        return (
            f"{self.entity or self.place or '采集码'}，{self.received_at.astimezone(clock.SHANGHAI):%m-%d %H:%M} 收到"
        )


class Consent(models.Model):
    """A consent as it was given: to which version, for what, when; and when it was taken back. Holds no name."""

    class Kind(models.TextChoices):
        BASIC = "basic", "使用填写的信息"
        SENSITIVE = "sensitive", "单独同意使用“是不是党员”"
        NOTICES = "notices", "收到活动通知"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField("同意什么", max_length=10, choices=Kind)
    given_at = models.DateTimeField("同意时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = "同意"
        constraints = [models.UniqueConstraint("submission", "kind", name="consent_once_per_kind")]


def in_open_roster(entity_path: str = "pk") -> Exists:
    """Whether an entity stands on the roster of an open round."""
    return Exists(Stop.objects.filter(entity=OuterRef(entity_path), round__closed_at__isnull=True))
