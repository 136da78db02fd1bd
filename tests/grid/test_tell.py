"""The public way in: a form of its own weight, without script or cookie, that is sent once and cannot be forged."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlencode

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from grid.models import Opinion
from grid.opinions import codes, receiving, sorting
from grid.views import telling
from shimen.privacy.models import Erasure
from tests import make, station

pytestmark = pytest.mark.django_db
WORDS = "望桥路晚上路灯不亮，骑车看不见坑。"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def code(town):
    return station.opinion_code(town, town.first_grid)


@pytest.fixture
def address(code):
    return reverse("grid:tell", args=[code.token])


def _post(client, address, data, **extra):
    """As a browser's plain form sends it."""
    return client.post(address, urlencode(data), content_type="application/x-www-form-urlencoded", **extra)


def _pass(client, address):
    page = client.get(address).content.decode()
    return re.search(r'name="pass" value="([^"]+)"', page).group(1)


def _send(client, address, **said):
    return _post(client, address, {"words": WORDS, "pass": _pass(client, address)} | said)


def _receipt(answer):
    return re.search(r'class="receipt"[^>]*>([^<]+)<', answer.content.decode()).group(1)


def _look(client, number, **more):
    return _post(client, reverse("grid:tell-receipt"), {"number": number} | more).content.decode()


def test_the_form_is_light_plain_and_keeps_no_cookie(client, address, town):
    answer = client.get(address)
    page = answer.content.decode()
    assert len(answer.content) <= 30_000
    assert "<script" not in page
    assert not answer.cookies
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"][:7]) == ("no-store", "noindex")
    assert "不留姓名、不留电话也一样受理" in page
    assert "checked" not in page
    assert page.count("id_area") == 0


def test_it_is_sent_without_a_name_and_its_state_is_read_by_the_receipt(client, town, address):
    answer = _send(client, address)
    row = Opinion.objects.get()
    assert (answer.status_code, row.words, row.phone_mask, row.way) == (200, WORDS, "", "code")
    assert not answer.cookies
    number = _receipt(answer)
    assert "收到了，等分拣" in _look(client, number)
    sorting.answer(opinion=row, words="今晚<b>来修", actor=town.staff, at=make.AT)
    page = _look(client, number)
    assert "今晚&lt;b&gt;来修" in page
    assert town.staff.display_name not in page


def test_sent_twice_it_is_one_opinion_and_one_receipt(client, address):
    shown = _pass(client, address)
    first = _post(client, address, {"words": WORDS, "pass": shown})
    second = _post(client, address, {"words": WORDS, "pass": shown})
    assert _receipt(first) == _receipt(second)
    assert "只记一份" in second.content.decode()
    third = _send(client, address)
    assert "查询码是上次提交时显示的那一个" in third.content.decode()
    assert Opinion.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"words": ""}, "还没写，至少 4 个字"),
        ({"words": "灯坏"}, "至少 4 个字"),
        ({"words": "长" * 1001}, "最多 1000 字"),
        ({"phone": "12"}, "看不出是电话"),
        ({"phone": "19900000017"}, "要留电话就勾选同意"),
        ({"category": "nonsense"}, "选一个列出来的"),
        ({"website": "spam"}, "这一格请留空"),
        ({"spot": "\x00"}, "看不见的字符"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(client, address, said, sentence):
    answer = _send(client, address, **({"spot": "41 号门口"} | said))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "spot" in said or "41 号门口" in page
    assert not Opinion.objects.exists()


def test_a_number_with_consent_can_be_deleted_by_the_receipt(client, address):
    number = _receipt(_send(client, address, phone="199 0000 0017", consents="1"))
    assert "199****0017" in _look(client, number)
    page = _look(client, number, step="forget")
    assert "199****0017" not in page
    assert Opinion.objects.get().words == WORDS
    assert "撤回这条意见" in _look(client, number, step="ask")
    assert Opinion.objects.get().words == WORDS
    assert "已撤回" in _look(client, number, step="withdraw")
    assert Opinion.objects.get().words == ""
    assert Erasure.objects.count() == 2


@pytest.mark.parametrize("pass_", ["", "forged", signing.dumps(["0" * 32, "x", 1], salt="collect.form")])
def test_a_forged_pass_goes_back_with_what_was_typed(client, address, pass_):
    answer = _post(client, address, {"words": WORDS, "pass": pass_})
    assert answer.status_code == 422
    assert "这一页放得太久" in answer.content.decode()
    assert WORDS in answer.content.decode()
    assert not Opinion.objects.exists()


def test_a_pass_of_another_code_or_of_an_older_notice_is_none(client, town, address):
    other = reverse("grid:tell", args=[station.opinion_code(town, town.second_grid).token])
    foreign = _pass(client, other)
    assert _post(client, address, {"words": WORDS, "pass": foreign}).status_code == 422
    shown = _pass(client, address)
    values = codes.first_draft(town.street) | {"contact": "示例街道党建办 021-0000-0001"}
    codes.publish_notice(street=town.street, values=values, actor=town.staff, at=make.AT)
    assert _post(client, address, {"words": WORDS, "pass": shown}).status_code == 422
    assert not Opinion.objects.exists()


def test_a_pass_that_lay_too_long_is_none(client, address, monkeypatch):
    shown = _pass(client, address)
    monkeypatch.setattr(telling, "OPEN_FOR", -1)
    assert _post(client, address, {"words": WORDS, "pass": shown}).status_code == 422


@pytest.mark.parametrize("token", ["0" * 16, "A" * 16, "short", "x" * 200])
def test_a_token_that_is_none_is_not_found(client, code, token):
    answer = client.get(reverse("grid:tell", args=[token]))
    assert answer.status_code == 404
    assert "没有这张码" in answer.content.decode()


def test_a_code_that_was_exchanged_or_is_over_says_so(client, town, code, address):
    fresh = codes.rotate(code=code, reason="纸面破损", actor=town.staff, at=make.AT)
    assert client.get(address).status_code == 410
    assert "这张码已过期" in _post(client, address, {"words": WORDS}).content.decode()
    new = reverse("grid:tell", args=[fresh.token])
    assert client.get(new).status_code == 200
    with override_settings(SHIMEN_NOW=make.AT + dt.timedelta(days=codes.VALID_DAYS + 1)):
        assert client.get(new).status_code == 410


def test_too_many_from_one_network_are_asked_to_wait(client, town, address):
    for number in range(telling.AT_ONE_CODE.tries):
        assert _send(client, address, words=f"{WORDS}{number}").status_code == 200
    answer = _send(client, address, words=f"{WORDS}再来")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(telling.AT_ONE_CODE.seconds)
    other = reverse("grid:tell", args=[station.opinion_code(town, town.second_grid).token])
    assert _send(client, other).status_code == 200


def test_one_code_from_many_networks_is_limited_too(client, address, monkeypatch):
    monkeypatch.setattr(telling, "ONE_CODE", telling.limits.Limit("tell-code-test", tries=1, seconds=60))
    assert _send(client, address).status_code == 200
    assert _post(client, address, {"words": WORDS}, REMOTE_ADDR="198.51.100.7").status_code == 429


def test_receipts_cannot_be_tried_out(client, address):
    for _ in range(telling.LOOKING.tries):
        assert _post(client, reverse("grid:tell-receipt"), {"number": "2222222222"}).status_code == 422
    assert _post(client, reverse("grid:tell-receipt"), {"number": "2222222222"}).status_code == 429


def test_a_form_of_another_site_files_and_huge_bodies_are_turned_away(address):
    client = Client(enforce_csrf_checks=True)
    assert _post(client, address, {"words": WORDS}, headers={"origin": "https://evil.example"}).status_code == 403
    form = "application/x-www-form-urlencoded"
    assert client.post(address, "x" * 30_000, content_type=form).status_code == 413
    assert client.post(address, b"--x--", content_type="multipart/form-data; boundary=x").status_code == 415


def test_the_short_code_leads_to_the_form(client, code, address):
    assert _post(client, reverse("grid:tell-start"), {"short": code.short.lower()}).url == address
    assert _post(client, reverse("grid:tell-start"), {"short": "ABC"}).status_code == 422


def test_behind_the_streets_code_one_may_name_the_grid(client, town):
    address = reverse("grid:tell", args=[station.opinion_code(town).token])
    assert town.second_grid.name in client.get(address).content.decode()
    _send(client, address, area=town.second_grid.pk)
    assert Opinion.objects.get().area == town.second_grid
    elsewhere = make.area(town.stranger.street)
    assert _send(client, address, words=f"{WORDS}二", area=elsewhere.pk).status_code == 422


def test_nothing_of_the_sender_is_written_down(client, address):
    _send(client, address)
    from shimen.audit.models import AccessLog

    assert AccessLog.objects.get(verb="opinions.tell").origin == ""
    assert receiving.find("") is None
