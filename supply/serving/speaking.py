"""Who speaks for an organisation: told by the app that knows its committees, which stands above.

    speaking.let(ids_led_by)          # from that app's AppConfig.ready()

The office speaks for every organisation of its areas; others for those that an answer names.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.errors import DomainError
from supply.models import Recipient

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from shimen.accounts.models import User

Answer = Callable[["User", dt.date], Iterable[uuid.UUID]]
_answers: list[Answer] = []


def let(answer: Answer) -> None:
    """Let `answer(user, on)` name the organisations for which a person speaks."""
    if answer not in _answers:
        _answers.append(answer)


def named(user: User, on: dt.date) -> QuerySet[Recipient]:
    """The organisations for which a person speaks by an office of their own there, in order."""
    ids = {pk for answer in _answers for pk in answer(user, on)}
    rows: QuerySet[Recipient] = Recipient.objects.filter(pk__in=ids, street=user.street).on(on).in_order()
    return rows


def voices(user: User, on: dt.date) -> QuerySet[Recipient]:
    """All for which a person may order or ask: the office for those of its areas, others for their own."""
    if scope_of(user).has(Role.STAFF):
        rows: QuerySet[Recipient] = Recipient.objects.visible_to(user).on(on).in_order()
        return rows
    return named(user, on)


def nameable(user: User, on: dt.date) -> QuerySet[Recipient]:
    """In whose name a person may book: those who look after venues or councils for all whom they see, others for their own."""
    if scope_of(user).has(Role.STAFF, Role.STATION_MASTER, Role.CONVENER):
        rows: QuerySet[Recipient] = Recipient.objects.visible_to(user).on(on).in_order()
        return rows
    return named(user, on)


def check(user: User, recipient: Recipient, on: dt.date, *, error: type[DomainError]) -> None:
    """Raise `error` with a sentence where a person does not speak for an organisation or it stands no longer."""
    if recipient.street_id != user.street_id or not recipient.stands_on(on):
        raise error(f"“{recipient}”不在本街道，或已经撤销。", field="recipient")
    if not voices(user, on).filter(pk=recipient.pk).exists():
        raise error(f"您不是“{recipient}”的书记，不能替它办；请它的书记办，或请街道党建办代办。", field="recipient")
