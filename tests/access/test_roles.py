"""Every address against those who may not open it and the anonymous; who may is walked in test_opened and test_links."""

from __future__ import annotations

import pytest
from django.test import Client

from shimen.accounts.access import Gate
from shimen.accounts.models import SEPARATE_ROLES, Role
from tests import make
from tests.access.addresses import Address, ours
from tests.access.conftest import World

pytestmark = pytest.mark.django_db
OURS = ours()

# Whoever holds several roles may what any of them may: somebody with all the refused ones is kept out only if each is.
TOGETHER = (tuple(role for role in Role.values if role not in SEPARATE_ROLES), *((role,) for role in SEPARATE_ROLES))
GUARDED = [address for address in OURS if not set(address.allowed or ()) & {Gate.PUBLIC, Gate.SIGNED_IN}]


def _ask(client: Client, method: str, url: str) -> int:
    return getattr(client, method)(url).status_code


@pytest.mark.parametrize("address", GUARDED, ids=[address.name for address in GUARDED])
def test_nobody_comes_in_without_the_role(address: Address, world: World) -> None:
    url = world.path(address)
    for roles in TOGETHER:
        refused = [role for role in roles if role not in (address.allowed or ())]
        client = Client()
        client.force_login(make.person(world.town.street, *refused))
        status = _ask(client, "get", url)
        # The gate is asked whatever the method is, unless the method was refused before it.
        status = _ask(client, "post", url) if status == 405 else status
        assert status == 403, f"{refused or 'nobody'} come into {url}"


@pytest.mark.parametrize("address", OURS, ids=[address.name for address in OURS])
def test_the_anonymous_are_sent_to_sign_in_and_back(address: Address, world: World) -> None:
    url = world.path(address)
    client = Client()
    if Gate.PUBLIC in (address.allowed or ()):
        assert _ask(client, "get", url) < 500
        return
    answers = [client.get(url), client.post(url)]
    assert {answer.status_code for answer in answers} <= {302, 405}
    sent = [answer.headers["Location"] for answer in answers if answer.status_code == 302]
    assert sent
    assert all(location.startswith("/accounts/login/?next=") for location in sent)
