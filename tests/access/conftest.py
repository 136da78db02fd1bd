"""A town with one row of everything, made once per file and never committed; a test undoes only what it did itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from tests import make
from tests.access.addresses import Address, ours
from tests.access.samples import Samples


@dataclass(frozen=True)
class World:
    """A town and, for every address, the parts of a path to one of its rows."""

    town: make.Town
    parts: dict[str, dict[str, Any]]

    def path(self, address: Address, **other: Any) -> str:
        return reverse(address.name, kwargs=self.parts[address.name] | other)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker) -> Iterator[World]:  # type: ignore[no-untyped-def]
    """The transaction around the tests of a file, whose own become savepoints in it."""
    with django_db_blocker.unblock():
        around = transaction.atomic()
        # As Django marks the transactions of its own test cases: verbs that ask to be outermost accept it.
        around._from_testcase = True  # type: ignore[attr-defined]
        with around:
            town = make.town()
            samples = Samples(town)
            yield World(town, {address.name: samples.parts_of(address) for address in ours()})
            transaction.set_rollback(True)
