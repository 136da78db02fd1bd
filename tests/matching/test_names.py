"""Names of organisations and people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.matching import names


@given(st.text(max_size=40))
def test_the_canonical_form_is_stable(text):
    once = names.canonical(text)
    assert names.canonical(once) == once
    assert names.person(names.person(text)) == names.person(text)
    names.loose(text), names.branch_tail(text)


@pytest.mark.parametrize(
    "written",
    [
        "甲乙丙贸易（示例）有限公司",
        "甲乙丙贸易(示例)有限公司",
        " 甲乙丙 贸易【示例】有限公司\u200b",
        "甲乙丙贸易〔示例〕有限公司\n",
    ],
)
def test_brackets_and_blanks_do_not_make_another_name(written):
    assert names.canonical(written) == "甲乙丙贸易（示例）有限公司"


@pytest.mark.parametrize("written", ["-", "N/A", "无", "　", "null"])
def test_words_for_nothing_are_nothing(written):
    assert names.canonical(written) == ""


def test_the_loose_form_drops_brackets_with_what_they_hold():
    assert names.loose("甲乙丙贸易（示例）有限公司") == names.loose("甲乙丙贸易有限公司")
    assert names.loose("甲·乙「丙」") == "甲乙丙"


@pytest.mark.parametrize(
    ("name", "tail"),
    [
        ("甲乙丙贸易有限公司", ""),
        ("甲乙丙贸易有限公司第二分公司", "第二分公司"),
        ("甲乙丙贸易（示例）有限公司望桥路店", "望桥路店"),
        ("甲乙丙集团有限公司", ""),
        ("子丑律师事务所示例分所", "示例分所"),
        ("子丑企业管理中心（有限合伙）", ""),
        ("寅卯银行股份有限公司示例清波路支行", "示例清波路支行"),
        ("望桥面馆", ""),
    ],
)
def test_the_tail_after_the_legal_persons_own_name(name, tail):
    assert names.branch_tail(name) == tail


def test_a_branch_under_its_parents_code_is_suspected_only_where_the_tails_differ():
    parent = "甲乙丙贸易有限公司"
    assert names.reported_under_parent(parent, "甲乙丙贸易有限公司第二分公司")
    assert names.reported_under_parent("甲乙丙贸易有限公司第一分公司", "甲乙丙贸易有限公司第二分公司")
    assert not names.reported_under_parent("甲乙丙贸易有限公司第二分公司", "甲乙丙贸易有限公司第二分公司")
    assert not names.reported_under_parent(parent, "丁戊己贸易有限公司")


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("吴己六", "吴己六 ", True),
        ("吴**", "吴己六", True),
        ("吴*", "吴己六", False),
        ("孙**", "吴己六", False),
        ("吴己六", "吴己七", False),
        ("", "吴己六", None),
        ("无", "吴己六", None),
        ("JOHN DOE", "John Doe", True),
    ],
)
def test_whether_two_names_may_be_one_person(one, other, agree):
    assert names.persons_agree(one, other) is agree


@given(st.text(alphabet="甲乙丙公司（）()[]·•-—－ＡAaé\u0301 \u200b0９#/无", max_size=12))
def test_the_short_way_for_ordinary_names_leads_to_the_same_place(text):
    settled = names._settled(text)
    assert names.canonical(text) == ("" if settled in names._EMPTY else settled)
    person = names._settled_person(text)
    assert names.person(text) == ("" if person.upper() in names._EMPTY else person)
