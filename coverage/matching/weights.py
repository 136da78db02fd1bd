"""What each thing compared is worth: one table, in natural logarithms of odds. Pure.

The score of a candidate is 1 / (1 + e^-total) where total is BASE and the worth of all that was found, shared out among
the candidates of one row (see `linker`). A worth of +2.3 makes "the same" ten times likelier, one of -2.3 ten times less.
`by rarity` means: times ln(N / bearers) / 10, so that an address of 155 firms is worth half of one that stands alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FOR, AGAINST, SILENT = "for", "against", "silent"

BASE = "base"


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that comparing can find. `sign` is what its worth may be: +1 for, -1 against, 0 either."""

    key: str
    worth: float
    sign: int
    sentence: str
    by_rarity: bool = False


FEATURES: tuple[Feature, ...] = (
    Feature(BASE, -3.3, 0, ""),
    # Identifiers. At most one of these holds.
    Feature("code_same", 11.0, 1, "统一代码相同"),
    Feature("code_parent", 2.8, 0, "代码相同或相近，名称却像它的分支机构：{name}"),
    Feature("code_body", 9.9, 1, "代码里的组织机构代码相同"),
    Feature("code_slip", 9.9, 1, "{slip}"),
    Feature("code_near", 5.5, 1, "代码只差两处"),
    Feature("number_same", 9.9, 1, "旧注册号相同"),
    Feature("code_differs", -3.9, -1, "统一代码不同：{code}"),
    Feature("code_taken", -1.1, -1, "写下的代码在名册里是另一家的"),
    Feature("code_unlike", -2.5, -1, "写下的代码和它不像：{code}"),
    # The name's core: at most one holds, beside what the shared characters are worth.
    Feature("name_same", 4.6, 1, "名称相同"),
    Feature("name_core", 1.4, 1, "名称只差地名、括号或“有限公司”等字样"),
    Feature("name_brackets", 0.0, 0, "名称只差括号里的字：{name}"),
    Feature("name_typo", 2.8, 0, "名称里一个常见的词写错了一个字：{name}"),
    Feature("name_sound", 1.5, 0, "名称只差一个同音字：{name}"),
    Feature("name_slip", -0.4, 0, "名称只差一个字：{name}"),
    Feature("name_reworded", -1.8, 0, "名称换了一个相近的词：{name}"),
    Feature("name_shorter", -0.7, 0, "名称一长一短：{name}"),
    Feature("name_split", -5.8, -1, "名称各有不同的词：{name}"),
    Feature("name_apart", -5.0, -1, "名称差在序号或方位：{name}"),
    Feature("name_shared", 1.0, 1, "相同的字少见", by_rarity=True),
    Feature("place_differs", -1.1, -1, "名称里的地名不同"),
    # What follows the legal person's name.
    Feature("tail_same", 1.3, 1, "分支名称“{tail}”相同"),
    Feature("tail_near", -1.3, -1, "分支名称相近：{name}"),
    Feature("tail_missing", -6.6, -1, "一个是分支机构，一个不是：{name}"),
    Feature("tail_differs", -7.5, -1, "是另一家分支：{name}"),
    # Address.
    Feature("address_same", 5.1, 1, "地址相同", by_rarity=True),
    Feature("address_door", 3.5, 1, "同一门牌：{door}", by_rarity=True),
    Feature("address_room", -0.7, 0, "同一门牌，室号不同：{address}"),
    Feature("address_lane", 2.0, 1, "同一条路或弄：{address}"),
    Feature("address_alike", 2.3, 1, "地址写法相近：{address}"),
    Feature("address_near", -1.3, -1, "同一条路，门牌不同：{address}"),
    Feature("address_differs", -2.2, -1, "地址不同：{address}"),
    # The legal representative.
    Feature("person_same", 2.6, 1, "法定代表人同为{person}", by_rarity=True),
    Feature("person_masked", 2.2, 1, "法定代表人的姓和字数相符：{person}"),
    Feature("person_near", 1.1, 1, "法定代表人的名字只差一个字：{person}"),
    Feature("person_differs", -2.2, -1, "法定代表人不同：{person}"),
    # Telephone and founding date, where both sides have them.
    Feature("phone_same", 3.9, 1, "电话相同", by_rarity=True),
    Feature("phone_differs", -0.7, -1, "电话不同"),
    Feature("founded_same", 3.3, 1, "成立日期相同", by_rarity=True),
    Feature("founded_differs", -2.8, -1, "成立日期不同：{founded}"),
)
KEYS: tuple[str, ...] = tuple(feature.key for feature in FEATURES)
BY_KEY: dict[str, Feature] = {feature.key: feature for feature in FEATURES}

Weights = Mapping[str, float]
BUILT_IN: Weights = {feature.key: feature.worth for feature in FEATURES}
