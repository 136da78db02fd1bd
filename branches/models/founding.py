"""The founding file of an organisation: applied for, decided, elected, filed; and the documents that go with each step."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from branches.models.organisations import Organisation
from shimen.models import ScopedQuerySet, StreetRow


class FoundingQuerySet(ScopedQuerySet):
    """Founding files; one is seen by whoever sees its organisation."""

    area_path = "organisation__area_id"

    def open(self):
        """Those on their way: neither filed nor refused."""
        return self.filter(state__in=[Founding.State.APPLIED, Founding.State.APPROVED, Founding.State.ELECTED])

    def in_order(self):
        """Whatever is due first stands first."""
        return self.order_by(F("due_on").asc(nulls_last=True), "applied_on", "id")


class Founding(StreetRow):
    """How one organisation came to be. `state` says the last step done; `due_on` until when the next one is to be done,
    by the rules of the day on which the step before it was done."""

    class State(models.TextChoices):
        APPLIED = "applied", "已申请"
        APPROVED = "approved", "已批复"
        ELECTED = "elected", "已选举"
        FILED = "filed", "已备案"
        REFUSED = "refused", "不同意成立"

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="founding")
    state = models.CharField("进展", max_length=10, choices=State, default=State.APPLIED)
    due_on = models.DateField("下一步最迟", null=True, blank=True)
    reason = models.CharField("成立理由", max_length=300)
    applied_on = models.DateField("申请日期")
    decided_on = models.DateField("批复日期", null=True, blank=True)
    decided_note = models.CharField("批复意见", max_length=300, blank=True)
    elected_on = models.DateField("选举日期", null=True, blank=True)
    elected_note = models.CharField("选举情况", max_length=300, blank=True)
    filed_on = models.DateField("备案日期", null=True, blank=True)
    filed_number = models.CharField("备案文号", max_length=60, blank=True)

    objects = FoundingQuerySet.as_manager()

    class Meta:
        verbose_name = "成立档案"
        constraints = [
            models.CheckConstraint(
                condition=(Q(decided_on__isnull=True) | Q(decided_on__gte=F("applied_on")))
                & (Q(elected_on__isnull=True) | Q(elected_on__gte=F("decided_on")))
                & (Q(filed_on__isnull=True) | Q(filed_on__gte=F("elected_on"))),
                name="founding_steps_in_order",
                violation_error_message="申请、批复、选举、备案的日期要依次往后。",
            )
        ]
        indexes = [models.Index(fields=["street", "state"], name="founding_by_state")]

    def __str__(self) -> str:
        return f"{self.organisation}的成立档案"


class FoundingDocumentQuerySet(ScopedQuerySet):
    """Documents of founding files."""

    area_path = "founding__organisation__area_id"

    def standing(self):
        """Those that have not been taken out."""
        return self.filter(removed_at__isnull=True)

    def listed(self):
        """Without their bytes, as pages list them."""
        return self.defer("content").order_by("uploaded_at", "id")


class FoundingDocument(StreetRow):
    """A paper of a founding file: what was applied with, decided, elected or filed. Its bytes are sealed for this row:
    such papers name members."""

    class Step(models.TextChoices):
        APPLY = "apply", "申请"
        DECIDE = "decide", "批复"
        ELECT = "elect", "选举"
        FILE = "file", "备案"

    founding = models.ForeignKey(Founding, on_delete=models.PROTECT, related_name="documents")
    step = models.CharField("哪一步", max_length=8, choices=Step)
    name = models.CharField("文件名", max_length=120)
    media_type = models.CharField("类型", max_length=80)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField("内容（加密）", null=True, editable=False)
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")
    removed_at = models.DateTimeField("移出时间", null=True, blank=True)
    removed_reason = models.CharField("移出原因", max_length=120, blank=True)

    objects = FoundingDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "成立材料"
        indexes = [models.Index(fields=["founding"], name="document_by_founding")]

    def __str__(self) -> str:
        return self.name
