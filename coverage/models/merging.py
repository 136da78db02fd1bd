"""Duplicates of the registry: two entries made one, and pairs that were looked at and are two."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from shimen.models import ScopedQuerySet, StreetRow


class MergeQuerySet(ScopedQuerySet):
    """Merges; `standing()` leaves those that were not taken back."""

    def standing(self):
        return self.filter(unmerged_at__isnull=True)

    def newest_first(self):
        return self.order_by("-merged_at", "-id")


class Merge(StreetRow):
    """One entry (`absorbed`) taken for another spelling of the same entity (`kept`), and how to take that back.

    `event` is the version of `kept` that the merge wrote (0: its facts did not change). `moved` maps the key of a
    relation (`coverage.registry.relations`) to the ids that it moved. `left` is what taking back could not return, in
    words.
    """

    kept = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, related_name="merges", db_index=False)
    absorbed = models.ForeignKey(
        "coverage.Entity", on_delete=models.PROTECT, related_name="merged_away", db_index=False
    )
    reason = models.CharField("依据", max_length=200)
    taken = models.JSONField("取了并入一方的", default=list)
    event = models.BigIntegerField(default=0)
    moved = models.JSONField("挪动", default=dict)
    merged_at = models.DateTimeField("合并时间")
    merged_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    unmerged_at = models.DateTimeField("拆开时间", null=True)
    unmerged_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    left = models.JSONField("没能还原的", default=list)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = "合并"
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("absorbed")), name="merge_of_two"),
            models.UniqueConstraint("absorbed", condition=Q(unmerged_at__isnull=True), name="absorbed_once_at_a_time"),
        ]
        indexes = [models.Index(fields=["kept"], name="merge_by_kept")]

    def __str__(self) -> str:
        return f"{self.absorbed}并入{self.kept}"


class OtherCode(StreetRow):
    """A code under which departments may still report an entity: that of an entry merged into it."""

    entity = models.ForeignKey("coverage.Entity", on_delete=models.PROTECT, related_name="other_codes")
    code = models.CharField("统一社会信用代码", max_length=18)
    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="codes")

    class Meta:
        verbose_name = "曾用代码"
        constraints = [models.UniqueConstraint("street", "code", name="other_code_once_per_street")]


class Distinct(StreetRow):
    """Two entries that look alike and are two; a person said so. `first` is the one with the smaller id."""

    first = models.ForeignKey("coverage.Entity", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("coverage.Entity", on_delete=models.CASCADE, related_name="+")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "不是同一家"
        constraints = [
            models.UniqueConstraint("first", "second", name="distinct_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="distinct_pair_in_order"),
        ]
