"""The verbs on heading aliases: what a heading of a department's workbook stands for."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from coverage.comparison import fields, layouts
from coverage.models import Department, HeadingAlias
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory.models import Street


class HeadingError(DomainError):
    """The alias cannot be kept."""


@transaction.atomic
def set_alias(
    *, street: Street, heading: str, field: str, department: Department | None, actor: User, at: dt.datetime
) -> HeadingAlias:
    """Let a heading stand for a field ('' = leave the column out), for one department or for all."""
    key = layouts.heading_key(heading)
    if not key:
        raise HeadingError("写上表头的文字。", field="heading")
    if field and field not in fields.TITLES:
        raise HeadingError("没有这个字段。", field="field")
    if department is not None and department.street_id != street.pk:
        raise HeadingError("没有这个部门。", field="department")
    alias = HeadingAlias.objects.filter(street=street, department=department, heading=key).first()
    before = alias.field if alias else None
    if alias is None:
        alias = HeadingAlias(street=street, department=department, heading=key)
    alias.field = field
    alias.save()
    record(
        verb="coverage.set_heading", target=alias, actor=actor, at=at,
        before={} if before is None else {"field": before}, after={"heading": key, "field": field},
    )  # fmt: skip
    return alias


@transaction.atomic
def drop_alias(*, alias: HeadingAlias, actor: User, at: dt.datetime) -> None:
    """Forget an alias; the built-in meaning of the heading, if there is one, holds again."""
    record(
        verb="coverage.drop_heading",
        target=alias,
        actor=actor,
        at=at,
        before={"heading": alias.heading, "field": alias.field},
    )
    alias.delete()
