"""The verbs on group service (组团服务): what is offered at a place and day, and how many people it helped."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from branches.models import Activity, Organisation, ServiceOffer
from branches.rules.meetings import Kind
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError

MOST_OFFERS = 40
MOST_PEOPLE = 100_000


class ServiceError(DomainError):
    """An offer or its count cannot be written so."""


@transaction.atomic
def offer(
    *, activity: Activity, title: str, organisation: Organisation, actor: User | None, at: dt.datetime
) -> ServiceOffer:
    """Add what one of the hosts offers."""
    activity = _service(activity)
    title = " ".join(title.split())[:60]
    if not title:
        raise ServiceError("写明提供什么，例如“义诊”“磨刀”。", field="title")
    if not activity.hosts.filter(organisation=organisation).exists():
        raise ServiceError(f"“{organisation}”不在主办的党组织里。", field="organisation")
    if activity.offers.count() >= MOST_OFFERS:
        raise ServiceError(f"一场最多 {MOST_OFFERS} 项。", field="title")
    try:
        with transaction.atomic():
            row = ServiceOffer.objects.create(
                street_id=activity.street_id, activity=activity, title=title, organisation=organisation
            )
    except IntegrityError as error:
        if "offer_once_per_service" not in str(error):
            raise
        raise ServiceError("这一项已经在名单里。", field="title") from error
    record(verb="life.offer", target=activity, actor=actor, at=at, after={"title": title, "by": str(organisation)})
    return row


@transaction.atomic
def withdraw(*, offer: ServiceOffer, actor: User, at: dt.datetime) -> None:
    """Take an offer off the list while nobody was counted for it."""
    activity = _service(offer.activity)
    if offer.people is not None:
        raise ServiceError(f"“{offer}”已经记了人次，不能再移出。")
    record(verb="life.withdraw_offer", target=activity, actor=actor, at=at, before={"title": offer.title})
    offer.delete()


@transaction.atomic
def count(*, offer: ServiceOffer, people: int, actor: User | None, at: dt.datetime) -> ServiceOffer:
    """How many people an offer helped: a number, afterwards; nobody is named."""
    offer = ServiceOffer.objects.select_for_update(of=("self",)).select_related("activity").get(pk=offer.pk)
    if offer.activity.state == Activity.State.CANCELLED:
        raise ServiceError("这场活动已经取消，没有人次。")
    if offer.activity.starts_at > at:
        raise ServiceError("活动还没有开始，不能记人次。", field="people")
    if not 0 <= people <= MOST_PEOPLE:
        raise ServiceError(f"人次写 0 到 {MOST_PEOPLE:,} 的数。", field="people")
    before = offer.people
    offer.people = people
    offer.save(update_fields=["people"])
    record(
        verb="life.count", target=offer.activity, actor=actor, at=at, before={"people": before},
        after={"title": offer.title, "people": people},
    )  # fmt: skip
    return offer


def _service(activity: Activity) -> Activity:
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if activity.meeting is not Kind.SERVICE:
        raise ServiceError("只有“组团服务”有服务名单。")
    if activity.state == Activity.State.CANCELLED:
        raise ServiceError("这场活动已经取消，名单不能再改。")
    return activity
