"""Made-up shops to be divided: three streets of 389 shops whose shapes differ, the trial street, and a town of 30,000.

Coordinates are metres. Shops stand on both sides of their roads, 9 m from the middle.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from branches.division import Shop, in_metres
from coverage.trial import places, shape

SHOPS = 389
ASIDE = 9.0
RIVER = ((-2000.0, 0.0), (2000.0, 0.0))

Point = tuple[float, float]


@dataclass(frozen=True)
class Road:
    """A road as a line of points, and how busy it is: the share of shops that it draws."""

    name: str
    line: tuple[Point, ...]
    busy: float = 1.0

    @property
    def length(self) -> float:
        return sum(math.dist(a, b) for a, b in zip(self.line, self.line[1:], strict=False))

    def door(self, along: float, side: int) -> Point:
        """The point so many metres along the road, on its left (1) or right (-1)."""
        for a, b in zip(self.line, self.line[1:], strict=False):
            stretch = math.dist(a, b)
            if along <= stretch:
                break
            along -= stretch
        dx, dy = (b[0] - a[0]) / stretch, (b[1] - a[1]) / stretch
        return a[0] + along * dx - side * ASIDE * dy, a[1] + along * dy + side * ASIDE * dx


def grid(chance: random.Random) -> list[Road]:
    """Five roads across, six down, some busier than others."""
    across = [Road(f"横{i}路", ((0, 226.0 * i), (1180, 226.0 * i)), chance.uniform(0.4, 2.0)) for i in range(5)]
    return across + [Road(f"纵{i}路", ((236.0 * i, 0), (236.0 * i, 905)), chance.uniform(0.4, 2.0)) for i in range(6)]


def long_road(chance: random.Random) -> list[Road]:
    """One road of 2.4 km with blind lanes to both sides."""
    made = [Road("长街", ((0, 0), (800, 60), (1600, -40), (2400, 0)), 2.0)]
    for i in range(16):
        x, up, length = 80 + 148.0 * i + chance.uniform(-20, 20), chance.choice((-1, 1)), chance.uniform(50, 160)
        y = 0.075 * x if x < 800 else 60 - 0.125 * (x - 800) if x < 1600 else -40 + 0.05 * (x - 1600)
        made.append(Road(f"长街{101 + 2 * i}弄", ((x, y + 14 * up), (x, y + up * (14 + length))), 1.0))
    return made


def ring(chance: random.Random) -> list[Road]:
    """A ring road over a river, a road on either bank and three bridges between them."""
    around = tuple((450 * math.cos(t * math.pi / 24), 450 * math.sin(t * math.pi / 24)) for t in range(49))
    made = [Road("环路", around, 1.3)]
    made += [Road("北岸路", ((-420, 45), (420, 45)), 0.8), Road("南岸路", ((-420, -45), (420, -45)), 0.8)]
    made += [Road(f"桥{i}路", ((x, -360), (x, 360)), 1.0) for i, x in enumerate((-230.0, 30.0, 260.0))]
    return made


SHAPES: dict[str, Callable[[random.Random], list[Road]]] = {"grid": grid, "long road": long_road, "ring": ring}


def street(name: str, *, seed: int, first: str = "s", count: int = SHOPS) -> list[Shop]:
    """Shops of one of the shapes. `seed` throws the shops; the roads are always the same."""
    roads = SHAPES[name](random.Random(7))
    chance = random.Random(seed)
    weights = [road.busy * road.length for road in roads]
    taken: set[Point] = set()
    made: list[Shop] = []
    while len(made) < count:
        road = chance.choices(roads, weights)[0]
        x, y = road.door(3.0 * round(chance.uniform(0, road.length) / 3), chance.choice((-1, 1)))
        at = (round(x, 1), round(y, 1))
        # Nobody has a shop in the river or on a bridge, nor two behind one front.
        if at in taken or (name == "ring" and abs(at[1]) < 25):
            continue
        taken.add(at)
        sector = "东" if at[0] > 400 else "西"
        made.append(Shop(f"{first}{len(made):05}", *at, road.name, workers=_workers(chance), visits=1, grid=sector))
    return made


def barriers(name: str) -> tuple[tuple[Point, Point], ...]:
    """What lies between the shops of a shape."""
    return (RIVER,) if name == "ring" else ()


def trial(*, seed: int, first: str = "s") -> list[Shop]:
    """The shop fronts of the trial street, drawn with another seed than its own, in metres."""
    doors = {(door.road, door.number): door for door in shape.doors()}
    chance = random.Random(seed)
    places.houses(doors, chance)
    made = []
    for i, spot in enumerate(places.shop_fronts(doors, chance)[:SHOPS]):
        lon, lat = shape.degrees(spot.at)
        made.append(Shop(f"{first}{i:05}", lon, lat, spot.road, "", _workers(chance), 1, str(spot.grid)))
    return in_metres(made)


def town(count: int, *, seed: int) -> list[Shop]:
    """A grid of roads as large as `count` shops fill it at the density of a street."""
    chance = random.Random(seed)
    lines = round(math.sqrt(count / SHOPS) * 5.1)
    wide = 230.0 * (lines - 1)
    made = []
    for i in range(count):
        row, along, aside = chance.randrange(lines), chance.uniform(0, wide), chance.choice((-ASIDE, ASIDE))
        is_across = chance.random() < 0.5
        x, y = (along, 230 * row + aside) if is_across else (230 * row + aside, along)
        name = f"横{row}路" if is_across else f"纵{row}路"
        made.append(Shop(f"s{i:06}", round(x, 1), round(y, 1), name, workers=_workers(chance), visits=1))
    return made


def changed(shops: Sequence[Shop], fresh: Sequence[Shop], *, seed: int, share: float = 0.05) -> list[Shop]:
    """Some shops closed and as many opened; `fresh` are those that might open, on the same roads."""
    chance = random.Random(seed)
    gone = set(chance.sample([s.key for s in shops], round(share * len(shops))))
    opened = [replace(s, area=None) for s in chance.sample(list(fresh), len(gone))]
    return [s for s in shops if s.key not in gone] + opened


def _workers(chance: random.Random) -> int:
    """Most shops have a handful of people, a few have dozens."""
    return max(1, round(chance.lognormvariate(1.2, 0.8)))
