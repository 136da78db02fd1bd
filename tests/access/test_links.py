"""No page shows anybody a link or a button that leads them to a refusal.

For every role, every page that it may open is opened, with one row of everything in the street; whoever the gate lets in
is not refused inside, and whatever the page offers (links, forms, parts that htmx fetches) must be open to the same person.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from shimen import figures
from shimen.accounts.access import EVERY_WORKER, Gate, scope_of
from shimen.accounts.models import SEPARATE_ROLES, Role, User
from shimen.territory import layers
from tests import make
from tests.access.addresses import may_open, ours
from tests.access.samples import MAKERS, Samples

pytestmark = pytest.mark.django_db
OFFERS = {"a": ("href",), "form": ("action",), "button": ("formaction",)}
PARTS = ("hx-get", "hx-post")
REFUSED = {403, 404}


class Offers(HTMLParser):
    """What a page offers: (method, address as it is written)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in (*OFFERS.get(tag, ()), *PARTS):
            if given.get(name):
                is_get = tag == "a" or name == "hx-get" or (given.get("method") or "get").lower() == "get"
                self.found.add(("get" if is_get else "post", str(given[name])))


def _everything(town: make.Town) -> Samples:
    """One row of everything, so that lists are not empty and their links stand on the pages."""
    samples = Samples(town)
    for key in MAKERS:
        samples._value(key)
    return samples


def _pages(user: User, samples: Samples) -> Iterator[str]:
    for address in ours():
        if Gate.PUBLIC not in (address.allowed or ()) and may_open(address, user):
            yield reverse(address.name, kwargs=samples.parts_of(address))
    if scope_of(user).has(*EVERY_WORKER):
        yield from (reverse("figures:figure", args=[found.key]) for found in figures.every())
        yield from (f"{reverse('territory:map')}?layer={layer.key}" for layer in layers.every())


def _offered(client: Client, page: str) -> set[tuple[str, str]]:
    answer = client.get(page)
    assert answer.status_code != 403, f"the gate lets in, {page} does not"
    if answer.status_code >= 400 or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return set()
    reader = Offers()
    reader.feed(answer.content.decode())
    inside = {(method, urldefrag(urljoin(page, written)).url) for method, written in reader.found}
    return {(method, url) for method, url in inside if not urlsplit(url).netloc and urlsplit(url).path}


def _leads_nowhere(client: Client, user: User, method: str, url: str) -> str:
    """Why an offer is none; '' when it is good. What posts is asked for its gate and its row, not done."""
    if urlsplit(url).path.startswith(("/static/", "/admin/")):
        return ""
    try:
        allowed = set(getattr(resolve(urlsplit(url).path).func, "allowed", ()))
    except Resolver404:
        return "no such address"
    if allowed and not (allowed & {Gate.PUBLIC, Gate.SIGNED_IN}) and not scope_of(user).has(*allowed):
        return f"{method}: not for this role"
    status = client.get(url).status_code
    return f"{method}: {status}" if status in REFUSED else ""


PEOPLE = [role for role in Role.values if role not in SEPARATE_ROLES]


def _person(town: make.Town, role: str) -> User:
    return make.person(town.street, role, area=None if role in {Role.STAFF, Role.DATA_ADMIN} else town.first_grid)


@pytest.mark.parametrize("role", [*PEOPLE, *SEPARATE_ROLES, "nobody"])
def test_everything_that_a_page_offers_is_open_to_whoever_sees_it(role: str, town: make.Town, settings) -> None:
    settings.SHIMEN_NOW = make.AT
    samples = _everything(town)
    if role == "nobody":
        user = town.nobody
    else:
        user = make.person(town.street, role) if role in SEPARATE_ROLES else _person(town, role)
    client = Client()
    client.force_login(user)
    known: dict[tuple[str, str], str] = {}
    wrong = []
    for page in _pages(user, samples):
        for method, url in sorted(_offered(client, page)):
            # Filters and orders of a list are followed as staff, who have all of them; for the others the list is asked once.
            asked = (method, url if role == Role.STAFF else urlsplit(url).path)
            if asked not in known:
                known[asked] = _leads_nowhere(client, user, method, url)
            if known[asked]:
                wrong.append(f"{page} offers {url} ({known[asked]})")
    assert not wrong, "\n".join(wrong)
