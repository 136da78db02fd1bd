"""What the pages of the weekly menu show."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from supply.menus import ordering
from supply.menus.handling import moment
from supply.models import (
    Category,
    ItemNeed,
    Menu,
    MenuItem,
    Need,
    Order,
    Project,
    Proposal,
    Recipient,
    Resource,
    SupplyRule,
)
from supply.rules import menu_week
from supply.serving import speaking, waiting
from supply.serving.waiting import Wait

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from shimen.accounts.models import User

QUIET_SHOWN = 6
LED = "led"


def current(street_id: uuid.UUID | None, at: dt.datetime) -> Menu | None:
    """The menu that people come for: the nearest one that takes orders, else that of this week, else the newest."""
    if street_id is None:
        return None
    rows = Menu.objects.filter(street_id=street_id)
    today = clock.day_of(at)
    return (
        rows.taking_orders(at).order_by("week").first()
        or rows.published().of_week(today).first()
        or rows.published().newest_first().first()
    )


@dataclass(frozen=True, slots=True)
class Quiet:
    """An organisation that has had nothing for long: its open need, and the item to which it was proposed."""

    wait: Wait
    need: Need | None
    item: MenuItem | None


class MenuPage:
    """One menu as one person sees it. `shown` is a category, 'led', or '' for all."""

    def __init__(self, menu: Menu, user: User, at: dt.datetime, *, shown: str = "") -> None:
        self.menu, self.user, self.at = menu, user, at
        self.quiet_count = 0
        self.shown = shown if shown in {*Category.values, LED} else ""
        self.is_office = scope_of(user).has(Role.STAFF)

    @property
    def is_open(self) -> bool:
        return self.menu.takes_orders(self.at) and not self.is_gone

    @cached_property
    def is_gone(self) -> bool:
        """Published, and withdrawn since: nothing on it takes place."""
        return self.menu.state == Menu.State.PUBLISHED and not self.views[0][2]

    @cached_property
    def rules(self) -> object:
        return SupplyRule.objects.book(street=self.menu.street_id, on=clock.day_of(self.at))

    @cached_property
    def views(self) -> list[tuple[str, str, int]]:
        """Key, title and number of items of every view of the table."""
        counts = dict(self.menu.items.offered().order_by().values_list("category").annotate(n=Count("pk")))
        led = self.menu.items.offered().filter(is_led=True).count()
        found = [("", "全部", sum(counts.values()))]
        found += [(key, str(label), counts[key]) for key, label in Category.choices if counts.get(key)]
        return [*found, (LED, "书记领跑", led)] if led else found

    @cached_property
    def rows(self) -> QuerySet[MenuItem]:
        rows = self.menu.items.all().with_orders().in_order().select_related("project", "resource").with_rooms()
        if self.shown == LED:
            rows = rows.filter(is_led=True)
        elif self.shown:
            rows = rows.filter(category=self.shown)
        answers = ItemNeed.objects.select_related("need").order_by("need__number")
        found: QuerySet[MenuItem] = rows.prefetch_related(Prefetch("answers", answers))
        return found

    @cached_property
    def without_room(self) -> int:
        """How many items that are still to come need a space and hold none; for the office."""
        if not self.is_office:
            return 0
        return self.menu.items.without_room().filter(ends_at__gt=self.at).count()

    @cached_property
    def may_order(self) -> bool:
        """Whether the person orders for some organisation, and orders are taken."""
        return self.is_open and speaking.voices(self.user, clock.day_of(self.at)).exists()

    @property
    def may_withdraw(self) -> bool:
        return self.is_office and not self.is_gone and clock.day_of(self.at) <= self.menu.until

    @cached_property
    def subtitle(self) -> str:
        items = self.menu.items.offered()
        total = items.count()
        if self.is_gone:
            return "全部场次都取消了，报过名的党组织看得到原因"
        if self.menu.state != Menu.State.PUBLISHED:
            when = f"{moment(self.menu.publishes_at)} 发布" if self.menu.state == Menu.State.DRAFT else "暂缓发布"
            return f"{total} 场，{when}，{moment(self.menu.closes_at)} 截止报名"
        ordered = items.filter(orders__state__in=["placed", "served", "missed"]).distinct().count()
        if self.is_open:
            return f"{total} 场，{ordered} 场有人报名；{moment(self.menu.closes_at)} 截止，候补按多久没有供给排"
        return f"{total} 场，{ordered} 场有人报名；报名已于 {moment(self.menu.closes_at)} 截止"

    @cached_property
    def quiet(self) -> list[Quiet]:
        """Organisations of the promised ones with nothing for longer than the rule says, and nothing ordered."""
        today = clock.day_of(self.at)
        seen = Recipient.objects.visible_to(self.user).emerging().on(today).select_related("area")
        late = waiting.quiet(waiting.waits(seen, today), weeks=self.rules["menu_quiet_weeks"])  # type: ignore[index]
        self.quiet_count = len(late)
        late = late[:QUIET_SHOWN]
        ids = [wait.recipient.pk for wait in late]
        needs = {
            need.recipient_id: need for need in Need.objects.filter(recipient__in=ids).open().order_by("-raised_on")
        }
        proposals = Proposal.objects.filter(recipient__in=ids, item__menu=self.menu, declined_at__isnull=True)
        proposals = proposals.filter(item__cancelled_at__isnull=True)
        items = {each.recipient_id: each.item for each in proposals.select_related("item")}
        return [Quiet(wait, needs.get(wait.recipient.pk), items.get(wait.recipient.pk)) for wait in late]

    @property
    def quiet_weeks(self) -> int:
        return int(self.rules["menu_quiet_weeks"])  # type: ignore[index]

    @cached_property
    def lists(self) -> dict[str, int]:
        """How long the three lists are, and how many needs nothing answers."""
        unmatched = Count("pk", filter=Q(state=Need.State.OPEN))
        needs = Need.objects.visible_to(self.user).standing().aggregate(n=Count("pk"), unmatched=unmatched)
        return {
            "needs": needs["n"],
            "resources": Resource.objects.visible_to(self.user).standing().count(),
            "projects": Project.objects.visible_to(self.user).standing().count(),
            "unmatched": needs["unmatched"],
        }

    @cached_property
    def venues(self) -> list[dict[str, Any]]:
        """The venues in which items of this week take place, and how many: `space__venue`, its name, `n`."""
        items = self.menu.items.offered().filter(space__isnull=False).order_by("space__venue__area__sort")
        return list(items.values("space__venue", "space__venue__name").annotate(n=Count("pk")))

    @cached_property
    def near(self) -> list[Menu]:
        """The menus around this one, by week."""
        rows = Menu.objects.filter(street_id=self.menu.street_id)
        if not self.is_office:
            rows = rows.published()
        before, after = rows.filter(week__lt=self.menu.week), rows.filter(week__gt=self.menu.week)
        return [menu for menu in (before.order_by("-week").first(), after.order_by("week").first()) if menu is not None]


class ItemPage:
    """One item: who ordered, who waits, and what the person may do."""

    def __init__(self, item: MenuItem, user: User, at: dt.datetime) -> None:
        self.item, self.user, self.at = item, user, at
        self.is_office = scope_of(user).has(Role.STAFF)
        self.voices = speaking.voices(user, clock.day_of(at))

    @cached_property
    def orders(self) -> list[Order]:
        """The office sees all of its areas, others those for whom they speak."""
        rows = Order.objects.filter(item=self.item).select_related("recipient__area", "made_by")
        seen = rows.visible_to(self.user) if self.is_office else rows.filter(recipient__in=self.voices)
        return list(seen.order_by("state", "made_at", "pk"))

    @property
    def placed(self) -> list[Order]:
        return [row for row in self.orders if row.state in {"placed", "served", "missed"}]

    @property
    def waiting(self) -> list[Order]:
        return [row for row in self.orders if row.state == Order.State.WAITING]

    @cached_property
    def proposals(self) -> list[Proposal]:
        answered = Order.objects.filter(item=self.item, recipient=OuterRef("recipient"))
        rows = self.item.proposals.select_related("recipient").annotate(answered=Exists(answered))
        return list((rows if self.is_office else rows.filter(recipient__in=self.voices)).order_by("-weeks", "pk"))

    @property
    def keeps(self) -> bool:
        """Whether places are kept for those to which the item was proposed."""
        return self.at < self.item.menu.holds_until

    @cached_property
    def kept(self) -> int:
        return ordering.kept_for_others(self.item, None, self.at)

    @property
    def free(self) -> int:
        return max(self.item.quota - self.item.taken - self.kept, 0)

    @property
    def may_order(self) -> bool:
        return self.item.menu.takes_orders(self.at) and self.item.cancelled_at is None and self.voices.exists()

    @cached_property
    def first_voice(self) -> object:
        """The only organisation for which the person speaks; None where there is a choice."""
        known = [row.pk for row in self.voices[:2]]
        return known[0] if len(known) == 1 else None

    @property
    def answers(self) -> QuerySet[ItemNeed]:
        rows: QuerySet[ItemNeed] = self.item.answers.select_related("need").order_by("need__number")
        return rows


@dataclass(frozen=True, slots=True)
class Dish:
    """An item on the phone, with the order that stands for the organisation and whether it was proposed to it."""

    item: MenuItem
    order: Order | None
    proposal: Proposal | None
    free: int


def kept_by_item(menu: Menu, recipient: Recipient | None, at: dt.datetime) -> dict[Any, int]:
    """Places that are kept for others than `recipient`, per item; none once their time is over."""
    if at >= menu.holds_until:
        return {}
    rows = Proposal.objects.filter(item__menu=menu, declined_at__isnull=True).exclude(recipient=recipient)
    answered = Order.objects.filter(item=OuterRef("item"), recipient=OuterRef("recipient"))
    kept = rows.exclude(Exists(answered)).order_by().values_list("item").annotate(n=Sum("places"))
    return dict(kept)


class PhonePage:
    """A secretary's menu: first what is proposed to their organisation, then what it ordered, then the rest by day."""

    def __init__(self, user: User, at: dt.datetime, *, chosen: str = "") -> None:
        self.user, self.at = user, at
        self.menu = current(user.street_id, at)
        self.voices = list(speaking.named(user, clock.day_of(at)))
        self.recipient = next(
            (row for row in self.voices if str(row.pk) == chosen), self.voices[0] if self.voices else None
        )

    @property
    def is_open(self) -> bool:
        return self.menu is not None and self.menu.takes_orders(self.at)

    @cached_property
    def dishes(self) -> list[Dish]:
        if self.menu is None or self.recipient is None:
            return []
        orders = {
            row.item_id: row for row in Order.objects.filter(item__menu=self.menu, recipient=self.recipient).standing()
        }
        mine = Proposal.objects.filter(item__menu=self.menu, recipient=self.recipient, declined_at__isnull=True)
        proposals = {row.item_id: row for row in mine}
        kept = kept_by_item(self.menu, self.recipient, self.at)
        items = self.menu.items.offered().in_order()
        found = [
            Dish(item, orders.get(item.pk), proposals.get(item.pk), max(item.left - kept.get(item.pk, 0), 0))
            for item in items
        ]
        return sorted(found, key=lambda dish: (dish.order is None, dish.proposal is None, dish.item.starts_at))

    @property
    def ordered(self) -> list[Dish]:
        return [dish for dish in self.dishes if dish.order]

    @property
    def proposed(self) -> list[Dish]:
        return [dish for dish in self.dishes if dish.proposal and not dish.order]

    def dish(self, item: MenuItem) -> Dish | None:
        """One of them; None where it is of another menu."""
        return next((dish for dish in self.dishes if dish.item.pk == item.pk), None)

    @property
    def days(self) -> list[tuple[dt.date, list[Dish]]]:
        """What is neither ordered nor proposed, day by day."""
        found: dict[dt.date, list[Dish]] = {}
        for dish in self.rest:
            found.setdefault(clock.day_of(dish.item.starts_at), []).append(dish)
        return sorted(found.items())

    @property
    def rest(self) -> list[Dish]:
        return [dish for dish in self.dishes if not dish.proposal and not dish.order]


def is_office(user: User) -> bool:
    return scope_of(user).has(Role.STAFF)


def seen_menus(user: User) -> QuerySet[Menu]:
    """Previews are the office's; what is published everybody's of the street."""
    rows: QuerySet[Menu] = Menu.objects.visible_to(user)
    return rows if is_office(user) else rows.published()  # type: ignore[attr-defined, no-any-return]


def seen_recipients(user: User) -> QuerySet[Recipient]:
    """Those whose proposals a person may answer."""
    return speaking.voices(user, clock.today())


def counted(menus: QuerySet[Menu], user: User) -> QuerySet[Menu]:
    """Menus with their numbers of items and orders, newest first; drafts for the office alone."""
    rows: Any = menus if is_office(user) else menus.published()  # type: ignore[attr-defined]
    orders = Order.objects.filter(item__menu=OuterRef("pk")).exclude(state=Order.State.CANCELLED).order_by()
    items = MenuItem.objects.filter(menu=OuterRef("pk"), cancelled_at__isnull=True).order_by()
    found = rows.newest_first().annotate(
        items_n=Coalesce(Subquery(items.values("menu").annotate(n=Count("pk")).values("n")), 0),
        orders_n=Coalesce(Subquery(orders.values("item__menu").annotate(n=Count("pk")).values("n")), 0),
        bodies_n=Coalesce(
            Subquery(orders.values("item__menu").annotate(n=Count("recipient", distinct=True)).values("n")), 0
        ),
    )
    return cast("QuerySet[Menu]", found)


def weeks_to_draft(street_id: uuid.UUID, at: dt.datetime) -> list[dt.date]:
    """The weeks that have no menu yet and may still be ordered from, whether or not their day has come."""
    rules = SupplyRule.objects.book(street=street_id, on=clock.day_of(at))
    this = menu_week.monday(clock.day_of(at))
    weeks = [this + dt.timedelta(days=7 * n) for n in (1, 2)]
    known = set(Menu.objects.filter(street_id=street_id, week__in=weeks).values_list("week", flat=True))
    return [week for week in weeks if week not in known and at < menu_week.times(week, rules).closed]


def withdrawing_words(menu: Menu, at: dt.datetime) -> str:
    """What taking a menu away touches."""
    items = menu.items.offered().filter(ends_at__gt=at)
    held = items.filter(booking__isnull=False).count()
    given = f"，让出订好的 {held} 处空间" if held else ""
    if menu.state != Menu.State.PUBLISHED:
        return f"预览里的 {items.count()} 场都去掉{given}。还没有人看到；这一周可以重新起草，手工改过的要再改一遍。"
    orders = Order.objects.filter(item__in=items).standing().count()
    return (
        f"会取消还没结束的 {items.count()} 场、{orders} 个报名和候补{given}，报名的党组织会看到原因。取消后不能恢复。"
    )


def by_day(menu: Menu) -> list[tuple[dt.date, list[MenuItem]]]:
    """The items of a menu, day by day."""
    days: dict[dt.date, list[MenuItem]] = {}
    for item in menu.items.offered().in_order():
        days.setdefault(clock.day_of(item.starts_at), []).append(item)
    return sorted(days.items())


def said_of(order: Order) -> str:
    """What an order came to, as a sentence."""
    if order.state == Order.State.PLACED:
        return f"{order.recipient}已报上“{order.item.title}”，{moment(order.item.starts_at)}，{order.item.location}。"
    return f"名额已满，{order.recipient}排在“{order.item.title}”的候补里；有名额按多久没有供给递补，轮到会显示在首页。"
