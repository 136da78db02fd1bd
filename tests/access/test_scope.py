"""What a person's grants let them see."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from coverage.models import Entity
from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role, User
from shimen.territory.models import Area
from tests import make

pytestmark = pytest.mark.django_db


def test_a_grant_without_area_opens_the_whole_street() -> None:
    town = make.town()
    assert scope_of(town.staff).area_ids is None
    assert set(Area.objects.visible_to(town.staff)) == {town.first_grid, town.block, town.second_grid}


def test_a_grant_in_an_area_opens_everything_below_it_and_nothing_beside_it() -> None:
    town = make.town()
    assert set(Area.objects.visible_to(town.visitor)) == {town.first_grid, town.block}


def test_the_anonymous_and_those_without_a_role_see_nothing() -> None:
    town = make.town()
    make.entity(town.first_grid)
    assert not Entity.objects.visible_to(AnonymousUser()).exists()
    assert not Entity.objects.visible_to(town.nobody).exists()


def test_a_stranger_sees_nothing_of_this_street() -> None:
    town = make.town()
    make.entity(town.first_grid)
    assert not Entity.objects.visible_to(town.stranger).exists()


def test_a_grant_counts_only_from_its_first_to_its_last_day() -> None:
    town = make.town()
    today = clock.today()
    person = make.user(town.street)
    make.grant(person, Role.VISITOR, valid_from=today + dt.timedelta(days=1))
    make.grant(person, Role.SECRETARY, valid_to=today - dt.timedelta(days=1))
    make.grant(person, Role.SECONDED, valid_from=today, valid_to=today)
    assert scope_of(User.objects.get(pk=person.pk)).roles == {Role.SECONDED}
