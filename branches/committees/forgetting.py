"""Letting go of the names of those who left a committee long ago (that the seat was held, and when, stays), and of what
workbooks of committees said."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import QuerySet

from branches.models import CommitteeSheetRow, Seat
from shimen import clock
from shimen.privacy import register
from shimen.privacy.retention import Rule, declare_rules
from shimen.territory.models import Street

FORGOTTEN = "（已到保存期限）"
_FIELD = ("branches.Seat", "name")
_SHEETS = ("branches.CommitteeSheetRow", "said")


def _last_day(key: tuple[str, str], on: dt.date) -> dt.date:
    field = next(field for field in register.declared() if (field.model, field.name) == key)
    return on - dt.timedelta(days=field.retention_days)


def _due(street: Street, on: dt.date) -> QuerySet[Seat]:
    last = _last_day(_FIELD, on)
    rows: QuerySet[Seat] = Seat.objects.filter(street=street, valid__endswith__lte=last).exclude(name=FORGOTTEN)
    return rows


def _erase(ids: list[uuid.UUID], at: dt.datetime) -> int:
    return Seat.objects.filter(pk__in=ids).update(name=FORGOTTEN, home_unit="", user=None)


def _due_sheets(street: Street, on: dt.date) -> QuerySet[CommitteeSheetRow]:
    over = dt.datetime.combine(_last_day(_SHEETS, on) + dt.timedelta(days=1), dt.time.min, clock.SHANGHAI)
    rows: QuerySet[CommitteeSheetRow] = CommitteeSheetRow.objects.filter(street=street, sheet__received_at__lt=over)
    return rows.exclude(said={})


def _erase_sheets(ids: list[uuid.UUID], at: dt.datetime) -> int:
    return CommitteeSheetRow.objects.filter(pk__in=ids).update(said={}, done={}, reason="")


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    declare_rules(
        Rule("seat.left", "离任的班子成员", (_FIELD,), _due, _erase),
        Rule("committee_sheet.rows", "班子表格的内容", (_SHEETS,), _due_sheets, _erase_sheets),
    )
