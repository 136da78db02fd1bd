"""Rounds: teams and the frozen roster of whom they are to visit."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from shimen import remember
from shimen.models import ScopedQuerySet, StreetRow

if TYPE_CHECKING:
    import uuid

    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User


class Team(StreetRow):
    """A visiting team (一队) with the areas it looks after."""

    name = models.CharField("名称", max_length=40)
    sort = models.PositiveSmallIntegerField("次序", default=0)
    area = models.ForeignKey("territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    start = models.ForeignKey(
        "territory.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="出发点"
    )
    is_active = models.BooleanField("在用", default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "走访组"
        constraints = [models.UniqueConstraint("street", "name", name="team_name_once_per_street")]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """A person in a team, from a day to a day."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="team_memberships")
    since = models.DateField("自")
    until = models.DateField("至", null=True, blank=True)

    class Meta:
        verbose_name = "走访组成员"


class AbsenceQuerySet(ScopedQuerySet):
    """Absences; a withdrawn one stays in the list and no longer counts."""

    def standing(self):
        return self.filter(withdrawn_at__isnull=True)

    def touching(self, first_day: dt.date, last_day: dt.date):
        return self.standing().filter(first_day__lte=last_day, last_day__gte=first_day)


class Absence(StreetRow):
    """Days on which a visitor does not walk. No reason is asked."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField("自")
    last_day = models.DateField("至")
    withdrawn_at = models.DateTimeField("撤销时间", null=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "不在岗"
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="absence_ends_after_it_begins",
                violation_error_message="截止日不能早于起始日。",
            )
        ]


class Round(StreetRow):
    """One fortnight's visits. The roster is frozen when it opens; `number` counts from the street's first round."""

    class State(models.TextChoices):
        OPEN = "open", "进行中"
        CLOSED = "closed", "已结束"

    class Plan(models.TextChoices):
        NONE = "none", "未排"
        RUNNING = "running", "排路线中"
        DONE = "done", "已排"
        FAILED = "failed", "没排成"

    number = models.PositiveIntegerField("轮次")
    period_start = models.DateField("自（周一）")
    period_end = models.DateField("至（周日）")
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    plan_state = models.CharField("路线", max_length=8, choices=Plan, default=Plan.NONE)
    planned_at = models.DateTimeField("排定时间", null=True)
    plan_figures = models.JSONField("路线的数", default=dict)
    opened_at = models.DateTimeField("开轮时间")
    closed_at = models.DateTimeField("结束时间", null=True)
    closed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    balance = models.JSONField("结账", default=dict)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "走访轮次"
        constraints = [
            models.UniqueConstraint("street", "period_start", name="round_once_per_street_and_period"),
            models.UniqueConstraint("street", "number", name="round_number_once_per_street"),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 轮走访"


class StopQuerySet(ScopedQuerySet):
    """Stops; `by_walk()` is the order in which they are walked."""

    area_path = "area_id"

    def visible_to(self, user: User | AnonymousUser):
        """Stops in the user's areas, and those handed to the user wherever they lie."""
        from shimen.accounts.access import scope_of

        scope = scope_of(user)
        if scope.street_id is None:
            return self.none()
        rows = self.filter(street_id=scope.street_id)
        if scope.area_ids is None:
            return rows
        return rows.filter(Q(area_id__in=scope.area_ids) | Q(visitor_id=user.pk))

    def unvisited(self):
        return self.filter(outcome=Stop.Outcome.DUE)

    def redrawn(self):
        """Stops whose entity has come into another grid since the roster was frozen."""
        return self.exclude(area_id=F("entity__area_id"))

    def by_walk(self):
        return self.order_by("planned_on", "visitor_id", "sequence")

    def by_address(self):
        """Along each road, door by door; stops without a door come last."""
        return self.order_by(F("entity__place__road").asc(nulls_last=True), "entity__address_key", "entity_id")

    def load_by_visitor(self):
        """Per visitor how many stops they have (`total`) and how many are unvisited (`left`)."""
        rows = self.filter(visitor__isnull=False).order_by().values("visitor")
        return rows.annotate(total=models.Count("pk"), left=models.Count("pk", Q(outcome=Stop.Outcome.DUE)))

    def counts(self) -> dict[str, int]:
        """Number of stops per outcome, and how many of all were carried over (`carried`); one query."""
        rows = (
            self.order_by()
            .values("outcome")
            .annotate(n=models.Count("pk"), c=models.Count("pk", Q(carried_rounds__gt=0)))
        )
        found = {row["outcome"]: (row["n"], row["c"]) for row in rows}
        return {key: n for key, (n, _) in found.items()} | {"carried": sum(c for _, c in found.values())}


class Stop(StreetRow):
    """An entity on a round's frozen roster: who goes there, when, and what came of it.

    due = visited + no answer + exempt + closed + moved + not visited, always. Finds outside the roster are visits
    without a stop.
    """

    class Outcome(models.TextChoices):
        DUE = "due", "未访"
        VISITED = "visited", "已访"
        NO_ANSWER = "no_answer", "无人应答"
        EXEMPT = "exempt", "免访"
        CLOSED = "closed", "关闭"
        MOVED = "moved", "迁出"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="stops", db_index=False)
    entity = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, related_name="stops")
    area = models.ForeignKey("territory.Area", on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="平常走访的人"
    )
    visitor = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="stops", verbose_name="本轮走访的人"
    )
    planned_on = models.DateField("排在", null=True)
    sequence = models.PositiveSmallIntegerField("次序", null=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome, default=Outcome.DUE)
    outcome_at = models.DateTimeField("结果时间", null=True)
    outcome_reason = models.CharField("原因", max_length=200, blank=True)
    is_first = models.BooleanField("首访", default=False)
    carried_rounds = models.PositiveSmallIntegerField("已顺延轮数", default=0)
    due_on = models.DateField("最晚", null=True)
    appointed_at = models.DateTimeField("约好的时间", null=True)
    hint = models.CharField("上门提示", max_length=60, blank=True)
    arranged_at = models.DateTimeField("已安排", null=True)
    asked_exempt = models.CharField("免访申请", max_length=200, blank=True)
    asked_exempt_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    # The exemption that a visit set aside ({"reason", "at"}): it holds again when that visit is withdrawn.
    exemption = models.JSONField("被走访替代的免访", null=True)

    objects = StopQuerySet.as_manager()

    class Meta:
        verbose_name = "应访"
        constraints = [models.UniqueConstraint("round", "entity", name="entity_once_per_round")]
        indexes = [
            models.Index(fields=["street", "visitor", "planned_on"], name="stop_by_visitor_day"),
            models.Index(fields=["round", "outcome"], name="stop_by_outcome"),
        ]


class RearrangementQuerySet(ScopedQuerySet):
    """Changes of a plan."""

    def standing(self):
        return self.filter(undone_at__isnull=True)

    def newest_first(self):
        return self.order_by("-made_at", "-id")


class Rearrangement(StreetRow):
    """One change of a plan that is being walked: what moved, kept so that it can be undone.

    `moved` maps a stop's id to `[before, after]`, each `[visitor id, day, sequence]`; a stop of which only the sequence
    changed is in it too, so that undoing gives the walk back exactly.
    """

    class Kind(models.TextChoices):
        ABSENCE = "absence", "有人不在岗"
        OPEN = "open", "重排未访"
        HAND = "hand", "改派"
        ARRANGED = "arranged", "照建议安排"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="rearrangements")
    kind = models.CharField("种类", max_length=8, choices=Kind)
    sentence = models.CharField("说明", max_length=200)
    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, null=True, related_name="+")
    moved = models.JSONField("挪动", default=dict)
    made_at = models.DateTimeField("时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField("撤销时间", null=True)

    objects = RearrangementQuerySet.as_manager()

    class Meta:
        verbose_name = "路线调整"
        indexes = [models.Index(fields=["round", "-made_at"], name="rearrangement_by_time")]

    def __str__(self) -> str:
        return self.sentence


@remember.for_one_page
def open_rounds(street_id: uuid.UUID) -> tuple[Round, ...]:
    """The rounds of a street that are open, the latest first (one query, once for a page)."""
    return tuple(Round.objects.filter(street=street_id, state=Round.State.OPEN).order_by("-period_start"))
