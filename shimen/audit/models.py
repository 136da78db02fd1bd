"""The append-only log of reads, exports, reveals and decisions, and the seals over it.

The rows are guarded by plain triggers (migration 0002), not by pgtrigger's: those can be switched off by any session
that sets `pgtrigger.ignore`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from shimen.models import ScopedQuerySet, StreetRow, new_id

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User

# What only the audit administrator reads: who came in, who was let in, who read the log.
SECURITY_TYPES = ("accounts.", "audit.", "mfa.")


class AccessLogQuerySet(ScopedQuerySet):
    """Lines of the log."""

    def visible_to(self, user: User | AnonymousUser):
        """All lines of the street for its audit administrator; for staff those about the work, not about sign-in.

        Staff who answer for some areas only see their own lines: the log knows no areas.
        """
        from shimen.accounts.access import scope_of
        from shimen.accounts.models import Role

        scope = scope_of(user)
        if scope.street_id is None:
            return self.none()
        if scope.has(Role.AUDIT_ADMIN):
            return self.filter(Q(street_id=scope.street_id) | Q(street__isnull=True))
        if not scope.has(Role.STAFF):
            return self.none()
        rows = self.filter(street_id=scope.street_id)
        for prefix in SECURITY_TYPES:
            rows = rows.exclude(object_type__startswith=prefix)
        return rows if scope.area_ids is None else rows.filter(actor=user)


class AccessLog(models.Model):
    """Who did or saw what, when, on which object, with what result. Rows cannot be changed or deleted.

    `verb` is `<app>.<verb>`; `before` and `after` hold changed values without personal data in the clear.
    `at` is the moment that the line is about. `sequence` and `written_at` are set by the database, whatever the writer
    says: the order of writing, over which the seals run, and its clock.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sequence = models.BigIntegerField("序号", editable=False, null=True, unique=True)
    written_at = models.DateTimeField("写入时间", editable=False, null=True)
    street = models.ForeignKey("territory.Street", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间")
    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField("动作", max_length=60)
    object_type = models.CharField("对象", max_length=40)
    object_id = models.CharField("对象编号", max_length=60, blank=True)
    object_name = models.CharField("对象名称", max_length=120, blank=True)
    reason = models.CharField("事由", max_length=300, blank=True)
    result = models.CharField("结果", max_length=20, default="ok")
    before = models.JSONField("原值", default=dict)
    after = models.JSONField("新值", default=dict)
    origin = models.CharField("来源地址", max_length=60, blank=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        verbose_name = "操作记录"
        indexes = [
            models.Index(fields=["street", "-at"], name="accesslog_by_time"),
            models.Index(fields=["object_type", "object_id"], name="accesslog_by_object"),
            models.Index(fields=["actor", "-at"], name="accesslog_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_name}"


class Seal(models.Model):
    """A chained, keyed digest over the lines written since the seal before.

    A line that is changed, slipped in or taken away afterwards breaks its seal and every later one. `upto` is the
    sequence of the last line under this seal.
    """

    day = models.DateField("日期", primary_key=True)
    upto = models.BigIntegerField("至序号")
    rows = models.PositiveIntegerField("条数")
    digest = models.CharField("摘要", max_length=64)
    previous = models.CharField("前一封存的摘要", max_length=64, blank=True)
    sealed_at = models.DateTimeField("封存时间")

    class Meta:
        verbose_name = "封存"

    def __str__(self) -> str:
        return f"{self.day} 封存"


class ExportRequestQuerySet(ScopedQuerySet):
    """Exports of personal data that were asked for."""

    def visible_to(self, user: User | AnonymousUser):
        """All of the street for who decides; one's own for everybody else."""
        from shimen.accounts.access import scope_of
        from shimen.accounts.models import Role

        rows = super().visible_to(user)
        return rows if scope_of(user).has(Role.SECURITY_ADMIN) else rows.filter(asked_by=user.pk)

    def waiting(self):
        return self.filter(state=ExportRequest.State.ASKED)

    def newest_first(self):
        return self.order_by("-asked_at", "-id")


class ExportRequest(StreetRow):
    """Somebody wants to take personal data out in a file. Asked → approved (for some days, for one file) → taken, or refused.

    `title` and `filters` say which rows: an approval holds for the same ones and for the person who asked.
    """

    class State(models.TextChoices):
        ASKED = "asked", "等批准"
        APPROVED = "approved", "已批准"
        TAKEN = "taken", "已导出"
        REFUSED = "refused", "不同意"

    title = models.CharField("导出什么", max_length=120)
    purpose = models.CharField("用途", max_length=200)
    filters = models.JSONField("筛选", default=dict)
    rows = models.PositiveIntegerField("行数")
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name="申请人")
    asked_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="批准人"
    )
    decided_at = models.DateTimeField("批准时间", null=True)
    decided_reason = models.CharField("不同意的原因", max_length=200, blank=True)
    taken_at = models.DateTimeField("导出时间", null=True)

    objects = ExportRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "导出申请"
        indexes = [models.Index(fields=["street", "state"], name="export_request_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=models.F("asked_by")),
                name="nobody_approves_their_own_export",
                violation_error_message="自己的申请要由别人批。",
            )
        ]

    def __str__(self) -> str:
        return self.title
