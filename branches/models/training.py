"""Courses of the city, the district and the street, who teaches them where, who takes part, and certificates.

Places are counted twice over: `taken` of a session may not exceed its capacity (a check of the database), and every verb
that changes it holds the session's row. Attendance is ticked from the lecturer's list, for the certificate and for
nothing else.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from branches.models.members import Member
from branches.models.organisations import Organisation
from shimen.accounts.access import scope_of
from shimen.models import ScopedQuerySet, StreetRow
from shimen.privacy.sealing import open_sealed

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User

CERTIFICATES = "branches_certificate"


class Level(models.TextChoices):
    """Who offers a course, a lecturer or a base."""

    CITY = "city", "市级"
    DISTRICT = "district", "区级"
    STREET = "street", "街道"


class OfferQuerySet(ScopedQuerySet):
    """What the catalogue holds; open to the whole street."""

    def offered(self):
        return self.filter(retired_at__isnull=True)

    def by_name(self):
        return self.order_by("pinyin", "id")


class TrainingBase(StreetRow):
    """实训基地: where people learn by seeing and doing."""

    level = models.CharField("级别", max_length=8, choices=Level, default=Level.STREET)
    name = models.CharField("名称", max_length=60)
    pinyin = models.CharField(max_length=240, blank=True, editable=False)
    address = models.CharField("地址", max_length=120)
    holds = models.PositiveSmallIntegerField("一次能接待", default=30)
    topics = models.CharField("看什么、学什么", max_length=200)
    contact = models.CharField("怎么约", max_length=80, blank=True)
    retired_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = "实训基地"
        constraints = [
            models.UniqueConstraint(
                "street", "name", name="base_once_per_street", violation_error_message="已有同名的实训基地。"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Lecturer(StreetRow):
    """师资. The name is that of somebody who teaches in public."""

    level = models.CharField("级别", max_length=8, choices=Level, default=Level.DISTRICT)
    name = models.CharField("姓名", max_length=30)
    pinyin = models.CharField(max_length=240, blank=True, editable=False)
    unit = models.CharField("单位", max_length=60)
    topics = models.CharField("讲什么", max_length=200)
    retired_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = "师资"
        constraints = [
            models.UniqueConstraint(
                fields=["street", "name", "unit"],
                condition=Q(retired_at__isnull=True),
                name="lecturer_once_per_unit",
                violation_error_message="这个单位的这位老师已经在册。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Course(StreetRow):
    """A course of the catalogue; it is held in sessions."""

    class Subject(models.TextChoices):
        THEORY = "theory", "理论学习"
        PARTY = "party", "党务实务"
        GOVERNANCE = "governance", "基层治理"
        LAW = "law", "法律政策"
        TRADE = "trade", "经营与就业"
        SAFETY = "safety", "安全急救"

    level = models.CharField("级别", max_length=8, choices=Level, default=Level.STREET)
    subject = models.CharField("类别", max_length=10, choices=Subject)
    title = models.CharField("课名", max_length=60)
    pinyin = models.CharField(max_length=240, blank=True, editable=False)
    audience = models.CharField("讲给谁听", max_length=80)
    summary = models.TextField("讲什么", max_length=1000)
    hours = models.PositiveSmallIntegerField("学时", default=2)
    gives_certificate = models.BooleanField("发学习证明", default=False)
    retired_at = models.DateTimeField("停开时间", null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = "课程"
        constraints = [
            models.UniqueConstraint(
                "street", "title", name="course_once_per_street", violation_error_message="已有同名的课程。"
            )
        ]

    def __str__(self) -> str:
        return self.title


class TrainingQuerySet(ScopedQuerySet):
    """Sessions of courses; open to the whole street."""

    def ahead(self, at: dt.datetime):
        return self.filter(starts_at__gt=at, cancelled_at__isnull=True)

    def over(self, at: dt.datetime):
        return self.filter(ends_at__lte=at, cancelled_at__isnull=True)

    def with_all(self):
        return self.select_related("course", "lecturer", "base")


class Training(StreetRow):
    """One session of a course: when, where, by whom, for how many."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions", verbose_name="课程")
    lecturer = models.ForeignKey(
        Lecturer, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name="老师"
    )
    base = models.ForeignKey(
        TrainingBase, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name="实训基地"
    )
    venue = models.CharField("地点", max_length=120, blank=True)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    enrol_until = models.DateTimeField("报名截止")
    capacity = models.PositiveSmallIntegerField("名额")
    taken = models.PositiveSmallIntegerField("已报", default=0)
    note = models.CharField("说明", max_length=200, blank=True)
    cancelled_at = models.DateTimeField("停办时间", null=True, blank=True)
    cancelled_reason = models.CharField("停办原因", max_length=200, blank=True)

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = "开课"
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")),
                name="never_over_capacity",
                violation_error_message="名额已满。",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), enrol_until__lte=F("starts_at"), capacity__gte=1),
                name="training_times_in_order",
                violation_error_message="先截止报名，再开始，最后结束；名额至少 1 个。",
            ),
            *(
                ExclusionConstraint(
                    name=f"{who}_once_at_a_time",
                    expressions=[
                        (who, RangeOperators.EQUAL),
                        (
                            Func(
                                "starts_at",
                                "ends_at",
                                RangeBoundary(),
                                function="TSTZRANGE",
                                output_field=DateTimeRangeField(),
                            ),
                            RangeOperators.OVERLAPS,
                        ),
                    ],
                    condition=Q(cancelled_at__isnull=True),
                    violation_error_message=sentence,
                )
                for who, sentence in (
                    ("lecturer", "这位老师这段时间已有一堂课。"),
                    ("base", "这个基地这段时间已有一堂课。"),
                )
            ),
        ]
        indexes = [models.Index(fields=["street", "starts_at"], name="training_by_time")]

    def __str__(self) -> str:
        return self.course.title

    @property
    def left(self) -> int:
        """Places that are free."""
        return self.capacity - self.taken

    @property
    def where(self) -> str:
        return str(self.base or self.venue or "地点待定")

    def is_open(self, at: dt.datetime) -> bool:
        """Whether somebody may still put their name down."""
        return self.cancelled_at is None and at <= self.enrol_until


class EnrolmentQuerySet(ScopedQuerySet):
    """Names on lists; a secretary sees those of their own organisations, and their own."""

    def visible_to(self, user: User | AnonymousUser):
        rows, scope = super().visible_to(user), scope_of(user)
        if scope.street_id is None or scope.area_ids is None:
            return rows
        return rows.filter(Q(organisation__area__in=scope.area_ids) | Q(user=user))

    def standing(self):
        return self.exclude(state=Enrolment.State.CANCELLED)

    def in_line(self):
        """Who came first stands first."""
        return self.order_by("queued_at", "id")


class Enrolment(StreetRow):
    """A name on a session's list: a member of an organisation, or the secretary (or another person with an account)."""

    class State(models.TextChoices):
        ENROLLED = "enrolled", "已报上"
        WAITING = "waiting", "候补"
        CANCELLED = "cancelled", "已取消"

    training = models.ForeignKey(Training, on_delete=models.PROTECT, related_name="enrolments", verbose_name="开课")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="党组织"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="党员"
    )
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号"
    )
    state = models.CharField("状态", max_length=10, choices=State)
    queued_at = models.DateTimeField("报名时间")
    enrolled_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    moved_up_at = models.DateTimeField("补上时间", null=True)
    cancelled_at = models.DateTimeField("取消时间", null=True)
    attended = models.BooleanField("到课", null=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = "报名"
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=True, user__isnull=False) | Q(member__isnull=False, user__isnull=True),
                name="enrolment_of_one_person",
            ),
            *(
                models.UniqueConstraint(
                    fields=["training", who],
                    condition=~Q(state="cancelled") & Q(**{f"{who}__isnull": False}),
                    name=f"enrolled_once_as_{who}",
                    violation_error_message="已经报过这堂课。",
                )
                for who in ("member", "user")
            ),
        ]
        indexes = [models.Index(fields=["training", "state", "queued_at"], name="enrolment_in_line")]

    def __str__(self) -> str:
        return str(self.member or self.user)


class CertificateQuerySet(ScopedQuerySet):
    """Certificates; a secretary sees those of their own organisations, and their own."""

    def visible_to(self, user: User | AnonymousUser):
        rows, scope = super().visible_to(user), scope_of(user)
        if scope.street_id is None or scope.area_ids is None:
            return rows
        return rows.filter(Q(enrolment__organisation__area__in=scope.area_ids) | Q(enrolment__user=user))


class Certificate(StreetRow):
    """A certificate of having taken part. Its number is random, so that a number is not guessed from another."""

    number = models.CharField("编号", max_length=16, unique=True)
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="certificate")
    name_sealed = models.BinaryField("姓名（加密）", null=True, editable=False)
    name_mask = models.CharField("姓名", max_length=30)
    issued_on = models.DateField("发放日期")
    issued_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField("作废时间", null=True)
    revoked_reason = models.CharField("作废原因", max_length=200, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "学习证明"

    def __str__(self) -> str:
        return self.number

    def name(self) -> str:
        """The name in clear, for the printed page only."""
        if self.name_sealed is None:
            return self.name_mask
        return open_sealed(self.name_sealed, table=CERTIFICATES, column="name_sealed", row=self.pk)
