"""The verbs on what training offers: courses, lecturers, bases, and the sessions of a course."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from branches.models import Course, Enrolment, Lecturer, Training, TrainingBase
from branches.people import speakers
from branches.people.enrolling import fill_up
from coverage.matching import pinyin
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Street
from supply.bookings import speakers as bookings

Offer = TypeVar("Offer", Course, Lecturer, TrainingBase)
MOST_PLACES = 500


class CatalogueError(DomainError):
    """The catalogue cannot be changed like this."""


def _named(row: Course | Lecturer | TrainingBase) -> str:
    """The field in which a name that is taken already is told."""
    return "title" if isinstance(row, Course) else "name"


@transaction.atomic
def add(*, street: Street, kind: type[Offer], values: Mapping[str, Any], actor: User | None, at: dt.datetime) -> Offer:
    """Put a course, a lecturer or a base into the catalogue. Raises `CatalogueError` when it is there already."""
    row = kind(street=street, **values)
    row.pinyin = pinyin.spell(str(row)).pinyin[:240]
    with as_sentences(CatalogueError, field=_named(row)):
        row.save()
    keep_speaker(row)
    record(verb="training.add", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def change(*, row: Offer, values: Mapping[str, Any], actor: User, at: dt.datetime) -> Offer:
    """Correct what the catalogue says; only what differs is written."""
    changed = {key: value for key, value in values.items() if getattr(row, key) != value}
    before = {key: getattr(row, key) for key in changed}
    for key, value in changed.items():
        setattr(row, key, value)
    row.pinyin = pinyin.spell(str(row)).pinyin[:240]
    with as_sentences(CatalogueError, field=_named(row)):
        row.save()
    keep_speaker(row)
    if changed:
        record(verb="training.change", target=row, actor=actor, at=at, before=_short(before), after=_short(changed))
    return row


def _short(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value[:100] if isinstance(value, str) else value for key, value in values.items()}


@transaction.atomic
def retire(*, row: Offer, actor: User, at: dt.datetime) -> Offer:
    """Offer it no more. Sessions that were planned stand; they are cancelled one by one."""
    held = _again(row)
    if held.retired_at is not None:
        raise CatalogueError("已经停用。")
    held.retired_at = at
    held.save(update_fields=["retired_at"])
    keep_speaker(held)
    record(verb="training.retire", target=held, actor=actor, at=at)
    return held


@transaction.atomic
def restore(*, row: Offer, actor: User, at: dt.datetime) -> Offer:
    """Offer it again."""
    held = _again(row)
    if held.retired_at is None:
        raise CatalogueError("没有停用过。")
    held.retired_at = None
    with as_sentences(CatalogueError):
        held.save(update_fields=["retired_at"])
    keep_speaker(held)
    record(verb="training.restore", target=held, actor=actor, at=at)
    return held


def keep_speaker(row: Course | Lecturer | TrainingBase) -> None:
    """A lecturer can be booked together with a space: supply, below, is told."""
    if isinstance(row, Lecturer):
        speakers.keep_in_step(row)


def _again(row: Offer) -> Offer:
    rows: QuerySet[Offer] = type(row).objects.select_for_update(of=("self",))
    return rows.get(pk=row.pk)


@transaction.atomic
def plan(*, course: Course, values: Mapping[str, Any], actor: User | None, at: dt.datetime) -> Training:
    """Set a session of a course: when, where, by whom, for how many. Raises `CatalogueError`."""
    if course.retired_at is not None:
        raise CatalogueError("这门课已经停开，先恢复。")
    row = Training(street_id=course.street_id, course=course, **values)
    _check(row, at)
    with as_sentences(CatalogueError, field="starts_at"):
        row.save()
    after = {"starts_at": row.starts_at.isoformat(), "capacity": row.capacity}
    record(verb="training.plan", target=row, actor=actor, at=at, after=after)
    return row


def _check(row: Training, at: dt.datetime) -> None:
    """What a session may not be, said at its field."""
    if row.starts_at <= at:
        raise CatalogueError("开始时间已经过去。", field="starts_at")
    if row.ends_at <= row.starts_at:
        raise CatalogueError("结束要在开始以后。", field="ends_at")
    if row.ends_at - row.starts_at > dt.timedelta(hours=12):
        raise CatalogueError("一堂课不超过 12 小时，几天的课分几堂排。", field="ends_at")
    if row.enrol_until > row.starts_at:
        raise CatalogueError("报名要在开始以前截止。", field="enrol_until")
    if not 1 <= row.capacity <= MOST_PLACES:
        raise CatalogueError(f"名额写 1 到 {MOST_PLACES} 个。", field="capacity")
    if row.base is not None and row.capacity > row.base.holds:
        raise CatalogueError(f"{row.base}一次只能接待 {row.base.holds} 人。", field="capacity")
    for offer, field in ((row.lecturer, "lecturer"), (row.base, "base")):
        if offer is not None and offer.retired_at is not None:
            raise CatalogueError(f"{offer}已经停用。", field=field)
    _not_booked(row)


def _not_booked(row: Training) -> None:
    """The lecturer is not booked with a space of a venue at that time. Raises `CatalogueError`."""
    if row.lecturer_id is None:
        return
    if words := bookings.booked(source=row.lecturer_id, starts_at=row.starts_at, ends_at=row.ends_at):
        raise CatalogueError(f"{row.lecturer}这段时间已被{words}请走。", field="lecturer")


@transaction.atomic
def reschedule(*, training: Training, values: Mapping[str, Any], actor: User, at: dt.datetime) -> Training:
    """Change a session that has not begun; more places let those in line move up."""
    row = _held(training)
    if row.cancelled_at is not None or row.starts_at <= at:
        raise CatalogueError("已经停办或开始的课不能再改。")
    before = {"starts_at": row.starts_at.isoformat(), "capacity": row.capacity}
    for key, value in values.items():
        setattr(row, key, value)
    _check(row, at)
    if row.capacity < row.taken:
        raise CatalogueError(f"已有 {row.taken} 人报上，名额不能少于这个数。", field="capacity")
    with as_sentences(CatalogueError, field="starts_at"):
        row.save()
    fill_up(row, at)
    after = {"starts_at": row.starts_at.isoformat(), "capacity": row.capacity}
    record(verb="training.reschedule", target=row, actor=actor, at=at, before=before, after=after)
    return row


@transaction.atomic
def cancel(*, training: Training, reason: str, actor: User, at: dt.datetime) -> Training:
    """Do not hold a session; the list of names stays, so that they can be told."""
    row = _held(training)
    if row.cancelled_at is not None:
        raise CatalogueError("这堂课已经停办。")
    if row.starts_at <= at:
        raise CatalogueError("这堂课已经开始。")
    if len(reason.strip()) < 4:
        raise CatalogueError("写一句为什么停办，报名的人会看到。", field="reason")
    row.cancelled_at, row.cancelled_reason = at, reason.strip()
    row.save(update_fields=["cancelled_at", "cancelled_reason"])
    names = Enrolment.objects.filter(training=row).standing().count()
    record(verb="training.cancel", target=row, actor=actor, at=at, reason=row.cancelled_reason, after={"rows": names})
    return row


@transaction.atomic
def revive(*, training: Training, actor: User, at: dt.datetime) -> Training:
    """Hold a cancelled session after all."""
    row = _held(training)
    if row.cancelled_at is None:
        raise CatalogueError("这堂课没有停办。")
    if row.starts_at <= at:
        raise CatalogueError("原定时间已经过去，另排一堂。")
    _not_booked(row)
    row.cancelled_at, row.cancelled_reason = None, ""
    with as_sentences(CatalogueError):
        row.save(update_fields=["cancelled_at", "cancelled_reason"])
    record(verb="training.revive", target=row, actor=actor, at=at)
    return row


def _held(training: Training) -> Training:
    rows = Training.objects.select_for_update(of=("self",)).select_related("course", "base", "lecturer")
    return rows.get(pk=training.pk)
