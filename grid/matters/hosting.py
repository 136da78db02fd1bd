"""Which council a matter is before on the second level: who is asked for, who is chosen, who sits on it together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from grid.chain.levels import Level
from grid.chain.transitions import Verb
from grid.matters import handling
from grid.matters.handling import MatterError
from grid.models import Council, CouncilMember, Leg, LegCouncil, Matter
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record


def asked_for(matter: Matter, day: dt.date) -> list[Council]:
    """The councils that speak for where the matter is: of its building, of its road, else every one of its grid."""
    own = Council.objects.filter(street=matter.street_id)
    if matter.place is not None:
        found = list(own.for_place(matter.place, day).in_order())
        if found:
            return found
    if matter.area is None:
        return []
    return list(own.standing(day).filter(area__in=matter.area.lineage).in_order())


def the_one(matter: Matter, day: dt.date) -> Council | None:
    """The council that takes a matter for which nobody chose one: the only one that speaks for it."""
    found = asked_for(matter, day)
    return found[0] if len(found) == 1 else None


def check(matter: Matter, councils: Collection[Council], day: dt.date, *, field: str = "council") -> None:
    """Refuse councils of another street, and those that do not stand any more; holds them, so that none is dissolved meanwhile."""
    asked = Council.objects.filter(street=matter.street_id, pk__in=[council.pk for council in councils]).order_by("pk")
    standing = {row.pk for row in asked.select_for_update(of=("self",), no_key=True) if row.stands_on(day)}
    for council in councils:
        if council.pk not in standing:
            raise MatterError(f"“{council}”不是本街道在用的议事会，选别的。", field=field)


def put_before(*, matter: Matter, leg: Leg, council: Council, joined: Collection[Council] = ()) -> None:
    """Write who has the leg: the council, its convener as the owner, and those who sit on it together."""
    convener = CouncilMember.objects.filter(
        council=council, is_convener=True, valid__endswith__isnull=True, valid__isempty=False
    ).first()
    leg.council, leg.body = council, council.name[:80]
    leg.owner = (convener.name if convener is not None else "")[:60]
    leg.owner_user = convener.user if convener is not None else None
    leg.save()
    others = [each for each in joined if each.pk != council.pk]
    leg.joined.exclude(council__in=others).delete()
    for other in others:
        LegCouncil.objects.get_or_create(street_id=leg.street_id, leg=leg, council=other)


def in_words(council: Council, joined: Collection[Council] = ()) -> str:
    """望桥路街委会，和甲子大厦楼务会、望桥路居委会一起"""
    others = [each.name for each in joined if each.pk != council.pk]
    return f"{council.name}，和{'、'.join(others)}一起" if others else council.name


@transaction.atomic
def join(
    *, matter: Matter, joined: Collection[Council], actor: User, at: dt.datetime, seen: int | None = None
) -> Matter:
    """Say which further councils sit on the matter with the leading one (三会协同); none = it sits alone again.

    Raises `MatterError`: not on the councils' level, no leading council yet, nothing changed, and what `hold` raises.
    """
    row = handling.hold(matter=matter, verb=Verb.JOIN, actor=actor, seen=seen)
    if row.stage is not Level.COUNCIL:
        raise MatterError("事项在议事协商这一级，才请别的议事会一起协商。")
    leg = handling.open_leg(row)
    if leg.council is None:
        raise MatterError("先用“转给别处”定由哪个议事会牵头。", field="joined")
    check(row, joined, clock.day_of(at), field="joined")
    before = {each.council_id for each in leg.joined.all()}
    wanted = {each.pk for each in joined} - {leg.council_id}
    if before == wanted:
        raise MatterError("一起协商的议事会没有变。", field="joined")
    put_before(matter=row, leg=leg, council=leg.council, joined=joined)
    row.save()
    sentence = f"由{in_words(leg.council, joined)}协商" if wanted else f"由{leg.council.name}单独协商"
    handling.tell(matter=row, verb=Verb.JOIN, sentence=sentence, at=at, actor=actor)
    record(
        verb="grid.choose_council", target=row, actor=actor, at=at, after={"councils": in_words(leg.council, joined)}
    )
    return row
