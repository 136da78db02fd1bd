"""Lists of people by name: what differs from the registry, with everything personal sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from coverage.models.entities import Entity
from coverage.models.feeds import Batch
from shimen.models import ScopedQuerySet, StreetRow


class PersonDifferenceQuerySet(ScopedQuerySet):
    """What lists of people say differently; a row is seen by whoever sees its employer."""

    area_path = "entity__area_id"

    def of_kind(self, kind: str):
        return self.filter(kind=kind) if kind else self

    def waiting(self):
        """Doubtful rows that nobody has settled."""
        return self.filter(kind=PersonDifference.Kind.DOUBT, decision=PersonDifference.Decision.OPEN)

    def to_write(self):
        """What has been decided and not been written yet."""
        return self.filter(decision=PersonDifference.Decision.ACCEPT, applied=False, skipped_reason="")

    def in_order(self):
        return self.order_by(models.F("line").asc(nulls_last=True), "id")


class PersonDifference(StreetRow):
    """One row of a list of people that is not what the registry holds, or one person whom the list no longer names.

    `key` names the content by a keyed hash: a person's decision on it holds when it comes again. `sealed` holds {"old": …, "new": …} of name, phone and post as JSON, for this row alone; on pages stand the masks.
    `person_id` is the worker: known, or the one that will be entered, so that apply, undo and apply again give the same.
    """

    class Kind(models.TextChoices):
        NEW = "new", "新增"
        CHANGED = "changed", "变更"
        LEFT = "left", "表里不再有"
        BACK = "back", "又出现"
        DOUBT = "doubt", "待确认"
        REFUSED = "refused", "拒收"
        DUPLICATE = "duplicate", "重复行"

    class Decision(models.TextChoices):
        OPEN = "open", "待定"
        ACCEPT = "accept", "采用"
        REFUSE = "refuse", "不采用"

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="people", db_index=False)
    key = models.CharField("内容键", max_length=64, blank=True)
    line = models.PositiveIntegerField("行", null=True)
    kind = models.CharField("种类", max_length=10, choices=Kind)
    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    person_id = models.UUIDField("人员", null=True)
    name_mask = models.CharField("姓名", max_length=60, blank=True)
    phone_mask = models.CharField("电话", max_length=20, blank=True)
    fields = models.JSONField("变了什么", default=list)
    sealed = models.BinaryField("姓名、电话、岗位（加密）", null=True, editable=False)
    reason = models.CharField("原因", max_length=200, blank=True)
    candidates = models.JSONField("候选", default=list)
    decision = models.CharField("处理", max_length=8, choices=Decision, default=Decision.OPEN)
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    applied = models.BooleanField(default=False)
    sign = models.CharField(max_length=32, blank=True)
    skipped_reason = models.CharField("没有还原的原因", max_length=120, blank=True)

    objects = PersonDifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "人员差异"
        indexes = [
            models.Index(fields=["batch", "kind", "line"], name="person_difference_by_kind"),
            models.Index(
                fields=["person_id"], name="person_difference_by_person", condition=Q(person_id__isnull=False)
            ),
            models.Index(
                fields=["street", "key"],
                name="person_difference_decided",
                condition=Q(decided_by__isnull=False) & ~Q(key=""),
            ),
        ]
