"""What every workbook that is compared before it is written has: who sent it, how far it is, and rows that are decided."""

from __future__ import annotations

from django.db import models

from shimen.models import StreetRow


class Sheet(StreetRow):
    """A workbook that was received. Its bytes are not kept, only their mark. `counts` are its rows by kind."""

    class State(models.TextChoices):
        READY = "ready", "待写入"
        APPLIED = "applied", "已写入"
        UNDONE = "undone", "已撤销"
        DISCARDED = "discarded", "已作废"

    state = models.CharField("状态", max_length=10, choices=State, default=State.READY)
    file_name = models.CharField("文件名", max_length=120)
    sha256 = models.CharField(max_length=64)
    counts = models.JSONField("行数", default=dict)
    unknown = models.JSONField("没有读的列", default=list)
    received_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField("收到时间")
    applied_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField("写入时间", null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name


class SheetRow(StreetRow):
    """What a workbook says differently, and what a person decided about it. `candidates` are the ids among which a
    doubtful row chooses."""

    class Decision(models.TextChoices):
        OPEN = "open", "待定"
        ACCEPT = "accept", "采用"
        REFUSE = "refuse", "不采用"

    line = models.PositiveIntegerField("行", null=True)
    candidates = models.JSONField("候选", default=list)
    reason = models.CharField("原因", max_length=200, blank=True)
    decision = models.CharField("处理", max_length=8, choices=Decision, default=Decision.OPEN)
    is_applied = models.BooleanField(default=False)
    skipped_reason = models.CharField("没有还原的原因", max_length=120, blank=True)

    class Meta:
        abstract = True
