"""Lists of people by name as 人社 sends them, small; and the walk of one through the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coverage.comparison import batches
from coverage.models import Batch, Department, Entity, Worker
from shimen.privacy import sealing
from tests import make
from tests.comparison import books, steps
from tests.comparison.corpus import text

HEADINGS = ("单位名称", "统一社会信用代码", "姓名", "身份证号", "联系电话", "岗位")


def row(number: int, name: str, phone: str = "", post: str = "店员") -> list[Any]:
    """A row of `HEADINGS` of somebody who works in `steps.shop(number)`."""
    return [f"甲乙丙{number}（示例）商贸有限公司", books.code(number), name, "99019919900101001X", phone, post]


def content(rows: Sequence[Sequence[Any]], *, headings: Sequence[str] = HEADINGS) -> bytes:
    return text([["从业人员名单"], list(headings), *rows, ["合计", len(rows)]])


def worker(entity: Entity, name: str, phone: str = "", *, by: Department | None = None, **values: Any) -> Worker:
    """Somebody the registry knows; with `by`, because that department once said so."""
    found = Worker(street=entity.street, entity=entity, name=name, joined_on=make.LONG_AGO, **{"post": "店员"} | values)
    found.phone_sealed, found.phone_index, found.phone_mask = sealing.seal_phone(
        phone, table="coverage_worker", column="phone_sealed", row=found.pk
    )
    if by is not None:
        word = {"source": "department", "by": by.code, "on": "2026-10-01", "ref": ""}
        found.provenance = dict.fromkeys(("name", "phone", "post"), word)
    found.save(force_insert=True)
    return found


def receive(department: Department, rows: Sequence[Sequence[Any]], **values: Any) -> Batch:
    extra = {"subject": Batch.Subject.PEOPLE, "name": "从业人员名单.csv"} | values
    return steps.receive(department, content(rows), **extra)


def compare(department: Department, rows: Sequence[Sequence[Any]], **values: Any) -> Batch:
    return batches.read_and_compare(batch=receive(department, rows, **values), at=make.AT)


def people(entity: Entity) -> dict[str, tuple[str, str, bool]]:
    """Name → number, post and whether they are there, of everybody of an entity."""
    return {
        worker.name: (worker.phone_mask, worker.post, worker.left_on is None)
        for worker in Worker.objects.filter(entity=entity)
    }
