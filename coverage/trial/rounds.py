"""The eight rounds written to the database: rosters, visits, what was corrected, asked for and answered."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from coverage.models import Demand, Question, Round, Stop, Visit, VisitAnswer
from coverage.planning import period as periods
from coverage.rounds import rounds
from coverage.trial import walks, wishes
from coverage.trial.copying import copy
from coverage.trial.days import Ids
from coverage.trial.firms import FORTNIGHT, Firm, Town
from coverage.trial.history import OPEN, Call, History, Line, Teller, roster, spread
from coverage.trial.provenance import Seen
from coverage.trial.registry import Writing
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.territory.calendar import working_days

_STOP = (
    "id", "street_id", "round_id", "entity_id", "area_id", "owner_id", "visitor_id", "planned_on", "sequence", "outcome",
    "outcome_at", "outcome_reason", "is_first", "carried_rounds", "due_on", "appointed_at", "hint", "asked_exempt",
    "asked_exempt_by_id",
)  # fmt: skip
_VISIT = (
    "id", "street_id", "stop_id", "round_id", "entity_id", "visitor_id", "outcome", "reason", "note", "visited_at",
    "received_at", "digest",
)  # fmt: skip
_ANSWER = ("visit_id", "field", "is_right", "old", "new", "state", "settled_at")
_DEMAND = (
    "id", "street_id", "visit_id", "entity_id", "category", "words", "solved_on_spot", "how_solved", "raised_at",
    "raised_by_id", "answer", "answered_at", "answered_by_id", "told_at", "told_in_id",
)  # fmt: skip
HARD_TO_MEET = 9


@dataclass(frozen=True)
class Story:
    """What happened, with the ids under which it is written."""

    history: History
    visit_ids: list[uuid.UUID]
    planned: walks.Planned
    owner: dict[int, str]

    def seen(self, people: dict[str, User]) -> dict[int, Seen]:
        """The last visit that met somebody, by firm, with what was corrected on the way."""
        found: dict[int, Seen] = {}
        corrected: dict[int, frozenset[str]] = defaultdict(frozenset)
        for call, pk in zip(self.history.calls, self.visit_ids, strict=True):
            if call.outcome in {"same", "changed"}:
                corrected[call.firm] |= {change.field for change in call.changes}
                found[call.firm] = Seen(call.day, str(people[call.visitor].pk), str(pk), corrected[call.firm])
        return found


def tell(town: Town, to: Writing, *, at: dt.datetime) -> Story:
    """Let the eight rounds happen until `at`; nothing is written yet."""
    days, firms = to.days, town.firms
    today = days.number(days.today)
    walked = _walked_days(to)
    working = working_days(days.day(-FORTNIGHT), days.day(FORTNIGHT * (OPEN + 1)))
    chance = random.Random(f"{to.seed} hard")
    candidates = [
        i for i, f in enumerate(firms) if f.is_operating and not f.is_known and f.registered < 0 and f.left is None
    ]
    teller = Teller(firms, seed=to.seed, hard=set(chance.sample(candidates, HARD_TO_MEET)))
    starts = walks.stations(town.stations)
    owner = walks.owners_of(firms, starts)
    before: dict[int, Line] = {}
    finds = sorted((f.registered, i) for i, f in enumerate(firms) if f.is_find)
    planned = walks.Planned({})
    for number in range(1, OPEN + 1):
        lines = roster(firms, number, owner, before, teller.met)
        for line in lines:
            line.due_on = _due_on(line, firms[line.firm], working, to)
        if number < OPEN:
            spread(lines, firms, sorted(walked[number]))
            until = (FORTNIGHT * number, 0)
        else:
            planned = walks.plan_round(lines, firms, starts, walked[number], today=today)
            local = at.astimezone(days.at(0).tzinfo)
            until = (today, min(local.hour * 60 + local.minute, 10 * 60 + 31))
        teller.happen(lines, sorted(walked[number]), until=until)
        for day, index in finds:
            if day // FORTNIGHT + 1 == number and day < max(today, 1):
                teller.find(index, owner[index])
        before = {line.firm: line for line in lines}
    return _finished(teller, town, planned, owner, to)


def _walked_days(to: Writing) -> dict[int, dict[int, dt.date]]:
    """Working days of each round: number of the day → date."""
    found = {}
    for number in range(1, OPEN + 1):
        first = to.days.day(FORTNIGHT * (number - 1))
        working = working_days(first, first + dt.timedelta(days=FORTNIGHT - 1))
        found[number] = {to.days.number(day): day for day in working}
    return found


def _finished(teller: Teller, town: Town, planned: walks.Planned, owner: dict[int, str], to: Writing) -> Story:
    history = teller.history
    history.calls.sort(key=lambda call: (call.day, call.minute, call.firm))
    _told_wishes(history, town.firms)
    teller.explain_changes()
    for index, firm in enumerate(town.firms):
        if firm.is_operating and index not in teller.met:
            firm.presence = "unknown"
    ids = Ids(to.seed, "visit")
    visit_ids = [ids.at(_when(call, to)) for call in history.calls]
    return Story(history, visit_ids, planned, owner)


# What the drawings tell: who asked for what in which round; in the eighth round they are told the answer, or not yet.
_ASKED = {
    ("子丑面馆", 6): "门头灯不亮",
    ("子丑面馆", 7): "早上七点卸货",
    ("丁卯水果店", 7): "晚上居民的车",
}
_ANSWERED_ON = 103  # the Saturday in the open round's first week, when the council's answer came


def _told_wishes(history: History, firms: list[Firm]) -> None:
    for call in history.calls:
        asked = _ASKED.get((firms[call.firm].name, call.round))
        if asked and call.outcome in {"same", "changed"}:
            call.wish = next(wish for wish in wishes.WISHES if wish.words.startswith(asked))
            call.is_solved = bool(call.wish.how) and not call.wish.answer


def _when(call: Call, to: Writing) -> dt.datetime:
    return to.days.at(call.day, call.minute // 60, call.minute % 60, call.firm % 60)


def write(
    story: Story, town: Town, ids: list[uuid.UUID], to: Writing, people: dict[str, User], *, at: dt.datetime
) -> None:
    """Rounds with their rosters, then visits and what they brought, then the sums of the rounds that are over."""
    made = _write_rounds(story, to)
    stops = _write_stops(story, town, ids, made, to, people)
    _write_visits(story, ids, made, stops, to, people)
    _write_answers(story, to)
    _write_demands(story, ids, to, people, at=at)
    _write_questions(story, town, ids, to, people)
    _close(made, story, to)


def _write_rounds(story: Story, to: Writing) -> dict[int, Round]:
    ids, days = Ids(to.seed, "round"), to.days
    made = {}
    for number, lines in story.history.lines.items():
        first = FORTNIGHT * (number - 1)
        opened = days.at(first, 6)
        made[number] = Round(
            id=ids.at(opened),
            street=to.street,
            number=number,
            period_start=days.day(first),
            period_end=days.day(first + FORTNIGHT - 1),
            opened_at=opened,
            plan_state=Round.Plan.DONE if number == OPEN else Round.Plan.NONE,
            planned_at=days.at(first, 6, 1) if number == OPEN else None,
            plan_figures=story.planned.figures if number == OPEN else {},
            balance={"due": len(lines)},
        )
    Round.objects.bulk_create(made.values())
    return made


def _close(made: dict[int, Round], story: Story, to: Writing) -> None:
    """Each round was opened, and closed by the opening of the next one; the product's own verb writes its sum."""
    for number, round_ in made.items():
        opened = to.days.at(FORTNIGHT * (number - 1), 6)
        if number > 1:
            rounds.close(round=made[number - 1], actor=None, at=opened)
        after = {"due": len(story.history.lines[number]), "number": number}
        record(verb="rounds.open", target=round_, actor=None, at=opened, after=after)
    planned = to.days.at(FORTNIGHT * (OPEN - 1), 6, 1)
    record(verb="rounds.plan", target=made[OPEN], actor=None, at=planned, after=story.planned.figures)


def _write_stops(
    story: Story, town: Town, ids: list[uuid.UUID], made: dict[int, Round], to: Writing, people: dict[str, User]
) -> dict[tuple[int, int], uuid.UUID]:
    """All stops; returns their ids by round and firm."""
    stop_ids, found = Ids(to.seed, "stop"), {}
    extras = _extras(story, town.firms, to)

    def rows() -> Iterator[tuple[object, ...]]:
        for number, lines in story.history.lines.items():
            opened = to.days.at(FORTNIGHT * (number - 1), 6)
            for line in lines:
                pk = found[number, line.firm] = stop_ids.at(opened)
                extra = extras.get((number, line.firm), _Extra())
                done = line.outcome != "due"
                at = (
                    to.days.at(line.day, line.minute // 60, line.minute % 60) if done and line.day is not None else None
                )
                yield (
                    pk, to.street.pk, made[number].pk, ids[line.firm], to.grids[town.firms[line.firm].grid].pk,
                    people[line.owner].pk, people[line.visitor].pk, to.days.day(line.day) if line.day is not None else None,
                    line.sequence, line.outcome, at, line.reason, line.is_first, line.carried,
                    line.due_on, extra.appointed_at, extra.hint, extra.asked_exempt,
                    people[line.visitor].pk if extra.asked_exempt else None,
                )  # fmt: skip

    copy(Stop, _STOP, rows())
    return found


@dataclass(frozen=True, slots=True)
class _Extra:
    hint: str = ""
    appointed_at: dt.datetime | None = None
    asked_exempt: str = ""


def _extras(story: Story, firms: list[Firm], to: Writing) -> dict[tuple[int, int], _Extra]:
    """Hints, appointments and requests for exemption among the open round's doors that are still due."""
    chance = random.Random(f"{to.seed} extras")
    today = to.days.number(to.days.today)
    open_lines = [line for line in story.history.lines[OPEN] if line.outcome == "due" and line.day is not None]
    found = {}
    for line in open_lines:
        name = firms[line.firm].name
        if name == "戌亥花店":
            found[OPEN, line.firm] = _Extra(hint="17:00 后再去")
        elif name == "天干一号科技有限公司":
            found[OPEN, line.firm] = _Extra(asked_exempt=wishes.ASKED_EXEMPT[0])
        elif chance.random() < 0.03:
            found[OPEN, line.firm] = _Extra(hint=chance.choice(wishes.HINTS))
    later = [line for line in open_lines if (line.day or 0) > today and (OPEN, line.firm) not in found]
    for line in chance.sample(later, min(6, len(later))):
        at = to.days.at(line.day or 0, chance.choice((10, 14, 16)))
        found[OPEN, line.firm] = _Extra(appointed_at=at, hint=f"约好 {at:%H:%M}")
    rest = [line for line in later if (OPEN, line.firm) not in found]
    for line, reason in zip(chance.sample(rest, min(2, len(rest))), wishes.ASKED_EXEMPT[1:], strict=False):
        found[OPEN, line.firm] = _Extra(asked_exempt=reason)
    return found


def _due_on(line: Line, firm: Firm, working: list[dt.date], to: Writing) -> dt.date | None:
    """First visits of those who entered since the round before: within five working days."""
    if not line.is_first or line.round == 1 or firm.registered < FORTNIGHT * (line.round - 2):
        return None
    return periods.within(to.days.day(firm.registered), working)


def _write_visits(
    story: Story,
    ids: list[uuid.UUID],
    made: dict[int, Round],
    stops: dict[tuple[int, int], uuid.UUID],
    to: Writing,
    people: dict[str, User],
) -> None:
    def rows() -> Iterator[tuple[object, ...]]:
        for call, pk in zip(story.history.calls, story.visit_ids, strict=True):
            at = _when(call, to)
            yield (
                pk, to.street.pk, stops[call.round, call.firm] if call.line else None, made[call.round].pk, ids[call.firm],
                people[call.visitor].pk, call.outcome, call.reason, call.note, at, at + dt.timedelta(seconds=4),
                hashlib.sha256(pk.bytes).hexdigest(),
            )  # fmt: skip

    copy(Visit, _VISIT, rows())


def _write_answers(story: Story, to: Writing) -> None:
    def rows() -> Iterator[tuple[object, ...]]:
        for call, pk in zip(story.history.calls, story.visit_ids, strict=True):
            for change in call.changes:
                yield (pk, change.field, False, change.old, change.new, VisitAnswer.State.APPLIED, None)

    copy(VisitAnswer, _ANSWER, rows())


def _write_demands(
    story: Story, ids: list[uuid.UUID], to: Writing, people: dict[str, User], *, at: dt.datetime
) -> None:
    """Demands solved on the spot, and those passed on: answered after some days, told at the next visit."""
    chance, made = random.Random(f"{to.seed} demand"), Ids(to.seed, "demand")
    later: dict[int, list[tuple[dt.datetime, uuid.UUID]]] = defaultdict(list)
    for call, pk in zip(story.history.calls, story.visit_ids, strict=True):
        if call.outcome in {"same", "changed"}:
            later[call.firm].append((_when(call, to), pk))
    forced = set(_ASKED.values())

    def rows() -> Iterator[tuple[object, ...]]:
        for call, pk in zip(story.history.calls, story.visit_ids, strict=True):
            if call.wish is None:
                continue
            raised, wish = _when(call, to), call.wish
            day = _answer_day(call, chance, to, is_told=any(wish.words.startswith(words) for words in forced))
            answered = None if call.is_solved or day is None else to.days.at(day, 15, chance.randrange(60))
            told = next(
                ((when, visit) for when, visit in later[call.firm] if answered and when > answered), (None, None)
            )
            yield (
                made.at(raised), to.street.pk, pk, ids[call.firm], wish.category, wish.words, call.is_solved,
                wish.how if call.is_solved else "", raised, people[call.visitor].pk,
                (wish.answer or "已联系办妥，请再看看。") if answered else "", answered,
                people["wujiliu"].pk if answered else None, *told,
            )  # fmt: skip

    copy(Demand, _DEMAND, rows())


def _answer_day(call: Call, chance: random.Random, to: Writing, *, is_told: bool) -> int | None:
    """The day on which an answer came; None where none has come yet."""
    today = to.days.number(to.days.today)
    if is_told and call.round == OPEN - 1:
        return min(_ANSWERED_ON, today - 1)
    day = call.day + chance.randint(3, 12)
    likely = 1.0 if today - call.day > 2 * FORTNIGHT else 0.85 if today - call.day > FORTNIGHT else 0.35
    return day if chance.random() < likely and day < today else None


_ASK = (
    ("辰巳五金经营部", "registration_status", "市场监管表格写“注销”，看还在不在", "4"),
    ("寅卯咖啡（示例）店", "address", "市场监管表格写“望桥路88号甲”，请核对门牌", "望桥路88号甲"),
    ("丁卯水果店", "legal_person", "税务表格写“郑庚九”，请问一句", "郑庚九"),
    ("子丑面馆", "legal_person", "税务表格写“孙丙六”，请问一句", "孙丙六"),
)
_QUESTIONS = (
    ("headcount", "社保人数和上次走访对不上，问现在几个人"),
    ("legal_person", "税务表格上的经营者换了人，问是不是换了老板"),
    ("address", "表格上的门牌和名册不同，请看一眼门牌"),
    ("registration_status", "最近一批表格里没有这一家，看还在不在"),
    ("phone", "电话打不通，请问现在的号码"),
    ("", "同一地址登记了两家，问是不是同一家"),
)


def _write_questions(story: Story, town: Town, ids: list[uuid.UUID], to: Writing, people: dict[str, User]) -> None:
    """Doubts that were answered at earlier visits, and those that wait for the open round's."""
    chance, made = random.Random(f"{to.seed} question"), Ids(to.seed, "question")
    asked_at = to.days.at(FORTNIGHT * (OPEN - 1) - 2, 16)
    index = {firm.name: i for i, firm in enumerate(town.firms) if firm.left is None}
    asker = people["qianyier"]
    rows = [
        _question(made, to, ids[index[name]], asked_at, asker, field=field, sentence=sentence, proposed=proposed)
        for name, field, sentence, proposed in _ASK
    ]
    waiting = [
        line.firm for line in story.history.lines[OPEN] if line.outcome == "due" and not town.firms[line.firm].is_known
    ]
    for firm in chance.sample(waiting, min(17, len(waiting))):
        field, sentence = chance.choice(_QUESTIONS)
        rows.append(_question(made, to, ids[firm], asked_at, asker, field=field, sentence=sentence))
    met = [(call, pk) for call, pk in zip(story.history.calls, story.visit_ids, strict=True) if call.outcome == "same"]
    for call, pk in chance.sample([m for m in met if 1 < m[0].round < OPEN], 58):
        field, sentence = chance.choice(_QUESTIONS)
        before = to.days.at(FORTNIGHT * (call.round - 1) - 2, 16)
        rows.append(
            _question(made, to, ids[call.firm], before, asker, field=field, sentence=sentence, answered_in_id=pk)
        )
    Question.objects.bulk_create(rows)


def _question(made: Ids, to: Writing, entity: uuid.UUID, at: dt.datetime, asker: User, **values: object) -> Question:
    return Question(id=made.at(at), street=to.street, entity_id=entity, asked_at=at, asked_by=asker, **values)
