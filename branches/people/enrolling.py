"""Putting names on the list of a session, taking them off, and ticking who came.

Every verb here holds the session's row first, so that two people never see the same free place; and should one forget,
the database still refuses more names than places (`never_over_capacity`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from branches.models import Enrolment, Member, Organisation, Training
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError

State = Enrolment.State


class EnrolError(DomainError):
    """This name cannot be put on the list, or not be taken off."""


def _held(training: Training) -> Training:
    rows = Training.objects.select_for_update(of=("self",)).select_related("course")
    return rows.get(pk=training.pk)


@transaction.atomic
def enrol(*, training: Training, member: Member | None, user: User | None, actor: User, at: dt.datetime) -> Enrolment:
    """Put a member, or a person with an account, on the list; in line when it is full. Raises `EnrolError`."""
    row = _held(training)
    if row.cancelled_at is not None:
        raise EnrolError("这堂课已经停办。")
    if not row.is_open(at):
        raise EnrolError(f"报名在 {row.enrol_until.astimezone(clock.SHANGHAI):%m-%d %H:%M} 截止了。")
    if member is not None and not member.is_current(clock.day_of(at)):
        raise EnrolError("这位同志已不在这个党组织。", field="people")
    if _is_on_list(row, member, user):
        raise EnrolError("已经报过这堂课。", field="people")
    organisation = member.organisation if member else _organisation_of(user, clock.day_of(at))
    has_place = row.taken < row.capacity
    entry = Enrolment(
        street_id=row.street_id, training=row, organisation=organisation, member=member, user=user,
        state=State.ENROLLED if has_place else State.WAITING, queued_at=at, enrolled_by=actor,
    )  # fmt: skip
    with as_sentences(EnrolError, field="people"):
        entry.save()
        if has_place:
            row.taken += 1
            row.save(update_fields=["taken"])
    after = {"state": entry.get_state_display(), "course": row.course.title}
    record(verb="training.enrol", target=entry, actor=actor, at=at, after=after)
    return entry


@transaction.atomic
def enrol_all(
    *, training: Training, members: Collection[Member], user: User | None, actor: User, at: dt.datetime
) -> list[Enrolment]:
    """Several names at once, all or none, in the order given; the person with an account first."""
    people: list[tuple[Member | None, User | None]] = [(None, user)] if user else []
    people += [(member, None) for member in members]
    return [enrol(training=training, member=member, user=person, actor=actor, at=at) for member, person in people]


def _is_on_list(training: Training, member: Member | None, user: User | None) -> bool:
    """Whether the person is on the list already, as a member or by their account."""
    rows = Enrolment.objects.filter(training=training).standing()
    person = user or (member.user if member else None)
    found = rows.filter(member=member) if member else rows.none()
    if person is not None:
        found = found | rows.filter(user=person) | rows.filter(member__user=person)
    return bool(found.exists())


def _organisation_of(user: User | None, on: dt.date) -> Organisation | None:
    """The organisation of a person with an account, where they are kept as a member."""
    found = Member.objects.on(on).filter(user=user).select_related("organisation").first() if user else None
    return found.organisation if found else None


@transaction.atomic
def withdraw(*, entry: Enrolment, actor: User, at: dt.datetime) -> Enrolment:
    """Take a name off; the first in line moves up. Raises `EnrolError` once the session has begun."""
    training = _held(entry.training)
    row = Enrolment.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if row.state == State.CANCELLED:
        raise EnrolError("已经取消。")
    if training.starts_at <= at:
        raise EnrolError("课已经开始，不能再取消。")
    before = {"state": row.get_state_display()}
    was_in = row.state == State.ENROLLED
    row.state, row.cancelled_at = State.CANCELLED, at
    row.save(update_fields=["state", "cancelled_at"])
    if was_in:
        training.taken -= 1
        training.save(update_fields=["taken"])
        fill_up(training, at)
    after = {"state": row.get_state_display()}
    record(verb="training.withdraw", target=row, actor=actor, at=at, before=before, after=after)
    return row


def fill_up(training: Training, at: dt.datetime) -> int:
    """Let those in line move up as far as there are places; how many did. The caller holds the session's row."""
    if training.left <= 0:
        return 0
    line = Enrolment.objects.select_for_update(of=("self",)).filter(training=training, state=State.WAITING)
    ups = list(line.in_line()[: training.left])
    for entry in ups:
        entry.state, entry.moved_up_at = State.ENROLLED, at
        record(verb="training.move_up", target=entry, actor=None, at=at, after={"state": entry.get_state_display()})
    Enrolment.objects.bulk_update(ups, ["state", "moved_up_at"])
    if ups:
        training.taken += len(ups)
        training.save(update_fields=["taken"])
    return len(ups)


@transaction.atomic
def mark_attendance(*, training: Training, came: Collection[object], actor: User, at: dt.datetime) -> int:
    """Tick from the lecturer's list who came (ids of entries), for the certificate only; how many came.

    Whoever holds a certificate that stands keeps the tick it rests on.
    """
    row = _held(training)
    if row.cancelled_at is not None or row.starts_at > at:
        raise EnrolError("课开始以后再记到课。")
    entries = list(Enrolment.objects.select_for_update(of=("self",)).filter(training=row, state=State.ENROLLED))
    ticked = {str(pk) for pk in came}
    if not ticked <= {str(entry.pk) for entry in entries}:
        raise EnrolError("名单变过了，看一眼新的再记。")
    kept = {pk for pk in _certified(entries) if str(pk) not in ticked}
    if kept:
        raise EnrolError(f"有 {len(kept)} 位已发学习证明，先作废证明，再改到课。")
    for entry in entries:
        entry.attended = str(entry.pk) in ticked
    Enrolment.objects.bulk_update(entries, ["attended"])
    record(verb="training.mark_attendance", target=row, actor=actor, at=at, after={"rows": len(ticked)})
    return len(ticked)


def _certified(entries: list[Enrolment]) -> set[object]:
    rows = Enrolment.objects.filter(pk__in=[entry.pk for entry in entries])
    return set(rows.filter(certificate__revoked_at=None, certificate__isnull=False).values_list("pk", flat=True))
