"""django-import-export as a front door to the comparison: its admin pages, our engine behind them.

The library's own way parses the file twice and works row by row. Here its four hinges are turned: the temporary storage
keeps the workbook as a batch and hands out the batch's id, the format turns that into a handle instead of a table of
cells, the resource compares or applies set-based, and the result is read from the change set: totals, the first hundred
rows, and where to look at all of them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from import_export.formats.base_formats import Format
from import_export.resources import ModelResource
from import_export.results import Error, Result, RowResult
from import_export.tmp_storages import BaseStorage

from coverage.comparison import apply, batches
from coverage.differences import asking
from coverage.models import Batch, Department, Difference
from coverage.reading.book import shown_line
from shimen import clock
from shimen.accounts.models import User
from shimen.errors import DomainError
from shimen.models import new_id

AT_ONCE_BYTES = 400 * 1024  # about 5,000 rows; larger workbooks travel through the outbox
FIRST_ROWS = 100
IMPORT_TYPES = {
    Difference.Kind.NEW: RowResult.IMPORT_TYPE_NEW,
    Difference.Kind.CHANGED: RowResult.IMPORT_TYPE_UPDATE,
    Difference.Kind.REPAIRED: RowResult.IMPORT_TYPE_SKIP,
    Difference.Kind.GONE: RowResult.IMPORT_TYPE_UPDATE,
}


@dataclass(frozen=True)
class Feed:
    """What the upload form says beside the file."""

    department: Department
    as_of: dt.date
    is_full: bool
    actor: User
    name: str


class StagedBatch:
    """What the library takes for its dataset: only the batch."""

    def __init__(self, batch_id: uuid.UUID) -> None:
        self.batch_id = batch_id

    @property
    def batch(self) -> Batch:
        return Batch.objects.select_related("department", "street").defer("file__content").get(pk=self.batch_id)


class BatchStorage(BaseStorage):
    """Keeps an upload as a batch. Its name is the batch's id, so that the second step finds what the first compared."""

    def __init__(self, *, feed: Feed | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.feed = feed
        self.content = b""

    def save(self, data: bytes) -> None:
        self.name, self.content = str(new_id()), data

    def read(self) -> StagedBatch:
        """The batch, received now if this is the first step. Raises `BatchError` for what is not received."""
        try:
            batch_id = uuid.UUID(str(self.name))
        except ValueError as error:
            raise ValidationError("没有这一批，请重新上传。") from error
        if self.feed is not None:
            feed = self.feed
            batches.receive(
                id=batch_id, department=feed.department, name=feed.name, content=self.content, as_of=feed.as_of,
                is_full=feed.is_full, actor=feed.actor, at=clock.now(), on=clock.today(),
            )  # fmt: skip
        return StagedBatch(batch_id)

    def remove(self) -> None:
        """The batch stays: it is the record of what came."""


class WorkbookFormat(Format):
    """Every format that the comparison reads; the content decides which it is."""

    def __init__(self, encoding: str | None = None) -> None:
        """The library passes an encoding; the reader finds it out by itself."""

    def get_title(self) -> str:
        return "部门表格（xlsx、xls、CSV）"

    def create_dataset(self, in_stream: StagedBatch) -> StagedBatch:
        return in_stream

    def is_binary(self) -> bool:
        return True

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return False


class BatchResult(Result):
    """What the library shows after a run, read from the change set: totals by the account, the first rows as examples."""

    def __init__(self, batch: Batch) -> None:
        super().__init__()
        self.batch = batch
        counts = batch.counts
        self.total_rows = counts.get("rows", 0)
        self.is_queued = batch.state in {Batch.State.READING, Batch.State.APPLYING}
        self.diff_headers = ["行", "名称", "字段", "名册", "表格", "说明"]
        self.totals |= {
            RowResult.IMPORT_TYPE_NEW: counts.get("new", 0),
            RowResult.IMPORT_TYPE_UPDATE: counts.get("changed", 0),
            RowResult.IMPORT_TYPE_SKIP: counts.get("same", 0) + counts.get("repaired", 0) + counts.get("duplicate", 0),
            RowResult.IMPORT_TYPE_INVALID: counts.get("refused", 0) + counts.get("doubt", 0),
        }
        if batch.state == Batch.State.REFUSED:
            self.append_base_error(Error(DomainError(batch.error)))
        if batch.state == Batch.State.MAPPING:
            self.append_base_error(Error(DomainError(f"{batch.error}请到“数据比对”页打开{batch}，把各列认一次。")))
        for difference in batch.differences.order_by("line", "id")[:FIRST_ROWS]:
            self.append_row_result(_row(difference))


def _row(difference: Difference) -> RowResult:
    cells = (difference.row or {}).get("cells", {})
    row = RowResult()
    row.import_type = IMPORT_TYPES.get(Difference.Kind(difference.kind), RowResult.IMPORT_TYPE_SKIP)
    row.object_id = difference.entity_id
    row.diff = [
        shown_line(difference.line) if difference.line else "",
        cells.get("name", ""),
        difference.field,
        asking.shown(difference.field, difference.old),
        asking.shown(difference.field, difference.new),
        difference.reason or difference.get_kind_display(),
    ]
    return row


class WorkbookResource(ModelResource):
    """Compares on the dry run, applies on the other."""

    class Meta:
        model = Batch
        name = "部门表格"

    def get_user_visible_fields(self) -> list[Any]:
        return []

    def import_data(
        self, dataset: StagedBatch, dry_run: bool = False, raise_errors: bool = False, user: Any = None, **kwargs: Any
    ) -> BatchResult:
        """`dataset` is the handle; large workbooks are queued, and the result then only says where to look."""
        try:
            batch = _compare(dataset.batch, user) if dry_run else _apply(dataset.batch, user)
        except DomainError as refusal:
            if raise_errors:
                raise
            result = BatchResult(dataset.batch)
            result.append_base_error(Error(refusal))
            return result
        return BatchResult(batch)


def _is_small(batch: Batch) -> bool:
    return batch.file.size <= AT_ONCE_BYTES


def _compare(batch: Batch, user: User) -> Batch:
    if _is_small(batch):
        return batches.read_and_compare(batch=batch, at=clock.now())
    return batches.request_comparison(batch=batch, actor=user, at=clock.now())


def _apply(batch: Batch, user: User) -> Batch:
    if _is_small(batch):
        return apply.apply(batch=batch, actor=user, at=clock.now())
    return batches.request_apply(batch=batch, actor=user, at=clock.now())
