"""What happened in the eight rounds: who was on each roster, what was found at each door, what was asked for. Pure.

A story told forward: each round's roster holds who operated on its first day, whoever was not reached is carried over,
and what changes at a door changes from a value that was true before to the one the register holds today. Days are
counted from the Monday of round 1.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from coverage.trial import cast, wishes, words
from coverage.trial.firms import FORTNIGHT, Firm
from coverage.trial.wishes import Wish

OPEN = 8
FIRST_DOOR, EVERY, LUNCH_FROM, LUNCH_TO = 9 * 60 + 5, 11, 11 * 60 + 40, 13 * 60 + 20

# What the drawings say of the cast: the round, and what came of it then.
TOLD = {
    ("戌亥花店", 6): "no_answer",
    ("戌亥花店", 7): "no_answer",
    ("子丑面馆", 6): "visited",
    ("子丑面馆", 7): "visited",
    ("子丑面馆", 8): "visited",
    ("丁卯水果店", 7): "visited",
    **{(name, OPEN): "due" for name in cast.TODAY},
}


@dataclass(slots=True)
class Line:
    """A stop on a roster."""

    firm: int
    round: int
    owner: str
    visitor: str
    day: int | None = None
    sequence: int | None = None
    outcome: str = "due"
    minute: int = 0
    reason: str = ""
    is_first: bool = False
    carried: int = 0
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A fact corrected at the door."""

    field: str
    old: str
    new: str


@dataclass(slots=True)
class Call:
    """A visit; `line` is None for a find outside the roster."""

    firm: int
    round: int
    line: Line | None
    visitor: str
    day: int
    minute: int
    outcome: str
    reason: str = ""
    note: str = ""
    changed: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    wish: Wish | None = None
    is_solved: bool = False


@dataclass(slots=True)
class History:
    """All rosters by round number, and all visits in the order of time."""

    lines: dict[int, list[Line]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)


def minute_of(sequence: int) -> int:
    """When the walk's n-th door (from 1) is reached, in minutes of the day, with an hour and forty for lunch."""
    minute = FIRST_DOOR + (sequence - 1) * EVERY
    return minute if minute < LUNCH_FROM else minute + LUNCH_TO - LUNCH_FROM


def is_due(firm: Firm, day: int) -> bool:
    """Whether a firm is on the roster frozen on the morning of that day: registered, still listed, and operating."""
    here = firm.registered <= day - firm.is_find and (firm.left is None or firm.left > day)
    return here and (firm.idle is None or firm.idle >= day)


def roster(
    firms: Sequence[Firm], number: int, owner: dict[int, str], before: dict[int, Line], met: set[int]
) -> list[Line]:
    """The frozen roster of a round."""
    opened = FORTNIGHT * (number - 1)
    made = []
    for index, firm in enumerate(firms):
        if not is_due(firm, opened):
            continue
        last = before.get(index)
        carried = last.carried + 1 if last and last.outcome in {"due", "no_answer"} else 0
        line = Line(index, number, owner[index], owner[index], is_first=index not in met, carried=carried)
        made.append(line)
    return made


def spread(lines: list[Line], firms: Sequence[Firm], walked: Sequence[int]) -> None:
    """Days and places in the walk for a round long past: each visitor's doors in the order of their addresses, evenly."""
    mine: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        mine[line.visitor].append(line)
    for theirs in mine.values():
        theirs.sort(key=lambda line: _door(firms[line.firm]))
        size, more = divmod(len(theirs), len(walked))
        at = 0
        for number, day in enumerate(walked):
            share = size + (number < more)
            for sequence, line in enumerate(theirs[at : at + share], 1):
                line.day, line.sequence = day, sequence
            at += share


def _door(firm: Firm) -> tuple[str, str, int, str]:
    if firm.spot is None:
        return ("\uffff", "", 0, firm.name)
    return (firm.spot.road, firm.spot.lane, int(firm.spot.number.rstrip("甲乙") or 0), firm.spot.room)


class Teller:
    """Lets one round after another happen."""

    def __init__(self, firms: Sequence[Firm], *, seed: int, hard: set[int]) -> None:
        self.firms = firms
        self.chance = random.Random(f"{seed} history")
        self.hard = hard  # those whom nobody has met yet
        self.met: set[int] = set()
        self.history = History()

    def happen(self, lines: list[Line], walked: Sequence[int], *, until: tuple[int, int]) -> None:
        """Give every line its result that was reached before `until` (day, minute), and the visits that gave them."""
        for line in sorted(lines, key=lambda one: (one.day or 0, one.sequence or 0, one.firm)):
            self._settle(line, walked, until)
        self.history.lines[lines[0].round] = lines

    def _settle(self, line: Line, walked: Sequence[int], until: tuple[int, int]) -> None:
        firm = self.firms[line.firm]
        if firm.ending and firm.idle is not None and line.round == firm.idle // FORTNIGHT + 1:
            line.day = max((day for day in walked if day <= firm.idle), default=walked[0])
        if line.day is None or line.sequence is None:
            return
        line.minute = minute_of(line.sequence)
        if (line.day, line.minute) > until:
            return
        outcome = self._outcome(line, firm)
        if outcome == "exempt":
            line.outcome, line.reason = outcome, self.chance.choice(wishes.EXEMPT)
        elif outcome != "due":
            line.outcome = outcome
            self._call(line, firm)

    def _outcome(self, line: Line, firm: Firm) -> str:
        if firm.ending and firm.idle is not None and line.round == firm.idle // FORTNIGHT + 1:
            return firm.ending
        if (told := TOLD.get((firm.name, line.round))) is not None:
            return told
        roll = self.chance.random()
        if line.firm in self.hard:
            return "no_answer" if roll < 0.85 else "due"
        if line.round == OPEN:
            return "visited" if roll < 0.905 else "no_answer" if roll < 0.968 else "exempt" if roll < 0.987 else "due"
        return "visited" if roll < 0.963 else "no_answer" if roll < 0.979 else "exempt" if roll < 0.99 else "due"

    def _call(self, line: Line, firm: Firm) -> None:
        day = line.day or 0
        call = Call(line.firm, line.round, line, line.visitor, day, line.minute, line.outcome)
        if line.outcome == "visited":
            self._visit(call, firm)
        elif line.outcome == "no_answer":
            call.reason = line.reason = self.chance.choice(wishes.NO_ANSWER)
        else:
            call.reason = line.reason = "店面已清空" if line.outcome == "closed" else "搬到外区，邻居说的"
        self.history.calls.append(call)

    def find(self, index: int, visitor: str) -> None:
        """A firm met outside the roster."""
        firm = self.firms[index]
        number = firm.registered // FORTNIGHT + 1
        call = Call(index, number, None, visitor, firm.registered, self.chance.randrange(560, 690), "visited")
        call.note = "名单外，路过发现"
        self.met.add(index)
        call.outcome = "changed"
        self.history.calls.append(call)

    def _visit(self, call: Call, firm: Firm) -> None:
        chance = self.chance
        self.met.add(call.firm)
        if (firm.name, call.round) == ("子丑面馆", 7):
            call.changed = ["headcount"]
        elif not firm.is_known and chance.random() < 0.05:
            call.changed = [self._what_changed(firm)]
        call.outcome = "changed" if call.changed else "same"
        if chance.random() < 0.04:
            call.note = chance.choice(wishes.NOTES)
        if chance.random() < (0.1 if firm.is_shop else 0.045):
            fitting = [w for w in wishes.WISHES if (w.for_shops if firm.is_shop else w.for_offices)]
            call.wish = chance.choices(fitting, weights=[2.5 if w.how else 1.0 for w in fitting])[0]
            call.is_solved = bool(call.wish.how) and (not call.wish.answer or chance.random() < 0.7)

    def _what_changed(self, firm: Firm) -> str:
        options = ["headcount"] * 5
        if firm.phone:
            options += ["phone"] * 2
        if firm.opening_hours and len(firm.trade.hours) > 1:
            options += ["opening_hours"] * 2
        if firm.kind == "sole_trader":
            options.append("legal_person")
        return self.chance.choice(options)

    def explain_changes(self) -> None:
        """Work out what stood in the register before each correction: from today's value backwards."""
        now: dict[tuple[int, str], str] = {}
        for call in reversed(self.history.calls):
            for what in call.changed:
                new = now.setdefault((call.firm, what), self._today(call.firm, what))
                old = self._before(call.firm, what, new)
                call.changes.append(Change(what, old, new))
                now[call.firm, what] = old

    def _today(self, index: int, what: str) -> str:
        firm = self.firms[index]
        if what == "phone":
            return f"{firm.phone[:3]}****{firm.phone[-4:]}"
        return str(getattr(firm, what))

    def _before(self, index: int, what: str, new: str) -> str:
        firm, chance = self.firms[index], self.chance
        if firm.name == "子丑面馆":
            return "5"
        if what == "headcount":
            step = max(1, round(int(new) * 0.15))
            return str(max(1, int(new) + chance.choice((-2, -1, 1, 2)) * step)) if int(new) > 2 else str(int(new) + 1)
        if what == "phone":
            return f"199****{chance.randrange(10_000):04}"
        if what == "opening_hours":
            return chance.choice([hours for hours in firm.trade.hours if hours != new])
        return words.person(chance)
