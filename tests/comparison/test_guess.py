"""Guessing what the columns of an unknown table are, and reading its first rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.reading import fields, guess, layouts, peek
from coverage.reading.columns import cell_text
from coverage.reading.readers import Sheet
from tests.comparison import books

ALIASES = layouts.prepare(fields.built_in_aliases())
UNKNOWN = ["备案号", "主体身份号", "店牌", "掌柜", "门牌", "联络", "开门日子", "人手", "备注"]
ROWS = [
    ["B1", books.code(1), "子丑面馆", "孙丙六", "望桥路 88 号", "19900000017", "2020-01-05", "3", ""],
    ["B2", books.code(2), "寅卯咖啡（示例）店", "李丁九", "望桥路 86 号", "19900000018", "2020-02-05", "12", "朝南"],
]


def top(*rows, name="备案表"):
    return peek.Top(peek.top_of(Sheet(name, lambda: iter([list(row) for row in rows])), cell_text))


def guesses(*rows, aliases=ALIASES, others=None):
    sheet = top(*rows)
    place = sheet.likely_header(aliases)
    columns = sheet.columns(place, aliases)
    found = guess.guess(columns, aliases, others)
    return {column.heading: each for column, each in zip(columns, found, strict=True)}


def test_the_header_of_a_table_that_nobody_knows_is_the_first_row_of_words_over_a_row_as_long():
    assert top(["2026 年店招备案表", ""], UNKNOWN, *ROWS).likely_header(ALIASES) == 1
    assert top(["", ""], ["1", "2"]).likely_header(ALIASES) is None


def test_columns_are_guessed_by_their_headings_and_by_what_stands_in_them():
    found = guesses(UNKNOWN, *ROWS)
    said = {heading: each.field for heading, each in found.items()}
    assert said == {
        "备案号": "", "主体身份号": "code", "店牌": "name", "掌柜": "legal_person", "门牌": "address", "联络": "phone",
        "开门日子": "established_on", "人手": "headcount", "备注": "",
    }  # fmt: skip
    assert found["主体身份号"].reason == "列名相近，像 18 位统一代码"


def test_a_heading_that_is_known_goes_before_looks_and_a_field_is_proposed_once():
    found = guesses(
        ["统一社会信用代码", "企业名称", "生产经营地", "住所", "号码"],
        [books.code(1), "甲", "清波路1号", "望桥路1号", books.code(2)],
    )
    assert found["住所"].field == "address"
    assert found["生产经营地"] == guess.Guess("", "“住所（经营场所）”已有一列", "words")
    assert found["号码"].field == ""


def test_what_another_department_means_is_proposed_with_its_name():
    found = guesses(UNKNOWN, *ROWS, others={"备案号": ("old_number", "城管")})
    assert found["备案号"] == guess.Guess("old_number", "城管的表里是这个", "other")


def test_a_heading_whose_cells_say_otherwise_is_not_proposed():
    found = guesses(["甲列", "联系电话簿", "乙列"], ["x", "2020-01-05", "y"], ["z", "2021-01-05", "w"])
    assert found["联系电话簿"].field == ""


def test_columns_without_a_heading_are_shown_where_something_stands_in_them():
    sheet = top(["统一社会信用代码", "企业名称", "住所", "", ""], [books.code(1), "甲", "望桥路1号", "", "孙丙六"])
    assert [(column.letter, column.key) for column in sheet.columns(0, ALIASES)][-1] == ("E", "@4")


def test_telephone_numbers_are_masked_before_they_are_kept():
    kept = peek.top_of(
        Sheet("", lambda: iter([["电话"], ["19900000017"], ["021-62530017"], [19900000017.0]])), cell_text
    )
    assert kept["rows"] == [["电话"], ["199****0017"], ["021-****0017"], [["199****0017"]]]


def test_rows_are_read_as_the_comparison_would_with_the_cells_that_cannot():
    read = guess.read_rows(
        [["ｘ", "二〇二〇", "9.13101E+17", "199****0017"]], {0: "name", 1: "established_on", 2: "code", 3: "phone"}
    )
    assert read[0][0] == guess.Read("X")
    assert "看不懂日期" in read[0][1].problem
    assert "改成了数字" in read[0][2].problem
    assert read[0][3] == guess.Read("199****0017")


@given(
    st.lists(st.lists(st.one_of(st.text(max_size=12), st.floats(allow_nan=False)), max_size=6), min_size=1, max_size=8)
)
def test_no_table_breaks_the_guessing_and_each_field_is_proposed_at_most_once(rows):
    sheet = top(*rows)
    for place in range(len(sheet.cells)):
        columns = sheet.columns(place, ALIASES)
        found = [each.field for each in guess.guess(columns, ALIASES) if each.field]
        assert len(found) == len(set(found))
        data = sheet.data(place + 1)
        assert len(guess.read_rows(data, {column.place: "name" for column in columns})) == len(data)


@pytest.mark.parametrize("field", ["", "code", "name", *fields.BY_KEY])
def test_every_field_can_be_read_in_a_preview(field):
    guess.read_rows([["甲乙丙"], ["2020-01-01"], [""]], {0: field})
