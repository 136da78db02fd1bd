"""The verbs on single seats: filling a vacancy, ending a seat, taking an end back, linking an account."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max
from django.db.models.functions import Upper

from branches.committees import nominees
from branches.committees.nominees import CommitteeError, Nominee
from branches.models import Committee, Rule, Seat
from branches.rules import seats as rules
from coverage.collection.numbers import mask_name
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.territory.models import Street


def vacant_roles(committee: Committee, on: dt.date) -> list[str]:
    """The decided seats that nobody holds on a day."""
    held = Seat.objects.held(on).filter(committee=committee).values_list("role", flat=True)
    return rules.vacant_roles(committee.roles, held)


def _lock(committee: Committee) -> Committee:
    """One writer of committees at a time (see `elections`)."""
    Street.objects.select_for_update(no_key=True).get(pk=committee.street_id)
    return Committee.objects.select_related("organisation").get(pk=committee.pk)


@transaction.atomic
def fill(*, committee: Committee, nominee: Nominee, since: dt.date, actor: User, at: dt.datetime) -> Seat:
    """Put somebody into a vacant seat of the committee in office, from a day on until its term ends."""
    committee = _lock(committee)
    today = clock.day_of(at)
    nominees.refuse_dissolved(committee.organisation, today)
    if not committee.is_in_office:
        raise CommitteeError("这一届已经不在任，不再补选。")
    if nominee.role not in vacant_roles(committee, today):
        raise CommitteeError(f"{rules.WORDS.get(nominee.role, '这个席位')}现在不缺人。", field="role")
    if nominee.is_vacant:
        raise CommitteeError("选本支部党员，或写上姓名和单位。", field="member")
    _check_begin(committee, nominee.role, since, today)
    found = nominees.resolve(committee.organisation, nominee, on=since)
    held = Seat.objects.held(today).filter(committee=committee).select_related("member")
    standing = [nominees.asked_of(seat) for seat in held]
    findings = rules.check_seat(
        nominees.body_of(committee.organisation, since), standing, found.asked,
        rules=Rule.objects.book(street=committee.street_id, on=since),
        elsewhere=nominees.seats_elsewhere(committee.organisation, [found], since=since),
    )  # fmt: skip
    if refused := rules.refusals(findings):
        raise CommitteeError(refused[0].sentence, findings=refused)
    seat = found.seat(
        street_id=committee.street_id, committee=committee, organisation=committee.organisation,
        valid=DateRange(since, None),
    )  # fmt: skip
    with as_sentences(CommitteeError):
        seat.save(force_insert=True)
    after = {"seats": [f"{seat.get_role_display()} {mask_name(seat.name)}"], "since": since.isoformat()}
    record(verb="committees.fill", target=committee, actor=actor, at=at, after=after)
    return seat


def _check_begin(committee: Committee, role: str, since: dt.date, today: dt.date) -> None:
    if since > today:
        raise CommitteeError("到任日期还没到。到任以后再登记。", field="since")
    if since < committee.elected_on:
        raise CommitteeError(f"到任日期早于这一届选举 {committee.elected_on.isoformat()}。", field="since")
    left = committee.seats.registered().filter(role=role).aggregate(day=Max(Upper("valid")))["day"]
    if role in rules.SINGLE and left is not None and since < left:
        raise CommitteeError(f"前任 {left.isoformat()} 才离任，到任日期要从那一天起。", field="since")


@transaction.atomic
def end(*, seat: Seat, on: dt.date, reason: str, actor: User, at: dt.datetime) -> Seat:
    """End a seat: from `on` it is vacant. The term of the committee goes on."""
    _lock(seat.committee)
    seat = Seat.objects.select_for_update(of=("self",)).select_related("committee__organisation").get(pk=seat.pk)
    if seat.withdrawn_at is not None or seat.until is not None:
        raise CommitteeError(f"{seat.name}已经离任。")
    if on > clock.day_of(at):
        raise CommitteeError("离任日期还没到。离任以后再登记。", field="on")
    if seat.since is not None and on <= seat.since:
        raise CommitteeError(f"离任要在到任（{seat.since.isoformat()}）之后。登记错了就撤销那次登记。", field="on")
    if len(reason.strip()) < 2:
        raise CommitteeError("写明为什么离任，例如“调动”“辞去职务”。", field="reason")
    seat.valid, seat.end_reason = DateRange(seat.since, on), reason.strip()
    seat.save(update_fields=["valid", "end_reason"])
    said = {"seats": [f"{seat.get_role_display()} {mask_name(seat.name)}"], "until": on.isoformat()}
    record(verb="committees.end_seat", target=seat.committee, actor=actor, at=at, after=said, reason=seat.end_reason)
    return seat


@transaction.atomic
def resume(*, seat: Seat, actor: User, at: dt.datetime) -> Seat:
    """Take back an end that was registered by mistake, as long as nobody has taken the seat."""
    _lock(seat.committee)
    seat = Seat.objects.select_for_update(of=("self",)).select_related("committee__organisation").get(pk=seat.pk)
    if seat.withdrawn_at is not None or seat.until is None or seat.ended_by_id is not None:
        raise CommitteeError("这个席位不是单独登记离任的，不能这样恢复。")
    if not seat.committee.is_in_office:
        raise CommitteeError("这一届已经不在任，不能恢复。")
    if seat.role not in vacant_roles(seat.committee, clock.day_of(at)):
        raise CommitteeError(f"{seat.get_role_display()}已经补上了人，不能恢复。")
    before = seat.until
    seat.valid, seat.end_reason = DateRange(seat.since, None), ""
    with as_sentences(CommitteeError):
        seat.save(update_fields=["valid", "end_reason"])
    said = {"seats": [f"{seat.get_role_display()} {mask_name(seat.name)}"], "until": before.isoformat()}
    record(verb="committees.resume_seat", target=seat.committee, actor=actor, at=at, before=said)
    return seat


@transaction.atomic
def link_account(*, seat: Seat, user: User | None, actor: User, at: dt.datetime) -> Seat:
    """Say by which account the holder of a seat signs in (None: by none). It gives no rights by itself."""
    seat = Seat.objects.select_for_update(of=("self",)).select_related("committee__organisation").get(pk=seat.pk)
    if seat.withdrawn_at is not None or seat.until is not None:
        raise CommitteeError(f"{seat.name}已经离任，不再关联账号。")
    if user is not None and (user.street_id != seat.street_id or not user.is_active):
        raise CommitteeError("这个账号不在本街道，或已停用。", field="user")
    before, seat.user = seat.user, user
    seat.save(update_fields=["user"])
    record(
        verb="committees.link_account", target=seat.committee, actor=actor, at=at,
        before={"user": str(before or "")}, after={"user": str(user or "")},
    )  # fmt: skip
    return seat
