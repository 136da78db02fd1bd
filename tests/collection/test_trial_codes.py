"""The trial street has sheets at its doors and something to review on the first morning."""

from __future__ import annotations

from coverage.collection import submissions
from coverage.collection.candidates import likeness
from coverage.models import CodePrint, CollectionCode, Entity, Submission, Worker
from coverage.trial.words import PERSON, PHONE_HEAD


def test_there_are_sheets_and_submissions_of_every_kind(trial_street) -> None:
    codes = CollectionCode.objects.standing().filter(street=trial_street)
    assert (codes.filter(entity__isnull=False).count(), codes.filter(place__isnull=False).count()) == (20, 2)
    assert CodePrint.objects.count() == 2
    rows = Submission.objects.filter(street=trial_street)
    assert rows.waiting().count() == 12
    assert rows.filter(state=Submission.State.REFUSED).count() == 1
    at_posters = rows.waiting().filter(entity__isnull=True)
    assert at_posters.exclude(shop="").count() == 2
    assert at_posters.filter(shop="", post__in=Submission.WITHOUT_PREMISES).count() == 5


def test_one_of_them_is_somebody_whom_the_registry_knows_and_the_others_are_nobodys_doubles(trial_street) -> None:
    likely = 0
    for row in Submission.objects.waiting().with_doors():
        found = likeness(row, workers=Worker.objects.all(), entities=Entity.objects.listed())
        likely += any(person.is_likely for person in found.people)
        assert row.entity_id or found.doors or row.post in Submission.WITHOUT_PREMISES, (
            "a shop written at a building is found there"
        )
    assert likely == 1


def test_names_and_numbers_show_that_they_are_made_up(trial_street) -> None:
    for row in Submission.objects.all():
        said = submissions.opened(row)
        assert PERSON.match(said.name)
        assert said.phone.startswith(PHONE_HEAD)
