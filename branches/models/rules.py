"""What a street set in place of a default of the rule book."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models

from branches.rules.book import Rules, Set
from shimen import remember
from shimen.models import ScopedQuerySet, StreetRow

if TYPE_CHECKING:
    import uuid


class RuleQuerySet(ScopedQuerySet):
    """Values that streets set."""

    def book(self, *, street: uuid.UUID, on: dt.date) -> Rules:
        """The rules of a street as they stand on a day; one query."""
        return Rules(chosen(street), on=on)


class Rule(StreetRow):
    """A number of `branches.rules.book.BOOK` that a street set itself, from a day on."""

    key = models.CharField("规则", max_length=40)
    value = models.PositiveIntegerField("值")
    since = models.DateField("自")
    basis = models.CharField("依据", max_length=200)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("设定时间")

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = "党组织规则"
        constraints = [
            models.UniqueConstraint(
                "street",
                "key",
                "since",
                name="rule_once_per_day",
                violation_error_message="这条规则在这一天已经设过一个值。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.value}"


@remember.for_one_page
def chosen(street: uuid.UUID) -> tuple[Set, ...]:
    """Everything that a street ever set, for `Rules` of any day (one query)."""
    rows = Rule.objects.filter(street_id=street).values_list("key", "value", "since")
    return tuple(Set(*row) for row in rows)
