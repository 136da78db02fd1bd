"""The only place that reads the clock.

Views, tasks and commands ask here and hand the answer down as an argument (`at=`, `on=`); nothing below them does.
In trial and test mode SHIMEN_NOW may hold the clock still, so that a demonstration shows the same day tomorrow.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """The current instant, aware, in UTC."""
    fixed: dt.datetime | None = settings.SHIMEN_NOW
    if fixed is not None:
        return fixed
    return dt.datetime.now(dt.UTC)


def machine_now() -> dt.datetime:
    """The machine's own clock, which no setting holds still: for leases, time limits and retries only."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The current day in Asia/Shanghai, in which every period key is counted."""
    return day_of(now())


def day_of(at: dt.datetime) -> dt.date:
    """The day in Asia/Shanghai on which the aware instant `at` falls."""
    return at.astimezone(SHANGHAI).date()
