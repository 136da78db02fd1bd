"""What a visit says of an entity, weighed and handed to the registry.

A word is taken unless it contradicts: a colleague of the same round said otherwise, or the registry has moved since
the page was shown. Then it is kept beside the fact as `held`, for a person to settle. What the registry cannot read
is kept as `refused` with its sentence. Called within the verbs of `coverage.visits.visits`, with the entity locked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from coverage.facts import fields as facts
from coverage.matching.values import UnreadableError
from coverage.models import Entity, Visit, VisitAnswer
from coverage.registry import entities as registry
from coverage.registry.words import PHONE_COLUMN, TABLE
from coverage.visiting.sent import Person, Said, Shop
from coverage.visits import questions
from shimen import clock
from shimen.accounts.models import User
from shimen.errors import DomainError
from shimen.privacy import phones, sealing
from shimen.territory.models import Area, Street

SOURCE = "visit"
PRESENCE_FIELD = "presence"
PRESENCE = {
    Visit.Outcome.SAME.value: Entity.Presence.OPEN.value,
    Visit.Outcome.CHANGED.value: Entity.Presence.OPEN.value,
    Visit.Outcome.CLOSED.value: Entity.Presence.CLOSED.value,
    Visit.Outcome.MOVED.value: Entity.Presence.MOVED.value,
}
# Outside a round, words of this long ago still contradict.
RECENT = dt.timedelta(days=14)
State = VisitAnswer.State


class FindingError(DomainError):
    """A contradiction cannot be settled as asked."""


def shown(entity: Entity, key: str) -> str:
    """What a visitor may see of a fact, and what comes back as `Said.shown`: canonical text, a phone as its mask."""
    return entity.phone_mask if key == "phone" else facts.as_text(getattr(entity, key))


@dataclass
class _Told:
    """What is to be told to the registry: the rows whose value it holds already, and those with a new one."""

    same: list[VisitAnswer] = field(default_factory=list)
    new: dict[str, tuple[VisitAnswer, str]] = field(default_factory=dict)


def take(
    *, visit: Visit, answers: Sequence[Said], people: Sequence[Person], actor: User, at: dt.datetime
) -> list[VisitAnswer]:
    """Weigh everything a visit says and keep each answer with what became of it. Returns the answers."""
    told = _Told()
    presence = _presence(visit, actor, at)
    rows, seen = [], {PRESENCE_FIELD}
    for said in answers:
        if said.field not in seen:
            seen.add(said.field)
            rows.append(_weigh(visit, said, told))
    numbers = _numbers(visit, answers, people, told)
    _tell(visit, told, actor, at)
    rows += [row for row in [presence] if row is not None]
    rows += [row for row in (_meet(visit, n, person, actor, at) for n, person in enumerate(people)) if row is not None]
    VisitAnswer.objects.bulk_create(rows)
    _seal(rows, numbers)
    questions.mark_answered(visit=visit, answers=rows, actor=actor, at=at)
    return rows


def _numbers(
    visit: Visit, answers: Sequence[Said], people: Sequence[Person], told: _Told
) -> dict[str, tuple[str, str]]:
    """Per answer about a telephone the number that was said and the one that stood before."""
    before = ""
    if "phone" in told.new and visit.entity.phone_sealed:
        before = sealing.open_sealed(visit.entity.phone_sealed, table=TABLE, column=PHONE_COLUMN, row=visit.entity_id)
    numbers = {f"p:{n}": (person.phone, "") for n, person in enumerate(people)}
    said = next((one.value for one in answers if one.field == "phone" and not one.is_right), "")
    return numbers | {"phone": (said, before)}


def _seal(rows: Iterable[VisitAnswer], numbers: Mapping[str, tuple[str, str]]) -> None:
    """Keep numbers sealed with their answers: the one that stood before where the new one was taken, else the new one."""
    for row in rows:
        new, before = numbers.get(row.field, ("", ""))
        number = before if row.state == State.APPLIED else new
        if number:
            row.sealed = sealing.seal(number, table=row._meta.db_table, column="sealed", row=row.pk)
            row.save(update_fields=["sealed"])


def _weigh(visit: Visit, said: Said, told: _Told) -> VisitAnswer:
    row = VisitAnswer(visit=visit, field=said.field[:30], is_right=said.is_right, old=said.shown)
    if said.field not in facts.BY_KEY:
        row.new, row.state = said.value, State.NOTED
        return row
    try:
        meant = _canonical(said)
    except (UnreadableError, phones.UnreadablePhoneError) as error:
        return _refuse(row, said.value, f"{error}。")
    row.new = "" if said.is_right else meant
    if not meant or _said_later(visit, said.field):
        row.state = State.NOTED
        return row
    current = shown(visit.entity, said.field)
    rival = _rival(visit, said.field)
    if rival is not None and _meant(rival) != meant:
        return _hold(row, against=rival.visit, value=_meant(rival))
    if meant != current and _has_moved(visit, said, current):
        return _hold(row, against=None, value=current)
    if meant == current:
        told.same.append(row)
    else:
        told.new[said.field] = (row, said.value or said.shown)
    return row


def _canonical(said: Said) -> str:
    """The text that is compared: a phone by its mask, everything else as the registry writes it."""
    if said.is_right:
        return said.shown
    if said.field == "phone":
        return phones.mask(phones.normalise(said.value))
    return facts.read(said.field, said.value)


def _meant(row: VisitAnswer) -> str:
    return row.old if row.is_right else row.new


def _said_later(visit: Visit, field: str) -> bool:
    """Whether the same visitor has since said something of this field: visits may arrive in any order."""
    later = visit.entity.visits.standing().by(visit.visitor_id).filter(visited_at__gt=visit.visited_at)
    return VisitAnswer.objects.filter(visit__in=later, field=field, state=State.APPLIED).exists()


def _colleagues(visit: Visit) -> QuerySet[Visit]:
    """The visits that this one may contradict: the first sending, or what colleagues found in the same round."""
    if visit.conflict_of is not None and visit.conflict_of.entity_id == visit.entity_id:
        return Visit.objects.filter(pk=visit.conflict_of.pk, withdrawn_at__isnull=True)
    others = visit.entity.visits.standing().exclude(visitor_id=visit.visitor_id)
    same: QuerySet[Visit] = others.filter(round_id=visit.round_id)
    if visit.round_id is None:
        same = others.filter(visited_at__gte=visit.visited_at - RECENT, visited_at__lte=visit.visited_at + RECENT)
    return same


def _rival(visit: Visit, field: str) -> VisitAnswer | None:
    words = VisitAnswer.objects.filter(visit__in=_colleagues(visit), field=field, state=State.APPLIED)
    return words.select_related("visit").order_by("-visit__visited_at").first()


def _has_moved(visit: Visit, said: Said, current: str) -> bool:
    """Whether somebody else changed the fact after the page was shown. One's own earlier visit does not count."""
    if said.shown == current:
        return False
    told = visit.entity.provenance.get(said.field) or {}
    return bool(told) and not (told.get("source") == SOURCE and told.get("by") == str(visit.visitor_id))


def _tell(visit: Visit, told: _Told, actor: User, at: dt.datetime) -> None:
    """Hand the words to the registry, at once; when it takes nothing (the entity has left) they are kept refused."""
    entity = visit.entity
    for row in [*told.same, *(row for row, _ in told.new.values())]:
        row.before = {"value": shown(entity, row.field), "provenance": entity.provenance.get(row.field) or {}}
    said = _as_said(visit, actor, at)
    try:
        with transaction.atomic():
            if told.same:
                entity = registry.confirm(entity=entity, fields=[row.field for row in told.same], **said)
            if told.new:
                values = {name: value for name, (_, value) in told.new.items()}
                entity = registry.correct_many(entity=entity, values=values, **said).entity
    except DomainError as error:
        for row in told.same:
            _refuse(row, "", error.sentence)
        for row, value in told.new.values():
            _refuse(row, value, error.sentence)
        return
    visit.entity = entity
    for row, _ in told.new.values():
        if shown(entity, row.field) != row.new and not row.is_right:
            row.state, row.problem = State.NOTED, "名册里有来源更可靠的说法，两种都留着。"


def _as_said(visit: Visit, actor: User, at: dt.datetime) -> dict[str, Any]:
    """How the registry's verbs are told who speaks: this visit, for the day on which it was made."""
    return {"source": SOURCE, "ref": str(visit.pk), "on": clock.day_of(visit.visited_at), "actor": actor, "at": at}


def _hold(row: VisitAnswer, *, against: Visit | None, value: str) -> VisitAnswer:
    row.state, row.against, row.against_value = State.HELD, against, value
    return row


def _refuse(row: VisitAnswer, value: str, sentence: str) -> VisitAnswer:
    row.state, row.problem = State.REFUSED, sentence[:200]
    row.new = "" if row.field == "phone" else value
    return row


def _unseal(row: VisitAnswer, sealed: bytes | memoryview) -> str:
    return sealing.open_sealed(sealed, table=row._meta.db_table, column="sealed", row=row.pk)


def _presence(visit: Visit, actor: User, at: dt.datetime) -> VisitAnswer | None:
    """Open, closed or moved, as found. An answer is kept only where it changes or contradicts something."""
    meant = PRESENCE.get(visit.outcome)
    if meant is None:
        return None
    current = visit.entity.presence
    row = VisitAnswer(visit=visit, field=PRESENCE_FIELD, is_right=meant == current, old=current, new=meant)
    others = _colleagues(visit).exclude(outcome=Visit.Outcome.NO_ANSWER).order_by("-visited_at")
    held = VisitAnswer.objects.held().filter(field=PRESENCE_FIELD).values("visit_id")
    rival = others.exclude(pk__in=held).first()
    if rival is not None and PRESENCE[rival.outcome] != meant:
        row.is_right, row.state, row.against = False, State.HELD, rival
        row.against_value = PRESENCE[rival.outcome]
        return row
    own = visit.entity.visits.standing().by(visit.visitor_id).filter(visited_at__gt=visit.visited_at)
    if own.exclude(outcome=Visit.Outcome.NO_ANSWER).exists():
        return None
    row.before = {"value": current, "provenance": visit.entity.provenance.get(PRESENCE_FIELD) or {}}
    try:
        with transaction.atomic():
            visit.entity = registry.set_presence(
                entity=visit.entity, presence=meant, reason=visit.reason, **_as_said(visit, actor, at)
            ).entity
    except DomainError as error:
        return _refuse(row, meant, error.sentence)
    return None if row.is_right else row


def _meet(visit: Visit, n: int, person: Person, actor: User, at: dt.datetime) -> VisitAnswer | None:
    """Enter somebody met at the door. What cannot be entered is kept as an answer of the visit."""
    if visit.conflict_of is not None and visit.conflict_of.found.filter(name=person.name).exists():
        return None
    try:
        with transaction.atomic():
            worker = registry.add_worker(
                entity=visit.entity,
                name=person.name,
                post=person.post,
                phone=person.phone,
                **_as_said(visit, actor, at),
            )
    except DomainError as error:
        row = VisitAnswer(visit=visit, field=f"p:{n}", is_right=False, new=" ".join([person.name, person.post]).strip())
        row.state, row.problem = State.REFUSED, error.sentence[:200]
        return row
    visit.found.add(worker)
    return None


def settle(*, answer: VisitAnswer, visit: Visit, is_taken: bool, actor: User, at: dt.datetime) -> None:
    """Take a held word after all, or drop it."""
    answer.settled_at, answer.settled_by = at, actor
    answer.state = State.DROPPED
    if is_taken:
        _take_held(answer, visit, actor, at)
    answer.save()


def _take_held(answer: VisitAnswer, visit: Visit, actor: User, at: dt.datetime) -> None:
    value = _meant(answer)
    if answer.field == "phone":
        if answer.sealed is None:
            raise FindingError("走访只核对了号码的一部分，写不回名册。在主体页更正电话。")
        value = _unseal(answer, answer.sealed)
    told = visit.entity.provenance.get(answer.field) or {}
    day = clock.day_of(visit.visited_at)
    on = max(day, dt.date.fromisoformat(told["on"])) if told.get("on") else day
    said = {**_as_said(visit, actor, at), "on": on}
    if answer.field == PRESENCE_FIELD:
        registry.set_presence(entity=visit.entity, presence=value, reason=visit.reason, **said)
    else:
        registry.correct(entity=visit.entity, field=answer.field, value=value, **said)
    answer.state = State.APPLIED


def undo(*, visit: Visit, actor: User, at: dt.datetime) -> list[str]:
    """Return what a visit changed to what it was, where nobody has spoken since. Returns the fields returned.

    What colleagues said against it stands alone now and is taken.
    """
    undone = []
    for row in visit.answers.filter(state=State.APPLIED).exclude(before={}):
        told = visit.entity.provenance.get(row.field) or {}
        if told.get("ref") != str(visit.pk):
            continue
        value = row.before["value"]
        if row.field == "phone" and row.sealed is not None:
            value = _unseal(row, row.sealed)
        visit.entity = registry.put_back(
            entity=visit.entity,
            field=row.field,
            value=value,
            provenance=row.before["provenance"],
            ref=str(visit.pk),
            actor=actor,
            at=at,
        )
        undone.append(row.field)
    visit.answers.exclude(state=State.REFUSED).update(state=State.UNDONE)
    for worker in visit.found.all():
        if (worker.provenance.get("name") or {}).get("ref") == str(visit.pk):
            registry.mark_left(worker=worker, on=clock.day_of(at), actor=actor, at=at, reason="走访已撤回")
    questions.reopen(visit=visit, at=at)
    for held in VisitAnswer.objects.held().filter(against=visit).select_related("visit__entity"):
        visit.entity.refresh_from_db()
        held.visit.entity = visit.entity
        settle(
            answer=held, visit=held.visit, is_taken=held.field != "phone" or held.sealed is not None, actor=actor, at=at
        )
    return undone


def enter(*, shop: Shop, area: Area | None, ref: str, on: dt.date, actor: User, at: dt.datetime) -> Entity:
    """Enter a shop found outside the registry, in the finder's grid where its address is no known door."""
    said = {
        "name": shop.name or shop.trade_sign,
        "trade_sign": shop.trade_sign,
        "kind": shop.kind,
        "address": shop.address,
        "legal_person": shop.legal_person,
        "headcount": shop.headcount,
        "phone": shop.phone,
    }
    entity = registry.add_entity(
        street=Street.objects.get(people=actor),
        values=said,
        presence=Entity.Presence.OPEN,
        source=SOURCE,
        ref=ref,
        on=on,
        actor=actor,
        at=at,
    )
    if entity.area_id is None and area is not None:
        entity = registry.assign_area(entity=entity, area=area, actor=actor, at=at)
    return entity
