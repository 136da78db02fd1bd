"""The handbook of the trial street in two versions, and ten methods with cases. Every text says that it is made up."""

from __future__ import annotations

import datetime as dt
import random

from branches.models import HandbookSection, HandbookVersion, Method, MethodCase, Organisation
from branches.people.handbook import TITLE, search_text
from branches.trial.handbook_words import CASES, CHANGED, CHAPTERS, METHODS, MORE
from coverage.trial.days import Ids
from coverage.trial.load import Scene

Part = tuple[int, str, str]  # depth, title, body


def write(scene: Scene) -> None:
    """Version 1 of the spring, version 2 of this month; ten methods."""
    scene.say("应知应会手册两版，工作十法")
    first = [(depth, title, body) for depth, title, body in CHAPTERS]
    second = [
        (depth, CHANGED.get(title, (title, body))[0], CHANGED.get(title, (title, body))[1])
        for depth, title, body in first
    ]
    keys = Ids(scene.seed, "handbook key")
    marks = [keys.at(scene.days.at(-150)) for _ in first]
    dropped = 7  # a section of the first version that the second leaves out
    _version(scene, 1, first, marks, "第一版，照区级手册的目录编的示例", scene.days.at(-150))
    new = [part for place, part in enumerate(second) if place != dropped] + list(MORE)
    marks = [mark for place, mark in enumerate(marks) if place != dropped] + [keys.at(scene.days.at(60)) for _ in MORE]
    _version(scene, 2, new, marks, "加了“新就业群体”一章，改了发展党员和换届两篇（示例）", scene.days.at(60))
    _methods(scene)


def _version(scene: Scene, number: int, parts: list[Part], marks: list, note: str, at: dt.datetime) -> None:
    """Written as a draft, then published: afterwards the database lets nobody change it."""
    office = scene.users["zhouwuwu"]
    version = HandbookVersion.objects.create(
        id=Ids(scene.seed, f"handbook {number}").at(at), street=scene.street, number=number, title=f"{TITLE}（示例）",
        note=note, made_at=at - dt.timedelta(days=9), made_by=office,
    )  # fmt: skip
    made = Ids(scene.seed, f"handbook section {number}")
    HandbookSection.objects.bulk_create(
        HandbookSection(
            id=made.at(at), street=scene.street, version=version, key=mark, place=place, depth=depth, title=title, body=body,
            search=search_text(title, body),
        )
        for place, (mark, (depth, title, body)) in enumerate(zip(marks, parts, strict=True))
    )  # fmt: skip
    version.published_at, version.published_by = at, office
    version.save(update_fields=["published_at", "published_by"])


def _methods(scene: Scene) -> None:
    chance, since = random.Random(f"{scene.seed} methods"), scene.days.at(-100)
    method_ids, case_ids = Ids(scene.seed, "method"), Ids(scene.seed, "method case")
    methods = Method.objects.bulk_create(
        Method(id=method_ids.at(since), street=scene.street, number=number, title=title, body=body, is_sample=True)
        for number, (title, body) in enumerate(METHODS, 1)
    )
    homes = Organisation.objects.filter(street=scene.street, area__isnull=False).standing(scene.days.day(0))
    chosen = list(homes.emerging().order_by("pk")[:20])
    rows = []
    for number in range(24):
        title, body = CASES[number % len(CASES)]
        day = 20 + 3 * number
        rows.append(
            MethodCase(
                id=case_ids.at(scene.days.at(day)), street=scene.street, method=methods[number % 10],
                organisation=chance.choice(chosen), title=f"{title}（示例）", body=f"{body}（示例）",
                happened_on=scene.days.day(day), added_at=scene.days.at(day, hour=18), added_by=scene.users["zhaojiayi"],
            )
        )  # fmt: skip
    MethodCase.objects.bulk_create(rows)
