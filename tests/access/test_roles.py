"""Every address against those who may not open it, the anonymous and somebody who may; who may is walked in test_links."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shimen.accounts.access import Gate
from shimen.accounts.models import SEPARATE_ROLES, Role
from tests import make
from tests.access.addresses import Address, may_open, ours
from tests.access.samples import Samples

pytestmark = pytest.mark.django_db
OURS = ours()
NAMES = [address.name for address in OURS]


def _ask(client: Client, method: str, url: str) -> int:
    return getattr(client, method)(url).status_code


# Whoever holds several roles may what any of them may: somebody with all the refused ones is kept out only if each is.
TOGETHER = (tuple(role for role in Role.values if role not in SEPARATE_ROLES), *((role,) for role in SEPARATE_ROLES))
GUARDED = [address for address in OURS if not set(address.allowed or ()) & {Gate.PUBLIC, Gate.SIGNED_IN}]


@pytest.mark.parametrize("address", GUARDED, ids=[address.name for address in GUARDED])
def test_nobody_comes_in_without_the_role(address: Address, town: make.Town) -> None:
    url = reverse(address.name, kwargs=Samples(town).parts_of(address))
    for roles in TOGETHER:
        refused = [role for role in roles if role not in (address.allowed or ())]
        client = Client()
        client.force_login(make.person(town.street, *refused))
        status = _ask(client, "get", url)
        # The gate is asked whatever the method is, unless the method was refused before it.
        status = _ask(client, "post", url) if status == 405 else status
        assert status == 403, f"{refused or 'nobody'} come into {url}"


@pytest.mark.parametrize("address", OURS, ids=NAMES)
def test_the_anonymous_are_sent_to_sign_in_and_back(address: Address, town: make.Town) -> None:
    url = reverse(address.name, kwargs=Samples(town).parts_of(address))
    client = Client()
    if Gate.PUBLIC in (address.allowed or ()):
        assert _ask(client, "get", url) < 500
        return
    answers = [client.get(url), client.post(url)]
    assert {answer.status_code for answer in answers} <= {302, 405}
    sent = [answer.headers["Location"] for answer in answers if answer.status_code == 302]
    assert sent
    assert all(location.startswith("/accounts/login/?next=") for location in sent)


@pytest.mark.parametrize("address", OURS, ids=NAMES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_address_breaks_whoever_opens_it_or_sends_nothing_to_it(
    address: Address, method: str, town: make.Town
) -> None:
    """The first fixed person who may: a page, a redirect or a refusal in words, never a fault."""
    url = reverse(address.name, kwargs=Samples(town).parts_of(address))
    allowed = [user for user in town.everyone().values() if may_open(address, user)]
    client = Client()
    client.force_login(allowed[0])
    fine = {200, 201, 204, 302, 303, 400, 404, 405, 409, 410, 415, 422, 503}
    # A public page may still know people by something of its own: a merchant's phone that nobody signed in is told so.
    fine |= {403} if Gate.PUBLIC in (address.allowed or ()) else set()
    assert _ask(client, method, url) in fine, url


# What a mere look may write: the log of what was seen, the session, and the counts of the rate limits' cache.
WRITTEN_BY_LOOKING = ("audit_accesslog", "django_session", "usersessions_usersession", "SAVEPOINT")


@pytest.mark.parametrize("address", OURS, ids=NAMES)
def test_looking_changes_nothing(address: Address, town: make.Town) -> None:
    """A link, an image of another site or a browser that loads ahead must not be able to do anything."""
    url = reverse(address.name, kwargs=Samples(town).parts_of(address))
    client = Client()
    client.force_login(next(user for user in town.everyone().values() if may_open(address, user)))
    with CaptureQueriesContext(connection) as caught:
        client.get(url)
    writes = [q["sql"] for q in caught if q["sql"].split(" ", 1)[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert not [sql for sql in writes if not any(table in sql for table in WRITTEN_BY_LOOKING)]
