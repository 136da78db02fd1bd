"""Taking consent back: by the receipt number, at once traceable, down to the copies that history made."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from coverage.collection import numbers, submissions
from coverage.models import Consent, Submission, Worker
from coverage.registry import workers as registry
from coverage.registry.entities import open_phone
from shimen import clock
from shimen.audit.models import AccessLog
from shimen.outbox import jobs
from shimen.privacy.masks import mask_name
from shimen.privacy.models import Erasure
from tests import make

pytestmark = pytest.mark.django_db
PHONE = "19900000017"


@pytest.fixture
def shop(town: make.Town):
    return make.entity(town.first_grid)


@pytest.fixture
def row(shop) -> Submission:
    return make.submission(make.code(shop), name="赵甲一", phone=PHONE)


def ask(number: str, step: str = "", client: Client | None = None):
    body = f"number={number}&step={step}"
    return (client or Client()).post("/c/receipt/", body, content_type="application/x-www-form-urlencoded")


def withdraw(row: Submission) -> Submission:
    assert ask(submissions.receipt_of(row.pk), "withdraw").status_code == 200
    assert jobs.run_due(at=clock.now()) == 1
    row.refresh_from_db()
    return row


def history_text() -> str:
    events = Worker.pgh_event_model.objects.values("name", "phone_mask", "phone_sealed", "post", "standing")
    return json.dumps([{k: str(v) for k, v in event.items()} for event in events], ensure_ascii=False)


def test_the_receipt_shows_the_state_masked_and_asks_before_it_takes_back(row) -> None:
    receipt = submissions.receipt_of(row.pk)
    page = ask(f"{receipt[:5]} {receipt[5:].lower()}").content.decode()
    assert "待核对" in page
    assert "199****0017" in page
    assert "赵甲一" not in page
    confirm = ask(receipt, "ask").content.decode()
    assert "撤回并删除" in confirm
    assert "不撤回" in confirm
    row.refresh_from_db()
    assert row.state == "waiting"


def test_taking_back_erases_everything_and_leaves_a_trace_without_a_name(row) -> None:
    page = ask(submissions.receipt_of(row.pk), "withdraw").content.decode()
    assert "已撤回，正在删除" in page
    assert "最迟" in page
    trace = Erasure.objects.get()
    assert (trace.done_at, trace.handled_by) == (None, None)
    jobs.run_due(at=clock.now())
    row.refresh_from_db()
    trace.refresh_from_db()
    assert row.state == "deleted"
    assert [row.name_sealed, row.phone_sealed, row.phone_index, row.standing_sealed] == [None] * 4
    assert row.name_mask + row.phone_mask + row.post + row.digest == ""
    assert trace.what == ["姓名", "手机号", "岗位", "是不是党员"]
    assert trace.done_at is not None
    assert all(c.withdrawn_at for c in Consent.objects.all())
    assert {line.origin for line in AccessLog.objects.filter(verb="collection.withdraw")} == {""}
    assert "已删除" in ask(submissions.receipt_of(row.pk)).content.decode()


def test_a_person_whom_only_the_submission_knew_is_gone_from_the_registry_and_its_history(town, shop, row) -> None:
    submissions.accept(submission=row, entity=shop, worker=None, actor=town.staff, at=make.AT)
    withdraw(row)
    worker = Worker.objects.get()
    assert (worker.name, worker.post, worker.phone_mask, worker.standing) == ("（已删除）", "", "", "unknown")
    assert worker.phone_sealed is None
    assert worker.phone_index is None
    assert worker.left_on is not None
    for gone in ("赵甲一", "199****0017", "店员", "member"):
        assert gone not in history_text()


def test_what_other_sources_said_before_comes_back(town, shop, row) -> None:
    worker = registry.add_worker(
        entity=shop, name="赵甲一", phone="19900000099", post="厨师", source="staff", on=make.LONG_AGO, actor=town.staff,
        at=make.AT,
    )  # fmt: skip
    submissions.accept(submission=row, entity=None, worker=worker, actor=town.staff, at=make.AT)
    withdraw(row)
    worker.refresh_from_db()
    assert (worker.name, worker.post, worker.standing, worker.left_on) == ("赵甲一", "厨师", "unknown", None)
    assert open_phone(worker) == "19900000099"
    assert worker.provenance["phone"]["source"] == "staff"
    assert "199****0017" not in history_text()


def test_what_others_have_said_since_stays(town, shop, row) -> None:
    done = submissions.accept(submission=row, entity=shop, worker=None, actor=town.staff, at=make.AT)
    registry.correct_worker(
        worker=done.worker, values={"phone": "19900000088"}, source="staff", on=make.TODAY, actor=town.staff, at=make.AT
    )
    withdraw(row)
    worker = Worker.objects.get()
    assert open_phone(worker) == "19900000088"
    assert worker.name == "赵甲一"
    assert worker.standing == "unknown"
    assert set(Erasure.objects.get().kept) == {"姓名", "手机号"}


def test_another_submission_of_the_same_person_goes_on_vouching(town, shop, row) -> None:
    done = submissions.accept(submission=row, entity=shop, worker=None, actor=town.staff, at=make.AT)
    other = make.submission(make.code(make.entity(town.first_grid)), name="赵甲一", phone=PHONE, standing="")
    submissions.accept(submission=other, entity=None, worker=done.worker, actor=town.staff, at=make.AT)
    withdraw(row)
    worker = Worker.objects.get()
    assert worker.name == "赵甲一"
    assert open_phone(worker) == PHONE
    assert worker.standing == "unknown"
    withdraw(other)
    assert Worker.objects.get().name == "（已删除）"


def test_a_person_whom_a_visitor_met_keeps_name_and_number(town, shop, row) -> None:
    done = submissions.accept(submission=row, entity=shop, worker=None, actor=town.staff, at=make.AT)
    visit = make.visit(make.stop(make.round_(town.street), shop, town.visitor))
    visit.found.add(done.worker)
    withdraw(row)
    worker = Worker.objects.get()
    assert (worker.name, worker.standing) == ("赵甲一", "unknown")


def test_taking_back_twice_is_taking_back_once(row) -> None:
    receipt = submissions.receipt_of(row.pk)
    for _ in range(3):
        ask(receipt, "withdraw")
    assert jobs.run_due(at=clock.now()) == 1
    assert Erasure.objects.count() == 1
    assert AccessLog.objects.filter(verb="collection.withdraw").count() == 1


def test_staff_take_back_for_whoever_lost_the_receipt(client, town, row) -> None:
    client.force_login(town.secretary)
    url = reverse("coverage:submission-erase", args=[row.pk])
    assert client.post(url, {"reason": "电"}).status_code == 422
    assert client.post(url, {"reason": "本人到支部当面提出"}).status_code == 302
    jobs.run_due(at=clock.now())
    trace = Erasure.objects.get()
    assert (trace.cause, trace.handled_by) == ("asked", town.secretary)
    assert trace.done_at


def test_numbers_are_not_found_by_trying(row) -> None:
    client = Client()
    answers = [ask(numbers.receipt_from(n.to_bytes(8, "big")), client=client) for n in range(1, 24)]
    assert {a.status_code for a in answers[:20]} == {422}
    assert answers[-1].status_code == 429
    assert "没有这个查询码" in answers[0].content.decode()


def test_a_mistyped_number_is_told_from_an_unknown_one(row) -> None:
    receipt = submissions.receipt_of(row.pk)
    wrong = receipt[:-1] + ("2" if receipt[-1] != "2" else "3")
    assert "抄错一位" in ask(wrong).content.decode()


@pytest.mark.parametrize("number", ["", "%00", "'%20OR%201=1--", "😀" * 10, "A" * 5000])
def test_rubbish_is_no_number(number) -> None:
    assert ask(number).status_code in {422, 413}


@given(st.binary(min_size=8, max_size=16))
def test_every_receipt_has_its_check_sign_and_no_single_slip_passes(digest) -> None:
    receipt = numbers.receipt_from(digest)
    assert numbers.is_receipt(receipt)
    for at, sign in enumerate(receipt):
        for other in numbers.ALPHABET:
            if other != sign:
                assert not numbers.is_receipt(receipt[:at] + other + receipt[at + 1 :])
    for at in range(len(receipt) - 1):
        a, b = receipt[at], receipt[at + 1]
        if a != b:
            assert not numbers.is_receipt(receipt[:at] + b + a + receipt[at + 2 :])


@given(st.text(max_size=12))
def test_a_mask_never_shows_a_whole_name(name) -> None:
    masked = mask_name(name)
    assert len(masked) <= 6
    if name.strip():
        assert "*" in masked
