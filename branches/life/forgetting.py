"""When the personal data of branch life have been kept long enough: nicknames soon, names in minutes after years."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import CharField, F, QuerySet
from django.db.models.functions import Cast

from branches.life.tours import FORGOTTEN
from branches.models import Activity, Attendance, CheckIn, Minutes
from shimen import clock
from shimen.privacy.register import Basis, PersonalField
from shimen.privacy.retention import Rule, declare_rules
from shimen.territory.models import Street

NICKNAMES, NAMES = 90, 3 * 365
_MINUTES = "会议记录要写明谁来过"

FIELDS = (
    PersonalField(
        model="branches.CheckIn",
        name="nickname",
        label="探店打卡的昵称",
        whose="参加探店的人",
        purpose="让店家和主办知道谁来过",
        basis=Basis.CONSENT,
        retention_days=NICKNAMES,
        counts_from="活动结束",
    ),
    PersonalField(
        model="branches.Activity",
        name="guests",
        label="列席、来宾的姓名和单位",
        whose="列席的人",
        purpose=_MINUTES,
        basis=Basis.DUTY,
        retention_days=NAMES,
        counts_from="活动结束",
    ),
    PersonalField(
        model="branches.Minutes",
        name="chair",
        label="主持人、记录人",
        whose="主持和记录的人",
        purpose=_MINUTES,
        basis=Basis.DUTY,
        retention_days=NAMES,
        counts_from="活动结束",
    ),
    PersonalField(
        model="branches.Attendance",
        name="state",
        label="谁到会、谁请假",
        whose="党员",
        purpose=_MINUTES,
        basis=Basis.DUTY,
        retention_days=NAMES,
        counts_from="活动结束",
        is_sensitive=True,
    ),
)


def _before(on: dt.date, days: int) -> dt.datetime:
    """The first instant after the last day on which an activity may have ended."""
    return dt.datetime.combine(on - dt.timedelta(days=days - 1), dt.time.min, clock.SHANGHAI)


def _nicknames(street: Street, on: dt.date) -> QuerySet[CheckIn]:
    rows = CheckIn.objects.filter(street=street, shop__activity__ends_at__lt=_before(on, NICKNAMES))
    return rows.exclude(nickname=FORGOTTEN)


def _guests(street: Street, on: dt.date) -> QuerySet[Activity]:
    return Activity.objects.filter(street=street, ends_at__lt=_before(on, NAMES)).exclude(guests="")


def _minutes(street: Street, on: dt.date) -> QuerySet[Minutes]:
    rows = Minutes.objects.filter(street=street, activity__ends_at__lt=_before(on, NAMES))
    return rows.exclude(chair="", recorder="")


def _attendance(street: Street, on: dt.date) -> QuerySet[Attendance]:
    return Attendance.objects.filter(street=street, activity__ends_at__lt=_before(on, NAMES))


def forget_nicknames(ids: list[Any], at: dt.datetime) -> None:
    """Leave how often a shop was visited, take away by whom."""
    CheckIn.objects.filter(pk__in=ids).update(nickname=FORGOTTEN, nickname_key=Cast(F("pk"), CharField()))


def forget_guests(ids: list[Any], at: dt.datetime) -> None:
    """Take away who was there as a guest."""
    Activity.objects.filter(pk__in=ids).update(guests="")


def forget_minutes(ids: list[Any], at: dt.datetime) -> None:
    """Take away who presided and wrote; the text stays with the organisation."""
    Minutes.objects.filter(pk__in=ids).update(chair="", recorder="")


def forget_attendance(ids: list[Any], at: dt.datetime) -> None:
    """Take away who came; how many stays in the activity."""
    Attendance.objects.filter(pk__in=ids).delete()


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    declare_rules(
        Rule("life.nicknames", "探店打卡的昵称", (("branches.CheckIn", "nickname"),), _nicknames, forget_nicknames),
        Rule("life.guests", "列席、来宾的姓名", (("branches.Activity", "guests"),), _guests, forget_guests),
        Rule("life.minutes", "会议记录的主持人、记录人", (("branches.Minutes", "chair"),), _minutes, forget_minutes),
        Rule("life.attendance", "到会名单", (("branches.Attendance", "state"),), _attendance, forget_attendance),
    )
