"""A workbook against the registry: what is counted as what."""

from __future__ import annotations

import pytest
from django.db import connection

from coverage.comparison import apply, batches, changes, classify, undo
from coverage.models import Batch, Entity
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.town()


def test_every_row_gets_one_verdict_and_both_sums_balance(town):
    department = steps.department(town.street)
    shops = steps.shops(town.first_grid, 20)
    rows = [books.row(number) for number in range(1, 15)]  # 15 … 20 are not named
    rows[1] = books.row(2, person="孙丙六")
    rows[2] = books.row(3, status="注销")
    rows.append(books.row(21))  # new
    rows.append(books.row(4))  # twice, word for word
    damaged = books.code(15)
    rows.append(books.row(15, code=damaged[:8] + damaged[9] + damaged[8] + damaged[10:]))
    rows.append(books.row(16, code="9.19902E+17"))
    rows.append(books.row(0, code="", name=""))
    titles = [["市场主体名册"], ["填报单位：示例市监所", "", "2026 年 11 月"]]
    content = books.xlsx([*rows, ["合计", len(rows)]], titles=titles)
    batch = steps.compare(department, content)
    assert batch.state == Batch.State.READY, batch.error
    expected = {
        "rows": 19, "same": 12, "changed": 2, "new": 1, "duplicate": 1, "repaired": 1, "doubt": 1, "refused": 1, "gone": 4,
    }  # fmt: skip
    assert {key: batch.counts[key] for key in expected} == expected
    assert steps.balanced(batch)
    sheet = batch.layout["sheets"][0]
    assert (sheet["titles"], sheet["headings"], sheet["remarks"], sheet["data"]) == (2, 1, 1, 19)
    gone = set(batch.differences.filter(kind="gone").values_list("entity_id", flat=True))
    assert gone == {shop.pk for shop in shops[16:]}


def test_apply_undo_apply_gives_the_same_registry_to_the_byte(town):
    department = steps.department(town.street, gone_limit_percent=50)
    steps.shops(town.first_grid, 12)
    place = make.place(town.second_grid, address="望桥路99号", address_key="望桥路99号")
    rows = [books.row(number) for number in range(1, 11)]
    rows[1] = books.row(2, person="孙丙六", address="望桥路 99 号")
    rows[2] = books.row(3, name="天干一号（示例）科技有限公司")
    rows.append(books.row(30))
    batch = steps.compare(department, books.xlsx(rows))
    before = steps.registry(town.street)
    batch = apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    after = steps.registry(town.street)
    assert after != before
    moved = Entity.objects.get(code=books.code(2))
    assert (moved.legal_person, moved.address, moved.place, moved.area) == (
        "孙丙六",
        "望桥路99号",
        place,
        town.second_grid,
    )
    assert moved.provenance["legal_person"]["ref"] == str(batch.pk)
    assert Entity.objects.get(code=books.code(11)).missing_since == make.TODAY
    assert Entity.objects.get(code=books.code(30)).pinyin.startswith("jiayibing30")
    batch = undo.undo(batch=batch, actor=town.data_admin, at=make.AT)
    assert steps.registry(town.street) == before
    assert batch.counts["undone"] == {"restored": 5, "removed": 1, "skipped": 0}
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert steps.registry(town.street) == after


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_sees_the_rows_go_by_while_each_is_looked_at(town, monkeypatch):
    monkeypatch.setattr(classify, "REPORT_EVERY", 2)
    monkeypatch.setattr(changes, "REPORT_EVERY", 3)
    heard = []

    def progress(stage: str, done: int, total: int) -> None:
        heard.append((stage, done, total, connection.in_atomic_block))

    department = steps.department(town.street)
    steps.shops(town.first_grid, 2)
    rows = [books.row(1), books.row(2), *(books.row(number, code="") for number in range(11, 16))]
    batches.read_and_compare(batch=steps.receive(department, books.xlsx(rows)), at=make.AT, progress=progress)
    compared = [(done, total) for stage, done, total, _ in heard if stage == "比对"]
    assert compared == [(0, 7), (2, 7), (4, 7), (6, 7)]
    written = [(stage, done, total) for stage, done, total, _ in heard if stage not in {"读表", "比对"}]
    assert written == [("整理差异", 0, 5), ("整理差异", 2, 5), ("写下差异", 5, 0)]
    assert not any(is_hidden for *_, is_hidden in heard), "inside a transaction nobody would see it"
