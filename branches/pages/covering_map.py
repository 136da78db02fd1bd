"""The map of coverings: every shop and building with somebody operating in it, and red rings where nobody answers."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse

from branches.duty.gaps import SPACE, Space, covered
from branches.models import Covering
from coverage.models import Entity
from shimen import clock
from shimen.territory import addresses
from shimen.territory.layers import Layer, Mark, Spot
from shimen.territory.models import Area, Place

if TYPE_CHECKING:
    from shimen.accounts.models import User

ORGANISED, WORKED, GAP = "organised", "worked", "gap"
APART = 0.00016  # degrees, some 15 m


def spots(user: User) -> Iterable[Spot]:
    """Street shops one by one; of what is inside buildings, only the gaps (two queries)."""
    today = clock.today()
    rows = Entity.objects.visible_to(user).operating().filter(place__isnull=False).annotate(
        _covered=covered(today), _organised=covered(today, way__in=Covering.ORGANISED), _space=SPACE
    )  # fmt: skip
    shown = rows.filter(Q(place__kind=Place.Kind.SHOPFRONT) | Q(_covered=False)).select_related("place__building")
    houses: dict[Place, list[Entity]] = defaultdict(list)
    for entity in shown.order_by("address_key", "pk"):
        place = entity.place
        if place is None:
            continue
        if place.kind != Place.Kind.SHOPFRONT:
            houses[place.building or place].append(entity)
            continue
        kind = ORGANISED if entity._organised else WORKED if entity._covered else GAP  # type: ignore[attr-defined]
        url = reverse("branches:covering" if kind == GAP else "coverage:entity", args=[entity.pk])
        yield Spot(place.lon, place.lat, kind, str(entity), addresses.spaced(place.address), url)
    page = f"{reverse('branches:gaps')}?space={Space.BUILDING.value}"
    for house, inside in houses.items():
        for number, entity in enumerate(inside):
            lon, lat = _beside(house, number, len(inside))
            yield Spot(lon, lat, GAP, str(entity), addresses.spaced(entity.address), page)


def _beside(house: Place, number: int, count: int) -> tuple[float, float]:
    """Where the ring of one of several gaps in a building is drawn: around it, so that each can be seen."""
    if count == 1:
        return house.lon, house.lat
    angle = 2 * math.pi * number / count
    return house.lon + APART * math.cos(angle), house.lat + APART * math.sin(angle)


def finding(counts: Mapping[str, int]) -> str:
    """What the map shows, for those who do not see it."""
    shops = counts[ORGANISED] + counts[WORKED]
    return (
        f"沿街商铺组织覆盖 {counts[ORGANISED]} 家、工作覆盖 {counts[WORKED]} 家，共 {shops} 家；"
        f"商铺和楼宇里尚未覆盖的 {counts[GAP]} 家。"
    )


def facts(user: User) -> dict[str, str]:
    """The share of organised entities in each grid, for its plate."""
    today = clock.today()
    rows = Entity.objects.visible_to(user).operating().filter(area__isnull=False)
    rows = rows.annotate(_organised=covered(today, way__in=Covering.ORGANISED))
    counted = rows.order_by().values("area__lineage").annotate(n=Count("pk"), o=Count("pk", Q(_organised=True)))
    sums: dict[object, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in counted:
        for area in row["area__lineage"]:
            whole, part = sums[area]
            sums[area] = (whole + row["n"], part + row["o"])
    grids = Area.objects.visible_to(user).grids()
    return {
        area.name: f"组织覆盖 {100 * sums[area.pk][1] / sums[area.pk][0]:.1f} %"
        for area in grids
        if area.pk in sums and sums[area.pk][0]
    }


LAYER = Layer(
    key="covering",
    title="覆盖",
    marks=(
        Mark(ORGANISED, "商铺组织覆盖", "k3"),
        Mark(WORKED, "商铺工作覆盖", "k2"),
        Mark(GAP, "尚未覆盖，含楼宇", "ko"),
    ),
    spots=spots,
    finding=finding,
    facts=facts,
    rows_url=lambda: reverse("branches:gaps"),
    rows_words="看空白的原因和建议",
    place=5,
    heading="覆盖图",
)
