"""Which councils stand on the trial street, and which of them a matter of a road or a building comes before.

Twelve street councils, four to a grid, share out its roads; nine building councils have the three fullest towers of each
grid; six residents' committees. The convener whom everybody meets first (冯壬九) has the first of them.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter
from dataclasses import dataclass, field

from branches.trial.bodies_plan import RESIDENTIAL
from coverage.trial import words
from coverage.trial.days import SHANGHAI, Ids
from coverage.trial.load import Scene
from grid.models import Council

ROADS: tuple[tuple[int, str, tuple[str, ...]], ...] = (
    (0, "望桥路街委会", ("望桥路", "西塘路")),
    (0, "石桥二路街委会", ("石桥二路", "青禾路")),
    (0, "竹里路街委会", ("竹里路", "临河路")),
    (0, "槐荫路南段街委会", ("槐荫路", "松间路")),
    (1, "青禾路街委会", ("青禾路", "石桥二路")),
    (1, "望桥路北段街委会", ("望桥路",)),
    (1, "槐荫路街委会", ("槐荫路", "清波路")),
    (1, "东篱路街委会", ("东篱路", "云台路")),
    (2, "云台路街委会", ("云台路", "石桥二路")),
    (2, "松间路街委会", ("松间路", "临河路")),
    (2, "清波路街委会", ("清波路", "槐荫路")),
    (2, "东篱路北段街委会", ("东篱路",)),
)
TOWERS_EACH = 3
FIRST = ("冯壬九", "fengrenjiu")
WITHOUT_CONVENER = 20  # the last building council asks for one


@dataclass(slots=True)
class Planned:
    """A council before it is written; `house` is the index of its building, `firms` those of the building or the roads."""

    pk: uuid.UUID
    kind: str
    name: str
    grid: int
    founded: dt.date
    convener: str
    username: str = ""
    roads: tuple[str, ...] = ()
    house: int | None = None
    address: str = ""
    place_name: str = ""
    firms: list[int] = field(default_factory=list)


class Plan:
    """The councils in the order in which they are written; the same however often it is asked."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.chance = scene, random.Random(f"{scene.seed} councils")
        self._ids = Ids(scene.seed, "council")
        self.every: list[Planned] = []
        for grid, name, roads in ROADS:
            self._add(Council.Kind.STREET, name, grid, roads=roads)
        self._towers()
        for road, grid in RESIDENTIAL:
            self._add(Council.Kind.RESIDENTS, f"{road}居民区居委会", grid, roads=())
        first = self.every[0]
        first.convener, first.username = FIRST
        self.every[WITHOUT_CONVENER].convener = ""
        self._roads = {(each.grid, road): each for each in self.every for road in each.roads}
        houses = {each.house: each for each in self.every if each.house is not None}
        self._doors = {
            scene.doors[firm.address]: houses[firm.spot.building]
            for firm in scene.town.firms
            if firm.spot is not None and firm.spot.building in houses and firm.address in scene.doors
        }
        self._share_firms(houses)

    def for_(self, grid: int, road: str, place: uuid.UUID | None) -> Planned:
        """The council of a place in one of its buildings, else the one of a road of a grid, else the grid's first."""
        inside = self._doors.get(place) if place is not None else None
        return inside or self._roads.get((grid, road)) or next(each for each in self.every if each.grid == grid)

    def beside(self, grid: int) -> Planned:
        """The residents' committee that sits in where a grid's people are concerned."""
        return next(each for each in self.every if each.kind == Council.Kind.RESIDENTS and each.grid == grid)

    def _add(self, kind: str, name: str, grid: int, *, roads: tuple[str, ...] = ()) -> Planned:
        founded = self.scene.days.today - dt.timedelta(days=self.chance.randrange(410, 1_500))
        at = dt.datetime.combine(founded, dt.time(15), SHANGHAI)
        row = Planned(self._ids.at(at), kind, name, grid, founded, words.person(self.chance), roads=roads)
        self.every.append(row)
        return row

    def _towers(self) -> None:
        town = self.scene.town
        firms = Counter(
            firm.spot.building for firm in town.firms
            if firm.left is None and firm.spot is not None and firm.spot.building is not None
        )  # fmt: skip
        for grid in range(len(self.scene.grids)):
            named = [n for n, house in enumerate(town.houses) if house.spot.name and house.spot.grid == grid]
            for number in sorted(named, key=lambda n: (-firms[n], n))[:TOWERS_EACH]:
                spot = town.houses[number].spot
                row = self._add(Council.Kind.BUILDING, f"{spot.name}楼务会", grid)
                row.house, row.address, row.place_name = number, spot.address, spot.name

    def _share_firms(self, houses: dict[int, Planned]) -> None:
        for number, firm in enumerate(self.scene.town.firms):
            if firm.left is not None or not firm.is_operating or firm.is_find or firm.spot is None:
                continue
            if firm.spot.building is not None and firm.spot.building in houses:
                houses[firm.spot.building].firms.append(number)
            elif firm.is_shop and (firm.grid, firm.spot.road) in self._roads:
                self._roads[firm.grid, firm.spot.road].firms.append(number)
