"""The verbs on organisations that stand or are being prepared: correcting, who stands above, on whom it is founded,
dissolving and taking that back.

What holds for a time is a row; ending sets the row's upper bound, the first day on which it does not hold any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet

from branches import signals
from branches.bodies import handing_over, served
from branches.models import (
    Beacon,
    Committee,
    Organisation,
    OrganisationUnit,
    Rule,
    Superior,
    Tie,
)
from coverage.matching import pinyin
from coverage.models import Entity
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Area, Place

FIELDS = ("name", "short_name", "kind", "form", "area", "place", "note")
_LABELS = {"name": "名称", "short_name": "简称", "note": "备注"}
_LONGEST = {"name": 100, "short_name": 30, "note": 300}
SHORTEST_REASON = 4


class OrganisationError(DomainError):
    """Something cannot be done with an organisation."""


def locked(organisation: Organisation, *, error: type[DomainError] = OrganisationError) -> Organisation:
    """The organisation, held until the transaction ends; one that was dissolved is refused."""
    row = Organisation.objects.select_for_update(of=("self",)).select_related("area", "place").get(pk=organisation.pk)
    if row.dissolved_on is not None:
        raise error(f"“{row}”{row.dissolved_on.isoformat()} 已撤销，先撤回撤销再办。")
    return row


def spell(organisation: Organisation) -> None:
    """Write how the organisation is found by letters, unsaved."""
    spelt = pinyin.spell(organisation.short_name or organisation.name)
    organisation.pinyin, organisation.initials = spelt.pinyin, spelt.initials[:60]


def put(organisation: Organisation, values: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Write values of `FIELDS` into a row in memory; old and new in words per changed field. Raises `OrganisationError`."""
    changed: dict[str, tuple[str, str]] = {}
    for field, said in values.items():
        if field not in FIELDS:
            raise OrganisationError(f"没有这一项：{field}。")
        value: Any = _text(field, said) if isinstance(said, str) else said
        if field in {"area", "place"} and value is not None and value.street_id != organisation.street_id:
            raise OrganisationError("不是本街道的地方。", field=field)
        old = getattr(organisation, field)
        if old != value:
            changed[field] = (_shown(organisation, field), "")
            setattr(organisation, field, value)
            changed[field] = (changed[field][0], _shown(organisation, field))
    return changed


def _text(field: str, value: str) -> str:
    text = " ".join(value.split())
    if field == "name" and len(text) < 4:
        raise OrganisationError("名称至少 4 个字，写全称。", field="name")
    if len(text) > _LONGEST.get(field, 100):
        raise OrganisationError(f"{_LABELS.get(field, field)}最多 {_LONGEST[field]} 个字。", field=field)
    if field == "kind" and text not in Organisation.Kind.values:
        raise OrganisationError("没有这个类别。", field="kind")
    if field == "form" and text not in Organisation.Form.values:
        raise OrganisationError("没有这种形式。", field="form")
    return text


def _shown(organisation: Organisation, field: str) -> str:
    if field in {"kind", "form"}:
        return str(getattr(organisation, f"get_{field}_display")())
    return str(getattr(organisation, field) or "")


@transaction.atomic
def correct(*, organisation: Organisation, values: Mapping[str, Any], actor: User, at: dt.datetime) -> Organisation:
    """Write new values of `FIELDS`; what is said twice changes nothing. Raises `OrganisationError` (too short a name,
    a name that another one has, a place of another street, a joint branch that would become single with many units)."""
    row = locked(organisation)
    changed = put(row, values)
    if not changed:
        return row
    if "form" in changed:
        _check_units(row, row.units.on(clock.day_of(at)).count(), clock.day_of(at))
    spell(row)
    with as_sentences(OrganisationError, field="name"):
        row.save()
    served.keep_in_step(row)
    before, after = ({field: pair[n] for field, pair in changed.items()} for n in (0, 1))
    record(verb="organisation.correct", target=row, actor=actor, at=at, before=before, after=after)
    return row


# ---- who stands above


@transaction.atomic
def set_superior(
    *, organisation: Organisation, above: Organisation, since: dt.date, actor: User, at: dt.datetime
) -> Superior:
    """From `since` on another organisation stands above; the one before ends there. Raises `OrganisationError` (a ring,
    a branch above a committee, a day before the one of the present superior, a dissolved one)."""
    row, above = locked(organisation), locked(above)
    _check_order(row, above, since)
    present = row.superiors.filter(valid__endswith__isnull=True).first()
    before = {}
    if present is not None:
        if present.above_id == above.pk:
            raise OrganisationError(f"上级已经是“{above}”。", field="above")
        if since <= present.valid.lower:
            raise OrganisationError(f"要晚于现在这一段的起始日 {present.valid.lower.isoformat()}。", field="since")
        before = {"above": str(present.above)}
        present.valid = DateRange(present.valid.lower, since)
        present.save(update_fields=["valid"])
    new = Superior(street_id=row.street_id, organisation=row, above=above, valid=DateRange(since, None))
    with as_sentences(OrganisationError, field="since"):
        new.save(force_insert=True)
    after = {"above": str(above), "since": since.isoformat()}
    record(verb="organisation.set_superior", target=row, actor=actor, at=at, before=before, after=after)
    return new


_RANK = {
    Organisation.Form.JOINT: 0,
    Organisation.Form.BRANCH: 0,
    Organisation.Form.GENERAL: 1,
    Organisation.Form.COMMITTEE: 2,
}


def _check_order(row: Organisation, above: Organisation, since: dt.date) -> None:
    if above.street_id != row.street_id:
        raise OrganisationError("上级党组织要在本街道。", field="above")
    if above.pk == row.pk:
        raise OrganisationError("党组织不能是自己的上级。", field="above")
    if _RANK[Organisation.Form(above.form)] <= _RANK[Organisation.Form(row.form)] and above.form != "committee":
        raise OrganisationError(
            f"{above.get_form_display()}不能是{row.get_form_display()}的上级；上级要是党总支或党委。", field="above"
        )
    if above.founded_on is None or above.founded_on > since:
        raise OrganisationError(f"那一天“{above}”还没有成立。", field="since")
    seen, step = {row.pk}, above
    while True:
        if step.pk in seen:
            raise OrganisationError(f"“{above}”本来就在“{row}”下面，这样会成圈。", field="above")
        seen.add(step.pk)
        link = Superior.objects.filter(organisation=step).on(since).select_related("above").first()
        if link is None:
            return
        step = link.above


# ---- on whom it is founded


@transaction.atomic
def add_unit(
    *, organisation: Organisation, entity: Entity, since: dt.date, actor: User, at: dt.datetime
) -> OrganisationUnit:
    """An enterprise on which the organisation is founded, from a day on. Raises `OrganisationError` (more units than a
    joint branch may have, a second one for a single branch, an entity that belongs to another organisation)."""
    row, today = locked(organisation), clock.day_of(at)
    if entity.street_id != row.street_id or entity.removed_at is not None:
        raise OrganisationError(f"“{entity}”不在名册上。", field="entity")
    if since > today:
        raise OrganisationError("起始日不能晚于今天。", field="since")
    taken = OrganisationUnit.objects.filter(entity=entity).on(since).select_related("organisation").first()
    if taken is not None:
        where = "这个党组织" if taken.organisation_id == row.pk else f"“{taken.organisation}”"
        raise OrganisationError(f"“{entity}”已经是{where}的组建单位，一家单位只在一个党组织。", field="entity")
    _check_units(row, row.units.on(since).count() + 1, since)
    unit = OrganisationUnit(street_id=row.street_id, organisation=row, entity=entity, valid=DateRange(since, None))
    with as_sentences(OrganisationError, field="entity"):
        unit.save(force_insert=True)
    after = {"unit": str(entity), "since": since.isoformat()}
    record(verb="organisation.add_unit", target=row, actor=actor, at=at, after=after)
    return unit


def _check_units(row: Organisation, units: int, on: dt.date) -> None:
    """A single branch stands on one unit, a joint one on no more than the rule says; by field or street: none at all."""
    if row.form == Organisation.Form.JOINT:
        rules = Rule.objects.book(street=row.street_id, on=on)
        if units > rules["joint_units"]:
            raise OrganisationError(f"加上这家是 {units} 个单位。{rules.sentence('joint_units')}。", field="entity")
    elif row.form == Organisation.Form.BRANCH and units > 1:
        raise OrganisationError(
            "单独组建的党支部只有一家组建单位；几家一起的，先把形式改为联合党支部。", field="entity"
        )


@transaction.atomic
def end_unit(*, unit: OrganisationUnit, on: dt.date, reason: str, actor: User, at: dt.datetime) -> OrganisationUnit:
    """From a day on the organisation does not stand on that unit any more. Raises `OrganisationError`."""
    row = locked(unit.organisation)
    reason = checked_reason(reason)
    end_row(unit, on=on, today=clock.day_of(at), what="组建单位")
    after = {"unit": str(unit.entity), "until": on.isoformat()}
    record(verb="organisation.end_unit", target=row, actor=actor, at=at, after=after, reason=reason)
    return unit


def end_row(row: Any, *, on: dt.date, today: dt.date, what: str, error: type[DomainError] = OrganisationError) -> None:
    """Set the upper bound of a row with `valid`, saved. `on` is the first day on which it does not hold."""
    if row.valid.upper is not None:
        raise error(f"这段{what} {row.valid.upper.isoformat()} 已经结束。")
    if on > today:
        raise error("结束日不能晚于今天。", field="on")
    if on <= row.valid.lower:
        raise error(f"结束日要晚于起始日 {row.valid.lower.isoformat()}。", field="on")
    row.valid = DateRange(row.valid.lower, on)
    row.save(update_fields=["valid"])


def checked_reason(reason: str, *, error: type[DomainError] = OrganisationError) -> str:
    """A reason of at least four characters, in one line."""
    text = " ".join(reason.split())
    if len(text) < SHORTEST_REASON:
        raise error("写明原因，至少 4 个字。", field="reason")
    return text[:200]


# ---- the end of an organisation, and its return


@transaction.atomic
def dissolve(*, organisation: Organisation, on: dt.date, reason: str, actor: User, at: dt.datetime) -> Organisation:
    """An organisation ends on a day: what bound it (`_bound`) ends with it, what it co-hosts goes on without it. Raises
    `OrganisationError` (what somebody must take over first, all in one sentence; a day in the future or before its
    founding)."""
    row, today = locked(organisation), clock.day_of(at)
    reason = checked_reason(reason)
    if on > today:
        raise OrganisationError("撤销日期不能晚于今天。", field="on")
    if row.founded_on is not None and on <= row.founded_on:
        raise OrganisationError(f"撤销日期要晚于成立日期 {row.founded_on.isoformat()}。", field="on")
    if still := handing_over.held(row, today):
        raise OrganisationError(f"还不能撤销。{'；'.join(each.sentence for each in still)}。")
    for table in _bound(row):
        for each in table.filter(valid__endswith__isnull=True, valid__startswith__lt=on):
            each.valid = DateRange(each.valid.lower, on)
            each.save(update_fields=["valid"])
    row.dissolved_on, row.dissolved_reason = on, reason
    with as_sentences(OrganisationError, field="on"):
        row.save()
    served.keep_in_step(row)
    signals.organisation_dissolved.send(Organisation, organisation=row, on=on, actor=actor, at=at)
    after = {"dissolved_on": on.isoformat()}
    record(verb="organisation.dissolve", target=row, actor=actor, at=at, after=after, reason=reason)
    return row


def _bound(row: Organisation) -> tuple[QuerySet[Any], ...]:
    """What ends with an organisation and comes back with it."""
    return (
        Superior.objects.filter(organisation=row),
        OrganisationUnit.objects.filter(organisation=row),
        Beacon.objects.filter(organisation=row),
        Tie.objects.filter(hub=row),
        Tie.objects.filter(other=row),
        Committee.objects.registered().filter(organisation=row),
    )


@transaction.atomic
def restore(*, organisation: Organisation, actor: User, at: dt.datetime) -> Organisation:
    """Take back that an organisation was dissolved: what ended with it on that day holds again. Raises
    `OrganisationError` (it stands, a unit belongs to another one by now, its name is taken)."""
    row = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if row.dissolved_on is None:
        raise OrganisationError(f"“{row}”没有撤销，不用撤回。")
    ended = row.dissolved_on
    before = {"dissolved_on": ended.isoformat()}
    with as_sentences(OrganisationError):
        for table in _bound(row):
            for each in table.filter(valid__endswith=ended):
                each.valid = DateRange(each.valid.lower, None)
                each.save(update_fields=["valid"])
        row.dissolved_on, row.dissolved_reason = None, ""
        row.save()
    served.keep_in_step(row)
    signals.organisation_restored.send(Organisation, organisation=row, on=ended, actor=actor, at=at)
    record(verb="organisation.restore", target=row, actor=actor, at=at, before=before)
    return row


def area_of(place: Place | None, area: Area | None) -> Area | None:
    """The area said, or else that of the place where it meets."""
    return area or (place.area if place else None)
