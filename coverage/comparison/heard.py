"""What was heard at a door about a doubtful row: proposed on the row, taken with one key, never taken by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from coverage.comparison import settle
from coverage.comparison.settle import SettleError
from coverage.models import Difference, Discrepancy, Entity, Visit
from shimen import clock
from shimen.accounts.models import User

Settled, Decision = Difference.Settled, Difference.Decision


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer: the entity at whose door it was given, whether it is the one, and a sentence."""

    entity: Entity
    is_the_one: bool
    sentence: str


def heard(rows: Iterable[Difference]) -> dict[int, Heard]:
    """By id, the answers to those of these rows that are doubtful, unsettled and were asked about (one query)."""
    keys = {row.key: row.pk for row in rows if _is_waiting(row) and row.key}
    if not keys:
        return {}
    answered = Discrepancy.objects.filter(key__in=keys, kind=Discrepancy.Kind.DOUBT, visit__isnull=False)
    streets = {row.street_id for row in rows}
    found = answered.filter(street__in=streets).select_related("visit__entity").exclude(verdict="")
    return {keys[life.key]: _told(life, life.visit) for life in found if life.visit is not None}


def _is_waiting(row: Difference) -> bool:
    return row.kind == Difference.Kind.DOUBT and row.decision in {Decision.OPEN, Decision.ASK} and not row.applied


def _told(life: Discrepancy, visit: Visit) -> Heard:
    day = f"{clock.day_of(visit.visited_at):%m-%d}"
    is_the_one = life.verdict == Discrepancy.Verdict.THEIRS
    if is_the_one:
        return Heard(visit.entity, True, f"走访回答：是这一家，{day}")
    said = (
        f"，说是“{life.answer[:40]}”" if life.answer else "，店已关闭" if visit.outcome == Visit.Outcome.CLOSED else ""
    )
    told = "没有问到" if visit.outcome == Visit.Outcome.CLOSED else "不是这一家"
    return Heard(visit.entity, False, f"走访回答：{told}{said}，{day}")


@transaction.atomic
def take(*, difference: Difference, actor: User, at: dt.datetime) -> Difference:
    """Settle a row as the answer at the door has it. Raises `SettleError` where nobody said that it is this one, and
    where somebody has settled it meanwhile."""
    difference = settle.locked(difference)
    answer = heard([difference]).get(difference.pk)
    if answer is None or not answer.is_the_one:
        raise SettleError("走访没有回答是哪一家，请从候选里选。")
    if difference.decision == Decision.ASK:
        difference = settle.reopen(difference=difference, actor=actor, at=at)
    return settle.settle_same(difference=difference, entity=answer.entity, actor=actor, at=at)
