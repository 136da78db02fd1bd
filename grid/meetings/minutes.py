"""Minutes of an item, saved while they are typed, never over a newer text of somebody else; and what came of the item."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from grid.chain.sessions import Verb
from grid.matters import ending, moving
from grid.meetings import agenda
from grid.meetings.handling import MeetingError, hold, said
from grid.models import AgendaItem, ItemTextKept, Matter
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record

LONGEST = 8_000


class NewerText(MeetingError):  # noqa: N818 - it is no fault, it is news
    """Somebody saved meanwhile; `item` has theirs. Nothing was overwritten."""

    def __init__(self, item: AgendaItem) -> None:
        super().__init__(
            f"{item.saved_by or '别人'}在您打开之后记过这一项。两份都在下面，合成一份再保存。", field="text"
        )
        self.item = item


@transaction.atomic
def save(*, item: AgendaItem, seen: int, text: str, actor: User, at: dt.datetime) -> AgendaItem:
    """Save what was typed under an item by whoever saw version `seen`. Raises `NewerText` when there is a newer one.

    The same text again changes nothing. The log has one line for the first saving and for each time that another goes on.
    """
    meeting = hold(meeting=item.meeting, verb=Verb.NOTE, actor=actor)
    row = agenda.saved(item, clock.day_of(at))
    text = text.replace("\r\n", "\n").replace("\x00", "").rstrip()
    if len(text) > LONGEST:
        raise MeetingError(f"一项的记录最长 {LONGEST:,} 个字，现在 {len(text):,} 个。", field="text")
    if row.text == text:
        return row
    if row.version != seen:
        raise NewerText(row)
    before_by = row.saved_by_id
    if row.text and row.saved_at and before_by != actor.pk:
        ItemTextKept.objects.create(
            street_id=row.street_id,
            meeting=meeting,
            item=row,
            text=row.text,
            saved_at=row.saved_at,
            saved_by=row.saved_by,
        )
    row.text, row.version, row.saved_at, row.saved_by = text, seen + 1, at, actor
    row.save(update_fields=["text", "version", "saved_at", "saved_by"])
    if before_by != actor.pk:
        record(
            verb="meetings.note", target=meeting, actor=actor, at=at, after={"title": row.title, "version": row.version}
        )
    return row


@transaction.atomic
def decide(
    *, item: AgendaItem, outcome: str, actor: User, at: dt.datetime, words: str = "", tried: str = ""
) -> AgendaItem:
    """Say what came of an item. Solved and handed up are carried out on its matter at once, by the matter's own verbs.

    `words`: the result of what was solved, or what stays open of what goes up; `tried`: what was tried. Raises
    `MeetingError`, and `MatterError` of the matter's verbs.
    """
    meeting = hold(meeting=item.meeting, verb=Verb.RESOLVE, actor=actor)
    row = agenda.saved(item, clock.day_of(at))
    if outcome not in AgendaItem.Outcome.values:
        raise MeetingError("选会上结果。", field="outcome")
    if row.outcome in (AgendaItem.Outcome.SOLVED, AgendaItem.Outcome.UP) and outcome != row.outcome:
        raise MeetingError(
            f"这一项已经记为“{row.get_outcome_display()}”，事项也动了。要改，到事项那一页去。", field="outcome"
        )
    has_resolutions = row.resolutions.standing().exists()
    if outcome == AgendaItem.Outcome.RESOLVED and not has_resolutions:
        raise MeetingError("议定了什么，先在下面记一条：办什么、谁办、到哪天。", field="outcome")
    if outcome in (AgendaItem.Outcome.OPEN, AgendaItem.Outcome.PUT_OFF, AgendaItem.Outcome.HEARD) and has_resolutions:
        raise MeetingError("这一项已经有议定事项。要改结果，先撤回议定事项。", field="outcome")
    if outcome != row.outcome:
        _carry_out(row, outcome, words=words, tried=tried, actor=actor, at=at)
    row.outcome = outcome
    row.save(update_fields=["outcome"])
    record(verb="meetings.decide", target=meeting, actor=actor, at=at, after={"title": row.title, "outcome": outcome})
    return row


def _carry_out(row: AgendaItem, outcome: str, *, words: str, tried: str, actor: User, at: dt.datetime) -> None:
    if outcome not in (AgendaItem.Outcome.SOLVED, AgendaItem.Outcome.UP):
        return
    matter = _matter(row)
    if outcome == AgendaItem.Outcome.SOLVED:
        how = said(words or row.text, "写办理结果：做了什么，现在怎样。", field="words", longest=2000)
        ending.solve(matter=matter, how=how, actor=actor, at=at)
        return
    if row.resolutions.standing().exists():
        raise MeetingError("这一项已经有议定事项，不能同时报上一级。先撤回议定事项。", field="outcome")
    moving.pass_up(
        matter=matter, tried=tried or row.text[:1000], left_open=words, why=f"{row.meeting}议过", actor=actor, at=at
    )


def _matter(row: AgendaItem) -> Matter:
    if row.matter is None:
        raise MeetingError("这一项没有对应的事项，选“议定”或“听取通报”。", field="outcome")
    return row.matter
