"""The append-only log of reads, exports, reveals and decisions, and the seals over it."""

from __future__ import annotations

import pgtrigger
from django.db import models

from shimen.models import ScopedQuerySet, new_id


class AccessLog(models.Model):
    """Who did or saw what, when, on which object, with what result. Rows cannot be changed or deleted.

    `verb` is `<app>.<verb>`; `before` and `after` hold changed values without personal data in the clear.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
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

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "操作记录"
        indexes = [
            models.Index(fields=["street", "-at"], name="accesslog_by_time"),
            models.Index(fields=["object_type", "object_id"], name="accesslog_by_object"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'the access log is append-only';",
            ),
        ]


class Seal(models.Model):
    """The chained digest of one day's log: a changed or missing row breaks every later seal."""

    day = models.DateField("日期", primary_key=True)
    rows = models.PositiveIntegerField("条数")
    digest = models.CharField("摘要", max_length=64)
    previous = models.CharField("前一日摘要", max_length=64, blank=True)
    sealed_at = models.DateTimeField("封存时间")

    class Meta:
        verbose_name = "封存"
        triggers = [pgtrigger.Protect(name="append_only_seal", operation=pgtrigger.Update | pgtrigger.Delete)]
