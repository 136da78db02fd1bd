"""What was erased, when, why and by whom: the trace that stays when the personal data are gone."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shimen.models import ScopedQuerySet, StreetRow


class ErasureQuerySet(ScopedQuerySet):
    """Traces of erasing."""

    def open(self):
        """Asked for and not yet done."""
        return self.filter(done_at__isnull=True)

    def done(self):
        return self.filter(done_at__isnull=False)

    def newest_first(self):
        return self.order_by("-asked_at", "-pk")


class Erasure(StreetRow):
    """One erasing: of what one person asked for, or of what a rule of retention let go on one day.

    No row here says whose data they were. `key` is the effect: the rule and its day, or the request; it is unique, so
    that the same thing is erased and counted once. `what` and `kept` are kinds of data in words ("姓名", "手机号");
    `kept` is what stays because somebody else vouches for it.
    """

    class Cause(models.TextChoices):
        EXPIRED = "expired", "到期"
        WITHDRAWN = "withdrawn", "本人撤回同意"
        ASKED = "asked", "本人要求，工作人员经办"

    key = models.CharField("效果键", max_length=120, unique=True)
    cause = models.CharField("缘由", max_length=10, choices=Cause)
    label = models.CharField("什么", max_length=120)
    what = ArrayField(models.CharField(max_length=60), verbose_name="删了哪些", default=list)
    kept = ArrayField(models.CharField(max_length=60), verbose_name="留下哪些", default=list)
    rows = models.PositiveIntegerField("条数", default=0)
    asked_at = models.DateTimeField("提出时间")
    due_on = models.DateField("最迟")
    done_at = models.DateTimeField("删除时间", null=True)
    handled_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = "删除记录"
        indexes = [models.Index(fields=["street", "-asked_at"], name="erasure_by_time")]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}：{self.label}"
