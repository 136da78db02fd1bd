"""What supply puts on a secretary's home and beside the tabs of an organisation: the menu of the coming week, deliveries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from branches.models import Organisation
from branches.pages import home_parts, tabs
from shimen import clock
from shimen.overview import Work
from supply.models import Delivery, Order
from supply.pages.menus import PhonePage
from supply.rules.delivery_flow import State
from supply.views.served import READERS

if TYPE_CHECKING:
    from shimen.accounts.models import User

SHOWN = 3
RECENT = dt.timedelta(days=7)


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    home_parts.add(home_parts.Part("每周菜单", "branches/home_menu.html", menu_part, place=20))
    home_parts.add_tasks(tasks)
    tabs.add(tabs.Tab("供给", url="supply:recipient", place=50, roles=READERS, shown=_founded))


def _founded(organisation: Organisation) -> bool:
    return organisation.founded_on is not None


def menu_part(user: User, led: Sequence[Organisation], on: dt.date) -> dict[str, Any] | None:
    """The menu that takes orders: what is kept for one's organisation, else what is ordered, else the first of the week."""
    if not led:
        return None
    page = PhonePage(user, clock.now())
    if page.menu is None:
        return None
    shown = [*page.ordered, *page.proposed][:SHOWN] or page.rest[:SHOWN]
    return {"menu": page.menu, "page": page, "dishes": shown, "more": max(len(page.dishes) - len(shown), 0)}


def tasks(user: User, led: Sequence[Organisation], on: dt.date) -> Iterator[Work]:
    """A place that came free for one's organisation, a delivery on its way, one to rate."""
    ids = [row.pk for row in led]
    if not ids:
        return
    moved = Order.objects.filter(recipient__in=ids, state=Order.State.PLACED, moved_at__gte=clock.now() - RECENT)
    for order in moved.select_related("item")[:2]:
        yield Work(
            f"候补轮到了：{order.item.title}", reverse("supply:menu-item", args=[order.item_id]), icon="calendar-week",
            due=clock.day_of(order.item.starts_at), reason="来不了就取消，让给下一家",
        )  # fmt: skip
    rows = Delivery.objects.filter(recipient__in=ids)
    for row in rows.filter(state=State.DISPATCHED)[:2]:
        yield Work(f"{row.title}在路上", _page(row), icon="truck", reason="送达码在申请页上", due=row.planned_on)
    for row in rows.filter(state=State.DELIVERED).order_by("delivered_at")[:2]:
        yield Work(f"{row.title}送到了，评一句", _page(row), icon="truck", when="待评价")


def _page(row: Delivery) -> str:
    return reverse("supply:delivery", args=[row.pk])
