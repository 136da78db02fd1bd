"""The verb on charters: a new version from a day on; the one before ends there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max

from grid.chain.councils import SESSIONS
from grid.councils.holding import CouncilError, check_right, locked
from grid.models import Charter, Council
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences

SHORTEST, LONGEST = 20, 10_000


@dataclass(frozen=True, slots=True)
class Wording:
    """What a version says: its text, its shares in whole percents, and the kinds of meeting that vote."""

    text: str
    quorum_percent: int = 50
    passing_percent: int = 50
    voting: Sequence[str] = ()


def write(*, council: Council, wording: Wording, since: dt.date, actor: User | None, why: str = "") -> Charter:
    """The next version, in force from `since`, without a line in the log of its own. Raises `CouncilError`."""
    text = "\n".join(line.rstrip() for line in wording.text.replace("\x00", "").strip().splitlines())
    if not SHORTEST <= len(text) <= LONGEST:
        raise CouncilError(f"议事规则写 {SHORTEST} 到 {LONGEST:,} 个字，现在 {len(text):,} 个字。", field="text")
    for field, share in (("quorum_percent", wording.quorum_percent), ("passing_percent", wording.passing_percent)):
        if not 1 <= share <= 100:
            raise CouncilError("比例在 1 到 100 之间。", field=field)
    if not set(wording.voting) <= set(SESSIONS):
        raise CouncilError("没有这种会。", field="voting")
    number = (Charter.objects.filter(council=council).aggregate(last=Max("number"))["last"] or 0) + 1
    row = Charter(
        street_id=council.street_id, council=council, number=number, text=text, why=why.strip()[:200], written_by=actor,
        quorum_percent=wording.quorum_percent, passing_percent=wording.passing_percent,
        voting=[session.value for session in SESSIONS if session in set(wording.voting)], valid=DateRange(since, None),
    )  # fmt: skip
    with as_sentences(CouncilError, field="since"):
        row.save(force_insert=True)
    return row


@transaction.atomic
def amend(
    *,
    council: Council,
    wording: Wording,
    since: dt.date,
    why: str,
    actor: User,
    at: dt.datetime,
    seen: int | None = None,
) -> Charter:
    """A new version from a day on (today or later, never before the present one); `seen` is the number that the page showed.

    Raises `CouncilError`: nothing changed, no word on how it was decided, somebody else amended it meanwhile, and what
    `write` raises.
    """
    row = locked(council)
    check_right(row, actor)
    last = row.charters.newest_first().first()
    if last is not None and seen is not None and seen != last.number:
        raise CouncilError(f"刚刚有人改成了第 {last.number} 版。看过再改。")
    if len(why.strip()) < 4:
        raise CouncilError("写明怎么定的，例如“11 月 20 日全体会议通过”。", field="why")
    if since < clock.day_of(at):
        raise CouncilError("新的一版从今天或以后起施行。", field="since")
    before = {}
    if last is not None:
        if _same(last, wording):
            raise CouncilError("和现在的一版一样，没有要改的。", field="text")
        if since <= last.valid.lower:
            raise CouncilError(f"要晚于第 {last.number} 版的施行日 {last.valid.lower.isoformat()}。", field="since")
        last.valid = DateRange(last.valid.lower, since)
        last.save(update_fields=["valid"])
        before = {"number": last.number, "rule": last.terms.sentence()}
    new = write(council=row, wording=wording, since=since, actor=actor, why=why)
    after = {"number": new.number, "rule": new.terms.sentence(), "since": since.isoformat()}
    record(verb="council.amend_charter", target=row, actor=actor, at=at, before=before, after=after, reason=why.strip())
    return new


def _same(last: Charter, wording: Wording) -> bool:
    return (
        last.text.split() == wording.text.split()
        and (last.quorum_percent, last.passing_percent) == (wording.quorum_percent, wording.passing_percent)
        and set(last.voting) == set(wording.voting)
    )
