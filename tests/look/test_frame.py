"""The frame: who sees which entries, and pages for whatever goes wrong."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults

from shimen import navigation
from shimen.accounts.access import Gate, scope_of
from shimen.accounts.models import User
from tests import make
from tests.access.addresses import ours

pytestmark = pytest.mark.django_db
PEOPLE = ("staff", "secretary", "visitor", "data_admin", "system_admin", "security_admin", "audit_admin", "nobody")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def side_of(client: Client) -> list[str]:
    text = client.get(reverse("feedback")).content.decode()
    return re.findall(r'href="(/[^"]*)"', text[text.index('class="side"') : text.index("</nav>")])


def test_every_entry_of_the_side_leads_to_a_page() -> None:
    assert [entry.url for entry in navigation.entries() if not navigation.address_of(entry.url)] == []


def test_entries_promise_no_more_than_their_pages_allow() -> None:
    allowed = {address.name: set(address.allowed or ()) for address in ours()}
    for entry in navigation.entries():
        pages = allowed[entry.url]
        assert Gate.SIGNED_IN in pages or set(entry.roles) <= pages, entry.title


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_is_shown_a_way_that_is_closed(town: make.Town, who: str) -> None:
    client = signed_in(getattr(town, who))
    assert {href: client.get(href).status_code for href in side_of(client)} == dict.fromkeys(side_of(client), 200)


@pytest.mark.parametrize(
    ("who", "page"),
    [("staff", "overview"), ("data_admin", "coverage:compare"), ("secretary", "branches:home"), ("visitor", "coverage:today")],
)  # fmt: skip
def test_everybody_comes_home_to_their_own_question(town: make.Town, who: str, page: str) -> None:
    assert signed_in(getattr(town, who)).get("/").headers["Location"] == reverse(page)


def test_the_theme_is_written_by_the_server(town: make.Town) -> None:
    client = signed_in(town.staff)
    assert 'data-bs-theme="auto"' in client.get(reverse("feedback")).content.decode()
    client.post(reverse("theme"), {"theme": "dark", "next": "/feedback/"})
    assert 'data-bs-theme="dark"' in client.get(reverse("feedback")).content.decode()


def test_a_page_that_does_not_exist_looks_like_ours(town: make.Town) -> None:
    answer = signed_in(town.staff).get("/no/such/page/")
    assert answer.status_code == 404
    assert "没有找到这一页" in answer.content.decode()
    assert 'class="side"' in answer.content.decode()


@pytest.mark.parametrize("name", ["branches:talent-join", "supply:volunteer-join", "supply:door-of-space"])
def test_an_address_with_a_zero_byte_is_not_found(town: make.Town, name: str) -> None:
    answer = Client().get(reverse(name, args=["abc"]).replace("abc", "a%00c"))
    assert answer.status_code == 404


def test_a_button_address_opened_by_hand_says_so(town: make.Town) -> None:
    answer = signed_in(town.staff).get(reverse("theme"))
    assert answer.status_code == 405
    assert "不能直接打开" in answer.content.decode()
    assert "POST" in answer.headers["Allow"]


def test_a_stale_form_is_explained(town: make.Town) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.staff)
    answer = client.post(reverse("theme"), {"theme": "dark"})
    assert answer.status_code == 403
    assert "开得太久" in answer.content.decode()


def _request(user: Any) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


def test_refusals_and_failures_have_a_page(town: make.Town) -> None:
    refused = defaults.permission_denied(_request(town.staff), PermissionDenied("这一页不在您的职责范围内。"))
    assert "这一页不在您的职责范围内" in refused.content.decode()
    assert "这一步没有看懂" in defaults.bad_request(_request(town.staff), ValueError()).content.decode()
    broken = defaults.server_error(_request(town.staff)).content.decode()
    assert "已有的数据没有变" in broken
    assert "<style" not in broken


def test_the_parts_page_draws_everything(town: make.Town) -> None:
    text = signed_in(town.staff).get(reverse("gallery")).content.decode()
    for part in ("steps", "sum", "facts", "line", "rows", "undo", "empty", "filters", "pager", "drop-zone", "spark"):
        assert f'class="{part}' in text, part
    assert " style=" not in text


def test_scope_of_nobody_shows_only_what_is_for_everyone(town: make.Town) -> None:
    assert scope_of(town.nobody).street_id is None
    assert side_of(signed_in(town.nobody)) == []


STREET = {"TOP": 2, "COVERAGE": 7, "INTEGRATION": 13, "EMPOWERMENT": 10, "GROUNDS": 3}


@pytest.mark.parametrize(
    ("here", "cookie", "opened"),
    [
        ("INTEGRATION", "", {"INTEGRATION"}),
        ("TOP", "", {"TOP", "COVERAGE"}),
        ("GROUNDS", "", {"GROUNDS", "COVERAGE"}),
        (None, "39", set(STREET) - {"TOP"}),
        ("COVERAGE", "23.GROUNDS", {"COVERAGE", "GROUNDS"}),
        ("COVERAGE", "23.", {"COVERAGE"}),
        ("COVERAGE", "23.NOSUCH.<b>", {"COVERAGE"}),
        ("INTEGRATION", "much.GROUNDS", {"INTEGRATION"}),
        ("INTEGRATION", "99999", {"INTEGRATION"}),
    ],
)
def test_the_pillar_of_the_page_is_open_the_others_as_chosen_or_as_fit(
    here: str | None, cookie: str, opened: set[str]
) -> None:
    assert navigation.unfolded(STREET, here=here, habit=navigation.Habit.read(cookie)) - {"TOP"} == opened - {"TOP"}


def test_whoever_sees_little_sees_all_of_it(town: make.Town) -> None:
    text = signed_in(town.system_admin).get(reverse("feedback")).content.decode()
    assert text.count('<details class="fold') == text.count(" open>\n<summary><h2>")


def test_what_was_opened_by_hand_is_open_on_the_next_page(town: make.Town) -> None:
    client = signed_in(town.staff)
    client.cookies[navigation.COOKIE] = "23.GROUNDS"
    text = client.get(reverse("coverage:entities")).content.decode()
    assert 'fold here" data-fold="COVERAGE" open' in text
    assert 'data-fold="GROUNDS" open' in text
    assert 'data-fold="EMPOWERMENT">' in text
