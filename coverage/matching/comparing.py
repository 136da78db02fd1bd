"""What is found when a row is compared with an entity: named features, each with how far it holds. Pure.

A field that one side lacks is silent. What both sides say either agrees, weighed by how rare it is, or contradicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from coverage.matching import codes, firm_names, residence
from coverage.matching.codes import Kind
from coverage.matching.firm_names import Core, Tail
from coverage.matching.profile import Profile
from coverage.matching.residence import Where
from coverage.matching.weights import BASE

Features = Mapping[str, float]


class Rarities(Protocol):
    """How rare what two records share is: ln(N / bearers) / 10, from 0 to about 1."""

    def person(self, key: str) -> float: ...
    def door(self, key: str) -> float: ...
    def phone(self, key: str) -> float: ...
    def founded(self, key: str) -> float: ...
    def pair(self, characters: str) -> float: ...
    def holds(self, code: str) -> bool: ...


def compare(row: Profile, known: Profile, rare: Rarities, *, slips: Mapping[str, str]) -> dict[str, float]:
    """Every feature that holds, with its value. `slips` maps what the row's code may have been to the kind of slip."""
    found: dict[str, float] = {BASE: 1.0}
    _identifiers(row, known, rare, slips, found)
    if row.name.text and known.name.text:
        _names(row, known, rare, found)
        _under_parents_code(row, found)
    if row.person and known.person:
        _persons(row.person, known.person, rare, found)
    if row.written.address and known.written.address:
        _addresses(row, known, rare, found)
    if row.phone and known.phone:
        same = row.phone == known.phone
        found["phone_same" if same else "phone_differs"] = rare.phone(known.phone) if same else 1.0
    if row.founded and known.founded:
        same = row.founded == known.founded
        found["founded_same" if same else "founded_differs"] = rare.founded(known.founded) if same else 1.0
    return found


def _identifiers(
    row: Profile, known: Profile, rare: Rarities, slips: Mapping[str, str], found: dict[str, float]
) -> None:
    if row.code and row.code == known.code:
        found["number_same" if row.kind is Kind.REGISTRATION else "code_same"] = 1.0
    elif (row.code and row.code == known.number) or (row.number and row.number in {known.number, known.code}):
        found["number_same"] = 1.0
    elif row.bodies and known.bodies and set(row.bodies) & set(known.bodies):
        found["code_body"] = 1.0
    elif known.code in slips:
        found["code_slip"] = 1.0
    elif row.code and known.code and known.kind is Kind.CREDIT:
        _unlike_codes(row, known, rare, found)


def _unlike_codes(row: Profile, known: Profile, rare: Rarities, found: dict[str, float]) -> None:
    """Neither equal nor one slip apart: two slips, the same fifteen figures, or another code."""
    if row.kind is Kind.MANGLED:
        if len(row.code) == codes.LENGTH:
            found["code_near" if row.code[:14] == known.code[:14] else "code_differs"] = 1.0
    elif row.is_valid and known.is_valid:
        found["code_taken" if rare.holds(row.code) else "code_differs"] = 1.0
    elif row.kind in {Kind.CREDIT, Kind.DAMAGED, Kind.ORGANISATION, Kind.TAX}:
        written = row.code.translate(codes.LOOKALIKES)
        stored = known.code if len(written) > 15 else known.code[8:17] if len(written) < 12 else known.code[2:17]
        found["code_near" if two_slips(written, stored) else "code_unlike"] = 1.0


def two_slips(one: str, other: str) -> bool:
    """Whether two codes are at most two edits (wrong, lost, added, swapped) apart."""
    if abs(len(one) - len(other)) > 2:
        return False
    return _edits(one, other, 2) <= 2


def _edits(one: str, other: str, most: int) -> int:
    """Edits that lead from one text to another, `most` + 1 where there are more."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    if not one or not other:
        return len(one) + len(other)
    if most == 0:
        return 1
    tries = [
        _edits(one[1:], other[1:], most - 1),
        _edits(one[1:], other, most - 1),
        _edits(one, other[1:], most - 1),
    ]
    if one[:2] == other[:2][::-1]:
        tries.append(_edits(one[2:], other[2:], most - 1))
    return 1 + min(tries)


_CORE_KEYS = {
    Core.SAME: "name_core",
    Core.BRACKETS: "name_brackets",
    Core.SOUND: "name_sound",
    Core.SLIP: "name_slip",
    Core.REWORDED: "name_reworded",
    Core.SHORTER: "name_shorter",
    Core.SPLIT: "name_split",
    Core.APART: "name_apart",
}
_TAIL_KEYS = {
    Tail.SAME: "tail_same",
    Tail.NEAR: "tail_near",
    Tail.MISSING: "tail_missing",
    Tail.DIFFERS: "tail_differs",
}


def _names(row: Profile, known: Profile, rare: Rarities, found: dict[str, float]) -> None:
    ours, theirs = row.name, known.name
    how = firm_names.difference(ours, theirs)
    a, b = pairs(ours.core), pairs(theirs.core)
    key = "name_same" if how.is_equal else _CORE_KEYS[how.core]
    if key in {"name_slip", "name_sound"} and _is_typo(a - b, b - a, rare):
        key = "name_typo"
    found[key] = 1.0
    if how.tail is not Tail.NONE:
        found[_TAIL_KEYS[how.tail]] = 1.0
    if how.place_differs:
        found["place_differs"] = 1.0
    found["name_shared"] = min(4.0, sum(rare.pair(pair) for pair in a & b))


# A pair of characters of a word that many names have, and one that hardly any has: 科技 and 科枝.
_COMMON, _UNHEARD = 0.6, 0.8


def _is_typo(written: set[str], known: set[str], rare: Rarities) -> bool:
    """Whether one character is wrong in a common word, which no firm chooses to be called by; in a brand it is
    another firm as often as not."""
    if not known:
        return False
    return min(map(rare.pair, known)) <= _COMMON and all(rare.pair(pair) >= _UNHEARD for pair in written)


def _under_parents_code(row: Profile, found: dict[str, float]) -> None:
    """A branch reported under the code of its parent, or of a sister: the code says less than it seems to."""
    if "tail_differs" in found or ("tail_missing" in found and row.name.tail):
        for key in ("code_same", "code_body", "code_slip"):
            if found.pop(key, None):
                found["code_parent"] = 1.0


def pairs(text: str) -> set[str]:
    """The pairs of neighbouring characters of a name."""
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _persons(one: str, other: str, rare: Rarities, found: dict[str, float]) -> None:
    if one == other and "*" not in one:
        found["person_same"] = rare.person(other)
    elif "*" in one or "*" in other:
        masked = len(one) == len(other) and all(a == b for a, b in zip(one, other, strict=True) if "*" not in (a, b))
        found["person_masked" if masked else "person_differs"] = 1.0
    elif _near_person(one, other):
        found["person_near"] = 1.0
    else:
        found["person_differs"] = 1.0


def _near_person(one: str, other: str) -> bool:
    """The same surname and one character different, or a long foreign name of which one side has less."""
    if len(one) == len(other) == 3:
        return one[0] == other[0] and (one[1] == other[1]) != (one[2] == other[2])
    if min(len(one), len(other)) >= 5:
        return one in other or other in one or _edits(one, other, 2) <= 2
    return False


_WHERE_KEYS = {
    Where.SAME: "address_same",
    Where.DOOR: "address_door",
    Where.ROOM: "address_room",
    Where.LANE: "address_lane",
    Where.ALIKE: "address_alike",
    Where.NEAR: "address_near",
    Where.DIFFERS: "address_differs",
}


def _addresses(row: Profile, known: Profile, rare: Rarities, found: dict[str, float]) -> None:
    where = residence.relation(row.address, known.address)
    if where is None:
        return
    key = _WHERE_KEYS[where]
    rarity = 1.0
    if where is Where.SAME:
        rarity = rare.door(known.doors)
    elif where is Where.DOOR:
        rarity = rare.door(known.door)
    found[key] = rarity
