"""Telephone numbers: one written form, and masks that never give a number away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shimen.privacy import phones

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
land_lines = st.from_regex(r"0(10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}", fullmatch=True)
anything = st.one_of(mobiles, land_lines, st.from_regex(r"\+?[1-9][0-9]{4,14}", fullmatch=True))


@pytest.mark.parametrize(
    ("written", "number", "mask"),
    [
        ("199 0000 0017", "19900000017", "199****0017"),
        ("+86-199-0000-0017", "19900000017", "199****0017"),
        ("0086 19900000017", "19900000017", "199****0017"),
        ("１９９００００００１７", "19900000017", "199****0017"),
        ("19900000017.0", "19900000017", "199****0017"),
        ("021-62530017", "02162530017", "021-****0017"),
        ("（０２１）６２５３００１７", "02162530017", "021-****0017"),
        ("62530017", "02162530017", "021-****0017"),
        ("62530017转8012", "02162530017-8012", "021-****0017"),
        ("021 6253 0017-801", "02162530017-801", "021-****0017"),
        ("400-820-0017", "4008200017", "400***0017"),
        ("95588", "95588", "****88"),
        ("+852 9123 4567", "+85291234567", "+85****567"),
        ("无", "", ""),
        (" - ", "", ""),
        ("", "", ""),
    ],
)
def test_every_notation_has_one_form_and_one_mask(written, number, mask):
    assert phones.normalise(written) == number
    assert phones.mask(number) == mask


@pytest.mark.parametrize("written", ["问老板", "199****0017", "12", "1" * 20, "abc12345", "１2３"])
def test_what_is_no_number_is_refused_without_repeating_it(written):
    with pytest.raises(phones.UnreadablePhoneError) as refused:
        phones.normalise(written)
    assert written not in str(refused.value) or len(written) <= 4


@given(anything)
def test_the_written_form_is_stable(number):
    once = phones.normalise(number)
    assert phones.normalise(once) == once


@given(mobiles, st.sampled_from(["{0}", "+86{0}", "0086 {0}", " {0} ", "{1} {2} {3}", "{1}-{2}-{3}"]))
def test_notations_of_one_mobile_are_one_number(number, notation):
    written = notation.format(number, number[:3], number[3:7], number[7:])
    assert phones.normalise(written) == number


@given(anything)
def test_a_mask_shows_at_most_seven_digits_and_hides_at_least_three(number):
    normal = phones.normalise(number)
    mask = phones.mask(normal)
    digits = sum(c.isdigit() for c in mask)
    assert digits <= 8 if "-" in mask else digits <= 7
    assert sum(c.isdigit() for c in phones.main_number(normal)) - digits >= 3
    assert "*" in mask
    assert len(mask) <= phones.LONGEST_MASK


@given(mobiles, st.from_regex(r"[0-9]{1,6}", fullmatch=True))
def test_an_extension_is_never_shown_nor_searched(number, extension):
    normal = phones.normalise(f"{number}转{extension}")
    assert phones.main_number(normal) == number
    assert phones.mask(normal) == phones.mask(number)
