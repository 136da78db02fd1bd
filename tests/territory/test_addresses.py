"""Addresses as Shanghai writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shimen.territory import addresses


@given(st.text(max_size=60))
def test_the_canonical_form_is_stable_and_nothing_breaks_it(text):
    once = addresses.canonical(text)
    assert addresses.canonical(once) == once
    addresses.parse(text)


@given(
    st.sampled_from(["望桥路", "清波路", "中山东一路", "三门路", "石门二路", "云台大道"]),
    st.integers(1, 2000), st.integers(0, 400), st.integers(0, 3000),
    st.sampled_from(["", "上海市", "上海市示例区", "示例区", "上海市示例区石门二路街道", "中国（上海）自由贸易试验区"]),
)  # fmt: skip
def test_the_lead_and_the_notation_do_not_change_the_key(road, number, lane, room, lead):
    middle = f"{lane}弄" if lane else ""
    end = f"{room}室" if room else ""
    plain = f"{road}{middle}{number}号{end}"
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in plain)
    for written in (plain, f"{lead}{plain}", f"{lead} {plain}（近路口）", wide, plain.replace("号", " 号 ")):
        assert addresses.parse(written).key == plain
        assert addresses.canonical(written) == plain


@pytest.mark.parametrize(
    ("written", "canonical", "key"),
    [
        ("望桥路 88 号甲", "望桥路88号甲", "望桥路88号甲"),
        ("望桥路88甲号", "望桥路88号甲", "望桥路88号甲"),
        ("清波路 120 弄 7 号 3 楼", "清波路120弄7号3层", "清波路120弄7号"),
        ("望桥路一百二十弄七号三楼", "望桥路120弄7号3层", "望桥路120弄7号"),
        ("望桥路202－204号", "望桥路202-204号", "望桥路202-204号"),
        ("云台路12弄3号502室", "云台路12弄3号502室", "云台路12弄3号502室"),
        ("上海市崇明县城桥镇三沙洪路89号6幢110室", "三沙洪路89号6幢110室", "三沙洪路89号110室"),
        ("上海路1号", "上海路1号", "上海路1号"),
        ("海湾旅游区某处", "某处", ""),
        ("无", "", ""),
        ("N/A", "", ""),
    ],
)
def test_addresses_as_they_are_written(written, canonical, key):
    assert addresses.canonical(written) == canonical
    assert addresses.parse(written).key == key


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("七", 7), ("十", 10), ("十二", 12), ("二十", 20), ("一百二十", 120), ("二〇三", 203), ("一百零八", 108)],
)
def test_chinese_numerals(numeral, value):
    assert addresses.arabic(numeral) == value


def test_parts_are_told_apart():
    found = addresses.parse("上海市示例区石门二路街道望桥路100弄2支弄8号3幢5层501室")
    parts = (
        found.district,
        found.town,
        found.road,
        found.lane,
        found.sublane,
        found.number,
        found.building,
        found.floor,
        found.room,
    )
    assert parts == ("示例区", "石门二路街道", "望桥路", "100", "2", "8", "3", "5", "501")


@given(st.text(alphabet="望桥路弄号室层楼幢F甲乙一二十百0123456789-－—（）().,、 ～区间单元ABx", max_size=14))
def test_the_short_way_for_ordinary_addresses_leads_to_the_same_place(text):
    plain = addresses._plain(text)
    assert addresses._body(plain) == addresses._settled_body(plain)


@given(st.text(alphabet="望桥路弄号室上海市自由贸易0123456789-－—（）() ～Aaé\u0301\u200bＢ", max_size=14))
def test_the_short_way_for_addresses_in_plain_writing_leads_to_the_same_place(text):
    composed = addresses._composed(text)
    assert addresses._plain(text) == ("" if composed in addresses._EMPTY else composed)
