"""The doors of the trial street: shop fronts along the roads, buildings in the blocks, rooms in the buildings. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass

from coverage.trial import cast, shape, words

SHOP_FRONTS = 389
VACANT_FRONTS = 17
LARGEST_SHARED = 38

# How much street trade a road draws; the park's and the river's roads are quiet.
BUSTLE = {
    "望桥路": 10, "石桥二路": 9, "槐荫路": 8, "西塘路": 6, "清波路": 6, "云台路": 5, "松间路": 5,
    "竹里路": 2, "东篱路": 2, "青禾路": 2, "临河路": 1,
}  # fmt: skip
_RESERVED = {(shop.road, int(shop.number)) for shop in cast.SHOPS} | {
    (firm.road, int(firm.lane)) for firm in cast.FIRMS
}
KINDS_OF_BUILDING = ("大厦", "广场", "商务楼", "创意园", "商务中心", "公寓楼")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: `kind` as in `Place.Kind`; `grid` counts from 0; `building` is the index of the building it is in."""

    kind: str
    road: str
    lane: str
    number: str
    floor: int | None
    room: str
    name: str
    grid: int
    at: shape.Point
    building: int | None = None
    is_start: bool = False

    @property
    def address(self) -> str:
        digits = self.number.rstrip("甲乙")
        number = f"{digits}号{self.number[len(digits) :]}" if self.number else ""
        lane = f"{self.lane}弄" if self.lane else ""
        room = f"{self.room}室" if self.room else ""
        return f"{self.road}{lane}{number}{room}"


@dataclass(frozen=True, slots=True)
class House:
    """A building with what it can take: storeys, rooms on each, and its share of the grid's firms."""

    spot: Spot
    storeys: int
    per_storey: int
    weight: float


def _gate(
    doors: dict[tuple[str, int], shape.Door], row: int, column: int, north: bool, chance: random.Random
) -> shape.Door:
    """A house number on the block's northern or southern side that no shop may take."""
    road = shape.ACROSS[row if north else row + 1]
    if chance.random() < 0.5:
        road = shape.DOWN[column if chance.random() < 0.5 else column + 1]
    here = [d for d in doors.values() if d.road == road and (d.row, d.column) == (row, column)]
    return chance.choice([door for door in here if (door.road, door.number) not in _RESERVED])


def houses(doors: dict[tuple[str, int], shape.Door], chance: random.Random) -> list[House]:
    """Three buildings in each block; their gates' numbers are taken out of `doors`."""
    names = _names(chance)
    built: list[House] = []
    for row in range(shape.ROWS):
        for column in range(shape.COLUMNS):
            if (row, column) == shape.PARK:
                continue
            for slot in range(3):
                u, v = 0.22 + 0.28 * slot + chance.uniform(-0.05, 0.05), chance.choice((0.34, 0.66))
                gate = _gate(doors, row, column, v < 0.5, chance)
                del doors[gate.road, gate.number]
                at = shape.inside(row, column, u, v)
                built.append(_house(gate, at, slot, names, chance))
    return built + _known_houses(doors, chance)


def _house(gate: shape.Door, at: shape.Point, slot: int, names: list[str], chance: random.Random) -> House:
    is_tower = slot == 1
    storeys = chance.randint(14, 28) if is_tower else chance.randint(3, 9)
    weight = chance.uniform(5.0, 11.0) if is_tower else chance.uniform(0.6, 2.4)
    lane, number = (
        ("", str(gate.number)) if is_tower or chance.random() < 0.4 else (str(gate.number), str(chance.randint(1, 18)))
    )
    name = names.pop() if is_tower or chance.random() < 0.5 else ""
    spot = Spot("building", gate.road, lane, number, None, "", name, gate.grid, at)
    return House(spot, storeys, 12 if is_tower else 8, weight)


def _known_houses(doors: dict[tuple[str, int], shape.Door], chance: random.Random) -> list[House]:
    built = []
    for road, lane, number in dict.fromkeys((firm.road, firm.lane, firm.number) for firm in cast.FIRMS):
        gate = doors[road, int(lane)]
        at = shape.inside(gate.row, gate.column, 0.12 + 0.03 * (int(number) % 3), 0.5)
        built.append(House(Spot("building", road, lane, number, None, "", "", gate.grid, at), 6, 8, 1.0))
    for road, lane in dict.fromkeys((firm.road, firm.lane) for firm in cast.FIRMS):
        del doors[road, int(lane)]
    return built


def _names(chance: random.Random) -> list[str]:
    pairs = [a + b for a in words.STEMS for b in words.BRANCHES]
    chance.shuffle(pairs)
    return [pair + KINDS_OF_BUILDING[i % len(KINDS_OF_BUILDING)] for i, pair in enumerate(pairs)]


def shop_fronts(doors: dict[tuple[str, int], shape.Door], chance: random.Random) -> list[Spot]:
    """The cast's doors first, then the others by how busy their road is, never two neighbouring numbers; the last
    `VACANT_FRONTS` stand empty."""
    chosen: list[shape.Door] = [doors[shop.road, int(shop.number)] for shop in cast.SHOPS]
    taken = {(door.road, door.number) for door in chosen}
    pool = sorted(doors.values(), key=lambda d: chance.random() ** (1.0 / BUSTLE[d.road]), reverse=True)
    for door in pool:
        if len(chosen) == SHOP_FRONTS + VACANT_FRONTS:
            break
        near = {(door.road, door.number + step) for step in (-2, 0, 2)}
        if taken.isdisjoint(near):
            chosen.append(door)
            taken.add((door.road, door.number))
    return [_front(door, chance) for door in chosen]


def _front(door: shape.Door, chance: random.Random) -> Spot:
    return Spot("shopfront", door.road, "", str(door.number), 1, "", "", door.grid, door.at)


def stations(doors: dict[tuple[str, int], shape.Door]) -> list[Spot]:
    """One service station in each grid, from which visitors set out."""
    found = []
    for grid, (road, number) in enumerate((("西塘路", 44), ("清波路", 45), ("松间路", 240))):
        door = doors.pop((road, number))
        name = f"{shape.GRID_NAMES[grid]}党群服务站"
        found.append(Spot("other", road, "", str(number), 1, "", name, grid, door.at, is_start=True))
    return found


def rooms(house: House, index: int, count: int, chance: random.Random) -> list[Spot]:
    """`count` rooms of a building for as many firms; about one in twelve is shared with the firm before it."""
    free = [(floor, unit) for floor in range(1, house.storeys + 1) for unit in range(1, house.per_storey + 1)]
    chance.shuffle(free)
    taken: list[Spot] = []
    for _ in range(count):
        if taken and (not free or chance.random() < 0.08):
            taken.append(chance.choice(taken))
            continue
        floor, unit = free.pop()
        taken.append(room_of(house, index, floor, f"{floor}{unit:02}"))
    return taken


def room_of(house: House, index: int, floor: int, room: str) -> Spot:
    """A room of a building."""
    at = house.spot
    return Spot("room", at.road, at.lane, at.number, floor, room, "", at.grid, at.at, building=index)
