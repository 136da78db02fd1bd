"""Letting go of the names of those who took turns, and of lecturers, long ago. That a day was served, and by somebody, stays."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import QuerySet

from shimen.privacy import register
from shimen.privacy.retention import Rule, declare_rules
from shimen.territory.models import Street
from supply.models import Speaker, StationMaster

FORGOTTEN = "（已到保存期限）"
_MASTER = ("supply.StationMaster", "name")
_SPEAKER = ("supply.Speaker", "name")


def _last_day(key: tuple[str, str], on: dt.date) -> dt.date:
    field = next(field for field in register.declared() if (field.model, field.name) == key)
    return on - dt.timedelta(days=field.retention_days)


def _masters(street: Street, on: dt.date) -> QuerySet[StationMaster]:
    rows: QuerySet[StationMaster] = StationMaster.objects.filter(street=street, until__lte=_last_day(_MASTER, on))
    return rows.exclude(name=FORGOTTEN)


def _speakers(street: Street, on: dt.date) -> QuerySet[Speaker]:
    rows: QuerySet[Speaker] = Speaker.objects.filter(street=street, retired_on__lte=_last_day(_SPEAKER, on))
    return rows.exclude(name=FORGOTTEN)


def expire_masters(ids: list[uuid.UUID], at: dt.datetime) -> None:
    StationMaster.objects.filter(pk__in=ids).update(name=FORGOTTEN, unit="", user=None)


def expire_speakers(ids: list[uuid.UUID], at: dt.datetime) -> None:
    Speaker.objects.filter(pk__in=ids).update(name=FORGOTTEN, unit="")


def declare() -> None:
    """Called once from `SupplyConfig.ready()`."""
    declare_rules(
        Rule("supply.masters", "退出轮值的站长：姓名、单位", (_MASTER,), _masters, expire_masters),
        Rule("supply.speakers", "停用的讲师：姓名、单位", (_SPEAKER,), _speakers, expire_speakers),
    )
