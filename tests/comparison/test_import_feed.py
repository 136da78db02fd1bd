"""`manage.py import_feed`: the same engine from the command line."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from coverage.models import Batch, Entity
from tests import make
from tests.comparison import books, corpus, lists, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def book(tmp_path, town):
    steps.shops(town.first_grid, 10)
    path = tmp_path / "名册.csv"
    rows = [books.row(number) for number in range(1, 11)]
    rows[0] = books.row(1, person="孙丙六")
    path.write_bytes(books.text([*rows, books.row(40)], encoding="gb18030"))
    return path


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("import_feed", *args, stdout=out)
    return out.getvalue()


def test_it_prints_the_account_and_the_address_and_writes_nothing(town, book):
    department = steps.department(town.street)
    before = steps.registry(town.street)
    said = run(str(book), "--department", department.code, "--as-of", "2026-01-31")
    assert "文件行数 11 = 一致 9 + 变更 1 + 新增 1" in said
    assert f"/compare/{Batch.objects.get().pk}/" in said
    assert steps.registry(town.street) == before


def test_with_apply_it_writes(town, book):
    department = steps.department(town.street)
    said = run(
        str(book), "--department", department.name, "--as-of", "2026-01-31", "--apply", "--by", town.data_admin.username
    )
    assert "已应用：变更 1 家，新增 1 家" in said
    assert Entity.objects.get(code=books.code(1)).legal_person == "孙丙六"
    assert Batch.objects.get().applied_by == town.data_admin


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--department", "没有的"], "没有部门“没有的”"),
        (["--department", "sj", "--by", "无此人"], "没有账号"),
        (["--department", "sj", "--as-of", "2999-01-01"], "晚于今天"),
    ],
)
def test_it_says_what_is_wrong(town, book, args, sentence):
    steps.department(town.street, code="sj")
    with pytest.raises(CommandError, match=sentence):
        run(str(book), *args)
    assert not Batch.objects.exists()


def test_a_list_of_people_goes_the_same_way(town, tmp_path):
    department = steps.department(town.street)
    shop = steps.shop(town.first_grid, 1)
    path = tmp_path / "名单.csv"
    path.write_bytes(lists.content([lists.row(1, "吴己六", "19900000017"), lists.row(1, "")]))
    told = run(str(path), "--department", department.code, "--people", "--apply")
    assert "文件行数 2 = 一致 0 + 变更 0 + 新增 1 + 拒收 1" in told
    assert "已应用：变更 0 人，新增 1 人，登记离开 0 人" in told
    assert lists.people(shop) == {"吴己六": ("199****0017", "店员", True)}


def test_a_list_of_headcounts_speaks_of_entities_and_the_newest_month_counts(town, tmp_path):
    department = steps.department(town.street, scope_kinds=[])
    steps.shops(town.first_grid, 2)
    lines = [
        ["单位参保人数"],
        ["单位编码", "单位名称", "统一社会信用代码", "参保人数", "所属年月", "当前状态"],
        ["1", "甲乙丙1（示例）商贸有限公司", books.code(1), "7人", "202610", "参保"],
        ["1", "甲乙丙1（示例）商贸有限公司", books.code(1), 9.0, "202611", "参保"],
        ["2", "甲乙丙2（示例）商贸有限公司", books.code(2), "3", "202611", "参保"],
        ["合计", "", "", 19],
    ]
    path = tmp_path / "参保.xlsx"
    path.write_bytes(corpus.plain(lines))
    told = run(str(path), "--department", department.code, "--apply")
    assert "文件行数 3 = 一致 0 + 变更 2 + 新增 0 + 重复 1" in told
    counts = dict(Entity.objects.values_list("code", "headcount"))
    assert counts == {books.code(1): 9, books.code(2): 3}
