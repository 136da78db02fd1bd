"""What supply puts on a secretary's home and beside the tabs of an organisation: the menu of the coming week, deliveries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse

from branches.committees.reading import organisations_led_by
from branches.models import Organisation
from branches.pages import home_parts, tabs
from shimen import clock, waiting
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
    waiting.about(orders_moved=_moved, deliveries_to_see=_under_way)
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
    if not led:
        return
    moved = _moved(user).select_related("item")
    for order in moved[:2] if waiting.how_many(user, "orders_moved") else ():
        yield Work(
            f"候补轮到了：{order.item.title}", reverse("supply:menu-item", args=[order.item_id]), icon="calendar-week",
            due=clock.day_of(order.item.starts_at), reason="来不了就取消，让给下一家",
        )  # fmt: skip
    rows = list(_under_way(user).order_by("delivered_at")) if waiting.how_many(user, "deliveries_to_see") else []
    for row in [row for row in rows if row.state == State.DISPATCHED][:2]:
        yield Work(f"{row.title}在路上", _page(row), icon="truck", reason="送达码在申请页上", due=row.planned_on)
    for row in [row for row in rows if row.state == State.DELIVERED][:2]:
        yield Work(f"{row.title}送到了，评一句", _page(row), icon="truck", when="待评价")


def _led(user: User) -> QuerySet[Organisation, Any]:
    return organisations_led_by(user, clock.today()).order_by().values("pk")


def _moved(user: User) -> QuerySet[Order]:
    """Places that came free this last week for an organisation the person leads."""
    rows = Order.objects.filter(recipient__in=_led(user), state=Order.State.PLACED)
    return rows.filter(moved_at__gte=clock.now() - RECENT)


def _under_way(user: User) -> QuerySet[Delivery]:
    """Deliveries to such an organisation that are on their way or wait for a word."""
    return Delivery.objects.filter(recipient__in=_led(user), state__in=[State.DISPATCHED, State.DELIVERED])


def _page(row: Delivery) -> str:
    return reverse("supply:delivery", args=[row.pk])
