"""A merchant's phone and a holder's phone, without a script: signing in, taking a coupon, being told why not."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from shimen.audit.models import AccessLog
from supply.coupons import devices, issuing, redeeming
from supply.models import Coupon, MerchantDevice, Redemption
from supply.views.coupon_doors import COOKIE
from tests import make, stands

pytestmark = pytest.mark.django_db
AT = make.AT
JSON = {"accept": "application/json"}


@pytest.fixture
def stand(town, client, settings):
    settings.SHIMEN_NOW = AT
    town.shop = stands.merchant(town)
    town.batch = stands.batch(town, town.shop)
    town.coupon = stands.coupon(town.batch)
    town.device, secret = stands.signed_in(town, town.shop)
    client.cookies[COOKIE] = secret
    return town


def test_a_link_signs_this_phone_in_with_a_cookie_scripts_cannot_read(town, client, settings):
    settings.SHIMEN_NOW = AT
    shop = stands.merchant(town)
    stands.batch(town, shop)
    client.force_login(town.staff)
    made = client.post(reverse("supply:merchant-devices"), {"entity": shop.trade_sign, "label": "店长"})
    address = made.context["link"]
    assert made.headers["Cache-Control"] == "no-store"
    client.logout()
    assert "登记这部手机" in client.get(address).content.decode()
    assert MerchantDevice.objects.get().signed_in_at is None
    done = stands.send(client, address, {"go": "1"})
    assert (done.status_code, done.url) == (302, "/supply/m/")
    cookie = done.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/supply/m/")
    assert client.get("/supply/m/").status_code == 200
    again = client.get(address)
    assert again.status_code == 410
    assert "一个链接只用一次" in again.content.decode()


def test_a_phone_that_nobody_signed_in_takes_nothing(stand, client):
    del client.cookies[COOKIE]
    code = stands.code(stand.coupon)
    for answer in (
        client.get("/supply/m/"),
        stands.send(client, reverse("supply:merchant-take", args=[code]), {"id": str(uuid.uuid4())}),
        stands.send(client, reverse("supply:merchant-reserve"), {"id": str(uuid.uuid4()), "code": code}, headers=JSON),
    ):
        assert answer.status_code == 403
        assert "还没有登记" in (
            answer.json()["error"] if answer.headers["Content-Type"] == "application/json" else answer.content.decode()
        )
    assert not Redemption.objects.exists()


def test_a_coupon_is_typed_seen_and_taken_once(stand, client):
    digits = issuing.face(stand.coupon, AT)[1]
    wrong = stands.send(client, "/supply/m/", {"code": "123"})
    assert wrong.status_code == 422
    seen = stands.send(client, "/supply/m/", {"code": f"{stand.coupon.short.lower()} {digits}"}, follow=True)
    assert "核销 10 元" in seen.content.decode()
    address, tap = seen.redirect_chain[-1][0], str(seen.context["id"])
    assert not Redemption.objects.exists()
    assert "已核销" in stands.send(client, address, {"id": tap}).content.decode()
    assert "已核销" in stands.send(client, address, {"id": tap}).content.decode()
    refused = stands.send(client, address, {"id": str(uuid.uuid4())})
    assert refused.status_code == 422
    assert "已在本店用过" in refused.content.decode()
    assert Redemption.objects.count() == 1
    assert "今天核销 1 张，10 元" in client.get("/supply/m/").content.decode()


def test_a_scanned_code_that_is_forged_old_or_foreign_says_so(stand, client):
    other = stands.coupon(stands.batch(stand))
    for code, words in (
        (stand.coupon.short + "ABCDEFGHJKMN", "对不上"),
        (stands.code(stand.coupon, AT - dt.timedelta(minutes=9)), "已经换了"),
        (stands.code(other), "不在本店用"),
        ("x", "不是优享券的码"),
    ):
        answer = client.get(reverse("supply:merchant-take", args=[code]))
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_reserved_and_confirmed_by_the_script_s_addresses(stand, client):
    tap, code = str(uuid.uuid4()), stands.code(stand.coupon)
    held = stands.send(client, reverse("supply:merchant-reserve"), {"id": tap, "code": code}, headers=JSON).json()
    assert (held["id"], held["worth"], held["until"]) == (tap, "10 元", "11:30")
    again = stands.send(client, reverse("supply:merchant-reserve"), {"id": tap, "code": code}, headers=JSON).json()
    assert again["id"] == tap
    assert not Redemption.objects.exists()
    for _ in range(2):
        done = stands.send(client, reverse("supply:merchant-confirm"), {"slip": held["slip"]}, headers=JSON)
        assert (done.status_code, done.json()["id"]) == (200, tap)
    forged = stands.send(client, reverse("supply:merchant-confirm"), {"slip": "x"}, headers=JSON)
    assert (forged.status_code, "不是本站发的" in forged.json()["error"]) == (422, True)
    assert Redemption.objects.count() == 1


def test_given_back_by_the_script_s_address(stand, client):
    code = stands.code(stand.coupon)
    held = stands.send(
        client, reverse("supply:merchant-reserve"), {"id": str(uuid.uuid4()), "code": code}, headers=JSON
    ).json()
    assert (
        stands.send(client, reverse("supply:merchant-release"), {"slip": held["slip"]}, headers=JSON).status_code == 200
    )
    stand.coupon.refresh_from_db()
    assert stand.coupon.state == Coupon.State.ISSUED


def test_another_site_takes_nothing_with_the_phone_s_cookie(stand, client):
    address = reverse("supply:merchant-take", args=[stands.code(stand.coupon)])
    answer = stands.send(client, address, {"id": str(uuid.uuid4())}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert not Redemption.objects.exists()


def test_a_phone_that_was_ended_is_out(stand, client):
    client.force_login(stand.staff)
    client.post(reverse("supply:merchant-device-end", args=[stand.device.pk]))
    assert devices.find(client.cookies[COOKIE].value) is None
    assert client.get("/supply/m/").status_code == 403


def test_the_holder_s_page_shows_a_new_picture_every_minute_and_no_cookie(stand, client, settings):
    client.cookies.clear()
    address = reverse("supply:coupon-page", args=[issuing.page_token(stand.coupon)])
    page = client.get(address)
    assert not page.cookies
    assert page.headers["Refresh"]
    first = page.context["drawing"].path
    settings.SHIMEN_NOW = AT + dt.timedelta(minutes=1)
    assert client.get(address).context["drawing"].path != first
    stands.redeemed(stand.coupon, stand.device)
    used = client.get(address)
    assert "已用" in used.content.decode()
    assert "Refresh" not in used.headers
    assert client.get(address[:-4] + "AAA/").status_code == 404


def test_a_coupon_is_claimed_once_by_number_with_consent(town, client, settings):
    settings.SHIMEN_NOW = AT
    batch = stands.batch(town, number=1)
    address = reverse("supply:coupon-claim", args=[batch.token])
    page = client.get(address)
    assert not page.cookies
    form = {"pass": page.context["pass"], "phone": "19900000017", "agrees": "1"}
    no = stands.send(client, address, {key: form[key] for key in ("pass", "phone")})
    assert (no.status_code, "勾选同意才能领" in no.content.decode()) == (422, True)
    done = stands.send(client, address, form)
    assert stands.send(client, address, form).url == done.url
    other = client.get(address)
    assert "1 张都领完了" in other.content.decode()
    known = stands.send(client, address, form | {"pass": other.context["pass"]})
    assert "每人一张" in known.content.decode()
    assert (Coupon.objects.count(), AccessLog.objects.get(verb="coupons.claim").origin) == (1, "")


def test_staff_make_a_batch_issue_it_void_one_and_undo_a_redemption(town, client, settings):
    settings.SHIMEN_NOW = AT
    shop, work = stands.merchant(town), make.entity(town.first_grid)
    workers = [make.worker(work) for _ in range(2)]
    client.force_login(town.staff)
    form = {
        "title": "示例午餐券", "value": "10", "number": "5", "first_day": "2026-11-01", "last_day": "2026-12-31",
        "hold_minutes": "60", "audience": "workers", "merchants": shop.trade_sign,
    }  # fmt: skip
    wrong = client.post(reverse("supply:coupon-batch-new"), form | {"merchants": "没有的店"})
    assert (wrong.status_code, "名册里没有" in wrong.content.decode()) == (422, True)
    batch = client.post(reverse("supply:coupon-batch-new"), form, follow=True).context["batch"]
    issue = reverse("supply:coupon-issue", args=[batch.pk])
    assert "发出 2 张" in client.post(issue, {"people": work.name}, follow=True).content.decode()
    assert client.post(issue, {"people": work.name}).status_code == 422
    assert Coupon.objects.filter(worker__in=workers).count() == 2
    assert "扫开" in client.get(reverse("supply:coupon-slips", args=[batch.pk])).content.decode()
    one, other = Coupon.objects.order_by("pk")
    client.post(reverse("supply:coupon-void", args=[one.pk]), {"reason": "本人说丢了"})
    done = stands.redeemed(other, stands.device(town, shop))
    client.post(reverse("supply:redemption-back", args=[done.pk]), {"reason": "店员点错了"})
    assert sorted(Coupon.objects.values_list("state", flat=True)) == ["issued", "void"]
    assert redeeming.look(code=stands.code(other), device=done.device, at=AT) == other
