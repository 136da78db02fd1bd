"""Coupons: a batch, one per person, used once at a merchant who takes part, and every reason why not."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from coverage.registry import merging
from shimen.audit.models import AccessLog
from shimen.errors import DomainError
from shimen.privacy import retention
from supply.coupons import batches, codes, devices, issuing, redeeming
from supply.models import Coupon, CouponMerchant, Redemption
from tests import make, stands

pytestmark = pytest.mark.django_db
AT, DAY, MINUTE = make.AT, dt.timedelta(days=1), dt.timedelta(minutes=1)
KEY = b"k" * 32


def _last(verb: str) -> AccessLog:
    return AccessLog.objects.filter(verb=verb).latest("sequence")


@pytest.fixture
def stand(town):
    """A batch at one shop, a phone there, and a coupon in somebody's hands."""
    town.shop = stands.merchant(town)
    town.batch = stands.batch(town, town.shop)
    town.device = stands.device(town, town.shop)
    town.coupon = stands.coupon(town.batch)
    return town


def use(town, *, at=AT, code=None, device=None, id=None):  # noqa: A002
    return redeeming.redeem(
        id=id or uuid.uuid4(), code=code or stands.code(town.coupon, at), device=device or town.device, at=at
    )


# ---- batches


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"title": "券"}, "title", "2 到 40"),
        ({"value": Decimal(0)}, "value", "面值"),
        ({"number": 0}, "number", "张数"),
        ({"hold_minutes": 2}, "hold_minutes", "5 分钟"),
        ({"last_day": make.TODAY - 11 * DAY}, "last_day", "早于第一天"),
        ({"first_day": make.TODAY - 30 * DAY, "last_day": make.TODAY - 20 * DAY}, "last_day", "已经过去"),
        ({"last_day": make.TODAY + 900 * DAY}, "last_day", "最长两年"),
    ],
)
def test_a_batch_that_makes_no_sense_is_refused_at_its_field(town, given, field, words):
    with pytest.raises(batches.BatchError, match=words) as refused:
        stands.batch(town, **given)
    assert refused.value.field == field


def test_two_batches_do_not_bear_one_title(town):
    stands.batch(town, title="示例午餐券")
    with pytest.raises(batches.BatchError, match="同名"):
        stands.batch(town, title="示例午餐券")


def test_a_batch_needs_a_merchant_of_its_own_street(town):
    with pytest.raises(batches.BatchError, match="至少选一家"):
        batches.make(street=town.street, terms=stands.terms(), audience="anyone", merchants=(), actor=town.staff, at=AT)
    elsewhere = make.entity(make.area(make.street()))
    with pytest.raises(batches.BatchError, match="不在本街道"):
        stands.batch(town, elsewhere)


def test_what_is_in_somebody_s_hands_keeps_its_worth(stand):
    def change(**given):
        terms = stands.terms(title=stand.batch.title, **given)
        return batches.change(batch=stand.batch, terms=terms, actor=stand.staff, at=AT)

    for wish, words in (
        ({"value": Decimal(5)}, "面值不能再改"),
        ({"last_day": make.TODAY + DAY}, "只能放宽"),
        ({"first_day": make.TODAY}, "只能放宽"),
    ):
        with pytest.raises(batches.BatchError, match=words):
            change(**wish)
    assert change(number=25, last_day=make.TODAY + 60 * DAY).number == 25
    assert _last("coupons.change_batch").after["number"] == 25


def test_the_last_merchant_cannot_leave(stand):
    with pytest.raises(batches.BatchError, match="最后一家"):
        batches.remove_merchant(merchant=stand.batch.merchants.get(), actor=stand.staff, at=AT)
    assert batches.add_merchants(batch=stand.batch, merchants=[stands.merchant(stand)], actor=stand.staff, at=AT) == 1
    batches.remove_merchant(merchant=stand.batch.merchants.get(entity=stand.shop), actor=stand.staff, at=AT)
    with pytest.raises(redeeming.CouponError, match=r"不在本店用。能用的店：示例面馆"):
        use(stand)
    assert _last("coupons.remove_merchant").before == {"shop": str(stand.shop)}


# ---- issuing


def test_a_number_claims_one_coupon_of_a_batch(town):
    batch = stands.batch(town)
    form = uuid.uuid4()
    first = stands.coupon(batch, id=form, phone="19900000017")
    assert stands.coupon(batch, id=form, phone="19900000017") == first
    with pytest.raises(issuing.IssueError, match="每人一张"):
        stands.coupon(batch, phone="199 0000 0017")
    assert first.phone_mask == "199****0017"
    assert b"19900000017" not in bytes(first.phone_sealed)
    assert "0017" not in str(_last("coupons.claim").__dict__)
    batch.refresh_from_db()
    assert (batch.issued, batch.left) == (1, 19)


@pytest.mark.parametrize("typed", ["", "12345", "62530017", "一二三"])
def test_what_is_no_mobile_number_claims_nothing(town, typed):
    batch = stands.batch(town)
    with pytest.raises(DomainError):
        stands.coupon(batch, phone=typed)
    batch.refresh_from_db()
    assert (batch.issued, Coupon.objects.count()) == (0, 0)


def test_the_last_coupon_is_the_last(town):
    batch = stands.batch(town, number=1)
    stands.coupon(batch)
    with pytest.raises(issuing.IssueError, match="1 张都领完了"):
        stands.coupon(batch)
    with pytest.raises(IntegrityError, match="coupons_within_batch"), transaction.atomic():
        type(batch).objects.filter(pk=batch.pk).update(issued=2)


def test_a_stopped_and_an_expired_batch_give_nothing(town):
    batch = stands.batch(town)
    with pytest.raises(issuing.IssueError, match="到期了，不再发"):
        stands.coupon(batch, at=AT + 31 * DAY)
    batches.stop(batch=batch, actor=town.staff, at=AT)
    with pytest.raises(issuing.IssueError, match="停发"):
        stands.coupon(batch)
    batches.resume(batch=batch, actor=town.staff, at=AT)
    assert stands.coupon(batch).state == "issued"


def test_workers_are_issued_one_each_as_far_as_the_batch_goes(town):
    batch = stands.batch(town, audience="workers", number=3)
    people = [make.worker(town_shop) for town_shop in [make.entity(town.first_grid)] for _ in range(4)]
    done = issuing.issue_to(batch=batch, people=people[:2], actor=town.staff, at=AT)
    assert (done.issued, done.had, done.missed) == (2, 0, 0)
    done = issuing.issue_to(batch=batch, people=people, actor=town.staff, at=AT)
    assert (done.issued, done.had, done.missed) == (1, 2, 1)
    with pytest.raises(issuing.IssueError, match="都已发完，还有 1 人"):
        issuing.issue_to(batch=batch, people=people, actor=town.staff, at=AT)
    assert _last("coupons.issue").after == {"rows": 1, "missed": 1}


def test_a_worker_who_is_a_volunteer_is_one_person(town):
    from shimen.privacy.sealing import phone_index

    index = phone_index("19900000017")
    shop = make.entity(town.first_grid)
    workers = [make.worker(shop, phone_index=index), make.worker(shop, phone_index=index)]
    batch = stands.batch(town, audience="workers")
    assert issuing.issue_to(batch=batch, people=workers, actor=town.staff, at=AT).issued == 1


def test_a_batch_for_volunteers_is_for_nobody_else(town):
    batch = stands.batch(town, audience="volunteers")
    with pytest.raises(issuing.IssueError, match="发给新就业群体志愿者"):
        issuing.issue_to(batch=batch, people=[make.worker(make.entity(town.first_grid))], actor=town.staff, at=AT)
    with pytest.raises(issuing.IssueError, match="不在网上领"):
        stands.coupon(batch)
    assert issuing.issue_to(batch=batch, people=[stands.volunteer(town)], actor=town.staff, at=AT).issued == 1


def test_whoever_took_part_gets_one_however_often_it_is_asked(town):
    subject = batches.Subject("activity", uuid.uuid4(), "示例探店")
    batch = stands.batch(town, audience="activity", subject=subject, number=2)

    def ask(person):
        return issuing.issue_for(kind="activity", subject=subject.id, person=person, street_id=town.street.pk, at=AT)

    first = ask("a")
    assert first is not None
    assert ask("a") == first
    assert ask("b") is not None
    assert ask("c") is None
    assert issuing.issue_for(kind="activity", subject=uuid.uuid4(), person="a", street_id=town.street.pk, at=AT) is None
    batch.refresh_from_db()
    assert batch.issued == 2


def test_a_coupon_is_voided_for_a_reason_and_the_person_may_have_another(stand):
    phone = "19900000017"
    row = stands.coupon(stand.batch, phone=phone)
    with pytest.raises(issuing.IssueError, match="至少 4 个字"):
        issuing.void(coupon=row, reason="丢了", actor=stand.staff, at=AT)
    issuing.void(coupon=row, reason="本人说丢了", actor=stand.staff, at=AT)
    with pytest.raises(redeeming.CouponError, match=r"11-23 作废了"):
        use(stand, code=stands.code(row))
    assert stands.coupon(stand.batch, phone=phone) != row
    with pytest.raises(issuing.IssueError, match="已作废，不能作废"):
        issuing.void(coupon=row, reason="本人说丢了", actor=stand.staff, at=AT)
    assert _last("coupons.void").reason == "本人说丢了"


def test_the_page_of_a_coupon_opens_with_its_own_mark_only(stand):
    token = issuing.page_token(stand.coupon)
    assert issuing.find_page(token) == stand.coupon
    assert issuing.find_page(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert issuing.find_page(stand.coupon.pk.hex + "A" * 16) is None
    assert issuing.find_page("x") is None


# ---- redeeming


def test_a_coupon_is_used_once(stand):
    done = use(stand)
    stand.coupon.refresh_from_db()
    assert (done.value, done.entity, stand.coupon.state) == (Decimal(10), stand.shop, "redeemed")
    with pytest.raises(redeeming.CouponError, match=r"11-23 09:30 已在本店用过"):
        use(stand, at=AT + MINUTE)
    other = stands.merchant(stand)
    batches.add_merchants(batch=stand.batch, merchants=[other], actor=stand.staff, at=AT)
    with pytest.raises(redeeming.CouponError, match="已在另一家店用过"):
        use(stand, device=stands.device(stand, other), at=AT + MINUTE)
    assert _last("coupons.redeem").after["shop"] == str(stand.shop)
    with pytest.raises(IntegrityError, match="coupon_redeemed_once"), transaction.atomic():
        Redemption.objects.create(street=stand.street, coupon=stand.coupon, entity=stand.shop, value=10, redeemed_at=AT)


def test_the_same_tap_sent_twice_is_one_effect(stand):
    tap = uuid.uuid4()
    assert use(stand, id=tap) == use(stand, id=tap, at=AT + MINUTE)
    assert Redemption.objects.count() == 1


def test_digits_do_as_well_as_the_picture(stand):
    digits = issuing.face(stand.coupon, AT)[1]
    assert use(stand, code=f"{stand.coupon.short} {digits}").coupon == stand.coupon


def test_a_code_of_some_minutes_ago_is_old_and_a_made_up_one_forged(stand):
    old = stands.code(stand.coupon, AT - 5 * MINUTE)
    with pytest.raises(redeeming.CouponError, match="已经换了"):
        use(stand, code=old)
    with pytest.raises(redeeming.CouponError, match="对不上"):
        use(stand, code=stand.coupon.short + "ABCDEFGHJKMN")
    with pytest.raises(redeeming.CouponError, match="本街道没有这张券"):
        use(stand, code="2222222" + "ABCDEFGHJKMN")
    with pytest.raises(redeeming.CouponError, match="不是优享券的码"):
        use(stand, code="https://example.test/")
    assert Redemption.objects.count() == 0


def test_a_coupon_of_another_street_does_not_count(stand):
    elsewhere = make.town()
    foreign = stands.coupon(stands.batch(elsewhere))
    with pytest.raises(redeeming.CouponError, match="别的街道"):
        use(stand, code=stands.code(foreign))


def test_neither_before_nor_after_its_period(stand):
    after = AT + 31 * DAY
    with pytest.raises(redeeming.CouponError, match="2026-12-23 到期了"):
        use(stand, at=after)
    batch = stands.batch(stand, stand.shop, first_day=make.TODAY + DAY)
    with pytest.raises(redeeming.CouponError, match="11-24 起才能用"):
        use(stand, code=stands.code(stands.coupon(batch)))


def test_a_reservation_is_confirmed_later_from_its_slip(stand):
    held = redeeming.reserve(id=uuid.uuid4(), code=stands.code(stand.coupon), device=stand.device, at=AT)
    slip = redeeming.slip_of(held)
    other = stands.merchant(stand)
    batches.add_merchants(batch=stand.batch, merchants=[other], actor=stand.staff, at=AT)
    elsewhere = stands.device(stand, other)
    with pytest.raises(redeeming.CouponError, match="正在另一部手机上核销，预留到 11-23 11:30"):
        use(stand, device=elsewhere)
    with pytest.raises(redeeming.CouponError, match="另一部手机的"):
        redeeming.confirm(slip=slip, device=elsewhere, at=AT)
    with pytest.raises(redeeming.CouponError, match="不是本站发的"):
        redeeming.confirm(slip=slip[:-1] + "_", device=stand.device, at=AT)
    done = redeeming.confirm(slip=slip, device=stand.device, at=AT + 100 * MINUTE)
    assert (done.pk, done.is_late) == (held.pk, False)
    assert redeeming.confirm(slip=slip, device=stand.device, at=AT + DAY) == done
    assert Redemption.objects.count() == 1


def test_a_reservation_that_ran_out_counts_if_nobody_else_came(stand):
    held = redeeming.reserve(id=uuid.uuid4(), code=stands.code(stand.coupon), device=stand.device, at=AT)
    late = AT + 130 * MINUTE
    done = redeeming.confirm(slip=redeeming.slip_of(held), device=stand.device, at=late)
    assert done.is_late


def test_a_reservation_that_ran_out_makes_way(stand):
    held = redeeming.reserve(id=uuid.uuid4(), code=stands.code(stand.coupon), device=stand.device, at=AT)
    other = stands.merchant(stand)
    batches.add_merchants(batch=stand.batch, merchants=[other], actor=stand.staff, at=AT)
    late = AT + 130 * MINUTE
    use(stand, device=stands.device(stand, other), at=late)
    with pytest.raises(redeeming.CouponError, match=r"已在另一家店用过.*预留作废"):
        redeeming.confirm(slip=redeeming.slip_of(held), device=stand.device, at=late + MINUTE)
    assert Redemption.objects.count() == 1


def test_a_slip_older_than_a_week_is_for_a_person(stand):
    held = redeeming.reserve(id=uuid.uuid4(), code=stands.code(stand.coupon), device=stand.device, at=AT)
    with pytest.raises(redeeming.CouponError, match="过了 7 天"):
        redeeming.confirm(slip=redeeming.slip_of(held), device=stand.device, at=AT + 8 * DAY)


def test_a_reservation_is_given_back(stand):
    held = redeeming.reserve(id=uuid.uuid4(), code=stands.code(stand.coupon), device=stand.device, at=AT)
    slip = redeeming.slip_of(held)
    redeeming.release(slip=slip, device=stand.device, at=AT)
    redeeming.release(slip=slip, device=stand.device, at=AT)
    assert AccessLog.objects.filter(verb="coupons.release").count() == 1
    with pytest.raises(redeeming.CouponError, match="已经放回"):
        redeeming.confirm(slip=slip, device=stand.device, at=AT)
    done = use(stand)
    with pytest.raises(redeeming.CouponError, match="已经核销，放不回去"):
        redeeming.release(slip=redeeming.slip_of(done.coupon.reservations.get(pk=done.pk)), device=stand.device, at=AT)


def test_an_id_used_for_something_else_is_refused(stand):
    tap = uuid.uuid4()
    redeeming.reserve(id=tap, code=stands.code(stand.coupon), device=stand.device, at=AT)
    other = stands.coupon(stand.batch)
    with pytest.raises(redeeming.CouponError, match="编号用过了"):
        redeeming.reserve(id=tap, code=stands.code(other), device=stand.device, at=AT)


def test_a_mistake_is_taken_back_and_the_holder_has_the_coupon_again(stand):
    done = use(stand)
    with pytest.raises(redeeming.CouponError, match="至少 4 个字"):
        redeeming.take_back(redemption=done, reason="错", actor=stand.staff, at=AT)
    redeeming.take_back(redemption=done, reason="店员点错了", actor=stand.staff, at=AT)
    assert use(stand, at=AT + MINUTE).pk != done.pk
    assert _last("coupons.take_back").reason == "店员点错了"
    with pytest.raises(redeeming.CouponError, match="撤销过"):
        redeeming.take_back(redemption=done, reason="店员点错了", actor=stand.staff, at=AT)


# ---- merchants' phones


def test_a_link_signs_one_phone_in_and_no_second(town):
    shop = stands.merchant(town)
    with pytest.raises(devices.DeviceError, match="没有参加任何一批"):
        devices.issue(entity=shop, label="店长", actor=town.staff, at=AT)
    stands.batch(town, shop)
    row, link = devices.issue(entity=shop, label="店长", actor=town.staff, at=AT)
    assert link not in str(row.__dict__)
    with pytest.raises(devices.DeviceError, match="过期"):
        devices.sign_in(token=link, at=AT + 4 * DAY)
    device, secret = devices.sign_in(token=link, at=AT)
    assert devices.find(secret) == device
    with pytest.raises(devices.DeviceError, match="一个链接只用一次"):
        devices.sign_in(token=link, at=AT)
    with pytest.raises(devices.DeviceError, match="没有这个登记链接"):
        devices.sign_in(token="x" * 32, at=AT)


def test_a_phone_that_is_ended_redeems_nothing_and_frees_what_it_held(stand):
    held = redeeming.reserve(id=uuid.uuid4(), code=stands.code(stand.coupon), device=stand.device, at=AT)
    devices.end(device=stand.device, actor=stand.staff, at=AT)
    with pytest.raises(redeeming.CouponError, match="手机已经停用"):
        redeeming.confirm(slip=redeeming.slip_of(held), device=stand.device, at=AT)
    assert use(stand, device=stands.device(stand, stand.shop)).coupon == stand.coupon
    with pytest.raises(devices.DeviceError, match="已经停用"):
        devices.end(device=stand.device, actor=stand.staff, at=AT)


def test_a_merged_shop_s_phones_and_places_in_batches_follow(stand):
    twin = make.entity(stand.first_grid)
    merging.merge(kept=twin, absorbed=stand.shop, taken=(), reason="电话相同", actor=stand.staff, at=AT)
    stand.device.refresh_from_db()
    assert stand.device.entity == twin
    assert CouponMerchant.objects.get(batch=stand.batch).entity == twin
    assert use(stand).entity == twin


# ---- letting go


def test_who_held_a_coupon_is_forgotten_when_the_batch_is_long_over(stand):
    use(stand)
    over = stand.batch.valid.upper
    assert retention.run(street=stand.street, on=over + 89 * DAY, at=AT)["coupon.over"] == 0
    assert retention.run(street=stand.street, on=over + 90 * DAY, at=AT)["coupon.over"] == 1
    stand.coupon.refresh_from_db()
    assert (stand.coupon.phone_sealed, stand.coupon.person_index, stand.coupon.state) == (None, None, "redeemed")


# ---- codes (pure)


@given(st.uuids(), st.integers(0, 200), st.integers(0, 4 * 10**9))
def test_a_code_is_good_for_three_minutes_and_then_old(coupon, back, second):
    at = dt.datetime.fromtimestamp(second, dt.UTC)
    shown = codes.picture(key=KEY, coupon=coupon, short="2345678", at=at - back * MINUTE)
    said = codes.read(f"https://example.test/supply/m/c/{shown}/")
    assert said is not None
    assert said.short == "2345678"
    expected = codes.Fit.GOOD if back <= codes.SLOW else codes.Fit.OLD
    assert codes.fit(said.proof, key=KEY, coupon=coupon, at=at) == expected


@given(st.uuids(), st.uuids())
def test_the_code_of_one_coupon_is_forged_for_another(one, other):
    if one != other:
        shown = codes.picture(key=KEY, coupon=one, short="2345678", at=AT)
        assert codes.fit(shown[7:], key=KEY, coupon=other, at=AT) == codes.Fit.FORGED


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_not_but_never_fails(text):
    said = codes.read(text)
    assert said is None or len(said.short) == codes.SHORT
