"""A registry made ready for finding: blocks by which the entities that a row may be are fetched, and how rare things are.

Built once (about 30 µs an entity), asked many times. No block decides anything: the organisation code is almost unique
and the name is not, so each only brings candidates, the likelier first.
"""

from __future__ import annotations

import heapq
import math
import operator
from collections import Counter, defaultdict
from collections.abc import Iterable

from coverage.matching import codes
from coverage.matching.comparing import pairs
from coverage.matching.profile import Profile, Record

MOST_CANDIDATES = 9
POSTINGS = 1200  # how many entries of the pair lists are read for one row, rarest pairs first
CROWD = 40  # a door or a person with more bearers finds nobody alone
FEWEST = 20_000  # rarity is reckoned against a town of at least so many entities, also in a small registry
SCALE = 10.0

# What a block's hit is worth when candidates are put in order for a closer look.
_CODE, _NUMBER, _SLIP, _NEAR, _TEXT, _PHONE, _PERSON_DOOR, _PERSON_ROAD, _DOOR, _PERSON = (
    9,
    9,
    9,
    4,
    4,
    3,
    3,
    2,
    1.5,
    1.5,
)


class Index:
    """The entities of a registry by everything that may lead to them; also says how rare a value is."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.entities: list[Profile] = []
        self.by_code: dict[str, list[int]] = defaultdict(list)
        self.by_body: dict[str, list[int]] = defaultdict(list)
        self.by_number: dict[str, list[int]] = defaultdict(list)
        self.by_piece: dict[str, list[int]] = defaultdict(list)
        self.by_text: dict[str, list[int]] = defaultdict(list)
        self.by_pair: dict[str, list[int]] = defaultdict(list)
        self.by_place: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.by_doors: dict[str, list[int]] = defaultdict(list)
        self.by_person: dict[str, list[int]] = defaultdict(list)
        self.by_phone: dict[str, list[int]] = defaultdict(list)
        self._door_count: Counter[str] = Counter()
        self._founded_count: Counter[str] = Counter()
        for record in records:
            self._add(Profile(record))
        self._size = math.log(max(len(self.entities), FEWEST))
        self._pair_rarity: dict[str, float] = {}
        self._unseen = self._size / SCALE

    def __len__(self) -> int:
        return len(self.entities)

    def _add(self, entity: Profile) -> None:
        place = len(self.entities)
        self.entities.append(entity)
        if entity.code:
            self.by_code[entity.code].append(place)
            for piece in _pieces(entity.code):
                self.by_piece[piece].append(place)
        for body in entity.bodies:
            self.by_body[body].append(place)
        if entity.number:
            self.by_number[entity.number].append(place)
        self.by_text[entity.name.text].append(place)
        for pair in pairs(entity.name.whole):
            self.by_pair[pair].append(place)
        self._add_whereabouts(entity, place)

    def _add_whereabouts(self, entity: Profile, place: int) -> None:
        if entity.person:
            self.by_person[entity.person].append(place)
            if entity.door:
                self.by_place[entity.person, entity.door].append(place)
                self.by_place[entity.person, entity.door[:2]].append(place)
        if entity.doors:
            self.by_doors[entity.doors].append(place)
            self._door_count[entity.door] += 1
        if entity.phone:
            self.by_phone[entity.phone].append(place)
        if entity.founded:
            self._founded_count[entity.founded] += 1

    # Rarity.

    def _rare(self, bearers: int) -> float:
        return max(0.0, (self._size - math.log(max(1, bearers))) / SCALE)

    def person(self, key: str) -> float:
        return self._rare(len(self.by_person.get(key, ())))

    def door(self, key: str) -> float:
        """`key` is either of the two door keys: with the first number only, or with all figures."""
        if not key:
            return self._rare(len(self.entities) // 2000)
        return self._rare(len(self.by_doors.get(key, ())) if key in self.by_doors else self._door_count.get(key, 1))

    def phone(self, key: str) -> float:
        return self._rare(len(self.by_phone.get(key, ())))

    def founded(self, key: str) -> float:
        return self._rare(self._founded_count.get(key, 1))

    def pair(self, characters: str) -> float:
        found = self._pair_rarity.get(characters)
        if found is None:
            held = self.by_pair.get(characters)
            found = self._pair_rarity[characters] = self._rare(len(held)) if held else self._unseen
        return found

    def holds(self, code: str) -> bool:
        """Whether some entity has this code."""
        return code in self.by_code

    # Finding.

    def find(self, row: Profile, slips: Iterable[str]) -> list[Profile]:
        """The entities that a row may be, the likelier first, at most `MOST_CANDIDATES`."""
        hits: dict[int, float] = {}
        self._by_pairs(row, hits)
        self._by_identifiers(row, slips, hits)
        self._by_fields(row, hits)
        best = heapq.nlargest(MOST_CANDIDATES, zip(hits.values(), map(operator.neg, hits), strict=True))
        return [self.entities[-place] for _, place in best]

    def _by_pairs(self, row: Profile, hits: dict[int, float]) -> None:
        lists = [(held, pair) for pair in pairs(row.name.whole) if (held := self.by_pair.get(pair))]
        lists.sort(key=lambda found: (len(found[0]), found[1]))
        left = POSTINGS
        for held, pair in lists:
            left -= len(held)
            if left < 0:
                break
            worth = self.pair(pair)
            for place in held:
                hits[place] = hits.get(place, 0.0) + worth

    def _by_identifiers(self, row: Profile, slips: Iterable[str], hits: dict[int, float]) -> None:
        for code in (row.code, row.number):
            if code:
                _hit(hits, self.by_code.get(code), _CODE)
                _hit(hits, self.by_number.get(code), _NUMBER)
        for body in row.bodies:
            _hit(hits, self.by_body.get(body), _CODE)
        for code in slips:
            _hit(hits, self.by_code.get(code), _SLIP)
        if row.code and not row.is_valid:
            for piece in _pieces(row.code.translate(codes.LOOKALIKES)):
                held = self.by_piece.get(piece)
                if held and len(held) <= CROWD:
                    _hit(hits, held, _NEAR)

    def _by_fields(self, row: Profile, hits: dict[int, float]) -> None:
        if row.name.text:
            _hit(hits, self.by_text.get(row.name.text), _TEXT)
        if row.phone:
            _hit(hits, _few(self.by_phone.get(row.phone)), _PHONE)
        if row.doors:
            _hit(hits, _few(self.by_doors.get(row.doors)), _DOOR)
        if row.person and "*" not in row.person:
            _hit(hits, _few(self.by_person.get(row.person)), _PERSON)
            if row.door:
                _hit(hits, self.by_place.get((row.person, row.door)), _PERSON_DOOR)
                _hit(hits, _few(self.by_place.get((row.person, row.door[:2]))), _PERSON_ROAD)


def _few(held: list[int] | None) -> list[int] | None:
    return held if held is not None and len(held) <= CROWD else None


def _hit(hits: dict[int, float], held: list[int] | None, worth: float) -> None:
    for place in held or ():
        hits[place] = hits.get(place, 0.0) + worth


def _pieces(code: str) -> tuple[str, ...]:
    """Stretches of a code of which a damaged one keeps at least one: counted from both ends, so that a lost or a
    doubled character does not shift them all."""
    if len(code) < 15:
        return (f"b{code[:5]}", f"t{code[-5:-1]}") if len(code) >= 8 else ()
    return f"t{code[-6:]}", f"m{code[-10:-4]}", f"m{code[8:14]}", f"p{code[:14]}"
