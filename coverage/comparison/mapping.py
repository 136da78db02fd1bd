"""The verbs on layouts: a person says what the columns of a department's table are, or that it holds none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from coverage.comparison import batches
from coverage.feeds import remembered
from coverage.models import Batch, Layout
from coverage.reading import layouts, peek, subjects
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError

OPEN = (Batch.State.MAPPING, Batch.State.READY, Batch.State.UNDONE)


class MappingError(DomainError):
    """What was said of the columns cannot be kept."""


@transaction.atomic
def decide(*, batch: Batch, sheet: int, row: int, choices: Mapping[str, str], actor: User, at: dt.datetime) -> Layout:
    """Keep what a person says of a sheet's columns (key → field, '' = not read) as the department's layout, and have the
    batch compared. `sheet` counts from 0, `row` is the place of the header among the first rows.

    Raises `MappingError` for two columns of one field, for columns that cannot tell rows apart, and for a batch that is
    past comparing.
    """
    batch = _open(batch)
    top, aliases = top_of(batch, sheet), remembered.aliases_of(batch.department, batch.subject)
    if not 0 <= row < len(top.cells):
        raise MappingError("没有这一行，请重新指明表头。")
    columns = top.columns(row, aliases)
    subject = subjects.OF[batch.subject]
    kept = [_column(column, choices.get(column.key, ""), subject, aliases) for column in columns]
    _refuse_unclear(kept, subject)
    layout = _keep(batch, kept, at, decided_by=actor, is_skipped=False)
    record(
        verb="coverage.decide_layout",
        target=layout,
        actor=actor,
        at=at,
        after={column["heading"] or column["key"]: subject.titles.get(column["field"], "不读") for column in kept},
    )
    batches.request_comparison(batch=batch, actor=actor, at=at)
    return layout


@transaction.atomic
def skip(*, batch: Batch, sheet: int, row: int, actor: User, at: dt.datetime) -> Layout:
    """Say of a sheet that it holds no entities: it is not read, now and whenever it comes again."""
    batch = _open(batch)
    if len(shown_tops(batch)) < 2:
        raise MappingError("表里只有这一张工作表，不读它就没有可比对的了。传错了表，就作废本批。")
    top, aliases = top_of(batch, sheet), remembered.aliases_of(batch.department, batch.subject)
    if not 0 <= row < len(top.cells):
        raise MappingError("没有这一行，请重新指明表头。")
    kept = [_column(column, "", subjects.OF[batch.subject], aliases) for column in top.columns(row, aliases)]
    layout = _keep(batch, kept, at, decided_by=actor, is_skipped=True)
    record(verb="coverage.skip_layout", target=layout, actor=actor, at=at, after={"sheet": top.name})
    batches.request_comparison(batch=batch, actor=actor, at=at)
    return layout


@transaction.atomic
def forget(*, layout: Layout, actor: User, at: dt.datetime) -> None:
    """Forget what was said of a layout; when it comes again, it is asked about again where it is not known in general."""
    record(
        verb="coverage.forget_layout",
        target=layout,
        actor=actor,
        at=at,
        before={
            column["heading"] or column["key"]: subjects.OF[layout.subject].titles.get(column["field"], "不读")
            for column in layout.columns
        },
    )
    layout.delete()


def shown_tops(batch: Batch) -> list[peek.Top]:
    """The first rows of the sheets of a batch, in their order."""
    return [peek.Top(told) for told in batch.layout.get("tops", [])]


def top_of(batch: Batch, sheet: int) -> peek.Top:
    """The first rows of one sheet. Raises `MappingError` where there is no such sheet."""
    tops = shown_tops(batch)
    if not 0 <= sheet < len(tops):
        raise MappingError("没有这张工作表。")
    return tops[sheet]


def _open(batch: Batch) -> Batch:
    """The batch, held, if columns may still be said of it."""
    batch = Batch.objects.select_for_update(of=("self",)).select_related("department", "street").get(pk=batch.pk)
    if batch.state not in OPEN:
        raise MappingError(f"{batch}{batch.get_state_display()}，不能再认表头。")
    return batch


def _column(column: peek.Named, field: str, subject: subjects.Subject, aliases: layouts.Aliases) -> dict[str, str]:
    if field and field not in subject.titles:
        raise MappingError(f"“{column.heading or column.letter}”选的字段不存在，请重选。")
    known = aliases.look_up(layouts.heading_key(column.heading))
    if known and known[0] and known[0] == subject.withheld:
        if subject.is_read(field):
            raise MappingError(f"“{column.heading}”里是名册不收的个人信息，不能读作{subject.titles[field]}。")
        field = subject.withheld  # also where it was left out: rows that go back leave these cells empty
    return {"heading": column.heading, "key": column.key, "field": field, "by": "person"}


def _refuse_unclear(columns: list[dict[str, str]], subject: subjects.Subject) -> None:
    seen: dict[str, str] = {}
    for column in columns:
        field, heading = column["field"], column["heading"] or "没有列名的一列"
        if not subject.is_read(field):
            continue
        if field in seen:
            raise MappingError(f"“{seen[field]}”和“{heading}”都选了{subject.titles[field]}，只能留一列。")
        seen[field] = heading
    if not subject.tells_apart(set(seen)):
        raise MappingError(f"{subject.missing(set(seen))}。至少指明其中一列。")


def _keep(batch: Batch, columns: list[dict[str, str]], at: dt.datetime, **said: Any) -> Layout:
    fingerprint = layouts.fingerprint(column["key"] for column in columns if not column["key"].startswith("@"))
    layout, _ = Layout.objects.update_or_create(
        department=batch.department,
        subject=batch.subject,
        fingerprint=fingerprint,
        defaults={"columns": columns, "decided_at": at, "last_seen_at": at, **said},
        create_defaults={
            "street_id": batch.street_id,
            "columns": columns,
            "decided_at": at,
            "first_seen_at": at,
            "last_seen_at": at,
            **said,
        },
    )
    return layout
