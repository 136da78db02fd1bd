"""Department workbooks: who sends them, what they hold, and what differs from the registry."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from shimen.models import ScopedQuerySet, StreetRow
from shimen.territory.models import Area


class DepartmentQuerySet(ScopedQuerySet):
    """Departments; those that no longer send stay for their batches."""

    def sending(self):
        return self.filter(retired_at__isnull=True)

    def in_order(self):
        return self.order_by("sort", "name", "id")


class Department(StreetRow):
    """An industry department (条) that sends workbooks, with the scope that it declares for them.

    `areas` and `scope_kinds` say whom a full workbook names: only there, and only of these kinds, is an entity that it
    does not name missing. No areas = the whole street; no kinds = nothing is ever missing.
    """

    code = models.CharField("代码", max_length=20)
    name = models.CharField("名称", max_length=40)
    contact = models.CharField("联系人", max_length=60, blank=True)
    contact_way = models.CharField("办公电话或邮箱", max_length=80, blank=True)
    cadence_days = models.PositiveSmallIntegerField("多少天一次", default=14)
    areas = models.ManyToManyField(Area, verbose_name="名册覆盖的区域", related_name="+", blank=True)
    scope_kinds = models.JSONField("名册覆盖的主体类型", default=list, blank=True)
    sort = models.PositiveSmallIntegerField("排列次序（小的在前）", default=50)
    gone_limit_percent = models.PositiveSmallIntegerField("疑似消失超过百分之几要人确认", default=10)
    retired_at = models.DateTimeField("停用时间", null=True, blank=True)
    retired_reason = models.CharField("停用原因", max_length=120, blank=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = "行业部门"
        constraints = [
            models.UniqueConstraint(
                "street", "code", name="department_code_once_per_street", violation_error_message="已有部门用这个代码。"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def areas_below(self) -> list[uuid.UUID] | None:
        """Ids of the declared areas with everything inside them; None for the whole street."""
        declared = list(self.areas.values_list("pk", flat=True))
        if not declared:
            return None
        return list(Area.objects.filter(lineage__overlap=declared).values_list("pk", flat=True))


class Subject(models.TextChoices):
    """What a workbook is a list of."""

    ENTITIES = "entities", "市场主体"
    PEOPLE = "people", "人员名单"


class Layout(StreetRow):
    """A header row that a department has sent in a kind of list, and what each of its columns stands for.

    Recognised again by `fingerprint`: its headings in any order (`coverage.reading.layouts.fingerprint`).
    `columns` in the order of the sheet: {"heading": as written, "key": heading key, "field": field or "", "by": who
    says so}; `by` is "person", "words" (the headings known in general) or "" (nobody knows: not read).
    """

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="layouts", verbose_name="部门")
    subject = models.CharField("是谁的表", max_length=8, choices=Subject, default=Subject.ENTITIES)
    fingerprint = models.CharField("表头指纹", max_length=32)
    columns = models.JSONField("各列", default=list)
    is_skipped = models.BooleanField("不是名册，不读", default=False)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("认定时间", null=True)
    first_seen_at = models.DateTimeField("首次收到")
    last_seen_at = models.DateTimeField("最近收到")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "表头"
        constraints = [
            models.UniqueConstraint("department", "subject", "fingerprint", name="layout_once_per_subject"),
        ]
        indexes = [models.Index(fields=["street", "fingerprint"], name="layout_by_fingerprint")]

    def __str__(self) -> str:
        return f"{self.department.name}的表头（{len(self.columns)} 列）"


class FeedFile(StreetRow):
    """A workbook as it came, kept byte for byte until its time is over (`expired_at`); the row and its hash stay."""

    sha256 = models.CharField(max_length=64)
    name = models.CharField("文件名", max_length=200)
    size = models.PositiveIntegerField("字节")
    content = models.BinaryField("内容")
    sealed = models.BinaryField("内容（加密）", null=True, editable=False)
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")
    expired_at = models.DateTimeField("到期删除", null=True)

    objects = ScopedQuerySet.as_manager()


class Batch(StreetRow):
    """One workbook on its way through the comparison."""

    class State(models.TextChoices):
        RECEIVED = "received", "已上传"
        READING = "reading", "识别和比对中"
        REFUSED = "refused", "读不了"
        MAPPING = "mapping", "待认表头"
        READY = "ready", "待确认"
        APPLYING = "applying", "应用中"
        APPLIED = "applied", "已应用"
        UNDONE = "undone", "已撤销"
        DISCARDED = "discarded", "已作废"

    Subject = Subject

    number = models.PositiveIntegerField("批次")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="batches")
    file = models.ForeignKey(FeedFile, on_delete=models.PROTECT, related_name="batches")
    as_of = models.DateField("数据截至")
    subject = models.CharField("是谁的表", max_length=8, choices=Subject, default=Subject.ENTITIES)
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
    # The batch's own, which is checked: thousands of lines are written at once.
    street = models.ForeignKey(
        "territory.Street", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
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
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
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
