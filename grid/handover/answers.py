"""Matching what the platform answers to the cases it is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_date, parse_datetime

from grid.chain.cases import Said
from grid.handover import cases
from grid.handover.cases import CaseError
from grid.models import CaseStep, DistrictCase, StrayAnswer
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role, User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory.models import Street


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer as the platform sent it, tidied."""

    event: str
    said: Said
    words: str
    due_on: dt.date | None
    at: dt.datetime
    ours: str
    theirs: str


def read(given: Mapping[str, Any], *, at: dt.datetime) -> Heard | None:
    """`id`, `case` (the street's number), `number` (the platform's), `state` (see `Said`), `words`, `due_on`, `at`.

    None for what has no id or says nothing that is known.
    """
    event, state = _text(given, "id", 100), _text(given, "state", 20)
    if not event or state not in set(Said):
        return None
    return Heard(
        event, Said(state), _text(given, "words", cases.LONGEST), _day(given), min(_instant(given) or at, at),
        _text(given, "case", 60), _text(given, "number", 60),
    )  # fmt: skip


@transaction.atomic
def take(*, street: Street, heard: Heard, at: dt.datetime) -> CaseStep | StrayAnswer:
    """Bring an answer to its case; one whose case nobody knows, or that does not fit it, is kept among the strays."""
    case = _find(street, heard.ours, heard.theirs)
    if case is None:
        return _stray(street, heard, at)
    others = DistrictCase.objects.filter(street=street, platform_number=heard.theirs).exclude(pk=case.pk)
    try:
        return cases.hear(
            case=case, said=heard.said, words=heard.words, at=heard.at, heard_at=at, event=heard.event,
            due_on=heard.due_on, platform_number="" if others.exists() else heard.theirs,
        )  # fmt: skip
    except DomainError:
        return _stray(street, heard, at)


def _stray(street: Street, heard: Heard, at: dt.datetime) -> StrayAnswer:
    found, _ = StrayAnswer.objects.get_or_create(
        street=street, event=heard.event,
        defaults={"case_number": heard.ours, "platform_number": heard.theirs, "said": heard.said.value,
                  "words": heard.words, "due_on": heard.due_on, "at": heard.at, "heard_at": at},
    )  # fmt: skip
    return found


def _find(street: Street, ours: str, theirs: str) -> DistrictCase | None:
    """By the street's own number, which the platform was given; else by the platform's."""
    rows = DistrictCase.objects.filter(street=street, origin=DistrictCase.Origin.MATTER)
    if ours:
        return rows.filter(number=ours).first()
    return rows.filter(platform_number=theirs).first() if theirs else None


@transaction.atomic
def settle(*, stray: StrayAnswer, case: DistrictCase | None, actor: User, at: dt.datetime) -> StrayAnswer:
    """Say which case a stray answer is about, and apply it; or, with None, that it is about none of ours.

    Raises `CaseError`: settled already, another street's case, not for this person.
    """
    row = StrayAnswer.objects.select_for_update(of=("self",)).get(pk=stray.pk)
    if not scope_of(actor).covers(row.street_id, None, role=Role.STAFF):
        raise CaseError("平台回传由街道处理。")
    if row.settled_at is not None:
        raise CaseError("这条回传已经处理过。")
    if case is not None:
        if case.street_id != row.street_id:
            raise CaseError("不是本街道的案件。", field="case")
        cases.hear(
            case=case, said=Said(row.said), words=row.words, at=row.at, heard_at=at, event=row.event, due_on=row.due_on,
            actor=actor,
        )  # fmt: skip
    row.case, row.settled_at, row.settled_by = case, at, actor
    row.save()
    record(verb="grid.settle_answer", target=row, actor=actor, at=at, after={"case": case.number if case else ""})
    return row


def _text(given: Mapping[str, Any], key: str, longest: int) -> str:
    value = given.get(key)
    return value.replace("\x00", "").strip()[:longest] if isinstance(value, str) else ""


def _day(given: Mapping[str, Any]) -> dt.date | None:
    try:
        return parse_date(_text(given, "due_on", 10))
    except ValueError:
        return None


def _instant(given: Mapping[str, Any]) -> dt.datetime | None:
    try:
        found = parse_datetime(_text(given, "at", 40))
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
