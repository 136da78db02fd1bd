"""The street as one person may see it, drawn on the page by the server."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shimen.territory.layers import Layer, Mark
from shimen.territory.models import Area, Place, Street
from shimen.territory.piece import Piece, around
from shimen.territory.sheet import Drawing, Tag, draw, seat

if TYPE_CHECKING:
    from shimen.accounts.models import User

# Shades of a legend as classes of dots.
DOTS = {"k0": "m-none", "k1": "m-light", "k2": "m-work", "k3": "m-joint"}


@dataclass(frozen=True)
class Picture:
    """A drawing with its legend and its words."""

    drawing: Drawing
    legend: list[tuple[Mark, int]]
    words: str
    layer: Layer


NEAR = 0.0018  # degrees, some 170 m east and west: what the piece of map holds


def around_place(place: Place, street: Street) -> Piece:
    """The piece of map around a door of `street`, with the doors near it (two queries)."""
    doors = Place.objects.standing().filter(
        street=street,
        lon__range=(place.lon - NEAR, place.lon + NEAR),
        lat__range=(place.lat - NEAR / 2, place.lat + NEAR / 2),
    )
    grids = Area.objects.filter(street=street).grids().values_list("boundary", flat=True)
    return around(
        (place.lon, place.lat),
        backdrop=street.backdrop,
        borders=grids,
        doors=doors.exclude(pk=place.pk).values_list("lon", "lat"),
    )


def _borders(street: Street) -> list[Any]:
    return list(Area.objects.filter(street=street).grids().in_order())


def can_be_drawn(street: Street) -> bool:
    """Whether there is geography to draw: blocks, or the border of a grid."""
    has_blocks = bool(street.backdrop.get("blocks"))
    return has_blocks or any(area.boundary and len(area.boundary) > 2 for area in _borders(street))


def of_layer(layer: Layer, user: User, *, facts: dict[str, str] | None = None) -> Picture | None:
    """The street with a layer's spots; `facts` puts a plate with a fact on areas, by name. None without geography."""
    street = user.street
    if street is None:
        return None
    spots = list(layer.spots(user))
    shades = {mark.kind: mark.shade for mark in layer.marks}
    grids = _borders(street)
    plain = [(s.lon, s.lat, DOTS[shades[s.kind]]) for s in spots if shades[s.kind] in DOTS]
    missing = [(s.lon, s.lat) for s in spots if shades[s.kind] not in DOTS]
    tags = [
        Tag(area.name, facts[area.name], *seat(street.backdrop, area.boundary))
        for area in grids
        if facts and area.name in facts and area.boundary
    ]
    drawing = draw(street.backdrop, [area.boundary for area in grids], plain, rings=missing, tags=tags)
    if drawing is None:
        return None
    counted = Counter(spot.kind for spot in spots)
    return Picture(drawing, [(mark, counted[mark.kind]) for mark in layer.marks], layer.finding(counted), layer)
