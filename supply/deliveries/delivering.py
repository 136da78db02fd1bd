"""The verbs on direct deliveries. Which leads where and who may do it stands in `supply.rules.delivery_flow`."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role, User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.addresses import spaced
from supply.models import Delivery, DeliveryMoment, Need, Project, Recipient, Resource, Serving, SupplyRule
from supply.rules.delivery_flow import MOVES, WORDS, Side, State, Verb, target
from supply.serving import speaking

GIVERS = (Role.STAFF, Role.STATION_MASTER)
LARGEST_YEAR = 9999


class DeliveryError(DomainError):
    """A delivery cannot be asked for or moved as asked."""


def sides_of(user: User, delivery: Delivery, on: dt.date) -> set[Side]:
    """On which sides of the door a person stands: giving by an office over the organisation's area, taking by speaking for
    it. The office takes nothing: it does not rate what it brought."""
    scope, recipient = scope_of(user), delivery.recipient
    found = set()
    if any(scope.covers(delivery.street_id, recipient.area_id, role=role) for role in GIVERS):
        found.add(Side.GIVING)
    if speaking.named(user, on).filter(pk=recipient.pk).exists():
        found.add(Side.TAKING)
    return found


@transaction.atomic
def request(
    *, recipient: Recipient, title: str, category: str, wanted_on: dt.date, words: str = "", heads: int | None = None,
    address: str = "", source: Resource | Project | None = None, need: Need | None = None, actor: User, at: dt.datetime,
) -> Delivery:  # fmt: skip
    """An organisation asks for something at its door. Raises `DeliveryError` (not for this person, a day that is too near or
    too far, no address, what does not come to the door)."""
    today = clock.day_of(at)
    speaking.check(actor, recipient, today, error=DeliveryError)
    _check_day(recipient, wanted_on, at)
    if source is not None and not source.is_door:
        raise DeliveryError(f"“{source.title}”不上门；在每周菜单里报名，或另选一项。", field="source")
    door = " ".join(address.split()) or (spaced(recipient.place.address) if recipient.place else "")
    if not door:
        raise DeliveryError("写明送到哪里。", field="address")
    text = " ".join(title.split()) or (source.title if source else "")
    if len(text) < 2:
        raise DeliveryError("写一句要什么。", field="title")
    row = Delivery(
        street_id=recipient.street_id, recipient=recipient, title=text[:60], words=" ".join(words.split())[:300],
        category=source.category if source else category, need=need, heads=heads, address=door[:100], wanted_on=wanted_on,
        resource=source if isinstance(source, Resource) else None, project=source if isinstance(source, Project) else None,
        provider=source.provider if source else "", code=f"{secrets.randbelow(10_000):04d}", requested_by=actor,
        requested_at=at, year=today.year,
    )  # fmt: skip
    row.serial = _next_serial(row)
    with as_sentences(DeliveryError):
        row.save(force_insert=True)
    _tell(row, "提出申请", row.words, actor, at)
    after = {"title": row.title, "recipient": str(recipient), "wanted_on": wanted_on.isoformat()}
    record(verb="delivery.request", target=row, actor=actor, at=at, after=after)
    return row


def _next_serial(row: Delivery) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"delivery:{row.street_id}:{row.year}"])
    rows = Delivery.objects.filter(street_id=row.street_id, year=row.year)
    return int(rows.aggregate(n=Max("serial"))["n"] or 0) + 1


def _check_day(recipient: Recipient, day: dt.date, at: dt.datetime, *, field: str = "wanted_on") -> None:
    today = clock.day_of(at)
    rules = SupplyRule.objects.book(street=recipient.street_id, on=today)
    first = today + dt.timedelta(days=rules["delivery_lead_days"])
    last = today + dt.timedelta(days=rules["delivery_ahead_days"])
    if not first <= day <= last:
        raise DeliveryError(f"日子要在 {first:%m-%d} 和 {last:%m-%d} 之间。", field=field)


# ---- one verb each


def _hold(delivery: Delivery, verb: Verb, actor: User, at: dt.datetime, seen: int | None) -> Delivery:
    """The delivery, locked, fit for the verb, its state already the one after it. Raises `DeliveryError`."""
    row = Delivery.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=delivery.pk)
    if seen is not None and seen != row.revision:
        raise DeliveryError(f"这一单刚刚有变动，现在是“{row.get_state_display()}”。看过再办。")
    if MOVES[verb].sides.isdisjoint(sides_of(actor, row, clock.day_of(at))):
        who = "申请的党组织" if MOVES[verb].sides == {Side.TAKING} else "街道和站长"
        raise DeliveryError(f"{WORDS[verb]}由{who}来办。")
    try:
        row.state = target(verb, State(row.state)).value
    except ValueError as wrong:
        raise DeliveryError(str(wrong)) from wrong
    row.revision += 1
    return row


def _done(row: Delivery, verb: Verb, sentence: str, words: str, actor: User, at: dt.datetime, **after: Any) -> Delivery:
    with as_sentences(DeliveryError):
        row.save()
    _tell(row, sentence, words, actor, at)
    record(
        verb=f"delivery.{verb.value}", target=row, actor=actor, at=at, after={"state": row.state, **after}, reason=words
    )
    return row


def _tell(row: Delivery, sentence: str, words: str, actor: User, at: dt.datetime) -> None:
    DeliveryMoment.objects.create(
        street_id=row.street_id, delivery=row, at=at, by=actor, sentence=sentence, words=words[:300]
    )


@transaction.atomic
def accept(
    *, delivery: Delivery, planned_on: dt.date, planned_time: dt.time | None = None, provider: str = "",
    seen: int | None = None, actor: User, at: dt.datetime,
) -> Delivery:  # fmt: skip
    """Somebody brings it on a day. Raises `DeliveryError`."""
    row = _hold(delivery, Verb.ACCEPT, actor, at, seen)
    return _plan(row, Verb.ACCEPT, planned_on, planned_time, provider, actor, at)


@transaction.atomic
def plan(
    *, delivery: Delivery, planned_on: dt.date, planned_time: dt.time | None = None, provider: str = "",
    seen: int | None = None, actor: User, at: dt.datetime,
) -> Delivery:  # fmt: skip
    """Another day. Raises `DeliveryError`."""
    row = _hold(delivery, Verb.PLAN, actor, at, seen)
    return _plan(row, Verb.PLAN, planned_on, planned_time, provider, actor, at)


def _plan(
    row: Delivery, verb: Verb, day: dt.date, time: dt.time | None, provider: str, actor: User, at: dt.datetime
) -> Delivery:
    if day < clock.day_of(at):
        raise DeliveryError("日子不能早于今天。", field="planned_on")
    row.planned_on, row.planned_time = day, time
    row.provider = " ".join(provider.split())[:60] or row.provider
    if not row.provider:
        raise DeliveryError("写明谁来送。", field="provider")
    hour = f" {time:%H:%M}" if time else ""
    words = "接单" if verb == Verb.ACCEPT else "改到另一天"
    sentence = f"{words}，{day:%m-%d}{hour}，{row.provider}"
    return _done(row, verb, sentence, "", actor, at, planned_on=day.isoformat())


@transaction.atomic
def refuse(*, delivery: Delivery, reason: str, seen: int | None = None, actor: User, at: dt.datetime) -> Delivery:
    """It cannot be brought, and why. Raises `DeliveryError`."""
    row = _hold(delivery, Verb.REFUSE, actor, at, seen)
    return _done(row, Verb.REFUSE, "没接", _reason(reason), actor, at)


@transaction.atomic
def dispatch(*, delivery: Delivery, seen: int | None = None, actor: User, at: dt.datetime) -> Delivery:
    """It is on its way. Raises `DeliveryError`."""
    row = _hold(delivery, Verb.DISPATCH, actor, at, seen)
    return _done(row, Verb.DISPATCH, "出发", "", actor, at)


@transaction.atomic
def bring_back(
    *, delivery: Delivery, planned_on: dt.date, reason: str, seen: int | None = None, actor: User, at: dt.datetime
) -> Delivery:
    """It could not be handed over and goes out again on another day. Raises `DeliveryError`."""
    row = _hold(delivery, Verb.BACK, actor, at, seen)
    if planned_on < clock.day_of(at):
        raise DeliveryError("日子不能早于今天。", field="planned_on")
    row.planned_on = planned_on
    return _done(row, Verb.BACK, f"没送成，改到 {planned_on:%m-%d}", _reason(reason), actor, at)


@transaction.atomic
def deliver(
    *, delivery: Delivery, code: str = "", note: str = "", seen: int | None = None, actor: User, at: dt.datetime
) -> Delivery:
    """It has been handed over: the receiver said the code, or a note tells what was brought and to whom. No photograph.
    Raises `DeliveryError` (neither, a wrong code; a wrong code is counted by `try_code`, which views call)."""
    row = _hold(delivery, Verb.DELIVER, actor, at, seen)
    typed, said = code.strip(), " ".join(note.split())[:200]
    if typed:
        if not secrets.compare_digest(typed.encode(), row.code.encode()):
            raise DeliveryError("送达码不对。请对方在申请页上再看一遍，或者写一句说明。", field="code")
        row.proof = Delivery.Proof.CODE
    elif len(said) >= 4:
        row.proof = Delivery.Proof.NOTE
    else:
        raise DeliveryError("填送达码，或者写一句送到了什么、交给谁（至少 4 个字）。", field="note")
    row.proof_note, row.delivered_at = said, at
    _done(row, Verb.DELIVER, "送达", said, actor, at, proof=row.proof)
    Serving.objects.create(
        street_id=row.street_id, recipient=row.recipient, on=clock.day_of(at), via=Serving.Via.DOOR, title=row.title,
        category=row.category, is_led=row.project is not None and bool(row.project.series and row.project.series.is_led),
        delivery=row,
    )  # fmt: skip
    return row


@transaction.atomic
def try_code(*, delivery: Delivery, code: str, at: dt.datetime) -> None:
    """Count a wrong code before `deliver` is asked, so that four digits cannot be tried out. Raises `DeliveryError` when
    there were too many; a note still serves."""
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    rules = SupplyRule.objects.book(street=row.street_id, on=clock.day_of(at))
    if row.tries >= rules["delivery_code_tries"]:
        raise DeliveryError("送达码错了太多次，不能再试；写一句说明。", field="code")
    if not secrets.compare_digest(code.strip().encode(), row.code.encode()):
        row.tries += 1
        row.save(update_fields=["tries"])


@transaction.atomic
def rate(
    *, delivery: Delivery, rating: str, words: str = "", seen: int | None = None, actor: User, at: dt.datetime
) -> Delivery:
    """The organisation says how it was; it is the service that is rated, not a person. Raises `DeliveryError`."""
    row = _hold(delivery, Verb.RATE, actor, at, seen)
    if rating not in {Delivery.Rating.GOOD, Delivery.Rating.FAIR, Delivery.Rating.BAD}:
        raise DeliveryError("选满意、基本满意或不满意。", field="rating")
    row.rating, row.rating_words = rating, " ".join(words.split())[:200]
    return _done(row, Verb.RATE, f"评价：{row.get_rating_display()}", row.rating_words, actor, at)


@transaction.atomic
def cancel(*, delivery: Delivery, reason: str, seen: int | None = None, actor: User, at: dt.datetime) -> Delivery:
    """Not wanted any more. Raises `DeliveryError`."""
    row = _hold(delivery, Verb.CANCEL, actor, at, seen)
    return _done(row, Verb.CANCEL, "取消", _reason(reason), actor, at)


def _reason(reason: str) -> str:
    text = " ".join(reason.split())
    if len(text) < 4:
        raise DeliveryError("写明原因，至少 4 个字。", field="reason")
    return text[:200]
