"""A difference with a life: what a department once said differently, until it has been answered and told.

`Difference` is a line of one batch and is written anew whenever the batch is compared. `Discrepancy` is the matter
itself: the same content in the next fortnight's workbook is the same row (`key`), with everything that was done about it
(`DiscrepancyStep`). `Reply` is a sheet that goes back to the department. The verbs are in `coverage.comparison`.
"""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q

from shimen.models import ScopedQuerySet, StreetRow

# Two rounds: what is older and has no answer is brought before those who can give one.
OVERDUE_AFTER = dt.timedelta(days=28)
FORTNIGHT = dt.timedelta(days=14)


class DiscrepancyQuerySet(ScopedQuerySet):
    """Discrepancies; a secretary sees those of the entities of their areas."""

    area_path = "entity__area_id"

    def waiting(self):
        """Nobody has said yet what is right."""
        return self.filter(state__in=Discrepancy.WAITING)

    def answered(self):
        """Somebody has said what is right, whether the department knows it or not."""
        return self.filter(state__in=[*Discrepancy.TO_TELL, Discrepancy.State.TOLD])

    def to_tell(self):
        """Settled, and the department has not been told."""
        return self.filter(state__in=Discrepancy.TO_TELL)

    def overdue(self, on: dt.date):
        """Waiting for two rounds or longer on that day."""
        return self.waiting().filter(opened_on__lte=on - OVERDUE_AFTER)


# Thousands of rows are written per workbook: foreign keys are indexed only where somebody looks along them, or where the
# lists' own indexes do not begin with them.


class Discrepancy(StreetRow):
    """One thing that a source says and the registry does not, across all the workbooks in which it comes.

    `value` is what the source says, `held` what the registry said then, both canonical text (a telephone number as its
    mask and hash). `entity` is kept without a constraint of the database: an undone batch takes its new entities out.
    `told_from` is the state to which taking back a reply returns.
    """

    class Kind(models.TextChoices):
        NEW = "new", "新增"
        CHANGED = "changed", "变更"
        GONE = "gone", "疑似消失"
        CONTRADICTS = "contradicts", "说法不一"
        DOUBT = "doubt", "待认定"
        CONFIRMED = "confirmed", "已一致"

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        ASK = "ask", "下次走访问"
        ACCEPTED = "accepted", "已采用"
        REFUSED = "refused", "不采用"
        ANSWERED = "answered", "已核实"
        TOLD = "told", "已回复部门"
        CLOSED = "closed", "已了结"

    WAITING = (State.OPEN, State.ASK)
    TO_TELL = (State.ACCEPTED, State.REFUSED, State.ANSWERED)

    class Verdict(models.TextChoices):
        """Whose word an answer bore out."""

        THEIRS = "theirs", "部门说得对"
        OURS = "ours", "名册说得对"
        OTHER = "other", "两边都不对"

    # Street, department and first batch are as in the last batch, which is checked: thousands of rows are written at once.
    street = models.ForeignKey(
        "territory.Street",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="街道",
        db_index=False,
        db_constraint=False,
    )
    key = models.CharField("内容键", max_length=64)
    department = models.ForeignKey(
        "coverage.Department",
        on_delete=models.PROTECT,
        null=True,
        related_name="discrepancies",
        verbose_name="部门",
        db_index=False,
        db_constraint=False,
    )
    source = models.CharField("来源", max_length=12, default="department")
    kind = models.CharField("种类", max_length=12, choices=Kind)
    state = models.CharField("进展", max_length=10, choices=State, default=State.OPEN)
    entity = models.ForeignKey(
        "coverage.Entity",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="discrepancies",
        verbose_name="主体",
    )
    name = models.CharField("名称", max_length=160, blank=True)
    code = models.CharField("代码", max_length=40, blank=True)
    field = models.CharField("字段", max_length=30, blank=True)
    value = models.TextField("来源所写", blank=True)
    held = models.TextField("名册所记", blank=True)
    reason = models.CharField("说明", max_length=200, blank=True)
    settled = models.CharField("认定", max_length=8, blank=True)
    opened_on = models.DateField("提出")
    changed_at = models.DateTimeField("最近一步")
    first_batch = models.ForeignKey(
        "coverage.Batch", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False, db_constraint=False
    )
    last_batch = models.ForeignKey(
        "coverage.Batch", on_delete=models.SET_NULL, null=True, related_name="discrepancies", db_index=False
    )
    line = models.PositiveIntegerField("行", null=True)
    times = models.PositiveSmallIntegerField("报来几次", default=1)
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    verdict = models.CharField("结论", max_length=8, choices=Verdict, blank=True)
    answer = models.TextField("核实的值", blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    answered_on = models.DateField("核实日期", null=True)
    answered_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    visit = models.ForeignKey("coverage.Visit", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    before = models.JSONField("核实前名册所记", default=dict)
    reply = models.ForeignKey(
        "coverage.Reply", on_delete=models.SET_NULL, null=True, related_name="discrepancies", db_index=False
    )
    told_from = models.CharField(max_length=10, blank=True)
    told_on = models.DateField("告知部门", null=True)
    escalated_at = models.DateTimeField("提醒过", null=True)

    objects = DiscrepancyQuerySet.as_manager()

    class Meta:
        verbose_name = "差异"
        constraints = [models.UniqueConstraint("street", "key", name="discrepancy_once_per_content")]
        indexes = [
            models.Index(fields=["street", "state", "opened_on"], name="discrepancy_by_state"),
            models.Index(fields=["entity"], name="discrepancy_by_entity", condition=Q(entity__isnull=False)),
            models.Index(fields=["last_batch"], name="discrepancy_by_batch"),
            models.Index(fields=["reply"], name="discrepancy_by_reply", condition=Q(reply__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name or "（没有名称）"

    def rounds_waiting(self, on: dt.date) -> int:
        """For how many whole rounds nobody has answered."""
        return max(0, (on - self.opened_on) // FORTNIGHT) if self.state in self.WAITING else 0


class DiscrepancyStep(models.Model):
    """One step of a discrepancy's life: who did what, when, and by which batch, visit or reply."""

    class Verb(models.TextChoices):
        SENT = "sent", "部门报来"
        AGAIN = "again", "又一次报来"
        ACCEPT = "accept", "采用"
        REFUSE = "refuse", "不采用"
        ASK = "ask", "交下次走访问"
        ANSWER = "answer", "核实"
        REOPEN = "reopen", "退回待处理"
        CONFIRM = "confirm", "部门改过来了"
        SUPERSEDE = "supersede", "部门又有别的说法"
        TELL = "tell", "回复部门"
        UNTELL = "untell", "撤销回复"
        ESCALATE = "escalate", "超期提醒"
        CLOSE = "close", "了结"

    # Written with its difference, and deleted before it, in one statement or under its lock: looked up again per step it
    # is a tenth of applying a large workbook.
    discrepancy = models.ForeignKey(Discrepancy, on_delete=models.CASCADE, related_name="steps", db_constraint=False)
    verb = models.CharField(max_length=10, choices=Verb)
    at = models.DateTimeField()
    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    # The difference's own batch, which is checked: to look every step's up again costs as much as to write the step.
    batch = models.ForeignKey(
        "coverage.Batch", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False, db_constraint=False
    )
    visit = models.ForeignKey("coverage.Visit", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    words = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "差异的一步"


class Reply(StreetRow):
    """A sheet for a department: what was found about its workbook, in its own layout.

    The bytes are kept while it may be wanted again; the mark and the hash stay.
    """

    class State(models.TextChoices):
        MAKING = "making", "正在做"
        READY = "ready", "待发出"
        SENT = "sent", "已回复"
        FAILED = "failed", "没做成"

    batch = models.ForeignKey("coverage.Batch", on_delete=models.PROTECT, related_name="replies")
    form = models.CharField("格式", max_length=4)
    purpose = models.CharField("用途", max_length=200)
    state = models.CharField("状态", max_length=8, choices=State, default=State.MAKING)
    error = models.CharField("说明", max_length=200, blank=True)
    rows = models.PositiveIntegerField("行数", default=0)
    mark = models.CharField("编号", max_length=8)
    sha256 = models.CharField(max_length=64, blank=True)
    content = models.BinaryField("内容", null=True)
    sealed = models.BinaryField("内容（人员名单的，加密）", null=True, editable=False)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("制表时间")
    sent_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField("回复时间", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "回复表"
        indexes = [models.Index(fields=["batch", "-made_at"], name="reply_by_batch")]

    def __str__(self) -> str:
        return f"{self.batch}的回复 {self.mark}"


class AskedField(StreetRow):
    """Whether a contradiction about this field is worth a question at the door, where the street differs from the default."""

    field = models.CharField("字段", max_length=30)
    is_asked = models.BooleanField("上门问")
    set_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "上门问的字段"
        constraints = [models.UniqueConstraint("street", "field", name="asked_field_once_per_street")]
