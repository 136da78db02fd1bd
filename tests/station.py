"""Plain factories of the weather station and of topics; see `tests.make`."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any

from grid.models import Digest, Opinion, OpinionCode, Topic
from grid.opinions import codes as opinion_codes
from grid.opinions import digests, receiving
from grid.topics import proposing
from shimen import clock
from shimen.accounts.models import User
from shimen.territory.models import Area, Place
from tests import make

_number = itertools.count(1)


def opinion_code(town: make.Town, area: Area | None = None, place: Place | None = None) -> OpinionCode:
    """The code of a spot; the notice is published where there is none."""
    if opinion_codes.current_notice(town.street) is None:
        values = opinion_codes.first_draft(town.street) | {"contact": "示例街道党建办 021-0000-0000"}
        opinion_codes.publish_notice(street=town.street, values=values, actor=town.staff, at=make.AT)
    return opinion_codes.issue(street=town.street, area=area, place=place, actor=town.staff, at=make.AT)


def opinion(town: make.Town, area: Area | None = None, *, at: dt.datetime = make.AT, **said: Any) -> Opinion:
    """What somebody wrote behind the code of an area (none: of the street), without a name."""
    code = opinion_code(town, area)
    notice = opinion_codes.current_notice(town.street)
    assert notice is not None
    given = receiving.Said(**{"words": f"望桥路 {next(_number)} 号门口的路灯不亮"} | said)
    return receiving.tell(id=uuid.uuid4(), code=code, notice=notice, said=given, at=at).opinion


def digest(opinion: Opinion) -> Digest:
    """The digest of the week in which an opinion came."""
    week = digests.monday_of(clock.day_of(opinion.received_at))
    made = digests.make(street=opinion.street, week=week, at=make.AT + dt.timedelta(days=7))
    assert made is not None
    return made


def topic(town: make.Town, *, actor: User | None = None, **given: Any) -> Topic:
    """A topic that the visitor proposed."""
    values = {"title": f"给骑手留一处避风的地方 {next(_number)}", "words": "骑手等单没有地方坐。"} | given
    return proposing.propose(street_id=town.street.pk, actor=actor or town.visitor, at=make.AT, **values)
