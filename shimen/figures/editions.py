"""Freezing numbers for a report, and laying two editions side by side."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from shimen.accounts.access import scope_of
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.figures.models import Edition, EditionFigure
from shimen.figures.registry import Qualifier
from shimen.figures.values import values

if TYPE_CHECKING:
    from shimen.accounts.models import User


class EditionError(DomainError):
    """An edition cannot be frozen as asked."""


@transaction.atomic
def freeze(*, name: str, on: dt.date, actor: User, at: dt.datetime) -> Edition:
    """Write down every figure of the actor's street as it is now, with the definition it has now.

    An edition is never changed or deleted; a later one is laid beside it. Only for those who see the whole street:
    a part of it would be a wrong number under a right name.
    """
    scope = scope_of(actor)
    if actor.street is None or scope.area_ids is not None:
        raise EditionError("您的职责只到部分网格，冻结全街道的数字请党建办来办。")
    name = name.strip()
    if not name:
        raise EditionError("给这一版起个名字，例如“11 月下半月报”。", field="name")
    if Edition.objects.filter(street=actor.street, name=name).exists():
        raise EditionError("已经有一版叫这个名字，换一个。", field="name")
    counted = values(street=actor.street, on=on)
    try:
        with transaction.atomic():
            made = Edition.objects.create(street=actor.street, name=name, as_of=on, frozen_at=at, frozen_by=actor)
    except IntegrityError:
        raise EditionError("已经有一版叫这个名字，换一个。", field="name") from None
    EditionFigure.objects.bulk_create(
        EditionFigure(
            edition=made,
            key=value.key,
            title=value.title,
            definition=value.definition,
            unit=value.unit,
            qualifier=value.figure.qualifier.name.lower(),
            value=Decimal(value.number),
        )
        for value in counted.values()
    )
    numbers = {key: str(value.number) for key, value in counted.items()}
    record(verb="figures.freeze", target=made, actor=actor, at=at, after={"name": name, "figures": numbers})
    return made


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in one or two editions; a number is None where that edition does not have the figure."""

    key: str
    title: str
    unit: str
    qualifier: str
    definition: str
    number: Decimal | None
    other: Decimal | None = None
    is_redefined: bool = False

    @property
    def difference(self) -> Decimal | None:
        """How much more than in the other edition; None where one of them lacks it or it was defined otherwise."""
        if self.number is None or self.other is None or self.is_redefined:
            return None
        return self.number - self.other

    @property
    def places(self) -> int:
        return 1 if self.unit == "%" else 0


def compare(edition: Edition, other: Edition | None = None) -> list[Line]:
    """The figures of an edition in the order in which they were frozen, beside those of another."""
    mine = list(edition.figures.order_by("pk"))
    theirs = {figure.key: figure for figure in other.figures.order_by("pk")} if other else {}
    lines = [_line(figure, theirs.pop(figure.key, None)) for figure in mine]
    return lines + [
        Line(f.key, f.title, f.unit, _word(f), f.definition, number=None, other=f.value) for f in theirs.values()
    ]


def _line(mine: EditionFigure, theirs: EditionFigure | None) -> Line:
    return Line(
        key=mine.key,
        title=mine.title,
        unit=mine.unit,
        qualifier=_word(mine),
        definition=mine.definition,
        number=mine.value,
        other=theirs.value if theirs else None,
        is_redefined=theirs is not None and theirs.definition != mine.definition,
    )


def _word(figure: EditionFigure) -> str:
    return str(Qualifier[figure.qualifier.upper()]) if figure.qualifier else ""
