"""The declared period with which the months' cases are compared, and cases of the ledger from before."""

from __future__ import annotations

import calendar
import datetime as dt

from django.db import transaction

from grid.chain.cases import CaseState
from grid.models import CaseBaseline, DistrictCase, Matter
from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role, User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory.models import Area, Street

FORMULA = "（当月上报件数 − 基准期月均件数）÷ 基准期月均件数 × 100 %；月均＝基准期上报件数 ÷ 月数；街道撤回的不算。"
LEAST_MONTHS = 3


class BaselineError(DomainError):
    """The baseline cannot be declared so."""


def of(street: Street) -> CaseBaseline | None:
    """The baseline that holds: the last that was declared."""
    found: CaseBaseline | None = CaseBaseline.objects.filter(street=street).in_force().first()
    return found


@transaction.atomic
def declare(*, street: Street, first: dt.date, last: dt.date, why: str, actor: User, at: dt.datetime) -> CaseBaseline:
    """Declare whole months as the baseline; an earlier declaration stays on record.

    Raises `BaselineError`: fewer than three months, not over yet, without a reason, or without a single case in it.
    """
    _only_staff(actor, street)
    first, last = first.replace(day=1), last_day(last)
    row = CaseBaseline(street=street, first=first, last=last, formula=FORMULA, why=why.strip()[:300])
    if last < first or row.months < LEAST_MONTHS:
        raise BaselineError(f"基准期至少 {LEAST_MONTHS} 个月。", field="last")
    if last >= clock.day_of(at):
        raise BaselineError("基准期要选已经过完的月份。", field="last")
    if not row.why:
        raise BaselineError("写明为什么选这一段。", field="why")
    if not DistrictCase.objects.filter(street=street).reported().opened_in(first, last).exists():
        raise BaselineError("这一段没有上报的案件，先把平台台账补录进来。", field="first")
    row.declared_at, row.declared_by = at, actor
    row.save(force_insert=True)
    record(verb="grid.declare_baseline", target=row, actor=actor, at=at,
           after={"first": str(first), "last": str(last)}, reason=row.why)  # fmt: skip
    return row


@transaction.atomic
def enter(
    *, street: Street, platform_number: str, title: str, category: str, area: Area | None, opened_on: dt.date,
    actor: User, at: dt.datetime,
) -> DistrictCase:  # fmt: skip
    """Enter a case of the platform's ledger from before matters were kept here; once per number of the platform."""
    _only_staff(actor, street)
    number, title = platform_number.strip()[:40], title.strip()[:80]
    if not number:
        raise BaselineError("写平台编号。", field="platform_number")
    if not title:
        raise BaselineError("写标题。", field="title")
    if category not in Matter.Category:
        raise BaselineError("选类别。", field="category")
    if opened_on > clock.day_of(at):
        raise BaselineError("上报日期不能晚于今天。", field="opened_on")
    if DistrictCase.objects.filter(street=street, number=number).exists():
        raise BaselineError(f"平台编号 {number} 已经录过。", field="platform_number")
    when = dt.datetime.combine(opened_on, dt.time(12), clock.SHANGHAI)
    row = DistrictCase.objects.create(
        street=street, number=number, origin=DistrictCase.Origin.LEDGER, title=title, category=category, area=area,
        opened_on=opened_on, opened_at=min(when, at), opened_by=actor, state=CaseState.FINISHED.value, ended_at=at,
    )  # fmt: skip
    record(verb="grid.enter_ledger_case", target=row, actor=actor, at=at, after={"opened_on": str(opened_on)})
    return row


def last_day(day: dt.date) -> dt.date:
    """The last day of the month of a day."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _only_staff(actor: User, street: Street) -> None:
    if not scope_of(actor).covers(street.pk, None, role=Role.STAFF):
        raise BaselineError("基准期和台账由街道管。")
