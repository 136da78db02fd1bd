"""Booking a space: what is refused and in which sentence, waiting, consent, moving, the door."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from shimen.audit.models import AccessLog
from shimen.territory.models import CalendarDay
from supply import tasks
from supply.bookings import booking, door, feeds, series, waiting
from supply.bookings.wanted import BookingError
from supply.models import Booking, Hold, SupplyRule
from supply.rules.booking_states import State
from supply.timing.opening import Span
from supply.timing.series import Frequency, Pattern
from supply.venues import hours, places
from tests import make, venues
from tests.venues import TOMORROW, wanted

pytestmark = pytest.mark.django_db
AT = make.AT


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def hall(town):
    return venues.space(venues.venue(town.first_grid), name="网格议事厅")


def begin_of(row: Booking) -> dt.datetime:
    return row.starts_at


def test_a_booking_is_confirmed_at_once_and_leaves_one_line_in_the_log(town, hall):
    row = venues.booked(hall, town.secretary)
    assert (row.state, len(row.code), row.holds.count()) == (State.CONFIRMED, 6, 1)
    line = AccessLog.objects.get(verb="booking.book")
    assert (line.object_id, line.actor) == (str(row.pk), town.secretary)


def test_a_space_that_wants_consent_waits_for_it(town, hall):
    hall.needs_consent = True
    hall.save()
    row = venues.booked(hall, town.secretary)
    assert row.state == State.PENDING
    with pytest.raises(BookingError, match="已被“主题党日”"):
        venues.booked(hall, town.staff)
    booking.agree(booking=row, actor=town.staff, at=AT)
    with pytest.raises(BookingError, match="现在是“已订”"):
        booking.agree(booking=row, actor=town.staff, at=AT)
    assert AccessLog.objects.filter(verb="booking.agree").count() == 1


WRONG = [
    ({"people": 21}, "people", "最多容纳 20 人，现在写了 21 人"),
    ({"people": 0}, "people", "至少 1 人"),
    ({"title": "  "}, "title", "写一句用途"),
    ({"span": Span(480, 600)}, "opens", "开放 09:00—21:00，08:00—10:00 不在里面"),
    ({"span": Span(600, 600)}, "closes", "结束要晚于开始"),
    ({"span": Span(540, 960)}, "closes", "一次最长订 6 小时"),
    ({"day": make.TODAY - dt.timedelta(days=1)}, "opens", "已经过去"),
    ({"day": make.TODAY + dt.timedelta(days=181)}, "day", "最多提前 180 天"),
    ({"day": dt.date(2027, 1, 1)}, "day", "（节假日）不开放"),
]


@pytest.mark.parametrize(("given", "field", "sentence"), WRONG)
def test_what_cannot_be_is_refused_in_one_sentence_and_nothing_is_written(town, hall, given, field, sentence):
    CalendarDay.objects.update_or_create(day=dt.date(2027, 1, 1), defaults={"is_working": False, "name": "元旦"})
    with pytest.raises(BookingError, match=sentence) as refused:
        booking.book(wanted=wanted(hall, **given), actor=town.staff, at=AT)
    assert refused.value.field == field
    assert not Booking.objects.exists()


def test_a_closed_day_refuses_what_an_ordinary_day_would_take(town, hall):
    made, outside = hours.set_day(
        venue=hall.venue, space=None, day=TOMORROW, span=None, reason="检修", actor=town.staff, at=AT
    )
    assert not outside
    with pytest.raises(BookingError, match="不开放"):
        venues.booked(hall, town.staff)
    hours.withdraw_day(day_hours=made, actor=town.staff, at=AT)
    venues.booked(hall, town.staff)


def test_closing_a_day_names_what_is_booked_then(town, hall):
    row = venues.booked(hall, town.staff)
    _, outside = hours.set_day(
        venue=hall.venue, space=hall, day=TOMORROW, span=Span(720, 1020), reason="上午检修", actor=town.staff, at=AT
    )
    assert outside == [row]


def test_a_walk_in_space_and_one_given_up_are_not_booked(town, hall):
    hall.takes_bookings = False
    hall.save()
    with pytest.raises(BookingError, match="不用预订"):
        venues.booked(hall, town.staff)
    other = venues.space(hall.venue)
    places.retire_space(space=other, reason="改作他用", actor=town.staff, at=AT)
    with pytest.raises(BookingError, match="刚刚停用"):
        venues.booked(other, town.staff)  # filled in before it was given up


def test_a_taken_slot_names_who_has_it_and_what_is_free_nearby(town, hall):
    venues.booked(hall, town.secretary, title="支委会")
    with pytest.raises(BookingError, match="已被“支委会”（09:00—11:00）订走。最近有空") as refused:
        venues.booked(hall, town.staff, span=Span(600, 720))
    assert [slot.span.words for slot in refused.value.free] == ["11:00—13:00", "13:00—15:00", "15:00—17:00"]


def test_slots_that_only_touch_do_not_collide(town, hall):
    venues.booked(hall, town.secretary)
    venues.booked(hall, town.staff, span=Span(660, 720))
    assert Hold.objects.filter(stands=True).count() == 2


def test_equipment_and_lecturers_are_never_booked_twice(town, hall):
    other = venues.space(hall.venue)
    projector, teacher = venues.equipment(hall.venue), venues.speaker(hall.venue, name="讲某甲")
    venues.booked(hall, town.staff, equipment=(projector,), speakers=(teacher,))
    with pytest.raises(BookingError, match=f"{projector.name}已被"):
        venues.booked(other, town.staff, equipment=(projector,))
    with pytest.raises(BookingError, match="讲某甲已被"):
        venues.booked(other, town.staff, speakers=(teacher,))
    foreign = venues.equipment(venues.venue(town.second_grid))
    with pytest.raises(BookingError, match="在别的阵地"):
        venues.booked(other, town.staff, equipment=(foreign,))


def test_the_database_itself_refuses_a_second_hold(town, hall):
    first = venues.booked(hall, town.staff)
    hold = first.holds.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.create(street=town.street, booking=first, space=hall, during=hold.during)


def test_a_street_may_set_how_far_ahead_is_booked(town, hall):
    SupplyRule.objects.create(
        street=town.street, key="booking_ahead_days", value=7, since=make.TODAY, basis="示例", made_at=AT
    )
    with pytest.raises(BookingError, match="最多提前 7 天"):
        venues.booked(hall, town.staff, day=make.TODAY + dt.timedelta(days=8))


# ---- waiting, moving, cancelling


def test_whoever_waited_longest_is_offered_what_becomes_free_and_takes_it(town, hall):
    row = venues.booked(hall, town.secretary)
    first = booking.wait(wanted=wanted(hall, title="甲"), actor=town.staff, at=AT)
    second = booking.wait(wanted=wanted(hall, title="乙"), actor=town.visitor, at=AT + dt.timedelta(minutes=1))
    with pytest.raises(BookingError, match="已经在候补"):
        booking.wait(wanted=wanted(hall), actor=town.staff, at=AT)
    waiting.cancel(booking=row, reason="改到线上开", actor=town.secretary, at=AT)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.OFFERED, State.WAITING)
    with pytest.raises(BookingError, match="已被“甲”"):
        venues.booked(hall, town.secretary)
    assert waiting.take(booking=first, actor=town.staff, at=AT).state == State.CONFIRMED


def test_an_offer_that_is_not_taken_goes_to_the_next(town, hall):
    row = venues.booked(hall, town.secretary, day=TOMORROW + dt.timedelta(days=3))
    ask = wanted(hall, day=TOMORROW + dt.timedelta(days=3))
    first = booking.wait(wanted=ask, actor=town.staff, at=AT)
    second = booking.wait(wanted=ask, actor=town.visitor, at=AT + dt.timedelta(minutes=1))
    waiting.cancel(booking=row, reason="改到线上开", actor=town.secretary, at=AT)
    later = AT + dt.timedelta(hours=13)
    first.refresh_from_db()
    with pytest.raises(BookingError, match="保留的时间过了"):
        waiting.take(booking=first, actor=town.staff, at=later)
    assert door.settle(street=town.street, at=later)["lapsed"] == 1
    second.refresh_from_db()
    assert second.state == State.OFFERED
    assert door.settle(street=town.street, at=later) == {"released": 0, "lapsed": 0}


def test_nobody_waits_for_what_is_free(town, hall):
    with pytest.raises(BookingError, match="直接订"):
        booking.wait(wanted=wanted(hall), actor=town.staff, at=AT)


def test_a_moved_booking_leaves_its_slot_to_who_waits_for_it(town, hall):
    row = venues.booked(hall, town.secretary)
    queued = booking.wait(wanted=wanted(hall), actor=town.staff, at=AT)
    moved = waiting.shift(booking=row, wanted=wanted(hall, span=Span(600, 720)), actor=town.secretary, at=AT)
    assert moved.revision == 1
    queued.refresh_from_db()
    assert queued.state == State.WAITING  # ten to eleven is still taken
    waiting.shift(booking=moved, wanted=wanted(hall, span=Span(660, 780)), actor=town.secretary, at=AT)
    queued.refresh_from_db()
    assert queued.state == State.OFFERED


def test_a_booking_may_be_moved_over_itself_and_not_onto_another(town, hall):
    row = venues.booked(hall, town.secretary)
    venues.booked(hall, town.staff, span=Span(720, 780))
    waiting.shift(booking=row, wanted=wanted(hall, span=Span(570, 690)), actor=town.secretary, at=AT)
    with pytest.raises(BookingError, match="订走"):
        waiting.shift(booking=row, wanted=wanted(hall, span=Span(690, 750)), actor=town.secretary, at=AT)
    row.refresh_from_db()
    assert row.starts_at.astimezone(AT.tzinfo).hour == 9


def test_cancelling_wants_a_reason_and_is_done_once(town, hall):
    row = venues.booked(hall, town.secretary)
    with pytest.raises(BookingError, match="写明原因"):
        waiting.cancel(booking=row, reason="不", actor=town.secretary, at=AT)
    waiting.cancel(booking=row, reason="改到线上开", actor=town.secretary, at=AT)
    with pytest.raises(BookingError, match="已取消"):
        waiting.cancel(booking=row, reason="改到线上开", actor=town.secretary, at=AT)
    venues.booked(hall, town.staff)


# ---- series


def weekly(**given) -> Pattern:
    values = {
        "frequency": Frequency.WEEKLY,
        "first": TOMORROW,
        "until": dt.date(2027, 1, 31),
        "weekdays": frozenset({1}),
    }
    return Pattern(**(values | given))


def test_every_occurrence_of_a_series_is_a_booking(town, hall):
    made, rows = series.book(wanted=wanted(hall), pattern=weekly(), skip_holidays=False, actor=town.secretary, at=AT)
    assert len(rows) == made.bookings.count() == 10
    assert Hold.objects.filter(stands=True).count() == 10
    assert AccessLog.objects.filter(verb="booking.book_series").count() == 1


def test_a_series_that_collides_names_the_occurrences_and_books_none(town, hall):
    venues.booked(hall, town.staff, day=TOMORROW + dt.timedelta(days=14), title="楼务会")
    with pytest.raises(BookingError, match="10 次里有 1 次撞上：12-08 网格议事厅已被“楼务会”") as refused:
        series.book(wanted=wanted(hall), pattern=weekly(), skip_holidays=False, actor=town.secretary, at=AT)
    assert refused.value.free
    assert Booking.objects.count() == 1
    skipping = weekly(skipped=frozenset({TOMORROW + dt.timedelta(days=14)}))
    _, rows = series.book(wanted=wanted(hall), pattern=skipping, skip_holidays=False, actor=town.secretary, at=AT)
    assert len(rows) == 9


def test_a_series_over_a_holiday_says_so_and_may_leave_it_out(town, hall):
    off = dt.date(2026, 12, 29)
    CalendarDay.objects.update_or_create(day=off, defaults={"is_working": False, "name": "示例节"})
    with pytest.raises(BookingError, match="12-29 是节假日") as refused:
        series.book(wanted=wanted(hall), pattern=weekly(), skip_holidays=False, actor=town.secretary, at=AT)
    assert refused.value.field == "skip_holidays"
    assert not Booking.objects.exists()
    _, rows = series.book(wanted=wanted(hall), pattern=weekly(), skip_holidays=True, actor=town.secretary, at=AT)
    assert len(rows) == 9


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"until": TOMORROW - dt.timedelta(days=1)}, "一次也没有"),
        ({"until": dt.date(2027, 11, 1)}, "最多订到"),
        ({"until": dt.date(2030, 1, 1), "weekdays": frozenset({0, 1, 2})}, "最多 104 次"),
    ],
)
def test_a_series_without_end_or_without_days_is_refused(town, hall, given, sentence):
    with pytest.raises(BookingError, match=sentence):
        series.book(wanted=wanted(hall), pattern=weekly(**given), skip_holidays=True, actor=town.secretary, at=AT)


def test_the_rest_of_a_series_is_cancelled_together(town, hall):
    made, _ = series.book(wanted=wanted(hall), pattern=weekly(), skip_holidays=False, actor=town.secretary, at=AT)
    ended = series.cancel_rest(series=made, since=dt.date(2027, 1, 1), reason="换到别处开", actor=town.secretary, at=AT)
    assert ended == 4
    assert made.bookings.standing().count() == 6


# ---- the door


def test_those_who_booked_check_in_with_their_code_from_half_an_hour_before(town, hall):
    row = venues.booked(hall, town.secretary)
    with pytest.raises(BookingError, match="提前 30 分钟起"):
        door.check_in_by_code(space=hall, code=row.code, at=row.starts_at - dt.timedelta(minutes=31))
    with pytest.raises(BookingError, match="没有这个入场码"):
        door.check_in_by_code(space=hall, code="12", at=row.starts_at)
    spaced = f"{row.code[:3]} {row.code[3:]}"
    assert door.check_in_by_code(space=hall, code=spaced, at=row.starts_at).state == State.USED
    door.check_in_by_code(space=hall, code=row.code, at=row.starts_at)
    assert AccessLog.objects.filter(verb="booking.check_in").count() == 1


def test_what_nobody_checked_in_for_is_released_and_offered_on(town, hall):
    row = venues.booked(hall, town.secretary, span=Span(540, 780))
    at = row.starts_at + dt.timedelta(minutes=20)
    assert door.settle(street=town.street, at=at - dt.timedelta(minutes=1))["released"] == 0
    assert door.settle(street=town.street, at=at)["released"] == 1
    row.refresh_from_db()
    assert row.state == State.RELEASED
    with pytest.raises(BookingError, match="已经释放"):
        door.check_in_by_code(space=hall, code=row.code, at=at)
    booking.book(wanted=wanted(hall, span=Span(570, 660)), actor=town.staff, at=at)


def test_the_worker_settles_every_street_by_the_clock(town, hall, settings):
    row = venues.booked(hall, town.secretary)
    settings.SHIMEN_NOW = row.starts_at + dt.timedelta(minutes=30)
    tasks.settle_bookings()
    tasks.settle_bookings()
    row.refresh_from_db()
    assert row.state == State.RELEASED
    assert AccessLog.objects.filter(verb="booking.release").count() == 1


def test_who_checked_in_is_not_released(town, hall):
    row = venues.booked(hall, town.secretary)
    door.check_in(booking=row, actor=town.staff, at=row.starts_at)
    assert door.settle(street=town.street, at=row.ends_at)["released"] == 0


def test_a_calendar_address_is_kept_as_a_hash_and_a_new_one_ends_the_old(town, hall):
    first = feeds.issue(venue=hall.venue, space=hall, actor=town.staff, at=AT)
    assert feeds.find(first).space == hall
    second = feeds.issue(venue=hall.venue, space=hall, actor=town.staff, at=AT)
    whole = feeds.issue(venue=hall.venue, actor=town.staff, at=AT)
    assert feeds.find(first) is None
    assert feeds.find(second)
    assert feeds.find(whole).space is None
    assert feeds.stop(venue=hall.venue, space=hall, actor=town.staff, at=AT)
    assert feeds.find(second) is None


# ---- at the same moment


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_book_one_slot_at_once_one_has_it_and_nine_are_told_what_is_free():
    town = make.town()
    hall = venues.space(venues.venue(town.first_grid), name="网格议事厅")
    outcomes, start = [], threading.Barrier(10)

    def book() -> None:
        start.wait()
        try:
            booking.book(wanted=wanted(hall), actor=town.staff, at=AT)
            outcomes.append("won")
        except BookingError as told:
            outcomes.append((told.sentence, len(told.free)))
        finally:
            connection.close()

    threads = [threading.Thread(target=book) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("won") == 1
    refused = [outcome for outcome in outcomes if outcome != "won"]
    assert len(refused) == 9
    assert all("已被“主题党日”" in sentence and "最近有空" in sentence and free == 3 for sentence, free in refused)
    assert Booking.objects.count() == Hold.objects.count() == 1
