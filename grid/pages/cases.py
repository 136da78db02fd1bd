"""What the pages of the district's cases show beyond a row."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from grid.chain.cases import STATES, WAY, CaseState
from grid.handover import cases, platform
from grid.models import CaseStep, DistrictCase, Leg, StrayAnswer
from grid.models.handover import DistrictCaseQuerySet
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role

if TYPE_CHECKING:
    from shimen.accounts.models import User

VIEWS = {"": "在办", "returned": "退单", "ended": "已结束", "all": "全部"}


def rows_of(view: str, seen: DistrictCaseQuerySet) -> DistrictCaseQuerySet:
    """The cases of a tab of the list; those under way for a key that is none."""
    match view:
        case "returned":
            return seen.filter(state=CaseState.RETURNED.value)
        case "ended":
            return seen.ended()
        case "all":
            return seen
    return seen.live()


def views(seen: DistrictCaseQuerySet) -> list[tuple[str, str, int]]:
    """The tabs: key, title and count."""
    return [(key, title, rows_of(key, seen).count()) for key, title in VIEWS.items()]


class CasePage:
    """Everything around one case, asked for when drawn."""

    def __init__(self, case: DistrictCase, user: User) -> None:
        self.case, self.user = case, user

    @cached_property
    def steps(self) -> list[CaseStep]:
        """The history, newest first."""
        return list(self.case.steps.select_related("by").order_by("-at", "-heard_at", "-pk"))

    @property
    def way(self) -> list[str]:
        """The titles of the usual way."""
        return [STATES[state] for state in WAY]

    @property
    def now(self) -> int:
        """How far it is on the usual way, counted from 1; 0 before it was received, and for what did not go that way."""
        state = CaseState.HANDLING if self.case.state == CaseState.URGED else self.case.stage
        return WAY.index(state) + 1 if state in WAY else 0

    @cached_property
    def legs(self) -> list[Leg]:
        """What the levels below tried before it was handed over."""
        if self.case.matter is None or self.case.leg is None:
            return []
        rows = self.case.matter.legs.filter(number__lt=self.case.leg.number).exclude(tried="")
        return list(rows.order_by("number"))

    @property
    def _is_staff(self) -> bool:
        return scope_of(self.user).covers(self.case.street_id, self.case.area_id, role=Role.STAFF)

    @property
    def may_note(self) -> bool:
        return self._is_staff and self.case.is_live and self.case.delivery != DistrictCase.Delivery.SENT

    @cached_property
    def trouble(self) -> str:
        """Why it has not arrived, where somebody must see to it."""
        return self.case.trouble or (cases.given_up(self.case) if self.case.is_live else "")

    @property
    def may_send(self) -> bool:
        untouched = not any(step.said != "opened" and step.is_applied for step in self.steps)
        waits = self.case.delivery in (DistrictCase.Delivery.REFUSED, DistrictCase.Delivery.HAND) or self.trouble
        online = platform.of(self.case.street_id).is_online
        return bool(self._is_staff and self.case.is_live and waits and untouched and online)

    @property
    def may_go_by_hand(self) -> bool:
        return self._is_staff and self.case.is_live and self.case.delivery != DistrictCase.Delivery.HAND


def traffic(street_id: uuid.UUID) -> dict[str, int]:
    """How many cases wait for the platform, were refused by it, and how many of its answers fit none: counts, nobody's case."""
    live, state = DistrictCase.objects.filter(street=street_id).live(), DistrictCase.Delivery  # type: ignore[attr-defined]
    counts: dict[str, int] = live.aggregate(
        waiting=Count("pk", Q(delivery=state.WAITING)), sent=Count("pk", Q(delivery=state.SENT)),
        refused=Count("pk", Q(delivery=state.REFUSED)), by_hand=Count("pk", Q(delivery=state.HAND)),
    )  # fmt: skip
    return counts | {"strays": StrayAnswer.objects.filter(street=street_id, settled_at=None).count()}
