"""Which word holds; how names are spelt; the piece of map around a door. No database."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coverage.facts import fields as facts
from coverage.facts.precedence import (
    AT_THE_DOOR,
    IN_THE_REGISTER,
    RULES,
    Rule,
    Verdict,
    Word,
    contradicts,
    judge,
    vouches,
)
from coverage.matching import pinyin
from coverage.matching.values import UnreadableError
from shimen.territory.piece import around

DAY = dt.date(2026, 11, 1)
sources = st.sampled_from(["visit", "staff", "department", "collection"])
words = st.builds(
    Word,
    value=st.sampled_from(["甲", "乙"]),
    source=sources,
    by=st.just(""),
    on=st.dates(dt.date(2025, 1, 1), dt.date(2027, 1, 1)),
)
rules = st.sampled_from([AT_THE_DOOR, IN_THE_REGISTER])


def word(source: str, days: int = 0, value: str = "甲", by: str = "") -> Word:
    return Word(value, source, by, DAY + dt.timedelta(days=days))


@given(words, words, rules)
def test_the_order_of_arrival_does_not_decide(one, other, rule):
    assume(one.value != other.value and one.on != other.on)
    one_last = one if judge(one, other, rule) is Verdict.TAKE else other
    other_last = other if judge(other, one, rule) is Verdict.TAKE else one
    assert one_last == other_last


@given(words, words, rules)
def test_what_says_the_same_changes_nothing(one, other, rule):
    assume(one.value == other.value)
    assert judge(one, other, rule) is Verdict.SAME


@given(words, rules)
def test_the_first_word_is_taken(one, rule):
    assert judge(one, None, rule) is Verdict.TAKE
    assert vouches(one, None, rule)


@pytest.mark.parametrize(
    ("new", "held", "verdict"),
    [
        (word("department", 5, "乙"), word("visit"), Verdict.KEEP),
        (word("department", 90, "乙"), word("visit"), Verdict.KEEP),
        (word("department", 91, "乙"), word("visit"), Verdict.TAKE),
        (word("visit", -90, "乙"), word("department"), Verdict.TAKE),
        (word("visit", -91, "乙"), word("department"), Verdict.KEEP),
        (word("staff", 0, "乙"), word("visit"), Verdict.TAKE),
        (word("visit", -1, "乙"), word("staff"), Verdict.KEEP),
        (word("collection", 30, "乙"), word("department"), Verdict.KEEP),
        (word("department", 5, ""), word("visit"), Verdict.KEEP),
        (word("staff", 5, ""), word("visit"), Verdict.TAKE),
        (word("collection", 5, "乙"), word("visit", value=""), Verdict.TAKE),
    ],
)
def test_strength_first_then_freshness(new, held, verdict):
    assert judge(new, held, AT_THE_DOOR) is verdict


def test_a_single_department_may_be_put_first():
    rule = Rule((("department:hr",), ("visit",)), 90)
    assert judge(word("department", 0, "乙", by="hr"), word("visit"), rule) is Verdict.TAKE
    assert judge(word("department", 0, "乙", by="tax"), word("visit"), rule) is Verdict.KEEP


def test_an_unnamed_source_comes_last():
    assert AT_THE_DOOR.rank("rumour", "") == len(AT_THE_DOOR.order)


def test_agreement_of_a_weaker_source_counts_when_the_stronger_has_grown_old():
    assert not vouches(word("department", 30), word("visit"), AT_THE_DOOR)
    assert vouches(word("department", 91), word("visit"), AT_THE_DOOR)
    assert not vouches(word("visit", -1), word("visit"), AT_THE_DOOR)


def test_what_was_said_before_the_fact_was_vouched_for_contradicts_nothing():
    assert contradicts(word("department", 0, "乙"), word("visit"))
    assert not contradicts(word("department", -1, "乙"), word("visit"))
    assert not contradicts(word("department", 1, ""), word("visit"))


def test_every_fact_has_a_rule():
    assert {fact.key for fact in facts.FACTS} <= RULES.keys()


@pytest.mark.parametrize(
    ("name", "spelt"),
    [("子丑面馆", ("zichoumianguan", "zcmg")), ("甲乙银行（示例）", ("jiayiyinhangshili", "jyyhsl")),
     ("7-ELEVEN 便利店", ("7elevenbianlidian", "7elevenbld")), ("", ("", ""))],
)  # fmt: skip
def test_shops_are_spelt_phrase_by_phrase(name, spelt):
    assert tuple(pinyin.spell(name)) == spelt


@pytest.mark.parametrize(
    ("name", "spelt"),
    [("孙丙三", ("sunbingsan", "sbs")), ("单雄信", ("shanxiongxin", "sxx")), ("曾甲", ("zengjia", "zj")),
     ("尉迟恭", ("yuchigong", "ycg")), ("ANNA LI", ("annali", "annali"))],
)  # fmt: skip
def test_people_are_spelt_with_their_surnames_own_reading(name, spelt):
    assert tuple(pinyin.spell_person(name)) == spelt


@given(st.text(max_size=300))
def test_no_name_breaks_the_spelling_or_its_columns(name):
    shop, person = pinyin.spell(name), pinyin.spell_person(name)
    assert len(shop.pinyin) <= 240
    assert len(shop.initials) <= 80
    assert len(person.pinyin) <= 120
    assert len(person.initials) <= 30
    assert (shop.pinyin + person.pinyin).isascii()


@pytest.mark.parametrize(
    ("typed", "columns"),
    [("wang", ("pinyin",)), ("li", ("pinyin",)), ("wxb", ("initials",)), ("zh", ("pinyin", "initials")),
     ("an", ("pinyin", "initials")), ("lbsm", ("initials",))],
)  # fmt: skip
def test_letters_are_taken_for_what_they_can_be(typed, columns):
    assert pinyin.reading_of(typed) == columns


@given(st.text(max_size=80), st.sampled_from([fact.key for fact in facts.FACTS if fact.key != "phone"]))
def test_reading_a_fact_again_gives_the_same_text(raw, key):
    try:
        text = facts.read(key, raw)
    except UnreadableError as refused:
        assume(bool(str(refused)))
        return
    assert len(text) <= facts.BY_KEY[key].longest
    assert facts.as_text(facts.parse(key, text)) == text


@pytest.mark.parametrize(
    ("code", "says"),
    [("", ""), ("92990199MA0T29148X", ""), ("92990199MA0T2914", "现在 16 位"), ("92990199MA0T29148A", "校验位不符"),
     ("9.13101E+17", "改成了数字"), ("310101600000017", "旧号")],
)  # fmt: skip
def test_what_is_odd_about_a_code_is_said_as_a_warning(code, says):
    warning = facts.code_warning(code)
    assert warning == "" if not says else says in warning


def test_the_map_around_a_door_holds_what_is_near_and_names_its_road():
    here, metre = (121.5, 31.2), 1 / 111_195
    road = {"name": "望桥路", "line": [(here[0] - 0.01, here[1]), (here[0] + 0.01, here[1])]}
    near = [(x, y) for x, y in [(here[0] + 20 * metre, here[1]), (here[0], here[1] + 5000 * metre)]]
    block = {"ring": [(here[0] + d * metre, here[1] + e * metre) for d, e in [(10, 10), (60, 10), (60, 40), (10, 10)]]}
    far = {"ring": [(lon + 1, lat) for lon, lat in block["ring"]]}
    piece = around(here, backdrop={"roads": [road], "blocks": [block, far]}, borders=[[], block["ring"]], doors=near)
    assert piece.doors.count("M") == 1
    assert len(piece.blocks) == 1
    assert len(piece.borders) == 1
    assert [(name.text, name.is_upright) for name in piece.roads] == [("望桥路", False)]


def test_a_street_without_a_backdrop_is_an_empty_piece():
    piece = around((121.5, 31.2), backdrop={}, borders=[], doors=[])
    assert (piece.doors, piece.roads, piece.blocks) == ("", [], [])
