"""The pages that need no account: signing in at a meeting, checking in at a shop, reading a calendar."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from branches.life import attendance, links, tokens, tours
from branches.models import Attendance, CheckIn
from branches.views import doors
from shimen import limits
from shimen.audit.models import AccessLog
from shimen.privacy.sealing import phone_index
from supply.coupons import batches, issuing
from supply.models import Coupon
from tests import make, organised, stands
from tests.make import AT

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
NUMBER = "19900000017"


@pytest.fixture(autouse=True)
def _still(settings):
    settings.SHIMEN_NOW = AT


@pytest.fixture
def branch(town):
    return organised.organisation(town)


@pytest.fixture
def meeting(town, branch):
    row = organised.activity(branch, starts_at=AT, ends_at=AT + HOUR)
    return attendance.show_code(activity=row, actor=town.secretary, at=AT)


def post(client, url: str, data: dict[str, str], **more):
    """As a browser's form does it: these pages take no files."""
    return client.post(url, urlencode(data), content_type="application/x-www-form-urlencoded", **more)


def token_of(meeting) -> str:
    return tokens.token(activity=meeting.pk, secret=meeting.code_secret, at=AT)


def code_of(meeting) -> str:
    return tokens.code(activity=meeting.pk, secret=meeting.code_secret, at=AT)


def sign_in(client, meeting, **data):
    return post(client, reverse("branches:sign-in-token", args=[token_of(meeting)]), {"tap": "1"} | data)


def test_a_member_signs_in_by_number_without_an_account(client, branch, meeting):
    member = organised.member(branch, phone_index=phone_index(NUMBER))
    page = client.get(reverse("branches:sign-in-token", args=[token_of(meeting)]))
    assert "讨论示例事项" in page.content.decode()
    sign_in(client, meeting, phone="199 0000 0017")
    assert Attendance.objects.get().member == member


def test_whether_a_number_belongs_to_a_member_is_never_said(client, branch, meeting):
    organised.member(branch, phone_index=phone_index(NUMBER))
    known, unknown = (sign_in(client, meeting, phone=phone) for phone in (NUMBER, "19900000918"))
    assert known.status_code == unknown.status_code == 200
    assert known.content == unknown.content


def test_whoever_is_signed_in_taps_once(client, town, branch, meeting):
    member = organised.member(branch, user=town.visitor)
    client.force_login(town.visitor)
    sign_in(client, meeting)
    assert Attendance.objects.get().member == member


def test_the_digits_do_the_same_where_there_is_no_camera(client, branch, meeting):
    organised.member(branch, phone_index=phone_index(NUMBER))
    typed = code_of(meeting)
    page = post(client, reverse("branches:door"), {"code": f"{typed[:3]} {typed[3:]}"})
    assert "我到了" in page.content.decode()
    post(client, reverse("branches:sign-in-code"), {"code": typed, "tap": "1", "phone": NUMBER})
    assert Attendance.objects.count() == 1


@pytest.mark.parametrize("phone", ["", "123", "1990000001七", "1" * 40])
def test_what_is_no_number_is_said_and_nothing_noted(client, meeting, phone):
    page = sign_in(client, meeting, phone=phone)
    assert page.status_code == 422
    assert "11 位手机号" in page.content.decode()


def test_an_old_code_says_where_the_new_one_is(client, town, meeting, settings):
    old = reverse("branches:sign-in-token", args=[token_of(meeting)])
    settings.SHIMEN_NOW = AT + dt.timedelta(minutes=2)
    assert client.get(old).status_code == 410
    settings.SHIMEN_NOW = AT
    attendance.hide_code(activity=meeting, actor=town.secretary, at=AT)
    assert post(client, old, {"tap": "1", "phone": NUMBER}).status_code == 410
    assert not Attendance.objects.exists()


def test_a_form_of_another_site_is_turned_away(meeting):
    strict = Client(enforce_csrf_checks=True)
    url = reverse("branches:sign-in-token", args=[token_of(meeting)])
    assert post(strict, url, {"tap": "1"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert post(strict, url, {"tap": "1"}, headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_guessing_digits_ends_after_a_while(client, meeting, monkeypatch):
    monkeypatch.setattr(doors, "TYPING", limits.Limit("life-code-test", tries=2, seconds=60))
    statuses = [post(client, reverse("branches:door"), {"code": "000001"}).status_code for _ in range(3)]
    assert statuses == [422, 422, 429]


def test_a_participant_checks_in_with_a_nickname(client, town, branch):
    tour = organised.activity(branch, kind="shop_visit", starts_at=AT, ends_at=AT + HOUR)
    shop = tours.add_shops(activity=tour, entities=[make.entity(town.first_grid)], actor=town.secretary, at=AT)[0]
    url = reverse("branches:tour-shop", args=[shop.token])
    assert post(client, reverse("branches:door"), {"code": shop.short}).headers["Location"] == url
    assert "打卡" in client.get(url).content.decode()
    assert post(client, url, {"nickname": ""}).status_code == 422
    assert "打卡成功" in post(client, url, {"nickname": "示例小鱼"}).content.decode()
    assert "只记一次" in post(client, url, {"nickname": "示例小鱼"}).content.decode()
    assert CheckIn.objects.count() == 1


def test_checking_in_hands_out_one_coupon_of_the_activity_while_any_are_left(client, town, branch):
    tour = organised.activity(branch, kind="shop_visit", starts_at=AT, ends_at=AT + HOUR)
    shop = tours.add_shops(activity=tour, entities=[make.entity(town.first_grid)], actor=town.secretary, at=AT)[0]
    subject = batches.Subject("activity", tour.pk, str(tour))
    batch = stands.batch(town, audience="activity", subject=subject, number=1)
    url = reverse("branches:tour-shop", args=[shop.token])
    assert not Coupon.objects.exists()
    page = post(client, url, {"nickname": "示例小鱼"}).content.decode()
    coupon = Coupon.objects.get()
    address = reverse("supply:coupon-page", args=[issuing.page_token(coupon)])
    assert address in page
    assert "给店员扫" in client.get(address).content.decode()
    assert (coupon.batch, coupon.worker, coupon.volunteer) == (batch, None, None)
    for nickname in ("示例小鱼", "示例小虾"):  # said again by anybody, and the batch is used up
        answer = post(client, url, {"nickname": nickname})
        assert answer.status_code == 200
        assert "/supply/q/" not in answer.content.decode()
    assert Coupon.objects.count() == 1
    assert AccessLog.objects.get(verb="coupons.issue").actor_id is None


def test_a_stopped_batch_and_one_of_another_activity_hand_out_nothing(client, town, branch):
    tour = organised.activity(branch, kind="shop_visit", starts_at=AT, ends_at=AT + HOUR)
    other = organised.activity(branch, kind="shop_visit", starts_at=AT, ends_at=AT + HOUR)
    shop = tours.add_shops(activity=tour, entities=[make.entity(town.first_grid)], actor=town.secretary, at=AT)[0]
    stands.batch(town, audience="activity", subject=batches.Subject("activity", other.pk, str(other)))
    own = stands.batch(town, audience="activity", subject=batches.Subject("activity", tour.pk, str(tour)))
    batches.stop(batch=own, actor=town.staff, at=AT)
    done = post(client, reverse("branches:tour-shop", args=[shop.token]), {"nickname": "示例小鱼"})
    assert "打卡成功" in done.content.decode()
    assert not Coupon.objects.exists()


def test_a_shop_says_when_it_opens(client, town, branch, settings):
    tour = organised.activity(branch, kind="shop_visit", starts_at=AT + 5 * HOUR)
    shop = tours.add_shops(activity=tour, entities=[make.entity(town.first_grid)], actor=town.secretary, at=AT)[0]
    assert "开始打卡" in client.get(reverse("branches:tour-shop", args=[shop.token])).content.decode()


def test_a_calendar_is_read_by_its_secret_and_names_nobody(client, town, branch):
    organised.activity(branch, guests="示例来宾，示例单位", title="讨论")
    organised.activity(organised.organisation(town), title="别家的")
    token = links.issue(organisation=branch, actor=town.secretary, at=AT)
    answer = client.get(reverse("branches:calendar", args=[token]))
    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "党员大会：讨论" in text
    assert "别家的" not in text
    assert "示例来宾" not in text
    links.stop(organisation=branch, actor=town.secretary, at=AT)
    assert client.get(reverse("branches:calendar", args=[token])).status_code == 404


def test_the_address_is_shown_once_to_whoever_looks_after_the_branch(client, town, branch):
    client.force_login(town.secretary)
    page = client.post(reverse("branches:organisation-calendar", args=[branch.pk]))
    url = page.context["url"]
    assert Client().get(url).status_code == 200
    again = client.get(reverse("branches:organisation-activities", args=[branch.pk])).content.decode()
    assert url.rsplit("/", 1)[1] not in again
