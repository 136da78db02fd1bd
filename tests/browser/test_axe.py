"""Every page that anybody may open: axe finds nothing, the policy is kept, nothing scrolls sideways.

Each page is looked at as the first of `WALKERS` who may open it, at both sizes, light and dark. Whoever comes later is
shown the same templates with less in them, so of those only the pages with a frame of their own are looked at again.
"""

from __future__ import annotations

import pytest

from tests import make
from tests.access.samples import Samples
from tests.browser.walk import Walk, cookie_of, pages_for

pytestmark = pytest.mark.django_db(transaction=True)
WALKERS = ("staff", "data_admin", "secretary", "visitor", "system_admin", "security_admin", "audit_admin", "nobody")
FRAMED = {"feedback", "overview", "accounts:me", "coverage:entity", "coverage:round"}


def _walk(browser, live_server, user, pages: list[tuple[str, str]], seen: set[str]) -> list[str]:
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", reduced_motion="reduce")
    if user is not None:
        context.add_cookies([cookie_of(user, live_server.url)])
    walk, found = Walk(context.new_page()), []
    for name, address in pages:
        if (name not in seen or name in FRAMED) and walk.open(address):
            found += [str(finding) for finding in walk.look(name, all_ways=name not in seen)]
    context.close()
    return found


# Staff see nearly everything first: their pages are shared out, so that two workers end at the same time.
SHARES = {"staff": 8}
CASES = [(who, share) for who in WALKERS for share in range(SHARES.get(who, 1))]


@pytest.mark.parametrize(("who", "share"), CASES, ids=[f"{who}-{share}" for who, share in CASES])
def test_every_page_of_a_role_passes_axe(browser, live_server, who: str, share: int) -> None:
    town = make.town()
    samples = Samples(town)
    earlier = WALKERS[: WALKERS.index(who)]
    seen = {name for other in earlier for name, _ in pages_for(getattr(town, other), samples)}
    pages = list(pages_for(getattr(town, who), samples))[share :: SHARES.get(who, 1)]
    found = _walk(browser, live_server, getattr(town, who), pages, seen)
    assert not found, "\n".join(found)


def test_the_pages_of_proving_oneself_again_pass_axe(browser, live_server) -> None:
    """These open only for people with a password, after a while."""
    town = make.town()
    town.staff.set_password(make.PASSWORD)
    town.staff.save()
    pages = [(path, path) for path in ("/accounts/reauthenticate/", "/accounts/password/change/")]
    found = _walk(browser, live_server, town.staff, pages, set())
    assert not found, "\n".join(found)


def test_every_public_page_passes_axe(browser, live_server) -> None:
    found = _walk(browser, live_server, None, list(pages_for(None, Samples(make.town()))), set())
    assert not found, "\n".join(found)
