"""Fifty who want the last place at the same moment: real threads, real transactions."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from shimen.errors import DomainError
from supply.menus import ordering, publishing, settling
from supply.models import Order, Serving
from tests import make, supplying

pytestmark = pytest.mark.django_db(transaction=True)
MANY, PLACES = 50, 3


@pytest.fixture
def town():
    return make.town()


def at_once(*works):
    """What each returned, or the sentence with which it was refused."""
    gate = threading.Barrier(len(works))

    def run(work):
        gate.wait()
        try:
            return work()
        except DomainError as refusal:
            return refusal.sentence
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_of_fifty_who_order_at_once_exactly_the_quota_gets_a_place_and_the_others_wait(town):
    item = supplying.menu_item(supplying.menu(town), quota=PLACES)
    recipients = [supplying.recipient(town) for _ in range(MANY)]

    def ordering_for(recipient):
        return lambda: ordering.order(item=item, recipient=recipient, actor=town.staff, at=make.AT)

    done = at_once(*(ordering_for(recipient) for recipient in recipients))
    assert all(isinstance(order, Order) for order in done)
    item.refresh_from_db()
    assert (item.taken, Order.objects.placed().count(), Order.objects.waiting().count()) == (
        PLACES,
        PLACES,
        MANY - PLACES,
    )


def test_one_organisation_that_orders_eight_times_at_once_has_one_order(town):
    item, recipient = supplying.menu_item(supplying.menu(town)), supplying.recipient(town)
    order = lambda: ordering.order(item=item, recipient=recipient, actor=town.staff, at=make.AT)  # noqa: E731
    done = at_once(*[order] * 8)
    refused = [one for one in done if isinstance(one, str)]
    item.refresh_from_db()
    assert (Order.objects.count(), item.taken, len(refused)) == (1, 1, 7)
    assert all("已经报过这一项" in sentence for sentence in refused)


def test_places_given_back_at_once_go_to_those_who_wait_and_never_beyond_the_quota(town):
    item = supplying.menu_item(supplying.menu(town), quota=4)
    orders = [
        ordering.order(item=item, recipient=supplying.recipient(town), actor=town.staff, at=make.AT) for _ in range(10)
    ]

    def giving_back(order):
        return lambda: ordering.cancel(order=order, actor=town.staff, at=make.AT)

    at_once(*(giving_back(order) for order in orders[:4]))
    item.refresh_from_db()
    assert (item.taken, Order.objects.placed().count(), Order.objects.waiting().count()) == (4, 4, 2)


def test_two_workers_who_settle_and_two_who_publish_do_it_once(town):
    menu = supplying.menu(town, state="draft", published_at=None)
    item = supplying.menu_item(menu)
    publish = lambda: publishing.publish(menu=menu, actor=None, at=make.AT)  # noqa: E731
    done = at_once(publish, publish)
    assert sum(isinstance(one, str) and "已经发布" in one for one in done) == 1
    ordering.order(item=item, recipient=supplying.recipient(town), actor=town.staff, at=make.AT)
    settle = lambda: settling.settle(item=item, at=item.ends_at)  # noqa: E731
    assert sorted(at_once(settle, settle)) == [0, 1]
    assert Serving.objects.count() == 1
