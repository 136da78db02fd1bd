"""What the pages of direct deliveries show, and the station master's part of the day."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.territory import calendar
from supply.deliveries import delivering
from supply.models import Delivery, Need, Project, Resource, SupplyRule
from supply.rules import delivery_flow
from supply.rules.delivery_flow import Side, State, Verb
from supply.serving import speaking

if TYPE_CHECKING:
    import uuid

    from django.db.models import QuerySet

    from shimen.accounts.models import User

VIEWS = {
    "": ("在办", (State.REQUESTED, State.ACCEPTED, State.DISPATCHED)),
    "new": ("等接单", (State.REQUESTED,)),
    "today": ("今天送", (State.ACCEPTED, State.DISPATCHED)),
    "done": ("已送达", (State.DELIVERED, State.RATED)),
    "ended": ("没接、取消", (State.REFUSED, State.CANCELLED)),
}
BUTTONS = {
    Verb.ACCEPT: "接单", Verb.REFUSE: "回绝", Verb.PLAN: "改日子", Verb.DISPATCH: "出发", Verb.BACK: "没送成", Verb.DELIVER: "登记送达",
    Verb.RATE: "评价", Verb.CANCEL: "取消",
}  # fmt: skip


def seen(user: User) -> QuerySet[Delivery]:
    """The deliveries that a person sees: the office and station masters those of their areas, secretaries their own and
    those of their areas."""
    rows: QuerySet[Delivery] = Delivery.objects.visible_to(user)
    return rows.select_related("recipient__area", "resource", "project")


def rows_of(view: str, user: User, on: dt.date) -> QuerySet[Delivery]:
    """The deliveries of a view, those that wait first."""
    _, states = VIEWS.get(view, VIEWS[""])
    rows = seen(user).filter(state__in=states)
    if view == "today":
        rows = rows.filter(planned_on=on)
    return rows.by_day() if view in {"", "new", "today"} else rows.newest_first()  # type: ignore[attr-defined, no-any-return]


def views(user: User, on: dt.date) -> list[tuple[str, str, int]]:
    """Key, title and number of rows of every view."""
    return [(key, title, rows_of(key, user, on).count()) for key, (title, _) in VIEWS.items()]


def answer_by(street_id: uuid.UUID, requested_at: dt.datetime, on: dt.date) -> dt.date:
    """By when somebody has to say yes or no to what was asked for."""
    rules = SupplyRule.objects.book(street=street_id, on=on)
    return calendar.add_working_days(clock.day_of(requested_at), rules["delivery_answer_days"])


def may_ask(user: User, on: dt.date) -> bool:
    return scope_of(user).has(Role.STAFF) or speaking.named(user, on).exists()


def sources() -> list[type[Resource] | type[Project]]:
    return [Resource, Project]


def at_door(user: User) -> list[Resource | Project]:
    """What comes to the door, from the two lists."""
    offered = Resource.objects.visible_to(user).offered().filter(is_door=True).in_order()
    running = Project.objects.visible_to(user).running().filter(is_door=True).select_related("series").in_order()
    return [*offered, *running]


def need_for(user: User, typed: str) -> Need | None:
    """The need from whose page somebody came."""
    return Need.objects.visible_to(user).open().filter(pk=typed).select_related("recipient").first() if typed else None


class DeliveryPage:
    """One delivery as one person sees it."""

    def __init__(self, delivery: Delivery, user: User, on: dt.date) -> None:
        self.delivery, self.user, self.on = delivery, user, on
        self.sides = delivering.sides_of(user, delivery, on)

    @cached_property
    def verbs(self) -> list[tuple[str, str]]:
        """What may be done, as the ends of addresses and words."""
        return [(verb.value, BUTTONS[verb]) for verb in delivery_flow.offered(State(self.delivery.state), self.sides)]

    @property
    def steps(self) -> dict[str, Any]:
        names, now = delivery_flow.steps(State(self.delivery.state))
        return {"names": names, "now": now}

    @property
    def shows_code(self) -> bool:
        """The code is for whoever receives, until it has been said."""
        return Side.TAKING in self.sides and self.delivery.state in {State.ACCEPTED, State.DISPATCHED}

    @property
    def story(self) -> list[dict[str, Any]]:
        from shimen.templatetags.look import moment

        rows = self.delivery.moments.select_related("by").order_by("-at", "-pk")
        return [
            {"title": row.sentence, "text": row.words, "when": moment(row.at), "who": str(row.by or ""), "kind": ""}
            for row in rows
        ]

    @property
    def answer_by(self) -> dt.date | None:
        if self.delivery.state != State.REQUESTED:
            return None
        return answer_by(self.delivery.street_id, self.delivery.requested_at, self.on)


STATION_MOST = 4  # deliveries that the station master's one screen has room for


def station_part(user: User, venue: Any, on: dt.date) -> dict[str, Any] | None:
    """Today's deliveries and those nobody has accepted, in the areas of the person; None where there are none."""
    today = list(seen(user).planned_on(on).by_day()[: STATION_MOST + 1])  # type: ignore[attr-defined]
    waiting = seen(user).to_accept().count()  # type: ignore[attr-defined]
    if not today and not waiting:
        return None
    return {"today": today[:STATION_MOST], "more": len(today) > STATION_MOST, "waiting": waiting}
