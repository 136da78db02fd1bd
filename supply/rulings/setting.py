"""The street's own values of supply's rule book: setting one from a day on, and withdrawing it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Street
from supply.models import SupplyRule
from supply.rules.book import BOOK


class RuleError(DomainError):
    """A rule cannot take this value, or a value cannot be withdrawn."""


@transaction.atomic
def set_rule(
    *, street: Street, key: str, value: int, since: dt.date, basis: str, actor: User, at: dt.datetime
) -> SupplyRule:
    """From a day on, today at the earliest, the street's own value holds. Raises `RuleError`."""
    kind = BOOK.get(key)
    if kind is None:
        raise RuleError("没有这条规则。")
    if not kind.least <= value <= kind.most:
        raise RuleError(f"要在 {kind.least} 和 {kind.most} 之间。", field="value")
    if since < clock.day_of(at):
        raise RuleError("不能早于今天：以前按当时的规则办的，不回头改。", field="since")
    text = " ".join(basis.split())
    if len(text) < 4:
        raise RuleError("写明依据，至少 4 个字。", field="basis")
    before = SupplyRule.objects.book(street=street.pk, on=since)[key]
    row = SupplyRule(street=street, key=key, value=value, since=since, basis=text[:200], made_by=actor, made_at=at)
    with as_sentences(RuleError, field="since"):
        row.save(force_insert=True)
    after = {"rule": kind.title, "value": value, "since": since.isoformat()}
    record(
        verb="supply.set_rule", target=row, actor=actor, at=at, before={"value": before}, after=after, reason=row.basis
    )
    return row


@transaction.atomic
def withdraw(*, rule: SupplyRule, reason: str, actor: User, at: dt.datetime) -> None:
    """Take a value back before it has begun to hold. Raises `RuleError`."""
    row = SupplyRule.objects.select_for_update().get(pk=rule.pk)
    text = " ".join(reason.split())
    if len(text) < 4:
        raise RuleError("写明原因，至少 4 个字。", field="reason")
    if row.since <= clock.day_of(at):
        raise RuleError("这个值已经在用；要改，就另设一个值，从今天或以后起。")
    before = {"rule": BOOK[row.key].title, "value": row.value, "since": row.since.isoformat()}
    record(verb="supply.withdraw_rule", target=row, actor=actor, at=at, before=before, reason=text)
    row.delete()
