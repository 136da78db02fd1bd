"""What organisations do: meetings, party days, joint activities, visits of streamers, group service; and their minutes.

An activity has one organisation that leads and may have others that host it with it. Attendance is there for the minutes
of that one meeting (who was due, who came, was there a quorum); nothing adds it up for a person.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from branches.models.organisations import Organisation
from branches.rules.meetings import Kind
from shimen.models import ScopedQuerySet, StreetRow

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User


class ActivityQuerySet(ScopedQuerySet):
    """Activities. They are seen by whoever sees one of their hosts, and run by whoever looks after the leading one."""

    def visible_to(self, user: User | AnonymousUser):
        from shimen.accounts.access import scope_of

        scope = scope_of(user)
        rows = super().visible_to(user)
        if scope.street_id is None or scope.area_ids is None:
            return rows
        here = ActivityHost.objects.filter(activity=OuterRef("pk"), organisation__area__in=scope.area_ids)
        return rows.filter(Exists(here))

    def run_by(self, user: User | AnonymousUser):
        """Those whose leading organisation lies in the person's areas: what one may change."""
        from shimen.accounts.access import scope_of

        scope = scope_of(user)
        rows = super().visible_to(user)
        return rows if scope.area_ids is None else rows.filter(lead__area__in=scope.area_ids)

    def of(self, organisation: Organisation):
        """Those that an organisation hosts, alone or with others."""
        return self.filter(Exists(ActivityHost.objects.filter(activity=OuterRef("pk"), organisation=organisation)))

    def held(self):
        return self.filter(state=Activity.State.HELD)

    def standing(self):
        """Planned or held."""
        return self.exclude(state=Activity.State.CANCELLED)

    def joint(self):
        """Hosted by more than one organisation."""
        return self.filter(is_joint=True)

    def between(self, since: dt.datetime, until: dt.datetime):
        """Those that begin in `[since, until)`."""
        return self.filter(starts_at__gte=since, starts_at__lt=until)

    def in_order(self):
        return self.order_by("starts_at", "pk")


class Activity(StreetRow):
    """One meeting or activity. Life: planned → held or cancelled; one recorded afterwards is held from the start."""

    class State(models.TextChoices):
        PLANNED = "planned", "计划中"
        HELD = "held", "已举行"
        CANCELLED = "cancelled", "已取消"

    class Audience(models.TextChoices):
        MEMBERS = "members", "各主办党组织的全体党员"
        COMMITTEE = "committee", "支部委员会成员"
        OPEN = "open", "不限，欢迎参加"

    kind = models.CharField("类别", max_length=16, choices=[(kind.value, kind.words) for kind in Kind])
    title = models.CharField("主题", max_length=100)
    lead = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="led_activities", verbose_name="牵头党组织"
    )
    is_joint = models.BooleanField("多个组织共办", default=False)
    location = models.CharField("地点", max_length=100)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    agenda = models.TextField("议程", blank=True)
    audience = models.CharField("邀请", max_length=10, choices=Audience, default=Audience.MEMBERS)
    guests = models.TextField("列席、来宾", blank=True)
    project = models.ForeignKey(
        "branches.JointProject", on_delete=models.PROTECT, null=True, blank=True, related_name="activities",
        verbose_name="共推项目",
    )  # fmt: skip
    state = models.CharField("状态", max_length=9, choices=State, default=State.PLANNED)
    # How often it was changed since it was planned: calendars take the newest.
    revision = models.PositiveSmallIntegerField(default=0)
    moved_from = models.DateTimeField("原定", null=True)
    moved_reason = models.CharField("改期原因", max_length=200, blank=True)
    cancelled_reason = models.CharField("取消原因", max_length=200, blank=True)
    is_late_record = models.BooleanField("补记", default=False)
    late_reason = models.CharField("补记原因", max_length=200, blank=True)
    # Frozen when it is held: full members due and present, for the minutes.
    full_due = models.PositiveSmallIntegerField("应到正式党员", null=True)
    full_present = models.PositiveSmallIntegerField("实到正式党员", null=True)
    # The secret behind the code on the screen; empty while nobody may sign in by code.
    code_secret = models.CharField(max_length=32, blank=True, editable=False)
    code_until = models.DateTimeField(null=True, editable=False)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("登记时间")
    held_at = models.DateTimeField("记为已举行", null=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "活动"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="activity_ends_after_it_begins",
                violation_error_message="结束要在开始之后。",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_reason=""), name="activity_cancelled_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(is_late_record=False) | ~Q(late_reason=""), name="activity_recorded_late_for_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["street", "starts_at"], name="activity_by_time"),
            models.Index(fields=["lead", "kind", "starts_at"], name="activity_by_lead"),
            models.Index(fields=["code_until"], condition=~Q(code_secret=""), name="activity_by_open_code"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def meeting(self) -> Kind:
        return Kind(self.kind)


class OfActivityQuerySet(ScopedQuerySet):
    """Rows that belong to an activity; fetched through it, or by whoever runs it."""

    area_path = "activity__lead__area_id"


class ActivityHost(StreetRow):
    """An organisation that hosts an activity; the leading one has a row too, and stands first."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="hosts")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="hosted", verbose_name="主办党组织"
    )
    place = models.PositiveSmallIntegerField(default=0)

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "主办党组织"
        constraints = [models.UniqueConstraint("activity", "organisation", name="host_once_per_activity")]

    def __str__(self) -> str:
        return str(self.organisation)


class Attendance(StreetRow):
    """That a member (or a cadre on the committee) came or was excused. No row, or a row taken back, says nothing; absence is never written down."""

    class State(models.TextChoices):
        PRESENT = "present", "到会"
        EXCUSED = "excused", "请假"
        BLANK = "blank", "未记"

    class How(models.TextChoices):
        HAND = "hand", "书记记下"
        CODE = "code", "本人签到"

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="attendance")
    member = models.ForeignKey(
        "branches.Member", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="党员"
    )
    # A cadre of a department sits on a committee without being a member of the branch.
    seat = models.ForeignKey(
        "branches.Seat", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="席位"
    )
    state = models.CharField("到会", max_length=8, choices=State)
    how = models.CharField("方式", max_length=5, choices=How)
    marked_at = models.DateTimeField("记下时间")
    marked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "到会"
        constraints = [
            models.UniqueConstraint("activity", "member", name="attendance_once_per_member"),
            models.UniqueConstraint("activity", "seat", name="attendance_once_per_seat"),
            models.CheckConstraint(
                condition=Q(member__isnull=False, seat__isnull=True) | Q(member__isnull=True, seat__isnull=False),
                name="attendance_of_a_member_or_a_seat",
            ),
        ]

    @property
    def person_id(self) -> uuid.UUID:
        """The id of whom it is about: of the member, or else of the seat."""
        return self.member_id or self.seat_id  # type: ignore[return-value]


class Minutes(StreetRow):
    """The minutes of an activity. `version` counts the savings; who saves must have seen the one before."""

    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="minutes")
    chair = models.CharField("主持人", max_length=40, blank=True)
    recorder = models.CharField("记录人", max_length=40, blank=True)
    text = models.TextField("记录", blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField("保存时间", null=True)
    saved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField("定稿时间", null=True)
    settled_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "会议记录"


class MinutesKept(StreetRow):
    """A text of the minutes that somebody else's replaced: nothing that was typed is lost."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="kept_minutes")
    text = models.TextField("记录")
    saved_at = models.DateTimeField("保存时间")
    saved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "会议记录的旧稿"


class Decision(StreetRow):
    """What a meeting put to the vote. Counts only; who voted how is not asked."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="decisions")
    text = models.CharField("决议事项", max_length=300)
    ayes = models.PositiveSmallIntegerField("赞成")
    nays = models.PositiveSmallIntegerField("不赞成", default=0)
    abstained = models.PositiveSmallIntegerField("弃权", default=0)
    is_passed = models.BooleanField("通过")
    made_at = models.DateTimeField("记下时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "决议"

    def __str__(self) -> str:
        return self.text


class ActivityFile(StreetRow):
    """Material of an activity. The bytes stand in the database, like every file of the product."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="files")
    name = models.CharField("文件名", max_length=120)
    kind = models.CharField(max_length=5)
    size = models.PositiveIntegerField("大小")
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    added_at = models.DateTimeField("添加时间")
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "活动材料"
        constraints = [
            models.UniqueConstraint(
                "activity",
                "sha256",
                condition=Q(removed_at__isnull=True),
                name="file_once_per_activity",
                violation_error_message="这份材料已经在这里了。",
            )
        ]

    def __str__(self) -> str:
        return self.name
