"""Signing in: by username, with limits, without a way round."""

from __future__ import annotations

import re

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from shimen.accounts.models import User
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def zhou() -> User:
    return make.person(make.street(), "visitor", username="zhouwuwu", display_name="周戊五", password=make.PASSWORD)


def _try(client: Client, username: str = "zhouwuwu", password: str = make.PASSWORD, **extra):
    return client.post(LOGIN, {"login": username, "password": password}, **extra)


def _is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_username_and_password_lead_home(zhou: User, client: Client) -> None:
    assert _try(client).headers["Location"] == "/"
    assert _is_in(client)
    assert UserSession.objects.get().user == zhou


def test_the_page_that_opens_is_answer_enough(zhou: User, client: Client) -> None:
    answer = client.post(LOGIN, {"login": "zhouwuwu", "password": make.PASSWORD}, follow=True)
    assert list(answer.context["messages"]) == []


def test_the_case_of_the_username_does_not_matter(zhou: User, client: Client) -> None:
    _try(client, "ZhouWuWu")
    assert _is_in(client)


@pytest.mark.parametrize(
    ("username", "password"), [("zhouwuwu", "x"), ("nobody", make.PASSWORD), ("zhouwuwu' OR 1=1 --", "x")]
)
def test_a_wrong_pair_is_refused_with_the_same_sentence(
    zhou: User, client: Client, username: str, password: str
) -> None:
    response = _try(client, username, password)
    assert "账号或密码不对。" in response.content.decode()
    assert not _is_in(client)


def test_five_failures_lock_the_account_for_a_quarter_of_an_hour_even_for_the_right_password(
    zhou: User, client: Client
) -> None:
    for _ in range(5):
        assert "账号或密码不对" in _try(client, password="falsch").content.decode()
    response = _try(client)
    assert "连错 5 次，锁定 15 分钟" in response.content.decode()
    assert not _is_in(client)


def test_the_lock_is_per_account_not_per_browser_address_or_spelling(zhou: User) -> None:
    for n in range(5):
        _try(
            Client(REMOTE_ADDR=f"10.0.0.{n}"),
            ["zhouwuwu", "ZHOUWUWU", " zhouwuwu", "zhouwuwu ", "ZhouWuwu"][n],
            "falsch",
        )
    fresh = Client(REMOTE_ADDR="10.9.9.9")
    assert "锁定 15 分钟" in _try(fresh).content.decode()
    other = make.person(zhou.street, "visitor", username="zhaojiayi", password=make.PASSWORD)
    _try(fresh, other.username)
    assert _is_in(fresh)


def test_an_address_that_tries_many_accounts_is_slowed_down(zhou: User, client: Client) -> None:
    for n in range(20):
        _try(client, f"ren-{n}", "falsch")
    assert "锁定" in _try(client).content.decode()
    assert not _is_in(client)


def test_a_made_up_forwarded_address_does_not_reset_the_count(zhou: User, client: Client) -> None:
    for n in range(20):
        _try(client, f"ren-{n}", "falsch", HTTP_X_FORWARDED_FOR=f"10.1.1.{n}")
    assert not _is_in(client)
    _try(client, HTTP_X_FORWARDED_FOR="10.2.2.2")
    assert not _is_in(client)


def test_a_suspended_account_is_told_so_only_after_the_right_password(zhou: User, client: Client) -> None:
    User.objects.update(is_active=False)
    response = _try(client)
    assert not _is_in(client)
    assert response.status_code in {200, 302}


def test_every_refusal_and_every_entry_is_in_the_log_without_what_was_typed(zhou: User, client: Client) -> None:
    _try(client, "mima-in-wrong-box-2026", "x")
    _try(client, password="falsch-geheim", HTTP_USER_AGENT="x")
    _try(client)
    lines = list(AccessLog.objects.order_by("sequence").values_list("verb", "result", "object_id", "origin"))
    assert lines == [
        ("accounts.sign_in", "refused", "", "127.0.0.1"),
        ("accounts.sign_in", "refused", str(zhou.pk), "127.0.0.1"),
        ("accounts.sign_in", "ok", str(zhou.pk), "127.0.0.1"),
    ]
    kept = str(list(AccessLog.objects.values()))
    assert "wrong-box" not in kept
    assert "geheim" not in kept


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "https://testserver@evil.example/",
        "https://testserver/",
        "\thttps://evil.example",
    ],
)
def test_after_sign_in_nobody_is_led_to_another_site(zhou: User, client: Client, target: str) -> None:
    response = client.post(f"{LOGIN}?next={target}", {"login": "zhouwuwu", "password": make.PASSWORD, "next": target})
    assert response.headers["Location"] == "/"


def test_after_sign_in_one_goes_on_to_the_page_one_came_for(zhou: User, client: Client) -> None:
    response = client.get("/people/me/?a=1")
    assert response.headers["Location"] == "/accounts/login/?next=/people/me/%3Fa%3D1"
    response = client.post(
        response.headers["Location"], {"login": "zhouwuwu", "password": make.PASSWORD, "next": "/people/me/?a=1"}
    )
    assert response.headers["Location"] == "/people/me/?a=1"


def test_a_form_of_another_site_cannot_sign_anyone_in(zhou: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert _try(client).status_code == 403
    page = client.get(LOGIN).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    response = client.post(
        LOGIN,
        {"login": "zhouwuwu", "password": make.PASSWORD, "csrfmiddlewaretoken": token[1]},
        HTTP_ORIGIN="https://evil.example",
    )
    assert response.status_code == 403
    assert not _is_in(client)


def test_the_session_gets_a_new_key_at_sign_in(zhou: User, client: Client) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    _try(client)
    assert client.session.session_key != planted


def test_signing_out_needs_a_post_and_ends_the_session(zhou: User, client: Client) -> None:
    _try(client)
    key = client.session.session_key
    client.get("/accounts/logout/")
    assert _is_in(client)
    client.post("/accounts/logout/")
    assert not _is_in(client)
    again = Client()
    again.cookies["sessionid"] = key
    assert again.get("/people/me/").status_code == 302


def test_changing_the_password_ends_the_other_devices(zhou: User) -> None:
    here, there = Client(), Client()
    _try(here)
    _try(there)
    data = {"oldpassword": make.PASSWORD, "password1": "xin-mima-2026-b", "password2": "xin-mima-2026-b"}
    here.post("/accounts/password/change/", data)
    assert here.get("/people/me/").status_code == 200
    assert there.get("/people/me/").status_code == 302
    assert AccessLog.objects.filter(verb="accounts.change_password").exists()


def test_other_devices_can_be_signed_out_from_the_list(zhou: User) -> None:
    here, there = Client(HTTP_USER_AGENT="office"), Client(HTTP_USER_AGENT="phone")
    _try(here)
    _try(there)
    assert here.get("/accounts/sessions/").status_code == 200
    here.post("/accounts/sessions/")
    assert here.get("/people/me/").status_code == 200
    assert there.get("/people/me/").status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/password/reset/",
        "/accounts/login/code/confirm/",
        "/accounts/2fa/webauthn/signup/",
        "/accounts/3rdparty/",
    ],
)
def test_ways_in_that_an_office_does_not_need_do_not_exist(path: str) -> None:
    with pytest.raises(Resolver404):
        resolve(path)


def test_nothing_links_to_a_sign_up() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_the_sign_in_page_opens_and_the_forgotten_password_page_says_whom_to_ask(client: Client) -> None:
    assert client.get(LOGIN).status_code == 200
    assert "系统管理员" in client.get(reverse("account_reset_password")).content.decode()
