"""Jobs: what has been promised and not yet done."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shimen.models import ScopedQuerySet, StreetRow


class Job(StreetRow):
    """One piece of work, written in the transaction that makes it necessary.

    `effect_key` is unique: the same effect is enqueued once and happens once, however often the broker delivers it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        FAILED = "failed", "失败"

    kind = models.CharField("种类", max_length=60)
    effect_key = models.CharField("效果键", max_length=200, unique=True)
    payload = models.JSONField("参数", default=dict)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    due_at = models.DateTimeField("不早于")
    lease_until = models.DateTimeField("占用至", null=True)
    progress = models.JSONField("进度", default=dict)
    error = models.TextField("错误", blank=True)
    enqueued_at = models.DateTimeField("登记时间")
    done_at = models.DateTimeField("完成时间", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "后台任务"
        indexes = [
            models.Index(fields=["due_at"], name="job_open_by_due", condition=~Q(state__in=["done", "failed"])),
        ]
