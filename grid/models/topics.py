"""议题共创: what people inside propose to talk about, who supports it, and what was resolved.

A person supports a topic once. What was merged is counted with the topic that it went into; nobody is ranked by anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from grid.chain.topic_states import TITLES as STATE_TITLES
from grid.chain.topic_states import State
from grid.models.matters import Matter
from shimen.accounts.access import scope_of
from shimen.models import ScopedQuerySet, StreetRow

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User


class TopicQuerySet(ScopedQuerySet):
    """Topics; those of the whole street (no area) are seen by everybody of the street."""

    def visible_to(self, user: User | AnonymousUser):
        """Topics of the user's areas, of the whole street, and the user's own."""
        scope = scope_of(user)
        rows = super().visible_to(user)
        if scope.street_id is None or scope.area_ids is None:
            return rows
        return rows.filter(Q(area__isnull=True) | Q(area__in=scope.area_ids) | Q(proposed_by=user.pk))

    def open(self):
        """Gathering support, or waiting for their meeting."""
        return self.filter(state__in=[State.PROPOSED, State.SCHEDULED])

    def ended(self):
        return self.filter(state__in=[State.RESOLVED, State.DECLINED])

    def untold(self, user: User | AnonymousUser):
        """Those of a person that have a result which the person has not taken note of."""
        ended = [State.RESOLVED, State.DECLINED]
        known = Q(state__in=ended) | Q(state=State.MERGED, merged_into__state__in=ended)
        return self.filter(known, proposed_by=user.pk, heard_at__isnull=True)

    def with_voices(self):
        """`supporters`: how many people support it; `voices`: how many opinions led to it. Merged ones count along."""
        return self.annotate(
            supporters=_counted("supports__user"),
            voices=_counted("opinions", Q(opinions__emptied_at__isnull=True)),
        )

    def found_by(self, typed: str):
        """By title, reason or proposer."""
        return self.filter(Q(title__contains=typed) | Q(words__contains=typed) | Q(proposer__contains=typed))

    def newest_first(self):
        return self.order_by("-proposed_at", "-pk")


def _counted(what: str, only: Q | None = None) -> Coalesce:
    """How many different `what` a topic and those merged into it have."""
    rows = Topic.objects.filter(Q(pk=OuterRef("pk")) | Q(merged_into=OuterRef("pk"))).order_by()
    one = rows.annotate(all=Value(1)).values("all").annotate(n=Count(what, filter=only, distinct=True)).values("n")
    return Coalesce(Subquery(one, output_field=IntegerField()), 0)


class Topic(StreetRow):
    """议题. `area` is None for the whole street; `proposer` says in words who proposed it, `proposed_by` who wrote it down."""

    State = State
    STATES = [(state.value, title) for state, title in STATE_TITLES.items()]

    year = models.PositiveSmallIntegerField("年")
    serial = models.PositiveIntegerField("序号")
    title = models.CharField("议题", max_length=60)
    words = models.TextField("为什么提", max_length=2000)
    category = models.CharField("类别", max_length=14, choices=Matter.Category, default=Matter.Category.OTHER)
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    proposed_at = models.DateTimeField("提出时间")
    proposed_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="提出人账号"
    )
    proposer = models.CharField("谁提出的", max_length=60, blank=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default=State.PROPOSED.value)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入"
    )
    meeting = models.ForeignKey(
        "grid.Meeting", on_delete=models.PROTECT, null=True, blank=True, related_name="topics", verbose_name="会议"
    )
    agenda_body = models.CharField("列入哪个会", max_length=80, blank=True)
    agenda_on = models.DateField("会期", null=True, blank=True)
    scheduled_at = models.DateTimeField("列入时间", null=True, blank=True)
    outcome = models.TextField("议定结果", max_length=2000, blank=True)
    ended_at = models.DateTimeField("有结果的时间", null=True, blank=True)
    ended_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    matter = models.ForeignKey(
        Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="topics", verbose_name="转出的事项"
    )
    heard_at = models.DateTimeField("提出人知道了", null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = "议题"
        constraints = [
            models.UniqueConstraint("street", "year", "serial", name="topic_number_once_per_street"),
            models.CheckConstraint(
                condition=(Q(state="merged") & Q(merged_into__isnull=False))
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="topic_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="topic_not_merged_into_itself",
                violation_error_message="不能并入它自己。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["resolved", "declined"]) | (~Q(outcome="") & Q(ended_at__isnull=False)),
                name="topic_ends_with_words",
                violation_error_message="写明结果，提出人才知道。",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | (~Q(agenda_body="") & Q(agenda_on__isnull=False)),
                name="topic_scheduled_for_a_meeting",
                violation_error_message="写明列入哪个会、哪一天。",
            ),
        ]
        indexes = [
            models.Index(fields=["street", "state", "-proposed_at"], name="topic_by_state"),
            models.Index(fields=["proposed_by", "state"], name="topic_by_proposer"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """议 2026-012"""
        return f"议 {self.year}-{self.serial:03d}"


class TopicSupport(StreetRow):
    """One person's support for one topic."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="supports")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name="谁")
    at = models.DateTimeField("时间")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "支持"
        constraints = [
            models.UniqueConstraint(
                "topic", "user", name="support_once_per_person", violation_error_message="您已经支持过这个议题。"
            )
        ]


class TopicMoment(StreetRow):
    """A line of a topic's story. Written by the verbs, never changed."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="moments")
    at = models.DateTimeField("时间")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField("做了什么", max_length=10)
    sentence = models.CharField("一句话", max_length=120)
    words = models.TextField("说明", max_length=2000, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "议题经过"
        indexes = [models.Index(fields=["topic", "-at"], name="topicmoment_by_topic")]
