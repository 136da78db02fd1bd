"""How the committees of many organisations stand on a day: the clock of their terms, vacancies, and what the rules say.

Five queries whatever the number of organisations. Whether a committee was large enough is judged by the rules of the day
of its election; everything else by those of the day that is asked about.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from branches.committees.nominees import asked_of
from branches.committees.sizes import sizes
from branches.models import Committee, Organisation, Seat
from branches.models.rules import chosen as chosen_rules
from branches.rules import seats as rules
from branches.rules.book import Rules
from branches.rules.seats import Asked, Body, Elsewhere, Finding
from shimen import remember

# What a rule at the election would have refused, and what is said anew here in other words.
_SAID_OTHERWISE = frozenset({"one_secretary", "founding"})
NONE, OVERDUE, SOON, EXTENDED, RUNNING = "none", "overdue", "soon", "extended", "running"
STATES = {NONE: "还没有班子", OVERDUE: "超期未换届", SOON: "即将届满", EXTENDED: "延期中", RUNNING: "任期内"}


@dataclass(frozen=True)
class Standing:
    """One organisation's committee on a day. `findings` are what does not agree with the rules, and what is unusual."""

    organisation: Organisation
    on: dt.date
    rules: Rules
    committee: Committee | None
    seats: tuple[Seat, ...]
    findings: tuple[Finding, ...]

    @cached_property
    def state(self) -> str:
        """none, overdue, soon, extended or running."""
        if self.committee is None:
            return NONE
        if self.committee.ends_on < self.on:
            return OVERDUE
        if self.committee.is_extended:
            return EXTENDED
        return SOON if rules.remind_from(self.committee.ends_on, self.rules) <= self.on else RUNNING

    @property
    def state_words(self) -> str:
        return STATES[self.state]

    @cached_property
    def vacant(self) -> list[str]:
        """The vacant seats by their names."""
        if self.committee is None:
            return []
        return [rules.WORDS[role] for role in rules.vacant_roles(self.committee.roles, (s.role for s in self.seats))]

    @property
    def secretary(self) -> Seat | None:
        return next((seat for seat in self.seats if seat.role == rules.SECRETARY), None)

    @property
    def inside(self) -> int:
        return sum(seat.is_inside for seat in self.seats)

    @property
    def outside(self) -> int:
        return len(self.seats) - self.inside

    @property
    def outside_words(self) -> str:
        """下沉 2，交叉 1."""
        counts = [(label, sum(s.origin == origin for s in self.seats)) for origin, label in _OUTSIDE]
        return "，".join(f"{label} {n}" for label, n in counts if n)

    @property
    def conflicts(self) -> list[Finding]:
        """What the rules would refuse."""
        return rules.refusals(self.findings)

    @property
    def asks(self) -> bool:
        """Whether somebody has to look at it: its term, a vacancy, or a rule that it does not keep."""
        return self.state != RUNNING or bool(self.vacant) or bool(self.conflicts)

    @cached_property
    def next_step(self) -> tuple[str, str]:
        """What to do next about the term, and the rule behind it; ("", "") where there is nothing to do."""
        book = self.rules
        if self.committee is None:
            return "选举产生班子，再来登记", ""
        ends = self.committee.ends_on.isoformat()
        key = rules.term_key(self.organisation.kind)
        if self.state == OVERDUE and self.committee.ends_on < rules.latest_end(self.committee.due_on, book):
            return "马上筹备选举；确有原因的，报上级党组织批准延期", book.sentence("term_extend_months")
        if self.state == OVERDUE:
            return "马上选举，不能再延期", book.sentence("term_extend_months")
        if self.state == EXTENDED:
            return f"{ends} 以前完成选举", book.sentence("term_extend_months")
        if self.state == SOON:
            return f"向上级党组织请示换届，{ends} 以前选举", book.sentence(key)
        return "", book.sentence(key)


_OUTSIDE = ((rules.SECONDED, "下沉"), (rules.CROSS, "交叉"))


def standings(organisations: Sequence[Organisation], on: dt.date) -> list[Standing]:
    """How each organisation's committee stands on a day, in the order given. All of one street."""
    return list(_standings(tuple(organisations), on))


@remember.for_one_page
def _standings(organisations: tuple[Organisation, ...], on: dt.date) -> tuple[Standing, ...]:
    if not organisations:
        return ()
    street_id, ids = organisations[0].street_id, [row.pk for row in organisations]
    committees = {row.organisation_id: row for row in Committee.objects.in_office(on).filter(organisation__in=ids)}
    seats = _seats(ids, on)
    members = sizes(ids, on)
    chosen = chosen_rules(street_id)
    others = _others(street_id, seats.values(), on)
    found, today = [], Rules(chosen, on=on)
    for row in organisations:
        committee, held = committees.get(row.pk), seats.get(row.pk, [])
        findings: tuple[Finding, ...] = ()
        if committee is not None:
            for seat in held:
                seat.organisation, seat.committee = row, committee
            body = Body(row.form, row.kind, row.founded_on, members[row.pk].full)
            elected = Rules(chosen, on=committee.elected_on)
            findings = tuple(_findings(body, committee, held, others, elected=elected, today=today, on=on))
        found.append(Standing(row, on, today, committee, tuple(held), findings))
    return tuple(found)


def standing(organisation: Organisation, on: dt.date) -> Standing:
    """The same of one organisation."""
    return standings([organisation], on)[0]


def _seats(ids: Collection[uuid.UUID], on: dt.date) -> dict[uuid.UUID, list[Seat]]:
    grouped: dict[uuid.UUID, list[Seat]] = defaultdict(list)
    for seat in Seat.objects.held(on).filter(organisation__in=ids).select_related("member", "user").in_order():
        grouped[seat.organisation_id].append(seat)
    return grouped


def _others(street_id: uuid.UUID, shown: Iterable[list[Seat]], on: dt.date) -> list[tuple[uuid.UUID, Elsewhere]]:
    """Every seat of the street on that day held by one of these people: (organisation, seat); one query."""
    listed = [seat for seats in shown for seat in seats]
    theirs = (
        Q(member__in=[seat.member_id for seat in listed if seat.member_id])
        | Q(user__in=[seat.user_id for seat in listed if seat.user_id])
        | Q(member__isnull=True, name__in=[seat.name for seat in listed if seat.member_id is None])
    )
    standing = Q(organisation__dissolved_on__isnull=True) | Q(organisation__dissolved_on__gt=on)
    rows = Seat.objects.held(on).filter(theirs, standing, street_id=street_id)
    held = rows.select_related("organisation").order_by("pk")
    return [(seat.organisation_id, Elsewhere(seat.person(), str(seat.organisation), seat.role)) for seat in held]


def _findings(
    body: Body,
    committee: Committee,
    held: Sequence[Seat],
    others: Iterable[tuple[uuid.UUID, Elsewhere]],
    *,
    elected: Rules,
    today: Rules,
    on: dt.date,
) -> Iterator[Finding]:
    people = [asked_of(seat) for seat in held]
    empty = [Asked(role) for role in rules.vacant_roles(committee.roles, (seat.role for seat in held))]
    names = {key for asked in people for key in asked.person}
    elsewhere = [seat for home, seat in others if home != committee.organisation_id and seat.person & names]
    size = {finding.rule: finding for finding in rules.size(body, [*people, *empty], elected)}
    yield from size.values()
    for finding in rules.check(
        body, [*people, *empty], elected_on=committee.elected_on, rules=today, elsewhere=elsewhere
    ):
        if finding.rule not in _SAID_OTHERWISE and finding.rule not in rules.SIZE_RULES:
            yield finding
    yield from _since_then(held, on)


def _since_then(held: Iterable[Seat], on: dt.date) -> Iterator[Finding]:
    """What has changed about people since they were elected."""
    for number, seat in enumerate(held):
        if seat.member is not None and not seat.member.is_current(on):
            left = seat.member.valid.upper if seat.member.valid is not None else None
            when = f" {left.isoformat()} " if left is not None else ""
            yield Finding("has_left", f"{seat.name}{when}已离开所在党组织，席位还在。登记离任，再补选。", number)
        if seat.seconded_until is not None and seat.seconded_until < on:
            words = f"{seat.name}的下沉期限 {seat.seconded_until.isoformat()} 已到。登记离任，或改下沉期限。"
            yield Finding("secondment", words, number)
