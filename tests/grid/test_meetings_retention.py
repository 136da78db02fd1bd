"""Names in the papers of meetings go after three years; how many came stays."""

from __future__ import annotations

import datetime as dt

import pytest

from grid.meetings import forgetting
from grid.models import Attendee, Meeting
from tests import make, sessions

pytestmark = pytest.mark.django_db
LAST = dt.date(2026, 11, 25) + dt.timedelta(days=forgetting.NAMES)


def rule(key):
    from shimen.privacy import retention

    return next(each for each in retention.rules() if each.key == key)


@pytest.mark.parametrize(("on", "left"), [(LAST - dt.timedelta(days=1), 3), (LAST, 0)])
def test_who_came_goes_after_three_years_and_the_count_stays(on, left):
    town = make.town()
    meeting = sessions.grid_meeting(town)
    Meeting.objects.filter(pk=meeting.pk).update(due=3, present=2)
    for key in ("meetings.attendees", "meetings.chairs"):
        each = rule(key)
        each.erase([row.pk for row in each.due(town.street, on)], make.AT)
    meeting.refresh_from_db()
    assert Attendee.objects.filter(meeting=meeting).count() == left
    assert bool(meeting.chair) == bool(left)
    assert (meeting.due, meeting.present) == (3, 2)
