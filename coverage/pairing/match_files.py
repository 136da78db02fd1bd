"""A table of entities and a table of rows, read from files whatever their headings are called, for `manage.py match_file`.

Headings are known by the same aliases as a department's workbook, and by their English names. Needs no database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage.matching import codes, values
from coverage.matching.linker import DOUBTFUL, LIKELIER, PRETICKED, Link, Linker
from coverage.matching.profile import Record
from coverage.reading import fields, guess, layouts, readers
from coverage.reading.peek import Named

LIMITS = readers.Limits(
    file_bytes=400 * readers.MEGABYTE, real_bytes=4000 * readers.MEGABYTE, rows=2_000_000, seconds=600.0
)
TOP = 20
SAMPLES = 60
# What a column may be taken for by what stands in it, where its heading says nothing to us.
_BY_LOOKS = (fields.CODE, "name", "address", "legal_person", "phone")

ID, ORGANISATION, TAX = "id", "organisation", "tax"
_ENGLISH = {
    fields.CODE: ("code", "uscc", "usci", "credit_code", "social_credit_code", "unified_code", "unified_social_credit_code", "uniscid", "tyshxydm", "shxydm"),
    fields.OLD_NUMBER: ("reg_no", "regno", "reg_number", "registration_no", "registration_number", "old_number", "old_code", "zch"),
    ORGANISATION: ("org_code", "organisation_code", "organization_code", "body_code", "组织机构代码", "组织机构代码证号", "机构代码"),
    TAX: ("tax_no", "tax_number", "tax_id", "taxpayer_id", "纳税人识别号", "税号", "税务登记号", "税务登记证号"),
    "name": ("name", "company", "company_name", "entity_name", "enterprise_name", "firm_name", "entname", "ent_name", "corp_name", "organisation", "organization", "qymc", "dwmc", "企业", "主体"),
    "legal_person": (
        "legal_person", "legal_rep", "legal_representative", "representative", "operator", "person", "legalperson",
        "lerep", "corporate_representative", "principal", "frdb", "fddbr", "frxm",
        "法人姓名", "法定代表人或负责人", "执行事务合伙人",
    ),
    "address": ("address", "addr", "registered_address", "residence", "dom", "location", "oploc", "full_address", "business_address", "zs", "dz", "住址", "场所", "经营地", "详细地址"),
    "phone": ("phone", "tel", "telephone", "mobile", "contact", "联系人电话", "固定电话"),
    "established_on": ("founded", "established", "established_on", "establish_date", "estiblish_date", "founded_on", "est_date", "estdate", "clrq"),
}  # fmt: skip
_ID_HEADINGS = {
    "registry": ("id", "registry_id", "registryid", "entity_id", "eid", "主体编号", "编号"),
    "queries": ("row_id", "rowid", "query_id", "queryid", "id", "行号", "编号"),
}
_PLAIN = re.compile(r"[\s_\-./]+")


class FileError(ValueError):
    """A file that cannot be matched; the text is Chinese and says what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """Records of a file and how its columns were understood."""

    records: list[Record]
    columns: dict[str, str]
    remarks: list[str]


def _key(heading: Any) -> str:
    return _PLAIN.sub("", layouts.heading_key(heading).lower())


def _aliases() -> dict[str, tuple[str, int]]:
    found = {_key(heading): choice for heading, choice in fields.built_in_aliases().items()}
    for field, headings in _ENGLISH.items():
        found |= {_key(heading): (field, 1) for heading in headings}
    return found


def text_of(cell: Any) -> str:
    """A cell as text: 7299.0 as 7299, a date as 2024-01-05."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)) if abs(cell) < 1e15 else f"{cell:.5E}"
    return str(cell)


def read_table(path: Path, *, role: str) -> Table:
    """The records of a file. `role` is registry or queries. Raises `FileError` with a sentence in Chinese."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileError(f"打不开 {path}：{error.strerror}") from None
    try:
        book = readers.open_book(data, name=path.name, limits=LIMITS)
        rows = iter(book.sheets[0].rows())
        return _table(rows, path, role, book.remarks)
    except readers.FileRefusedError as error:
        raise FileError(f"{path.name}：{error}") from None


def _table(rows: Iterator[Sequence[Any]], path: Path, role: str, remarks: list[str]) -> Table:
    top = [row for _, row in zip(range(TOP + SAMPLES), rows, strict=False)]
    aliases = _aliases()
    known = [sum(_lookup(cell, aliases) is not None for cell in row) for row in top[:TOP]]
    if not top or (not max(known) and _is_data(top[0])):
        raise FileError(f"{path.name}：没有表头。第一行要写明“统一社会信用代码”“名称”“地址”“法定代表人”这些列")
    header = known.index(max(known))
    columns = _columns(top[header], aliases)
    guessed = _by_looks(top[header], top[header + 1 :], columns, _id_place(top[header], role))
    columns |= guessed
    if not {fields.CODE, fields.OLD_NUMBER, ORGANISATION, TAX, "name"} & set(columns):
        raise FileError(f"{path.name}：表头里没有“统一社会信用代码”，也没有“名称”，认不出每一行是哪一家")
    place = _id_place(top[header], role)
    headings = [text_of(cell) for cell in top[header]]
    records = []
    for source in (top[header + 1 :], rows):
        for row in source:
            record = _record(row, columns, place)
            if record is not None:
                records.append(record)
    named = {field: "、".join(headings[p] for p in places) for field, places in columns.items()}
    return Table(records, {ID: headings[place]} | named, remarks + _remarks(path, headings, columns, guessed, place))


def _id_place(header: Sequence[Any], role: str) -> int:
    """Which column names the rows: one with a heading for that, else the first."""
    keyed = [_key(cell) for cell in header]
    return next((keyed.index(_key(name)) for name in _ID_HEADINGS[role] if _key(name) in keyed), 0)


def _by_looks(
    header: Sequence[Any], rows: Sequence[Sequence[Any]], columns: dict[str, list[int]], id_place: int
) -> dict[str, list[int]]:
    """Fields that no heading gave, for columns whose cells look like them."""
    taken = {place for places in columns.values() for place in places} | {id_place}
    open_places = [place for place in range(len(header)) if place not in taken]
    named = [Named(place, f"@{place}", text_of(header[place]), tuple(_samples(rows, place))) for place in open_places]
    guesses = guess.guess(named, layouts.Aliases({}))
    return {
        found.field: [column.place]
        for column, found in zip(named, guesses, strict=True)
        if found.field in _BY_LOOKS and found.field not in columns
    }


def _is_data(row: Sequence[Any]) -> bool:
    """Whether a first row without a known heading is already an entity."""
    cells = [Named(place, f"@{place}", "", (text_of(cell),)) for place, cell in enumerate(row) if text_of(cell)]
    found = {guessed.field for guessed in guess.guess(cells, layouts.Aliases({}))}
    return bool(found & {fields.CODE, "name", "address", "phone"})


def _samples(rows: Sequence[Sequence[Any]], place: int) -> Iterator[str]:
    return (text for row in rows if place < len(row) and (text := text_of(row[place])))


def _remarks(
    path: Path, headings: list[str], columns: dict[str, list[int]], guessed: dict[str, list[int]], id_place: int
) -> list[str]:
    """What was taken by its looks, and what is not looked at, so that nobody believes a silent file."""
    used = {place for places in columns.values() for place in places} | {id_place}
    found = [
        f"{path.name}：“{headings[places[0]]}”按内容看是{fields.TITLES.get(field, field)}，照此用了"
        for field, places in guessed.items()
    ]
    left = [heading for place, heading in enumerate(headings) if heading and place not in used]
    return found + ([f"{path.name}：没有用到的列：{'、'.join(left)}"] if left else [])


def _lookup(cell: Any, aliases: dict[str, tuple[str, int]]) -> tuple[str, int] | None:
    key = _key(cell) if isinstance(cell, str) else ""
    if not key:
        return None
    return aliases.get(key) or aliases.get(re.sub(r"\([^()]*\)$", "", key))


def _columns(header: Sequence[Any], aliases: dict[str, tuple[str, int]]) -> dict[str, list[int]]:
    """Field → its columns, the better known heading first; a cell is taken from the first that is not empty."""
    ranked: dict[str, list[tuple[int, int]]] = {}
    for place, cell in enumerate(header):
        if choice := _lookup(cell, aliases):
            ranked.setdefault(choice[0], []).append((choice[1], place))
    wanted = {
        fields.CODE,
        fields.OLD_NUMBER,
        ORGANISATION,
        TAX,
        "name",
        "legal_person",
        "address",
        "phone",
        "established_on",
    }
    return {field: [place for _, place in sorted(found)] for field, found in ranked.items() if field in wanted}


def _record(row: Sequence[Any], columns: dict[str, list[int]], id_place: int) -> Record | None:
    """One row; None for a blank one."""
    cells = {
        field: next((text for place in places if place < len(row) and (text := text_of(row[place]))), "")
        for field, places in columns.items()
    }
    if not any(cells.values()):
        return None
    code, name = cells.get(fields.CODE, ""), cells.get("name", "")
    if codes.kind(codes.normalise(name)) is codes.Kind.CREDIT and codes.kind(codes.normalise(code)) is codes.Kind.OTHER:
        code, name = name, code  # the two columns have slipped
    numbers = [cells.get(field, "") for field in (fields.OLD_NUMBER, ORGANISATION, TAX)]
    numbers = [number for number in numbers if codes.normalise(number)]
    if not codes.normalise(code) and numbers:
        code = numbers.pop()
    return Record(
        text_of(row[id_place]) if id_place < len(row) else "",
        code,
        numbers[0] if numbers else "",
        name,
        cells.get("legal_person", ""),
        cells.get("address", ""),
        cells.get("phone", ""),
        _day(cells.get("established_on", "")),
    )


def _day(written: str) -> str:
    try:
        return values.iso_date(written)
    except values.UnreadableError:
        return ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is written for a row: the entity where the score is .5 or more, and the score of the best candidate."""

    row_id: str
    registry_id: str
    score: float

    @property
    def kind(self) -> str:
        if self.score >= PRETICKED:
            return "preticked"
        return "review" if self.score >= DOUBTFUL else "new"


def answer(row: Record, links: Sequence[Link]) -> Answer:
    """The best candidate of a row as it is written into the file."""
    if not links:
        return Answer(row.id, "", 0.0)
    best = links[0]
    return Answer(row.id, best.id if best.score >= LIKELIER else "", best.score)


def answers(registry: Table, queries: Table) -> Iterator[Answer]:
    """Every row of `queries` with the entity of `registry` that it is."""
    linker = Linker(registry.records)
    for row in queries.records:
        yield answer(row, linker.link(row))
