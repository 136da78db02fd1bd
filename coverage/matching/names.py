"""Names of organisations and people: one written form, brackets, the tail after 公司.

Two names are the same on paper when their canonical forms are equal. Names that are equal only after brackets are
dropped may still belong to two firms, so `loose` finds candidates and never decides.
"""

from __future__ import annotations

import re
import unicodedata

_BLANK = re.compile(r"\s+")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060\u00ad"))
# Brackets, dots and dashes come in a dozen shapes; the registry keeps one of each.
_SHAPES = str.maketrans(
    {"(": "（", ")": "）", "[": "（", "]": "）", "【": "（", "】": "）", "〔": "（", "〕": "）", "〈": "（", "〉": "）"}
    | {"{": "（", "}": "）", "•": "·", "・": "·", "‧": "·", "∙": "·", "●": "·", "—": "-", "–": "-", "－": "-", "‐": "-"}
    | {"“": "", "”": "", '"': "", "'": "", "‘": "", "’": "", "`": ""}
)
# A name that is written so already, as nearly all are: nothing below would change it.
_SETTLED = re.compile(r"[0-9A-Z\u4e00-\u9fff（）()·-]*")
_SETTLED_PERSON = re.compile(r"[\u4e00-\u9fff·]*")
_BRACKETED = re.compile(r"（[^（）]*）")
_EMPTY = frozenset(
    {"", "-", "--", "/", "\\", "N/A", "#N/A", "NULL", "NONE", "NAN", "无", "空", "暂无", "待查", "未知", "\\N"}
)
_MARKS = re.compile(r"[^\w]+")

# What ends the name of a legal person; what follows is a branch, a counter or a warehouse of it.
_BODY = re.compile(r"^(.*(?:公司|集团|事务所|合作社|合伙企业|（普通合伙）|（有限合伙）|（特殊普通合伙）))(.+)$")
_FORM = re.compile(r"^(?:（(?:普通合伙|有限合伙|特殊普通合伙|集团|个人独资)）|\(.*\))$")
_BRANCH = re.compile(
    r"(?:分公司|支公司|分店|门店|分行|支行|分部|分校|分院|分所|办事处|营业部|经营部|营业厅|专柜|专卖店|直营店|旗舰店|服务部"
    r"|代表处|工厂|分厂|仓库|配送中心|项目部|体验店|[东西南北中]?店|厅|部|站|点|柜)$"
)


def canonical(name: str) -> str:
    """One written form: half width, no blanks, full-width brackets, upper case; '' where the cell says nothing."""
    text = name.replace("(", "（").replace(")", "）") if _SETTLED.fullmatch(name) else _settled(name)
    return "" if text in _EMPTY else text


def _settled(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).translate(_INVISIBLE)
    # Composed again at the end: taking a blank out can bring a letter and its accent together.
    return unicodedata.normalize("NFC", _BLANK.sub("", text).upper().translate(_SHAPES))


def loose(name: str) -> str:
    """`canonical` without brackets, their contents and marks: a key for finding candidates, never for deciding."""
    text, before = canonical(name), None
    while before != text:
        before, text = text, _BRACKETED.sub("", text)
    return _MARKS.sub("", text)


def branch_tail(name: str) -> str:
    """What follows the legal person's own name: 甲乙丙贸易有限公司第二分公司 → 第二分公司; '' where nothing does."""
    return tail_of_canonical(canonical(name))


def tail_of_canonical(text: str) -> str:
    """`branch_tail` of a name that is in canonical form already."""
    first = text.find("公司")
    if first >= 0:
        tail = text[first + 2 :]
        # 甲公司控股有限公司 is one legal person, not a branch of 甲公司.
        tail = "" if tail.endswith("公司") and not tail.endswith(("分公司", "支公司")) else tail
    else:
        match = _BODY.match(text)
        tail = match.group(2) if match else ""
    return "" if not tail or _FORM.match(tail) else tail


def reported_under_parent(stored: str, written: str) -> bool:
    """Whether a row with the right code may be a branch reported under its parent's code.

    True when the written name has a tail after 公司 that the stored name does not have: branches are reported under
    the parent's code often enough that such a hit goes to a person.
    """
    tail = branch_tail(written)
    return bool(tail) and tail != branch_tail(stored)


def looks_like_branch(name: str) -> bool:
    """Whether the tail is a branch's by its last word."""
    tail = branch_tail(name)
    return bool(tail) and bool(_BRANCH.search(tail))


def person(name: str) -> str:
    """A person's name in one form; the dot of foreign names is kept, blanks only between Latin words."""
    text = name if _SETTLED_PERSON.fullmatch(name) else _settled_person(name)
    return "" if text.upper() in _EMPTY else text


def _settled_person(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).translate(_INVISIBLE).translate(_SHAPES)
    text = _BLANK.sub(" ", text).strip()
    text = text.upper() if re.search(r"[A-Za-z] [A-Za-z]", text) else text.replace(" ", "")
    return unicodedata.normalize("NFC", text)


def persons_agree(one: str, other: str) -> bool | None:
    """Whether two names may be one person; a masked one (张**) is compared by surname and length. None: unknown."""
    a, b = person(one), person(other)
    if not a or not b:
        return None
    if "*" not in a and "*" not in b:
        return a == b
    return len(a) == len(b) and all(x == y for x, y in zip(a, b, strict=True) if "*" not in (x, y))
