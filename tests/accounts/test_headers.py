"""What every answer says to the browser: the policy, frames, types, referrers, caches."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from shimen.accounts import invitations
from shimen.accounts.models import Role
from tests import make

pytestmark = pytest.mark.django_db


def _policy(response) -> dict[str, list[str]]:
    parts = [part.split() for part in response.headers["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in parts}


def _pages(town: make.Town) -> list[tuple[Client, str]]:
    anonymous, staff, audit = Client(), Client(), Client()
    staff.force_login(town.staff)
    audit.force_login(town.audit_admin)
    return [
        (anonymous, "/accounts/login/"),
        (anonymous, "/nothing-here/"),
        (staff, "/people/"),
        (staff, "/people/me/"),
        (staff, "/people/invite/"),
        (staff, "/accounts/2fa/"),
        (staff, "/accounts/sessions/"),
        (audit, "/records/"),
        (staff, "/admin/"),
    ]


def test_scripts_and_styles_come_from_us_and_are_never_inline(town: make.Town) -> None:
    for client, path in _pages(town):
        policy = _policy(client.get(path))
        assert policy["script-src"] == ["'self'"], path
        assert policy["style-src"] == ["'self'"], path
        assert policy["default-src"] == ["'self'"], path
        assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"], path
        assert policy["form-action"] == ["'self'"], path
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"} & {
            v for vs in policy.values() for v in vs
        }


def test_no_page_holds_an_inline_script_style_or_handler(town: make.Town) -> None:
    for client, path in _pages(town):
        html = client.get(path, follow=True).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=\"|javascript:", html), path
        for tag in re.findall(r"<script[^>]*>", html):
            assert "src=" in tag or 'type="application/json"' in tag, f"{path}: {tag}"


def test_no_page_lets_itself_be_framed_or_guessed_at(town: make.Town) -> None:
    for client, path in _pages(town):
        headers = client.get(path).headers
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path


def test_pages_with_a_secret_are_neither_kept_nor_told_on(town: make.Town) -> None:
    invited = invitations.invite(
        street=town.street, username="xin", display_name="新某", role=Role.VISITOR, area=None, actor=town.staff, at=make.AT
    )  # fmt: skip
    headers = Client().get(reverse("accounts:invitation", args=[invited.token])).headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["Referrer-Policy"] == "no-referrer"


def test_pages_of_a_signed_in_person_are_not_kept_by_anyone_between(town: make.Town) -> None:
    for client, path in _pages(town)[2:]:
        response = client.get(path)
        assert "private" in response.headers.get("Cache-Control", "") or "Cookie" in response.headers.get("Vary", ""), (
            path
        )


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(town: make.Town) -> None:
    make.person(town.street, Role.VISITOR, username="xiaoli", password=make.PASSWORD)
    client = Client()
    client.post("/accounts/login/", {"login": "xiaoli", "password": make.PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_an_unknown_host_is_refused_where_hosts_are_named(town: make.Town, settings) -> None:
    settings.ALLOWED_HOSTS = ["shimen.example.cn"]
    client = Client()
    client.force_login(town.staff)
    assert client.get("/people/", headers={"host": "evil.example"}).status_code == 400
    assert client.get("/people/", headers={"host": "shimen.example.cn"}).status_code == 200
    sneaked = client.get("/people/", headers={"host": "shimen.example.cn", "x-forwarded-host": "evil.example"})
    assert "evil.example" not in sneaked.content.decode()
