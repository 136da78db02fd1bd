"""Doubtful rows about a made-up city: what other departments write of firms that are registered, and of firms that are not.

Every row has lost the easy way (its code is missing, damaged, of an old form, somebody else's or unknown). The damage is
what people and spreadsheets do: a hand that types pinyin, a lead that one office writes and the other leaves out, a person
who has changed, a firm that has moved or been renamed, a branch reported under its parent's code.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from coverage.matching.profile import Record
from tests.bench.link_town import Firm, Spot, Town
from tests.bench.link_words import Vocabulary

NEW = 0.28  # share of rows about firms that the registry does not hold
HARD = 0.55  # of those: sister branches, the same owner's other firms, names of nearly the same look
CHINESE = "零一二三四五六七八九"


@dataclass(frozen=True)
class Case:
    """A row and the truth about it: the id of its entity, None for a new one; `story` tells how it came about."""

    row: Record
    truth: str | None
    story: str


@dataclass(frozen=True)
class Labelled:
    """A registry and doubtful rows about it."""

    registry: list[Record]
    cases: list[Case]


def labelled(words: Vocabulary, *, seed: int, firms: int = 60_000, rows: int = 3_000) -> Labelled:
    """A city of `firms` entities and `rows` doubtful rows about it."""
    town = Town(words, seed=seed)
    listed = list(town.fill(firms))
    town.firms = listed
    office = Office(town, listed)
    cases = office.cases(rows)
    return Labelled([office.as_registered(firm) for firm in listed], cases)


def numeral(number: int) -> str:
    """A number below a hundred in characters, others digit by digit."""
    if number < 10:
        return CHINESE[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return (CHINESE[tens] if tens > 1 else "") + "十" + (CHINESE[ones] if ones else "")
    return "".join(CHINESE[int(digit)] for digit in str(number))


class Office:
    """Writes down what is known of firms, as registers do and as other departments do."""

    def __init__(self, town: Town, listed: list[Firm]) -> None:
        self.town, self.listed, self.words = town, listed, town.words
        self.chance = random.Random(town.chance.random())
        self.by_id = {firm.id: firm for firm in listed}
        self.branches = [firm for firm in listed if firm.head]
        self.owned = [firm for firm in listed if firm.person and firm.kind == "company"]

    def as_registered(self, firm: Firm) -> Record:
        name = firm.name if self.chance.random() < 0.9 else firm.name.replace("（", "(").replace("）", ")")
        return Record(
            firm.id, firm.code, firm.reg_no, name, firm.person, self.registered_address(firm.spot), firm.phone
        )

    def registered_address(self, spot: Spot) -> str:
        lead = self.chance.choices(
            (
                f"上海市{spot.district}",
                spot.district,
                f"中国（上海）自由贸易试验区{spot.district if self.chance.random() < 0.3 else ''}",
                "",
                f"上海市{self.chance.choice(self.words.abolished)}",
                f"上海市{spot.district}{spot.town}",
            ),
            (56, 19, 5, 7, 4, 9),
        )[0]
        return lead + (spot.plain or spot.road + spot.number) + spot.room

    # Rows.

    def cases(self, count: int) -> list[Case]:
        new = round(count * NEW)
        hard = round(new * HARD)
        hard_ones = (self.sister, self.sister, self.other_firm, self.lookalike)
        made = [self.known_row() for _ in range(count - new)]
        made += [self.new_row(self.chance.choice(hard_ones)) for _ in range(hard)]
        made += [self.new_row(self.stranger) for _ in range(new - hard)]
        self.chance.shuffle(made)
        return [replace(case, row=replace(case.row, id=f"R{number:05}")) for number, case in enumerate(made)]

    def known_row(self) -> Case:
        firm = self.chance.choice(self.branches if self.chance.random() < 0.06 else self.listed)
        code, reg_no, how = self.code_of(firm)
        name, how_name = self.name_of(firm)
        person, phone = self.person_of(firm), self.phone_of(firm)
        address = self.address_of(firm.spot)
        if how_name in {"renamed", "no name"} and not (person or address):
            person, address = firm.person, self.rewritten(firm.spot)
        return Case(
            Record("", code, reg_no, name, person, address, phone), firm.id, f"known, code {how}, name {how_name}"
        )

    def new_row(self, kind: Callable[[], tuple[Firm, str]]) -> Case:
        firm, story = kind()
        code, reg_no, how = self.code_of(firm, is_new=True)
        name, _ = self.name_of(firm, gently=True)
        person, phone = self.person_of(firm), self.phone_of(firm)
        return Case(
            Record("", code, reg_no, name, person, self.address_of(firm.spot), phone), None, f"new, {story}, code {how}"
        )

    # Firms that the registry does not hold.

    def sister(self) -> tuple[Firm, str]:
        """A branch that has opened since, of a chain with branches or a parent in the registry."""
        model = self.chance.choice(self.branches)
        head = self.by_id.get(model.head)
        parent = head or replace(model, id=model.head, name=model.name[: -len(self._tail_of(model))])
        firm = self.town.branch(parent, is_bank="股份有限公司" in parent.name, listed=head is not None)
        while any(firm.name == other.name for other in self.branches if other.head == model.head):
            firm = self.town.branch(parent, is_bank=False, listed=head is not None)
        if self.chance.random() < 0.3:
            firm = replace(firm, person=model.person)
        return firm, "sister branch"

    @staticmethod
    def _tail_of(firm: Firm) -> str:
        return firm.name.partition("公司")[2]

    def other_firm(self) -> tuple[Firm, str]:
        """The same owner's other firm in the same house."""
        model = self.chance.choice(self.owned)
        firm = self.town.beside(model)
        spot = model.spot if self.chance.random() < 0.4 else replace(model.spot, room=firm.spot.room)
        return replace(firm, person=model.person, spot=spot), "same owner, same house"

    def lookalike(self) -> tuple[Firm, str]:
        firm = self.town.twin(self.chance.choice(self.listed))
        while any(firm.name == other.name for other in self.listed[-2000:]):
            firm = self.town.twin(self.chance.choice(self.listed))
        return firm, "similar name"

    def stranger(self) -> tuple[Firm, str]:
        return (self.town.company() if self.chance.random() < 0.65 else self.town.trader()), "stranger"

    # Codes.

    def code_of(self, firm: Firm, *, is_new: bool = False) -> tuple[str, str, str]:
        """What stands under the code and under the old number, and how it came about."""
        chance, code = self.chance, firm.code
        draw = chance.random()
        if firm.head and draw < 0.22:
            parent = self.by_id.get(firm.head)
            other = parent.code if parent else ""
            if other:
                return (other if chance.random() < 0.8 else self.damaged(other)), "", "of the parent"
        draw = chance.random()
        if not code or draw < 0.36:
            reg_no = firm.reg_no if chance.random() < 0.12 else ""
            return chance.choice(("", "", "", "无", "待查", "-", "/", "暂无")), reg_no, "missing"
        if is_new and draw < 0.68:
            return code, "", "its own"
        if draw < 0.74:
            return (
                (self.damaged(code), "", "damaged")
                if draw < 0.70
                else (self.damaged(self.damaged(code)), "", "twice damaged")
            )
        return self.other_code(firm, draw)

    def other_code(self, firm: Firm, draw: float) -> tuple[str, str, str]:
        """An old form of the code, a number cell, or a code that is not the firm's."""
        chance, code = self.chance, firm.code
        if draw < 0.82:
            return f"{code[8:16]}-{code[16]}" if chance.random() < 0.8 else code[8:17], "", "organisation code"
        if draw < 0.89:
            return code[2:17], "", "tax number"
        if draw < 0.93:
            return firm.reg_no, "", "registration number"
        if draw < 0.965:
            if code.isdigit():
                return f"{float(int(code)):.5E}", "", "mangled"
            return code[:15] + "000" if code[:15].isdigit() else "", "", "mangled"
        if draw < 0.985:
            return chance.choice(self.listed).code, "", "of somebody else"
        return self.town.code("91"), "", "changed"

    def damaged(self, code: str) -> str:
        chance = self.chance
        place = chance.randrange(len(code))
        letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        draw = chance.random()
        if draw < 0.34:
            return code[:place] + chance.choice(letters.replace(code[place], "")) + code[place + 1 :]
        if draw < 0.52:
            place = min(place, len(code) - 2)
            return code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if draw < 0.70:
            return code[:place] + code[place + 1 :]
        if draw < 0.84:
            return code[:place] + code[place] + code[place:]
        swap = {"0": "O", "1": "I", "2": "Z", "5": "S", "U": "V"}
        places = [p for p, c in enumerate(code) if c in swap]
        for p in chance.sample(places, min(len(places), chance.randint(1, 3))):
            code = code[:p] + swap[code[p]] + code[p + 1 :]
        return code

    # Names.

    def name_of(self, firm: Firm, *, gently: bool = False) -> tuple[str, str]:
        chance, name = self.chance, firm.name
        draw = chance.random()
        if gently:
            draw *= 0.8
        ways: tuple[tuple[float, str, Callable[[], str]], ...] = (
            (0.44, "same", lambda: name),
            (0.56, "format", lambda: self.reformatted(name)),
            (0.64, "place", lambda: self.without_place(name, firm)),
            (0.71, "short", lambda: self.shortened(name, firm)),
            (0.80, "typed wrongly", lambda: self.mistyped(self.reformatted(name) if chance.random() < 0.2 else name)),
            (0.86, "one character", lambda: self.one_character(name)),
            (0.89, "swapped", lambda: self.swapped(name)),
            (0.92, "reworded", lambda: self.reworded(name)),
            (0.95, "sign", lambda: self.sign(firm)),
            (0.985, "renamed", lambda: self.renamed(firm)),
            (1.0, "no name", lambda: ""),
        )
        _, how, write = next(way for way in ways if draw <= way[0])
        return write(), how

    def one_character(self, name: str) -> str:
        """A character lost, or typed twice."""
        place = self.chance.randrange(2, len(name) - 1) if len(name) > 4 else 1
        return name[:place] + (name[place + 1 :] if self.chance.random() < 0.5 else name[place] + name[place:])

    def swapped(self, name: str) -> str:
        place = self.chance.randrange(2, max(3, len(name) - 6))
        return name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :]

    def sign(self, firm: Firm) -> str:
        """What stands over the door."""
        is_own = bool(firm.brand) and not firm.head
        return f"{firm.brand}{firm.trade}" if is_own else self.without_place(firm.name, firm)

    def reformatted(self, name: str) -> str:
        chance = self.chance
        return chance.choice(
            (
                name.replace("（", "(").replace("）", ")"),
                name.replace("有限公司", "有限责任公司", 1) if "有限责任" not in name and "股份" not in name else name,
                f" {name[:4]} {name[4:]}",
                name.replace("上海", "上海市", 1)
                if name.startswith("上海") and not name.startswith("上海市")
                else name + " ",
                name.replace("（", "【").replace("）", "】"),
                f"{name}\u3000",
                name.replace("第", "").replace("分店", "店") if chance.random() < 0.3 else name,
            )
        )

    def without_place(self, name: str, firm: Firm) -> str:
        if name.startswith("上海市"):
            return name.removeprefix("上海市") if self.chance.random() < 0.5 else f"{firm.brand}{firm.trade}" or name
        if name.startswith("上海"):
            rest = name.removeprefix("上海")
            return (
                rest
                if self.chance.random() < 0.7 or not firm.brand
                else rest.replace(firm.brand, f"{firm.brand}（上海）", 1)
            )
        return (
            name.replace("（上海）", "")
            if "（上海）" in name
            else f"上海{name}"
            if self.chance.random() < 0.5
            else name
        )

    def shortened(self, name: str, firm: Firm) -> str:
        chance = self.chance
        draw = chance.random()
        if draw < 0.4:
            return name.replace("股份有限公司", "").replace("有限责任公司", "").replace("有限公司", "")
        if draw < 0.6:
            return name.replace("有限公司", "公司", 1)
        if draw < 0.75:
            return name.removeprefix("上海市").removeprefix("上海").replace("有限公司", "")
        for word in ("信息", "国际", "网络", "管理", "服务", "咨询", "工程", "技术", "发展", "电子"):
            if word in name and chance.random() < 0.7:
                return name.replace(word, "", 1)
        return name.replace("有限公司", "", 1)

    def mistyped(self, name: str) -> str:
        """One character of the same sound, of the same look, or simply wrong."""
        chance, words = self.chance, self.words
        places = list(range(len(name)))
        chance.shuffle(places)
        draw = chance.random()
        groups = words.sounds if draw < 0.6 else words.alike if draw < 0.75 else ()
        for place in places:
            for group in groups:
                if name[place] in group and len(group) > 1:
                    return name[:place] + chance.choice([c for c in group if c != name[place]]) + name[place + 1 :]
        place = chance.randrange(min(2, len(name) - 1), len(name))
        return name[:place] + chance.choice(words.characters + "的公司科贸商") + name[place + 1 :]

    def reworded(self, name: str) -> str:
        for one, other in (
            ("分公司", "分店"),
            ("店", "分公司"),
            ("科技", "技术"),
            ("贸易", "商贸"),
            ("商贸", "贸易"),
            ("经营部", "商店"),
            ("店", "商行"),
            ("咨询", "服务"),
            ("管理", "服务"),
        ):
            if one in name and self.chance.random() < 0.6:
                return name.replace(one, other, 1)
        return name

    def renamed(self, firm: Firm) -> str:
        """A firm that has taken another name: mostly another trade or another brand, rarely both."""
        town = self.town
        if firm.head:
            return firm.name
        if firm.kind != "company":
            return town.trader().name if firm.kind == "trader" else town.company().name
        draw = self.chance.random()
        brand = firm.brand if draw < 0.45 else town.brand()
        trade = firm.trade if 0.45 <= draw < 0.85 and firm.trade else town.trade()
        while town.is_taken(brand, trade):
            brand = town.brand()
        return town.company_name(brand, trade)

    # People, telephones, addresses.

    def person_of(self, firm: Firm) -> str:
        chance, person = self.chance, firm.person
        draw = chance.random()
        if draw < 0.18:
            return ""
        if not person:
            return self.town.person() if draw < 0.6 else ""
        if draw < 0.24 and person.isalpha() and len(person) < 5:
            return person[0] + "*" * (len(person) - 1)
        if draw < 0.31:
            return self.town.person()
        if draw < 0.34 and len(person) >= 2:
            place = chance.randrange(1, len(person))
            return person[:place] + chance.choice(self.words.given) + person[place + 1 :]
        if draw < 0.5 and (" " in person or "·" in person):
            return chance.choice(
                (
                    person.title(),
                    person.replace(" ", ""),
                    person.replace("·", "."),
                    person.split(" ")[0],
                    person.replace("·", "•"),
                )
            )
        return f" {person}" if draw < 0.53 else person

    def phone_of(self, firm: Firm) -> str:
        draw = self.chance.random()
        if draw < 0.45:
            return ""
        if firm.phone and draw < 0.85:
            return (
                firm.phone
                if draw < 0.7
                else firm.phone.replace("-", "")
                if "-" in firm.phone
                else f"+86 {firm.phone[:3]} {firm.phone[3:7]} {firm.phone[7:]}"
            )
        return self.town.phone()

    def address_of(self, spot: Spot) -> str:
        chance = self.chance
        draw = chance.random()
        if draw < 0.08:
            return ""
        if draw < 0.38:
            return self.registered_address(spot)
        if draw < 0.80:
            return self.rewritten(spot)
        if draw < 0.86:
            return self.rewritten(replace(spot, room=""))
        if draw < 0.89:
            return f"{spot.road or spot.plain}"
        if draw < 0.92:
            return self.rewritten(replace(spot, room=self.town._room()))
        return self.rewritten(self.town.spot())

    def rewritten(self, spot: Spot) -> str:
        """The same place in another office's manner."""
        chance = self.chance
        lead = chance.choice(
            (
                f"上海市{spot.district}",
                f"上海{spot.district}",
                spot.district,
                "",
                "",
                f"{spot.district}{spot.town}",
                f"上海市{chance.choice(self.words.abolished)}",
            )
        )
        number, room = spot.number, spot.room
        if "-" in number and chance.random() < 0.5:
            first, last = number.removesuffix("号").split("-")
            number = chance.choice((f"{first}号", f"{last}号", f"{first}－{last}号", f"{first}～{last}号"))
        elif number[:-1].isdigit() and chance.random() < 0.05:
            number = f"{numeral(int(number[:-1]))}号"
        if room and chance.random() < 0.5:
            room = chance.choice(
                (
                    room.replace("室", ""),
                    room.replace("幢", "号楼"),
                    room.replace("层", "楼"),
                    room.replace("幢", "栋"),
                    f"{room}（商务区）",
                    room.replace("座", "幢"),
                    room.replace("-", "－"),
                )
            )
        text = f"{lead}{spot.plain or spot.road + number}{room}"
        if chance.random() < 0.04:
            text = self.mistyped(text)
        if chance.random() < 0.04:
            text = f"{text[: len(text) // 2]} {text[len(text) // 2 :]}"
        return text
