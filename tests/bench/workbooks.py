"""A department's workbook of any size, made up from a seed: as the registry has it, and as it comes a fortnight later.

Later: 3.5 % with one changed field, 2 % gone, 2 % new; in one row of twenty the address is written with its district,
in another one the brackets of the name are half width, in another one the code is lower case; dates come in two
notations, the status in the long form, the capital with its unit. That is noise, not change.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace

import openpyxl

from coverage.matching import codes

HEADINGS = ("统一社会信用代码", "企业名称", "法定代表人", "登记状态", "住所", "成立日期", "注册资本", "行业代码")
FIELDS = (
    "code",
    "name",
    "legal_person",
    "registration_status",
    "address",
    "established_on",
    "capital",
    "industry_code",
)
SURNAMES, GIVEN = "赵钱孙李周吴郑王", "甲乙丙丁戊己庚辛"
TRADES = (("商贸", "F5137"), ("科技", "M7599"), ("餐饮管理", "H6210"), ("文化传播", "R8890"), ("物业管理", "K7020"))
CHANGED, GONE, NEW, NOISE = 0.035, 0.02, 0.02, 0.05


@dataclass(frozen=True)
class Firm:
    """One row in canonical form; capital in 万元."""

    code: str
    name: str
    person: str
    address: str
    founded: dt.date
    capital: int
    industry: str


def firms(count: int, *, seed: int, first: int = 0) -> list[Firm]:
    """Made-up firms of the unused division 990199; `first` keeps two series apart."""
    chance = random.Random(seed)
    return [_firm(chance, first + number) for number in range(count)]


def _firm(chance: random.Random, number: int) -> Firm:
    body = f"M{number:07d}"
    stem = f"91990199{body}{codes.organisation_check(body)}"
    trade, industry = chance.choice(TRADES)
    return Firm(
        code=stem + codes.check_character(stem),
        name=f"{chance.choice(GIVEN)}{chance.choice(GIVEN)}{number}（示例）{trade}有限公司",
        person=chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN),
        address=f"{chance.choice('望清云')}{chance.choice('桥波台')}路{chance.randint(1, 900)}号{chance.randint(101, 2899)}室",
        founded=dt.date(2005, 1, 1) + dt.timedelta(days=chance.randint(0, 7000)),
        capital=chance.choice((10, 50, 100, 200, 500, 1000)),
        industry=industry,
    )


@dataclass(frozen=True)
class Later:
    """The rows of a fortnight later and what is in them."""

    rows: list[Firm]
    changed: int
    gone: int
    new: int


def later(before: list[Firm], *, seed: int) -> Later:
    """The same street a fortnight later."""
    chance = random.Random(seed)
    rows, changed, gone = [], 0, 0
    for firm in before:
        fate = chance.random()
        if fate < GONE:
            gone += 1
        elif fate < GONE + CHANGED:
            rows.append(_changed(chance, firm))
            changed += 1
        else:
            rows.append(firm)
    new = firms(round(len(before) * NEW), seed=seed + 1, first=5_000_000)
    return Later(rows + new, changed, gone, len(new))


def _changed(chance: random.Random, firm: Firm) -> Firm:
    other = _firm(chance, 4_000_000 + chance.randrange(900_000))
    return chance.choice(
        (
            replace(firm, person=other.person + "某"),
            replace(firm, address=other.address),
            replace(firm, name=other.name),
            replace(firm, capital=firm.capital + 7),
        )
    )


def as_sent(rows: list[Firm], *, seed: int) -> bytes:
    """An xlsx as departments send it: a title, a blank row, noise, a total."""
    chance = random.Random(seed)
    lines: list[tuple[object, ...]] = [("市场主体名册",), (), HEADINGS]
    lines += [_noisy(chance, firm) for firm in rows]
    return xlsx([*lines, ("合计", len(rows))])


def _noisy(chance: random.Random, firm: Firm) -> tuple[object, ...]:
    address = f"上海市示例区{firm.address}" if chance.random() < NOISE else firm.address
    name = firm.name.replace("（", "(").replace("）", ")") if chance.random() < NOISE else firm.name
    code = firm.code.lower() if chance.random() < NOISE else firm.code
    founded = firm.founded.isoformat() if chance.random() < 0.8 else f"{firm.founded:%Y/%m/%d}"
    return (code, name, firm.person, "存续（在营、开业、在册）", address, founded, f"{firm.capital}万元", firm.industry)


def as_a_peer_needs_it(rows: list[Firm]) -> bytes:
    """The same rows as a library can take them: field names on top, canonical values, nothing else."""
    return xlsx([FIELDS, *map(_plain, rows)])


def _plain(firm: Firm) -> tuple[object, ...]:
    code, name, person, address, founded, capital, industry = astuple(firm)
    return (code, name, person, "1", address, founded.isoformat(), str(capital), industry)


def xlsx(lines: Iterator[tuple[object, ...]] | list[tuple[object, ...]]) -> bytes:
    """Rows as the first sheet of a workbook."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    for line in lines:
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(rows: list[Firm], *, seed: int) -> bytes:
    """The same as `as_sent`, as a text file in UTF-8."""
    chance = random.Random(seed)
    lines = [",".join(HEADINGS)]
    lines += [",".join(map(str, _noisy(chance, firm))) for firm in rows]
    return ("\n".join(lines) + "\n").encode()


def quick_xlsx(rows: list[Firm], *, seed: int) -> bytes:
    """The same as `as_sent`, in the shape that Excel gives a sheet: texts stand once, apart, and cells point to them."""
    chance = random.Random(seed)
    texts: dict[str, int] = {}
    out = io.StringIO()
    out.write(f'<worksheet xmlns="{_MAIN}"><sheetData>')
    for number, line in enumerate([HEADINGS, *(_noisy(chance, firm) for firm in rows)], 1):
        places = (texts.setdefault(str(cell), len(texts)) for cell in line)
        cells = "".join(
            f'<c r="{letter}{number}" t="s"><v>{at}</v></c>' for letter, at in zip("ABCDEFGH", places, strict=True)
        )
        out.write(f'<row r="{number}">{cells}</row>')
    out.write("</sheetData></worksheet>")
    return _zipped(out.getvalue(), f'<sst xmlns="{_MAIN}">{"".join(f"<si><t>{text}</t></si>" for text in texts)}</sst>')


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _zipped(sheet: str, strings: str) -> bytes:
    """A workbook of the parts that openpyxl writes, with these two in place of its own."""
    found = io.BytesIO()
    model = xlsx([("甲",)])
    types = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml", "/xl/sharedStrings.xml")
    relation = f'{_RELATION}/sharedStrings" Target="/xl/sharedStrings.xml" Id="rId99"/></Relationships>'
    with (
        zipfile.ZipFile(io.BytesIO(model)) as old,
        zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "xl/worksheets/sheet1.xml":
                content = sheet.encode()
            elif info.filename == "[Content_Types].xml" and types[1].encode() not in content:
                override = f'<Override ContentType="{types[0]}" PartName="{types[1]}"/></Types>'
                content = content.replace(b"</Types>", override.encode())
            elif info.filename == "xl/_rels/workbook.xml.rels" and b"sharedStrings" not in content:
                content = content.replace(b"</Relationships>", relation.encode())
            if info.filename != "xl/sharedStrings.xml":
                new.writestr(info.filename, content)
        new.writestr("xl/sharedStrings.xml", strings)
    return found.getvalue()


_RELATION = '<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships'
