"""What pages show of terms: the bar of one term, the page of one committee, the columns of an export, today's work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from branches.committees import elections, standing
from branches.committees.standing import NONE, OVERDUE, SOON, Standing
from branches.models import Committee, Organisation, Rule, Seat
from branches.rules import seats as rules
from shimen import clock, remember
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.exports import Column
from shimen.overview import Work

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from shimen.accounts.models import User

TONES = {NONE: "y", OVERDUE: "r", SOON: "y", standing.EXTENDED: "y", standing.RUNNING: "g"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the bar in percent of its whole."""

    shade: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class TermBar:
    """A term from its election to its end, or to today where that is later. `words` say what it shows."""

    pieces: tuple[Piece, ...]
    today: str
    words: str


def bar_of(committee: Committee, on: dt.date) -> TermBar:
    """Served, still to serve, granted on top, and served beyond that."""
    start, due, ends = committee.elected_on, committee.due_on, committee.ends_on
    served_to = committee.valid.upper or on if committee.valid is not None else on
    last = max(ends, served_to)
    whole = max((last - start).days, 1)

    def at(day: dt.date) -> float:
        return 100 * min(max((day - start).days / whole, 0), 1)

    stretches = (
        ("s3", start, min(served_to, due)), ("s0", min(served_to, due), due), ("s2", due, min(served_to, ends)),
        ("s1", max(due, min(served_to, ends)), ends), ("s4", ends, served_to),
    )  # fmt: skip
    pieces = tuple(
        Piece(shade, f"{at(begin):.2f}", f"{at(end) - at(begin):.2f}") for shade, begin, end in stretches if end > begin
    )
    return TermBar(pieces, f"{at(served_to):.2f}", _words(committee, on))


def _words(committee: Committee, on: dt.date) -> str:
    ends = committee.ends_on
    said = f"{committee.elected_on.isoformat()} 选举，{committee.due_on.isoformat()} 届满"
    if committee.is_extended:
        said += f"，经批准延到 {ends.isoformat()}"
    if not committee.is_in_office:
        return said
    return f"{said}，还有 {(ends - on).days} 天" if ends >= on else f"{said}，已超 {(on - ends).days} 天"


def page_of(organisation: Organisation, committee: Committee | None, on: dt.date) -> dict[str, Any]:
    """What the page of a committee shows; without one, what the tab of an organisation says (eight queries at most)."""
    now = standing.standing(organisation, on)
    chosen = committee or now.committee
    past = Committee.objects.filter(organisation=organisation).newest_first()
    context: dict[str, Any] = {
        "now": now,
        "tone": TONES[now.state],
        "committees": list(past),
        "chosen": chosen,
        "today": on,
    }
    if chosen is None:
        return context
    is_now = now.committee is not None and chosen.pk == now.committee.pk
    rows = list(chosen.seats.select_related("user").in_order())
    held = list(now.seats) if is_now else [seat for seat in rows if seat.until == chosen.valid.upper]
    vacant = rules.vacant_roles(chosen.roles, (seat.role for seat in held)) if is_now else []
    return context | {
        "is_now": is_now,
        "bar": bar_of(chosen, on),
        "held": held,
        "vacant": [(role, rules.WORDS[role]) for role in vacant],
        "gone": [seat for seat in rows if seat not in held],
        "mix": _mix(held),
        "extensions": chosen.extensions.order_by("approved_on"),
        "obstacle": elections.what_stands_on(chosen) if is_now else "",
    }


def _mix(held: Iterable[Seat]) -> dict[str, Any]:
    """Inside and outside as a bar and words."""
    listed = list(held)
    counts = [(sum(s.origin == key for s in listed), shade, str(label)) for (key, label), shade in _SHADES]
    return {"parts": [(n, shade) for n, shade, _ in counts], "counts": counts, "words": _counted(counts)}


_SHADES = tuple(zip(Seat.Origin.choices, ("s3", "s2", "s1"), strict=True))


def _counted(counts: Iterable[tuple[int, str, str]]) -> str:
    return "，".join(f"{label} {n} 人" for n, _, label in counts)


def extension_of(committee: Committee, on: dt.date) -> dict[str, Any]:
    """Until when a term may be extended, and the rule behind."""
    book = Rule.objects.book(street=committee.street_id, on=on)
    return {
        "latest": rules.latest_end(committee.due_on, book),
        "rule": book.sentence("term_extend_months"),
        "extensions": committee.extensions.order_by("approved_on"),
    }


def preview_of(plan: elections.Proposal) -> dict[str, Any]:
    """An election before it is written: who comes, who stays, who leaves."""
    before = {key for seat in plan.leaving for key in seat.person()}
    after = {key for each in plan.seats for key in each.asked.person}
    lines = [
        {
            "duties": each.asked.words, "name": each.name, "unit": each.unit, "stays": bool(each.asked.person & before),
            "origin": str(Seat.Origin(each.asked.origin).label) if each.name else "",
        }
        for each in plan.seats
    ]  # fmt: skip
    return {"plan": plan, "lines": lines, "leaving": [seat for seat in plan.leaving if not seat.person() & after]}


def withdrawal_of(committee: Committee) -> dict[str, Any]:
    """What goes and what comes back when an election is withdrawn."""
    before = Committee.objects.registered().filter(organisation=committee.organisation).exclude(pk=committee.pk)
    return {
        "obstacle": elections.what_stands_on(committee),
        "going": committee.seats.registered().in_order(),
        "before": before.newest_first().first(),
        "coming": Seat.objects.filter(ended_by=committee).in_order(),
    }


# ---- the list of terms


def seen_by(user: User, on: dt.date) -> QuerySet[Organisation]:
    """The organisations whose terms a person may look after, standing on a day, by grid. The street's own working
    committee is appointed by the district and has no term."""
    seen = Organisation.objects.visible_to(user).standing(on).exclude(kind=Organisation.Kind.STREET)
    rows: QuerySet[Organisation] = seen.select_related("area").in_order()
    return rows


@remember.for_one_page
def looked_after(user: User, on: dt.date) -> tuple[Organisation, ...]:
    """The same, asked once for a page."""
    return tuple(seen_by(user, on))


def columns(found: dict[Any, Standing]) -> tuple[Column, ...]:
    """The columns of an export; names of people stay in the house."""

    def of(read: Any) -> Any:
        return lambda row: read(found[row.pk])

    def day(name: str) -> Any:
        return of(lambda s: getattr(s.committee, name) if s.committee else "")

    return (
        Column("党组织", lambda row: row.name, 32),
        Column("类别", lambda row: row.get_kind_display(), 10),
        Column("网格", lambda row: row.area.name if row.area else "", 12),
        Column("届次", day("number"), 6),
        Column("选举日期", day("elected_on"), 14),
        Column("任期届满", day("due_on"), 14),
        Column("应换届日期", day("ends_on"), 14),
        Column("任期", of(lambda s: s.state_words), 14),
        Column("下一步", of(lambda s: s.next_step[0]), 40),
        Column("席位", of(lambda s: len(s.committee.roles) if s.committee else ""), 6),
        Column("缺额", of(lambda s: "、".join(s.vacant)), 16),
        Column("内", of(lambda s: s.inside), 6),
        Column("外", of(lambda s: s.outside), 6),
        Column("与规则不符", of(lambda s: " ".join(finding.sentence for finding in s.conflicts)), 60),
    )


def work(user: User) -> Iterator[Work]:
    """For staff: terms that are over or end soon, seats that nobody holds, what the rules would refuse."""
    if not scope_of(user).has(Role.STAFF):
        return
    today = clock.today()
    found = standing.standings(looked_after(user, today), today)
    page = reverse("branches:terms")
    late = [row for row in found if row.state == OVERDUE]
    soon = [row for row in found if row.state == SOON]
    vacant = [row for row in found if row.vacant]
    if late:
        ends = min(row.committee.ends_on for row in late if row.committee)
        yield Work(
            f"{_named(late)}超期未换届", f"{page}?state={OVERDUE}", icon="calendar-due", due=ends, alarm=True,
            reason=late[0].next_step[0],
        )  # fmt: skip
    if soon:
        ends = min(row.committee.ends_on for row in soon if row.committee)
        yield Work(
            f"{_named(soon)}任期将满",
            f"{page}?state={SOON}",
            icon="calendar-due",
            due=ends,
            reason="向上级党组织请示换届",
        )
    if vacant:
        names = "、".join(dict.fromkeys(word for row in vacant for word in row.vacant))
        yield Work(
            f"{_named(vacant)}班子有缺额", f"{page}?watch=vacant", icon="users", reason=f"缺{names}", when="待补选"
        )
    if wrong := [row for row in found if row.conflicts]:
        yield Work(
            f"{_named(wrong)}班子与规则不符", f"{page}?watch=conflict", icon="alert-triangle",
            reason=wrong[0].conflicts[0].sentence, when="待处理",
        )  # fmt: skip


def _named(rows: list[Standing]) -> str:
    return str(rows[0].organisation) if len(rows) == 1 else f"{len(rows)} 个党组织"
