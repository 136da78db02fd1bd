"""What the phone shows of one door, and of what became of one's visits. The day's list is in `coverage.views.day`."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cached_property

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare

from coverage.facts import fields as facts
from coverage.facts.precedence import is_stale, rule_for
from coverage.forms.visits import PEOPLE, VisitForm
from coverage.models import Demand, Entity, Question, Stop, Visit, VisitAnswer
from coverage.visits import findings, taken_up
from shimen import clock
from shimen.accounts.access import FIELD, scope_of
from shimen.accounts.models import User
from shimen.models import new_id
from shimen.territory.addresses import spaced

# What can be asked in a minute; the first three that need it most are asked.
ASKED_IN_TURN = ("legal_person", "headcount", "phone", "address", "opening_hours")
USUAL = ("legal_person", "headcount", "phone")
HOW_MANY = 3
SOURCES = {"visit": "走访", "department": "部门表格", "staff": "街道更正", "collection": "本人填报"}
RECEIPT_DAYS = 14
RECEIPTS_SHOWN = 30
BELOW_THE_FORM = 3
# Offered after the fact, one tap each; anything else fits into the note.
REASONS = {
    "no_answer": ("门锁着", "人不在，店开着", "下午才开门"),
    "closed": ("贴了转让", "在装修", "邻居说不做了"),
    "moved": ("换了新店", "搬到附近", "不知去向"),
}


def short_day(day: dt.date, today: dt.date) -> str:
    """11-05 within the year, 2025-11-05 across years."""
    return f"{day:%m-%d}" if day.year == today.year else day.isoformat()


def pass_for(user: User, entity_id: uuid.UUID) -> str:
    """A signature that this person was shown this door: what was promised offline is accepted after any reassignment."""
    return signing.Signer(salt="visit-door").signature(f"{user.pk}:{entity_id}")


def has_pass(user: User, entity_id: uuid.UUID, given: str) -> bool:
    return bool(given) and constant_time_compare(given, pass_for(user, entity_id))


@dataclass
class Fact:
    """A fact to ask: what is shown, since when, and how the form asks for the right value."""

    key: str
    label: str
    shown: str
    text: str
    since: str
    is_stale: bool
    question: Question | None = None
    error: str = ""
    pick: str = ""
    typed: str = ""

    @property
    def wording(self) -> str:
        if self.key == "headcount":
            return "现在几个人"
        return "怎么回事" if self.key.startswith("q:") else f"{self.label}应该是"

    @property
    def keyboard(self) -> str:
        return {"headcount": "numeric", "phone": "tel"}.get(self.key, "text")


class DoorPage:
    """The form of one door."""

    def __init__(self, user: User, entity: Entity, stop: Stop | None, on: dt.date) -> None:
        self.user, self.entity, self.stop, self.on = user, entity, stop, on
        self.id = new_id()
        self.door_pass = pass_for(user, entity.pk)

    def keep(self, form: VisitForm) -> None:
        """Show again what was typed: nothing is lost by an error."""
        self.id = form.data.get("id") or self.id
        for fact in self.facts:
            fact.pick = form.data.get(f"f-{fact.key}", "")
            fact.typed = form.data.get(f"v-{fact.key}", "")
            fact.error = form.fact_errors.get(fact.key, "")

    @cached_property
    def last(self) -> Visit | None:
        return self.entity.visits.standing().select_related("visitor").newest_first().first()

    @property
    def subtitle(self) -> str:
        entity = self.entity
        parts = [spaced(entity.address) or "地址不详", entity.legal_person]
        if self.last:
            parts.append(f"上次\u00a0{short_day(clock.day_of(self.last.visited_at), self.on)}".replace("-", "\u2011"))
        return "，".join(part for part in parts if part)

    @cached_property
    def already(self) -> str:
        """Who has been here today or to whom the door went; written down again it still counts."""
        if self.last and clock.day_of(self.last.visited_at) == self.on:
            time = self.last.visited_at.astimezone(clock.SHANGHAI).strftime("%H:%M")
            who = "您" if self.last.visitor_id == self.user.pk else str(self.last.visitor)
            return f"今天 {time} {who}记过：{self.last.get_outcome_display()}。又有变化就再记一次。"
        if self.stop and self.stop.outcome == Stop.Outcome.EXEMPT:
            why = f"（{self.stop.outcome_reason}）" if self.stop.outcome_reason else ""
            return f"这家本轮免访{why}。您走到了，照样记，以看到的为准。"
        if self.stop and self.stop.visitor_id not in {None, self.user.pk}:
            return f"这家排给了{self.stop.visitor}。您走到了，记下照样算您走的。"
        return ""

    @cached_property
    def receipts(self) -> Receipts:
        """The newest few, below the form where there is no signal."""
        return Receipts(self.user, clock.now(), at_most=BELOW_THE_FORM)

    @property
    def how_many(self) -> str:
        """三项, or 4 项 where there are more doubts."""
        return "三项" if len(self.facts) == HOW_MANY else f" {len(self.facts)} 项"

    @cached_property
    def to_tell(self) -> list[tuple[Demand, str]]:
        """The answers to bring, each with the address where the shop reads and rates it for itself ("" where there is none)."""
        rows = list(self.entity.demands.to_tell().order_by("answered_at"))
        became = taken_up.of_many(rows)
        return [(row, became[row.pk].receipt if row.pk in became else "") for row in rows]

    @property
    def categories(self) -> list[tuple[str, str]]:
        return Demand.Category.choices

    @property
    def people(self) -> list[int]:
        """The numbered rows for people met."""
        return list(range(PEOPLE))

    @cached_property
    def waiting(self) -> list[Demand]:
        """Passed on and not answered yet: the shop will ask."""
        return list(self.entity.demands.passed_on().order_by("raised_at"))

    @cached_property
    def facts(self) -> list[Fact]:
        """The doubts first, then the stalest, three in all (more only where there are more doubts)."""
        questions = {question.key: question for question in self.entity.questions.open().order_by("asked_at")}
        asked = [self._fact(key, question) for key, question in questions.items()]
        rest = [self._fact(key, None) for key in ASKED_IN_TURN if key not in questions]
        rest.sort(key=lambda fact: (not fact.is_stale, fact.key not in USUAL))
        return asked + rest[: max(0, HOW_MANY - len(asked))]

    def _fact(self, key: str, question: Question | None) -> Fact:
        if key not in facts.BY_KEY:
            return Fact(key, "", "", question.sentence if question else "", "", is_stale=False, question=question)
        shown = findings.shown(self.entity, key)
        told = self.entity.provenance.get(key) or {}
        since, stale = "还没核对过", False
        if told:
            day = dt.date.fromisoformat(told["on"])
            since = f"{short_day(day, self.on)} {SOURCES.get(told['source'], '')}"
            stale = is_stale(day, self.on, rule_for(key))
        typed = question.proposed if question and key != "phone" else ""
        label = facts.LABELS[key]
        return Fact(key, label, shown, as_read(key, shown), since, stale, question=question, typed=typed)


def as_read(key: str, text: str) -> str:
    """A fact as people read it."""
    if not text:
        return "没有登记"
    if key == "headcount":
        return f"{text} 人"
    if key == "registration_status":
        return str(Entity.Registration(text).label)
    if key == "presence":
        return str(Entity.Presence(text).label)
    return facts.shown(key, text)


class Receipts:
    """What became of a visitor's own visits of the last fortnight; contradictions first."""

    def __init__(self, user: User, at: dt.datetime, at_most: int = RECEIPTS_SHOWN) -> None:
        self.user, self.at, self.at_most = user, at, at_most

    @cached_property
    def visits(self) -> list[Visit]:
        since = self.at - dt.timedelta(days=RECEIPT_DAYS)
        mine = Visit.objects.filter(visitor=self.user, received_at__gte=since)
        return list(mine.select_related("entity", "round").newest_first()[: self.at_most])

    @cached_property
    def conflicts(self) -> list[Contradiction]:
        held = VisitAnswer.objects.held().filter(Q(visit__visitor=self.user) | Q(against__visitor=self.user))
        rows = held.with_both_sides().order_by("-visit__visited_at")
        return [Contradiction(row, self.user) for row in rows[:20]]


@dataclass
class Contradiction:
    """A held answer as one of its two sides reads it."""

    row: VisitAnswer
    reader: User

    @property
    def label(self) -> str:
        return facts.LABELS.get(self.row.field, "一项")

    @property
    def sentence(self) -> str:
        against = self.row.against
        if against is None:
            return f"记的时候名册已被改过，{self.label}不同"
        if against.visitor_id == self.row.visit.visitor_id:
            return f"同一份走访送来两次，{self.label}不同"
        others = {self.row.visit.visitor_id: self.row.visit.visitor, against.visitor_id: against.visitor}
        if self.reader.pk in others:
            others.pop(self.reader.pk)
            return f"你和{next(iter(others.values()))}都记了，{self.label}不同"
        return f"{against.visitor}和{self.row.visit.visitor}都记了，{self.label}不同"

    @property
    def cause(self) -> str:
        """In a few words why it is open."""
        against = self.row.against
        if against is None:
            return "名册已被改过"
        return "同一份送来两次" if against.visitor_id == self.row.visit.visitor_id else "两人说法不同"

    @property
    def first(self) -> str:
        return as_read(self.row.field, self.row.against_value)

    @property
    def second(self) -> str:
        return as_read(self.row.field, self.row.old if self.row.is_right else self.row.new)


def may_visit(user: User) -> bool:
    """Whether somebody who is signed in goes to doors at all."""
    return scope_of(user).has(*FIELD)


def matching(entities: QuerySet[Entity], words: str) -> QuerySet[Entity]:
    """Entities found by sign, name, address or pinyin initials; the search box of the phone."""
    return entities.filter(search__text__contains=words.lower()).select_related("place").order_by("pinyin", "pk")
