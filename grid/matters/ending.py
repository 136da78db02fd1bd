"""Verbs by which a matter comes to an end: solved, answered, closed; reopened, merged, taken apart, withdrawn."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from coverage.visits import demands
from grid.chain.levels import Level
from grid.chain.transitions import State, Verb
from grid.matters import handling, rating
from grid.matters.handling import MatterError, hold, open_leg, said, tell
from grid.models import Answer, Leg, Matter
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record


@transaction.atomic
def solve(*, matter: Matter, how: str, actor: User | None, at: dt.datetime, seen: int | None = None) -> Matter:
    """Write the result; the matter waits for the answer to the one who raised it. Raises `MatterError` without a result."""
    row = hold(matter=matter, verb=Verb.SOLVE, actor=actor, seen=seen)
    how = said(how, "写办理结果：做了什么，现在怎样。", field="how", longest=2000)
    handling.end_leg(leg=open_leg(row), end=Leg.End.SOLVED, at=at, actor=actor, tried=how[:1000])
    row.how_solved, row.solved_at, row.solved_level, row.due_on = how, at, row.level, None
    row.save()
    tell(matter=row, verb=Verb.SOLVE, sentence=row.stage.solved, at=at, actor=actor, words=how, tone="good")
    record(verb="grid.solve", target=row, actor=actor, at=at, after={"level": row.level})
    return row


@transaction.atomic
def answer(
    *,
    matter: Matter,
    words: str,
    way: str,
    actor: User,
    at: dt.datetime,
    is_final: bool = False,
    seen: int | None = None,
) -> Answer:
    """Tell the one who raised it how things stand. By the next visit, the words go to that door; otherwise they were said.

    Raises `MatterError`: no words; a final answer before the result; by a visit where no visit brought it.
    """
    row = hold(matter=matter, verb=Verb.ANSWER, actor=actor, seen=seen)
    words = said(words, "写一句答复，走访的人照着说。", field="words")
    if way not in Answer.Way.values:
        raise MatterError("选答复的方式。", field="way")
    if is_final and row.state == State.OPEN:
        raise MatterError("写了办理结果，才能作最后答复。", field="is_final")
    if way == Answer.Way.VISIT and (row.demand is None or row.demand.withdrawn_at is not None):
        raise MatterError("这件事不是走访带来的，选别的方式答复。", field="way")
    if row.demand is not None:
        demands.carry(demand=row.demand, words=words, is_told=way != Answer.Way.VISIT, actor=actor, at=at)
    for other in row.merged.select_related("demand"):
        _tell_at_the_door(other, words, actor, at)
    row.save()
    given = Answer.objects.create(
        street_id=row.street_id, matter=row, words=words, way=way, is_final=is_final, at=at, by=actor
    )
    tell(
        matter=row, verb=Verb.ANSWER, sentence=f"答复提出人，{given.get_way_display()}", at=at, actor=actor, words=words
    )
    record(verb="grid.answer", target=row, actor=actor, at=at, after={"way": way, "is_final": is_final})
    return given


def _tell_at_the_door(other: Matter, words: str, actor: User, at: dt.datetime) -> None:
    """Those whose matters were merged into this one get the same words at their own doors."""
    if other.demand is not None:
        demands.carry(demand=other.demand, words=words, is_told=False, actor=actor, at=at)


@transaction.atomic
def close(*, matter: Matter, satisfaction: str, actor: User | None, at: dt.datetime, seen: int | None = None) -> Matter:
    """The raiser has the answer; what they think of it, if they were asked. Raises `MatterError` before the final answer."""
    row = hold(matter=matter, verb=Verb.CLOSE, actor=actor, seen=seen)
    if satisfaction not in Matter.Satisfaction.values:
        raise MatterError("选提出人的评价；没有问就选“没有问”。", field="satisfaction")
    undone = row.resolutions.filter(state="open").select_related("meeting").first()
    if undone is not None:
        raise MatterError(
            f"{undone.meeting}议定的“{undone.text}”还没有落实（{undone.owner}，{undone.due_on:%m-%d} 前）。先记落实情况，再办结。",
            field="satisfaction",
        )
    if not row.answers.filter(at__gte=row.solved_at).exists():
        raise MatterError("先把结果答复提出人，再办结。", field="satisfaction")
    if (own := rating.own_word(row)) is not None and satisfaction not in ("", row.satisfaction):
        raise MatterError(f"{own.sentence}，照他说的记；没有解决就重办。", field="satisfaction")
    row.closed_at = at
    row.satisfaction = row.satisfaction if own is not None else satisfaction
    row.save()
    said_of_it = f"，提出人评价{row.get_satisfaction_display()}" if row.satisfaction else ""
    tell(matter=row, verb=Verb.CLOSE, sentence=f"办结{said_of_it}", at=at, actor=actor, tone="good")
    record(verb="grid.close", target=row, actor=actor, at=at, after={"satisfaction": row.satisfaction})
    return row


@transaction.atomic
def reopen(*, matter: Matter, words: str, actor: User, at: dt.datetime, seen: int | None = None) -> Matter:
    """The one who raised it says that it is not solved: back to the level on which it was, with their words."""
    row = hold(matter=matter, verb=Verb.REOPEN, actor=actor, seen=seen)
    words = said(words, "写提出人怎么说的，为什么要重办。", field="words")
    level = Level(row.solved_level or row.level)
    last = row.legs.order_by("-number").first()
    row.reopened += 1
    row.solved_at = row.solved_level = row.closed_at = None
    row.how_solved = row.satisfaction = ""
    handling.begin_leg(matter=row, level=level, at=at, like=last)
    row.save()
    tell(
        matter=row,
        verb=Verb.REOPEN,
        sentence=f"重办，第 {row.reopened} 次",
        at=at,
        actor=actor,
        words=words,
        tone="alarm",
    )
    record(verb="grid.reopen", target=row, actor=actor, at=at, after={"level": level.value}, reason=words[:300])
    return row


@transaction.atomic
def merge(*, matter: Matter, into: Matter, actor: User, at: dt.datetime, seen: int | None = None) -> Matter:
    """The same thing raised twice: this one goes on inside the other, and its raiser gets the same answer."""
    if matter.pk == into.pk:
        raise MatterError("不能并入它自己。", field="into")
    kept = Matter.objects.select_for_update(of=("self",)).get(pk=into.pk)
    row = hold(matter=matter, verb=Verb.MERGE, actor=actor, seen=seen)
    if kept.street_id != row.street_id or kept.state not in (State.OPEN, State.SOLVED):
        raise MatterError("只能并入还在办、或刚解决的事项。", field="into")
    handling.end_leg(leg=open_leg(row), end=Leg.End.CUT, at=at, actor=actor, why=f"并入 {kept.number}")
    row.merged_into, row.due_on = kept, None
    row.save()
    kept.revision += 1
    kept.save(update_fields=["revision"])
    row.merged.update(merged_into=kept)
    known = kept.answers.filter(at__gte=kept.solved_at).order_by("-at").first() if kept.solved_at else None
    if known is not None:
        _tell_at_the_door(row, known.words, actor, at)
    tell(matter=row, verb=Verb.MERGE, sentence=f"并入 {kept.number}", at=at, actor=actor)
    tell(matter=kept, verb=Verb.MERGE, sentence=f"{row.number} 并进来", at=at, actor=actor, words=row.words)
    record(verb="grid.merge", target=row, actor=actor, at=at, after={"into": kept.number})
    return row


@transaction.atomic
def unmerge(*, matter: Matter, actor: User, at: dt.datetime, seen: int | None = None) -> Matter:
    """Take a merged matter out again: open on the level on which it was."""
    row = hold(matter=matter, verb=Verb.UNMERGE, actor=actor, seen=seen)
    kept, row.merged_into = row.merged_into, None
    handling.begin_leg(matter=row, level=row.stage, at=at, organisation=row.organisation)
    row.save()
    number = kept.number if kept is not None else ""
    tell(matter=row, verb=Verb.UNMERGE, sentence=f"从 {number} 拆出，单独办", at=at, actor=actor)
    record(verb="grid.unmerge", target=row, actor=actor, at=at, before={"into": number})
    return row


@transaction.atomic
def withdraw(*, matter: Matter, why: str, actor: User, at: dt.datetime, seen: int | None = None) -> Matter:
    """The raiser does not want it any more, or it was written down by mistake."""
    row = hold(matter=matter, verb=Verb.WITHDRAW, actor=actor, seen=seen)
    why = said(why, "写明为什么撤回。", field="why", longest=300)
    leg = row.legs.select_for_update(of=("self",)).filter(ended_at__isnull=True).first()
    if leg is not None:
        handling.end_leg(leg=leg, end=Leg.End.CUT, at=at, actor=actor, why=why)
    row.due_on = None
    row.save()
    if row.demand is not None and row.demand.answered_at is None:
        demands.carry(demand=row.demand, words=f"已撤回：{why}", is_told=True, actor=actor, at=at)
    tell(matter=row, verb=Verb.WITHDRAW, sentence="撤回", at=at, actor=actor, words=why)
    record(verb="grid.withdraw", target=row, actor=actor, at=at, reason=why)
    return row


def days_taken(matter: Matter) -> int:
    """From the day on which it was raised to the day on which it was solved, both counted."""
    end = matter.solved_at or matter.raised_at
    return (clock.day_of(end) - clock.day_of(matter.raised_at)).days + 1
