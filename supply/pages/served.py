"""Who is served: what came to each organisation over a year, who has waited, and the numbers of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from supply.models import Delivery, Need, Order, Proposal, Recipient, Serving, SupplyRule
from supply.serving import waiting
from supply.serving.waiting import Wait

if TYPE_CHECKING:
    import uuid

    from shimen.accounts.models import User

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """An organisation: how it stands, how much came in each of the last months (oldest first), and its open needs."""

    wait: Wait
    months: tuple[int, ...]
    needs: int

    @property
    def total(self) -> int:
        return sum(self.months)


class ServedPage:
    """All organisations that a person sees, by grid and name, or those that have waited for too long."""

    def __init__(self, user: User, on: dt.date, *, quiet: bool = False, everybody: bool = False) -> None:
        self.user, self.on, self.quiet, self.everybody = user, on, quiet, everybody
        self.rules = SupplyRule.objects.book(street=user.street_id, on=on) if user.street_id else None

    @property
    def weeks(self) -> int:
        return self.rules["menu_quiet_weeks"] if self.rules else 4

    @cached_property
    def waits(self) -> dict[uuid.UUID, Wait]:
        rows = Recipient.objects.visible_to(self.user).on(self.on).select_related("area").in_order()
        return waiting.waits(rows if self.everybody else rows.emerging(), self.on)  # type: ignore[attr-defined]

    @cached_property
    def late(self) -> list[Wait]:
        return waiting.quiet(self.waits, weeks=self.weeks)

    @property
    def served(self) -> int:
        """How many had something within the days of the rule."""
        days = self.rules["served_days"] if self.rules else 365
        return sum(wait.last is not None and (self.on - wait.last).days <= days for wait in self.waits.values())

    @cached_property
    def lines(self) -> list[Line]:
        shown = self.late if self.quiet else list(self.waits.values())
        ids = [wait.recipient.pk for wait in shown]
        months = _months(ids, self.on)
        needs = Counter(Need.objects.filter(recipient__in=ids).open().values_list("recipient", flat=True))
        return [Line(wait, months[wait.recipient.pk], needs[wait.recipient.pk]) for wait in shown]


def _months(ids: list[uuid.UUID], on: dt.date) -> dict[uuid.UUID, tuple[int, ...]]:
    """How many servings each had in each of the last twelve months, this one last."""
    now = on.year * 12 + on.month - 1
    first = now - MONTHS + 1
    since = dt.date(first // 12, first % 12 + 1, 1)
    found: dict[uuid.UUID, list[int]] = defaultdict(lambda: [0] * MONTHS)
    for recipient, day in Serving.objects.filter(recipient__in=ids).between(since, on).values_list("recipient", "on"):
        found[recipient][day.year * 12 + day.month - 1 - first] += 1
    return {pk: tuple(found[pk]) for pk in ids}


class RecipientPage:
    """One organisation: what came, what is ordered, what it needs, what is proposed to it."""

    def __init__(self, recipient: Recipient, on: dt.date) -> None:
        self.recipient, self.on = recipient, on

    @cached_property
    def wait(self) -> Wait:
        return waiting.waits([self.recipient], self.on)[self.recipient.pk]

    @property
    def months(self) -> tuple[int, ...]:
        return _months([self.recipient.pk], self.on)[self.recipient.pk]

    @property
    def servings(self) -> list[Serving]:
        rows = Serving.objects.filter(recipient=self.recipient).select_related("order__item", "delivery")
        return list(rows.newest_first()[:40])

    @property
    def orders(self) -> list[Order]:
        rows = Order.objects.filter(recipient=self.recipient).standing().select_related("item__menu")
        return list(rows.order_by("item__starts_at")[:20])

    @property
    def needs(self) -> list[Need]:
        return list(Need.objects.filter(recipient=self.recipient).open().by_age())

    @property
    def deliveries(self) -> list[Delivery]:
        return list(Delivery.objects.filter(recipient=self.recipient).open().by_day())

    @property
    def proposals(self) -> list[Proposal]:
        """Kept for it on menus that still take orders."""
        ordered = Order.objects.filter(recipient=self.recipient).standing().values("item")
        rows = Proposal.objects.filter(
            recipient=self.recipient, declined_at__isnull=True, item__starts_at__date__gt=self.on
        )
        rows = rows.filter(item__menu__state="published", item__cancelled_at__isnull=True).exclude(item__in=ordered)
        return list(rows.select_related("item__menu").order_by("item__starts_at"))
