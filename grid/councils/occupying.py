"""What the ground is told about councils and grids: how much still stands at a building or in a grid that is to be closed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from django.db.models import Count
from django.urls import reverse

from grid.models import Council, CouncilPlace, GridMember, Secondment
from shimen import clock
from shimen.territory import occupants
from shimen.territory.occupants import Counts, Line, Occupants

if TYPE_CHECKING:
    from shimen.accounts.models import User


def _councils_in(areas: Collection[uuid.UUID]) -> Counts:
    rows = Council.objects.standing(clock.today()).filter(area__in=areas)
    return dict(rows.values_list("area").annotate(n=Count("pk")))


def _councils_at(places: Collection[uuid.UUID]) -> Counts:
    rows = CouncilPlace.objects.on(clock.today()).filter(place__in=places)
    return dict(rows.values_list("place").annotate(n=Count("pk")))


def _listed(user: User, places: Collection[uuid.UUID]) -> Iterable[Line]:
    rows = CouncilPlace.objects.visible_to(user).on(clock.today()).filter(place__in=places).select_related("council")
    for row in rows:
        yield Line(row.council.name, "楼务会", reverse("grid:council", args=[row.council_id]), row.place_id)


def _people_in(areas: Collection[uuid.UUID]) -> Counts:
    today, counted = clock.today(), dict.fromkeys(areas, 0)
    for model in (GridMember, Secondment):
        held = model.objects.on(today).filter(grid__in=areas).values_list("grid")
        for area, count in held.annotate(n=Count("pk")):
            counted[area] += count
    return counted


def register() -> None:
    """Called once from `GridConfig.ready()`."""
    occupants.register(
        Occupants(
            key="councils",
            title="议事会",
            unit="个",
            in_areas=_councils_in,
            at_places=_councils_at,
            listed=_listed,
            order=40,
        ),
        Occupants(key="grid_people", title="网格成员和下沉力量", unit="人", in_areas=_people_in, order=45),
    )
