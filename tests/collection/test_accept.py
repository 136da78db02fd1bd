"""Taking a submission over into the registry: as a new person, into a known one, or not at all."""

from __future__ import annotations

import pytest
from django.urls import reverse

from coverage.collection import submissions
from coverage.collection.submissions import SubmissionError
from coverage.models import Submission, Worker
from coverage.registry import workers as registry
from coverage.registry.entities import open_phone
from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(town: make.Town):
    return make.entity(town.first_grid, trade_sign="子丑面馆")


@pytest.fixture
def row(shop) -> Submission:
    return make.submission(make.code(shop), name="赵甲一", phone="19900000017")


def known(shop, town: make.Town, **values) -> Worker:
    said = {"name": "赵甲一", "phone": "19900000017", "post": "厨师"} | values
    return registry.add_worker(entity=shop, source="staff", on=make.LONG_AGO, actor=town.staff, at=make.AT, **said)


def post(client, name: str, row: Submission, user, **data):
    client.force_login(user)
    return client.post(reverse(f"coverage:{name}", args=[row.pk]), data)


def test_a_new_person_enters_the_registry_with_the_submission_as_source(client, town, shop, row) -> None:
    answer = post(client, "submission-accept", row, town.secretary, entity=shop.pk)
    assert answer.status_code == 302
    worker = Worker.objects.get()
    assert (worker.name, worker.entity, worker.post, worker.standing) == ("赵甲一", shop, "店员", "member")
    assert open_phone(worker) == "19900000017"
    assert all(word["source"] == "collection" and word["ref"] == str(row.pk) for word in worker.provenance.values())
    row.refresh_from_db()
    assert (row.state, row.worker, row.is_new_worker, row.decided_by) == ("accepted", worker, True, town.secretary)
    line = AccessLog.objects.get(verb="collection.accept")
    assert line.actor == town.secretary
    assert "赵" not in f"{line.object_name}{line.after}"


def test_a_known_person_is_completed_and_keeps_their_name(client, town, shop, row) -> None:
    worker = known(shop, town, phone="", name="赵甲壹")
    post(client, "submission-accept", row, town.data_admin, worker=worker.pk)
    worker.refresh_from_db()
    assert (worker.name, worker.post, worker.standing) == ("赵甲壹", "店员", "member")
    assert open_phone(worker) == "19900000017"
    assert worker.provenance["name"]["source"] == "staff"
    assert worker.provenance["phone"]["ref"] == str(row.pk)


def test_taken_as_new_the_same_name_and_number_is_still_one_person(town, shop, row) -> None:
    worker = known(shop, town)
    done = submissions.accept(submission=row, entity=shop, worker=None, actor=town.staff, at=make.AT)
    assert (done.worker, done.is_new_worker) == (worker, False)
    assert Worker.objects.count() == 1


def test_standing_that_the_registry_knows_better_is_left(town, shop, row) -> None:
    worker = known(shop, town, standing="probationary", consented=True)
    submissions.accept(submission=row, entity=None, worker=worker, actor=town.staff, at=make.AT)
    worker.refresh_from_db()
    assert worker.standing == "probationary"


def test_standing_without_separate_consent_never_reaches_the_registry(town, shop) -> None:
    row = make.submission(make.code(shop), standing="")
    done = submissions.accept(submission=row, entity=shop, worker=None, actor=town.staff, at=make.AT)
    assert done.worker.standing == "unknown"


def test_what_its_writer_changed_meanwhile_is_looked_at_again(client, town, shop, row) -> None:
    answer = post(client, "submission-accept", row, town.secretary, entity=shop.pk, seen="0" * 64)
    assert answer.status_code == 422
    assert "本人刚刚改过" in answer.content.decode()
    assert not Worker.objects.exists()
    assert post(client, "submission-accept", row, town.secretary, entity=shop.pk, seen=row.digest).status_code == 302


def test_what_was_written_at_a_place_needs_a_shop_first(client, town) -> None:
    house = make.place(town.first_grid, kind="building", name="示例大厦")
    row = make.submission(make.code(house), shop="甲乙丙贸易")
    answer = post(client, "submission-accept", row, town.staff)
    assert answer.status_code == 422
    assert "先定下是哪一家" in answer.content.decode()
    entity = make.entity(town.first_grid, place=house, name="甲乙丙贸易（示例）有限公司")
    page = client.get(reverse("coverage:submission", args=[row.pk])).content.decode()
    assert "店名互相包含" in page
    assert "就在这个地点" in page
    post(client, "submission-accept", row, town.staff, entity=entity.pk)
    assert Worker.objects.get().entity == entity


def test_both_sides_are_masked_and_the_reasons_said(client, town, shop, row) -> None:
    known(shop, town)
    client.force_login(town.staff)
    page = client.get(reverse("coverage:submission", args=[row.pk])).content.decode()
    assert "赵甲一" not in page
    assert "19900000017" not in page
    for said in ("赵**", "199****0017", "手机号相同", "姓名相同", "在同一家", "并到这人", "采用为新"):
        assert said in page


def test_a_person_of_the_same_number_elsewhere_is_found_only_inside_ones_areas(client, town, row) -> None:
    far = make.entity(town.second_grid, trade_sign="申酉便利")
    known(far, town)
    page_of = reverse("coverage:submission", args=[row.pk])
    client.force_login(town.secretary)
    assert "申酉便利" not in client.get(page_of).content.decode()
    client.force_login(town.staff)
    assert "登记在申酉便利" in client.get(page_of).content.decode()


def test_showing_it_in_full_needs_a_reason_and_is_written_down(client, town, row) -> None:
    assert post(client, "submission-reveal", row, town.secretary, reason="看").status_code == 422
    answer = post(client, "submission-reveal", row, town.secretary, reason="打电话核对")
    assert "19900000017" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    line = AccessLog.objects.get(verb="coverage.revealed")
    assert (line.actor, line.reason) == (town.secretary, "打电话核对")


def test_not_taken_says_why_to_whoever_has_the_receipt(client, town, row) -> None:
    assert post(client, "submission-refuse", row, town.secretary, reason="nonsense").status_code == 422
    post(client, "submission-refuse", row, town.secretary, reason="twice")
    row.refresh_from_db()
    assert (row.state, row.reason) == ("refused", "twice")
    client.logout()
    receipt = submissions.receipt_of(row.pk)
    page = client.post("/c/receipt/", f"number={receipt}", content_type="application/x-www-form-urlencoded")
    assert "重复填写" in page.content.decode()


def test_what_is_decided_is_not_decided_again_until_it_is_taken_back(client, town, shop, row) -> None:
    post(client, "submission-refuse", row, town.staff, reason="other")
    assert post(client, "submission-accept", row, town.staff, entity=shop.pk).status_code == 422
    post(client, "submission-reopen", row, town.staff)
    assert post(client, "submission-accept", row, town.staff, entity=shop.pk).status_code == 302


def test_taking_back_an_acceptance_leaves_the_registry_as_it_was(town, shop, row) -> None:
    worker = known(shop, town, phone="19900000099")
    before = Worker.objects.values("name", "post", "phone_mask", "phone_index", "standing", "provenance").get()
    submissions.accept(submission=row, entity=None, worker=worker, actor=town.staff, at=make.AT)
    submissions.reopen(submission=row, actor=town.staff, at=make.AT)
    assert Worker.objects.values("name", "post", "phone_mask", "phone_index", "standing", "provenance").get() == before
    assert open_phone(Worker.objects.get()) == "19900000099"


@pytest.mark.parametrize("verb", ["submission-accept", "submission-refuse", "submission-reopen", "submission-erase"])
def test_the_wrong_role_the_wrong_area_and_the_wrong_street_decide_nothing(client, town, shop, row, verb) -> None:
    other = make.person(town.street, Role.SECRETARY, area=town.second_grid)
    data = {"entity": shop.pk, "reason": "twice"}
    assert post(client, verb, row, town.visitor, **data).status_code == 403
    assert post(client, verb, row, other, **data).status_code == 404
    assert post(client, verb, row, town.stranger, **data).status_code == 404
    row.refresh_from_db()
    assert row.state == "waiting"


def test_a_shop_or_person_outside_ones_areas_cannot_be_chosen(client, town, row) -> None:
    far = make.entity(town.second_grid)
    person = make.worker(far)
    assert post(client, "submission-accept", row, town.secretary, entity=far.pk).status_code == 404
    assert post(client, "submission-accept", row, town.secretary, worker=person.pk).status_code == 404
    with pytest.raises(SubmissionError, match="不在本街道"):
        elsewhere = make.entity(make.area(town.stranger.street))
        submissions.accept(submission=row, entity=elsewhere, worker=None, actor=town.staff, at=make.AT)


def test_the_queue_costs_the_same_however_long_it_is(client, town) -> None:
    client.force_login(town.staff)

    def asked() -> int:
        with make.counting() as queries:
            assert client.get(reverse("coverage:collection")).status_code == 200
        return len(queries)

    for _ in range(2):
        make.submission(make.code(make.entity(town.first_grid)))
    asked()
    few = asked()
    for _ in range(5):
        make.submission(make.code(make.entity(town.first_grid)))
    assert asked() == few
