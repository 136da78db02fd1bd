"""Plain factories of the grid: councils, people lent to it, cases at the district."""

from __future__ import annotations

import datetime as dt
from typing import Any

from grid.chain.levels import Level
from grid.matters import raising
from grid.models import Charter, Council, CouncilMember, DistrictCase, Secondment
from shimen.territory.models import Area
from tests import make


def council(town: make.Town, **given: Any) -> Council:
    """A street council of the first grid with its charter, founded long ago, nobody in it yet."""
    n = make.next_()
    values = {
        "street": town.street, "area": town.first_grid, "kind": Council.Kind.STREET, "name": f"示例路{n}街委会",
        "roads": [f"示例路{n}"], "founded_on": make.LONG_AGO,
    }  # fmt: skip
    row = Council.objects.create(**(values | given))
    Charter.objects.create(
        street_id=row.street_id, council=row, number=1, text="成员都可以提议题，召集人会前三天告诉大家，能商量一致的不表决。",
        quorum_percent=50, passing_percent=50, voting=["hearing"], valid=(row.founded_on, None),
    )  # fmt: skip
    return row


def council_member(council: Council, **given: Any) -> CouncilMember:
    """A resident who sits in a council since its founding."""
    values = {
        "street_id": council.street_id, "council": council, "role": "resident", "name": f"韩乙{make.next_()}", "unit": "3 号楼",
        "valid": (council.founded_on, None),
    }  # fmt: skip
    return CouncilMember.objects.create(**(values | given))


def secondment(grid: Area, **given: Any) -> Secondment:
    """Somebody of the police who is in a grid for a year around AT."""
    n = make.next_()
    values = {
        "street_id": grid.street_id, "grid": grid, "whose": "police", "home_unit": "示例路派出所", "name": f"魏庚{n}",
        "person_key": f"示例路派出所|魏庚{n}", "duties": "参加网格例会",
        "valid": (make.TODAY - dt.timedelta(days=100), make.TODAY + dt.timedelta(days=200)),
    }  # fmt: skip
    return Secondment.objects.create(**(values | given))


def district_case(town: make.Town, **given: Any) -> DistrictCase:
    """The case of a matter that went straight to the district, in the first grid."""
    given = {"words": "路口信号灯时间太短", "area": town.first_grid, "level": Level.DISTRICT} | given
    row = raising.raise_matter(street_id=town.street.pk, actor=town.staff, at=make.AT, **given)
    return row.cases.get()
