"""When the names in papers of meetings have been kept long enough: who came, presided and wrote goes, how many came stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from grid.models import Attendee, Meeting
from shimen import clock
from shimen.privacy.register import Basis, PersonalField
from shimen.privacy.register import declare as declare_fields
from shimen.privacy.retention import Rule, declare_rules
from shimen.territory.models import Street

NAMES = 3 * 365


def _field(model: str, name: str, label: str, whose: str) -> PersonalField:
    return PersonalField(
        model=model, name=name, label=label, whose=whose, purpose="会议纪要要写明谁来过、谁主持", basis=Basis.DUTY,
        retention_days=NAMES, counts_from="会议结束",
    )  # fmt: skip


FIELDS = (
    _field("grid.Attendee", "name", "参会人的姓名、单位、到会情况", "参会的人"),
    _field("grid.Meeting", "chair", "会议的主持人、记录人", "主持和记录的人"),
)


def _before(on: dt.date) -> dt.datetime:
    """The first instant after the last day on which a meeting may have ended."""
    return dt.datetime.combine(on - dt.timedelta(days=NAMES - 1), dt.time.min, clock.SHANGHAI)


def _attendees(street: Street, on: dt.date) -> QuerySet[Attendee]:
    return Attendee.objects.filter(street=street, meeting__ends_at__lt=_before(on))


def _chairs(street: Street, on: dt.date) -> QuerySet[Meeting]:
    return Meeting.objects.filter(street=street, ends_at__lt=_before(on)).exclude(chair="", recorder="")


def forget_attendees(ids: list[Any], at: dt.datetime) -> None:
    """Take away who was asked and who came; the counts stay in the meeting."""
    Attendee.objects.filter(pk__in=ids).delete()


def forget_chairs(ids: list[Any], at: dt.datetime) -> None:
    """Take away who presided and wrote."""
    Meeting.objects.filter(pk__in=ids).update(chair="", recorder="")


def declare() -> None:
    """Called once from `GridConfig.ready()`."""
    declare_fields(*FIELDS)
    declare_rules(
        Rule("meetings.attendees", "会议的参会名单", (("grid.Attendee", "name"),), _attendees, forget_attendees),
        Rule("meetings.chairs", "会议的主持人、记录人", (("grid.Meeting", "chair"),), _chairs, forget_chairs),
    )
