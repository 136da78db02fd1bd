"""How many small areas are told apart on one map: shades far from their like, and doors strung together. Pure.

Members' areas run along both sides of a road and share blocks, so blocks cannot bear their colours. Each area is drawn as
the shortest line through its doors instead; with its number on it, it is told from its neighbours without any colour.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

Spot = tuple[float, float]
ROUNDS = 5


def hues(divisions: Sequence[Sequence[int]], spots: Sequence[Spot], areas: int, shades: int) -> list[int]:
    """The shade of each area, so that areas of one shade lie far apart in every one of `divisions` (owners of doors).

    Two areas of one shade weigh the more the nearer they come; single areas change their shade and pairs exchange theirs
    as long as that makes less of it.
    """
    chosen = [number % shades for number in range(areas)]
    if areas <= shades:
        return chosen
    gaps = _gaps(divisions, spots, areas)
    near = [[0.0 if a == b else max(gaps[a][b], 1.0) ** -2 for b in range(areas)] for a in range(areas)]

    def weight(area: int, shade: int, without: int = -1) -> float:
        return sum(near[area][b] for b in range(areas) if chosen[b] == shade and b != without)

    for _ in range(ROUNDS):
        before = list(chosen)
        for area in range(areas):
            chosen[area] = min(range(shades), key=lambda shade: (weight(area, shade), shade != chosen[area]))
        for a, b in itertools.combinations(range(areas), 2):
            mine, other = chosen[a], chosen[b]
            now = weight(a, mine) + weight(b, other)
            if mine != other and weight(a, other, b) + weight(b, mine, a) < now - 1e-12:
                chosen[a], chosen[b] = other, mine
        if chosen == before:
            break
    return chosen


def _gaps(divisions: Sequence[Sequence[int]], spots: Sequence[Spot], areas: int) -> list[list[float]]:
    """How near two areas come to each other, the nearest over all divisions."""
    found = [[math.inf] * areas for _ in range(areas)]
    for owners in divisions:
        listed = list(zip(owners, spots, strict=True))
        for n, (mine, here) in enumerate(listed):
            for other, there in listed[:n]:
                if other != mine:
                    gap = math.dist(here, there)
                    found[mine][other] = found[other][mine] = min(gap, found[mine][other])
    return found


def strands(owners: Sequence[int], spots: Sequence[Spot]) -> Mapping[int, str]:
    """By area the shortest tree through its doors, as a path; nothing for an area of one door."""
    members: dict[int, list[Spot]] = defaultdict(list)
    for owner, spot in zip(owners, spots, strict=True):
        members[owner].append(spot)
    return {owner: _tree(list(dict.fromkeys(mine))) for owner, mine in sorted(members.items())}


def _tree(spots: Sequence[Spot]) -> str:
    """Prim's algorithm: the nearest spot outside is joined until none is left."""
    if not spots:
        return ""
    near = dict.fromkeys(spots[1:], spots[0])
    path = []
    while near:
        spot = min(near, key=lambda s: (math.dist(s, near[s]), s))
        joint = near.pop(spot)
        path.append("M{:g} {:g}L{:g} {:g}".format(*joint, *spot))
        for other, known in near.items():
            if math.dist(other, spot) < math.dist(other, known):
                near[other] = spot
    return "".join(path)


def roads_within(roads: Sequence[Mapping[str, Any]], doors: Sequence[Spot], around: float) -> list[dict[str, Any]]:
    """The pieces of roads beside these doors (degrees, with `around` more at every side), the longest of each."""
    west, east = min(x for x, _ in doors) - around, max(x for x, _ in doors) + around
    south, north = min(y for _, y in doors) - around, max(y for _, y in doors) + around
    found = []
    for road in roads:
        line = [(p[0], p[1]) for p in road.get("line", [])]
        pieces = [_clipped(a, b, (west, south, east, north)) for a, b in itertools.pairwise(line)]
        seen = [piece for piece in pieces if piece]
        if seen:
            found.append(dict(road) | {"line": max(seen, key=lambda piece: math.dist(*piece))})
    return found


def _clipped(a: Spot, b: Spot, box: tuple[float, float, float, float]) -> tuple[Spot, Spot] | None:
    """The part of a line from a to b inside a box (Liang and Barsky 1984)."""
    west, south, east, north = box
    dx, dy = b[0] - a[0], b[1] - a[1]
    begin, end = 0.0, 1.0
    for run, room in ((-dx, a[0] - west), (dx, east - a[0]), (-dy, a[1] - south), (dy, north - a[1])):
        if run == 0:
            if room < 0:
                return None
        elif run < 0:
            begin = max(begin, room / run)
        else:
            end = min(end, room / run)
    if begin >= end:
        return None
    return (a[0] + begin * dx, a[1] + begin * dy), (a[0] + end * dx, a[1] + end * dy)
