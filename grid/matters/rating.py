"""What the one who raised a matter thinks of it, said by themselves with their receipt, without an account.

The word of the one who raised it is the matter's; staff cannot put another in its place. Others who said the same thing, or
whose matter was merged, are heard in the story. Somebody who is not satisfied does not move the matter: a person decides
whether it is taken up again.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from grid.chain.transitions import State, Verb
from grid.matters.handling import MatterError, hold, tell
from grid.models import Matter, Moment
from shimen.audit.record import origin, record

LONGEST = 300
RATED = (State.SOLVED, State.CLOSED)
OWN, OTHERS = "提出人自己评价", "说过这件事的人评价"
_TONES = {Matter.Satisfaction.GOOD: "good", Matter.Satisfaction.BAD: "alarm"}


@transaction.atomic
def rate(*, matter: Matter, satisfaction: str, is_own: bool, at: dt.datetime, words: str = "") -> Matter:
    """Keep what somebody with a receipt says; `is_own`: theirs is the matter itself. The same again changes nothing.

    Raises `MatterError` before there is a result, or where nothing was chosen. Nothing of the sender is written down.
    """
    if satisfaction not in Matter.Satisfaction.values or not satisfaction:
        raise MatterError("选一个：满意、基本满意、不满意。", field="rate")
    words = " ".join(words.replace("\x00", "").split())
    if len(words) > LONGEST:
        raise MatterError(f"说明最多 {LONGEST} 字，现在 {len(words)} 字。", field="words")
    row = hold(matter=matter, verb=Verb.RATE, actor=None)
    sentence = f"{OWN if is_own else OTHERS}：{Matter.Satisfaction(satisfaction).label}"
    last = _said(row, is_own)
    if last is not None and last.sentence == sentence and words in ("", last.words):
        return row
    if is_own:
        row.satisfaction = satisfaction
    row.save()
    tone = _TONES.get(Matter.Satisfaction(satisfaction), "")
    tell(matter=row, verb=Verb.RATE, sentence=sentence, at=at, actor=None, words=words, tone=tone)
    token = origin.set("")
    try:
        record(verb="grid.rate", target=row, actor=None, at=at, after={"satisfaction": satisfaction, "own": is_own})
    finally:
        origin.reset(token)
    return row


def own_word(matter: Matter) -> Moment | None:
    """The last thing that the one who raised it said of this result; None before they said anything."""
    return _said(matter, is_own=True)


def _said(matter: Matter, is_own: bool) -> Moment | None:
    if matter.solved_at is None:
        return None
    begun = OWN if is_own else OTHERS
    rows = matter.moments.filter(verb=Verb.RATE, at__gte=matter.solved_at, sentence__startswith=begun)
    found: Moment | None = rows.order_by("-at", "-pk").first()
    return found
