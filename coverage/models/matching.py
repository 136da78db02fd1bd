"""Weights of matching that a street has learnt from its settled rows."""

from __future__ import annotations

from django.db import models

from shimen.models import ScopedQuerySet, StreetRow


class MatchWeightsQuerySet(ScopedQuerySet):
    """Editions of a street's weights; the highest version holds."""

    def newest_first(self):
        return self.order_by("-version")


class MatchWeights(StreetRow):
    """One edition: feature → weight, and what the rows it was learnt from say of the weights before and after."""

    version = models.PositiveSmallIntegerField("版次")
    weights = models.JSONField("权重")
    rows = models.PositiveIntegerField("依据多少行")
    before = models.JSONField("校准前")
    after = models.JSONField("校准后")
    made_at = models.DateTimeField("校准时间")
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    objects = MatchWeightsQuerySet.as_manager()

    class Meta:
        verbose_name = "比对权重"
        constraints = [models.UniqueConstraint("street", "version", name="match_weights_version")]

    def __str__(self) -> str:
        return f"第 {self.version} 版"
