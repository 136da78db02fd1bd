"""The rule book: what holds on a day."""

from __future__ import annotations

import datetime as dt

from branches.rules.book import BOOK, Rules, Set

DAY = dt.date(2026, 11, 23)


def test_a_default_holds_until_the_street_sets_its_own_and_before_that_day():
    chosen = [Set("term_years", 5, DAY), Set("term_years", 4, DAY.replace(day=1))]
    assert Rules(chosen, on=DAY)["term_years"] == 5
    assert Rules(chosen, on=DAY - dt.timedelta(days=1))["term_years"] == 4
    assert Rules(chosen, on=dt.date(2026, 10, 31))["term_years"] == BOOK["term_years"].default == 3


def test_a_rule_is_said_with_its_source():
    assert Rules([], on=DAY).sentence("founding_members") == (
        "成立党支部至少要有正式党员 3 名（《中国共产党章程》第三十条）"
    )


def test_a_key_that_is_no_rule_changes_nothing():
    assert Rules([Set("nonsense", 1, DAY)], on=DAY)["founding_members"] == 3
