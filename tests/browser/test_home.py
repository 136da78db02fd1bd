"""A secretary's home on the phone where there is no signal: it can be read, and says when it was true."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from shimen.embedded.processes import wait_until
from tests import make
from tests.browser.walk import cookie_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def home(phone, live_server):
    """The phone's page opened once, kept by its worker."""
    if not (settings.BASE_DIR / "static" / "dist" / "phone" / "home.js").exists():
        pytest.skip("the front end is not built: make build")
    town = make.town()
    phone.context.add_cookies([cookie_of(town.secretary, live_server.url)])
    phone.goto(reverse("branches:home-phone"))
    expect(phone.locator("#kept")).to_be_hidden()
    phone.evaluate("navigator.serviceWorker.ready")
    kept = "caches.open('home pages').then((c) => c.match('/branches/home/phone/')).then(Boolean)"
    assert wait_until(lambda: phone.evaluate(kept), seconds=20)
    return phone


def test_without_a_signal_the_page_can_be_read_and_says_since_when(home):
    home.context.set_offline(True)
    for name in ("branches:home-phone", "branches:home"):
        home.goto(reverse(name))
        expect(home.locator("#kept")).to_contain_text("离线")
        expect(home.get_by_role("heading", name="今天要办的")).to_be_visible()
    # With the signal back the page loads itself anew, also where the network fails once more first.
    home.route("**/branches/home/", lambda route: route.abort(), times=1)
    home.context.set_offline(False)
    expect(home.locator("#kept")).to_be_hidden()
    expect(home.get_by_role("heading", name="今天要办的")).to_be_visible()


def test_after_signing_out_nothing_is_kept(home):
    home.context.clear_cookies()
    home.goto(reverse("branches:home-phone"))
    home.context.set_offline(True)
    home.goto(reverse("branches:home-phone"))
    expect(home.get_by_text("手机里还没有存过这一页")).to_be_visible()
