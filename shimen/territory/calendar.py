"""The table of working days: reading it, entering a year's notice, seeding the years that are known.

Seeded from chinesecalendar, which knows make-up days to 2026; a later year holds the holidays of the law
(全国年节及纪念日放假办法, 2024 revision) on their weekdays, without make-up days, and is marked provisional until somebody
pastes in its notice.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models, transaction

from shimen import remember
from shimen.errors import DomainError
from shimen.territory.models import CalendarDay, CalendarYear
from shimen.territory.workdays import NoticeDay, NoticeError, WorkingCalendar, read_notice

if TYPE_CHECKING:
    from shimen.accounts.models import User

FIRST_YEAR, LAST_OFFICIAL = 2019, 2026
# The days of the law itself in years whose notice is not out yet: lunar feasts looked up in the almanac.
OF_THE_LAW: dict[int, dict[str, str]] = {
    2027: {
        "01-01": "元旦",
        "02-05": "春节",
        "02-06": "春节",
        "02-07": "春节",
        "02-08": "春节",
        "04-05": "清明节",
        "05-01": "劳动节",
        "05-02": "劳动节",
        "06-09": "端午节",
        "09-15": "中秋节",
        "10-01": "国庆节",
        "10-02": "国庆节",
        "10-03": "国庆节",
    }
}
FEASTS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


class CalendarError(DomainError):
    """A year's notice cannot be entered."""


def load(first: dt.date, last: dt.date) -> WorkingCalendar:
    """The calendar of the years of a span and of the years around it (one query, once for a page)."""
    return _of_years(first.year - 1, last.year + 1)


_NEW_YEAR = models.Func(
    models.F("year"), models.Value(1), models.Value(1), function="make_date", output_field=models.DateField()
)


@remember.for_one_page
def _of_years(first: int, last: int) -> WorkingCalendar:
    years = range(first, last + 1)
    days = CalendarDay.objects.filter(day__year__gte=years[0], day__year__lte=years[-1])
    official = CalendarYear.objects.filter(year__in=years, is_official=True)
    # The first of January stands for a year whose notice has been entered.
    first_days = (
        official.order_by().annotate(day=_NEW_YEAR).values_list("day", models.Value(None, models.BooleanField()))
    )
    rows = list(days.order_by().values_list("day", "is_working").union(first_days, all=True))
    return WorkingCalendar(
        special={day: is_working for day, is_working in rows if is_working is not None},
        official=frozenset(day.year for day, is_working in rows if is_working is None),
    )


def working_days(start: dt.date, end: dt.date) -> list[dt.date]:
    """The working days from `start` to `end`, both included."""
    return load(start, end).working_days(start, end)


def add_working_days(start: dt.date, days: int) -> dt.date:
    """The `days`-th working day after `start`; see `WorkingCalendar.add_working_days`. Up to a year ahead."""
    return load(start, start).add_working_days(start, days)


def is_working(day: dt.date) -> bool:
    return load(day, day).is_working(day)


def is_provisional(year: int) -> bool:
    """Whether a year's notice has not been entered."""
    return not CalendarYear.objects.filter(year=year, is_official=True).exists()


@transaction.atomic
def adopt_notice(*, year: int, text: str, actor: User, at: dt.datetime) -> list[NoticeDay]:
    """Enter a year's notice: its days replace what stood for the year, which becomes official. Returns the days.

    Entering it again replaces it again; the pasted text is kept. Raises `CalendarError`.
    """
    from shimen.audit.record import record

    days = preview_notice(year=year, text=text)
    row, _ = CalendarYear.objects.select_for_update().get_or_create(year=year)
    before = {"is_official": row.is_official, "days": CalendarDay.objects.filter(day__year=year).count()}
    CalendarDay.objects.filter(day__year=year).delete()
    # A notice may send people to work on the last days of the year before (2027-01-01 and a make-up day in December).
    CalendarDay.objects.filter(day__in=[day.day for day in days]).delete()
    CalendarDay.objects.bulk_create(CalendarDay(day=d.day, is_working=d.is_working, name=d.name) for d in days)
    row.is_official, row.notice = True, text.strip()
    row.save()
    after = {"is_official": True, "days": len(days)}
    record(verb="territory.adopt_notice", target=row, actor=actor, at=at, before=before, after=after)
    return days


def preview_notice(*, year: int, text: str) -> list[NoticeDay]:
    """What a pasted notice says, without entering it. Raises `CalendarError`."""
    try:
        days = read_notice(text, year=year)
    except NoticeError as error:
        raise CalendarError(f"{error}。", field="text") from error
    strays = [day.day for day in days if abs(day.day.year - year) > 1]
    if strays:
        raise CalendarError(f"通知里出现了 {strays[0].isoformat()}，不像 {year} 年的安排。", field="text")
    return days


def seed(days: models.Manager[CalendarDay] | None = None, years: models.Manager[CalendarYear] | None = None) -> None:
    """Write the years that are not in the table yet; called by a migration, with that migration's own models."""
    days, years = days or CalendarDay.objects, years or CalendarYear.objects
    known = set(years.values_list("year", flat=True))
    for year in range(FIRST_YEAR, LAST_OFFICIAL + 1):
        if year not in known:
            _write(days, years, year, _of_library(year), official=True)
    for year, feasts in OF_THE_LAW.items():
        if year not in known:
            named = {dt.date.fromisoformat(f"{year}-{day}"): name for day, name in feasts.items()}
            _write(days, years, year, {d: (False, n) for d, n in named.items() if d.weekday() < 5}, official=False)


def _of_library(year: int) -> dict[dt.date, tuple[bool, str]]:
    import chinese_calendar

    found = {}
    for n in range((dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days):
        day = dt.date(year, 1, 1) + dt.timedelta(days=n)
        is_holiday, feast = chinese_calendar.get_holiday_detail(day)
        if is_holiday != (day.weekday() >= 5):
            name = FEASTS.get(feast or "", feast or "")
            found[day] = (not is_holiday, name if is_holiday else f"{name}调休")
    return found


def _write(
    days: models.Manager[CalendarDay],
    years: models.Manager[CalendarYear],
    year: int,
    special: dict[dt.date, tuple[bool, str]],
    *,
    official: bool,
) -> None:
    notice = "按 chinesecalendar 录入，与国务院办公厅通知一致" if official else "通知未发布，暂按法定节日推算，没有调休"
    years.create(year=year, is_official=official, notice=notice)
    days.bulk_create(
        [days.model(day=day, is_working=working, name=name) for day, (working, name) in special.items()],
        ignore_conflicts=True,
    )
