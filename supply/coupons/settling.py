"""The verbs on settling with merchants: everything that was redeemed up to a day and not settled yet, frozen once written.

A settlement reaches from the end of the one before (or the first redemption) to the day that is chosen, so that nothing falls
between two. The day must be over: nothing can come into a period that has been settled.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, Max, Min, Sum

from coverage.models import Entity
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Street
from supply.models import Redemption, Settlement

DAY = dt.timedelta(days=1)


class SettlementError(DomainError):
    """This cannot be settled, or not yet."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What a merchant is owed up to a day: from which day on, how many coupons, how much."""

    entity: Entity
    since: dt.date
    count: int
    amount: Decimal


def owed(*, street: uuid.UUID, until: dt.date) -> list[Owed]:
    """What would be settled for each merchant, by name; nothing is written."""
    rows = _unsettled(street, until).order_by().values("entity")
    sums = {row["entity"]: row for row in rows.annotate(n=Count("pk"), total=Sum("value"), first=Min("redeemed_at"))}
    last = dict(
        Settlement.objects.filter(entity__in=sums).order_by().values_list("entity").annotate(Max("period__endswith"))
    )
    shops = Entity.objects.filter(pk__in=sums).select_related("area").order_by("area__sort", "pinyin", "pk")
    return [
        Owed(
            shop, last.get(shop.pk) or clock.day_of(sums[shop.pk]["first"]), sums[shop.pk]["n"], sums[shop.pk]["total"]
        )
        for shop in shops
    ]


@transaction.atomic
def settle(*, street: Street, entity: Entity, until: dt.date, actor: User, at: dt.datetime) -> Settlement:
    """Freeze what a merchant is owed up to the end of `until`. Raises `SettlementError`."""
    if until >= clock.day_of(at):
        raise SettlementError("只能结到昨天：今天还会有新的核销。", field="until")
    Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    lines = list(_unsettled(street.pk, until).filter(entity=entity).select_for_update(of=("self",)).order_by("pk"))
    if not lines:
        raise SettlementError(f"{entity}到 {until:%m-%d} 没有要结算的券。", field="until")
    before = Settlement.objects.filter(entity=entity).order_by("-period__endswith").first()
    since = before.period.upper if before else clock.day_of(min(line.redeemed_at for line in lines))
    row = Settlement(
        street=street, entity=entity, period=DateRange(since, until + DAY), count=len(lines),
        amount=sum((line.value for line in lines), Decimal(0)), settled_at=at, settled_by=actor,
    )  # fmt: skip
    with as_sentences(SettlementError, field="until"):
        row.save(force_insert=True)
    Redemption.objects.filter(pk__in=[line.pk for line in lines]).update(settlement=row)
    after = {"rows": row.count, "amount": str(row.amount), "until": until.isoformat()}
    record(verb="coupons.settle", target=row, actor=actor, at=at, after=after)
    return row


@transaction.atomic
def settle_all(*, street: Street, until: dt.date, actor: User, at: dt.datetime) -> list[Settlement]:
    """Settle with every merchant to whom something is owed."""
    found = owed(street=street.pk, until=until)
    if not found:
        raise SettlementError(f"到 {until:%m-%d} 没有要结算的券。", field="until")
    return [settle(street=street, entity=each.entity, until=until, actor=actor, at=at) for each in found]


@transaction.atomic
def pay(*, settlement: Settlement, on: dt.date, note: str, actor: User, at: dt.datetime) -> Settlement:
    """Write down on which day a settlement was paid; what is settled does not change by it."""
    row = Settlement.objects.select_for_update(of=("self",)).get(pk=settlement.pk)
    if row.paid_on is not None:
        raise SettlementError(f"已经记过 {row.paid_on:%Y-%m-%d} 付款。", field="on")
    if on > clock.day_of(at):
        raise SettlementError("付款日期不能在今天以后。", field="on")
    if on < clock.day_of(row.settled_at):
        raise SettlementError("付款日期不能早于结算的那天。", field="on")
    row.paid_on, row.paid_note = on, note.strip()[:80]
    row.save(update_fields=["paid_on", "paid_note"])
    record(verb="coupons.pay", target=row, actor=actor, at=at, after={"paid_on": on.isoformat()})
    return row


@transaction.atomic
def take_payment_back(*, settlement: Settlement, actor: User, at: dt.datetime) -> Settlement:
    """A payment that was noted by mistake."""
    row = Settlement.objects.select_for_update(of=("self",)).get(pk=settlement.pk)
    if row.paid_on is None:
        raise SettlementError("这一份还没有记过付款。")
    before = {"paid_on": row.paid_on.isoformat()}
    row.paid_on, row.paid_note = None, ""
    row.save(update_fields=["paid_on", "paid_note"])
    record(verb="coupons.take_payment_back", target=row, actor=actor, at=at, before=before)
    return row


def _unsettled(street: uuid.UUID, until: dt.date):  # type: ignore[no-untyped-def]
    """What stands and is in no settlement, redeemed before the end of a day in Shanghai."""
    end = dt.datetime.combine(min(until, dt.date.max - DAY) + DAY, dt.time.min, clock.SHANGHAI)
    return Redemption.objects.standing().filter(street_id=street, settlement__isnull=True, redeemed_at__lt=end)
