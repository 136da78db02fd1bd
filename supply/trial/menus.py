"""A year of the trial street's menus: what stood on them, who ordered, what was brought; and the next one, drafted by the
rule itself.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from coverage.trial.copying import copy
from coverage.trial.days import Ids
from coverage.trial.load import Scene
from shimen import clock
from supply.menus import drafting, publishing
from supply.models import Menu, MenuItem, Order, Project, Recipient, Resource, Serving, SupplyRule
from supply.rules import menu_week

WEEKS = 52
ITEMS = 24  # of a past week
EVERY = 4  # weeks between the orders of one organisation, about
# Organisations that have had nothing for so many weeks; the first in order of a grid each.
QUIET = (8, 7, 6, 6, 5, 5, 5)


@dataclass(slots=True)
class Plan:
    """What is written, gathered before it is copied."""

    scene: Scene
    recipients: list[Recipient]
    sources: list[Project | Resource]
    chance: random.Random
    ids: Ids
    items: list[MenuItem] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    servings: list[Serving] = field(default_factory=list)

    def quiet_weeks(self, number: int) -> int:
        """For how many weeks the organisation at a place of the order has had nothing; 0 for most."""
        return quiet_weeks(number, len(self.recipients))


def quiet_weeks(number: int, many: int) -> int:
    """For how many weeks the organisation at place `number` of `many` has had nothing; 0 for most."""
    step = max(many // len(QUIET), 1)
    return QUIET[number // step] if number % step == min(3, step - 1) and number // step < len(QUIET) else 0


def write(scene: Scene) -> None:
    """Past weeks first, then this one, then what is due by the rule."""
    today = scene.days.today
    recipients = list(Recipient.objects.filter(street=scene.street).emerging().on(today).in_order())
    projects = Project.objects.filter(street=scene.street).running().select_related("series", "space__venue")
    resources = Resource.objects.filter(street=scene.street).offered().exclude(category="space")
    projects, resources = projects.in_order(), resources.select_related("space__venue").in_order()
    used = {(row.provider, row.category) for row in projects}
    sources = [*projects, *(row for row in resources if (row.provider, row.category) not in used)]
    plan = Plan(scene, recipients, sources, random.Random(f"{scene.seed} menus"), Ids(scene.seed, "menus"))
    rules = SupplyRule.objects.book(street=scene.street.pk, on=today)
    this = menu_week.monday(today)
    for number in range(WEEKS + 1):
        _week(plan, number, this - dt.timedelta(days=7 * (WEEKS - number)), rules)
    _reach_all(plan)
    _copy(plan)
    for week in (this + dt.timedelta(days=7), this + dt.timedelta(days=14)):
        _coming(plan, week, rules)
    scene.say(f"每周菜单 {WEEKS + 1} 期，报名 {len(plan.orders):,} 次")


def _menu(plan: Plan, week: dt.date, rules: menu_week.Numbers) -> Menu:
    when = menu_week.times(week, rules)
    menu = Menu(
        id=plan.ids.at(when.drafted), street=plan.scene.street, week=week, state=Menu.State.PUBLISHED,
        publishes_at=when.published, holds_until=when.held_until, closes_at=when.closed, assembled_at=when.drafted,
        published_at=when.published, token=f"{plan.chance.getrandbits(64):016x}",
    )  # fmt: skip
    menu.save(force_insert=True)
    return menu


def _week(plan: Plan, number: int, week: dt.date, rules: menu_week.Numbers) -> None:
    """One week: a rotating choice of the lists, and a quarter of the organisations order one item each, some two."""
    menu = _menu(plan, week, rules)
    start = number * 11 % len(plan.sources)
    chosen = [*plan.sources[start:], *plan.sources[:start]][:ITEMS]
    items = [_item(plan, menu, place, source) for place, source in enumerate(chosen, 1)]
    plan.items += items
    for place, recipient in enumerate(plan.recipients):
        back = WEEKS - number
        if recipient.since > week or back < plan.quiet_weeks(place):
            continue
        wanted = int((place + number) % EVERY == 0) + int(plan.chance.random() < 0.12)
        if not wanted and back == plan.quiet_weeks(place) and back:
            wanted = 1
        for item in plan.chance.sample(items, wanted):
            _order(plan, item, recipient, menu)


def _reach_all(plan: Plan) -> None:
    """Nobody was left out over the year: whoever chance passed by came to the last thing that still had a place."""
    served = {row.recipient_id for row in plan.servings}
    served |= set(Serving.objects.filter(street=plan.scene.street).values_list("recipient", flat=True))
    over = [item for item in plan.items if item.settled_at is not None]
    for place, recipient in enumerate(plan.recipients):
        if recipient.pk in served:
            continue
        last = plan.scene.days.today - dt.timedelta(days=7 * plan.quiet_weeks(place))
        fits = [item for item in over if recipient.since <= item.menu.week <= last and item.left >= 1]
        if fits:
            _order(plan, fits[-1], recipient, fits[-1].menu, places=1, state=Order.State.SERVED)


def _item(plan: Plan, menu: Menu, number: int, source: Project | Resource) -> MenuItem:
    item = drafting.item_of(menu, source)
    slots = menu_week.USUAL[source.category]
    slot = slots[(number + menu.week.toordinal() // 7) % len(slots)]
    item.id, item.number = plan.ids.at(menu.assembled_at), number
    item.starts_at = menu_week.at(menu.week + dt.timedelta(days=slot.day), slot.hour, slot.minute)
    item.ends_at = item.starts_at + dt.timedelta(minutes=slot.minutes)
    item.settled_at = item.ends_at if item.ends_at <= plan.scene.at else None
    return item


def _order(
    plan: Plan, item: MenuItem, recipient: Recipient, menu: Menu, *, places: int = 0, state: Order.State | None = None
) -> None:
    """An order as people make it; `places` and `state` where chance does not decide."""
    places = places or (plan.chance.randrange(5, 16) if item.unit == MenuItem.Unit.PERSON else 1)
    if item.taken + places > item.quota or menu.published_at is None:
        return
    made = menu.published_at + dt.timedelta(minutes=plan.chance.randrange(5, 7_000))
    made = min(made, plan.scene.at)
    is_over = item.settled_at is not None
    if state is None:
        came = Order.State.MISSED if plan.chance.random() < 0.02 else Order.State.SERVED
        state = came if is_over else Order.State.PLACED
    order = Order(
        id=plan.ids.at(made), street=plan.scene.street, item=item, recipient=recipient, places=places, state=state,
        made_by=plan.scene.users["zhouwuwu"], made_at=made,
    )  # fmt: skip
    item.taken += places
    plan.orders.append(order)
    if state == Order.State.SERVED:
        plan.servings.append(_serving(plan, item, order))


def _serving(plan: Plan, item: MenuItem, order: Order) -> Serving:
    return Serving(
        id=plan.ids.at(item.ends_at), street=plan.scene.street, recipient=order.recipient, on=clock.day_of(item.starts_at),
        via=Serving.Via.MENU, title=item.title, category=item.category, is_led=item.is_led, order=order,
    )  # fmt: skip


_ITEM = (
    "id", "street", "menu", "number", "title", "category", "is_led", "resource", "project", "provider", "location", "area",
    "starts_at", "ends_at", "unit", "quota", "taken", "words", "settled_at",
)  # fmt: skip
_ORDER = ("id", "street", "item", "recipient", "places", "state", "made_by", "made_at")
_SERVING = ("id", "street", "recipient", "on", "via", "title", "category", "is_led", "order")


def _copy(plan: Plan) -> None:
    copy(MenuItem, _ITEM, _values(plan.items, _ITEM))
    copy(Order, _ORDER, _values(plan.orders, _ORDER))
    copy(Serving, _SERVING, _values(plan.servings, _SERVING))


def _values(rows: list[MenuItem] | list[Order] | list[Serving], names: tuple[str, ...]) -> Iterator[list[object]]:
    for row in rows:
        columns = [row._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
        yield [_plain(getattr(row, column)) for column in columns]


def _plain(value: object) -> object:
    return value.pk if isinstance(value, (Recipient, Order)) else str(value) if isinstance(value, uuid.UUID) else value


def _coming(plan: Plan, week: dt.date, rules: menu_week.Numbers) -> None:
    """A week whose menu is due: drafted and published by the verbs, then ordered from as people do."""
    scene, when = plan.scene, menu_week.times(week, rules)
    if when.drafted > scene.at:
        return
    menu = drafting.draft(street=scene.street, week=week, actor=None, at=when.drafted)
    if when.published > scene.at:
        return
    menu = publishing.publish(menu=menu, actor=None, at=when.published)
    items, orders = list(menu.items.in_order()), []
    before = len(plan.orders)
    for place, recipient in enumerate(plan.recipients):
        if not plan.quiet_weeks(place) and place % 4:
            for item in plan.chance.sample(items, 1 + place % 2):
                _order(plan, item, recipient, menu)
    orders = plan.orders[before:]
    Order.objects.bulk_create(orders)
    MenuItem.objects.bulk_update({order.item.pk: order.item for order in orders}.values(), ["taken"])
