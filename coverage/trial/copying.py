"""Many rows at once into a table of a model, by COPY."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

Row = Sequence[Any]


def copy(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> int:
    """Copy rows whose values stand in the order of `fields`; returns how many.

    Columns that are not named take the database's default or the field's own. JSON columns take dicts and lists, or
    text that is JSON already.
    """
    named = [model._meta.get_field(name) for name in fields]
    rest = [f for f in model._meta.concrete_fields if f.name not in fields and f.attname not in fields]
    fixed = [f for f in rest if f.has_default() and not f.has_db_default() and not f.primary_key]
    blank = [f for f in rest if not f.has_default() and not f.has_db_default() and not f.null and not f.primary_key]
    columns = [f.column for f in (*named, *fixed, *blank)]  # type: ignore[union-attr]
    constant = [_as_column(f, f.get_default()) for f in fixed] + [""] * len(blank)
    is_json = [isinstance(f, models.JSONField) for f in named]
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(str(column)) for column in columns)
    count = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as stream:
        for row in rows:
            values = [_json(v) if j else v for v, j in zip(row, is_json, strict=True)]
            stream.write_row([*values, *constant])
            count += 1
    return count


def _as_column(field: models.Field, value: Any) -> Any:
    return _json(value) if isinstance(field, models.JSONField) else value


def _json(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
