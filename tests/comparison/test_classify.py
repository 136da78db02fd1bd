"""What a row is: noise, repair, doubt, duplicates, contradictions, cells that cannot be read."""

from __future__ import annotations

import random

import pytest

from coverage.models import Entity
from coverage.registry import merging
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def department(town):
    return steps.department(town.street)


def counted(batch, *names: str) -> dict[str, int]:
    assert steps.balanced(batch)
    return {name: batch.counts[name] for name in names}


def test_format_noise_is_not_reported_as_change(town, department):
    shops = steps.shops(town.first_grid, 8)
    Entity.objects.filter(pk=shops[7].pk).update(capital="1000")
    rows = [
        books.row(1, code=books.code(1).lower()),
        books.row(2, code="\t" + "".join(chr(ord(c) + 0xFEE0) for c in books.code(2)) + " "),
        books.row(3, name="甲乙丙3(示例) 商贸有限公司"),
        books.row(4, address="上海市示例区望桥路 ４号（近清波路）"),
        books.row(5, founded="2020/1/5"),
        books.row(6, founded=43835, status="存续（在营、开业、在册）"),
        books.row(7, person="-", founded="", address="N/A"),
        [*books.row(8), "1,000(万元人民币)"],
    ]
    batch = steps.compare(department, books.xlsx(rows, headings=(*books.HEADINGS, "注册资本")))
    assert counted(batch, "rows", "same", "changed", "doubt") == {"rows": 8, "same": 8, "changed": 0, "doubt": 0}
    assert not batch.differences.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda code: code[:9] + ("8" if code[9] != "8" else "7") + code[10:],
        lambda code: code[:8] + code[9] + code[8] + code[10:],
        lambda code: code[:5] + code[6:],
        lambda code: code[:11] + code[10] + code[11:],
        lambda code: code.replace("0", "O"),
    ],
    ids=["wrong", "swapped", "lost", "doubled", "lookalike"],
)
def test_a_damaged_code_is_repaired_only_where_the_name_agrees(town, department, spoil):
    steps.shops(town.first_grid, 12)
    batch = steps.compare(department, books.xlsx([books.row(12, code=spoil(books.code(12)))]))
    assert counted(batch, "repaired", "doubt") == {"repaired": 1, "doubt": 0}
    assert Entity.objects.get(code=books.code(12)).pk == batch.differences.get(kind="repaired").entity_id
    other = steps.compare(
        department,
        books.xlsx([books.row(12, code=spoil(books.code(12)), name="丁戊己（示例）经营部", person="", address="")]),
    )
    assert counted(other, "repaired", "doubt") == {"repaired": 0, "doubt": 1}


def test_equal_rows_count_once_and_contradicting_ones_wait_for_a_person(town, department):
    steps.shops(town.first_grid, 3)
    rows = [
        books.row(1), books.row(1),
        books.row(2, person="孙丙六"), books.row(2, person="李丁四"),
        books.row(3),
        books.row(20), books.row(20),
        books.row(21), books.row(21, person="李丁四"),
    ]  # fmt: skip
    batch = steps.compare(department, books.xlsx(rows))
    expected = {"rows": 9, "same": 2, "duplicate": 2, "doubt": 4, "new": 1, "gone": 0}
    assert counted(batch, *expected) == expected
    reasons = set(batch.differences.filter(kind="doubt").values_list("reason", flat=True))
    assert any("第 4、5 行" in reason for reason in reasons)


def test_of_one_line_per_period_the_newest_counts(town, department):
    steps.shops(town.first_grid, 1)
    headings = (*books.HEADINGS, "所属年月", "参保人数")
    rows = [[*books.row(1), f"2026-{month:02}", 10 + month] for month in (8, 10, 9)]
    batch = steps.compare(department, books.xlsx(rows, headings=headings))
    assert counted(batch, "changed", "duplicate") == {"changed": 1, "duplicate": 2}
    assert batch.differences.get(field="headcount").new == "20"


def test_a_cell_that_cannot_be_believed_is_left_out_and_the_rest_of_the_row_is_compared(town, department):
    steps.shops(town.first_grid, 3)
    rows = [
        books.row(1, founded="2031-01-01", person="孙丙六"),
        books.row(2, founded="0123-13-45"),
        books.row(3, status="在天上"),
        books.row(9, founded="2031-01-01"),
    ]
    batch = steps.compare(department, books.xlsx(rows))
    assert counted(batch, "changed", "same", "new", "cells_refused") == {
        "changed": 1,
        "same": 2,
        "new": 1,
        "cells_refused": 3,
    }
    said = dict(batch.differences.filter(kind="refused").values_list("line", "reason"))
    assert "晚于表格日期" in said[2]
    assert "没有见过的登记状态" in said[4]
    new = batch.differences.get(kind="new")
    assert "成立日期没有采用" in new.reason
    assert "established_on" not in new.row["values"]


def test_rows_that_cannot_be_taken_say_why(town, department):
    steps.shops(town.first_grid, 1)
    rows = [
        books.row(0, code="", name=""),
        books.row(0, code="=A1", name="甲"),
        books.row(0, code="望桥路", name=books.code(5)),
        books.row(0, code=books.code(6), name="长" * 200),
        books.row(0, code=books.code(7), name=""),
    ]
    batch = steps.compare(department, books.text(rows), name="名册.csv")
    assert counted(batch, "refused") == {"refused": 5}
    said = list(batch.differences.filter(kind="refused").order_by("line").values_list("reason", flat=True))
    for sentence, words in zip(said, ("没有可用的代码", "公式", "错了位", "200 个字", "没有写名称"), strict=True):
        assert words in sentence


def test_a_code_that_a_spreadsheet_made_a_number_is_never_a_code(town, department):
    steps.shops(town.first_grid, 2)
    rows = [books.row(1, code=919901990000000000), books.row(2, code="9.19902E+17", name="", address="")]
    batch = steps.compare(department, books.xlsx(rows))
    assert counted(batch, "doubt", "refused", "same", "new") == {"doubt": 1, "refused": 1, "same": 0, "new": 0}
    assert "改成了数字" in batch.differences.get(kind="doubt").reason


def test_a_code_that_fails_its_check_and_resembles_nothing_waits(town, department):
    steps.shops(town.first_grid, 1)
    code = books.code(77)
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    batch = steps.compare(department, books.xlsx([books.row(77, code=wrong)]))
    row = batch.differences.get(kind="doubt")
    assert row.reason == "代码校验不过，名册里没有相近的"
    assert row.candidates == []


def test_the_first_workbook_fills_an_empty_registry(town, department):
    from coverage.comparison import apply

    batch = steps.compare(department, books.xlsx([books.row(number) for number in range(1, 41)]))
    assert counted(batch, "new", "rows") == {"new": 40, "rows": 40}
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    again = steps.compare(department, books.xlsx([books.row(number) for number in range(1, 41)], titles=[["后来的"]]))
    assert counted(again, "same", "new", "changed") == {"same": 40, "new": 0, "changed": 0}


def test_counts_are_those_that_a_generator_put_in(town):
    department = steps.department(town.street, gone_limit_percent=100)
    steps.shops(town.first_grid, 300)
    chance = random.Random(7)
    put = dict.fromkeys(("same", "changed", "gone", "duplicate", "repaired", "doubt", "refused"), 0)
    rows = []
    for number in range(1, 301):
        fate = chance.choices(list(put), weights=[70, 10, 5, 5, 4, 4, 2])[0]
        code = books.code(number)
        if fate == "gone":
            put["gone"] += 1
            continue
        match fate:
            case "changed":
                rows.append(books.row(number, person="孙丙六"))
            case "duplicate":
                rows += [books.row(number), books.row(number)]
                put["same"] += 1
            case "repaired":
                rows.append(books.row(number, code=code[:4] + code[5:]))
            case "doubt":
                rows.append(books.row(number, code="9.19902E+17"))
            case "refused":
                rows += [books.row(number), books.row(0, code="", name="")]
                put["same"] += 1
            case _:
                rows.append(books.row(number, code=code.lower(), address=f"示例区望桥路 {number} 号"))
        put[fate] += 1
    chance.shuffle(rows)
    batch = steps.compare(department, books.xlsx([*rows, *(books.row(number) for number in range(400, 420))]))
    assert counted(batch, *put, "new") == {**put, "new": 20}


def test_an_entity_is_gone_only_in_the_areas_that_the_department_declares(town, department):
    department.areas.set([town.first_grid])
    steps.shop(town.first_grid, 1)
    here, below = steps.shop(town.first_grid, 2), steps.shop(town.block, 3)
    steps.shop(town.second_grid, 4)
    adrift = steps.shop(town.first_grid, 5)
    Entity.objects.filter(pk=adrift.pk).update(area=None)
    batch = steps.compare(department, books.xlsx([books.row(1)]))
    gone = batch.differences.filter(kind="gone").values_list("entity_id", flat=True)
    assert set(gone) == {here.pk, below.pk}
    assert batch.counts["registry"]["outside"] == 2
    assert steps.balanced(batch)


def test_a_workbook_costs_the_same_number_of_queries_however_many_rows(town, department):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from coverage.comparison import batches

    steps.shops(town.first_grid, 40)
    costs = []
    for count in (5, 10, 40):  # with the first the department's layout is remembered
        rows = [books.row(number, person="孙丙六") for number in range(1, count + 1)]
        batch = steps.receive(department, books.xlsx(rows))
        with CaptureQueriesContext(connection) as queries:
            batches.read_and_compare(batch=batch, at=make.AT)
        costs.append(len(queries))
    assert costs[1] == costs[2]


def test_the_code_of_an_entry_that_was_merged_away_finds_the_one_that_stayed(town, department):
    kept, twin = steps.shops(town.first_grid, 2)
    merging.merge(kept=kept, absorbed=twin, taken=(), reason="电话、地址相同", actor=town.staff, at=make.AT)
    alone = steps.compare(department, books.xlsx([books.row(1, code=books.code(2))]))
    assert counted(alone, "same", "new", "doubt") == {"same": 1, "new": 0, "doubt": 0}
    assert not alone.differences.filter(kind="gone").exists()
    both = steps.compare(department, books.xlsx([books.row(2), books.row(1, person="李丁四")]))
    assert counted(both, "changed", "duplicate", "new", "doubt") == {"changed": 1, "duplicate": 1, "new": 0, "doubt": 0}
    assert "已并入" in both.differences.get(kind="duplicate").reason
    assert both.differences.get(kind="changed").entity_id == kept.pk
