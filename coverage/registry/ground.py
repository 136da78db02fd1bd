"""What the registry does when the ground changes, and what it tells the pages of the ground."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.urls import reverse

from coverage.models import Entity, Team
from coverage.registry.versions import history
from shimen.audit.record import record
from shimen.territory import occupants
from shimen.territory.models import Area
from shimen.territory.occupants import Line, Occupants
from shimen.territory.signals import places_reassigned

if TYPE_CHECKING:
    from shimen.accounts.models import User
    from shimen.territory.models import Street

LISTED_AT_ONCE = 200


def declare() -> None:
    """Register with the ground; called once from `AppConfig.ready()`."""
    occupants.register(
        Occupants(
            key="entities", title="市场主体", unit="家", in_areas=_in_areas, at_places=_at_places, listed=_listed,
            area_url=_list_of, order=10,
        ),
        Occupants(key="teams", title="走访组", unit="个", in_areas=_teams_in, charged=_teams_of, order=20),
    )  # fmt: skip
    places_reassigned.connect(_follow, dispatch_uid="coverage.registry.ground")


def _follow(
    *,
    street: Street,
    moves: Mapping[tuple[uuid.UUID, uuid.UUID], list[uuid.UUID]],
    actor: User,
    at: dt.datetime,
    **_: Any,
) -> None:
    """Entities that stood in the grid of their door go with it; whoever was put elsewhere by hand stays there.

    Stops of the open round keep the area in which they were counted: its roster is frozen.
    """
    for (old, new), places in moves.items():
        there = Entity.objects.filter(street=street, area_id=old, place_id__in=places)
        with history(actor=actor, verb="coverage.follow_places"):
            followed = there.update(area_id=new)
        if followed:
            names = dict(Area.objects.filter(street=street, pk__in=(old, new)).values_list("pk", "name"))
            record(
                verb="coverage.follow_places", target=Entity, actor=actor, at=at,
                before={"area": names.get(old, "")}, after={"area": names.get(new, ""), "rows": followed},
            )  # fmt: skip


def _in_areas(areas: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    counted = Entity.objects.listed().filter(area_id__in=areas).values("area_id").annotate(n=Count("pk")).order_by()
    return {row["area_id"]: row["n"] for row in counted}


def _at_places(places: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    counted = Entity.objects.listed().filter(place_id__in=places).values("place_id").annotate(n=Count("pk")).order_by()
    return {row["place_id"]: row["n"] for row in counted}


def _listed(user: User, places: Collection[uuid.UUID]) -> Iterable[Line]:
    there = Entity.objects.visible_to(user).listed().filter(place_id__in=places).by_pinyin()
    for e in there[:LISTED_AT_ONCE]:
        sign = f"{e.trade_sign}，" if e.trade_sign else ""
        text = f"{sign}{e.get_presence_display()}"
        yield Line(e.name, text, reverse("coverage:entity", args=[e.pk]), e.place_id)


def _list_of(area: Area) -> str:
    return f"{reverse('coverage:entities')}?grid={area.pk}"


def _teams_in(areas: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    counted = (
        Team.objects.filter(area_id__in=areas, is_active=True).values("area_id").annotate(n=Count("pk")).order_by()
    )
    return {row["area_id"]: row["n"] for row in counted}


def _teams_of(user: User, area: Area) -> Iterable[Line]:
    for team in Team.objects.filter(area=area, is_active=True).order_by("sort", "name"):
        members = team.members.filter(until__isnull=True).select_related("user").order_by("user__display_name")
        yield Line(team.name, "、".join(member.user.display_name for member in members))
