"""What a list of people can speak of: its fields, the headings seen so far, and what is never read. Pure."""

from __future__ import annotations

from coverage.reading import fields, layouts

PERSON, PHONE, POST, WITHHELD = "person", "phone", "post", "withheld"
EMPLOYER = frozenset({fields.CODE, fields.OLD_NUMBER, "name"})
STAGED = (fields.CODE, fields.OLD_NUMBER, "name", PERSON, PHONE, POST)
TITLES = {
    PERSON: "姓名",
    "name": "单位名称",
    fields.CODE: "单位统一代码",
    fields.OLD_NUMBER: "单位旧注册号",
    PHONE: "电话",
    POST: "岗位",
    WITHHELD: "名册不收（证件号、生日等）",
}
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


def missing(found: set[str]) -> str:
    """A sentence about a field without which nobody can be told apart, '' where all is there."""
    if PERSON not in found:
        return "没有认出“姓名”，不知道是谁"
    if not found & EMPLOYER:
        return "没有认出“单位名称”，也没有认出单位的统一代码，不知道是哪家的人"
    return ""
