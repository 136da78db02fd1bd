"""What every verb on a meeting begins with: the lock, the state, the right to do it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from branches.models import Rule
from grid.chain.councils import Terms
from grid.chain.sessions import CONVENER, Kind, State, Verb, fits, may, target
from grid.models import Charter, Council, Meeting
from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.models import User
from shimen.errors import DomainError

GRID_RULE = "街道的规则"


class MeetingError(DomainError):
    """A meeting cannot be changed as asked."""


@dataclass(frozen=True, slots=True)
class Charted:
    """The rule under which a meeting counts: the share that must be there, whether it votes, and whose rule it is."""

    terms: Terms
    source: str
    votes: bool = False

    @property
    def percent(self) -> int:
        return self.terms.quorum_percent


def hold(*, meeting: Meeting, verb: Verb, actor: User | None) -> Meeting:
    """The meeting, locked and fit for the verb, its state already the one after it; `actor` None is the product itself.

    Raises `MeetingError` where the state does not allow the verb or where it is not for this person.
    """
    row = Meeting.objects.select_for_update(of=("self",)).select_related("area", "council").get(pk=meeting.pk)
    if actor is not None and not is_for(actor, verb, row):
        raise MeetingError(f"{row}不由您来办。")
    try:
        row.state = target(verb, State(row.state)).value
    except ValueError as wrong:
        raise MeetingError(str(wrong)) from wrong
    return row


def is_for(user: User, verb: Verb, meeting: Meeting) -> bool:
    """Whether a person may do this: by their roles over the meeting's area or over that of a council that joins it."""
    if scope_of(user).street_id != meeting.street_id:
        return False
    bodies = [(meeting.area_id, meeting.council)]
    if not meeting.is_of_grid and verb in (Verb.NOTE, Verb.ARRANGE, Verb.ATTEND):
        bodies += [(host.council.area_id, host.council) for host in meeting.hosts.select_related("council")]
    return any(may(verb, kind=Kind(meeting.kind), roles=roles_over(user, *body)) for body in bodies)


def roles_over(user: User, area_id: uuid.UUID, council: Council | None) -> list[str]:
    """A person's roles over an area, for the meetings of a council there or, without one, of the grid.

    A council that has a convener with an account is run by them; another convener of the area has no part in it.
    """
    scope = scope_of(user)
    roles = [role for role in scope.roles if scope.covers(user.street_id, area_id, role=role)]
    if council is not None and council.convener_id not in (None, user.pk):
        roles = [role for role in roles if role != CONVENER]
    return roles


def offered(user: User, meeting: Meeting) -> frozenset[Verb]:
    """The verbs that fit the state and the person: what a page shows."""
    state = State(meeting.state)
    return frozenset(verb for verb in Verb if fits(verb, state) and is_for(user, verb, meeting))


def charted(meeting: Meeting) -> Charted:
    """The rule of a meeting: of a council its charter on that day, of a grid the street's."""
    day = clock.day_of(meeting.starts_at)
    if meeting.council_id is None:
        percent = Rule.objects.book(street=meeting.street_id, on=day)["grid_quorum_percent"]
        return Charted(Terms(percent, 50), GRID_RULE)
    charter = charter_of(meeting.council_id, day)
    if charter is None:
        return Charted(Terms(50, 50), "没有议事规则，按半数")
    source = f"议事规则第 {charter.number} 版"
    return Charted(charter.terms, source, charter.terms.votes_in(meeting.kind))


def charter_of(council: uuid.UUID, day: dt.date) -> Charter | None:
    found: Charter | None = Charter.objects.filter(council=council, valid__contains=day).first()
    return found


def name_of(*, kind: str, body: str, day: dt.date) -> str:
    """第一网格例会，11 月 25 日; 望桥路街委会听证会，11 月 26 日."""
    words = "例会" if kind == Kind.GRID else Kind(kind).words
    return f"{body}{words}，{day.month} 月 {day.day} 日"


def said(text: str, sentence: str, *, field: str, longest: int = 300, least: int = 1) -> str:
    """What a person wrote on one line, tidied. Raises `MeetingError(sentence)` when too little is left."""
    words = " ".join(text.replace("\x00", "").split())
    if len(words) < least:
        raise MeetingError(sentence, field=field)
    if len(words) > longest:
        raise MeetingError(f"最多 {longest} 字，现在 {len(words)} 字。", field=field)
    return words
