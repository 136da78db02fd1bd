"""Kinds of activities, and when the next of a kind is due. Pure.

A rule says how many months a kind may be apart ("每几个月至少一次"). It is read by the calendar, as branches plan: with 3
months the periods are the quarters, with 1 the months, with 12 the years. A kind held in one period is due by the last
day of the following one. An organisation owes nothing for the period in which it was founded.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


class Kind(enum.StrEnum):
    """What an activity is."""

    GENERAL = "general"
    COMMITTEE = "committee"
    GROUP = "group"
    LESSON = "lesson"
    THEME_DAY = "theme_day"
    LIFE = "life"
    REVIEW = "review"
    JOINT = "joint"
    SHOP_VISIT = "shop_visit"
    SERVICE = "service"

    @property
    def words(self) -> str:
        """As it is called."""
        return TITLES[self]

    @property
    def is_meeting(self) -> bool:
        """Held by a branch for its own members: 三会一课 and what goes with it."""
        return self not in TOGETHER

    @property
    def quorum_rule(self) -> str:
        """The rule that says how many have to come for it to decide; '' where nothing is decided."""
        return {Kind.GENERAL: "quorum_percent", Kind.COMMITTEE: "committee_quorum_percent"}.get(self, "")

    @property
    def needs_quorum(self) -> bool:
        """Whether what it decides holds only with enough of those present who have a vote."""
        return bool(self.quorum_rule)

    @property
    def voters(self) -> str:
        """Who has a vote there."""
        return "委员" if self is Kind.COMMITTEE else "正式党员"


TITLES: Mapping[Kind, str] = {
    Kind.GENERAL: "党员大会",
    Kind.COMMITTEE: "支委会",
    Kind.GROUP: "党小组会",
    Kind.LESSON: "党课",
    Kind.THEME_DAY: "主题党日",
    Kind.LIFE: "组织生活会",
    Kind.REVIEW: "民主评议",
    Kind.JOINT: "联合活动",
    Kind.SHOP_VISIT: "主播探店",
    Kind.SERVICE: "组团服务",
}
TOGETHER = (Kind.JOINT, Kind.SHOP_VISIT, Kind.SERVICE)

# Which rule of the book says how often; a 党课 is held as planned and is never due.
RULES: Mapping[Kind, str] = {
    Kind.GENERAL: "general_meeting_months",
    Kind.COMMITTEE: "committee_meeting_months",
    Kind.GROUP: "group_meeting_months",
    Kind.THEME_DAY: "theme_day_months",
    Kind.LIFE: "organisation_life_months",
    Kind.REVIEW: "review_months",
}


@dataclass(frozen=True, slots=True)
class Due:
    """A kind that is to be held by a day. `last` is when it was held last, None for never; `planned` the next one that
    stands in the calendar, if there is one."""

    kind: Kind
    by: dt.date
    last: dt.date | None = None
    planned: dt.date | None = None

    def is_overdue(self, today: dt.date) -> bool:
        return self.by < today

    def overdue_since(self, today: dt.date) -> dt.date | None:
        """The first day on which it was late; None while it is not."""
        return self.by + dt.timedelta(days=1) if self.is_overdue(today) else None

    @property
    def is_settled(self) -> bool:
        """One is planned in time."""
        return self.planned is not None and self.planned <= self.by


def period_end(day: dt.date, months: int) -> dt.date:
    """The last day of the period of `months` months that holds `day`.

    >>> period_end(dt.date(2026, 11, 23), 3)
    datetime.date(2026, 12, 31)
    """
    if months < 1:
        raise ValueError(f"a period of {months} months")
    count = day.year * 12 + day.month - 1
    return _first_of(count - count % months + months) - dt.timedelta(days=1)


def _first_of(count: int) -> dt.date:
    return dt.date(count // 12, count % 12 + 1, 1)


def due_by(*, since: dt.date, months: int) -> dt.date:
    """The day by which the next must be held after one (or the founding) on `since`: the end of the following period."""
    return period_end(period_end(since, months) + dt.timedelta(days=1), months)


def due(
    *,
    kinds: Iterable[Kind],
    founded_on: dt.date,
    months: Mapping[Kind, int],
    last: Mapping[Kind, dt.date],
    planned: Mapping[Kind, dt.date],
) -> list[Due]:
    """What an organisation has to hold next, in the order of `kinds`; those without a rule are left out."""
    found = []
    for kind in kinds:
        if kind not in months:
            continue
        held = last.get(kind)
        anchor = max(held, founded_on) if held else founded_on
        found.append(Due(kind, due_by(since=anchor, months=months[kind]), held, planned.get(kind)))
    return found


def soon(found: Iterable[Due], *, today: dt.date, within: int) -> list[Due]:
    """Those that are late, or fall due within so many days and are not planned in time."""
    last = today + dt.timedelta(days=within)
    return [each for each in found if each.is_overdue(today) or (each.by <= last and not each.is_settled)]


def has_quorum(*, due: int, present: int, percent: int) -> bool:
    """Whether enough of the full members due are present; nobody due is no quorum."""
    return due > 0 and present * 100 >= due * percent


def is_passed(*, due: int, ayes: int, percent: int) -> bool:
    """Whether a vote is carried: more than `percent` of the full members due."""
    return ayes * 100 > due * percent
