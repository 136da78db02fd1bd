"""A year of the trial street's meetings, counted from rows."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter

from grid.chain.sessions import Kind
from grid.meetings import agenda, due, handling
from grid.models import AgendaItem, Attendee, Council, Meeting, Resolution, Vote
from shimen import clock
from shimen.territory.models import Area, Street
from tests import trial

TODAY = trial.NOW.date()


def test_each_grid_met_every_fortnight_of_a_year_and_the_next_meeting_is_a_draft(trial_street):
    for grid in Area.objects.grids():
        rows = Meeting.objects.of_grids().filter(area=grid).order_by("period_start")
        starts = list(rows.values_list("period_start", flat=True))
        assert [(later - earlier).days for earlier, later in itertools.pairwise(starts)] == [14] * 26
        states = Counter(rows.values_list("state", flat=True))
        assert states["draft"] == 1
        assert states["held"] >= 24
        assert rows.last().state == "draft"
    assert due.ensure_due(on=TODAY, at=trial.NOW) == []


def test_what_was_held_has_people_an_agenda_and_a_result_for_every_line(trial_street):
    held = Meeting.objects.held()
    assert not held.filter(attendees=None).exists()
    assert not held.filter(items=None).exists()
    assert not AgendaItem.objects.filter(meeting__state="held", outcome="").exists()
    assert not Attendee.objects.filter(meeting__state="held", state="asked").exists()
    assert all(row.frozen_quorum.is_met for row in held)


def test_resolutions_have_owners_and_days_and_follow_their_matters(trial_street):
    states = Counter(Resolution.objects.values_list("state", flat=True))
    assert states["done"] >= 25
    assert states["open"] >= 3
    assert not Resolution.objects.filter(owner="").exists()
    for row in Resolution.objects.open().select_related("matter"):
        assert row.matter.state == "open"
        assert row.due_on > clock.day_of(row.made_at)
    assert not Resolution.objects.open().filter(matter__state="closed").exists()


def test_the_draft_says_why_each_line_is_there(trial_street):
    first = Area.objects.grids().in_order().first()
    draft = Meeting.objects.of_grids().get(area=first, state="draft")
    rows = agenda.lines(draft, TODAY)
    assert len(rows) >= 4
    assert all(row.why for row in rows)
    assert any(row.tone == "r" for row in rows)


def test_councils_met_in_their_three_kinds_and_together(trial_street):
    assert Council.objects.count() >= 21
    kinds = Counter(Meeting.objects.of_councils().held().values_list("kind", flat=True))
    assert set(kinds) == {Kind.HEARING.value, Kind.MEDIATION.value, Kind.REVIEW.value}
    assert Meeting.objects.of_councils().held().count() >= 20
    assert Meeting.objects.of_councils().held().exclude(hosts=None).exists()
    assert Meeting.objects.of_councils().held().exclude(votes=None).count() >= 3
    for row in Vote.objects.select_related("meeting"):
        assert handling.charted(row.meeting).votes
        assert row.is_passed
    assert Meeting.objects.of_councils().open().filter(starts_at__gt=trial.NOW).count() >= 2


def test_nothing_was_held_before_it_was_made_or_after_now(trial_street):
    street = Street.objects.get()
    for row in Meeting.objects.filter(street=street).held():
        assert row.made_at < row.called_at < row.starts_at <= row.begun_at < row.closed_at <= trial.NOW
        assert row.starts_at - row.made_at < dt.timedelta(days=15)
