"""The life of a round: due by the calendar, opened with a frozen roster, closed with a sum that comes out even.

How its visits are spread over people and days is in `coverage.plans`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Count

from coverage.models import Entity, Round, Stop, Visit
from coverage.planning import period as periods
from coverage.planning.balance import Balance
from shimen import clock, outbox
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.models import new_id
from shimen.outbox.models import Job
from shimen.territory.calendar import working_days
from shimen.territory.models import Street

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coverage.models.rounds import StopQuerySet
    from coverage.models.visits import VisitQuerySet
    from shimen.accounts.models import User

PLAN_JOB = "rounds.plan"
# Outcomes that leave the entity still to be seen: the next round carries them over.
CARRIED = (Stop.Outcome.DUE, Stop.Outcome.NO_ANSWER)


class RoundError(DomainError):
    """A round cannot be changed as asked."""


def ensure_due(*, on: dt.date, at: dt.datetime, street: Street | None = None) -> list[Round]:
    """Open every round that is due by `on` and does not exist yet; close the one before. Returns the new ones.

    The calendar decides, not the caller: after weeks of sleep every missed period is made up for in order, and any
    number of callers at once make each period once. A missed period is closed again at once, with all its visits not
    made, so that the sum of every fortnight can be asked for.
    """
    streets = [street] if street is not None else list(Street.objects.order_by("code"))
    return [made for each in streets for made in _ensure_due(street=each, on=on, at=at)]


@transaction.atomic
def _ensure_due(*, street: Street, on: dt.date, at: dt.datetime) -> list[Round]:
    _take_turn(street)
    last = Round.objects.filter(street=street).order_by("-period_start").first()
    made = []
    for period in periods.due(on, anchor=street.rounds_from, after=last.period_start if last else None):
        for old in Round.objects.filter(street=street, state=Round.State.OPEN).order_by("period_start"):
            close(round=old, actor=None, at=at)
        made.append(open_round(street=street, period_start=period.start, at=at))
    if made and made[-1].period_end >= on:
        ask_for_plan(round=made[-1], at=at)
    return made


def _take_turn(street: Street) -> None:
    """One opener per street at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"rounds:{street.pk}"])


def ask_for_plan(*, round: Round, at: dt.datetime) -> None:
    """Promise a plan, in the caller's transaction; a worker makes it (see `coverage.plans.plan_job`)."""
    Round.objects.filter(pk=round.pk).update(plan_state=Round.Plan.RUNNING)
    outbox.enqueue(
        kind=PLAN_JOB,
        payload={"round": str(round.pk)},
        effect_key=f"{PLAN_JOB}:{new_id()}",
        street=round.street,
        at=at,
    )


@transaction.atomic
def order_plan(*, round: Round, actor: User, at: dt.datetime) -> None:
    """Have all that is unvisited planned anew; who visits whom is kept where that costs little."""
    current = Round.objects.select_for_update(of=("self",)).select_related("street").get(pk=round.pk)
    if current.state != Round.State.OPEN:
        raise RoundError(f"{current}已经结束，不能再排路线。")
    if Job.objects.filter(kind=PLAN_JOB, payload__round=str(current.pk), state__in=["waiting", "running"]).exists():
        raise RoundError("正在排路线，排好后再看要不要重排。")
    ask_for_plan(round=current, at=at)
    record(verb="rounds.order_plan", target=current, actor=actor, at=at)


@transaction.atomic
def open_round(*, street: Street, period_start: dt.date, at: dt.datetime, actor: User | None = None) -> Round:
    """Open the round of the period that begins on `period_start` and freeze its roster: every operating entity.

    Each stop knows who went there last, whether nobody ever has, and for how many rounds it has been carried over.
    Set-based: one insert for the roster, whatever its size. No plan is asked for.
    """
    period = periods.holding(period_start, anchor=street.rounds_from)
    if period is None or period.start != period_start:
        raise RoundError(
            f"{period_start:%Y-%m-%d} 不是一轮的起始日。每轮从 {street.rounds_from:%Y-%m-%d} 起每十四天一轮。"
        )
    _take_turn(street)
    if Round.objects.filter(street=street, state=Round.State.OPEN).exists():
        raise RoundError("上一轮还没有结束。先结束上一轮，再开新一轮。")
    if Round.objects.filter(street=street, period_start__gte=period_start).exists():
        raise RoundError("这一轮或更晚的一轮已经开过。")
    previous = Round.objects.filter(street=street).order_by("-period_start").first()
    made = Round.objects.create(
        street=street, number=period.number, period_start=period.start, period_end=period.end, opened_at=at
    )
    size = _freeze_roster(made, previous, clock.day_of(at))
    _set_first_visits_due(made, previous)
    made.balance = {"due": size}
    made.save(update_fields=["balance"])
    record(verb="rounds.open", target=made, actor=actor, at=at, after={"due": size, "number": made.number})
    return made


def _freeze_roster(made: Round, previous: Round | None, day: dt.date) -> int:
    """Write a stop for every entity that operates on `day`; returns how many."""
    operating = Entity.objects.filter(street=made.street, registered_on__lte=day).operating().order_by()
    chosen, params = operating.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO coverage_stop (id, street_id, round_id, entity_id, area_id, owner_id, outcome, outcome_reason,
                                       is_first, carried_rounds, hint, asked_exempt)
            SELECT uuidv7(), e.street_id, %s, e.id, e.area_id, coalesce(p.visitor_id, p.owner_id), 'due', '',
                   NOT EXISTS (SELECT FROM coverage_stop s
                               WHERE s.entity_id = e.id AND s.outcome IN ('visited', 'closed', 'moved')),
                   CASE WHEN p.outcome = ANY(%s) THEN p.carried_rounds + 1 ELSE 0 END, '', ''
            FROM coverage_entity e
            LEFT JOIN coverage_stop p ON p.round_id = %s AND p.entity_id = e.id
            WHERE e.id IN ({chosen})
            """,  # noqa: S608 - the chosen part is Django's own SQL, its values are parameters
            [made.pk, [str(o) for o in CARRIED], previous.pk if previous else None, *params],
        )
        return int(cursor.rowcount)


def _set_first_visits_due(made: Round, previous: Round | None) -> None:
    """An entity that entered since the last round opened is to be seen within five working days of its entry."""
    if previous is None:
        return
    fresh = Stop.objects.filter(round=made, is_first=True, entity__registered_on__gte=previous.period_start)
    entered = list(fresh.order_by().values_list("entity__registered_on", flat=True).distinct())
    if not entered:
        return
    working = working_days(min(entered), made.period_end + dt.timedelta(days=periods.LENGTH))
    for day in entered:
        fresh.filter(entity__registered_on=day).update(due_on=periods.within(day, working))


@transaction.atomic
def close(*, round: Round, actor: User | None, at: dt.datetime) -> Balance:
    """Close the round: its sum is written down, what was not reached is carried over by the next one by itself.

    Waits for visits that are being written, and makes later ones late: they are kept and credited to the visitor, but
    the sum stays as it was. `actor` is None when the next period closes it: the calendar does not wait for a sum that
    is uneven, the log then says so.
    """
    current = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
    if current.state != Round.State.OPEN:
        raise RoundError(f"{current}已经结束。")
    frozen = current.balance.get("due")
    balance = balance_of(current)
    if not balance.is_even and actor is not None:
        raise RoundError(f"账不平：应访 {frozen} 家，各项之和 {balance.parts} 家。请联系技术人员。")
    current.state, current.closed_at, current.closed_by = Round.State.CLOSED, at, actor
    current.balance = balance.as_json()
    if current.plan_state == Round.Plan.RUNNING:
        current.plan_state = Round.Plan.NONE
    current.save(update_fields=["state", "closed_at", "closed_by", "balance", "plan_state"])
    result = "ok" if balance.is_even else "uneven"
    record(verb="rounds.close", target=current, actor=actor, at=at, after=current.balance, result=result)
    round.refresh_from_db()
    return balance


def balance_of(
    round: Round, *, stops: StopQuerySet[Stop] | None = None, found: VisitQuerySet[Visit] | None = None
) -> Balance:
    """The round's sum, counted from rows. Give `stops` and `found` to count only what somebody may see."""
    rows = Stop.objects.filter(round=round) if stops is None else stops.filter(round=round)
    finds = (Visit.objects.all() if found is None else found).filter(round=round)
    number = finds.standing().filter(stop__isnull=True).aggregate(n=Count("entity_id", distinct=True))["n"]
    return Balance.of(rows.counts(), found=number, frozen=round.balance.get("due") if stops is None else None)


def balances_of(
    rounds: Iterable[Round], *, stops: StopQuerySet[Stop], found: VisitQuerySet[Visit]
) -> dict[Round, Balance]:
    """The sums of several rounds in two queries, counted from the rows given."""
    listed = list(rounds)
    counts: dict[object, dict[str, int]] = {each.pk: {} for each in listed}
    by_outcome = stops.filter(round__in=listed).order_by().values("round_id", "outcome", "carried_rounds")
    for row in by_outcome.annotate(n=Count("pk")):
        of_round = counts[row["round_id"]]
        of_round[row["outcome"]] = of_round.get(row["outcome"], 0) + row["n"]
        if row["carried_rounds"]:
            of_round["carried"] = of_round.get("carried", 0) + row["n"]
    finds = found.filter(round__in=listed, stop__isnull=True).standing().order_by().values("round_id")
    numbers = {row["round_id"]: row["n"] for row in finds.annotate(n=Count("entity_id", distinct=True))}
    return {each: Balance.of(counts[each.pk], found=numbers.get(each.pk, 0)) for each in listed}


@transaction.atomic
def exempt(*, stop: Stop, reason: str, actor: User, at: dt.datetime) -> Stop:
    """Nobody needs to go there this round; the next one asks again."""
    current = _open_stop(stop)
    if not reason.strip():
        raise RoundError("写一句免访的缘由。", field="reason")
    if current.outcome not in CARRIED:
        raise RoundError(f"{current.entity}本轮已有结果（{current.get_outcome_display()}），不能再免访。")
    before = current.outcome
    current.outcome, current.outcome_at, current.outcome_reason = Stop.Outcome.EXEMPT, at, reason.strip()[:200]
    current.arranged_at = at
    current.save(update_fields=["outcome", "outcome_at", "outcome_reason", "arranged_at"])
    after = {"outcome": current.outcome, "entity": str(current.entity)}
    record(
        verb="rounds.exempt", target=current, actor=actor, at=at, before={"outcome": before}, after=after, reason=reason
    )
    return current


@transaction.atomic
def unexempt(*, stop: Stop, actor: User, at: dt.datetime) -> Stop:
    """Take an exemption back: the stop is due again, or has the result of the visit that was made before."""
    current = _open_stop(stop)
    if current.outcome != Stop.Outcome.EXEMPT:
        raise RoundError(f"{current.entity}本轮没有免访。")
    tried = current.visits.standing().filter(outcome=Visit.Outcome.NO_ANSWER).order_by("-visited_at").first()
    current.outcome = Stop.Outcome.NO_ANSWER if tried else Stop.Outcome.DUE
    current.outcome_at = tried.visited_at if tried else None
    current.outcome_reason = tried.reason if tried else ""
    current.arranged_at = None
    current.save(update_fields=["outcome", "outcome_at", "outcome_reason", "arranged_at"])
    record(verb="rounds.unexempt", target=current, actor=actor, at=at, after={"outcome": current.outcome})
    return current


@transaction.atomic
def ask_exempt(*, stop: Stop, reason: str, actor: User, at: dt.datetime) -> Stop:
    """Ask the office to exempt a stop; it stays due until somebody agrees."""
    current = _open_stop(stop)
    if not reason.strip():
        raise RoundError("写一句申请免访的缘由。", field="reason")
    if current.outcome not in CARRIED:
        raise RoundError(f"{current.entity}本轮已有结果，不用申请免访。")
    current.asked_exempt, current.asked_exempt_by = reason.strip()[:200], actor
    current.save(update_fields=["asked_exempt", "asked_exempt_by"])
    record(verb="rounds.ask_exempt", target=current, actor=actor, at=at, reason=current.asked_exempt)
    return current


def _open_stop(stop: Stop) -> Stop:
    """The stop locked for a change, in a round that is still open."""
    state = Round.objects.select_for_update(of=("self",)).get(pk=stop.round_id).state
    if state != Round.State.OPEN:
        raise RoundError("这一轮已经结束，不能再改。")
    return Stop.objects.select_for_update(of=("self",)).select_related("entity").get(pk=stop.pk)
