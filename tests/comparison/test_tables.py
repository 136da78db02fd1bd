"""What each row of a sheet is, and the CSV side of reading, on rows of every kind."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.reading import columns, contents, fields, layouts, parse, readers, tables, texts
from coverage.reading.book import filled_down
from coverage.reading.texts import decode
from tests.comparison import books

ALIASES = layouts.prepare(fields.built_in_aliases())
LIMITS = readers.Limits(rows=5_000)
ROLES = ("titles", "headings", "blanks", "remarks", "data")
H = list(books.HEADINGS)

KINDS = {
    "heading": st.just(H),
    "blank": st.sampled_from([[], [""], ["", " ", "\t"], [""] * 9]),
    "remark": st.sampled_from([["合计", "12"], ["填表人：试某"], ["", "总计", "3"], ["以下空白"], ["第 2 页 共 9 页"]]),
    "data": st.integers(1, 900).map(books.row),
}
LINE = st.sampled_from(list(KINDS)).flatmap(lambda kind: KINDS[kind].map(lambda cells: (kind, cells)))


@given(st.text(alphabet="甲1, \t\n", max_size=60), st.booleans(), st.integers(1, 9))
def test_a_text_without_quotes_is_taken_apart_as_the_csv_module_does(text, is_windows, piece):
    written = text.replace("\n", "\r\n") if is_windows else text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "PIECE", max(piece, *map(len, text.split("\n"))))
        assert list(texts._plain_rows(written, ",")) == list(csv.reader(io.StringIO(written, newline="")))


@settings(max_examples=120)
@given(
    st.lists(st.sampled_from([["名册"], [], ["填报单位：", "示例所"]]), max_size=6),
    st.lists(LINE, max_size=30),
    st.sampled_from([",", "\t", ";"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_row_of_a_csv_is_what_it_was_made_as(titles, lines, delimiter, encoding, end):
    lines = [*lines, ("data", books.row(901))]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows([*titles, H, *(cells for _, cells in lines)])
    content = out.getvalue().encode(encoding)
    made = [kind for kind, _ in lines]
    reader = parse.read_workbook(content, name="名册.csv", aliases=ALIASES, limits=LIMITS)
    found = list(reader.rows())
    (sheet,) = reader.account()["sheets"]
    blank_titles = sum(1 for line in titles if not line)
    assert {role: sheet[role] for role in ROLES} == {
        "titles": len(titles) - blank_titles,
        "headings": 1 + made.count("heading"),
        "blanks": blank_titles + made.count("blank"),
        "remarks": made.count("remark"),
        "data": made.count("data"),
    }
    first = len(titles) + 2
    assert [row[0] for row in found] == [first + place for place, kind in enumerate(made) if kind == "data"]
    assert [row[1] for row in found] == [cells[0] for kind, cells in lines if kind == "data"]


@settings(max_examples=100)
@given(st.lists(st.lists(st.text(max_size=9), min_size=1, max_size=5), max_size=10))
def test_both_ways_of_reading_see_the_same_rows_of_any_csv(lines):
    content = books.text(lines, headings=H)
    try:
        reader = parse.read_workbook(content, name="x.csv", aliases=ALIASES, limits=LIMITS)
        staged = [row[0] for row in reader.rows()]
    except readers.FileRefusedError:
        return
    found = contents.read(readers.open_book(content, name="x.csv", limits=LIMITS), ALIASES)
    assert [line for line, _ in found.rows] == staged
    for sheet in found.sheets:
        assert sheet.rows == sum(getattr(sheet, role) for role in ROLES)


@given(st.text(min_size=1, max_size=200).filter(lambda text: "\ufeff" not in text[:1]))
def test_text_with_a_mark_comes_back_as_it_was(text):
    for encoding in ("utf-8-sig", "utf-16"):
        assert decode(text.encode(encoding))[0] == text


def test_lines_of_a_merged_cell_say_what_its_first_says():
    rows = [["a", "1"], ["", "2"], ["", "3"], ["b", "4"]]
    assert [row[0] for row in filled_down(iter(rows), [((0, 0), (2, 0))])] == ["a", "a", "a", "b"]


@pytest.mark.parametrize(
    ("upper", "lower", "found"),
    [
        (["统一社会信用代码", "法定代表人", ""], ["", "姓名", "电话"], ["统一社会信用代码", "法定代表人姓名", "电话"]),
        (["企业名称", "人员情况", ""], ["", "其中女性", "从业人数"], ["企业名称", "人员情况/其中女性", "从业人数"]),
        (["企业名称", "从业人数", ""], ["", "合计", "其中党员"], ["企业名称", "从业人数", "从业人数/其中党员"]),
        (["企业名称", "登记状态"], ["甲（示例）店", "存续"], None),
        (
            ["企业名称", "登记状态", ""],
            ["", "", "备注而已，写了很长很长很长很长很长很长很长很长很长很长很长很长的一句话"],
            None,
        ),
        (["企业名称", "住所", ""], ["", "", "2026-11-23"], None),
    ],
)
def test_two_rows_are_one_heading_only_where_the_lower_holds_parts_of_groups(upper, lower, found):
    assert tables.joined(upper, lower, ALIASES) == found


@pytest.mark.parametrize(
    ("cells", "is_one"),
    [
        (["1", "2", "3"], True), (["甲", "乙", "1", "2"], True), (["(1)", "(2)", "(3)", ""], True), (["A", "B", "1", "2"], True),
        (["1", "3", "5"], False), (["1", "2"], False), (["1", "2", "甲（示例）店"], False), (["1", "1", "1"], False),
    ],
)  # fmt: skip
def test_a_row_of_numbers_in_order_numbers_the_columns(cells, is_one):
    assert tables.numbers_columns(cells) is is_one


def test_columns_have_the_letters_of_a_spreadsheet():
    assert [tables.column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_only_five_figures_are_a_day_counted_from_1904():
    assert [columns.since_1900(text) for text in ("42373", "2020", "20200105", "x")] == [
        "43835",
        "2020",
        "20200105",
        "x",
    ]


def _told(content: bytes, name: str = "名册.xlsx") -> tuple[list[list[str]], dict[str, object]]:
    reader = parse.read_workbook(content, name=name, aliases=ALIASES, limits=LIMITS)
    return [[cell for cell in row[1:] if cell] for row in reader.rows()], reader.account()


def test_a_list_of_two_columns_is_read_where_both_are_known():
    shops = [["甲乙丙1（示例）商贸有限公司", "望桥路1号"], ["甲乙丙2（示例）商贸有限公司", "望桥路2号"]]
    rows, account = _told(books.xlsx(shops, headings=["企业名称", "住所"], titles=[["名册"], []]))
    assert rows == shops
    (sheet,) = account["sheets"]
    assert (sheet["header_row"], sheet["titles"], sheet["blanks"], sheet["data"]) == (3, 1, 1, 2)
    with pytest.raises(readers.FileRefusedError, match="只有两列的表两个都要认出"):
        _told(books.xlsx(shops, headings=["企业名称", "从未见过的列"]))


def test_two_columns_beside_a_whole_register_are_a_list_of_words_and_not_read():
    words = [["企业名称", "住所"], ["甲", "乙"]]
    rows, account = _told(books.xlsx([books.row(1)], sheets={"说法": words}))
    assert len(rows) == 1
    assert [sheet["name"] for sheet in account["unread"]] == ["说法"]
