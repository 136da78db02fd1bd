"""Ordering from a menu."""

from __future__ import annotations

import datetime as dt

import pytest

from shimen.audit.models import AccessLog
from supply.menus import ordering, publishing, settling
from supply.menus.handling import MenuError
from supply.models import Order, Proposal, Serving
from tests import make, supplying

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def item(town):
    return supplying.menu_item(supplying.menu(town), quota=2)


def order(town, item, recipient=None, *, actor=None, at=make.AT, **given):
    return ordering.order(
        item=item, recipient=recipient or supplying.recipient(town), actor=actor or town.staff, at=at, **given
    )


def test_a_place_is_taken_until_none_is_left_and_then_organisations_wait(town, item):
    states = [order(town, item).state for _ in range(3)]
    item.refresh_from_db()
    assert states == ["placed", "placed", "waiting"]
    assert item.taken == 2
    assert AccessLog.objects.filter(verb="menu.order").count() == 3


def test_a_secretary_orders_for_the_organisation_they_lead_and_for_no_other(town, item):
    own, other = supplying.recipient(town), supplying.recipient(town)
    supplying.led_by(town.secretary, own)
    assert order(town, item, own, actor=town.secretary).state == "placed"
    with pytest.raises(MenuError, match="您不是"):
        order(town, item, other, actor=town.secretary)
    with pytest.raises(MenuError, match="您不是"):
        order(town, item, other, actor=town.visitor)
    with pytest.raises(MenuError, match="不在本街道"):
        order(town, item, other, actor=town.stranger)
    assert Order.objects.count() == 1


def test_after_closing_a_sentence_says_so_and_what_to_do(town, item):
    late = item.menu.closes_at
    with pytest.raises(MenuError, match=r"报名已于 11 月 26 日 18:00 截止.*直通车"):
        order(town, item, at=late)
    assert not Order.objects.exists()


def test_before_publication_and_after_a_cancellation_nothing_is_ordered(town):
    draft = supplying.menu_item(supplying.menu(town, state="draft", published_at=None))
    with pytest.raises(MenuError, match="还没有发布"):
        order(town, draft)
    item = supplying.menu_item(supplying.menu(town, week=make.TODAY + 14 * DAY))
    publishing.cancel_item(item=item, reason="讲师生病了", actor=town.staff, at=make.AT)
    with pytest.raises(MenuError, match="已经取消：讲师生病了"):
        order(town, item)


def test_the_same_organisation_orders_once(town, item):
    row = supplying.recipient(town)
    order(town, item, row)
    with pytest.raises(MenuError, match="已经报过这一项"):
        order(town, item, row)


def test_people_are_counted_where_the_item_counts_people(town):
    item = supplying.menu_item(supplying.menu(town), unit="person", quota=10)
    assert order(town, item, places=7).state == "placed"
    assert order(town, item, places=4).state == "waiting"
    assert order(town, item, places=3).state == "placed"
    with pytest.raises(MenuError, match="一次报 1 到 10 人"):
        order(town, item, places=11)
    with pytest.raises(MenuError, match="一次报 1 到 10 人"):
        order(town, item, places=0)


def test_giving_a_place_back_lets_in_whoever_had_nothing_for_longest(town, item):
    placed = [order(town, item) for _ in range(2)]
    fresh, hungry = supplying.recipient(town), supplying.recipient(town)
    for recipient, weeks in ((fresh, 1), (hungry, 9)):
        before = Serving.objects.create(
            street=town.street, recipient=recipient, on=make.TODAY - weeks * 7 * DAY, via="door", title="送课", category="course",
            delivery=supplying.delivery(recipient),
        )  # fmt: skip
        assert before
    first, second = order(town, item, fresh), order(town, item, hungry)
    ordering.cancel(order=placed[0], actor=town.staff, at=make.AT)
    for row in (first, second, item):
        row.refresh_from_db()
    assert (first.state, second.state, item.taken) == ("waiting", "placed", 2)
    assert AccessLog.objects.filter(verb="menu.move_up").count() == 1


def test_a_cancelled_place_can_be_ordered_again_but_not_cancelled_twice_or_too_late(town, item):
    row = order(town, item, recipient := supplying.recipient(town))
    ordering.cancel(order=row, reason="临时有事", actor=town.staff, at=make.AT)
    with pytest.raises(MenuError, match="已取消，不能取消"):
        ordering.cancel(order=row, actor=town.staff, at=make.AT)
    again = order(town, item, recipient)
    with pytest.raises(MenuError, match="4 小时内不能取消"):
        ordering.cancel(order=again, actor=town.staff, at=item.starts_at - dt.timedelta(hours=3))
    item.refresh_from_db()
    assert item.taken == 1


def test_kept_places_wait_for_the_organisation_until_their_time_is_over(town):
    menu = supplying.menu(town, holds_until=make.AT + DAY)
    item = supplying.menu_item(menu, quota=2)
    kept_for = supplying.recipient(town)
    Proposal.objects.create(street=town.street, item=item, recipient=kept_for, why="6 周没有供给")
    assert order(town, item).state == "placed"
    waiting = order(town, item)
    assert waiting.state == "waiting"
    assert order(town, item, kept_for).state == "placed"
    other = supplying.menu_item(menu, quota=1)
    kept = Proposal.objects.create(street=town.street, item=other, recipient=kept_for, why="6 周没有供给")
    late = order(town, other)
    assert ordering.open_all_kept(at=make.AT) == 0
    assert ordering.open_all_kept(at=menu.holds_until) == 1
    late.refresh_from_db()
    assert late.state == "placed"
    assert kept.pk


def test_declining_opens_the_kept_place_at_once(town):
    item = supplying.menu_item(supplying.menu(town, holds_until=make.AT + DAY), quota=1)
    recipient = supplying.recipient(town)
    supplying.led_by(town.secretary, recipient)
    proposal = Proposal.objects.create(street=town.street, item=item, recipient=recipient, why="还没有过供给")
    waiting = order(town, item)
    ordering.decline(proposal=proposal, actor=town.secretary, at=make.AT)
    waiting.refresh_from_db()
    assert waiting.state == "placed"
    with pytest.raises(MenuError, match="已经说过"):
        ordering.decline(proposal=proposal, actor=town.secretary, at=make.AT)


def test_what_is_over_is_counted_as_brought_once(town, item):
    first, second = order(town, item), order(town, item)
    waiting = order(town, item)
    assert settling.settle_all(at=item.ends_at - dt.timedelta(minutes=1)) == 0
    assert settling.settle_all(at=item.ends_at) == 1
    assert settling.settle_all(at=item.ends_at) == 0
    for row in (first, second, waiting):
        row.refresh_from_db()
    assert (first.state, second.state, waiting.state) == ("served", "served", "cancelled")
    assert Serving.objects.filter(on=item.starts_at.date(), title=item.title).count() == 2


def test_whoever_did_not_come_is_put_right_and_back_again(town, item):
    row = order(town, item)
    with pytest.raises(MenuError, match="还没有结束"):
        settling.mark(order=row, came=False, actor=town.staff, at=make.AT)
    settling.settle_all(at=item.ends_at)
    settling.mark(order=row, came=False, actor=town.staff, at=item.ends_at)
    assert not Serving.objects.exists()
    settling.mark(order=row, came=True, actor=town.staff, at=item.ends_at)
    assert Serving.objects.count() == 1
    with pytest.raises(MenuError, match="超过 14 天"):
        settling.mark(order=row, came=False, actor=town.staff, at=item.ends_at + 15 * DAY)
