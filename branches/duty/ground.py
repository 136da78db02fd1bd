"""What a division is worked out from, read from the rows: doors with who is behind them, whose they are, and the river."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from branches.models import Charge, Division, Member, Organisation, Responsibility
from coverage.models import Entity, Visit
from shimen.territory import geo
from shimen.territory.models import Place, Street

if TYPE_CHECKING:
    from branches.division import Streets

YEAR = dt.timedelta(days=365)
# 餐饮业 is division 62 of GB/T 4754 in section H.
CATERING = Q(industry_code__startswith="H62") | Q(industry_code__startswith="62")


@dataclass(frozen=True, slots=True)
class Door:
    """A door: where it is, its road, grid and holder today, how many work behind it, how often it was visited in a year."""

    place: uuid.UUID
    lon: float
    lat: float
    road: str
    grid: uuid.UUID
    holder: str | None
    workers: int = 0
    visits: int = 0
    is_catering: bool = False


def fronts(street: Street, on: dt.date) -> list[Door]:
    """The standing shop fronts with a shop of the registry, without those for which a body of another kind answers."""
    return _ours(street, on, has_shop=True)


def followers(division: Division, owners: Sequence[int], on: dt.date) -> list[tuple[Door, int]]:
    """Vacant fronts, each with the area of the nearest door of the proposal, on its own road where there is one.

    They weigh nothing in a division and yet shall not stay behind as islands. None within a branch.
    """
    if division.organisation_id:
        return []
    divided = list(zip(doors_of(division, on), owners, strict=True))
    known = set(division.places)
    found = []
    for door in _ours(division.street, on, has_shop=False):
        if door.place in known:
            continue
        near = [pair for pair in divided if pair[0].road == door.road] or divided
        here = (door.lon, door.lat)
        found.append((door, min(near, key=lambda pair: geo.distance(here, (pair[0].lon, pair[0].lat)))[1]))
    return found


def _ours(street: Street, on: dt.date, *, has_shop: bool) -> list[Door]:
    holders = _holders(Charge.objects.filter(street=street).on(on), "organisation")
    blocks = {str(pk) for pk in block_branches(street, on).values_list("pk", flat=True)}
    listed = Exists(Entity.objects.listed().filter(place=OuterRef("pk")))
    places = Place.objects.filter(listed if has_shop else ~listed, street=street).street_front().standing()
    return [door for door in _doors(places, holders, on) if door.holder is None or door.holder in blocks]


def within(organisation: Organisation, on: dt.date) -> list[Door]:
    """The doors that a branch holds as a whole: street fronts and buildings alike."""
    whole = (
        Charge.objects.filter(organisation=organisation).on(on).filter(floors__lower_inf=True, floors__upper_inf=True)
    )
    mine = Responsibility.objects.filter(organisation=organisation).on(on)
    places = Place.objects.filter(pk__in=whole.values("place")).standing()
    return _doors(places, _holders(mine, "member"), on)


def doors_of(division: Division, on: dt.date) -> list[Door]:
    """The doors of a proposal in its own order, as they are on a day; also those that have closed since."""
    if division.organisation_id:
        rows: Any = Responsibility.objects.filter(organisation=division.organisation_id).on(on)
        holders = _holders(rows, "member")
    else:
        holders = _holders(Charge.objects.filter(street=division.street_id).on(on), "organisation")
    found = {door.place: door for door in _doors(Place.objects.filter(pk__in=division.places), holders, on)}
    return [found[place] for place in division.places]


def block_branches(street: Street, on: dt.date) -> Any:
    """The street-block branches that stand on a day, in order."""
    kind = Organisation.Kind.STREET_BLOCK
    return Organisation.objects.filter(street=street, kind=kind).standing(on).branches().in_order()


def members_for(organisation: Organisation, on: dt.date) -> Any:
    """The members who can look after doors on a day."""
    return Member.objects.filter(organisation=organisation).on(on).select_related("user").order_by("valid", "id")


def _holders(rows: Any, who: str) -> dict[uuid.UUID, str]:
    whole = rows.filter(floors__lower_inf=True, floors__upper_inf=True)
    return {place: str(holder) for place, holder in whole.values_list("place", f"{who}_id")}


def _doors(places: Any, holders: dict[uuid.UUID, str], on: dt.date) -> list[Door]:
    rows = list(places.order_by("pk").values_list("pk", "lon", "lat", "road", "lane", "area_id"))
    keys = [row[0] for row in rows]
    behind = Entity.objects.operating().filter(Q(place__in=keys) | Q(place__building__in=keys))
    at = Coalesce("place__building", "place")
    counted = (
        behind.values(door=at).annotate(workers=Sum("headcount"), catering=Count("pk", filter=CATERING)).order_by()
    )
    people = {row["door"]: row for row in counted}
    seen = Visit.objects.filter(visited_at__date__gt=on - YEAR, visited_at__date__lte=on, entity__in=behind)
    visited = seen.values(door=Coalesce(F("entity__place__building"), F("entity__place"))).annotate(n=Count("pk"))
    visits = dict(visited.order_by().values_list("door", "n"))
    return [
        Door(
            pk, lon, lat, f"{road}{lane}", grid, holders.get(pk), people.get(pk, {}).get("workers") or 0,
            visits.get(pk, 0), bool(people.get(pk, {}).get("catering")),
        )
        for pk, lon, lat, road, lane, grid in rows
    ]  # fmt: skip


def streets_of(doors: Sequence[Door], backdrop: dict[str, Any]) -> Streets:
    """The doors as the pure module takes them, with water as barriers. Imports it only here: it is heavy."""
    from branches.division import Shop, Streets, in_metres

    shops = in_metres([
        Shop(str(n), d.lon, d.lat, d.road, str(d.place), d.workers, d.visits, str(d.grid), d.holder)
        for n, d in enumerate(doors)
    ])  # fmt: skip
    corner = (min((d.lon for d in doors), default=0.0), min((d.lat for d in doors), default=0.0))
    rivers = [geo.flat(shape["ring"], corner) for shape in backdrop.get("water", []) if shape.get("ring")]
    return Streets.of(shops, barriers=rivers)


def catering(doors: Sequence[Door], owners: Sequence[int], areas: int) -> list[float | None]:
    """The share of doors with a caterer in each area, 0 to 1; None for an area without doors."""
    total, found = [0] * areas, [0] * areas
    for door, owner in zip(doors, owners, strict=True):
        total[owner] += 1
        found[owner] += door.is_catering
    return [n / all_ if all_ else None for n, all_ in zip(found, total, strict=True)]


def blocks_of(doors: Iterable[Door], backdrop: dict[str, Any]) -> list[int | None]:
    """The number of the block (街坊) in whose ring a door lies, else of the one whose corners' middle is nearest."""
    rings = [shape["ring"] for shape in backdrop.get("blocks", [])]
    middles = [geo.centroid(ring) for ring in rings]
    known: list[int | None] = []
    for door in doors:
        here = (door.lon, door.lat)
        inside = next((n for n, ring in enumerate(rings) if geo.in_ring(here, ring)), None)
        if inside is None and rings:
            inside = min(range(len(rings)), key=lambda n: geo.distance(here, middles[n]))
        known.append(inside)
    return known


def block_owners(blocks: Sequence[int | None], owners: Sequence[int]) -> dict[int, list[int]]:
    """For each block the areas of its doors, the one with most doors first."""
    counted: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for block, owner in zip(blocks, owners, strict=True):
        if block is not None:
            counted[block][owner] += 1
    return {block: sorted(found, key=lambda a: (-found[a], a)) for block, found in counted.items()}
