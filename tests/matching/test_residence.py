"""How two addresses relate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.matching.residence import Where, door_keys, parse, relation

ADDRESSES = st.text(alphabet="上海市示例区望桥清波路弄号室幢村东西一二三十12345-A（）", max_size=24)


@given(ADDRESSES, ADDRESSES)
def test_the_relation_of_two_addresses_does_not_depend_on_which_comes_first(one, other):
    assert relation(parse(one), parse(other)) is relation(parse(other), parse(one))


@given(st.text(max_size=60))
def test_any_text_has_door_keys(text):
    short, full = door_keys(text)
    assert full.startswith(short)


@pytest.mark.parametrize(
    ("one", "other", "where"),
    [
        ("上海市示例区望桥路45号3幢201-203室", "望桥路45号202室", Where.SAME),
        ("望桥路45号", "上海市旧例区望桥路四十五号", Where.SAME),
        ("望桥路202-204号", "望桥路２０４号", Where.DOOR),
        ("望桥路45号", "望桥路45号301室", Where.DOOR),
        ("望桥路45号201室", "望桥路45号301室", Where.ROOM),
        ("望桥路100弄5号", "望桥路100弄6号", Where.NEAR),
        ("望桥路", "望桥路45号", Where.LANE),
        ("望桥路45号", "清波路45号", Where.DIFFERS),
        ("望桥东路45号", "望桥西路45号", Where.DIFFERS),
        ("样板工业园区3号楼", "示例区样板工业园区3号楼", Where.ALIKE),
    ],
)
def test_addresses_of_one_door_are_known_as_such(one, other, where):
    found = relation(parse(one), parse(other))
    assert found is where or (where is Where.ALIKE and found is Where.SAME)


def test_what_is_not_written_says_nothing():
    assert relation(parse(""), parse("望桥路45号")) is None
