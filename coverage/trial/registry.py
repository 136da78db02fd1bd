"""The trial's entities and the people who work in them, written to the database."""

from __future__ import annotations

import datetime as dt
import json
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from coverage.facts import fields as facts
from coverage.matching import pinyin, values
from coverage.models import Entity, EntitySource, Worker
from coverage.registry import search_index
from coverage.trial import firms, trades, words
from coverage.trial.copying import copy
from coverage.trial.days import Days, Ids
from coverage.trial.firms import Firm
from coverage.trial.provenance import Seen, provenance
from shimen.privacy.sealing import SealedPhone, seal_phone
from shimen.territory.models import Area, Street

NO_PHONE = SealedPhone(None, None, "")

_ENTITY = (
    "id", "street_id", "code", "organisation_code", "old_number", "name", "name_key", "trade_sign", "kind", "legal_person",
    "registration_status", "is_suspended", "is_irregular", "industry", "industry_code", "scope", "address", "address_key",
    "established_on", "capital", "headcount", "opening_hours", "phone_sealed", "phone_index", "phone_mask", "place_id",
    "area_id", "presence", "presence_on", "missing_since", "pinyin", "initials", "provenance", "registered_on", "removed_at",
    "removed_reason",
)  # fmt: skip
_WORKER = (
    "id", "street_id", "entity_id", "name", "post", "phone_sealed", "phone_index", "phone_mask", "standing",
    "is_affiliated_elsewhere", "pinyin", "initials", "provenance", "joined_on",
)  # fmt: skip


@dataclass(frozen=True)
class Writing:
    """What every writer of registry rows needs."""

    street: Street
    grids: list[Area]
    doors: dict[str, uuid.UUID]
    days: Days
    seed: int


def entity_ids(town: list[Firm], *, seed: int, days: Days) -> list[uuid.UUID]:
    """The id of each firm, in order; it sorts by the day on which the firm came into the register."""
    ids = Ids(seed, "entity")
    return [ids.at(days.at(firm.registered, 9, i // 60 % 60, i % 60)) for i, firm in enumerate(town)]


def write_entities(town: list[Firm], ids: list[uuid.UUID], seen: dict[int, Seen], to: Writing, *, office: str) -> None:
    """Every firm with its provenance, then the search texts of all of them."""
    chance = random.Random(f"{to.seed} provenance")
    copy(Entity, _ENTITY, (_entity(f, ids[i], seen.get(i), to, office, chance) for i, f in enumerate(town)))
    search_index.index_search(street_id=to.street.pk)


def _entity(
    firm: Firm, pk: uuid.UUID, seen: Seen | None, to: Writing, office: str, chance: random.Random
) -> tuple[object, ...]:
    days = to.days
    keys = facts.derived({"code": firm.code, "name": firm.name, "address": firm.address})
    phone = seal_phone(firm.phone, table="coverage_entity", column="phone_sealed", row=pk)
    spelt = pinyin.spell(firm.trade_sign or firm.name)
    held = provenance(firm, seen, days=days, office=office, chance=chance)
    presence_on = days.day(seen.day) if seen and firm.presence != "unknown" else None
    removed = days.at(firm.left, 16, 30) if firm.left is not None else None
    return (
        pk, to.street.pk, firm.code, keys["organisation_code"], "", firm.name, keys["name_key"], firm.trade_sign, firm.kind,
        firm.legal_person, firm.status, firm.is_suspended, firm.is_irregular, firm.trade.section, firm.trade.code,
        values.text(firm.scope), firm.address, keys["address_key"], firm.established_on, f"{firm.capital}.0000" if firm.capital else None,
        firm.headcount, firm.opening_hours, phone.sealed, phone.index, phone.mask,
        to.doors[firm.address] if firm.spot else None, to.grids[firm.grid].pk, firm.presence, presence_on, None,
        spelt.pinyin, spelt.initials, held, days.day(firm.registered), removed,
        "" if removed is None else ("部门登记注销，走访核实" if firm.status == "4" else "已迁出，走访核实"),
    )  # fmt: skip


@dataclass(frozen=True)
class Hand:
    """A person at work, before it is written."""

    name: str
    post: str
    phone: str
    standing: str
    elsewhere: bool


KNOWN_STAFF = {
    "子丑面馆": (
        Hand("孙丙三", "经营者", "19900000017", "member", True),
        Hand("王辛八", "厨师", "19900000236", "unknown", False),
        Hand("冯壬九", "店员", "19900000541", "declined", False),
    ),
}
_STANDINGS = ("unknown", "member", "probationary", "league", "other", "declined")
_SHARES = (880, 31, 3, 42, 34, 10)


def staff(firm: Firm, chance: random.Random, phone: Callable[[], str]) -> Iterator[Hand]:
    """As many people as the firm's headcount says: whoever runs it first."""
    known = KNOWN_STAFF.get(firm.name, ())
    yield from known
    left = firm.headcount - len(known)
    if not known and left > 0:
        head = {"sole_trader": "经营者", "social": "负责人"}.get(firm.kind, "法定代表人")
        left -= 1
        yield _hand(firm.legal_person, head, firm.phone, chance)
    for name, post, number in _others(firm.trade, left, chance, phone if firm.is_shop else _rarely(phone, chance)):
        yield _hand(name, post, number, chance)


def _rarely(phone: Callable[[], str], chance: random.Random) -> Callable[[], str]:
    return lambda: phone() if chance.random() < 0.11 else ""


def _others(
    trade: trades.Trade, count: int, chance: random.Random, phone: Callable[[], str]
) -> Iterator[tuple[str, str, str]]:
    for _ in range(count):
        yield words.person(chance), chance.choice(trade.posts), phone()


def _hand(name: str, post: str, phone: str, chance: random.Random) -> Hand:
    standing = chance.choices(_STANDINGS, weights=_SHARES)[0]
    return Hand(name, post, phone, standing, standing == "member" and chance.random() < 0.7)


def write_workers(town: firms.Town, ids: list[uuid.UUID], to: Writing) -> int:
    """Everybody at work, 58,782 of them; about one in seven with a telephone number."""
    return copy(Worker, _WORKER, _workers(town, ids, to))


def _workers(town: firms.Town, ids: list[uuid.UUID], to: Writing) -> Iterator[tuple[object, ...]]:
    chance, made = random.Random(f"{to.seed} worker"), Ids(to.seed, "worker")
    words_by = {source: _worker_word(source, to.days) for source in ("department", "visit")}

    def phone() -> str:
        return town.phones.take() if len(town.phones) else ""

    for firm, entity in zip(town.firms, ids, strict=True):
        if firm.left is not None:
            continue
        joined, begun = to.days.day(firm.registered), to.days.at(firm.registered, 10)
        for hand in staff(firm, chance, phone):
            pk = made.at(begun)
            sealed = (
                seal_phone(hand.phone, table="coverage_worker", column="phone_sealed", row=pk)
                if hand.phone
                else NO_PHONE
            )
            spelt = pinyin.spell_person(hand.name)
            word = words_by["visit" if firm.is_shop else "department"]
            yield (
                pk, to.street.pk, entity, hand.name, hand.post, sealed.sealed, sealed.index, sealed.mask, hand.standing,
                hand.elsewhere, spelt.pinyin, spelt.initials, word, joined,
            )  # fmt: skip


def _worker_word(source: str, days: Days) -> str:
    word = {
        "source": source,
        "by": "social" if source == "department" else "",
        "on": days.day(78).isoformat(),
        "ref": "",
    }
    return json.dumps({"name": word, "post": word})


def write_contradictions(town: list[Firm], ids: list[uuid.UUID], seen: dict[int, Seen], to: Writing) -> int:
    """What a source said last and what does not hold: the social insurance's headcounts, the tax office's operators."""
    chance = random.Random(f"{to.seed} contradiction")
    rows: list[EntitySource] = []
    for i, firm in enumerate(town):
        if firm.left is not None or not firm.is_operating or firm.is_find:
            continue
        if firm.name == "子丑面馆":
            # Both came in after the last visit, else the visit would have overruled them.
            came = to.days.day(max(seen[i].day + 1, 100)) if i in seen else to.days.day(100)
            rows.append(_said(ids[i], "headcount", "social", "5", came))
            rows.append(_said(ids[i], "legal_person", "tax", "孙丙六", came))
        elif chance.random() < 0.035 and firm.headcount > 2:
            said = max(1, firm.headcount - chance.randint(1, max(1, firm.headcount // 3)))
            rows.append(_said(ids[i], "headcount", "social", str(said), _after(seen.get(i), to.days, chance)))
        elif chance.random() < 0.012:
            rows.append(
                _said(ids[i], "legal_person", "tax", words.person(chance), _after(seen.get(i), to.days, chance))
            )
    return len(EntitySource.objects.bulk_create(rows))


def _after(seen: Seen | None, days: Days, chance: random.Random) -> dt.date:
    """A day on which the word came: mostly after the last visit (a contradiction), sometimes long before (overruled)."""
    last = seen.day if seen else firms.BEFORE_ROUNDS
    return days.day(max(firms.BEFORE_ROUNDS, last + chance.choice((-40, 0, 1, 3))))


def _said(entity: uuid.UUID, field: str, by: str, value: str, on: dt.date) -> EntitySource:
    return EntitySource(entity_id=entity, field=field, source="department", by=by, value=value, on=on)
