"""Ordering from a menu: a place or a place in the waiting list, giving it back, and who moves up.

The item's row is locked by every verb that touches its places, so that of fifty who want the last one exactly one gets it;
the database keeps `taken` within the quota whatever the code does.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q, Sum

from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from supply.menus.handling import MenuError, locked_item, moment, rules_of
from supply.models import Menu, MenuItem, Order, Proposal, Recipient
from supply.serving import speaking, waiting

MOST_PLACES = 50
State = Order.State


@transaction.atomic
def order(
    *, item: MenuItem, recipient: Recipient, places: int = 1, note: str = "", actor: User, at: dt.datetime
) -> Order:
    """An organisation orders places of an item; where too few are left it waits. Raises `MenuError` (not for this person,
    not published, closed, cancelled, ordered already, more places than there are at all)."""
    row = locked_item(item)
    speaking.check(actor, recipient, clock.day_of(at), error=MenuError)
    _check_open(row, at)
    wanted = 1 if row.unit == MenuItem.Unit.ORGANISATION else places
    if not 1 <= wanted <= min(row.quota, MOST_PLACES):
        raise MenuError(f"一次报 1 到 {min(row.quota, MOST_PLACES)} {row.get_unit_display()}。", field="places")
    fits = wanted <= free_for(row, recipient, at)
    made = Order(
        street_id=row.street_id, item=row, recipient=recipient, places=wanted, note=" ".join(note.split())[:100],
        state=State.PLACED if fits else State.WAITING, made_by=actor, made_at=at,
    )  # fmt: skip
    with as_sentences(MenuError, field="recipient"):
        made.save(force_insert=True)
    if fits:
        _take(row, wanted)
    after = {"item": row.title, "recipient": str(recipient), "places": wanted, "state": made.state}
    record(verb="menu.order", target=made, actor=actor, at=at, after=after)
    return made


def _check_open(row: MenuItem, at: dt.datetime) -> None:
    menu: Menu = row.menu
    if row.cancelled_at is not None:
        raise MenuError(f"“{row.title}”已经取消：{row.cancelled_why}。")
    if menu.state != Menu.State.PUBLISHED:
        raise MenuError(f"这一周的菜单还没有发布，{moment(menu.publishes_at)} 起可以报名。")
    if at >= menu.closes_at:
        raise MenuError(f"报名已于 {moment(menu.closes_at)} 截止。下一周的菜单发布后再报，急用可以申请直通车。")


def _take(row: MenuItem, places: int) -> None:
    row.taken += places
    row.save(update_fields=["taken"])


def kept_for_others(row: MenuItem, recipient: Recipient | None, at: dt.datetime) -> int:
    """Places that are kept for organisations to which the item was proposed and which have not answered yet."""
    if at >= row.menu.holds_until:
        return 0
    answered = Order.objects.filter(item=row).values("recipient")
    kept = Proposal.objects.filter(item=row, declined_at__isnull=True).exclude(recipient__in=answered)
    if recipient is not None:
        kept = kept.exclude(recipient=recipient)
    return int(kept.aggregate(n=Sum("places"))["n"] or 0)


def free_for(row: MenuItem, recipient: Recipient | None, at: dt.datetime) -> int:
    """How many places an organisation can have right now."""
    return max(row.quota - row.taken - kept_for_others(row, recipient, at), 0)


@transaction.atomic
def cancel(*, order: Order, reason: str = "", actor: User, at: dt.datetime) -> Order:
    """Give a place back; those who wait move up. Raises `MenuError` (not for this person, too late, cancelled already)."""
    item = locked_item(order.item)
    row = Order.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=order.pk)
    speaking.check(actor, row.recipient, clock.day_of(at), error=MenuError)
    if row.state not in {State.PLACED, State.WAITING}:
        raise MenuError(f"这个报名{row.get_state_display()}，不能取消。")
    hours = rules_of(item.menu, at)["menu_cancel_hours"]
    if row.state == State.PLACED and at > item.starts_at - dt.timedelta(hours=hours):
        raise MenuError(f"开始前 {hours} 小时内不能取消，直接和供给方说一声；来不了会照实记下，不扣什么。")
    was = row.state
    row.state, row.ended_at, row.ended_why = State.CANCELLED, at, " ".join(reason.split())[:100]
    row.save()
    record(verb="menu.cancel_order", target=row, actor=actor, at=at, before={"state": was}, reason=row.ended_why)
    if was == State.PLACED:
        item.taken -= row.places
        item.save(update_fields=["taken"])
        move_up(item, actor=actor, at=at)
    return row


@transaction.atomic
def decline(*, proposal: Proposal, actor: User, at: dt.datetime) -> Proposal:
    """An organisation does not want what was kept for it; the places are open to all. Raises `MenuError`."""
    item = locked_item(proposal.item)
    row = Proposal.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=proposal.pk)
    speaking.check(actor, row.recipient, clock.day_of(at), error=MenuError)
    if row.declined_at is not None:
        raise MenuError("已经说过不要。")
    row.declined_at = at
    row.save(update_fields=["declined_at"])
    record(verb="menu.decline", target=item, actor=actor, at=at, after={"recipient": str(row.recipient)})
    move_up(item, actor=actor, at=at)
    return row


# ---- the waiting list


def move_up(item: MenuItem, *, actor: User | None, at: dt.datetime) -> list[Order]:
    """Give free places of a locked item to those who wait: whoever has had nothing for longest first, of equals whoever
    asked first. Who needs more places than are left is passed over and keeps waiting."""
    line = list(item.orders.waiting().select_related("recipient__area").order_by("made_at", "pk"))
    if not line:
        return []
    found = waiting.waits([order.recipient for order in line], clock.day_of(at))
    line.sort(key=lambda order: -found[order.recipient_id].weeks)
    moved = []
    for order in line:
        if order.places <= free_for(item, order.recipient, at):
            order.state, order.moved_at = State.PLACED, at
            order.save(update_fields=["state", "moved_at"])
            _take(item, order.places)
            record(verb="menu.move_up", target=order, actor=actor, at=at, after={"item": item.title})
            moved.append(order)
    return moved


@transaction.atomic
def open_kept(*, item: MenuItem, at: dt.datetime) -> list[Order]:
    """The time for which places were kept is over: those who wait have them. Safe to repeat."""
    return move_up(locked_item(item), actor=None, at=at)


def open_all_kept(*, at: dt.datetime) -> int:
    """Every item on which somebody waits although places are free; how many moved up."""
    waits = Q(orders__state=State.WAITING)
    items = MenuItem.objects.offered().filter(
        waits, menu__state=Menu.State.PUBLISHED, menu__holds_until__lte=at, starts_at__gt=at
    )
    return sum(len(open_kept(item=item, at=at)) for item in items.distinct())
