"""Two people write at the same moment: the database lets one through and the other reads the constraint's sentence."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from branches.bodies import members, organisations
from branches.models import Member, OrganisationUnit
from shimen.errors import DomainError
from tests import make, organised

pytestmark = pytest.mark.django_db(transaction=True)
SINCE = dt.date(2026, 9, 1)


def _both(first: Callable[[], object], second: Callable[[], object]) -> list[str]:
    """Run two writes at once; the sentences of those that were refused."""
    gate, refused = threading.Barrier(2), []

    def run(write: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=20)
            write()
        except DomainError as error:
            refused.append(error.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(write,)) for write in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return refused


def test_one_person_is_not_written_into_two_organisations_at_once():
    town = make.town()
    branches = [organised.organisation(town), organised.organisation(town)]

    def joining(place: int) -> Callable[[], object]:
        person = members.Person("赵甲一", "19900000001")
        return lambda: members.join(
            organisation=branches[place], person=person, since=SINCE, actor=town.staff, at=make.AT
        )

    refused = _both(joining(0), joining(1))
    assert len(refused) == 1
    assert "一名党员只编入一个支部" in refused[0] or "每名党员编入一个支部" in refused[0]
    assert Member.objects.count() == 1


def test_one_enterprise_is_not_made_the_unit_of_two_at_once():
    town = make.town()
    entity = make.entity(town.first_grid)
    branches = [organised.organisation(town, kind="enterprise") for _ in range(2)]

    def adding(place: int) -> Callable[[], object]:
        return lambda: organisations.add_unit(
            organisation=branches[place], entity=entity, since=SINCE, actor=town.staff, at=make.AT
        )

    refused = _both(adding(0), adding(1))
    assert len(refused) == 1
    assert "组建单位" in refused[0] or "已经组建了党组织" in refused[0]
    assert OrganisationUnit.objects.count() == 1
