"""Ten phones at one coupon, ten people at the last one: real threads, real transactions."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from shimen.errors import DomainError
from supply.coupons import batches, devices, issuing, redeeming, settling
from supply.models import Coupon, MerchantDevice, Redemption, Reservation, Settlement
from tests import make, stands

pytestmark = pytest.mark.django_db(transaction=True)
AT = make.AT


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


def test_of_ten_phones_at_one_coupon_one_redeems_it(town):
    shop = stands.merchant(town)
    batch = stands.batch(town, shop)
    phones = [stands.device(town, shop) for _ in range(2)]
    shops = [stands.merchant(town) for _ in range(4)]
    batches.add_merchants(batch=batch, merchants=shops, actor=town.staff, at=AT)
    phones += [stands.device(town, other) for other in shops for _ in range(2)]
    coupon = stands.coupon(batch)
    code = stands.code(coupon)

    def take(phone):
        return lambda: redeeming.redeem(id=uuid.uuid4(), code=code, device=phone, at=AT).pk

    done = at_once(*[take(phone) for phone in phones])
    assert sum(isinstance(one, uuid.UUID) for one in done) == 1
    refused = [one for one in done if isinstance(one, str)]
    assert len(refused) == 9
    assert all("用过" in sentence or "正在另一部手机上" in sentence for sentence in refused)
    assert Redemption.objects.count() == 1
    assert Coupon.objects.get().state == "redeemed"


def test_the_same_tap_ten_times_at_once_is_one_effect(town):
    shop = stands.merchant(town)
    device, coupon = None, stands.coupon(stands.batch(town, shop))
    device, tap, code = stands.device(town, shop), uuid.uuid4(), stands.code(coupon)
    done = at_once(*[lambda: redeeming.redeem(id=tap, code=code, device=device, at=AT).pk] * 10)
    assert set(done) == {tap}
    assert Redemption.objects.count() == 1


def test_of_ten_reservations_one_stands(town):
    shop = stands.merchant(town)
    coupon = stands.coupon(stands.batch(town, shop))
    phones = [stands.device(town, shop) for _ in range(5)]
    code = stands.code(coupon)

    def take(phone):
        return lambda: redeeming.reserve(id=uuid.uuid4(), code=code, device=phone, at=AT).pk

    done = at_once(*[take(phone) for phone in phones])
    assert sum(isinstance(one, uuid.UUID) for one in done) == 1
    assert Reservation.objects.filter(closed_at=None).count() == 1


def test_the_last_coupon_goes_to_one_of_ten(town):
    batch = stands.batch(town, number=1)
    done = at_once(
        *[
            lambda n=n: issuing.claim(id=uuid.uuid4(), batch=batch, phone=f"199000011{n:02d}", at=AT).pk
            for n in range(10)
        ]
    )
    assert sum(isinstance(one, uuid.UUID) for one in done) == 1
    assert {one for one in done if isinstance(one, str)} == {"这一批 1 张都领完了。"}


def test_one_number_claiming_ten_times_at_once_has_one_coupon(town):
    batch = stands.batch(town)
    done = at_once(
        *[lambda: issuing.claim(id=uuid.uuid4(), batch=batch, phone="19900000017", at=AT).pk] * 10
    )  # fmt: skip
    assert sum(isinstance(one, uuid.UUID) for one in done) == 1
    batch.refresh_from_db()
    assert (batch.issued, Coupon.objects.count()) == (1, 1)


def test_a_link_opened_on_two_phones_at_once_signs_one_in(town):
    shop = stands.merchant(town)
    stands.batch(town, shop)
    _, link = devices.issue(entity=shop, label="店长", actor=town.staff, at=AT)
    done = at_once(*[lambda: devices.sign_in(token=link, at=AT)[1]] * 2)
    assert sum("一个链接只用一次" in one for one in done) == 1
    assert MerchantDevice.objects.exclude(secret_hash=None).count() == 1


def test_settled_twice_at_once_is_one_settlement(town):
    shop, then = stands.merchant(town), AT - 3 * stands.DAY
    coupon = stands.coupon(stands.batch(town, shop), at=then)
    stands.redeemed(coupon, stands.device(town, shop), then)
    until = make.TODAY - stands.DAY
    done = at_once(
        *[lambda: settling.settle(street=town.street, entity=shop, until=until, actor=town.staff, at=AT).pk] * 2
    )
    assert sum(isinstance(one, uuid.UUID) for one in done) == 1
    assert Settlement.objects.count() == 1
