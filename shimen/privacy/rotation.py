"""Sealing again with the current key and cipher whatever was sealed with an older one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.db import connection, transaction
from psycopg import sql

from shimen.privacy import register, sealing

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Sealed values that stand inside something else and are no column: how many are under an older key, and how they are
    sealed again (all of them, returning how many)."""

    name: str
    waiting: Callable[[], int]
    reseal: Callable[[], int]


_elsewhere: dict[str, Elsewhere] = {}


def also(place: Elsewhere) -> None:
    """Declare such a place; the last declaration of a name holds."""
    _elsewhere[place.name] = place


def rotate(*, chunk: int = CHUNK) -> Iterator[tuple[str, int]]:
    """Rotate every sealed column and its history; yields (table.column, rows done so far) after each chunk.

    Each chunk is one transaction, so the command may be stopped and started again at any time, and people go on
    working. A row that cannot be opened stops the command with the row's name: it must not be lost in silence.
    """
    for field in register.sealed_fields():
        history = getattr(field.model_class, "pgh_event_model", None)
        yield from _column(field.table, field.table, "id", "id", field.sealed, chunk)
        if history is not None and any(f.name == field.sealed for f in history._meta.get_fields()):
            yield from _column(history._meta.db_table, field.table, "pgh_id", "pgh_obj_id", field.sealed, chunk)
    for place in _elsewhere.values():
        yield place.name, place.reseal()


def waiting() -> dict[str, int]:
    """Per table.column, how many values are still under an older key or cipher (history not counted)."""
    left = {}
    with connection.cursor() as cursor:
        for field in register.sealed_fields():
            cursor.execute(_query("SELECT count(*) FROM {table} WHERE {old}", field.table, field.sealed), _old())
            left[f"{field.table}.{field.sealed}"] = cursor.fetchone()[0]
    return left | {place.name: place.waiting() for place in _elsewhere.values()}


def _old() -> list[Any]:
    """The parameters of `{old}`. Positional everywhere: pgtrigger.ignore puts a parameter of its own before ours."""
    header = sealing.current_header()
    return [len(header), header]


def _query(text: str, table: str, column: str, **names: str) -> sql.Composed:
    old = sql.SQL("{c} IS NOT NULL AND substring({c} FROM 1 FOR %s) <> %s").format(c=sql.Identifier(column))
    parts = {name: sql.Identifier(value) for name, value in names.items()}
    return sql.SQL(text).format(table=sql.Identifier(table), column=sql.Identifier(column), old=old, **parts)


def _column(table: str, home: str, key: str, row: str, column: str, chunk: int) -> Iterator[tuple[str, int]]:
    """`home` and `row` are what the value was sealed for: history keeps copies of another table's column."""
    done, last = 0, None
    while True:
        moved, last = _chunk(table, home, {"key": key, "row": row}, column, chunk, last)
        done += moved
        yield f"{table}.{column}", done
        if moved < chunk:
            return


def _chunk(table: str, home: str, names: dict[str, str], column: str, chunk: int, last: Any) -> tuple[int, Any]:
    """One transaction's worth of rows after the key `last`; the number done and the last key among them."""
    select = (
        "SELECT {key}, {row}, {column} FROM {table} WHERE {old} {after} ORDER BY {key} LIMIT %s FOR UPDATE SKIP LOCKED"
    )
    update = "UPDATE {table} SET {column} = new.sealed FROM unnest(%s, %s::bytea[]) AS new (key, sealed)"
    update += " WHERE {table}.{key} = new.key"
    # The same fact under another key is not a change: it must not enter history, and history's own copies may move on.
    with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
        after = "" if last is None else "AND {key} > %s"
        query = _query(select.replace("{after}", after), table, column, **names)
        cursor.execute(query, [*_old(), *([] if last is None else [last]), chunk])
        keys, sealed = [], []
        for key, row, old in cursor.fetchall():
            text = sealing.open_sealed(old, table=home, column=column, row=row)
            keys.append(key)
            sealed.append(sealing.seal(text, table=home, column=column, row=row))
        if keys:
            cursor.execute(_query(update, table, column, key=names["key"]), [keys, sealed])
    return len(keys), keys[-1] if keys else last
