"""What a firm's name consists of and how two names differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.matching.firm_names import Core, Tail, arabic, difference, parts

NAMES = st.text(alphabet="上海市示例区甲乙丙望桥清波路第一二三分公司有限责任科技贸易（）店支行银1A ", max_size=24)


@given(st.text(max_size=60))
def test_any_text_can_be_taken_apart(text):
    found = parts(text)
    assert parts(found.text).core == found.core


@given(NAMES, NAMES)
def test_the_difference_of_two_names_does_not_depend_on_which_comes_first(one, other):
    there, back = difference(parts(one), parts(other)), difference(parts(other), parts(one))
    assert (there.is_equal, there.place_differs) == (back.is_equal, back.place_differs)
    assert there.core is back.core
    assert there.tail is back.tail


@given(NAMES)
def test_a_name_equals_itself(name):
    assert difference(parts(name), parts(name)).is_equal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("上海甲乙信息科技有限公司", "甲乙（上海）信息科技有限责任公司"),
        ("上海市示例区甲乙面馆", "示例区甲乙面馆"),
        ("上海甲乙信息科技有限公司", "上海甲乙信息科技有限公可"),
        ("上海甲乙信息科技有限公司", "甲乙信息科技"),
        ("上海甲乙合伙企业（有限合伙）", "上海甲乙合伙企业"),
    ],
)
def test_places_forms_and_brackets_around_them_make_no_other_core(one, other):
    assert difference(parts(one), parts(other)).core is Core.SAME


@pytest.mark.parametrize(
    ("one", "other", "core"),
    [
        ("上海鑫源贸易有限公司", "上海鑫元贸易有限公司", Core.SOUND),
        ("上海鑫源贸易有限公司", "上海鑫贸易有限公司", Core.SLIP),
        ("上海甲乙科技有限公司", "上海甲乙信息科技有限公司", Core.SHORTER),
        ("上海己庚商贸有限公司", "上海己庚贸易有限公司", Core.REWORDED),
        ("上海己庚贸易有限公司", "上海己庚科技有限公司", Core.SPLIT),
        ("上海己庚超市东店", "上海己庚超市西店", Core.APART),
        ("上海己庚一号合伙企业", "上海己庚二号合伙企业", Core.APART),
        ("己庚（中国）贸易有限公司", "己庚贸易有限公司", Core.BRACKETS),
    ],
)
def test_what_stands_in_the_core_tells_firms_apart(one, other, core):
    assert difference(parts(one), parts(other)).core is core


@pytest.mark.parametrize(
    ("one", "other", "tail"),
    [
        ("甲乙丙餐饮有限公司第二分公司", "甲乙丙餐饮有限公司二分公司", Tail.SAME),
        ("甲乙丙餐饮有限公司第二分公司", "甲乙丙餐饮有限公司第三分公司", Tail.DIFFERS),
        ("甲乙丙餐饮有限公司望桥路店", "甲乙丙餐饮有限公司清波路店", Tail.DIFFERS),
        ("甲乙丙餐饮有限公司示例东店", "甲乙丙餐饮有限公司示例西店", Tail.DIFFERS),
        ("甲乙丙餐饮有限公司示例区分公司", "甲乙丙餐饮有限公司示例分公司", Tail.SAME),
        ("甲乙丙餐饮有限公司示例第十分公司", "甲乙丙餐饮有限公司第十分公司", Tail.NEAR),
        ("甲乙丙餐饮有限公司望桥路店", "甲乙丙餐饮有限公司", Tail.MISSING),
        ("甲乙丙餐饮有限公司望桥路店", "甲乙丙餐饮望桥路店", Tail.SAME),
        ("甲乙丙餐饮有限公司望桥路店", "甲乙丙餐饮清波路店", Tail.DIFFERS),
        ("甲乙银行股份有限公司上海望桥路支行", "甲乙银行股份有限公司上海市清波路支行", Tail.DIFFERS),
        ("甲乙丙餐饮有限公司", "甲乙丙餐饮有限公司", Tail.NONE),
    ],
)
def test_what_follows_the_legal_person_separates_and_never_resembles(one, other, tail):
    assert difference(parts(one), parts(other)).tail is tail


@given(st.integers(1, 99))
def test_numerals_become_figures(number):
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    written = (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")
    assert arabic(written) == str(number) == arabic(f"{number:03}")
