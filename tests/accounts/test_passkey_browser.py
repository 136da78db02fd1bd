"""A passkey in a real browser with a virtual authenticator: set up, signed in with, and gone again."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import BrowserContext, Page, expect

from shimen.accounts.models import Role, User
from shimen.audit.models import AccessLog
from tests import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def violations(page: Page) -> list[str]:
    """What the content security policy stopped, as the console tells it."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    return said


@pytest.fixture
def staff() -> User:
    return make.person(make.street(), Role.STAFF, username="zhouwuwu", display_name="周戊五", password=make.PASSWORD)


def _authenticator(context: BrowserContext, page: Page) -> None:
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill("zhouwuwu")
    page.locator("input[name=password]").fill(make.PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def test_a_passkey_is_set_up_and_signs_in_without_a_password(staff: User, page: Page, violations: list[str]) -> None:
    _authenticator(page.context, page)
    _sign_in(page)
    page.goto("/accounts/2fa/webauthn/add/")
    if page.locator("input[name=password]").count():
        page.locator("input[name=password]").fill(make.PASSWORD)
        page.locator("input[name=password]").press("Enter")
    page.locator("input[name=name]").fill("办公电脑")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    passkey = Authenticator.objects.get(user=staff, type="webauthn")
    assert passkey.wrap().name == "办公电脑"
    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/people/me/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/people/me/")
    expect(page.get_by_role("heading", name="周戊五")).to_be_visible()
    assert AccessLog.objects.filter(verb="accounts.sign_in", actor=staff, result="ok").count() == 2
    assert violations == []


def test_after_the_password_a_passkey_is_the_second_proof(staff: User, page: Page, violations: list[str]) -> None:
    _authenticator(page.context, page)
    _sign_in(page)
    page.goto("/accounts/2fa/webauthn/add/")
    if page.locator("input[name=password]").count():
        page.locator("input[name=password]").fill(make.PASSWORD)
        page.locator("input[name=password]").press("Enter")
    page.locator("input[name=name]").fill("办公电脑")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    page.context.clear_cookies()
    _sign_in(page)
    assert "/2fa/authenticate/" in page.url
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url(lambda url: "/2fa/" not in url)
    page.goto("/people/me/")
    expect(page.get_by_role("heading", name="周戊五")).to_be_visible()
    assert violations == []
