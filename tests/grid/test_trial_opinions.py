"""The trial street's year of opinions and topics: nothing stands alone, nothing lies ahead, every number counts its rows."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, F, Q

from grid.models import Digest, DigestLine, Matter, Opinion, OpinionCode, Topic, TopicSupport
from grid.opinions import digests, receiving
from grid.pages import told
from shimen.privacy import retention
from tests.trial import NOW


def test_every_matter_of_that_origin_has_its_opinion(trial_street):
    matters = Matter.objects.filter(via=Matter.Via.OPINION)
    assert matters.count() >= 50
    own = Opinion.objects.filter(is_own=True, matter__isnull=False)
    assert set(own.values_list("matter", flat=True)) == set(matters.values_list("pk", flat=True))
    assert not own.exclude(received_at=F("matter__raised_at")).exists()
    topics = Topic.objects.filter(matter__via=Matter.Via.TOPIC)
    assert topics.count() == Matter.objects.filter(via=Matter.Via.TOPIC).count()


def test_a_year_of_opinions_some_wait_some_were_taken_back(trial_street):
    states = dict(Opinion.objects.values_list("state").annotate(n=Count("pk")))
    assert set(states) == {"waiting", "matter", "topic", "answered", "elsewhere", "duplicate", "withdrawn"}
    assert (states["waiting"], states["withdrawn"]) == (11, 4)
    assert sum(states.values()) >= 200
    nameless = Opinion.objects.filter(teller="", phone_mask="").count()
    assert nameless >= 100
    assert Opinion.objects.filter(phone_sealed__isnull=False).exists()


def test_nothing_lies_ahead_and_nothing_comes_before_its_cause(trial_street):
    assert not Opinion.objects.filter(Q(received_at__gt=NOW) | Q(decided_at__gt=NOW)).exists()
    assert not Opinion.objects.filter(decided_at__lt=F("received_at")).exists()
    assert not Topic.objects.filter(Q(proposed_at__gt=NOW) | Q(ended_at__gt=NOW)).exists()
    assert not Topic.objects.filter(ended_at__lt=F("proposed_at")).exists()
    assert not TopicSupport.objects.filter(at__lt=F("topic__proposed_at")).exists()


def test_numbers_of_a_year_have_no_hole(trial_street):
    for model in (Opinion, Topic):
        for year in set(model.objects.values_list("year", flat=True)):
            serials = sorted(model.objects.filter(year=year).values_list("serial", flat=True))
            assert serials == list(range(1, len(serials) + 1))


def test_every_week_has_its_digest_and_its_numbers_count_their_rows(trial_street):
    assert digests.missing(trial_street, NOW.date()) == []
    assert Digest.objects.count() >= 50
    newest = Digest.objects.newest_first().first()
    assert newest.open == DigestLine.objects.filter(of__digest=newest, count="open").count() > 0
    total = sum(Digest.objects.values_list("received", flat=True))
    begun = dt.datetime.combine(NOW.date() - dt.timedelta(days=NOW.weekday()), dt.time.min, NOW.tzinfo)
    assert total == Opinion.objects.filter(received_at__lt=begun).count()


def test_topics_stand_in_every_state(trial_street):
    states = dict(Topic.objects.values_list("state").annotate(n=Count("pk")))
    assert set(states) == {"proposed", "scheduled", "resolved", "declined", "merged", "withdrawn"}
    assert sum(states.values()) >= 30


def test_nothing_is_kept_longer_than_the_notice_says(trial_street):
    due = {each.rule.key: each.due for each in retention.forecast(street=trial_street, on=NOW.date())}
    assert due["opinion.phone"] == 0


def test_whoever_has_a_receipt_reads_what_came_of_it(trial_street):
    for row in Opinion.objects.order_by("?")[:20]:
        found = receiving.find(receiving.receipt_of(row.pk))
        assert found == row
        assert told.of(found).title


def test_there_are_codes_for_the_street_its_grids_and_two_places(trial_street):
    codes = OpinionCode.objects.standing()
    assert codes.filter(place__isnull=False).count() == 2
    assert codes.filter(area__isnull=True).count() == 1
    assert all(code.opens_on(NOW.date()) for code in codes)
