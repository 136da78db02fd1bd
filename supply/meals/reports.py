"""The verbs on what people say who stood before a meal point: taking it in without a name, and answering it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from shimen.accounts.models import User
from shimen.audit.record import origin, record
from shimen.errors import DomainError
from supply.models import MealPoint, MealReport


class ReportError(DomainError):
    """This cannot be reported, or not be answered."""


@transaction.atomic
def report(*, id: uuid.UUID, point: MealPoint, kind: str, words: str, at: dt.datetime) -> MealReport:  # noqa: A002
    """Somebody says that a point was shut, or the like. The same form sent twice is one report."""
    known = MealReport.objects.filter(pk=id).first()
    if known is not None:
        return known
    if point.is_ended:
        raise ReportError("这个餐点已经停办，不用再反映。")
    if kind not in MealReport.Kind.values:
        raise ReportError("选一下怎么了。", field="kind")
    words = " ".join(words.split())
    if kind == MealReport.Kind.OTHER and len(words) < 2:
        raise ReportError("写一句怎么了。", field="words")
    if sum(sign.isdigit() for sign in words) >= 7:
        raise ReportError("不要写电话、账号，我们不收。", field="words")
    row = MealReport.objects.create(
        pk=id, street_id=point.street_id, point=point, kind=kind, words=words[:120], reported_at=at
    )
    token = origin.set("")  # nothing is kept of who reported
    try:
        record(verb="meals.report", target=point, actor=None, at=at, after={"kind": row.get_kind_display()})
    finally:
        origin.reset(token)
    return row


@transaction.atomic
def answer(*, report: MealReport, words: str, actor: User, at: dt.datetime) -> MealReport:
    """Write down what was done about a report; people who open the point's page read it."""
    row = MealReport.objects.select_for_update(of=("self",)).select_related("point").get(pk=report.pk)
    if row.answered_at is not None:
        raise ReportError("这一条已经处理过。")
    if len(words.strip()) < 2:
        raise ReportError("写一句怎么处理的，例如“去看过，换了新的供餐时间”。", field="words")
    row.answer, row.answered_at, row.answered_by = words.strip()[:120], at, actor
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    record(verb="meals.answer", target=row.point, actor=actor, at=at, after={"answer": row.answer})
    return row


@transaction.atomic
def reopen(*, report: MealReport, actor: User, at: dt.datetime) -> MealReport:
    """An answer that was written down by mistake."""
    row = MealReport.objects.select_for_update(of=("self",)).select_related("point").get(pk=report.pk)
    if row.answered_at is None:
        raise ReportError("这一条还没有处理。")
    before = {"answer": row.answer}
    row.answer, row.answered_at, row.answered_by = "", None, None
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    record(verb="meals.reopen_report", target=row.point, actor=actor, at=at, before=before)
    return row
