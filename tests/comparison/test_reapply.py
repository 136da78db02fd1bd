"""Applying an undone batch again: the same as before, but for what somebody has changed since."""

from __future__ import annotations

import pytest
from django.urls import reverse

from coverage.comparison import apply, batches, undo
from coverage.models import Batch, Difference, Entity
from coverage.registry import entities as registry
from shimen.audit.models import AccessLog
from shimen.outbox import jobs
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def department(town):
    return steps.department(town.street, name="市场监管", code="sj", gone_limit_percent=100)


@pytest.fixture
def undone(town, department):
    """Two changed, one new, one gone; applied and taken back."""
    steps.shops(town.first_grid, 4)
    rows = [books.row(1, person="孙丙六"), books.row(2, address="清波路9号"), books.row(3), books.row(9)]
    batch = steps.compare(department, books.xlsx(rows))
    batch = apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    return undo.undo(batch=batch, actor=town.data_admin, at=make.AT)


def test_it_gives_the_registry_of_the_first_time_to_the_byte(town, department):
    steps.shops(town.first_grid, 4)
    rows = [books.row(1, person="孙丙六"), books.row(2, address="清波路9号"), books.row(3), books.row(9)]
    batch = apply.apply(batch=steps.compare(department, books.xlsx(rows)), actor=town.data_admin, at=make.AT)
    first = steps.registry(town.street)
    batch = undo.undo(batch=batch, actor=town.data_admin, at=make.AT)
    told = apply.preview_again(batch)
    batch = apply.reapply(batch=batch, actor=town.data_admin, at=make.AT)
    assert steps.registry(town.street) == first
    assert told == {"changed": 3, "new": 1, "skipped": 0}
    assert (batch.state, batch.counts["applied"]["skipped"], batch.undone_at) == (Batch.State.APPLIED, 0, None)
    log = AccessLog.objects.get(verb="coverage.reapply_batch")
    assert log.actor_id == town.data_admin.pk
    assert log.after == {"new": 1, "asked": 1, "changed": 3, "skipped": 0}


def test_every_row_that_it_touches_carries_the_batch_in_its_history(town, undone):
    events = Entity.pgh_event_model.objects
    before = set(events.values_list("pgh_id", flat=True))
    batch = apply.reapply(batch=undone, actor=town.data_admin, at=make.AT)
    fresh = events.exclude(pgh_id__in=before).select_related("pgh_context")
    touched = set(batch.differences.filter(applied=True).values_list("entity_id", flat=True))
    assert {event.pgh_obj_id for event in fresh} == touched
    assert {event.pgh_context.metadata["batch"] for event in fresh} == {str(batch.pk)}


def test_what_was_changed_or_entered_since_is_left_and_listed_on_the_page(client, town, undone):
    shop = Entity.objects.get(code=books.code(1))
    registry.correct(
        entity=shop, field="legal_person", value="李丁九", source="staff", on=make.TODAY, actor=town.staff, at=make.AT
    )
    make.entity(town.first_grid, code=books.code(9), name="别人登记的（示例）店")
    told = apply.preview_again(undone)
    batch = apply.reapply(batch=undone, actor=town.data_admin, at=make.AT)
    assert told == {"changed": 2, "new": 0, "skipped": 2}
    assert batch.counts["applied"]["skipped"] == 2
    shop.refresh_from_db()
    assert shop.legal_person == "李丁九"
    skipped = Difference.objects.exclude(skipped_reason="")
    assert set(skipped.values_list("skipped_reason", "applied")) == {(apply.MOVED, False), (apply.KNOWN, False)}
    client.force_login(town.data_admin)
    page = client.get(reverse("coverage:batch", args=[batch.pk])).content.decode()
    assert "跳过的 2 处" in page
    assert apply.MOVED in page
    assert apply.KNOWN in page


def test_undoing_it_once_more_takes_back_what_it_wrote_and_nothing_else(town, undone):
    shop = Entity.objects.get(code=books.code(1))
    registry.correct(
        entity=shop, field="legal_person", value="李丁九", source="staff", on=make.TODAY, actor=town.staff, at=make.AT
    )
    before = steps.registry(town.street)
    batch = apply.reapply(batch=undone, actor=town.data_admin, at=make.AT)
    batch = undo.undo(batch=batch, actor=town.data_admin, at=make.AT)
    assert steps.registry(town.street) == before
    assert batch.counts["undone"]["skipped"] == 0


def test_it_is_asked_for_on_a_page_that_says_first_what_it_will_do(client, town, undone):
    client.force_login(town.data_admin)
    batch_page = client.get(reverse("coverage:batch", args=[undone.pk])).content.decode()
    assert reverse("coverage:batch-reapply", args=[undone.pk]) in batch_page
    page = client.get(reverse("coverage:batch-reapply", args=[undone.pk]))
    assert "3 处" in page.content.decode()
    client.post(reverse("coverage:batch-reapply", args=[undone.pk]))
    assert Batch.objects.get().state == Batch.State.APPLYING
    jobs.run_due(at=make.AT)
    assert Batch.objects.get().state == Batch.State.APPLIED
    assert Entity.objects.get(code=books.code(1)).legal_person == "孙丙六"


@pytest.mark.parametrize("who", ["staff", "secretary", "visitor"])
def test_others_may_not(client, town, undone, who):
    client.force_login(getattr(town, who))
    assert client.post(reverse("coverage:batch-reapply", args=[undone.pk])).status_code == 403


def test_another_streets_batch_is_not_found(client, undone):
    elsewhere = make.town()
    client.force_login(elsewhere.data_admin)
    assert client.post(reverse("coverage:batch-reapply", args=[undone.pk])).status_code == 404


def test_a_batch_that_was_not_undone_is_refused(town, department):
    steps.shops(town.first_grid, 1)
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六")]))
    with pytest.raises(apply.ApplyError, match="没有撤销过"):
        apply.reapply(batch=batch, actor=town.data_admin, at=make.AT)
    with pytest.raises(batches.BatchError, match="没有撤销过"):
        batches.request_reapply(batch=batch, actor=town.data_admin, at=make.AT)


def test_rows_in_doubt_stop_it_as_they_stop_applying(town, department):
    steps.shops(town.first_grid, 2)
    branch = books.row(1, name="甲乙丙1（示例）商贸有限公司第二分公司")
    batch = steps.compare(department, books.xlsx([branch, books.row(2, person="孙丙六")]))
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT, leave_doubt=True)
    batch = undo.undo(batch=batch, actor=town.data_admin, at=make.AT)
    with pytest.raises(apply.ApplyError, match="待确认"):
        apply.reapply(batch=batch, actor=town.data_admin, at=make.AT)
    batch = apply.reapply(batch=batch, actor=town.data_admin, at=make.AT, leave_doubt=True)
    assert batch.state == Batch.State.APPLIED
