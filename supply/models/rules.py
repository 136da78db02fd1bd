"""What a street set in place of a default of supply's rule book."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Subquery, Value
from django.db.models.functions import Coalesce

from shimen import remember
from shimen.models import ScopedQuerySet, StreetRow
from shimen.rulebook import Rules, Set
from supply.rules.book import BOOK

if TYPE_CHECKING:
    import uuid


class SupplyRuleQuerySet(ScopedQuerySet):
    """Values that streets set."""

    def book(self, *, street: uuid.UUID, on: dt.date) -> Rules:
        """The rules of a street as they stand on a day; one query."""
        return Rules(chosen(street), on=on, book=BOOK)

    def number(self, key: str, *, street: uuid.UUID, on: dt.date) -> Coalesce:
        """One rule as an expression, for questions that the database answers by itself (no query of its own)."""
        rows = self.filter(street_id=street, key=key, since__lte=on).order_by("-since")
        return Coalesce(Subquery(rows.values("value")[:1]), Value(BOOK[key].default))


class SupplyRule(StreetRow):
    """A number of `supply.rules.book.BOOK` that a street set itself, from a day on."""

    key = models.CharField("规则", max_length=40)
    value = models.PositiveIntegerField("值")
    since = models.DateField("自")
    basis = models.CharField("依据", max_length=200)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("设定时间")

    objects = SupplyRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "供给规则"
        constraints = [
            models.UniqueConstraint(
                "street",
                "key",
                "since",
                name="supply_rule_once_per_day",
                violation_error_message="这条规则在这一天已经设过一个值。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.value}"


@remember.for_one_page
def chosen(street: uuid.UUID) -> tuple[Set, ...]:
    """Everything that a street ever set, for `Rules` of any day (one query)."""
    rows = SupplyRule.objects.filter(street_id=street).values_list("key", "value", "since")
    return tuple(Set(*row) for row in rows)
