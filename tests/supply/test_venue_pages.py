"""Pages of venues, bookings and the rota: what each shows, and what a wrong form answers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from branches.bodies import served
from supply.bookings import booking, feeds, waiting
from supply.bookings.wanted import BookingError
from supply.models import Booking, Shift
from supply.pages.calendars import stretches
from supply.rules.booking_states import State
from supply.timing.opening import Span
from supply.views import venue_works
from tests import make, organised, supplying, venues

pytestmark = pytest.mark.django_db
AT = make.AT


@pytest.fixture
def town(settings):
    settings.SHIMEN_NOW = AT
    return make.town()


@pytest.fixture
def hall(town):
    return venues.space(venues.venue(town.first_grid), name="网格议事厅")


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form(space, **given) -> dict[str, object]:
    values = {
        "space": space.pk, "day": venues.TOMORROW.isoformat(), "opens": 540, "closes": 660, "title": "主题党日", "people": 5,
    }  # fmt: skip
    return values | given


def test_the_list_of_venues_names_the_grids_that_have_none(town, hall):
    page = client_of(town.staff).get(reverse("supply:venues")).content.decode()
    assert town.second_grid.name in page
    assert "还没有阵地的网格" in page
    assert "60 ㎡" in page


@pytest.mark.parametrize("view", ["week", "day", "month"])
def test_the_calendar_shows_what_is_booked_and_costs_the_same_however_much(
    town, hall, view, django_assert_max_num_queries
):
    address = f"{reverse('supply:venue', args=[hall.venue_id])}?view={view}&day={venues.TOMORROW}"
    venues.booked(hall, town.staff, title="支委会")
    client = client_of(town.staff)
    assert "支委会" in client.get(address).content.decode()
    for hour in range(11, 17):
        venues.booked(hall, town.staff, span=Span(hour * 60, hour * 60 + 60))
    with django_assert_max_num_queries(25):
        client.get(address)


def test_the_free_stretches_of_a_day_are_what_is_left(town, hall):
    row = venues.booked(hall, town.staff)
    found = stretches([Span(480, 1020)], [row])
    assert [(piece.span.words, bool(piece.booking)) for piece in found] == [
        ("08:00—09:00", False), ("09:00—11:00", True), ("11:00—17:00", False),
    ]  # fmt: skip


def test_a_secretary_books_for_their_branch_and_sees_the_code(town, hall):
    branch = organised.organisation(town)
    served.keep_in_step(branch)
    supplying.led_by(town.secretary, branch)
    client = client_of(town.secretary)
    answer = client.post(reverse("supply:booking-new"), form(hall, recipient=branch.pk))
    row = Booking.objects.get()
    assert answer.status_code == 302
    assert row.recipient_id == branch.pk
    page = client.get(reverse("supply:booking", args=[row.pk])).content.decode()
    assert row.code in page
    assert row.code not in client_of(town.visitor).get(reverse("supply:booking", args=[row.pk])).content.decode()


def test_nobody_books_in_the_name_of_an_organisation_that_is_not_theirs(town, hall):
    other = supplying.recipient(town)
    answer = client_of(town.secretary).post(reverse("supply:booking-new"), form(hall, recipient=other.pk))
    assert answer.status_code == 422
    with pytest.raises(BookingError, match="不能用它的名义订"):
        venues.booked(hall, town.secretary, recipient=other)
    assert not Booking.objects.exists()
    venues.booked(hall, town.staff, recipient=other)


def test_a_taken_slot_comes_back_with_what_was_typed_and_buttons_that_book_what_is_free(town, hall):
    venues.booked(hall, town.staff, title="支委会")
    client = client_of(town.secretary)
    answer = client.post(reverse("supply:booking-new"), form(hall, title="楼务会"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "已被“支委会”" in page
    assert 'value="楼务会"' in page
    assert f'value="{venues.TOMORROW}|660|780"' in page
    taken = client.post(reverse("supply:booking-new"), form(hall, title="楼务会", slot=f"{venues.TOMORROW}|660|780"))
    assert taken.status_code == 302
    assert Booking.objects.get(title="楼务会").starts_at.astimezone(AT.tzinfo).hour == 11


def test_who_comes_second_may_wait_from_the_same_form(town, hall):
    venues.booked(hall, town.staff)
    client_of(town.secretary).post(reverse("supply:booking-new"), form(hall, wait="1"))
    assert Booking.objects.get(made_by=town.secretary).state == State.WAITING


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"people": 21}, "最多容纳 20 人"),
        ({"opens": 420, "closes": 480}, "07:00—08:00 不在里面"),
        ({"closes": 540}, "结束要晚于开始"),
        ({"day": "2026-11-01"}, "已经过去"),
        ({"day": "2026-02-31"}, "这样的日期"),
        ({"slot": "x|y|z"}, ""),
    ],
)
def test_a_wrong_booking_is_answered_with_a_sentence_and_writes_nothing(town, hall, given, sentence):
    answer = client_of(town.secretary).post(reverse("supply:booking-new"), form(hall, **given))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Booking.objects.exists()


def test_a_series_is_booked_from_its_form_and_its_rest_cancelled_from_its_page(town, hall):
    client = client_of(town.secretary)
    more = {"frequency": "weekly", "interval": 1, "until": "2026-12-20", "skipped": "12-08", "nth": 1}
    answer = client.post(reverse("supply:series-new"), form(hall) | more)
    assert Booking.objects.count() == 3
    assert client.post(answer.url, {"reason": "换到别处开"}).status_code == 302
    assert not Booking.objects.standing().exists()  # from tomorrow on, which was the first day


def test_only_who_booked_or_keeps_the_venue_changes_a_booking(town, hall):
    row = venues.booked(hall, town.secretary)
    stranger = make.person(town.street, "secretary", area=town.second_grid)
    for name in ("booking-move", "booking-cancel"):
        assert (
            client_of(stranger).post(reverse(f"supply:{name}", args=[row.pk]), {"reason": "不要了"}).status_code == 404
        )
    keeper = make.person(town.street, "station_master", area=town.first_grid)
    client_of(keeper).post(reverse("supply:booking-cancel", args=[row.pk]), {"reason": "临时检修"})
    row.refresh_from_db()
    assert row.state == State.CANCELLED


def test_a_station_master_sees_the_day_on_one_screen(town, hall, django_assert_max_num_queries):
    keeper = make.person(town.street, "station_master", area=town.first_grid)
    row = venues.booked(hall, town.staff, day=make.TODAY, span=Span(840, 900), title="停车议事")
    venues.masters(hall.venue, 2)
    venues.rota(hall.venue, 2)
    client = client_of(keeper)
    with django_assert_max_num_queries(30):
        page = client.get(reverse("supply:station")).content.decode()
    master = Shift.objects.get(venue=hall.venue, day=make.TODAY).master.name
    assert "停车议事" in page
    assert master in page
    client.post(reverse("supply:hand-over", args=[hall.venue_id]), {"text": "钥匙在前台"})
    assert "钥匙在前台" in client.get(reverse("supply:station")).content.decode()
    assert str(row.pk) in page


def test_a_grid_without_a_venue_says_so_to_its_station_master(town):
    keeper = make.person(town.street, "station_master", area=town.second_grid)
    assert "还没有阵地" in client_of(keeper).get(reverse("supply:station")).content.decode()


def test_the_public_page_needs_no_account_sets_no_cookie_and_names_nobody(town, hall):
    venues.booked(hall, town.staff, day=make.TODAY, span=Span(840, 900), title="谈心谈话")
    answer = Client().get(reverse("supply:venue-public", args=[hall.venue.token]))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not answer.cookies
    assert "15:00—21:00" in page
    assert "谈心谈话" not in page
    assert str(town.staff) not in page
    assert Client().get(reverse("supply:venue-public", args=["wrong"])).status_code == 404


def test_at_the_door_the_code_checks_in_and_a_wrong_one_says_so(town, hall, settings):
    row = venues.booked(hall, town.secretary, day=make.TODAY, span=Span(600, 660))
    address = reverse("supply:door-of-space", args=[hall.door_token])
    wrong = Client().post(address, {"code": "000000" if row.code != "000000" else "1"})
    assert wrong.status_code == 422
    assert "没有这个入场码" in wrong.content.decode()
    assert "签到了" in Client().post(address, {"code": row.code}).content.decode()
    row.refresh_from_db()
    assert row.state == State.USED


def test_a_calendar_is_read_by_its_address_without_codes_or_names(town, hall):
    row = venues.booked(hall, town.secretary)
    token = feeds.issue(venue=hall.venue, actor=town.staff, at=AT)
    answer = Client().get(reverse("supply:feed", args=[token]))
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert "SUMMARY:主题党日" in text
    assert f"UID:booking-{row.pk}@shimen" in text.replace("\r\n ", "")
    assert row.code not in text
    assert str(town.secretary) not in text
    assert Client().get(reverse("supply:feed", args=["x" * 32])).status_code == 404


def test_hours_are_typed_a_line_a_day_and_a_wrong_line_is_named(town, hall):
    client, address = client_of(town.staff), reverse("supply:space-hours", args=[hall.pk])
    wrong = client.post(address, {"day_0": "九点到五点"})
    assert wrong.status_code == 422
    assert "看不懂" in wrong.content.decode()
    assert client.post(address, {"day_0": "9:00-11:30、13:00—17:00"}).status_code == 302
    assert [str(row) for row in hall.hours.order_by("opens")] == ["09:00—11:30", "13:00—17:00"]


def test_a_swap_is_asked_and_accepted_on_the_pages(town, hall):
    keeper = make.person(town.street, "station_master", area=town.first_grid)
    venues.masters(hall.venue, 3)
    venues.rota(hall.venue, 14)
    shift = Shift.objects.get(venue=hall.venue, day=make.TODAY + dt.timedelta(days=2))
    to = hall.venue.masters.exclude(pk=shift.master_id).first()
    client = client_of(keeper)
    assert client.post(reverse("supply:swap-ask", args=[shift.pk]), {"to": to.pk, "reason": ""}).status_code == 422
    client.post(reverse("supply:swap-ask", args=[shift.pk]), {"to": to.pk, "reason": "家里有事"})
    swap = shift.swaps.get()
    assert "家里有事" in client.get(reverse("supply:rota", args=[hall.venue_id])).content.decode()
    client.post(reverse("supply:swap-accept", args=[swap.pk]))
    shift.refresh_from_db()
    assert shift.master == to


def test_a_booking_that_waits_for_consent_is_agreed_to_by_the_master(town, hall):
    hall.needs_consent = True
    hall.save()
    row = booking.book(wanted=venues.wanted(hall), actor=town.secretary, at=AT)
    assert client_of(town.secretary).post(reverse("supply:booking-agree", args=[row.pk])).status_code == 403
    client_of(town.staff).post(reverse("supply:booking-agree", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == State.CONFIRMED


def test_who_waits_and_who_must_consent_find_it_among_what_is_to_be_done(town, hall):
    row = venues.booked(hall, town.staff)
    booking.wait(wanted=venues.wanted(hall, title="楼务会"), actor=town.secretary, at=AT)
    waiting.cancel(booking=row, reason="改到线上开", actor=town.staff, at=AT)
    assert any("候补轮到了" in line.title for line in venue_works.work(town.secretary))
    studio = venues.space(hall.venue, needs_consent=True)
    booking.book(wanted=venues.wanted(studio, title="探店直播"), actor=town.secretary, at=AT)
    lines = {line.title: line.reason for line in venue_works.work(town.staff)}
    assert lines["1 场预订等站长同意"] == "最早的是“探店直播”"
    assert lines["1 个网格还没有阵地"] == town.second_grid.name
