"""What must hold for every plan, whatever the street."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.planning import figures, owners, plan, replan
from coverage.planning.problem import Member, Plan, Station, Stop, shares

FIRST = dt.date(2026, 11, 16)
QUICK = 40  # search iterations: the properties hold however short the search


def member(number: int, days: int = 3) -> Member:
    return Member(f"m{number:02}", tuple(FIRST + dt.timedelta(days=i) for i in range(days)))


@st.composite
def streets(draw, largest: int = 40):
    """Stops in a few buildings and along a road, some with a visitor of before who may have left."""
    count = draw(st.integers(0, largest))
    doors = draw(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=1, max_size=8))
    stops = []
    for i in range(count):
        door = draw(st.integers(0, len(doors) - 1))
        single = draw(st.booleans())
        x, y = (draw(st.integers(0, 900)), draw(st.integers(0, 900))) if single else doors[door]
        owner = draw(st.sampled_from([None, "m00", "m01", "gone"]))
        due = draw(st.sampled_from([None, FIRST, FIRST + dt.timedelta(days=1)]))
        stops.append(Stop(f"e{i:03}", x, y, "" if single else f"b{door}", owner, ("路", i, ""), due))
    return stops


crews = st.lists(st.integers(0, 4), min_size=0, max_size=5).map(
    lambda lengths: [member(i, days) for i, days in enumerate(lengths)]
)
stations = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), max_size=3).map(
    lambda points: [Station(f"s{i}", x, y) for i, (x, y) in enumerate(points)]
)


def walked(made: Plan) -> Counter[str]:
    return Counter(key for walk in made.walks for key in walk.stops)


@settings(max_examples=60)
@given(streets(), crews, stations)
def test_every_stop_is_walked_exactly_once_or_nobody_has_a_day(stops, crew, homes):
    made = plan.plan(stops, crew, stations=homes, iterations=QUICK)
    if any(m.days for m in crew):
        assert walked(made) == Counter(s.key for s in stops)
        assert made.unplanned == ()
    else:
        assert made.walks == ()
        assert set(made.unplanned) == {s.key for s in stops}


@settings(max_examples=60)
@given(streets(), crews, stations)
def test_loads_follow_the_days_and_no_member_walks_twice_on_a_day(stops, crew, homes):
    made = plan.plan(stops, crew, stations=homes, iterations=QUICK)
    assert len({(w.member, w.day) for w in made.walks}) == len(made.walks)
    allowed = {m.key: set(m.days) for m in crew}
    assert all(w.day in allowed[w.member] for w in made.walks)
    load = Counter[str]()
    for walk in made.walks:
        load[walk.member] += len(walk.stops)
    assert {m.key: load[m.key] for m in crew} == {
        **{m.key: 0 for m in crew},
        **(shares(len(stops), {m.key: len(m.days) for m in crew if m.days})),
    }


@settings(max_examples=40)
@given(streets(), st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_same_seed_gives_the_same_plan_whatever_the_order_of_the_input(stops, crew, shuffle):
    people = [member(i) for i in range(crew)]
    once = plan.plan(stops, people, seed=7, iterations=QUICK)
    mixed = list(stops)
    shuffle.shuffle(mixed)
    shuffle.shuffle(people)
    assert plan.plan(mixed, people, seed=7, iterations=QUICK) == once


@given(streets(), st.integers(1, 5))
@settings(max_examples=40)
def test_equal_members_differ_by_at_most_one_visit(stops, crew):
    owner = owners.assign(stops, [member(i) for i in range(crew)])
    load = Counter(owner.values())
    assert max(load.values(), default=0) - min((load[f"m{i:02}"] for i in range(crew)), default=0) <= 1


def test_an_empty_round_needs_no_walk():
    assert plan.plan([], [member(0)]) == Plan(())


def test_one_visitor_gets_everything():
    stops = [Stop(f"e{i}", i * 10.0, 0.0) for i in range(9)]
    made = plan.plan(stops, [member(0)], iterations=QUICK)
    assert [len(w.stops) for w in made.walks] == [3, 3, 3]


def test_more_visitors_than_visits_leaves_some_at_home():
    made = plan.plan([Stop("a", 0, 0), Stop("b", 500, 0)], [member(i) for i in range(6)])
    assert sorted(len(w.stops) for w in made.walks) == [1, 1]


def test_all_in_one_building_is_shared_evenly_without_walking_between_doors():
    stops = [Stop(f"e{i:02}", 5.0, 5.0, "tower") for i in range(25)]
    made = plan.plan(stops, [member(0), member(1)], stations=[Station("s", 5.0, 5.0)], iterations=QUICK)
    assert figures.worth(made, stops).load_spread == 1
    assert made.metres == 0


def test_visitors_are_kept_when_nothing_else_changes():
    crew = [member(i) for i in range(4)]
    stops = [Stop(f"e{i:03}", (i * 37) % 900, (i * 91) % 700) for i in range(120)]
    first = owners.assign(stops, crew)
    again = [Stop(s.key, s.x, s.y, s.place, first[s.key]) for s in stops]
    assert owners.assign(again, crew) == first


def test_a_dear_change_of_owner_keeps_far_entities_with_their_visitor():
    near = [Stop(f"a{i}", 0, i, owner="m00") for i in range(10)] + [
        Stop(f"b{i}", 800, i, owner="m01") for i in range(10)
    ]
    crossed = [Stop("x", 800, 50, owner="m00"), Stop("y", 0, 50, owner="m01")]
    dear = owners.assign(near + crossed, [member(0), member(1)], price=5000)
    free = owners.assign(near + crossed, [member(0), member(1)], price=0)
    assert (dear["x"], dear["y"]) == ("m00", "m01")
    assert (free["x"], free["y"]) == ("m01", "m00")


def test_what_is_due_first_is_walked_first():
    stops = [Stop(f"e{i}", i * 100.0, 0.0) for i in range(8)] + [Stop("urgent", 800.0, 0.0, due_on=FIRST)]
    made = plan.plan(stops, [member(0)], stations=[Station("s", 0, 0)], iterations=QUICK)
    assert "urgent" in next(w for w in made.walks if w.day == FIRST).stops


def test_a_plan_walks_less_than_address_order():
    stops = [Stop(f"e{i:03}", (i * 377) % 900, (i * 911) % 700, order=("路", i, "")) for i in range(90)]
    crew, homes = [member(i) for i in range(3)], [Station("s", 450, 350)]
    made = plan.plan(stops, crew, stations=homes, iterations=200)
    listed = plan.address_order(stops, crew, stations=homes)
    assert walked(listed) == walked(made)
    found = figures.worth(made, stops, baseline=listed)
    assert found.saving is not None
    assert found.saving > 0.3


def test_progress_is_told_after_each_member():
    told: list[tuple[int, int]] = []
    plan.plan([Stop("a", 0, 0)], [member(0), member(1)], progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


@settings(max_examples=60)
@given(streets(), st.integers(2, 5), stations)
def test_replanning_touches_nobody_elses_visits(stops, crew, homes):
    people = [member(i) for i in range(crew)]
    before = plan.plan(stops, people, stations=homes, iterations=QUICK)
    off = [key for walk in before.walks if walk.member == "m00" for key in walk.stops]
    after = replan.insert(before, stops, people[1:], off, stations=homes)
    assert walked(after) == Counter(s.key for s in stops)
    assert not any(w.member == "m00" for w in after.walks)
    now = {(w.member, w.day): w.stops for w in after.walks}
    for walk in before.walks:
        if walk.member != "m00":
            assert tuple(k for k in now[(walk.member, walk.day)] if k not in off) == walk.stops


def test_replanning_without_anybody_leaves_the_stops_unplanned():
    before = plan.plan([Stop("a", 0, 0), Stop("b", 9, 9)], [member(0)])
    after = replan.insert(before, [Stop("a", 0, 0), Stop("b", 9, 9)], [], ["a", "b"])
    assert after.unplanned == ("a", "b")
    assert after.walks == ()


def test_replanning_spreads_one_members_stops_over_the_others():
    stops = [Stop(f"e{i:03}", (i * 377) % 900, (i * 911) % 700) for i in range(120)]
    people = [member(i) for i in range(6)]
    before = plan.plan(stops, people, iterations=QUICK)
    off = [key for walk in before.walks if walk.member == "m02" for key in walk.stops]
    after = replan.insert(before, stops, [p for p in people if p.key != "m02"], off)
    gained = Counter[str]()
    for walk in after.walks:
        gained[walk.member] += len(walk.stops)
    assert sum(gained.values()) == len(stops)
    assert all(20 <= number <= 30 for number in gained.values()), gained


def test_a_stop_already_planned_is_moved_not_doubled():
    stops = [Stop(f"e{i}", i * 50.0, 0.0) for i in range(6)]
    before = plan.plan(stops, [member(0), member(1)], iterations=QUICK)
    after = replan.insert(before, stops, [member(1)], ["e0", "e1"])
    assert walked(after) == Counter(s.key for s in stops)


def test_a_day_on_which_much_is_done_already_takes_less():
    stops = [Stop("a", 0, 0), Stop("b", 0, 10), Stop("c", 0, 20)]
    today, tomorrow = FIRST, FIRST + dt.timedelta(days=1)
    walker = Member("m00", (today, tomorrow))
    after = replan.insert(Plan(()), stops, [walker], ["a", "b", "c"], done={("m00", today): 12})
    assert [walk.day for walk in after.walks] == [tomorrow]


def test_a_stop_placed_anew_keeps_its_visitor_where_that_costs_little():
    stops = [Stop("a", 0, 0, owner="m01")]
    after = replan.insert(Plan(()), stops, [member(0), member(1)], ["a"])
    assert [walk.member for walk in after.walks] == ["m01"]
