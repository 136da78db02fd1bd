"""The verbs on single seats: filling a vacancy, correcting what is kept of a seat, ending it, taking either back, linking
an account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max
from django.db.models.functions import Upper

from branches.committees import nominees
from branches.committees.nominees import CommitteeError, Nominee
from branches.models import Committee, Rule, Seat
from branches.rules import seats as rules
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.privacy.masks import mask_name
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
def take_back(*, seat: Seat, reason: str, actor: User, at: dt.datetime) -> Seat:
    """Take back that somebody was put into a seat after the election: it is vacant again, as if nothing had been registered."""
    _lock(seat.committee)
    seat = Seat.objects.select_for_update(of=("self",)).select_related("committee__organisation").get(pk=seat.pk)
    if seat.withdrawn_at is not None or seat.until is not None:
        raise CommitteeError(f"{seat.name}已经离任，不能再撤销登记。")
    if not is_filled_later(seat):
        raise CommitteeError(f"{seat.name}是选举时就在的，登记错了就撤销那次选举的登记。")
    if len(reason.strip()) < 2:
        raise CommitteeError("写明为什么撤销登记。", field="reason")
    seat.withdrawn_at = at
    seat.save(update_fields=["withdrawn_at"])
    said = {"seats": [f"{seat.get_role_display()} {mask_name(seat.name)}"]}
    record(
        verb="committees.take_back_seat", target=seat.committee, actor=actor, at=at, before=said, reason=reason.strip()
    )  # fmt: skip
    return seat


def is_filled_later(seat: Seat) -> bool:
    """Whether a seat was filled by itself and not by the election of its committee."""
    committee = seat.committee
    return seat.since != committee.elected_on


FACTS = ("also", "home_unit", "seconded_until")


@transaction.atomic
def correct(*, seat: Seat, values: Mapping[str, Any], actor: User, at: dt.datetime) -> Seat:
    """Write new values of `FACTS`: what somebody also looks after, where they come from, until when they are sent in.
    What is said twice changes nothing."""
    committee = _lock(seat.committee)
    seat = (
        Seat.objects.select_for_update(of=("self",)).select_related("committee__organisation", "member").get(pk=seat.pk)
    )
    if seat.withdrawn_at is not None or seat.until is not None:
        raise CommitteeError(f"{seat.name}已经离任，不再更正。")
    before = {key: getattr(seat, key) for key in FACTS}
    for key, value in values.items():
        setattr(seat, key, [role for role in value if role != seat.role] if key == "also" else value)
    after = {key: getattr(seat, key) for key in FACTS}
    if before == after:
        return seat
    if seat.seconded_until is not None and seat.origin != Seat.Origin.SECONDED:
        raise CommitteeError(f"{seat.name}不是下沉干部，没有下沉期限。", field="seconded_until")
    if seat.seconded_until is not None and seat.since is not None and seat.seconded_until <= seat.since:
        raise CommitteeError("下沉期限要在到任以后。", field="seconded_until")
    others = (
        Seat.objects.held(clock.day_of(at)).filter(committee=committee).exclude(pk=seat.pk).select_related("member")
    )
    findings = rules.check_seat(
        nominees.body_of(committee.organisation, clock.day_of(at)), [nominees.asked_of(other) for other in others],
        nominees.asked_of(seat), rules=Rule.objects.book(street=committee.street_id, on=clock.day_of(at)),
    )  # fmt: skip
    if refused := [finding for finding in rules.refusals(findings) if finding.rule == "discipline_doubles"]:
        raise CommitteeError(refused[0].sentence, findings=refused)
    seat.save(update_fields=list(FACTS))
    record(
        verb="committees.correct_seat", target=committee, actor=actor, at=at,
        before=_facts(seat, before), after=_facts(seat, after),
    )  # fmt: skip
    return seat


def _facts(seat: Seat, facts: Mapping[str, Any]) -> dict[str, Any]:
    also = [str(Seat.Role(role).label) for role in facts["also"]]
    until = facts["seconded_until"].isoformat() if facts["seconded_until"] else ""
    return {
        "seats": [f"{seat.get_role_display()} {mask_name(seat.name)}"], "also": also, "unit": facts["home_unit"], "until": until
    }  # fmt: skip


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
