"""The comparison chain of the trial: what tax and social insurance said differently, in every state of its life.

Nothing here moves the registry: what was taken over stands there already, what was asked was answered by visits that the
rounds tell. 市场监管 has sent nothing yet, so that the first thing a newcomer does can be to compare its workbook.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from coverage.comparison.changes import digest
from coverage.models import (
    Batch,
    Department,
    Difference,
    Discrepancy,
    DiscrepancyStep,
    FeedFile,
    Question,
    Reply,
    Visit,
    VisitAnswer,
)  # fmt: skip
from coverage.trial import words
from coverage.trial.days import Ids
from coverage.trial.firms import LISTED, Town
from coverage.trial.history import OPEN, Call
from coverage.trial.registry import Writing
from coverage.trial.rounds import Story
from shimen import sheets
from shimen.accounts.models import User

Kind, State, Verb, Verdict = Discrepancy.Kind, Discrepancy.State, DiscrepancyStep.Verb, Discrepancy.Verdict
# Department, number of the batch, and the day on which it came; the first of each was replied to on REPLIED.
SENT = (("tax", 1, 44), ("social", 1, 52), ("tax", 2, 86), ("social", 2, 90))
REPLIED = {"tax": 84, "social": 85}
HEADINGS = ("统一社会信用代码", "单位名称", "法定代表人", "从业人数", "经营范围", "登记状态")
COLUMNS = {"legal_person": 2, "headcount": 3, "scope": 4, "registration_status": 5}
BY_FIELD = {"legal_person": "tax", "scope": "tax", "registration_status": "tax", "headcount": "social"}
ANSWERED_OURS, ANSWERED_THEIRS, TAKEN, REFUSED, CONFIRMED, LATE, DOUBTS, HELD = 26, 12, 16, 7, 5, 4, 3, 4


@dataclass
class _Sent:
    """A batch with what it says, before its file is written."""

    batch: Batch
    at: dt.datetime
    rows: list[Discrepancy] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)


class Writer:
    """Tells the chain and writes it down."""

    def __init__(self, story: Story, town: Town, ids: list[uuid.UUID], to: Writing, people: dict[str, User]) -> None:
        self.story, self.firms, self.ids, self.to, self.people = story, town.firms, ids, to, people
        self.chance, self.made = random.Random(f"{to.seed} chain"), Ids(to.seed, "chain")
        self.departments = {row.code: row for row in Department.objects.filter(street=to.street)}
        self.sent = {(code, number): self._batch(code, number, day) for code, number, day in SENT}
        self.steps: list[DiscrepancyStep] = []
        self.questions: list[Question] = []
        self.lines: list[Difference] = []
        self.used: set[int] = set()
        self.adopted: list[tuple[uuid.UUID, Discrepancy]] = []  # questions that stand, and what they are about

    def write(self) -> None:
        """Everything, in the order of its references."""
        self._answered()
        self._taken()
        self._waiting()
        self._doubts()
        for sent in self.sent.values():
            self._send(sent)
        rows = [row for sent in self.sent.values() for row in sent.rows]
        replies = self._replies()
        for row in rows:
            if row.state == State.TOLD and row.department is not None:
                row.reply = replies[row.department.code]
        Discrepancy.objects.bulk_create(rows)
        Difference.objects.bulk_create(self.lines)
        DiscrepancyStep.objects.bulk_create(self.steps)
        Question.objects.bulk_create(self.questions)
        for pk, row in self.adopted:
            Question.objects.filter(pk=pk).update(discrepancy=row)
        self._held()

    # What happened.

    def _calls(self, outcome: str, rounds: Iterable[int]) -> list[tuple[Call, uuid.UUID]]:
        pairs = zip(self.story.history.calls, self.story.visit_ids, strict=True)
        wanted = set(rounds)
        free = [
            pair for pair in pairs
            if pair[0].outcome == outcome and pair[0].round in wanted and not self.firms[pair[0].firm].is_known
            and self.firms[pair[0].firm].registered < 0 and self.firms[pair[0].firm].left is None
        ]  # fmt: skip
        self.chance.shuffle(free)
        return free

    def _answered(self) -> None:
        """What visits have answered: in the fifth and sixth rounds, told since; in the open one, not yet told."""
        same = self._calls("same", (5, 6, OPEN))
        for call, visit in self._of(same, ANSWERED_OURS):
            what = self.chance.choice(("legal_person", "headcount"))
            held = str(getattr(self.firms[call.firm], what))
            said = words.person(self.chance) if what == "legal_person" else str(int(held) + self.chance.randint(1, 4))
            self._answer(call, visit, what, said, held, Verdict.OURS)
        changed = [pair for pair in self._calls("changed", (5, 6, OPEN)) if self._change(pair[0]) is not None]
        for call, visit in self._of(changed, ANSWERED_THEIRS):
            change = self._change(call)
            if change is not None:
                self._answer(call, visit, change[0], change[2], change[1], Verdict.THEIRS)

    @staticmethod
    def _change(call: Call) -> tuple[str, str, str] | None:
        found = next((one for one in call.changes if one.field in {"legal_person", "headcount"}), None)
        return (found.field, found.old, found.new) if found else None

    def _of(self, pairs: list[tuple[Call, uuid.UUID]], number: int) -> Iterator[tuple[Call, uuid.UUID]]:
        """As many as asked for, of firms about which nothing else is told."""
        for call, visit in pairs:
            if number and call.firm not in self.used:
                self.used.add(call.firm)
                number -= 1
                yield call, visit

    def _answer(self, call: Call, visit: uuid.UUID, what: str, said: str, held: str, verdict: str) -> None:
        is_told = call.round != OPEN
        row = self._row(call.firm, what, said, held, 1 if is_told else 2)
        asked = self._ask(row)
        asked.answered_in_id = visit
        at = self.to.days.at(call.day, call.minute // 60, call.minute % 60, call.firm % 60)
        row.verdict, row.answer, row.visit_id = verdict, held if verdict == Verdict.OURS else said, visit
        row.answered_on, row.answered_by = self.to.days.day(call.day), self.people[call.visitor]
        row.basis, row.kind = f"{row.answered_by}上门", Kind.CONTRADICTS
        self._step(row, Verb.ANSWER, at, row.answered_by, visit=visit)
        row.state = State.ANSWERED
        if is_told:
            self._told(row)

    def _taken(self) -> None:
        """Decided at the desk: taken over, refused, and what the department has come round to."""
        free = [i for i, firm in enumerate(self.firms) if i not in self.used and self._is_plain(i) and firm.scope]
        chosen = iter(self.chance.sample(free, TAKEN + REFUSED + CONFIRMED))
        for number in range(TAKEN + REFUSED + CONFIRMED):
            index = next(chosen)
            self.used.add(index)
            scope = self.firms[index].scope
            is_late = number % 3 == 0
            if number < TAKEN:
                row = self._row(index, "scope", scope, "", 2 if is_late else 1)
                self._decide(row, Verb.ACCEPT, State.ACCEPTED)
            elif number < TAKEN + REFUSED:
                row = self._row(index, "scope", f"{scope}、进出口", scope, 2 if is_late else 1)
                self._decide(row, Verb.REFUSE, State.REFUSED)
            else:
                row = self._row(index, "headcount", "0", str(self.firms[index].headcount), 1)
                self._decide(row, Verb.REFUSE, State.REFUSED)
                row.kind, row.state, row.last_batch = Kind.CONFIRMED, State.CLOSED, self.sent["social", 2].batch
                self._step(row, Verb.CONFIRM, self.sent["social", 2].at, None)
                continue
            if row.last_batch is not None and row.last_batch.number == 1:
                self._told(row)

    def _is_plain(self, index: int) -> bool:
        firm = self.firms[index]
        return firm.is_operating and not firm.is_known and firm.registered < 0 and firm.left is None

    def _waiting(self) -> None:
        """The questions that stand are those of these departments; a few have waited since the first batch."""
        firm_of = {pk: index for index, pk in enumerate(self.ids)}
        late = 0
        for question in Question.objects.filter(street=self.to.street).open().order_by("asked_at", "pk"):
            index = firm_of[question.entity_id]
            if question.field not in COLUMNS or index in self.used:
                continue
            self.used.add(index)
            held = "1" if question.field == "registration_status" else str(getattr(self.firms[index], question.field))
            said = question.proposed or self._other(question.field, held)
            is_late = not self.firms[index].is_known and late < LATE
            late += is_late
            row = self._row(index, question.field, said, held, 1 if is_late else 2)
            row.kind, row.state = Kind.CONTRADICTS, State.ASK
            self._step(row, Verb.ASK, self._applied(row), self.people["qianyier"])
            if is_late:
                row.escalated_at = self.to.days.at(100, 7)
                self._step(row, Verb.ESCALATE, row.escalated_at, None, words="两轮没有答复")
            Question.objects.filter(pk=question.pk).update(proposed=said)
            self.adopted.append((question.pk, row))

    def _other(self, what: str, held: str) -> str:
        if what == "headcount":
            return str(max(1, int(held) - 1)) if int(held) > 1 else "3"
        return words.person(self.chance) if what == "legal_person" else "4"

    def _doubts(self) -> None:
        """Rows of the latest social insurance workbook whose code was spoilt: nobody has said yet which they are."""
        sent = self.sent["social", 2]
        free = [
            i
            for i, firm in enumerate(self.firms)
            if i not in self.used and self._is_plain(i) and firm.kind == "enterprise"
        ]
        for index in self.chance.sample(free, DOUBTS):
            firm = self.firms[index]
            row = self._row(index, "", "", "", 2, kind=Kind.DOUBT, by="social")
            row.code, row.reason = "9.19902E+17", "代码被表格软件改坏，名称相近"
            row.key = digest(f"d|social|{row.code}|{firm.name}")
            sent.cells[-1][:2] = [row.code, firm.name]

    # How it is put.

    def _batch(self, code: str, number: int, day: int) -> _Sent:
        at = self.to.days.at(day, 10, 20)
        batch = Batch(
            id=self.made.at(at), street=self.to.street, number=number, department=self.departments[code],
            as_of=self.to.days.day(day - 1), state=Batch.State.APPLIED, is_full=False, revision=2,
            created_by=self.people["qianyier"], created_at=at, applied_by=self.people["qianyier"],
            applied_at=at + dt.timedelta(hours=1),
        )  # fmt: skip
        return _Sent(batch, at)

    def _row(
        self, index: int, what: str, said: str, held: str, number: int, *, kind: str = Kind.CHANGED, by: str = ""
    ) -> Discrepancy:
        """A difference that a batch brought, with its line."""
        firm, sent = self.firms[index], self.sent[by or BY_FIELD[what], number]
        department = sent.batch.department
        row = Discrepancy(
            id=self.made.at(sent.at), street=self.to.street, department=department, kind=kind, state=State.OPEN,
            key=digest(f"c|{department.code}|{self.ids[index]}|{what}|{said}"), entity_id=self.ids[index], name=firm.name,
            code=firm.code, field=what, value=said, held=held, opened_on=self.to.days.day(self.to.days.number(sent.at.date())),
            changed_at=sent.at, first_batch=sent.batch, last_batch=sent.batch, line=len(sent.rows) + 2,
        )  # fmt: skip
        cells = [firm.code, firm.name, "", "", "", ""]
        if what:
            cells[COLUMNS[what]] = {"4": "注销", "1": "存续"}.get(said, said) if what == "registration_status" else said
        sent.rows.append(row)
        sent.cells.append(cells)
        self._step(row, Verb.SENT, sent.at, self.people["qianyier"])
        return row

    def _step(
        self, row: Discrepancy, verb: str, at: dt.datetime, actor: User | None, *, visit: uuid.UUID | None = None,
        words: str = "",
    ) -> None:  # fmt: skip
        row.changed_at = at
        self.steps.append(
            DiscrepancyStep(
                discrepancy=row, verb=verb, at=at, actor=actor, batch=row.last_batch, visit_id=visit, words=words
            )
        )

    def _applied(self, row: Discrepancy) -> dt.datetime:
        batch = row.last_batch
        return batch.applied_at if batch is not None and batch.applied_at else row.changed_at

    def _ask(self, row: Discrepancy) -> Question:
        at = self._applied(row)
        assert row.entity_id is not None, "only what is about an entity can be asked at its door"  # noqa: S101
        self._step(row, Verb.ASK, at, self.people["qianyier"])
        sentence = f"{row.department}表格写“{row.value}”，名册是“{row.held}”，请核对"
        question = Question(
            id=self.made.at(at), street=self.to.street, entity_id=row.entity_id, field=row.field, sentence=sentence,
            proposed=row.value, discrepancy=row, asked_at=at, asked_by=self.people["qianyier"],
        )  # fmt: skip
        self.questions.append(question)
        return question

    def _decide(self, row: Discrepancy, verb: str, state: str) -> None:
        row.state, row.decided_by = state, self.people["qianyier"]
        self._step(row, verb, self._applied(row), row.decided_by)

    def _told(self, row: Discrepancy) -> None:
        if row.department is None:
            return
        day = REPLIED[row.department.code]
        row.told_from, row.state, row.told_on = row.state, State.TOLD, self.to.days.day(day)
        self._step(row, Verb.TELL, self.to.days.at(day, 16), self.people["qianyier"])

    def _send(self, sent: _Sent) -> None:
        """The file, the batch with its account, and a line for each difference."""
        content = sheets.as_csv(HEADINGS, sent.cells)
        file = FeedFile.objects.create(
            id=self.made.at(sent.at), street=self.to.street, sha256=hashlib.sha256(content).hexdigest(),
            name=f"{sent.batch.department}变动_{sent.batch.as_of:%Y%m}.csv", size=len(content), content=content,
            uploaded_by=self.people["qianyier"], uploaded_at=sent.at,
        )  # fmt: skip
        doubts = sum(row.kind == Kind.DOUBT for row in sent.rows)
        taken = sum(row.state == State.ACCEPTED or row.told_from == State.ACCEPTED for row in sent.rows)
        asked = sum(row.state == State.ASK or bool(row.verdict) for row in sent.rows)
        sent.batch.file, sent.batch.layout = file, _layout(len(sent.rows))
        sent.batch.counts = _account(len(sent.rows), doubts) | {"applied": {"changed": taken, "new": 0, "asked": asked}}
        sent.batch.save(force_insert=True)
        self.lines += [self._line(row, sent.batch, number) for number, row in enumerate(sent.rows, 2)]

    def _line(self, row: Discrepancy, batch: Batch, number: int) -> Difference:
        state = row.told_from or row.state
        is_taken, is_doubt = state == State.ACCEPTED, row.kind == Kind.DOUBT
        decision = "accept" if is_taken else "ask" if state == State.ASK else "open" if is_doubt else "refuse"
        cells = {"code": row.code, "name": row.name}
        candidate = {
            "entity": str(row.entity_id),
            "name": row.name,
            "code": "",
            "points": 92,
            "reasons": [["名称相同", "good", 60]],
        }
        return Difference(
            key=row.key, street=self.to.street, batch=batch, line=number, kind="doubt" if is_doubt else "changed",
            entity_id=None if is_doubt else row.entity_id, field=row.field, old=row.held, new=row.value, reason=row.reason,
            row={"cells": cells, "values": {"name": row.name}, "problems": []} if is_doubt else None,
            candidates=[candidate] if is_doubt else [], decision=decision, applied=is_taken,
            decided_by=row.answered_by or row.decided_by, decided_at=row.changed_at if decision == "refuse" else None,
        )  # fmt: skip

    def _replies(self) -> dict[str, Reply]:
        made = {}
        for code, day in REPLIED.items():
            batch = self.sent[code, 1].batch
            told = sum(row.state == State.TOLD for row in self.sent[code, 1].rows)
            at = self.to.days.at(day, 15, 30)
            made[code] = Reply.objects.create(
                id=self.made.at(at), street=self.to.street, batch=batch, form="xlsx", purpose=f"回复{batch.department}（示例）",
                state=Reply.State.SENT, rows=told, mark=f"{self.chance.getrandbits(32):08x}",
                sha256=hashlib.sha256(code.encode()).hexdigest(), made_by=self.people["qianyier"], made_at=at,
                sent_by=self.people["qianyier"], sent_at=self.to.days.at(day, 16),
            )  # fmt: skip
        return made

    def _held(self) -> None:
        """Two words about one door that nobody has settled yet, where an earlier visit vouches for the headcount."""
        vouched = {
            call.firm for call in self.story.history.calls
            if call.round < OPEN and any(change.field == "headcount" for change in call.changes)
        }  # fmt: skip
        later = [pair for pair in self._calls("same", (OPEN,)) if pair[0].firm in vouched]
        for call, visit in later[:HELD]:
            held = self.firms[call.firm].headcount
            VisitAnswer.objects.create(
                visit=Visit.objects.get(pk=visit), field="headcount", is_right=False, old=str(held + 1), new=str(held + 2),
                state=VisitAnswer.State.HELD, against_value=str(held),
            )  # fmt: skip


def _layout(rows: int) -> dict[str, object]:
    columns = [
        ["统一社会信用代码", "code"], ["单位名称", "name"], ["法定代表人", "legal_person"], ["从业人数", "headcount"], ["经营范围", "scope"],
        ["登记状态", "registration_status"],
    ]  # fmt: skip
    sheet = {
        "name": "", "header_row": 1, "rows": rows + 1, "titles": 0, "headings": 1, "blanks": 0, "remarks": 0, "data": rows,
        "columns": columns, "unknown": [], "doubled": [],
    }  # fmt: skip
    return {"format": "csv", "encoding": "utf-8", "remarks": [], "sheets": [sheet]}


def _account(rows: int, doubts: int) -> dict[str, object]:
    """The sum of a batch that holds nothing but differences, each on a line of its own."""
    named = rows - doubts
    return {
        "rows": rows, "same": 0, "changed": named, "new": 0, "repaired": 0, "doubt": doubts, "duplicate": 0, "refused": 0,
        "gone": 0, "gone_percent": 0.0, "cells_refused": 0, "fields_changed": named,
        "registry": {"total": LISTED, "named": named, "occupied": doubts, "absent": 0, "outside": LISTED - rows, "gone": 0},
    }  # fmt: skip


def write(story: Story, town: Town, ids: list[uuid.UUID], to: Writing, people: dict[str, User]) -> None:
    """The chain as it stands today."""
    Writer(story, town, ids, to, people).write()
