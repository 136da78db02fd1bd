"""Letting go of the names of those who left a committee long ago; that the seat was held, and when, stays."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import QuerySet

from branches.models import Seat
from shimen.privacy import register
from shimen.privacy.retention import Rule, declare_rules
from shimen.territory.models import Street

FORGOTTEN = "（已到保存期限）"
_FIELD = ("branches.Seat", "name")


def _due(street: Street, on: dt.date) -> QuerySet[Seat]:
    field = next(field for field in register.declared() if (field.model, field.name) == _FIELD)
    last = on - dt.timedelta(days=field.retention_days)
    rows: QuerySet[Seat] = Seat.objects.filter(street=street, valid__endswith__lte=last).exclude(name=FORGOTTEN)
    return rows


def _erase(ids: list[uuid.UUID], at: dt.datetime) -> int:
    return Seat.objects.filter(pk__in=ids).update(name=FORGOTTEN, home_unit="", user=None)


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    declare_rules(Rule("seat.left", "离任的班子成员", (_FIELD,), _due, _erase))
