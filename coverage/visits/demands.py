"""The verbs on demands (诉求): brought home by a visit, answered by staff, and the answer told at the door."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction

from coverage import signals
from coverage.models import Demand, Visit
from coverage.visiting.sent import Wish, tidy
from coverage.visits import taken_up
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError


class DemandError(DomainError):
    """A demand cannot be answered as asked."""


def bring_home(
    *, visit: Visit, wish: Wish | None, told: Iterable[uuid.UUID], actor: User, at: dt.datetime
) -> Demand | None:
    """Within `visits.log`: keep the demand of a visit, and note which answers were told at the door.

    A second sending of the same visit does not raise the same words twice.
    """
    _tell(visit=visit, told=told)
    if wish is None or not tidy(wish.words):
        return None
    words = tidy(wish.words)
    first = visit.conflict_of
    if first is not None and first.demands.filter(words=words).exists():
        return None
    category = wish.category if wish.category in Demand.Category.values else Demand.Category.OTHER
    demand = Demand.objects.create(
        street_id=visit.street_id,
        visit=visit,
        entity=visit.entity,
        category=category,
        words=words,
        solved_on_spot=wish.is_solved,
        how_solved=tidy(wish.how)[:200] if wish.is_solved else "",
        raised_at=visit.visited_at,
        raised_by=actor,
    )
    signals.demand_raised.send(sender=Demand, demand=demand, actor=actor, at=at)
    return demand


def _tell(*, visit: Visit, told: Iterable[uuid.UUID]) -> None:
    for demand in visit.entity.demands.to_tell().filter(pk__in=list(told)):
        demand.told_at = max(visit.visited_at, demand.answered_at)
        demand.told_in = visit
        demand.save(update_fields=["told_at", "told_in"])


def take_back(*, visit: Visit, actor: User, at: dt.datetime) -> None:
    """Within `visits.withdraw`: the demands of a visit go with it, and what was told is to be told again."""
    for demand in visit.demands.standing():
        demand.withdrawn_at = at
        demand.save(update_fields=["withdrawn_at"])
        signals.demand_withdrawn.send(sender=Demand, demand=demand, actor=actor, at=at)
    visit.answers_told.update(told_at=None, told_in=None)


@transaction.atomic
def answer(*, demand: Demand, words: str, actor: User, at: dt.datetime) -> Demand:
    """Answer a demand that was passed on. The next visitor at that door tells it first; an answer that was not told
    yet may be reworded. Raises `DemandError`; what goes on elsewhere is answered there."""
    demand = Demand.objects.select_for_update(of=("self",)).get(pk=demand.pk)
    words = tidy(words)
    if not words:
        raise DemandError("写一句答复，走访的人照着说。", field="answer")
    if demand.withdrawn_at is not None:
        raise DemandError("这件诉求已随走访撤回，不用答复。")
    if demand.solved_on_spot:
        raise DemandError("这件当场已解决，不用再答复。")
    if (elsewhere := taken_up.of(demand)) is not None:
        raise DemandError(f"这件已转为{elsewhere.title}，到那里答复，这里跟着显示。", field="answer")
    if demand.told_at is not None:
        raise DemandError("答复已当面告知，不能再改。有新的进展，下次走访另记一件。")
    if words == demand.answer:
        return demand
    return _write(demand, words, actor=actor, at=at)


def carry(*, demand: Demand, words: str, is_told: bool, actor: User, at: dt.datetime) -> Demand:
    """What was answered where the demand goes on: told already, or to be told at the door by the next visit.

    A newer answer takes the place of one that was told. The same words again, and a demand that was withdrawn, change
    nothing. Called within the verb of whoever took the demand up.
    """
    row = Demand.objects.select_for_update(of=("self",)).get(pk=demand.pk)
    words = tidy(words)
    is_same = words == row.answer and row.answered_at is not None and (row.told_at is not None or not is_told)
    if not words or row.withdrawn_at is not None or is_same:
        return row
    row.told_at, row.told_in = (at if is_told else None), None
    return _write(row, words, actor=actor, at=at)


def _write(demand: Demand, words: str, *, actor: User, at: dt.datetime) -> Demand:
    before = demand.answer
    demand.answer, demand.answered_at, demand.answered_by = words, at, actor
    demand.save(update_fields=["answer", "answered_at", "answered_by", "told_at", "told_in"])
    record(verb="demands.answer", target=demand, actor=actor, at=at, before={"answer": before}, after={"answer": words})
    return demand
