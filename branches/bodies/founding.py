"""The founding file: apply → decide → elect → file, each a verb; and one step back with a reason.

What the next step must be done by follows from the rule book as it stood on the day of the step before. An organisation
is founded on the day of the decision, but it stands only once it has been filed: nothing half-founded is counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from branches import signals
from branches.bodies import served
from branches.bodies.organisations import OrganisationError, checked_reason, put, spell
from branches.models import Committee, Founding, Member, Organisation, OrganisationUnit, Rule, Superior
from branches.rules.book import Rules
from branches.rules.seats import months_later
from coverage.models import Entity
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Street

State = Founding.State
HOLDS_MEMBERS = (Organisation.Form.BRANCH, Organisation.Form.JOINT)


class FoundingError(DomainError):
    """A step of the founding file cannot be taken now."""


@transaction.atomic
def apply(
    *,
    street: Street,
    values: Mapping[str, Any],
    units: list[Entity],
    above: Organisation | None,
    reason: str,
    on: dt.date,
    actor: User,
    at: dt.datetime,
) -> Founding:
    """Apply for an organisation: it is written down as being prepared, with its units, from the day of the application.

    `values` are `organisations.FIELDS`. Raises `FoundingError`, `OrganisationError`.
    """
    today = clock.day_of(at)
    if on > today:
        raise FoundingError("申请日期不能晚于今天。", field="on")
    row = Organisation(street=street)
    put(row, values)
    if not row.name or not row.kind:
        raise OrganisationError("名称和类别必填。", field="name")
    spell(row)
    rules = Rule.objects.book(street=street.pk, on=on)
    _check_units(row, units, on, rules)
    with as_sentences(OrganisationError, field="name"):
        row.save(force_insert=True)
    valid = DateRange(on, None)
    with as_sentences(OrganisationError, field="units"):
        for entity in units:
            OrganisationUnit.objects.create(street=street, organisation=row, entity=entity, valid=valid)
    if above is not None:
        if above.street_id != street.pk or not above.stands_on(on):
            raise FoundingError("上级党组织那一天还没有成立或已撤销。", field="above")
        Superior.objects.create(street=street, organisation=row, above=above, valid=valid)
    founding = Founding(
        street=street, organisation=row, applied_on=on, reason=checked_reason(reason, error=FoundingError),
        due_on=months_later(on, rules["decide_months"]),
    )  # fmt: skip
    founding.save(force_insert=True)
    after = {"applied_on": on.isoformat(), "due_on": founding.due_on.isoformat() if founding.due_on else ""}
    record(verb="founding.apply", target=row, actor=actor, at=at, after=after, reason=founding.reason)
    return founding


def _check_units(row: Organisation, units: list[Entity], on: dt.date, rules: Rules) -> None:
    if row.form == Organisation.Form.JOINT and row.kind == Organisation.Kind.ENTERPRISE and len(units) < 2:
        raise FoundingError("联合党支部至少有两家组建单位；只有一家的，形式选党支部。", field="units")
    if row.form == Organisation.Form.JOINT and len(units) > rules["joint_units"]:
        raise FoundingError(f"选了 {len(units)} 家。{rules.sentence('joint_units')}。", field="units")
    if row.form == Organisation.Form.BRANCH and len(units) > 1:
        raise FoundingError("单独组建的党支部只有一家组建单位；几家一起的，形式选联合党支部。", field="units")
    if row.kind == Organisation.Kind.ENTERPRISE and not units:
        raise FoundingError("非公企业党组织要写明组建单位。", field="units")
    for entity in units:
        if entity.street_id != row.street_id or entity.removed_at is not None:
            raise FoundingError(f"“{entity}”不在名册上。", field="units")
        taken = OrganisationUnit.objects.filter(entity=entity).on(on).select_related("organisation").first()
        if taken is not None:
            raise FoundingError(
                f"“{entity}”已经是“{taken.organisation}”的组建单位，一家单位只在一个党组织。", field="units"
            )


@transaction.atomic
def decide(*, founding: Founding, agreed: bool, note: str, on: dt.date, actor: User, at: dt.datetime) -> Founding:
    """The higher organisation decides. Agreeing needs the full members that the rule asks for on the roster already;
    refusing needs a reason. Raises `FoundingError`."""
    row = _at(founding, State.APPLIED, "批复")
    _check_day(on, row.applied_on, "申请", at)
    note = " ".join(note.split())[:300]
    rules = Rule.objects.book(street=row.street_id, on=on)
    if agreed:
        _check_members(row.organisation, on, rules)
        row.due_on = months_later(on, rules["elect_months"])
    else:
        checked_reason(note, error=FoundingError)
        row.due_on = None
    row.state = State.APPROVED if agreed else State.REFUSED
    row.decided_on, row.decided_note = on, note
    row.save()
    after = {"state": row.state, "decided_on": on.isoformat()}
    record(verb="founding.decide", target=row.organisation, actor=actor, at=at, after=after, reason=note)
    return row


def _check_members(organisation: Organisation, on: dt.date, rules: Rules) -> None:
    if organisation.form not in HOLDS_MEMBERS:
        return
    full = Member.objects.of(organisation).on(on).full().count()
    if full < rules["founding_members"]:
        raise FoundingError(
            f"名册里那一天有 {full} 名正式党员。{rules.sentence('founding_members')}。先把党员登记进名册。"
        )


@transaction.atomic
def elect(*, founding: Founding, note: str, on: dt.date, actor: User, at: dt.datetime) -> Founding:
    """The members have elected; who holds which seat is written down with the committee. Raises `FoundingError`."""
    row = _at(founding, State.APPROVED, "登记选举")
    _check_day(on, row.decided_on, "批复", at)
    rules = Rule.objects.book(street=row.street_id, on=on)
    _check_members(row.organisation, on, rules)
    row.state, row.elected_on, row.elected_note = State.ELECTED, on, " ".join(note.split())[:300]
    row.due_on = months_later(on, rules["file_months"])
    row.save()
    after = {"elected_on": on.isoformat()}
    record(verb="founding.elect", target=row.organisation, actor=actor, at=at, after=after, reason=row.elected_note)
    return row


@transaction.atomic
def file(
    *,
    founding: Founding,
    number: str,
    founded_on: dt.date,
    on: dt.date,
    is_campaign: bool,
    actor: User,
    at: dt.datetime,
) -> Founding:
    """The founding is filed: from `founded_on`, between decision and filing, the organisation stands. Raises
    `FoundingError`."""
    row = _at(founding, State.ELECTED, "备案")
    _check_day(on, row.elected_on, "选举", at)
    if row.decided_on is None or not row.decided_on <= founded_on <= on:
        raise FoundingError("成立日期要在批复和备案之间，一般就是批复那一天。", field="founded_on")
    row.state, row.filed_on, row.filed_number, row.due_on = State.FILED, on, " ".join(number.split())[:60], None
    row.save()
    organisation = row.organisation
    organisation.founded_on, organisation.is_campaign = founded_on, is_campaign
    organisation.save(update_fields=["founded_on", "is_campaign"])
    served.keep_in_step(organisation)
    signals.filing_changed.send(Organisation, organisation=organisation, actor=actor, at=at)
    after = {"filed_on": on.isoformat(), "founded_on": founded_on.isoformat(), "number": row.filed_number}
    record(verb="founding.file", target=organisation, actor=actor, at=at, after=after)
    return row


@transaction.atomic
def step_back(*, founding: Founding, reason: str, actor: User, at: dt.datetime) -> Founding:
    """Take the last step back; its documents stay. What was filed goes back only while nothing rests on the founding.
    Raises `FoundingError`."""
    row = _locked(founding)
    reason = checked_reason(reason, error=FoundingError)
    if row.state == State.APPLIED:
        raise FoundingError("还只是申请，没有上一步；不办了就由上级批复“不同意”。")
    before = {"state": row.state}
    rules = Rule.objects.book(street=row.street_id, on=clock.day_of(at))
    _undo_last(row, rules, actor, at)
    row.save()
    record(
        verb="founding.step_back", target=row.organisation, actor=actor, at=at, before=before,
        after={"state": row.state}, reason=reason,
    )  # fmt: skip
    return row


def _undo_last(row: Founding, rules: Rules, actor: User, at: dt.datetime) -> None:
    """Put the file, unsaved, where it stood before its last step; what was filed stops being founded."""
    match row.state:
        case State.FILED:
            organisation = row.organisation
            if Superior.objects.filter(above=organisation, valid__endswith__isnull=True).exists():
                raise FoundingError("已经有下级党组织，备案不能退回；真要撤，走撤销党组织。")
            if Committee.objects.registered().filter(organisation=organisation).exists():
                raise FoundingError("已经登记了班子，先在“班子”页撤销选举的登记，再退回备案。")
            organisation.founded_on = None
            organisation.save(update_fields=["founded_on"])
            served.keep_in_step(organisation)
            signals.filing_changed.send(Organisation, organisation=organisation, actor=actor, at=at)
            row.state, row.filed_on, row.filed_number = State.ELECTED, None, ""
            row.due_on = months_later(row.elected_on or row.applied_on, rules["file_months"])
        case State.ELECTED:
            row.state, row.elected_on, row.elected_note = State.APPROVED, None, ""
            row.due_on = months_later(row.decided_on or row.applied_on, rules["elect_months"])
        case _:
            row.state, row.decided_on, row.decided_note = State.APPLIED, None, ""
            row.due_on = months_later(row.applied_on, rules["decide_months"])


def _locked(founding: Founding) -> Founding:
    row = Founding.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=founding.pk)
    if row.organisation.dissolved_on is not None:
        raise FoundingError(f"“{row.organisation}”已撤销，成立档案只能看。")
    return row


def _at(founding: Founding, state: str, what: str) -> Founding:
    """The file, locked, when it stands at `state`; else a sentence that says where it stands."""
    row = _locked(founding)
    if row.state != state:
        raise FoundingError(f"现在是“{row.get_state_display()}”，要先走到“{State(state).label}”才能{what}。")
    return row


def _check_day(on: dt.date, last: dt.date | None, step: str, at: dt.datetime) -> None:
    if on > clock.day_of(at):
        raise FoundingError("日期不能晚于今天。", field="on")
    if last is not None and on < last:
        raise FoundingError(f"日期不能早于{step}日期 {last.isoformat()}。", field="on")
