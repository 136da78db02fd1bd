"""What a firm's name consists of, and how two names differ. Pure.

上海 | 甲乙（集团） | 信息科技 | 有限公司 | 望桥路第二分公司: place, core, form, tail. Place and form come and go between
departments and say little; what stands in the core and in the tail tells firms apart. A tail is never dropped without
being kept as a part of its own, and ordinals, directions, roads and districts in it separate, however alike the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from coverage.matching import names, pinyin

_NUMERALS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3}
_SITES = "分公司|支公司|分店|号店|店|营业部|经营部|门市部|分部|部|分厂|厂|分所|所|分院|院|分校|校|站|仓库|库|队|中心|分行|支行|柜|园|食堂|餐厅"
_ORDINAL = re.compile(
    rf"第([零〇一二两三四五六七八九十壹贰叁]+|\d+)|([一二三四五六七八九十]+|\d+)(?=号?(?:{_SITES})(?:$|[（第]))"
)
_FIGURES = re.compile(r"\d+|[A-Z]+")
_SAME_WORDS = (("有限责任公司", "有限公司"), ("上海市", "上海"))
# 有限公司 with one character wrong, lost or moved: it would otherwise hide where the name ends and the tail begins.
_MISTYPED_FORM = re.compile(
    r"有限公[^司]|有限[^公]司|有[^限]公司|限有公司|有公限司|有限司公|(?<!有)限公司|有限公$|有限司|有限公公司|有有限公司|有限限公司|有限公司司"
)
_BRACKETED = re.compile(r"（([^（）]*)）")
_CITIES = "上海|沪|北京|天津|重庆|深圳|广州|杭州|南京|苏州|宁波|无锡|成都|武汉|江苏|浙江|安徽|广东|福建|山东|香港"
_PLACE = re.compile(
    rf"^(?P<city>{_CITIES}|[\u4e00-\u9fff]{{2,3}}市)?"
    r"(?P<district>[\u4e00-\u9fff]{2}(?:新区|区|县)|[\u4e00-\u9fff]{1}县)?"
    r"(?P<town>[\u4e00-\u9fff]{2,5}?(?:街道|镇|乡))?(?=.{2})"
)
_FORM = re.compile(
    r"(?:股份有限公司|有限公司|集团公司|(?<![分支])公司|集团|合伙企业|个人独资企业|有限合伙|有限责任|有限)$"
)
_FORM_MARKS = frozenset({"有限合伙", "普通合伙", "特殊普通合伙", "个人独资", "个体工商户", "个体"})
_GENERIC = re.compile(
    r"分公司|支公司|分店|门店|专卖店|直营店|旗舰店|便利店|店|营业部|经营部|门市部|营业厅|服务部|办事处|分行|支行|分部|分所|分院|分校|上海|[第区路]"
)
SEPARATING = frozenset("东南西北中上下前后左右新老大小内外零一二三四五六七八九十甲乙丙丁ABCDEFGH0123456789")


class Core(StrEnum):
    """How the cores of two names differ."""

    SAME = "same"
    BRACKETS = "brackets"  # only what stands in brackets differs
    SOUND = "sound"  # one character, read alike
    SLIP = "slip"  # one character wrong, lost or too many, or two swapped
    REWORDED = "reworded"  # one word in place of another that shares a character: 商贸, 贸易
    SHORTER = "shorter"  # one leaves words out
    SPLIT = "split"  # each has words the other lacks
    APART = "apart"  # an ordinal, a direction, a figure differs


class Tail(StrEnum):
    """How what follows the legal person's name differs."""

    NONE = "none"
    SAME = "same"
    NEAR = "near"
    MISSING = "missing"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name taken apart; `whole` is core and tail, for finding what two names share."""

    text: str
    core: str
    form: str
    tail: str
    place: str
    marks: frozenset[str]
    tail_key: str
    figures: tuple[str, ...]

    @property
    def whole(self) -> str:
        return self.core + self.tail


def arabic(numeral: str) -> str:
    """二 → 2, 十二 → 12, 二十 → 20; figures stay."""
    if numeral.isdigit():
        return str(int(numeral))
    if "十" not in numeral:
        return str(int("".join(str(_NUMERALS[c]) for c in numeral)))
    tens, _, ones = numeral.partition("十")
    return str((_NUMERALS.get(tens, 1) if tens else 1) * 10 + (_NUMERALS.get(ones[:1], 0) if ones else 0))


def _counted(text: str) -> str:
    """Ordinals as figures: 第二分公司 and 二分公司 become 第2分公司."""
    return _ORDINAL.sub(lambda match: f"第{arabic(match[1] or match[2])}", text)


def parts(name: str) -> NameParts:
    """The parts of a name as written; every part is '' where it is not written."""
    text = names.canonical(name)
    for written, same in _SAME_WORDS:
        if written in text:
            text = text.replace(written, same)
    if "限" in text and ("有限公司" not in text or "有限公司司" in text or "有有限" in text):
        text = _MISTYPED_FORM.sub("有限公司", text, count=1)
    return of_canonical(text)


def of_canonical(text: str) -> NameParts:
    """`parts` of a name in canonical form with 有限责任公司 and 上海市 already shortened."""
    tail = names.tail_of_canonical(text)
    head = text[: len(text) - len(tail)] if tail else text
    marks: list[str] = []
    while "（" in head and (match := _BRACKETED.search(head)):
        marks.append(match[1])
        head = head[: match.start()] + head[match.end() :]
    place = ""
    if match := _PLACE.match(head):
        place, head = match["city"] or "", head[match.end() :]
    form = ""
    if (match := _FORM.search(head)) and match.start():
        form, head = match[0], head[: match.start()]
    for mark in marks:
        if mark in {"上海", "中国上海"}:
            place = place or "上海"
    tail = _counted(_BRACKETED.sub("", tail)) if tail else ""
    core = _counted(head)
    kept = frozenset(marks) - _FORM_MARKS - {"上海", "中国上海"}
    figures = tuple(_FIGURES.findall(core)) if not core.isalpha() or core.isascii() else ()
    return NameParts(text, core, form, tail, place, kept, _GENERIC.sub("", tail), figures)


@dataclass(frozen=True, slots=True)
class NameDifference:
    """How two names differ: core, tail, and what stands on each side of the difference in the core."""

    core: Core
    tail: Tail
    is_equal: bool
    brand_differs: bool = False
    place_differs: bool = False
    ours: str = ""
    theirs: str = ""


def _trimmed(one: str, other: str) -> tuple[str, str, int]:
    """What is left of two texts without their common beginning and end, and how long the beginning was."""
    head, shortest = 0, min(len(one), len(other))
    while head < shortest and one[head] == other[head]:
        head += 1
    end = 0
    while end < shortest - head and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[head : len(one) - end], other[head : len(other) - end], head


def _within(short: str, long: str) -> bool:
    """Whether the characters of one occur in the other in the same order."""
    rest = iter(long)
    return all(character in rest for character in short)


def _same_sound(one: str, other: str) -> bool:
    return pinyin.reading(one) == pinyin.reading(other)


def _core(one: NameParts, other: NameParts) -> tuple[Core, bool, str, str]:
    """How two cores differ, whether the difference stands at the beginning, and the two differing stretches."""
    if one.core == other.core:
        return (Core.SAME if one.marks == other.marks else Core.BRACKETS), False, "", ""
    a, b, head = _trimmed(one.core, other.core)
    at_start = head < 2
    if one.figures != other.figures or (a + b and set(a + b) <= SEPARATING and len(a) < 3 and len(b) < 3):
        return Core.APART, at_start, a, b
    if len(a) == len(b) == 1:
        return (Core.SOUND if _same_sound(a, b) else Core.SLIP), at_start, a, b
    if len(a) + len(b) == 1 or (len(a) == len(b) == 2 and a == b[::-1]):
        return Core.SLIP, at_start, a, b
    short, long = sorted((a, b), key=len)
    if _within(short, long) and min(len(one.core), len(other.core)) >= 2:
        return Core.SHORTER, at_start and not short, a, b
    if not at_start and len(long) <= 3 and set(a) & set(b):
        return Core.REWORDED, False, a, b
    return Core.SPLIT, at_start, a, b


def _tail(one: NameParts, other: NameParts) -> Tail:
    if not one.tail and not other.tail:
        return Tail.NONE
    if not one.tail or not other.tail:
        return Tail.MISSING
    if one.tail == other.tail:
        return Tail.SAME
    a, b = one.tail_key, other.tail_key
    if a == b:
        return Tail.SAME if a else Tail.NEAR
    if not a or not b:
        return Tail.MISSING
    left, right, _ = _trimmed(a, b)
    if not re.search(r"\d", left + right):
        if (not left or not right) and min(len(a), len(b)) >= 2 and not set(left + right) & SEPARATING:
            return Tail.NEAR
        if (
            len(left) == len(right) == 1
            and len(a) >= 3
            and not {left, right} <= SEPARATING
            and _same_sound(left, right)
        ):
            return Tail.NEAR
    return Tail.DIFFERS


_SITE_END = re.compile(rf"(?:{_SITES}|办事处|代表处|专柜|厅|点)$")


def _split_alike(one: NameParts, other: NameParts) -> NameParts | None:
    """`other` with the tail that hides in its core, where it begins with the core of `one` or ends with its tail.

    A department that leaves out 有限公司 (甲乙火锅望桥路店) leaves out what says where the tail begins.
    """
    if other.tail:
        return None
    core = other.core
    if one.tail_key and len(one.tail_key) >= 2 and 2 <= core.find(one.tail_key) <= len(one.core) + 2:
        head = core[: core.index(one.tail_key)]
    elif len(one.core) >= 3 and core.startswith(one.core) and _SITE_END.search(core):
        head = one.core
    else:
        return None
    tail = core[len(head) :]
    if not tail:
        return None
    return NameParts(other.text, head, other.form, tail, other.place, other.marks, _GENERIC.sub("", tail), one.figures)


def difference(one: NameParts, other: NameParts) -> NameDifference:
    """How two names differ; symmetric but for the order of the two stretches."""
    if one.text == other.text:
        return NameDifference(Core.SAME, Tail.SAME if one.tail else Tail.NONE, True)
    tail = _tail(one, other)
    if tail in {Tail.MISSING, Tail.NONE}:
        if split := _split_alike(one, other):
            other, tail = split, _tail(one, split)
        elif split := _split_alike(other, one):
            one, tail = split, _tail(split, other)
    core, at_start, a, b = _core(one, other)
    elsewhere = bool(one.place and other.place and one.place != other.place)
    return NameDifference(core, tail, False, at_start, elsewhere, a, b)
