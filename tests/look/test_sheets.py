"""Files that leave the house: nothing in them is a formula, no code loses a digit, and they read back as they were."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from shimen import sheets

CODE = "919901990000000170"
TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)


@pytest.mark.parametrize(
    ("written", "left"),
    [("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("-1+2", "'-1+2"), ("+86 199 0000 0017", "+86 199 0000 0017"),
     ("+8619900000017", "+8619900000017"), ("-5.5", "-5.5"), ("-60%", "-60%"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"),
     ("\n=1", "'\n=1"), (None, ""), (7, "7"), ("-", "'-"), ("+1-1", "'+1-1"), ("+cmd", "'+cmd"),
     (dt.date(2026, 11, 23), "2026-11-23"), (dt.datetime(2026, 11, 23, 1, 30, tzinfo=dt.UTC), "2026-11-23 09:30")],
)  # fmt: skip
def test_no_cell_of_a_csv_becomes_a_formula(written: object, left: str) -> None:
    assert sheets.plain(written) == left


def test_a_csv_keeps_codes_and_says_whose_it_is_above_the_headings() -> None:
    content = sheets.as_csv(["代码", "名称"], [[CODE, "=面馆"]], above=[["=谁导出的"]])
    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == [
        ["'=谁导出的"],
        ["代码", "名称"],
        [f"{CODE}\t", "'=面馆"],
    ]


def read(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_a_workbook_reads_back_as_text_without_a_mark() -> None:
    rows = [[CODE, "=1+1", "+86 199 0000 0017", "\t@x", "'引号"]]
    told = read(sheets.as_xlsx([sheets.Sheet("甲/乙", ["一", "二", "三", "四", "五"], rows, above=[["说明"]])]))
    assert told["甲 乙"] == [["说明", "", "", "", ""], ["一", "二", "三", "四", "五"], rows[0]]


@given(st.lists(st.lists(TEXT, min_size=2, max_size=2), min_size=1, max_size=5))
def test_whatever_is_written_into_a_workbook_is_read_from_it(rows: list[list[str]]) -> None:
    rows = [["甲", "乙"], *rows]
    told = read(sheets.as_xlsx([sheets.Sheet("表", ["一", "二"], rows)]))["表"]
    kept = [[str(cell) for cell in row] for row in told[1:]]
    assert kept == rows[: len(kept)]
    assert all(not any(row) for row in rows[len(kept) :])


@given(TEXT)
def test_no_text_of_a_csv_begins_like_a_formula(text: str) -> None:
    left = sheets.plain(text)
    assert left.removeprefix("'") == text.removeprefix("'")
    assert not left.startswith(("=", "@", "\t", "\r", "\n"))
