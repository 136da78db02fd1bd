"""Items of the weekly menu hold the spaces in which they take place."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from shimen.audit.models import AccessLog
from supply.bookings import booking, door, waiting
from supply.menus import drafting, publishing, rooms, settling
from supply.menus.handling import MenuError
from supply.models import Booking, Menu, MenuItem
from supply.rules.booking_states import State
from supply.timing.opening import Span
from tests import make, supplying, venues

pytestmark = pytest.mark.django_db
WEEK = make.TODAY + dt.timedelta(days=7)
TUESDAY = WEEK + dt.timedelta(days=1)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def hall(town):
    return venues.space(venues.venue(town.first_grid), name="议事厅", capacity=24)


def preview(town):
    return supplying.menu(town, state="draft", published_at=None)


def item_in(menu, space, town, **given):
    """An item that holds its space on Tuesday from two to three."""
    item = supplying.menu_item(menu, space=space, **given)
    rooms.hold(item=item, actor=town.staff, at=make.AT)
    return item


def test_a_draft_books_the_spaces_of_its_items_around_what_is_booked_already(town, hall):
    venues.booked(hall, town.staff, day=TUESDAY, span=Span(840, 960))
    supplying.supply_project(town, space=hall, capacity=60)
    menu = drafting.draft(street=town.street, week=WEEK, actor=None, at=make.AT)
    item = menu.items.get()
    assert item.room == "held"
    assert (item.booking.starts_at, item.booking.space) == (item.starts_at, hall)
    assert item.starts_at.astimezone(make.AT.tzinfo).date() != TUESDAY
    assert (item.quota, item.booking.people, item.location) == (24, 24, f"{hall.venue} 议事厅")
    assert AccessLog.objects.get(verb="menu.draft").after["without_room"] == 0


def test_a_draft_says_what_it_found_no_space_for_and_is_not_published_by_hand_with_it(town, hall):
    hall.hours.all().delete()
    supplying.supply_project(town, space=hall)
    menu = drafting.draft(street=town.street, week=WEEK, actor=None, at=make.AT)
    assert menu.items.get().room == "none"
    with pytest.raises(MenuError, match="还没有订上空间"):
        publishing.publish(menu=menu, actor=town.staff, at=make.AT)
    assert publishing.publish(menu=menu, actor=None, at=make.AT).state == "published"
    assert AccessLog.objects.get(verb="menu.publish").after["without_room"] == 1


def test_adding_where_it_is_taken_names_who_has_it_and_the_nearest_free_times_of_the_week(town, hall):
    venues.booked(hall, town.staff, day=TUESDAY, span=Span(720, 1080))
    menu, project = preview(town), supplying.supply_project(town, space=hall)
    start = dt.datetime.combine(TUESDAY, dt.time(14), make.AT.tzinfo)
    values = {"starts_at": start, "ends_at": start + HOUR}
    with pytest.raises(rooms.RoomError, match=r"已被“主题党日”.*这一周最近有空") as refused:
        publishing.add_item(menu=menu, source=project, values=values, actor=town.staff, at=make.AT)
    assert len(refused.value.free) == 3
    assert all(WEEK <= slot.day <= WEEK + 6 * DAY for slot in refused.value.free)
    assert not menu.items.exists()
    values = {"starts_at": start + DAY, "ends_at": start + DAY + HOUR, "quota": 25}
    project.capacity = 20
    with pytest.raises(rooms.RoomError, match="最多容纳 24 人") as refused:
        publishing.add_item(menu=menu, source=project, values=values, actor=town.staff, at=make.AT)
    assert refused.value.field == "quota"
    closed = {"starts_at": start.replace(hour=7), "ends_at": start.replace(hour=8)}
    with pytest.raises(rooms.RoomError, match="开放 09:00—21:00"):
        publishing.add_item(menu=menu, source=project, values=closed, actor=town.staff, at=make.AT)


def test_the_booking_moves_with_its_item_and_goes_when_it_needs_none(town, hall):
    item, other = item_in(preview(town), hall, town), venues.space(hall.venue)
    booking = item.booking
    values = {"starts_at": item.starts_at + DAY, "ends_at": item.ends_at + DAY, "space": other}
    item = publishing.change_item(item=item, values=values, actor=town.staff, at=make.AT)
    booking.refresh_from_db()
    assert (item.booking, booking.space, booking.starts_at) == (booking, other, item.starts_at)
    item = publishing.change_item(item=item, values={"space": None, "location": "门前"}, actor=town.staff, at=make.AT)
    booking.refresh_from_db()
    assert (item.booking, item.room, booking.state) == (None, "", State.CANCELLED)
    taken = item_in(item.menu, hall, town)
    with pytest.raises(rooms.RoomError, match="平台用工合规问答"):
        values = {"space": hall, "starts_at": taken.starts_at, "ends_at": taken.ends_at}
        publishing.change_item(item=item, values=values, actor=town.staff, at=make.AT)
    item.refresh_from_db()
    assert (item.space, item.location) == (None, "门前")


def test_what_is_dropped_cancelled_or_withdrawn_gives_its_space_back_to_who_waits(town, hall):
    menu = preview(town)
    dropped = item_in(menu, hall, town)
    late = venues.wanted(hall, day=TUESDAY, span=Span(840, 900))
    waits = Booking.objects.get(pk=_wait(late, town).pk)
    publishing.cancel_item(item=dropped, reason="", actor=town.staff, at=make.AT)
    waits.refresh_from_db()
    assert waits.state == State.OFFERED
    kept = item_in(menu, hall, town, starts_at=dropped.starts_at + DAY)
    assert publishing.withdraw(menu=menu, reason="这一周放假", actor=town.staff, at=make.AT) == 1
    kept.booking.refresh_from_db()
    assert kept.booking.state == State.CANCELLED
    assert not Menu.objects.exists()
    again = supplying.menu(town)
    item = item_in(again, hall, town, starts_at=dropped.starts_at + 2 * DAY)
    assert publishing.withdraw(menu=again, reason="这一周放假", actor=town.staff, at=make.AT) == 1
    item.refresh_from_db()
    assert (item.cancelled_why, item.room, Menu.objects.get()) == ("这一周放假", "", again)
    assert not Booking.objects.standing().filter(title=item.title).exists()
    with pytest.raises(MenuError, match="没有可取消"):
        publishing.withdraw(menu=again, reason="这一周放假", actor=town.staff, at=make.AT)


def _wait(wanted, town):
    return booking.wait(wanted=wanted, actor=town.staff, at=make.AT)


def test_a_preview_that_was_never_published_gives_everything_back_when_its_time_is_past(town, hall):
    item = item_in(preview(town), hall, town)
    assert rooms.give_back_stale(at=item.menu.closes_at - HOUR) == 0
    assert rooms.give_back_stale(at=item.menu.closes_at) == 1
    item.refresh_from_db()
    assert item.room == "none"
    assert rooms.give_back_stale(at=item.menu.closes_at) == 0


def test_nobody_says_figures_at_the_door_and_it_is_used_when_it_is_over(town, hall):
    item = item_in(supplying.menu(town), hall, town)
    door.settle(street=town.street, at=item.starts_at + dt.timedelta(minutes=40))
    item.booking.refresh_from_db()
    assert item.booking.state == State.CONFIRMED
    settling.settle_all(at=item.ends_at)
    item.booking.refresh_from_db()
    assert item.booking.state == State.USED


def test_where_the_master_does_not_agree_the_office_sees_it_on_the_menu(town, hall, client):
    hall.needs_consent = True
    hall.save()
    item = item_in(supplying.menu(town), hall, town)
    assert item.room == "asked"
    waiting.refuse(booking=item.booking, reason="那天检修", actor=town.staff, at=make.AT)
    client.force_login(town.staff)
    page = client.get(reverse("supply:menu-item", args=[item.pk])).content.decode()
    assert "没订上：那天检修" in page
    assert "1 场还没有订上空间" in client.get(reverse("supply:menu-week", args=[item.menu_id])).content.decode()


def test_another_name_asks_for_no_consent_anew_and_another_hour_does(town, hall):
    hall.needs_consent = True
    hall.save()
    item = item_in(supplying.menu(town), hall, town)
    booking.agree(booking=item.booking, actor=town.staff, at=make.AT)
    item = publishing.change_item(item=item, values={"title": "用工合规，一问一答"}, actor=town.staff, at=make.AT)
    assert (item.room, Booking.objects.get().title) == ("held", "用工合规，一问一答")
    values = {"starts_at": item.starts_at + HOUR, "ends_at": item.ends_at + HOUR}
    assert publishing.change_item(item=item, values=values, actor=town.staff, at=make.AT).room == "asked"


def test_what_the_menu_holds_is_changed_on_the_menu_alone(town, hall, client):
    item = item_in(supplying.menu(town), hall, town)
    client.force_login(town.staff)
    assert "要改到菜单里改" in client.get(reverse("supply:booking", args=[item.booking_id])).content.decode()
    for name in ("booking-move", "booking-cancel"):
        done = client.post(reverse(f"supply:{name}", args=[item.booking_id]), {"reason": "换个地方"})
        assert done.status_code == 404
    item.booking.refresh_from_db()
    assert item.booking.state == State.CONFIRMED


def test_the_page_offers_free_times_as_buttons_and_withdraws_after_saying_what_it_touches(town, hall, client):
    venues.booked(hall, town.staff, day=TUESDAY, span=Span(840, 960))
    item = supplying.menu_item(preview(town), space=hall)
    client.force_login(town.staff)
    url = reverse("supply:item-change", args=[item.pk])
    values = {
        "title": item.title, "space": hall.pk, "starts_at": f"{TUESDAY}T14:00", "ends_at": f"{TUESDAY}T15:00", "quota": 8,
    }  # fmt: skip
    refused = client.post(url, values)
    assert refused.status_code == 422
    assert f'value="{TUESDAY}|780|840"' in refused.content.decode()
    assert client.post(url, values | {"slot": f"{TUESDAY}|780|840"}).status_code == 302
    item = MenuItem.objects.get()
    assert (item.room, item.starts_at.astimezone(make.AT.tzinfo).hour) == ("held", 13)
    url = reverse("supply:menu-withdraw", args=[item.menu_id])
    assert "让出订好的 1 处空间" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    client.post(url, {"reason": "这一周放假"})
    assert not MenuItem.objects.exists()


def test_a_published_menu_that_was_withdrawn_says_so_and_takes_no_orders(town, client):
    menu = supplying.menu(town)
    supplying.menu_item(menu)
    publishing.withdraw(menu=menu, reason="这一周放假", actor=town.staff, at=make.AT)
    client.force_login(town.staff)
    page = client.get(reverse("supply:menu-week", args=[menu.pk])).content.decode()
    assert "已撤下" in page
    assert "替组织报名" not in page
    assert not Menu.objects.taking_orders(make.AT).exists()


def test_a_source_that_is_on_the_menu_may_stand_once_more(town):
    project = supplying.supply_project(town)
    menu = drafting.draft(street=town.street, week=WEEK, actor=None, at=make.AT)
    other = supplying.supply_project(town, title="反诈进小店", provider="派出所")
    assert drafting.sources_for(menu) == ([other], [project])
