"""The verbs on visits: logging one, giving its reason, taking it back, settling what two visitors saw differently.

A visit is accepted once whatever happens on the way, and never refused: not when the stop went to a colleague, the
round was closed, or the entity has left the registry meanwhile. What it says of the entity goes through the
registry's verbs (see `coverage.visits.findings`); what contradicts a colleague of the same round waits for a person.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from coverage.models import Entity, Round, Stop, Visit, VisitAnswer
from coverage.registry import merging
from coverage.visiting.sent import Person, Said, Sent, Shop, Wish, digest
from coverage.visits import demands, findings
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory.models import Area

# How long a visitor can take back what was just written down.
WITHDRAW_WITHIN = dt.timedelta(minutes=5)
# A page kept open longer than this is a phone whose clock is wrong.
LONGEST_AGO = dt.timedelta(days=60)
STOP_OUTCOME = {
    Visit.Outcome.SAME: Stop.Outcome.VISITED,
    Visit.Outcome.CHANGED: Stop.Outcome.VISITED,
    Visit.Outcome.NO_ANSWER: Stop.Outcome.NO_ANSWER,
    Visit.Outcome.CLOSED: Stop.Outcome.CLOSED,
    Visit.Outcome.MOVED: Stop.Outcome.MOVED,
}
Door = tuple[Entity, Stop | None]


class VisitError(DomainError):
    """Something cannot be done to a visit that was logged; that it cannot be logged is never the answer."""


@dataclass(frozen=True)
class Logged:
    """The visit as kept; whether it was known already; whether it stands against an earlier one of the same id."""

    visit: Visit
    is_repeat: bool = False
    is_other_sending: bool = False


def log(
    *,
    id: uuid.UUID,  # noqa: A002  (the field's own word: made on the phone)
    entity: Entity,
    outcome: str,
    actor: User,
    at: dt.datetime,
    stop: Stop | None = None,
    answers: Sequence[Said] = (),
    demand: Wish | None = None,
    found_people: Sequence[Person] = (),
    told: Sequence[uuid.UUID] = (),
    reason: str = "",
    note: str = "",
    visited_at: dt.datetime | None = None,
) -> Logged:
    """Keep what was found at a door. The same id with the same content is the same visit, however often it comes.

    The same id with other content is kept beside the first (`conflict_of`). `visited_at` is the phone's clock, kept
    within reason; None means now.
    """
    sent = Sent(
        visitor=actor.pk,
        outcome=outcome,
        entity=entity.pk,
        stop=stop.pk if stop else None,
        answers=tuple(answers),
        demand=demand,
        people=tuple(found_people),
        told=tuple(told),
        reason=reason,
        note=note,
        visited_at=visited_at,
    )
    return _accept_once(id=id, sent=sent, door=lambda: (entity, stop), actor=actor, at=at)


def log_find(
    *,
    id: uuid.UUID,  # noqa: A002
    shop: Shop,
    actor: User,
    at: dt.datetime,
    area: Area | None = None,
    demand: Wish | None = None,
    note: str = "",
    visited_at: dt.datetime | None = None,
) -> Logged:
    """Keep a shop outside the registry (名单外的店): a new entity and the visit that found it, both once."""
    sent = Sent(
        visitor=actor.pk, outcome=Visit.Outcome.CHANGED, shop=shop, demand=demand, note=note, visited_at=visited_at
    )
    on = clock.day_of(_within_reason(visited_at, at))

    def door() -> Door:
        return findings.enter(shop=shop, area=area, ref=str(id), on=on, actor=actor, at=at), None

    return _accept_once(id=id, sent=sent, door=door, actor=actor, at=at)


@transaction.atomic
def _accept_once(*, id: uuid.UUID, sent: Sent, door: Callable[[], Door], actor: User, at: dt.datetime) -> Logged:  # noqa: A002
    _one_at_a_time(id)
    fingerprint = digest(sent, key=settings.SHIMEN_INDEX_KEY)
    first = Visit.objects.select_related("entity", "stop").filter(pk=id).first()
    if first is None:
        entity, stop = door()
        return Logged(visit=_keep(id, entity, stop, sent, fingerprint, None, actor, at))
    if first.digest == fingerprint:
        return Logged(visit=first, is_repeat=True)
    other = first.conflicts.filter(digest=fingerprint).first()
    if other is not None:
        return Logged(visit=other, is_repeat=True, is_other_sending=True)
    entity, stop = door() if sent.entity is not None else (first.entity, first.stop)
    kept = _keep(None, entity, stop, sent, fingerprint, first, actor, at)
    return Logged(visit=kept, is_other_sending=True)


def _one_at_a_time(id: uuid.UUID) -> None:  # noqa: A002
    """Two deliveries of one visit at the same moment: the second waits and then finds the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"visit {id}"])


def _keep(
    id: uuid.UUID | None,  # noqa: A002
    entity: Entity,
    stop: Stop | None,
    sent: Sent,
    fingerprint: str,
    first: Visit | None,
    actor: User,
    at: dt.datetime,
) -> Visit:
    entity = Entity.objects.select_for_update(of=("self",)).get(pk=merging.survivor(entity).pk)
    visited_at = _within_reason(sent.visited_at, at)
    stop, round_, is_late = _credited(entity, stop, clock.day_of(visited_at))
    visit = Visit(
        street_id=entity.street_id,
        stop=stop,
        round=round_,
        entity=entity,
        visitor=actor,
        outcome=sent.outcome,
        reason=sent.reason[:200],
        note=sent.note,
        visited_at=visited_at,
        received_at=at,
        digest=fingerprint,
        is_late=is_late,
        conflict_of=first,
    )
    if id is not None:
        visit.pk = id
    visit.save(force_insert=True)
    visit.refresh_from_db(fields=["receipt"])
    answers = findings.take(visit=visit, answers=sent.answers, people=sent.people, actor=actor, at=at)
    demands.bring_home(visit=visit, wish=sent.demand, told=sent.told, actor=actor, at=at)
    before = _recounted(stop) if stop is not None and not is_late else {}
    said = {answer.field: answer.state for answer in answers}
    after = {"outcome": visit.outcome, "stop": str(stop.pk) if stop else "", "late": is_late, "answers": said}
    after |= {"other_sending_of": str(first.pk)} if first else {}
    record(verb="visits.log", target=visit, actor=actor, at=at, before=before, after=after)
    return visit


def _recounted(stop: Stop) -> dict[str, str]:
    """Count a stop anew. Returns the exemption that gave way, for the log; empty where there was none."""
    before = {"outcome": stop.outcome, "reason": stop.outcome_reason}
    recount(stop=stop)
    gave_way = before["outcome"] == Stop.Outcome.EXEMPT != stop.outcome
    return before if gave_way else {}


def _within_reason(visited_at: dt.datetime | None, at: dt.datetime) -> dt.datetime:
    if visited_at is None or visited_at > at or visited_at < at - LONGEST_AGO:
        return at
    return visited_at


def _credited(entity: Entity, stop: Stop | None, day: dt.date) -> tuple[Stop | None, Round | None, bool]:
    """The stop and the round to which a visit made on `day` is credited, and whether that round is over.

    A stop of a closed round that was still on the phone counts for the open round when the day lies in it. The round
    is locked for sharing: it cannot be closed between this look and the commit.
    """
    rounds = Round.objects.filter(street_id=entity.street_id, period_start__lte=day)
    current = rounds.filter(state=Round.State.OPEN).order_by("-period_start").first()
    round_ = stop.round if stop else current or rounds.filter(period_end__gte=day).first()
    if round_ is None:
        return None, None, False
    if not _is_open(round_) and current is not None and current.pk != round_.pk:
        round_, stop = current, None
    if stop is None or stop.entity_id != entity.pk:  # an entry that was merged away meanwhile
        stop = Stop.objects.filter(round=round_, entity=entity).first() or stop
    is_late = not _is_open(round_)
    if stop is not None and not is_late:
        stop = Stop.objects.select_for_update(of=("self",)).get(pk=stop.pk)
    return stop, round_, is_late


def _is_open(round_: Round) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM coverage_round WHERE id = %s FOR SHARE", [round_.pk])
        (state,) = cursor.fetchone()
    return bool(state == Round.State.OPEN)


def recount(*, stop: Stop) -> None:
    """Work out a stop's outcome from its standing visits: the latest at which somebody could tell, else no answer.

    A visit whose finding contradicts a colleague's does not count until that is settled. An exemption gives way to
    what a person found there and holds again when that is withdrawn; that nobody answered says nothing against it.
    """
    held = VisitAnswer.objects.held().filter(field="presence", visit__stop=stop).values("visit_id")
    standing = stop.visits.standing().exclude(pk__in=held).order_by("-visited_at")
    found = standing.exclude(outcome=Visit.Outcome.NO_ANSWER).first()
    is_exempt = stop.outcome == Stop.Outcome.EXEMPT
    if is_exempt and found is None:
        return
    if is_exempt:
        granted_at = stop.outcome_at.isoformat() if stop.outcome_at else ""
        stop.exemption = {"reason": stop.outcome_reason, "at": granted_at}
    last = found or standing.first()
    stop.outcome = STOP_OUTCOME[Visit.Outcome(last.outcome)] if last else Stop.Outcome.DUE
    stop.outcome_at = last.visited_at if last else None
    stop.outcome_reason = last.reason if last else ""
    if found is None and stop.exemption:
        granted, stop.exemption = stop.exemption, None
        stop.outcome, stop.outcome_reason = Stop.Outcome.EXEMPT, granted["reason"]
        stop.outcome_at = dt.datetime.fromisoformat(granted["at"]) if granted["at"] else None
    stop.save(update_fields=["outcome", "outcome_at", "outcome_reason", "exemption"])


@transaction.atomic
def explain(*, visit: Visit, reason: str, actor: User, at: dt.datetime) -> Visit:
    """Say why nobody answered, or how it is known that the shop is gone. Given afterwards, because asking first would
    stand in the way; the same reason twice changes nothing."""
    visit = Visit.objects.select_for_update(of=("self",)).select_related("stop__round").get(pk=visit.pk)
    reason = reason.strip()[:200]
    if visit.visitor_id != actor.pk:
        raise VisitError("这份走访是别人记的，原因由本人写。")
    if visit.withdrawn_at is not None:
        raise VisitError("这份走访已经撤回，不用再写原因。")
    if reason == visit.reason:
        return visit
    before, visit.reason = visit.reason, reason
    visit.save(update_fields=["reason"])
    if visit.stop is not None and not visit.is_late:
        recount(stop=visit.stop)
    record(verb="visits.explain", target=visit, actor=actor, at=at, before={"reason": before}, after={"reason": reason})
    return visit


def can_withdraw(visit: Visit, *, at: dt.datetime) -> bool:
    """Whether a visit may still be taken back."""
    return visit.withdrawn_at is None and at - visit.received_at <= WITHDRAW_WITHIN


@transaction.atomic
def withdraw(*, visit: Visit, actor: User, at: dt.datetime) -> Visit:
    """Take back a visit within five minutes of its delivery: facts, demands and the stop return to what they were.

    A second withdrawal changes nothing. What a colleague said otherwise meanwhile no longer contradicts anything and
    is taken.
    """
    entity = Entity.objects.select_for_update(of=("self",)).get(pk=visit.entity_id)
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    visit.entity = entity
    if visit.visitor_id != actor.pk:
        raise VisitError("这份走访是别人记的，只能由本人撤回。")
    if visit.withdrawn_at is not None:
        return visit
    if not can_withdraw(visit, at=at):
        raise VisitError("送达已超过 5 分钟，不能撤回。记错了就再记一次，以后一次为准。")
    visit.withdrawn_at = at
    visit.save(update_fields=["withdrawn_at"])
    undone = findings.undo(visit=visit, actor=actor, at=at)
    demands.take_back(visit=visit, actor=actor, at=at)
    if visit.stop is not None and not visit.is_late:
        recount(stop=Stop.objects.select_for_update(of=("self",)).get(pk=visit.stop.pk))
    record(verb="visits.withdraw", target=visit, actor=actor, at=at, after={"undone": undone})
    return visit


@transaction.atomic
def settle(*, answer: VisitAnswer, is_taken: bool, actor: User, at: dt.datetime) -> VisitAnswer:
    """Say which of two visitors is right: the later one (`is_taken`) or the one that stands in the registry."""
    visit = Visit.objects.select_related("stop").get(pk=answer.visit_id)
    visit.entity = Entity.objects.select_for_update(of=("self",)).get(pk=visit.entity_id)
    answer = VisitAnswer.objects.select_for_update(of=("self",)).get(pk=answer.pk)
    if answer.state != VisitAnswer.State.HELD:
        raise VisitError("这一项已经核对过了。")
    findings.settle(answer=answer, visit=visit, is_taken=is_taken, actor=actor, at=at)
    if visit.stop is not None and not visit.is_late and answer.field == findings.PRESENCE_FIELD:
        recount(stop=visit.stop)
    record(
        verb="visits.settle",
        target=visit,
        actor=actor,
        at=at,
        before={answer.field: answer.against_value},
        after={answer.field: answer.new if is_taken else answer.against_value},
    )
    return answer
