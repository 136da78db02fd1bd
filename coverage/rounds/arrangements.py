"""要安排的: stops that need more than their turn, each with a proposed answer that one press carries out.

What is proposed is worked out from rows and can be asked for again; carrying it out goes through the verbs of
`rounds.plans` and `rounds.rounds`, so that it can be undone like any other change.
"""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from coverage.models import Entity, Rearrangement, Round, Stop
from coverage.planning import period as periods
from coverage.rounds import plans, rounds
from coverage.rounds.rounds import RoundError
from shimen import clock
from shimen.audit.record import record
from shimen.territory.calendar import load as load_calendar
from shimen.territory.calendar import working_days

if TYPE_CHECKING:
    from coverage.models.entities import EntityQuerySet
    from coverage.models.rounds import StopQuerySet
    from shimen.accounts.models import User

WEEKDAYS = "一二三四五六日"
CARRIED_ROUNDS = 2  # so many rounds in a row without being reached ask for another way
AFTER_HOURS = "17:00 后上门"
HOURS_HINT = "改在" + AFTER_HOURS
FIRST_VISIT_NOTICE = 2  # days before the limit at which a first visit asks for a place


class Reason(enum.StrEnum):
    """Why a stop is in the list; the order is that of the list."""

    FIRST = "first"
    APPOINTED = "appointed"
    EXEMPT = "exempt"
    CARRIED = "carried"


TITLES = {
    Reason.FIRST: "首访限期",
    Reason.APPOINTED: "约好时间",
    Reason.EXEMPT: "免访申请",
    Reason.CARRIED: f"顺延{'两' if CARRIED_ROUNDS == 2 else CARRIED_ROUNDS}轮以上",
}


@dataclass(frozen=True)
class Arrangement:
    """One line: the stop, why it is here, what happened in the last two rounds, and what is proposed."""

    stop: Stop
    reason: Reason
    words: str
    tone: str
    past: str
    proposal: str
    button: str


def waiting(stops: StopQuerySet[Stop], *, round: Round) -> StopQuerySet[Stop]:
    """Stops of an open round that ask to be arranged and are not yet."""
    last = round.period_end
    return (
        stops.filter(round=round, arranged_at__isnull=True, outcome__in=rounds.CARRIED)
        .filter(
            Q(is_first=True, due_on__isnull=False, due_on__lte=last, outcome=Stop.Outcome.DUE)
            | Q(appointed_at__isnull=False, outcome=Stop.Outcome.DUE)
            | ~Q(asked_exempt="")
            | Q(carried_rounds__gte=CARRIED_ROUNDS, outcome=Stop.Outcome.DUE)
        )
        .select_related("entity", "entity__place", "visitor")
    )


def listed(stops: StopQuerySet[Stop], *, round: Round, on: dt.date, limit: int | None = None) -> list[Arrangement]:
    """The lines for `waiting`, most urgent first; the same few queries, whatever its length."""
    rows = list(
        waiting(stops, round=round).order_by(
            F("due_on").asc(nulls_last=True),
            F("appointed_at").asc(nulls_last=True),
            "asked_exempt",
            "-carried_rounds",
            "entity__address_key",
            "pk",
        )[:limit]
    )
    past = _past(rows, round)
    following = _next_day(on)
    return sorted((_line(row, past.get(row.entity_id, ""), on, following) for row in rows), key=_urgency)


def counts(stops: StopQuerySet[Stop], *, round: Round) -> dict[Reason, int]:
    """How many wait, by reason."""
    found: dict[Reason, int] = dict.fromkeys(Reason, 0)
    for row in waiting(stops, round=round).only(
        "due_on", "is_first", "appointed_at", "asked_exempt", "outcome", "entity", "visitor"
    ):
        found[_reason(row)] += 1
    return found


def entered_since(entities: EntityQuerySet[Entity], *, round: Round) -> list[tuple[Entity, dt.date]]:
    """Entities that entered the registry after the roster was frozen and that nobody has seen, with the last day for
    their first visit. They are outside the sum; a visit makes each of them a find."""
    opened = clock.day_of(round.opened_at)
    fresh = entities.operating().filter(registered_on__gte=opened, registered_on__lte=round.period_end)
    unseen = fresh.exclude(stops__round=round).exclude(visits__withdrawn_at__isnull=True, visits__isnull=False)
    rows = list(unseen.select_related("area").order_by("registered_on", "address_key", "pk"))
    if not rows:
        return []
    calendar = load_calendar(rows[0].registered_on, rows[-1].registered_on)
    limit = periods.FIRST_VISIT_WITHIN
    return [(row, calendar.add_working_days(row.registered_on, limit)) for row in rows]


def _urgency(line: Arrangement) -> tuple[int, dt.date, int]:
    return list(Reason).index(line.reason), line.stop.due_on or dt.date.max, -line.stop.carried_rounds


def _reason(stop: Stop) -> Reason:
    if stop.asked_exempt:
        return Reason.EXEMPT
    if stop.appointed_at is not None:
        return Reason.APPOINTED
    if stop.is_first and stop.due_on is not None and stop.outcome == Stop.Outcome.DUE:
        return Reason.FIRST
    return Reason.CARRIED


def _line(stop: Stop, past: str, on: dt.date, following: dt.date) -> Arrangement:
    reason = _reason(stop)
    proposal, button = _proposal(stop, reason, on, following), "照此安排"
    if reason == Reason.EXEMPT:
        button = "同意"
    return Arrangement(stop, reason, *_words(stop, reason, on), past, proposal, button)


def _words(stop: Stop, reason: Reason, on: dt.date) -> tuple[str, str]:
    """The chip: what it says and its tone."""
    if reason == Reason.FIRST and stop.due_on is not None:
        left = (stop.due_on - on).days
        if left < 0:
            return f"首访超 {-left} 天", "r"
        return ("首访今天到期" if left == 0 else f"首访还剩 {left} 天"), ("r" if left <= FIRST_VISIT_NOTICE else "y")
    if reason == Reason.APPOINTED:
        return "约好时间", "b"
    if reason == Reason.EXEMPT:
        return "免访申请", ""
    return f"顺延 {stop.carried_rounds} 轮", "y"


def _proposal(stop: Stop, reason: Reason, on: dt.date, following: dt.date) -> str:
    if reason == Reason.EXEMPT:
        return f"本轮免访，下轮照访（{stop.asked_exempt}）"
    if reason == Reason.APPOINTED and stop.appointed_at is not None:
        at = stop.appointed_at.astimezone(clock.SHANGHAI)
        return f"{_day_name(at.date(), on)} {at:%H:%M} 上门"
    if reason == Reason.FIRST:
        return f"插入{_day_name(following, on)}的路线"
    return f"{HOURS_HINT}，{_day_name(following, on)}走"


def _day_name(day: dt.date, on: dt.date) -> str:
    near = {0: "今天", 1: "明天", 2: "后天"}.get((day - on).days)
    return near or f"{day:%m-%d}（周{WEEKDAYS[day.weekday()]}）"


def _next_day(on: dt.date) -> dt.date:
    """The first working day from `on` on."""
    return next(iter(working_days(on, on + dt.timedelta(days=14))), on)


def _past(rows: Iterable[Stop], round_: Round) -> dict[uuid.UUID, str]:
    """What the two rounds before found at each entity, newest first."""
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    earlier = (
        Stop.objects.filter(entity__in=[row.entity_id for row in rows], round__number__lt=round_.number)
        .filter(round__street=round_.street_id, round__number__gte=round_.number - 2)
        .order_by("-round__period_start")
        .values_list("entity_id", "outcome", "outcome_at", "round__period_end")
    )
    for entity, outcome, at, end in earlier:
        day = clock.day_of(at) if at else end
        found[entity].append(f"{day:%m-%d} {Stop.Outcome(outcome).label}")
    return {entity: "；".join(words) for entity, words in found.items()}


@transaction.atomic
def arrange(*, stop: Stop, actor: User, at: dt.datetime) -> Rearrangement | None:
    """Carry out what is proposed for a stop. Returns the change of the plan, None for an exemption."""
    current = waiting(Stop.objects.filter(pk=stop.pk), round=stop.round).select_related("round").first()
    if current is None:
        raise RoundError(f"{stop.entity}已经安排过，或已有结果。")
    reason = _reason(current)
    if reason == Reason.EXEMPT:
        rounds.exempt(stop=current, reason=current.asked_exempt, actor=actor, at=at)
        return None
    made = _place(current, reason, actor=actor, at=at)
    hint = AFTER_HOURS if reason == Reason.CARRIED else current.hint
    if current.appointed_at is not None:
        hint = f"约好 {current.appointed_at.astimezone(clock.SHANGHAI):%H:%M}"
    Stop.objects.filter(pk=current.pk).update(arranged_at=at, hint=hint)
    record(verb="rounds.arrange", target=current, actor=actor, at=at, after={"reason": reason.value, "hint": hint})
    return made


def _place(stop: Stop, reason: Reason, *, actor: User, at: dt.datetime) -> Rearrangement:
    """Put the stop on its day with its visitor, or with whoever passes nearest when they do not walk that day."""
    first = plans.first_day(at)
    day = clock.day_of(stop.appointed_at) if reason == Reason.APPOINTED and stop.appointed_at else _next_day(first)
    if day < first:
        raise RoundError(f"约好的时间（{day:%m-%d}）已过，请重新约。")
    words = {Reason.FIRST: "首访", Reason.APPOINTED: "约好时间", Reason.CARRIED: "多轮未遇"}[reason]
    return plans.bring_to(
        round=stop.round, stop=stop, day=day, actor=actor, at=at, sentence=f"{stop.entity}（{words}）排到 {day:%m-%d}"
    )


@transaction.atomic
def appoint(*, stop: Stop, when: dt.datetime, actor: User, at: dt.datetime) -> Stop:
    """Note a time agreed with the shop; it is then proposed for that day."""
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=stop.round_id)
    current = Stop.objects.select_for_update(of=("self",)).select_related("entity").get(pk=stop.pk)
    if round_.state != Round.State.OPEN:
        raise RoundError("这一轮已经结束，不能再约。")
    if current.outcome not in rounds.CARRIED:
        raise RoundError(f"{current.entity}本轮已有结果（{current.get_outcome_display()}）。")
    day = clock.day_of(when)
    if when < at or day > round_.period_end:
        raise RoundError(f"约的时间要在现在之后、{round_.period_end:%m-%d} 之前。", field="when")
    current.appointed_at, current.arranged_at = when, None
    current.save(update_fields=["appointed_at", "arranged_at"])
    record(verb="rounds.appoint", target=current, actor=actor, at=at, after={"when": when.isoformat()})
    return current
