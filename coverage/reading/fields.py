"""The fields a department workbook can speak of: their names, how a cell of each is read, and the headings seen so far.

`FIELDS` is the one list that reading, staging, comparison and the pages share. A field's `read` turns the text of a
cell into the text the registry stores, '' for "says nothing", or raises `UnreadableError`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from coverage.matching import codes, names, values
from shimen.privacy import phones


@dataclass(frozen=True, slots=True)
class Field:
    """One comparable fact. `longest` in characters; `is_eager` where values repeat so much that they are read while
    the sheet is parsed (a state, a date) instead of only where they differ from the registry (a name, an address)."""

    key: str
    title: str
    read: Callable[[str], str]
    longest: int
    is_eager: bool = False
    is_date: bool = False

    @property
    def stored(self) -> str:
        """The SQL expression of the stored value as canonical text, '' for none; the entity is `e`."""
        return stored(self.key)


# Stands before (and inside) the text of a cell that could not be read: mark, cell, mark, reason.
UNREAD = "\x1f"
NOT_TEXT = frozenset({"established_on", "capital", "headcount", "missing_since"})
# Since when a department's workbook no longer names an entity: compared like a fact, though no cell speaks of it.
MISSING = "missing_since"


def stored(key: str) -> str:
    """The SQL expression of what the registry (`e`) holds of a field, as canonical text; '' for nothing."""
    if key == "phone":
        return "CASE WHEN e.phone_index IS NULL THEN '' ELSE e.phone_mask || ' ' || encode(e.phone_index, 'hex') END"
    return f"coalesce(e.{key}::text, '')" if key in NOT_TEXT else f"e.{key}"


def _address(raw: str) -> str:
    from shimen.territory import addresses  # slow to load, and the reading process reads no addresses

    return addresses.canonical(raw)


FIELDS: tuple[Field, ...] = (
    Field("name", "名称", names.canonical, 160),
    Field("trade_sign", "招牌", names.canonical, 80),
    Field("kind", "类型", values.kind, 12, is_eager=True),
    Field("legal_person", "法定代表人（经营者）", names.person, 80),
    Field("registration_status", "登记状态", values.status, 1, is_eager=True),
    Field("industry", "行业门类", values.industry, 1, is_eager=True),
    Field("industry_code", "行业代码", values.industry_code, 6, is_eager=True),
    Field("scope", "经营范围", values.text, 4000),
    Field("address", "住所（经营场所）", _address, 200),
    Field("established_on", "成立日期", values.iso_date, 10, is_eager=True, is_date=True),
    Field("capital", "注册资本（万元）", values.money, 22, is_eager=True),
    Field("headcount", "从业人数", values.count, 10, is_eager=True),
    Field("phone", "联系电话", phones.normalise, 24),
)
BY_KEY = {field.key: field for field in FIELDS}

# What identifies a row or orders rows, beside the facts themselves.
CODE, OLD_NUMBER, PERIOD = "code", "old_number", "period"
IDENTIFIERS: dict[str, Callable[[str], str]] = {CODE: codes.normalise, OLD_NUMBER: codes.normalise}
TITLES: dict[str, str] = {
    CODE: "统一社会信用代码",
    OLD_NUMBER: "旧注册号",
    PERIOD: "所属年月",
    **{field.key: field.title for field in FIELDS},
}
STAGED: tuple[str, ...] = (CODE, OLD_NUMBER, PERIOD, *(field.key for field in FIELDS))

# Headings seen in exports of several departments. The data administrator adds to them and overrides them in the
# heading aliases; a number behind the field makes it second choice where a sheet has both (住所 before 生产经营地).
HEADINGS: dict[str, tuple[str, ...]] = {
    CODE: (
        "统一社会信用代码",
        "统一信用代码",
        "社会信用代码",
        "信用代码",
        "统一代码",
        "统一社会信用代码/纳税人识别号",
        "统一社会信用代码（纳税人识别号）",
        "社会信用代码（纳税人识别号）",
        "统一社会信用代码/注册号",
        "信用代码/注册号",
        "主体代码",
        "机构代码",
        "纳税人识别号:2",
        "单位代码:2",
    ),
    OLD_NUMBER: ("注册号", "营业执照注册号", "执照号", "旧注册号", "工商注册号"),
    PERIOD: ("所属年月", "年月", "所属期", "统计月份", "年度", "税款所属期"),
    "name": (
        "企业名称",
        "名称",
        "单位名称",
        "主体名称",
        "市场主体名称",
        "企业（字号）名称",
        "企业名称（字号名称）",
        "字号名称",
        "字号",
        "纳税人名称",
        "公司名称",
        "企业（个体工商户）名称",
        "机构名称",
        "社会组织名称",
        "商户名称",
        "经营主体名称",
    ),
    "trade_sign": ("招牌", "店招", "店铺名称", "门头名称", "店名"),
    "kind": ("企业类型", "主体类型", "市场主体类型", "类型", "经济类型", "登记注册类型", "组织形式"),
    "legal_person": (
        "法定代表人",
        "法人代表",
        "法人",
        "经营者",
        "经营者姓名",
        "法定代表人（经营者姓名）",
        "法定代表人（经营者）",
        "法定代表人/经营者",
        "法定代表人（负责人）",
        "法定代表人姓名",
        "负责人",
        "负责人姓名",
        "投资人",
    ),
    "registration_status": ("登记状态", "企业状态", "经营状态", "主体状态", "纳税人状态", "当前状态", "状态"),
    "industry": ("行业门类", "行业", "所属行业", "行业类别", "行业名称"),
    "industry_code": ("行业代码", "国民经济行业代码", "国标行业", "行业小类", "行业小类代码"),
    "scope": ("经营范围", "经营（业务）范围", "业务范围", "经营项目", "主营业务"),
    "address": (
        "住所",
        "住所（个体户经营场所）",
        "住所（经营场所）",
        "经营场所",
        "注册地址",
        "地址",
        "企业地址",
        "单位地址",
        "登记地址",
        "住所地址",
        "生产经营地:2",
        "生产经营地址:2",
        "实际经营地址:2",
        "经营地址:2",
        "办公地址:2",
    ),
    "established_on": (
        "成立日期",
        "注册日期",
        "设立日期",
        "成立时间",
        "登记日期",
        "开业日期",
        "税务登记日期:2",
        "核准日期:3",
    ),
    "capital": ("注册资本", "注册资金", "注册资本（万元）", "注册资本（金）", "资金数额", "出资额", "注册资本（元）"),
    "headcount": ("从业人数", "从业人员数", "职工人数", "员工人数", "参保人数", "人数", "用工人数"),
    "phone": ("联系电话", "电话", "联系方式", "手机", "手机号", "手机号码", "财务负责人电话:2", "法人电话:2"),
}


def built_in_aliases() -> dict[str, tuple[str, int]]:
    """Heading as people write it → field and rank (1 = first choice)."""
    found: dict[str, tuple[str, int]] = {}
    for key, headings in HEADINGS.items():
        for heading in headings:
            text, _, rank = heading.partition(":")
            found[text] = (key, int(rank or 1))
    return found


def split_unread(cell: str) -> tuple[str, str]:
    """The written text and the reason of a cell that the parser could not read."""
    _, written, reason = cell.split(UNREAD, 2)
    return written, reason


def read_cell(fact: Field, raw: str) -> tuple[str, str]:
    """Canonical text and problem of a staged cell; one of the two is ''."""
    if raw.startswith(UNREAD):
        return "", split_unread(raw)[1]
    if raw.startswith("="):
        return "", "单元格里是公式，没有结果"
    if fact.is_eager:
        return raw, ""
    try:
        text = fact.read(raw)
    except ValueError as error:
        return "", str(error)
    if len(text) > fact.longest:
        return "", f"{fact.title}最多 {fact.longest} 个字，这里有 {len(text)} 个"
    return text, ""
