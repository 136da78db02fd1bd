"""一链: a difference on its way, department → street → branch → visit → answer → told, as steps with days and names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Min, Q, QuerySet, When
from django.urls import reverse

from coverage.comparison import differences
from coverage.differences import asking
from coverage.facts import fields as facts
from coverage.models import Department, Discrepancy, DiscrepancyStep, Entity
from coverage.models.differences import OVERDUE_AFTER
from coverage.reading import fields
from shimen import clock

Kind, State, Verb, Verdict = Discrepancy.Kind, Discrepancy.State, DiscrepancyStep.Verb, Discrepancy.Verdict
SOURCES = {"visit": "走访", "staff": "街道", "collection": "采集码"}
TONES = {
    State.OPEN: "y", State.ASK: "b", State.ACCEPTED: "g", State.REFUSED: "", State.ANSWERED: "g", State.TOLD: "g",
    State.CLOSED: "",
}  # fmt: skip
SETTLED = {State.ACCEPTED, State.REFUSED, State.ANSWERED, State.TOLD, State.CLOSED}


@dataclass(frozen=True, slots=True)
class Link:
    """One of the six steps. `state` is past, now or next."""

    name: str
    who: str
    words: str
    on: dt.date | None
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """A difference as a list shows it."""

    row: Discrepancy
    label: str
    old: str
    new: str
    tone: str
    source: str
    badge: str
    batch_url: str
    is_waiting: bool

    @property
    def url(self) -> str:
        return reverse("coverage:difference", args=[self.row.pk])


def source_of(row: Discrepancy) -> str:
    """Who says otherwise."""
    return row.department.name if row.department else SOURCES.get(row.source, "另一来源")


def label_of(row: Discrepancy) -> str:
    """What it is about: the field, or the entity as such."""
    if row.kind in {Kind.GONE, Kind.NEW, Kind.DOUBT} or not row.field:
        return "主体"
    return facts.LABELS.get(row.field, fields.TITLES.get(row.field, row.field))


def line_of(row: Discrepancy, on: dt.date, *, may_open_batch: bool) -> Line:
    """A row of the list (no query; department, batch and entity are fetched with it)."""
    old, new = _both(row)
    rounds = row.rounds_waiting(on)
    return Line(
        row=row,
        label=label_of(row),
        old=old,
        new=new,
        tone=TONES[State(row.state)],
        source=source_of(row),
        badge=f"{rounds} 轮没有答复" if rounds >= OVERDUE_AFTER // dt.timedelta(days=14) else "",
        batch_url=reverse("coverage:batch", args=[row.last_batch_id]) if row.last_batch_id and may_open_batch else "",
        is_waiting=row.state in Discrepancy.WAITING,
    )


def _both(row: Discrepancy) -> tuple[str, str]:
    if row.kind == Kind.GONE or (row.kind == Kind.CONFIRMED and not row.value):
        return "名册里有", "表里没有"
    if row.kind == Kind.NEW:
        return "名册里没有", "表里有"
    if row.kind == Kind.DOUBT:
        return "", row.reason or "认不准是哪一家"
    return worded(row.field, row.held) or "空", worded(row.field, row.value) or "空"


def worded(field: str, text: str) -> str:
    """Canonical text in words; of a telephone number the mask."""
    return text.partition(" ")[0] if field == "phone" else asking.shown(field, text)


def answer_of(row: Discrepancy) -> str:
    """What was found, in words; "" while nobody knows."""
    if not row.verdict:
        return ""
    if row.kind == Kind.GONE and row.answer in Entity.Presence.values:
        return str(Entity.Presence(row.answer).label)
    value = worded(row.field, row.answer)
    return f"{Verdict(row.verdict).label}{'：' + value if value else ''}"


class Chain:
    """The way of one difference (two queries)."""

    def __init__(self, row: Discrepancy, on: dt.date) -> None:
        self.row, self.on = row, on
        self.steps = list(differences.story(row))
        self.question = row.questions.order_by("-asked_at").first()

    def links(self) -> list[Link]:
        """The six steps, in the order of the way."""
        row = self.row
        settled, was_asked = row.state in SETTLED, self._last(Verb.ASK) is not None
        told = row.state == State.TOLD
        asked = "now" if row.state == State.ASK else "past" if was_asked or row.verdict else "next"
        return [
            Link("部门报来", source_of(row), self._sent(), row.opened_on, "past"),
            Link("街道比对", self._decider(), self._decision(), self._day(Verb.ACCEPT, Verb.REFUSE, Verb.ASK),
                 "now" if row.state == State.OPEN else "past"),
            Link("交到支部", self._branch(), self._asked(), self._day(Verb.ASK), "past" if asked == "now" else asked),
            Link("上门问", self._visitor(), self._visited(), row.answered_on if row.visit_id else None, asked),
            Link("有了结论", self._answerer(), self._result(), row.answered_on or self._day(Verb.ACCEPT, Verb.REFUSE)
                 if settled else None, "past" if settled else "next"),
            Link("告知部门", str(row.reply.sent_by or "") if row.reply else "", self._told(), row.told_on,
                 "past" if told or row.state == State.CLOSED else "now" if settled else "next"),
        ]  # fmt: skip

    def _last(self, *verbs: str) -> DiscrepancyStep | None:
        return next((step for step in reversed(self.steps) if step.verb in verbs), None)

    def _day(self, *verbs: str) -> dt.date | None:
        step = self._last(*verbs)
        return clock.day_of(step.at) if step else None

    def _sent(self) -> str:
        times = f"，报来 {self.row.times} 次" if self.row.times > 1 else ""
        return f"{self.row.last_batch}{times}" if self.row.last_batch else "与名册说法不一"

    def _decider(self) -> str:
        step = self._last(Verb.ACCEPT, Verb.REFUSE, Verb.ASK)
        return str(step.actor) if step and step.actor else "按规则" if step else ""

    def _decision(self) -> str:
        step = self._last(Verb.ACCEPT, Verb.REFUSE, Verb.ASK)
        return step.get_verb_display() if step else "等着处理"

    def _branch(self) -> str:
        entity = self.row.entity
        return str(entity.area) if entity and entity.area else ""

    def _asked(self) -> str:
        if self._last(Verb.ASK) is None and not self.row.verdict:
            return "不用上门" if self.row.state in SETTLED else "还没有交"
        return "下次走访带到" if self.row.state == State.ASK else "已交到"

    def _visitor(self) -> str:
        return str(self.row.visit.visitor) if self.row.visit else ""

    def _visited(self) -> str:
        row = self.row
        if row.visit is not None:
            return f"第 {row.visit.round.number} 轮走访" if row.visit.round else "轮外走访"
        if row.state == State.ASK:
            rounds = row.rounds_waiting(self.on)
            return f"等了 {rounds} 轮" if rounds else "等下一次走访"
        return "支部直接答复" if row.verdict else "没有上门" if row.state in SETTLED else ""

    def _answerer(self) -> str:
        row = self.row
        return str(row.answered_by or "") or (str(row.decided_by or "") if row.state in SETTLED else "")

    def _result(self) -> str:
        row = self.row
        if answer := answer_of(row):
            return answer
        state = row.told_from if row.state == State.TOLD else row.state
        if state == State.CLOSED:
            step = self._last(Verb.CONFIRM, Verb.SUPERSEDE, Verb.CLOSE)
            return step.words or step.get_verb_display() if step else "已了结"
        return str(State(state).label) if state in {State.ACCEPTED, State.REFUSED} else ""

    def _told(self) -> str:
        row = self.row
        if row.state == State.TOLD:
            return f"回复表 {row.reply.mark}" if row.reply else "已告知"
        if row.state == State.CLOSED:
            return "不用再回"
        return "等着回复" if row.state in SETTLED else ""

    def timeline(self) -> list[dict[str, Any]]:
        """Every step, newest first, for `{% timeline %}`."""
        return [self._moment(step) for step in reversed(self.steps)]

    def _moment(self, step: DiscrepancyStep) -> dict[str, Any]:
        title = step.get_verb_display()
        if step.verb in {Verb.SENT, Verb.AGAIN}:
            title = f"{source_of(self.row)}{'又一次' if step.verb == Verb.AGAIN else ''}报来"
        if step.verb == Verb.ANSWER:
            title = f"核实：{answer_of(self.row)}" if self.row.verdict else "核实"
        learnt = {Verb.ACCEPT, Verb.ANSWER, Verb.TELL, Verb.CONFIRM}
        return {
            "title": title,
            "text": "，".join(filter(None, [step.words, str(step.batch or "") if step.verb != Verb.ANSWER else ""])),
            "when": f"{step.at.astimezone(clock.SHANGHAI):%m-%d %H:%M}",
            "who": str(step.actor or ""),
            "kind": "k" if step.verb in learnt else "a" if step.verb == Verb.ESCALATE else "",
            "url": "",
        }


def with_sides(rows: QuerySet[Discrepancy]) -> QuerySet[Discrepancy]:
    """With everything that a line or a chain shows."""
    return rows.select_related(
        "department", "entity__area", "last_batch__department", "visit__visitor", "visit__round", "answered_by",
        "decided_by", "reply__sent_by",
    ).defer("last_batch__layout", "last_batch__counts", "entity__provenance", "reply__content")  # fmt: skip


def in_order(rows: QuerySet[Discrepancy]) -> QuerySet[Discrepancy]:
    """With their sides, the longest waiting first, then what was settled last."""
    waiting = Case(When(state__in=Discrepancy.WAITING, then=F("opened_on")), default=None)
    return with_sides(rows).order_by(waiting.asc(nulls_last=True), "-changed_at", "pk")


def of_entity(entity: Entity, on: dt.date, *, limit: int = 3) -> list[tuple[Discrepancy, str, list[Link]]]:
    """The newest differences of an entity with their ways; those that wait come first."""
    rows = list(with_sides(Discrepancy.objects.filter(entity=entity)).order_by("-changed_at")[: limit * 3])
    rows.sort(key=lambda row: row.state not in Discrepancy.WAITING)
    return [(row, f"{label_of(row)}：{source_of(row)}{_in_short(row)}", Chain(row, on).links()) for row in rows[:limit]]


def _in_short(row: Discrepancy) -> str:
    if row.kind == Kind.GONE:
        return "的表里没有这一家"
    if row.kind in {Kind.NEW, Kind.DOUBT}:
        return "报来的一行"
    return f"写“{worded(row.field, row.value)}”"


@dataclass(frozen=True, slots=True)
class Balance:
    """A department's account: sent = answered + waiting + closed; of those answered what is to be told, and the oldest wait."""

    department: Department
    sent: int
    answered: int
    waiting: int
    closed: int
    to_tell: int
    oldest: int


def balances(seen: QuerySet[Discrepancy], departments: Iterable[Department], on: dt.date) -> list[Balance]:
    """One account per department that has said something (one query)."""
    waiting = Q(state__in=Discrepancy.WAITING)
    rows = seen.order_by().values("department").annotate(
        sent=Count("pk"),
        answered=Count("pk", Q(state__in=[*Discrepancy.TO_TELL, State.TOLD])),
        waiting=Count("pk", waiting),
        to_tell=Count("pk", Q(state__in=Discrepancy.TO_TELL)),
        closed=Count("pk", Q(state=State.CLOSED)),
        first=Min("opened_on", filter=waiting),
    )  # fmt: skip
    found = {row["department"]: row for row in rows}
    made = []
    for department in departments:
        if row := found.get(department.pk):
            oldest = (on - row["first"]).days if row["first"] else 0
            counts = {key: row[key] for key in ("sent", "answered", "waiting", "closed", "to_tell")}
            made.append(Balance(department=department, oldest=oldest, **counts))
    return made
