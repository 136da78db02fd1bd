"""Which word holds when two sources say different things of the same field. Pure.

A word is what one source said of one field on one day. Strength comes first, then freshness: a stronger source holds
against a weaker one until its word is older than the field's limit; between equals the later day holds. So the outcome
does not depend on the order in which words arrive: a visit delivered late is judged by the day on which it was made.

What people see at the door (trade sign, address, headcount, phone, hours, who runs it) is for the visit to say; what a
register constitutes (code, name, status, kind, industry, scope, capital, date of founding) is for the department. What
staff correct by hand is as strong as the strongest: it is a decision, and the next one may overrule it.
The order per field can be changed by rows of `FactRule`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Who speaks. Values stand in `provenance` and `EntitySource.source`."""

    VISIT = "visit"
    STAFF = "staff"
    DEPARTMENT = "department"
    COLLECTION = "collection"


SOURCE_WORDS = {"visit": "上门看到的", "staff": "街道更正的", "department": "其他部门", "collection": "采集码填的"}


class Verdict(StrEnum):
    """What becomes of a new word."""

    TAKE = "take"  # the registry takes it
    SAME = "same"  # it says what the registry says
    KEEP = "keep"  # it is kept beside the fact as a contradiction


@dataclass(frozen=True, slots=True)
class Word:
    """What `source` (`by` = department code or user id) said; `value` is canonical text, '' for nothing."""

    value: str
    source: str
    by: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class Rule:
    """`order`: sources from the strongest, those in one group are equal; `department:CODE` names a single department.
    `fresh_days`: how long a word holds against weaker ones, and how long the fact is shown as fresh."""

    order: tuple[tuple[str, ...], ...]
    fresh_days: int

    def rank(self, source: str, by: str) -> int:
        """The smaller, the stronger; a source that is not named comes last."""
        for names in (f"{source}:{by}", source):
            for position, group in enumerate(self.order):
                if names in group:
                    return position
        return len(self.order)


AT_THE_DOOR = Rule(order=(("visit", "staff"), ("department",), ("collection",)), fresh_days=90)
IN_THE_REGISTER = Rule(order=(("department", "staff"), ("visit",), ("collection",)), fresh_days=365)

RULES: Mapping[str, Rule] = {
    "trade_sign": AT_THE_DOOR,
    "legal_person": AT_THE_DOOR,
    "address": AT_THE_DOOR,
    "headcount": AT_THE_DOOR,
    "opening_hours": AT_THE_DOOR,
    "phone": AT_THE_DOOR,
    "presence": AT_THE_DOOR,
    "is_suspended": AT_THE_DOOR,
    "code": IN_THE_REGISTER,
    "old_number": IN_THE_REGISTER,
    "name": IN_THE_REGISTER,
    "kind": IN_THE_REGISTER,
    "registration_status": IN_THE_REGISTER,
    "is_irregular": IN_THE_REGISTER,
    "industry": IN_THE_REGISTER,
    "industry_code": IN_THE_REGISTER,
    "scope": IN_THE_REGISTER,
    "established_on": IN_THE_REGISTER,
    "capital": IN_THE_REGISTER,
}


def rule_for(field: str, rules: Mapping[str, Rule] | None = None) -> Rule:
    """The rule of a field: the street's own, else the default."""
    return (rules or {}).get(field) or RULES.get(field, AT_THE_DOOR)


def in_words(rule: Rule, departments: Mapping[str, str]) -> str:
    """上门看到的、街道更正的 > 市场监管 > 其他部门 > 采集码填的；超过 90 天算旧. `departments`: code → name."""
    single = {name.removeprefix("department:") for group in rule.order for name in group if ":" in name}
    general = SOURCE_WORDS["department"] if single else "部门"
    words = SOURCE_WORDS | {"department": general}
    groups = [
        "、".join(
            departments.get(name.removeprefix("department:"), "停用的部门") if ":" in name else words[name]
            for name in group
        )
        for group in rule.order
    ]
    return f"{' > '.join(groups)}；超过 {rule.fresh_days} 天算旧"


def judge(new: Word, held: Word | None, rule: Rule) -> Verdict:
    """What becomes of `new` beside the word that `held` the field so far (None: nobody vouches for it).

    An empty word never pushes out a value: a department that leaves a cell blank has said nothing.
    """
    if held is None:
        return Verdict.TAKE
    if new.value == held.value:
        return Verdict.SAME
    if not new.value:
        return Verdict.TAKE if new.source == Source.STAFF and new.on >= held.on else Verdict.KEEP
    if not held.value:
        return Verdict.TAKE
    mine, theirs = rule.rank(new.source, new.by), rule.rank(held.source, held.by)
    lead = (new.on - held.on).days
    if mine == theirs:
        return Verdict.TAKE if lead >= 0 else Verdict.KEEP
    if mine < theirs:
        return Verdict.TAKE if lead >= -rule.fresh_days else Verdict.KEEP
    return Verdict.TAKE if lead > rule.fresh_days else Verdict.KEEP


def vouches(new: Word, held: Word | None, rule: Rule) -> bool:
    """Whether a word that says the same takes over as the one that holds the field, and its day as last confirmation.

    A weaker source that agrees does so only when the stronger word has grown old: else it could overrule, a fortnight
    later, what a stronger source had seen.
    """
    if held is None:
        return True
    if new.on < held.on:
        return False
    stronger = rule.rank(new.source, new.by) <= rule.rank(held.source, held.by)
    return stronger or (new.on - held.on).days > rule.fresh_days


def is_stale(on: dt.date, today: dt.date, rule: Rule) -> bool:
    """Whether a fact was last confirmed longer ago than its limit."""
    return (today - on).days > rule.fresh_days


def contradicts(word: Word, held: Word) -> bool:
    """Whether a source's last word stands against the fact: something else, said on or after the day it was vouched for."""
    return bool(word.value) and word.value != held.value and word.on >= held.on
