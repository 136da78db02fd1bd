"""What goes back out of a comparison: the differences as a list, and refused rows in the department's own layout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from coverage.comparison import batches, stage
from coverage.differences import asking
from coverage.facts import fields as facts
from coverage.feeds import files
from coverage.models import Batch, Difference, Entity, PersonDifference
from coverage.reading import fields
from coverage.reading.book import shown_line
from shimen import sheets

HEADINGS = ("行", "种类", "统一社会信用代码", "名称", "字段", "名册", "表格", "名册来源", "来源日期", "处理", "说明")
CHUNK = 2_000


def differences_as_csv(batch: Batch, rows: QuerySet[Difference]) -> tuple[bytes, int]:
    """A list of differences as CSV, and how many rows it has."""
    lines = list(_lines(rows))
    return sheets.as_csv(HEADINGS, lines), len(lines)


def _lines(rows: QuerySet[Difference]) -> Iterator[list[Any]]:
    names: dict[Any, tuple[str, str]] = {}
    wanted = rows.filter(entity_id__isnull=False).order_by().values("entity_id")
    for pk, code, name in Entity.objects.filter(pk__in=wanted).values_list("pk", "code", "name"):
        names[pk] = (code, name)
    for row in rows.iterator(chunk_size=CHUNK):
        cells = (row.row or {}).get("cells", {})
        code, name = names.get(row.entity_id) or (cells.get("code", ""), cells.get("name", ""))
        said = row.old_provenance or {}
        title = facts.LABELS.get(row.field, fields.TITLES.get(row.field, ""))
        yield [
            shown_line(row.line) if row.line else "", row.get_kind_display(), sheets.long_digits(code), name, title,
            asking.shown(row.field, row.old), asking.shown(row.field, row.new), said.get("source", ""), said.get("on", ""),
            row.get_settled_display() or row.get_decision_display(), row.skipped_reason or row.reason,
        ]  # fmt: skip


def refused_as_csv(batch: Batch) -> tuple[bytes, int]:
    """Refused rows as the department wrote them, with the line and the reason in front.

    The kept file is read again, so that the columns are the department's own, those we do not use included; of a list
    of people but for what is never read.
    """
    files.be_kept(batch.file, to="导出拒收行")
    refused: QuerySet[Any] = batch.differences.filter(kind=Difference.Kind.REFUSED, field="")
    if batch.subject == Batch.Subject.PEOPLE:
        refused = batch.people.filter(kind=PersonDifference.Kind.REFUSED)
    reasons = {row.line: row.reason for row in refused.only("line", "reason") if row.line}
    original = stage.original_rows(batches.source_of(batch), sorted(reasons)) if reasons else []
    headings = next((cells for line, cells in original if line == 0), [])
    lines = [[shown_line(line), reasons[line], *cells] for line, cells in original if line in reasons]
    return sheets.as_csv(["行", "没有采用的原因", *headings], lines), len(lines)
