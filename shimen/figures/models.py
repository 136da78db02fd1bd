"""Frozen numbers."""

from __future__ import annotations

import pgtrigger
from django.db import models

from shimen.models import ScopedQuerySet, StreetRow


class Edition(StreetRow):
    """A set of numbers frozen for a report; it stays as it was however the registry moves on."""

    name = models.CharField("名称", max_length=80)
    as_of = models.DateField("截至")
    frozen_at = models.DateTimeField("冻结时间")
    frozen_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "数字版本"
        constraints = [
            models.UniqueConstraint(
                "street", "name", name="edition_name_once_per_street", violation_error_message="已经有一版叫这个名字。"
            )
        ]
        triggers = [pgtrigger.Protect(name="edition_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name


class EditionFigure(models.Model):
    """One number of an edition with the definition it had then."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="figures")
    key = models.CharField(max_length=60)
    title = models.CharField("名称", max_length=60)
    definition = models.TextField("口径")
    unit = models.CharField("单位", max_length=12)
    qualifier = models.CharField("限定", max_length=12, blank=True)
    value = models.DecimalField("数值", max_digits=16, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint("edition", "key", name="figure_once_per_edition")]
        triggers = [pgtrigger.Protect(name="edition_figure_kept", operation=pgtrigger.Update | pgtrigger.Delete)]
