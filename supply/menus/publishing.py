"""The verbs on a menu before and after it is published: hold, take up again, publish, change items.

A preview is published at its time by the worker, exactly once: the verb locks the menu and looks at its state, and the job
carries a key of its own. Whoever holds it stops that until it is taken up again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from shimen import outbox
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.outbox.models import Job
from supply.menus import drafting, ordering, rooms
from supply.menus.handling import MenuError, checked_reason, locked, locked_item, moment
from supply.models import ItemNeed, Link, Menu, MenuItem, Need, Order, Project, Resource
from supply.rules import menu_week

KIND = "supply.publish_menu"
FIELDS = ("title", "provider", "space", "location", "starts_at", "ends_at", "quota", "words")
State = Menu.State


def ensure_published(*, at: dt.datetime) -> None:
    """Promise the publication of every preview whose time has come; once per menu and time, however often called."""
    for menu in Menu.objects.filter(state=State.DRAFT, publishes_at__lte=at, closes_at__gt=at).select_related("street"):
        key = f"{KIND}:{menu.pk}:{menu.publishes_at.isoformat()}"
        with transaction.atomic():
            outbox.enqueue(kind=KIND, payload={"menu": str(menu.pk)}, effect_key=key, street=menu.street, at=at)


def publish_job(*, job: Job, at: dt.datetime) -> None:
    """The job of one menu; one that was held or published meanwhile is left alone."""
    menu = Menu.objects.select_for_update().filter(pk=job.payload["menu"]).first()
    if menu is not None and menu.state == State.DRAFT and at < menu.closes_at:
        publish(menu=menu, actor=None, at=at)


@transaction.atomic
def publish(*, menu: Menu, actor: User | None, at: dt.datetime) -> Menu:
    """From now on organisations order. Raises `MenuError` (published already, closing time past, nothing on it; by hand also
    while an item has no space; the worker publishes at its time and says so on the page)."""
    row = locked(menu)
    if row.state == State.PUBLISHED:
        raise MenuError("这份菜单已经发布。")
    if at >= row.closes_at:
        raise MenuError(f"报名 {moment(row.closes_at)} 已截止，发布也报不了；改到下一周。")
    if not row.items.offered().exists():
        raise MenuError("菜单上一场也没有，先添几场再发布。")
    without = rooms.hold_missing(menu=row, actor=actor, at=at)
    if without and actor is not None:
        named = "、".join(f"“{item}”" for item in without[:3]) + (f"等 {len(without)} 场" if len(without) > 3 else "")
        raise MenuError(f"{named}还没有订上空间：改时间、换空间，或改成不占空间，再发布。")
    row.state, row.published_at, row.published_by, row.held_why = State.PUBLISHED, at, actor, ""
    row.holds_until = min(max(row.holds_until, at), row.closes_at)
    row.save()
    after = {"items": row.items.offered().count(), "without_room": len(without)}
    record(verb="menu.publish", target=row, actor=actor, at=at, after=after)
    return row


@transaction.atomic
def hold(*, menu: Menu, reason: str, actor: User, at: dt.datetime) -> Menu:
    """Keep a preview from being published at its time. Raises `MenuError`."""
    row = locked(menu)
    if row.state != State.DRAFT:
        raise MenuError("只有预览可以暂缓；已发布的，逐场取消。")
    row.state, row.held_why = State.HELD, checked_reason(reason)
    row.save()
    record(verb="menu.hold", target=row, actor=actor, at=at, reason=row.held_why)
    return row


@transaction.atomic
def take_up(*, menu: Menu, actor: User, at: dt.datetime) -> Menu:
    """A held preview goes its way again; where its time is past it is published with the next look. Raises `MenuError`."""
    row = locked(menu)
    if row.state != State.HELD:
        raise MenuError("这份菜单没有暂缓。")
    row.state, row.held_why = State.DRAFT, ""
    row.save()
    record(verb="menu.take_up", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def withdraw(*, menu: Menu, reason: str, actor: User, at: dt.datetime) -> int:
    """Take a menu away; returns how many items that ended. A preview is gone with its bookings of spaces, and its week may be
    drafted anew; of a published menu every item that is not over is cancelled with the reason. Raises `MenuError`."""
    row, why = locked(menu), checked_reason(reason)
    items = list(row.items.offered().filter(ends_at__gt=at).select_related("booking", "menu").in_order())
    if row.state == State.PUBLISHED and not items:
        raise MenuError("这份菜单已经没有可取消的场次。")
    if row.state == State.PUBLISHED:
        for item in items:
            cancel_item(item=item, reason=why, actor=actor, at=at)
    else:
        rooms.give_back(items=items, reason="预览撤下", actor=actor, at=at)
    record(verb="menu.withdraw", target=row, actor=actor, at=at, after={"items": len(items)}, reason=why)
    if row.state != State.PUBLISHED:
        row.delete()
    return len(items)


# ---- items


@transaction.atomic
def change_item(*, item: MenuItem, values: Mapping[str, Any], actor: User, at: dt.datetime) -> MenuItem:
    """New values of `FIELDS`. Once somebody has ordered, day and hour stand; a larger quota lets those who wait in. Raises
    `MenuError` (a quota below what is taken, a time outside the week)."""
    row = locked_item(item)
    _check_open(row, at)
    before = {field: _said(row, field) for field in FIELDS if field in values}
    for field in before:
        setattr(row, field, values[field])
    _check_space(row)
    changed = [field for field in before if before[field] != _said(row, field)]
    if not changed:
        rooms.hold(item=row, actor=actor, at=at)
        return row
    if row.quota < row.taken:
        raise MenuError(f"已经报了 {row.taken} {row.get_unit_display()}，名额不能再少。", field="quota")
    if {"starts_at", "ends_at"} & set(changed) and row.orders.standing().exists():
        raise MenuError("已经有党组织报名，不能改时间；取消这一场，另添一场。", field="starts_at")
    _check_times(row)
    with as_sentences(MenuError):
        row.save()
    after = {field: _said(row, field) for field in changed}
    record(verb="menu.change_item", target=row, actor=actor, at=at, before={f: before[f] for f in changed}, after=after)
    rooms.hold(item=row, actor=actor, at=at)
    if "quota" in changed and row.menu.state == State.PUBLISHED:
        ordering.move_up(row, actor=actor, at=at)
    return row


def _said(row: MenuItem, field: str) -> str:
    value = getattr(row, field)
    return "" if value is None else rooms.in_words(value) if field == "space" else str(value)


def _check_times(row: MenuItem) -> None:
    day = row.starts_at.astimezone(menu_week.SHANGHAI).date()
    if not row.menu.week <= day <= row.menu.until:
        raise MenuError(f"时间要在 {row.menu.week:%m-%d} 到 {row.menu.until:%m-%d} 这一周里。", field="starts_at")
    if row.ends_at <= row.starts_at:
        raise MenuError("结束要晚于开始。", field="ends_at")


def _check_space(row: MenuItem) -> None:
    """The space is of this street, and says where it is if nobody else does."""
    if row.space is not None and row.space.street_id != row.street_id:
        raise MenuError("不是本街道的空间。", field="space")
    if row.space is not None and not row.location:
        row.location = rooms.in_words(row.space)[:60]
    if not row.location:
        raise MenuError("写地点，或选一个空间。", field="location")


def _check_open(row: MenuItem, at: dt.datetime) -> None:
    if row.cancelled_at is not None:
        raise MenuError("这一场已经取消。")
    if row.ends_at <= at:
        raise MenuError("这一场已经结束。")


@transaction.atomic
def add_item(
    *, menu: Menu, source: Resource | Project, values: Mapping[str, Any], actor: User, at: dt.datetime
) -> MenuItem:
    """One more item from a list. Raises `MenuError` (a menu whose week began, times outside it)."""
    row = locked(menu)
    if at >= menu_week.at(row.week, 0):
        raise MenuError("这一周已经开始，不能再添；放到下一周。")
    item = drafting.item_of(row, source)
    for field, value in values.items():
        if field in FIELDS and value not in ("", None):
            setattr(item, field, value)
    if "space" in values and values["space"] and not values.get("location"):
        item.location = ""
    _check_space(item)
    item.number = int(row.items.aggregate(n=Max("number"))["n"] or 0) + 1
    _check_times(item)
    with as_sentences(MenuError):
        item.save(force_insert=True)
    rooms.hold(item=item, actor=actor, at=at)
    _answer_needs(item, source)
    record(verb="menu.add_item", target=item, actor=actor, at=at, after={"title": item.title, "menu": str(row)})
    return item


def _answer_needs(item: MenuItem, source: Resource | Project) -> None:
    field = "project" if isinstance(source, Project) else "resource"
    links = Link.objects.standing().filter(**{field: source}, need__in=Need.objects.open())
    needs = {link.need_id for link in links}
    ItemNeed.objects.bulk_create(ItemNeed(street_id=item.street_id, item=item, need_id=need) for need in needs)


@transaction.atomic
def cancel_item(*, item: MenuItem, reason: str, actor: User, at: dt.datetime) -> MenuItem:
    """An item does not take place; every order ends with the reason. From a preview it is simply gone. Raises `MenuError`."""
    row = locked_item(item)
    _check_open(row, at)
    if row.menu.state != State.PUBLISHED:
        rooms.give_back(items=[row], reason="这一场去掉", actor=actor, at=at)
        record(verb="menu.drop_item", target=row, actor=actor, at=at, before={"title": row.title})
        row.delete()
        return row
    why = checked_reason(reason)
    ended = row.orders.standing().update(state=Order.State.CANCELLED, ended_at=at, ended_why=f"这一场取消：{why}"[:100])
    row.cancelled_at, row.cancelled_why, row.taken = at, why, 0
    row.save()
    rooms.give_back(items=[row], reason=f"这一场取消，{why}"[:100], actor=actor, at=at)
    record(verb="menu.cancel_item", target=row, actor=actor, at=at, after={"orders": ended}, reason=why)
    return row
