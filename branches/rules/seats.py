"""Who may sit on a committee, and for how long it serves: the checks before an election is registered. Pure.

What is asked comes in as plain values, what is wrong goes out as sentences that name the rule. A finding that `refuses`
stops the election; the others are shown and may be passed over knowingly. The numbers are those of `branches.rules.book`.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from branches.rules.book import Rules

SECRETARY, DEPUTY, ORGANISER, PUBLICITY = "secretary", "deputy", "organiser", "publicity"
DISCIPLINE, UNITED, YOUTH, MEMBER = "discipline", "united", "youth", "member"
INSIDE, CROSS, SECONDED = "inside", "cross", "seconded"
ROLES = (SECRETARY, DEPUTY, ORGANISER, PUBLICITY, DISCIPLINE, UNITED, YOUTH, MEMBER)
WORDS = {
    SECRETARY: "书记", DEPUTY: "副书记", ORGANISER: "组织委员", PUBLICITY: "宣传委员", DISCIPLINE: "纪检委员",
    UNITED: "统战委员", YOUTH: "青年委员", MEMBER: "委员",
}  # fmt: skip
# Held by one person at a time. Deputies and plain members may be several.
SINGLE = frozenset({SECRETARY, ORGANISER, PUBLICITY, DISCIPLINE, UNITED, YOUTH})
# What a branch too small for a committee has.
LEADERS = (SECRETARY, DEPUTY)
# Those over whom the discipline member watches: who leads, and who keeps the members' papers and dues.
WATCHED = frozenset({SECRETARY, DEPUTY, ORGANISER})
STREET_BLOCK, RESIDENTIAL = "street_block", "residential"
# By form of organisation: the rules of the fewest and the most seats.
SIZES = {
    "branch": ("committee_least", "committee_most"),
    "joint": ("committee_least", "committee_most"),
    "general": ("general_least", "general_most"),
    "committee": ("party_committee_least", "party_committee_most"),
}
SIZE_RULES = frozenset({"committee_from", "committee_usual", *(key for pair in SIZES.values() for key in pair)})
BRANCHES = frozenset({"branch", "joint"})


@dataclass(frozen=True, slots=True)
class Body:
    """The organisation as it stands on the day of election."""

    form: str
    kind: str
    founded_on: dt.date | None
    full_members: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A seat as it is proposed; `person` is empty for a seat left vacant, and holds everything the person is known by."""

    role: str
    name: str = ""
    person: frozenset[str] = frozenset()
    origin: str = INSIDE
    also: tuple[str, ...] = ()
    is_full: bool = True

    @property
    def is_vacant(self) -> bool:
        return not self.person

    @property
    def duties(self) -> frozenset[str]:
        return frozenset((self.role, *self.also))

    @property
    def words(self) -> str:
        """副书记兼组织委员."""
        also = "、".join(WORDS[role] for role in self.also)
        return f"{WORDS[self.role]}兼{also}" if also else WORDS[self.role]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A seat that somebody holds in another organisation on that day."""

    person: frozenset[str]
    organisation: str
    role: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong or unusual: the key of the rule, a sentence, and the number of the seat it is about, if one."""

    rule: str
    sentence: str
    seat: int | None = None
    refuses: bool = True


def person(*, member: str = "", user: str = "", name: str = "", unit: str = "") -> frozenset[str]:
    """By what somebody is recognised: membership, account; for who has no membership, name and home unit.

    >>> sorted(person(name="陈癸十", unit="城管中队"))
    ['name:陈癸十 城管中队']
    """
    keys = {f"member:{member}" if member else "", f"user:{user}" if user else ""}
    if not member and name.strip():
        keys.add(f"name:{name.strip()} {unit.strip()}")
    return frozenset(keys - {""})


# ---- the term


def term_key(kind: str) -> str:
    """The rule that says how many years a committee of that kind of organisation serves."""
    return "term_years_residential" if kind == RESIDENTIAL else "term_years"


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later (or earlier) month, its last day where it has no such day.

    >>> months_later(dt.date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    at = day.year * 12 + day.month - 1 + months
    year, month = divmod(at, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_on(kind: str, elected_on: dt.date, rules: Rules) -> dt.date:
    """The last day of a term that begins on a day."""
    return months_later(elected_on, 12 * rules[term_key(kind)])


def latest_end(due: dt.date, rules: Rules) -> dt.date:
    """Until when a term may be extended at most."""
    return months_later(due, rules["term_extend_months"])


def remind_from(ends: dt.date, rules: Rules) -> dt.date:
    """From when the end of a term is on the list."""
    return months_later(ends, -rules["term_remind_months"])


# ---- an election


def check(
    body: Body, seats: Sequence[Asked], *, elected_on: dt.date, rules: Rules, elsewhere: Iterable[Elsewhere] = ()
) -> list[Finding]:
    """Everything that is wrong or unusual about a committee as it is proposed; nothing wrong is an empty list."""
    return [
        *founding(body.founded_on, elected_on),
        *size(body, seats, rules),
        *_roles(body, seats, rules),
        *_people(seats, rules),
        *_elsewhere(seats, tuple(elsewhere), rules),
        *mix(body, seats, rules),
    ]


def check_seat(
    body: Body, standing: Sequence[Asked], asked: Asked, *, rules: Rules, elsewhere: Iterable[Elsewhere] = ()
) -> list[Finding]:
    """The same for one seat that is filled while the others stand."""
    seats = [*(seat for seat in standing if not seat.is_vacant), asked]
    return [*_people(seats, rules), *_doubles(seats, rules), *_elsewhere(seats, tuple(elsewhere), rules)]


def refusals(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stop it."""
    return [finding for finding in findings if finding.refuses]


def founding(founded_on: dt.date | None, elected_on: dt.date) -> Iterator[Finding]:
    """A term begins with an election in an organisation that stands."""
    if founded_on is None:
        yield Finding("founding", "党组织还没有批准成立，成立以后再选举班子。")
    elif elected_on < founded_on:
        words = f"选举日期早于成立日期 {founded_on.isoformat()}。任期从成立以后的选举之日起算，不能早于成立。"
        yield Finding("founding", words)


def size(body: Body, seats: Sequence[Asked], rules: Rules) -> Iterator[Finding]:
    """Whether the seats, filled or not, are as many as a body of that form and size has."""
    least, most = SIZES[body.form]
    count, members = len(seats), f"正式党员 {body.full_members} 名"
    if body.form in BRANCHES and body.full_members < rules["committee_from"]:
        if extra := [seat for seat in seats if seat.role not in LEADERS]:
            yield Finding(
                "committee_from",
                f"{members}，只设书记 1 名、副书记 1 名，不设{_listed(extra)}。{rules.sentence('committee_from')}。",
            )
        return
    if count > rules[most]:
        yield Finding(most, f"提了 {count} 个席位，太多。{rules.sentence(most)}。")
    elif count < rules[least]:
        yield Finding(least, f"{members}，只提了 {count} 个席位。{rules.sentence(least)}。")
    elif body.form in BRANCHES and count > rules["committee_usual"]:
        yield Finding(
            "committee_usual", f"提了 {count} 个席位。{rules.sentence('committee_usual')}。", refuses=False
        )  # fmt: skip


def _listed(seats: Iterable[Asked]) -> str:
    return "、".join(dict.fromkeys(WORDS[seat.role] for seat in seats))


def _roles(body: Body, seats: Sequence[Asked], rules: Rules) -> Iterator[Finding]:
    found = Counter(seat.role for seat in seats)
    if found[SECRETARY] == 0:
        yield Finding("one_secretary", "没有书记。班子要有 1 名书记。")
    yield from _doubles(seats, rules, deputies=body.form in BRANCHES)
    for number, seat in enumerate(seats):
        if seat.role == SECRETARY and seat.is_vacant:
            yield Finding("one_secretary", "书记没有选出来。先选出书记，别的席位可以暂缺。", number)


def _doubles(seats: Sequence[Asked], rules: Rules, *, deputies: bool = True) -> Iterator[Finding]:
    found: Counter[str] = Counter()
    for number, seat in enumerate(seats):
        found[seat.role] += 1
        if seat.role in SINGLE and found[seat.role] == 2:
            yield Finding("one_holder", f"{WORDS[seat.role]}提了两个，同一时间只能一个人担任。", number)
        if deputies and seat.role == DEPUTY and found[DEPUTY] == rules["deputies_most"] + 1:
            yield Finding("deputies_most", f"副书记多了。{rules.sentence('deputies_most')}。", number)


def _people(seats: Sequence[Asked], rules: Rules) -> Iterator[Finding]:
    met: list[tuple[int, Asked]] = []
    for number, seat in enumerate(seats):
        if seat.is_vacant:
            continue
        if not seat.is_full:
            yield Finding(
                "full_member", f"{seat.name}不是正式党员，不能担任{WORDS[seat.role]}。预备党员没有被选举权。", number
            )
        for _, other in met:
            if seat.person & other.person:
                yield Finding("one_seat", _twice(seat, other), number)
        if DISCIPLINE in seat.duties and seat.duties & WATCHED and not rules["discipline_doubles"]:
            watched = "、".join(WORDS[role] for role in ROLES if role in seat.duties & WATCHED)
            yield Finding(
                "discipline_doubles", f"{seat.name}既任纪检委员，又任{watched}。{rules.sentence('discipline_doubles')}。", number
            )  # fmt: skip
        met.append((number, seat))


def _twice(seat: Asked, other: Asked) -> str:
    words = f"{seat.name}同时提为{WORDS[other.role]}和{WORDS[seat.role]}。一个人在一个班子里只占一个席位"
    return f"{words}，分管别的工作写在“兼”里。"


def _elsewhere(seats: Sequence[Asked], held: tuple[Elsewhere, ...], rules: Rules) -> Iterator[Finding]:
    for number, seat in enumerate(seats):
        there = [other for other in held if seat.person & other.person]
        led = [other for other in there if other.role == SECRETARY]
        if seat.role == SECRETARY and len(led) >= rules["secretary_of_most"]:
            names = "、".join(other.organisation for other in led)
            yield Finding(
                "secretary_of_most", f"{seat.name}已任{names}的书记。{rules.sentence('secretary_of_most')}。", number
            )  # fmt: skip
        elif len(there) >= rules["posts_most"]:
            names = "、".join(other.organisation for other in there)
            yield Finding("posts_most", f"{seat.name}已在{names}的班子任职。{rules.sentence('posts_most')}。", number)


# ---- inside and outside


def mix(body: Body, seats: Sequence[Asked], rules: Rules) -> Iterator[Finding]:
    """内外搭配 of a street-block branch: shop people and people sent in, both. Unusual, never refused.

    A branch too small for a committee has two leaders at most and is not asked for it.
    """
    if body.kind != STREET_BLOCK or body.full_members < rules["committee_from"]:
        return
    inside = sum(seat.origin == INSIDE for seat in seats if not seat.is_vacant)
    outside = sum(seat.origin != INSIDE for seat in seats if not seat.is_vacant)
    for count, key in ((inside, "mix_inside_least"), (outside, "mix_outside_least")):
        if count < rules[key]:
            yield Finding(key, f"现在 {count} 人。{rules.sentence(key)}。", refuses=False)


# ---- an extension


def check_extension(due: dt.date, ends: dt.date, until: dt.date, rules: Rules) -> list[Finding]:
    """Whether a term that is over on `due` by rule, and now ends on `ends`, may be moved to `until`."""
    if until <= ends:
        return [Finding("term_extend_months", f"要晚于现在的届满日期 {ends.isoformat()}。")]
    latest = latest_end(due, rules)
    if until > latest:
        words = f"任期到 {due.isoformat()}，最多延到 {latest.isoformat()}。{rules.sentence('term_extend_months')}。"
        return [Finding("term_extend_months", words)]
    return []


def vacant_roles(roles: Iterable[str], held: Iterable[str]) -> list[str]:
    """Which of the decided seats nobody holds, in the order of the roles."""
    left = Counter(roles) - Counter(held)
    return [role for role in ROLES for _ in range(left[role])]
