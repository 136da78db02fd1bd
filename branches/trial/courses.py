"""Courses of the trial street: the catalogue, a year of sessions, who went, who waits in line, certificates."""

from __future__ import annotations

import datetime as dt
import random

from branches.models import Certificate, Course, Enrolment, Lecturer, Member, Training, TrainingBase
from branches.models.training import CERTIFICATES, Level
from branches.people import catalogue
from branches.texts import numbers
from coverage.matching import pinyin
from coverage.trial.days import Ids
from coverage.trial.load import Scene
from coverage.trial.words import person
from shimen.privacy import sealing
from shimen.privacy.masks import mask_name

# Title, level, subject, for whom, hours, whether a certificate is given.
COURSES: tuple[tuple[str, str, str, str, int, bool], ...] = (
    ("新任书记第一课", "district", "party", "新任支部书记", 4, True),
    ("支委会怎么开", "street", "party", "支委", 2, False),
    ("发展党员五个阶段", "district", "party", "组织委员", 4, True),
    ("党费收缴和使用", "street", "party", "纪检委员、组织委员", 2, False),
    ("主题党日策划", "street", "party", "宣传委员", 2, False),
    ("流动党员管理", "district", "party", "支部书记", 2, False),
    ("党的创新理论进楼宇", "city", "theory", "全体党员", 3, True),
    ("红色地标行走", "city", "theory", "全体党员", 3, False),
    ("微党课怎么讲", "district", "theory", "支部书记、党员", 3, True),
    ("上门走访怎么问", "street", "governance", "走访队员", 2, False),
    ("街区议事怎么议", "street", "governance", "街委会、楼务会成员", 3, False),
    ("错峰停车案例研讨", "district", "governance", "支部书记", 2, False),
    ("物业矛盾调处", "district", "governance", "支部书记、楼务会成员", 3, True),
    ("小店劳动用工", "street", "law", "小店主", 2, False),
    ("平台从业者权益", "city", "law", "骑手、主播", 2, False),
    ("食品安全责任", "district", "law", "餐饮店主", 2, True),
    ("小店财税一小时", "street", "trade", "小店主", 1, False),
    ("直播带货入门", "district", "trade", "小店主、主播", 3, False),
    ("心肺复苏实操", "city", "safety", "全体党员、骑手", 4, True),
    ("店铺消防怎么查", "street", "safety", "小店主", 2, False),
)
BASES: tuple[tuple[str, str, str, int, str], ...] = (
    ("望桥路街区治理实训基地（示例）", "district", "望桥路41号", 40, "看错峰停车、门前共治怎么谈成"),
    ("清波路楼宇党建实训基地（示例）", "city", "清波路120弄7号", 60, "看楼务会怎么议、党员责任区怎么包"),
    ("云台路骑手驿站实训基地（示例）", "street", "云台路12弄3号", 25, "看新就业群体怎么联系、怎么服务"),
)
UNITS = ("示例市委党校", "示例区委党校", "示例区司法局", "示例街道党建办", "示例区税务局", "示例急救中心")
SESSIONS, EVERY = 44, 9  # one about every nine days, the last ones ahead


def write(scene: Scene) -> None:
    """The catalogue through models, everything else in bulk."""
    scene.say(f"培训课程 {len(COURSES)} 门，开课 {SESSIONS} 堂")
    courses, lecturers, bases = _catalogue(scene)
    for row in lecturers:
        catalogue.keep_speaker(row)
    sessions = _sessions(scene, courses, lecturers, bases)
    entries = _entries(scene, sessions)
    Training.objects.bulk_create(sessions)
    Enrolment.objects.bulk_create(entries)
    _certificates(scene, entries)


def _catalogue(scene: Scene) -> tuple[list[Course], list[Lecturer], list[TrainingBase]]:
    chance, since = random.Random(f"{scene.seed} lecturers"), scene.days.at(-260)
    course_ids, lecturer_ids, base_ids = (Ids(scene.seed, name) for name in ("course", "lecturer", "training base"))
    courses = [
        Course(
            id=course_ids.at(since), street=scene.street, title=f"{title}（示例）", level=level, subject=subject,
            audience=audience, hours=hours, gives_certificate=certified, pinyin=pinyin.spell(title).pinyin[:240],
            summary=f"示例课程。先讲道理，再讲本街道的例子，最后每人说一件自己要做的事。适合{audience}。",
        )
        for title, level, subject, audience, hours, certified in COURSES
    ]  # fmt: skip
    names: list[str] = []
    while len(names) < 12:
        name = person(chance)
        names += [name] if name not in names else []
    lecturers = [
        Lecturer(
            id=lecturer_ids.at(since), street=scene.street, name=name, unit=UNITS[number % 6],
            level=(Level.CITY, Level.DISTRICT, Level.DISTRICT, Level.STREET)[number % 4],
            topics="、".join(title for title, *_ in COURSES[number::12]), pinyin=pinyin.spell_person(name).pinyin,
        )
        for number, name in enumerate(names)
    ]  # fmt: skip
    bases = [
        TrainingBase(
            id=base_ids.at(since), street=scene.street, name=name, level=level, address=address, holds=holds,
            topics=topics, contact="提前三天约，示例街道党建办", pinyin=pinyin.spell(name).pinyin[:240],
        )
        for name, level, address, holds, topics in BASES
    ]  # fmt: skip
    return (
        Course.objects.bulk_create(courses),
        Lecturer.objects.bulk_create(lecturers),
        TrainingBase.objects.bulk_create(bases),
    )


def _sessions(
    scene: Scene, courses: list[Course], lecturers: list[Lecturer], bases: list[TrainingBase]
) -> list[Training]:
    """The last eight lie ahead of today, the others over the year behind it; one of those ahead was called off."""
    made, rows = Ids(scene.seed, "training"), []
    today = scene.days.number(scene.days.today)
    for number in range(SESSIONS):
        course = courses[number * 7 % len(courses)]
        day = today + 3 + EVERY * (number - (SESSIONS - 8)) + (2 if number % 3 else 0)
        starts = scene.days.at(day, hour=(9, 14, 18)[number % 3], minute=30 if number % 3 else 0)
        base = bases[number % 3] if number % 4 == 0 else None
        is_off = number == SESSIONS - 3
        rows.append(
            Training(
                id=made.at(starts), street=scene.street, course=course, lecturer=lecturers[number % 12], base=base,
                venue="" if base else ("街道二楼会议室（示例）", "望桥路阵地（示例）")[number % 2], starts_at=starts,
                ends_at=starts + dt.timedelta(minutes=45 * course.hours), enrol_until=starts - dt.timedelta(days=1),
                capacity=min(base.holds if base else 30, (12, 20, 30)[number % 3]),
                cancelled_at=scene.at - dt.timedelta(days=1) if is_off else None,
                cancelled_reason="老师出差，另排时间" if is_off else "",
            )
        )  # fmt: skip
    return rows


def _entries(scene: Scene, sessions: list[Training]) -> list[Enrolment]:
    """Members of the street's branches, first come first served; three of the sessions ahead are full, with a line."""
    chance = random.Random(f"{scene.seed} enrolments")
    members = list(
        Member.objects.filter(street=scene.street).on(scene.days.today).order_by("pk")
        .values_list("pk", "organisation_id", "valid")
    )  # fmt: skip
    made, rows, office = Ids(scene.seed, "enrolment"), [], scene.users["zhaojiayi"]
    for number, training in enumerate(sessions):
        is_ahead = training.starts_at > scene.at
        wanted = training.capacity + 4 if is_ahead and number % 2 == 0 else chance.randint(4, training.capacity)
        first = min(training.enrol_until, scene.at) - dt.timedelta(days=8)
        there = [each for each in members if each[2].lower <= first.date()]
        for place, (member, organisation, _) in enumerate(chance.sample(there, min(wanted, len(there)))):
            queued = first + dt.timedelta(hours=2 * place)
            has_place = place < training.capacity
            came = None if is_ahead or not has_place or training.cancelled_at else chance.random() < 0.9
            rows.append(
                Enrolment(
                    id=made.at(queued), street=scene.street, training=training, member_id=member,
                    organisation_id=organisation, queued_at=queued, enrolled_by=office, attended=came,
                    state=Enrolment.State.ENROLLED if has_place else Enrolment.State.WAITING,
                )
            )  # fmt: skip
            training.taken += has_place
    return rows


def _certificates(scene: Scene, entries: list[Enrolment]) -> None:
    """For those who came to a course that gives them; one was declared void."""
    chance, made, rows = random.Random(f"{scene.seed} certificates"), Ids(scene.seed, "certificate"), []
    held = [entry for entry in entries if entry.attended and entry.training.course.gives_certificate]
    people = Member.objects.in_bulk([entry.member_id for entry in held])
    for number, entry in enumerate(held):
        day = entry.training.ends_at + dt.timedelta(days=1)
        if day > scene.at:
            continue
        signs = "".join(chance.choice(numbers.ALPHABET) for _ in range(numbers.RANDOM_SIGNS))
        row = Certificate(
            id=made.at(day), street=scene.street, enrolment=entry, number=numbers.number(day.year, signs),
            issued_on=day.date(), issued_by=scene.users["zhouwuwu"], revoked_at=scene.at if number == 3 else None,
            revoked_reason="名字写错，另发一张" if number == 3 else "",
        )  # fmt: skip
        name = people[entry.member_id].name()
        row.name_sealed = sealing.seal(name, table=CERTIFICATES, column="name_sealed", row=row.pk)
        row.name_mask = mask_name(name)[:30]
        rows.append(row)
    Certificate.objects.bulk_create(rows)
