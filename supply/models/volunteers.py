"""新就业群体志愿者: the standing roster of people who said that they will lend a hand, and the call-ups they answered.

As little as will do: a name and a number (sealed), what they work as, where they are mostly, what they help with, which notice
they agreed to and when. Taking the consent back empties the row. Hours stand beside what was done; nobody is ranked by them.
"""

from __future__ import annotations

import datetime as dt
import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Q, Sum

from shimen import clock
from shimen.accounts.access import scope_of
from shimen.models import ScopedQuerySet, StreetRow
from shimen.privacy.sealing import phone_index

TABLE = "supply_volunteer"


class VolunteerNotice(StreetRow):
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
        verbose_name = "志愿者告知书"
        constraints = [models.UniqueConstraint("street", "number", name="volunteer_notice_once_per_street")]
        triggers = [pgtrigger.Protect(name="volunteer_notice_stands", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"第 {self.number} 版（{self.published_at.astimezone(clock.SHANGHAI):%Y-%m}）"


class VolunteerQuerySet(ScopedQuerySet):
    """Volunteers; those of an area are seen by whoever looks after it."""

    area_path = "area_id"

    def standing(self):
        """On the roster, with a consent that stands."""
        return self.filter(state=Volunteer.State.STANDING)

    def reached(self):
        """Those who can be reached: waiting or standing."""
        return self.filter(state__in=Volunteer.REACHED)

    def fitting(self, call: CallUp):
        """Those whom a call-up is for: by what they work as, what they help with, and where."""
        rows = self.standing()
        if call.groups:
            rows = rows.filter(group__in=call.groups)
        if call.helps:
            rows = rows.filter(helps__overlap=call.helps)
        return rows.filter(area__lineage__contains=[call.area_id]) if call.area_id else rows

    def with_help(self):
        """`times` came and `hours` gave, over all call-ups."""
        came = Q(answers__state=CallAnswer.State.CAME)
        return self.annotate(times=Count("answers", came), hours=Sum("answers__hours", filter=came))

    def search(self, typed: str):
        """By a whole telephone number; masks cannot be searched."""
        index = phone_index(typed)
        return self.filter(phone_index=index) if index else self.none()

    def in_order(self):
        """By grid, and there by the day of joining: nobody stands before another by what they did."""
        return self.order_by("area__sort", "joined_at", "id")


class Volunteer(StreetRow):
    """Somebody on the roster. waiting (wrote themselves, nobody looked yet) → standing → withdrawn → deleted."""

    class State(models.TextChoices):
        WAITING = "waiting", "待核对"
        STANDING = "standing", "在册"
        WITHDRAWN = "withdrawn", "已退出，正在删除"
        DELETED = "deleted", "已删除"

    REACHED = (State.WAITING, State.STANDING)

    class Group(models.TextChoices):
        RIDER = "rider", "外卖骑手"
        COURIER = "courier", "快递员"
        DRIVER = "driver", "网约车司机"
        TRUCKER = "trucker", "货车司机"
        STREAMER = "streamer", "网络主播"
        AGENT = "agent", "房产经纪、家政"
        OTHER = "other", "其他新就业群体"

    class Help(models.TextChoices):
        LOOKOUT = "lookout", "流动巡查，看见隐患说一声"
        ERRAND = "errand", "帮老人送餐、取药"
        ORDER = "order", "文明劝导、疏导停车"
        EVENT = "event", "活动帮手"
        PUBLICITY = "publicity", "直播宣传、拍摄"
        RESCUE = "rescue", "应急值守、扫雪排涝"

    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="常在哪个网格"
    )
    group = models.CharField("群体", max_length=10, choices=Group)
    name_sealed = models.BinaryField("姓名（加密）", null=True, editable=False)
    name_mask = models.CharField("姓名", max_length=30, blank=True)
    phone_sealed = models.BinaryField("电话（加密）", null=True, editable=False)
    phone_index = models.BinaryField("电话索引", max_length=16, null=True, editable=False)
    phone_mask = models.CharField("电话", max_length=20, blank=True)
    helps = ArrayField(models.CharField(max_length=10, choices=Help), verbose_name="能帮什么", default=list)
    state = models.CharField("状态", max_length=10, choices=State, default=State.STANDING)
    is_self_registered = models.BooleanField("本人网上填写", default=False)
    notice = models.ForeignKey(VolunteerNotice, on_delete=models.PROTECT, related_name="+", verbose_name="同意的告知书")
    consented_on = models.DateField("同意日期")
    receipt_index = models.BinaryField("查询码索引", max_length=16, null=True, unique=True, editable=False)
    joined_at = models.DateTimeField("登记时间")
    registered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    left_at = models.DateTimeField("退出时间", null=True, blank=True)
    emptied_at = models.DateTimeField("清空时间", null=True, editable=False)
    erasure = models.OneToOneField(
        "privacy.Erasure", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="删除记录"
    )

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = "志愿者"
        constraints = [
            models.UniqueConstraint(
                fields=["street", "phone_index"],
                condition=Q(state__in=["waiting", "standing"], phone_index__isnull=False),
                name="volunteer_once_by_phone",
                violation_error_message="这个号码已经登记过志愿者。",
            ),
            models.CheckConstraint(
                condition=~Q(state="deleted")
                | Q(name_sealed=None, phone_sealed=None, phone_index=None, name_mask="", phone_mask="", helps=[]),
                name="deleted_volunteer_is_empty",
            ),
        ]
        indexes = [models.Index(fields=["street", "state", "area"], name="volunteer_by_area")]

    def __str__(self) -> str:
        # The log keeps this: never more than the mask.
        return self.name_mask or "已退出的志愿者"

    @property
    def help_words(self) -> str:
        return "、".join(str(self.Help(key).label) for key in self.helps if key in self.Help.values)

    @property
    def ends_on(self) -> dt.date:
        """The day from which the consent must be renewed, or the record goes."""
        return self.consented_on + dt.timedelta(days=self.notice.retention_days)


class CallUpQuerySet(ScopedQuerySet):
    """Call-ups; those for one area are seen by whoever looks after it, those for all by every reader."""

    def visible_to(self, user):
        rows = super().visible_to(user)
        areas = scope_of(user).area_ids
        return rows if areas is None else rows.filter(Q(area__isnull=True) | Q(area__in=areas))

    def of(self, subject: uuid.UUID):
        """Those for one matter, activity or the like."""
        return self.filter(subject_id=subject)

    def with_counts(self):
        """`agreed` said that they come (or came), `came` were there, `hours` they gave together."""
        state = CallAnswer.State
        return self.annotate(
            agreed=Count("answers", Q(answers__state__in=[state.ACCEPTED, state.CAME])),
            came=Count("answers", Q(answers__state=state.CAME)),
            hours=Sum("answers__hours", filter=Q(answers__state=state.CAME)),
        )

    def newest_first(self):
        return self.order_by("-starts_at", "-pk")


class CallUp(StreetRow):
    """Volunteers are asked to come somewhere at a time. What for is a row of an app above (its kind, id and title), or
    nothing but the words. open → closed | cancelled."""

    class State(models.TextChoices):
        OPEN = "open", "召集中"
        CLOSED = "closed", "已结束"
        CANCELLED = "cancelled", "已取消"

    subject_kind = models.CharField("事由类别", max_length=20, blank=True)
    subject_id = models.UUIDField("事由编号", null=True, blank=True)
    subject_title = models.CharField("事由", max_length=80, blank=True)
    title = models.CharField("做什么", max_length=60)
    words = models.CharField("说明", max_length=200, blank=True)
    location = models.CharField("在哪里集合", max_length=80)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    wanted = models.PositiveSmallIntegerField("要几个人")
    area = models.ForeignKey(
        "territory.Area",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="只找哪个网格的",
    )
    groups = ArrayField(models.CharField(max_length=10), verbose_name="只找哪些群体", default=list, blank=True)
    helps = ArrayField(models.CharField(max_length=10), verbose_name="只找能帮什么的", default=list, blank=True)
    token = models.CharField("公开地址", max_length=16, unique=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    cancel_reason = models.CharField("取消原因", max_length=120, blank=True)
    made_at = models.DateTimeField("发起时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField("了结时间", null=True)

    objects = CallUpQuerySet.as_manager()

    class Meta:
        verbose_name = "召集"
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="callup_ends_after_beginning"),
            models.CheckConstraint(condition=Q(wanted__gt=0), name="callup_wants_somebody"),
        ]
        indexes = [
            models.Index(fields=["street", "-starts_at"], name="callup_by_time"),
            models.Index(fields=["subject_id"], name="callup_by_subject"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class CallAnswerQuerySet(ScopedQuerySet):
    """Answers; seen by whoever sees the volunteer."""

    area_path = "volunteer__area_id"

    def in_order(self):
        return self.order_by("volunteer__area__sort", "answered_at", "pk")


class CallAnswer(StreetRow):
    """What one volunteer said to one call-up, and whether they came. accepted ⇄ declined; accepted → came."""

    class State(models.TextChoices):
        ACCEPTED = "accepted", "能来"
        DECLINED = "declined", "来不了"
        CAME = "came", "来了"

    call = models.ForeignKey(CallUp, on_delete=models.CASCADE, related_name="answers")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="answers")
    state = models.CharField("答复", max_length=10, choices=State)
    answered_at = models.DateTimeField("答复时间")
    hours = models.DecimalField("小时", max_digits=4, decimal_places=1, null=True, blank=True)

    objects = CallAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "召集答复"
        constraints = [
            models.UniqueConstraint(fields=["call", "volunteer"], name="one_answer_per_call"),
            models.CheckConstraint(
                condition=Q(state="came", hours__gt=0, hours__lte=24) | ~Q(state="came") & Q(hours__isnull=True),
                name="hours_of_those_who_came",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} {self.get_state_display()}"
