"""The walk of a workbook through the product, in the tests' own process."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from coverage.comparison import batches
from coverage.models import Batch, Department, Entity
from coverage.registry.search_index import index_search
from tests import make
from tests.comparison import books


def department(street: Any, **values: Any) -> Department:
    kinds = {"scope_kinds": ["enterprise", "sole_trader"]}
    return make.department(street, **kinds | values)


def shop(area: Any, number: int, **values: Any) -> Entity:
    """An entity that equals `books.row(number)`."""
    name = f"甲乙丙{number}（示例）商贸有限公司"
    code = books.code(number)
    defaults: dict[str, Any] = {
        "code": code,
        "organisation_code": code[8:17],
        "name": name,
        "name_key": name,
        "legal_person": "吴己六",
        "address": f"望桥路{number}号",
        "address_key": f"望桥路{number}号",
        "established_on": dt.date(2020, 1, 5),
    }
    return make.entity(area, **defaults | values)


def shops(area: Any, count: int) -> list[Entity]:
    """Entities 1 … count, spelt and searchable as the registry's verbs leave them."""
    found = [shop(area, number) for number in range(1, count + 1)]
    index_search(street_id=area.street_id)
    return found


def receive(department: Department, content: bytes, *, name: str = "名册.xlsx", **values: Any) -> Batch:
    defaults: dict[str, Any] = {"as_of": make.TODAY, "on": make.TODAY, "actor": None, "at": make.AT}
    return batches.receive(department=department, name=name, content=content, **defaults | values)


def compare(department: Department, content: bytes, *, name: str = "名册.xlsx", **values: Any) -> Batch:
    """Received, read and compared."""
    return batches.read_and_compare(batch=receive(department, content, name=name, **values), at=make.AT)


def registry(street: Any) -> str:
    """The registry of a street with everything that belongs to it, as one text: equal texts are equal to the byte."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(string_agg(line, E'\\n' ORDER BY line), '') FROM (
                 SELECT e::text AS line FROM coverage_entity e WHERE street_id = %(street)s
                 UNION ALL SELECT s::text FROM coverage_entitysearch s WHERE street_id = %(street)s
                 UNION ALL SELECT w.entity_id::text || w.field || w.source || w.by || w.value || w.on || w.ref
                           FROM coverage_entitysource w JOIN coverage_entity e ON e.id = w.entity_id
                           WHERE e.street_id = %(street)s) x""",
            {"street": street.pk},
        )
        text: str = cursor.fetchone()[0]
    return text


def balanced(batch: Batch) -> bool:
    """Rows in = rows accounted for, and the registry balances."""
    counts = batch.counts
    parts = ("same", "changed", "new", "repaired", "doubt", "duplicate", "refused")
    told = counts["registry"]
    sides = told["named"] + told["occupied"] + told["absent"] + told["outside"] + told["gone"]
    return counts["rows"] == sum(counts[part] for part in parts) and told["total"] == sides


def applied(department: Department, content: bytes, *, actor: Any) -> Batch:
    """Compared and applied."""
    from coverage.comparison import apply

    return apply.apply(batch=compare(department, content), actor=actor, at=make.AT)
