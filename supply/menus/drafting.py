"""Assembling a week's menu from what is run and offered. The rule is pure (`supply.matching.assembling`); this module reads
the lists, asks it, and writes the preview.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from shimen import clock, outbox
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.outbox.models import Job
from shimen.territory import calendar
from shimen.territory.models import Street
from supply.lists import reading
from supply.matching.assembling import NEVER, Draft, Offer, Taker, assemble
from supply.menus import rooms
from supply.menus.handling import MenuError
from supply.models import (
    ItemNeed,
    Link,
    Menu,
    MenuItem,
    Need,
    Project,
    Proposal,
    Recipient,
    Resource,
    Serving,
    SupplyRule,
)
from supply.rules import menu_week
from supply.rules.menu_week import Numbers
from supply.serving import waiting
from supply.serving.waiting import Wait

KIND = "supply.draft_menu"
# Half a year back: what stood on a menu longer ago counts as long ago.
BACK = dt.timedelta(days=182)
QUARTER = dt.timedelta(days=91)
LARGE = 12  # people: an offer for more than so many counts places by heads
SHARE = 3  # places kept for one organisation where heads are counted
Source = Resource | Project


@dataclass(frozen=True, slots=True)
class Ground:
    """What a menu is made from."""

    street: Street
    week: dt.date
    rules: Numbers
    sources: dict[Hashable, Source]
    offers: list[Offer]
    takers: list[Taker]
    waits: dict[uuid.UUID, Wait]
    answers: dict[Hashable, list[Need]]


def ensure_due(*, at: dt.datetime) -> None:
    """Promise the preview of every week that is due in every street; once per street and week, however often called."""
    for street in Street.objects.all():
        rules = SupplyRule.objects.book(street=street.pk, on=clock.day_of(at))
        for week in menu_week.due_weeks(at, rules):
            if Menu.objects.filter(street=street, week=week).exists():
                continue
            key = f"{KIND}:{street.pk}:{week.isoformat()}"
            with transaction.atomic():
                outbox.enqueue(kind=KIND, payload={"week": week.isoformat()}, effect_key=key, street=street, at=at)


def draft_job(*, job: Job, at: dt.datetime) -> None:
    """The job of one street and week."""
    week = dt.date.fromisoformat(job.payload["week"])
    if not Menu.objects.filter(street=job.street, week=week).exists():
        draft(street=job.street, week=week, actor=None, at=at)


@transaction.atomic
def draft(*, street: Street, week: dt.date, actor: User | None, at: dt.datetime) -> Menu:
    """Write the preview of the menu of a week: items with proposals, published at its time unless held. Raises `MenuError`
    (a week that has one, a past week, nothing to offer)."""
    rules = SupplyRule.objects.book(street=street.pk, on=clock.day_of(at))
    when = menu_week.times(week, rules)
    if week != menu_week.monday(week) or at >= when.closed:
        raise MenuError("这一周已经过了报名截止时间，不再起草。", field="week")
    ground = read(street=street, week=week, rules=rules)
    if not ground.offers:
        raise MenuError("清单上没有进行中的项目和可用的资源。先登记，再起草菜单。")
    made = assemble(
        ground.offers, ground.takers, most=rules["menu_items_most"], from_weeks=rules["menu_propose_weeks"],
        turn=week.toordinal() // 7,
    )  # fmt: skip
    menu = Menu(
        street=street, week=week, publishes_at=when.published, holds_until=when.held_until, closes_at=when.closed,
        assembled_at=at,
    )  # fmt: skip
    with as_sentences(MenuError, field="week"):
        menu.save(force_insert=True)
    _write(menu, ground, made)
    roomless = rooms.hold_missing(menu=menu, actor=actor, at=at)
    after = {
        "week": week.isoformat(), "items": len(made.offers), "proposals": len(made.proposals), "without_room": len(roomless),
    }  # fmt: skip
    record(verb="menu.draft", target=menu, actor=actor, at=at, after=after)
    return menu


# ---- reading


def read(*, street: Street, week: dt.date, rules: Numbers) -> Ground:
    """The offers and takers of a week, with what each has had and needs. Proposed to are the promised ones; the others
    order like everybody."""
    sources = _sources(street, week)
    needs = list(Need.objects.filter(street=street).open().select_related("recipient").by_age())
    answers, scores = _answers(needs, sources)
    stood = _last_stood(street, week)
    offers = [_offer(key, source, stood.get(key), answers.get(key, []), week) for key, source in sources.items()]
    recipients = list(Recipient.objects.filter(street=street).emerging().on(week).in_order())
    waits = waiting.waits(recipients, week)
    had = _had(street, week)
    takers = [
        Taker(
            key=row.pk, weeks=0 if waits[row.pk].coming else waits[row.pk].weeks, area=row.area_id,
            wants=scores.get(row.pk, {}), had=frozenset(had.get(row.pk, ())),
        )
        for row in recipients
    ]  # fmt: skip
    return Ground(street, week, rules, sources, offers, takers, waits, answers)


def _sources(street: Street, week: dt.date) -> dict[Hashable, Source]:
    """Running projects, and the resources that no running project of the same provider and kind brings already. Rooms are
    booked and not ordered, so a resource that is a place alone stands on no menu."""
    projects = list(
        Project.objects.filter(street=street).running().on(week).select_related("series", "space__venue").in_order()
    )
    used = {(row.provider, row.category) for row in projects}
    resources = Resource.objects.filter(street=street).offered().on(week).exclude(category="space")
    resources = resources.select_related("space__venue").in_order()
    free = [row for row in resources if (row.provider, row.category) not in used]
    return {("project" if isinstance(row, Project) else "resource", row.pk): row for row in [*projects, *free]}


def _answers(
    needs: list[Need], sources: dict[Hashable, Source]
) -> tuple[dict[Hashable, list[Need]], dict[uuid.UUID, dict[Hashable, int]]]:
    """The open needs that each source answers by a link, and for each organisation what answers its own, with the score."""
    by_id = {need.pk: need for need in needs}
    answers: dict[Hashable, list[Need]] = defaultdict(list)
    scores: dict[uuid.UUID, dict[Hashable, int]] = defaultdict(dict)
    for link in Link.objects.standing().filter(need__in=by_id):
        need = by_id[link.need_id]
        for key in (("project", link.project_id), ("resource", link.resource_id)):
            if key in sources and need not in answers[key]:
                answers[key].append(need)
                if need.recipient_id:
                    scores[need.recipient_id][key] = link.score or reading.BY_HAND
    return answers, scores


def _last_stood(street: Street, week: dt.date) -> dict[Hashable, dt.date]:
    """The week in which each source last stood on a menu."""
    rows = MenuItem.objects.filter(street=street, menu__week__lt=week, menu__week__gte=week - BACK).order_by()
    found: dict[Hashable, dt.date] = {}
    for name in ("project", "resource"):
        stood = rows.filter(**{f"{name}__isnull": False}).values_list(name).annotate(last=Max("menu__week"))
        found.update({(name, pk): last for pk, last in stood})
    return found


def _had(street: Street, week: dt.date) -> dict[uuid.UUID, set[str]]:
    had: dict[uuid.UUID, set[str]] = defaultdict(set)
    rows = Serving.objects.filter(street=street).between(week - QUARTER, week).order_by()
    for recipient, category in rows.values_list("recipient", "category").distinct():
        had[recipient].add(category)
    return had


def _offer(key: Hashable, source: Source, stood: dt.date | None, needs: list[Need], week: dt.date) -> Offer:
    heads = heads_of(source)
    return Offer(
        key=key, category=source.category, audiences=frozenset(source.audiences), area=source.area_id,
        quota=heads or reading.PLACES, share=SHARE if heads > LARGE else 1,
        weeks=(week - stood).days // 7 if stood else NEVER, needs=len(needs),
    )  # fmt: skip


def heads_of(source: Source) -> int:
    """For how many people a source is, no more than its space holds; 0 where nobody counts them."""
    heads: int = source.capacity or 0
    if source.space is not None and source.space.takes_bookings:
        heads = min(heads, int(source.space.capacity))
    return heads


# ---- writing


def _write(menu: Menu, ground: Ground, made: Draft) -> None:
    offers = {offer.key: offer for offer in ground.offers}
    days = _open_days(menu.week)
    slots: dict[str, Iterator[tuple[dt.datetime, dt.datetime]]] = {}
    taken: set[tuple[str, dt.datetime]] = set()
    free = rooms.Rooms((source.space for source in ground.sources.values() if source.space), week=menu.week)
    items: dict[Hashable, MenuItem] = {}
    for key in made.offers:
        source = ground.sources[key]
        item = item_of(menu, source)
        found = slots.setdefault(source.category, menu_week.places(menu.week, source.category, days))
        item.starts_at, item.ends_at = _free(iter(found), item, taken, free)
        items[key] = item
    for number, item in enumerate(sorted(items.values(), key=lambda one: (one.starts_at, one.title)), 1):
        item.number = number
    MenuItem.objects.bulk_create(items.values())
    ItemNeed.objects.bulk_create(
        ItemNeed(street_id=menu.street_id, item=items[key], need=need)
        for key in items
        for need in ground.answers.get(key, [])
    )
    Proposal.objects.bulk_create(
        Proposal(
            street_id=menu.street_id, item=items[each.offer], recipient=ground.waits[_id(each.taker)].recipient,
            places=offers[each.offer].share, weeks=each.weeks, why=_why(ground.waits[_id(each.taker)], by_need=each.by_need),
        )
        for each in made.proposals
    )  # fmt: skip


def _id(taker: Hashable) -> uuid.UUID:
    """Takers are known to the rule by their ids."""
    assert isinstance(taker, uuid.UUID)  # noqa: S101
    return taker


def _why(wait: Wait, *, by_need: bool) -> str:
    how_long = f"{wait.weeks} 周没有供给" if wait.last else "还没有过供给"
    return f"{how_long}，正好答它提的需求" if by_need else how_long


def _free(
    slots: Iterator[tuple[dt.datetime, dt.datetime]],
    item: MenuItem,
    taken: set[tuple[str, dt.datetime]],
    free: rooms.Rooms,
) -> tuple[dt.datetime, dt.datetime]:
    """The first slot in which nothing else of this menu stands at that place and its space is open and free; then the free
    time nearest to the usual one; where the space has none all week, any slot."""
    first = start, end = next(slots)
    for _ in range(40):
        if (not item.location or (item.location, start) not in taken) and free.is_free(item.space, start, end):
            break
        start, end = next(slots)
    else:
        start, end = free.nearest(item.space, *first) or (start, end)
    taken.add((item.location, start))
    free.take(item.space, start, end)
    return start, end


def _open_days(week: dt.date) -> list[dt.date]:
    """The days of a week on which something is held: working days, and a weekend that no holiday reaches into."""
    days = [week + dt.timedelta(days=n) for n in range(7)]
    working = set(calendar.working_days(days[0], days[-1]))
    whole = sum(day in working for day in days[:5]) == 5
    return [day for day in days if day in working or (whole and day.weekday() >= 5)] or days


def item_of(menu: Menu, source: Source) -> MenuItem:
    """A source as an item of a menu, unsaved, without its time and number."""
    project = source if isinstance(source, Project) else None
    resource = source if isinstance(source, Resource) else None
    heads = heads_of(source)
    by_heads = heads > LARGE
    return MenuItem(
        street_id=menu.street_id, menu=menu, title=source.title, category=source.category,
        is_led=project is not None and project.series is not None and project.series.is_led,
        project=project, resource=resource,
        provider=source.provider, location=source.location or _place_of(source), area_id=source.area_id, space=source.space,
        unit=MenuItem.Unit.PERSON if by_heads else MenuItem.Unit.ORGANISATION,
        quota=heads or reading.PLACES, words=source.words[:300],
    )  # fmt: skip


def _place_of(source: Source) -> str:
    return rooms.in_words(source.space)[:60] if source.space is not None else "到组织门口"


def sources_for(menu: Menu) -> tuple[list[Source], list[Source]]:
    """What a menu that stands could still take: sources that are not on it, and those that could stand once more."""
    found = _sources(menu.street, menu.week)
    items = list(menu.items.offered())
    on_it = {("project", item.project_id) for item in items} | {("resource", item.resource_id) for item in items}
    return [row for key, row in found.items() if key not in on_it], [row for key, row in found.items() if key in on_it]
