"""The street's own values of the rule book: setting one from a day on, and withdrawing it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from branches.bodies.organisations import checked_reason
from branches.models import Rule
from branches.rules.book import BOOK
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Street


class RuleError(DomainError):
    """A rule cannot take this value, or a value cannot be withdrawn."""


@transaction.atomic
def set_rule(*, street: Street, key: str, value: int, since: dt.date, basis: str, actor: User, at: dt.datetime) -> Rule:
    """From a day on, today at the earliest, the street's own value holds; what was decided before keeps the value of
    its day. Raises `RuleError`."""
    kind = BOOK.get(key)
    if kind is None:
        raise RuleError("没有这条规则。")
    if not kind.least <= value <= kind.most:
        raise RuleError(f"要在 {kind.least} 和 {kind.most} 之间。", field="value")
    if since < clock.day_of(at):
        raise RuleError("不能早于今天：以前按当时的规则办的，不回头改。", field="since")
    before = Rule.objects.book(street=street.pk, on=since)[key]
    if before == value and not Rule.objects.filter(street=street, key=key, since__gt=since).exists():
        raise RuleError(f"那一天起本来就是 {value} {kind.unit}。", field="value")
    row = Rule(
        street=street, key=key, value=value, since=since, basis=checked_reason(basis, error=RuleError), made_by=actor,
        made_at=at,
    )  # fmt: skip
    with as_sentences(RuleError, field="since"):
        row.save(force_insert=True)
    after = {"rule": kind.title, "value": value, "since": since.isoformat()}
    record(verb="rules.set", target=row, actor=actor, at=at, before={"value": before}, after=after, reason=row.basis)
    return row


@transaction.atomic
def withdraw(*, rule: Rule, reason: str, actor: User, at: dt.datetime) -> None:
    """Take a value back before it has begun to hold. What holds already is replaced by another value from today on:
    something may have been decided by it. Raises `RuleError`."""
    row = Rule.objects.select_for_update().get(pk=rule.pk)
    reason = checked_reason(reason, error=RuleError)
    if row.since <= clock.day_of(at) and clock.day_of(row.made_at) < clock.day_of(at):
        raise RuleError("这个值已经在用，可能有事照它办了；要改，就另设一个值，从今天或以后起。")
    kind = BOOK[row.key]
    before = {"rule": kind.title, "value": row.value, "since": row.since.isoformat()}
    record(verb="rules.withdraw", target=row, actor=actor, at=at, before=before, reason=reason)
    row.delete()
