"""What every verb on a matter begins and ends with: the lock, the right to do it, the open leg, the line of the story."""

from __future__ import annotations

import datetime as dt
import uuid

from branches.models import Organisation, Rule
from grid import signals
from grid.chain.levels import LIMIT_KEYS, Level
from grid.chain.transitions import State, Verb, target
from grid.chain.who import CONVENER, may
from grid.models import Leg, Matter, Moment
from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.models import User
from shimen.errors import DomainError
from shimen.territory import calendar

# What one person says again in the same words within this time is a button pressed twice.
TWICE = dt.timedelta(minutes=2)


class MatterError(DomainError):
    """A matter cannot be moved as asked."""


def hold(*, matter: Matter, verb: Verb, actor: User | None, seen: int | None = None) -> Matter:
    """The matter, locked and fit for the verb, its state already the one after it; `actor` None is the product itself.

    `seen` is the revision that the page showed. Raises `MatterError` where somebody else moved it meanwhile, where the
    state does not allow the verb, or where it is not for this person.
    """
    row = Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
    if seen is not None and seen != row.revision:
        last = row.moments.order_by("-at", "-pk").first()
        did = f"{last.who or '系统'}{last.sentence}" if last is not None else "有人动过"
        raise MatterError(f"这件事刚刚有变动：{did}。看过再办。")
    if actor is not None and not is_for(actor, verb, row):
        raise MatterError(f"这件事在“{row.stage.title}”这一级，不由您来办。")
    try:
        row.state = target(verb, State(row.state)).value
    except ValueError as wrong:
        raise MatterError(str(wrong)) from wrong
    row.revision += 1
    return row


def is_for(user: User, verb: Verb, matter: Matter) -> bool:
    """Whether a person may do this with a matter: by their roles over its area, or because they have it in hand."""
    scope = scope_of(user)
    if scope.street_id != matter.street_id:
        return False
    roles = {role for role in scope.roles if scope.covers(matter.street_id, matter.area_id, role=role)}
    leg = matter.legs.select_related("council").filter(ended_at__isnull=True).first()
    if leg is not None and not _convenes(user, leg):
        roles.discard(CONVENER)
    is_owner = leg is not None and leg.owner_user_id == user.pk
    return may(verb, level=matter.stage, roles=roles, is_owner=is_owner)


def _convenes(user: User, leg: Leg) -> bool:
    """Whether somebody convenes the council that has a leg, or one that sits on it too; one without an account is
    convened by whoever does so in the grid."""
    if leg.council is None or leg.council.convener_id in (None, user.pk):
        return True
    return leg.joined.filter(council__convener=user.pk).exists()


def open_leg(matter: Matter) -> Leg:
    """The leg on which an open matter is."""
    return matter.legs.select_for_update(of=("self",)).get(ended_at__isnull=True)


def begin_leg(
    *,
    matter: Matter,
    level: Level,
    at: dt.datetime,
    due_on: dt.date | None = None,
    organisation: Organisation | None = None,
    body: str = "",
    like: Leg | None = None,
) -> Leg:
    """Put the matter on a level, with the due date of the rule unless another was agreed; the caller saves the matter.

    `like` is an earlier leg whose people take it again.
    """
    due_on = due_on or due(matter=matter, level=level, at=at)
    leg = Leg(
        street_id=matter.street_id, matter=matter, number=matter.legs.count() + 1, level=level.value, began_at=at,
        due_on=due_on, organisation=organisation, body=body[:80],
    )  # fmt: skip
    if like is not None:
        leg.organisation, leg.council, leg.body, leg.owner, leg.owner_user = (
            like.organisation,
            like.council,
            like.body,
            like.owner,
            like.owner_user,
        )
    leg.save(force_insert=True)
    if like is not None:
        for each in like.joined.all():
            leg.joined.create(street_id=leg.street_id, council_id=each.council_id)
    matter.level, matter.due_on = level.value, due_on
    signals.leg_begun.send(sender=Leg, leg=leg, matter=matter, at=at)
    return leg


def end_leg(
    *,
    leg: Leg,
    end: str,
    at: dt.datetime,
    actor: User | None,
    tried: str = "",
    left_open: str = "",
    why: str = "",
) -> None:
    """Close the open leg with what was tried on it."""
    leg.ended_at, leg.end, leg.ended_by = at, end, actor
    leg.tried, leg.left_open, leg.why = tried, left_open, why
    leg.save()
    signals.leg_ended.send(sender=Leg, leg=leg, actor=actor, at=at)


def due(*, matter: Matter, level: Level, at: dt.datetime) -> dt.date:
    """Until when a level has: working days by the street's rule, fewer for what is urgent."""
    day = clock.day_of(at)
    rules = Rule.objects.book(street=matter.street_id, on=day)
    days = rules["matter_urgent_days"] if matter.urgency == Matter.Urgency.URGENT else rules[LIMIT_KEYS[level]]
    return calendar.add_working_days(day, days)


def tell(
    *,
    matter: Matter,
    verb: str,
    sentence: str,
    at: dt.datetime,
    actor: User | None,
    words: str = "",
    tone: str = "",
    id: uuid.UUID | None = None,  # noqa: A002
) -> Moment:
    """A line of the matter's story."""
    return Moment.objects.create(
        street_id=matter.street_id, matter=matter, verb=verb, sentence=sentence[:120], words=words, at=at, by=actor,
        who=str(actor.display_name) if actor is not None else "", level=matter.level, tone=tone,
        **({"id": id} if id else {}),
    )  # fmt: skip


def said(text: str, sentence: str, *, field: str, longest: int = 1000) -> str:
    """What a person wrote, tidied. Raises `MatterError(sentence)` when nothing is left, or when it is too long."""
    words = "\n".join(line.strip() for line in text.replace("\x00", "").strip().splitlines())
    if not words:
        raise MatterError(sentence, field=field)
    if len(words) > longest:
        raise MatterError(f"最多 {longest} 字，现在 {len(words)} 字。", field=field)
    return words


def not_before(day: dt.date | None, at: dt.datetime) -> None:
    """Raises `MatterError` for a due date that is over."""
    if day is not None and day < clock.day_of(at):
        raise MatterError("期限不能早于今天。", field="due_on")
