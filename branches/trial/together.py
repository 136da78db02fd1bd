"""What several of the trial's organisations do together: joint activities, two projects, three tours of streamers, services."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field
from typing import Any

from branches.models import CheckIn, JointProject, Organisation, ProjectPartner, ProjectStep, ServiceOffer, VisitedShop
from branches.rules.meetings import Kind
from coverage.collection.numbers import ALPHABET
from coverage.models import Entity
from coverage.trial.days import SHANGHAI, Ids
from coverage.trial.load import Scene

JOINT = (
    "联合主题党日：一起扫一条街（示例）",
    "联合学习：小店遇到的合同问题（示例）",
    "共办：楼里楼外联谊（示例）",
    "联合党课：骑手怎么参加组织生活（示例）",
)
PROJECTS = (
    ("望桥路门前停车共治（示例）", "望桥路早晚高峰门前不再乱停，商户和住户都知道错峰时段", (
        ("摸清哪些门前总停车", -70, "数了三个早晨，14 处"), ("和物业谈错峰车位", -30, "谈成 22 个"),
        ("贴出错峰时段，挨家说一遍", -3, ""), ("试一个月后请商户评一评", 30, ""),
    )),
    ("骑手歇脚点联建（示例）", "每个网格有一处骑手能喝水、充电、避雨的地方，有人管", (
        ("每个网格找一处", -50, "三处都定了"), ("谁管钥匙、谁补水写成表", 10, ""), ("听骑手说好不好用", 45, ""),
    )),
)  # fmt: skip
TOURS = (
    ("主播探店：望桥路早市（示例）", -75),
    ("主播探店：西塘路午后（示例）", -26),
    ("主播探店：望桥路小店之夜（示例）", 6),
)
NICKNAMES = ("示例小鱼", "示例阿甲", "示例逛街的丙", "示例豆包", "示例戊戊", "示例路过的己", "示例庚同学", "示例辛辛")
SERVICES = (("三方便民日（示例）", -96), ("楼下服务角（示例）", -33), ("年末便民日（示例）", 12))
OFFERS = ("磨刀修伞（示例）", "量血压（示例）", "法律咨询（示例）", "手机反诈提醒（示例）")


@dataclass(slots=True)
class Together:
    """What is to be written; `activities` are the words for `activities.Held`, in this order: joint, tours, services."""

    projects: list[JointProject] = field(default_factory=list)
    partners: list[list[Organisation]] = field(default_factory=list)
    activities: list[dict[str, Any]] = field(default_factory=list)
    tours: int = 0
    services: int = 0


def plan(scene: Scene, branches: list[Organisation]) -> Together:
    """Leads are the street-block branches; with them go others of their grid."""
    chance = random.Random(f"{scene.seed} together")
    hubs = [row for row in branches if row.kind == Organisation.Kind.STREET_BLOCK and row.is_campaign] or branches[:3]
    found = Together()
    made = Ids(scene.seed, "project")
    for number, (title, goal, _) in enumerate(PROJECTS):
        lead = hubs[number % len(hubs)]
        at = scene.days.at(2 + number)
        found.projects.append(JointProject(
            id=made.at(at), street=scene.street, title=title, goal=goal, lead=lead,
            started_on=scene.days.day(2 + number), made_by=scene.users["zhouwuwu"], made_at=at,
        ))  # fmt: skip
        found.partners.append([lead, *_neighbours(lead, branches, chance, 3)])
    for back in range(330, -15, -15):
        lead = _leading(hubs, branches, back // 15, _at(scene, 9 - back, 14).date())
        found.activities.append(
            _joint(scene, lead, _neighbours(lead, branches, chance, chance.randint(1, 3)), back, found, chance)
        )
    found.activities += [
        _event(scene, Kind.SHOP_VISIT, hubs[n % len(hubs)], title, days) for n, (title, days) in enumerate(TOURS)
    ]
    for number, (title, days) in enumerate(SERVICES):
        lead = hubs[number % len(hubs)]
        others = _neighbours(lead, branches, chance, 2)
        found.activities.append(_event(scene, Kind.SERVICE, lead, title, days) | {"others": [row.pk for row in others]})
    found.activities = [each for each in found.activities if each]
    found.tours, found.services = len(TOURS), len(SERVICES)
    return found


def _leading(hubs: list[Organisation], branches: list[Organisation], n: int, on: dt.date) -> Organisation:
    """A street-block branch by turns; before it was founded, an older branch of the same street."""
    hub = hubs[n % len(hubs)]
    if hub.founded_on and hub.founded_on < on:
        return hub
    older = [row for row in branches if row.founded_on and row.founded_on < on]
    return older[n * 7 % len(older)] if older else hub


def _neighbours(lead: Organisation, branches: list[Organisation], chance: random.Random, n: int) -> list[Organisation]:
    near = [row for row in branches if row.area_id == lead.area_id and row.pk != lead.pk]
    return chance.sample(near, min(n, len(near)))


def _at(scene: Scene, days: int, hour: int) -> dt.datetime:
    day = scene.days.today + dt.timedelta(days=days)
    return dt.datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def _joint(
    scene: Scene, lead: Organisation, others: list[Organisation], back: int, found: Together, chance: random.Random
) -> dict[str, Any]:
    """A joint activity so many days ago (or ahead), where its hosts stood by then; {} where they did not."""
    starts = _at(scene, 9 - back, 14)
    standing = [row for row in others if row.founded_on and row.founded_on < starts.date()]
    if lead.founded_on is None or lead.founded_on >= starts.date() or not standing:
        return {}
    projects = [p.pk for p in found.projects if p.lead_id == lead.pk and p.started_on < starts.date()]
    return {
        "kind": Kind.JOINT, "lead": lead.pk, "starts": starts, "title": chance.choice(JOINT), "location": "党群服务站（示例）",
        "others": [row.pk for row in standing], "state": "held" if starts + dt.timedelta(hours=3) < scene.at else "planned",
        "project": projects[0] if projects and back % 2 else None,
    }  # fmt: skip


def _event(scene: Scene, kind: Kind, lead: Organisation, title: str, days: int) -> dict[str, Any]:
    starts = _at(scene, days, 10)
    if lead.founded_on and lead.founded_on >= starts.date():
        starts = dt.datetime.combine(lead.founded_on + dt.timedelta(days=2), dt.time(10), SHANGHAI)
    state = "held" if starts + dt.timedelta(hours=6) < scene.at else "planned"
    return {
        "kind": kind, "lead": lead.pk, "starts": starts, "title": title, "minutes": 300, "location": "望桥路沿街（示例）", "state": state,
    }  # fmt: skip


def write(scene: Scene, joint: Together, keys: list[uuid.UUID]) -> None:
    """Partners and steps of the projects; shops and check-ins of the tours; offers and counts of the services."""
    tail = joint.tours + joint.services
    tours, services = keys[-tail : -joint.services], keys[-joint.services :]
    _write_shops(scene, tours, joint.activities[-tail : -joint.services])
    _write_offers(scene, services, joint.activities[-joint.services :])


def write_projects(scene: Scene, joint: Together) -> None:
    """Before the activities, which may belong to one."""
    ids, at = Ids(scene.seed, "project parts"), scene.at
    JointProject.objects.bulk_create(joint.projects)
    ProjectPartner.objects.bulk_create(
        ProjectPartner(id=ids.at(at), street=scene.street, project=project, organisation=partner, place=place)
        for project, partners in zip(joint.projects, joint.partners, strict=True)
        for place, partner in enumerate(partners)
    )
    ProjectStep.objects.bulk_create(
        ProjectStep(
            id=ids.at(at), street=scene.street, project=project, title=title, owner=partners[n % len(partners)],
            due_on=_at(scene, days, 9).date(), done_on=_at(scene, days - 1, 9).date() if note else None, note=note,
        )
        for project, partners, (_, _, steps) in zip(joint.projects, joint.partners, PROJECTS, strict=True)
        for n, (title, days, note) in enumerate(steps)
    )  # fmt: skip


def _write_shops(scene: Scene, keys: list[uuid.UUID], events: list[dict[str, Any]]) -> None:
    chance, ids = random.Random(f"{scene.seed} tours"), Ids(scene.seed, "tours")
    found = Entity.objects.street_shops().filter(street=scene.street).order_by("address_key", "pk")
    shops, visits = [], []
    for number, (key, event) in enumerate(zip(keys, events, strict=True)):
        for place, entity in enumerate(found[number * 9 : number * 9 + 6]):
            shop = VisitedShop(
                id=ids.at(scene.at), street=scene.street, activity_id=key, entity=entity, place=place,
                token=_code(chance, 16), short=_code(chance, 6),
            )  # fmt: skip
            shops.append(shop)
            if event["state"] == "held":
                visits += _check_ins(scene, shop, event["starts"], chance, ids)
    VisitedShop.objects.bulk_create(shops)
    CheckIn.objects.bulk_create(visits)


def _code(chance: random.Random, length: int) -> str:
    return "".join(chance.choice(ALPHABET) for _ in range(length))


def _check_ins(scene: Scene, shop: VisitedShop, starts: dt.datetime, chance: random.Random, ids: Ids) -> list[CheckIn]:
    rows = []
    for name in chance.sample(NICKNAMES, chance.randint(2, 6)):
        at = starts + dt.timedelta(minutes=chance.randrange(10, 280))
        rows.append(CheckIn(id=ids.at(at), street=scene.street, shop=shop, nickname=name, nickname_key=name, at=at))
    return rows


def _write_offers(scene: Scene, keys: list[uuid.UUID], events: list[dict[str, Any]]) -> None:
    chance, ids = random.Random(f"{scene.seed} services"), Ids(scene.seed, "services")
    ServiceOffer.objects.bulk_create(
        ServiceOffer(
            id=ids.at(scene.at), street=scene.street, activity_id=key, title=title,
            organisation_id=[event["lead"], *event["others"]][n % (1 + len(event["others"]))],
            people=chance.randint(8, 60) if event["state"] == "held" else None,
        )
        for key, event in zip(keys, events, strict=True)
        for n, title in enumerate(OFFERS)
    )  # fmt: skip
