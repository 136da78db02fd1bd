"""A workbook's bytes as rows of cells, whatever the file calls itself, within limits.

What the file is comes from its content, never from its name: .xls files that are xlsx, HTML or CSV inside arrive every
fortnight. A refusal is a sentence in Chinese that says what to do. Runs in a child process of its own (see
`coverage.reading.parse`): a workbook of two cells can name an area of 17 thousand million, and the reader aborts.
"""

from __future__ import annotations

import io
import re
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import python_calamine

from coverage.reading.book import (
    BROKEN,
    ENTITIES,
    MEGABYTE,
    Book,
    FileRefusedError,
    Limits,
    Range,
    Row,
    Sheet,
    filled_down,
)
from coverage.reading.texts import csv_sheets, html_sheets

__all__ = ["MEGABYTE", "Book", "FileRefusedError", "Limits", "Row", "Sheet", "open_book", "sniff"]

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
    return _sniff_text(data)


def _sniff_text(data: bytes) -> str:
    head = _head(data)
    if re.match(rb"<(!doctype html|html|head|meta|body|table|style|div)\b", head) or _is_xhtml(head):
        return "html"
    if head.startswith(b"mime-version:") or (b"multipart/related" in head and b"content-type:" in head):
        raise FileRefusedError("这是“单个文件网页”（mht）。请在表格软件里打开，另存为 xlsx 再上传")
    if head.startswith(b"<?xml") and b"spreadsheet" in head:
        _refuse_entities(data)
        raise FileRefusedError("这是 Excel 2003 的 XML 表格。请在表格软件里打开，另存为 xlsx 再上传")
    if head.startswith((b"<?xml", b"<!doctype", b"<!entity")):
        _refuse_entities(data)
        raise FileRefusedError("这是 XML 文件，不是表格。请另存为 xlsx 或 CSV 再上传")
    if head.startswith((b"{", b"[{")):
        raise FileRefusedError("这是 JSON 文件，不是表格。请另存为 xlsx 或 CSV 再上传")
    return "csv"


def _is_xhtml(head: bytes) -> bool:
    return head.startswith(b"<?xml") and b"<html" in head and b"<!entity" not in head


def _head(data: bytes) -> bytes:
    """The beginning of a text in lower case, whatever it is encoded in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[:8192].decode("utf-16", "ignore").encode().lstrip(b" \t\r\n").lower()
    return data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()


def _sniff_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise FileRefusedError(_ENCRYPTED)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError):
        raise FileRefusedError(BROKEN) from None
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
    raise FileRefusedError(BROKEN)


_DANGER = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DANGER_WIDE = re.compile(rb"<\x00!\x00[Dd]\x00|\x00<\x00!\x00[Dd]|<\x00!\x00[Ee]\x00|\x00<\x00!\x00[Ee]")


def _refuse_entities(data: bytes) -> None:
    if _DANGER.search(data) or _DANGER_WIDE.search(data):
        raise FileRefusedError(ENTITIES)


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
    if b"!" in piece and b"<!" in piece:  # one byte is looked for ten times as fast as two
        _refuse_entities(piece)
    if not is_sheet:
        return
    tally.rows += piece.count(b"<row") or piece.count(b":row ")
    if tally.rows > limits.rows:
        raise FileRefusedError(
            f"表里超过 {limits.rows:,} 行，没有读。请按行业或地址拆成几份上传；若是误带的空行，删掉后另存"
        )
    if b"f" in piece and b"<f" in piece:
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
        raise FileRefusedError(BROKEN) from None
    remarks = []
    if tally.formulas:
        remarks.append(f"表里有 {tally.formulas:,} 个公式，按上次保存时的结果读")
    if tally.bare_formulas:
        remarks.append(
            f"有 {tally.bare_formulas:,} 个公式没有保存结果，这些格按空白处理。要用它们，请在表格软件里打开、保存一次再上传"
        )
    return remarks


def _open_calamine(source: bytes | Path) -> python_calamine.CalamineWorkbook:
    data = b"" if isinstance(source, Path) else source
    try:
        if isinstance(source, Path):
            return python_calamine.CalamineWorkbook.from_path(str(source))
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError:
        raise FileRefusedError(_ENCRYPTED) from None
    except (python_calamine.CalamineError, OSError) as error:
        locked = "password" in str(error).lower() or any(record == _FILEPASS for record, _ in _early_records(data))
        raise FileRefusedError(_ENCRYPTED if locked else BROKEN) from None


def _calamine_sheets(source: bytes | Path, limits: Limits) -> list[Sheet]:
    book = _open_calamine(source)
    found, rows = [], 0
    for meta in book.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = book.get_sheet_by_name(meta.name)
        except (python_calamine.CalamineError, OSError):
            raise FileRefusedError(BROKEN) from None
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
        found.append(Sheet(meta.name, _calamine_rows(sheet), is_hidden=hidden, left=sheet.start[1]))
    return found


def _calamine_rows(sheet: python_calamine.CalamineSheet) -> Callable[[], Iterator[Row]]:
    """Rows from the very first line of the sheet (blank ones too), columns from the first that holds anything."""
    left = sheet.start[1] if sheet.start else 0
    ranges: list[Range] = [
        ((top, column - left), (bottom, right - left))
        for (top, column), (bottom, right) in sheet.merged_cell_ranges or ()
        if bottom > top and column >= left
    ]
    if not ranges:
        return sheet.iter_rows
    return lambda: filled_down(map(list, sheet.iter_rows()), ranges)


_GLOBALS = re.compile(rb"\x09\x08..\x00[\x05\x06]\x05\x00", re.DOTALL)
_DATEMODE, _FILEPASS, _BOUNDSHEET, _EOF = 0x22, 0x2F, 0x85, 0x0A


def _early_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The first records of an old workbook, which lie in one piece: number and content."""
    start = _GLOBALS.search(data) if data.startswith(_OLE) else None
    place = start.start() if start else len(data)
    while place + 4 <= len(data):
        record, length = struct.unpack_from("<HH", data, place)
        if record in {_BOUNDSHEET, _EOF} or length > 8228:
            return
        yield record, data[place + 4 : place + 4 + length]
        place += 4 + length


def _counts_from_1904(data: bytes, kind: str) -> bool:
    """Whether a workbook's bare numbers of days count from 1904; the reader turns only cells shown as dates."""
    if kind == "xlsx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            try:
                with archive.open("xl/workbook.xml") as stream:
                    return bool(re.search(rb"""date1904\s*=\s*["'](?:1|true)["']""", stream.read(MEGABYTE)))
            except KeyError:
                return False
    return any(record == _DATEMODE and content == b"\x01\x00" for record, content in _early_records(data))


def open_book(source: bytes | Path, *, name: str, limits: Limits) -> Book:
    """The sheets of a workbook. `name` is only used to remark on a wrong extension. Raises `FileRefusedError`.

    Where a file is given instead of its bytes, they are not held while calamine builds the sheets: two times their size.
    """
    until = time.monotonic() + limits.seconds
    data = source.read_bytes() if isinstance(source, Path) else source
    if len(data) > limits.file_bytes:
        raise FileRefusedError(f"文件超过 {limits.file_bytes // MEGABYTE} MB，没有读。请拆成几份上传")
    kind = sniff(data)
    book = Book(format=kind, sheets=[])
    ending = extension(name)
    if ending not in USUAL_EXTENSIONS[kind]:
        book.remarks.append(f"文件名以 .{ending or '（无）'} 结尾，内容是{FORMAT_NAMES[kind]}，已按内容读")
    if kind == "xlsx":
        book.remarks += _weigh_xlsx(data, limits, until)
        book.is_1904 = _counts_from_1904(data, kind)
        del data
        book.sheets = _calamine_sheets(source, limits)
    elif kind == "xls":
        book.sheets = _calamine_sheets(data, limits)
        book.is_1904 = _counts_from_1904(data, kind)
    elif kind == "html":
        book.sheets, book.encoding = html_sheets(data, limits)
    else:
        book.sheets, book.encoding, remarks = csv_sheets(data, limits)
        book.remarks += remarks
    if not book.sheets:
        raise FileRefusedError("表里没有内容。请确认导出成功后重新上传")
    return book
