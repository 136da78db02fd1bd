"""Proposed divisions (街区划分): what was asked, the variants that were worked out, which one was adopted and from when.

Which door lies in which area is one character per door: the place in `Division.areas` of the area of the door at the same
place in `Division.places`, written in the digits of `DIGITS`. Four hundred doors take four hundred characters.
"""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import models

from branches.models.organisations import Organisation
from shimen.models import ScopedQuerySet, StreetRow

DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
NEW = "new"  # an area that no organisation holds yet has a key that begins so


def written(numbers: Iterable[int]) -> str:
    """Numbers below 62, a character each."""
    return "".join(DIGITS[number] for number in numbers)


def read(text: str) -> list[int]:
    """The numbers back."""
    return [DIGITS.index(character) for character in text]


class DivisionQuerySet(ScopedQuerySet):
    """Proposals. One for the whole street is seen by those whose scope is the whole street; one within a branch by those
    who see the branch."""

    area_path = "organisation__area_id"

    def newest_first(self):
        return self.order_by("-made_at", "-pk")

    def shown(self):
        return self.filter(put_away_at__isnull=True)


class Division(StreetRow):
    """A proposal: what was asked for, and what became of it. `organisation` is set for one within a branch."""

    class State(models.TextChoices):
        DRAWING = "drawing", "计算中"
        FAILED = "failed", "算不出来"
        DRAWN = "drawn", "待采用"
        ADOPTED = "adopted", "已采用"

    class Measure(models.TextChoices):
        SHOPS = "shops", "商铺数"
        WORKERS = "workers", "从业人数"
        VISITS = "visits", "近一年走访次数"

    name = models.CharField("名称", max_length=60)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="divisions", verbose_name="党组织"
    )
    # {"key", "title"} each: an organisation's id, a member's id (whose name is not kept here), or NEW and a number.
    areas = models.JSONField("各片", default=list)
    founding = models.CharField("增设的街区", max_length=30, blank=True)
    measure = models.CharField("按什么均衡", max_length=8, choices=Measure, default=Measure.SHOPS)
    tolerance = models.PositiveSmallIntegerField("相差不超过百分之")
    price_of_change = models.PositiveSmallIntegerField("少变动的分量（米）")
    respects_grids = models.BooleanField("算一个沿网格边界的方案", default=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.DRAWING)
    refusal = models.CharField("为什么算不出来", max_length=200, blank=True)
    places = ArrayField(models.UUIDField(), verbose_name="门牌", default=list)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("提出时间")
    drawn_at = models.DateTimeField("算好时间", null=True)
    put_away_at = models.DateTimeField("收起时间", null=True)
    chosen = models.ForeignKey(
        "DivisionVariant", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="采用的方案"
    )
    since = models.DateField("生效日", null=True)
    adopted_at = models.DateTimeField("采用时间", null=True)
    adopted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    # Ids of the rows of Charge (or Responsibility) that adopting ended and began: by these it is taken back.
    ended = ArrayField(models.UUIDField(), default=list)
    begun = ArrayField(models.UUIDField(), default=list)
    taken_back_at = models.DateTimeField("撤回时间", null=True)

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = "街区划分"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="adopted")
                | models.Q(chosen__isnull=False, since__isnull=False, adopted_at__isnull=False),
                name="division_adopted_whole",
            )
        ]
        indexes = [models.Index(fields=["street", "-made_at"], name="division_by_time")]

    def __str__(self) -> str:
        return self.name

    def may_go_back_until(self, days: int) -> dt.datetime | None:
        """The instant until which the adoption may be taken back."""
        return self.adopted_at + dt.timedelta(days=days) if self.adopted_at else None


class VariantQuerySet(ScopedQuerySet):
    """Variants, seen as their proposal is."""

    area_path = "division__organisation__area_id"


class DivisionVariant(StreetRow):
    """One way to divide. `figures` are those of `branches.division.Figures` with what the pages add to them.

    `edits` are the changes made by hand since, the latest last: {"doors": [numbers], "from": characters, "to": number}.
    """

    division = models.ForeignKey(Division, on_delete=models.CASCADE, related_name="variants")
    number = models.PositiveSmallIntegerField("第几")
    name = models.CharField("代号", max_length=12)
    label = models.CharField("叫法", max_length=40)
    assigned = models.TextField("哪个门牌归哪片")
    reasons = models.TextField("为什么")
    figures = models.JSONField("数字", default=dict)
    edits = models.JSONField("手工调整", default=list)

    objects = VariantQuerySet.as_manager()

    class Meta:
        verbose_name = "划分方案"
        constraints = [
            models.UniqueConstraint(fields=["division", "number"], name="variant_number_once"),
        ]

    def __str__(self) -> str:
        return f"方案{'一二三四五六'[self.number - 1]}"

    def owners(self) -> list[int]:
        """The number of each door's area."""
        return read(self.assigned)

    def proposed(self) -> list[int]:
        """The same as it was worked out, before anything was changed by hand."""
        owners = self.owners()
        for edit in reversed(self.edits):
            for n, before in zip(edit["doors"], read(edit["from"]), strict=True):
                owners[n] = before
        return owners
