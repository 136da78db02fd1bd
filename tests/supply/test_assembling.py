"""The fair rule of the menu."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from supply.matching.assembling import Offer, Taker, assemble, in_row, suits
from supply.rules import menu_week

KINDS = ("life", "course", "care")
offers = st.lists(
    st.builds(
        Offer, key=st.integers(0, 30), category=st.sampled_from(KINDS), quota=st.integers(1, 9), weeks=st.integers(0, 60),
        audiences=st.frozensets(st.sampled_from("ab"), max_size=1), area=st.sampled_from([None, 1, 2]), needs=st.integers(0, 4),
    ), unique_by=lambda offer: offer.key, max_size=12,
)  # fmt: skip
takers = st.lists(
    st.builds(
        Taker, key=st.integers(100, 140), weeks=st.integers(0, 20), area=st.sampled_from([None, 1, 2]),
        wants=st.dictionaries(st.integers(0, 30), st.integers(40, 100), max_size=2),
        had=st.frozensets(st.sampled_from(KINDS)), audiences=st.frozensets(st.sampled_from("ab"), max_size=1),
    ), unique_by=lambda taker: taker.key, max_size=15,
)  # fmt: skip


@given(offers, takers, st.integers(1, 8), st.integers(0, 4), st.integers(0, 50))
def test_nobody_who_waited_longer_goes_without_what_another_was_kept(all_offers, all_takers, most, from_weeks, turn):
    draft = assemble(all_offers, all_takers, most=most, from_weeks=from_weeks, turn=turn)
    row = [taker for taker in in_row(all_takers, turn) if taker.weeks >= from_weeks]
    by_taker = {each.taker: each.offer for each in draft.proposals}
    known = {offer.key: offer for offer in all_offers}
    for place, taker in enumerate(row):
        if taker.key in by_taker:
            continue
        for later in row[place + 1 :]:
            offer = by_taker.get(later.key)
            # Whoever came later has something only of what was not for the earlier one.
            assert offer is None or not suits(taker, known[offer])


@given(offers, takers, st.integers(1, 8), st.integers(0, 4))
def test_a_menu_is_never_too_long_and_never_keeps_more_than_half_of_the_places(
    all_offers, all_takers, most, from_weeks
):
    draft = assemble(all_offers, all_takers, most=most, from_weeks=from_weeks)
    assert len(draft.offers) == len(set(draft.offers)) == min(most, len(all_offers))
    assert {each.offer for each in draft.proposals} <= set(draft.offers)
    for offer in all_offers:
        kept = sum(each.offer == offer.key for each in draft.proposals)
        assert kept <= max(1, offer.quota // 2)
    assert len({each.taker for each in draft.proposals}) == len(draft.proposals)


def test_what_answers_an_own_need_comes_before_everything_else():
    near, needed = Offer("near", "life", area=1, weeks=50), Offer("needed", "course", weeks=0)
    draft = assemble([near, needed], [Taker("a", 9, 1, {"needed": 60})], most=2, from_weeks=4)
    assert [(each.offer, each.by_need) for each in draft.proposals] == [("needed", True)]


def test_of_equals_another_begins_every_week():
    row = [Taker(name, 5) for name in "abc"]
    assert [in_row(row, turn)[0].key for turn in range(4)] == ["a", "b", "c", "a"]


BOOK = {
    "menu_draft_weekday": 3, "menu_publish_weekday": 5, "menu_publish_hour": 10, "menu_hold_days": 3,
    "menu_close_weekday": 4, "menu_close_hour": 18,
}  # fmt: skip


@given(st.integers(0, 2 * 366 * 24))
def test_there_is_always_a_coming_week_to_prepare_and_never_a_past_one(hours):
    now = menu_week.at(dt.date(2026, 1, 1), 0) + dt.timedelta(hours=hours)
    for week in menu_week.due_weeks(now, BOOK):
        assert week.weekday() == 0
        assert week > now.date()
        when = menu_week.times(week, BOOK)
        assert when.drafted <= when.published <= when.held_until <= when.closed


def test_an_item_is_put_on_a_day_on_which_something_is_held():
    week = dt.date(2026, 11, 30)
    days = [week + dt.timedelta(days=n) for n in (1, 3)]
    found = menu_week.places(week, "life", days)
    assert {next(found)[0].date() for _ in range(9)} == set(days)
    assert next(menu_week.places(week, "life", []), None) is None
