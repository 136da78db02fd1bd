"""What organisations put on the overview: their numbers, and foundings that wait for the next step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from branches.models import Founding
from shimen import clock, overview, waiting
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.figures.registry import Pillar
from shimen.overview import Work

if TYPE_CHECKING:
    from shimen.accounts.models import User

SHOWN = 3
NEXT = {Founding.State.APPLIED: "等批复", Founding.State.APPROVED: "等选举", Founding.State.ELECTED: "等备案"}


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    overview.mention(Pillar.INTEGRATION, "organisations", "organisation_members")
    overview.add_work(work)
    waiting.about(foundings=lambda user: Founding.objects.visible_to(user).open())


def work(user: User) -> Iterable[Work]:
    """Foundings on their way, the most urgent first; for those who take their steps."""
    if not scope_of(user).has(Role.STAFF, Role.SECRETARY):
        return
    today = clock.today()
    if not waiting.how_many(user, "foundings"):
        return
    for row in Founding.objects.visible_to(user).open().select_related("organisation").in_order()[:SHOWN]:
        yield Work(
            f"{row.organisation}{NEXT[Founding.State(row.state)]}",
            reverse("branches:organisation-founding", args=[row.organisation_id]),
            icon="file-certificate",
            reason=f"{row.applied_on:%m-%d} 申请成立",
            due=row.due_on,
            alarm=row.due_on is not None and row.due_on < today,
        )
