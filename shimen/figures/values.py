"""Counting: the values of any number of figures in one query, and one more for each whose past is told by a condition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import BigIntegerField, Count, DecimalField, Field, QuerySet, Subquery
from django.urls import reverse

from shimen.figures import registry
from shimen.figures.registry import Figure

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User
    from shimen.territory.models import Street

PERIODS = 8
FORTNIGHT = dt.timedelta(days=14)

Number = int | Decimal


class _Counted(Subquery):
    """How many rows a queryset has."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    empty_result_set_value = 0
    output_field: Field[Any, Any] = BigIntegerField()


class _Added(Subquery):
    """The sum of a queryset's only column."""

    template = "(SELECT coalesce(sum(added.value), 0) FROM (%(subquery)s) AS added (value))"
    empty_result_set_value = 0
    output_field: Field[Any, Any] = DecimalField(max_digits=16, decimal_places=2)


class _Largest(Subquery):
    """The largest value of a queryset's only column."""

    template = "(SELECT coalesce(max(of_all.value), 0) FROM (%(subquery)s) AS of_all (value))"
    empty_result_set_value = 0
    output_field: Field[Any, Any] = BigIntegerField()


@dataclass(frozen=True, slots=True)
class Value:
    """A figure's number on a day. `course` holds what it was at the end of earlier fortnights, oldest first, and now;
    empty where rows do not tell."""

    figure: Figure
    number: Number
    as_of: dt.date
    course: tuple[Number, ...] = ()

    @property
    def key(self) -> str:
        return self.figure.key

    @property
    def title(self) -> str:
        return self.figure.title

    @property
    def unit(self) -> str:
        return self.figure.unit

    @property
    def qualifier(self) -> str:
        """不少于, 约 or '' for exact."""
        return str(self.figure.qualifier)

    @property
    def definition(self) -> str:
        return self.figure.definition

    @property
    def url(self) -> str:
        """The page on which the number opens to its rows."""
        return reverse("figures:figure", args=[self.key])

    @property
    def places(self) -> int:
        """Decimals to print: shares have one."""
        return 1 if self.figure.per else 0

    def as_dict(self) -> dict[str, Any]:
        """What `manage.py figures --json` prints."""
        number = self.number if isinstance(self.number, int) else float(self.number)
        return {
            "key": self.key,
            "title": self.title,
            "value": number,
            "unit": self.unit,
            "qualifier": self.figure.qualifier.name.lower(),
            "as_of": self.as_of.isoformat(),
            "definition": self.definition,
        }


def rows_of(figure: Figure, street: Street, user: User | AnonymousUser | None = None) -> QuerySet[Any]:
    """The rows behind a figure, those inside the user's areas; all of the street's without a user (commands)."""
    rows = figure.rows(street)
    return rows if user is None else rows.visible_to(user)  # type: ignore[attr-defined]


def values(
    *,
    street: Street,
    on: dt.date,
    user: User | AnonymousUser | None = None,
    keys: Iterable[str] | None = None,
    course: bool | Collection[str] = False,
) -> dict[str, Value]:
    """The values of the figures named (all without `keys`), by key, in one query whatever their number
    (and one for each figure with `ever`, when the course is asked for).

    With `user`, counted within their areas. With `course` (for all, or for the keys named), also the values at the end of
    the last seven fortnights for those figures whose rows tell. Unknown keys raise KeyError.
    """
    wanted = [_known(key) for key in keys] if keys is not None else registry.every()
    needed = {figure.key: figure for figure in wanted}
    needed |= {figure.per: _known(figure.per) for figure in wanted if figure.per}
    days = _days(street, on) if course else ()
    moving = needed if course is True else _with_wholes(course or (), needed)
    asked: dict[str, Subquery] = {}
    for figure in needed.values():
        asked[f"now_{figure.key}"] = _expression(figure, rows_of(figure, street, user))
        if figure.key in moving and figure.past is not None and figure.ever is None:
            for number, day in enumerate(days):
                rows = figure.past(street, day)
                rows = rows if user is None else rows.visible_to(user)  # type: ignore[attr-defined]
                asked[f"past{number}_{figure.key}"] = _expression(figure, rows)
    counted = _ask(street, asked) | _courses(moving.values(), street, days, user)
    return {f.key: _value(f, counted, on, len(days)) for f in wanted}


def _with_wholes(keys: Collection[str], needed: Mapping[str, Figure]) -> dict[str, Figure]:
    """The figures named, and those of which they are shares."""
    named = {key: needed[key] for key in keys}
    return named | {figure.per: needed[figure.per] for figure in named.values() if figure.per}


def count(street: Street, **rows: QuerySet[Any]) -> dict[str, int]:
    """How many rows each of these querysets has, by name, in one query."""
    return {
        name: int(n)
        for name, n in _ask(street, {name: _Counted(r.order_by().values("pk")) for name, r in rows.items()}).items()
    }


def glance(
    street: Street, rows: Mapping[str, QuerySet[Any]], firsts: Mapping[str, QuerySet[Any]]
) -> tuple[dict[str, int], dict[str, Any]]:
    """How many rows each of `rows` has, and of each of `firsts` the only column of its first row (None without one), in
    one query."""
    counted = {f"n_{name}": _Counted(found.order_by().values("pk")) for name, found in rows.items()}
    first = {f"first_{name}": Subquery(found[:1]) for name, found in firsts.items()}
    answer = _ask(street, counted | first)
    return {name: int(answer[f"n_{name}"]) for name in rows}, {name: answer[f"first_{name}"] for name in firsts}


def _known(key: str) -> Figure:
    figure = registry.find(key)
    if figure is None:
        raise KeyError(key)
    return figure


def _days(street: Street, on: dt.date) -> tuple[dt.date, ...]:
    """The last days of the fortnights before the one that holds `on`, oldest first, none before the first round."""
    begun = (on - street.rounds_from).days // FORTNIGHT.days
    last = street.rounds_from + begun * FORTNIGHT - dt.timedelta(days=1)
    ends = [last - back * FORTNIGHT for back in range(PERIODS - 1)]
    return tuple(sorted(day for day in ends if day >= street.rounds_from - dt.timedelta(days=1)))


def _expression(figure: Figure, rows: QuerySet[Any]) -> Subquery:
    if figure.is_largest:
        return _Largest(rows.order_by().values(figure.measure))
    if figure.measure:
        return _Added(rows.order_by().values(figure.measure))
    return _Counted(rows.order_by().values("pk"))


def _ask(street: Street, asked: dict[str, Subquery]) -> dict[str, Number]:
    if not asked:
        return {}
    one = apps.get_model("territory", "Street").objects.filter(pk=street.pk).annotate(**asked)
    return dict(one.values(*asked).get())


def _courses(
    figures: Iterable[Figure], street: Street, days: Sequence[dt.date], user: User | AnonymousUser | None
) -> dict[str, Number]:
    """Earlier days of the figures that tell a day's rows by a condition: one pass over the rows of each."""
    found: dict[str, Number] = {}
    for figure in figures:
        if figure.ever is None or figure.held is None or not days:
            continue
        rows = figure.ever(street) if user is None else figure.ever(street).visible_to(user)  # type: ignore[attr-defined]
        asked = {f"past{n}_{figure.key}": Count("pk", filter=figure.held(day)) for n, day in enumerate(days)}
        found |= rows.order_by().aggregate(**asked)
    return found


def _share(part: Number, whole: Number) -> Decimal:
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1")) if whole else Decimal(0)


def _value(figure: Figure, counted: dict[str, Number], on: dt.date, days: int) -> Value:
    def number(prefix: str) -> Number:
        part = counted[f"{prefix}_{figure.key}"]
        return _share(part, counted[f"{prefix}_{figure.per}"]) if figure.per else part

    now = number("now")
    prefixes: Sequence[str] = [f"past{index}" for index in range(days)]
    tells = all(f"{prefix}_{key}" in counted for prefix in prefixes for key in filter(None, (figure.key, figure.per)))
    course = (*(number(prefix) for prefix in prefixes), now) if days and tells and figure.past else ()
    return Value(figure, now, on, course)
