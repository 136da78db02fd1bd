"""The trial street's meal points: twelve, nine in restaurants and three at service stations; what was reported of them."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange

from coverage.collection.numbers import ALPHABET, TOKEN_LENGTH
from coverage.models import Entity
from coverage.trial.days import Ids
from coverage.trial.load import Scene
from shimen.territory.models import Place
from supply.models import MealHours, MealPause, MealPoint, MealReport, Venue

IN_SHOPS, AT_STATIONS = 9, 3
OFFERS = ("两荤两素一汤", "大碗面加一个蛋", "馄饨、葱油饼", "热粥、包子、豆浆", "盖浇饭随便加饭", "小份菜自选")
TERMS = ("出示接单页面", "出示工牌或志愿者查询码", "说一声就行，不用证件")
WEEK = ((0, 5, 11, 13), (0, 7, 10, 14), (0, 6, 17, 19), (0, 7, 6, 9))
SAID = (
    ("shut", "11 点半到的，门关着", "店主家里有事，已登记停供，下次会先挂出来"),
    ("sold_out", "12 点 40 就没有了", "跟店里说了，每天多备二十份"),
    ("refused", "说不是平台的不给", "已讲清楚，快递员也算，店员改了"),
    ("shut", "下午去没开", ""),
)


def restaurants(scene: Scene, count: int) -> list[Entity]:
    """Street shops that cook, spread over the grids; the same for every load."""
    rows = Entity.objects.filter(street=scene.street, industry="H", place__kind="shopfront", area__isnull=False)
    by_grid = {grid.pk: list(rows.operating().filter(area=grid).order_by("code")[:count]) for grid in scene.grids}
    turns = [shops[turn] for turn in range(count) for shops in by_grid.values() if turn < len(shops)]
    return turns[:count]


def write(scene: Scene) -> None:
    """Points, hours, a pause that is on and one to come, reports."""
    scene.say(f"暖新餐点 {IN_SHOPS + AT_STATIONS} 处")
    chance = random.Random(f"{scene.seed} meals")
    stations = list(Place.objects.filter(street=scene.street, is_start=True).order_by("address_key")[:AT_STATIONS])
    spots: list[tuple[Entity | None, Place]] = [
        (shop, shop.place) for shop in restaurants(scene, IN_SHOPS) if shop.place is not None
    ]
    spots += [(None, place) for place in stations]
    venues = {row.place_id: row for row in Venue.objects.filter(street=scene.street, place__in=stations)}
    made, points = Ids(scene.seed, "meal point"), []
    for number, (shop, place) in enumerate(spots):
        since = scene.days.at(-220 + 18 * number, hour=10)
        name = f"{shop}暖新餐点" if shop else f"{place}小哥热饭角"
        points.append(
            MealPoint(
                id=made.at(since), street=scene.street, name=name[:40], place=place, entity=shop,
                venue=None if shop else venues.get(place.pk),
                eaters=["anyone"] if number % 5 == 4 else ["rider", "courier", *(["cleaner", "elderly"] if number % 2 else [])],
                terms=TERMS[number % 3], offer=OFFERS[number % 6], price=Decimal(0 if shop is None else 8 + number % 4 * 2),
                price_note="" if shop else "党建经费出", is_open_on_holidays=number % 4 == 0,
                valid=DateRange(since.date(), None), token="".join(chance.choice(ALPHABET) for _ in range(TOKEN_LENGTH)),
                made_at=since, made_by=scene.users["zhouwuwu"],
            )
        )  # fmt: skip
    MealPoint.objects.bulk_create(points)
    MealHours.objects.bulk_create(
        MealHours(point=point, weekday=day, opens=dt.time(opens), closes=dt.time(closes))
        for number, point in enumerate(points)
        for first, after, opens, closes in (WEEK[number % 4], *(((0, 5, 17, 18),) if number % 4 == 0 else ()))
        for day in range(first, after)
    )
    _pauses(scene, points)
    _reports(scene, points)


def _pauses(scene: Scene, points: list[MealPoint]) -> None:
    today, at = scene.days.today, scene.at - dt.timedelta(days=2)
    made = Ids(scene.seed, "meal pause")
    for point, first, days, reason in ((points[4], -1, 5, "后厨换灶"), (points[6], 9, 3, "店主回老家")):
        since = today + dt.timedelta(days=first)
        MealPause.objects.create(
            id=made.at(at), street=scene.street, point=point, reason=reason, made_at=at, made_by=scene.users["zhouwuwu"],
            period=DateRange(since, since + dt.timedelta(days=days)),
        )  # fmt: skip


def _reports(scene: Scene, points: list[MealPoint]) -> None:
    made, rows = Ids(scene.seed, "meal report"), []
    last = scene.days.number(scene.days.today) - 1
    for number in range(9):
        kind, words, answer = SAID[number % len(SAID)]
        at = scene.days.at(last - 1 - 9 * number, hour=12, minute=10 + number)
        done = at + dt.timedelta(days=1, hours=4) if answer else None
        if number == 7:
            answer, done = "当天停电，已经恢复", at + dt.timedelta(days=2)
        rows.append(
            MealReport(
                id=made.at(at), street=scene.street, point=points[(5 * number) % len(points)], kind=kind, words=words,
                reported_at=at, answer=answer, answered_at=min(done, scene.at) if done else None,
                answered_by=scene.users["zhouwuwu"] if done else None,
            )
        )  # fmt: skip
    MealReport.objects.bulk_create(rows)
