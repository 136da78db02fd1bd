"""Every address against every person: those who may come in do, the others do not, the anonymous sign in first."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shimen.accounts.access import FIELD, Gate, scope_of
from tests import make
from tests.access.addresses import Address, ours
from tests.access.samples import Samples

pytestmark = pytest.mark.django_db
OURS = ours()
NAMES = [address.name for address in OURS]


# The gate takes whoever is signed in, because a phone may still deliver what it holds after the role has ended (with the pass
# that its form carried); to look, and to deliver without that pass, one needs the role.
NARROWER_INSIDE = {"coverage:door": FIELD, "coverage:visit": FIELD}


def _may(address: Address, user) -> bool:
    allowed = set(NARROWER_INSIDE.get(address.name, address.allowed or ()))
    return Gate.PUBLIC in allowed or Gate.SIGNED_IN in allowed or scope_of(user).has(*allowed)


def _ask(client: Client, method: str, url: str) -> int:
    return getattr(client, method)(url).status_code


@pytest.mark.parametrize("address", OURS, ids=NAMES)
def test_only_those_with_the_role_come_in(address: Address, town: make.Town) -> None:
    url = reverse(address.name, kwargs=Samples(town).parts_of(address))
    for who, user in town.everyone().items():
        client = Client()
        client.force_login(user)
        if _may(address, user):
            assert _ask(client, "get", url) != 403, f"{who} is kept out of {url}"
            continue
        statuses = {_ask(client, "get", url), _ask(client, "post", url)}
        assert statuses <= {403, 405}, f"{who} comes into {url}"
        assert 403 in statuses


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
    allowed = [user for user in town.everyone().values() if _may(address, user)]
    client = Client()
    client.force_login(allowed[0])
    assert _ask(client, method, url) in {200, 201, 204, 302, 303, 400, 404, 405, 409, 410, 415, 422, 503}, url


# What a mere look may write: the log of what was seen, the session, and the counts of the rate limits' cache.
WRITTEN_BY_LOOKING = ("audit_accesslog", "django_session", "usersessions_usersession", "SAVEPOINT")


@pytest.mark.parametrize("address", OURS, ids=NAMES)
def test_looking_changes_nothing(address: Address, town: make.Town) -> None:
    """A link, an image of another site or a browser that loads ahead must not be able to do anything."""
    url = reverse(address.name, kwargs=Samples(town).parts_of(address))
    client = Client()
    client.force_login(next(user for user in town.everyone().values() if _may(address, user)))
    with CaptureQueriesContext(connection) as caught:
        client.get(url)
    writes = [q["sql"] for q in caught if q["sql"].split(" ", 1)[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert not [sql for sql in writes if not any(table in sql for table in WRITTEN_BY_LOOKING)]
