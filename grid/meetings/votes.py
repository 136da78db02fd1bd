"""Votes: counts under an item, weighed by the charter of the leading council."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from grid.chain.sessions import Verb
from grid.matters.handling import TWICE
from grid.meetings import attendance
from grid.meetings.handling import MeetingError, charted, hold, said
from grid.models import AgendaItem, Vote
from shimen.accounts.models import User
from shimen.audit.record import record


@transaction.atomic
def vote(*, item: AgendaItem, motion: str, ayes: int, nays: int, abstained: int, actor: User, at: dt.datetime) -> Vote:
    """Note what was put to the vote; pressed twice it is one vote. Raises `MeetingError`: a grid meeting, no quorum, more votes than people."""
    meeting = hold(meeting=item.meeting, verb=Verb.VOTE, actor=actor)
    if meeting.is_of_grid:
        raise MeetingError("网格例会协商一致，不表决。")
    motion = said(motion or item.title, "写表决的是什么。", field="motion", longest=200)
    quorum = attendance.count(meeting)
    if not quorum.is_met:
        raise MeetingError(f"到会人数不够，不能表决：{attendance.sentence(meeting)}")
    total = ayes + nays + abstained
    if min(ayes, nays, abstained) < 0 or not total:
        raise MeetingError("写赞成、不赞成和弃权各多少票。", field="ayes")
    if total > quorum.present:
        raise MeetingError(f"共 {total} 票，到会有表决权的只有 {quorum.present} 人。", field="ayes")
    same = meeting.votes.filter(item=item, motion=motion, ayes=ayes, nays=nays, abstained=abstained, by=actor)
    twice: Vote | None = same.filter(at__gt=at - TWICE).first()
    if twice is not None:
        return twice
    rule = charted(meeting)
    made = Vote.objects.create(
        street_id=meeting.street_id, meeting=meeting, item=item, motion=motion, ayes=ayes, nays=nays, abstained=abstained,
        present=quorum.present, passing_percent=rule.terms.passing_percent, source=meeting.quorum_source or rule.source,
        is_passed=rule.terms.carries(in_favour=ayes, present=quorum.present), at=at, by=actor,
    )  # fmt: skip
    after = {"ayes": ayes, "nays": nays, "abstained": abstained, "is_passed": made.is_passed}
    record(verb="meetings.vote", target=meeting, actor=actor, at=at, after=after, reason=motion)
    return made


def rule_of(made: Vote) -> str:
    """赞成要超过到会的 50 %（议事规则第 1 版）."""
    share = "要全部到会的赞成" if made.passing_percent == 100 else f"赞成要超过到会的 {made.passing_percent} %"
    return f"{share}（{made.source}）"
