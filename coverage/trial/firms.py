"""Who is on the trial street: 2063 entities listed today, those that left before, and where each of them is. Pure.

Days are counted from the Monday of round 1 (`Firm.registered`, `Firm.left`), so that the same people can be put on any
calendar.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import dataclass

from coverage.trial import cast, places, shape, trades, words

LISTED = 2063
WORKERS = 58_782
SHOPS = places.SHOP_FRONTS
BY_GRID = (674, 813, 576)
WITHOUT_PREMISES = 12
DEPARTED = 46
LAST_FOUND = 9  # found by visitors in the open round, outside its roster
FORTNIGHT = 14
BEFORE_ROUNDS = -21  # the day on which the departments' first full workbook was taken over


@dataclass(slots=True)
class Firm:
    """An entity. Days count from round 1; `left` is None while it is listed. `spot` is None without premises."""

    code: str
    name: str
    kind: str
    trade: trades.Trade
    legal_person: str
    spot: places.Spot | None
    grid: int
    established_on: dt.date
    trade_sign: str = ""
    scope: str = ""
    capital: str = ""
    headcount: int = 0
    phone: str = ""
    opening_hours: str = ""
    status: str = "1"
    is_suspended: bool = False
    is_irregular: bool = False
    presence: str = "open"
    registered: int = BEFORE_ROUNDS
    left: int | None = None
    idle: int | None = None  # since when it does not operate; None while it does
    ending: str = ""  # "closed" or "moved" where visitors found it so on that day
    is_find: bool = False
    is_known: bool = False

    @property
    def is_shop(self) -> bool:
        return self.spot is not None and self.spot.kind == "shopfront"

    @property
    def is_operating(self) -> bool:
        return self.status == "1" and not self.is_suspended and self.presence in {"open", "unknown"}

    @property
    def address(self) -> str:
        return self.spot.address if self.spot else ""


@dataclass(frozen=True, slots=True)
class Town:
    """Everything that stands and everybody who is there."""

    houses: list[places.House]
    fronts: list[places.Spot]
    stations: list[places.Spot]
    firms: list[Firm]
    phones: words.Phones


class _Maker:
    """Draws firms from one stream of chance."""

    def __init__(self, chance: random.Random, today: dt.date) -> None:
        known = (*cast.SHOPS, *cast.FIRMS)
        self.chance = chance
        self.today = today
        self.names = words.Namer(chance, {k.name[:2] for k in known} | {k.name[:3] for k in known})
        self.codes = words.Coder(chance, {k.code for k in known})
        self.phones = words.Phones(chance, {k.phone for k in known} | {"19900000236", "19900000541"})
        self.chains: list[Firm] = []  # companies of shops, and of offices, that may open branches
        self.companies: list[Firm] = []

    def pick(self, options: tuple[trades.Trade, ...]) -> trades.Trade:
        return self.chance.choices(options, weights=[t.weight for t in options])[0]

    def founded(self) -> dt.date:
        """Most firms are young; the oldest is of 1993."""
        years = min(33.0, self.chance.expovariate(1 / 7.0))
        return self.today - dt.timedelta(days=int(150 + years * 365))

    def known(self, one: cast.Known, spot: places.Spot) -> Firm:
        trade = trades.CATALOGUE[one.industry_code]
        kind = "sole_trader" if one.code.startswith("92") else "enterprise"
        founded = dt.date.fromisoformat(one.established_on)
        capital = "" if kind == "sole_trader" else self.chance.choice(("50", "100", "500"))
        firm = Firm(one.code, one.name, kind, trade, one.legal_person, spot, spot.grid, founded)
        firm.scope, firm.headcount, firm.phone, firm.capital = one.scope, one.headcount, one.phone, capital
        firm.trade_sign, firm.is_known = one.trade_sign, True
        firm.opening_hours = "06:30 至 20:00" if one.name == "子丑面馆" else self._hours(trade)
        return firm

    def _hours(self, trade: trades.Trade) -> str:
        return self.chance.choice(trade.hours) if trade.hours and self.chance.random() < 0.7 else ""

    def shop(self, spot: places.Spot) -> Firm:
        trade, roll = self.pick(trades.SHOPS), self.chance.random()
        word, run = self.chance.choice(trade.words), self.names.take(2)
        if roll < 0.72:
            head, kind, name = "92", "sole_trader", f"{run}{word}"
            name = f"示例区{name}" if self.chance.random() < 0.35 else name
        elif roll < 0.9 or not self.chains:
            head, kind, name = "91", "enterprise", f"{run}{word}{words.MARK}有限公司"
        else:
            return self._chain_shop(spot)
        firm = self._firm(head, name, kind, trade, spot)
        firm.trade_sign = "" if name == f"{run}{word}" else f"{run}{word}"
        self._open_shop(firm)
        if kind == "enterprise":
            self.chains.append(firm)
        return firm

    def _chain_shop(self, spot: places.Spot) -> Firm:
        parent = self.chance.choice(self.chains)
        tail = f"{spot.road}{self.chance.choice(('分店', '店', '第二分公司'))}"
        firm = self._branch(parent, tail, spot)
        firm.trade_sign = parent.trade_sign
        self._open_shop(firm)
        return firm

    def _open_shop(self, firm: Firm) -> None:
        firm.opening_hours = self._hours(firm.trade)
        firm.headcount = max(1, min(40, round(self.chance.lognormvariate(1.15, 0.65))))

    def _branch(self, parent: Firm, tail: str, spot: places.Spot | None) -> Firm:
        """A branch has a code of its own; a third of them name the parent's legal representative."""
        firm = self._firm("91", f"{parent.name}{tail}", "enterprise", parent.trade, spot)
        if self.chance.random() < 1 / 3:
            firm.legal_person = parent.legal_person
        return firm

    def office(self, spot: places.Spot | None) -> Firm:
        roll = self.chance.random()
        if roll < 0.035:
            trade = self.pick(trades.SOCIAL)
            name = f"示例街道{self.names.take(3)}{self.chance.choice(trade.words)}"
            firm = self._firm("52", name, "social", trade, spot)
        elif roll < 0.12:
            trade = self.pick(trades.FIRMS)
            name = f"{self.names.take(3)}{self.chance.choice(trade.words)}{words.MARK}工作室"
            firm = self._firm("92", name, "sole_trader", trade, spot)
        else:
            firm = self._company(spot)
        firm.headcount = 0  # handed out over all offices at the end
        return firm

    def _company(self, spot: places.Spot | None) -> Firm:
        trade = self.pick(trades.FIRMS)
        word = self.chance.choice(trade.words)
        if word.endswith("事务所"):
            name = f"{self.names.take(3)}{word}{words.MARK}"
            return self._firm("31", name, "enterprise", trade, spot)
        if self.companies and self.chance.random() < 0.11:
            tail = self.chance.choice(("示例分公司", "第二分公司", "第三分公司", "示例区分公司"))
            return self._branch(self.chance.choice(self.companies), tail, spot)
        form = self.chance.choices(("有限公司", "股份有限公司", "合伙企业（有限合伙）"), weights=(92, 4, 4))[0]
        firm = self._firm("91", f"{self.names.take(3)}{word}{words.MARK}{form}", "enterprise", trade, spot)
        if form == "有限公司" and self.chance.random() < 0.4:
            self.companies.append(firm)
        return firm

    def _firm(self, head: str, name: str, kind: str, trade: trades.Trade, spot: places.Spot | None) -> Firm:
        grid = spot.grid if spot else self.chance.randrange(3)
        firm = Firm(self.codes.take(head), name, kind, trade, words.person(self.chance), spot, grid, self.founded())
        firm.scope = trade.scope
        if kind == "enterprise" and not name.endswith(("分公司", "店")):
            firm.capital = str(self.chance.choice((10, 30, 50, 50, 100, 100, 100, 200, 500, 1000, 2000, 5000)))
        if self.chance.random() < 0.85:
            firm.phone = self.phones.take()
        return firm


def town(*, seed: int, today: dt.date) -> Town:
    """The whole street on a day on which the eighth round is in its second week. Same seed and day, same street."""
    chance = random.Random(seed)
    doors = {(door.road, door.number): door for door in shape.doors()}
    stations = places.stations(doors)
    houses = places.houses(doors, chance)
    fronts = places.shop_fronts(doors, chance)
    maker = _Maker(chance, today)
    firms = [maker.known(one, spot) for one, spot in zip(cast.SHOPS, fronts, strict=False)]
    firms += [maker.shop(spot) for spot in fronts[len(cast.SHOPS) : SHOPS]]
    firms += _offices(maker, houses, firms)
    departed = _departed(maker, fronts, houses)
    _unique_names(firms + departed, chance)
    _set_states(firms, chance)
    _set_days(firms, departed, chance)
    _set_headcounts(firms, chance)
    return Town(houses, fronts, stations, firms + departed, maker.phones)


def _offices(maker: _Maker, houses: list[places.House], shops: list[Firm]) -> list[Firm]:
    chance, made = maker.chance, []
    houses_at = {(h.spot.road, h.spot.lane, h.spot.number): i for i, h in enumerate(houses)}
    for known in cast.FIRMS:
        index = houses_at[known.road, known.lane, known.number]
        made.append(maker.known(known, places.room_of(houses[index], index, int(known.room) // 100, known.room)))
    homeless = [maker.office(None) for _ in range(WITHOUT_PREMISES)]
    for firm in homeless:
        firm.trade = trades.CATALOGUE["I6429"]
    made += homeless
    for grid, wanted in enumerate(BY_GRID):
        here = [i for i, house in enumerate(houses) if house.spot.grid == grid]
        left = wanted - sum(firm.grid == grid for firm in shops + made)
        shared = max((i for i in here if houses[i].storeys > 9), key=lambda i: houses[i].weight) if grid == 1 else None
        if shared is not None:  # one room in which dozens are registered
            room = places.room_of(houses[shared], shared, 1, "101")
            made += [maker.office(room) for _ in range(places.LARGEST_SHARED)]
            left -= places.LARGEST_SHARED
        made += _fill(maker, houses, here, left)
    chance.shuffle(made)
    return made


def _fill(maker: _Maker, houses: list[places.House], here: list[int], left: int) -> list[Firm]:
    total = sum(houses[i].weight for i in here)
    made: list[Firm] = []
    for i in here[:-1]:
        count = round(left * houses[i].weight / total)
        made += [maker.office(spot) for spot in places.rooms(houses[i], i, count, maker.chance)]
    rest = left - len(made)
    return made + [maker.office(spot) for spot in places.rooms(houses[here[-1]], here[-1], rest, maker.chance)]


def _departed(maker: _Maker, fronts: list[places.Spot], houses: list[places.House]) -> list[Firm]:
    """Those who left the register during the seven closed rounds and the open one; their doors may have new tenants."""
    chance, gone = maker.chance, []
    for number in range(DEPARTED):
        if number % 5:
            index = chance.randrange(len(houses))
            firm = maker.office(places.rooms(houses[index], index, 1, chance)[0])
        else:
            firm = maker.shop(chance.choice(fronts[len(cast.SHOPS) :]))
        firm.headcount = 0
        gone.append(firm)
    return gone


def _unique_names(firms: list[Firm], chance: random.Random) -> None:
    """Two branches of one parent on one road would bear one name: number them."""
    seen: dict[str, int] = {}
    for firm in firms:
        count = seen[firm.name] = seen.get(firm.name, 0) + 1
        if count > 1:
            firm.name = f"{firm.name}（示例{words.NUMERALS[count - 1]}）"


def _set_states(firms: list[Firm], chance: random.Random) -> None:
    """22 of 2063 do not operate: suspended, revoked, cancelled on paper, closed or moved; 31 are listed as irregular."""
    plain = [firm for firm in firms if not firm.is_known]
    for firm in chance.sample(plain, 31):
        firm.is_irregular = True
    idle = iter(chance.sample(plain, 22))
    for status, number in (("1", 8), ("2", 4), ("4", 3), ("6", 1)):
        for _ in range(number):
            firm = next(idle)
            firm.status, firm.is_suspended, firm.idle = status, status == "1", chance.randrange(BEFORE_ROUNDS, 90)
    for ending, day in (("closed", 31), ("closed", 46), ("closed", 59), ("closed", 74), ("closed", 88), ("moved", 100)):
        firm = next(idle)
        firm.presence = firm.ending = ending
        firm.idle = day


def _set_days(firms: list[Firm], departed: list[Firm], chance: random.Random) -> None:
    """When each came into the register and when it left: about a dozen in and six out each fortnight.

    One newcomer in four was found by visitors, nine of them in the open round; the others came in a department's
    workbook on the Sunday before a round.
    """
    newcomers = chance.sample([f for f in firms if f.is_operating and not f.is_known], 118)
    for number, firm in enumerate(newcomers):
        firm.is_find = number < LAST_FOUND or number % 4 == 0
        if number < LAST_FOUND:
            firm.registered = 7 * FORTNIGHT + chance.randint(0, 4)
        elif firm.is_find:
            firm.registered = chance.randrange(7) * FORTNIGHT + chance.randint(0, 4)
        else:
            firm.registered = chance.randrange(8) * FORTNIGHT - 1
    for firm in firms:
        if firm.name == "申酉便利（示例）二店":  # its first visit is due within five working days
            firm.registered = 7 * FORTNIGHT
    for number, firm in enumerate(departed):
        firm.left = 7 * FORTNIGHT + chance.randint(2, 4) if number < LAST_FOUND else chance.randint(8, 97)
        firm.idle = firm.left - 2 if number < LAST_FOUND else max(0, firm.left - chance.randint(2, 6))
        firm.ending = "closed" if chance.random() < 0.6 else "moved"
        firm.status, firm.presence = ("4", "closed") if firm.ending == "closed" else ("6", "moved")


def _set_headcounts(firms: list[Firm], chance: random.Random) -> None:
    """Offices share what the shops leave of 58,782, a few large ones most of it; who does not operate has nobody."""
    for firm in firms:
        if not firm.is_operating:
            firm.headcount = 0
    offices = [firm for firm in firms if firm.is_operating and firm.headcount == 0]
    small = {"sole_trader": 0.12, "social": 0.3, "enterprise": 1.0}
    weights = [small[firm.kind] * chance.lognormvariate(0.0, 1.25) for firm in offices]
    left = WORKERS - sum(firm.headcount for firm in firms) - len(offices)
    exact = [left * weight / math.fsum(weights) for weight in weights]
    for firm, share in zip(offices, exact, strict=True):
        firm.headcount = 1 + int(share)
    missing = WORKERS - sum(firm.headcount for firm in firms)
    by_rest = sorted(range(len(offices)), key=lambda i: (int(exact[i]) - exact[i], i))
    for i in by_rest[:missing]:
        offices[i].headcount += 1
