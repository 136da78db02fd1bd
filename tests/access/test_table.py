"""Every address is opened by exactly the roles that the table names."""

from __future__ import annotations

from tests.access.addresses import ours
from tests.access.table import WHO_MAY_OPEN

WRITTEN = {name: frozenset(roles.split()) for roles, names in WHO_MAY_OPEN.items() for name in names.split()}
OURS = ours()


def test_every_view_lets_in_whom_the_table_names() -> None:
    missing = [address.name for address in OURS if address.name not in WRITTEN]
    assert not missing, f"decide in tests/access/table.py who may open {missing}"
    let_in = {address.name: frozenset(map(str, address.allowed or ())) for address in OURS}
    assert let_in == WRITTEN


def test_the_table_names_each_address_once_and_none_that_is_gone() -> None:
    names = [name for names in WHO_MAY_OPEN.values() for name in names.split()]
    assert len(names) == len(set(names))
    assert set(names) == {address.name for address in OURS}
