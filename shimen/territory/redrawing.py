"""Redrawing a border and moving a door: what would follow, doing it, and putting it back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from shimen.audit.record import record
from shimen.territory import borders, occupants, signals
from shimen.territory.areas import AreaError, check_border, hold_street, may_keep_places
from shimen.territory.models import Area, Place, Redrawing, Street

if TYPE_CHECKING:
    from shimen.accounts.models import User

Moves = dict[tuple[uuid.UUID, uuid.UUID], list[uuid.UUID]]
TOLERATED = 20.0  # square metres that neighbours may share: the width of a drawn line


@dataclass(frozen=True)
class Crossing:
    """Doors that would go from one area to another, with what stands at them in words."""

    old: Area
    new: Area
    places: tuple[Place, ...]
    stand_there: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """What a new border would bring: rings by area (the neighbours' too, where corners are dragged along)."""

    area: Area
    rings: dict[uuid.UUID, borders.Ring]
    crossings: tuple[Crossing, ...] = ()
    nowhere: tuple[Place, ...] = ()
    warnings: tuple[str, ...] = ()
    followers: tuple[Area, ...] = field(default=())

    @property
    def moved(self) -> int:
        """How many doors would change their area."""
        return sum(len(crossing.places) for crossing in self.crossings)

    @property
    def size(self) -> str:
        """How large the area becomes, in words."""
        return borders.square_metres(borders.surface(self.rings[self.area.pk]))


def propose(*, area: Area, ring: Sequence[Sequence[float]], along: bool = False) -> Proposal:
    """What would follow from a new border. With `along`, neighbours' corners that were dragged come with it.

    Raises AreaError when the border cannot hold.
    """
    if area.closed_on is not None:
        raise AreaError(f"{area.name}已经撤销，先恢复再画。")
    check_border(area, ring)
    beside = {each.pk: each for each in _beside(area)}
    rings: dict[uuid.UUID, borders.Ring] = {area.pk: [list(corner) for corner in ring]}
    for each in beside.values():
        follows = borders.dragged_along(area.boundary, ring, each.boundary) if along and area.boundary else None
        if follows is not None:
            check_border(each, follows)
            rings[each.pk] = follows
    every = {area.pk: area, **beside}
    drawn = {pk: each.boundary for pk, each in beside.items() if each.boundary} | rings
    crossings, nowhere = _crossings(every, drawn)
    return Proposal(
        area,
        rings,
        crossings,
        nowhere,
        tuple(_warnings(area, every, rings, drawn, nowhere)),
        tuple(beside[pk] for pk in rings if pk != area.pk),
    )


def _beside(area: Area) -> list[Area]:
    """The areas of the same kind under the same parent."""
    level = Area.objects.standing().filter(street_id=area.street_id, kind=area.kind, parent_id=area.parent_id)
    return list(level.exclude(pk=area.pk).select_related("street", "parent").in_order())


def _crossings(
    every: Mapping[uuid.UUID, Area], drawn: Mapping[uuid.UUID, Any]
) -> tuple[tuple[Crossing, ...], tuple[Place, ...]]:
    places = {p.pk: p for p in Place.objects.standing().filter(area_id__in=every).order_by("address", "pk")}
    doors = ((p.pk, (p.lon, p.lat), p.area_id) for p in places.values())
    moved, nowhere = borders.drifted(doors, drawn)
    groups: dict[tuple[uuid.UUID, uuid.UUID], list[Place]] = defaultdict(list)
    for pk, new in moved.items():
        groups[places[pk].area_id, new].append(places[pk])
    crossings = tuple(
        Crossing(every[old], every[new], tuple(group), tuple(_stand_there(group)))
        for (old, new), group in sorted(
            groups.items(), key=lambda item: (every[item[0][0]].sort, every[item[0][1]].sort)
        )
    )
    return crossings, tuple(places[pk] for pk in nowhere)


def _stand_there(places: Iterable[Place]) -> list[str]:
    keys = [place.pk for place in places]
    counted = ((kind, sum(kind.at_places(keys).values())) for kind in occupants.every())
    return [f"{count:,} {kind.unit}{kind.title}" for kind, count in counted if count]


def _warnings(
    area: Area,
    every: Mapping[uuid.UUID, Area],
    rings: Mapping[uuid.UUID, borders.Ring],
    drawn: Mapping[uuid.UUID, Any],
    nowhere: Sequence[Place],
) -> Iterable[str]:
    for pk, other in drawn.items():
        shared = borders.overlap(rings[area.pk], other) if pk != area.pk else 0.0
        if shared > TOLERATED:
            yield f"和{every[pk].name}重叠{borders.square_metres(shared)}。重叠处的地点留在原来的网格，不会自动改归。"
    if nowhere:
        shown = "、".join(place.address for place in nowhere[:3])
        yield f"有 {len(nowhere):,} 处地点落在所有边界之外（{shown}{' 等' if len(nowhere) > 3 else ''}），仍归原来的网格。"
    for child in area.children.standing():
        if (
            child.boundary
            and borders.surface(child.boundary) - borders.overlap(child.boundary, rings[area.pk]) > TOLERATED
        ):
            yield f"下级{child.name}有一部分露在外面，随后也要改它的边界。"


@transaction.atomic
def redraw(
    *,
    area: Area,
    ring: Sequence[Sequence[float]],
    actor: User,
    at: dt.datetime,
    along: bool = False,
    move: bool = True,
    expected: int | None = None,
) -> Redrawing:
    """Let a new border hold; with `move` the doors that it puts elsewhere go there, and what stands at them follows.

    `expected` is how many doors the person was shown to move: another number means that something changed meanwhile,
    and nothing is done.
    """
    hold_street(area.street, actor)
    area = Area.objects.select_related("street", "parent").select_for_update(no_key=True, of=("self",)).get(pk=area.pk)
    proposal = propose(area=area, ring=ring, along=along)
    if move and expected is not None and proposal.moved != expected:
        raise AreaError(
            f"这期间有变化：现在会改归 {proposal.moved:,} 处，先前看到的是 {expected:,} 处。核对后再改一次。"
        )
    before = {"rings": {str(each.pk): each.boundary for each in (area, *proposal.followers)}}
    after: dict[str, Any] = {"rings": {str(pk): each for pk, each in proposal.rings.items()}}
    if before["rings"] == after["rings"]:
        raise AreaError("边界没有变化。", field="ring")
    for each in (area, *proposal.followers):
        Area.objects.filter(pk=each.pk).update(boundary=proposal.rings[each.pk])
    moved = proposal.moved if move else 0
    if moved:
        before["areas"] = {str(p.pk): str(c.old.pk) for c in proposal.crossings for p in c.places}
        after["areas"] = {str(p.pk): str(c.new.pk) for c in proposal.crossings for p in c.places}
        reassign(street=area.street, moves={(c.old.pk, c.new.pk): [p.pk for p in c.places] for c in proposal.crossings},
                 actor=actor, at=at)  # fmt: skip
    words = f"重画{area.name}的边界" + (f"，{moved:,} 处地点改归" if moved else "")
    made = Redrawing.objects.create(
        street=area.street, area=area, sentence=words, before=before, after=after, made_at=at, made_by=actor
    )
    said = {"corners": len(ring) - 1, "places": moved, "along": "、".join(each.name for each in proposal.followers)}
    record(verb="territory.redraw_area", target=area, actor=actor, at=at, after=said)
    return made


def reassign(*, street: Street, moves: Moves, actor: User, at: dt.datetime) -> None:
    """Put places into other areas and tell whoever stands at them. Called inside a verb's transaction."""
    for (_, new), places in moves.items():
        Place.objects.filter(street=street, pk__in=places).update(area_id=new)
    signals.places_reassigned.send(sender=Place, street=street, moves=moves, actor=actor, at=at)


@transaction.atomic
def undo(*, redrawing: Redrawing, actor: User, at: dt.datetime) -> tuple[int, int]:
    """Put a change back: (what went back, what was left because it changed again since). Raises AreaError when taken back
    already, or when nothing of it holds any more."""
    if redrawing.place_id is None or not may_keep_places(actor, redrawing.street_id, redrawing.area_id):
        hold_street(redrawing.street, actor)
    row = Redrawing.objects.select_for_update(of=("self",)).select_related("area", "street").get(pk=redrawing.pk)
    if row.undone_at is not None:
        raise AreaError("这次改动已经撤销过了。")
    back, left = 0, 0
    for put_back in (_rings_back, _points_back, _areas_back):
        done, kept = put_back(row, actor, at)
        back, left = back + done, left + kept
    if not back:
        raise AreaError("之后又改过，没有可以恢复的。要改就再改一次。")
    row.undone_at, row.undone_by = at, actor
    row.save(update_fields=["undone_at", "undone_by"])
    record(verb="territory.undo_redrawing", target=row.area, actor=actor, at=at, after={"back": back, "left": left})
    return back, left


def _rings_back(row: Redrawing, actor: User, at: dt.datetime) -> tuple[int, int]:
    wanted = row.before.get("rings", {})
    unchanged = {
        pk
        for pk, ring in Area.objects.filter(pk__in=wanted).select_for_update(no_key=True).values_list("pk", "boundary")
        if ring == row.after["rings"][str(pk)]
    }
    for pk in unchanged:
        Area.objects.filter(pk=pk).update(boundary=wanted[str(pk)])
    return len(unchanged), len(wanted) - len(unchanged)


def _points_back(row: Redrawing, actor: User, at: dt.datetime) -> tuple[int, int]:
    wanted = row.before.get("points", {})
    back = 0
    for place in Place.objects.filter(pk__in=wanted).select_for_update(no_key=True):
        if [place.lon, place.lat] != row.after["points"][str(place.pk)][:2]:
            continue
        place.lon, place.lat, place.is_located_by_hand = wanted[str(place.pk)]
        place.save(update_fields=["lon", "lat", "is_located_by_hand"])
        back += 1
    return back, len(wanted) - back


def _areas_back(row: Redrawing, actor: User, at: dt.datetime) -> tuple[int, int]:
    wanted, now = row.before.get("areas", {}), row.after.get("areas", {})
    open_areas = {str(pk) for pk in Area.objects.standing().filter(street=row.street_id).values_list("pk", flat=True)}
    moves: Moves = defaultdict(list)
    for pk, area in Place.objects.filter(pk__in=wanted).values_list("pk", "area_id"):
        if str(area) == now[str(pk)] and wanted[str(pk)] in open_areas:
            moves[area, uuid.UUID(wanted[str(pk)])].append(pk)
    if moves:
        reassign(street=row.street, moves=dict(moves), actor=actor, at=at)
    back = sum(map(len, moves.values()))
    return back, len(wanted) - back
