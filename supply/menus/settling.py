"""When an item is over: what was ordered is counted as brought, unless somebody says that nobody came.

No list is ticked for its own sake: an order stands for what happened until it is corrected.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from supply.menus import rooms
from supply.menus.handling import MenuError, locked_item, rules_of
from supply.models import Menu, MenuItem, Order, Serving

State = Order.State


def settle_all(*, at: dt.datetime) -> int:
    """Every item that is over and not yet settled; how many."""
    over = MenuItem.objects.offered().filter(ends_at__lte=at, settled_at__isnull=True, menu__state=Menu.State.PUBLISHED)
    items = list(over.order_by("ends_at")[:500])
    for item in items:
        settle(item=item, at=at)
    return len(items)


@transaction.atomic
def settle(*, item: MenuItem, at: dt.datetime) -> int:
    """Count the orders of one item as brought; how many. Safe to repeat."""
    row = locked_item(item)
    if row.settled_at is not None or row.ends_at > at or row.cancelled_at is not None:
        return 0
    orders = list(row.orders.placed().select_for_update(of=("self",)))
    row.orders.waiting().update(state=State.CANCELLED, ended_at=at, ended_why="没有排到")
    Serving.objects.bulk_create(serving_of(row, order) for order in orders)
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(state=State.SERVED)
    row.settled_at = at
    row.save(update_fields=["settled_at"])
    rooms.took_place(item=row, at=at)
    record(verb="menu.settle", target=row, actor=None, at=at, after={"orders": len(orders)})
    return len(orders)


def serving_of(item: MenuItem, order: Order) -> Serving:
    """What an order brought, unsaved."""
    return Serving(
        street_id=item.street_id, recipient_id=order.recipient_id, on=clock.day_of(item.starts_at), via=Serving.Via.MENU,
        title=item.title, category=item.category, is_led=item.is_led, order=order,
    )  # fmt: skip


@transaction.atomic
def mark(*, order: Order, came: bool, actor: User, at: dt.datetime) -> Order:
    """Put right whether an organisation came. Raises `MenuError` (not settled yet, too long ago)."""
    item = locked_item(order.item)
    row = Order.objects.select_for_update().get(pk=order.pk)
    if row.state not in {State.SERVED, State.MISSED}:
        raise MenuError("这一场还没有结束，结束后自动记入供给；没来的再改。")
    days = rules_of(item.menu, at)["menu_missed_days"]
    if at > item.ends_at + dt.timedelta(days=days):
        raise MenuError(f"结束已超过 {days} 天，不再改。")
    wanted = State.SERVED if came else State.MISSED
    if row.state == wanted:
        return row
    before, row.state = row.state, wanted
    row.save(update_fields=["state"])
    if came:
        serving_of(item, row).save(force_insert=True)
    else:
        Serving.objects.filter(order=row).delete()
    record(verb="menu.mark", target=row, actor=actor, at=at, before={"state": before}, after={"state": row.state})
    return row
