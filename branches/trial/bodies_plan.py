"""Which organised bodies stand on the trial street: 87 emerging ones, the residents' beside them, the street's on top.

Everything is chosen from the firms and buildings of the street by one seed; an organisation carries the name of its unit,
its building or its number, so that it is visibly made up like them.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from branches.models import Organisation
from coverage.trial.firms import Firm, Town

Kind, Form = Organisation.Kind, Organisation.Form
EMERGING = 87
BUILDINGS, ENTERPRISES, SOCIAL = 14, 48, 14
JOINT_ENTERPRISES, GENERAL_BUILDINGS = 10, 4
INDUSTRIES = (
    ("餐饮行业", "H", 0), ("网络视听和直播行业", "R", None), ("快递外卖行业", "G", None), ("物业行业", "K", 1),
    ("软件信息行业", "I", 1), ("商务咨询行业", "L", 2), ("设计服务行业", "M", 2), ("便民服务行业", "O", 0),
)  # fmt: skip
RESIDENTIAL = (("望桥路", 0), ("西塘路", 0), ("云台路", 1), ("东篱路", 1), ("松间路", 2), ("清波路", 2))
NUMERALS = "一二三四五六七八九十"
FOUNDED_FIRST = "天干一号科技有限公司"


@dataclass(slots=True)
class Body:
    """An organisation before it is written. `units` are indexes of firms; `grid` counts from 0, None for the whole
    street; `founded` None while it is being prepared; `above` is the index of the one above."""

    kind: str
    form: str
    name: str
    short_name: str
    grid: int | None
    founded: dt.date | None
    units: list[int] = field(default_factory=list)
    place: str = ""
    is_campaign: bool = False
    building: int | None = None
    dissolved: dt.date | None = None
    above: int | None = None


class Plan:
    """Chooses; `bodies[0]` is the street's own committee, `bodies[1:4]` the three street-block branches."""

    def __init__(self, town: Town, *, today: dt.date, campaign: list[dt.date], seed: int) -> None:
        self.town, self.today, self.campaign = town, today, campaign
        self.chance = random.Random(f"{seed} organisations")
        self.taken: set[int] = set()
        self.bodies: list[Body] = []
        self.bodies.append(Body(Kind.STREET, Form.COMMITTEE, "示例街道党工委", "街道党工委", None, dt.date(2011, 7, 1)))
        self._street_blocks()
        self._buildings()
        self._enterprises()
        self._social()
        self._industries()
        self._residential()
        self._not_counted()
        self._place_above()

    def _long_ago(self) -> dt.date:
        """Before the campaign, none younger than a year."""
        return self.today - dt.timedelta(days=self.chance.randrange(380, 3_300))

    def _firms(self, kinds: tuple[str, ...], least: int = 0) -> Iterator[int]:
        """Indexes of operating firms that no organisation has yet, in an order of chance."""
        found = [
            number
            for number, firm in enumerate(self.town.firms)
            if firm.left is None and firm.is_operating and not firm.is_find and firm.kind in kinds and firm.spot
            if firm.headcount >= least and firm.registered < 0
        ]
        self.chance.shuffle(found)
        return (number for number in found if number not in self.taken)

    def _take(self, numbers: Iterable[int]) -> list[int]:
        kept = list(numbers)
        self.taken.update(kept)
        return kept

    def _street_blocks(self) -> None:
        for grid in range(3):
            name = f"第{NUMERALS[grid]}街区党支部"
            station = self.town.stations[grid].address
            founded = self.campaign[grid]
            self.bodies.append(Body(Kind.STREET_BLOCK, Form.BRANCH, name, name, grid, founded, [], station, True))

    def _buildings(self) -> None:
        """Named buildings with the most tenants; four of them have a general branch, one was founded in the campaign."""
        tenants: dict[int, list[int]] = {}
        for number in self._firms(("enterprise",)):
            spot = self.town.firms[number].spot
            if spot is not None and spot.building is not None:
                tenants.setdefault(spot.building, []).append(number)
        named = [b for b in tenants if self.town.houses[b].spot.name]
        largest = sorted(named, key=lambda b: (-len(tenants[b]), b))[:BUILDINGS]
        for place, building in enumerate(largest):
            spot, is_general = self.town.houses[building].spot, place < GENERAL_BUILDINGS
            is_new = place == GENERAL_BUILDINGS
            form = Form.GENERAL if is_general else Form.JOINT
            units = [] if is_general else self._take(tenants[building][: self.chance.randrange(3, 6)])
            words = "楼宇党总支" if is_general else "楼宇联合党支部"
            founded = self.campaign[3] if is_new else self._long_ago()
            name, short = f"{spot.name}{words}", f"{spot.name}{words.removeprefix('楼宇')}"
            body = Body(Kind.BUILDING, form, name, short, spot.grid, founded, units, spot.address, is_new, building)
            self.bodies.append(body)

    def _enterprises(self) -> None:
        firms = self.town.firms
        first = next(n for n, firm in enumerate(firms) if firm.name == FOUNDED_FIRST)
        self.taken.discard(first)
        for body in self.bodies:
            body.units = [number for number in body.units if number != first]
        single = [first, *self._take(n for n in self._firms(("enterprise",), 60) if n != first)]
        joint = 0
        for place in range(ENTERPRISES):
            is_new = place < 3
            founded = self.campaign[4 + place] if is_new else self._long_ago()
            leader = single[place]
            units = self._take([leader])
            if not is_new and joint < JOINT_ENTERPRISES and place % 4 == 3:
                units, joint = self._neighbours(leader), joint + 1
            self._enterprise(units, founded, is_new)
        self.taken.difference_update(single[ENTERPRISES:])

    def _neighbours(self, leader: int) -> list[int]:
        """A firm and one to three smaller ones of its building: together they have enough members."""
        building = self._building_of(leader)
        near = [n for n in self._firms(("enterprise",)) if n != leader and self._building_of(n) == building]
        return [leader, *self._take(near[: self.chance.randrange(1, 4)])]

    def _building_of(self, number: int) -> int | None:
        spot = self.town.firms[number].spot
        return spot.building if spot else None

    def _enterprise(self, units: list[int], founded: dt.date, is_new: bool) -> None:
        firm = self.town.firms[units[0]]
        form, words = (Form.JOINT, "等联合党支部") if len(units) > 1 else (Form.BRANCH, "党支部")
        building = self._building_of(units[0])
        short = f"{_short(firm)}{words}"
        self.bodies.append(
            Body(
                Kind.ENTERPRISE,
                form,
                f"{firm.name}{words}",
                short,
                firm.grid,
                founded,
                units,
                firm.address,
                is_new,
                building,
            )
        )

    def _social(self) -> None:
        numbers = list(self._firms(("social",)))
        for place in range(SOCIAL):
            many = 4 if place < 3 else 1
            units = self._take(numbers[:many])
            del numbers[:many]
            firm = self.town.firms[units[0]]
            if many > 1:
                name = f"社会组织第{NUMERALS[place]}联合党支部"
                self.bodies.append(
                    Body(Kind.SOCIAL, Form.JOINT, name, name, firm.grid, self._long_ago(), units, firm.address)
                )
            else:
                name = f"{firm.name}党支部"
                short = name.removeprefix("示例街道")
                self.bodies.append(
                    Body(Kind.SOCIAL, Form.BRANCH, name, short, firm.grid, self._long_ago(), units, firm.address)
                )

    def _industries(self) -> None:
        for title, section, grid in INDUSTRIES:
            near = (
                n for n in self._firms(("enterprise", "sole_trader"))
                if self.town.firms[n].trade.section == section and (grid is None or self.town.firms[n].grid == grid)
            )  # fmt: skip
            units = self._take([n for _, n in zip(range(4), near, strict=False)])
            name = f"{title}联合党支部"
            self.bodies.append(Body(Kind.INDUSTRY, Form.JOINT, name, name, grid, self._long_ago(), units))

    def _residential(self) -> None:
        for road, grid in RESIDENTIAL:
            name = f"{road}居民区党总支"
            self.bodies.append(Body(Kind.RESIDENTIAL, Form.GENERAL, name, name, grid, self._long_ago()))

    def _not_counted(self) -> None:
        """Two on their way, and one that was dissolved: none of them is among the 87."""
        for _ in range(2):
            number = self._take([next(self._firms(("enterprise",), 40))])[0]
            firm = self.town.firms[number]
            name = f"{firm.name}党支部"
            self.bodies.append(
                Body(
                    Kind.ENTERPRISE, Form.BRANCH, name, f"{_short(firm)}党支部", firm.grid, None, [number], firm.address
                )
            )
        number = self._take([next(self._firms(("enterprise",), 20))])[0]
        firm, gone = self.town.firms[number], self.today - dt.timedelta(days=200)
        short = f"{_short(firm)}党支部"
        body = Body(Kind.ENTERPRISE, Form.BRANCH, f"{firm.name}党支部", short, firm.grid, self._long_ago(), [number])
        body.dissolved = gone
        self.bodies.append(body)

    def _place_above(self) -> None:
        general = {
            b.building: n for n, b in enumerate(self.bodies) if b.form == Form.GENERAL and b.building is not None
        }
        for body in self.bodies[1:]:
            inside = body.kind == Kind.ENTERPRISE
            body.above = general.get(body.building, 0) if inside and body.building is not None else 0


def _short(firm: Firm) -> str:
    """A firm's name without its legal form: 午乙戌企业管理咨询（示例）有限公司 → 午乙戌企业管理咨询."""
    return firm.name.partition("（示例）")[0].removesuffix("有限公司").removeprefix("示例街道")[:20]
