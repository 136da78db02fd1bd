"""The verbs on mentor pairs: beginning, changing, ending, and the sessions that were held."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from branches.models import MentorPair, MentorSession, Organisation
from coverage.matching import names
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError

LEAST_PACE, MOST_PACE = 7, 180


class MentoringError(DomainError):
    """This pair, or this session, cannot be."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """Who teaches whom what, how often."""

    mentor: str
    mentor_unit: str
    learner: str
    learner_post: str
    goals: str
    every_days: int = 30
    mentor_user: User | None = None
    learner_user: User | None = None


@transaction.atomic
def begin(*, organisation: Organisation, said: Pairing, since: dt.date, actor: User, at: dt.datetime) -> MentorPair:
    """Begin a pair on a day, today or earlier or at most a year ahead. Raises `MentoringError`."""
    if since > clock.day_of(at) + dt.timedelta(days=366):
        raise MentoringError("开始日期离今天超过一年，看看年份有没有写错。", field="since")
    if organisation.founded_on is not None and since < organisation.founded_on:
        raise MentoringError(f"这个党组织 {organisation.founded_on:%Y-%m-%d} 才成立。", field="since")
    pair = MentorPair(street_id=organisation.street_id, organisation=organisation, valid=(since, None))
    _write(pair, said)
    with as_sentences(MentoringError, field="learner"):
        pair.save()
    record(verb="mentoring.begin", target=pair, actor=actor, at=at, after={"from": since.isoformat()})
    return _held(pair)


@transaction.atomic
def change(*, pair: MentorPair, said: Pairing, actor: User, at: dt.datetime) -> MentorPair:
    """Correct names, goals and pace of a pair that has not ended."""
    row = _held(pair)
    if row.until is not None:
        raise MentoringError("这一对已经结束，先恢复再改。")
    before = {"goals": row.goals, "every_days": row.every_days}
    _write(row, said)
    with as_sentences(MentoringError, field="learner"):
        row.save()
    after = {"goals": row.goals, "every_days": row.every_days}
    record(verb="mentoring.change", target=row, actor=actor, at=at, before=before, after=after)
    return row


def _write(row: MentorPair, said: Pairing) -> None:
    row.mentor, row.learner = names.person(said.mentor), names.person(said.learner)
    if len(row.mentor) < 2:
        raise MentoringError("写上传帮带书记的姓名。", field="mentor")
    if len(row.learner) < 2:
        raise MentoringError("写上结对对象的姓名。", field="learner")
    if row.mentor == row.learner and said.mentor_unit.strip() == str(row.organisation):
        raise MentoringError("自己不能带自己。", field="learner")
    if not LEAST_PACE <= said.every_days <= MOST_PACE:
        raise MentoringError(f"隔 {LEAST_PACE} 到 {MOST_PACE} 天见一次。", field="every_days")
    row.mentor_unit, row.learner_post = said.mentor_unit.strip(), said.learner_post.strip()
    row.goals, row.every_days = said.goals.strip(), said.every_days
    row.mentor_user, row.learner_user = said.mentor_user, said.learner_user


@transaction.atomic
def end(*, pair: MentorPair, on: dt.date, reason: str, actor: User, at: dt.datetime) -> MentorPair:
    """End a pair; `on` is the first day on which it does not hold any more."""
    row = _held(pair)
    if row.until is not None:
        raise MentoringError("这一对已经结束。")
    if not row.since < on <= clock.day_of(at) + dt.timedelta(days=1):
        raise MentoringError("结束日期要在开始以后，不晚于明天。", field="on")
    last = row.sessions.standing().order_by("-held_on").values_list("held_on", flat=True).first()
    if last is not None and last >= on:
        raise MentoringError(f"{last:%Y-%m-%d} 还记了一次活动，结束日期要在那以后。", field="on")
    row.valid, row.end_reason = (row.since, on), reason.strip()
    row.save(update_fields=["valid", "end_reason"])
    record(verb="mentoring.end", target=row, actor=actor, at=at, reason=row.end_reason, after={"to": on.isoformat()})
    return _held(row)


@transaction.atomic
def resume(*, pair: MentorPair, actor: User, at: dt.datetime) -> MentorPair:
    """Take back that a pair ended."""
    row = _held(pair)
    if row.until is None:
        raise MentoringError("这一对没有结束。")
    before = {"to": row.until.isoformat()}
    row.valid, row.end_reason = (row.since, None), ""
    with as_sentences(MentoringError):
        row.save(update_fields=["valid", "end_reason"])
    record(verb="mentoring.resume", target=row, actor=actor, at=at, before=before)
    return _held(row)


@transaction.atomic
def hold(
    *, pair: MentorPair, held_on: dt.date, note: str, next_on: dt.date | None, actor: User, at: dt.datetime
) -> MentorSession:
    """Write down a session that was held. Raises `MentoringError`."""
    row = _held(pair)
    if held_on > clock.day_of(at):
        raise MentoringError("还没到那一天，办过再记。", field="held_on")
    if not row.holds_on(held_on):
        raise MentoringError("那一天不在结对期间。", field="held_on")
    if len(note.strip()) < 4:
        raise MentoringError("写一句讲了什么，至少 4 个字。", field="note")
    if next_on is not None and next_on <= held_on:
        raise MentoringError("下次要在这次以后。", field="next_on")
    with as_sentences(MentoringError, field="held_on"):
        session = MentorSession.objects.create(
            street_id=row.street_id, pair=row, held_on=held_on, note=note.strip(), next_on=next_on, recorded_at=at,
            recorded_by=actor,
        )  # fmt: skip
    record(verb="mentoring.hold", target=session, actor=actor, at=at, after={"held_on": held_on.isoformat()})
    return session


@transaction.atomic
def take_back(*, session: MentorSession, actor: User, at: dt.datetime) -> MentorSession:
    """Take back that a session was held."""
    row = MentorSession.objects.select_for_update(of=("self",)).select_related("pair").get(pk=session.pk)
    if row.withdrawn_at is not None:
        raise MentoringError("这一次已经撤销。")
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    record(verb="mentoring.take_back", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def put_back(*, session: MentorSession, actor: User, at: dt.datetime) -> MentorSession:
    """Bring a session back that was taken back."""
    row = MentorSession.objects.select_for_update(of=("self",)).select_related("pair").get(pk=session.pk)
    if row.withdrawn_at is None:
        raise MentoringError("这一次没有撤销过。")
    row.withdrawn_at = None
    with as_sentences(MentoringError):
        row.save(update_fields=["withdrawn_at"])
    record(verb="mentoring.put_back", target=row, actor=actor, at=at)
    return row


def _held(pair: MentorPair) -> MentorPair:
    rows = MentorPair.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=pair.pk)
