"""What the trial street shows of people: counted from rows, made up at sight, and on the same footing as what verbs write."""

from __future__ import annotations

import pytest
from django.db.models import Count, F, Q

from branches.models import (
    Certificate,
    Course,
    Enrolment,
    HandbookSection,
    HandbookVersion,
    HelpRequest,
    Lecturer,
    MentorPair,
    Method,
    Talent,
    Training,
    TrainingBase,
)
from branches.people import certificates, talents
from coverage.trial import words
from shimen.figures.values import values
from tests.trial import NOW

pytestmark = pytest.mark.usefixtures("trial_street")


def test_the_figure_of_talents_is_counted_from_consents_that_stand(trial_street):
    assert values(street=trial_street, on=NOW.date(), keys=["talents"])["talents"].number == 132
    counts = dict(Talent.objects.values_list("state").annotate(n=Count("pk")))
    assert counts == {"standing": 132, "deleted": 6, "waiting": 2}


def test_whoever_left_the_pool_left_nothing_but_a_trace():
    gone = Talent.objects.filter(state="deleted").select_related("erasure")
    assert all(row.erasure.done_at and not row.name_mask and not row.fields.exists() for row in gone)
    assert all(row.consents.get().withdrawn_at for row in gone)


def test_names_and_numbers_in_the_pool_are_nobodys():
    for row in Talent.objects.filter(state="standing"):
        assert words.PERSON.match(talents.opened(row, "name_sealed"))
        assert talents.opened(row, "phone_sealed").startswith(words.PHONE_HEAD)


def test_there_is_a_catalogue_a_year_of_sessions_and_pairs():
    assert (Course.objects.count(), Lecturer.objects.count(), TrainingBase.objects.count()) == (20, 12, 3)
    assert Training.objects.ahead(NOW).count() >= 5
    assert Training.objects.over(NOW).count() >= 30
    assert MentorPair.objects.on(NOW.date()).count() == 7
    assert HelpRequest.objects.count() == 40


def test_no_session_has_more_names_than_places_and_the_count_is_that_of_rows():
    enrolled = Count("enrolments", filter=Q(enrolments__state=Enrolment.State.ENROLLED))
    rows = Training.objects.annotate(n=enrolled)
    assert not rows.exclude(n=F("taken")).exists()
    assert rows.filter(taken=F("capacity"), enrolments__state=Enrolment.State.WAITING).exists()


def test_a_certificate_of_the_trial_street_stands_the_check():
    row = Certificate.objects.filter(revoked_at=None).order_by("pk").first()
    assert certificates.check(row.number) == certificates.Answer.VALID
    assert words.PERSON.match(row.name())


def test_every_text_of_the_handbook_and_the_methods_says_that_it_is_a_sample():
    assert HandbookVersion.objects.published().count() == 2
    assert not HandbookSection.objects.exclude(body__contains="示例").exists()
    assert Method.objects.filter(is_sample=True, body__contains="示例").count() == 10
