"""What the columns of an unknown table might be, by their headings and by what stands in them; and how rows would be read.

Pure. A guess is only ever a proposal on a page: a person says what a column is. Each field is proposed for one column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from coverage.matching import codes, values
from coverage.reading import fields, layouts, people_fields
from coverage.reading.peek import Named
from shimen.privacy import phones

MOST = 0.6  # of the samples that must look like it


@dataclass(frozen=True, slots=True)
class Guess:
    """A field ('' = none) with the reason in words. `by`: person, words, other (another department's), looks, or ''."""

    field: str
    reason: str
    by: str


NOTHING = Guess("", "", "")
_MASKED = re.compile(r"^(?:1\d{2}\*{4}\d{4}|0\d{2,3}-\*{4}\d{4}|400\*{3}\d{4})$")
_FIRM = re.compile(
    r"(?:公司|集团|企业|中心|商行|商店|经营部|服务部|工作室|合作社|协会|学校|幼儿园|医院|药房|银行|酒店|旅馆|饭店|餐厅|餐馆|面馆|茶馆|书店|超市|[店行馆厂社坊铺屋吧])"
    r"(?:[（(].*[）)])?$"
)
_ADDRESS = re.compile(r"(?:路|街|弄|大道|巷|里|村).*\d|\d+\s*(?:号|弄|室|楼|层|幢|座)")
_PERSON = re.compile(r"^[\u4e00-\u9fff·]{2,4}$|^[\u4e00-\u9fff]\*{1,3}$")
_MONEY = re.compile(r"\d.*(?:万|元)|^\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^\d+\.\d{2,}$")
_KINDS = re.compile(r"个体|有限|股份|合伙|独资|分公司|民办非企业|社会团体|基金会|企业")

# What a heading must have in it for the field to be thought of, the more telling first.
_IN_HEADING: tuple[tuple[str, re.Pattern[str]], ...] = (
    (fields.CODE, re.compile(r"信用代码|统一代码|识别号|主体.*(?:号|代码)|单位.*代码")),
    (fields.OLD_NUMBER, re.compile(r"注册号|执照")),
    (fields.PERIOD, re.compile(r"年月|所属期|月份|期间")),
    ("phone", re.compile(r"电话|手机|联系方式|联络")),
    ("headcount", re.compile(r"人数|员工数|职工|用工|参保|人手")),
    ("capital", re.compile(r"资本|资金|出资")),
    ("established_on", re.compile(r"成立|设立|开业|开张|开门|注册.*(?:日期|时间)")),
    ("address", re.compile(r"地址|住所|场所|位置|门牌|地点|坐落")),
    ("scope", re.compile(r"范围|项目|业务|主营")),
    ("industry_code", re.compile(r"行业.*(?:代码|编码)")),
    ("industry", re.compile(r"行业|业态|门类")),
    ("registration_status", re.compile(r"状态|存续|经营情况")),
    ("kind", re.compile(r"类型|性质|组织形式|类别")),
    ("legal_person", re.compile(r"法人|法定代表|经营者|负责人|业主|店主|老板|掌柜|姓名|代表")),
    ("trade_sign", re.compile(r"招牌|店招|门头|牌匾|店牌|店名")),
    ("name", re.compile(r"名称|户名|字号|单位|企业|公司|商户|主体|店铺")),
)


def _reads(read: Callable[[str], str]) -> Callable[[str], bool]:
    def looks(cell: str) -> bool:
        try:
            return bool(read(cell))
        except ValueError:
            return False

    return looks


def _is_credit(cell: str) -> bool:
    return codes.kind(codes.normalise(cell)) is codes.Kind.CREDIT


def _is_old_number(cell: str) -> bool:
    return codes.kind(codes.normalise(cell)) in {codes.Kind.REGISTRATION, codes.Kind.TAX}


def _is_phone(cell: str) -> bool:
    if _MASKED.match(cell):
        return True
    return len(cell) >= 8 and _reads(phones.normalise)(cell) and not _is_date(cell)


def _is_date(cell: str) -> bool:
    return _reads(values.iso_date)(cell) and len(cell) >= 6


# What a cell must look like; the words that say so. A field may be thought of for its looks alone where `alone` is set.
@dataclass(frozen=True, slots=True)
class _Looks:
    field: str
    words: str
    test: Callable[[str], bool]
    alone: bool = True


_LOOKS = (
    _Looks(fields.CODE, "像 18 位统一代码", _is_credit),
    _Looks(fields.OLD_NUMBER, "像 15 位旧号", _is_old_number),
    _Looks("phone", "像电话", _is_phone),
    _Looks("established_on", "像日期", _is_date, alone=False),
    _Looks("registration_status", "像登记状态", _reads(values.status)),
    _Looks("name", "像单位名称", lambda cell: bool(_FIRM.search(cell)) and not _KINDS.fullmatch(cell)),
    _Looks("address", "像地址", lambda cell: bool(_ADDRESS.search(cell))),
    _Looks("industry_code", "像行业代码", _reads(values.industry_code), alone=False),
    _Looks("industry", "像行业", _reads(values.industry), alone=False),
    _Looks("kind", "像主体类型", _reads(values.kind), alone=False),
    _Looks("capital", "像金额", lambda cell: bool(_MONEY.search(cell)), alone=False),
    _Looks("headcount", "像人数", lambda cell: cell.isdigit() and len(cell) <= 5, alone=False),
    _Looks("legal_person", "像人名", lambda cell: bool(_PERSON.match(cell))),
)
_IDENTITY = re.compile(r"^\d{3}\*{14,15}$")  # as `people` leaves them for this page

_IN_PEOPLE_HEADING: tuple[tuple[str, re.Pattern[str]], ...] = (
    (fields.CODE, re.compile(r"信用代码|统一代码|识别号|(?:单位|企业|公司|主体|店).*(?:号|代码)")),
    (
        people_fields.WITHHELD,
        re.compile(
            r"身份|证件|公民|保障|出生|生日|年龄|岁|性别|民族|政治|党员|户籍|住址|家庭|籍贯|工资|薪|基数|银行|账号"
        ),
    ),
    (people_fields.PHONE, re.compile(r"电话|手机|联系方式|联络")),
    (people_fields.POST, re.compile(r"岗位|职务|职位|工种|职业|担任|做什么")),
    (people_fields.PERSON, re.compile(r"姓名|名字|人员|员工|职工|伙计|参保人")),
    ("name", re.compile(r"名称|户名|字号|单位|企业|公司|商户|主体|店|东家")),
)
_PEOPLE_LOOKS = (
    _Looks(fields.CODE, "像 18 位统一代码", _is_credit),
    _Looks(fields.OLD_NUMBER, "像 15 位旧号", _is_old_number),
    _Looks(people_fields.WITHHELD, "像证件号，不读", lambda cell: bool(_IDENTITY.match(cell))),
    _Looks(people_fields.PHONE, "像电话", _is_phone),
    _Looks("name", "像单位名称", lambda cell: bool(_FIRM.search(cell)) and not _KINDS.fullmatch(cell)),
    _Looks(people_fields.PERSON, "像人名", lambda cell: bool(_PERSON.match(cell)) and "*" in cell),
)


@dataclass(frozen=True)
class Signs:
    """By what the columns of a kind of list are known: words in headings, looks of cells.

    Fields of `loose` are thought of for their heading alone; those of `repeated` may stand over several columns.
    """

    headings: tuple[tuple[str, re.Pattern[str]], ...]
    looks: tuple[_Looks, ...]
    titles: Mapping[str, str]
    loose: frozenset[str]
    repeated: frozenset[str] = frozenset()

    def look(self, field: str) -> _Looks | None:
        return next((looks for looks in self.looks if looks.field == field), None)


ENTITIES = Signs(_IN_HEADING, _LOOKS, fields.TITLES, frozenset({"name", "legal_person", "kind", "industry"}))
PEOPLE = Signs(
    _IN_PEOPLE_HEADING,
    _PEOPLE_LOOKS,
    people_fields.TITLES,
    frozenset({"name", people_fields.PERSON, people_fields.WITHHELD}),
    frozenset({people_fields.WITHHELD}),
)
_FIRM_LOOKS = next(looks for looks in _LOOKS if looks.field == "name")


def guess(
    columns: Sequence[Named],
    aliases: layouts.Aliases,
    others: Mapping[str, tuple[str, str]] | None = None,
    signs: Signs = ENTITIES,
) -> list[Guess]:
    """A guess for each column; `others` = what other departments' headings mean: key → field and department."""
    offers: list[tuple[float, int, Guess]] = []
    known: dict[int, Guess] = {}
    for index, column in enumerate(columns):
        choice = aliases.look_up(layouts.heading_key(column.heading))
        if choice is not None:
            known[index] = Guess(choice[0], "" if choice[1] else "上次认过", "words" if choice[1] else "person")
            offers.append((200 - choice[1], -index, known[index]))
        elif (other := (others or {}).get(column.key)) is not None:
            offers.append((100, -index, Guess(other[0], f"{other[1]}的表里是这个", "other")))
        else:
            offers += [(score, -index, found) for score, found in _offers(column, signs)]
    taken: set[str] = set()
    chosen: dict[int, Guess] = {}
    for _, place, offer in sorted(offers, key=lambda each: (-each[0], -each[1])):
        index = -place
        if index in chosen or (offer.field and offer.field in taken - signs.repeated):
            continue
        chosen[index] = offer
        taken.add(offer.field)
    found = [chosen.get(index) or _left(known.get(index), signs) for index in range(len(columns))]
    return found if "name" in taken or signs is not ENTITIES else _with_a_name(columns, found)


def _with_a_name(columns: Sequence[Named], found: list[Guess]) -> list[Guess]:
    """Rows cannot do without a name: where none was found, a sign over the door that looks like one is proposed."""
    for index, (column, guessed) in enumerate(zip(columns, found, strict=True)):
        if guessed.field == "trade_sign" and guessed.by == "looks" and _share(column.samples, _FIRM_LOOKS.test) >= MOST:
            found[index] = Guess("name", "像单位名称", "looks")
            break
    return found


def _left(known: Guess | None, signs: Signs) -> Guess:
    """A column whose field another column has already."""
    return Guess("", f"“{signs.titles[known.field]}”已有一列", known.by) if known else NOTHING


def _offers(column: Named, signs: Signs) -> list[tuple[float, Guess]]:
    """Fields that a column may stand for, with a score: looks and heading together, then one of them."""
    said = {field for field, words in signs.headings if words.search(column.heading)}
    found = []
    for rank, (field, words) in enumerate(signs.headings):
        if not words.search(column.heading):
            continue
        looks = signs.look(field)
        share = _share(column.samples, looks.test) if looks else 0.0
        if column.samples and looks and field not in signs.loose and share == 0:
            continue  # a column 电话 that holds dates is not a telephone
        score = 60 + 20 * share - rank / 10
        found.append(
            (score, Guess(field, "列名相近" if share < MOST or not looks else f"列名相近，{looks.words}", "looks"))
        )
    for looks in signs.looks:
        share = _share(column.samples, looks.test)
        if looks.alone and looks.field not in said and share >= MOST and not said - {"name"}:
            found.append((30 + 20 * share, Guess(looks.field, looks.words, "looks")))
    return found


def _share(samples: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, samples)) / len(samples) if samples else 0.0


# ---- how rows would be read


@dataclass(frozen=True, slots=True)
class Read:
    """A cell as it would be read; `problem` where it cannot be."""

    text: str
    problem: str = ""


def read_rows(rows: Sequence[Sequence[str]], fed: Mapping[int, str]) -> list[list[Read]]:
    """Rows as they would be read: for each field, in the order of `fed` (place → field), its canonical text."""
    return [[_read(row[place] if place < len(row) else "", field) for place, field in fed.items()] for row in rows]


def _read(cell: str, field: str) -> Read:
    if not cell:
        return Read("")
    if field == "phone" and "*" in cell:
        return Read(cell)
    read = fields.IDENTIFIERS.get(field)
    if read is None and field in fields.BY_KEY:
        read = fields.BY_KEY[field].read
    try:
        text = read(cell) if read else cell
    except ValueError as error:
        return Read(cell, str(error))
    if field == fields.CODE and text:
        kind = codes.kind(text)
        if kind is codes.Kind.MANGLED:
            return Read(cell, "被表格软件改成了数字，后几位已丢失")
        if kind is codes.Kind.OTHER:
            return Read(cell, "不像统一代码")
    return Read(text)
