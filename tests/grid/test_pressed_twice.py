"""A button that is pressed twice does its thing once."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from grid.matters import raising
from grid.meetings import calling, votes
from grid.meetings.handling import MeetingError
from grid.models import Matter, Meeting, Resolution, Vote
from tests import make, sessions

pytestmark = pytest.mark.django_db
AT = make.AT
SOON = dt.timedelta(seconds=3)
LATER = dt.timedelta(minutes=10)


@pytest.fixture
def town():
    return make.town()


def _raise(town, at=AT, **given):
    values = {"words": "招牌要掉下来", "actor": town.staff, "area": town.first_grid} | given
    return raising.raise_once(street_id=town.street.pk, at=at, **values)


def test_a_matter_by_hand(town):
    first = _raise(town)
    assert _raise(town, AT + SOON) == first
    assert _raise(town, AT + SOON, actor=town.secretary) != first
    assert _raise(town, AT + SOON, area=town.second_grid) != first
    assert _raise(town, AT + LATER) != first


@pytest.mark.django_db(transaction=True)
def test_a_matter_by_hand_at_the_same_moment():
    town, start = make.town(), threading.Barrier(4)

    def press() -> None:
        start.wait()
        try:
            _raise(town)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Matter.objects.count() == 1


def test_a_meeting_of_a_council_and_another_at_the_same_time_is_refused(town):
    council = sessions.council(town)

    def plan(kind="hearing", at=AT):
        return calling.plan(council=council, kind=kind, time=sessions.time(), actor=town.staff, at=at)

    assert plan() == plan(at=AT + SOON)
    assert Meeting.objects.of_councils().count() == 1
    for given in ({"kind": "review"}, {"at": AT + LATER}):
        with pytest.raises(MeetingError, match="这个时间已经排了听证会"):
            plan(**given)


def test_a_resolution_and_a_vote(town):
    council = sessions.council(town, members=5)
    row = sessions.matter(town, "楼道堆物", level=2)
    row.legs.update(council=council)
    meeting = sessions.under_way(town, sessions.council_meeting(town, council))
    item = sessions.item(meeting)
    assert sessions.resolution(item, town) == sessions.resolution(item, town)
    counts = {"ayes": 3, "nays": 1, "abstained": 0}
    for after in (dt.timedelta(0), SOON):
        votes.vote(item=item, motion="", actor=town.staff, at=sessions.DURING + after, **counts)
    assert (Resolution.objects.count(), Vote.objects.count()) == (1, 1)
