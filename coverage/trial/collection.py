"""The trial's codes: a notice, sheets at some doors of one road, two buildings' posters, and what came in through them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, QuerySet

from coverage.collection import codes, submissions
from coverage.models import CollectionCode, CollectionForm, Entity, Submission, Worker
from coverage.registry.entities import open_phone
from coverage.trial.days import Days, Ids
from coverage.trial.words import PHONE_HEAD
from shimen.accounts.models import User
from shimen.privacy import sealing
from shimen.territory.models import Place, Street

CONTACT = "示例街道党建办 021-0000-0000"
ROAD = "望桥路"
DOORS = 20
# Who wrote what: sign of the shop or "", name, post, whether a party member, hours ago. Numbers as all of the trial's.
AT_SHOPS = (
    ("孙丁二", "clerk", "member", 50),
    ("李戊三", "owner", "", 44),
    ("钱己四", "rider", "member", 27),
    ("吴庚五", "clerk", "declined", 20),
    ("郑辛六", "other", "other", 3),
)
# Who work without premises and wrote themselves in at the posters: number of the poster, name, post, party member, hours ago.
WITHOUT_PREMISES = (
    (0, "冯癸八", "rider", "member", 46),
    (0, "陈子九", "streamer", "", 39),
    (1, "褚丑十", "streamer", "member", 31),
    (1, "卫寅一", "rider", "declined", 22),
    (1, "蒋卯二", "driver", "", 9),
)


def write(street: Street, users: dict[str, User], *, seed: int, days: Days, at: dt.datetime) -> None:
    """Everything, through the verbs that people use."""
    office, secretary = users["qianyier"], users["zhaojiayi"]
    values = codes.first_draft(street) | {"contact": CONTACT}
    version = codes.publish_form(street=street, values=values, actor=office, at=days.at(-7))
    doors = list(_doors(street)[:DOORS])
    houses = list(_houses(street)[:2])
    printed = at - dt.timedelta(days=6)
    codes.print_codes(street=street, entities=doors, chosen=f"{ROAD}，沿街商铺", actor=secretary, at=printed)
    codes.print_codes(street=street, places=houses, chosen="楼宇海报", actor=office, at=printed)
    at_shops = CollectionCode.objects.filter(entity__in=doors).select_related("entity").order_by("entity__address_key")
    ids, numbers = Ids(seed, "submission"), _free_numbers(street)
    for code, (name, post, standing, hours) in zip(at_shops, AT_SHOPS, strict=False):
        said = submissions.Said(name=name, phone=next(numbers), post=post, standing=standing)
        _come_in(code, version, code.entity, said, ids, at - dt.timedelta(hours=hours))
    _known_person(at_shops[len(AT_SHOPS)], version, ids, at - dt.timedelta(hours=2))
    for number, house in enumerate(CollectionCode.objects.filter(place__in=houses).order_by("place__address_key")):
        there = Entity.objects.listed().filter(place__building=house.place).order_by("pinyin", "pk")[number]
        said = submissions.Said(name="王壬七", phone=next(numbers), post="clerk", shop=there.name[:6])
        _come_in(house, version, None, said, ids, at - dt.timedelta(hours=30 + number))
    posters = list(CollectionCode.objects.filter(place__in=houses).order_by("place__address_key"))
    for number, name, post, standing, hours in WITHOUT_PREMISES:
        said = submissions.Said(name=name, phone=next(numbers), post=post, standing=standing)
        _come_in(posters[number], version, None, said, ids, at - dt.timedelta(hours=hours, minutes=number))
    stray = Submission.objects.get(street=street, post=Submission.Post.OTHER)
    submissions.refuse(submission=stray, reason=Submission.Reason.NOT_HERE, actor=office, at=at - dt.timedelta(hours=1))


def _free_numbers(street: Street) -> Iterator[str]:
    """Numbers that nobody has and that nobody else of the street was given."""
    for number in range(9101, 10_000):
        phone = f"{PHONE_HEAD}{number}"
        if not Worker.objects.filter(street=street, phone_index=sealing.phone_index(phone)).exists():
            yield phone


def _doors(street: Street) -> QuerySet[Entity]:
    """Shops of the road on which the trial's secretary walks."""
    shops = Entity.objects.street_shops().filter(street=street, place__road=ROAD).select_related("street", "area")
    return shops.order_by("address_key", "pk")


def _houses(street: Street) -> QuerySet[Place]:
    buildings = Place.objects.filter(street=street, kind=Place.Kind.BUILDING).select_related("street", "area")
    return buildings.annotate(n=Count("rooms__entities")).filter(n__gte=3).order_by("-n", "pk")


def _come_in(
    code: CollectionCode,
    version: CollectionForm,
    entity: Entity | None,
    said: submissions.Said,
    ids: Ids,
    at: dt.datetime,
) -> None:
    submissions.submit(id=ids.at(at), code=code, form=version, entity=entity, said=said, at=at)


def _known_person(code: CollectionCode, version: CollectionForm, ids: Ids, at: dt.datetime) -> None:
    """Somebody whom the registry knows already writes again: the reviewer sees the same name and number."""
    workers = code.entity.workers if code.entity else None
    known = workers.filter(left_on__isnull=True, phone_sealed__isnull=False).order_by("pk").first() if workers else None
    if known is not None:
        said = submissions.Said(name=known.name, phone=open_phone(known), post="owner", standing="member")
        _come_in(code, version, code.entity, said, ids, at)
