"""The verbs on whole committees: electing one, withdrawing an election that was registered by mistake, extending a term.

Elections of a street are written one after another: whether somebody is secretary already, here or elsewhere, must not
change between looking and writing. The exclusion constraints stand behind that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max
from django.db.models.functions import Lower

from branches.committees import nominees
from branches.committees.nominees import CommitteeError, Nominee, Resolved
from branches.models import Committee, Extension, Organisation, Rule, Seat
from branches.rules import seats as rules
from branches.rules.seats import Finding
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.privacy.masks import mask_name
from shimen.territory.models import Street


@dataclass(frozen=True, slots=True)
class Proposal:
    """An election before it is written: who, until when, and what the rules say to it."""

    organisation: Organisation
    elected_on: dt.date
    due_on: dt.date
    seats: tuple[Resolved, ...]
    findings: tuple[Finding, ...]
    before: Committee | None
    leaving: tuple[Seat, ...]

    @property
    def refusals(self) -> list[Finding]:
        return rules.refusals(self.findings)

    @property
    def remarks(self) -> list[Finding]:
        """What is unusual and may be passed over."""
        return [finding for finding in self.findings if not finding.refuses]


def propose(
    *, organisation: Organisation, proposed: Sequence[Nominee], elected_on: dt.date, today: dt.date
) -> Proposal:
    """Look at an election without writing anything. Raises `CommitteeError` where a row or a day cannot be understood."""
    before = latest(organisation)
    check_day(organisation, before, elected_on, today)
    seats = tuple(_resolve(organisation, each, number, elected_on) for number, each in enumerate(proposed))
    book = Rule.objects.book(street=organisation.street_id, on=elected_on)
    findings = rules.check(
        nominees.body_of(organisation, elected_on),
        [each.asked for each in seats],
        elected_on=elected_on,
        rules=book,
        elsewhere=nominees.seats_elsewhere(organisation, seats, since=elected_on),
    )
    held = Seat.objects.held(elected_on).filter(committee=before).in_order() if before else ()
    return Proposal(
        organisation, elected_on, rules.due_on(organisation.kind, elected_on, book), seats, tuple(findings), before, tuple(held)
    )  # fmt: skip


def latest(organisation: Organisation) -> Committee | None:
    """The committee that was elected last, whether or not it is still in office."""
    found: Committee | None = Committee.objects.registered().filter(organisation=organisation).newest_first().first()
    return found


def _resolve(organisation: Organisation, nominee: Nominee, number: int, on: dt.date) -> Resolved:
    """A row of the form recognised; what is wrong is said at its number."""
    try:
        return nominees.resolve(organisation, nominee, on=on)
    except CommitteeError as error:
        raise CommitteeError(f"第 {number + 1} 个席位：{error.sentence}", field=f"{number}-{error.field}") from error


def check_day(organisation: Organisation, before: Committee | None, elected_on: dt.date, today: dt.date) -> None:
    """Refuse a day on which this organisation cannot have elected a committee. Raises `CommitteeError`."""
    for finding in rules.founding(organisation.founded_on, elected_on):
        raise CommitteeError(finding.sentence, field="elected_on", findings=[finding])
    if organisation.dissolved_on is not None and organisation.dissolved_on <= elected_on:
        raise CommitteeError(f"{organisation}已经撤销，不再选举班子。", field="elected_on")
    if elected_on > today:
        raise CommitteeError("选举日期还没到。选举以后再来登记。", field="elected_on")
    if before is None:
        return
    if elected_on <= before.elected_on:
        sentence = f"上一届在 {before.elected_on.isoformat()} 选举，新一届要在它之后。"
        raise CommitteeError(sentence, field="elected_on")
    changed = before.seats.registered().aggregate(day=Max(Lower("valid")))["day"]
    if changed is not None and elected_on <= changed:
        sentence = f"上一届在 {changed.isoformat()} 还有人到任，新一届选举要在它之后。"
        raise CommitteeError(sentence, field="elected_on")


@transaction.atomic
def elect(
    *,
    organisation: Organisation,
    proposed: Sequence[Nominee],
    elected_on: dt.date,
    after: Committee | None,
    how: str = Committee.How.ELECTED,
    number: int | None = None,
    note: str = "",
    actor: User,
    at: dt.datetime,
) -> Committee:
    """Register a whole committee; the one in office ends with it. `after` is the committee that the form was filled in
    over (None where there was none): if somebody registered another meanwhile, this one is refused."""
    organisation = _lock(organisation)
    plan = propose(organisation=organisation, proposed=proposed, elected_on=elected_on, today=clock.day_of(at))
    if (plan.before.pk if plan.before else None) != (after.pk if after else None):
        raise CommitteeError("这期间有人登记了新的一届。先看一看现在的班子，要改就撤销那次登记。")
    if number is not None and plan.before is not None and number <= plan.before.number:
        raise CommitteeError(f"届次要大于上一届的第 {plan.before.number} 届，不填就自动接着数。", field="number")
    if plan.refusals:
        raise CommitteeError(plan.refusals[0].sentence, findings=plan.refusals)
    with as_sentences(CommitteeError):
        committee = _write(plan, how=how, number=number, note=note)
    record(
        verb="committees.elect", target=committee, actor=actor, at=at, after=_said(plan),
        before={"number": plan.before.number} if plan.before else None, reason=note,
    )  # fmt: skip
    return committee


def _lock(organisation: Organisation) -> Organisation:
    Street.objects.select_for_update(no_key=True).get(pk=organisation.street_id)
    return Organisation.objects.get(pk=organisation.pk)


def _write(plan: Proposal, *, how: str, number: int | None, note: str) -> Committee:
    before, organisation = plan.before, plan.organisation
    if before is not None and before.valid.upper is None:
        before.valid = DateRange(before.valid.lower, plan.elected_on)
        before.save(update_fields=["valid"])
    committee = Committee.objects.create(
        street_id=organisation.street_id, organisation=organisation, how=how, note=note,
        number=number or (before.number + 1 if before else 1), elected_on=plan.elected_on, due_on=plan.due_on,
        ends_on=plan.due_on, valid=DateRange(plan.elected_on, None), roles=[each.asked.role for each in plan.seats],
    )  # fmt: skip
    for seat in Seat.objects.registered().filter(committee=before, valid__endswith__isnull=True) if before else ():
        seat.valid = DateRange(seat.valid.lower, plan.elected_on)
        seat.end_reason, seat.ended_by = "换届", committee
        seat.save(update_fields=["valid", "end_reason", "ended_by"])
    days = DateRange(plan.elected_on, None)
    held = [each for each in plan.seats if not each.asked.is_vacant]
    Seat.objects.bulk_create(
        each.seat(street_id=organisation.street_id, committee=committee, organisation=organisation, valid=days)
        for each in held
    )
    return committee


def _said(plan: Proposal) -> dict[str, Any]:
    """What the log keeps of an election: the seats with masked names."""
    seats = [f"{rules.WORDS[each.asked.role]} {mask_name(each.name) if each.name else '暂缺'}" for each in plan.seats]
    return {"elected_on": plan.elected_on.isoformat(), "ends_on": plan.due_on.isoformat(), "seats": seats}


# ---- withdrawing an election


def what_stands_on(committee: Committee) -> str:
    """Why an election cannot be withdrawn any more, "" if nothing stands on it."""
    if committee.withdrawn_at is not None:
        return "这次选举的登记已经撤销过了。"
    if not committee.is_in_office:
        return "后面已经登记了新的一届，先撤销后面那一届。"
    if committee.extensions.exists():
        return "这一届已经批准延期，不能再撤销选举的登记。"
    seats = committee.seats.registered()
    if seats.exclude(valid=DateRange(committee.elected_on, None)).exists():
        return "这一届选举以后有人到任或离任，不能再撤销选举的登记。"
    return ""


@transaction.atomic
def withdraw(*, committee: Committee, reason: str, actor: User, at: dt.datetime) -> Committee:
    """Take back an election that was registered by mistake: the committee before it is in office again, as it was."""
    _lock(committee.organisation)
    committee = Committee.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=committee.pk)
    if obstacle := what_stands_on(committee):
        raise CommitteeError(obstacle)
    if len(reason.strip()) < 2:
        raise CommitteeError("写明为什么撤销登记。", field="reason")
    committee.withdrawn_at, committee.withdrawn_by, committee.withdrawn_reason = at, actor, reason.strip()
    committee.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    committee.seats.registered().update(withdrawn_at=at)
    before = latest(committee.organisation)
    with as_sentences(CommitteeError):
        if before is not None and before.valid.upper == committee.elected_on:
            before.valid = DateRange(before.valid.lower, None)
            before.save(update_fields=["valid"])
        for seat in Seat.objects.filter(ended_by=committee):
            seat.valid, seat.end_reason, seat.ended_by = DateRange(seat.valid.lower, None), "", None
            seat.save(update_fields=["valid", "end_reason", "ended_by"])
    record(
        verb="committees.withdraw", target=committee, actor=actor, at=at, reason=reason.strip(),
        after={"back": before.number if before else ""},
    )  # fmt: skip
    return committee


# ---- more time


@transaction.atomic
def extend(
    *,
    committee: Committee,
    until: dt.date,
    approved_by: str,
    approved_on: dt.date,
    reason: str,
    actor: User,
    at: dt.datetime,
) -> Extension:
    """Note that a higher organisation granted time beyond the term; in sum no more than the rule allows."""
    committee = Committee.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=committee.pk)
    nominees.refuse_dissolved(committee.organisation, clock.day_of(at))
    if not committee.is_in_office:
        raise CommitteeError("这一届已经不在任，不用延期。")
    if approved_on > clock.day_of(at):
        raise CommitteeError("批准日期还没到。批准以后再登记延期。", field="approved_on")
    if approved_on < committee.elected_on:
        raise CommitteeError("批准日期早于选举日期，核对一下。", field="approved_on")
    if not approved_by.strip():
        raise CommitteeError("写上批准的上级党组织。延期换届要经上级党组织批准。", field="approved_by")
    if not reason.strip():
        raise CommitteeError("写明延期的原因。", field="reason")
    book = Rule.objects.book(street=committee.street_id, on=approved_on)
    if found := rules.check_extension(committee.due_on, committee.ends_on, until, book):
        raise CommitteeError(found[0].sentence, field="until", findings=found)
    row = Extension.objects.create(
        street_id=committee.street_id, committee=committee, before=committee.ends_on, until=until,
        approved_by=approved_by.strip(), approved_on=approved_on, reason=reason.strip(),
    )  # fmt: skip
    before, committee.ends_on = committee.ends_on, until
    committee.save(update_fields=["ends_on"])
    record(
        verb="committees.extend", target=committee, actor=actor, at=at, reason=reason.strip(),
        before={"ends_on": before.isoformat()}, after={"ends_on": until.isoformat(), "approved_by": row.approved_by},
    )  # fmt: skip
    return row
