"""How a matter comes into being: from a visit in the visit's own transaction, or by hand."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from branches.models import Organisation
from coverage.models import Demand, Entity
from grid.chain.levels import Level
from grid.chain.transitions import State, Verb
from grid.matters import handling, hosting
from grid.matters.handling import MatterError, said, tell
from grid.models import Council, Leg, Matter
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.territory.models import Area, Place

TITLE = 30
_CLAUSE = re.compile("[。！？；，,;!?]")
_CATEGORIES = {
    Demand.Category.PARKING: Matter.Category.PARKING,
    Demand.Category.SURROUNDINGS: Matter.Category.SURROUNDINGS,
    Demand.Category.LICENCE: Matter.Category.LICENCE,
    Demand.Category.STAFFING: Matter.Category.STAFFING,
}


def hear_demand(*, demand: Demand, actor: User, at: dt.datetime, **_: Any) -> None:
    """A visit brought a demand home. Within the visit's transaction, so that neither is kept without the other.

    What was solved at the door is a matter solved and told on the first level.
    """
    if Matter.objects.filter(demand=demand).exists():
        return
    entity = demand.entity
    matter = _new(
        street_id=demand.street_id, at=demand.raised_at, actor=actor, via=Matter.Via.VISIT, words=demand.words,
        category=_CATEGORIES.get(Demand.Category(demand.category), Matter.Category.OTHER), entity=entity,
        place=entity.place, area=entity.area, demand=demand, raiser=entity.trade_sign or entity.name,
    )  # fmt: skip
    if demand.solved_on_spot:
        _solved_at_door(matter, demand, actor)
    record(verb="grid.raise", target=matter, actor=actor, at=at, after={"via": matter.via})


def hear_withdrawal(*, demand: Demand, actor: User, at: dt.datetime, **_: Any) -> None:
    """The visit was withdrawn: its matter goes with it, unless somebody has worked on it since."""
    matter = Matter.objects.filter(demand=demand).first()
    if matter is None or matter.state == State.WITHDRAWN:
        return
    row = Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
    if row.moments.exclude(by=demand.raised_by).exists() or row.state == State.MERGED:
        tell(
            matter=row,
            verb="withdraw",
            sentence="带来它的走访撤回了，已经有人在办，保留",
            at=at,
            actor=actor,
            tone="alarm",
        )
        return
    leg = row.legs.select_for_update(of=("self",)).filter(ended_at__isnull=True).first()
    if leg is not None:
        handling.end_leg(leg=leg, end=Leg.End.CUT, at=at, actor=actor)
    row.state = State.WITHDRAWN.value
    row.revision += 1
    row.save()
    tell(matter=row, verb=Verb.WITHDRAW, sentence="随走访撤回", at=at, actor=actor)
    record(verb="grid.withdraw", target=row, actor=actor, at=at)


@transaction.atomic
def take_back(*, matter: Matter, why: str, actor: User | None, at: dt.datetime) -> bool:
    """What had led to a matter was taken back: it goes with it, unless somebody has worked on it since; whether it went."""
    row = Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
    if row.state != State.OPEN or row.moments.exclude(verb="raise").exists():
        return row.state == State.WITHDRAWN
    Leg.objects.filter(matter=row, ended_at__isnull=True).update(ended_at=at, end=Leg.End.CUT, ended_by=actor, why=why)
    row.state, row.due_on = State.WITHDRAWN.value, None
    row.revision += 1
    row.save()
    tell(matter=row, verb=Verb.WITHDRAW, sentence="撤回", at=at, actor=actor, words=why)
    record(verb="grid.withdraw", target=row, actor=actor, at=at, reason=why)
    return True


@transaction.atomic
def raise_matter(
    *,
    street_id: Any,
    words: str,
    actor: User | None,
    at: dt.datetime,
    title: str = "",
    via: str = Matter.Via.HAND,
    category: str = Matter.Category.OTHER,
    urgency: str = Matter.Urgency.NORMAL,
    entity: Entity | None = None,
    place: Place | None = None,
    area: Area | None = None,
    organisation: Organisation | None = None,
    raiser: str = "",
    level: Level = Level.BRANCH,
    council: Council | None = None,
    raised_at: dt.datetime | None = None,
) -> Matter:
    """A matter that somebody brings by hand, a council, a branch or an opinion.

    Raises `MatterError`: nothing said; neither a place, an entity nor an area; raised in the future.
    """
    words = said(words, "写一句要解决什么，照提出人的话写。", field="words", longest=2000)
    place = place or (entity.place if entity is not None else None)
    area = area or (entity.area if entity is not None else None) or (place.area if place is not None else None)
    if area is None:
        raise MatterError("选地点、主体或网格，才知道归谁办。", field="area")
    raised_at = raised_at or at
    if raised_at > at:
        raise MatterError("提出时间不能晚于现在。", field="raised_at")
    matter = _new(
        street_id=street_id, at=raised_at, actor=actor, via=via, words=words, category=category, urgency=urgency,
        entity=entity, place=place, area=area, organisation=organisation, raiser=raiser[:60], title=title.strip()[:80],
        level=level.value,
    )  # fmt: skip
    if level is Level.COUNCIL:
        _before_council(matter, council, at)
    record(verb="grid.raise", target=matter, actor=actor, at=at, after={"via": via, "level": level.value})
    return matter


@transaction.atomic
def raise_once(*, street_id: Any, words: str, area: Area | None, actor: User, at: dt.datetime, **given: Any) -> Matter:
    """`raise_matter` for a form: what one person sends twice in the same words is one matter, and it is given back."""
    _take_turn(street_id, clock.day_of(at).year)
    said_before = Matter.objects.filter(
        street=street_id, raised_by=actor, words=said(words, "写一句要解决什么。", field="words", longest=2000), area=area,
        entity=given.get("entity"), raised_at__gt=at - handling.TWICE, raised_at__lte=at,
    )  # fmt: skip
    twice: Matter | None = said_before.order_by("raised_at", "pk").first()
    return twice or raise_matter(street_id=street_id, words=words, area=area, actor=actor, at=at, **given)


def _before_council(matter: Matter, council: Council | None, at: dt.datetime) -> None:
    """What comes in on the councils' level is before the chosen one, or before the only one that speaks for it."""
    council = council or hosting.the_one(matter, clock.day_of(at))
    if council is not None:
        hosting.check(matter, [council], clock.day_of(at))
        hosting.put_before(matter=matter, leg=handling.open_leg(matter), council=council)


def _new(*, street_id: Any, at: dt.datetime, actor: User | None, words: str, title: str = "", **given: Any) -> Matter:
    year = clock.day_of(at).year
    matter = Matter(
        street_id=street_id, year=year, serial=_serial(street_id, year), words=words, raised_at=at, raised_by=actor,
        title=title or headline(words), **given,
    )  # fmt: skip
    if matter.organisation is None:
        matter.organisation = _answering(matter)
    level = Level(matter.level)
    matter.due_on = handling.due(matter=matter, level=level, at=at)
    matter.save(force_insert=True)
    body = "" if matter.organisation is None else str(matter.organisation)
    handling.begin_leg(
        matter=matter, level=level, at=at, due_on=matter.due_on, organisation=matter.organisation, body=body
    )
    tell(matter=matter, verb="raise", sentence=f"{matter.get_via_display()}登记", at=at, actor=actor, words=words)
    return matter


def headline(words: str) -> str:
    """The first clause of what was said, short enough for a list."""
    first = words.strip().splitlines()[0]
    for clause in _CLAUSE.finditer(first):
        if 4 <= clause.start() <= TITLE:
            return first[: clause.start()]
    return first if len(first) <= TITLE else first[: TITLE - 1] + "…"


def _serial(street_id: Any, year: int) -> int:
    """The next number of the year; whoever else asks waits until this transaction has ended."""
    _take_turn(street_id, year)
    last = Matter.objects.filter(street_id=street_id, year=year).aggregate(last=Max("serial"))["last"]
    return (last or 0) + 1


def _take_turn(street_id: Any, year: int) -> None:
    """One after the other in a street and year, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"matter {street_id} {year}"])


def _answering(matter: Matter) -> Organisation | None:
    """The street-block branch of the area, which takes what nobody else has."""
    if matter.area is None:
        return None
    day = clock.day_of(matter.raised_at)
    blocks = Organisation.objects.standing(day).filter(
        street=matter.street_id, kind=Organisation.Kind.STREET_BLOCK, area__in=matter.area.lineage
    )
    first: Organisation | None = blocks.order_by("founded_on", "pk").first()
    return first


def _solved_at_door(matter: Matter, demand: Demand, actor: User) -> None:
    leg = matter.legs.get()
    how = demand.how_solved or "当场解决"
    handling.end_leg(leg=leg, end=Leg.End.SOLVED, at=demand.raised_at, actor=actor, tried=how)
    matter.state, matter.how_solved = State.CLOSED.value, how
    matter.solved_at = matter.closed_at = demand.raised_at
    matter.solved_level, matter.due_on = Level.BRANCH.value, None
    matter.save()
    tell(
        matter=matter,
        verb=Verb.SOLVE,
        sentence="走访当场解决",
        at=demand.raised_at,
        actor=actor,
        words=how,
        tone="good",
    )
