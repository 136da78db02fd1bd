"""Taking and giving up shares of places, for any number of places in a handful of statements.

Charges (places of an organisation) and responsibilities (places of a member) are partitions of the same form; this module
writes both. Rows are ended at the day asked for. Where only some floors change hands, the rest of the row goes on as rows of
its own. The caller holds the street's lock (`one_at_a_time`) and turns what the database refuses into a sentence.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Identifier

from branches.models import Charge, Responsibility


@dataclass(frozen=True, slots=True)
class Piece:
    """A place, or its floors from `first` to `last`, both included; None on either side is unbounded."""

    place: uuid.UUID
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of pieces: `kept` were so already, `taken` changed hands or were given up; ids of rows ended and begun."""

    kept: int = 0
    taken: tuple[Piece, ...] = ()
    ended: tuple[uuid.UUID, ...] = ()
    begun: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class _Partition:
    """A table of shares: the column of whose a row is, what else is copied, and what a new row says there."""

    table: str
    holder: str
    columns: Sequence[str]
    values: SQL


CHARGES = _Partition(Charge._meta.db_table, "organisation_id", ("organisation_id",), SQL("w.holder"))
RESPONSIBILITIES = _Partition(
    Responsibility._meta.db_table,
    "member_id",
    ("member_id", "organisation_id"),
    SQL("w.holder, (SELECT m.organisation_id FROM branches_member m WHERE m.id = w.holder)"),
)

_WANTED = SQL(
    "wanted AS (SELECT w.place, int4range(w.low, w.high) AS floors, w.holder FROM"
    " unnest(%(places)s::uuid[], %(lows)s::int[], %(highs)s::int[], %(holders)s::uuid[]) AS w (place, low, high, holder))"
)
_LATER = SQL(
    "WITH {wanted} SELECT count(*) FROM {table} t JOIN wanted w ON t.place_id = w.place AND t.floors && w.floors"
    " WHERE lower(t.valid) > %(since)s"
)
_KEPT = SQL(
    "WITH {wanted} SELECT w.place, lower(w.floors), upper(w.floors) FROM {table} t JOIN wanted w"
    " ON t.place_id = w.place AND t.floors @> w.floors AND t.{holder} = w.holder WHERE t.valid @> %(since)s::date"
)
_HELD = SQL(
    "WITH {wanted} SELECT DISTINCT w.place, t.{holder} FROM {table} t JOIN wanted w"
    " ON t.place_id = w.place AND t.floors && w.floors WHERE t.valid @> %(since)s::date"
)
_END = SQL(
    "WITH {wanted}, hit AS (SELECT DISTINCT t.id FROM {table} t JOIN wanted w ON t.place_id = w.place"
    " AND t.floors && w.floors WHERE t.valid @> %(since)s::date)"
    " UPDATE {table} t SET valid = daterange(lower(t.valid), %(since)s::date) FROM hit WHERE t.id = hit.id"
    " RETURNING t.id, upper(old.valid)"
)
# What is left of a row of which only some floors were taken.
_REST = SQL(
    "WITH {wanted}, gone AS (SELECT * FROM unnest(%(ids)s::uuid[], %(untils)s::date[]) AS g (id, until)),"
    " cut AS (SELECT t.id, g.until, range_agg(w.floors) AS taken FROM gone g JOIN {table} t ON t.id = g.id"
    " JOIN wanted w ON w.place = t.place_id GROUP BY t.id, g.until)"
    " INSERT INTO {table} (id, street_id, place_id, floors, valid, basis, {columns})"
    " SELECT uuidv7(), t.street_id, t.place_id, rest, daterange(%(since)s::date, cut.until), t.basis, {copied}"
    " FROM cut JOIN {table} t ON t.id = cut.id"
    " CROSS JOIN LATERAL unnest(int4multirange(t.floors) - cut.taken) AS rest RETURNING id"
)
_BEGIN = SQL(
    "WITH {wanted} INSERT INTO {table} (id, street_id, place_id, floors, valid, basis, {columns})"
    " SELECT uuidv7(), %(street)s, w.place, w.floors, daterange(%(since)s::date, NULL), %(basis)s, {values}"
    " FROM wanted w ORDER BY w.place RETURNING id"
)


def one_at_a_time(street: uuid.UUID) -> None:
    """Areas of a street are changed one after another: two lists of many places would wait for each other's rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"areas:{street}"])


@dataclass(slots=True)
class Shares:
    """Pieces and whose they are to be, ready to be compared with a partition on a day."""

    partition: _Partition
    street: uuid.UUID
    since: dt.date
    wanted: dict[Piece, uuid.UUID | None]
    basis: str = ""
    _done: list[uuid.UUID] = field(default_factory=list)

    def later(self) -> int:
        """How many rows begin after the day on these pieces: a plan that would be overrun."""
        return int(self._ask(_LATER)[0][0]) if self.wanted else 0

    def holders(self) -> list[tuple[uuid.UUID, uuid.UUID]]:
        """(place, holder) of the rows that hold on the day on any floor of these pieces."""
        return self._ask(_HELD) if self.wanted else []

    def take(self) -> Changed:
        """End what others hold of the pieces and begin rows of their new holders; pieces held already stay as they are."""
        kept = {_piece(*row) for row in self._ask(_KEPT)} if self.wanted else set()
        total = len(self.wanted)
        self.wanted = {piece: holder for piece, holder in self.wanted.items() if piece not in kept}
        if not self.wanted:
            return Changed(kept=total)
        ended, rest = self._end()
        begun = [row[0] for row in self._ask(_BEGIN)]
        return Changed(total - len(self.wanted), tuple(self.wanted), tuple(ended), tuple(rest + begun))

    def give_up(self) -> Changed:
        """End what is held of the pieces, whoever holds it."""
        if not self.wanted:
            return Changed()
        ended, rest = self._end()
        return Changed(0, tuple(self.wanted), tuple(ended), tuple(rest))

    def _end(self) -> tuple[list[uuid.UUID], list[uuid.UUID]]:
        hit = self._ask(_END)
        ids, untils = [row[0] for row in hit], [row[1] for row in hit]
        rest = [row[0] for row in self._ask(_REST, ids=ids, untils=untils)] if ids else []
        return ids, rest

    def _ask(self, statement: SQL, **more: Any) -> list[tuple[Any, ...]]:
        pieces = list(self.wanted)
        given: dict[str, Any] = {
            "places": [piece.place for piece in pieces],
            "lows": [piece.first for piece in pieces],
            "highs": [None if piece.last is None else piece.last + 1 for piece in pieces],
            "holders": list(self.wanted.values()),
            "since": self.since,
            "street": self.street,
            "basis": self.basis[:120],
        }
        with connection.cursor() as cursor:
            cursor.execute(self._written(statement), given | more)
            return list(cursor.fetchall())

    def _written(self, statement: SQL) -> str:
        columns = [Identifier(name) for name in self.partition.columns]
        return statement.format(
            wanted=_WANTED,
            table=Identifier(self.partition.table),
            holder=Identifier(self.partition.holder),
            columns=SQL(", ").join(columns),
            copied=SQL(", ").join(Identifier("t", name) for name in self.partition.columns),
            values=self.partition.values,
        ).as_string(None)  # the history's wrapper of a request reads the text


def _piece(place: uuid.UUID, low: int | None, high: int | None) -> Piece:
    return Piece(place, low, None if high is None else high - 1)


def wanted(pieces: Iterable[Piece], holder: uuid.UUID | None = None) -> dict[Piece, uuid.UUID | None]:
    """Pieces for one holder, each once."""
    return dict.fromkeys(pieces, holder)


def wanted_of(shares: Mapping[uuid.UUID, Iterable[uuid.UUID]]) -> dict[Piece, uuid.UUID | None]:
    """Whole places by holder."""
    return {Piece(place): holder for holder, places in shares.items() for place in places}
