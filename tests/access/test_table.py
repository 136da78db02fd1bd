"""Every address is opened by exactly the roles that the table names."""

from __future__ import annotations

import pytest

from tests.access.addresses import Address, ours
from tests.access.table import WHO_MAY_OPEN

WRITTEN = {name: frozenset(roles.split()) for roles, names in WHO_MAY_OPEN.items() for name in names.split()}
OURS = ours()


@pytest.mark.parametrize("address", OURS, ids=[address.name for address in OURS])
def test_the_view_lets_in_whom_the_table_names(address: Address) -> None:
    assert address.name in WRITTEN, f"decide in tests/access/table.py who may open {address.name}"
    assert frozenset(map(str, address.allowed or ())) == WRITTEN[address.name]


def test_the_table_names_each_address_once_and_none_that_is_gone() -> None:
    names = [name for names in WHO_MAY_OPEN.values() for name in names.split()]
    assert len(names) == len(set(names))
    assert set(names) == {address.name for address in OURS}
