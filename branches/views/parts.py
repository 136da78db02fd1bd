"""What branches show on the pages of others, declared together."""

from __future__ import annotations

from branches.views import committee_parts, duty_parts, home, life_parts, organisation_parts, people_parts, supply_parts


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    for room in (organisation_parts, committee_parts, home, life_parts, duty_parts, people_parts, supply_parts):
        room.declare()
