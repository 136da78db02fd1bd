"""Workbooks as departments really send them, made here one by one: each with what is in it, or why it is refused.

Nothing is kept in the repository: a case is a function that makes the file. Every case says how many rows its file has
in all, so that a test can count whether each of them is accounted for.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.comparison import biff, books

H = list(books.HEADINGS)
DAY = "2020-01-05"
PLACE = {"code": 0, "name": 1, "legal_person": 2, "registration_status": 3, "address": 4, "established_on": 5}


@dataclass(frozen=True, slots=True)
class Case:
    """A file. Of a readable one: `lines` of its data rows (in the sheet's own counting), how many rows it has in all and
    of each role, `cells` that must be found by line and field, and words of remarks. Of an unreadable one: `refused`."""

    name: str
    content: Callable[[], bytes]
    lines: tuple[int, ...] = ()
    rows: int = 0
    roles: dict[str, int] = field(default_factory=dict)
    cells: dict[tuple[int, str], str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    refused: str = ""


def usual(line: int, number: int) -> dict[tuple[int, str], str]:
    """What `books.row(number)` says, found on `line`."""
    row = books.row(number)
    found = {(line, name): row[place] for name, place in PLACE.items()}
    return found | {(line, "registration_status"): "1"}


def several(numbers: dict[int, int]) -> dict[tuple[int, str], str]:
    """`usual` for lines → numbers."""
    return {key: cell for line, number in numbers.items() for key, cell in usual(line, number).items()}


def rows(*numbers: int) -> list[list[Any]]:
    return [books.row(number) for number in numbers]


def text(lines: Sequence[Sequence[Any]], *, encoding: str = "utf-8", delimiter: str = ",", end: str = "\r\n") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(lines)
    return out.getvalue().encode(encoding)


def book(change: Callable[[Any], None], lines: Sequence[Sequence[Any]]) -> bytes:
    """An xlsx whose workbook is changed before it is saved."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "名册"
    for line in lines:
        sheet.append(list(line))
    change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def plain(lines: Sequence[Sequence[Any]]) -> bytes:
    return book(lambda made: None, lines)


def html(lines: Sequence[str], *, head: str = "", encoding: str = "utf-8") -> bytes:
    table = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"{head}<html><head><meta charset={encoding}></head><body><table>{table}</table></body></html>".encode(
        encoding
    )


def cells_of(line: Sequence[Any], tag: str = "td") -> str:
    return "".join(f"<{tag}>{cell}</{tag}>" for cell in line)


# Formats and encodings: the same two rows in all of them.

TWO = [H, *rows(1, 2)]
TWO_CELLS = several({2: 1, 3: 2})


def two(name: str, content: Callable[[], bytes], *, remarks: tuple[str, ...] = ()) -> Case:
    return Case(name, content, (2, 3), 3, {"headings": 1, "data": 2}, TWO_CELLS, remarks)


FORMATS = {
    "xlsx": two("名册.xlsx", lambda: plain(TWO)),
    "xls": two("名册.xls", lambda: biff.xls({"名册": TWO})),
    "xlsx_named_xls": two("名册.xls", lambda: plain(TWO), remarks=("已按内容读",)),
    "xls_named_xlsx": two("名册.xlsx", lambda: biff.xls({"名册": TWO}), remarks=("已按内容读",)),
    "html_named_xls": two("名册.xls", lambda: html([cells_of(line) for line in TWO]), remarks=("网页表格",)),
    "html_gb18030": two("名册.xls", lambda: html([cells_of(line) for line in TWO], encoding="gb18030")),
    "html_utf16": two("名册.xls", lambda: html([cells_of(line) for line in TWO], encoding="utf-16")),
    "html_with_doctype": two(
        "名册.xls", lambda: html([cells_of(line, "th") for line in TWO], head="<!DOCTYPE html>"), remarks=("网页表格",)
    ),
    "xhtml": two(
        "名册.xls", lambda: html([cells_of(line) for line in TWO], head='<?xml version="1.0"?><!DOCTYPE html>')
    ),
    "csv_named_xls": two("名册.xls", lambda: text(TWO, encoding="gb18030"), remarks=("CSV",)),
    "csv_utf8": two("名册.csv", lambda: text(TWO)),
    "csv_utf8_mark": two("名册.csv", lambda: text(TWO, encoding="utf-8-sig")),
    "csv_gb18030": two("名册.csv", lambda: text(TWO, encoding="gb18030")),
    "csv_utf16": two("名册.csv", lambda: text(TWO, encoding="utf-16")),
    "csv_utf16_without_mark": two("名册.csv", lambda: text(TWO, encoding="utf-16-le")),
    "csv_utf16_big": two("名册.csv", lambda: text(TWO, encoding="utf-16-be")),
    "tsv": two("名册.tsv", lambda: text(TWO, delimiter="\t")),
    "tsv_utf16": two("名册.txt", lambda: text(TWO, encoding="utf-16", delimiter="\t")),
    "csv_semicolons": two("名册.csv", lambda: text(TWO, delimiter=";")),
    "csv_bars": two("名册.csv", lambda: text(TWO, delimiter="|")),
    "csv_old_line_ends": two("名册.csv", lambda: text(TWO, end="\r")),
    "csv_tab_after_every_code": two("名册.csv", lambda: text([H, *([f"{r[0]}\t", *r[1:]] for r in rows(1, 2))])),
    "csv_codes_as_formulas": two("名册.csv", lambda: text([H, *([f'="{r[0]}"', *r[1:]] for r in rows(1, 2))])),
}


# Where the table stands in the sheet, and which sheet it is.


def _titled(made: Any) -> None:
    sheet = made.active
    sheet.insert_rows(1, 2)
    sheet["A1"], sheet["A2"] = "某某街道市场主体名册", "填报单位：示例所"
    sheet.merge_cells("A1:F1")
    sheet.merge_cells("A2:C2")


def _blank_first(made: Any) -> None:
    made.active.insert_rows(1, 1)
    made.active.insert_cols(1, 1)


def _sheets(*titles: tuple[str, Sequence[Sequence[Any]], str], active: int = 0) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, lines, state in titles:
        sheet = made.create_sheet(title)
        sheet.sheet_state = state
        for line in lines:
            sheet.append(list(line))
    made.active = active
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _hidden(made: Any) -> None:
    sheet = made.active
    sheet.column_dimensions["A"].hidden = True
    sheet.row_dimensions[3].hidden = True
    sheet.auto_filter.ref = "A1:F3"


def _wrong_dimension() -> bytes:
    change = {
        "xl/worksheets/sheet1.xml": lambda old: old.replace(b'<dimension ref="A1:F3"', b'<dimension ref="A1:F3455"')
    }
    return books.repacked(plain(TWO), change)


SUMMARY = [["行业", "从业人数", "登记状态"], ["批发和零售业", 12, "存续"]]

PLACES = {
    "titles_merged_over_the_columns": Case(
        "名册.xlsx", lambda: book(_titled, TWO), (4, 5), 5, {"titles": 2, "headings": 1, "data": 2}, several({4: 1, 5: 2})
    ),
    "blank_first_row_and_column": Case(
        "名册.xlsx", lambda: book(_blank_first, TWO), (3, 4), 4, {"blanks": 1, "headings": 1, "data": 2}, several({3: 1, 4: 2})
    ),
    "blank_first_row_xls": Case(
        "名册.xls", lambda: biff.xls({"名册": [[], *TWO]}), (3, 4), 4, {"blanks": 1, "headings": 1, "data": 2}, several({3: 1})
    ),
    "blank_rows_inside": Case(
        "名册.csv", lambda: text([H, *rows(1), [], ["", " ", "", "", "", ""], *rows(2)]), (2, 5), 5,
        {"headings": 1, "blanks": 2, "data": 2}, several({2: 1, 5: 2}),
    ),
    "right_sheet_is_the_second": Case(
        "名册.xlsx", lambda: _sheets(("封面", [["市场主体名册"]], "visible"), ("名册", TWO, "visible")), (2, 3), 3,
        {"headings": 1, "data": 2}, TWO_CELLS, ("工作表“封面”",),
    ),
    "a_summary_sheet_is_told_of": Case(
        "名册.xlsx", lambda: _sheets(("汇总", SUMMARY, "visible"), ("名册", TWO, "visible")), (2, 3), 3,
        {"headings": 1, "data": 2}, TWO_CELLS, ("工作表“汇总”表头里没有代码，也没有名称，2 行没有读",),
    ),
    "active_sheet_is_the_last": Case(
        "名册.xlsx", lambda: _sheets(("名册", TWO, "visible"), ("说明", [["一、口径"]], "visible"), active=1), (2, 3), 3,
        {"headings": 1, "data": 2}, TWO_CELLS, ("工作表“说明”",),
    ),
    "two_sheets_of_data": Case(
        "名册.xlsx", lambda: _sheets(("企业", TWO, "visible"), ("个体", [H, *rows(3)], "visible"), active=1),
        (2, 3, 1_000_002), 5, {"headings": 2, "data": 3}, several({2: 1, 3: 2, 1_000_002: 3}),
    ),
    "a_hidden_sheet_and_a_sample": Case(
        "名册.xls", lambda: biff.xls({"样表": [H, *rows(9)], "旧": [H, *rows(8)], "名册": TWO}, hidden=["旧"]), (2, 3), 3,
        {"headings": 1, "data": 2}, TWO_CELLS, ("“旧”是隐藏的", "“样表”看名字是样表或说明"),
    ),
    "only_a_hidden_sheet": Case(
        "名册.xlsx", lambda: _sheets(("说明", [["x"]], "visible"), ("名册", TWO, "hidden")), (2, 3), 3,
        {"headings": 1, "data": 2}, TWO_CELLS,
    ),
    "hidden_columns_and_filtered_rows": Case(
        "名册.xlsx", lambda: book(_hidden, TWO), (2, 3), 3, {"headings": 1, "data": 2}, TWO_CELLS
    ),
    "stated_last_row_is_wrong": Case(
        "名册.xlsx", _wrong_dimension, (2, 3), 3, {"headings": 1, "data": 2}, TWO_CELLS
    ),
    "stated_last_row_is_wrong_xls": Case(
        "名册.xls", lambda: biff.xls({"名册": TWO}, stated_last=3455), (2, 3), 3, {"headings": 1, "data": 2}, TWO_CELLS
    ),
}  # fmt: skip


# Headings, repeated headings, totals.

GROUPS = ["统一社会信用代码", "企业名称", "法定代表人", "", "登记状态", "地址信息", ""]
PARTS = ["", "", "姓名", "电话", "", "住所", "楼长"]
GROUPED = ["", "", "吴己六", "19900000017", "存续", "望桥路1号", "试某"]


def _grouped(number: int) -> list[Any]:
    return [books.code(number), f"甲乙丙{number}（示例）商贸有限公司", *GROUPED[2:5], f"望桥路{number}号", "试某"]


def _merge_heading(made: Any) -> None:
    sheet = made.active
    for area in ("A1:A2", "B1:B2", "C1:D1", "E1:E2", "F1:G1"):
        sheet.merge_cells(area)


GROUPED_CELLS = {
    (3, "code"): books.code(1), (3, "legal_person"): "吴己六", (3, "phone"): "19900000017", (4, "address"): "望桥路2号",
}  # fmt: skip
SPANNED = [
    (
        "<td rowspan=2>统一社会信用代码</td><td rowspan=2>企业名称</td><td colspan=2>法定代表人</td>"
        "<td rowspan=2>登记状态</td><td colspan=2>地址信息</td>"
    ),
    "<td>姓名</td><td>电话</td><td>住所</td><td>楼长</td>",
]


def grouped(name: str, content: Callable[[], bytes]) -> Case:
    return Case(name, content, (3, 4), 4, {"headings": 2, "data": 2}, GROUPED_CELLS)


OTHER = ["企业名称", "统一社会信用代码", "住所（经营场所）", "经营者"]


def _other(number: int) -> list[Any]:
    row = books.row(number)
    return [row[1], row[0], row[4], row[2]]


def _merged_down(made: Any) -> None:
    made.active.merge_cells("D2:D4")
    made.active.merge_cells("E3:E4")


HEADINGS = {
    "heading_of_two_rows": grouped("名册.xlsx", lambda: book(_merge_heading, [GROUPS, PARTS, _grouped(1), _grouped(2)])),
    "heading_of_two_rows_csv": grouped("名册.csv", lambda: text([GROUPS, PARTS, _grouped(1), _grouped(2)])),
    "heading_of_two_rows_html": grouped(
        "名册.xls", lambda: html([*SPANNED, cells_of(_grouped(1)), cells_of(_grouped(2))])
    ),
    "heading_of_two_rows_xls": grouped(
        "名册.xls",
        lambda: biff.xls(
            {"名册": [GROUPS, PARTS, _grouped(1), _grouped(2)]}, merged=[(0, 1, 0, 0), (0, 1, 1, 1), (0, 0, 2, 3), (0, 1, 4, 4)]
        ),
    ),
    "known_headings_only_in_both_rows_together": Case(
        "名册.csv", lambda: text([["企业名称", "登记情况", "", "地址"], ["", "状态", "统一代码", ""], ["甲（示例）店", "存续", books.code(1), "望桥路1号"]]),
        (3,), 3, {"headings": 2, "data": 1}, {(3, "code"): books.code(1), (3, "registration_status"): "1"},
    ),
    "a_row_that_numbers_the_columns": Case(
        "名册.csv", lambda: text([H, [1, 2, 3, 4, 5, 6], *rows(1)]), (3,), 3, {"headings": 2, "data": 1}, usual(3, 1)
    ),
    "the_same_heading_on_every_page": Case(
        "名册.csv", lambda: text([H, *rows(1), ["第 1 页 共 2 页"], H, *rows(2)]), (2, 5), 5,
        {"headings": 2, "remarks": 1, "data": 2}, several({2: 1, 5: 2}),
    ),
    "three_tables_with_other_headings": Case(
        "名册.xlsx", lambda: plain([["一、企业"], H, *rows(1), [], ["二、个体"], OTHER, _other(2), ["三、其他"], H[:4], books.row(3)[:4]]),
        (3, 7, 10), 10, {"titles": 1, "headings": 3, "blanks": 1, "remarks": 2, "data": 3},
        {(3, "name"): books.row(1)[1], (7, "code"): books.code(2), (7, "legal_person"): "吴己六", (10, "address"): ""},
    ),
    "a_repeated_heading_of_two_known_words": Case(
        "名册.csv", lambda: text([H, *rows(1), ["统一社会信用代码", "单位全称", "责任人", "情况", "在哪里", "何时"], *rows(2)]), (2, 4), 4,
        {"headings": 2, "data": 2}, {(4, "code"): books.code(2)},
    ),
    "totals_and_repeated_totals": Case(
        "名册.csv", lambda: text([H, *rows(1), ["小计", 1], *rows(2), ["合 计", 2], ["", "总计：", "", 2], ["", "", "", "2"], ["以上数据截至本月"]]),
        (2, 4), 8, {"headings": 1, "remarks": 5, "data": 2}, several({2: 1, 4: 2}),
    ),
    "signatures_below": Case(
        "名册.csv", lambda: text([H, *rows(1), ["填表人：试某", "", "审核人："], ["打印时间：2026年11月20日"], ["数据来源：示例系统"]]), (2,), 5,
        {"headings": 1, "remarks": 3, "data": 1}, usual(2, 1),
    ),
    "cells_merged_downwards": Case(
        "名册.xlsx", lambda: book(_merged_down, [H, *rows(1, 2, 3)]), (2, 3, 4), 4, {"headings": 1, "data": 3},
        {(3, "registration_status"): "1", (4, "registration_status"): "1", (4, "address"): "望桥路2号"},
    ),
    "values_under_unnamed_columns": Case(
        "名册.csv", lambda: text([[*H, ""], [*books.row(1), "x"], books.row(2), [*books.row(3), "y", "z"]]), (2, 3, 4), 4,
        {"headings": 1, "data": 3}, several({2: 1, 3: 2}), ("G 列 2 格，H 列 1 格",),
    ),
    "a_lone_name_is_an_entity": Case(
        "名册.csv", lambda: text([H, *rows(1), ["", "甲（示例）面馆", "", "", "", ""]]), (2, 3), 3, {"headings": 1, "data": 2},
        {(3, "name"): "甲（示例）面馆"},
    ),
    "a_name_that_begins_like_a_remark": Case(
        "名册.csv", lambda: text([["企业名称", "住所", "登记状态"], ["以上海味（示例）餐厅", "望桥路1号", "存续"], ["合计", "", "1"]]), (2,), 3,
        {"headings": 1, "remarks": 1, "data": 1}, {(2, "name"): "以上海味（示例）餐厅"}, ("只能按名称比对",),
    ),
}  # fmt: skip


# What stands in cells.

WIDE = ["统一社会信用代码", "注册号", "企业名称", "注册资本（元）", "行业代码", "成立日期", "从业人数", "经营期限止"]


def dated(*days: Any) -> list[list[Any]]:
    return [H, *(books.row(number, founded=day) for number, day in enumerate(days, 1))]


def _day_cells(count: int, *, first: int = 2) -> dict[tuple[int, str], str]:
    return {(line, "established_on"): DAY for line in range(first, first + count)}


def _mac(made: Any) -> None:
    made.epoch = CALENDAR_MAC_1904


SIX_DATES = ["2020-01-05", "2020/1/5", "2020.1.5", "2020年1月5日", "20200105", "2020-01-05 00:00:00"]

CONTENTS = {
    "dates_in_six_notations": Case(
        "名册.csv", lambda: text(dated(*SIX_DATES)), tuple(range(2, 8)), 7, {"headings": 1, "data": 6}, _day_cells(6)
    ),
    "dates_as_days_from_1900": Case(
        "名册.xlsx", lambda: plain(dated(43835, "43835", dt.date(2020, 1, 5), 43835.5)), (2, 3, 4, 5), 5,
        {"headings": 1, "data": 4}, _day_cells(4),
    ),
    "dates_as_days_from_1904": Case(
        "名册.xlsx", lambda: book(_mac, dated(43835 - 1462, dt.date(2020, 1, 5), "2020-01-05")), (2, 3, 4), 4,
        {"headings": 1, "data": 3}, _day_cells(3),
    ),
    "dates_in_an_old_workbook": Case(
        "名册.xls", lambda: biff.xls({"x": dated(43835, dt.date(2020, 1, 5))}), (2, 3), 3, {"headings": 1, "data": 2}, _day_cells(2)
    ),
    "dates_in_an_old_workbook_from_1904": Case(
        "名册.xls", lambda: biff.xls({"x": dated(43835 - 1462, dt.date(2020, 1, 5))}, is_1904=True), (2, 3), 3,
        {"headings": 1, "data": 2}, _day_cells(2),
    ),
    "no_end_and_nothing_said": Case(
        "名册.csv", lambda: text([*dated("9999-9-9", "长期", "-", "\\N")]), (2, 3, 4, 5), 5, {"headings": 1, "data": 4},
        {(line, "established_on"): "" for line in (2, 3, 4, 5)},
    ),
    "codes_that_became_numbers": Case(
        "名册.xlsx", lambda: plain([H, [913101060000000000, *books.row(1)[1:]], [9.13101e17, *books.row(2)[1:]]]), (2, 3), 3,
        {"headings": 1, "data": 2}, {(2, "code"): "9.1310106e+17", (3, "code"): "9.13101e+17"},
    ),
    "codes_that_became_numbers_xls": Case(
        "名册.xls", lambda: biff.xls({"x": [H, [913101060000000000, *books.row(1)[1:]]]}), (2,), 2, {"headings": 1, "data": 1},
        {(2, "code"): "9.1310106e+17"},
    ),
    "codes_that_became_numbers_csv": Case(
        "名册.csv", lambda: text([H, ["9.13101E+17", *books.row(1)[1:]]]), (2,), 2, {"headings": 1, "data": 1},
        {(2, "code"): "9.13101E+17"},
    ),
    "old_numbers_as_numbers_and_leading_zeros": Case(
        "名册.xlsx", lambda: plain([WIDE, ["", 310106000123456, "甲（示例）店", 500000, 7299.0, DAY, 12.0, "9999-9-9"],
                                  ["", "003101060001234", "乙（示例）店", "50万元", "0513", DAY, "约12人", ""]]), (2, 3), 3,
        {"headings": 1, "data": 2},
        {(2, "old_number"): "310106000123456", (2, "industry_code"): "L7299", (2, "capital"): "50.0000", (2, "headcount"): "12",
         (3, "old_number"): "003101060001234", (3, "capital"): "50.0000", (3, "industry_code"): "A0513"},
    ),
    "codes_in_lower_case_and_full_width": Case(
        "名册.csv", lambda: text([H, [books.code(1).lower(), *books.row(1)[1:]], ["９１９９０１９９", *books.row(2)[1:]]]), (2, 3), 3,
        {"headings": 1, "data": 2}, {(2, "code"): books.code(1), (3, "code"): "９１９９０１９９"},
    ),
    "one_line_per_entity_and_year": Case(
        "名册.csv", lambda: text([["年度", *H], ["2025", *books.row(1)], ["2024", *books.row(1)]]), (2, 3), 3, {"headings": 1, "data": 2},
        {(2, "period"): "2025", (3, "period"): "2024"},
    ),
    "exact_duplicates": Case(
        "名册.csv", lambda: text([H, *rows(1, 1)]), (2, 3), 3, {"headings": 1, "data": 2}, several({2: 1, 3: 1})
    ),
    "line_ends_and_commas_inside_cells": Case(
        "名册.csv", lambda: text([H, books.row(1, name="甲，乙\n（示例）店"), *rows(2)]), (2, 3), 3, {"headings": 1, "data": 2},
        {(2, "name"): "甲，乙\n（示例）店", (3, "code"): books.code(2)},
    ),
    "rows_shorter_than_the_heading": Case(
        "名册.csv", lambda: text([H, books.row(1)[:2], books.row(2)[:5]]), (2, 3), 3, {"headings": 1, "data": 2},
        {(2, "address"): "", (3, "address"): "望桥路2号"},
    ),
    "an_unreadable_cell_is_marked": Case(
        "名册.csv", lambda: text(dated("2020-02-30", "某年某月")), (2, 3), 3, {"headings": 1, "data": 2},
        {(2, "established_on"): "\x1f2020-02-30\x1f没有“2020-02-30”这一天"},
    ),
    "formulas_without_results": Case(
        "名册.xlsx", lambda: plain([H, books.row(1, person='=CONCATENATE("吴","己")')]), (2,), 2, {"headings": 1, "data": 1},
        {(2, "legal_person"): ""}, ("1 个公式没有保存结果",),
    ),
    "the_last_row_is_cut_off": Case(
        "名册.csv", lambda: text([H, *rows(1, 2)]).rstrip()[:-18], (2, 3), 3, {"headings": 1, "data": 2}, {}, ("可能没有传完",)
    ),
}  # fmt: skip


# What cannot be taken, and why.


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _bomb_of_rows() -> bytes:
    filled = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(9, 60_000)).encode()
    change = {"xl/worksheets/sheet1.xml": lambda old: old.replace(b"</sheetData>", filled + b"</sheetData>")}
    return books.repacked(plain(TWO), change)


def _bomb_of_bytes() -> bytes:
    return books.repacked(plain(TWO), {"docProps/core.xml": b"<!-- " + b"x" * (6 << 20) + b" -->"})


def _two_cells_far_apart() -> bytes:
    return book(lambda made: made.active.cell(1_048_576, 16_384, "x"), TWO)


EVIL = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x "y">]><worksheet/>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600

REFUSED = {
    "empty": Case("名册.xlsx", lambda: b"", refused="文件是空的"),
    "only_blanks": Case("名册.csv", lambda: b" \r\n\t\r\n", refused="文件是空的"),
    "password_xlsx": Case("名册.xlsx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), refused="密码"),
    "password_xls": Case("名册.xls", lambda: biff.xls({"x": TWO}, has_password=True), refused="密码"),
    "truncated_xlsx": Case("名册.xlsx", lambda: plain(TWO)[:-900], refused="不完整"),
    "truncated_xls": Case("名册.xls", lambda: biff.xls({"x": [*TWO] * 200})[:9_000], refused="不完整"),
    "truncated_utf8": Case("名册.csv", lambda: text(TWO).rstrip()[:-12], refused="不完整"),
    "pdf": Case("名册.xls", lambda: b"%PDF-1.7\n", refused="PDF"),
    "picture": Case("名册.xlsx", lambda: b"\x89PNG\r\n\x1a\n....", refused="图片"),
    "word": Case("名册.xlsx", lambda: _zip(**{"word/document.xml": b"<w/>"}), refused="Word"),
    "archive": Case("名册.xlsx", lambda: _zip(**{"名册.xlsx": plain(TWO)}), refused="压缩包"),
    "web_archive": Case("名册.xls", lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", refused="mht"),
    "xml_table": Case(
        "名册.xls", lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:x:office:spreadsheet"/>', refused="2003"
    ),
    "doctype": Case(
        "名册.xlsx", lambda: books.repacked(plain(TWO), {"xl/worksheets/sheet1.xml": EVIL}), refused="DOCTYPE"
    ),
    "doctype_html": Case("名册.xls", lambda: b'<html><!ENTITY x "y"><table><tr><td>&x;</table>', refused="DOCTYPE"),
    "bomb_of_rows": Case("名册.xlsx", _bomb_of_rows, refused="超过 2,000 行"),
    "bomb_of_bytes": Case("名册.xlsx", _bomb_of_bytes, refused="解开后超过 4 MB"),
    "two_cells_far_apart": Case("名册.xlsx", _two_cells_far_apart, refused="很远的单元格"),
    "headings_without_rows": Case("名册.xlsx", lambda: plain([["名册"], H]), refused="有表头，没有数据行"),
    "no_heading": Case("名册.csv", lambda: text([["甲", "乙"], ["丙", "丁"]]), refused="没有找到表头"),
    "only_a_summary": Case("名册.xlsx", lambda: plain(SUMMARY), refused="没有认出"),
    "neither_utf8_nor_gb18030": Case("名册.csv", lambda: b"\x80\xff\x80" * 40, refused="认不出"),
}

CASES: dict[str, Case] = FORMATS | PLACES | HEADINGS | CONTENTS | REFUSED
