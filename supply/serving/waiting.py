"""How long each organisation has had nothing: counted from what was brought, in weeks, without an order among them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max

from supply.models import Order, Recipient, Serving

SETTLED = (Order.State.PLACED, Order.State.SERVED)


@dataclass(frozen=True, slots=True)
class Wait:
    """`last` the last day on which something came, None for never; `coming` the first day for which something is ordered."""

    recipient: Recipient
    last: dt.date | None
    coming: dt.date | None
    weeks: int

    @property
    def words(self) -> str:
        """6 周, 不到一周, or 还没有过."""
        if self.last is None:
            return "还没有过"
        return f"{self.weeks} 周" if self.weeks else "不到一周"


def waits(recipients: Iterable[Recipient], on: dt.date) -> dict[uuid.UUID, Wait]:
    """For each organisation how it stands on a day, by id, in the order given (two queries). What never had anything has
    waited since it was founded, counted from a year ago at most."""
    rows = list(recipients)
    ids = [row.pk for row in rows]
    served = (
        Serving.objects.filter(recipient__in=ids, on__lte=on).order_by().values("recipient").annotate(last=Max("on"))
    )
    last: dict[uuid.UUID, dt.date] = {row["recipient"]: row["last"] for row in served}
    ahead = Order.objects.filter(recipient__in=ids, state=Order.State.PLACED, item__ends_at__date__gte=on)
    coming = dict(ahead.order_by("-item__starts_at").values_list("recipient_id", "item__starts_at__date"))
    return {row.pk: _wait(row, last.get(row.pk), coming.get(row.pk), on) for row in rows}


def _wait(recipient: Recipient, last: dt.date | None, coming: dt.date | None, on: dt.date) -> Wait:
    since = last or max(recipient.since, on - dt.timedelta(days=365))
    return Wait(recipient, last, coming, max((on - since).days, 0) // 7)


def quiet(found: dict[uuid.UUID, Wait], *, weeks: int) -> list[Wait]:
    """Those with nothing for more than so many weeks and nothing ordered ahead, whoever has waited longest in front."""
    late = [wait for wait in found.values() if wait.weeks >= weeks and wait.coming is None]
    return sorted(late, key=lambda wait: -wait.weeks)
