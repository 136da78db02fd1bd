"""What every verb on a menu begins with: the error, the lock, the rules of the day."""

from __future__ import annotations

import datetime as dt

from shimen import clock
from shimen.errors import DomainError
from supply.models import Menu, MenuItem, SupplyRule
from supply.rules.menu_week import SHANGHAI, Numbers

SHORTEST_REASON = 4


class MenuError(DomainError):
    """A menu cannot be changed, published or ordered from as asked."""


def rules_of(menu: Menu, at: dt.datetime) -> Numbers:
    """The street's rules as they stand on the day of `at`."""
    book: Numbers = SupplyRule.objects.book(street=menu.street_id, on=clock.day_of(at))
    return book


def locked(menu: Menu) -> Menu:
    """The menu, held until the transaction ends."""
    row: Menu = Menu.objects.select_for_update().get(pk=menu.pk)
    return row


def locked_item(item: MenuItem) -> MenuItem:
    """The item, held until the transaction ends, with its menu."""
    row: MenuItem = (
        MenuItem.objects.select_for_update(of=("self",))
        .select_related("menu", "booking", "space__venue")
        .get(pk=item.pk)
    )
    return row


def checked_reason(reason: str) -> str:
    """A reason of at least four characters, in one line."""
    text = " ".join(reason.split())
    if len(text) < SHORTEST_REASON:
        raise MenuError("写明原因，至少 4 个字。", field="reason")
    return text[:200]


def moment(at: dt.datetime) -> str:
    """11 月 26 日 18:00, as sentences say it."""
    local = at.astimezone(SHANGHAI)
    return f"{local.month} 月 {local.day} 日 {local:%H:%M}"
