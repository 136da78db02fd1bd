"""The ten working methods: staff enter the texts, organisations add cases of how they used them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from branches.models import Method, MethodCase, Organisation
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory.models import Street

TEN = range(1, 11)


class MethodError(DomainError):
    """The library cannot be changed like this."""


@transaction.atomic
def prepare(*, street: Street, actor: User, at: dt.datetime) -> list[Method]:
    """Lay out the ten entries, empty, where there are none yet."""
    known = set(Method.objects.filter(street=street).values_list("number", flat=True))
    if len(known) == len(TEN):
        raise MethodError("十条都在，打开一条填写。")
    made = [Method(street=street, number=number, title="待填写") for number in TEN if number not in known]
    Method.objects.bulk_create(made)
    record(verb="methods.prepare", target=Method, actor=actor, at=at, after={"rows": len(made)})
    return made


@transaction.atomic
def write(*, method: Method, title: str, body: str, actor: User, at: dt.datetime) -> Method:
    """Enter the text of a method; from then on it is no sample. The text before is kept in the log."""
    row = Method.objects.select_for_update().get(pk=method.pk)
    title, body = title.strip(), body.replace("\r\n", "\n").strip()
    if len(title) < 2:
        raise MethodError("名称至少两个字。", field="title")
    if (title, body) == (row.title, row.body):
        raise MethodError("没有改动。", field="body")
    before = {"title": row.title, "body": row.body}
    row.title, row.body, row.is_sample = title, body, False
    row.changed_at, row.changed_by = at, actor
    row.save()
    record(verb="methods.write", target=row, actor=actor, at=at, before=before, after={"title": title, "body": body})
    return row


@transaction.atomic
def add_case(
    *,
    method: Method,
    organisation: Organisation,
    title: str,
    body: str,
    happened_on: dt.date,
    actor: User,
    at: dt.datetime,
) -> MethodCase:
    """Tell how an organisation used a method."""
    if happened_on > clock.day_of(at):
        raise MethodError("还没到那一天。", field="happened_on")
    if organisation.founded_on is None or happened_on < organisation.founded_on:
        raise MethodError("那一天这个党组织还没有成立。", field="happened_on")
    if len(body.strip()) < 10:
        raise MethodError("写清怎么做的、结果怎样，至少 10 个字。", field="body")
    row = MethodCase.objects.create(
        street_id=method.street_id, method=method, organisation=organisation, title=title.strip(), body=body.strip(),
        happened_on=happened_on, added_at=at, added_by=actor,
    )  # fmt: skip
    record(verb="methods.add_case", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def withdraw_case(*, case: MethodCase, actor: User, at: dt.datetime) -> MethodCase:
    """Take a case off the page."""
    row = MethodCase.objects.select_for_update().get(pk=case.pk)
    if row.withdrawn_at is not None:
        raise MethodError("这个案例已经撤下。")
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    record(verb="methods.withdraw_case", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def restore_case(*, case: MethodCase, actor: User, at: dt.datetime) -> MethodCase:
    """Put a case back on the page."""
    row = MethodCase.objects.select_for_update().get(pk=case.pk)
    if row.withdrawn_at is None:
        raise MethodError("这个案例没有撤下。")
    row.withdrawn_at = None
    row.save(update_fields=["withdrawn_at"])
    record(verb="methods.restore_case", target=row, actor=actor, at=at)
    return row
