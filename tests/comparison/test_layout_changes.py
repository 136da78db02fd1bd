"""What changed between two headers of one department; and what a layout is recognised by."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coverage.reading import layouts
from coverage.reading.layout_changes import compare

BEFORE = [("统一代码", "code"), ("企业名称", "name"), ("住所", "address"), ("邮编", ""), ("联系电话", "phone")]
columns = st.lists(
    st.tuples(st.text("甲乙丙丁戊己庚辛", min_size=1, max_size=3), st.just("")), unique_by=lambda c: c[0]
)


def test_a_column_more_and_one_less_are_named():
    now = [*BEFORE[:3], ("联系电话", "phone"), ("经营状态", "registration_status")]
    change = compare(BEFORE, now)
    assert change.sentence == "多了“经营状态”，少了“邮编”"
    assert change.lost == ()


def test_another_heading_for_the_same_field_is_a_column_renamed():
    change = compare(BEFORE, [*BEFORE[:4], ("电话号码", "phone")])
    assert change.renamed == (("联系电话", "电话号码"),)
    assert change.sentence == "“联系电话”改成了“电话号码”"


def test_an_unknown_heading_between_the_same_neighbours_that_looks_alike_is_a_column_renamed():
    change = compare(BEFORE, [*BEFORE[:2], ("住所所在", ""), *BEFORE[3:]])
    assert change.renamed == (("住所", "住所所在"),)
    assert change.lost == ("address",)


def test_the_fewest_columns_that_moved_are_named():
    assert compare(BEFORE, [BEFORE[4], *BEFORE[:4]]).moved == ("联系电话",)
    assert compare(BEFORE, [BEFORE[4], *BEFORE[:4]]).sentence == "“联系电话”换了位置"


@given(columns)
def test_nothing_changes_between_a_header_and_itself(before):
    assert not compare(before, before)
    assert compare(before, before).sentence == ""


@given(columns, columns)
def test_every_column_is_accounted_for(before, now):
    change = compare(before, now)
    old, new = {key for key, _ in before}, {key for key, _ in now}
    assert set(change.removed) | {key for key, _ in change.renamed} == old - new
    assert set(change.added) | {key for _, key in change.renamed} == new - old
    assert set(change.moved) <= old & new


@given(st.lists(st.text(max_size=4)), st.randoms())
def test_a_layout_is_named_by_its_headings_in_any_order(row, chance):
    keys = [key for _, key in layouts.column_keys(row)]
    mixed = keys.copy()
    chance.shuffle(mixed)
    assert layouts.fingerprint(keys) == layouts.fingerprint(mixed)
    assert len(keys) == len(set(keys)) or any("#" in cell for cell in row)


def test_a_heading_that_comes_twice_is_told_apart():
    assert layouts.column_keys(["人数", "", "人 数"]) == [(0, "人数"), (2, "人数#2")]


def test_what_a_person_said_of_a_layout_holds_for_it_in_any_order_and_makes_it_a_header():
    keys = ["代号", "牌匾"]
    known = layouts.prepare({}, {layouts.fingerprint(keys): {"代号": "code", "牌匾": "name"}})
    assert layouts.is_header(["牌匾", "代号"], known)
    assert not layouts.is_header(["牌匾", "代号", "又一列"], known)
    found = layouts.understand(["牌匾", "代号"], known, number=1)
    assert (found.is_decided, {column.field: column.index for column in found.columns}) == (
        True,
        {"name": 0, "code": 1},
    )


def test_a_column_without_a_heading_can_be_read_by_its_place():
    known = layouts.prepare({}, {layouts.fingerprint(["代号"]): {"代号": "code", "@2": "name"}})
    found = layouts.understand(["代号", "", ""], known, number=1)
    assert [(column.index, column.field) for column in found.columns] == [(0, "code"), (2, "name")]
