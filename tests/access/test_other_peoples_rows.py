"""What lies outside a person's street or areas is not there (404), with a forged id or a real one, in any address."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from shimen.accounts.access import Gate
from shimen.accounts.models import Role, User
from shimen.audit.models import AccessLog
from tests import make
from tests.access.addresses import Address, ours
from tests.access.conftest import World
from tests.access.samples import NOT_A_ROW, STREET_WIDE

pytestmark = pytest.mark.django_db
WITH_ROWS = [address for address in ours() if set(address.parts) - NOT_A_ROW]
OF_AN_AREA = [address for address in WITH_ROWS if set(address.parts) - NOT_A_ROW - STREET_WIDE]


def _names(addresses: list[Address]) -> list[str]:
    return [address.name for address in addresses]


def _roles(address: Address) -> list[str]:
    allowed = set(address.allowed or ())
    if allowed & {Gate.PUBLIC, Gate.SIGNED_IN}:
        return [Role.STAFF]
    # One administrator of the three at most: nobody holds two.
    separate = [role for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN) if role in allowed]
    return [*(allowed - set(separate)), *separate[:1]]


def _is_not_there(user: User, url: str, allow_get: bool = True) -> None:
    """Neither reading nor writing finds it, and nothing is written down as done."""
    before = AccessLog.objects.count()
    client = Client()
    client.force_login(user)
    statuses = [client.get(url).status_code, client.post(url).status_code]
    assert set(statuses) <= {404, 405}, f"{url}: {statuses}"
    assert 404 in statuses
    assert AccessLog.objects.count() == before


@pytest.mark.parametrize("address", WITH_ROWS, ids=_names(WITH_ROWS))
def test_rows_of_another_street_are_not_there(address: Address, world: World) -> None:
    _is_not_there(make.person(world.town.stranger.street, *_roles(address)), world.path(address))


@pytest.mark.parametrize("address", WITH_ROWS, ids=_names(WITH_ROWS))
def test_made_up_ids_are_not_there(address: Address, world: World) -> None:
    parts = world.parts[address.name]
    forged = {name: uuid.uuid4() if isinstance(value, uuid.UUID) else 999_999_999 for name, value in parts.items()}
    _is_not_there(make.person(world.town.street, *_roles(address)), world.path(address, **forged))


@pytest.mark.parametrize("address", OF_AN_AREA, ids=_names(OF_AN_AREA))
def test_rows_of_another_area_are_not_there(address: Address, world: World) -> None:
    town = world.town
    _is_not_there(make.person(town.street, *_roles(address), area=town.second_grid), world.path(address))


@pytest.mark.parametrize("address", OF_AN_AREA, ids=_names(OF_AN_AREA))
def test_a_role_that_ended_yesterday_opens_nothing(address: Address, world: World) -> None:
    url = world.path(address)
    user = make.person(world.town.street, *_roles(address))
    user.grants.update(valid_to=make.LONG_AGO)
    client = Client()
    client.force_login(user)
    # 404 where a page is open to whoever is signed in and only the row is not theirs any more.
    assert {client.get(url).status_code, client.post(url).status_code} <= {403, 404, 405}


def test_an_area_bound_staff_member_does_not_find_people_of_other_areas(town: make.Town) -> None:
    grid_staff = make.person(town.street, Role.STAFF, area=town.first_grid)
    _is_not_there(grid_staff, reverse("accounts:person", args=[town.colleague.pk]))
    client = Client()
    client.force_login(grid_staff)
    assert client.get(reverse("accounts:person", args=[town.visitor.pk])).status_code == 200
    page = client.get(reverse("accounts:people")).content.decode()
    assert str(town.visitor.pk) in page
    assert str(town.colleague.pk) not in page


def test_a_grant_of_somebody_else_is_not_ended_through_a_person_one_may_see(town: make.Town) -> None:
    url = reverse("accounts:end_grant", args=[town.visitor.pk, town.colleague.grants.get().pk])
    client = Client()
    client.force_login(town.staff)
    assert client.post(url, {"reason": "试"}).status_code == 404
    assert town.colleague.grants.standing().exists()
