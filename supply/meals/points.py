"""The verbs on meal points, and how they stand by the clock."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from coverage.collection import numbers
from coverage.models import Entity
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory import calendar
from shimen.territory.models import CalendarDay, Place, Street
from supply.meals import hours
from supply.models import MealHours, MealPause, MealPoint, Venue

SHORTEST_REASON = 2
DAY = dt.timedelta(days=1)
LONGEST_PAUSE = dt.timedelta(days=366)


class MealError(DomainError):
    """A meal point cannot be kept like this."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is kept of a point. `first_day` is the first on which it serves; no `place` means that of the venue."""

    name: str
    place: Place | None
    entity: Entity | None
    eaters: Sequence[str]
    price: Decimal
    first_day: dt.date
    hours: Sequence[hours.Span]
    terms: str = ""
    offer: str = ""
    price_note: str = ""
    is_open_on_holidays: bool = False
    venue: Venue | None = None


@transaction.atomic
def open_point(*, street: Street, said: Said, actor: User | None, at: dt.datetime) -> MealPoint:
    """A new point. Raises `MealError`."""
    row = MealPoint(street=street, token=numbers.new_token(), made_at=at, made_by=actor)
    row.valid = DateRange(said.first_day, None)
    _write(row, said)
    record(verb="meals.open", target=row, actor=actor, at=at, after={"place": str(row.place)})
    return row


@transaction.atomic
def change(*, point: MealPoint, said: Said, actor: User, at: dt.datetime) -> MealPoint:
    """Change what is kept of a point, its hours among it."""
    row = _held(point)
    if row.is_ended:
        raise MealError("这个餐点已经停办，先恢复。")
    before = {"hours": hours.in_words(spans(row)), "price": row.price_words}
    row.valid = DateRange(said.first_day, None)
    _write(row, said)
    after = {"hours": hours.in_words(said.hours), "price": row.price_words}
    record(verb="meals.change", target=row, actor=actor, at=at, before=before, after=after)
    return row


@transaction.atomic
def pause(*, point: MealPoint, first: dt.date, last: dt.date, reason: str, actor: User, at: dt.datetime) -> MealPause:
    """It does not serve from `first` to `last`. Raises `MealError`."""
    row = _held(point)
    if row.is_ended:
        raise MealError("这个餐点已经停办。")
    if last < first:
        raise MealError("最后一天早于第一天。", field="last")
    if last < clock.day_of(at):
        raise MealError("这几天已经过去，不用再登记。", field="last")
    if last - first > LONGEST_PAUSE:
        raise MealError("停供最长一年；不再办的，点“停办”。", field="last")
    if len(reason.strip()) < SHORTEST_REASON:
        raise MealError("写一句为什么，来吃饭的人会看到，例如“装修”。", field="reason")
    made = MealPause(
        street_id=row.street_id, point=row, period=DateRange(first, last + DAY), reason=reason.strip()[:60], made_at=at,
        made_by=actor,
    )  # fmt: skip
    with as_sentences(MealError, field="first"):
        made.save(force_insert=True)
    after = {"since": first.isoformat(), "until": last.isoformat()}
    record(verb="meals.pause", target=row, actor=actor, at=at, after=after, reason=made.reason)
    return made


@transaction.atomic
def resume(*, pause: MealPause, actor: User, at: dt.datetime) -> None:
    """It serves again from today on: a pause that has not begun goes, one that has ends with yesterday."""
    row = MealPause.objects.select_for_update(of=("self",)).select_related("point").get(pk=pause.pk)
    today = clock.day_of(at)
    if row.period.upper <= today:
        raise MealError("这次停供已经过去。")
    before = {"since": row.period.lower.isoformat(), "until": row.last_day.isoformat()}
    record(verb="meals.resume", target=row.point, actor=actor, at=at, before=before)
    if row.period.lower >= today:
        row.delete()
        return
    row.period = DateRange(row.period.lower, today)
    row.save(update_fields=["period"])


@transaction.atomic
def end(*, point: MealPoint, reason: str, actor: User, at: dt.datetime) -> MealPoint:
    """From tomorrow on there is no such point any more."""
    row = _held(point)
    if row.is_ended:
        raise MealError("这个餐点已经停办。")
    if len(reason.strip()) < SHORTEST_REASON:
        raise MealError("写一句为什么停办。", field="reason")
    after = max(clock.day_of(at), row.valid.lower) + DAY
    row.valid, row.end_reason = DateRange(row.valid.lower, after), reason.strip()[:120]
    row.save(update_fields=["valid", "end_reason"])
    record(verb="meals.end", target=row, actor=actor, at=at, reason=row.end_reason)
    return row


@transaction.atomic
def reopen(*, point: MealPoint, actor: User, at: dt.datetime) -> MealPoint:
    """There is such a point again."""
    row = _held(point)
    if not row.is_ended:
        raise MealError("这个餐点没有停办。")
    row.valid, row.end_reason = DateRange(row.valid.lower, None), ""
    with as_sentences(MealError):
        row.save(update_fields=["valid", "end_reason"])
    record(verb="meals.reopen", target=row, actor=actor, at=at)
    return row


# ---- by the clock


def spans(point: MealPoint) -> list[hours.Span]:
    """Its hours as the pure module takes them."""
    return [hours.Span(row.weekday, row.opens, row.closes) for row in point.hours.all()]


def standing(points: Iterable[MealPoint], at: dt.datetime) -> list[tuple[MealPoint, hours.Now]]:
    """How each point stands at an instant; one query for the holidays besides what `with_rows` fetched."""
    local = at.astimezone(clock.SHANGHAI)
    holidays = _holidays(local.date())
    return [(point, hours.now(_offer(point, holidays), local)) for point in points]


def now_open(*, street: uuid.UUID, at: dt.datetime) -> list[tuple[MealPoint, hours.Now]]:
    """The points of a street that serve now, for a venue's day."""
    rows = MealPoint.objects.filter(street_id=street).standing(clock.day_of(at)).with_rows().in_order()
    return [(point, now) for point, now in standing(rows, at) if now.is_open]


def find(token: str) -> MealPoint | None:
    """The point of a public address."""
    found: MealPoint | None = MealPoint.objects.with_rows().select_related("street").filter(token=token).first()
    return found


def _offer(point: MealPoint, holidays: Collection[dt.date]) -> hours.Offer:
    pauses = [hours.Pause(row.period.lower, row.period.upper, row.reason) for row in point.pauses.all()]
    shut = () if point.is_open_on_holidays else holidays
    return hours.Offer(spans(point), pauses, point.valid.lower, point.valid.upper, shut)


def _holidays(day: dt.date) -> set[dt.date]:
    """The holidays of the next weeks: weekdays that the calendar names, and weekends that hang on them."""
    span = [day + DAY * n for n in range(-7, hours.AHEAD + 8)]
    named = set(
        CalendarDay.objects.filter(day__range=(span[0], span[-1]), is_working=False).values_list("day", flat=True)
    )
    if not named:
        return named
    work = calendar.load(span[0], span[-1])
    for order in (span, span[::-1]):
        for before, after in itertools.pairwise(order):
            if before in named and not work.is_working(after):
                named.add(after)
    return named


# ---- writing a row


def _write(row: MealPoint, said: Said) -> None:
    if not 2 <= len(said.name.strip()) <= 40:
        raise MealError("名称写 2 到 40 个字。", field="name")
    if not said.eaters:
        raise MealError("选谁可以来。", field="eaters")
    if not Decimal(0) <= said.price <= Decimal(500):
        raise MealError("价格在 0 和 500 元之间，免费写 0。", field="price")
    place = _place_of(said)
    if place.street_id != row.street_id:
        raise MealError("这个地点不在本街道。", field="place")
    if said.entity is not None and said.entity.street_id != row.street_id:
        raise MealError("这家店不在本街道的名册里。", field="entity")
    if problem := hours.problem(said.hours):
        raise MealError(problem, field="hours")
    row.name, row.place, row.entity, row.eaters = said.name.strip(), place, said.entity, list(said.eaters)
    row.venue = said.venue
    row.terms, row.offer, row.price, row.price_note = (
        said.terms.strip(),
        said.offer.strip(),
        said.price,
        said.price_note.strip(),
    )
    row.is_open_on_holidays = said.is_open_on_holidays
    with as_sentences(MealError, field="name"):
        row.save()
    row.hours.all().delete()
    MealHours.objects.bulk_create(
        MealHours(point=row, weekday=span.weekday, opens=span.opens, closes=span.closes) for span in said.hours
    )


def _place_of(said: Said) -> Place:
    """Where it is: what was said, else where its venue is."""
    if said.venue is not None and said.entity is not None:
        raise MealError("开在店里，或在阵地里，只选一样。", field="venue")
    if said.venue is not None and said.venue.closed_on is not None:
        raise MealError("这个阵地已经停用，选别的。", field="venue")
    place = said.place or (said.venue.place if said.venue else None)
    if place is None:
        words = "这个阵地还没有在地图上定位，写一下门牌。" if said.venue else "写地点，到门牌。"
        raise MealError(words, field="place")
    return place


def _held(point: MealPoint) -> MealPoint:
    return MealPoint.objects.select_for_update(of=("self",)).get(pk=point.pk)
