"""Which source vouches for which fact of a made-up firm, and since when. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass

from coverage.trial.days import Days
from coverage.trial.firms import Firm

LAST_FEED = 97  # the Sunday before the eighth round: the last workbook that was taken over
FIRST_FEED = -21
REGISTER = (
    "code",
    "name",
    "kind",
    "registration_status",
    "is_irregular",
    "industry",
    "industry_code",
    "scope",
    "established_on",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """The last visit that found somebody at a firm's door, and the facts that some visit corrected."""

    day: int
    visitor: str
    visit: str
    corrected: frozenset[str] = frozenset()


Word = dict[str, str]


def _word(source: str, by: str, day: int, days: Days, ref: str = "") -> Word:
    return {"source": source, "by": by, "on": days.day(day).isoformat(), "ref": ref}


def provenance(firm: Firm, seen: Seen | None, *, days: Days, office: str, chance: random.Random) -> dict[str, Word]:
    """Per fact the word that holds: the register's facts by the market department's last workbook, what one sees at the
    door by the last visit; an old phone or capital here and there, and finds known from the visit alone."""
    feed = LAST_FEED if firm.left is None else max(FIRST_FEED, firm.left - 20)
    if firm.is_find and seen:
        found = {
            field: _word("visit", seen.visitor, seen.day, days, seen.visit)
            for field in (*REGISTER, "address", "legal_person")
        }
        found["headcount"] = found["phone"] = found["name"]
        return found
    market = _word("department", "market", feed, days)
    found = dict.fromkeys(REGISTER, market)
    old_ledger = _word("staff", office, -500 + chance.randrange(120), days)
    if firm.capital:
        found["capital"] = old_ledger if chance.random() < 0.06 else market
    at_door = _word("visit", seen.visitor, seen.day, days, seen.visit) if seen else market
    found["legal_person"] = at_door
    found["address"] = at_door if firm.address else market
    found["headcount"] = at_door if seen and chance.random() < 0.8 else _word("department", "social", 78, days)
    if firm.phone:
        found["phone"] = _phone_word(seen, days, chance)
    if firm.trade_sign:
        found["trade_sign"] = at_door
    if firm.opening_hours:
        found["opening_hours"] = at_door if chance.random() < 0.6 else _word("department", "market", FIRST_FEED, days)
    if seen:
        # What was corrected at the door holds from there; the visits since have confirmed it.
        found |= dict.fromkeys(seen.corrected, at_door)
        found["presence"] = at_door
    return found


def _phone_word(seen: Seen | None, days: Days, chance: random.Random) -> Word:
    roll = chance.random()
    if seen and roll < 0.55:
        return _word("visit", seen.visitor, seen.day, days, seen.visit)
    if roll < 0.8:
        return _word("department", "tax", 62, days)
    return _word("department", "market", FIRST_FEED, days)  # by now older than ninety days
