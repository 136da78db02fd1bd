"""A paper as a Word file (.docx): A4 with the margins of official documents (GB/T 9704-2012), fonts that WPS has too.

No Django in here.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

if TYPE_CHECKING:
    from grid.meetings.paper import Paper, Section

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BODY, HEAD = "仿宋", "黑体"
SIZE, TITLE_SIZE, TABLE_SIZE = 16, 22, 12
_COLUMNS = (("序号", 14), ("议定事项", 80), ("责任人", 36), ("期限", 26))


def written(paper: Paper) -> bytes:
    """The file."""
    document = Document()
    _page(document)
    _line(document, paper.title, font=HEAD, size=TITLE_SIZE, centred=True)
    _line(document, paper.subtitle, size=TABLE_SIZE, centred=True)
    for word, value in paper.facts:
        _line(document, value, lead=f"{word}：")
    _line(document, paper.quorum, size=TABLE_SIZE)
    if paper.followed:
        _line(document, "一、上次议定事项落实情况", font=HEAD)
        for text in paper.followed:
            _line(document, text, indent=True)
    _line(document, f"{'二' if paper.followed else '一'}、议题", font=HEAD)
    for section in paper.sections:
        _section(document, section)
    _line(document, f"{'三' if paper.followed else '二'}、议定事项", font=HEAD)
    _table(document, paper)
    for text in paper.addenda:
        _line(document, text, lead="补记：")
    if paper.signed:
        _line(document, f"记录：{paper.signed}", right=True)
    kept = BytesIO()
    document.core_properties.title, document.core_properties.author = plain(paper.title), plain(paper.signed)
    document.save(kept)
    return kept.getvalue()


def _page(document: Any) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    style = document.styles["Normal"]
    style.font.name, style.font.size = BODY, Pt(SIZE)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    style.paragraph_format.space_after, style.paragraph_format.line_spacing = Pt(0), Pt(28)


def _section(document: Any, section: Section) -> None:
    report = f"（{section.lead}）" if section.lead else ""
    _line(document, f"（{section.number}）{section.title}{report}", indent=True, font=HEAD)
    for text in (*section.text, *section.votes):
        _line(document, text, indent=True)
    if section.outcome:
        _line(document, section.outcome, lead="结果：", indent=True)


def _table(document: Any, paper: Paper) -> None:
    if not paper.resolved:
        _line(document, "这次会没有议定事项。", indent=True)
        return
    table = document.add_table(rows=1, cols=len(_COLUMNS))
    table.style = "Table Grid"
    table.autofit = False
    rows = [tuple(word for word, _ in _COLUMNS)]
    rows += [(str(row.number), row.text, row.owner, row.due) for row in paper.resolved]
    for _ in rows[1:]:
        table.add_row()
    for number, cells in enumerate(rows):
        for place, (text, (_, width)) in enumerate(zip(cells, _COLUMNS, strict=True)):
            cell = table.rows[number].cells[place]
            cell.width = Mm(width)
            _write(cell.paragraphs[0], text, font=HEAD if number == 0 else BODY, size=TABLE_SIZE)
            cell.paragraphs[0].paragraph_format.line_spacing = Pt(18)


def _line(
    document: Any,
    text: str,
    *,
    lead: str = "",
    font: str = BODY,
    size: int = SIZE,
    centred: bool = False,
    right: bool = False,
    indent: bool = False,
) -> None:
    line = document.add_paragraph()
    if centred or right:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
    if indent:
        line.paragraph_format.first_line_indent = Pt(2 * SIZE)
    if lead:
        _write(line, lead, font=HEAD, size=size)
    _write(line, text, font=font, size=size)


def _write(line: Any, text: str, *, font: str, size: int) -> None:
    run = line.add_run(plain(text))
    run.font.name, run.font.size = font, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def plain(text: str) -> str:
    """Without the control signs that XML cannot hold."""
    return "".join(sign for sign in text if sign in "\t\n" or (ord(sign) >= 32 and ord(sign) not in (0xFFFE, 0xFFFF)))
