"""A made-up city of registered firms, as registers are: owners with several firms, chains with branches, banks, towers in
which a hundred and more are registered at one door, stalls without a road, codes of three generations.

Written from what is known of such registers, not from what the linker looks at.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from coverage.matching import codes
from tests.bench.link_words import Vocabulary

BRANCHES = 0.10
SERIES = 0.13  # firms that an owner of another firm founds beside it
TWINS = 0.015
NUMBERED = 0.015  # partnerships of one owner that differ in a number


@dataclass(frozen=True)
class Spot:
    """A place in the city: what stands before, the door, the room; `plain` where there is no road."""

    district: str
    town: str
    road: str
    number: str
    room: str = ""
    plain: str = ""


@dataclass(frozen=True)
class Firm:
    """What the register holds. `head` is the parent of a branch, `place_word` what tells it from its sisters."""

    id: str
    code: str
    reg_no: str
    name: str
    person: str
    spot: Spot
    phone: str
    kind: str
    brand: str = ""
    trade: str = ""
    head: str = ""
    place_word: str = ""


class Town:
    """Draws firms from one stream of chance."""

    def __init__(self, words: Vocabulary, *, seed: int) -> None:
        self.words, self.chance = words, random.Random(seed)
        self.roads = self._roads()
        self.doors = [self._door() for _ in range(9000)]
        self.towers = [self._door() for _ in range(260)]
        self.agents = [self._person() for _ in range(60)]
        self.agent_phones = [self._phone() for _ in range(80)]
        self._serial = self.chance.randrange(10**6)
        self.firms: list[Firm] = []
        self._names: set[str] = set()

    def fill(self, count: int) -> list[Firm]:
        """`count` firms, chains and their branches together."""
        while len(self.firms) < count:
            draw = self.chance.random()
            if draw < BRANCHES / 6:
                self._chain()
            elif draw < BRANCHES / 6 + SERIES and self.firms:
                self.firms.append(self.beside(self.chance.choice(self.firms)))
            elif draw < BRANCHES / 6 + SERIES + TWINS and self.firms:
                self.firms.append(self.twin(self.chance.choice(self.firms)))
            elif draw < BRANCHES / 6 + SERIES + TWINS + NUMBERED / 4:
                self._numbered()
            elif draw < 0.42:
                self.firms.append(self.trader())
            else:
                self.firms.append(self.company())
        return self.firms[:count]

    def is_taken(self, brand: str, trade: str) -> bool:
        """Whether the registrar would refuse the name."""
        return f"{brand}{trade}" in self._names

    # People, places, numbers.

    def _roads(self) -> list[str]:
        heads, tails = self.words.road_heads, self.words.road_tails
        found = {f"{self.chance.choice(heads)}{self.chance.choice(tails)}" for _ in range(420)}
        roads = []
        for name in sorted(found):
            kind = self.chance.choices(("路", "街", "大道", "公路", "支路"), (80, 6, 4, 7, 3))[0]
            if self.chance.random() < 0.08:
                roads += [f"{name}{side}{kind}" for side in self.chance.sample("东南西北中", 2)]
            else:
                roads.append(f"{name}{kind}")
        return roads

    def _door(self) -> Spot:
        words, chance = self.words, self.chance
        district, town = chance.choice(words.districts), chance.choice(words.towns)
        draw = chance.random()
        if draw < 0.07:
            return Spot(
                district,
                town,
                "",
                "",
                plain=f"{chance.choice(words.villages)}{chance.randint(1, 14)}组{chance.randint(1, 400)}号",
            )
        if draw < 0.13:
            return Spot(district, town, "", "", plain=f"{chance.choice(words.estates)}{chance.randint(1, 30)}号楼")
        number = f"{chance.randint(1, 2400)}号"
        if chance.random() < 0.3:
            number = f"{chance.randint(1, 1900)}弄{chance.randint(1, 90)}号"
        elif chance.random() < 0.06:
            first = chance.randint(1, 1200)
            number = f"{first}-{first + chance.choice((2, 4, 6))}号"
        elif chance.random() < 0.04:
            number = number[:-1] + chance.choice("甲乙AB") + "号"
        return Spot(district, town, chance.choice(self.roads), number)

    def spot(self) -> Spot:
        """Where a firm is registered: a third in towers and parks where many are, the others anywhere."""
        chance = self.chance
        if chance.random() < 0.34:
            door = self.towers[int(len(self.towers) * chance.random() ** 1.6)]
        else:
            door = chance.choice(self.doors)
        return replace(door, room=self._room())

    def _room(self) -> str:
        chance = self.chance
        floor = chance.randint(1, 30)
        return chance.choices(
            (
                "",
                f"{floor}{chance.randint(1, 20):02}室",
                f"{chance.randint(1, 9)}幢{floor}层{floor}{chance.randint(1, 12):02}室",
                f"{chance.randint(1, 6)}幢",
                f"{floor}层",
                f"{chance.choice('ABCD')}座{floor}{chance.randint(1, 12):02}室",
                f"{floor}{chance.randint(1, 12):02}-{chance.randint(1, 600)}室",
                f"{floor}{chance.randint(1, 9):02}、{floor}{chance.randint(10, 12)}室",
                f"B1层{chance.randint(1, 60)}铺",
            ),
            (26, 34, 14, 3, 4, 5, 9, 2, 3),
        )[0]

    def _person(self) -> str:
        chance, words = self.chance, self.words
        if chance.random() < 0.02:
            parts = chance.sample(
                ("MUSTER", "EXEMPEL", "SAMPLE", "BEISPIEL", "ESEMPIO", "DEMO", "PRUEBA", "TANAKA", "SUZUKI", "LEE"), 3
            )
            return chance.choice(
                (" ".join(parts), " ".join(parts[:2]), "·".join(("甲姆", "乙尔德", "丙森")[: chance.randint(2, 3)]))
            )
        given = "".join(chance.choice(words.given) for _ in range(chance.choices((1, 2), (15, 85))[0]))
        return chance.choice(words.surnames) + given

    def person(self) -> str:
        """A legal representative; a fifth is missing, some are agents who stand for dozens of firms."""
        draw = self.chance.random()
        if draw < 0.19:
            return ""
        if draw < 0.24:
            return self.chance.choice(self.agents)
        if draw < 0.30 and self.firms:
            return self.chance.choice(self.firms).person
        person = self._person()
        return person[0] + "*" * (len(person) - 1) if draw < 0.315 and person.isalpha() and len(person) < 4 else person

    def _phone(self) -> str:
        return (
            f"1990000{self.chance.randint(0, 9999):04}"
            if self.chance.random() < 0.7
            else f"021-9900{self.chance.randint(0, 9999):04}"
        )

    def phone(self) -> str:
        draw = self.chance.random()
        return "" if draw < 0.62 else self.chance.choice(self.agent_phones) if draw < 0.68 else self._phone()

    def code(self, head: str, *, beside: str = "") -> str:
        """A code of the old or the new series; a firm founded beside another often has the next number."""
        chance = self.chance
        division = chance.choice(("310000", "990101", "990103", "990105", "990106", "990112", "990115", "990120"))
        if beside and codes.kind(beside) is codes.Kind.CREDIT and chance.random() < 0.3 and beside[8:16].isdigit():
            stem = f"{(int(beside[8:16]) + chance.randint(1, 3)) % 10**8:08}"
            division = beside[2:8]
        elif chance.random() < 0.55:
            self._serial += chance.randint(1, 40)
            letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
            tail = "".join(letters[(self._serial // 31**k) % 31] for k in range(3, -1, -1))
            stem = f"MA1{chance.choice('FGHJKL')}{tail}"
        else:
            stem = f"{chance.randrange(10**7, 10**8):08}"
        body = stem + codes.organisation_check(stem)
        return (code := f"{head}{division}{body}") + codes.check_character(code)

    def _reg_no(self) -> str:
        return f"99{self.chance.randrange(10**13):013}" if self.chance.random() < 0.5 else ""

    def _firm(self, kind: str, name: str, **facts: str | Spot) -> Firm:
        head = {"trader": "92", "office": "31", "social": "52"}.get(kind, "91")
        code = self.code(head, beside=str(facts.pop("beside", "")))
        if self.chance.random() < 0.015:
            code = ""
        filled = {"person": self.person(), "spot": self.spot(), "phone": self.phone()} | facts
        return Firm(
            f"E{len(self.firms):06}-{self.chance.randrange(10**6):06}", code, self._reg_no(), name, kind=kind, **filled
        )  # type: ignore[arg-type]

    # Firms.

    def brand(self) -> str:
        chance, words = self.chance, self.words
        length = chance.choices((2, 3, 4), (45, 40, 15))[0]
        letters = [chance.choice(words.characters if chance.random() < 0.6 else words.extra) for _ in range(length)]
        letters[chance.randrange(length)] = chance.choice(words.cycle)
        return "".join(letters)

    def trade(self) -> str:
        chance, words = self.chance, self.words
        if chance.random() < 0.12:
            stem, ends = chance.choice(words.short_trades)
            return stem + chance.choice(ends)
        return words.trades[int(len(words.trades) * chance.random() ** 1.7)]

    def company_name(self, brand: str, trade: str) -> str:
        chance = self.chance
        form = chance.choices(("有限公司", "股份有限公司", "有限责任公司"), (95, 3, 2))[0]
        draw = chance.random()
        if draw < 0.86:
            return f"上海{brand}{trade}{form}"
        if draw < 0.93:
            return f"{brand}（上海）{trade}{form}"
        if draw < 0.95:
            return f"上海{brand}{trade}（集团）{form}" if chance.random() < 0.5 else f"{brand}（中国）{trade}{form}"
        if draw < 0.97:
            return f"{chance.choice(self.words.elsewhere)}{brand}{trade}{form}"
        return f"{brand}{trade}{form}"

    def company(self) -> Firm:
        brand, trade, draw = self.brand(), self.trade(), self.chance.random()
        while f"{brand}{trade}" in self._names:  # the registrar refuses a name that a neighbour has
            brand, trade = self.brand(), self.trade()
        self._names.add(f"{brand}{trade}")
        if draw < 0.05:
            return self._firm(
                "office",
                f"上海{brand}{self.chance.choice(('律师事务所', '会计师事务所（普通合伙）', '企业管理合伙企业（有限合伙）', '企业管理中心', '建筑设计工作室'))}",
                brand=brand,
            )
        if draw < 0.065:
            return self._firm(
                "social",
                f"上海{self.chance.choice(self.words.districts)}{brand}{self.chance.choice(('幼儿园', '进修学校', '养老院', '社区服务中心'))}",
                brand=brand,
            )
        return self._firm("company", self.company_name(brand, trade), brand=brand, trade=trade)

    def trader(self) -> Firm:
        chance, words = self.chance, self.words
        brand, shop, spot = self.brand(), chance.choice(words.shops), self.spot()
        if chance.random() < 0.1:
            brand = f"{chance.choice(words.surnames)}记"
        lead = chance.choices(
            (f"上海市{spot.district}", spot.district, f"上海市{spot.district}{spot.town}", "上海", ""),
            (40, 25, 15, 8, 12),
        )[0]
        return self._firm("trader", f"{lead}{brand}{shop}", spot=spot, brand=brand, trade=shop)

    def beside(self, firm: Firm) -> Firm:
        """Another firm of the same owner: often the same brand or nearly, often the same house."""
        chance = self.chance
        brand = firm.brand or self.brand()
        draw = chance.random()
        if draw < 0.22:
            brand = brand[:-1] + chance.choice(self.words.characters)
        elif draw < 0.32:
            brand = self.brand()
        spot = firm.spot
        if chance.random() < 0.45:
            spot = replace(spot, room=self._room())
        elif chance.random() < 0.4:
            spot = self.spot()
        trade = self.trade()
        while f"{brand}{trade}" in self._names:
            trade = self.trade()
            brand = brand if self.chance.random() < 0.7 else self.brand()
        self._names.add(f"{brand}{trade}")
        person = firm.person if chance.random() < 0.8 else self.person()
        return self._firm("company", self.company_name(brand, trade), brand=brand, trade=trade, spot=spot, person=person,
                          phone=firm.phone if chance.random() < 0.5 else self.phone(), beside=firm.code)  # fmt: skip

    def twin(self, firm: Firm) -> Firm:
        """A stranger with nearly the same name: other sound-alike characters, another trade, other brackets, the same sign."""
        chance = self.chance
        draw = chance.random()
        if firm.kind == "trader" and draw < 0.5:
            return self._firm("trader", firm.name, brand=firm.brand, trade=firm.trade)
        brand, trade = firm.brand or self.brand(), firm.trade or self.trade()
        if draw < 0.45:
            trade = self.trade()
        elif draw < 0.85:
            brand = self.sounding(brand)
        else:
            return self._firm("company", f"{brand}（上海）{trade}有限公司", brand=brand, trade=trade)
        if f"{brand}{trade}" in self._names:
            brand = self.brand()
        self._names.add(f"{brand}{trade}")
        return self._firm("company", self.company_name(brand, trade), brand=brand, trade=trade)

    def sounding(self, brand: str) -> str:
        """A brand with one character of the same sound in place of its own, or another where it has none."""
        places = list(range(len(brand)))
        self.chance.shuffle(places)
        for place in places:
            for group in self.words.sounds:
                if brand[place] in group and len(group) > 1:
                    other = self.chance.choice([c for c in group if c != brand[place]])
                    return brand[:place] + other + brand[place + 1 :]
        return brand[:-1] + self.chance.choice(self.words.characters)

    def _numbered(self) -> None:
        brand, person, spot = self.brand(), self.person(), self.spot()
        for ordinal in "一二三四五"[: self.chance.randint(2, 5)]:
            word = self.chance.choice((f"{ordinal}号", f"{ordinal}期", f"{ordinal}"))
            name = f"上海{brand}{word}企业管理合伙企业（有限合伙）"
            self.firms.append(self._firm("office", name, brand=brand, person=person, spot=spot))

    def _chain(self) -> None:
        """A parent, in the register or not, with its branches."""
        chance, words = self.chance, self.words
        brand = self.brand()
        while brand in self._names:
            brand = self.brand()
        self._names.add(brand)
        if chance.random() < 0.2:
            parent_name = f"{chance.choice(('中国', '', '上海'))}{brand}{chance.choice(words.banks)}股份有限公司"
            is_bank = True
        else:
            parent_name = self.company_name(brand, chance.choice(words.chains))
            is_bank = False
        parent = self._firm("company", parent_name, brand=brand)
        listed = chance.random() < 0.5
        if listed:
            self.firms.append(parent)
        for _ in range(min(60, int(chance.paretovariate(0.9)) + 1)):
            self.firms.append(self.branch(parent, is_bank=is_bank, listed=listed))

    def branch(self, parent: Firm, *, is_bank: bool = False, listed: bool = True) -> Firm:
        """One branch; a third of those whose parent is listed name its legal representative, some share a manager."""
        chance = self.chance
        spot = self.spot()
        taken = {firm.place_word for firm in self.firms[-80:] if firm.head == parent.id}
        word = tail = ""
        while not word or word in taken:
            spot = self.spot()
            word, tail = self._tail(spot, is_bank)
        if listed and chance.random() < 1 / 3:
            person = parent.person
        elif chance.random() < 0.2 and self.firms and self.firms[-1].head == parent.id:
            person = self.firms[-1].person
        else:
            person = self.person()
        return self._firm(
            "branch", parent.name + tail, brand=parent.brand, person=person, spot=spot, head=parent.id, place_word=word
        )

    def _tail(self, spot: Spot, is_bank: bool) -> tuple[str, str]:
        chance, words = self.chance, self.words
        road = spot.road or chance.choice(self.roads)
        district = (spot.district or chance.choice(words.districts)).removesuffix("新区").removesuffix("区")
        ordinal = chance.choice("一二三四五六七八九十")
        if is_bank:
            word = chance.choice(
                (road, road, district, f"{district}{road}", spot.town.removesuffix("街道").removesuffix("镇"))
            )
            return (
                word,
                f"{chance.choice(('上海', '上海市', ''))}{word}{chance.choice(('支行', '支行', '营业部', '证券营业部', '支公司'))}",
            )
        word, tail = chance.choice(
            (
                (road, f"{road}店"),
                (road, f"{road}分店"),
                (road, f"{road}分公司"),
                (district, f"{district}分公司"),
                (ordinal, f"第{ordinal}分公司"),
                (ordinal, f"{ordinal}分店"),
                (f"{district}{ordinal}", f"{district}第{ordinal}分公司"),
                (f"{road}{ordinal}", f"{road}第{ordinal}分公司"),
                (f"{district}{chance.choice('东西南北')}", f"{district}{chance.choice('东西南北')}店"),
            )
        )
        return word, tail
