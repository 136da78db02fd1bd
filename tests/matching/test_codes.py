"""Codes: what they are, whether they hold, what a damaged one may have been."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.matching import codes
from coverage.matching.codes import Kind

BODIES = st.text(alphabet=codes.ALPHABET, min_size=8, max_size=8).map(
    lambda stem: stem + codes.organisation_check(stem)
)


@st.composite
def valid(draw: st.DrawFn) -> str:
    """A code whose check character holds; organisation codes may end in X, which the standard's alphabet has."""
    head = draw(st.sampled_from(["91", "92", "93", "52"])) + "990199"
    stem = head + draw(BODIES)
    return stem + codes.check_character(stem)


@given(valid())
def test_a_made_code_holds_and_gives_its_organisation_code(code):
    assert codes.checksum_holds(code)
    assert codes.kind(code) in {Kind.CREDIT}
    assert codes.organisation_code(code) == code[8:17]
    assert codes.repairs(code) == ()


@given(valid(), st.integers(0, 17), st.sampled_from(codes.ALPHABET))
def test_one_wrong_character_is_found_again(code, place, character):
    if character == code[place] or (place < 8 and not character.isdigit()):
        return
    damaged = code[:place] + character + code[place + 1 :]
    found = codes.repairs(damaged)
    assert code in {repair.code for repair in found}
    assert all(codes.checksum_holds(repair.code) for repair in found)
    assert len(found) <= 2 * codes.LENGTH


@given(valid(), st.integers(0, 16))
def test_two_swapped_neighbours_are_found_again(code, place):
    damaged = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if damaged == code or not damaged[:8].isdigit():
        return
    assert {repair.code: repair.slip for repair in codes.repairs(damaged)}.get(code) == "swapped"


@given(valid(), st.integers(0, 17))
def test_a_lost_and_a_doubled_character_are_found_again(code, place):
    lost = code[:place] + code[place + 1 :]
    doubled = code[: place + 1] + code[place:]
    assert code in {repair.code for repair in codes.repairs(lost)}
    assert code in {repair.code for repair in codes.repairs(doubled)}


@given(st.text(max_size=30))
def test_nothing_that_is_written_breaks_the_reading(text):
    code = codes.normalise(text)
    assert codes.normalise(code) == code
    codes.kind(code)
    codes.organisation_code(code)
    codes.repairs(code)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("", Kind.EMPTY),
        ("无", Kind.EMPTY),
        ("待查", Kind.EMPTY),
        ("N/A", Kind.EMPTY),
        ("－", Kind.EMPTY),
        ("9.13101E+17", Kind.MANGLED),
        ("9.1310106e+17", Kind.MANGLED),
        ("913101060000000000", Kind.MANGLED),
        ("91990199MA0T266412", Kind.CREDIT),
        ("９１９９０１９９ＭＡ０Ｔ２６６４１２", Kind.CREDIT),
        ("'91990199ma0t266412\t", Kind.CREDIT),
        ("91990199 MA0T2664 12", Kind.CREDIT),
        ("91990199MA0T26641", Kind.DAMAGED),
        ("91990199MAOT266412", Kind.DAMAGED),
        ("MA0T2664-1", Kind.ORGANISATION),
        ("990199MA0T26641", Kind.TAX),
        ("310106000123456", Kind.REGISTRATION),
        ("310106000123456.0", Kind.REGISTRATION),
        ("望桥路 88 号", Kind.OTHER),
    ],
)
def test_kinds_of_what_stands_under_a_code_heading(written, kind):
    assert codes.kind(codes.normalise(written)) is kind


def test_letters_outside_the_alphabet_are_read_as_what_they_look_like():
    code = "91990199MA0T266412"
    assert codes.repairs(code.replace("0", "O", 1).replace("MA0", "MAO")) == (codes.Repair(code, "lookalike"),)


def test_a_lower_case_x_at_the_end_is_valid():
    body = next(b for b in (f"MA0T{n:04d}" for n in range(99)) if codes.organisation_check(b) == "X")
    assert codes.organisation_holds(codes.normalise(f"{body}x".lower()))


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("91990199MA0T266412", "MA0T26641"),
        ("MA0T26641", "MA0T26641"),
        ("990199MA0T26641", "MA0T26641"),
        ("310106000123456", ""),
    ],
)
def test_every_form_carries_the_organisation_code(code, body):
    assert codes.organisation_code(code) == body
