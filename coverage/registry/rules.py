"""The verbs on a street's own rules of precedence: which source holds first for a fact, and for how long it is fresh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from coverage.facts import fields as facts
from coverage.facts import precedence
from coverage.models import Department, FactRule
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory.models import Street

PLAIN = ("visit", "staff", "department", "collection")
LONGEST = 3_650


class RuleError(DomainError):
    """The rule cannot be kept."""


@transaction.atomic
def set_rule(
    *, street: Street, field: str, order: Sequence[Sequence[str]], fresh_days: int, actor: User, at: dt.datetime
) -> FactRule:
    """Let a street have an order of its own for a fact. `order` from the strongest, equals in one group; every plain
    source stands in it once, single departments as `department:CODE`."""
    if field not in precedence.RULES:
        raise RuleError("没有这一项。")
    groups = [[name for name in group if name] for group in order]
    groups = [group for group in groups if group]
    _refuse_wrong(street, groups)
    if not 1 <= fresh_days <= LONGEST:
        raise RuleError(f"多少天算旧，写 1 至 {LONGEST:,}。", field="fresh_days")
    row = FactRule.objects.select_for_update().filter(street=street, field=field).first()
    before = _told(row) if row else _told_default(field)
    row = row or FactRule(street=street, field=field)
    row.order, row.fresh_days = groups, fresh_days
    row.save()
    record(
        verb="coverage.set_rule", target=row, actor=actor, at=at,
        before=before, after={"field": facts.LABELS[field], **_told(row)},
    )  # fmt: skip
    return row


@transaction.atomic
def reset_rule(*, street: Street, field: str, actor: User, at: dt.datetime) -> None:
    """Let the default hold again."""
    row = FactRule.objects.select_for_update().filter(street=street, field=field).first()
    if row is None:
        raise RuleError("这一项用的就是默认次序。")
    record(
        verb="coverage.reset_rule", target=row, actor=actor, at=at,
        before={"field": facts.LABELS[field], **_told(row)}, after=_told_default(field),
    )  # fmt: skip
    row.delete()


def _refuse_wrong(street: Street, groups: Sequence[Sequence[str]]) -> None:
    named = [name for group in groups for name in group]
    if len(named) != len(set(named)):
        raise RuleError("同一个来源只能排一次。")
    if missing := set(PLAIN) - set(named):
        words = "、".join(precedence.SOURCE_WORDS[name] for name in PLAIN if name in missing)
        raise RuleError(f"{words}还没有排。")
    codes = set(Department.objects.filter(street=street).values_list("code", flat=True))
    if any(name not in PLAIN and name.removeprefix("department:") not in codes for name in named):
        raise RuleError("有一个部门不在名单里，请重新打开本页。")


def _told(row: FactRule) -> dict[str, object]:
    return {"order": row.order, "fresh_days": row.fresh_days}


def _told_default(field: str) -> dict[str, object]:
    rule = precedence.RULES[field]
    return {"order": [list(group) for group in rule.order], "fresh_days": rule.fresh_days}
