"""A workbook of one of the three lists beside the list as it is kept: new, changed, the same, or in doubt. Pure.

A line is found by its number and a title that is not quite another, or by its title. What is nearly alike is in doubt: a
person says which it is. Nothing ends because a sheet is silent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coverage.matching import values
from coverage.reading.sheet_file import Form

NEW, CHANGED, SAME, DOUBT, DUPLICATE, REFUSED = "new", "changed", "same", "doubt", "duplicate", "refused"
ALIKE, OTHER = 0.6, 0.25  # shares of common pairs of characters: nearly the same title, and another one altogether
MOST = 3
_LEFT_OUT = ("序号", "备注", "状态", "联系人", "联系电话")
_COMMON = {
    "number": ("编号", "需求编号", "资源编号", "项目编号"),
    "title": ("名称", "需求", "需求名称", "资源", "资源名称", "项目", "项目名称", "内容"),
    "words": ("说明", "描述", "具体内容", "需求说明", "服务内容", "简介"),
    "category": ("类别", "类型", "分类"),
    "audiences": ("对象", "服务对象", "面向人群", "适合人群"),
    "capacity": ("人数", "规模", "可服务人数", "容纳人数"),
    "area": ("网格", "所属网格"),
    "since": ("从哪天", "开始日期", "起始日期"),
    "until": ("到哪天", "结束日期", "截止日期"),
}
_OWN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "need": {"raiser": ("谁提的", "提出单位", "需求单位", "提出人"), "raised_on": ("提出日期", "提出时间", "登记日期")},
    "resource": {
        "provider": ("供给方", "提供单位", "资源单位", "单位"), "location": ("在哪里", "地点", "地址"), "is_door": ("上门", "可上门", "能否上门"),
    },
    "project": {
        "provider": ("谁来办", "承办单位", "实施单位", "单位"), "location": ("在哪里", "地点", "地址"), "leader": ("领跑书记", "牵头书记"),
        "series": ("系列", "所属系列"), "is_door": ("上门", "可上门"),
    },
}  # fmt: skip
NOUNS = {"need": "需求", "resource": "资源", "project": "项目"}
FORMS: Mapping[str, Form] = {
    kind: Form(
        {**_COMMON, **own},
        _LEFT_OUT,
        ("title",),
        f"没有认出表头。表头要有“名称”“类别”这几列，用空白{NOUNS[kind]}表填最省事",
    )
    for kind, own in _OWN.items()
}
CATEGORIES = {
    "组织生活": "life", "党建": "life", "课程实训": "course", "课程": "course", "培训": "course", "政策法律": "policy", "政策": "policy",
    "法律": "policy", "健康": "health", "医疗": "health", "关爱服务": "care", "关爱": "care", "便民": "care", "文体活动": "culture",
    "文体": "culture", "文化": "culture", "场地设施": "space", "场地": "space", "空间": "space",
}  # fmt: skip
AUDIENCES = {
    "党员": "member", "商户": "shop", "小店": "shop", "企业职工": "staff", "职工": "staff", "白领": "staff", "骑手快递员": "rider",
    "骑手": "rider", "快递员": "rider", "外卖员": "rider", "网络主播": "streamer", "主播": "streamer", "居民": "resident",
}  # fmt: skip
ANYBODY = frozenset({"", "不限", "所有人", "全体", "-"})
_DOOR = {
    "是": True,
    "可以": True,
    "能": True,
    "可上门": True,
    "√": True,
    "否": False,
    "不": False,
    "不上门": False,
    "": False,
}
_SPLIT = str.maketrans(dict.fromkeys("，,；;/ 和及", "、"))


@dataclass(frozen=True, slots=True)
class Said:
    """A row of the sheet, read: values by field, only those that the sheet says. `area` and `series` are names still."""

    line: int
    number: int | None
    values: Mapping[str, Any]
    problem: str = ""

    @property
    def title(self) -> str:
        return str(self.values.get("title", ""))


@dataclass(frozen=True, slots=True)
class Held:
    """A line as it is kept, with the values of the same fields."""

    key: str
    number: int
    title: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a row comes to. `fields` differ; `candidates` are the lines that it may be."""

    kind: str
    said: Said
    held: Held | None = None
    fields: tuple[str, ...] = ()
    candidates: tuple[Held, ...] = field(default=())
    reason: str = ""


def read_row(line: int, cells: Mapping[str, str], today: dt.date) -> Said:
    """A row as `Said`; `problem` is a sentence where it cannot be taken."""
    found: dict[str, Any] = {}
    problems: list[str] = []
    for name, text in cells.items():
        said = text.strip()
        if name == "number" or (not said and name not in {"words"}):
            continue
        try:
            found[name] = _value(name, said)
        except (ValueError, values.UnreadableError) as unread:
            problems.append(str(unread))
    if not found.get("title"):
        problems.insert(0, "没有写名称")
    elif len(str(found["title"])) < 3:
        problems.insert(0, "名称至少 3 个字")
    if isinstance(found.get("raised_on"), dt.date) and found["raised_on"] > today:
        problems.append("提出日期在今天以后")
    since, until = found.get("since"), found.get("until")
    if since and until and until < since:
        problems.append("结束日期早于开始日期")
    number = cells.get("number", "").strip().lstrip("0")
    return Said(line, int(number) if number.isdecimal() and len(number) < 6 else None, found, "；".join(problems[:2]))


def _value(name: str, said: str) -> Any:
    """A cell as the value of its field. Raises `ValueError` with a sentence."""
    if name == "category":
        if said not in CATEGORIES:
            raise ValueError(
                f"不认识的类别“{said[:12]}”，写组织生活、课程实训、政策法律、健康、关爱服务、文体活动或场地设施"
            )
        return CATEGORIES[said]
    if name == "audiences":
        return _audiences(said)
    if name == "capacity":
        digits = said.rstrip("人名个约左右").lstrip("约")
        if not digits.isdecimal() or not 0 < int(digits) < 10_000:
            raise ValueError(f"人数“{said[:8]}”读不出来")
        return int(digits)
    if name in {"since", "until", "raised_on"}:
        return values.read_date(said)
    if name == "is_door":
        if said not in _DOOR:
            raise ValueError(f"上门写“是”或“否”，现在是“{said[:6]}”")
        return _DOOR[said]
    longest = {"title": 60, "words": 400, "leader": 30}.get(name, 60)
    return said[:longest]


def _audiences(said: str) -> list[str]:
    found = []
    for word in said.translate(_SPLIT).split("、"):
        if word in ANYBODY:
            continue
        if word not in AUDIENCES:
            raise ValueError(f"不认识的对象“{word[:8]}”，写党员、商户、企业职工、骑手快递员、网络主播、居民或不限")
        found.append(AUDIENCES[word])
    return list(dict.fromkeys(found))


def compare(rows: Iterable[Said], held: Sequence[Held]) -> list[Finding]:
    """What each row comes to, in the order of the sheet; a second row for the same line is a duplicate."""
    by_number = {row.number: row for row in held}
    by_title = {row.title: row for row in held}
    taken: set[str] = set()
    found = []
    for said in rows:
        finding = _one(said, by_number, by_title, held)
        key = finding.held.key if finding.held else f"new {said.title}"
        if finding.kind in {NEW, CHANGED, SAME} and key in taken:
            finding = Finding(DUPLICATE, said, finding.held, reason="表里前面已经有这一条")
        elif finding.kind in {NEW, CHANGED, SAME}:
            taken.add(key)
        found.append(finding)
    return found


def _one(said: Said, by_number: Mapping[int, Held], by_title: Mapping[str, Held], held: Sequence[Held]) -> Finding:
    if said.problem:
        return Finding(REFUSED, said, reason=said.problem)
    exact = by_title.get(said.title)
    numbered = by_number.get(said.number) if said.number else None
    if exact is not None and numbered is not None and exact is not numbered:
        return Finding(DOUBT, said, candidates=(exact, numbered), reason="编号和名称各指一条")
    if exact is not None:
        return beside(said, exact)
    if numbered is not None and alike(said.title, numbered.title) > OTHER:
        return beside(said, numbered)
    near = sorted((row for row in held if alike(said.title, row.title) >= ALIKE), key=lambda row: row.number)[:MOST]
    if numbered is not None:
        return Finding(
            DOUBT, said, candidates=(numbered, *near)[:MOST], reason=f"编号 {said.number} 现在是“{numbered.title}”"
        )
    if near:
        return Finding(DOUBT, said, candidates=tuple(near), reason=f"和“{near[0].title}”很像")
    return _new(said)


def _new(said: Said) -> Finding:
    missing = "没有写类别" if "category" not in said.values else ""
    return Finding(REFUSED if missing else NEW, said, reason=missing)


def as_new(said: Said) -> Finding:
    """A doubtful row that is somebody's new line after all."""
    return _new(said)


def beside(said: Said, row: Held) -> Finding:
    """A row that is this line: what it says otherwise. What the sheet leaves out stays."""
    fields = tuple(name for name, value in said.values.items() if row.values.get(name) != value)
    return Finding(CHANGED if fields else SAME, said, row, fields)


def alike(one: str, other: str) -> float:
    """How many pairs of characters two titles share, from 0 to 1.

    >>> alike("燃气怎么用", "燃气怎么用")
    1.0
    """
    a, b = _pairs(one), _pairs(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else float(one == other)


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
