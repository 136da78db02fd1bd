"""The verbs on venues, their spaces and their equipment."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.db import transaction

from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Area
from supply.models import Booking, Equipment, Space, Venue

SHORTEST_REASON = 4
PICTURE_LIMIT = 1_500_000
# By their first bytes, whatever the file is called.
PICTURES = {b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png"}
_VENUE = ("name", "is_main", "address", "telephone", "about")
_SPACE = ("kind", "name", "floor", "floor_area", "capacity", "takes_bookings", "needs_consent")


class VenueError(DomainError):
    """What stands in the way of a venue, a space or a thing."""


def new_token() -> str:
    return secrets.token_urlsafe(12)


def checked_reason(reason: str) -> str:
    """A reason of at least four characters, in one line. Raises `VenueError`."""
    text = " ".join(reason.split())
    if len(text) < SHORTEST_REASON:
        raise VenueError("写明原因，至少 4 个字。", field="reason")
    return text[:200]


@transaction.atomic
def open_venue(*, area: Area, values: dict[str, Any], opened_on: dt.date, actor: User, at: dt.datetime) -> Venue:
    """A new venue in a grid that has none. `values`: name, is_main, address, telephone, about, place. Raises `VenueError`."""
    if area.kind != Area.Kind.GRID or area.closed_on is not None:
        raise VenueError("阵地按网格设，选一个在用的网格。", field="area")
    row = Venue(street_id=area.street_id, area=area, opened_on=opened_on, token=new_token(), **values)
    with as_sentences(VenueError, field="area"):
        row.save(force_insert=True)
    after = {"name": row.name, "area": str(area), "is_main": row.is_main}
    record(verb="venue.open", target=row, actor=actor, at=at, after=after)
    return row


@transaction.atomic
def correct_venue(*, venue: Venue, values: dict[str, Any], actor: User, at: dt.datetime) -> Venue:
    """Other words about a venue. Raises `VenueError`."""
    row = Venue.objects.select_for_update(of=("self",)).get(pk=venue.pk)
    before, after = _change(row, values, _VENUE, "name")
    if before != after:
        record(verb="venue.correct", target=row, actor=actor, at=at, before=before, after=after)
    return row


def _change(
    row: Venue | Space, values: dict[str, Any], columns: tuple[str, ...], field: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write what is given; what changed, before and after."""
    changed = {key: value for key, value in values.items() if key in columns and getattr(row, key) != value}
    before = {key: getattr(row, key) for key in changed}
    for key, value in values.items():
        setattr(row, key, value)
    with as_sentences(VenueError, field=field):
        row.save(update_fields=list(values) or None)
    return before, changed


@transaction.atomic
def close_venue(*, venue: Venue, on: dt.date, reason: str, actor: User, at: dt.datetime) -> Venue:
    """A venue ends; what is booked there from that day on must be settled first. Raises `VenueError`."""
    row = Venue.objects.select_for_update(of=("self",)).get(pk=venue.pk)
    reason = checked_reason(reason)
    if row.closed_on is not None:
        raise VenueError("这个阵地已经停用。")
    if on > clock.day_of(at):
        raise VenueError("停用日期不能在今天以后。", field="on")
    # Whoever is booking one of its spaces at this moment comes before or after this.
    list(Space.objects.filter(venue=row).order_by("pk").select_for_update(of=("self",)))
    _nothing_booked(Booking.objects.filter(space__venue=row), at)
    if (point := row.meal_points.filter(valid__upper_inf=True).first()) is not None:
        raise VenueError(f"“{point}”还在这里供餐；先停办，或改到别处。")
    row.closed_on, row.closed_reason = on, reason
    with as_sentences(VenueError, field="on"):
        row.save(update_fields=["closed_on", "closed_reason"])
    record(verb="venue.close", target=row, actor=actor, at=at, after={"on": on.isoformat()}, reason=reason)
    return row


def _nothing_booked(rows: Any, at: dt.datetime) -> None:
    ahead = rows.standing().filter(ends_at__gt=at)
    if n := ahead.count():
        first = ahead.in_order().select_related("space").first()
        day = first.starts_at.astimezone(clock.SHANGHAI)
        raise VenueError(f"还有 {n} 场预订，最早是 {day:%m-%d %H:%M} 的“{first}”；先改期或取消。")


@transaction.atomic
def reopen_venue(*, venue: Venue, actor: User, at: dt.datetime) -> Venue:
    """Take back that a venue was closed. Raises `VenueError` (its grid has another one meanwhile)."""
    row = Venue.objects.select_for_update(of=("self",)).get(pk=venue.pk)
    if row.closed_on is None:
        raise VenueError("这个阵地没有停用。")
    row.closed_on, row.closed_reason = None, ""
    with as_sentences(VenueError):
        row.save(update_fields=["closed_on", "closed_reason"])
    record(verb="venue.reopen", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def set_picture(*, venue: Venue, content: bytes | None, actor: User, at: dt.datetime) -> Venue:
    """Put a picture beside a venue, or take it away (None). Raises `VenueError` (neither JPEG nor PNG, too large)."""
    row = Venue.objects.select_for_update(of=("self",)).get(pk=venue.pk)
    kind = ""
    if content is not None:
        kind = next((kind for head, kind in PICTURES.items() if content.startswith(head)), "")
        if not kind:
            raise VenueError("照片要 JPEG 或 PNG。", field="picture")
        if len(content) > PICTURE_LIMIT:
            raise VenueError("照片太大，缩到 1.5 MB 以内。", field="picture")
    row.picture, row.picture_kind = content, kind
    row.save(update_fields=["picture", "picture_kind"])
    record(verb="venue.picture", target=row, actor=actor, at=at, after={"size": len(content or b"")})
    return row


@transaction.atomic
def renew_code(*, venue: Venue, actor: User, at: dt.datetime) -> Venue:
    """Another address for the public page: codes printed so far lead nowhere."""
    row = Venue.objects.select_for_update(of=("self",)).get(pk=venue.pk)
    row.token = new_token()
    row.save(update_fields=["token"])
    record(verb="venue.renew_code", target=row, actor=actor, at=at)
    return row


# ---- spaces and equipment


@transaction.atomic
def add_space(*, venue: Venue, values: dict[str, Any], actor: User, at: dt.datetime) -> Space:
    """A space in a venue. Raises `VenueError`."""
    _standing(venue)
    row = Space(street_id=venue.street_id, venue=venue, door_token=new_token(), place=venue.spaces.count(), **values)
    with as_sentences(VenueError, field="name"):
        row.save(force_insert=True)
    after = {"name": row.name, "kind": row.get_kind_display(), "floor_area": row.floor_area, "capacity": row.capacity}
    record(verb="venue.add_space", target=row, actor=actor, at=at, after=after)
    return row


def _standing(venue: Venue) -> None:
    if Venue.objects.select_for_update(of=("self",)).get(pk=venue.pk).closed_on is not None:
        raise VenueError("这个阵地已经停用。")


@transaction.atomic
def correct_space(*, space: Space, values: dict[str, Any], actor: User, at: dt.datetime) -> Space:
    """Other words, size or terms of a space. Bookings that were made for more people stand. Raises `VenueError`."""
    row = Space.objects.select_for_update(of=("self",)).get(pk=space.pk)
    before, after = _change(row, values, _SPACE, "name")
    if before != after:
        record(verb="venue.correct_space", target=row, actor=actor, at=at, before=before, after=after)
    return row


@transaction.atomic
def retire_space(*, space: Space, reason: str, actor: User, at: dt.datetime) -> Space:
    """A space is given up from today on. Raises `VenueError` (it is booked)."""
    row = Space.objects.select_for_update(of=("self",)).get(pk=space.pk)
    reason = checked_reason(reason)
    if row.retired_on is not None:
        raise VenueError("这个空间已经停用。")
    _nothing_booked(Booking.objects.filter(space=row), at)
    row.retired_on = clock.day_of(at)
    row.save(update_fields=["retired_on"])
    record(verb="venue.retire_space", target=row, actor=actor, at=at, reason=reason)
    return row


@transaction.atomic
def restore_space(*, space: Space, actor: User, at: dt.datetime) -> Space:
    """Take back that a space was given up. Raises `VenueError` (another one has its name)."""
    row = Space.objects.select_for_update(of=("self",)).get(pk=space.pk)
    if row.retired_on is None:
        raise VenueError("这个空间没有停用。")
    row.retired_on = None
    with as_sentences(VenueError):
        row.save(update_fields=["retired_on"])
    record(verb="venue.restore_space", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def add_equipment(*, venue: Venue, name: str, note: str = "", actor: User, at: dt.datetime) -> Equipment:
    """A thing that can be booked along. Raises `VenueError`."""
    _standing(venue)
    row = Equipment(street_id=venue.street_id, venue=venue, name=name.strip(), note=note.strip())
    with as_sentences(VenueError, field="name"):
        row.save(force_insert=True)
    record(verb="venue.add_equipment", target=row, actor=actor, at=at, after={"name": row.name})
    return row


@transaction.atomic
def retire_equipment(*, equipment: Equipment, actor: User, at: dt.datetime) -> Equipment:
    """A thing is no longer lent. Raises `VenueError` (it is booked)."""
    row = Equipment.objects.select_for_update(of=("self",)).get(pk=equipment.pk)
    if row.retired_on is not None:
        raise VenueError("这件设备已经停用。")
    _nothing_booked(Booking.objects.filter(holds__equipment=row, holds__stands=True), at)
    row.retired_on = clock.day_of(at)
    row.save(update_fields=["retired_on"])
    record(verb="venue.retire_equipment", target=row, actor=actor, at=at)
    return row
