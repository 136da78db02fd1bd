"""能人达人: people of the two kinds of enterprises and three new fields who offer to help, with their consent.

Whoever is in the pool said so, to a version of the notice, on a day. Name and number are sealed; lists show masks. Taking
the consent back empties the row and leaves a trace without a name. There is no score and no order of merit anywhere: a
request for help says who asked for what and what came of it.
"""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q

from branches.models.organisations import Organisation
from shimen import clock
from shimen.models import ScopedQuerySet, StreetRow
from shimen.privacy.sealing import phone_index

TABLE = "branches_talent"


class HelpField(StreetRow):
    """A field in which people help (法律, 设计 …); the list is the street's own."""

    name = models.CharField("名称", max_length=20)
    sort = models.PositiveSmallIntegerField("次序", default=50)
    retired_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "帮忙领域"
        constraints = [
            models.UniqueConstraint(
                "street", "name", name="help_field_once_per_street", violation_error_message="已有这个领域。"
            )
        ]

    def __str__(self) -> str:
        return self.name


class TalentNotice(StreetRow):
    """A version of what people are told before they join. Never changed: whoever consented consented to this one."""

    number = models.PositiveSmallIntegerField("版次")
    organ = models.CharField("谁在用", max_length=60)
    purpose = models.CharField("做什么用", max_length=200)
    rights = models.CharField("您可以", max_length=200)
    contact = models.CharField("有疑问找谁", max_length=80)
    notice = models.TextField("完整告知书")
    consent = models.CharField("同意书里的话", max_length=200)
    retention_days = models.PositiveSmallIntegerField("同意后保存几天", default=730)
    published_at = models.DateTimeField("发布时间")
    published_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "能人库告知书"
        constraints = [models.UniqueConstraint("street", "number", name="talent_notice_once_per_street")]
        triggers = [pgtrigger.Protect(name="talent_notice_stands", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"第 {self.number} 版（{self.published_at.astimezone(clock.SHANGHAI):%Y-%m}）"


class TalentQuerySet(ScopedQuerySet):
    """People in the pool; those of an area are seen by whoever looks after it."""

    area_path = "area_id"

    def consenting(self):
        """In the pool, with a consent that stands."""
        standing = TalentConsent.objects.filter(talent=OuterRef("pk"), withdrawn_at__isnull=True)
        return self.filter(Exists(standing), state=Talent.State.STANDING)

    def helping_with(self, field: HelpField | str):
        return self.filter(fields=field)

    def search(self, typed: str):
        """By a whole telephone number, or by words of what they can do and where they work."""
        index = phone_index(typed)
        if index:
            return self.filter(phone_index=index)
        rows = self
        for word in typed.lower().split():
            rows = rows.filter(Q(search__contains=word) | Q(fields__name__contains=word))
        return rows.distinct()

    def in_order(self):
        """By grid, and there by the day of joining; a mask cannot be sorted by name, and nobody stands before another."""
        return self.order_by("area__sort", "registered_at", "id")


class Talent(StreetRow):
    """Somebody who offers to help. waiting (wrote themselves, nobody looked yet) → standing → withdrawn → deleted."""

    class State(models.TextChoices):
        WAITING = "waiting", "待核对"
        STANDING = "standing", "在库"
        WITHDRAWN = "withdrawn", "已撤回，正在删除"
        DELETED = "deleted", "已删除"

    class Group(models.TextChoices):
        MIXED = "mixed", "混合所有制企业"
        PRIVATE = "private", "非公企业"
        ECONOMIC = "economic", "新经济组织"
        SOCIAL = "social", "新社会组织"
        EMPLOYMENT = "employment", "新就业群体"

    class Time(models.TextChoices):
        WORKDAY = "workday", "工作日白天"
        EVENING = "evening", "工作日晚上"
        WEEKEND = "weekend", "双休日"
        CALL = "call", "先打电话约"

    class Way(models.TextChoices):
        PAPER = "paper", "书面同意"
        SELF = "self", "本人网上填写"

    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    group = models.CharField("群体", max_length=10, choices=Group)
    name_sealed = models.BinaryField("姓名（加密）", null=True, editable=False)
    name_mask = models.CharField("姓名", max_length=30, blank=True)
    phone_sealed = models.BinaryField("电话（加密）", null=True, editable=False)
    phone_index = models.BinaryField("电话索引", max_length=16, null=True, editable=False)
    phone_mask = models.CharField("电话", max_length=20, blank=True)
    fields = models.ManyToManyField(HelpField, related_name="talents", verbose_name="能帮什么")
    skill = models.CharField("专长", max_length=120, blank=True)
    workplace = models.CharField("在哪里工作", max_length=80, blank=True)
    entity = models.ForeignKey(
        "coverage.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所在单位"
    )
    worker = models.ForeignKey(
        "coverage.Worker", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="从业人员"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="联系的党组织"
    )
    times = ArrayField(models.CharField(max_length=10, choices=Time), verbose_name="什么时候有空", default=list)
    times_note = models.CharField("时间说明", max_length=80, blank=True)
    search = models.TextField("搜索文字", blank=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.STANDING)
    way = models.CharField("怎么登记的", max_length=6, choices=Way, default=Way.PAPER)
    receipt_index = models.BinaryField("查询码索引", max_length=16, null=True, unique=True, editable=False)
    registered_at = models.DateTimeField("登记时间")
    registered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    emptied_at = models.DateTimeField("清空时间", null=True)
    erasure = models.OneToOneField(
        "privacy.Erasure", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="删除记录"
    )

    objects = TalentQuerySet.as_manager()

    class Meta:
        verbose_name = "能人达人"
        constraints = [
            models.UniqueConstraint(
                fields=["street", "phone_index"],
                condition=Q(state__in=["waiting", "standing"], phone_index__isnull=False),
                name="talent_once_by_phone",
                violation_error_message="这个号码已在能人库里。",
            ),
            models.CheckConstraint(
                condition=~Q(state="deleted")
                | Q(name_sealed=None, phone_sealed=None, phone_index=None, name_mask="", phone_mask="", skill=""),
                name="deleted_talent_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["street", "state", "area"], name="talent_by_area"),
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="talent_trigram"),
        ]

    def __str__(self) -> str:
        # The log keeps this: never more than the mask.
        return self.name_mask or "已退出的能人"

    @property
    def times_words(self) -> str:
        """工作日晚上、双休日（周三除外）."""
        words = "、".join(str(self.Time(key).label) for key in self.times if key in self.Time.values)
        return f"{words}（{self.times_note}）" if words and self.times_note else words or self.times_note

    @property
    def where(self) -> str:
        """Where they work, in words."""
        return str(self.entity or self.workplace or "")


class TalentConsent(StreetRow):
    """A consent as it was given: to which version, on which day, how; and when it was taken back. Holds no name."""

    talent = models.ForeignKey(Talent, on_delete=models.CASCADE, related_name="consents")
    notice = models.ForeignKey(TalentNotice, on_delete=models.PROTECT, related_name="+", verbose_name="告知书")
    given_on = models.DateField("同意日期")
    recorded_at = models.DateTimeField("记下时间")
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "能人同意"
        constraints = [
            models.UniqueConstraint(
                fields=["talent"], condition=Q(withdrawn_at__isnull=True), name="one_standing_consent_per_talent"
            )
        ]

    def ends_on(self) -> dt.date:
        """The day from which it must be renewed, or the record goes."""
        return self.given_on + dt.timedelta(days=self.notice.retention_days)


class HelpRequestQuerySet(ScopedQuerySet):
    """Requests for help; seen by whoever sees the person asked."""

    area_path = "talent__area_id"

    def open(self):
        return self.filter(state__in=HelpRequest.OPEN)

    def newest_first(self):
        return self.order_by("-asked_at", "-pk")


class HelpRequest(StreetRow):
    """Somebody asked for help with something, and what came of it. asked → agreed → done | declined | cancelled."""

    class State(models.TextChoices):
        ASKED = "asked", "等答复"
        AGREED = "agreed", "已约好"
        DONE = "done", "已帮忙"
        DECLINED = "declined", "这次帮不上"
        CANCELLED = "cancelled", "不用了"

    OPEN = (State.ASKED, State.AGREED)

    talent = models.ForeignKey(Talent, on_delete=models.PROTECT, related_name="requests", verbose_name="能人")
    field = models.ForeignKey(HelpField, on_delete=models.PROTECT, related_name="+", verbose_name="领域")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="哪个党组织要的"
    )
    asker = models.CharField("谁要帮忙", max_length=60)
    words = models.CharField("要帮什么", max_length=200)
    wanted_on = models.DateField("希望哪天", null=True, blank=True)
    asked_at = models.DateTimeField("提出时间")
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField("进展", max_length=10, choices=State, default=State.ASKED)
    outcome = models.CharField("结果", max_length=300, blank=True)
    closed_at = models.DateTimeField("了结时间", null=True)
    closed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "求助"
        indexes = [
            models.Index(fields=["street", "-asked_at"], name="helprequest_by_time"),
            models.Index(fields=["talent"], name="helprequest_by_talent"),
        ]

    def __str__(self) -> str:
        return self.words[:30]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
