"""A year of direct deliveries of the trial street, and a handful that are under way today."""

from __future__ import annotations

import datetime as dt
import random

from coverage.trial.days import Ids
from coverage.trial.load import Scene
from supply.models import Delivery, DeliveryMoment, Project, Recipient, Resource, Serving
from supply.rules.delivery_flow import State
from supply.rules.menu_week import at as instant
from supply.trial.menus import quiet_weeks

MANY = 72
WORDS = ("讲得明白", "来得准时", "下次还想要", "", "")
# Those of today and of the last days: state, days from today on which it is planned.
OPEN = (
    (State.REQUESTED, None), (State.REQUESTED, None), (State.REQUESTED, None), (State.ACCEPTED, 0), (State.ACCEPTED, 1),
    (State.ACCEPTED, 3), (State.DISPATCHED, 0), (State.REFUSED, None), (State.CANCELLED, None),
)  # fmt: skip


def write(scene: Scene) -> None:
    """Delivered ones evenly over the year, then those under way."""
    chance, ids = random.Random(f"{scene.seed} deliveries"), Ids(scene.seed, "deliveries")
    recipients = list(Recipient.objects.filter(street=scene.street).emerging().on(scene.days.today).in_order())
    sources: list[Resource | Project] = [
        *Resource.objects.filter(street=scene.street).offered().filter(is_door=True).in_order(),
        *Project.objects.filter(street=scene.street).running().filter(is_door=True).in_order(),
    ]
    rows = []
    for number in range(MANY):
        day = scene.days.today - dt.timedelta(days=360 - 4 * number)
        place = number * 31 % len(recipients)
        while quiet_weeks(place, len(recipients)):
            place += 1
        rows.append(_row(scene, ids, chance, recipients[place], sources, State.RATED, day))
    for number, (state, ahead) in enumerate(OPEN):
        day = scene.days.today + dt.timedelta(days=ahead if ahead is not None else 5)
        rows.append(_row(scene, ids, chance, recipients[number * 13 % len(recipients)], sources, state, day))
    rows = [row for row in rows if row.recipient.since < row.requested_at.date()]
    serials: dict[int, int] = {}
    for row in rows:
        row.year = row.requested_at.year
        row.serial = serials[row.year] = serials.get(row.year, 0) + 1
    Delivery.objects.bulk_create(rows)
    DeliveryMoment.objects.bulk_create(moment for row in rows for moment in _story(scene, ids, row))
    Serving.objects.bulk_create(_serving(scene, ids, row) for row in rows if row.delivered_at)
    scene.say(f"直通车 {len(rows)} 单")


def _row(
    scene: Scene, ids: Ids, chance: random.Random, recipient: Recipient, sources: list[Resource | Project], state: State,
    day: dt.date,
) -> Delivery:  # fmt: skip
    source = chance.choice(sources)
    is_past, is_open = state == State.RATED, state in {State.ACCEPTED, State.DISPATCHED}
    asked = instant(day, 9) - dt.timedelta(days=chance.randrange(3, 9), minutes=chance.randrange(400))
    asked = min(asked, scene.at - dt.timedelta(hours=2))
    row = Delivery(
        id=ids.at(asked), street=scene.street, recipient=recipient, title=source.title, category=source.category,
        resource=source if isinstance(source, Resource) else None, project=source if isinstance(source, Project) else None,
        words="人不多，希望安排在午休（示例）", heads=chance.randrange(6, 25), address="党组织活动室（示例）", wanted_on=day,
        provider=source.provider, state=state.value, code=f"{chance.randrange(10_000):04d}", requested_by=scene.users["zhouwuwu"],
        requested_at=asked, planned_on=day if is_past or is_open else None,
    )  # fmt: skip
    if is_past:
        row.delivered_at = instant(day, chance.choice((10, 12, 15)))
        row.proof = chance.choice((Delivery.Proof.CODE, Delivery.Proof.CODE, Delivery.Proof.NOTE))
        row.proof_note = "交给值班的同志（示例）" if row.proof == Delivery.Proof.NOTE else ""
        row.rating = chance.choice((Delivery.Rating.GOOD,) * 8 + (Delivery.Rating.FAIR,))
        row.rating_words, row.revision = chance.choice(WORDS), 5
    return row


def _story(scene: Scene, ids: Ids, row: Delivery) -> list[DeliveryMoment]:
    """The lines as the verbs would have written them."""
    told = [(row.requested_at, "提出申请", row.words)]
    accepted = min(row.requested_at + dt.timedelta(hours=5), scene.at)
    if row.planned_on:
        told.append((accepted, f"接单，{row.planned_on:%m-%d}，{row.provider}", ""))
    if row.state == State.DISPATCHED:
        told.append((scene.at, "出发", ""))
    if row.state == State.REFUSED:
        told.append((accepted, "没接", "这一周排满了，下周的菜单里有（示例）"))
    if row.state == State.CANCELLED:
        told.append((accepted, "取消", "自己解决了（示例）"))
    if row.delivered_at:
        told += [
            (row.delivered_at, "送达", row.proof_note),
            (row.delivered_at, f"评价：{row.get_rating_display()}", row.rating_words),
        ]
    return [
        DeliveryMoment(id=ids.at(at), street=scene.street, delivery=row, at=at, by=scene.users["zhouwuwu"], sentence=sentence, words=words)
        for at, sentence, words in told
    ]  # fmt: skip


def _serving(scene: Scene, ids: Ids, row: Delivery) -> Serving:
    return Serving(
        id=ids.at(row.delivered_at or scene.at), street=scene.street, recipient=row.recipient, on=row.planned_on or row.wanted_on,
        via=Serving.Via.DOOR, title=row.title, category=row.category, delivery=row,
    )  # fmt: skip
