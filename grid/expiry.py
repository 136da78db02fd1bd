"""When the names that the grid keeps have been kept long enough: that somebody held an office stays, who it was goes."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import CharField, F, QuerySet
from django.db.models.functions import Cast

from grid.models import CouncilMember, GridMember, Secondment
from grid.models.councils import FORGOTTEN
from shimen.privacy import register
from shimen.privacy.retention import Rule, declare_rules
from shimen.territory.models import Street


def _last_day(model: str, on: dt.date) -> dt.date:
    """An office that ended on or before this day has been over long enough on `on`."""
    field = next(field for field in register.declared() if (field.model, field.name) == (model, "name"))
    return on - dt.timedelta(days=field.retention_days)


def _council_members(street: Street, on: dt.date) -> QuerySet[CouncilMember]:
    rows = CouncilMember.objects.filter(street=street, valid__endswith__lte=_last_day("grid.CouncilMember", on))
    return rows.exclude(name=FORGOTTEN)


def _grid_members(street: Street, on: dt.date) -> QuerySet[GridMember]:
    rows = GridMember.objects.filter(street=street, valid__endswith__lte=_last_day("grid.GridMember", on))
    return rows.exclude(name=FORGOTTEN)


def _secondments(street: Street, on: dt.date) -> QuerySet[Secondment]:
    rows = Secondment.objects.filter(street=street, valid__endswith__lte=_last_day("grid.Secondment", on))
    return rows.exclude(name=FORGOTTEN)


def _forget_council_members(ids: list[uuid.UUID], at: dt.datetime) -> int:
    return CouncilMember.objects.filter(pk__in=ids).update(name=FORGOTTEN, user=None)


def _forget_grid_members(ids: list[uuid.UUID], at: dt.datetime) -> int:
    return GridMember.objects.filter(pk__in=ids).update(name=FORGOTTEN, user=None)


def _forget_secondments(ids: list[uuid.UUID], at: dt.datetime) -> int:
    """The key by which the person was recognised goes with the name."""
    return Secondment.objects.filter(pk__in=ids).update(
        name=FORGOTTEN, user=None, person_key=Cast(F("pk"), CharField())
    )


STAFFING = (
    Rule(
        "council_member.left", "离任的议事会成员", (("grid.CouncilMember", "name"),), _council_members, _forget_council_members
    ),
    Rule("grid_member.left", "离任的网格成员", (("grid.GridMember", "name"),), _grid_members, _forget_grid_members),
    Rule("secondment.ended", "下沉结束的人员", (("grid.Secondment", "name"),), _secondments, _forget_secondments),
)  # fmt: skip


def declare() -> None:
    """Called once from `GridConfig.ready()`."""
    declare_rules(*STAFFING)
