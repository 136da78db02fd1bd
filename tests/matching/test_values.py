"""Cells as canonical text."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.matching import values

DAYS = st.dates(min_value=dt.date(1900, 3, 1), max_value=dt.date(2030, 12, 31))


@given(DAYS)
def test_every_notation_of_a_day_is_the_same_day(day):
    serial = (day - values.EXCEL_EPOCH).days
    spelt = [
        day.isoformat(), f"{day:%Y/%m/%d}", f"{day.year}/{day.month}/{day.day}", f"{day:%Y.%m.%d}", f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日", f"{day.isoformat()} 00:00:00", f"{day.isoformat()}T08:30:00", f" {day.isoformat()} ",
    ]  # fmt: skip
    if serial > 2200:
        spelt += [str(serial), f"{serial}.0"]
    assert {values.iso_date(text) for text in spelt} == {day.isoformat()}


@pytest.mark.parametrize(
    "written", ["", "-", "N/A", "长期", "9999-9-9", "9999-09-09 00:00:00", "2999-12-31", "0000-00-00", "永久"]
)
def test_no_day_and_no_end_are_nothing(written):
    assert values.iso_date(written) == ""


@pytest.mark.parametrize("written", ["昨天", "2024-02-30", "2024-13-01", "2024", "二〇二四年", "1/2/2024"])
def test_what_is_no_day_says_so(written):
    with pytest.raises(values.UnreadableError):
        values.iso_date(written)


def test_a_day_after_the_sheets_own_or_before_all_trade_is_absurd():
    with pytest.raises(values.UnreadableError, match="晚于表格日期"):
        values.iso_date("2026-11-24", on=dt.date(2026, 11, 23))
    with pytest.raises(values.UnreadableError, match="早于 1840 年"):
        values.iso_date("1723-01-01")
    assert values.iso_date("2026-11-23", on=dt.date(2026, 11, 23)) == "2026-11-23"


@pytest.mark.parametrize(
    "written",
    [
        "1000",
        "1,000",
        "1,000(万元人民币)",
        "1000万人民币",
        "1000.000000万元",
        "人民币1000万元整",
        "10000000元",
        "0.1亿元",
        "１０００万",
        "RMB 1000万",
    ],
)
def test_twenty_spellings_of_one_amount(written):
    assert values.money(written) == "1000.0000"


@given(st.decimals(min_value=0, max_value=9_999_999, places=4))
def test_an_amount_in_wan_is_kept_to_four_places(amount):
    assert Decimal(values.money(f"{amount:f}万元")) == amount


@pytest.mark.parametrize(
    ("written", "why"), [("100万美元", "不是人民币"), ("壹佰万", "看不懂"), ("-5", "不像真的"), ("9亿亿", "看不懂")]
)
def test_other_currencies_and_words_are_not_amounts(written, why):
    with pytest.raises(values.UnreadableError, match=why):
        values.money(written)


@pytest.mark.parametrize(
    ("written", "number"), [("12", "12"), ("12人", "12"), ("12.0", "12"), ("1,234", "1234"), ("约12人", "12"), ("", "")]
)
def test_numbers_of_people(written, number):
    assert values.count(written) == number


@pytest.mark.parametrize("written", ["-3", "许多", "9999999", "12.5"])
def test_what_is_no_number_of_people_says_so(written):
    with pytest.raises(values.UnreadableError):
        values.count(written)


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("存续（在营、开业、在册）", "1"), ("存续(在营、开业、在册)", "1"), ("1", "1"), ("1.0", "1"), ("正常", "1"), ("吊销，未注销", "2"),
        ("吊销已注销", "3"), ("已注销", "4"), ("撤销", "5"), ("迁出", "6"), ("非正常户", "9"), ("4注销", "4"), ("", ""),
    ],
)  # fmt: skip
def test_states_of_registration(written, state):
    assert values.status(written) == state


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("F5137", "F5137"),
        ("5137", "F5137"),
        ("7299.0", "L7299"),
        ("批发零售 F51", "F51"),
        ("O8040 理发", "O8040"),
        ("", ""),
    ],
)
def test_industry_codes_carry_their_section(written, code):
    assert values.industry_code(written) == code
    assert values.industry(written) == code[:1]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("有限责任公司(自然人投资或控股)", "enterprise"),
        ("个体工商户", "sole_trader"),
        ("民办非企业单位", "social"),
        ("别的", "other"),
    ],
)
def test_kinds_of_entity(written, kind):
    assert values.kind(written) == kind


@given(st.text(max_size=40))
def test_no_text_at_all_breaks_a_reader(text):
    for read in (
        values.iso_date,
        values.money,
        values.count,
        values.status,
        values.industry,
        values.industry_code,
        values.kind,
        values.text,
    ):
        try:
            found = read(text)
        except values.UnreadableError:
            continue
        assert read(found) == found or read is values.kind
