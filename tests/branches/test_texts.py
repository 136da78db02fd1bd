"""Comparing two texts, finding words, certificate numbers: what holds whatever the text is."""

from __future__ import annotations

import uuid

from hypothesis import given, settings
from hypothesis import strategies as st

from branches.texts import comparing, finding, numbers

TEXTS = st.text(alphabet="党员支部手册示例abc 12\n，。", max_size=60)
ANY = st.text(max_size=80)


def _joined(runs, *kinds: comparing.Kind) -> str:
    return "".join(run.text for run in runs if run.kind in kinds)


@given(ANY, ANY)
def test_the_runs_of_a_difference_are_the_two_texts(old: str, new: str):
    runs = comparing.runs(old, new)
    assert _joined(runs, comparing.Kind.SAME, comparing.Kind.REMOVED) == old
    assert _joined(runs, comparing.Kind.SAME, comparing.Kind.ADDED) == new


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str):
    assert {run.kind for run in comparing.runs(text, text)} <= {comparing.Kind.SAME}


def _section(number: int, title: str = "标题", body: str = "正文") -> comparing.Section:
    return comparing.Section(uuid.UUID(int=number), str(number), title, body)


_NUMBERS = st.lists(st.integers(1, 12), unique=True, max_size=10)


@given(_NUMBERS, _NUMBERS)
def test_every_section_of_either_version_is_named_once(old: list[int], new: list[int]):
    changes = comparing.compare([_section(n) for n in old], [_section(n) for n in new])
    keys = [(change.new or change.old).key.int for change in changes]
    assert sorted(keys) == sorted({*old, *new})
    assert [change.new.key.int for change in changes if change.new] == new
    assert sum(comparing.counts(changes).values()) == len(changes)


@given(st.permutations(range(1, 7)))
def test_only_what_left_its_place_has_moved(order: list[int]):
    changes = comparing.compare([_section(n) for n in range(1, 7)], [_section(n) for n in order])
    stayed = [change.new.key.int for change in changes if not change.has_moved]
    assert stayed == sorted(stayed)
    assert len(stayed) >= 1


def test_a_renamed_section_is_a_changed_one():
    [change] = comparing.compare([_section(1, "入党")], [_section(1, "发展党员")])
    assert change.kind is comparing.Kind.CHANGED
    assert _joined(change.title, comparing.Kind.REMOVED) == "入"
    assert _joined(change.title, comparing.Kind.SAME, comparing.Kind.ADDED) == "发展党员"


def test_what_was_taken_out_stands_where_it_stood():
    changes = comparing.compare([_section(1), _section(2), _section(3)], [_section(1), _section(3)])
    assert [(change.kind.value, (change.new or change.old).key.int) for change in changes] == [
        ("same", 1),
        ("removed", 2),
        ("same", 3),
    ]


def test_texts_of_a_book_s_length_are_compared_by_line():
    old = "\n".join(f"第{n}行，示例文字" for n in range(2000))
    new = old.replace("第7行", "第七行")
    runs = comparing.runs(old, new)
    assert _joined(runs, comparing.Kind.REMOVED).startswith("第7行")
    assert _joined(runs, comparing.Kind.SAME, comparing.Kind.ADDED) == new


@given(ANY, st.lists(ANY, max_size=4))
def test_the_pieces_of_a_marked_text_are_the_text(text: str, typed: list[str]):
    pieces = finding.marked(text, finding.words(" ".join(typed)))
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)


@given(TEXTS, st.integers(0, 40), st.integers(1, 6))
def test_what_stands_in_a_text_is_found_and_shown(text: str, start: int, length: int):
    flat = " ".join(text.split())
    sought = finding.words(flat[start : start + length])
    pieces = finding.snippet(text, sought)
    shown = "".join(piece.text for piece in pieces)
    assert shown.strip("…") in flat
    if sought:
        assert any(piece.is_hit for piece in pieces)


@given(st.text(alphabet="党员发展支部", min_size=200, max_size=400))
def test_a_snippet_is_short(text: str):
    pieces = finding.snippet(text, ["党员"])
    assert len("".join(piece.text for piece in pieces)) <= 4 * finding.AROUND + 6


def test_a_word_in_other_shapes_is_the_same_word():
    assert finding.words("ＡＢ  ab 党员") == ["ab", "党员"]
    assert [piece.text for piece in finding.marked("学习ABC", ["abc"]) if piece.is_hit] == ["ABC"]


def test_a_title_weighs_more_than_many_words_in_the_text():
    named = finding.weight("发展党员", "", ["党员"])
    told = finding.weight("支部", "党员" * 9, ["党员"])
    assert sorted([told, named])[0] == named


SIGNS = st.text(alphabet=numbers.ALPHABET, min_size=8, max_size=8)


@given(st.integers(2020, 2099), SIGNS)
def test_a_number_is_read_however_it_is_typed(year: int, signs: str):
    number = numbers.number(year, signs)
    assert numbers.tidy(f" {number.lower().replace('-', ' ')} ") == number


@settings(max_examples=60)
@given(st.integers(2020, 2099), SIGNS, st.data())
def test_one_wrong_sign_is_noticed(year: int, signs: str, data):
    number = numbers.number(year, signs)
    place = data.draw(st.sampled_from([at for at, sign in enumerate(number) if sign != "-"]))
    pool = "0123456789" if place < 4 else numbers.ALPHABET
    other = data.draw(st.sampled_from([sign for sign in pool if sign != number[place]]))
    assert numbers.tidy(number[:place] + other + number[place + 1 :]) == ""


@given(ANY)
def test_nothing_typed_breaks_a_number(typed: str):
    assert isinstance(numbers.tidy(typed), str)
