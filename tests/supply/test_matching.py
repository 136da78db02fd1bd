"""How well the matching reads the lists, beside a person and beside counting common characters."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from supply.matching import words
from supply.matching.judge import Item, Judge
from supply.rules.book import BOOK
from supply.trial import list_words
from supply.trial.list_words import AUDIENCES, Line
from tests.supply.labels import LABELS, OTHERS

LEAST, MOST = BOOK["match_least"].default, BOOK["match_most"].default


def item(kind: str, line: Line) -> Item:
    return Item(
        (kind, line.number), line.title, line.words, line.category, frozenset(line.audiences), line.capacity, line.grid
    )


NEEDS = [item("need", line) for line in list_words.NEEDS]
RESOURCES = [item("resource", line) for line in list_words.RESOURCES]
PROJECTS = [item("project", line) for line in list_words.PROJECTS if line.more[0] in {"running", "planned"}]
Case = tuple[Item, set[int], set[int]]
Answer = Callable[[Item, list[Item]], set[int]]


def other(number: int, text: str) -> Item:
    title, category, letters, said = text.split("|")
    return Item(("other", number), title, said, category, frozenset(AUDIENCES[letter] for letter in letters))


CASES: list[Case] = [(need, *LABELS[number]) for number, need in enumerate(NEEDS, 1)]
OTHER_CASES: list[Case] = [(other(n, text), r, p) for n, (text, r, p) in enumerate(OTHERS)]


def by_matching(judge: Judge) -> Answer:
    def answer(need: Item, offers: list[Item]) -> set[int]:
        return {v.offer.key[1] for v in judge.suggest(need, offers, least=LEAST, most=MOST)}

    return answer


def by_counting(need: Item, offers: list[Item]) -> set[int]:
    """What a plain search does: common pairs of characters, the best three."""

    def pairs(text: str) -> set[str]:
        return {text[at : at + 2] for at in range(len(text) - 1)}

    said = pairs(need.title + need.words)
    counted = sorted(((len(said & pairs(o.title + o.words)), o.key[1]) for o in offers), reverse=True)
    return {key for count, key in counted[:MOST] if count and count >= 0.75 * counted[0][0]}


def quality(cases: Iterable[Case], answer: Answer) -> tuple[float, float]:
    """Precision and recall over both lists."""
    right = said = wanted = 0
    for need, resources, projects in cases:
        for labels, offers in ((resources, RESOURCES), (projects, PROJECTS)):
            found = answer(need, offers)
            right, said, wanted = right + len(found & labels), said + len(found), wanted + len(labels)
    return right / said, right / wanted


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge([*NEEDS, *RESOURCES, *PROJECTS])


def test_the_lists_have_the_sizes_that_the_street_tells_of():
    assert (len(list_words.NEEDS), len(list_words.RESOURCES), len(list_words.PROJECTS)) == (83, 56, 68)
    assert set(LABELS) == set(range(1, 84))


def test_suggestions_for_the_trial_street_agree_with_a_person(judge):
    precision, recall = quality(CASES, by_matching(judge))
    assert precision >= 0.85
    assert recall >= 0.95


def test_needs_in_other_words_are_understood_nearly_as_well(judge):
    precision, recall = quality(OTHER_CASES, by_matching(judge))
    assert precision >= 0.88
    assert recall >= 0.8


def test_counting_common_characters_is_much_worse():
    assert quality(CASES, by_counting)[0] < 0.7
    assert quality(OTHER_CASES, by_counting)[1] < 0.75


def test_the_best_suggestion_is_nearly_always_one_that_a_person_would_take(judge):
    first = wanted = 0
    for need, resources, projects in CASES:
        for labels, offers in ((resources, RESOURCES), (projects, PROJECTS)):
            if labels:
                wanted += 1
                best = judge.suggest(need, offers, least=1, most=1)
                first += bool(best) and best[0].offer.key[1] in labels
    assert first / wanted >= 0.97


def test_a_need_for_which_the_street_has_nothing_gets_no_suggestion(judge):
    for number in (40, 42, 68, 82):
        assert not judge.suggest(NEEDS[number - 1], [*RESOURCES, *PROJECTS], least=LEAST, most=MOST)


def test_points_add_up_to_the_score_and_every_reason_is_a_sentence(judge):
    for need in NEEDS:
        for verdict in judge.suggest(need, RESOURCES, least=1, most=3):
            assert verdict.score == sum(reason.points for reason in verdict.reasons)
            assert 0 < verdict.score <= 100
            assert all(reason.sentence and reason.points > 0 for reason in verdict.reasons)


def test_what_is_for_other_people_or_other_days_is_refused_with_the_reason(judge):
    import datetime as dt

    riders = Item("n", "骑手体检", "跑单的想查血压", "health", frozenset({"rider"}), until=dt.date(2026, 12, 1))
    office = Item("o", "体检车", "血压血脂", "health", frozenset({"staff"}))
    late = Item("l", "体检车", "血压血脂", "health", since=dt.date(2027, 1, 5))
    assert judge.judge(riders, office).refused == "对象不同"
    assert "2027-01-05 才开始" in judge.judge(riders, late).refused
    assert judge.judge(riders, late).score == 0


def test_too_few_seats_say_how_often_it_has_to_be_held(judge):
    need = Item("n", "体检", "血压", "health", capacity=60)
    offer = Item("o", "体检", "血压", "health", capacity=25)
    assert "一次 25 人，要分 3 次" in [reason.sentence for reason in judge.judge(need, offer).reasons]


def test_that_both_are_for_riders_is_no_likeness(judge):
    need, offer = Item("n", "骑手雨衣", "", "care"), Item("o", "骑手合唱", "", "culture")
    assert judge.judge(need, offer).score == 0


def test_words_of_one_thing_are_one_term():
    assert words.terms("外卖员")["#骑手"] == words.terms("快递员")["#骑手"] == 1
    assert words.terms("ＡＥＤ") == words.terms("aed")
    assert words.terms("") == {}
