"""Who may sit on a committee and for how long: the checks before an election is registered."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branches.rules import seats
from branches.rules.book import Rules, Set
from branches.rules.seats import Asked, Body, Elsewhere

DAY = dt.date(2026, 11, 23)
RULES = Rules([], on=DAY)
LARGE = Body(form="branch", kind="building", founded_on=dt.date(2025, 7, 1), full_members=12)
SMALL = Body(form="branch", kind="enterprise", founded_on=dt.date(2025, 7, 1), full_members=4)
BLOCK = Body(form="branch", kind="street_block", founded_on=dt.date(2025, 7, 1), full_members=12)


def asked(role: str, name: str = "", **values) -> Asked:
    name = name or f"示例{role}"
    return Asked(role=role, name=name, person=frozenset({f"member:{name}"}), **values)


def three() -> list[Asked]:
    return [asked("secretary"), asked("organiser"), asked("publicity")]


def refused(body: Body, proposed: list[Asked], *, on: dt.date = DAY, rules: Rules = RULES, elsewhere=()) -> set[str]:
    found = seats.check(body, proposed, elected_on=on, rules=rules, elsewhere=elsewhere)
    return {finding.rule for finding in seats.refusals(found)}


def test_a_committee_of_three_in_a_branch_of_twelve_is_fine():
    assert seats.check(LARGE, three(), elected_on=DAY, rules=RULES) == []


def test_a_committee_of_nine_names_the_rule():
    nine = [*three(), asked("discipline"), *(asked("member", f"示例{n}") for n in range(5))]
    found = seats.check(LARGE, nine, elected_on=DAY, rules=RULES)
    assert [finding.rule for finding in found] == ["committee_most"]
    assert "提了 9 个席位" in found[0].sentence
    assert "支部委员会最多 7 人（《中国共产党支部工作条例（试行）》" in found[0].sentence


def test_six_are_unusual_and_not_refused():
    six = [*three(), *(asked("member", f"示例{n}") for n in range(3))]
    found = seats.check(LARGE, six, elected_on=DAY, rules=RULES)
    assert [(finding.rule, finding.refuses) for finding in found] == [("committee_usual", False)]


def test_a_small_branch_has_a_secretary_and_a_deputy_only():
    assert refused(SMALL, [asked("secretary"), asked("deputy")]) == set()
    assert refused(SMALL, three()) == {"committee_from"}
    assert "deputies_most" in refused(SMALL, [asked("secretary"), asked("deputy", "一"), asked("deputy", "二")])


def test_a_term_before_founding_is_refused():
    assert refused(LARGE, three(), on=dt.date(2025, 6, 30)) == {"founding"}
    assert refused(Body("branch", "building", None, 12), three()) == {"founding"}


def test_one_person_has_one_seat():
    twice = [asked("secretary", "赵甲一"), asked("organiser", "赵甲一"), asked("publicity")]
    found = seats.check(LARGE, twice, elected_on=DAY, rules=RULES)
    assert [(finding.rule, finding.seat) for finding in found] == [("one_seat", 1)]
    assert "同时提为书记和组织委员" in found[0].sentence


def test_the_discipline_member_watches_over_others():
    both = [asked("secretary"), asked("organiser", also=("discipline",)), asked("publicity")]
    assert refused(LARGE, both) == {"discipline_doubles"}
    assert refused(LARGE, both, rules=Rules([Set("discipline_doubles", 1, DAY)], on=DAY)) == set()


def test_who_is_not_a_full_member_holds_no_seat():
    assert refused(LARGE, [*three(), asked("discipline", is_full=False)]) == {"full_member"}


def test_a_secretary_leads_one_branch_and_a_cadre_sits_in_two():
    person = frozenset({"member:示例secretary"})
    led = Elsewhere(person, "第二街区党支部", "secretary")
    assert refused(LARGE, three(), elsewhere=[led]) == {"secretary_of_most"}
    sits = Elsewhere(person, "第二街区党支部", "member")
    assert refused(LARGE, three(), elsewhere=[sits]) == set()
    assert refused(LARGE, three(), elsewhere=[sits, sits]) == {"posts_most"}


def test_a_street_block_wants_people_from_inside_and_outside():
    found = list(seats.mix(BLOCK, three(), RULES))
    assert [(finding.rule, finding.refuses) for finding in found] == [("mix_outside_least", False)]
    mixed = [*three(), asked("discipline", origin=seats.SECONDED)]
    assert list(seats.mix(BLOCK, mixed, RULES)) == []


def test_a_secretary_must_have_been_elected_while_others_may_be_vacant():
    vacant = [Asked("secretary"), asked("organiser"), Asked("publicity")]
    assert refused(LARGE, vacant) == {"one_secretary"}
    assert refused(LARGE, [asked("organiser"), asked("publicity"), asked("member")]) == {"one_secretary"}
    assert refused(LARGE, [asked("secretary"), asked("organiser"), Asked("publicity")]) == set()


def test_forms_above_the_branch_have_larger_committees():
    general = Body("general", "building", dt.date(2025, 7, 1), 60)
    assert refused(general, three()) == {"general_least"}
    nine = [*three(), asked("discipline"), *(asked("member", f"示例{n}") for n in range(5))]
    assert refused(general, nine) == set()


@pytest.mark.parametrize(("kind", "years"), [("building", 3), ("residential", 5)])
def test_a_term_lasts_as_long_as_the_kind_says(kind, years):
    assert seats.due_on(kind, DAY, RULES) == DAY.replace(year=DAY.year + years)


def test_an_extension_reaches_a_year_at_most():
    due = dt.date(2026, 9, 30)
    assert seats.check_extension(due, due, dt.date(2027, 9, 30), RULES) == []
    assert "最多延到 2027-09-30" in seats.check_extension(due, due, dt.date(2027, 10, 1), RULES)[0].sentence
    assert seats.check_extension(due, due, due, RULES)


DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2060, 12, 31))


@given(DAYS, st.integers(-240, 240))
def test_a_month_later_falls_into_that_month(day, months):
    later = seats.months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


@given(DAYS, st.integers(0, 120))
def test_reminders_and_extensions_keep_their_order(day, months):
    rules = Rules([Set("term_remind_months", months, dt.date(1999, 1, 1))], on=day)
    due = seats.due_on("building", day, rules)
    assert seats.remind_from(due, rules) <= due <= seats.latest_end(due, rules)


PROPOSED = st.lists(
    st.builds(
        lambda role, who, origin, full: Asked(
            role, f"示例{who}", frozenset({f"member:{who}"}) if who else frozenset(), origin, (), full
        ),
        st.sampled_from(seats.ROLES),
        st.integers(0, 8),
        st.sampled_from((seats.INSIDE, seats.CROSS, seats.SECONDED)),
        st.booleans(),
    ),
    max_size=12,
)


@given(PROPOSED, st.integers(0, 60), st.sampled_from(tuple(seats.SIZES)), st.sampled_from(("street_block", "building")))
def test_what_is_not_refused_keeps_every_rule(proposed, members, form, kind):
    body = Body(form, kind, dt.date(2020, 1, 1), members)
    found = seats.check(body, proposed, elected_on=DAY, rules=RULES)
    assert all(finding.sentence.endswith("。") for finding in found)
    if seats.refusals(found):
        return
    held = [seat for seat in proposed if not seat.is_vacant]
    assert sum(seat.role == "secretary" for seat in held) == 1
    assert all(sum(seat.role == role for seat in proposed) <= 1 for role in seats.SINGLE)
    assert len({next(iter(seat.person)) for seat in held}) == len(held)
    assert all(seat.is_full for seat in held)
    if form in seats.BRANCHES:
        assert len(proposed) <= 7
        assert members >= 7 or {seat.role for seat in proposed} <= set(seats.LEADERS)


@given(st.lists(st.sampled_from(seats.ROLES), max_size=9), st.data())
def test_vacant_and_held_make_the_whole(roles, data):
    held = data.draw(st.lists(st.sampled_from(roles), max_size=len(roles), unique=True)) if roles else []
    assert sorted([*seats.vacant_roles(roles, held), *held]) == sorted(roles)
