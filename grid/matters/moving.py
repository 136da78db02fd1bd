"""Verbs on an open matter: who has it, how it goes on, and on which level."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from branches.models import Organisation
from grid.chain.levels import Level
from grid.chain.transitions import Verb
from grid.matters import handling, hosting
from grid.matters.handling import MatterError, hold, not_before, open_leg, said, tell
from grid.models import Council, Leg, Matter
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record


@transaction.atomic
def assign(
    *,
    matter: Matter,
    actor: User | None,
    at: dt.datetime,
    owner: str = "",
    owner_user: User | None = None,
    organisation: Organisation | None = None,
    body: str = "",
    helpers: str = "",
    task: str = "",
    due_on: dt.date | None = None,
    seen: int | None = None,
) -> Matter:
    """Say who has the matter on its level, with whose help, what is to be done and by when.

    Raises `MatterError`: nobody named, a due date before today, and what `hold` raises.
    """
    row = hold(matter=matter, verb=Verb.ASSIGN, actor=actor, seen=seen)
    owner = owner.strip() or (str(owner_user.display_name) if owner_user is not None else "")
    if not owner and organisation is None and not body:
        raise MatterError("写明责任人，或选哪个党组织、单位承办。", field="owner")
    not_before(due_on, at)
    leg = open_leg(row)
    before = {"owner": leg.owner, "due_on": str(leg.due_on or "")}
    leg.owner, leg.owner_user, leg.helpers, leg.task = owner[:60], owner_user, helpers.strip()[:120], task.strip()[:300]
    leg.organisation = organisation or leg.organisation
    leg.body = (body.strip() or leg.body)[:80]
    leg.due_on = due_on or leg.due_on
    leg.save()
    row.due_on = leg.due_on
    row.save()
    tell(matter=row, verb=Verb.ASSIGN, sentence=f"交 {owner or leg.body}", at=at, actor=actor, words=leg.task)
    record(verb="grid.assign", target=row, actor=actor, at=at, before=before,
           after={"owner": leg.owner, "due_on": str(leg.due_on or "")})  # fmt: skip
    return row


@transaction.atomic
def report(*, matter: Matter, words: str, actor: User, at: dt.datetime, seen: int | None = None) -> Matter:
    """A line of progress."""
    row = hold(matter=matter, verb=Verb.REPORT, actor=actor, seen=seen)
    words = said(words, "写一句进展。", field="words")
    row.save()
    tell(matter=row, verb=Verb.REPORT, sentence="进展", at=at, actor=actor, words=words)
    record(verb="grid.report", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def urge(*, matter: Matter, actor: User, at: dt.datetime, words: str = "", seen: int | None = None) -> Matter:
    """Remind whoever has it."""
    row = hold(matter=matter, verb=Verb.URGE, actor=actor, seen=seen)
    leg = open_leg(row)
    row.save()
    whom = leg.owner or leg.body or "承办方"
    tell(matter=row, verb=Verb.URGE, sentence=f"催办 {whom}", at=at, actor=actor, words=words.strip()[:300])
    record(verb="grid.urge", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def defer(
    *, matter: Matter, due_on: dt.date | None, why: str, actor: User | None, at: dt.datetime, seen: int | None = None
) -> Matter:
    """Give the level more time, with the reason; how often that happened is shown."""
    row = hold(matter=matter, verb=Verb.DEFER, actor=actor, seen=seen)
    why = said(why, "写明为什么延期。", field="why", longest=300)
    if due_on is None:
        raise MatterError("选新的期限。", field="due_on")
    not_before(due_on, at)
    if row.due_on is not None and due_on <= row.due_on:
        raise MatterError(f"新的期限要晚于原来的 {row.due_on:%m-%d}。", field="due_on")
    before = str(row.due_on or "")
    leg = open_leg(row)
    leg.due_on = row.due_on = due_on
    leg.save()
    row.deferrals += 1
    row.save()
    tell(
        matter=row,
        verb=Verb.DEFER,
        sentence=f"延期到 {due_on:%m-%d}，第 {row.deferrals} 次",
        at=at,
        actor=actor,
        words=why,
    )
    record(verb="grid.defer", target=row, actor=actor, at=at, before={"due_on": before},
           after={"due_on": str(due_on)}, reason=why)  # fmt: skip
    return row


@transaction.atomic
def pass_up(
    *,
    matter: Matter,
    tried: str,
    left_open: str,
    why: str,
    actor: User | None,
    at: dt.datetime,
    body: str = "",
    council: Council | None = None,
    joined: Collection[Council] = (),
    seen: int | None = None,
) -> Matter:
    """Hand the matter to the level above, with what was tried and what stayed open.

    To the councils' level goes with it which `council` takes it (the one that speaks for the place where nobody chose)
    and which ones sit on it together. Raises `MatterError` without what was tried; from the district there is no way up.
    """
    row = hold(matter=matter, verb=Verb.UP, actor=actor, seen=seen)
    above = row.stage.above
    if above is None:
        raise MatterError("已经在区级平台，没有更上一级。")
    tried = said(tried, "往上转要写明试过什么。", field="tried")
    left_open = said(left_open, "写明还有什么没解决。", field="left_open")
    why = why.strip()[:300]
    leg = open_leg(row)
    handling.end_leg(leg=leg, end=Leg.End.UP, at=at, actor=actor, tried=tried, left_open=left_open, why=why)
    begun = handling.begin_leg(matter=row, level=above, at=at, body=body.strip())
    to = ""
    if above is Level.COUNCIL and not (body.strip() and council is None):
        to = _to_council(row, begun, council, joined, at)
    row.save()
    tell(matter=row, verb=Verb.UP, sentence=f"转上{above.title}{to}", at=at, actor=actor, words=why or left_open)
    record(verb="grid.pass_up", target=row, actor=actor, at=at, before={"level": leg.level},
           after={"level": above.value})  # fmt: skip
    return row


def _to_council(matter: Matter, leg: Leg, council: Council | None, joined: Collection[Council], at: dt.datetime) -> str:
    """Put the matter before the chosen council, or before the only one that speaks for it; how that is said."""
    day = clock.day_of(at)
    council = council or hosting.the_one(matter, day)
    if council is None:
        if joined:
            raise MatterError("先选由哪个议事会牵头。", field="council")
        return ""
    hosting.check(matter, [council], day)
    hosting.check(matter, joined, day, field="joined")
    hosting.put_before(matter=matter, leg=leg, council=council, joined=joined)
    return f"，由{hosting.in_words(council, joined)}协商"


@transaction.atomic
def pass_down(*, matter: Matter, why: str, actor: User | None, at: dt.datetime, seen: int | None = None) -> Matter:
    """Give the matter back to the level below, with the reason."""
    row = hold(matter=matter, verb=Verb.DOWN, actor=actor, seen=seen)
    below = row.stage.below
    if below is None:
        raise MatterError("已经在支部一级，没有更下一级。")
    why = said(why, "写明为什么退回。", field="why", longest=300)
    handling.end_leg(leg=open_leg(row), end=Leg.End.DOWN, at=at, actor=actor, why=why)
    last = row.legs.filter(level=below.value).order_by("-number").first()
    handling.begin_leg(matter=row, level=below, at=at, like=last)
    row.save()
    tell(matter=row, verb=Verb.DOWN, sentence=f"退回{below.title}", at=at, actor=actor, words=why)
    record(verb="grid.pass_down", target=row, actor=actor, at=at, after={"level": below.value}, reason=why)
    return row


@transaction.atomic
def pass_along(
    *,
    matter: Matter,
    why: str,
    actor: User,
    at: dt.datetime,
    body: str = "",
    organisation: Organisation | None = None,
    council: Council | None = None,
    seen: int | None = None,
) -> Matter:
    """Hand the matter to another body on the same level, on the councils' level to a council."""
    row = hold(matter=matter, verb=Verb.ALONG, actor=actor, seen=seen)
    why = said(why, "写明为什么转给别处。", field="why", longest=300)
    leg = open_leg(row)
    if council is not None:
        if row.stage is not Level.COUNCIL:
            raise MatterError("事项在议事协商这一级，才转给议事会。", field="council")
        hosting.check(row, [council], clock.day_of(at))
    body = body.strip() or str(council or organisation or "")
    if not body:
        raise MatterError("写明转给谁。", field="body")
    if body == leg.body and (organisation is None or organisation == leg.organisation):
        raise MatterError(f"本来就在{body}。", field="body")
    handling.end_leg(leg=leg, end=Leg.End.ALONG, at=at, actor=actor, why=why)
    begun = handling.begin_leg(matter=row, level=row.stage, at=at, body=body, organisation=organisation)
    if council is not None:
        hosting.put_before(matter=row, leg=begun, council=council)
    row.organisation = organisation or row.organisation
    row.save()
    tell(matter=row, verb=Verb.ALONG, sentence=f"转给{body}", at=at, actor=actor, words=why)
    record(verb="grid.pass_along", target=row, actor=actor, at=at, after={"body": body}, reason=why)
    return row


@transaction.atomic
def mark_hard(
    *, matter: Matter, is_hard: bool, why: str, actor: User, at: dt.datetime, seen: int | None = None
) -> Matter:
    """Mark a matter as a hard case (老大难), or take the mark off; with the reason."""
    row = hold(matter=matter, verb=Verb.MARK, actor=actor, seen=seen)
    why = said(why, "写明为什么是老大难。" if is_hard else "写明为什么不再算老大难。", field="why", longest=200)
    row.is_hard, row.hard_reason = is_hard, why if is_hard else ""
    row.save()
    sentence = "列为老大难" if is_hard else "不再算老大难"
    tell(matter=row, verb=Verb.MARK, sentence=sentence, at=at, actor=actor, words=why)
    record(verb="grid.mark_hard", target=row, actor=actor, at=at, after={"is_hard": is_hard}, reason=why)
    return row


@transaction.atomic
def amend(
    *,
    matter: Matter,
    headline: str,
    category: str,
    urgency: str,
    actor: User,
    at: dt.datetime,
    seen: int | None = None,
) -> Matter:
    """Put title, kind and urgency right; the raiser's words stay. What becomes urgent is due as the rule says for that.

    Raises `MatterError`: no title, an unknown kind, nothing changed.
    """
    row = hold(matter=matter, verb=Verb.AMEND, actor=actor, seen=seen)
    headline = said(headline, "写标题。", field="headline", longest=80)
    if category not in Matter.Category.values or urgency not in Matter.Urgency.values:
        raise MatterError("选类别和紧急程度。", field="category")
    before = {"title": row.title, "category": row.category, "urgency": row.urgency}
    row.title, row.category, row.urgency = headline, category, urgency
    after = {"title": row.title, "category": row.category, "urgency": row.urgency}
    if before == after:
        raise MatterError("没有改动。", field="headline")
    if urgency == Matter.Urgency.URGENT != before["urgency"] and row.due_on is not None:
        leg = open_leg(row)
        leg.due_on = row.due_on = min(row.due_on, handling.due(matter=row, level=row.stage, at=at))
        leg.save()
    row.save()
    words = "，".join(
        title for key, title in (("title", f"标题原来是“{before['title']}”"), ("category", f"类别改为{row.get_category_display()}"),
                                 ("urgency", f"改为{row.get_urgency_display()}")) if before[key] != after[key]
    )  # fmt: skip
    tell(matter=row, verb=Verb.AMEND, sentence="更正", at=at, actor=actor, words=words)
    record(verb="grid.amend", target=row, actor=actor, at=at, before=before, after=after)
    return row
