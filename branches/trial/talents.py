"""Who offers to help on the trial street, who asked them, and who teaches whom: 132 with a consent that stands, six who
took theirs back, two who wrote of themselves and wait to be looked at."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator

from django.db.backends.postgresql.psycopg_any import DateRange

from branches.models import (
    HelpField,
    HelpRequest,
    MentorPair,
    MentorSession,
    Organisation,
    Talent,
    TalentConsent,
    TalentNotice,
)
from branches.models.talents import TABLE
from branches.people import leaving, pool
from coverage.models import Entity, Worker
from coverage.registry.entities import open_phone
from coverage.trial.days import Ids
from coverage.trial.load import Scene
from coverage.trial.words import PHONE_HEAD, person
from shimen.privacy import sealing
from shimen.privacy.masks import mask_name
from shimen.privacy.models import Erasure

CONSENTING, LEFT, WAITING = 132, 6, 2
CONTACT = "示例街道党建办 021-0000-0000"
SKILLS = {
    "法律": ("看租约、劳动合同（示例）", "讲消费纠纷怎么调（示例）"),
    "财税": ("小店记账报税（示例）", "讲个体户优惠怎么申请（示例）"),
    "设计": ("海报、招牌设计（示例）", "店面小改造出主意（示例）"),
    "直播": ("教小店开直播（示例）", "带主播探店（示例）"),
    "急救": ("心肺复苏教学（示例）", "活动现场医疗保障（示例）"),
    "维修": ("修水电（示例）", "修老式缝纫机、自行车（示例）"),
    "教育": ("寒暑假带孩子写作业（示例）", "教书法（示例）"),
    "健康": ("量血压、讲用药（示例）", "肩颈保健课（示例）"),
    "调解": ("邻里噪声调解（示例）", "商户和居民说和（示例）"),
    "摄影": ("活动拍照（示例）", "给老人拍证件照（示例）"),
}
ASKS = (
    ("面馆门口的租约要续，帮着看一遍", "看过了，改了两条，双方都签了"),
    ("居民区想给老人拍一次照", "拍了 36 位，洗好送到家"),
    ("新开的花店不会报税", "教了两回，自己会报了"),
    ("周末市集要一张海报", "画好了，贴了四处"),
    ("楼里办一次急救课", "来了 22 人，每人练了一遍"),
    ("裁缝铺的缝纫机坏了", "修好了，换了皮带"),
    ("两家店为了门口堆物吵起来", "坐下来谈了，各让半米"),
    ("小店想试试直播", ""),
)  # fmt: skip
GOALS = (
    "怎么开好支委会，议题怎么排（示例）",
    "怎么把小店主发动起来（示例）",
    "怎么上门，怎么听出诉求（示例）",
    "怎么把联建的单位拢到一起（示例）",
)
NOTES = ("一起排了下个月的议题", "跟着走了三家店，学着记诉求", "讲了发展党员的五个阶段", "看了阵地的排班，改了两处")


def write(scene: Scene) -> None:
    """The pool, what was asked of it, and the pairs."""
    scene.say(f"能人达人 {CONSENTING} 人")
    office = scene.users["zhouwuwu"]
    since = scene.days.at(-220)
    for name in pool.FIRST_FIELDS:
        HelpField.objects.create(
            id=Ids(scene.seed, f"help field {name}").at(since), street=scene.street, name=name,
            sort=pool.FIRST_FIELDS.index(name),
        )  # fmt: skip
    values = pool.first_draft(scene.street) | {"contact": CONTACT}
    notice = TalentNotice.objects.create(
        id=Ids(scene.seed, "talent notice").at(since), street=scene.street, number=1, published_at=since,
        published_by=office, **values,
    )  # fmt: skip
    people = _talents(scene)
    _consents(scene, people, notice)
    _requests(scene, [row for row in people if row.state == Talent.State.STANDING])
    _pairs(scene)


def _workers(scene: Scene) -> Iterator[tuple[Entity, Worker]]:
    """One person with a number of each of many work places, in an order that the seed decides."""
    chance = random.Random(f"{scene.seed} talents")
    entities = list(
        Entity.objects.listed().filter(street=scene.street, area__isnull=False).order_by("pk")
        .only("id", "name", "trade_sign", "kind", "industry", "area_id")
    )  # fmt: skip
    chosen = chance.sample(entities, 2 * (CONSENTING + LEFT + WAITING))
    found: dict[object, Worker] = {}
    rows = Worker.objects.filter(entity__in=[entity.pk for entity in chosen], left_on=None, phone_sealed__isnull=False)
    for worker in rows.order_by("entity_id", "pk").distinct("entity_id"):
        found[worker.entity_id] = worker
    yield from ((entity, found[entity.pk]) for entity in chosen if entity.pk in found)


def _talents(scene: Scene) -> list[Talent]:
    chance = random.Random(f"{scene.seed} talent rows")
    fields = {field.name: field for field in HelpField.objects.filter(street=scene.street)}
    made, links, rows = Ids(scene.seed, "talent"), [], []
    through = Talent.fields.through
    for number, (entity, worker) in zip(range(CONSENTING + LEFT + WAITING), _workers(scene), strict=False):
        day = scene.days.at(-200 + number, hour=10 + number % 7)
        named = chance.sample(sorted(SKILLS), 1 + (number % 3 == 0))
        row = Talent(
            id=made.at(day), street=scene.street, area_id=entity.area_id, group=_group(entity, number), entity=entity,
            worker=worker, skill=chance.choice(SKILLS[named[0]]), times=chance.sample(sorted(Talent.Time.values), 2),
            registered_at=day, registered_by=scene.users["zhouwuwu"],
        )  # fmt: skip
        row.search = " ".join((row.skill, str(entity), *named)).lower()
        _seal(row, worker.name, open_phone(worker))
        if number >= CONSENTING + LEFT:
            _wait(row, number, scene)
        rows.append(row)
        links += [through(talent_id=row.pk, helpfield_id=fields[name].pk) for name in named]
    gone = rows[CONSENTING : CONSENTING + LEFT]
    _leave(scene, gone)
    Talent.objects.bulk_create(rows)
    left = {row.pk for row in gone}
    through.objects.bulk_create(link for link in links if link.talent_id not in left)  # type: ignore[attr-defined]
    return rows


def _group(entity: Entity, number: int) -> str:
    group = Talent.Group
    if entity.kind == Entity.Kind.SOCIAL:
        return group.SOCIAL
    if number % 9 == 0:
        return group.EMPLOYMENT
    if entity.industry == "I":
        return group.ECONOMIC
    return group.MIXED if number % 17 == 0 else group.PRIVATE


def _seal(row: Talent, name: str, phone: str) -> None:
    row.name_sealed = sealing.seal(name, table=TABLE, column="name_sealed", row=row.pk)
    row.name_mask = mask_name(name)[:30]
    row.phone_sealed, row.phone_index, row.phone_mask = sealing.seal_phone(
        phone, table=TABLE, column="phone_sealed", row=row.pk
    )


def _wait(row: Talent, number: int, scene: Scene) -> None:
    """Somebody who wrote of themselves the day before yesterday; a number that nobody else has."""
    row.registered_at, row.registered_by = scene.at - dt.timedelta(days=2, hours=number % 5), None
    row.state, row.way, row.worker, row.entity, row.workplace = (
        Talent.State.WAITING,
        Talent.Way.SELF,
        None,
        None,
        "示例工作室",
    )
    _seal(row, person(random.Random(f"{scene.seed} {number}")), f"{PHONE_HEAD}{8900 + number % 100:04d}")


def _leave(scene: Scene, rows: list[Talent]) -> None:
    """Those who took their consent back: emptied, with the trace that stays."""
    made = Ids(scene.seed, "talent erasure")
    traces = []
    for number, row in enumerate(rows):
        asked = scene.days.at(20 + 9 * number, hour=15)
        trace = Erasure(
            id=made.at(asked), street=scene.street, key=f"talent:{row.pk}", label="能人库里的信息",
            cause=Erasure.Cause.ASKED if number % 2 else Erasure.Cause.WITHDRAWN, what=["姓名", "电话", "专长"], rows=1,
            asked_at=asked, due_on=asked.date() + leaving.ERASE_WITHIN, done_at=asked + dt.timedelta(minutes=2),
            handled_by=scene.users["zhouwuwu"] if number % 2 else None,
        )  # fmt: skip
        row.name_sealed = row.phone_sealed = row.phone_index = row.worker = row.entity = None
        row.name_mask = row.phone_mask = row.skill = row.search = ""
        row.times, row.state, row.emptied_at, row.erasure = [], Talent.State.DELETED, trace.done_at, trace
        traces.append(trace)
    Erasure.objects.bulk_create(traces)


def _consents(scene: Scene, people: list[Talent], notice: TalentNotice) -> None:
    made = Ids(scene.seed, "talent consent")
    TalentConsent.objects.bulk_create(
        TalentConsent(
            id=made.at(row.registered_at), street=scene.street, talent=row, notice=notice,
            given_on=row.registered_at.date(), recorded_at=row.registered_at, recorded_by=row.registered_by,
            withdrawn_at=row.erasure.asked_at if row.erasure else None,
        )
        for row in people
    )  # fmt: skip


def _requests(scene: Scene, people: list[Talent]) -> None:
    """Forty requests over the rounds: most done, some agreed or waiting, a few that could not be helped."""
    chance = random.Random(f"{scene.seed} help")
    first: dict[uuid.UUID, uuid.UUID] = {}
    for link in Talent.fields.through.objects.filter(talent__in=people).order_by("pk"):  # type: ignore[attr-defined]
        first.setdefault(link.talent_id, link.helpfield_id)
    made, rows, states = Ids(scene.seed, "help request"), [], HelpRequest.State
    last = scene.days.number(scene.days.today) - 1
    for number in range(40):
        talent, (words, outcome) = chance.choice(people), ASKS[number % len(ASKS)]
        asked = scene.days.at(max(last - 3 * number, 0), hour=9 + number % 8)
        state = (states.ASKED, states.AGREED)[number % 2] if number < 6 else states.DONE if outcome else states.DECLINED
        is_open = state in HelpRequest.OPEN
        rows.append(
            HelpRequest(
                id=made.at(asked), street=scene.street, talent=talent, field_id=first[talent.pk],
                asker=("示例面馆", "望桥路居民区", "示例花店", "第一街区党支部")[number % 4], words=f"{words}（示例）",
                asked_at=asked, asked_by=scene.users["zhaojiayi"], state=state,
                outcome="" if is_open else outcome or "这阵子忙，介绍了另一位",
                closed_at=None if is_open else min(asked + dt.timedelta(days=4), scene.at),
                closed_by=None if is_open else scene.users["zhaojiayi"],
            )
        )  # fmt: skip
    HelpRequest.objects.bulk_create(rows)


def _pairs(scene: Scene) -> None:
    """Eight pairs, one of them ended; what they met for, and two that are overdue."""
    chance = random.Random(f"{scene.seed} mentors")
    homes = Organisation.objects.filter(street=scene.street, area__isnull=False).standing(scene.days.day(60))
    chosen = list(homes.emerging().order_by("-is_campaign", "pk")[:8])
    pair_ids, session_ids, pairs, sessions = Ids(scene.seed, "pair"), Ids(scene.seed, "pair session"), [], []
    today = scene.days.number(scene.days.today)
    for number, home in enumerate(chosen):
        begun = max(scene.days.day(-60 + 12 * number), home.founded_on or scene.days.day(0))
        start, has_ended = scene.days.number(begun), number == 7
        pair = MentorPair(
            id=pair_ids.at(scene.days.at(start)), street=scene.street, mentor=person(chance), learner=person(chance),
            mentor_unit=("望桥路居民区党总支（示例）", "示例楼宇党委", "云台路居民区党总支（示例）")[number % 3],
            learner_post="新任支部书记" if number % 2 else "支部副书记", organisation=home, goals=GOALS[number % 4],
            valid=DateRange(begun, scene.days.day(today - 20) if has_ended else None),
            end_reason="学满一期，已能独当一面" if has_ended else "",
        )  # fmt: skip
        pairs.append(pair)
        # Two of them have let the last date pass.
        until = today - (45 if number in {2, 5} else 25 if has_ended else 6)
        for turn, day in enumerate(range(start + 10, until, 30)):
            sessions.append(
                MentorSession(
                    id=session_ids.at(scene.days.at(day)), street=scene.street, pair=pair, held_on=scene.days.day(day),
                    note=f"{NOTES[(number + turn) % len(NOTES)]}（示例）", recorded_at=scene.days.at(day, hour=17),
                    recorded_by=scene.users["zhouwuwu"],
                )
            )  # fmt: skip
    MentorPair.objects.bulk_create(pairs)
    MentorSession.objects.bulk_create(sessions)
