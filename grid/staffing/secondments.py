"""Verbs on people lent to a grid by departments: lending, changing duties, renewing, ending, moving to another grid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from grid.chain import persons
from grid.models import Secondment
from grid.staffing.holding import StaffingError, checked_account, checked_name, checked_reason, locked
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.privacy.masks import mask_name
from shimen.territory.models import Area

LONGEST_YEARS = 5
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is lent: the kind of department, the unit by its name, the person."""

    whose: str
    home_unit: str
    name: str
    is_young: bool = False
    user: User | None = None


@transaction.atomic
def second(
    *, grid: Area, person: Person, duties: str, since: dt.date, until: dt.date, actor: User, at: dt.datetime
) -> Secondment:
    """Somebody is lent to a grid from `since` to `until`, both included; may be agreed ahead.

    Raises `StaffingError`: no unit, name or duties; an end before the beginning or years away; the same person, or the same
    account, lent on one of these days already.
    """
    area = locked(grid, actor)
    if person.whose not in Secondment.Whose.values:
        raise StaffingError("选从哪里来。", field="whose")
    unit = " ".join(person.home_unit.split())[:80]
    if not unit:
        raise StaffingError("写明原单位。", field="home_unit")
    checked_account(area, person.user)
    _check_days(since, until)
    if until < clock.day_of(at):
        raise StaffingError("下沉期已经过了，不用登记。", field="until")
    name = checked_name(person.name)
    row = Secondment(
        street_id=area.street_id, grid=area, whose=person.whose, home_unit=unit, name=name, is_young=person.is_young,
        user=person.user, duties=_duties(duties), person_key=persons.key(name=name, unit=unit),
        valid=DateRange(since, until + _DAY),
    )  # fmt: skip
    _check_free(row)
    with as_sentences(StaffingError, field="name"):
        row.save(force_insert=True)
    record(verb="grid.second", target=area, actor=actor, at=at, after=_said(row))
    return row


def _said(row: Secondment) -> dict[str, str]:
    return {
        "person": mask_name(row.name), "unit": row.home_unit, "grid": str(row.grid), "since": str(row.since),
        "until": str(row.last_day),
    }  # fmt: skip


def _duties(duties: str) -> str:
    text = " ".join(duties.split())
    if len(text) < 4:
        raise StaffingError("写明在网格里做什么。", field="duties")
    return text[:300]


def _check_days(since: dt.date, until: dt.date, *, field: str = "until") -> None:
    if until < since:
        raise StaffingError("结束日不能早于起始日。", field=field)
    if (until - since).days > LONGEST_YEARS * 366:
        raise StaffingError(f"一次最多 {LONGEST_YEARS} 年，到期可以续派。", field=field)


def _check_free(row: Secondment) -> None:
    """Name the grid in which the person is on one of these days, before the constraint has to refuse."""
    taken = Secondment.objects.filter(street=row.street_id, valid__overlap=row.valid).exclude(pk=row.pk)
    for found, field in ((taken.filter(person_key=row.person_key), "name"),
                         (taken.filter(user=row.user) if row.user else taken.none(), "user")):  # fmt: skip
        other = found.select_related("grid").first()
        if other is not None:
            raise StaffingError(
                f"{other.name}{other.since} 至 {other.last_day} 下沉在{other.grid}，先结束那一段。", field=field
            )


def _held(row: Secondment, actor: User) -> tuple[Area, Secondment]:
    area = locked(row.grid, actor)
    fresh = Secondment.objects.select_for_update(of=("self",)).select_related("grid", "user").get(pk=row.pk)
    if fresh.valid.isempty:
        raise StaffingError(f"{fresh.name}的下沉没有开始就取消了。")
    return area, fresh


def _not_over(row: Secondment, at: dt.datetime) -> None:
    if row.valid.upper <= clock.day_of(at):
        raise StaffingError(f"{row.name}的下沉 {row.last_day} 已经结束，再来就登记新的一段。")


@transaction.atomic
def change_duties(*, secondment: Secondment, duties: str, actor: User, at: dt.datetime) -> Secondment:
    """Say anew what somebody does in the grid."""
    area, row = _held(secondment, actor)
    _not_over(row, at)
    before, row.duties = row.duties, _duties(duties)
    if before == row.duties:
        return row
    row.save(update_fields=["duties"])
    record(verb="grid.change_duties", target=area, actor=actor, at=at, before={"duties": before},
           after={"person": mask_name(row.name), "duties": row.duties})  # fmt: skip
    return row


@transaction.atomic
def renew(
    *, secondment: Secondment, until: dt.date, actor: User, at: dt.datetime, seen: dt.date | None = None
) -> Secondment:
    """Somebody stays longer: `until` is the new last day. `seen` is the last day that the page showed.

    Raises `StaffingError`: it is over, not later than before, lent elsewhere on the added days, renewed meanwhile.
    """
    area, row = _held(secondment, actor)
    if seen is not None and seen != row.last_day:
        raise StaffingError(f"刚刚有人改过，现在到 {row.last_day}。看过再续。", field="until")
    _not_over(row, at)
    last = row.last_day
    if last is None or until <= last:
        raise StaffingError(f"要晚于现在的结束日 {last}。", field="until")
    _check_days(max(row.valid.lower, last), until)
    row.valid, row.renewals = DateRange(row.valid.lower, until + _DAY), row.renewals + 1
    _check_free(row)
    with as_sentences(StaffingError, field="until"):
        row.save(update_fields=["valid", "renewals"])
    record(verb="grid.renew_secondment", target=area, actor=actor, at=at, before={"until": str(last)}, after=_said(row))
    return row


@transaction.atomic
def end(*, secondment: Secondment, on: dt.date, reason: str, actor: User, at: dt.datetime) -> Secondment:
    """Somebody goes back before the end: `on` is the first day on which they are not in the grid; may be said ahead.

    One that has not begun is taken back by its own first day.
    """
    area, row = _held(secondment, actor)
    _not_over(row, at)
    reason = checked_reason(reason)
    if on < row.valid.lower:
        raise StaffingError(f"{row.valid.lower} 才开始下沉，不能更早。", field="on")
    if on >= row.valid.upper:
        raise StaffingError(f"本来到 {row.last_day} 就结束。要更早才算提前结束。", field="on")
    before = {"until": str(row.last_day)}
    row.valid, row.end_reason = DateRange(row.valid.lower, on), reason
    row.save(update_fields=["valid", "end_reason"])
    record(verb="grid.end_secondment", target=area, actor=actor, at=at, before=before, reason=reason,
           after={"person": mask_name(row.name), "on": str(on)})  # fmt: skip
    return row


@transaction.atomic
def move(*, secondment: Secondment, grid: Area, on: dt.date, actor: User, at: dt.datetime) -> Secondment:
    """From a day on somebody works in another grid, until the same end. Raises `StaffingError`."""
    first, second_ = sorted((secondment.grid, grid), key=lambda area: str(area.pk))
    locked(first, actor)
    locked(second_, actor)
    area, row = _held(secondment, actor)
    _not_over(row, at)
    if grid.pk == row.grid_id:
        raise StaffingError(f"本来就在{grid}。", field="grid")
    if not row.valid.lower <= on < row.valid.upper:
        raise StaffingError(f"要在 {row.valid.lower} 到 {row.last_day} 之间。", field="on")
    upper = row.valid.upper
    row.valid, row.end_reason = DateRange(row.valid.lower, on), f"调到{grid}"
    row.save(update_fields=["valid", "end_reason"])
    new = Secondment(
        street_id=row.street_id, grid=grid, whose=row.whose, home_unit=row.home_unit, name=row.name,
        is_young=row.is_young, user=row.user, duties=row.duties, person_key=row.person_key, valid=DateRange(on, upper),
    )  # fmt: skip
    with as_sentences(StaffingError, field="grid"):
        new.save(force_insert=True)
    record(verb="grid.move_secondment", target=area, actor=actor, at=at, before={"grid": str(area)}, after=_said(new))
    return new
