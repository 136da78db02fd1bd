"""What changed between two workbooks: against pairs whose truth is known, and from the command line."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.pairing import between
from coverage.reading import contents, fields, layouts, readers
from tests.comparison import biff, books, pairs
from tests.comparison.corpus import book, html, plain, text

ALIASES = layouts.prepare(fields.built_in_aliases())
LIMITS = readers.Limits(rows=10_000)


def opened(content: bytes, name: str = "名册.csv") -> contents.Contents:
    return contents.read(readers.open_book(content, name=name, limits=LIMITS), ALIASES)


def told(old: bytes, new: bytes) -> dict[str, Any]:
    """The documented result; every line of both files is checked to be accounted for."""
    result = between.as_json(between.compare(opened(old), opened(new)))
    for side in result["balance"].values():
        assert side["data"] == side["accounted"]
    assert json.loads(json.dumps(result)) == result
    return result


def as_xlsx(lines: list[list[Any]]) -> bytes:
    return plain(lines)


def as_xls(lines: list[list[Any]]) -> bytes:
    return biff.xls({"名册": lines})


def as_gb18030(lines: list[list[Any]]) -> bytes:
    return text(lines, encoding="gb18030")


def as_utf16(lines: list[list[Any]]) -> bytes:
    return text(lines, encoding="utf-16", delimiter="\t")


def as_html(lines: list[list[Any]]) -> bytes:
    return html(["".join(f"<td>{cell}</td>" for cell in line) for line in lines])


def rearranged(lines: list[list[Any]]) -> list[list[Any]]:
    return [[line[place] for place in pairs.ORDER] for line in lines]


@pytest.mark.parametrize("is_moved", [False, True], ids=["same_columns", "moved_and_renamed_columns"])
@pytest.mark.parametrize(
    ("write_old", "write_new"),
    [(as_xlsx, as_gb18030), (as_gb18030, as_xlsx), (as_xls, as_utf16), (as_html, as_xls), (text, as_html)],
)
def test_what_was_done_to_a_workbook_is_what_is_found(write_old, write_new, is_moved):
    old, new, truth = pairs.pair(300, seed=7 if is_moved else 11)
    written = [pairs.RENAMED, *rearranged(new)] if is_moved else [pairs.HEADINGS, *new]
    found = told(write_old([pairs.HEADINGS, *old]), write_new(written))
    lines = {number: [truth.old_line[number], truth.new_line[number]] for number in truth.new_line if number <= 300}
    # A tab or blank at the edge of a cell is not seen by HTML, nor where a sheet is compared cell by cell.
    assert sorted(found["unchanged"]) == sorted(lines[number] for number in truth.unchanged)
    assert sorted(found["format_only"]) == sorted(lines[number] for number in truth.format_only)
    assert {entry["line"] for entry in found["gone"]} == {truth.old_line[number] for number in truth.gone}
    assert {entry["line"] for entry in found["new"]} == {truth.new_line[number] for number in truth.new}
    changed = {(e["old_line"], e["new_line"]): [(f["field"], f["new"]) for f in e["fields"]] for e in found["changed"]}
    assert changed == {
        tuple(lines[number]): [(pairs.FIELDS.get(place, ""), pairs.CHANGES[place])]
        for number, place in truth.changed.items()
    }
    right = {entry["line"]: (entry["written"], entry["proposed"]) for entry in found["damaged"]}
    assert right == {truth.new_line[number]: (code, books.code(number)) for number, code in truth.damaged.items()}
    assert found["counts"]["duplicates"] == truth.twice
    assert found["counts"]["refused"] == truth.refused


def test_the_same_file_twice_is_unchanged():
    old, _, _ = pairs.pair(50, seed=1)
    content = text([pairs.HEADINGS, *old])
    found = told(content, content)
    assert found["counts"] == {
        "unchanged": 50, "format_only": 0, "changed": 0, "new": 0, "gone": 0, "damaged": 0, "duplicates": 0, "refused": 0,
    }  # fmt: skip


def simple(*rows: list[Any], headings: Any = books.HEADINGS) -> bytes:
    return text([list(headings), *rows])


def test_a_column_that_no_field_knows_is_compared_by_its_heading():
    old = simple(
        [*books.row(1), "试某", "1,000", "2026/1/5", "007"],
        headings=[*books.HEADINGS, "楼长", "面积", "年检日", "铺号"],
    )
    new = simple(
        ["7", "2026-01-05", "1000.0", "另某", *books.row(1)],
        headings=["铺号", "年检日", "面积", "楼长", *books.HEADINGS],
    )
    (entry,) = told(old, new)["changed"]
    assert [(f["field"], f["heading"], f["old"], f["new"]) for f in entry["fields"]] == [
        ("", "楼长", "试某", "另某"), ("", "铺号", "007", "7"),
    ]  # fmt: skip
    assert entry["key"] == books.code(1)


def test_columns_of_one_file_only_are_told_and_not_compared():
    found = told(simple([*books.row(1), "x"], headings=[*books.HEADINGS, "楼长"]), simple(books.row(1)))
    assert found["columns"]["only_old"] == ["楼长"]
    assert found["counts"]["unchanged"] == 1


def test_codes_that_became_numbers_are_told_with_the_right_one():
    whole = next(
        code for code in (f"9131010600000{tail:05d}" for tail in range(1000)) if books.codes.checksum_holds(code)
    )
    old = simple([whole, *books.row(1)[1:]], books.row(2))
    new = book(
        lambda made: None, [list(books.HEADINGS), [int(whole), *books.row(1)[1:]], ["9.19E+17", *books.row(2)[1:]]]
    )
    found = told(old, new)
    first, second = found["damaged"]
    assert (first["line"], first["proposed"], first["old_line"]) == (2, whole, 2)
    assert first["written"].endswith("e+17")
    assert (second["written"], second["proposed"]) == ("9.19E+17", books.code(2))


def test_a_damaged_code_of_the_old_file_is_told_too():
    code = books.code(1)
    found = told(simple([code[:-1], *books.row(1)[1:]]), simple(books.row(1, person="孙丙六")))
    (entry,) = found["damaged"]
    assert (entry["side"], entry["line"], entry["proposed"]) == ("old", 2, code)
    assert [change["field"] for change in entry["fields"]] == ["legal_person"]


def test_a_damaged_code_that_nothing_confirms_is_told_without_a_right_one():
    code = books.code(1)
    new = simple([code[:-1], "全不相干（示例）店", "郑辛九", "存续", "清波路1号", ""])
    found = told(simple(books.row(1)), new)
    assert [(e["line"], e["proposed"], e["old_line"]) for e in found["damaged"]] == [(2, "", None)]
    assert [entry["line"] for entry in found["gone"]] == [2]


def test_a_code_that_fails_its_check_in_both_files_is_no_damage():
    code = books.code(1)[:-1] + ("0" if books.code(1)[-1] != "0" else "1")
    found = told(simple([code, *books.row(1)[1:]]), simple([code, *books.row(1)[1:]]))
    assert found["counts"]["unchanged"] == 1


def test_without_codes_name_and_address_say_which_line_it_is():
    old = simple(
        ["", "甲（示例）店", "吴", "存续", "望桥路1号", ""], ["", "甲（示例）店", "郑", "存续", "望桥路2号", ""]
    )
    new = simple(
        ["", "甲(示例)店", "郑", "存续", "静安区望桥路2号", ""], ["", "甲（示例）店", "吴", "注销", "望桥路1号", ""]
    )
    found = told(old, new)
    assert found["format_only"] == [[3, 2]]
    assert [(e["old_line"], e["new_line"]) for e in found["changed"]] == [(2, 3)]


def test_without_codes_a_name_that_only_one_line_has_is_enough_where_nothing_speaks_against_it():
    headings = ["企业名称", "登记状态", "从业人数"]
    old = simple(["甲（示例）店", "存续", "3"], ["乙（示例）店", "存续", "4"], headings=headings)
    new = simple(["乙（示例）店", "存续", "4"], ["甲(示例)店", "存续", "5"], headings=headings)
    found = told(old, new)
    assert found["unchanged"] == [[3, 2]]
    assert [(e["old_line"], e["new_line"]) for e in found["changed"]] == [(2, 3)]


def test_lines_without_codes_that_come_twice_are_duplicates():
    line = ["", "甲（示例）店", "吴", "存续", "望桥路1号", ""]
    other = ["", "乙（示例）店", "吴", "存续", "", ""]
    found = told(simple(line, line, other), simple(other, other, line))
    assert sorted(found["unchanged"]) == [[2, 4], [4, 2]]
    assert [(e["side"], e["line"], e["of"]) for e in found["duplicates"]] == [("old", 3, 2), ("new", 3, 2)]


def test_two_codes_that_hold_are_two_entities_whatever_the_name():
    found = told(simple(books.row(1)), simple([books.code(2), *books.row(1)[1:]]))
    assert (found["counts"]["gone"], found["counts"]["new"]) == (1, 1)


def test_an_old_number_holds_two_lines_together():
    headings = ["注册号", *books.HEADINGS]
    found = told(
        simple(["310106000123456", "", *books.row(1)[1:]], headings=headings),
        simple(["310106000123456", *books.row(1)], headings=headings),
    )
    assert [[change["field"] for change in entry["fields"]] for entry in found["changed"]] == [["code"]]


def test_a_branch_under_its_parents_code_is_not_its_double():
    parent = books.row(1)
    branch = [parent[0], parent[1] + "第二分公司", *parent[2:]]
    found = told(simple(parent), simple(branch, parent))
    assert found["unchanged"] == [[2, 3]]
    assert [entry["line"] for entry in found["new"]] == [2]


def test_one_line_per_entity_and_year_is_compared_year_by_year():
    headings = ["年度", *books.HEADINGS]
    old = simple(["2024", *books.row(1)], ["2025", *books.row(1, status="注销")], headings=headings)
    new = simple(
        ["2025", *books.row(1, status="注销")], ["2024", *books.row(1)], ["2026", *books.row(1)], headings=headings
    )
    found = told(old, new)
    assert sorted(found["unchanged"]) == [[2, 3], [3, 2]]
    assert [entry["line"] for entry in found["new"]] == [4]


def test_a_list_of_another_month_is_compared_entity_by_entity():
    headings = ["所属年月", *books.HEADINGS]
    old, new = ([month, *books.row(1)] for month in ("202610", "202611"))
    assert told(simple(old, headings=headings), simple(new, headings=headings))["counts"]["unchanged"] == 1


def test_contradicting_lines_of_one_entity_are_told_as_such():
    found = told(simple(books.row(1)), simple(books.row(1), books.row(1, person="孙丙六")))
    assert [(e["line"], e["of"], e["identical"]) for e in found["duplicates"]] == [(3, 2, False)]


def test_another_district_before_the_same_road_is_another_address():
    old, new = (simple(books.row(1, address=f"上海市{district}区望桥路1号")) for district in ("静安", "黄浦"))
    assert told(old, new)["counts"]["changed"] == 1


def test_a_cell_that_cannot_be_read_says_why():
    found = told(simple(books.row(1)), simple(books.row(1, founded="2020-02-30")))
    assert found["changed"][0]["fields"][0]["problem"] == "没有“2020-02-30”这一天"


def test_lines_of_a_second_sheet_are_told_apart():
    sheets = {"企业": [list(books.HEADINGS), books.row(1)], "个体": [list(books.HEADINGS), books.row(2)]}
    found = told(biff.xls(sheets), simple(books.row(1), books.row(2)))
    assert found["unchanged"] == [[2, 2], [1_000_002, 3]]
    assert [sheet["offset"] for sheet in found["files"]["old"]["sheets"]] == [0, 1_000_000]


def test_columns_with_headings_that_nobody_knows_are_told_by_what_stands_in_them():
    headings = ["主体号", "叫什么", "谁的店", "可好", "在哪里", "几时起"]
    old = simple(*(books.row(number) for number in range(1, 6)), headings=headings)
    new = simple(*(books.row(number, person="孙丙六") for number in range(5, 0, -1)), headings=headings)
    found = told(old, new)
    assert found["counts"]["changed"] == 5
    assert {entry["key"] for entry in found["changed"]} == {books.code(number) for number in range(1, 6)}
    assert any("主体号" in remark for remark in found["files"]["old"]["remarks"])


def test_two_columns_are_enough():
    headings = ["统一社会信用代码", "企业名称"]
    found = told(
        simple(books.row(1)[:2], books.row(2)[:2], headings=headings), simple(books.row(2)[:2], headings=headings)
    )
    assert (found["unchanged"], found["counts"]["gone"]) == ([[3, 2]], 1)


CELL = st.text(alphabet="甲乙（）() 19-/年月日.,\t\"'ＡX号路", max_size=9)
ROW = st.tuples(st.integers(1, 12), st.lists(CELL, min_size=5, max_size=5))


@settings(max_examples=150)
@given(
    st.lists(ROW, min_size=1, max_size=12), st.lists(ROW, min_size=1, max_size=12), st.randoms(use_true_random=False)
)
def test_whatever_two_files_hold_every_line_is_accounted_for(old, new, draw):
    def lines(rows):
        return [[draw.choice([books.code(number), books.code(number)[:-1], ""]), *cells] for number, cells in rows]

    first, second = lines(old), lines(new)
    try:
        found = told(simple(*first), simple(*second))
    except readers.FileRefusedError:
        return
    seen = {"old": [], "new": []}
    for one, other in found["unchanged"] + found["format_only"]:
        seen["old"].append(one)
        seen["new"].append(other)
    for entry in found["changed"]:
        seen["old"].append(entry["old_line"])
        seen["new"].append(entry["new_line"])
    for entry in found["damaged"]:
        seen["old"] += [entry["old_line"]] if entry["old_line"] else []
        seen["new"] += [entry["new_line"]] if entry["new_line"] else []
    for entry in found["duplicates"] + found["refused"]:
        seen[entry["side"]].append(entry["line"])
    seen["old"] += [entry["line"] for entry in found["gone"]]
    seen["new"] += [entry["line"] for entry in found["new"]]
    for side, content in (("old", first), ("new", second)):
        assert len(seen[side]) == len(set(seen[side]))
        assert sorted(seen[side]) == [line for line, _ in opened(simple(*content)).rows]


@settings(max_examples=60)
@given(st.lists(ROW, min_size=1, max_size=15, unique_by=lambda entry: entry[0]), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_count(rows, draw):
    lines = [[books.code(number), f"甲{number}（示例）店", *cells[:4]] for number, cells in rows]
    places = draw.sample(range(6), 6)
    moved = [[line[place] for place in places] for line in draw.sample(lines, len(lines))]
    headings = [books.HEADINGS[place] for place in places]
    found = told(simple(*lines), simple(*moved, headings=headings))
    assert found["counts"]["unchanged"] == len(lines)


def command(old: Path, new: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("compare_files", str(old), str(new), *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def files(tmp_path):
    old, new, _ = pairs.pair(60, seed=3)
    first, second = tmp_path / "上期.xlsx", tmp_path / "本期.xls"
    first.write_bytes(plain([["名册"], pairs.HEADINGS, *old, ["合计", 60]]))
    second.write_bytes(text([pairs.HEADINGS, *new], encoding="gb18030"))
    return first, second


def test_the_command_reports_in_chinese_with_both_balances(files):
    told = command(*files, "--lines", "2")
    assert "工作表“名册” 63 行 = 表头以上 1 + 表头 1 + 空行 0 + 合计和备注 1 + 数据 60" in told
    assert "旧表数据 60 行 = 没变 " in told
    assert "还有" in told
    assert "应为 91990199" in told


def test_the_command_writes_json_of_the_documented_keys(files):
    result = json.loads(command(*files, "--json"))
    assert set(result) == {
        "files", "columns", "counts", "balance", "unchanged", "format_only", "changed", "new", "gone", "damaged",
        "duplicates", "refused",
    }  # fmt: skip
    assert result["balance"]["old"] == {"data": 60, "accounted": 60}


def test_the_report_masks_telephone_numbers(tmp_path):
    for name, number in (("旧.csv", "19900000017"), ("新.csv", "19900000025")):
        (tmp_path / name).write_bytes(simple([*books.row(1), number], headings=[*books.HEADINGS, "联系电话"]))
    told = command(tmp_path / "旧.csv", tmp_path / "新.csv")
    assert "199****0017 → 199****0025" in told
    assert "19900000017" not in told


def test_the_command_says_which_file_cannot_be_read(files, tmp_path):
    empty = tmp_path / "空.xlsx"
    empty.write_bytes(b"")
    with pytest.raises(CommandError, match=r"空.xlsx：文件是空的"):
        command(files[0], empty)
    with pytest.raises(CommandError, match="打不开文件"):
        command(tmp_path / "没有.xlsx", files[1])


def test_a_file_that_brings_its_reader_down_is_told_of(files, tmp_path):
    vast = tmp_path / "远.xlsx"
    vast.write_bytes(book(lambda made: made.active.cell(1_048_576, 16_384, "x"), [list(books.HEADINGS)]))
    with pytest.raises(CommandError, match=r"远.xlsx 用的时间或内存超出上限"):
        command(files[0], vast)


def test_shuffled_noise_of_every_kind_leaves_no_change():
    draw = random.Random(5)
    lines = [pairs.row(number) for number in range(1, 200)]
    found = told(text([pairs.HEADINGS, *lines]), text([pairs.HEADINGS, *(pairs.noisy(line, draw) for line in lines)]))
    assert found["counts"]["format_only"] == 199


def test_a_code_that_only_fails_its_check_is_new_and_told_so():
    """Real early codes fail the standard: damaged is what resembles a right one, or cannot be a code at all."""
    wrong = books.code(7)[:-1] + ("A" if books.code(7)[-1] != "A" else "B")
    new = simple([wrong, "全不相干（示例）店", "郑辛九", "存续", "清波路1号", ""])
    found = told(simple(books.row(1)), new)
    assert found["damaged"] == []
    assert [(entry["key"], "校验不过" in entry["warning"]) for entry in found["new"]] == [(wrong, True)]
