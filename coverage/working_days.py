"""Working days of a span, from the calendar's rows: the plain week except where a day says otherwise."""

from __future__ import annotations

import datetime as dt

from shimen.territory.models import CalendarDay


def working_days(first: dt.date, last: dt.date) -> list[dt.date]:
    """The working days from `first` to `last`, both included, ascending; one query."""
    known = dict(CalendarDay.objects.filter(day__range=(first, last)).values_list("day", "is_working"))
    span = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in span if known.get(day, day.weekday() < 5)]
