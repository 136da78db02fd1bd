"""A list of people as rows: whose employee, name, telephone, post. Pure; runs in the reading process.

Identity numbers, birthdays and political standing are never read, also where a department sends them: what leaves this
process is what the registry may keep, and the columns that were left unread are told by their headings.
"""

from __future__ import annotations

from collections.abc import Iterator

from coverage.reading import choice, columns, contents, fields, layouts, peek
from coverage.reading.book import Book, FileRefusedError
from coverage.reading.columns import cell_text

PERSON, PHONE, POST, WITHHELD = "person", "phone", "post", "withheld"
STAGED = (fields.CODE, fields.OLD_NUMBER, "name", PERSON, PHONE, POST)
TITLES = {fields.CODE: "单位代码", "name": "单位名称", PERSON: "姓名", PHONE: "电话", POST: "岗位"}
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("用人单位", "工作单位", "单位", "所在单位", "用工单位", "参保单位", "参保单位名称", "所在企业", "店铺"),
    PERSON: ("姓名", "员工姓名", "职工姓名", "人员姓名", "参保人姓名", "参保人员姓名", "参保人", "从业人员姓名", "从业人员"),
    PHONE: ("联系电话", "手机", "手机号", "手机号码", "电话", "联系方式", "移动电话", "本人电话", "联系手机"),
    POST: ("岗位", "职务", "职位", "工种", "岗位名称", "职业", "岗位（工种）"),
    WITHHELD: (
        "身份证号", "身份证号码", "身份证", "证件号码", "证件号", "公民身份号码", "社会保障号码", "社会保障号", "出生日期", "出生年月", "年龄",
        "性别", "民族", "政治面貌", "是否党员", "户籍地址", "家庭住址", "籍贯", "工资", "缴费基数", "银行卡号",
    ),
}  # fmt: skip


def aliases() -> layouts.Aliases:
    """Headings of lists of people; those of the employer are those of lists of entities."""
    words: dict[str, tuple[str, int]] = {}
    for key in (fields.CODE, fields.OLD_NUMBER, "name"):
        for heading in fields.HEADINGS[key]:
            text, _, rank = heading.partition(":")
            words[text] = (key, int(rank or 1))
    for key, headings in HEADINGS.items():
        words |= dict.fromkeys(headings, (key, 1))
    return layouts.prepare(words)


class PeopleReader:
    """What `parse.WorkbookReader` is for entities: blocks of rows in the order of `STAGED`, and the account."""

    def __init__(self, book: Book, known: layouts.Aliases) -> None:
        self.book, self.aliases = book, known
        self._found: contents.Contents | None = None

    def blocks(self) -> Iterator[columns.Block]:
        """All rows as one block. Raises `FileRefusedError` where no sheet names people."""
        try:
            found = contents.read(self.book, self.aliases, identity=frozenset({PERSON}))
        except FileRefusedError as refusal:
            if str(refusal).startswith("有表头"):
                raise
            raise FileRefusedError("没有找到人员名单的表头。要有“姓名”，还要有“单位名称”或单位的统一代码") from None
        places = {column.key: place for place, column in enumerate(found.columns)}
        if not choice.IDENTITY & places.keys():
            raise FileRefusedError("表头里没有“单位名称”，也没有单位的统一代码，不知道是哪家的人。请向部门补要这一列")
        self._found = found
        rows = found.rows
        blank = [""] * len(rows)
        picked = [[cells[places[name]] for _, cells in rows] if name in places else blank for name in STAGED]
        yield columns.Block([line for line, _ in rows], picked)

    def account(self) -> dict[str, object]:
        """What was found, as JSON, in the form of the account of a list of entities."""
        found = self._found
        if found is None:
            return {"sheets": []}
        withheld = [column.heading for column in found.columns if column.reads == WITHHELD]
        remarks = list(found.remarks)
        if withheld:
            remarks.append(f"“{'”“'.join(withheld)}”没有读：名册不收这些个人信息")
        remarks += [
            f"工作表“{sheet.name}”{sheet.reason}，{sheet.rows:,} 行没有读" for sheet in found.unread if sheet.rows
        ]
        known = [(column.heading, column.key) for column in found.columns if column.key in STAGED]
        unknown = [column.heading for column in found.columns if column.key not in STAGED and column.reads != WITHHELD]
        sheets = [
            {"name": sheet.name, "columns": known, "unknown": unknown, "unnamed": sheet.unnamed}
            | {role: getattr(sheet, role) for role in ("rows", *contents.ROLES)}
            for sheet in found.sheets
        ]
        return {"format": found.format, "encoding": found.encoding, "remarks": remarks, "sheets": sheets}

    def tops(self) -> list[dict[str, object]]:
        """The first rows of every sheet, for a person to look at."""
        return [peek.top_of(sheet, cell_text) for sheet in self.book.sheets]
