"""Sending the public form: once, with consent, in plain words, whatever arrives."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from coverage.collection import submissions
from coverage.models import Consent, Submission
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db
PHONE = "19900000017"


@pytest.fixture
def code(town: make.Town):
    return make.code(make.entity(town.first_grid, trade_sign="子丑面馆"))


def shown(client: Client, code) -> tuple[str, dict[str, str]]:
    """The page, and a form filled in with what it must have."""
    page = client.get(reverse("coverage:collect", args=[code.token])).content.decode()
    found = re.search(r'name="pass" value="([^"]+)"', page)
    assert found
    return page, {"pass": found[1], "name": "赵甲一", "phone": PHONE, "agrees": "1"}


def send(client: Client, code, data: dict[str, str], **options):
    return client.post(
        reverse("coverage:collect", args=[code.token]), _encoded(data), content_type=URLENCODED, **options
    )


URLENCODED = "application/x-www-form-urlencoded"


def _encoded(data: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(data)


def receipt_in(page: str) -> str:
    found = re.search(r'class="receipt"[^>]*>([0-9A-Z ]+)<', page)
    assert found, page
    return found[1].replace(" ", "")


def test_the_form_says_who_asks_why_what_and_for_how_long_before_it_asks(code) -> None:
    page, _ = shown(Client(), code)
    for said in (
        "自愿填写，不填也可以",
        "谁在用",
        "做什么",
        "不要身份证号",
        "180 天",
        "撤回",
        "看完整告知书",
        "子丑面馆",
    ):
        assert said in page
    assert page.index("怎么用您的信息") < page.index('name="name"')
    assert not re.search(r"<input[^>]* checked", page)
    assert "<script" not in page


def test_what_is_sent_waits_sealed_with_its_consents(code) -> None:
    client = Client()
    _, data = shown(client, code)
    page = send(client, code, data | {"post": "clerk", "standing": "member", "agrees_separately": "1"})
    assert page.status_code == 200
    row = Submission.objects.get()
    assert (row.state, row.entity, row.name_mask, row.phone_mask) == ("waiting", code.entity, "赵**", "199****0017")
    assert "赵甲一".encode() not in bytes(row.name_sealed)
    assert {c.kind for c in row.consents.all()} == {Consent.Kind.BASIC, Consent.Kind.SENSITIVE}
    line = AccessLog.objects.get(verb="collection.submit")
    assert (line.actor, line.street, line.origin) == (None, code.street, "")
    assert "赵" not in f"{line.object_name}{line.after}"


def test_standing_without_separate_consent_is_not_kept(code) -> None:
    client = Client()
    _, data = shown(client, code)
    send(client, code, data | {"standing": "member"})
    assert Submission.objects.get().standing_sealed is None
    assert [c.kind for c in Consent.objects.all()] == ["basic"]


def test_without_consent_nothing_is_kept_and_what_was_typed_stays(code) -> None:
    client = Client()
    _, data = shown(client, code)
    del data["agrees"]
    answer = send(client, code, data | {"post": "owner"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "勾选才能提交" in page
    assert 'value="赵甲一"' in page
    assert re.search(r'value="owner" checked', page)
    assert not Submission.objects.exists()


def test_the_same_form_sent_twice_is_one_submission_with_one_receipt(code) -> None:
    client = Client()
    _, data = shown(client, code)
    first, second = send(client, code, data).content.decode(), send(client, code, data).content.decode()
    assert receipt_in(first) == receipt_in(second)
    assert "只记一份" in second
    assert Submission.objects.count() == 1
    assert AccessLog.objects.filter(verb="collection.submit").count() == 1


def test_the_same_content_through_another_form_is_one_submission_and_shows_nobody_the_receipt(code) -> None:
    client = Client()
    _, data = shown(client, code)
    send(client, code, data)
    _, again = shown(Client(), code)
    page = send(Client(), code, again).content.decode()
    assert "同样的内容已经收到过" in page
    assert 'class="receipt"' not in page
    assert Submission.objects.count() == 1


def test_going_back_and_putting_something_right_rewrites_what_waits(code) -> None:
    client = Client()
    _, data = shown(client, code)
    first = send(client, code, data | {"standing": "member", "agrees_separately": "1"}).content.decode()
    second = send(client, code, data | {"phone": "19900000018"}).content.decode()
    assert "已按新写的改好" in second
    assert receipt_in(first) == receipt_in(second)
    row = Submission.objects.get()
    assert (row.phone_mask, row.standing_sealed) == ("199****0018", None)
    assert [c.kind for c in row.consents.all()] == ["basic"]
    assert AccessLog.objects.filter(verb="collection.rewrite").count() == 1


def test_what_was_decided_or_taken_back_is_not_rewritten_by_going_back(town, code) -> None:
    client = Client()
    _, data = shown(client, code)
    send(client, code, data)
    row = Submission.objects.get()
    submissions.refuse(submission=row, reason="other", actor=town.staff, at=make.AT)
    late = send(client, code, data | {"phone": "19900000018"})
    assert late.status_code == 422
    assert "已经核对过" in late.content.decode()
    submissions.withdraw(submission=row, actor=None, at=make.AT)
    assert "已经撤回了" in send(client, code, data).content.decode()


def test_no_cookie_is_set_nor_needed(code) -> None:
    client = Client(enforce_csrf_checks=True)
    _, data = shown(client, code)
    answer = send(client, code, data)
    assert answer.status_code == 200
    assert not client.cookies
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("header", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_form_of_another_site_is_turned_away(code, header) -> None:
    client = Client()
    _, data = shown(client, code)
    assert send(client, code, data, headers=header).status_code == 403
    assert not Submission.objects.exists()


@pytest.mark.parametrize("forged", ["", "x", "eyJ4Ijox:1abc:zzz"])
def test_a_form_that_was_not_shown_here_comes_back_with_what_was_typed(code, forged) -> None:
    client = Client()
    _, data = shown(client, code)
    answer = send(client, code, data | {"pass": forged})
    assert answer.status_code == 422
    assert 'value="赵甲一"' in answer.content.decode()
    assert not Submission.objects.exists()


def test_a_pass_of_another_door_does_not_open_this_one(town, code) -> None:
    other = make.code(make.entity(town.second_grid))
    client = Client()
    _, data = shown(client, other)
    assert send(client, code, data).status_code == 422
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "姓名：还没写"),
        ("name", "赵", "至少两个字"),
        ("name", "赵1", "里面有数字"),
        ("name", "😀😀", "只写汉字或字母"),
        ("name", "'; DROP TABLE coverage_submission;--", "最多 30 个字"),
        ("name", "赵\x00甲", "看不见的字符"),
        ("name", "<script>alert(1)</script>", "里面有数字"),
        ("phone", "", "手机号：还没写"),
        ("phone", "1990000001", "应为 11 位，现在 10 位"),
        ("phone", "abc", "应为 11 位，现在 0 位"),
        ("phone", "29900000017", "应以 1 开头"),
        ("post", "king", "选一个列出来的"),
        ("standing", "x", "选一个列出来的"),
        ("website", "http://spam.example", "这一格请留空"),
    ],
)  # fmt: skip
def test_bad_input_gets_a_sentence_beside_its_field(code, field, value, said) -> None:
    client = Client()
    _, data = shown(client, code)
    answer = send(client, code, data | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "<script>alert" not in page
    assert not Submission.objects.exists()


@pytest.mark.parametrize("name", ["阿依古丽·买买提", "ANNA LEE", "欧阳甲乙", "O'NEIL", "𠮷田甲"])
def test_names_of_all_kinds_are_taken(code, name) -> None:
    client = Client()
    _, data = shown(client, code)
    assert send(client, code, data | {"name": name}).status_code == 200


def test_a_huge_body_is_refused_before_it_is_read(code) -> None:
    client = Client()
    answer = send(client, code, {"name": "x" * 3_000_000})
    assert answer.status_code == 413
    assert "写得太多了" in answer.content.decode()


def test_a_thousand_posts_from_one_address_end_in_a_helpful_refusal(code) -> None:
    client = Client()
    _, data = shown(client, code)
    answers = [send(client, code, data | {"phone": f"199{n:08d}"}) for n in range(25)]
    late = answers[-1]
    assert late.status_code == 429
    assert "过 10 分钟再来" in late.content.decode()
    assert late.headers["Retry-After"]
    assert [a.status_code for a in answers].count(200) == 20


def test_answers_are_closed_to_caches_search_engines_and_foreign_eyes(code) -> None:
    client = Client()
    answer = client.get(reverse("coverage:collect", args=[code.token]))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]
