"""Reading files: what comes in under which name, and what is said where it cannot be read."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.comparison import stage
from coverage.reading import columns, fields, layouts, readers
from tests.comparison import books

ALIASES = layouts.prepare(fields.built_in_aliases())
ROWS = [books.row(1), books.row(2, name="丙丁（示例）面馆")]
SMALL = readers.Limits(rows=2_000, real_bytes=4 * readers.MEGABYTE, seconds=20)


def read(content: bytes, name: str = "名册.xlsx", *, limits: readers.Limits = SMALL):
    """Rows as dicts by field, and the account."""
    out: list[bytes] = []
    source = stage.Source(content, name, dt.date(2026, 11, 23), ALIASES, limits)
    account = stage.read(source, out.append)
    rows = []
    for line, *cells in columns.unpacked(b"".join(out)):
        rows.append({"line": int(line), **dict(zip(fields.STAGED, cells, strict=True))})
    return rows, account


def refusal(content: bytes, name: str = "名册.xlsx", *, limits: readers.Limits = SMALL) -> str:
    with pytest.raises(stage.StageError) as caught:
        read(content, name, limits=limits)
    return caught.value.sentence


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (books.xlsx(ROWS), "名册.xlsx"),
        (books.xlsx(ROWS), "名册.xls"),
        (books.xlsx(ROWS), "名册.csv"),
        (books.text(ROWS), "名册.csv"),
        (books.text(ROWS, encoding="utf-8-sig"), "名册.csv"),
        (books.text(ROWS, encoding="gb18030"), "名册.csv"),
        (books.text(ROWS, encoding="utf-16"), "名册.txt"),
        (books.text(ROWS, encoding="gb18030"), "名册.xls"),
        (books.html(ROWS), "名册.xls"),
        (books.html(ROWS, encoding="gb18030"), "名册.xls"),
        (books.text(ROWS).replace(b",", b"\t"), "名册.tsv"),
    ],
)
def test_the_content_decides_what_a_file_is_not_its_name(content, name):
    rows, account = read(content, name)
    assert [(row["code"], row["name"]) for row in rows] == [
        (books.code(1), "甲乙丙1（示例）商贸有限公司"),
        (books.code(2), "丙丁（示例）面馆"),
    ]
    assert account["sheets"][0]["data"] == 2


def test_a_wrong_extension_is_remarked_on():
    assert "已按内容读" in read(books.xlsx(ROWS), "名册.xls")[1]["remarks"][0]
    assert read(books.xlsx(ROWS), "名册.xlsx")[1]["remarks"] == []


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        (b"\x00" * 900, "文件是空的"),
        (b" \n\n ", "文件是空的"),
        (b"%PDF-1.7\n%....", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "图片"),
        (b"\xff\xd8\xff\xe0....", "照片"),
        (b"MZ\x90\x00\x03\x00", "程序"),
        (b"Rar!\x1a\x07\x00", "压缩包"),
        (zipped(**{"word__document.xml": b"<w/>"}), "Word"),
        (zipped(**{"readme.txt": b"hi"}), "压缩包"),
        (zipped(**{"xl__workbook.bin": b".."}), "xlsb"),
        (zipped(**{"content.xml": b"<o/>"}), "ods"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (OLE + "WordDocument".encode("utf-16-le"), "Word"),
        (OLE, "不完整"),
        (OLE + "Workbook".encode("utf-16-le"), "不完整"),
        (books.xlsx(ROWS)[:2000], "不完整"),
        (books.xlsx(ROWS)[:-100], "不完整"),
        (b'{"rows": []}', "JSON"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "Excel 2003"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "DOCTYPE"),
        (b"<html><body><p>hello</p></body></html>", "没有表格"),
        (b"\x80\xff\x80" * 40, "认不出"),
        (books.text(ROWS, encoding="gb18030")[:-3] + b"\x81", "不完整"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content, sentence):
    assert sentence in refusal(content)


def test_a_declaration_of_entities_inside_a_workbook_is_refused():
    evil = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x "y">]><worksheet/>'
    for member in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "docProps/core.xml"):
        assert "DOCTYPE" in refusal(books.repacked(books.xlsx(ROWS), {member: evil}))
    assert "DOCTYPE" in refusal(books.repacked(books.xlsx(ROWS), {"xl/workbook.xml": evil.decode().encode("utf-16")}))


def test_many_rows_in_a_small_file_are_refused_before_they_are_read():
    cell = '<row r="{0}"><c r="A{0}"><v>1</v></c></row>'
    rows = "".join(cell.format(number) for number in range(1, 60_000)).encode()
    bomb = books.repacked(
        books.xlsx(ROWS), {"xl/worksheets/sheet1.xml": lambda old: old.replace(b"<sheetData>", b"<sheetData>" + rows)}
    )
    assert len(bomb) < 400_000
    assert "超过 2,000 行" in refusal(bomb)


def test_declared_sizes_are_not_believed():
    padding = b"<!-- " + b"x" * (6 * readers.MEGABYTE) + b" -->"
    bomb = books.repacked(books.xlsx(ROWS), {"docProps/core.xml": padding})
    assert len(bomb) < 50_000
    assert "解开后超过 4 MB" in refusal(bomb)


def test_two_cells_far_apart_do_not_bring_the_process_down():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "x", "y"
    out = io.BytesIO()
    book.save(out)
    assert "很远的单元格" in refusal(out.getvalue(), limits=readers.Limits(seconds=20))


def test_too_large_a_file_is_refused_by_its_size():
    assert "超过 1 MB" in refusal(b"a,b\n" * 400_000, limits=readers.Limits(file_bytes=readers.MEGABYTE))


def test_time_is_limited():
    assert "秒还没有读完" in refusal(books.xlsx(ROWS), limits=readers.Limits(seconds=0))


def test_formulas_are_read_as_their_saved_results_and_those_without_are_remarked_on():
    rows = [books.row(1), books.row(2, person='=CONCATENATE("a","b")')]
    found, account = read(books.xlsx(rows))
    assert found[1]["legal_person"] == ""
    assert any("1 个公式没有保存结果" in remark for remark in account["remarks"])


def test_titles_totals_blanks_and_second_headings_are_counted_not_read():
    rows = [
        books.row(1),
        [],
        ["", "", "小 计", 1],
        list(books.HEADINGS),
        books.row(2),
        ["合计", 2],
        ["填表人：试某", "", "审核人："],
    ]
    found, account = read(books.xlsx(rows, titles=[["市场主体名册"], [], ["单位：", "示例所"]]))
    assert [row["line"] for row in found] == [5, 9]
    sheet = account["sheets"][0]
    told = {key: sheet[key] for key in ("header_row", "rows", "titles", "headings", "blanks", "remarks", "data")}
    assert told == {"header_row": 4, "rows": 11, "titles": 2, "headings": 2, "blanks": 2, "remarks": 3, "data": 2}
    assert sheet["rows"] == sum(sheet[key] for key in ("titles", "headings", "blanks", "remarks", "data"))


def test_a_second_table_with_other_columns_is_read_by_its_own_heading():
    second = [["企业名称", "统一社会信用代码", "从业人数"], ["丙丁（示例）面馆", books.code(2), "7人"]]
    found, account = read(books.xlsx([books.row(1), ["个体工商户"], *second]))
    assert (found[1]["code"], found[1]["name"], found[1]["headcount"]) == (books.code(2), "丙丁（示例）面馆", "7")
    assert ["从业人数", "headcount"] in account["sheets"][0]["columns"]


def test_every_sheet_with_a_header_is_read_and_the_others_are_told_of():
    sheets = {"个体": [list(books.HEADINGS), books.row(2)], "说明": [["一、本表由示例所填报"]]}
    found, account = read(books.xlsx([books.row(1)], sheets=sheets))
    assert [row["line"] for row in found] == [2, 1_000_002]
    assert any("工作表“说明”" in remark for remark in account["remarks"])


def test_a_missing_header_says_what_came_nearest():
    sentence = refusal(books.xlsx([["甲", "乙"]], headings=("统一社会信用代码", "花名")))
    assert "最像的是第 1 行，只认出“统一社会信用代码”" in sentence
    assert "指明哪一行是表头" in sentence


def test_a_header_without_code_and_name_is_refused():
    headings = ("主体身份号", "牌匾", "法定代表人", "登记状态", "住所", "成立日期")
    assert "分不清每一行是哪一家" in refusal(books.xlsx([books.row(1)], headings=headings))


def test_a_header_without_rows_is_refused():
    assert "有表头，没有数据行" in refusal(books.xlsx([]))


def test_unknown_and_doubled_headings_are_told():
    headings = (*books.HEADINGS, "楼长", "生产经营地")
    _, account = read(books.xlsx([[*books.row(1), "试某", "清波路1号"]], headings=headings))
    assert account["sheets"][0]["unknown"] == ["楼长"]
    assert account["sheets"][0]["doubled"] == ["生产经营地"]


def test_numbers_dates_and_units_become_text_without_loss():
    headings = ("统一社会信用代码", "企业名称", "注册资本（元）", "行业代码", "成立日期", "从业人数")
    rows = [
        [310106000123456, "甲", 500000, 7299.0, dt.date(2020, 1, 5), 12.0],
        [913101060000000000, "乙", "50万元", "F5137", 43835, "约12人"],
    ]
    found, _ = read(books.xlsx(rows, headings=headings))
    assert found[0]["code"] == "310106000123456"
    assert found[1]["code"] == "9.1310106e+17"
    assert [row["capital"] for row in found] == ["50.0000", "50.0000"]
    assert [row["industry_code"] for row in found] == ["L7299", "F5137"]
    assert [row["established_on"] for row in found] == ["2020-01-05", "2020-01-05"]
    assert [row["headcount"] for row in found] == ["12", "12"]


def test_a_date_after_the_workbooks_day_is_marked_unread():
    found, _ = read(books.xlsx([books.row(1, founded="2031-01-01")]))
    assert found[0]["established_on"].startswith(fields.UNREAD)
    assert "晚于表格日期" in found[0]["established_on"]


def test_hidden_sheets_are_told_of_and_hidden_rows_are_data():
    book = openpyxl.load_workbook(
        io.BytesIO(books.xlsx([books.row(1), books.row(2)], sheets={"字典": [list(books.HEADINGS)]}))
    )
    book["字典"].sheet_state = "hidden"
    book["名册"].row_dimensions[3].hidden = True
    out = io.BytesIO()
    book.save(out)
    found, account = read(out.getvalue())
    assert len(found) == 2
    assert any("工作表“字典”是隐藏的，1 行没有读" in remark for remark in account["remarks"])


def test_a_wrong_dimension_does_not_hide_rows():
    wrong = {"xl/worksheets/sheet1.xml": lambda old: old.replace(b'<dimension ref="A1:F3"', b'<dimension ref="A1"')}
    assert len(read(books.repacked(books.xlsx(ROWS), wrong))[0]) == 2


@settings(max_examples=150)
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_no_bytes_at_all_make_the_reader_raise_anything_but_a_refusal(data):
    try:
        book = readers.open_book(data, name="x.csv", limits=SMALL)
        for sheet in book.sheets:
            list(sheet.rows())
    except readers.FileRefusedError:
        return


@settings(max_examples=100)
@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=6), max_size=12))
def test_rows_of_any_csv_are_all_accounted_for(rows):
    from coverage.reading import parse

    content = books.text(rows)
    try:
        reader = parse.read_workbook(content, name="x.csv", aliases=ALIASES, limits=SMALL)
        data = list(reader.rows())
    except readers.FileRefusedError:
        return
    for sheet in reader.account()["sheets"]:
        assert sheet["rows"] == sum(sheet[key] for key in ("titles", "headings", "blanks", "remarks", "data"))
    assert len(data) == sum(sheet["data"] for sheet in reader.account()["sheets"])
