"""Every page, as everybody who may open it: axe finds nothing, the policy is kept, nothing scrolls sideways."""

from __future__ import annotations

import pytest

from tests import make
from tests.access.samples import Samples
from tests.browser.walk import Walk, cookie_of, pages_for

pytestmark = pytest.mark.django_db(transaction=True)

# Whoever comes later looks at a page in all ways only if nobody before them could open it.
WALKERS = ("staff", "data_admin", "secretary", "visitor", "system_admin", "security_admin", "audit_admin", "nobody")


def _walk(browser, live_server, user, samples: Samples, seen: set[str]) -> list[str]:
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", reduced_motion="reduce")
    if user is not None:
        context.add_cookies([cookie_of(user, live_server.url)])
    walk, found = Walk(context.new_page()), []
    for name, address in pages_for(user, samples):
        if walk.open(address):
            found += [str(finding) for finding in walk.look(name, all_ways=name not in seen)]
            seen.add(name)
    context.close()
    return found


@pytest.mark.parametrize("who", WALKERS)
def test_every_page_of_a_role_passes_axe(browser, live_server, who: str) -> None:
    town = make.town()
    samples = Samples(town)
    before: set[str] = set()
    for earlier in WALKERS[: WALKERS.index(who)]:
        before |= {name for name, _ in pages_for(getattr(town, earlier), samples)}
    found = _walk(browser, live_server, getattr(town, who), samples, before)
    assert not found, "\n".join(found)


def test_every_public_page_passes_axe(browser, live_server) -> None:
    found = _walk(browser, live_server, None, Samples(make.town()), set())
    assert not found, "\n".join(found)
