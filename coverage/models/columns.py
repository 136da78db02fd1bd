"""Conditions on columns that the ORM builds too slowly."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, F, Func, Value
from django.db.models.expressions import Combinable


class _AnyOf(Func):
    """`column = ANY(array)`."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def any_of(column: str, values: Iterable[Any]) -> Combinable:
    """The condition that a column is one of these, given as one array; with `__in` each is a parameter of its own."""
    return _AnyOf(F(column), Value(list(values)))
