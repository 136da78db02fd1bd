"""Which branch answers at a door: the card 由谁负责 on the page of a place, which belongs to a lower room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from branches.models import Charge, Organisation, Responsibility, Seat
from branches.pages.coverings import named
from shimen.territory.models import Place


@dataclass(frozen=True, slots=True)
class Line:
    """A branch that answers for the place or for floors of it (`floors` in words, '' = all of it), who leads it and who of
    its members looks after the door."""

    organisation: Organisation
    floors: str
    secretary: str
    members: tuple[str, ...]
    since: dt.date


def lines(place: Place, on: dt.date) -> list[Line]:
    """The branches of a place, lowest floors first (three queries). A room without a row of its own has that of its
    building which contains its floor."""
    charges = _holding(Charge.objects, place, on, "organisation")
    known = [row.organisation_id for row in charges]
    led = dict(
        Seat.objects.held(on).secretaries().filter(organisation__in=known).values_list("organisation_id", "name")
    )
    shared: dict[object, list[str]] = {}
    for row in _holding(Responsibility.objects.filter(organisation__in=known), place, on, "member__user"):
        floors = f"（{row.floor_words()}）" if row.floor_words() else ""
        shared.setdefault(row.organisation_id, []).append(f"{named(row.member)}{floors}")
    return [
        Line(
            row.organisation, row.floor_words(), led.get(row.organisation_id, ""),
            tuple(dict.fromkeys(shared.get(row.organisation_id, ()))), row.valid.lower,
        )
        for row in charges
    ]  # fmt: skip


def _holding(rows: Any, place: Place, on: dt.date, fetched: str) -> list[Any]:
    """Rows of a partition that hold for the place itself, else for its floor of the building."""
    ids = [place.pk, *([place.building_id] if place.building_id else [])]
    found = list(rows.on(on).at(ids).select_related(fetched).order_by("floors", "id"))
    own = [row for row in found if row.place_id == place.pk]
    if own or place.floor is None:
        return own or [row for row in found if row.floors.lower is None and row.floors.upper is None]
    low, floor = -1000, place.floor
    return [
        row for row in found
        if (row.floors.lower or low) <= floor and (row.floors.upper is None or floor < row.floors.upper)
    ]  # fmt: skip
