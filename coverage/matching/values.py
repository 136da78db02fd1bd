"""Cells of a department workbook as canonical text: dates, money, counts, registration status, industry codes.

Every reader here takes the text of a cell and gives the text that the registry stores for the same fact ('' where the
cell says nothing), so that two notations of one fact compare equal. What cannot be read raises `UnreadableError` with a
sentence for the person who sent the sheet. Nothing here knows what day it is: `on` is passed in.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

_EMPTY = frozenset(
    {"", "-", "--", "---", "—", "——", "/", "\\", "N/A", "#N/A", "NA", "NULL", "NONE", "NAN", "\\N", "无", "空", "暂无"}
)
_UNKNOWN = frozenset(
    {"待查", "未知", "不详", "待核", "待核实", "未填", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
)
_BLANK = re.compile(r"\s+")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060\u00ad"))

EXCEL_EPOCH = date(1899, 12, 30)
SERIALS = (1, 2_958_465)  # 1900-01-01 to 9999-12-31
FOREVER_YEARS = 2999  # 2999-12-31, 9999-9-9: "no end"
EARLIEST = date(1840, 1, 1)

_FOREVER = re.compile(r"^(?:长期|永久|永续|不约定期限|无固定期限|至长期|9999.*|2999.*|0000-00-00.*)$")
_YMD = re.compile(
    r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$"
)
_YM = re.compile(r"^(\d{4})[-/.年](\d{1,2})月?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\d{6})?$")
_DMY = re.compile(r"^(\d{1,2})[-/](\d{1,2})月?[-/](\d{4})$")
_SERIAL = re.compile(r"^\d{4,7}(?:\.\d+)?$")


class UnreadableError(ValueError):
    """A cell that does not hold what its heading promises; the text is Chinese and names what was found."""


def plain(raw: str) -> str:
    """Half width, blanks inside a line reduced to one and outside removed; '' for the words that mean nothing."""
    text = raw
    if not (raw.isascii() and raw.isprintable() and " " not in raw):
        text = _BLANK.sub(" ", unicodedata.normalize("NFKC", raw).translate(_INVISIBLE))
        text = unicodedata.normalize("NFC", text).strip()
    return "" if text.upper() in _EMPTY or text.upper() in _UNKNOWN else text


def text(raw: str) -> str:
    """Free text (scope of business, remarks): blanks between Chinese characters do not count."""
    return unicodedata.normalize("NFC", re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", plain(raw)))


def _built(year: str, month: str, day: str, raw: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise UnreadableError(f"没有“{raw.strip()}”这一天") from None


def read_date(raw: str) -> date | None:
    """The date in a cell, None where it says nothing or says "no end" (9999-9-9, 长期).

    Reads 2024-01-05, 2024/1/5, 2024.1.5, 2024年1月5日, 20240105, 2024-01 (first of the month), with or without a time of day,
    5/1/2024 only where the day cannot be a month, and Excel serial numbers (45296). Raises `UnreadableError`.
    """
    written = plain(raw).strip("'")
    if not written or _FOREVER.match(written.replace(" ", "")):
        return None
    if match := _YMD.match(written):
        return _built(match[1], match[2], match[3], raw)
    compact = written.replace(" ", "")
    if match := _YMD.match(compact) or _COMPACT.match(compact):
        return _built(match[1], match[2], match[3], raw)
    if (match := _YM.match(compact)) and 1840 <= int(match[1]) <= 2200 and 1 <= int(match[2]) <= 12:
        return _built(match[1], match[2], "1", raw)
    if re.fullmatch(r"(?:18|19|20|21)\d\d", compact):
        raise UnreadableError(f"只有年份“{compact}”，缺月和日")
    if _SERIAL.match(compact) and SERIALS[0] <= float(compact) <= SERIALS[1]:
        return EXCEL_EPOCH + timedelta(days=int(float(compact)))
    if (match := _DMY.match(compact)) and int(match[1]) > 12:
        return _built(match[3], match[2], match[1], raw)
    raise UnreadableError(f"看不懂日期“{written[:20]}”，写成 2026-11-23 这样")


def iso_date(raw: str, *, on: date | None = None) -> str:
    """`read_date` as text; with `on`, a date after it (or before 1840) is refused as absurd."""
    found = read_date(raw)
    if found is None:
        return ""
    if on is not None and found > on:
        raise UnreadableError(f"日期 {found.isoformat()} 晚于表格日期 {on.isoformat()}，请核对")
    if found < EARLIEST:
        raise UnreadableError(f"日期 {found.isoformat()} 早于 1840 年，请核对")
    return found.isoformat()


MOST_MONEY = 100_000_000  # 万元: a million million yuan
_MONEY = re.compile(
    r"^(?P<amount>[+-]?\d[\d,]*(?:\.\d+)?|\.\d+)(?P<unit>亿|千万|百万|十万|万|千)?(?P<yuan>元)?(?P<rest>.*)$"
)
_SCALE = {"亿": 100_000_000, "千万": 10_000_000, "百万": 1_000_000, "十万": 100_000, "万": 10_000, "千": 1_000, "": 1}
_CURRENCY_WORDS = (
    ("USD", re.compile(r"美元|美金|USD|US\$|\$")),
    ("HKD", re.compile(r"港元|港币|HKD|HK\$")),
    ("EUR", re.compile(r"欧元|EUR|€")),
    ("JPY", re.compile(r"日元|日圆|JPY")),
    ("GBP", re.compile(r"英镑|GBP|£")),
    ("TWD", re.compile(r"新台币|台币|TWD")),
    ("SGD", re.compile(r"新加坡元|新元|SGD")),
    ("CNY", re.compile(r"人民币|RMB|CNY|¥|元整|圆整|元|圆")),
)


def _currency(written: str) -> tuple[str, str]:
    for code, pattern in _CURRENCY_WORDS:
        if pattern.search(written):
            return code, pattern.sub("", written)
    return "CNY", written


def money(raw: str) -> str:
    """An amount in 万元 with four decimals, as the registry stores it; a bare number is taken in 万元, as registry sheets
    write capital.

    `1,000(万元人民币)` = `1000万人民币` = `1000` = `10000000元` → "1000.0000". Other currencies are not converted: they
    raise `UnreadableError`, as does what is no amount.
    """
    written = plain(raw).upper()
    if not written:
        return ""
    squeezed = re.sub(r"[\s()（）]", "", written).removesuffix("整")
    currency, bare = _currency(squeezed.replace("万元", "万").replace("亿元", "亿"))
    in_yuan = bool(re.search(r"\d(?:元|圆)", squeezed)) and not re.search(r"[万亿]", squeezed)
    match = _MONEY.match(bare)
    if match is None or match["rest"]:
        raise UnreadableError(f"看不懂金额“{written[:20]}”")
    if currency != "CNY":
        raise UnreadableError(f"金额“{written[:20]}”不是人民币，名册不换算")
    scale = _SCALE[match["unit"] or ("" if in_yuan else "万")]
    try:
        amount = Decimal(match["amount"].replace(",", "")) * scale / 10_000
    except InvalidOperation:
        raise UnreadableError(f"看不懂金额“{written[:20]}”") from None
    if not 0 <= amount < MOST_MONEY:
        raise UnreadableError(f"金额“{written[:20]}”不像真的，请核对")
    return f"{amount.quantize(Decimal('0.0001')):f}"


_COUNT = re.compile(r"^(?:约|共|≈|~)?(\d[\d,]*)(?:\.0+)?(?:人|名|个|户|家|间|余人|多人)?$")
MOST_PEOPLE = 200_000


def count(raw: str) -> str:
    """A number of people or things: "12人", "1,234", "12.0" → "12". Raises `UnreadableError`."""
    written = plain(raw).replace(" ", "")
    if not written:
        return ""
    match = _COUNT.match(written)
    if match is None:
        raise UnreadableError(f"看不懂人数“{written[:20]}”，只写数字")
    number = int(match[1].replace(",", ""))
    if number > MOST_PEOPLE:
        raise UnreadableError(f"人数 {number} 大得不像真的，请核对")
    return str(number)


# 登记状态: the words that departments use for each state of the departments' code table.
STATUS_WORDS: dict[str, tuple[str, ...]] = {
    "1": (
        "存续",
        "在营",
        "开业",
        "在册",
        "在业",
        "正常",
        "营业",
        "存活",
        "存续在营开业在册",
        "正常户",
        "登记成立",
        "参保",
    ),
    "2": ("吊销", "吊销未注销", "已吊销", "吊销企业"),
    "3": ("吊销已注销", "吊销后注销"),
    "4": ("注销", "已注销", "注销企业", "清税注销", "注销户", "终止"),
    "5": ("撤销", "撤销登记", "已撤销"),
    "6": ("迁出", "已迁出", "迁移", "跨区迁移", "迁往市外"),
    "9": ("其他", "其它", "停业", "歇业", "非正常", "非正常户", "清算", "未开业", "暂停"),
}
_STATUS = {word: state for state, words in STATUS_WORDS.items() for word in (state, *words)}
_STATUS_NOISE = re.compile(r"[\s()（）\[\]【】,，、;；:：。.\-—/]+")


def status(raw: str) -> str:
    """A registration status as its number: "存续（在营、开业、在册）" → "1", "4注销" → "4". Raises `UnreadableError`."""
    written = _STATUS_NOISE.sub("", plain(raw).removesuffix(".0"))
    if not written:
        return ""
    found = _STATUS.get(written)
    if found is None and re.match(r"^\d[^\d]+$", written):
        found = _STATUS.get(written[1:])
    if found is None:
        raise UnreadableError(f"没有见过的登记状态“{written[:20]}”")
    return found


# First and last division of each section of GB/T 4754-2017.
_SECTIONS = (
    ("A", 1, 5), ("B", 6, 12), ("C", 13, 43), ("D", 44, 46), ("E", 47, 50), ("F", 51, 52), ("G", 53, 60), ("H", 61, 62),
    ("I", 63, 65), ("J", 66, 69), ("K", 70, 70), ("L", 71, 72), ("M", 73, 75), ("N", 76, 79), ("O", 80, 82), ("P", 83, 83),
    ("Q", 84, 85), ("R", 86, 90), ("S", 91, 96), ("T", 97, 97),
)  # fmt: skip
_SECTION_WORDS = (
    ("A", "农林牧渔"), ("B", "采矿"), ("C", "制造"), ("D", "电力热力"), ("E", "建筑"), ("F", "批发"), ("F", "零售"), ("G", "交通运输"),
    ("G", "仓储"), ("H", "住宿"), ("H", "餐饮"), ("I", "信息传输"), ("I", "软件"), ("J", "金融"), ("K", "房地产"), ("L", "租赁"),
    ("L", "商务服务"), ("M", "科学研究"), ("M", "技术服务"), ("N", "水利"), ("N", "公共设施"), ("O", "居民服务"), ("O", "修理"), ("P", "教育"),
    ("Q", "卫生"), ("Q", "社会工作"), ("R", "文化"), ("R", "体育"), ("R", "娱乐"), ("S", "公共管理"), ("S", "社会组织"), ("T", "国际组织"),
)  # fmt: skip
_INDUSTRY_CODE = re.compile(r"(?<![A-Z\d])([A-T]?)(\d{2,4})(?!\d)")


def industry_code(raw: str) -> str:
    """An industry code of GB/T 4754-2017 with its section: "5137", "F5137", "7299.0", "批发 F51" → F5137 … F51."""
    written = plain(raw).upper().replace(" ", "").removesuffix(".0")
    if not written:
        return ""
    match = _INDUSTRY_CODE.search(written)
    if match is None:
        raise UnreadableError(f"看不懂行业代码“{written[:20]}”")
    division = int(match[2][:2])
    for section, first, last in _SECTIONS:
        if first <= division <= last:
            return section + match[2]
    raise UnreadableError(f"国标里没有行业代码“{written[:20]}”")


def industry(raw: str) -> str:
    """The section of GB/T 4754-2017 as a letter: "F", "批发和零售业", "F5137", "5137" → F."""
    written = plain(raw).upper().replace(" ", "").removesuffix(".0")
    if not written:
        return ""
    if re.match(r"^[A-T](?![A-Z])", written):
        return written[0]
    squeezed = re.sub(r"[、，,和与/]", "", written)
    for section, word in _SECTION_WORDS:
        if word in squeezed:
            return section
    return industry_code(raw)[0]


_KIND_WORDS = (
    ("sole_trader", ("个体",)),
    ("social", ("社会团体", "民办非企业", "社会服务机构", "基金会", "社会组织", "社团")),
    ("other", ("机关", "事业单位", "农民专业合作社", "合作社", "代表机构")),
    ("enterprise", ("公司", "企业", "合伙", "独资", "有限责任", "股份", "全民所有", "集体")),
)


def kind(raw: str) -> str:
    """The kind of entity behind a registered type: "有限责任公司(自然人投资或控股)" → enterprise, "个体工商户" → sole_trader."""
    written = plain(raw).replace(" ", "")
    if not written:
        return ""
    for found, words in _KIND_WORDS:
        if any(word in written for word in words):
            return found
    return "other"
