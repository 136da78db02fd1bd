"""Visits: what was found at a door, the doubts to ask there, and the demands brought home."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Func, Q, Value

from shimen.models import ScopedQuerySet, StreetRow

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User


class VisitQuerySet(ScopedQuerySet):
    """Visits; `standing()` leaves those that count: neither withdrawn nor the second sending of another."""

    area_path = "entity__area_id"

    def standing(self):
        return self.filter(withdrawn_at__isnull=True, conflict_of__isnull=True)

    def by(self, visitor_id: uuid.UUID):
        return self.filter(visitor_id=visitor_id)

    def newest_first(self):
        return self.order_by("-visited_at", "-receipt")


class Visit(StreetRow):
    """What was found at a door. Its id is made on the phone; the same id is accepted once, whatever the network did.

    `digest` is over what was sent: the same again gets the same answer, something else under the same id is a
    conflict and is kept as a visit of its own in `conflict_of`. A visit without a stop is one outside the roster: a
    find, or a door that nobody had to go to.
    """

    class Outcome(models.TextChoices):
        SAME = "same", "一切如旧"
        CHANGED = "changed", "有变化"
        NO_ANSWER = "no_answer", "没人应"
        CLOSED = "closed", "关了"
        MOVED = "moved", "搬走"

    stop = models.ForeignKey("coverage.Stop", on_delete=models.PROTECT, null=True, related_name="visits")
    round = models.ForeignKey("coverage.Round", on_delete=models.PROTECT, null=True, related_name="visits")
    entity = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, related_name="visits")
    visitor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="visits")
    outcome = models.CharField("结果", max_length=10, choices=Outcome)
    reason = models.CharField("原因", max_length=200, blank=True)
    note = models.TextField("记事", blank=True)
    visited_at = models.DateTimeField("走访时间（手机）")
    received_at = models.DateTimeField("送达时间")
    receipt = models.BigIntegerField(
        "回执号", db_default=Func(Value("coverage_visit_receipt"), function="nextval"), editable=False
    )
    digest = models.CharField(max_length=64)
    is_late = models.BooleanField("轮次结束后送达", default=False)
    conflict_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="conflicts")
    found = models.ManyToManyField("coverage.Worker", related_name="found_in", verbose_name="新遇到的人")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "走访"
        constraints = [models.UniqueConstraint("conflict_of", "digest", name="other_sending_kept_once")]
        indexes = [
            models.Index(fields=["entity", "-visited_at"], name="visit_by_entity"),
            models.Index(fields=["street", "-visited_at"], name="visit_by_time"),
            models.Index(fields=["visitor", "-visited_at"], name="visit_by_visitor"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}，{self.entity}"


class VisitAnswerQuerySet(models.QuerySet):
    """Answers at the door."""

    def held(self):
        """Those that contradict a colleague and wait for somebody to say which is right."""
        return self.filter(state=VisitAnswer.State.HELD)

    def visible_to(self, user: User | AnonymousUser):
        """Those of the visits that somebody may see."""
        return self.filter(visit__in=Visit.objects.visible_to(user).values("pk"))

    def with_both_sides(self):
        return self.select_related("visit__entity__area", "visit__visitor", "against__visitor")


class VisitAnswer(models.Model):
    """One fact asked at the door: right, or what it is instead.

    A telephone number stands here only as its mask. `sealed` keeps the number itself: the one that stood
    before where the answer was applied, else the new one.
    `field` is a registry field, or `q:` and the beginning of a question's id for a doubt about no single field.
    """

    class State(models.TextChoices):
        APPLIED = "applied", "已记入名册"
        NOTED = "noted", "只记下"
        HELD = "held", "待核对"
        REFUSED = "refused", "没记入"
        DROPPED = "dropped", "核对后不采用"
        UNDONE = "undone", "已撤回"

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="answers")
    field = models.CharField("字段", max_length=30)
    is_right = models.BooleanField("对")
    old = models.TextField("原值", blank=True)
    new = models.TextField("新值", blank=True)
    state = models.CharField("去向", max_length=8, choices=State, default=State.APPLIED)
    problem = models.CharField("没记入的缘故", max_length=200, blank=True)
    sealed = models.BinaryField("号码（加密）", null=True, editable=False)
    before = models.JSONField("原来的来源", default=dict)
    against = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, related_name="contradicted")
    against_value = models.TextField("对方所记", blank=True)
    settled_at = models.DateTimeField("核对时间", null=True)
    settled_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = VisitAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "核对"
        constraints = [models.UniqueConstraint("visit", "field", name="one_answer_per_field_and_visit")]
        indexes = [models.Index(fields=["against"], name="answer_held", condition=Q(state="held"))]


class QuestionQuerySet(ScopedQuerySet):
    """What is to be asked at doors."""

    area_path = "entity__area_id"

    def open(self):
        return self.filter(answered_in__isnull=True, withdrawn_at__isnull=True)


class Question(StreetRow):
    """Something to ask at a door on the next visit: a doubt of a department's workbook, or of a colleague."""

    entity = models.ForeignKey("coverage.Entity", on_delete=models.CASCADE, related_name="questions")
    field = models.CharField("字段", max_length=30, blank=True)
    sentence = models.CharField("问什么", max_length=200)
    proposed = models.TextField("表格所写", blank=True)
    # Both are written from the rows that they name, thousands at once; whoever deletes those lets go of the question first.
    difference = models.ForeignKey(
        "coverage.Difference", on_delete=models.SET_NULL, null=True, related_name="questions", db_constraint=False
    )
    discrepancy = models.ForeignKey(
        "coverage.Discrepancy", on_delete=models.SET_NULL, null=True, related_name="questions", db_constraint=False
    )
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    answered_in = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "待核实"
        indexes = [models.Index(fields=["entity"], name="question_open", condition=Q(answered_in__isnull=True))]

    @property
    def key(self) -> str:
        """Under which field an answer to it is kept."""
        return self.field or f"q:{self.pk.hex[:28]}"


class DemandQuerySet(ScopedQuerySet):
    """What shops asked for."""

    area_path = "entity__area_id"

    def standing(self):
        return self.filter(withdrawn_at__isnull=True)

    def passed_on(self):
        """Those not solved at the door and not yet answered."""
        return self.standing().filter(solved_on_spot=False, answered_at__isnull=True)

    def answered(self):
        return self.standing().filter(solved_on_spot=False, answered_at__isnull=False)

    def solved_at_door(self):
        return self.standing().filter(solved_on_spot=True)

    def to_tell(self):
        """Answered, and the shop has not been told yet; what was solved at the door may have been taken up again."""
        return self.standing().filter(answered_at__isnull=False, told_at__isnull=True)


class Demand(StreetRow):
    """诉求, in the shop's own words. Solved on the spot it is level 1 of the chain; otherwise it is passed on."""

    class Category(models.TextChoices):
        PARKING = "parking", "停车"
        SURROUNDINGS = "surroundings", "环境"
        LICENCE = "licence", "证照"
        STAFFING = "staffing", "用工"
        OTHER = "other", "其他"

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="demands")
    entity = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, related_name="demands")
    category = models.CharField("类别", max_length=14, choices=Category, default=Category.OTHER)
    words = models.TextField("原话")
    solved_on_spot = models.BooleanField("当场解决", default=False)
    how_solved = models.CharField("怎么解决的", max_length=200, blank=True)
    raised_at = models.DateTimeField("提出时间")
    raised_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name="记录人")
    answer = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField("已当面告知", null=True)
    told_in = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, related_name="answers_told")
    withdrawn_at = models.DateTimeField("随走访撤回", null=True)

    objects = DemandQuerySet.as_manager()

    class Meta:
        verbose_name = "诉求"
        constraints = [
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | Q(told_at__gte=F("answered_at")),
                name="demand_told_after_answered",
                violation_error_message="先有答复，才能告知。",
            )
        ]
        indexes = [models.Index(fields=["street", "-raised_at"], name="demand_by_time")]

    def __str__(self) -> str:
        return f"{self.get_category_display()}：{self.words[:40]}"
