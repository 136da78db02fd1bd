"""Two at the same moment: a person takes back while a reviewer takes over; one form arrives twice at once."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from coverage.collection import codes, submissions
from coverage.models import CollectionCode, Submission, Worker
from shimen import clock
from shimen.errors import DomainError
from shimen.outbox import jobs
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def _together(*steps: Callable[[], object]) -> list[str]:
    """Run the steps at once, each in a connection of its own; what each ended with."""
    ends: list[str] = []
    start = threading.Barrier(len(steps))

    def run(step: Callable[[], object]) -> None:
        start.wait()
        try:
            step()
            ends.append("done")
        except DomainError as error:
            ends.append(error.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


def test_whoever_is_first_nothing_is_left_of_what_was_taken_back(town: make.Town) -> None:
    shop = make.entity(town.first_grid)
    for _ in range(4):
        row = make.submission(make.code(shop), name="赵甲一")
        ends = _together(
            lambda row=row: submissions.accept(submission=row, entity=shop, worker=None, actor=town.staff, at=make.AT),
            lambda row=row: submissions.withdraw(submission=row, actor=None, at=make.AT),
        )
        assert ends[0] == "done"
        assert ends[1] == "done" or "本人已经撤回" in ends[1]
        jobs.run_due(at=clock.now())
        row.refresh_from_db()
        assert row.state == "deleted"
        assert not Worker.objects.filter(name="赵甲一").exists()
        assert not Worker.pgh_event_model.objects.filter(name="赵甲一").exists()


def test_two_reviewers_at_once_make_one_person(town: make.Town) -> None:
    shop = make.entity(town.first_grid)
    row = make.submission(make.code(shop))

    def take() -> None:
        submissions.accept(submission=row, entity=shop, worker=None, actor=town.staff, at=make.AT)

    assert [end == "done" for end in _together(take, take)].count(True) == 1
    assert Worker.objects.count() == 1


def test_one_form_arriving_five_times_at_once_is_one_submission_with_one_receipt(town: make.Town) -> None:
    code = make.code(make.entity(town.first_grid))
    form = codes.current_form(town.street)
    shown = uuid.uuid4()
    said = submissions.Said(name="赵甲一", phone="19900000017")
    receipts: list[str] = []

    def send() -> None:
        taken = submissions.submit(id=shown, code=code, form=form, entity=code.entity, said=said, at=make.AT)
        receipts.append(taken.receipt)

    assert _together(*[send] * 5) == ["done"] * 5
    assert set(receipts) == {submissions.receipt_of(shown)}
    assert Submission.objects.count() == 1


def test_two_people_printing_at_once_print_the_same_code(town: make.Town) -> None:
    make.collection_form(town.street)
    shop = make.entity(town.first_grid)

    def issue() -> None:
        codes.issue(street=town.street, entities=[shop], actor=town.staff, at=make.AT)

    assert _together(issue, issue, issue) == ["done"] * 3
    assert CollectionCode.objects.count() == 1
