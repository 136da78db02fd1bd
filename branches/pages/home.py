"""What stands on a secretary's home: today's doors, what asks to be done, the branch's committee and members.

What other rooms know comes through `branches.pages.home_parts`; this module brings what committees, members and coverage
know. Nothing here is the secretary's alone: it is what they may open anyway, in one place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from branches.committees import reading, standing
from branches.committees.sizes import sizes
from branches.committees.standing import OVERDUE, SOON
from branches.models import Organisation
from branches.pages import home_parts, terms
from branches.pages.home_parts import Part
from coverage.models import Stop
from coverage.pages.overview import ANSWER_WITHIN
from coverage.views.day import Today
from shimen import clock, waiting
from shimen.accounts.access import address_for
from shimen.overview import Work

if TYPE_CHECKING:
    from shimen.accounts.models import User

TASKS_SHOWN = 7
DOORS_SHOWN = 6


def declare() -> None:
    """Called once from `BranchesConfig.ready()`, by the views."""
    home_parts.add(Part("班子和任期", "branches/home_terms.html", terms_part, place=50))
    home_parts.add(Part("党员", "branches/home_members.html", members_part, place=60))
    home_parts.add_tasks(demand_tasks)
    home_parts.add_tasks(term_tasks)


@dataclass
class Doors:
    """Today's stops of the person, counted; `first` is the next door."""

    user: User
    on: dt.date

    @cached_property
    def today(self) -> Today:
        return Today(self.user, self.on)

    @cached_property
    def left(self) -> list[Stop]:
        return [stop for stop in self.today.stops if stop.outcome == Stop.Outcome.DUE]

    @property
    def all(self) -> int:
        return len(self.today.stops)

    @property
    def done(self) -> int:
        return self.all - len(self.left)

    @property
    def ahead(self) -> list[Stop]:
        """The next doors, in the order of the way."""
        return self.left[:DOORS_SHOWN]

    @property
    def first(self) -> Stop | None:
        return self.left[0] if self.left else None

    @cached_property
    def in_round(self) -> tuple[int, int] | None:
        """How many doors of the open round are the person's, and how many of them have a result."""
        if self.today.round is None:
            return None
        all_ = waiting.how_many(self.user, "doors_of_round")
        return (all_, all_ - waiting.how_many(self.user, "doors_left")) if all_ else None

    @property
    def words(self) -> str:
        """What is said where no door is left."""
        if self.today.round is None:
            return "现在没有开着的走访轮次"
        if self.all:
            return f"今天的 {self.all} 家都走完了"
        return "今天没有排给您的店" if self.today.is_working else "今天休息，没有排走访"


class Home:
    """Everything the two pages show of one person's day."""

    def __init__(self, request: HttpRequest, on: dt.date) -> None:
        user = cast("User", request.user)
        self.request, self.user, self.on = request, user, on
        self.led = list(reading.led_by(user, on))
        self.doors = Doors(user, on)

    @property
    def title(self) -> str:
        return "、".join(str(row) for row in self.led) or "我的支部"

    @cached_property
    def tasks(self) -> list[Work]:
        return home_parts.tasks(self.user, self.led, self.on)

    @property
    def shown(self) -> list[Work]:
        """The most urgent, or all of them where they are asked for (`?all`)."""
        return self.tasks if "all" in self.request.GET else self.tasks[:TASKS_SHOWN]

    @property
    def more(self) -> int:
        return len(self.tasks) - len(self.shown)

    @cached_property
    def parts(self) -> list[tuple[str, str]]:
        """Title and drawn template of every part with something to say."""
        return [
            (part["title"], render_to_string(part["template"], part | {"led": self.led}, self.request))
            for part in home_parts.drawn(self.user, self.led, self.on)
        ]


# ---- what asks to be done


def demand_tasks(user: User, led: Sequence[Organisation], on: dt.date) -> Iterator[Work]:
    """Answers to be told at a door, demands that wait for one, and differences nobody has explained, in one's own area."""
    page = reverse("coverage:demands")
    if (first := waiting.first(user, "demands_to_tell")) is not None:
        yield Work(
            f"{waiting.how_many(user, 'demands_to_tell')} 件诉求有答复，当面告诉店家", f"{page}?state=to_tell", icon="message-dots",
            when="待带到", reason=_said(first),
        )  # fmt: skip
    if (first := waiting.first(user, "demands_passed_on")) is not None:
        due = clock.day_of(first["raised_at"]) + dt.timedelta(days=ANSWER_WITHIN)
        yield Work(
            f"{waiting.how_many(user, 'demands_passed_on')} 件诉求等答复", f"{page}?state=open", icon="message-dots",
            due=due, alarm=due < on, reason=f"最早的是{_said(first)}",
        )  # fmt: skip
    if late := waiting.how_many(user, "differences_late"):
        differences = f"{reverse('coverage:differences')}?age=2"
        yield Work(
            f"{late} 项差异满两轮没有答复", differences, icon="file-diff", when="问过就答", reason="部门和名册说法不同"
        )


def _said(first: dict[str, Any]) -> str:
    """The shop and the beginning of its words."""
    return f"{first['entity__trade_sign'] or first['entity__name']}：{first['words'][:24]}"


def term_tasks(user: User, led: Sequence[Organisation], on: dt.date) -> Iterator[Work]:
    """The end of one's own committee's term, and its vacant seats."""
    for row in standing.standings(list(led), on):
        page = address_for(user, "branches:organisation-committee", row.organisation.pk)
        if row.committee is not None and row.state in (OVERDUE, SOON):
            yield Work(
                f"{row.organisation}{row.state_words}", page, icon="calendar-due", reason=row.next_step[0],
                due=row.committee.ends_on, alarm=row.state == OVERDUE,
            )  # fmt: skip
        if row.vacant:
            yield Work(f"{row.organisation}缺{'、'.join(row.vacant)}", page, icon="users", when="待补选")


# ---- the parts


def terms_part(user: User, led: Sequence[Organisation], on: dt.date) -> dict[str, Any] | None:
    """The committees one leads: until when, and who sits on them."""
    rows = standing.standings(list(led), on)
    if not rows:
        return None
    return {"rows": [(row, terms.bar_of(row.committee, on) if row.committee else None) for row in rows]}


def members_part(user: User, led: Sequence[Organisation], on: dt.date) -> dict[str, Any] | None:
    """How many members one's branches have; the names stand on the page of members."""
    if not led:
        return None
    found = sizes((row.pk for row in led), on)
    return {"rows": [(row, found[row.pk], address_for(user, "branches:organisation-members", row.pk)) for row in led]}
