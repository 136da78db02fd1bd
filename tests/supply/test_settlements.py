"""Settling with merchants: everything up to a day, nothing between two, nothing changed afterwards."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse

from shimen.audit.models import AccessLog
from supply.coupons import redeeming, settling
from supply.models import Redemption, Settlement
from tests import make, stands

pytestmark = pytest.mark.django_db
AT, DAY = make.AT, dt.timedelta(days=1)


@pytest.fixture
def stand(town):
    town.shop = stands.merchant(town)
    town.batch = stands.batch(town, town.shop)
    town.device = stands.device(town, town.shop)

    def use(days_ago):
        at = AT - days_ago * DAY
        return stands.redeemed(stands.coupon(town.batch, at=at), town.device, at)

    town.use = use
    return town


def settle(town, days_ago=1, at=AT):
    until = make.TODAY - days_ago * DAY
    return settling.settle(street=town.street, entity=town.shop, until=until, actor=town.staff, at=at)


def test_what_was_redeemed_up_to_a_day_is_settled_and_the_rest_comes_next_time(stand):
    for days in (8, 5, 2, 0):
        stand.use(days)
    found = settling.owed(street=stand.street.pk, until=make.TODAY - 4 * DAY)
    assert [(row.entity, row.count, row.amount, row.since) for row in found] == [
        (stand.shop, 2, Decimal(20), make.TODAY - 8 * DAY)
    ]
    first = settle(stand, 4)
    assert (first.count, first.amount, first.first_day, first.last_day) == (
        2, Decimal(20), make.TODAY - 8 * DAY, make.TODAY - 4 * DAY,
    )  # fmt: skip
    second = settle(stand, 1)
    assert (second.count, second.first_day) == (1, make.TODAY - 3 * DAY)
    assert Redemption.objects.filter(settlement=None).count() == 1
    assert AccessLog.objects.filter(verb="coupons.settle").count() == 2


def test_today_is_not_over_yet(stand):
    stand.use(0)
    with pytest.raises(settling.SettlementError, match="只能结到昨天"):
        settle(stand, 0)
    with pytest.raises(settling.SettlementError, match="没有要结算的券"):
        settle(stand, 1)


def test_what_is_settled_cannot_be_undone_changed_or_deleted(stand):
    done = stand.use(3)
    row = settle(stand)
    done.refresh_from_db()
    with pytest.raises(redeeming.CouponError, match="已经结算"):
        redeeming.take_back(redemption=done, reason="店员点错了", actor=stand.staff, at=AT)
    for change in (
        lambda: Redemption.objects.filter(pk=done.pk).update(value=1),
        lambda: Redemption.objects.filter(pk=done.pk).delete(),
        lambda: Settlement.objects.filter(pk=row.pk).update(amount=1),
        lambda: Settlement.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(Exception, match=r"(?i)cannot|protect"), transaction.atomic():
            change()


def test_a_payment_is_noted_once_and_may_be_taken_back(stand):
    stand.use(3)
    row = settle(stand)
    for on, words in ((make.TODAY + DAY, "今天以后"), (make.TODAY - DAY, "早于结算")):
        with pytest.raises(settling.SettlementError, match=words):
            settling.pay(settlement=row, on=on, note="", actor=stand.staff, at=AT)
    settling.pay(settlement=row, on=make.TODAY, note="转账", actor=stand.staff, at=AT)
    with pytest.raises(settling.SettlementError, match="已经记过"):
        settling.pay(settlement=row, on=make.TODAY, note="", actor=stand.staff, at=AT)
    assert settling.take_payment_back(settlement=row, actor=stand.staff, at=AT).paid_on is None
    with pytest.raises(settling.SettlementError, match="还没有记过"):
        settling.take_payment_back(settlement=row, actor=stand.staff, at=AT)


def test_the_settlement_leaves_as_a_file_in_which_nothing_is_a_formula(stand, client, settings):
    settings.SHIMEN_NOW = AT
    type(stand.shop).objects.filter(pk=stand.shop.pk).update(trade_sign="", name="=cmd|示例有限公司")
    stand.use(3)
    row = settle(stand)
    client.force_login(stand.staff)
    address = reverse("supply:settlement-export", args=[row.pk])
    assert client.post(address, {"purpose": "看", "kind": "csv"}).status_code == 422
    answer = client.post(address, {"purpose": "核对十一月结算", "kind": "csv"})
    text = answer.content.decode("utf-8-sig")
    assert "'=cmd|示例有限公司" in text
    assert "199" not in text.partition("统一社会信用代码")[2].replace(stand.shop.code, "")
    assert AccessLog.objects.filter(verb="supply.exported", reason="核对十一月结算").count() == 1


def test_staff_settle_from_the_page(stand, client, settings):
    settings.SHIMEN_NOW = AT
    stand.use(3)
    client.force_login(stand.staff)
    page = client.get(reverse("supply:settlements"), {"until": (make.TODAY - DAY).isoformat()})
    assert f"到 {make.TODAY - DAY:%Y-%m-%d} 要结算的" in page.content.decode()
    refused = client.post(reverse("supply:settle"), {"until": make.TODAY.isoformat()})
    assert refused.status_code == 422
    assert "只能结到昨天" in refused.content.decode()
    done = client.post(reverse("supply:settle"), {"until": (make.TODAY - DAY).isoformat()})
    assert done.status_code == 302
    assert Settlement.objects.get().entity == stand.shop
