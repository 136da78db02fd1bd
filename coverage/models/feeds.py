"""Department workbooks: who sends them, what they hold, and what differs from the registry."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shimen.models import ScopedQuerySet, StreetRow


class Department(StreetRow):
    """An industry department (条) that sends workbooks, with the scope that it declares for them."""

    code = models.CharField("代码", max_length=20)
    name = models.CharField("名称", max_length=40)
    contact = models.CharField("联系人", max_length=60, blank=True)
    cadence_days = models.PositiveSmallIntegerField("多少天一次", default=14)
    scope_kinds = models.JSONField("名册覆盖的主体类型", default=list, blank=True)
    precedence = models.PositiveSmallIntegerField("来源次序（小者优先）", default=50)
    gone_limit_percent = models.PositiveSmallIntegerField("疑似消失超过百分之几要人确认", default=10)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "行业部门"
        constraints = [models.UniqueConstraint("street", "code", name="department_code_once_per_street")]

    def __str__(self) -> str:
        return self.name


class HeadingAlias(StreetRow):
    """A heading seen in workbooks and the field it stands for; without department it holds for all."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, null=True, blank=True, related_name="aliases")
    heading = models.CharField("表头", max_length=80)
    field = models.CharField("字段", max_length=30)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "表头别名"
        constraints = [
            models.UniqueConstraint(
                "street", "department", "heading", nulls_distinct=False, name="heading_alias_once_per_department"
            )
        ]


class FeedFile(StreetRow):
    """A workbook as it came, kept byte for byte."""

    sha256 = models.CharField(max_length=64)
    name = models.CharField("文件名", max_length=200)
    size = models.PositiveIntegerField("字节")
    content = models.BinaryField("内容")
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")

    objects = ScopedQuerySet.as_manager()


class Batch(StreetRow):
    """One workbook on its way through the comparison."""

    class State(models.TextChoices):
        RECEIVED = "received", "已上传"
        READING = "reading", "识别和比对中"
        REFUSED = "refused", "读不了"
        READY = "ready", "待确认"
        APPLYING = "applying", "应用中"
        APPLIED = "applied", "已应用"
        UNDONE = "undone", "已撤销"
        DISCARDED = "discarded", "已作废"

    number = models.PositiveIntegerField("批次")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="batches")
    file = models.ForeignKey(FeedFile, on_delete=models.PROTECT, related_name="batches")
    as_of = models.DateField("数据截至")
    state = models.CharField("状态", max_length=10, choices=State, default=State.RECEIVED)
    error = models.TextField("说明", blank=True)
    layout = models.JSONField("识别结果", default=dict)
    counts = models.JSONField("账", default=dict)
    is_full = models.BooleanField("全量名册", default=True)
    revision = models.PositiveSmallIntegerField("第几次比对", default=0)
    gone_allowed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    applied_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "批次"
        constraints = [models.UniqueConstraint("department", "number", name="batch_number_once_per_department")]
        indexes = [models.Index(fields=["street", "-created_at"], name="batch_by_time")]

    def __str__(self) -> str:
        return f"{self.department.name}第 {self.number} 批"


class Difference(models.Model):
    """One thing in which a workbook and the registry differ: the change set, from which apply and undo work.

    `old` and `new` are canonical text. A new entity has its id from the comparison on, so that apply, undo and apply
    again give the same registry. `key` names the content (not the batch): a person's decision on it holds when the same
    content comes again. `entity_id` of a doubtful row is what a person settled it to.
    """

    class Kind(models.TextChoices):
        NEW = "new", "新增"
        CHANGED = "changed", "变更"
        REPAIRED = "repaired", "代码修正"
        GONE = "gone", "疑似消失"
        DOUBT = "doubt", "待确认"
        REFUSED = "refused", "拒收"
        DUPLICATE = "duplicate", "重复行"
        CONFIRMED = "confirmed", "已一致"

    class Decision(models.TextChoices):
        OPEN = "open", "待定"
        ACCEPT = "accept", "采用新值"
        REFUSE = "refuse", "不采用"
        ASK = "ask", "交支部核实"

    class Settled(models.TextChoices):
        """What a person found a doubtful row to be."""

        SAME = "same", "是这一家"
        NEW = "new", "新主体"
        NOT_OURS = "not_ours", "不是本街道的"
        ASK = "ask", "交支部核实"

    id = models.BigAutoField(primary_key=True)
    key = models.CharField("内容键", max_length=64, blank=True)
    street = models.ForeignKey("territory.Street", on_delete=models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="differences", db_index=False)
    line = models.PositiveIntegerField("行", null=True)
    kind = models.CharField(max_length=10, choices=Kind)
    entity_id = models.UUIDField("主体", null=True)
    field = models.CharField("字段", max_length=30, blank=True)
    old = models.TextField("名册", blank=True)
    new = models.TextField("表格", blank=True)
    old_provenance = models.JSONField(null=True)
    row = models.JSONField("整行", null=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    candidates = models.JSONField("候选", default=list)
    decision = models.CharField(max_length=8, choices=Decision, default=Decision.OPEN)
    settled = models.CharField("认定", max_length=8, choices=Settled, blank=True)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    applied = models.BooleanField(default=False)
    skipped_reason = models.CharField(max_length=120, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "差异"
        indexes = [
            models.Index(fields=["batch", "kind", "line"], name="difference_by_kind"),
            models.Index(fields=["entity_id"], name="difference_by_entity", condition=Q(entity_id__isnull=False)),
            models.Index(
                fields=["street", "key"], name="difference_settled", condition=Q(decided_by__isnull=False) & ~Q(key="")
            ),
        ]
