"""Who is asked to a meeting, who came and who was excused; whether that is enough."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Count, Q

from grid.chain.quorum import Quorum
from grid.chain.sessions import Verb
from grid.meetings.handling import MeetingError, charted, hold, said
from grid.models import Attendee, CouncilMember, GridMember, Meeting, Secondment
from shimen import clock
from shimen.accounts.models import Role, RoleGrant, User
from shimen.audit.record import record
from shimen.collisions import as_sentences

_OF_ROLE = {
    Role.SECRETARY: Attendee.Role.BRANCH,
    Role.SECONDED: Attendee.Role.SECONDED,
    Role.CONVENER: Attendee.Role.COUNCIL,
}
_OF_MEMBER = {
    GridMember.Role.HEAD: Attendee.Role.CHAIR,
    GridMember.Role.DEPUTY: Attendee.Role.CHAIR,
    GridMember.Role.RESIDENTS: Attendee.Role.COUNCIL,
    GridMember.Role.PROPERTY: Attendee.Role.GUEST,
}


def propose(*, meeting: Meeting) -> int:
    """Ask those who belong to a meeting and are not on its list: the people of the grid, or the members of the councils;
    and whoever was on the list of the last one by hand. Returns how many were added. The caller holds the transaction."""
    given = people_of(meeting) + _by_hand_last_time(meeting)
    known = set(meeting.attendees.values_list("name", "unit"))
    accounts = set(meeting.attendees.filter(user__isnull=False).values_list("user_id", flat=True))
    fresh: list[Attendee] = []
    for row in given:
        if (row.name, row.unit) in known or (row.user_id is not None and row.user_id in accounts):
            continue
        known.add((row.name, row.unit))
        accounts |= {row.user_id} if row.user_id is not None else set()
        fresh.append(row)
    Attendee.objects.bulk_create(fresh)
    return len(fresh)


def people_of(meeting: Meeting) -> list[Attendee]:
    """Those who belong to a meeting by what they are, not saved: the people of the grid, or the members of the councils."""
    return _of_grid(meeting) if meeting.is_of_grid else _of_councils(meeting)


def _of_grid(meeting: Meeting) -> list[Attendee]:
    """Those who belong to the grid, those lent to it, and secretaries and conveners whose area is the grid or lies in it."""
    day = clock.day_of(meeting.starts_at)
    rows = [
        _asked(
            meeting,
            row.name,
            row.unit or row.get_role_display(),
            _OF_MEMBER.get(row.role, Attendee.Role.BRANCH),
            row.user,
        )
        for row in GridMember.objects.on(day).filter(grid=meeting.area_id).select_related("user").in_order()
    ]
    rows += [
        _asked(meeting, row.name, row.home_unit, _of_lent(row), row.user)
        for row in Secondment.objects.on(day).filter(grid=meeting.area_id).select_related("user").in_order()
    ]
    grants = (
        RoleGrant.objects.on(day)
        .filter(street=meeting.street_id, role__in=list(_OF_ROLE), user__is_active=True)
        .filter(area__lineage__contains=[meeting.area_id])
        .select_related("user")
        .order_by("valid_from", "pk")
    )
    known = {row.name for row in rows}
    return rows + [
        _asked(
            meeting, str(grant.user.display_name), str(Role(grant.role).label), _OF_ROLE[Role(grant.role)], grant.user
        )
        for grant in grants
        if str(grant.user.display_name) not in known
    ]


def _of_lent(row: Secondment) -> str:
    young = row.whose == Secondment.Whose.DISTRICT
    return Attendee.Role.SECONDED if young else Attendee.Role.DEPARTMENT


def _asked(meeting: Meeting, name: str, unit: str, role: str, user: User | None) -> Attendee:
    return Attendee(
        street_id=meeting.street_id, meeting=meeting, name=name[:40], unit=str(unit)[:80], role=role, user=user
    )


def _of_councils(meeting: Meeting) -> list[Attendee]:
    """The members of the leading council and of those that join, on the day."""
    day = clock.day_of(meeting.starts_at)
    councils = [meeting.council_id, *meeting.hosts.values_list("council_id", flat=True)]
    members = CouncilMember.objects.on(day).filter(council__in=councils)
    rows = members.select_related("council", "organisation", "entity").in_order()
    return [
        Attendee(
            street_id=meeting.street_id, meeting=meeting, name=member.name, unit=_unit(member),
            role=Attendee.Role.CHAIR if member.is_convener else Attendee.Role.COUNCIL, user_id=member.user_id, member=member,
        )
        for member in sorted(rows, key=lambda row: councils.index(row.council_id))
    ]  # fmt: skip


def _unit(member: CouncilMember) -> str:
    sender = member.organisation or member.entity or member.unit or member.get_role_display()
    return f"{member.council}，{sender}"[:80]


def _by_hand_last_time(meeting: Meeting) -> list[Attendee]:
    """Whoever was put on the last list by hand and comes for a unit, not for one item."""
    last = Meeting.objects.standing().before(meeting).first()
    if last is None:
        return []
    stay = [Attendee.Role.CHAIR, Attendee.Role.BRANCH, Attendee.Role.DEPARTMENT, Attendee.Role.COUNCIL]
    rows = last.attendees.filter(role__in=stay, member__isnull=True, user__isnull=True).order_by("pk")
    return [
        Attendee(
            street_id=meeting.street_id, meeting=meeting, name=row.name, unit=row.unit, role=row.role, counts=row.counts
        )
        for row in rows
    ]


@transaction.atomic
def ask(
    *,
    meeting: Meeting,
    name: str,
    actor: User,
    at: dt.datetime,
    unit: str = "",
    role: str = Attendee.Role.GUEST,
    user: User | None = None,
    counts: bool = False,
) -> Attendee:
    """Put somebody on the list. Raises `MeetingError`: no name, twice on the list."""
    row = hold(meeting=meeting, verb=Verb.ATTEND, actor=actor)
    name = said(name or (str(user.display_name) if user is not None else ""), "写姓名。", field="name", longest=40)
    if role not in Attendee.Role.values:
        raise MeetingError("选身份。", field="role")
    with as_sentences(MeetingError, field="name"):
        made = Attendee.objects.create(
            street_id=row.street_id, meeting=row, name=name, unit=unit.strip()[:80], role=role, user=user, counts=counts
        )
    record(verb="meetings.ask", target=row, actor=actor, at=at, after={"role": role})
    return made


@transaction.atomic
def strike(*, attendee: Attendee, actor: User, at: dt.datetime) -> None:
    """Take somebody off the list who need not come."""
    row = hold(meeting=attendee.meeting, verb=Verb.ATTEND, actor=actor)
    if attendee.state == Attendee.State.PRESENT:
        raise MeetingError(f"{attendee.name}已经记为到会。没有来就改成“没来”。")
    attendee.delete()
    record(verb="meetings.strike", target=row, actor=actor, at=at, after={"role": attendee.role})


@transaction.atomic
def mark(*, attendee: Attendee, state: str, actor: User, at: dt.datetime, reason: str = "") -> Attendee:
    """Write down that somebody will come, is excused, came, or did not come. An excuse may say why."""
    row = hold(meeting=attendee.meeting, verb=Verb.ATTEND, actor=actor)
    _check(row, state, at)
    current = Attendee.objects.select_for_update().get(pk=attendee.pk)
    if current.state == state and current.reason == reason.strip()[:100]:
        return current
    current.state, current.reason = state, reason.strip()[:100] if state == Attendee.State.EXCUSED else ""
    current.marked_at, current.marked_by = at, actor
    current.save()
    record(verb="meetings.mark", target=row, actor=actor, at=at, after={"state": state})
    return current


@transaction.atomic
def mark_all(*, meeting: Meeting, marks: dict[str, tuple[str, str]], actor: User, at: dt.datetime) -> int:
    """Write the whole list at once: attendee id → (state, reason). Returns how many changed; one line in the log."""
    row = hold(meeting=meeting, verb=Verb.ATTEND, actor=actor)
    changed = []
    for current in row.attendees.select_for_update().order_by("pk"):
        state, reason = marks.get(str(current.pk), (current.state, current.reason))
        reason = reason.strip()[:100] if state == Attendee.State.EXCUSED else ""
        if (current.state, current.reason) == (state, reason):
            continue
        _check(row, state, at)
        current.state, current.reason, current.marked_at, current.marked_by = state, reason, at, actor
        changed.append(current)
    Attendee.objects.bulk_update(changed, ["state", "reason", "marked_at", "marked_by"])
    if changed:
        record(verb="meetings.mark", target=row, actor=actor, at=at, after={"changed": len(changed)})
    return len(changed)


def _check(meeting: Meeting, state: str, at: dt.datetime) -> None:
    if state not in Attendee.State.values:
        raise MeetingError("选到会、请假或没来。", field="state")
    came = (Attendee.State.PRESENT, Attendee.State.ABSENT)
    if state in came and meeting.state != Meeting.State.UNDER_WAY:
        raise MeetingError("会还没有开始，先点“开始开会”，再记谁到了。现在可以记谁会来、谁请假。", field="state")


def count(meeting: Meeting) -> Quorum:
    """Who counts: due, present, excused, and the share that the rule asks for. Frozen for a meeting that was closed."""
    frozen = meeting.frozen_quorum
    if frozen is not None and not meeting.is_open:
        return frozen
    found = meeting.attendees.filter(counts=True).aggregate(
        due=Count("pk"),
        present=Count("pk", filter=Q(state=Attendee.State.PRESENT)),
        excused=Count("pk", filter=Q(state=Attendee.State.EXCUSED)),
    )
    return Quorum(found["due"], found["present"], found["excused"], meeting.quorum_percent or charted(meeting).percent)


def sentence(meeting: Meeting) -> str:
    """The count with its rule, as the page and the minutes say it."""
    source = meeting.quorum_source or charted(meeting).source
    found = count(meeting)
    return found.sentence(source) if meeting.begun_at is not None else found.rule(source)
