"""The members of the trial street's organisations: workers who said that they are, people who sign in, and others."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateRange

from branches.models import Member, Organisation
from branches.models.members import TABLE
from branches.trial.bodies_plan import Body
from branches.trial.organisations import begun, organisation_ids, plan
from coverage.models import Worker
from coverage.trial import words
from coverage.trial.days import Ids
from coverage.trial.load import Scene
from shimen.privacy.sealing import open_sealed, seal, seal_phone

Standing, Relation = Member.Standing, Member.Relation
SECONDED_FROM = ("市场监管所", "城管中队", "党群服务中心", "公安派出所")
# Who signs in and belongs to a street-block branch; where a person's papers are elsewhere, from where.
SIGNING_IN = (
    ("zhaojiayi", 0, ""), ("hexuyi", 0, ""), ("chuziyi", 0, ""), ("chenguishi", 0, "城管中队"),
    ("jiangyinsan", 1, ""), ("shenmaosi", 1, ""), ("shijiasan", 1, ""), ("kongbingwu", 1, ""), ("zhangyisi", 1, "市场监管所"),
    ("zhuwuqi", 2, ""), ("qinweiba", 2, ""), ("caodingliu", 2, ""),
)  # fmt: skip


@dataclass(slots=True)
class Hand:
    """A member before they are written."""

    name: str
    phone: str = ""
    standing: str = Standing.FULL
    relation: str = Relation.HERE
    home_unit: str = ""
    worker: uuid.UUID | None = None
    user: uuid.UUID | None = None


def write(scene: Scene) -> None:
    """Between three and some twenty members for every branch; general branches and committees hold none themselves."""
    planned = plan(scene)
    ids = organisation_ids(scene, planned)
    chance, made = random.Random(f"{scene.seed} members"), Ids(scene.seed, "member")
    at_work, rows = _workers(scene, [n for body in planned.bodies for n in body.units]), []
    shops = _shop_people(scene, {n for body in planned.bodies for n in body.units})
    for number, (pk, body) in enumerate(zip(ids, planned.bodies, strict=True)):
        if body.form in {Organisation.Form.GENERAL, Organisation.Form.COMMITTEE}:
            continue
        hands = (
            _street_block(scene, number - 1, shops, chance) if 1 <= number <= 3 else _of(body, at_work, scene, chance)
        )
        rows += [_row(hand, pk, body, scene, made.at(scene.days.at(-22)), chance) for hand in hands]
    Member.objects.bulk_create(rows, batch_size=500)
    scene.say(f"党员 {len(rows):,} 人")


def _workers(scene: Scene, numbers: list[int]) -> dict[uuid.UUID, list[Worker]]:
    """Members among the workers of the units, by entity."""
    found: dict[uuid.UUID, list[Worker]] = {}
    standing = [Worker.Standing.MEMBER, Worker.Standing.PROBATIONARY]
    rows = Worker.objects.filter(entity_id__in=[scene.ids[n] for n in numbers], standing__in=standing, left_on=None)
    for worker in rows.order_by("pk"):
        found.setdefault(worker.entity_id, []).append(worker)
    return found


def _shop_people(scene: Scene, units: set[int]) -> list[list[Worker]]:
    """Members who work in shops that are no unit of an organisation, by grid."""
    by_grid: list[list[Worker]] = [[], [], []]
    shops = {
        scene.ids[n]: firm.grid
        for n, firm in enumerate(scene.town.firms)
        if firm.is_shop and firm.left is None and n not in units
    }
    rows = Worker.objects.filter(entity_id__in=list(shops), standing=Worker.Standing.MEMBER, left_on=None)
    for worker in rows.order_by("pk"):
        by_grid[shops[worker.entity_id]].append(worker)
    return by_grid


def _from_worker(worker: Worker) -> Hand:
    phone = ""
    if worker.phone_sealed:
        phone = open_sealed(worker.phone_sealed, table="coverage_worker", column="phone_sealed", row=worker.pk)
    is_full = worker.standing == Worker.Standing.MEMBER
    relation = Relation.FLOATING if worker.is_affiliated_elsewhere else Relation.HERE
    home = "外省市某支部（示例）" if worker.is_affiliated_elsewhere else ""
    return Hand(worker.name, phone, Standing.FULL if is_full else Standing.PROBATIONARY, relation, home, worker.pk)


def _street_block(scene: Scene, grid: int, shops: list[list[Worker]], chance: random.Random) -> list[Hand]:
    """Those who sign in, people of the shops, and two seconded from departments."""
    hands = []
    for username, where, unit in SIGNING_IN:
        user = scene.users[username]
        if where == grid:
            relation = Relation.SECONDED if unit else Relation.HERE
            hands.append(Hand(user.display_name, relation=relation, home_unit=unit, user=user.pk))
    hands += [_from_worker(worker) for worker in shops[grid][:11]]
    for unit in SECONDED_FROM[:2]:
        hands.append(Hand(words.person(chance), relation=Relation.SECONDED, home_unit=unit))
    return hands


def _of(body: Body, at_work: dict[uuid.UUID, list[Worker]], scene: Scene, chance: random.Random) -> list[Hand]:
    """The workers of its units who are members, and so many others that there are at least three full ones."""
    hands = [_from_worker(worker) for n in body.units for worker in at_work.get(scene.ids[n], [])][:20]
    full = sum(hand.standing == Standing.FULL for hand in hands)
    more = max(3 - full, 0) + (chance.randrange(0, 4) if full < 6 else 0)
    for _ in range(more):
        elsewhere = chance.random() < 0.4
        home = "外省市某支部（示例）" if elsewhere else ""
        relation = Relation.FLOATING if elsewhere else Relation.HERE
        hands.append(Hand(words.person(chance), _phone(scene, chance), relation=relation, home_unit=home))
    return hands


def _phone(scene: Scene, chance: random.Random) -> str:
    return scene.town.phones.take() if len(scene.town.phones) and chance.random() < 0.6 else ""


def _row(hand: Hand, organisation: uuid.UUID, body: Body, scene: Scene, pk: uuid.UUID, chance: random.Random) -> Member:
    since = begun(body, scene)
    if hand.user is None and body.founded and chance.random() < 0.5:
        last = body.dissolved or scene.days.today
        since += dt.timedelta(days=chance.randrange(0, max((last - since).days - 30, 1)))
        since = body.founded if hand.standing == Standing.FULL and chance.random() < 0.5 else since
    phone = seal_phone(hand.phone, table=TABLE, column="phone_sealed", row=pk)
    return Member(
        id=pk, street=scene.street, organisation_id=organisation, standing=hand.standing, relation=hand.relation,
        name_sealed=seal(hand.name, table=TABLE, column="name_sealed", row=pk), name_mask=hand.name[0] + "**",
        phone_sealed=phone.sealed, phone_index=phone.index, phone_mask=phone.mask, worker_id=hand.worker,
        user_id=hand.user, home_unit=hand.home_unit, valid=DateRange(since, body.dissolved), source="staff",
        left_reason="党组织撤销" if body.dissolved else "",
    )  # fmt: skip
