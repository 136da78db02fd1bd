"""A workbook's bytes as rows of cells, whatever the file calls itself, within limits.

What the file is comes from its content, never from its name: .xls files that are xlsx, HTML or CSV inside arrive every
fortnight. A refusal is a sentence in Chinese that says what to do. Runs in a child process of its own (see
`coverage.comparison.parse`): a workbook of two cells can name an area of 17 thousand million, and the reader aborts.
"""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import python_calamine
from lxml import html as lxml_html

MEGABYTE = 1 << 20
Row = list[Any]


class FileRefusedError(ValueError):
    """A file that cannot be taken; the text is Chinese and says what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is taken. Bytes, rows over all sheets, cells, seconds of wall time."""

    file_bytes: int = 60 * MEGABYTE
    real_bytes: int = 800 * MEGABYTE
    rows: int = 200_000
    columns: int = 400
    seconds: float = 60.0
    memory: int = 1536 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of cells. `first` is the number of its first row in the sheet, counted from 1."""

    name: str
    rows: Callable[[], Iterator[Row]]
    first: int = 1
    is_hidden: bool = False


@dataclass(slots=True)
class Book:
    """What was found in a file: its true format, its sheets, and remarks for the reader of the result."""

    format: str
    sheets: list[Sheet]
    encoding: str = ""
    remarks: list[str] = field(default_factory=list)


FORMAT_NAMES = {"xlsx": "xlsx 工作簿", "xls": "旧版 xls 工作簿", "csv": "CSV 文本", "html": "网页表格"}
USUAL_EXTENSIONS = {
    "xlsx": {"xlsx", "xlsm"},
    "xls": {"xls", "et"},
    "csv": {"csv", "txt", "tsv"},
    "html": {"html", "htm"},
}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"%PDF", "这是 PDF 文档，读不出表格。请向部门要 Excel 或 CSV 文件"),
    (b"\x89PNG", "这是图片，读不出表格。请向部门要 Excel 或 CSV 文件"),
    (b"\xff\xd8\xff", "这是照片，读不出表格。请向部门要 Excel 或 CSV 文件"),
    (b"GIF8", "这是图片，读不出表格。请向部门要 Excel 或 CSV 文件"),
    (b"BM", "这是图片，读不出表格。请向部门要 Excel 或 CSV 文件"),
    (b"Rar!", "这是压缩包。请先解压，再上传里面的表格"),
    (b"7z\xbc\xaf", "这是压缩包。请先解压，再上传里面的表格"),
    (b"\x1f\x8b", "这是压缩包。请先解压，再上传里面的表格"),
    (b"MZ", "这是程序，不是表格。不要打开它，请向部门重新要文件"),
    (b"\x7fELF", "这是程序，不是表格。请向部门重新要文件"),
)
_ENCRYPTED = "文件设了打开密码。请在表格软件里去掉密码，另存为 xlsx 再上传"
_BROKEN = "文件不完整，多半没有传完。请重新下载后再上传；还不行，就在表格软件里打开、另存为 xlsx"


def extension(name: str) -> str:
    """The lower-case ending of a file name, '' where there is none."""
    return name.rsplit(".", 1)[-1].strip().lower() if "." in name else ""


def sniff(data: bytes) -> str:
    """The true format of a file: xlsx, xls, csv or html. Raises `FileRefusedError` for everything else."""
    if not data.strip(b"\x00 \t\r\n"):
        raise FileRefusedError("文件是空的。请确认导出成功后重新上传")
    if data.startswith(b"PK"):
        return _sniff_zip(data)
    if data.startswith(_OLE):
        return _sniff_ole(data)
    for mark, sentence in _FOREIGN:
        if data.startswith(mark) and not (mark in {b"BM", b"MZ"} and b"\x00" not in data[:512]):
            raise FileRefusedError(sentence)
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<?xml") and b"spreadsheet" in head:
        _refuse_entities(data)
        raise FileRefusedError("这是 Excel 2003 的 XML 表格。请在表格软件里打开，另存为 xlsx 再上传")
    if re.match(rb"<(!doctype html|html|head|meta|body|table|style|div)\b", head):
        return "html"
    if head.startswith((b"<?xml", b"<!doctype", b"<!entity")):
        _refuse_entities(data)
        raise FileRefusedError("这是 XML 文件，不是表格。请另存为 xlsx 或 CSV 再上传")
    if head.startswith((b"{", b"[{")):
        raise FileRefusedError("这是 JSON 文件，不是表格。请另存为 xlsx 或 CSV 再上传")
    return "csv"


def _sniff_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise FileRefusedError(_ENCRYPTED)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError):
        raise FileRefusedError(_BROKEN) from None
    if "xl/workbook.xml" in names or any(re.fullmatch(r"xl/worksheets/.*\.xml", name) for name in names):
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise FileRefusedError("这是二进制的 xlsb 工作簿。请另存为 xlsx 再上传")
    if "word/document.xml" in names:
        raise FileRefusedError("这是 Word 文档。请把里面的表格复制到 Excel，另存为 xlsx 再上传")
    if "ppt/presentation.xml" in names:
        raise FileRefusedError("这是演示文稿，不是表格。请向部门要 Excel 或 CSV 文件")
    if "content.xml" in names:
        raise FileRefusedError("这是 ods 表格。请另存为 xlsx 再上传")
    raise FileRefusedError("这是压缩包。请先解压，再上传里面的表格")


def _sniff_ole(data: bytes) -> str:
    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage") or has("EncryptionInfo"):
        raise FileRefusedError(_ENCRYPTED)
    if has("Workbook") or has("Book"):
        return "xls"
    if has("WordDocument"):
        raise FileRefusedError("这是 Word 文档。请把里面的表格复制到 Excel，另存为 xlsx 再上传")
    raise FileRefusedError(_BROKEN)


_DANGER = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DANGER_WIDE = re.compile(rb"<\x00!\x00[Dd]\x00|\x00<\x00!\x00[Dd]|<\x00!\x00[Ee]\x00|\x00<\x00!\x00[Ee]")
_ENTITIES = "文件里有 DOCTYPE 或实体声明，正常的表格不会有，没有读。请在表格软件里打开、另存为 xlsx 再上传"


def _refuse_entities(data: bytes) -> None:
    if _DANGER.search(data) or _DANGER_WIDE.search(data):
        raise FileRefusedError(_ENTITIES)


@dataclass(slots=True)
class _Tally:
    """What a pass over the real, uncompressed bytes of a workbook has counted."""

    real: int = 0
    rows: int = 0
    formulas: int = 0
    bare_formulas: int = 0


_BARE_FORMULA = re.compile(rb"</f>\s*(?:<v>\s*</v>|<v\s*/>)?\s*</c>|<f[^>]*/>\s*(?:<v>\s*</v>|<v\s*/>)?\s*</c>")


def _weigh_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, tally: _Tally, limits: Limits, until: float) -> None:
    """Count one member through: bytes as they really come out, rows, formulas; declarations that must not be there."""
    is_sheet = info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml")
    is_xml = info.filename.endswith((".xml", ".rels", ".vml"))
    carried = b""
    with archive.open(info) as stream:
        while chunk := stream.read(MEGABYTE):
            tally.real += len(chunk)
            if tally.real > limits.real_bytes:
                raise FileRefusedError(
                    f"文件解开后超过 {limits.real_bytes // MEGABYTE} MB，没有读。请删掉多余的工作表和图片，或拆成几份上传"
                )
            if time.monotonic() > until:
                raise FileRefusedError(f"读了 {limits.seconds:.0f} 秒还没有读完，已停下。请拆成几份上传")
            if not is_xml:
                continue
            if not carried and b"\x00" in chunk[:64]:
                _refuse_entities(chunk)  # UTF-16, in which no table program writes: looked through by itself
            cut = chunk.rfind(b"<")
            piece = carried + (chunk[:cut] if cut >= 0 else chunk)
            carried = chunk[cut:] if cut >= 0 else b""
            _weigh_piece(piece, tally, limits, is_sheet)
    _weigh_piece(carried, tally, limits, is_sheet)


def _weigh_piece(piece: bytes, tally: _Tally, limits: Limits, is_sheet: bool) -> None:
    """Every search here is a pass over tens of megabytes: as few as will do."""
    if b"<!" in piece:
        _refuse_entities(piece)
    if not is_sheet:
        return
    tally.rows += piece.count(b"<row") or piece.count(b":row ")
    if tally.rows > limits.rows:
        raise FileRefusedError(
            f"表里超过 {limits.rows:,} 行，没有读。请按行业或地址拆成几份上传；若是误带的空行，删掉后另存"
        )
    if b"<f" in piece:
        tally.formulas += piece.count(b"<f>") + piece.count(b"<f ")
        tally.bare_formulas += len(_BARE_FORMULA.findall(piece))


def _weigh_xlsx(data: bytes, limits: Limits, until: float) -> list[str]:
    """Pass over an xlsx before it is parsed; gives remarks. Declared sizes are not believed, checksums are compared."""
    tally = _Tally()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                _weigh_member(archive, info, tally, limits, until)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise FileRefusedError(_BROKEN) from None
    remarks = []
    if tally.formulas:
        remarks.append(f"表里有 {tally.formulas:,} 个公式，按上次保存时的结果读")
    if tally.bare_formulas:
        remarks.append(
            f"有 {tally.bare_formulas:,} 个公式没有保存结果，这些格按空白处理。要用它们，请在表格软件里打开、保存一次再上传"
        )
    return remarks


def _open_calamine(data: bytes) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError:
        raise FileRefusedError(_ENCRYPTED) from None
    except (python_calamine.CalamineError, OSError) as error:
        raise FileRefusedError(_ENCRYPTED if "password" in str(error).lower() else _BROKEN) from None


def _calamine_sheets(data: bytes, limits: Limits) -> list[Sheet]:
    book = _open_calamine(data)
    found, rows = [], 0
    for meta in book.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = book.get_sheet_by_name(meta.name)
        except (python_calamine.CalamineError, OSError):
            raise FileRefusedError(_BROKEN) from None
        if sheet.start is None:
            continue
        rows += sheet.height
        if rows > limits.rows:
            raise FileRefusedError(
                f"表里超过 {limits.rows:,} 行，没有读。请按行业或地址拆成几份上传；若是误带的空行，删掉后另存"
            )
        if sheet.width > limits.columns:
            raise FileRefusedError(
                f"工作表“{meta.name}”有 {sheet.width:,} 列，多半有误填的远处单元格。请删掉多余的列后另存"
            )
        hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
        found.append(Sheet(meta.name, sheet.iter_rows, sheet.start[0] + 1, hidden))
    return found


def decode(data: bytes) -> tuple[str, str]:
    """Text and the encoding it was in: a byte order mark, else strict UTF-8, else GB18030."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding.removesuffix("-sig")
            except UnicodeDecodeError:
                break
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError as error:
            last = error
    if encoding == "gb18030" and last.end >= len(data) - 3:  # a character cut in half at the very end
        raise FileRefusedError(_BROKEN)
    raise FileRefusedError("认不出这份文件的内容：不是 Excel，也不是 UTF-8 或 GB18030 的文字。请另存为 xlsx 再上传")


def _delimiter(text: str) -> str:
    """The separator of the first lines: the one of comma, tab, semicolon and bar that occurs most."""
    head = "\n".join(text.split("\n", 20)[:20])
    return max(",\t;|", key=lambda mark: (head.count(mark), mark == ","))


def _csv_sheets(data: bytes, limits: Limits) -> tuple[list[Sheet], str, list[str]]:
    text, encoding = decode(data)
    if text.count("\x00") > len(text) // 100:
        raise FileRefusedError("认不出这份文件的内容：不是 Excel，也不是文字表格。请另存为 xlsx 再上传")
    text = text.replace("\x00", "")
    if text.count("\n") + text.count("\r") - text.count("\r\n") > limits.rows * 2:
        raise FileRefusedError(f"表里超过 {limits.rows:,} 行，没有读。请按行业或地址拆成几份上传")
    delimiter = _delimiter(text)
    remarks = []
    if text.count('"') % 2:
        remarks.append("文字里的引号不成对，可能有几行被连成了一行，请核对行数")

    def rows() -> Iterator[Row]:
        csv.field_size_limit(1 << 20)
        count = 0
        try:
            for count, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
                if count > limits.rows:
                    raise FileRefusedError(f"表里超过 {limits.rows:,} 行，没有读。请按行业或地址拆成几份上传")
                yield row
        except csv.Error:
            raise FileRefusedError(f"第 {count + 1} 行附近读不下去：有一格长得不像真的，多半是引号没有配对") from None

    return [Sheet("", rows)], encoding, remarks


def _html_sheets(data: bytes, limits: Limits) -> tuple[list[Sheet], str]:
    if b"<!entity" in data.lower():
        raise FileRefusedError(_ENTITIES)
    text, encoding = decode(data)
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    try:
        tree = lxml_html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (ValueError, lxml_html.etree.ParserError):
        raise FileRefusedError("网页里没有表格。请在表格软件里打开，另存为 xlsx 再上传") from None
    sheets = []
    for number, table in enumerate(tree.iter("table"), 1):
        if table.find(".//table") is not None:
            continue
        grid = [_html_row(line) for line in table.iter("tr")]
        if len(grid) > limits.rows:
            raise FileRefusedError(f"表里超过 {limits.rows:,} 行，没有读。请拆成几份上传")
        if grid:
            sheets.append(Sheet(f"表 {number}", grid.__iter__))
    if not sheets:
        raise FileRefusedError("网页里没有表格。请在表格软件里打开，另存为 xlsx 再上传")
    return sheets, encoding


def _html_row(line: Any) -> Row:
    row: Row = []
    for cell in line:
        if cell.tag not in {"td", "th"}:
            continue
        row.append(" ".join(cell.text_content().split()))
        span = str(cell.get("colspan") or "1")
        row.extend([""] * (min(int(span), 400) - 1 if span.isdigit() else 0))
    return row


def open_book(data: bytes, *, name: str, limits: Limits) -> Book:
    """The sheets of a workbook. `name` is only used to remark on a wrong extension. Raises `FileRefusedError`."""
    until = time.monotonic() + limits.seconds
    if len(data) > limits.file_bytes:
        raise FileRefusedError(f"文件超过 {limits.file_bytes // MEGABYTE} MB，没有读。请拆成几份上传")
    kind = sniff(data)
    book = Book(format=kind, sheets=[])
    ending = extension(name)
    if ending not in USUAL_EXTENSIONS[kind]:
        book.remarks.append(f"文件名以 .{ending or '（无）'} 结尾，内容是{FORMAT_NAMES[kind]}，已按内容读")
    if kind == "xlsx":
        book.remarks += _weigh_xlsx(data, limits, until)
        book.sheets = _calamine_sheets(data, limits)
    elif kind == "xls":
        book.sheets = _calamine_sheets(data, limits)
    elif kind == "html":
        book.sheets, book.encoding = _html_sheets(data, limits)
    else:
        book.sheets, book.encoding, remarks = _csv_sheets(data, limits)
        book.remarks += remarks
    if not book.sheets:
        raise FileRefusedError("表里没有内容。请确认导出成功后重新上传")
    return book
