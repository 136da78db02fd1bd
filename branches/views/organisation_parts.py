"""What the room of organisations and members puts onto every organisation's page."""

from __future__ import annotations

import datetime as dt

from branches.models import Founding, Member, Organisation
from branches.pages import overview
from branches.pages.tabs import Tab, add
from branches.views.founding import READERS


def _members(organisation: Organisation, day: dt.date) -> int:
    return Member.objects.of(organisation).on(day).count()


def _has_file(organisation: Organisation) -> bool:
    """Those that were founded before the product was used have no file."""
    return organisation.founded_on is None or Founding.objects.filter(organisation=organisation).exists()


TABS = (
    Tab("概况", url="branches:organisation", place=10),
    Tab(
        "党员",
        url="branches:organisation-members",
        place=15,
        roles=READERS,
        under=("branches:rosters", "branches:group-new", "branches:group-edit", "branches:group-end"),
        count=_members,
    ),
    Tab("联建", url="branches:organisation-ties", place=60),
    Tab("成立", url="branches:organisation-founding", place=70, roles=READERS, shown=_has_file),
)


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    add(*TABS)
    overview.declare()
